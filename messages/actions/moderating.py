"""The buttons of whoever reads own words first, and of the person whose words they are."""

from dataclasses import dataclass

from domain.moderating import Verdict
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class Judge(Action):
    """What a moderator says of a text."""

    code = "modread"
    quote: int
    verdict: Verdict


@button
@dataclass(frozen=True)
class TakeNamesOut(Action):
    """The moderator types what is left of a text."""

    code = "modnames"
    quote: int


@button
@dataclass(frozen=True)
class NextText(Action):
    """Another text; this one waits on."""

    code = "modnext"
    quote: int


@button
@dataclass(frozen=True)
class AnswerQuote(Action):
    """Their own words may be printed (1), or may not (0)."""

    code = "quote"
    sitting: int
    agreed: int


@button
@dataclass(frozen=True)
class AnswerQuoteFor(Action):
    """The same, by whoever read their words out to them."""

    code = "quotefor"
    sitting: int
    agreed: int


@button
@dataclass(frozen=True)
class AskQuoteForAgain(Action):
    """*Put it right*."""

    code = "quotefor2"
    sitting: int


@button
@dataclass(frozen=True)
class AskQuoteAgain(Action):
    """*Change my mind*."""

    code = "quote2"
    sitting: int

"""The buttons of text messages."""

from dataclasses import dataclass

from domain.texting import Bar
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class TextsAsk(Action):
    """*They agreed to text messages at …123*, to be confirmed."""

    code = "texts"
    individual: int


@button
@dataclass(frozen=True)
class TextsAgreed(Action):
    """*Yes, they did*, to the number that ends so; `bar` is what it puts an end to."""

    code = "texts2"
    individual: int
    ending: str
    bar: Bar


@button
@dataclass(frozen=True)
class TextsStop(Action):
    """*No more text messages*."""

    code = "textsno"
    individual: int

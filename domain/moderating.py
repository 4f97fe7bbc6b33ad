"""Own words at the end: who reads them first, and what may become of them. Nobody is ever quoted who said no."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.about import Facts
from domain.people import Individual, Staff

ASK_FOR = timedelta(days=14)  # how long a person is waited for who wanted to see their words first; silence is no


class Allowed(StrEnum):
    """What the person said of their own words in a report."""

    YES = "yes"
    ASK = "ask"  # show me first
    NO = "no"  # nor if they did not say, or if an alarm with their sentence names them


class Status(StrEnum):
    WAITING = "waiting"  # nobody has read it
    UNFIT = "unfit"  # read, and not for a report
    ASKED = "asked"  # read, and shown to the person
    AGREED = "agreed"  # may be printed
    REFUSED = "refused"  # read, and never to be printed: the person said no, or nothing


class Verdict(StrEnum):
    """What a moderator says of a text."""

    FINE = "fine"
    UNFIT = "unfit"
    DANGER = "danger"


def after(verdict: Verdict, allowed: Allowed) -> Status:
    """Where a text stands once it has been read."""
    if verdict is not Verdict.FINE:
        return Status.UNFIT
    return {Allowed.YES: Status.AGREED, Allowed.ASK: Status.ASKED, Allowed.NO: Status.REFUSED}[allowed]


def outside(reader: Staff, team: frozenset[int], today: date) -> bool:
    """Whether a moderator stands outside a case: neither one of those who work with the person or ran their days, nor
    cover of one of them, now or ever."""
    return team.isdisjoint({reader.id} | reader.covers | reader.covering(today))


@dataclass(frozen=True)
class Quote:
    """One text of a form. `words` is what the moderator left of it; none while they have changed nothing."""

    id: int
    form_id: str
    question: str
    allowed: Allowed
    status: Status
    text: str
    words: str | None
    quarter: date
    asked_at: datetime | None = None

    @property
    def shown(self) -> str:
        """The words as they would be printed."""
        return self.words if self.words is not None else self.text


@dataclass(frozen=True)
class AboutQuote(Facts):
    """A text as a moderator may see it: no person, no order, no date but the quarter. `question` is a key."""

    quote: Quote
    question: str


@dataclass(frozen=True)
class AboutQuoting(Facts):
    """Their own words, as the person is asked about them."""

    individual: Individual
    sitting_id: int
    quotes: tuple[Quote, ...]

    @property
    def asked(self) -> bool:
        return any(one.status is Status.ASKED for one in self.quotes)


@dataclass(frozen=True)
class Unread:
    """How many texts wait to be read, and the whole weeks for which the oldest has waited."""

    count: int = 0
    weeks: int = 0


NOTHING_UNREAD = Unread()

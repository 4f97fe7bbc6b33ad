"""How a message is built: kind + facts → Message. One small function per kind, in the modules beside this one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from domain import discreet
from domain.about import Facts
from domain.calendar import Calendar
from domain.errors import NotKnown
from domain.facts import AboutNothing
from domain.outbox import Params, Saying
from domain.policy import Policy
from domain.talk import Media
from messages import words
from messages.actions import Action


@dataclass(frozen=True)
class Button:
    """A label and what tapping it does."""

    label: str
    action: Action


@dataclass(frozen=True)
class File:
    """A document. Its name stands in the chat and stays on the phone: it says nothing of whom or what it is about.
    `kept` in the chat: it is there to be seen, and not to be taken out."""

    name: str
    content: bytes
    kept: bool = False

    def __post_init__(self) -> None:
        if found := discreet.faults(self.name):
            raise ValueError(f"found {', '.join(found)} in the name of a file; expected none of them")


@dataclass(frozen=True)
class Message:
    """What leaves for one chat. `picture` is a PNG shown above the text, `file` a document that was made for this
    reader, `media` a photo or a voice note that somebody sent; `commands` replaces the chat's menu."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    picture: bytes | None = None
    media: Media | None = None
    file: File | None = None
    commands: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Voice:
    """How this reader is spoken to: their language, the service's own calendar, and the moment of sending."""

    locale: str
    now: datetime
    calendar: Calendar
    policy: Policy
    bot: str = ""  # the bot's username, for links
    params: Params = field(default_factory=dict)
    plain: bool = False  # the individual chose plain words, on a phone that nobody else sees
    texted: bool = False  # it leaves as a text message: short, and nothing to tap
    easy: bool = False  # the individual chose easier words, in forms

    def say(self, key: str, **values: str | int) -> str:
        """A sentence of the catalogue, in the form that suits a text message, easy or plain words, if it has one."""
        chosen = (("text", self.texted), ("easy", self.easy), ("plain", self.plain))
        forms = (f"{key}.{form}" for form, wanted in chosen if wanted)
        return words.say(next((form for form in forms if words.knows(form)), key), self.locale, **values)

    def on(self, day: date) -> str:
        """Tue 24 Nov."""
        return words.short_date(day, self.locale)

    def at(self, moment: datetime) -> str:
        """9:30, wall time."""
        return words.clock_time(self.calendar.wall(moment), self.locale)

    def day(self, day: date) -> str:
        """*Tomorrow, Tue 24 Nov* — today, tomorrow and yesterday are chosen now, when it is sent."""
        away = (day - self.calendar.day(self.now)).days
        near = {0: "day.today", 1: "day.tomorrow", -1: "day.yesterday"}.get(away)
        return f"{self.say(near)}, {self.on(day)}" if near else self.on(day)

    def day_within(self, day: date) -> str:
        """The same within a sentence: *tomorrow, Tue 24 Nov*."""
        near = self._near(day)
        return f"{near}, {self.on(day)}" if near else self.on(day)

    def _near(self, day: date) -> str:
        away = (day - self.calendar.day(self.now)).days
        key = {0: "day.today_inline", 1: "day.tomorrow_inline", -1: "day.yesterday_inline"}.get(away)
        return self.say(key) if key else ""

    def when(self, moment: datetime) -> str:
        """*today at 16:00*, *tomorrow at 9:00*, *Mon 30 Nov at 9:00*."""
        day = self.calendar.day(moment)
        return self.say("day.at", day=self._near(day) or self.on(day), time=self.at(moment))

    def button(self, key: str, action: Action, **values: str | int) -> Button:
        """A button whose label is a sentence of the catalogue."""
        return Button(self.say(key, **values), action)

    def read_by(self) -> str:
        """When somebody will read what is said now: truthfully, by working hours."""
        opening = self.calendar.next_opening(self.now)
        key = "read.soon" if opening == self.now else "read.then"
        return self.say(key, when=self.when(opening))

    def crisis(self) -> str:
        """Whom to ring when somebody is in danger, or at their lowest."""
        numbers = {
            "emergency": self.policy.emergency_phone,
            "samaritans": self.policy.samaritans_phone,
            "breathing_space": self.policy.breathing_space_phone,
        }
        return self.say("crisis.numbers", **numbers)

    def ring(self) -> str:
        """Whom to ring now."""
        number = self.policy.phone
        if not number:
            return self.say("ring.emergency")
        return self.say("ring.duty" if self.calendar.open_at(self.now) else "ring.closed", phone=number)


@dataclass
class Tongue:
    """What is the same in every message of one service; makes the voice for each. `bot` is learned at the start."""

    calendar: Calendar
    policy: Policy
    bot: str = ""

    def voice(self, locale: str, now: datetime, params: Params | None = None) -> Voice:
        """A voice for one reader at one moment."""
        return Voice(locale, now, self.calendar, self.policy, self.bot, params or {})


Composer = Callable[[Any, Voice], Message]
_COMPOSERS: dict[str, Composer] = {}
_C = TypeVar("_C", bound=Composer)


def says(*kinds: str) -> Callable[[_C], _C]:
    """Names the kinds of message that a function composes."""

    def enter(composer: _C) -> _C:
        for kind in kinds:
            if kind in _COMPOSERS:
                raise ValueError(f"Two functions compose {kind}")
            _COMPOSERS[kind] = composer
        return composer

    return enter


def kinds() -> frozenset[str]:
    """Every kind of message that can be composed."""
    return frozenset(_COMPOSERS)


def message(saying: Saying, facts: Facts, voice: Voice) -> Message:
    """What is said. A kind without a composer of its own is one sentence under its own key.

    Facts that are gone (a row deleted since) make it the sentence for what is not known.
    """
    composer = _COMPOSERS.get(saying.kind)
    if composer is None:
        return Message(voice.say(saying.kind, **saying.params))
    if isinstance(facts, AboutNothing) and saying.subject.type != "nothing":
        return Message(voice.say(f"error_{NotKnown.code}"))
    individual = getattr(facts, "individual", None)
    plain = individual is not None and individual.plain and not voice.texted
    return composer(facts, replace(voice, params=saying.params, plain=plain))

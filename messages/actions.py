"""Every button, as a frozen dataclass. What a tap carries is packed and parsed here and nowhere else."""

from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, ClassVar, TypeVar, get_type_hints

from domain.appointments import Answer, Reason
from domain.asking import Changed, Ring, Safe, Want
from domain.attendance import Outcome, Page
from domain.audit import Reason as Why
from domain.compliance import Ending, Kind
from domain.errors import Stale
from domain.orders import Hold
from domain.questionnaires import Control
from domain.repairs import Repair
from domain.texting import Bar

MOST_BYTES = 64  # of callback data (Bot API)
_KINDS: dict[str, type["Action"]] = {}
_A = TypeVar("_A", bound="type[Action]")


@dataclass(frozen=True)
class Action:
    """What a button does. `code` names it on the wire: never reuse one for something else."""

    code: ClassVar[str]

    def pack(self) -> str:
        """What the button carries; at most 64 bytes."""
        parts = [self.code]
        for field in fields(self):
            value = getattr(self, field.name)
            parts.append(str(value.value if isinstance(value, Enum) else value))
        packed = ":".join(parts)
        if len(packed.encode()) > MOST_BYTES:
            raise ValueError(f"A button carries at most {MOST_BYTES} bytes; found {len(packed.encode())}: {packed}")
        return packed


@cache
def _types(code: str) -> dict[str, Any]:
    """What the fields of a kind of button are."""
    return get_type_hints(_KINDS[code])


def parse(data: str) -> Action:
    """The action that a tap carries; raises Stale for anything that no button of today would send."""
    code, *values = data.split(":")
    kind = _KINDS.get(code)
    if kind is None or len(values) != len(fields(kind)):
        raise Stale
    hints = _types(code)
    try:
        read: dict[str, Any] = {
            field.name: hints[field.name](value) for field, value in zip(fields(kind), values, strict=True)
        }
    except ValueError:
        raise Stale from None
    return kind(**read)


def _button(kind: _A) -> _A:
    if kind.code in _KINDS:
        raise ValueError(f"Two buttons share the code {kind.code}")
    _KINDS[kind.code] = kind
    return kind


@_button
@dataclass(frozen=True)
class Say(Action):
    """An individual's answer about a date, as that date stood when the button was made."""

    code = "say"
    appointment: int
    revision: int
    answer: Answer


@_button
@dataclass(frozen=True)
class Because(Action):
    """Why they cannot come."""

    code = "why"
    appointment: int
    revision: int
    reason: Reason


@_button
@dataclass(frozen=True)
class Speak(Action):
    """The language of this chat; `other` for one that the catalogue does not speak. `linking`: 1 on a new link."""

    code = "lang"
    language: str
    linking: int


@_button
@dataclass(frozen=True)
class StartAgain(Action):
    """Messages again, after /stop."""

    code = "again"


@_button
@dataclass(frozen=True)
class Claim(Action):
    """*I'm dealing with it*."""

    code = "claim"
    item: int


@_button
@dataclass(frozen=True)
class Close(Action):
    """*Done*: what was claimed is dealt with."""

    code = "close"
    item: int


@_button
@dataclass(frozen=True)
class Show(Action):
    """One item, whole: of a card, or from the list."""

    code = "item"
    item: int


@_button
@dataclass(frozen=True)
class Fold(Action):
    """A card back to one line."""

    code = "fold"
    item: int


@_button
@dataclass(frozen=True)
class ShowReport(Action):
    """The figures (`answers` 0) or the answers (1) of a period, which is named by its number."""

    code = "report"
    period: int
    answers: int


@_button
@dataclass(frozen=True)
class FormOption(Action):
    """An option of the question that a form showed in this turn, by the number it was shown with."""

    code = "pick"
    sitting: int
    turn: int
    number: int
    tick: int  # 1 leaves the option ticked, 0 clears it


@_button
@dataclass(frozen=True)
class FormControl(Action):
    """Begin, skip, back, stop for now and the like, on the screen of this turn."""

    code = "form"
    sitting: int
    turn: int
    control: Control


@_button
@dataclass(frozen=True)
class Look(Action):
    """Another page of the register that a date is on."""

    code = "look"
    appointment: int
    page: Page


@_button
@dataclass(frozen=True)
class Mark(Action):
    """One outcome on a register; `minutes` and `cause` are 0 and empty where the outcome has none."""

    code = "mark"
    appointment: int
    outcome: Outcome
    minutes: int
    cause: str


@_button
@dataclass(frozen=True)
class WasHere(Action):
    """They were here (1), or were not (0), says whoever ran the day of a disputed alert."""

    code = "here"
    item: int
    here: int


@_button
@dataclass(frozen=True)
class SetHold(Action):
    """On hold from today, and why."""

    code = "hold"
    individual: int
    kind: Hold


@_button
@dataclass(frozen=True)
class BreakGlass(Action):
    """A look at somebody outside one's scope. `asked` names the reference that was typed, known or not: a keyed hash,
    because a reference may be too long for a button."""

    code = "glass"
    asked: str


@_button
@dataclass(frozen=True)
class BreakGlassFor(Action):
    """The same, with the reason that was picked."""

    code = "glass2"
    asked: str
    reason: Why


@_button
@dataclass(frozen=True)
class Undo(Action):
    """The phone that was linked by an invitation is not theirs."""

    code = "undo"
    invite: int


@_button
@dataclass(frozen=True)
class NotMe(Action):
    """Whoever holds this phone is not whom the chat is for."""

    code = "notme"


@_button
@dataclass(frozen=True)
class ShowName(Action):
    """Whether the worker's first name may stand in this chat: 1 or 0."""

    code = "name"
    agreed: int


@_button
@dataclass(frozen=True)
class SharePhone(Action):
    """Whether anybody else sees this phone: 1 or 0."""

    code = "shared"
    shared: int


@_button
@dataclass(frozen=True)
class PlainWords(Action):
    """Plain words (1), or careful ones (0), on a phone that nobody else sees."""

    code = "plain"
    plain: int


@_button
@dataclass(frozen=True)
class AskFor(Action):
    """Help or a call, without naming a date."""

    code = "ask"
    kind: Kind


@_button
@dataclass(frozen=True)
class ForWhat(Action):
    """What the help is about."""

    code = "want"
    item: int
    want: Want


@_button
@dataclass(frozen=True)
class RingOn(Action):
    """Where it is safe to reach them."""

    code = "ring"
    item: int
    where: Ring


@_button
@dataclass(frozen=True)
class RingAt(Action):
    """When it is safe to ring."""

    code = "at"
    item: int
    safe: Safe


@_button
@dataclass(frozen=True)
class AskAgain(Action):
    """Another number or time than was noted."""

    code = "reask"
    item: int


@_button
@dataclass(frozen=True)
class SomethingChanged(Action):
    """Something that we know has changed."""

    code = "changed"


@_button
@dataclass(frozen=True)
class TellChange(Action):
    """What has changed."""

    code = "tell"
    what: Changed


@_button
@dataclass(frozen=True)
class CloseAs(Action):
    """Dealt with, and how it ended."""

    code = "ended"
    item: int
    outcome: Ending


@_button
@dataclass(frozen=True)
class ReadOn(Action):
    """A page of the conversation that an item is part of; 0 is the newest."""

    code = "talk"
    item: int
    page: int


@_button
@dataclass(frozen=True)
class CutOff(Action):
    """*Yes, cut off*: the phone of a member of staff or of an individual."""

    code = "cutoff"
    who: str
    id: int


@_button
@dataclass(frozen=True)
class Pause(Action):
    """*Yes, pause sending*."""

    code = "pause"


@_button
@dataclass(frozen=True)
class Resume(Action):
    """*Yes, send again*."""

    code = "resume"


@_button
@dataclass(frozen=True)
class Nudge(Action):
    """A word on the morning itself as well, or not."""

    code = "nudge"
    wanted: int


@_button
@dataclass(frozen=True)
class MakeCopy(Action):
    """*Make the copy* of all that is held on somebody who asked for it."""

    code = "copy"
    item: int


@_button
@dataclass(frozen=True)
class RecordFile(Action):
    """Who looked at a person, all of it, as a file."""

    code = "record"
    individual: int


@_button
@dataclass(frozen=True)
class YouthConsent(Action):
    """The youth team's yes (1) to messages for somebody under 18, or no more of them (0)."""

    code = "youth"
    individual: int
    given: int


@_button
@dataclass(frozen=True)
class RepairsOf(Action):
    """A page of those whom the chat does not reach for one reason; 0 is the first."""

    code = "repair"
    kind: Repair
    page: int


@_button
@dataclass(frozen=True)
class RepairsAll(Action):
    """Back to how many there are of each kind."""

    code = "repairs"


@_button
@dataclass(frozen=True)
class TextsAsk(Action):
    """*They agreed to text messages at …123*, to be confirmed."""

    code = "texts"
    individual: int


@_button
@dataclass(frozen=True)
class TextsAgreed(Action):
    """*Yes, they did*, to the number that ends so; `bar` is what it puts an end to."""

    code = "texts2"
    individual: int
    ending: str
    bar: Bar


@_button
@dataclass(frozen=True)
class TextsStop(Action):
    """*No more text messages*."""

    code = "textsno"
    individual: int


@_button
@dataclass(frozen=True)
class QueuePage(Action):
    """Another page of what is open; 0 is the first, which has the most urgent."""

    code = "queue"
    page: int

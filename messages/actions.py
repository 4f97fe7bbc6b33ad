"""Every button, as a frozen dataclass. What a tap carries is packed and parsed here and nowhere else."""

from dataclasses import dataclass, fields
from enum import Enum
from functools import cache
from typing import Any, ClassVar, TypeVar, get_type_hints

from domain.appointments import Answer, Reason
from domain.asking import Changed, Ring, Safe, Want
from domain.attendance import Outcome, Page
from domain.audit import Reason as Why
from domain.caseload import Part
from domain.compliance import Ending, Kind
from domain.deciding import Cause, Heard, How
from domain.deciding import Page as Missed
from domain.desk import Passed, View
from domain.errors import Stale
from domain.orders import Hold, Milestone
from domain.progress import Cause as ExtensionCause
from domain.questionnaires import Control
from domain.repairs import Repair
from domain.slipping import View as ProgressView
from domain.standards import Late
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
    """A part of the report of a period, which is named by its number: the figures (`answers` 0), the answers (1), or a
    page of the national standards (from 2)."""

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
class Desk(Action):
    """Another page of the desk; 0 is the first, which has the most urgent."""

    code = "desk"
    view: View
    page: int


@_button
@dataclass(frozen=True)
class Person(Action):
    """All that is open about one person."""

    code = "person"
    individual: int


@_button
@dataclass(frozen=True)
class TakeAll(Action):
    """*I'm dealing with it*, of all of that."""

    code = "takeall"
    individual: int


@_button
@dataclass(frozen=True)
class PassOn(Action):
    """*Pass to …*: one thing, or all that is open about a person. To whom?"""

    code = "pass"
    what: Passed
    id: int


@_button
@dataclass(frozen=True)
class PassTo(Action):
    """To this colleague."""

    code = "passto"
    what: Passed
    id: int
    staff: int


@_button
@dataclass(frozen=True)
class SeeAbsence(Action):
    """A missed date, or the second of the two taps that something about it takes."""

    code = "absence"
    appointment: int
    page: Missed


@_button
@dataclass(frozen=True)
class AbsencesOf(Action):
    """A page of the missed dates of one person; 0 is the newest."""

    code = "absences"
    individual: int
    page: int


@_button
@dataclass(frozen=True)
class NoteContact(Action):
    """What was done about a missed date."""

    code = "did"
    appointment: int
    how: How


@_button
@dataclass(frozen=True)
class AskForMore(Action):
    """*Need more*: the individual is asked for something that shows why."""

    code = "more"
    appointment: int


@_button
@dataclass(frozen=True)
class AcceptAbsence(Action):
    """*Accepted*, for a reason; `why` a decision that stands is changed, or empty."""

    code = "accept"
    appointment: int
    cause: Cause
    why: str


@_button
@dataclass(frozen=True)
class RefuseAbsence(Action):
    """*Not accepted*, and how they were heard; `why` a decision that stands is changed, or empty."""

    code = "refuse"
    appointment: int
    heard: Heard
    why: str


@_button
@dataclass(frozen=True)
class UndoDone(Action):
    """*Undo* what this person did or decided last about a missed date: a contact or a record, the other one is 0."""

    code = "undone"
    appointment: int
    contact: int
    record: int


@_button
@dataclass(frozen=True)
class ShowSent(Action):
    """What they sent to show why."""

    code = "sent"
    appointment: int


@_button
@dataclass(frozen=True)
class OfferPage(Action):
    """Another page of sessions with free places; 0 is the first."""

    code = "offers"
    page: int


@_button
@dataclass(frozen=True)
class OfferSession(Action):
    """A session with free places, named by any of its dates."""

    code = "offer"
    session: int


@_button
@dataclass(frozen=True)
class OfferElsewhere(Action):
    """*Another day*: on which there is no session yet."""

    code = "offday"
    place: int  # 0: ask which


@_button
@dataclass(frozen=True)
class OfferOn(Action):
    """A place on such a day, which is a number (`date.toordinal`)."""

    code = "offon"
    place: int
    day: int


@_button
@dataclass(frozen=True)
class OfferDraft(Action):
    """A page of who would be offered a place."""

    code = "offdraft"
    offer: int
    page: int


@_button
@dataclass(frozen=True)
class LeaveOut(Action):
    """Somebody is not to be offered this one (`out` 1), or is after all (0)."""

    code = "offout"
    offer: int
    individual: int
    out: int
    page: int


@_button
@dataclass(frozen=True)
class OfferSend(Action):
    """*Send*, or how it stands once it is sent."""

    code = "offsend"
    offer: int


@_button
@dataclass(frozen=True)
class OfferLook(Action):
    """*Look again*: how many places are taken by now."""

    code = "offlook"
    offer: int


@_button
@dataclass(frozen=True)
class TickPlaces(Action):
    """*Tick people*: for which place?"""

    code = "ticks"


@_button
@dataclass(frozen=True)
class TickPage(Action):
    """A page of people, each with a tick for a place or none."""

    code = "tickpage"
    place: int
    page: int


@_button
@dataclass(frozen=True)
class Tick(Action):
    """A tick set (1) or taken away (0)."""

    code = "tick"
    place: int
    individual: int
    on: int
    page: int


@_button
@dataclass(frozen=True)
class TakePlace(Action):
    """*Yes please* (1) or *No thanks* (0)."""

    code = "take"
    offered: int
    wanted: int


@_button
@dataclass(frozen=True)
class DownPage(Action):
    """Another page of the sessions ahead; 0 is the first."""

    code = "downs"
    page: int


@_button
@dataclass(frozen=True)
class DownWhy(Action):
    """A session that is to be stood down: why?"""

    code = "downwhy"
    session: int


@_button
@dataclass(frozen=True)
class Down(Action):
    """A session off, for a cause, with another place to go (0: none); only shown until it is `sure` (1)."""

    code = "down"
    session: int
    cause: str
    place: int
    sure: int


@_button
@dataclass(frozen=True)
class DownUndo(Action):
    """*Undo*, as long as nobody has been told."""

    code = "downundo"
    session: int


@_button
@dataclass(frozen=True)
class Early(Action):
    """To hear from 6:30 that a day is off: yes (1) or no (0)."""

    code = "early"
    wanted: int


@_button
@dataclass(frozen=True)
class AnswerCannot(Action):
    """*No need to come*, *still come* or *new date*, to somebody who says that they can't make it."""

    code = "stand"
    item: int
    answer: Ending


@_button
@dataclass(frozen=True)
class AwayDays(Action):
    """Somebody away on these days (`date.toordinal`, both included), and a page of who might cover."""

    code = "away"
    staff: int
    first: int
    last: int
    page: int


@_button
@dataclass(frozen=True)
class AwayOther(Action):
    """*Other days*."""

    code = "awayother"
    staff: int


@_button
@dataclass(frozen=True)
class AwayCover(Action):
    """The same days, and who covers; 0 for whoever is on duty."""

    code = "awaycover"
    staff: int
    first: int
    last: int
    cover: int


@_button
@dataclass(frozen=True)
class Back(Action):
    """*I'm back*, or *They are back*."""

    code = "back"
    staff: int


@_button
@dataclass(frozen=True)
class TakeOver(Action):
    """*Take over* what somebody has who is away or has left."""

    code = "takeover"
    item: int


@_button
@dataclass(frozen=True)
class HandWhom(Action):
    """One individual (0: all of the giver's) to be handed over by the giver (0: nobody is named), and a page of to
    whom."""

    code = "hand"
    individual: int
    giver: int
    part: Part
    page: int


@_button
@dataclass(frozen=True)
class HandTo(Action):
    """The same, to this colleague; only shown until it is `sure` (1)."""

    code = "handto"
    individual: int
    giver: int
    part: Part
    taker: int
    sure: int


@_button
@dataclass(frozen=True)
class Handed(Action):
    """A page of what was handed over, and what is open about each."""

    code = "handed"
    handover: int
    page: int


@_button
@dataclass(frozen=True)
class LastDay(Action):
    """Somebody's last day (`date.toordinal`)."""

    code = "lastday"
    staff: int
    day: int


@_button
@dataclass(frozen=True)
class DutyWeek(Action):
    """The rota of this week (0) or the next."""

    code = "dutyweek"
    week: int


@_button
@dataclass(frozen=True)
class DutyDay(Action):
    """Who is on duty on a day (`date.toordinal`)."""

    code = "dutyday"
    day: int


@_button
@dataclass(frozen=True)
class DutyPut(Action):
    """A colleague on (1) or off (0) the rota of a day."""

    code = "dutyput"
    day: int
    staff: int
    on: int


@_button
@dataclass(frozen=True)
class DutySame(Action):
    """The rest of the working week as this day."""

    code = "dutysame"
    day: int


@_button
@dataclass(frozen=True)
class HoursWrong(Action):
    """*That's wrong*, says an individual of the hours of an order."""

    code = "hwrong"
    order: int


@_button
@dataclass(frozen=True)
class ProgressPage(Action):
    """A page of a list of how hours stand; 0 is the first."""

    code = "progress"
    view: ProgressView
    page: int


@_button
@dataclass(frozen=True)
class OrderHours(Action):
    """One order's whole books."""

    code = "books"
    order: int


@_button
@dataclass(frozen=True)
class AskExtension(Action):
    """The court was asked for more time."""

    code = "ext"
    order: int


@_button
@dataclass(frozen=True)
class Extended(Action):
    """The same, and on whose side the cause is; or it was tapped by mistake."""

    code = "ext2"
    order: int
    cause: ExtensionCause


@_button
@dataclass(frozen=True)
class OpenClocks(Action):
    """The time limits of a person's orders."""

    code = "clocks"
    individual: int


@_button
@dataclass(frozen=True)
class StepAsk(Action):
    """*Plan done*: when?"""

    code = "step"
    order: int
    step: Milestone


@_button
@dataclass(frozen=True)
class StepDone(Action):
    """Done so many days ago: 0 or 1."""

    code = "step2"
    order: int
    step: Milestone
    ago: int


@_button
@dataclass(frozen=True)
class StepDay(Action):
    """Done on *another day*, which is typed next."""

    code = "stepday"
    order: int
    step: Milestone


@_button
@dataclass(frozen=True)
class StepUndo(Action):
    """It was not done on that day (20261218) after all."""

    code = "stepno"
    order: int
    step: Milestone
    day: int


@_button
@dataclass(frozen=True)
class CaseChanged(Action):
    """Something for which an assessment may have to come sooner."""

    code = "assess"
    order: int


@_button
@dataclass(frozen=True)
class LateBecause(Action):
    """Why a time limit was not kept."""

    code = "late"
    item: int
    reason: Late


@_button
@dataclass(frozen=True)
class EveryoneCame(Action):
    """*Everyone else came*, on the register that a date is on."""

    code = "everyone"
    appointment: int


@_button
@dataclass(frozen=True)
class AllSentHome(Action):
    """*All sent home*, and why; 1 once it is sure."""

    code = "allhome"
    appointment: int
    cause: str
    sure: int


@_button
@dataclass(frozen=True)
class Unmark(Action):
    """*Undo*: what was recorded last, by the first and the last of its records."""

    code = "unmark"
    appointment: int
    first: int
    last: int


@_button
@dataclass(frozen=True)
class WriteNote(Action):
    """A note about one person on a register."""

    code = "note"
    appointment: int


@_button
@dataclass(frozen=True)
class NotListed(Action):
    """Somebody is there who is not on the register."""

    code = "notlisted"
    appointment: int


@_button
@dataclass(frozen=True)
class TakeNote(Action):
    """*Got it*."""

    code = "gotit"
    note: int


@_button
@dataclass(frozen=True)
class LineIsAbout(Action):
    """Which session a typed line is about."""

    code = "line"
    note: int
    appointment: int


@_button
@dataclass(frozen=True)
class GivePage(Action):
    """Another page of the sessions that can be given."""

    code = "givepage"
    page: int


@_button
@dataclass(frozen=True)
class GiveSession(Action):
    """A session to be given: to whom? A page of colleagues; 0 is the first."""

    code = "give"
    appointment: int
    page: int


@_button
@dataclass(frozen=True)
class GiveTo(Action):
    """To this colleague."""

    code = "giveto"
    appointment: int
    staff: int


@_button
@dataclass(frozen=True)
class OpenDate(Action):
    """One date, with all that was recorded about it."""

    code = "date"
    appointment: int


@_button
@dataclass(frozen=True)
class SetDate(Action):
    """An outcome of a date, by a worker of the person: `detail` is the minutes or the cause that goes with it, `why`
    why it puts right an earlier one."""

    code = "set"
    appointment: int
    outcome: Outcome
    detail: str
    why: str


@_button
@dataclass(frozen=True)
class CaseDates(Action):
    """A page of all the dates of one person that have begun; 0 is the newest."""

    code = "dates"
    individual: int
    page: int


@_button
@dataclass(frozen=True)
class RecordOf(Action):
    """The evidence record of one order: of its last months, or of the whole of it (0)."""

    code = "paper"
    order: int
    months: int


@_button
@dataclass(frozen=True)
class LetterOf(Action):
    """A draft of the letter about one order."""

    code = "letter"
    order: int

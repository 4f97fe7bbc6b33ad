"""What a message may say about one subject, gathered before it is composed. Plain values, no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.appointments import Answer, Appointment, Place, Reply, Session
from domain.attendance import Record
from domain.audit import Entry
from domain.compliance import Item
from domain.history import Answered, Told
from domain.orders import Order
from domain.outcomes import Report
from domain.people import Individual, Staff
from domain.persons import Held
from domain.questionnaires import Screen
from domain.repairs import Broken, Repair
from domain.talk import Said
from domain.texting import Texting

YES_OR_NO = (Answer.COMING, Answer.CANNOT)


@dataclass(frozen=True)
class AboutNothing:
    """For messages that need nothing but their own params."""


@dataclass(frozen=True)
class AboutAppointment:
    """One date, whose it is, and how it stands."""

    appointment: Appointment
    order: Order
    individual: Individual
    place: Place | None = None
    worker: Staff | None = None
    runner: Staff | None = None
    replies: tuple[Reply, ...] = ()  # in the order in which they came
    standing: Record | None = None
    on_hold: str = ""
    following: Appointment | None = None  # the individual's next date, where a message may name it

    @property
    def reply(self) -> Reply | None:
        """The last reply, if there was any."""
        return self.replies[-1] if self.replies else None

    @property
    def said(self) -> Answer | None:
        """The last *I'll be there* or *I can't make it*, if either was said."""
        return next((one.answer for one in reversed(self.replies) if one.answer in YES_OR_NO), None)

    @property
    def length(self) -> timedelta:
        """How long was booked."""
        return self.appointment.over_at - self.appointment.starts_at

    @property
    def bring(self) -> str:
        """What to bring: the appointment's own word before the place's."""
        return self.appointment.bring or (self.place.bring if self.place else "")


@dataclass(frozen=True)
class AboutIndividual:
    """A person, their worker, and their dates ahead (earliest first)."""

    individual: Individual
    worker: Staff | None = None
    ahead: tuple[AboutAppointment, ...] = ()


@dataclass(frozen=True)
class Remark:
    """One thing that was said, and the member of staff who said it if it was not the individual."""

    said: Said
    by: Staff | None = None


@dataclass(frozen=True)
class AboutItem:
    """Something open, with what is needed to act on it: its date and the last five."""

    item: Item
    individual: Individual
    order: Order | None = None
    about: AboutAppointment | None = None
    history: tuple[AboutAppointment, ...] = ()
    claimed_by: Staff | None = None
    worker: Staff | None = None
    talk: tuple[Remark, ...] = ()  # the conversation that it is part of, in order
    told: Mapping[int, Told] = field(default_factory=dict)  # the last word sent, or not sent, of each date of `history`


@dataclass(frozen=True)
class AboutSaid:
    """One thing that was said, on its way to the other side."""

    said: Said
    individual: Individual
    by: Staff | None = None  # none: the individual
    by_worker: bool = False  # `by` is the individual's own worker
    on_hold: str = ""


@dataclass(frozen=True)
class AboutStaff:
    """A member of staff and what is open and owed to them (most urgent first)."""

    staff: Staff
    items: tuple[AboutItem, ...] = ()


@dataclass(frozen=True)
class AboutSession:
    """A register: everybody expected at one date and place, by start time; a page of it if there are very many."""

    session: Session
    place: Place | None
    rows: tuple[AboutAppointment, ...]
    first: int = 1  # the number of the first row
    expected: int = 0  # how many are on all its pages


@dataclass(frozen=True)
class AboutDay:
    """What one member of staff runs on one day."""

    staff: Staff
    day: date
    sessions: tuple[AboutSession, ...]


@dataclass(frozen=True)
class AboutChat:
    """A chat: who speaks from it, if anybody is linked to it now."""

    individual: Individual | None = None
    staff: Staff | None = None


@dataclass(frozen=True)
class AboutInvite:
    """An invitation, and whom it is for: an individual or a colleague."""

    id: int
    individual: Individual | None = None
    staff: Staff | None = None

    @property
    def ref(self) -> str:
        """How the case system knows whoever it is for."""
        if self.individual is not None:
            return self.individual.case_ref
        return self.staff.ref if self.staff is not None else ""


@dataclass(frozen=True)
class AboutSitting:
    """A form, as the one person who answers it may see it. `screen` is what the engine shows now."""

    id: int
    individual: Individual
    form: str
    screen: Screen | None = None  # none: this version of the form is not there any more
    closed: bool = False  # finished, declined, or owed no more


@dataclass(frozen=True)
class AboutCase:
    """A person's case, as a worker of theirs needs it at a glance."""

    individual: Individual
    orders: tuple[Order, ...]  # the one to speak about first
    workers: Mapping[int, Staff]
    ahead: tuple[AboutAppointment, ...] = ()  # earliest first
    behind: tuple[AboutAppointment, ...] = ()  # latest first
    open: tuple[Item, ...] = ()  # oldest first


@dataclass(frozen=True)
class AboutGlass:
    """Somebody opened to a member of staff outside whose scope they are."""

    individual: Individual
    staff: Staff
    reason: str
    until: datetime


@dataclass(frozen=True)
class Look:
    """One row of the record of access; `who` is None for the command line."""

    entry: Entry
    who: Staff | None = None


@dataclass(frozen=True)
class AboutLooks:
    """Who looked at or changed one person, latest first."""

    individual: Individual
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class AboutHeld:
    """All that is held on one person."""

    individual: Individual
    held: Held


@dataclass(frozen=True)
class AboutPause:
    """Whether sending is paused (`since`), who paused it or started it again, and what a pause holds back."""

    since: datetime | None = None
    by: Staff | None = None  # none: the command line
    alerts: int = 0
    messages: int = 0  # to individuals


@dataclass(frozen=True)
class AboutConsent:
    """Whether somebody under 18 may get messages, and who said so, or took it back; None: nobody has said either."""

    individual: Individual
    by: Staff | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class AboutHistory:
    """A date, every row about it with what became of it, what was answered, and which rows an answer showed as seen."""

    about: AboutAppointment
    rows: tuple[Told, ...]
    answers: tuple[Answered, ...]
    seen: Mapping[int, datetime]
    staff: Mapping[int, Staff]


@dataclass(frozen=True)
class AboutTexts:
    """How somebody stands to text messages; `by` recorded their yes. `ready`: they are set up at all."""

    individual: Individual
    texting: Texting
    ready: bool
    by: Staff | None = None


@dataclass(frozen=True)
class AboutRepairs:
    """Whom the chat does not reach, of those with whom one member of staff works; `page`: how many a message shows."""

    staff: Staff
    found: Mapping[Repair, tuple[Broken, ...]]
    page: int


Facts = (
    AboutNothing
    | AboutAppointment
    | AboutIndividual
    | AboutItem
    | AboutSaid
    | AboutStaff
    | AboutSession
    | AboutDay
    | AboutChat
    | AboutInvite
    | AboutSitting
    | AboutCase
    | AboutGlass
    | AboutLooks
    | AboutConsent
    | AboutHistory
    | AboutRepairs
    | AboutTexts
    | AboutHeld
    | AboutPause
    | Report
)

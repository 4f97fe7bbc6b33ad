"""What a message may say about one subject, gathered before it is composed. Plain values, no behaviour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.about import Facts
from domain.appointments import Answer, Appointment, Place, Reply, Session
from domain.attendance import JUDGED, OFF, Outcome, Record
from domain.audit import Entry
from domain.caseload import Part
from domain.compliance import Item, Kind
from domain.deciding import Contact
from domain.desk import Open, Waiting
from domain.evidence import Evidence
from domain.heeding import AboutAnswers
from domain.history import Answered, Told
from domain.moderating import NOTHING_UNREAD, Unread
from domain.neutral import Standing as Form
from domain.notes import Note
from domain.orders import Order
from domain.outbox import Saying, To
from domain.people import Individual, Staff
from domain.persons import Held
from domain.places import Bar, Candidate, Offer, Offered
from domain.procedure import Standing
from domain.questionnaires import Definition, Screen, Way
from domain.questionnaires import Facts as Known
from domain.repairs import Broken, Repair
from domain.slipping import Progress
from domain.standards import Reading
from domain.talk import Said
from domain.texting import Texting

YES_OR_NO = (Answer.COMING, Answer.CANNOT)


@dataclass(frozen=True)
class AboutNothing(Facts):
    """For messages that need nothing but their own params."""


@dataclass(frozen=True)
class AboutAppointment(Facts):
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
    beside: tuple["AboutAppointment", ...] = ()  # their others on its day, and on its day as they know it
    records: tuple[Record, ...] = ()  # all that was recorded, in the order in which it came
    recorders: Mapping[int, Staff] = field(default_factory=dict)  # whoever recorded it, by id
    notes: tuple[Note, ...] = ()  # private ones, only where a register shows its author's own
    instead: "AboutOffered | None" = None  # a place somewhere else, where this date is off
    told_not_to_come_by: Staff | None = None  # who answered *can't make it* so; nothing is recorded by it

    @property
    def reply(self) -> Reply | None:
        """The last reply, if there was any."""
        return self.replies[-1] if self.replies else None

    @property
    def settled(self) -> Record | None:
        """The record that stands, if it is about the date as it is booked now: who came or not before it moved to a
        later time says nothing of that one. (That it is off is taken back when it moves.)"""
        stands, one = self.standing, self.appointment
        if stands is None or stands.outcome in OFF or stands.recorded_at >= one.starts_at:
            return stands
        return stands if one.not_moved_since(stands.recorded_at) else None

    @property
    def off(self) -> bool:
        """Whether it was stood down ahead, was moved, or they are not expected or told not to come: nobody has to."""
        if self.standing is None:
            return self.told_not_to_come_by is not None
        return self.standing.outcome in OFF

    @property
    def expected(self) -> bool:
        """Whether anybody waits for them: if not, they may have come, and cannot have missed anything."""
        return self.order_runs and self.told_not_to_come_by is None

    @property
    def order_runs(self) -> bool:
        """Whether their order has them come on that day: it is not on hold, and has not ended before."""
        return not self.on_hold and not self.order.ended_before(self.appointment.day)

    @property
    def counts(self) -> bool:
        """Whether they are one of those who are expected on that day, wherever these are counted."""
        return self.expected and not self.off

    @property
    def said(self) -> Answer | None:
        """The last *I'll be there* or *I can't make it*, if either was said. Once it is over, nobody will be there."""
        in_time = (one for one in reversed(self.replies) if one.answer in YES_OR_NO and not self._in_vain(one))
        return next((one.answer for one in in_time), None)

    def _in_vain(self, reply: Reply) -> bool:
        return reply.answer is Answer.COMING and reply.at >= self.appointment.over_at

    def passed(self, now: datetime) -> bool:
        """Whether nobody can be told any more to come to it or not to: it is over, or what became of it is on record
        since it began."""
        one = self.appointment
        return one.over_at <= now or (one.starts_at <= now and self.settled is not None)

    @property
    def unexplained(self) -> bool:
        """Whether it matters once it has passed what got in the way: a miss of which nobody knows why, or nothing, is
        on record."""
        return self.settled is None or self.settled.outcome is Outcome.MISSED_REASON_UNKNOWN

    @property
    def length(self) -> timedelta:
        """How long was booked."""
        return self.appointment.over_at - self.appointment.starts_at

    @property
    def bring(self) -> str:
        """What to bring: the appointment's own word before the place's."""
        return self.appointment.bring or (self.place.bring if self.place else "")


@dataclass(frozen=True)
class AboutOffered(Facts):
    """A free place that was offered to one person, the date that it would be or has become (`date`), and whether
    anybody can still have it."""

    offered: Offered
    offer: Offer
    individual: Individual
    date: AboutAppointment
    candidate: Candidate
    free: int

    @property
    def stands(self) -> bool:
        """Whether there is still a place for this person, and they have not answered."""
        able = self.candidate.bar in (None, Bar.NO_MESSAGES)  # whether they may be written to is asked by itself
        return self.offer.sent and self.offer.closed_at is None and self.free > 0 and not self.offered.answer and able


@dataclass(frozen=True)
class AboutIndividual(Facts):
    """A person, their worker, their dates ahead (earliest first), and the order to speak about."""

    individual: Individual
    worker: Staff | None = None
    ahead: tuple[AboutAppointment, ...] = ()
    order: Order | None = None


@dataclass(frozen=True)
class AboutNews(Facts):
    """A person, and what is told of several of their dates that are otherwise now, earliest first."""

    individual: Individual
    told: tuple[tuple[Saying, AboutAppointment], ...]


@dataclass(frozen=True)
class Remark:
    """One thing that was said, and the member of staff who said it if it was not the individual."""

    said: Said
    by: Staff | None = None


@dataclass(frozen=True)
class Did:
    """One thing that staff did about something open, and who did it."""

    contact: Contact
    by: Staff | None = None


@dataclass(frozen=True)
class AboutAbsence(Facts):
    """A missed date: what was done about it, what they sent to show why, who decided, and how the order stands by the
    council's procedure. `messaged`: they were sent a message that asks after them, or will be; `in_touch`: they have
    answered since, in whatever way."""

    about: AboutAppointment
    history: Standing
    item: Item | None = None  # the alert; none of a date that the case system had as missed long ago
    done: tuple[Did, ...] = ()  # in order, without what was undone
    sent: tuple[Evidence, ...] = ()
    messaged: bool = False
    in_touch: bool = False
    asked: Told | None = None  # what became of the message that asks for something that shows why
    decided_by: Staff | None = None

    @property
    def individual(self) -> Individual:
        return self.about.individual


@dataclass(frozen=True)
class AboutAbsences(Facts):
    """The missed dates of one person, latest first, and how each of their orders stands by the procedure."""

    individual: Individual
    orders: tuple[tuple[Order, Standing], ...]
    dates: tuple[AboutAppointment, ...]


@dataclass(frozen=True)
class AboutEvidence(Facts):
    """What somebody sent to show why, opened; None once it has gone."""

    individual: Individual
    evidence: Evidence
    content: bytes | None = None


@dataclass(frozen=True)
class Skipped:
    """Who stood on a rung and could not be told (None: nobody by name), and why not: a code."""

    to: To
    why: str
    who: Staff | None = None


@dataclass(frozen=True)
class AboutItem(Facts):
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
    staff: Mapping[int, Staff] = field(default_factory=dict)  # all of them, for the ids that a message carries
    contacted: bool = False  # it is on record that somebody rang, wrote or visited since its clock began
    skipped: tuple[Skipped, ...] = ()  # who was to be told of it and could not be
    absence: AboutAbsence | None = None  # of a missed date, where the card is shown whole

    @property
    def undecided(self) -> bool:
        """Whether it is about a missed date of which nobody has said whether the reason is accepted, or about one that
        is open again after that was said: they sent something, or say that they were there; or about answers on a form
        that nobody has dealt with."""
        if self.item.kind is Kind.NEED:
            return self.item.open
        standing = self.about.standing if self.about is not None else None
        if standing is None:
            return False
        return standing.outcome is Outcome.MISSED_REASON_UNKNOWN or (standing.outcome in JUDGED and self.item.open)

    @property
    def to_be_decided(self) -> bool:
        """Whether it is about a missed date of which nobody has decided anything yet: only that ends it."""
        standing = self.about.standing if self.about is not None else None
        of_a_miss = self.item.kind is Kind.NON_ATTENDANCE and standing is not None
        return of_a_miss and standing is not None and standing.outcome is Outcome.MISSED_REASON_UNKNOWN


@dataclass(frozen=True)
class AboutItems(Facts):
    """Several open things that one message tells of, in its order."""

    items: tuple[AboutItem, ...]


@dataclass(frozen=True)
class AboutSaid(Facts):
    """One thing that was said, on its way to the other side."""

    said: Said
    individual: Individual
    by: Staff | None = None  # none: the individual
    by_worker: bool = False  # `by` is the individual's own worker
    on_hold: str = ""


@dataclass(frozen=True)
class AboutStaff(Facts):
    """A member of staff."""

    staff: Staff


@dataclass(frozen=True)
class AboutDesk(Facts):
    """What is open and within a member of staff's reach, as the desk orders it; `listed` is the manager's list, for
    whoever is a manager."""

    staff: Staff
    waiting: tuple[Waiting, ...] = ()
    listed: tuple[Waiting, ...] | None = None
    unread: Unread = NOTHING_UNREAD  # own words on forms that nobody has read: for managers, a count


@dataclass(frozen=True)
class AboutDigest(Facts):
    """What a working day brings for one member of staff: the dates of their people and the sessions that they run, by
    start, what is open and theirs, for a manager the manager's list, and the time limits that are near."""

    staff: Staff
    day: date
    dates: tuple[AboutAppointment, ...] = ()
    sessions: tuple[tuple[AboutAppointment, ...], ...] = ()
    waiting: tuple[Waiting, ...] = ()
    listed: tuple[Waiting, ...] = ()
    due: tuple["DueSoon", ...] = ()
    unread: Unread = NOTHING_UNREAD  # own words on forms that wait for this reader
    vacant: tuple["Planned", ...] = ()  # sessions until the next working day for which they are to find a runner

    @property
    def says_something(self) -> bool:
        work = self.dates or self.sessions or self.waiting or self.listed or self.due or self.vacant
        return bool(work or self.unread.count)


@dataclass(frozen=True)
class AboutPerson(Facts):
    """All that is open about one person, the most urgent first; `worker` is whose they are."""

    individual: Individual
    waiting: Waiting | None = None
    worker: Staff | None = None
    staff: Mapping[int, Staff] = field(default_factory=dict)


@dataclass(frozen=True)
class AboutSession(Facts):
    """A register: everybody expected at one date and place, by start time; a page of it if there are very many."""

    session: Session
    place: Place | None
    rows: tuple[AboutAppointment, ...]
    first: int = 1  # the number of the first row
    expected: int = 0  # how many are on all its pages
    off: int = 0  # of those, who do not count: nobody waits for them, or their date is off


@dataclass(frozen=True)
class Planned:
    """A session as a list of sessions names it, by one of its dates."""

    appointment_id: int
    session: Session
    place: Place | None
    runner: Staff | None
    expected: int

    @property
    def vacant(self) -> bool:
        """Whoever is named to run it is not there on the day."""
        return self.expected > 0 and self.runner is not None and not self.runner.there_on(self.session.day)


@dataclass(frozen=True)
class AboutGiving(Facts):
    """The sessions that a member of staff may give to somebody else, earliest first."""

    staff: Staff
    sessions: tuple[Planned, ...]

    @property
    def vacant(self) -> tuple[Planned, ...]:
        return tuple(one for one in self.sessions if one.vacant)


@dataclass(frozen=True)
class AboutChoice(Facts):
    """A session, and who could run it."""

    chosen: Planned
    could: tuple[Staff, ...]


@dataclass(frozen=True)
class AboutLine(Facts):
    """A typed register, and the sessions that it may be about."""

    note: Note
    sessions: tuple[Planned, ...]


@dataclass(frozen=True)
class AboutNote(Facts):
    """A note about somebody who is on no list: where, by whom, and who has it."""

    note: Note
    place: Place | None
    by: Staff
    taken_by: Staff | None = None


@dataclass(frozen=True)
class AboutDates(Facts):
    """A person's last dates and their next ones, by start."""

    individual: Individual
    dates: tuple[AboutAppointment, ...]


@dataclass(frozen=True)
class AboutChat(Facts):
    """A chat: who speaks from it, if anybody is linked to it now."""

    individual: Individual | None = None
    staff: Staff | None = None


@dataclass(frozen=True)
class AboutImport(Facts):
    """An export that was imported, the newest at the time. `followed`: another has come since."""

    followed: bool


@dataclass(frozen=True)
class AboutInvite(Facts):
    """An invitation, and whom it is for: an individual, with the order to speak about, or a colleague."""

    id: int
    individual: Individual | None = None
    order: Order | None = None
    staff: Staff | None = None

    @property
    def ref(self) -> str:
        """How the case system knows whoever it is for."""
        if self.individual is not None:
            return self.individual.case_ref
        return self.staff.ref if self.staff is not None else ""


@dataclass(frozen=True)
class AboutSitting(Facts):
    """A form, as the one person who answers it may see it. `screen` is what the engine shows now."""

    id: int
    individual: Individual
    form: str
    screen: Screen | None = None  # none: this version of the form is not there any more
    closed: bool = False  # finished, declined, or owed no more
    ended: str = ""  # closed (nobody answered in time) or withdrawn (whoever answered took it back)
    way: str = ""  # how it is, or was, answered
    worker_sees: bool = False  # the answers are for their worker: a start or a review
    until: datetime | None = None  # the answers can be taken back until then
    confirmed: bool = False  # a named person has confirmed the end of the order
    on_hold: str = ""  # while the order runs


@dataclass(frozen=True)
class OpenForm:
    """A form that staff could ask a person, and in which ways. `sitting`: None where it is still to be begun. `apart`:
    only who was named for it (`helper_id`) asks; `begun`: they are in the middle of it on their own phone."""

    order_id: int
    form: str
    ways: tuple[Way, ...]
    sitting: int | None = None
    helper_id: int | None = None
    apart: bool = False
    begun: bool = False


@dataclass(frozen=True)
class AboutAsking(Facts):
    """The forms that can be asked of one person now; nothing of any answer."""

    individual: Individual
    forms: tuple[OpenForm, ...]


@dataclass(frozen=True)
class AboutBlank(Facts):
    """Every form in its newest version by its name, and what is known of the order that it would be about."""

    forms: Mapping[str, Definition]
    known: Known


@dataclass(frozen=True)
class Handed:
    """Somebody else came to work with a person."""

    at: datetime
    before: Staff | None = None
    after: Staff | None = None


@dataclass(frozen=True)
class AboutCase(Facts):
    """A person's case, as a worker of theirs needs it at a glance."""

    individual: Individual
    orders: tuple[Order, ...]  # the one to speak about first
    workers: Mapping[int, Staff]
    ahead: tuple[AboutAppointment, ...] = ()  # earliest first
    behind: tuple[AboutAppointment, ...] = ()  # latest first
    open: tuple[Item, ...] = ()  # oldest first
    records: Mapping[int, Sequence[Record]] = field(default_factory=dict)  # of the dates behind, in the order they came
    hours: Mapping[int, Progress] = field(default_factory=dict)  # by order, where there are any
    standing: Mapping[int, Standing] = field(default_factory=dict)  # by order: what the council's procedure says
    contacts: tuple[Contact, ...] = ()  # latest first
    handed: tuple[Handed, ...] = ()  # latest first
    reads: tuple[Reading, ...] = ()  # the clocks of all orders
    forms: tuple[Form, ...] = ()  # how their questionnaires stand, in the order in which they were owed
    unconfirmed: bool = False  # an order has ended, and nobody has confirmed it


@dataclass(frozen=True)
class AboutGlass(Facts):
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
class AboutLooks(Facts):
    """Who looked at or changed one person, latest first."""

    individual: Individual
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class AboutHeld(Facts):
    """All that is held on one person."""

    individual: Individual
    held: Held


@dataclass(frozen=True)
class AboutPause(Facts):
    """Whether sending is paused (`since`), who paused it or started it again, and what a pause holds back."""

    since: datetime | None = None
    by: Staff | None = None  # none: the command line
    alerts: int = 0
    messages: int = 0  # to individuals


@dataclass(frozen=True)
class AboutConsent(Facts):
    """Whether somebody under 18 may get messages, and who said so, or took it back; None: nobody has said either."""

    individual: Individual
    by: Staff | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class AboutHistory(Facts):
    """A date, every row about it with what became of it, what was answered, and which rows an answer showed as seen.
    `earlier`: the dates that the same person had under its reference, which have one of their own now."""

    about: AboutAppointment
    rows: tuple[Told, ...]
    answers: tuple[Answered, ...]
    seen: Mapping[int, datetime]
    staff: Mapping[int, Staff]
    earlier: tuple[Appointment, ...] = ()


@dataclass(frozen=True)
class AboutTexts(Facts):
    """How somebody stands to text messages; `by` recorded their yes. `ready`: they are set up at all."""

    individual: Individual
    texting: Texting
    ready: bool
    by: Staff | None = None


@dataclass(frozen=True)
class AboutRepairs(Facts):
    """Whom the chat does not reach, of those with whom one member of staff works; `page`: how many a message shows."""

    staff: Staff
    found: Mapping[Repair, tuple[Broken, ...]]
    page: int


@dataclass(frozen=True)
class AboutLeave(Facts):
    """Somebody's leave as it stands, or the one that is being asked for."""

    staff: Staff
    everybody: Mapping[int, Staff]
    cover: Staff | None = None  # none: whoever is on duty
    on: bool = False  # they are away today
    open: tuple[Open, ...] = ()  # theirs, most urgent first
    closed: tuple[Open, ...] = ()  # since its first day, in that order


@dataclass(frozen=True)
class AboutCaseload(Facts):
    """Who there is, and of whom somebody's people are; `individual` where one is handed over alone."""

    everybody: Mapping[int, Staff]
    linked: frozenset[int]  # whom a chat reaches
    individual: Individual | None = None


@dataclass(frozen=True)
class OpenAbout:
    """What is open about one individual, as whoever takes over finds it."""

    individual: Individual
    items: tuple[Item, ...] = ()
    undecided: int = 0  # missed dates about which no alert is open any more
    form: bool = False  # a questionnaire that is owed and not answered
    notes: int = 0

    @property
    def count(self) -> int:
        return len(self.items) + self.undecided + self.form + self.notes


@dataclass(frozen=True)
class AboutHandover(Facts):
    """What was handed over, to whom, and what is open about each."""

    id: int
    giver: Staff | None
    taker: Staff
    by: Staff | None
    part: Part
    words: str
    held: tuple[OpenAbout, ...]  # by case reference


@dataclass(frozen=True)
class AboutLeaver(Facts):
    """Somebody whose account ends, and what is still with them."""

    staff: Staff
    people: Mapping[str, int]  # as what they are named on orders that run: of how many individuals
    items: int = 0  # claimed by them and not closed
    sessions: int = 0  # that they run after their last day
    asked: tuple[Staff, ...] = ()  # who is asked to give these to a colleague
    covers: tuple[Staff, ...] = ()  # whom they always cover


@dataclass(frozen=True)
class AboutRota(Facts):
    """Who is on duty on which day, as the rota says, and who could be."""

    reader: Staff
    days: Mapping[date, tuple[Staff, ...]]  # those with somebody on the rota
    could: tuple[Staff, ...]
    today: tuple[Staff, ...]  # who is told today


@dataclass(frozen=True)
class Asked:
    """The court was asked for more time: when, on whose side the cause is (empty if nobody said), and who recorded it;
    None: the export."""

    day: date
    cause: str
    by: Staff | None = None


@dataclass(frozen=True)
class AboutOrder(Facts):
    """One order's hours: its books, how it stands, and requests for more time. `several`: the person has another active
    order with hours; the two are never added."""

    individual: Individual
    progress: Progress
    extensions: tuple[Asked, ...] = ()
    several: bool = False


@dataclass(frozen=True)
class AboutProgress(Facts):
    """The orders on one page of a list, in its order, and the case reference of each (by order)."""

    orders: tuple[Progress, ...]
    case_refs: Mapping[int, str]


@dataclass(frozen=True)
class DueSoon:
    """A limit that is near, and whose case it is."""

    case_ref: str
    read: Reading


@dataclass(frozen=True)
class OrderClocks:
    """The time limits of one order, and why some of them were not kept."""

    order: Order
    reads: tuple[Reading, ...]
    explained: Mapping[tuple[str, int], str]


@dataclass(frozen=True)
class AboutClocks(Facts):
    """The time limits of a person's orders, the one to speak about first. `since`: the day on which the caseload was
    first read; of what ran out before it there may be nothing on record."""

    individual: Individual
    orders: tuple[OrderClocks, ...]
    since: date | None = None


@dataclass(frozen=True)
class AboutPapers(Facts):
    """One order, with all that its evidence record or a letter may say: its dates up to now, in order, each with what
    was told and answered; and of those missed what was done about it (by appointment)."""

    individual: Individual
    order: Order
    dates: tuple[AboutHistory, ...]
    absences: Mapping[int, AboutAbsence]
    history: Standing
    worker: Staff | None = None
    following: Appointment | None = None  # their next date


@dataclass(frozen=True)
class AboutReview(Facts):
    """One order as whoever holds its review needs it: its dates, its hours if it has any, its time limits, and what was
    answered at the start and at reviews."""

    papers: AboutPapers
    hours: AboutOrder | None = None
    reads: tuple[Reading, ...] = ()
    answers: AboutAnswers | None = None


@dataclass(frozen=True)
class AboutOrders(Facts):
    """A person's orders, one of which is to be chosen; the one to speak about first."""

    individual: Individual
    orders: tuple[Order, ...]

"""What is open and owed to an individual or about one: who is told, and who is told next.

The software never judges: an item says what happened and asks a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from domain.asking import Want
from domain.calendar import Calendar
from domain.heeding import When
from domain.outbox import Owed, Subject, To


class Kind(StrEnum):
    """Why a person should look."""

    NON_ATTENDANCE = "non_attendance"
    CANNOT = "cannot"
    HELP = "help"
    CALL = "call"
    WORDS = "words"
    DANGER = "danger"
    CHANGED = "changed"
    COMPLAINT = "complaint"
    MY_DATA = "my_data"
    FORGET = "forget"
    RING = "ring"  # a person should hear of a date from a person
    UNREACHABLE = "unreachable"  # they blocked the bot, or their account is gone
    UNRECORDED = "unrecorded"  # a session is over, and nobody has said what happened; hung on one of its dates
    NOTE = "note"  # what whoever runs a session noted about one person
    HOURS = "hours"  # an individual says that their hours are not right
    DEADLINE = "deadline"  # a clock of the national standards has run out, and nobody has said why
    ASSESS = "assess"  # something happened for which an assessment may have to come sooner
    NEED = "need"  # answers at the start or at a review that ask for a person; its words are codes, its reason by when
    ASK = "ask"  # the form at an order's end cannot be offered in the chat: somebody neutral is to be named


# What nobody else is shown beside other things.
ONLY_MANAGERS = frozenset({Kind.COMPLAINT, Kind.MY_DATA, Kind.FORGET, Kind.ASK})
WAITS_A_WEEK = frozenset({Kind.DEADLINE, Kind.ASSESS})  # what stays with somebody who is away and has taken it on
IN_A_FORM = "form"  # the reason of words of danger that were written in a form: not for whoever works with the person
FOLLOWED = frozenset({Kind.NON_ATTENDANCE})  # what somebody must have spoken to the person about by a certain moment
COVER_AFTER = timedelta(hours=4)  # working hours, where no ladder says otherwise
MANAGER_AT = time(10)  # on the next working day, where no ladder says otherwise
URGENT = frozenset({"", Want.TRAVEL, Want.FOOD, Want.TALK})  # wants of *I need help*; "" while it is not known which
AGAIN = "said_again"  # the family of what is owed when more is said about something that somebody has taken on
FOLLOW_UP = "follow_up"  # the family of what is owed until somebody has spoken to the person, or decided
PUT_ON_LIST = "put_on_list"  # the kind of a row that says nothing: something goes on the manager's list
PUT_UNDECIDED = "put_undecided"  # the same, of what somebody has spoken to the person about, and nobody decides
LISTED = "listed"  # the kind and the family of what managers are told then
TO_TAKER = "to_taker"  # the family of what tells whoever takes people over; it waits until they can be told
UNTIL_TOLD = "until_told"  # the family of other news for staff that waits until somebody can be told
NUMBER = "still_waiting"  # the kind and the family of the number to ring that is given to whoever got no answer


class Ending(StrEnum):
    """How it ended, says whoever dealt with it."""

    SPOKE = "spoke"
    NO_ANSWER = "no_answer"
    SORTED = "sorted"
    PASSED_ON = "passed_on"
    NOT_NEEDED = "not_needed"
    NO_NEED = "no_need"  # of *can't make it*: no need to come
    STILL_COME = "still_come"
    NEW_DATE = "new_date"


ANSWERS = (Ending.NO_NEED, Ending.STILL_COME, Ending.NEW_DATE)  # what *can't make it* is owed by a named person
STOOD_OFF = frozenset({Ending.NO_NEED, Ending.NEW_DATE})  # answers by which the date itself need not be kept
ENDS_WITH_OUTCOME = frozenset(
    {Kind.HELP, Kind.CALL, Kind.CANNOT, Kind.WORDS, Kind.CHANGED, Kind.COMPLAINT, Kind.DANGER, Kind.RING, Kind.HOURS}
) | {Kind.NEED}
TOLD_WHEN_TAKEN = frozenset({Kind.HELP, Kind.CALL, Kind.HOURS})
TOLD_OF_OUTCOME = frozenset({Kind.HELP, Kind.CALL, Kind.CHANGED, Kind.HOURS})


@dataclass(frozen=True)
class Item:
    """Something open. `claimed_by` is the member of staff who said *I'm dealing with it*."""

    id: int
    kind: Kind
    individual_id: int
    order_id: int | None
    appointment_id: int | None
    raised_at: datetime
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    disputed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closed_at: datetime | None = None
    words: str = ""
    reason: str = ""
    round: int = 1
    number: str = ""  # which number it is safe to ring (E.164), or `write` for none
    safe_time: str = ""  # when: a code, or their own words
    outcome: str = ""
    follow_up_at: datetime | None = None  # by when a contact or a decision is expected
    listed_at: datetime | None = None  # since when it stands on the manager's list
    listed_why: str = ""

    @property
    def open(self) -> bool:
        return self.withdrawn_at is None and self.closed_at is None

    @property
    def done(self) -> bool:
        """Closed, and not withdrawn since."""
        return self.withdrawn_at is None and self.closed_at is not None

    @property
    def apart(self) -> bool:
        """Whether it is kept from whoever works with the person, beside other things that are open or were said."""
        return self.kind in ONLY_MANAGERS or (self.kind is Kind.DANGER and self.reason == IN_A_FORM)

    @property
    def unclaimed(self) -> bool:
        return self.open and self.claimed_by is None

    @property
    def climbs(self) -> bool:
        """Whether somebody else has to be told yet: until it is taken on, or, if an answer is owed, until that."""
        return self.unclaimed or (self.open and self.kind is Kind.CANNOT)


def most_urgent_first(item: Item) -> tuple[bool, int, datetime]:
    """The order of a list of what is open: what nobody has taken on, then words of danger, then who asks for help on
    the day, then the oldest."""
    urgent = item.kind is Kind.HELP and item.reason in URGENT
    rank = 0 if item.kind is Kind.DANGER else 1 if urgent else 2
    return not item.unclaimed, rank, item.raised_at


def endings_of(kind: Kind) -> tuple[Ending, ...]:
    """How something of this kind may end. *Can't make it* ends with an answer, or with a talk."""
    if kind is Kind.CANNOT:
        return (*ANSWERS, Ending.SPOKE, Ending.NOT_NEEDED)
    return tuple(one for one in Ending if one not in ANSWERS)


# ── The ladder ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Says(StrEnum):
    """What a step's card says beside what happened."""

    NEWS = "news"  # nothing
    UNTAKEN = "untaken"  # nobody has taken it on
    UNANSWERED = "unanswered"  # whoever asked still waits for an answer


@dataclass(frozen=True)
class Step:
    """One rung: who is told and when, counted from the rung before: after so much working time (or time by the clock),
    or at a wall time on the next working day; and so long before the date begins, if that is sooner."""

    to: To
    after: timedelta = timedelta()
    by_clock: bool = False
    at: time | None = None
    before_start: timedelta | None = None
    says: Says = Says.UNTAKEN

    def due(self, before: datetime, calendar: Calendar, starts_at: datetime | None = None) -> datetime:
        """Never earlier than the rung before."""
        if self.at is not None:
            found = calendar.at(calendar.next_working_day(calendar.day(before)), self.at)
        elif self.by_clock or not self.after:
            found = before + self.after
        else:
            found = calendar.after_working_time(before, self.after)
        if self.before_start is not None and starts_at is not None:
            found = min(found, starts_at - self.before_start)
        return max(found, before)


@dataclass(frozen=True)
class FollowUp:
    """By when somebody must have spoken to a person who missed a date, or decided; and when a manager sees that nobody
    has. 2 working days, and before the next day of work: the standard for community service of 2004, paras 77-78; no
    later text that we could read names a number (field notes 2.4)."""

    working_days: int = 2
    before_next_work: bool = True
    listed_at: time = MANAGER_AT  # on the next working day


STANDARD = (
    Step(To.WORKER, says=Says.NEWS),
    Step(To.COVER, after=COVER_AFTER),
    Step(To.MANAGER, at=MANAGER_AT),
)


@dataclass(frozen=True)
class Ladders:
    """One version of who is told of what is open, and when. The steps stand under the names that `name_of` gives."""

    version: str = ""
    steps: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    follow_up: FollowUp = field(default_factory=FollowUp)

    def of(self, item: Item) -> tuple[Step, ...]:
        """From the first to be told to the last."""
        return self.steps.get(name_of(item), STANDARD)

    def after(self, item: Item, to: To) -> To | None:
        """Who is told when nobody could be reached on this rung; None after the last. Whoever is on no rung of it
        stands before a manager."""
        rungs = [step.to for step in self.of(item)]
        return next(iter(rungs[rungs.index(to) + 1 :]), None) if to in rungs else To.MANAGER


HELP_TODAY = "help_today"  # the ladder of help that is needed today, or of which nobody knows yet what it is about
NEED_TODAY, NEED_SOON = "need_today", "need_soon"  # the ladders of what a form asks for today, and in a working day
NAMES = (*(kind.value for kind in Kind), HELP_TODAY, NEED_TODAY, NEED_SOON)


def name_of(item: Item) -> str:
    """Under which name the ladder of an item stands.

    Our own choice, no rule names it: who has nothing to eat, no way to get there or must talk today needs an answer on
    the day; another date or a call may wait for half a day.
    """
    if item.kind is Kind.NEED:
        return {When.TODAY.value: NEED_TODAY, When.SOON.value: NEED_SOON}.get(item.reason, item.kind.value)
    return HELP_TODAY if item.kind is Kind.HELP and item.reason in URGENT else item.kind.value


def ladder(
    item: Item,
    at: datetime,
    calendar: Calendar,
    ladders: Ladders,
    starts_at: datetime | None = None,
    start: To | None = None,
) -> list[Owed]:
    """The messages owed about an item whose clock began at `at`; or from rung `start` on, which is told at `at`.
    `starts_at` is when the date begins that it is about."""
    steps = ladders.of(item)
    rungs = [step.to for step in steps]
    first = 0 if start is None else rungs.index(start) if start in rungs else len(steps) - 1
    owed, due = [], at
    for n, step in enumerate(steps[first:]):
        due = at if start is not None and n == 0 else step.due(due, calendar, starts_at)
        owed.append(_rung(item, step, due, ladders.version))
    if item.kind is Kind.DANGER and not calendar.open_at(at):  # a message in the night is easily missed in the morning
        owed.append(replace(owed[0], to=To.DUTY, due_at=calendar.next_opening(at), step="opening"))
    return owed


def _rung(item: Item, step: Step, due: datetime, version: str) -> Owed:
    return Owed(
        kind="item",
        subject=Subject("item", item.id),
        to=step.to,
        due_at=due,
        step=step.to.value,
        revision=item.round,
        individual_id=item.individual_id,
        params={} if step.says is Says.NEWS else {"says": step.says.value},
        family="ladder",
        rules=version,
    )


def if_not_seen(item: Item, at: datetime, calendar: Calendar, ladders: Ladders) -> tuple[To, datetime]:
    """Who hears when more was said to somebody who has taken an item on and does not look, and when."""
    second = ladders.of(item)[1:2]
    if not second:
        return To.MANAGER, calendar.after_working_time(at, COVER_AFTER)
    return second[0].to, second[0].due(at, calendar)


def rung_after(to: To) -> To | None:
    """Who is told in place of somebody who could not be reached, where no ladder says who. Nobody comes after a
    manager: that one waits."""
    return {To.HOLDER: To.COVER, To.WORKER: To.COVER, To.COVER: To.MANAGER, To.DUTY: To.MANAGER}.get(to)


# ── The follow-up clock ─────────────────────────────────────────────────────────────────────────────────────────────


def follow_up_by(raised_at: datetime, next_work: datetime | None, calendar: Calendar, rule: FollowUp) -> datetime:
    """By when somebody must have spoken to the person, or decided: the end of a working day, or the start of the
    person's next unpaid work day if that is sooner. Saying *I'm dealing with it* does not stop this clock."""
    day = calendar.day(raised_at)
    for _ in range(rule.working_days):
        day = calendar.next_working_day(day)
    by = calendar.at(day, calendar.work_to)
    return min(by, next_work) if rule.before_next_work and next_work is not None and next_work > raised_at else by


def plan_follow_up(item: Item, calendar: Calendar, ladders: Ladders) -> list[Owed]:
    """Whoever has it, else the worker, is asked once; and on the next working day it goes on the manager's list. Who
    has spoken to the person by then has as many working days again to decide: every absence ends decided or listed."""
    if item.follow_up_at is None:
        return []
    asks = Owed(
        kind="follow_up",
        subject=Subject("item", item.id),
        to=To.HOLDER,
        due_at=item.follow_up_at,
        step=f"ask-{int(item.follow_up_at.timestamp())}",  # a clock that begins anew asks anew
        revision=item.round,
        individual_id=item.individual_id,
        family=FOLLOW_UP,
        rules=ladders.version,
    )
    rule, day = ladders.follow_up, calendar.next_working_day(calendar.day(item.follow_up_at))
    on = calendar.at(day, rule.listed_at)
    lists = replace(asks, kind=PUT_ON_LIST, to=To.MANAGER, due_at=on, step=f"list-{int(on.timestamp())}")
    if item.kind is Kind.NEED:  # whoever has spoken to the person is done with it when they say so
        return [asks, lists]
    for _ in range(rule.working_days):
        day = calendar.next_working_day(day)
    end = calendar.at(day, rule.listed_at)
    return [asks, lists, replace(lists, kind=PUT_UNDECIDED, due_at=end, step=f"undecided-{int(end.timestamp())}")]

"""Who there is, and the one table of who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a member of staff does. One person may hold several."""

    OFFICER = "officer"
    CASE_MANAGER = "case_manager"
    SUPERVISOR = "supervisor"
    COURT_TEAM = "court_team"
    YOUTH_TEAM = "youth_team"
    DUTY = "duty"
    MODERATOR = "moderator"
    MANAGER = "manager"


class Act(StrEnum):
    """What may be done to or for an individual, or asked of the service."""

    SEE_CASE = "see_case"
    INVITE = "invite"
    INVITE_STAFF = "invite_staff"
    RUN_REGISTER = "run_register"
    CLAIM_ITEM = "claim_item"
    DECIDE_ABSENCE = "decide_absence"
    CONSENT_YOUTH = "consent_youth"
    REPORT = "report"
    READ_EXIT_TEXT = "read_exit_text"
    FORMS = "forms"  # ask the questions of a form in place of the chat; of the end, only who was named for it
    NAME_NEUTRAL = "name_neutral"  # who asks at the end, where the chat cannot
    CONFIRM_END = "confirm_end"  # that an order has ended as planned, which the export alone does not say
    READ_ANSWERS = "read_answers"  # of one's own people, at the start and at reviews; never those at the end
    ANSWER = "answer"  # write back to an individual
    HOLD = "hold"
    LEGAL_HOLD = "legal_hold"
    BREAK_GLASS = "break_glass"
    WHO_LOOKED = "who_looked"
    EXPORT = "export"  # a copy of all that is held on a person
    PAPERS = "papers"  # an evidence record or a letter about one order
    CUT_OFF = "cut_off"
    PAUSE = "pause"  # the kill switch
    REPAIR = "repair"  # whom the chat does not reach
    TEXTS = "texts"  # record that somebody agreed to text messages, or wants no more
    PROGRESS = "progress"  # see how hours stand
    EXTENSION = "extension"  # put on record that the court was asked for more time
    STEPS = "steps"  # the time limits of an order: see them, and put on record what was done
    READ_RULES = "read_rules"  # what is sent and when, and what is not
    SET_OUTCOME = "set_outcome"  # record what happened on a date of one's own people, and put it right
    GIVE_SESSION = "give_session"  # say that a colleague runs a session
    OFFER = "offer"  # tick people for places, and offer them free ones
    STAND_DOWN = "stand_down"  # say that a whole session is off
    AWAY = "away"  # say that oneself is away, and who covers; and see who is on duty today
    STAFFING = "staffing"  # the same for a colleague; leavers; the duty rota
    HAND_OVER = "hand_over"  # give one's people to a colleague; a manager, anybody's


class Scope(StrEnum):
    """How far a permission reaches."""

    NOBODY = "nobody"
    OWN = "own"  # people on their orders, and on the orders of those whom they cover
    SESSION = "session"  # people on the sessions that they run, on that day and until what is missing is a manager's
    OPEN_ITEM = "open_item"  # people about whom something is open that is owed to them
    EVERYBODY = "everybody"


MAY: Mapping[Act, Mapping[Role, Scope]] = {
    Act.SEE_CASE: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.DUTY: Scope.OPEN_ITEM,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.INVITE: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.COURT_TEAM: Scope.EVERYBODY,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.INVITE_STAFF: {Role.MANAGER: Scope.EVERYBODY},
    Act.RUN_REGISTER: {
        Role.OFFICER: Scope.SESSION,
        Role.CASE_MANAGER: Scope.SESSION,
        Role.SUPERVISOR: Scope.SESSION,
        Role.YOUTH_TEAM: Scope.SESSION,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.CLAIM_ITEM: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.DUTY: Scope.OPEN_ITEM,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.DECIDE_ABSENCE: {Role.OFFICER: Scope.OWN, Role.CASE_MANAGER: Scope.OWN, Role.YOUTH_TEAM: Scope.OWN},
    Act.CONSENT_YOUTH: {Role.YOUTH_TEAM: Scope.EVERYBODY},
    Act.REPORT: {Role.MANAGER: Scope.EVERYBODY},
    Act.READ_EXIT_TEXT: {Role.MODERATOR: Scope.EVERYBODY},
    Act.FORMS: {Role.OFFICER: Scope.OWN, Role.CASE_MANAGER: Scope.OWN, Role.YOUTH_TEAM: Scope.OWN},
    Act.NAME_NEUTRAL: {Role.MANAGER: Scope.EVERYBODY},
    Act.CONFIRM_END: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.READ_ANSWERS: {Role.OFFICER: Scope.OWN, Role.CASE_MANAGER: Scope.OWN, Role.YOUTH_TEAM: Scope.OWN},
    Act.ANSWER: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.DUTY: Scope.OPEN_ITEM,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.HOLD: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.LEGAL_HOLD: {Role.MANAGER: Scope.EVERYBODY},
    Act.BREAK_GLASS: {
        Role.OFFICER: Scope.EVERYBODY,
        Role.CASE_MANAGER: Scope.EVERYBODY,
        Role.YOUTH_TEAM: Scope.EVERYBODY,
        Role.DUTY: Scope.EVERYBODY,
    },
    Act.WHO_LOOKED: {Role.MANAGER: Scope.EVERYBODY},
    Act.EXPORT: {Role.MANAGER: Scope.EVERYBODY},
    Act.PAPERS: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.CUT_OFF: {Role.MANAGER: Scope.EVERYBODY},
    Act.PAUSE: {Role.MANAGER: Scope.EVERYBODY},
    Act.REPAIR: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.TEXTS: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.OFFER: {Role.CASE_MANAGER: Scope.OWN, Role.MANAGER: Scope.EVERYBODY},
    Act.STAND_DOWN: {
        Role.CASE_MANAGER: Scope.EVERYBODY,
        Role.MANAGER: Scope.EVERYBODY,
        Role.SUPERVISOR: Scope.SESSION,
    },
    Act.PROGRESS: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.EXTENSION: {Role.OFFICER: Scope.OWN, Role.CASE_MANAGER: Scope.OWN, Role.YOUTH_TEAM: Scope.OWN},
    Act.STEPS: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.SET_OUTCOME: {
        Role.OFFICER: Scope.OWN,
        Role.CASE_MANAGER: Scope.OWN,
        Role.YOUTH_TEAM: Scope.OWN,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.GIVE_SESSION: {Role.CASE_MANAGER: Scope.OWN, Role.MANAGER: Scope.EVERYBODY},
    Act.READ_RULES: {
        Role.OFFICER: Scope.EVERYBODY,
        Role.CASE_MANAGER: Scope.EVERYBODY,
        Role.YOUTH_TEAM: Scope.EVERYBODY,
        Role.MANAGER: Scope.EVERYBODY,
    },
    Act.AWAY: dict.fromkeys(Role, Scope.EVERYBODY),
    Act.STAFFING: {Role.MANAGER: Scope.EVERYBODY},
    Act.HAND_OVER: {Role.OFFICER: Scope.OWN, Role.CASE_MANAGER: Scope.OWN, Role.MANAGER: Scope.EVERYBODY},
}


@dataclass(frozen=True)
class Leave:
    """Days on which somebody is away, both included."""

    staff_id: int
    first: date
    last: date

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Staff:
    """A member of staff. `covers` are the ids of colleagues whom this person always covers, `stands_in` the leaves of
    those whom they cover for so long."""

    id: int
    ref: str
    name: str
    roles: frozenset[Role]
    language: str = "en"
    active_until: date | None = None
    cover_id: int | None = None
    covers: frozenset[int] = frozenset()
    leave: Leave | None = None
    leave_cover_id: int | None = None  # who covers meanwhile, if not whoever always does
    stands_in: frozenset[Leave] = frozenset()

    @property
    def first_name(self) -> str:
        """The name that an individual would use."""
        return self.name.split()[0] if self.name.split() else self.ref

    def active_on(self, day: date) -> bool:
        """Accounts end by themselves, after the last day that was named."""
        return self.active_until is None or day <= self.active_until

    def away_on(self, day: date) -> bool:
        """On leave, or ill: somebody else is told meanwhile."""
        return self.leave is not None and self.leave.on(day)

    def there_on(self, day: date) -> bool:
        """At the service, and not away."""
        return self.active_on(day) and not self.away_on(day)

    def cover_on(self, day: date) -> int | None:
        """Whose turn it is when this person cannot be told; None: whoever is on duty. Who left their cover to duty
        stands in for themselves."""
        if not self.away_on(day) or self.leave_cover_id is None:
            return self.cover_id
        return self.leave_cover_id if self.leave_cover_id != self.id else None

    def covering(self, day: date) -> frozenset[int]:
        """The colleagues whom this person covers on a day."""
        return self.covers | {leave.staff_id for leave in self.stands_in if leave.on(day)}


@dataclass(frozen=True)
class Individual:
    """A person who is, or has been, subject to a community payback order."""

    id: int
    case_ref: str
    first_name: str
    language: str = "en"
    youth: bool = False
    youth_consent: bool = False
    staff_contact_only: bool = False
    work_limits: str = ""
    stopped: bool = False
    language_wish: str | None = None  # "" while the bot waits to be told which
    name_agreed: bool = False  # their worker's name may be shown on this phone
    plain: bool = False  # plain wording, chosen on a private phone
    mobile_ending: str = ""  # the last three digits of the number on record
    nudged: bool = False  # asked for a word on the morning itself too
    discreet: bool = False  # others see the phone, they said: plain wording is locked
    easy: bool = False  # wants short messages in easy words
    early_agreed: bool = False  # may be told from 06:30 that a day is off, to save a wasted trip


@dataclass(frozen=True)
class Relation:
    """How a member of staff stands to what the act is about."""

    workers: frozenset[int] = (
        frozenset()
    )  # officer, case manager (and, under 18, the youth team) of the person's orders
    runs_session: bool = False  # names the member of staff who runs the session, and its register is open to them
    open_item: bool = False  # something about the person is open and owed to the member of staff's role
    glass: frozenset[int] = frozenset()  # staff who have broken the glass, for as long as it stays open


# What stands open behind broken glass, to a role that may do it at all.
THROUGH_GLASS = frozenset({Act.SEE_CASE, Act.CLAIM_ITEM, Act.ANSWER})


def team_of_youths(staff: Mapping[int, Staff]) -> frozenset[int]:
    """Who works with everybody under 18, beside those on their orders."""
    return frozenset(id_ for id_, one in staff.items() if Role.YOUTH_TEAM in one.roles)


def may(staff: Staff, act: Act, relation: Relation, today: date) -> bool:
    """Whether any role of this member of staff reaches that far. An account that has ended reaches nothing."""
    if not staff.active_on(today):
        return False
    own = bool(relation.workers & ({staff.id} | staff.covering(today)))
    glass = act in THROUGH_GLASS and staff.id in relation.glass
    reached = {
        Scope.NOBODY: False,
        Scope.OWN: own or glass,
        Scope.SESSION: relation.runs_session,
        Scope.OPEN_ITEM: relation.open_item or glass,
        Scope.EVERYBODY: True,
    }
    return any(reached[MAY[act].get(role, Scope.NOBODY)] for role in staff.roles)


def widest(staff: Staff, act: Act) -> Scope:
    """The furthest that any role of this member of staff reaches."""
    order = list(Scope)
    return max((MAY[act].get(role, Scope.NOBODY) for role in staff.roles), key=order.index, default=Scope.NOBODY)

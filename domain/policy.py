"""What a council may set, with thoughtful defaults. Times of day live in `calendar.Calendar`."""

from dataclasses import dataclass, field
from datetime import timedelta

from domain.compliance import Ladders
from domain.limits import Standards
from domain.procedure import NONE as NO_PROCEDURE
from domain.procedure import Rules as Procedure
from domain.progress import Rules as ProgressRules
from domain.reminding import EVENING_BEFORE, Rules
from domain.retention import Retention


@dataclass(frozen=True)
class Policy:
    """The settings that rules and messages read."""

    service_name: str = "Dates"
    phone: str = ""  # duty's number; empty if the council has not named one yet
    phone_hours: str = ""
    not_here_after: timedelta = timedelta(minutes=15)
    invite_lasts: timedelta = timedelta(days=7)
    wrong_codes: int = 5  # wrong codes that one chat may try in `wrong_codes_within`
    wrong_codes_within: timedelta = timedelta(hours=1)
    wrong_digits: int = 3  # wrong digits after which an invitation is dead
    undo_within: timedelta = timedelta(days=7)  # how long the link of a phone can be undone with a tap
    register_shows: str = "first_name"  # or case_ref
    absence_alerts_days: int = 2  # working days back within which an imported absence still raises its alert
    import_expected_days: int = 2  # working days after which managers are told that no import came; 0 for never
    lock_after: timedelta = timedelta(hours=12)  # of silence, then a staff phone asks for its PIN; 0 for never
    hide_under: int = 5  # cells of a report that count fewer people are hidden
    hide_under_public: int = 10  # the same where anybody may read it (field notes, section 3)
    audit_sample: int = 10  # orders in a pack whose files are to be looked at
    form_closes: timedelta = timedelta(days=28)  # after its offer, a form that nobody answered is over
    sensitive_in_chat: bool = False  # questions about drink, drugs and feelings are asked in the chat
    languages: tuple[str, ...] = ("en",)
    emergency_phone: str = "999"
    samaritans_phone: str = "116 123"  # samaritans.org: free, day and night
    breathing_space_phone: str = "0800 83 85 87"  # breathingspace.scot: free, evenings and weekends
    out_of_hours: str = ""  # the staff reference of whoever is told of danger when nobody is at work
    out_of_hours_phone: str = ""  # a number that individuals may ring then
    most_a_day: int = 2  # messages that nobody asked for, after which extra ones are dropped (field notes 4.3)
    most_a_week: int = 6  # the same, in seven days
    offer_later: timedelta = timedelta(hours=2)  # how much earlier who lost hours to the service hears of a free place
    texts: bool = False  # text messages are set up, for those whom the chat does not reach
    reminders: Rules = EVENING_BEFORE  # what is sent ahead of a date and when, and what is not
    procedure: Procedure = NO_PROCEDURE  # what comes next after dates that were missed and not accepted
    ladders: Ladders = field(default_factory=Ladders)  # who is told of what is open, and when
    standards: Standards = field(default_factory=Standards)  # the time limits, and the council's own beside them
    progress: ProgressRules = field(default_factory=ProgressRules)  # how hours are counted, and who is slipping
    retention: Retention = field(default_factory=Retention)  # how long each thing is kept
    letter: bytes = b""  # the council's own template of a letter, a DOCX file; empty for ours

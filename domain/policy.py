"""What a council may set, with thoughtful defaults. Times of day live in `calendar.Calendar`."""

from dataclasses import dataclass
from datetime import timedelta


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
    register_shows: str = "first_name"  # or case_ref
    absence_alerts_days: int = 2  # working days back within which an imported absence still raises its alert
    hide_under: int = 5  # cells of a report that count fewer people are hidden
    sensitive_in_chat: bool = False  # questions about drink, drugs and feelings are asked in the chat
    languages: tuple[str, ...] = ("en",)

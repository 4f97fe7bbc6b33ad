"""Environment or `.env` → one frozen Settings. Every mistake is reported at once, in plain words."""

import os
import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain.calendar import Calendar
from domain.policy import Policy

PREFIX = "MINDER_"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OFF = "off"  # what turns a setting off that has a default: an empty one counts as not set
LAST_PORT = 65_535
FIRST_YEAR, LAST_YEAR = 2015, 2045
SECRETS = frozenset(
    {"token", "secret_key", "database_url", "webhook_secret", "notify_key", "notify_callback_token"}
)  # the last may hold a password
ONE_OFF = frozenset({date(2026, 6, 15)})  # bank holiday for Scotland's World Cup (Bank Holidays Proclamation, 2025)


@cache
def _bank_holidays() -> frozenset[date]:
    """Scotland's, worked out once: thirty years of them take a while."""
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="SCT", years=range(FIRST_YEAR, LAST_YEAR))) | ONE_OFF


class SettingsWrong(Exception):
    """What is wrong with the settings: one line each, with what was found and what is expected."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """What a council sets. Names in the environment begin with MINDER_; the environment wins over `.env`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    token: str = Field(min_length=10)
    secret_key: Annotated[tuple[str, ...], NoDecode] = Field(min_length=1)  # newest first, joined with commas
    telegram_url: str = "https://api.telegram.org"
    database_url: str = "sqlite:///minder.db"
    timezone: str = "Europe/London"
    service_name: str = "Dates"
    phone: str = ""
    phone_hours: str = ""
    work_from: time = time(9)
    work_to: time = time(17)
    quiet_from: time = time(20)
    quiet_to: time = time(8)
    local_holidays: Annotated[tuple[date, ...], NoDecode] = ()
    not_here_after_minutes: int = Field(default=15, ge=0, le=240)
    invite_days: int = Field(default=7, ge=1, le=31)
    register_shows: str = Field(default="first_name", pattern="^(first_name|case_ref)$")
    lock_after_hours: int = Field(default=12, ge=0, le=168)  # 0: staff phones never ask for a PIN
    hide_under: int = Field(default=5, ge=1, le=50)
    hide_under_public: int = Field(default=10, ge=1, le=100)
    audit_sample: int = Field(default=10, ge=0, le=200)
    import_expected_days: int = Field(default=Policy.import_expected_days, ge=0, le=60)  # 0: none is expected
    health_listen: str = "127.0.0.1:9464"
    webhook_url: str = Field(default="", pattern=r"^(https?://[^\s/]+/\S+)?$")  # the public address; empty: polling
    webhook_listen: str = "127.0.0.1:8443"
    webhook_secret: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,256}$")  # else made from the secret key
    notify_key: str = Field(
        default="", pattern=rf"^(.+-{_UUID}-{_UUID})?$"
    )  # of GOV.UK Notify; empty: no text messages
    notify_template: str = Field(default="", pattern=rf"^({_UUID})?$")  # one that says ((message)) and nothing else
    notify_url: str = Field(default="https://api.notifications.service.gov.uk", pattern=r"^https?://\S+$")
    notify_callback_token: str = Field(default="", pattern=r"^(\S{10,})?$")  # what Notify posts receipts and texts with
    heartbeat_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    form_closes_days: int = Field(default=28, ge=1, le=365)  # after its offer, a form that nobody answered is over
    sensitive_in_chat: bool = False
    messages_a_second: int = Field(default=30, ge=1, le=1000)  # above 30 Telegram charges for what is said unasked
    emergency_phone: str = Policy.emergency_phone  # crisis numbers: to be checked by the council
    samaritans_phone: str = Policy.samaritans_phone
    breathing_space_phone: str = Policy.breathing_space_phone
    out_of_hours: str = ""  # a staff reference, of somebody on duty or a manager
    out_of_hours_phone: str = ""
    most_a_day: int = Field(default=Policy.most_a_day, ge=0, le=20)  # unasked messages to one person: the caps
    most_a_week: int = Field(default=Policy.most_a_week, ge=0, le=100)
    offer_later_hours: int = Field(default=2, ge=0, le=48)  # who lost no hours hears of a free place so much later
    reminders_file: str = ""  # the council's own; else the one that comes with the bot
    letter_file: str = ""  # the council's own template of a letter, as DOCX; else ours
    procedure_file: str = ""  # the council's own; else the example that comes with the bot
    ladders_file: str = ""  # the council's own; else the one that comes with the bot
    standards_file: str = ""  # the council's own; else the one that comes with the bot
    progress_file: str = ""  # the council's own; else the one that comes with the bot
    retention_file: str = ""  # the council's own; else the one that comes with the bot
    questionnaires_folder: str = ""  # the council's own forms, beside ours

    @field_validator("secret_key", mode="before")
    @classmethod
    def _several_keys(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(key) < 16 for key in value):
            raise ValueError("each key needs at least 16 characters; `minder setup` makes a good one")
        return value

    @field_validator("local_holidays", mode="before")
    @classmethod
    def _several_days(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("health_listen", "webhook_listen")
    @classmethod
    def _known_port(cls, value: str, info: ValidationInfo) -> str:
        may_be_off = info.field_name == "health_listen"
        found = re.fullmatch(r"[^:/\s]+:([0-9]{1,5})", value)
        if not (may_be_off and value == OFF) and (found is None or int(found[1]) > LAST_PORT):
            either = ", or off" if may_be_off else ""
            raise ValueError(f"expected HOST:PORT, with a port from 0 to {LAST_PORT}{either}")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("expected a zone such as Europe/London") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError:
            backend = value.partition(":")[0]
        if backend not in ("sqlite", "postgresql"):
            raise ValueError("expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
        return value

    @field_validator("telegram_url")
    @classmethod
    def _known_server(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("expected an address that begins with https://")
        return value

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.work_from >= self.work_to:
            raise ValueError(
                f"MINDER_WORK_FROM and MINDER_WORK_TO: found {self.work_from:%H:%M} and {self.work_to:%H:%M}; "
                "expected the working day to begin before it ends"
            )
        return self

    @model_validator(mode="after")
    def _texts_have_a_template_and_a_way_back(self) -> Self:
        """People are told to reply, and to reply STOP: it must be heard."""
        wanted = {
            "MINDER_NOTIFY_TEMPLATE": (self.notify_template, "the id of a template that says ((message))"),
            "MINDER_NOTIFY_CALLBACK_TOKEN": (
                self.notify_callback_token,
                "at least 10 characters, with which Notify posts what people text back",
            ),
        }
        missing = [(name, expected) for name, (found, expected) in wanted.items() if not found]
        if self.notify_key and missing:
            why = "because MINDER_NOTIFY_KEY is set"
            raise ValueError("\n".join(f"{name} is not set; expected {what}, {why}" for name, what in missing))
        return self

    def calendar(self) -> Calendar:
        """The service's own time: Scotland's bank holidays and the council's own."""
        return Calendar(
            zone=ZoneInfo(self.timezone),
            holidays=_bank_holidays() | frozenset(self.local_holidays),
            work_from=self.work_from,
            work_to=self.work_to,
            quiet_from=self.quiet_from,
            quiet_to=self.quiet_to,
        )

    def policy(self) -> Policy:
        """What rules and messages read. Whoever asks only where the database is has no need of what reads the rules."""
        from documents import letter
        from messages import papers, words
        from usecases import counting, keeping, ladders, procedure, rules, standards

        return Policy(
            service_name=self.service_name,
            phone=self.phone,
            phone_hours=self.phone_hours,
            not_here_after=timedelta(minutes=self.not_here_after_minutes),
            invite_lasts=timedelta(days=self.invite_days),
            register_shows=self.register_shows,
            lock_after=timedelta(hours=self.lock_after_hours),
            hide_under=self.hide_under,
            hide_under_public=max(self.hide_under_public, self.hide_under),
            audit_sample=self.audit_sample,
            import_expected_days=self.import_expected_days,
            form_closes=timedelta(days=self.form_closes_days),
            sensitive_in_chat=self.sensitive_in_chat,
            languages=words.languages(),
            emergency_phone=self.emergency_phone,
            samaritans_phone=self.samaritans_phone,
            breathing_space_phone=self.breathing_space_phone,
            out_of_hours=self.out_of_hours,
            out_of_hours_phone=self.out_of_hours_phone,
            texts=bool(self.notify_key),
            most_a_day=self.most_a_day,
            most_a_week=self.most_a_week,
            offer_later=timedelta(hours=self.offer_later_hours),
            reminders=rules.read(Path(self.reminders_file) if self.reminders_file else rules.FILE),
            letter=letter.read(self.letter_file, papers.FIELDS),
            procedure=procedure.read(Path(self.procedure_file) if self.procedure_file else procedure.FILE),
            ladders=ladders.read(Path(self.ladders_file) if self.ladders_file else ladders.FILE),
            standards=standards.read(Path(self.standards_file) if self.standards_file else standards.FILE),
            progress=counting.read(Path(self.progress_file) if self.progress_file else counting.FILE),
            retention=keeping.read(Path(self.retention_file) if self.retention_file else keeping.FILE),
        )


def load(file: Path = Path(".env")) -> Settings:
    """Reads the settings; raises SettingsWrong with every mistake at once."""
    return _read(lambda: Settings(_env_file=file if file.exists() else None))  # type: ignore[call-arg]


def check(values: Mapping[str, str]) -> Settings:
    """What these values (by their names in the environment) would make; raises SettingsWrong."""
    given = {name.removeprefix(PREFIX).lower(): value for name, value in values.items()}
    return _read(lambda: Settings(_env_file=None, **given))  # type: ignore[call-arg, arg-type]


class Alone(Settings):
    """Takes nothing from the environment: for made-up people, who must never meet a council's own database."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def load_alone(file: Path) -> Settings:
    """Reads the settings from this file only."""
    found = {name: value for name, value in dotenv_values(file).items() if value}
    return _read(lambda: Alone(**{name.removeprefix(PREFIX).lower(): value for name, value in found.items()}))  # type: ignore[arg-type]


def as_set(file: Path = Path(".env")) -> dict[str, str]:
    """Everything that is set for us now, checked or not, by its name in the environment, which wins."""
    in_file = dotenv_values(file) if file.exists() else {}
    found = {**{name: value for name, value in in_file.items() if value}, **in_environment()}
    return {name: value for name, value in found.items() if name.startswith(PREFIX)}


def in_environment() -> dict[str, str]:
    """What the environment alone sets for us."""
    return {name: value for name, value in os.environ.items() if name.startswith(PREFIX) and value}


def _read(make: Callable[[], Settings]) -> Settings:
    try:
        return make()
    except ValidationError as error:
        raise SettingsWrong([line for one in error.errors() for line in _line(one).splitlines()]) from None


def _line(error: ErrorDetails) -> str:
    """One mistake as a sentence. What was found is never shown of a secret."""
    message = error["msg"].removeprefix("Value error, ")
    if not error["loc"]:
        return message
    field = str(error["loc"][0])
    name = f"{PREFIX}{field.upper()}"
    if error["type"] == "missing":
        return f"{name} is not set. Set it in the environment or in .env, or run `minder setup`."
    found = "" if field in SECRETS else f"found {error['input']!r}; "
    return f"{name}: {found}{message}"

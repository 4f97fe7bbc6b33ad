"""Environment or `.env` → one frozen Settings. Every mistake is reported at once, in plain words."""

import os
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain.calendar import Calendar
from domain.policy import Policy
from messages import words

FIRST_YEAR, LAST_YEAR = 2015, 2045
ONE_OFF = frozenset({date(2026, 6, 15)})  # bank holiday for Scotland's World Cup (Bank Holidays Proclamation, 2025)


class SettingsWrong(Exception):
    """What is wrong with the settings: one line each, with what was found and what is expected."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """What a council sets. Names in the environment begin with MINDER_; the environment wins over `.env`."""

    model_config = SettingsConfigDict(env_prefix="MINDER_", extra="ignore", frozen=True, hide_input_in_errors=True)

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
    hide_under: int = Field(default=5, ge=1, le=50)
    sensitive_in_chat: bool = False

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

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"found {value!r}; expected a zone such as Europe/London") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError:
            backend = value.partition(":")[0]
        if backend not in ("sqlite", "postgresql"):
            raise ValueError(f"found {backend!r}; expected sqlite:///FILE or postgresql://…")
        return value

    def calendar(self) -> Calendar:
        """The service's own time: Scotland's bank holidays and the council's own."""
        scotland = holidays.country_holidays("GB", subdiv="SCT", years=range(FIRST_YEAR, LAST_YEAR))
        return Calendar(
            zone=ZoneInfo(self.timezone),
            holidays=frozenset(scotland) | ONE_OFF | frozenset(self.local_holidays),
            work_from=self.work_from,
            work_to=self.work_to,
            quiet_from=self.quiet_from,
            quiet_to=self.quiet_to,
        )

    def policy(self) -> Policy:
        """What rules and messages read."""
        return Policy(
            service_name=self.service_name,
            phone=self.phone,
            phone_hours=self.phone_hours,
            not_here_after=timedelta(minutes=self.not_here_after_minutes),
            invite_lasts=timedelta(days=self.invite_days),
            register_shows=self.register_shows,
            hide_under=self.hide_under,
            sensitive_in_chat=self.sensitive_in_chat,
            languages=words.languages(),
        )


def load(file: Path = Path(".env")) -> Settings:
    """Reads the settings; raises SettingsWrong with every mistake at once."""
    try:
        return Settings(_env_file=file if file.exists() else None)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsWrong([_line(one["loc"], one["msg"], one["type"]) for one in error.errors()]) from None


def _line(location: tuple[int | str, ...], message: str, kind: str) -> str:
    name = f"MINDER_{str(location[0]).upper()}"
    if kind == "missing":
        return f"{name} is not set. Set it in the environment or in .env, or run `minder setup`."
    return f"{name}: {message.removeprefix('Value error, ')}"


def in_environment() -> bool:
    """Whether the environment alone carries what a start needs."""
    return "MINDER_TOKEN" in os.environ and "MINDER_SECRET_KEY" in os.environ

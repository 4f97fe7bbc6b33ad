"""Which moment the message of a day that is off goes at, and whom somebody has to ring."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain import standing_down
from domain.calendar import Calendar
from domain.outbox import Gates, To
from domain.people import Individual
from domain.standing_down import Told

CALENDAR = Calendar()
SAM = Individual(1, "C1", "Sam")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


def hears(now: str, agreed: bool, starts: str, **gates: object) -> tuple[Told, str]:
    starts_at = at(starts)
    owed = standing_down.owed(1, replace(SAM, early_agreed=agreed), starts_at, at(now))
    found = Gates(starts_at=starts_at, **gates)  # type: ignore[arg-type]
    told, moment = standing_down.hears(owed, found, starts_at, at(now), CALENDAR)
    return told, f"{moment:%d %H:%M}" if moment else ""


@pytest.mark.parametrize(
    ("now", "agreed", "starts", "told", "moment"),
    [
        ("24 17:00", False, "25 09:30", Told.CHAT, "24 17:00"),  # the evening before: at once
        ("24 19:59", False, "25 09:30", Told.CHAT, "24 19:59"),
        ("24 20:30", False, "25 09:30", Told.CHAT, "25 08:00"),  # in quiet hours: when they end
        ("24 20:30", True, "25 09:30", Told.CHAT, "25 06:30"),  # or at 6:30, for whoever agreed
        ("24 23:50", True, "25 07:30", Told.CHAT, "25 06:30"),
        ("25 05:00", True, "25 09:30", Told.CHAT, "25 06:30"),
        ("25 06:30", True, "25 09:30", Told.CHAT, "25 06:30"),
        ("25 06:40", True, "25 09:30", Told.CHAT, "25 06:40"),
        ("25 06:40", False, "25 09:30", Told.CHAT, "25 08:00"),
        ("25 06:40", False, "25 09:00", Told.CHAT, "25 08:00"),
        ("25 06:40", False, "25 08:30", Told.RING, ""),  # told at 8:00 they would be on their way
        ("25 06:40", True, "25 07:30", Told.BOTH, "25 06:40"),  # less than an hour: told, and rung
        ("25 06:10", True, "25 07:15", Told.BOTH, "25 06:30"),
        ("25 05:00", True, "25 06:15", Told.RING, ""),  # it begins before anybody may be told
        ("25 09:00", False, "25 09:30", Told.BOTH, "25 09:00"),
    ],
)
def test_when_they_hear(now: str, agreed: bool, starts: str, told: Told, moment: str) -> None:
    assert hears(now, agreed, starts) == (told, moment)


@pytest.mark.parametrize(
    ("gates", "told"),
    [
        ({"linked": False}, Told.RING),
        ({"stopped": True}, Told.RING),  # they want no messages: a wasted trip they do not want either
        ({"staff_contact_only": True}, Told.RING),
        ({"youth_without_consent": True}, Told.RING),
        ({"on_hold": "hospital"}, Told.NOT),
        ({"order_ended": True}, Told.NOT),
        ({"died": True}, Told.NOT),
        ({"cap_reached": True}, Told.CHAT),  # no cap drops it
    ],
)
def test_who_is_rung_and_who_is_not_expected(gates: dict[str, object], told: Told) -> None:
    assert hears("24 17:00", False, "25 09:30", **gates)[0] is told


def test_it_is_of_no_use_once_the_day_has_begun() -> None:
    owed = standing_down.owed(1, SAM, at("25 09:30"), at("24 17:00"))
    assert (owed.to, owed.expires_at) == (To.INDIVIDUAL, at("25 09:30"))

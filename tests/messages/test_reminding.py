"""*Today*, *tomorrow* and *yesterday* are true at the moment of sending, however late that is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import discreet
from domain.appointments import Appointment, Kind
from domain.calendar import Calendar
from domain.facts import AboutAppointment, AboutIndividual
from domain.orders import Order
from domain.outbox import Saying, Subject
from domain.people import Individual
from domain.policy import Policy
from messages import compose, individual, reminding  # noqa: F401  (they enter their messages)
from messages.compose import Tongue

LONDON = ZoneInfo("Europe/London")
TONGUE = Tongue(Calendar(), Policy())
STARTS = st.integers(0, 60 * 24 * 400).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
AHEAD = st.integers(0, 60 * 24 * 8).map(lambda n: timedelta(minutes=n))


def about(starts: datetime, kind: Kind = Kind.UNPAID_WORK, plain: bool = False) -> AboutAppointment:
    one = Appointment(1, "A1", 1, kind, starts.astimezone(LONDON).date(), starts)
    order = Order(1, "O1", 1, date(2026, 1, 1), frozenset())
    return AboutAppointment(one, order, Individual(1, "C1", "Sam", plain=plain))


def text(kind: str, facts: AboutAppointment | AboutIndividual, now: datetime) -> str:
    return compose.message(Saying(kind, Subject("appointment", 1)), facts, TONGUE.voice("en", now)).text.lower()


@given(STARTS, AHEAD, st.sampled_from(Kind), st.booleans())
def test_tomorrow_is_never_said_on_the_day_itself(starts: datetime, ahead: timedelta, kind: Kind, plain: bool) -> None:
    now = starts - ahead
    facts = about(starts, kind, plain)
    away = (facts.appointment.day - now.astimezone(LONDON).date()).days
    said = [text(one, facts, now) for one in ("reminder", "booked", "reply_coming", "reply_cannot")]
    several = AboutIndividual(facts.individual, ahead=(facts, facts))
    said += [text(one, several, now) for one in ("reminder_together", "booked_together", "next_dates")]
    for each in said:
        assert ("today" in each, "tomorrow" in each, "yesterday" in each) == (away == 0, away == 1, False)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("2026-11-24 18:00", "Tomorrow, Wed 25 Nov, 9:30."),
        ("2026-11-24 23:59", "Tomorrow, Wed 25 Nov, 9:30."),
        ("2026-11-25 00:00", "Today, Wed 25 Nov, 9:30."),  # held over midnight
        ("2026-11-25 08:00", "Today, Wed 25 Nov, 9:30."),
        ("2026-11-18 18:00", "Wed 25 Nov, 9:30."),
    ],
)
def test_the_same_reminder_at_different_moments(sent: str, says: str) -> None:
    now = datetime.fromisoformat(sent).replace(tzinfo=LONDON)
    assert text("reminder", about(datetime(2026, 11, 25, 9, 30, tzinfo=UTC)), now).startswith(says.lower())


@pytest.mark.parametrize("kind", Kind)
def test_whatever_a_date_is_for_its_reminder_is_discreet_and_short(kind: Kind) -> None:
    starts = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    for said in ("reminder", "booked"):
        found = text(said, about(starts, kind), starts - timedelta(hours=15))
        assert discreet.faults(found) == []
        assert len(found) <= 260


def test_dates_that_look_alike_are_told_apart_on_their_buttons() -> None:
    starts = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    week = starts + timedelta(days=7)
    sam = Individual(1, "C1", "Sam")

    def labels(*moments: datetime) -> list[str]:
        found = AboutIndividual(sam, ahead=tuple(about(one) for one in moments))
        together = Saying("reminder_together", Subject("individual", 1))
        shown = compose.message(together, found, TONGUE.voice("en", starts))
        return [row[0].label for row in shown.buttons][:-2:2]

    assert labels(starts, starts + timedelta(hours=5)) == ["9:30: I'll be there", "14:30: I'll be there"]
    assert labels(starts, week) == ["Wed 25 Nov, 9:30: I'll be there", "Wed 2 Dec, 9:30: I'll be there"]

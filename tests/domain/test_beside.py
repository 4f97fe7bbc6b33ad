"""Which other dates a message names: those that its reader knows of from then on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import beside
from domain.appointments import Appointment
from domain.appointments import Kind as What
from domain.attendance import Outcome, Record
from domain.calendar import Calendar
from domain.facts import AboutAppointment
from domain.orders import Order
from domain.orders import Status as OrderStatus
from domain.outbox import Owed, Subject, To
from domain.people import Individual

STARTS = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 19, tzinfo=UTC)
SAM = Individual(1, "C1", "Sam")
ORDER = Order(1, "O1", 1, date(2026, 9, 1), frozenset(), OrderStatus.ACTIVE)


def on(id_: int, **later: int) -> AboutAppointment:
    at = STARTS + timedelta(**later)
    return AboutAppointment(Appointment(id_, f"A{id_}", 1, What.UNPAID_WORK, at.date(), at), ORDER, SAM)


SAME_HOUR, AFTERNOON, NEXT_DAY = on(2), on(3, hours=5), on(4, days=1)
CAME = replace(on(5, hours=2), standing=Record(Outcome.ATTENDED_FULL, STARTS + timedelta(hours=2)))
OFF = Record(Outcome.STOOD_DOWN_AHEAD, EVENING)
ABOUT = replace(on(1), beside=(SAME_HOUR, CAME, AFTERNOON), following=NEXT_DAY.appointment)
MOVED = replace(ABOUT, appointment=replace(NEXT_DAY.appointment, id=1), beside=(SAME_HOUR, NEXT_DAY), standing=OFF)


@pytest.mark.parametrize(
    ("kind", "about", "now", "ids"),
    [
        ("cancelled", ABOUT, EVENING, [2, 3]),
        ("cancelled", ABOUT, STARTS, [3]),  # what has begun is not named
        ("cancelled", replace(ABOUT, beside=()), EVENING, []),
        ("stand_down", ABOUT, EVENING, [2, 3]),
        ("stand_down", replace(ABOUT, beside=()), EVENING, [4]),
        ("stand_down", replace(ABOUT, beside=(), following=None), EVENING, []),
        ("sent_home", ABOUT, EVENING, [4]),  # only the next date, whatever else is on that day
        ("stood_down_sorry", replace(ABOUT, following=None), EVENING, []),
        ("changed", MOVED, EVENING, [2]),  # moved and off: on the day that they know
        ("changed", replace(MOVED, standing=None), EVENING, []),
        ("reminder", ABOUT, EVENING, []),
    ],
)
def test_others_are_named_where_a_date_is_off(
    kind: str, about: AboutAppointment, now: datetime, ids: list[int]
) -> None:
    owed = Owed(kind, Subject("appointment", 1), To.INDIVIDUAL, EVENING, params={"was_at": STARTS.isoformat()})
    assert [one.id for one in beside.named(owed, about, Calendar(), now)] == ids

"""What the kill switch holds, and what goes on in spite of it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import pausing
from domain.about import Facts
from domain.compliance import Item, Kind
from domain.facts import AboutItem, AboutNothing
from domain.outbox import NOTHING, Owed, Row, Status, Subject, To
from domain.people import Individual

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SAM = Individual(1, "C1", "Sam")


def about(kind: Kind) -> AboutItem:
    return AboutItem(Item(1, kind, 1, None, None, NOW), SAM)


@pytest.mark.parametrize(
    ("kind", "to", "facts", "held"),
    [
        ("reminder", To.INDIVIDUAL, AboutNothing(), True),
        ("missed_care", To.INDIVIDUAL, AboutNothing(), True),
        ("form_offer", To.INDIVIDUAL, AboutNothing(), True),
        ("answer", To.INDIVIDUAL, AboutNothing(), False),  # a person wrote it
        ("ask_taken", To.INDIVIDUAL, about(Kind.HELP), False),  # they asked
        ("ask_closed", To.INDIVIDUAL, about(Kind.CALL), False),
        ("item", To.WORKER, about(Kind.NON_ATTENDANCE), True),
        ("item", To.MANAGER, about(Kind.NON_ATTENDANCE), True),
        ("item_copy", To.COPY, about(Kind.NON_ATTENDANCE), True),
        ("item", To.WORKER, about(Kind.RING), True),
        ("follow_up", To.HOLDER, about(Kind.NON_ATTENDANCE), True),
        ("cannot_answered", To.INDIVIDUAL, about(Kind.CANNOT), False),  # a person decided it
        ("still_waiting", To.INDIVIDUAL, about(Kind.CANNOT), False),  # they wait for an answer
        ("item_disputed", To.STAFF, about(Kind.NON_ATTENDANCE), False),  # the individual says so
        ("item_now", To.STAFF, about(Kind.NON_ATTENDANCE), False),  # an edit, without a sound
        ("item_faded", To.CHAT, about(Kind.NON_ATTENDANCE), False),
        ("wipe", To.CHAT, AboutNothing(), False),
        ("sending_still_paused", To.MANAGER, AboutNothing(), False),
        *(("item", To.WORKER, about(kind), False) for kind in sorted(pausing.SAID)),
    ],
)
def test_what_is_held(kind: str, to: To, facts: Facts, held: bool) -> None:
    assert pausing.holds(Owed(kind, NOTHING, to, NOW), facts) is held


def test_every_kind_of_item_has_been_thought_of() -> None:
    """A new kind is held, unless an individual's words raise it: then it belongs in SAID, or what they were answered
    is not true."""
    held = {Kind.NON_ATTENDANCE, Kind.RING, Kind.UNREACHABLE, Kind.UNRECORDED, Kind.DEADLINE, Kind.ASSESS, Kind.ASK}
    assert set(Kind) - pausing.SAID == held


def test_of_several_about_one_date_the_one_that_was_due_last_goes() -> None:
    date, other = Subject("appointment", 1), Subject("appointment", 2)

    def held(id_: int, subject: Subject, days: int, kind: str = "reminder") -> Row:
        due = NOW + timedelta(days=days)
        owed = Owed(kind, subject, To.INDIVIDUAL, due, step=str(id_), individual_id=1)
        put_off = Owed(kind, subject, To.INDIVIDUAL, NOW, individual_id=1, params=pausing.remembering_due(owed))
        return Row(id_, put_off, Status.PLANNED)

    rows = [held(1, date, 6), held(2, date, 4), held(3, date, 0), held(4, other, 1), held(5, date, 0, "changed")]
    assert pausing.newest(rows) == [1, 4, 5]


def test_the_steps_of_one_alert_are_counted_as_one_and_so_are_several_words_about_one_date() -> None:
    def held(kind: str, subject: Subject, to: To, step: str = "") -> Row:
        return Row(1, Owed(kind, subject, to, NOW, step=step, individual_id=1), Status.PLANNED)

    alert, other, date = Subject("item", 1), Subject("item", 2), Subject("appointment", 1)
    steps = [held("item", alert, to) for to in (To.WORKER, To.COVER, To.MANAGER)]
    told = [held("reminder", date, To.INDIVIDUAL, step) for step in ("three_days", "eve")]
    assert pausing.waiting([*steps, held("item_copy", alert, To.COPY), *told]) == (1, 1)
    assert pausing.waiting([*steps, held("follow_up", other, To.HOLDER), *told[:1]]) == (2, 1)
    assert pausing.waiting([*told, held("changed", date, To.INDIVIDUAL)]) == (0, 2)
    assert pausing.waiting([]) == (0, 0)

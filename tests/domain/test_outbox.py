"""What is owed: reconciled, and asked again at the moment of sending whether it is still true."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Calendar
from domain.outbox import (
    TOLD_JUST_NOW,
    End,
    Gates,
    Owed,
    Row,
    Send,
    Status,
    Subject,
    To,
    Verdict,
    Wait,
    decide,
    reconcile,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)
OPEN = Gates(starts_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
REMINDER = Owed("reminder", Subject("appointment", 1), To.INDIVIDUAL, NOON, expires_at=OPEN.starts_at, revision=1)
EXTRA = replace(REMINDER, params={"extra": 1})
OFFER = Owed("form_offer", Subject("sitting", 1), To.INDIVIDUAL, NOON)
CANCELLED = Owed("cancelled", Subject("appointment", 1), To.INDIVIDUAL, NOON)
STAND_DOWN = Owed("stand_down", Subject("appointment", 1), To.INDIVIDUAL, NOON, params={"agreed": 1})
MORNING, SOON = datetime(2026, 11, 25, 8, tzinfo=UTC), datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
ALERT = Owed("item", Subject("item", 1), To.WORKER, NOON)


@pytest.mark.parametrize(
    ("owed", "gates", "now", "verdict"),
    [
        (REMINDER, OPEN, NOON, Send()),
        (REMINDER, replace(OPEN, appointment_cancelled=True), NOON, End(Status.CANCELLED, "appointment_cancelled")),
        (REMINDER, replace(OPEN, revised=True), NOON, End(Status.CANCELLED, "moved")),
        (REMINDER, replace(OPEN, order_ended=True), NOON, End(Status.CANCELLED, "order_ended")),
        (REMINDER, replace(OPEN, on_hold="custody"), NOON, End(Status.SUPPRESSED, "hold_custody")),
        (REMINDER, replace(OPEN, outcome_recorded=True), NOON, End(Status.CANCELLED, "outcome_recorded")),
        (REMINDER, replace(OPEN, staff_contact_only=True), NOON, End(Status.SUPPRESSED, "staff_contact_only")),
        (REMINDER, replace(OPEN, youth_without_consent=True), NOON, End(Status.SUPPRESSED, "youth_without_consent")),
        (REMINDER, replace(OPEN, stopped=True), NOON, End(Status.SUPPRESSED, "stopped")),
        (REMINDER, replace(OPEN, linked=False), NOON, End(Status.UNREACHABLE, "not_linked")),
        (REMINDER, replace(OPEN, died=True), NOON, End(Status.CANCELLED, "died")),
        (REMINDER, OPEN, OPEN.starts_at, End(Status.MISSED, "too_late")),
        (REMINDER, OPEN, NIGHT, Wait(datetime(2026, 11, 25, 8, tzinfo=UTC))),
        (
            REMINDER,
            replace(OPEN, starts_at=datetime(2026, 11, 25, 8, 30, tzinfo=UTC)),
            NIGHT,
            End(Status.MISSED, "quiet_hours"),
        ),
        (REMINDER, replace(OPEN, hours_done=True), NOON, End(Status.SUPPRESSED, "hours_done")),
        (REMINDER, replace(OPEN, just_moved=True), NOON, End(Status.SUPPRESSED, "just_moved")),
        (REMINDER, replace(OPEN, booked_at=OPEN.starts_at), OPEN.starts_at, End(Status.MISSED, "booked_late")),
        (REMINDER, replace(OPEN, helps_until=NOON), NOON - timedelta(seconds=1), Send()),
        (REMINDER, replace(OPEN, helps_until=NOON), NOON, End(Status.MISSED, "too_late")),
        (replace(REMINDER, expires_at=None), replace(OPEN, helps_until=NOON), NOON, End(Status.MISSED, "too_late")),
        # A cap holds back what is extra, and nothing else
        (REMINDER, replace(OPEN, cap_reached=True), NOON, Send()),
        (EXTRA, replace(OPEN, cap_reached=True), NOON, End(Status.SUPPRESSED, "cap_reached")),
        (replace(REMINDER, kind="changed"), replace(OPEN, cap_reached=True), NOON, Send()),
        (replace(REMINDER, kind="missed_care"), replace(OPEN, cap_reached=True), NOON, Send()),
        *(
            (replace(OFFER, kind=kind), Gates(cap_reached=True), NOON, Wait(NOON + timedelta(days=1), "cap_reached"))
            for kind in ("form_offer", "form_again", "form_text", "place_offer")
        ),
        # Quiet hours: the limit is for what has a start ahead; edits make no sound; a trip is saved from 6:30
        (replace(REMINDER, kind="changed"), replace(OPEN, starts_at=SOON), NIGHT, End(Status.MISSED, "quiet_hours")),
        (CANCELLED, replace(OPEN, starts_at=SOON, appointment_cancelled=True), NIGHT, Wait(MORNING)),
        (
            replace(CANCELLED, expires_at=MORNING),
            replace(OPEN, starts_at=MORNING, appointment_cancelled=True),
            NIGHT,
            End(Status.MISSED, "quiet_hours"),
        ),
        (replace(REMINDER, kind="missed_care"), replace(OPEN, starts_at=NOON), NIGHT, Wait(MORNING)),
        (OFFER, Gates(), NIGHT, Wait(MORNING)),
        (replace(REMINDER, params={"edit": 5}), OPEN, NIGHT, Send()),
        (STAND_DOWN, Gates(), NIGHT, Wait(datetime(2026, 11, 25, 6, 30, tzinfo=UTC))),
        (STAND_DOWN, Gates(), datetime(2026, 11, 25, 6, 30, tzinfo=UTC), Send()),
        (replace(STAND_DOWN, params={}), Gates(), NIGHT, Wait(MORNING)),
        (ALERT, Gates(), NIGHT, Send()),
        (ALERT, replace(Gates(), stopped=True, staff_contact_only=True), NIGHT, Send()),
        (ALERT, replace(Gates(), no_longer_so=True), NOON, End(Status.CANCELLED, "no_longer_so")),
    ],
)
def test_is_it_still_true(owed: Owed, gates: Gates, now: datetime | None, verdict: Verdict) -> None:
    assert now is not None
    assert decide(owed, gates, now, Calendar()) == verdict


def owed(step: int, hours: int = 0) -> Owed:
    return Owed("reminder", Subject("appointment", 1), To.INDIVIDUAL, NOON + timedelta(hours=hours), step=str(step))


ends = st.tuples(st.sampled_from(Status), st.sampled_from(["", "moved", TOLD_JUST_NOW]))
rows = st.dictionaries(st.integers(0, 6), ends).map(
    lambda found: [Row(n + 1, owed(n), *end) for n, end in found.items()]
)
wishes = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), unique_by=lambda one: one[0]).map(
    lambda found: [owed(n, hours) for n, hours in found]
)


@given(rows, wishes)
def test_reconciled_rows_are_exactly_the_wanted_ones_and_nothing_sent_is_touched(
    existing: list[Row], wanted: list[Owed]
) -> None:
    change = reconcile(existing, wanted)
    after = {row.owed.key: row for row in existing}
    for id_ in change.cancel:
        (row,) = (one for one in existing if one.id == id_)
        after[row.owed.key] = replace(row, status=Status.CANCELLED)
    for id_, new in change.update:
        (row,) = (one for one in existing if one.id == id_)
        assert row.status in (Status.PLANNED, Status.CANCELLED)
        after[row.owed.key] = replace(row, owed=new, status=Status.PLANNED)
    for new in change.insert:
        assert new.key not in after
        after[new.key] = Row(0, new, Status.PLANNED)
    settled = {row.owed.key for row in existing if row.status not in (Status.PLANNED, Status.CANCELLED)}
    settled |= {row.owed.key for row in existing if row.status is Status.CANCELLED and row.reason == TOLD_JUST_NOW}
    planned = {key: row.owed for key, row in after.items() if row.status is Status.PLANNED}
    assert planned == {one.key: one for one in wanted if one.key not in settled}
    again = reconcile(after.values(), wanted)
    assert (again.insert, again.update, again.cancel) == ((), (), ())

"""A date that changes: who is told, of what, and when nothing is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.changes import (
    FAMILY,
    TOLD_BY_VOICE,
    Shown,
    comes_too_late,
    left_behind,
    overtaken,
    said_already,
    told,
    turn,
)
from domain.outbox import TOLD_JUST_NOW, Owed, Row, Status, Subject, To

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WED = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
THU = datetime(2026, 11, 26, 10, tzinfo=UTC)
FRI = datetime(2026, 11, 27, 10, tzinfo=UTC)
GONE = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
EARLIER, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
DATE = Subject("appointment", 7)


def reminder(revision: int, status: Status = Status.SENT, id_: int = 1) -> Row:
    return Row(id_, Owed("reminder", DATE, To.INDIVIDUAL, NOW, revision=revision), status)


def news(before: Shown, after: Shown, rows: Sequence[Row], status: Status) -> Row:
    """The row of news that a change owed, as it stands now."""
    owed = turn(before, after, rows, 7, NOW).news
    assert owed is not None
    return Row(100 + owed.revision, owed, status)


SAID = [reminder(1)]
BOOKED = Row(2, Owed("booked", DATE, To.INDIVIDUAL, NOW), Status.SENT)
AT_WED = Shown(WED, 1)
TO_THU = news(AT_WED, Shown(THU, 1), SAID, Status.PLANNED)
OFF = news(AT_WED, Shown(WED, 1, on=False), SAID, Status.SENT)


RUNG = Row(1, reminder(1).owed, Status.MISSED, TOLD_BY_VOICE)
RUNG_THU = Row(TO_THU.id, TO_THU.owed, Status.PLANNED, TOLD_BY_VOICE)
TAPPED = Row(2, BOOKED.owed, Status.CANCELLED, TOLD_JUST_NOW)
NEED_NOT = Row(4, Owed("stand_down", DATE, To.INDIVIDUAL, NOW), Status.SENT)
UNHEARD = Row(4, NEED_NOT.owed, Status.UNREACHABLE)
RUNG_OFF = Row(4, NEED_NOT.owed, Status.MISSED, TOLD_BY_VOICE)
ON_AGAIN = Row(5, Owed("changed", DATE, To.INDIVIDUAL, NOW, revision=1, family="on_again"), Status.SENT)
CARE = Row(3, Owed("missed_care", DATE, To.INDIVIDUAL, NOW), Status.SENT)


def ended(row: Row, status: Status) -> Row:
    return Row(row.id, row.owed, status)


@pytest.mark.parametrize("stands", [Shown(GONE, 1, revision=2), Shown(GONE - timedelta(days=7), 1, revision=3)])
def test_whoever_heard_that_a_date_is_off_knows_of_no_past_day_at_which_it_was_put(stands: Shown) -> None:
    put = news(AT_WED, Shown(GONE, 1), SAID, Status.SENT)
    assert told(stands, [*SAID, put]) == Shown(WED, 1, on=False, revision=2)
    again = turn(stands, AT_WED, [*SAID, put], 7, NOW).news
    assert again is not None
    assert (again.kind, again.params["was_at"], again.params["was_on"]) == ("changed", WED.isoformat(), 0)
    assert told(stands, [*SAID, ended(put, Status.PLANNED)]) == AT_WED
    on_again = Row(put.id + 1, Owed("changed", DATE, To.INDIVIDUAL, NOW, revision=2, family="on_again"), Status.SENT)
    assert told(stands, [*SAID, put, on_again]) == stands


@pytest.mark.parametrize(
    ("case", "before", "after", "rows", "expected"),
    [
        ("moved before any word", AT_WED, Shown(THU, 1), [], (2, None)),
        ("moved before its reminder went", AT_WED, Shown(THU, 1), [reminder(1, Status.PLANNED)], (2, None)),
        ("a reminder that was not sent is no word", AT_WED, Shown(THU, 1), [reminder(1, Status.SUPPRESSED)], (2, None)),
        ("a message of another kind is no word of it", AT_WED, Shown(THU, 1), [CARE], (2, None)),
        ("cancelled before any word", AT_WED, Shown(WED, 1, on=False), [], (1, None)),
        ("moved", AT_WED, Shown(THU, 1), SAID, (2, "changed")),
        (
            "moved while its reminder is on the way",
            AT_WED,
            Shown(THU, 1),
            [reminder(1, Status.SENDING)],
            (2, "changed"),
        ),
        (
            "moved after it was told when it was booked",
            Shown(WED, 1, revision=2),
            Shown(THU, 1),
            [BOOKED],
            (3, "changed"),
        ),
        (
            "moved back after it was told when it was booked",
            Shown(THU, 1, revision=3),
            Shown(WED, 1),
            [BOOKED, news(Shown(WED, 1, revision=2), Shown(THU, 1), [BOOKED], Status.PLANNED)],
            (2, None),
        ),
        ("moved after a call told of it", AT_WED, Shown(THU, 1), [RUNG], (2, "changed")),
        ("moved back after a call told of it", Shown(THU, 1, revision=2), AT_WED, [*SAID, RUNG_THU], (3, "changed")),
        ("cancelled after a call said that it is off", AT_WED, Shown(WED, 1, on=False), [*SAID, RUNG_OFF], (1, None)),
        ("moved after it was told in the chat", AT_WED, Shown(THU, 1), [TAPPED], (2, "changed")),
        ("cancelled after they heard that it is off", AT_WED, Shown(WED, 1, on=False), [*SAID, NEED_NOT], (1, None)),
        ("the same, and nothing before it", AT_WED, Shown(WED, 1, on=False), [NEED_NOT], (1, None)),
        ("moved after they heard that it is off", AT_WED, Shown(THU, 1), [NEED_NOT], (2, "changed")),
        (
            "cancelled after it was on again",
            AT_WED,
            Shown(WED, 1, on=False),
            [*SAID, NEED_NOT, ON_AGAIN],
            (2, "cancelled"),
        ),
        (
            "cancelled before they heard that it is off",
            AT_WED,
            Shown(WED, 1, on=False),
            [*SAID, UNHEARD],
            (2, "cancelled"),
        ),
        ("another place", AT_WED, Shown(WED, 2), SAID, (2, "changed")),
        ("another place of the same import", AT_WED, Shown(WED, -1), SAID, (2, "changed")),
        ("cancelled", AT_WED, Shown(WED, 1, on=False), SAID, (2, "cancelled")),
        ("moved and cancelled at once", AT_WED, Shown(THU, 2, on=False), SAID, (2, "cancelled")),
        ("moved twice", Shown(THU, 1, revision=2), Shown(FRI, 1), [*SAID, TO_THU], (3, "changed")),
        ("moved back", Shown(THU, 1, revision=2), AT_WED, [*SAID, TO_THU], (1, None)),
        (
            "moved back after they were told",
            Shown(THU, 1, revision=2),
            AT_WED,
            [*SAID, ended(TO_THU, Status.SENT)],
            (3, "changed"),
        ),
        (
            "moved back while they are being told",
            Shown(THU, 1, revision=2),
            AT_WED,
            [*SAID, ended(TO_THU, Status.SENDING)],
            (3, "changed"),
        ),
        (
            "moved on after news that reached nobody",
            Shown(THU, 1, revision=2),
            Shown(FRI, 1),
            [*SAID, ended(TO_THU, Status.UNREACHABLE)],
            (3, "changed"),
        ),
        (
            "moved back after news that reached nobody",
            Shown(THU, 1, revision=2),
            AT_WED,
            [*SAID, ended(TO_THU, Status.SUPPRESSED)],
            (1, None),
        ),
        (
            "moved again, back where it was in between",
            AT_WED,
            Shown(FRI, 1),
            [*SAID, ended(TO_THU, Status.CANCELLED)],
            (3, "changed"),
        ),
        (
            "moved and then cancelled",
            Shown(THU, 1, revision=2),
            Shown(THU, 1, on=False),
            [*SAID, TO_THU],
            (3, "cancelled"),
        ),
        ("on again", Shown(WED, 1, False, 2), AT_WED, [*SAID, OFF], (3, "changed")),
        ("on again before they heard", Shown(WED, 1, False, 2), AT_WED, [*SAID, ended(OFF, Status.PLANNED)], (1, None)),
        ("moved while it is off", Shown(WED, 1, False, 2), Shown(THU, 1, on=False), [*SAID, OFF], (2, None)),
        ("a past date put right", Shown(GONE, 1), Shown(GONE - timedelta(days=1), 1), SAID, (2, None)),
        ("a past date cancelled", Shown(GONE, 1), Shown(GONE, 1, on=False), SAID, (2, None)),
        ("a past date booked anew", Shown(GONE, 1), Shown(THU, 1), SAID, (2, "changed")),
        ("a date ahead put into the past", AT_WED, Shown(GONE, 1), SAID, (2, "cancelled")),
        ("the same, of which nobody had a word", AT_WED, Shown(GONE, 1), [], (2, None)),
        ("the same, after they heard that it is off", AT_WED, Shown(GONE, 1), [*SAID, NEED_NOT], (2, None)),
        ("put at an earlier hour of today", Shown(LATER, 1), Shown(EARLIER, 1), SAID, (2, None)),
    ],
)
def test_what_a_change_owes(
    case: str, before: Shown, after: Shown, rows: list[Row], expected: tuple[int, str | None]
) -> None:
    found = turn(before, after, rows, 7, NOW)
    assert (found.revision, found.news and found.news.kind) == expected, case


@pytest.mark.parametrize(
    ("case", "before", "after", "rows", "expected"),
    [
        ("its first word", AT_WED, Shown(THU, 1), [reminder(1, Status.PLANNED)], (2, WED)),
        ("moved back before that was said", Shown(THU, 1, revision=2), AT_WED, [*SAID, TO_THU], (3, THU)),
        ("moved on before that was said", Shown(THU, 1, revision=2), Shown(FRI, 1), [*SAID, TO_THU], (3, THU)),
        ("and they had heard that it is off", AT_WED, Shown(WED, 1, on=False), [*SAID, NEED_NOT], (1, None)),
    ],
)
def test_what_an_answer_has_shown_is_known(
    case: str, before: Shown, after: Shown, rows: list[Row], expected: tuple[int, datetime | None]
) -> None:
    found = turn(before, after, rows, 7, NOW, shown=True)
    assert (found.revision, found.news and datetime.fromisoformat(str(found.news.params["was_at"]))) == expected, case


@pytest.mark.parametrize(
    ("at", "too_late"), [(WED - timedelta(minutes=90), False), (WED - timedelta(minutes=30), True), (THU, True)]
)
def test_news_of_an_hour_before_the_old_start_or_later_wants_a_call(at: datetime, too_late: bool) -> None:
    owed = turn(AT_WED, Shown(FRI, 1), SAID, 7, NOW).news
    assert owed is not None
    assert comes_too_late(owed, NOW, at) is too_late
    assert not comes_too_late(owed, WED, THU), "nobody sets out for what is over"


def step(name: str, status: Status, reason: str = "", revision: int = 1, extra: int = 0) -> Row:
    params = {"extra": 1} if extra else {}
    owed = Owed("reminder", DATE, To.INDIVIDUAL, NOW, step=name, revision=revision, params=params)
    return Row(1, owed, status, reason)


@pytest.mark.parametrize(
    ("case", "rows", "expected"),
    [
        ("its name was another", [step("eve", Status.SENT)], True),
        ("its name was another, and it is on its way", [step("eve", Status.SENDING)], True),
        ("an answer said it", [step("eve", Status.CANCELLED, TOLD_JUST_NOW)], True),
        ("nobody was told", [step("eve", Status.MISSED), step("eve", Status.CANCELLED)], False),
        ("told of it as it was", [step("eve", Status.SENT, revision=2)], False),
        ("an extra word is none", [step("four_days", Status.SENT, extra=1)], False),
        ("a step of these rules", [step("week", Status.SENT), step("evening", Status.PLANNED)], False),
        ("no word", [], False),
    ],
)
def test_a_step_that_the_rules_name_anew_says_nothing_again(case: str, rows: list[Row], expected: bool) -> None:
    assert said_already(step("evening", Status.PLANNED).owed, rows) is expected, case


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (AT_WED, Shown(THU, 1), WED),
        (AT_WED, Shown(WED, 2), None),
        (Shown(WED, 1, on=False), Shown(THU, 1), None),
    ],
)
def test_the_time_from_which_a_date_was_moved_away(before: Shown, after: Shown, expected: datetime | None) -> None:
    rows = SAID if before.on else [NEED_NOT]
    owed = turn(replace(before, on=True), after, rows, 7, NOW).news
    assert owed is not None
    assert left_behind(owed, after.starts_at) == expected
    assert left_behind(CARE.owed, after.starts_at) is None


def test_news_is_about_what_was_known_and_helps_until_the_date() -> None:
    twice = turn(Shown(THU, 1, revision=2), Shown(FRI, 2), [*SAID, TO_THU], 7, NOW).news
    assert twice is not None
    assert dict(twice.params) == {"was_at": WED.isoformat(), "was_place": 1, "was_on": 1, "was_revision": 1}
    assert (twice.due_at, twice.expires_at, twice.family) == (NOW, FRI, FAMILY)
    off = turn(AT_WED, Shown(FRI, 1, on=False), SAID, 7, NOW).news
    assert off is not None
    assert off.expires_at == WED  # whoever is not told before then has set out


@pytest.mark.parametrize(
    ("case", "stands", "rows", "expected"),
    [
        ("it is so", AT_WED, SAID, None),
        ("moved, and nobody has said so", Shown(THU, 1, revision=2), SAID, "changed"),
        ("moved, and it is about to be said", Shown(THU, 1, revision=2), [*SAID, TO_THU], None),
        (
            "moved, and what was to say so has ended",
            Shown(THU, 1, revision=2),
            [*SAID, ended(TO_THU, Status.CANCELLED)],
            "changed",
        ),
        ("cancelled without a word before", Shown(WED, 1, on=False), SAID, "cancelled"),
        ("put into the past", Shown(GONE, 1, revision=2), SAID, "cancelled"),
    ],
)
def test_a_message_that_went_out_while_its_date_changed(
    case: str, stands: Shown, rows: list[Row], expected: str | None
) -> None:
    found = overtaken(AT_WED, stands, reminder(1, id_=5), rows, NOW)
    assert (found and found.kind) == expected, case


def test_news_that_was_sent_while_the_date_moved_back_is_put_right_under_a_key_of_its_own() -> None:
    row = ended(TO_THU, Status.SENT)
    found = overtaken(Shown(THU, 1, revision=2), AT_WED, row, [*SAID, row], NOW)
    assert found is not None
    assert (found.revision, found.step) == (1, f"after-{row.id}")
    assert told(AT_WED, [*SAID, row, Row(200, found, Status.SENT)]) == AT_WED


states = st.builds(Shown, st.sampled_from([WED, THU, FRI]), st.integers(1, 2), st.booleans())
fates = st.sampled_from([Status.PLANNED, Status.SENT, Status.SUPPRESSED])
nights = st.lists(st.tuples(states, fates, st.booleans()), max_size=6)


@given(nights)
def test_whatever_happens_the_last_word_is_true(story: list[tuple[Shown, Status, bool]]) -> None:
    """Night after night a date changes, an answer may have shown it before, and its news is sent, held back, or waits:
    nobody is told what they know, nothing is owed under a key that is taken, and what somebody was last told is never
    mistaken."""
    stands, rows, believed = AT_WED, list(SAID), AT_WED
    for after, fate, asked in story:
        if stands.says_as(after):
            continue
        shown = asked and stands.on  # what is off is not among the next dates
        believed = stands if shown else believed
        found = turn(stands, after, rows, 7, NOW, shown)
        rows = [ended(row, Status.CANCELLED) if row.status is Status.PLANNED else row for row in rows]
        stands = Shown(after.starts_at, after.place, after.on, found.revision)
        if found.news is None:
            assert stands.says_as(believed)
            continue
        assert not stands.says_as(believed)
        assert found.news.key not in {row.owed.key for row in rows}
        rows.append(Row(len(rows) + 1, found.news, fate))
        believed = stands if fate is Status.SENT else believed
    known = told(stands, rows)
    assert known is not None
    assert known.says_as(believed)

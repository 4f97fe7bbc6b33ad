"""What happened: the outcomes of a register, corrections, who may judge, and the kind word that is owed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import attendance
from domain.attendance import Aftermath, Outcome, Record
from domain.people import Role

AT = datetime(2026, 11, 25, 9, 50, tzinfo=UTC)
BOOKED = timedelta(hours=4)
MISS = Record(Outcome.MISSED_REASON_UNKNOWN, AT, recorded_by=1, id=1)
CAME = Record(Outcome.ATTENDED_FULL, AT, minutes=240, recorded_by=1, id=2)


def test_the_latest_record_stands_and_of_one_moment_the_one_entered_last() -> None:
    late = replace(MISS, recorded_at=AT + timedelta(minutes=1))
    assert attendance.standing([]) is None
    assert attendance.standing([late, CAME]) == late
    assert attendance.standing([CAME, MISS]) == CAME


@pytest.mark.parametrize("role", Role)
def test_only_an_officer_a_case_manager_or_the_youth_team_judges_an_absence(role: Role) -> None:
    judges = role in (Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM)
    for outcome in Outcome:
        named = outcome in (Outcome.MISSED_ACCEPTED, Outcome.MISSED_NOT_ACCEPTED, Outcome.NOT_EXPECTED)
        ours = outcome is Outcome.TAKEN_BACK
        assert attendance.may_record(outcome, [role]) is ((judges or not named) and not ours)


def test_a_register_never_offers_a_judgement_nor_anything_of_a_day_ahead() -> None:
    assert set(attendance.REGISTER) == {
        Outcome.ATTENDED_FULL,
        Outcome.ATTENDED_PART,
        Outcome.SENT_HOME_SERVICE,
        Outcome.SENT_HOME_OTHER,
        Outcome.MISSED_REASON_UNKNOWN,
    }
    rest = set(Outcome) - set(attendance.BY_WORKER)
    assert rest == {Outcome.MISSED_ACCEPTED, Outcome.MISSED_NOT_ACCEPTED, Outcome.TAKEN_BACK}


@pytest.mark.parametrize(
    ("minutes", "offered"),
    [
        (240, [30, 60, 90, 120, 150, 180, 210, 240]),
        (75, [30, 60]),
        (60, [30, 60]),
        (45, [10, 20, 30, 40]),
        (20, [10, 20]),
        (5, [5]),
    ],
)
def test_minutes_are_offered_up_to_what_was_booked(minutes: int, offered: list[int]) -> None:
    assert attendance.minutes_of_part(timedelta(minutes=minutes)) == offered


@pytest.mark.parametrize(
    ("outcome", "minutes", "cause", "offered"),
    [
        (Outcome.ATTENDED_FULL, 0, "", True),
        (Outcome.ATTENDED_PART, 90, "", True),
        (Outcome.ATTENDED_PART, 100, "", False),
        (Outcome.ATTENDED_PART, 270, "", False),
        (Outcome.SENT_HOME_SERVICE, 0, "weather", True),
        (Outcome.SENT_HOME_SERVICE, 0, "", False),
        (Outcome.SENT_HOME_SERVICE, 0, "tired", False),
        (Outcome.SENT_HOME_SERVICE, 94, "weather", True),
        (Outcome.SENT_HOME_SERVICE, 241, "weather", False),
        (Outcome.SENT_HOME_SERVICE, -1, "weather", False),
        (Outcome.SENT_HOME_OTHER, 0, "", True),
        (Outcome.SENT_HOME_OTHER, 30, "", True),
        (Outcome.SENT_HOME_OTHER, 0, "weather", False),
        (Outcome.MISSED_REASON_UNKNOWN, 0, "", True),
        (Outcome.MISSED_REASON_UNKNOWN, 0, "health", False),
        *((outcome, 0, "", False) for outcome in Outcome if outcome not in attendance.REGISTER),
    ],
)
def test_a_tap_is_taken_only_if_the_register_offers_it(
    outcome: Outcome, minutes: int, cause: str, offered: bool
) -> None:
    made = attendance.registered(outcome, AT, 1, BOOKED, minutes, cause)
    assert attendance.on_register(made, BOOKED) is offered


def test_who_was_sent_home_by_us_lost_hours_to_us_and_has_not_missed_anything() -> None:
    home = attendance.registered(Outcome.SENT_HOME_SERVICE, AT, 1, BOOKED, cause="full")
    assert attendance.lost_minutes(home, BOOKED) == 240
    assert home.outcome not in attendance.MISSED
    assert attendance.lost_minutes(MISS, BOOKED) == attendance.lost_minutes(None, BOOKED) == 0
    part = attendance.registered(Outcome.ATTENDED_PART, AT, 1, BOOKED, minutes=60)
    assert attendance.lost_minutes(part, BOOKED) == 0


def test_the_same_again_says_nothing_anew_whoever_says_it() -> None:
    later = AT + timedelta(minutes=5)
    assert attendance.says_anew(None, MISS)
    assert not attendance.says_anew(MISS, replace(MISS, recorded_at=later, recorded_by=2))
    assert attendance.says_anew(MISS, CAME)
    assert attendance.says_anew(CAME, replace(CAME, outcome=Outcome.ATTENDED_PART, minutes=60))
    assert attendance.says_anew(CAME, replace(CAME, minutes=200))


def test_not_here_says_nothing_anew_of_an_absence_that_a_worker_has_judged() -> None:
    for judged in attendance.JUDGED:
        assert not attendance.says_anew(Record(judged, AT, recorded_by=3), replace(MISS, recorded_at=AT))
        assert attendance.says_anew(Record(judged, AT, recorded_by=3), CAME)


OVER = datetime(2026, 11, 25, 16, tzinfo=UTC)
AFTER = Aftermath(1, 2, standing=MISS, session_over=OVER, starts_at=AT - timedelta(minutes=20), now=AT)


def owed(after: Aftermath) -> list[tuple[str, datetime, str]]:
    return [(one.kind, one.due_at, one.step) for one in attendance.plan_aftercare(after)]


def test_a_miss_owes_one_kind_question_at_the_end_of_the_session() -> None:
    assert owed(AFTER) == [("missed_care", OVER, "1")]
    assert owed(replace(AFTER, cared_round=1, amends=1)) == [("missed_care", OVER, "2")]


def test_sent_home_by_us_owes_an_apology_at_once_and_only_that() -> None:
    home = attendance.registered(Outcome.SENT_HOME_SERVICE, AT, 1, BOOKED, cause="full")
    assert owed(replace(AFTER, standing=home, cared_round=1)) == [("sent_home", AT, "0")]


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - attendance.MISSED - attendance.LOST))
def test_a_miss_that_was_none_owes_a_word_only_to_whom_we_asked(outcome: Outcome) -> None:
    settled = replace(AFTER, standing=Record(outcome, AT))
    assert owed(settled) == []
    assert owed(replace(settled, cared_round=1)) == [("missed_sorry", AT, "1")]


@pytest.mark.parametrize("outcome", sorted(attendance.JUDGED))
def test_an_absence_that_was_judged_is_a_matter_between_people(outcome: Outcome) -> None:
    assert owed(replace(AFTER, standing=Record(outcome, AT), cared_round=1)) == []


def test_a_day_that_was_stood_down_is_apologised_for_only_if_that_is_recorded_after_it_began() -> None:
    down = Record(Outcome.STOOD_DOWN_AHEAD, AT, "weather")
    assert attendance.lost_minutes(down, BOOKED) == 240
    assert down.outcome not in attendance.MISSED
    assert owed(replace(AFTER, standing=down)) == [("stood_down_sorry", AT, "0")]
    assert owed(replace(AFTER, standing=replace(down, recorded_at=AT - timedelta(hours=15)))) == []


def test_what_was_taken_back_owes_a_word_only_to_whoever_was_asked_about_it() -> None:
    assert owed(replace(AFTER, standing=None)) == []
    assert owed(replace(AFTER, standing=None, cared_round=1)) == [("missed_sorry", AT, "1")]


def test_an_apology_for_a_day_that_was_not_lost_is_taken_back_once_and_can_be_true_again() -> None:
    home = attendance.registered(Outcome.SENT_HOME_SERVICE, AT, 1, BOOKED, cause="full")
    told = replace(AFTER, apologies=1)
    assert owed(replace(told, standing=None)) == [("sorry_corrected", AT, "1")]
    assert owed(replace(told, standing=CAME, cared_round=1)) == [("sorry_corrected", AT, "1")], "one word, not two"
    assert owed(told) == [("sorry_corrected", AT, "1"), ("missed_care", OVER, "1")]
    over = replace(told, session_over=AT - timedelta(hours=1))
    assert owed(over) == [("sorry_corrected", AT, "1"), ("missed_care", AT, "1")], "what was wrong is put right first"
    assert owed(replace(over, apologies=0)) == [("missed_care", AT - timedelta(hours=1), "1")]
    assert owed(replace(told, standing=home)) == [("sent_home", AT, "0")], "it was right"
    corrected = replace(told, corrections=1)
    assert owed(replace(corrected, standing=CAME)) == []
    assert owed(replace(corrected, standing=home)) == [("sent_home", AT, "1")], "this time it is"
    assert owed(replace(corrected, apologies=2, standing=CAME)) == [("sorry_corrected", AT, "2")]


LATER = AT + timedelta(minutes=1)


def taken_back(*records: Record, ids: set[int]) -> list[tuple[Outcome, int | None, str]]:
    return [(one.outcome, one.recorded_by, one.why) for one in attendance.taking_back(records, ids, LATER, 7)]


def test_undo_adds_a_line_and_what_stood_before_stands_again_with_its_own_author() -> None:
    came = replace(CAME, recorded_at=AT + timedelta(seconds=9), recorded_by=7)
    assert taken_back(came, ids={2}) == [(Outcome.TAKEN_BACK, 7, "")]
    assert taken_back(MISS, came, ids={2}) == [
        (Outcome.TAKEN_BACK, 7, ""),
        (Outcome.MISSED_REASON_UNKNOWN, 1, "as_before"),
    ]
    added = attendance.taking_back([MISS, came], {2}, LATER, 7)
    after = [MISS, came, *(replace(one, id=n) for n, one in enumerate(added, 3))]
    stands = attendance.standing(after)
    assert stands is not None
    assert (stands.outcome, stands.id) == (Outcome.MISSED_REASON_UNKNOWN, 4)
    assert attendance.standing([came, replace(added[0], id=3)]) is None


def test_what_stands_again_is_taken_back_to_what_it_stood_on() -> None:
    """Missed, accepted, came: each undo goes one step down, and none of them ends with nothing on record."""
    accepted = Record(Outcome.MISSED_ACCEPTED, AT + timedelta(hours=1), "health", recorded_by=7, id=2)
    book = [MISS, accepted, replace(CAME, recorded_at=AT + timedelta(hours=2), id=3)]
    for hours, (stands_id, stands) in enumerate([(3, accepted.outcome), (5, MISS.outcome)], 3):
        added = attendance.taking_back(book, {stands_id}, AT + timedelta(hours=hours), 7)
        book += [replace(one, id=len(book) + n) for n, one in enumerate(added, 1)]
        assert [(one.outcome, one.why) for one in added] == [(Outcome.TAKEN_BACK, ""), (stands, "as_before")]
    assert [one.outcome for one in attendance.taking_back(book, {7}, LATER, 7)] == [Outcome.TAKEN_BACK]


def test_undo_of_what_does_not_stand_any_more_does_nothing() -> None:
    assert taken_back(MISS, CAME, ids={1}) == []
    assert taken_back(MISS, replace(MISS, outcome=Outcome.TAKEN_BACK, recorded_at=LATER, id=3), ids={1}) == []
    assert taken_back(ids={1}) == []


@pytest.mark.parametrize(
    ("stands", "before"),
    [
        ([CAME], None),
        ([MISS, replace(CAME, recorded_at=LATER)], None),  # one's own slip of a moment ago
        ([MISS, replace(CAME, recorded_at=LATER, recorded_by=2)], MISS),
        ([MISS, replace(CAME, recorded_at=LATER, why="later")], MISS),
        ([MISS, replace(CAME, recorded_at=LATER, recorded_by=None)], MISS),  # an import
        ([MISS, Record(Outcome.MISSED_ACCEPTED, LATER, "health", recorded_by=2, id=3)], None),  # a decision
        ([MISS, replace(CAME, recorded_at=LATER, why="as_before", recorded_by=2)], None),
        ([MISS, replace(MISS, recorded_at=LATER, recorded_by=2, id=3)], None),  # asked again, the same
        ([CAME, Record(Outcome.TAKEN_BACK, LATER, recorded_by=2, id=3)], None),
    ],
)
def test_what_counts_as_a_correction(stands: list[Record], before: Record | None) -> None:
    assert attendance.corrected(stands) == before


@pytest.mark.parametrize(
    ("standing", "expected", "said_no", "minutes_to_start", "meant"),
    [
        (None, True, False, 0, True),
        (None, True, False, 30, True),
        (None, True, False, 31, False),
        (CAME, True, False, 0, False),
        (None, False, False, 0, False),
        (None, True, True, 0, False),
    ],
)
def test_whom_everyone_else_means(
    standing: Record | None, expected: bool, said_no: bool, minutes_to_start: int, meant: bool
) -> None:
    starts_at = AT + timedelta(minutes=minutes_to_start)
    assert attendance.present(standing, expected, said_no, starts_at, AT) is meant

"""What is usual next after a missed date, what *Undo* takes back, and which missed date something was sent about."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import attendance, deciding, evidence
from domain.attendance import Outcome, Record
from domain.deciding import Cause, Contact, Decision, Heard, How, Rung
from domain.evidence import HEIC, JPEG, MOST_BYTES, PDF, PNG, Absence, Offered, Refusal

AT = datetime(2026, 11, 25, 9, 50, tzinfo=UTC)
ME, OTHER = 7, 8


def done(*ways: How, by: int = ME) -> list[Contact]:
    return [Contact(n, 1, 1, by, how, AT + timedelta(hours=n)) for n, how in enumerate(ways, 1)]


RANG, SPOKE, WROTE, VISITED, NOBODY, ASKED = (
    How.RANG_NO_ANSWER,
    How.RANG_SPOKE,
    How.WROTE,
    How.VISITED,
    How.VISITED_NOBODY,
    How.NEED_MORE,
)


@pytest.mark.parametrize(
    ("ways", "messaged", "next_"),
    [
        ((), False, Rung.MESSAGE),
        ((), True, Rung.PHONE),
        ((ASKED,), False, Rung.PHONE),
        ((RANG,), True, Rung.LETTER),
        ((RANG, RANG), True, Rung.LETTER),
        ((RANG,), False, Rung.MESSAGE),
        ((WROTE,), True, Rung.PHONE),
        ((RANG, WROTE), True, Rung.VISIT),
        ((RANG, WROTE, NOBODY), True, None),
        ((SPOKE,), False, None),
        ((RANG, VISITED), True, None),
    ],
)
def test_the_next_rung_is_the_first_that_was_not_tried_until_somebody_has_spoken_with_them(
    ways: tuple[How, ...], messaged: bool, next_: Rung | None
) -> None:
    assert deciding.next_rung(done(*ways), messaged) is next_
    assert deciding.next_rung(done(*ways), messaged, in_touch=True) is None


def test_what_was_undone_counts_for_nothing() -> None:
    one = done(SPOKE)[0]
    gone = Contact(one.id, 1, 1, ME, one.how, one.at, undone_at=AT + timedelta(days=1))
    assert deciding.next_rung([gone], True) is Rung.PHONE
    assert deciding.tries([Contact(2, 1, 1, ME, RANG, AT, undone_at=AT)]) == []


def test_a_talk_is_no_try_and_a_question_is_none_either() -> None:
    found = deciding.tries(done(RANG, SPOKE, WROTE, VISITED, NOBODY, ASKED))
    assert [one.how for one in found] == [RANG, WROTE, NOBODY]


def decided(by: int = ME, hours: int = 5, why: str = "") -> Record:
    return Record(Outcome.MISSED_NOT_ACCEPTED, AT + timedelta(hours=hours), recorded_by=by, id=9, why=why)


@pytest.mark.parametrize(
    ("contacts", "standing", "last"),
    [
        ([], None, None),
        (done(RANG), None, 1),
        (done(RANG, WROTE), None, 2),
        (done(RANG, by=OTHER), None, None),
        (done(RANG), decided(), 9),
        (done(RANG, *[WROTE] * 6), decided(), 7),
        (done(RANG), decided(by=OTHER), 1),
        (done(RANG), decided(why=attendance.AS_BEFORE), 9),  # a decision that stands again
        (done(RANG), Record(Outcome.MISSED_REASON_UNKNOWN, AT + timedelta(hours=9), recorded_by=ME, id=9), 1),
    ],
)
def test_undo_takes_back_the_last_thing_of_this_person(
    contacts: list[Contact], standing: Record | None, last: int | None
) -> None:
    found = deciding.last_of(ME, contacts, standing)
    assert (found.id if found is not None else None) == last


def test_a_tap_that_comes_twice_says_nothing_new() -> None:
    once = done(RANG)
    assert deciding.came_twice(once, RANG, ME, once[0].at + timedelta(seconds=30))
    assert not deciding.came_twice(once, RANG, ME, once[0].at + timedelta(minutes=3))
    assert not deciding.came_twice(once, RANG, OTHER, once[0].at)
    assert not deciding.came_twice(once, WROTE, ME, once[0].at)
    refused = Decision(Outcome.MISSED_NOT_ACCEPTED, heard=Heard.SPOKE)
    assert deciding.stands_already(refused, refused.record(AT, ME))
    assert not deciding.stands_already(refused, Decision(Outcome.MISSED_NOT_ACCEPTED, heard=Heard.VISIT).record(AT, ME))
    assert not deciding.stands_already(refused, None)


def test_only_a_missed_date_has_something_to_decide_and_a_decision_is_changed_with_a_reason() -> None:
    for outcome in Outcome:
        record = Record(outcome, AT)
        assert deciding.may_be_decided(record) is (outcome in attendance.MISSED)
        assert deciding.needs_why(record) is (outcome in attendance.JUDGED)
    assert not deciding.may_be_decided(None)


def test_the_reasons_that_are_offered_are_those_of_the_record() -> None:
    assert set(Cause) == attendance.CAUSES[Outcome.MISSED_ACCEPTED]


# ── What is sent ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0 a photo", JPEG),
        (b"\x89PNG\r\n\x1a\n rest", PNG),
        (b"%PDF-1.7 rest", PDF),
        (b"\0\0\0\x18ftypheic rest", HEIC),
        (b"\0\0\0\x18ftypisom a film", None),
        (b"GIF89a", None),
        (b"PK\x03\x04 a document of a word processor", None),
        (b"MZ a program", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_what_is_in_it(content: bytes, kind: str | None) -> None:
    assert evidence.kind_of(content) == kind


@pytest.mark.parametrize(
    ("size", "content", "kept", "why"),
    [
        (10, b"%PDF-", 0, None),
        (0, b"%PDF-", 4, None),
        (10, b"%PDF-", 5, Refusal.MANY),
        (MOST_BYTES, b"%PDF-", 0, None),
        (MOST_BYTES + 1, None, 0, Refusal.LARGE),
        (0, b"%PDF-" + bytes(MOST_BYTES), 0, Refusal.LARGE),
        (10, None, 0, Refusal.LOST),
        (10, b"MZ", 0, Refusal.KIND),
    ],
)
def test_what_is_not_kept_has_a_reason(size: int, content: bytes | None, kept: int, why: Refusal | None) -> None:
    assert evidence.refusal(Offered("id", size), content, kept) is why


NEW, ASKED_FOR, OLD = Absence(3, 30, True), Absence(2, 20, True, asked=True), Absence(1, 10, False, asked=True)
REFUSED = Absence(4, 40, False, refused=True)


@pytest.mark.parametrize(
    ("absences", "replied_to", "asked_about", "document", "item"),
    [
        ((NEW, OLD), None, None, False, None),  # a photo that answers nothing is talk
        ((NEW, OLD), None, None, True, 3),  # a file can be nothing else
        ((OLD,), None, None, True, None),  # and is nothing once all is decided
        ((REFUSED, OLD), None, None, True, 4),  # unless it was decided against them
        ((REFUSED, NEW), None, None, True, 3),
        ((REFUSED, OLD), None, None, False, None),
        ((NEW, OLD), None, 30, False, 3),
        ((NEW, OLD), None, 10, False, None),
        ((NEW, OLD), 10, 30, False, 1),  # a reply says which, decided or not
        ((NEW, ASKED_FOR, OLD), None, None, False, 2),
        ((NEW, ASKED_FOR, OLD), None, 30, False, 2),
        ((NEW, ASKED_FOR, OLD), 30, None, False, 3),
        ((), 30, 30, True, None),
    ],
)
def test_which_missed_date_something_is_about(
    absences: tuple[Absence, ...], replied_to: int | None, asked_about: int | None, document: bool, item: int | None
) -> None:
    found = evidence.belongs_to(absences, replied_to, asked_about, document)
    assert (found.item_id if found is not None else None) == item

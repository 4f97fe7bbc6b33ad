"""The chain of the record of access: whatever is changed, put in or taken out shows at the row that follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.audit import UNCHAINED, Entry, Walked, chained, link

AT = datetime(2026, 11, 24, 9, 30, 0, 5, tzinfo=UTC)
ROWS = [
    replace(one, id=id_)
    for id_, one in enumerate(chained(UNCHAINED, [Entry(AT, 1, n, "see_case", "case") for n in range(6)]), 1)
]


def test_a_record_that_nobody_touched_is_whole() -> None:
    walked = Walked().on(ROWS)
    assert (walked.rows, walked.unchained, walked.broken) == (6, 0, None)
    assert walked.head == f"6:{ROWS[-1].chain}"


@pytest.mark.parametrize(
    "change",
    [
        {"at": AT + timedelta(microseconds=1)},
        {"staff_id": 2},
        {"staff_id": None},
        {"individual_id": 99},
        {"act": "invite"},
        {"what": "nothing"},
        {"reason": "audit"},
        {"chain": UNCHAINED},
        {"chain": "0" * 64},
    ],
)
def test_each_field_that_is_changed_shows(change: dict[str, object]) -> None:
    rows = [replace(one, **change) if one.id == 3 else one for one in ROWS]  # type: ignore[arg-type]
    broken = Walked().on(rows).broken
    assert broken is not None
    assert broken.row == 3


def test_a_row_that_was_taken_out_shows_at_the_one_that_followed_it() -> None:
    broken = Walked().on(one for one in ROWS if one.id != 3).broken
    assert broken is not None
    assert broken.row == 4


def test_a_row_that_was_put_in_shows() -> None:
    forged = replace(ROWS[2], id=99, chain=link(ROWS[2].chain, ROWS[2]))
    broken = Walked().on([*ROWS[:3], forged, *ROWS[3:]]).broken
    assert broken is not None
    assert broken.row == 4


def test_two_rows_that_changed_places_show() -> None:
    assert Walked().on([ROWS[1], ROWS[0], *ROWS[2:]]).broken is not None


def test_rows_older_than_the_chain_are_counted_and_only_at_the_beginning() -> None:
    old = [Entry(AT, 1, 7, "invite", "invited", id=n) for n in (1, 2)]
    new = [replace(one, id=one.id + 2) for one in ROWS]
    assert (Walked().on([*old, *new]).unchained, Walked().on([*old, *new]).broken) == (2, None)
    broken = Walked().on([*new[:3], replace(old[0], id=5), *new[3:]]).broken
    assert broken is not None
    assert broken.row == 5


def test_reading_in_parts_finds_the_same() -> None:
    assert Walked().on(ROWS[:2]).on(ROWS[2:]) == Walked().on(ROWS)


def test_a_moment_is_the_same_in_every_zone() -> None:
    elsewhere = replace(ROWS[0], at=AT.astimezone(timezone(timedelta(hours=5))))
    assert link(UNCHAINED, elsewhere) == ROWS[0].chain


def test_the_chain_of_a_known_row_never_changes() -> None:
    """What was written by an earlier version must still be whole: this value is for ever."""
    entry = Entry(AT, 1, 2, "see_case", "case – “é”", "audit")
    assert link(UNCHAINED, entry) == "cdb5cb7616f36ba8291c2bacdc03e13fff6be2773f9f4a7646506e0c272ad945"

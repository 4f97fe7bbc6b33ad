"""The record of access, written by several at once, altered behind Minder's back, and read again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from sqlalchemy import insert, text

from db import access, tables
from db.engine import Database
from domain.audit import UNCHAINED, Entry, Reason, Walked, chained
from domain.calendar import Calendar
from domain.errors import NotKnown
from domain.policy import Policy
from sandbox.clock import MovableClock
from usecases import audits, forms, keeping
from usecases.service import Service

AT = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)


def service_on(database: Database) -> Service:
    return Service(database, MovableClock(AT), Calendar(), Policy(), forms.read())


@pytest.fixture
async def service(database: Database) -> Service:
    """Two members of staff, five people, and ten looks."""
    service = service_on(database)
    async with database.write() as tx:
        for n in range(1, 3):
            await tx.execute(insert(tables.staff).values(ref=f"S{n}", name=f"Staff {n}", roles="manager"))
        for n in range(1, 6):
            await tx.execute(insert(tables.individuals).values(case_ref=f"C{n}", first_name="Sam"))
    for who in (1, 2):
        await looks(service, who, [3, 1, 2, 5, 4])
    return service


async def looks(service: Service, staff_id: int | None, whom: list[int], reason: str = "") -> None:
    async with service.db.write() as tx:
        await access.note(tx, AT, staff_id, whom, "see_case", "case", reason)


async def behind_our_back(service: Service, sql: str) -> None:
    async with service.db.write() as tx:
        await tx.execute(text(sql))


async def broken_at(service: Service, head: tuple[int, str] | None = None) -> int | None:
    broken = (await audits.verify(service, head)).broken
    return broken.row if broken else None


def head_of(walked: Walked) -> tuple[int, str]:
    row, _, chain = walked.head.partition(":")
    return int(row), chain


async def test_what_nobody_touched_is_whole_and_names_its_head(service: Service) -> None:
    walked = await audits.verify(service)
    assert (walked.rows, walked.unchained, walked.broken) == (10, 0, None)
    assert head_of(walked)[0] == 10
    assert await broken_at(service, head_of(walked)) is None


async def test_an_empty_record_is_whole(database: Database) -> None:
    walked = await audits.verify(service_on(database))
    assert (walked.rows, walked.head, walked.broken) == (0, "0:", None)


async def test_a_field_that_was_changed_shows(service: Service) -> None:
    for change, before in (
        ("staff_id = 2", "staff_id = 1"),
        ("staff_id = NULL", "staff_id = 1"),
        ("individual_id = 5", "individual_id = 3"),
        ("act = 'invite'", "act = 'see_case'"),
        ("what = 'nothing'", "what = 'case'"),
        ("reason = 'asked'", "reason = ''"),
        ("at = '2026-11-24 09:30:00.123457'", "at = '2026-11-24 09:30:00.123456'"),
    ):
        await behind_our_back(service, f"UPDATE access SET {change} WHERE id = 3")
        assert await broken_at(service) == 3, change
        await behind_our_back(service, f"UPDATE access SET {before} WHERE id = 3")
        assert await broken_at(service) is None, before
    await behind_our_back(service, "UPDATE access SET chain = '' WHERE id = 3")
    assert await broken_at(service) == 3


async def test_a_row_deleted_from_the_middle_shows_at_the_next(service: Service) -> None:
    await behind_our_back(service, "DELETE FROM access WHERE id = 4")
    walked = await audits.verify(service)
    assert walked.broken is not None
    assert (walked.rows, walked.broken.row) == (3, 5)
    assert walked.broken.found != walked.broken.expected


async def test_a_tail_that_was_cut_off_shows_against_a_head_written_down_elsewhere(service: Service) -> None:
    head = head_of(await audits.verify(service))
    await behind_our_back(service, "DELETE FROM access WHERE id > 7")
    assert await broken_at(service) is None
    assert await broken_at(service, head) == 10


async def test_a_record_that_was_written_anew_from_some_row_on_shows_against_it_too(service: Service) -> None:
    head = head_of(await audits.verify(service))
    async with service.db.write() as tx:
        rows = await access.entries(tx, 0, 100)
    await behind_our_back(service, "DELETE FROM access WHERE id > 7")
    kept = [Entry(one.at, 1, one.individual_id, one.act, one.what) for one in rows[7:]]
    async with service.db.write() as tx:
        for id_, one in zip((8, 9, 10), chained(rows[6].chain, kept), strict=True):
            values = {"staff_id": 1, "individual_id": one.individual_id, "act": one.act, "what": one.what}
            await tx.execute(insert(tables.access).values(id=id_, at=one.at, chain=one.chain, **values))
    assert await broken_at(service) is None
    assert await broken_at(service, head) == 10


async def test_a_row_that_was_put_in_at_the_end_shows(service: Service) -> None:
    for id_, chain in ((99, "0" * 64), (98, "")):
        await behind_our_back(
            service,
            "INSERT INTO access (id, at, staff_id, individual_id, act, what, reason, chain)"
            f" VALUES ({id_}, '2026-11-24 09:30:00', 1, 1, 'see_case', 'case', '', '{chain}')",
        )
        assert await broken_at(service) == id_, chain


async def test_rows_older_than_the_chain_are_counted_and_what_follows_is_chained(database: Database) -> None:
    old = {"staff_id": None, "individual_id": 1, "act": "invite", "what": "invited", "at": AT}
    async with database.write() as tx:
        await tx.execute(insert(tables.individuals).values(case_ref="C1", first_name="Sam"))
        await tx.execute(insert(tables.access), [old, old])
    service = service_on(database)
    await looks(service, None, [1])
    walked = await audits.verify(service)
    assert (walked.rows, walked.unchained, walked.broken) == (3, 2, None)
    await behind_our_back(service, "UPDATE access SET chain = '' WHERE id = 3")
    await looks(service, None, [1])
    assert (await audits.verify(service)).unchained == 3  # blanking the last chain of all is only seen by its head
    assert await broken_at(service, head_of(walked)) == 3


async def test_many_who_write_at_once_make_one_chain(service: Service) -> None:
    await asyncio.gather(*(looks(service, 1 + n % 2, [1, 2, 3]) for n in range(30)))
    walked = await audits.verify(service)
    assert (walked.rows, walked.broken) == (100, None)


async def test_a_second_writer_waits_until_the_first_has_committed(service: Service) -> None:
    """Else both would follow the same row, and the chain would fork."""
    async with service.db.write() as tx:
        await access.note(tx, AT, 1, [1], "see_case", "case")
        other = asyncio.create_task(looks(service, 2, [2]))
        done, _ = await asyncio.wait({other}, timeout=0.2)
        assert not done
        await access.note(tx, AT, 1, [3], "see_case", "case")
    await other
    walked = await audits.verify(service)
    assert (walked.rows, walked.broken) == (13, None)


async def test_a_long_record_is_read_in_seconds_and_shows_how_far_it_is(service: Service) -> None:
    """A hundred thousand rows take two to three seconds on a machine of their own; here there are six thousand."""
    entries = chained(UNCHAINED, (Entry(AT, 1, 1 + n % 5, "see_case", "case") for n in range(6_000)))
    rows = [
        {"at": one.at, "staff_id": 1, "individual_id": one.individual_id, "act": one.act, "what": one.what}
        | {"chain": one.chain}
        for one in entries
    ]
    async with service.db.write() as tx:
        await tx.execute(tables.access.delete())
        await tx.execute(insert(tables.access), rows)
    shown: list[tuple[int, int]] = []
    began = perf_counter()
    walked = await audits.verify(service, show=lambda done, of: shown.append((done, of)))
    assert (walked.rows, walked.broken) == (6_000, None)
    assert perf_counter() - began < 3
    assert shown == [(5_000, 6_000), (6_000, 6_000)]


async def test_asking_from_the_command_line_is_itself_on_record(service: Service) -> None:
    found = await audits.all_looks(service, "C3", Reason.COMPLAINT)
    assert [(one.who.ref if one.who else None, one.entry.act, one.entry.reason) for one in found.looks] == [
        (None, "who_looked", "complaint"),
        ("S2", "see_case", ""),
        ("S1", "see_case", ""),
    ]
    assert await broken_at(service) is None
    with pytest.raises(NotKnown):
        await audits.all_looks(service, "C999", Reason.AUDIT)


# ── What was kept long enough ───────────────────────────────────────────────────────────────────────────────────────

YEARS = timedelta(days=365 * 7)


@pytest.fixture
async def aged(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Ten rows of seven years ago, which one night takes in batches of four, and five of today."""
    monkeypatch.setattr(keeping, "BATCH", 4)
    clock = MovableClock(AT + YEARS)
    later = replace(service, clock=clock, policy=Policy(retention=keeping.read()))
    async with later.db.write() as tx:
        await access.note(tx, AT + YEARS, 1, [1, 2, 3, 4, 5], "see_case", "case")
    return later


async def test_what_went_by_age_leaves_the_rest_whole(aged: Service) -> None:
    before = head_of(await audits.verify(aged))
    assert (await keeping.tidy(aged))["access"] == 10
    walked = await audits.verify(aged)
    assert (walked.rows, walked.anchor.row, walked.anchor.gone, walked.broken) == (5, 10, 10, None)
    assert walked.head == f"{before[0]}:{before[1]}"
    assert await broken_at(aged, before) is None
    assert await broken_at(aged, (walked.anchor.row, walked.anchor.chain)) is None
    assert await broken_at(aged, (3, "0" * 64)) == 3  # written down longer ago than anything is kept
    await looks(aged, 2, [4])
    assert (await audits.verify(aged)).rows == 6


@pytest.mark.parametrize(
    ("sql", "shows_at"),
    [
        ("DELETE FROM access WHERE id = 11", 12),  # one more than the night took
        ("DELETE FROM access WHERE id = 13", 14),
        ("DELETE FROM anchors", 11),
        ("DELETE FROM anchors WHERE id = (SELECT max(id) FROM anchors)", 11),
        ("UPDATE anchors SET chain = ''", 11),
        ("UPDATE access SET staff_id = 2 WHERE id = 11", 11),
    ],
)
async def test_what_did_not_go_by_age_shows(aged: Service, sql: str, shows_at: int) -> None:
    await keeping.tidy(aged)
    await behind_our_back(aged, sql)
    assert await broken_at(aged) == shows_at


async def test_a_night_that_claims_too_much_shows_against_a_head_written_down_elsewhere(aged: Service) -> None:
    head = head_of(await audits.verify(aged))
    await keeping.tidy(aged)
    await looks(aged, 1, [1])
    await behind_our_back(
        aged,
        "INSERT INTO anchors (at, access_id, chain, gone) SELECT '2033-11-22 03:10:00', id, chain, 15 FROM access"
        f" WHERE id = {head[0]}",
    )
    await behind_our_back(aged, f"DELETE FROM access WHERE id <= {head[0]}")
    assert await broken_at(aged) is None
    assert await broken_at(aged, (head[0] - 1, "0" * 64)) == head[0] - 1


async def test_the_last_row_stays_so_that_numbers_and_chain_go_on(aged: Service) -> None:
    aged.clock.move_to(AT + YEARS + YEARS)  # type: ignore[attr-defined]
    head = (await audits.verify(aged)).head
    assert (await keeping.tidy(aged))["access"] == 14
    assert (await audits.verify(aged)).head == head
    await looks(aged, 1, [1, 2])
    walked = await audits.verify(aged)
    assert (walked.rows, walked.anchor.gone, walked.broken) == (3, 14, None)

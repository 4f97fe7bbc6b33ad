"""A pack is what the figures were, frozen once it is signed; its files say what its tables say, and no more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from sqlalchemy import Table, insert, select, update

from db import packs as store
from db import tables
from db.engine import Database
from documents import bundle
from domain.calendar import Calendar
from domain.errors import Malformed, Stale
from domain.packs import Audience, Pack, Version
from domain.period import Period
from domain.policy import Policy
from messages import books
from messages.compose import Tongue, Voice
from sandbox.clock import MovableClock
from usecases import forms, packs, reports, standards
from usecases.drawing_up import Drawn, draw
from usecases.service import Service

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STAFF, PUBLIC = (Audience.STAFF,), (Audience.PUBLIC,)
THIRD, FOURTH = Period.named("2026Q3"), Period.named("2026Q4")
MISSED, CAME, HOME = "missed_accepted", "attended_full", "sent_home_service"
DATES = (*[(CAME, "")] * 19, *[(MISSED, "health")] * 12, *[(MISSED, "work")] * 3, *[(HOME, "weather")] * 6)


@cache
def policy() -> Policy:
    return Policy(service_name="Justice social work", standards=standards.read())


@pytest.fixture
def service(database: Database) -> Service:
    return Service(database, MovableClock(NOW), Calendar(), policy(), forms.read())


async def put(service: Service, table: Table, *rows: Mapping[str, Any]) -> None:
    async with service.db.write() as tx:
        await tx.execute(insert(table), list(rows))


async def caseload(service: Service, month: int = 8, outcomes: Sequence[tuple[str, str]] = DATES) -> None:
    """Forty people, each with an order and one day of work in August."""
    await put(service, tables.staff, {"ref": "MGR1", "name": "Morag Reid", "roles": "manager"})
    await put(service, tables.individuals, *({"case_ref": f"CASE{n}", "first_name": "Sam"} for n in range(1, 41)))
    plain = {"imposed_on": date(2026, 5, 4), "requirements": "unpaid_work", "hours": 100, "status": "active"}
    await put(service, tables.orders, *({"ref": f"ORD{n}", "individual_id": n, **plain} for n in range(1, 41)))
    await dates(service, month, "A", outcomes)


async def dates(service: Service, month: int, stem: str, outcomes: Sequence[tuple[str, str]] = DATES) -> None:
    at = datetime(2026, month, 5, 8, 30, tzinfo=UTC)
    day = {"kind": "unpaid_work", "day": at.date(), "starts_at": at, "status": "booked"}
    booked = [{"ref": f"{stem}{n}", "order_id": n, **day} for n in range(1, 41)]
    async with service.db.write() as tx:
        ids = [
            (
                await tx.execute(insert(tables.appointments).values(**one).returning(tables.appointments.c.id))
            ).scalar_one()
            for one in booked
        ]
    seen = {"recorded_at": at, "source": "chat"}
    rows = [
        {"appointment_id": id_, "outcome": outcome, "cause": cause, **seen}
        for id_, (outcome, cause) in zip(ids, outcomes, strict=True)
    ]
    await put(service, tables.attendance, *rows)


async def drawn(
    service: Service, period: Period = THIRD, who: Sequence[Audience] = tuple(Audience)
) -> tuple[Drawn, Version, bytes]:
    """What `minder report pack` does, with the files of these only."""
    found = await draw(service, await packs.begin(service, period))
    content = written(found, who)
    return found, await packs.fill(service, found.version, content), content


# Files are made from figures and words alone. So those of the same figures are made once, and read once, whichever
# database the figures came from: it is most of what these tests take.
MADE: list[tuple[Mapping[Audience, Pack], Version, bytes]] = []


@cache
def voice() -> Voice:
    return Tongue(Calendar(), policy()).voice("en", NOW)


def written(found: Drawn, who: Sequence[Audience]) -> bytes:
    wanted = {one: found.packs[one] for one in who}, replace(found.version, id=0)
    for *made, content in MADE:
        if tuple(made) == wanted:
            return content
    content = books.content(*wanted, "Morag Reid", voice())
    MADE.append((*wanted, content))
    return content


@cache
def with_signature(content: bytes) -> bytes:
    return books.signed(content, "Morag Reid", voice())


async def sign(service: Service, version: Version, content: bytes) -> bytes:
    signed = with_signature(content)
    await keep_signed(service, version, signed)
    return signed


async def keep_signed(service: Service, version: Version, signed: bytes) -> None:
    async with service.db.write() as tx:
        now, digest = service.clock.now(), packs.digest_of(signed)
        assert await store.sign(tx, version.id, version.digest, signed, digest, 1, now)


@cache
def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def text_of(content: bytes) -> str:
    return " ".join(pages(content))


@cache
def workbook_of(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def opened(files: Mapping[str, bytes], ending: str, who: str = "staff") -> bytes:
    return next(content for name, content in files.items() if name.startswith(who) and name.endswith(ending))


def cells(workbook: Workbook) -> list[Any]:
    return [
        value for sheet in workbook for row in sheet.iter_rows(values_only=True) for value in row if value is not None
    ]


def says_what_its_tables_say(found: Drawn, files: Mapping[str, bytes]) -> None:
    """The workbook and the PDF for staff; each list hangs on its figure."""
    workbook = workbook_of(opened(files, ".xlsx"))
    assert workbook.sheetnames[0] == "About"
    rows = {row[0].value: row for row in workbook["Attendance"].iter_rows() if row[0].value}
    missed = rows["Unpaid work"]
    assert [one.value for one in missed[1:4]] == [15, 40, pytest.approx(15 / 40)]
    assert missed[3].number_format == "0%"
    link = missed[-1].hyperlink
    assert (missed[-1].value, link.location) == ("list of 15", f"'{link.location.split(chr(39))[1]}'!A1")
    listed = [row[0] for row in workbook[link.location.split("'")[1]].iter_rows(min_row=5, values_only=True)]
    assert listed == [f"A{n}" for n in range(20, 35)]
    for sheet in workbook:
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
        assert not sheet.merged_cells.ranges
    shown = {
        (one.table.name, row.line.code): row.line.count
        for one in found.packs[Audience.STAFF].tables
        for row in one.rows
    }
    assert (shown["lost_days", "total"], shown["accepted", "health"], shown["accepted", "work"]) == (6, None, None)
    words = text_of(opened(files, ".pdf"))
    assert "of 40 dates to which people were expected, 15 were missed (38%)" in words
    assert "On 6 days of people's time we let somebody go" in words
    assert "15 / 40 (38%)" in words
    assert "In words: Unpaid work: 38% (15 of 40)." in words
    assert "In words" not in (alt := opened(files, "alt.txt").decode())
    assert "Missed, by kind of date" in alt


def has_no_reference_and_nothing_under_ten(content: bytes) -> None:
    """The public version."""
    files = bundle.unpacked(content, bundle.Part.PUBLIC)
    assert files
    assert all(name.startswith("public/") for name in files)
    workbook = workbook_of(opened(files, ".xlsx", "public"))
    everything = [*map(str, cells(workbook)), text_of(opened(files, ".pdf", "public")), *files]
    everything.append(opened(files, "alt.txt", "public").decode())
    refs = bundle.refs(content)
    assert {"A20", "ORD1"} <= refs | {f"ORD{n}" for n in range(1, 41)}
    assert len(refs) > 40
    for words in everything:
        assert not set(words.replace(":", " ").replace(",", " ").replace(".", " ").split()) & refs, words
    assert "Morag" not in " ".join(everything)
    assert not any(name.startswith(("List", "File")) for name in workbook.sheetnames)
    heading = None
    for sheet in workbook.worksheets[1:-1]:
        for row in sheet.iter_rows(min_row=5, values_only=True):
            heading = row[0] if row[1] is None else heading
            for count in (row[1], row[2]) if heading != "Sessions run as promised" else ():  # they are nobody's
                assert not isinstance(count, int) or count == 0 or count >= 10, row
    name, whole = bundle.part(content, bundle.Part.PUBLIC)
    assert name == "figures-2026Q3-v1-public.zip"
    assert b"ORD" not in whole


async def test_from_the_files_of_a_quarter_to_a_signature_and_a_correction_that_stands_beside_it(
    service: Service,
) -> None:
    await caseload(service)
    found, first, content = await drawn(service)
    says_what_its_tables_say(found, bundle.unpacked(content, bundle.Part.ALL))
    has_no_reference_and_nothing_under_ten(content)
    async with service.db.read() as tx:
        looked = (await tx.execute(select(tables.access.c.individual_id, tables.access.c.what))).all()
    assert {what for _, what in looked} == {"pack"}
    assert {id_ for id_, _ in looked} >= set(range(20, 35)), "whoever is named is on the record of access"

    signed = await sign(service, first, content)
    assert "Signed by Morag Reid, 23 November 2026 at 9:00" in text_of(
        opened(bundle.unpacked(signed, bundle.Part.ALL), ".pdf")
    )
    with pytest.raises(Stale):
        await packs.fill(service, first, b"something else")
    async with service.db.write() as tx:
        assert not await store.sign(tx, first.id, packs.digest_of(signed), b"again", "x", 1, NOW)
        assert not await store.fill(tx, first.id, b"again", "x", NOW)
    assert await packs.takes_a_reason(service, THIRD)
    with pytest.raises(Malformed):
        await packs.begin(service, THIRD)

    async with service.db.write() as tx:  # one who had not come had
        await tx.execute(update(tables.attendance).where(tables.attendance.c.appointment_id == 20).values(outcome=CAME))
    second = await packs.begin(service, THIRD, "A register was wrong")
    found = await draw(service, second)
    assert (second.number, second.why, second.signed) == (2, "A register was wrong", False)
    one, whole = await packs.kept(service, THIRD, 1) or (None, False)
    assert one is not None
    assert (one.content, whole) == (signed, True)

    def missed(who: Audience) -> tuple[int | None, bool]:
        [table] = found.packs[who].named("missed")
        return table.rows[0].line.count, table.as_signed

    assert missed(Audience.STAFF) == (14, False)
    assert missed(Audience.PUBLIC) == (15, True), "the difference would be one person"

    async with service.db.write() as tx:
        await tx.execute(update(tables.packs).where(tables.packs.c.id == first.id).values(content=signed + b"!"))
    _, whole = await packs.kept(service, THIRD, 1) or (None, True)
    assert not whole, "another file under the digest is noticed"


async def test_one_table_does_not_tell_what_another_hides_and_the_chat_hides_the_same(service: Service) -> None:
    """Two whose reason is unknown: all who missed, without the absences accepted and those that were not."""
    unknown, refused = ("missed_reason_unknown", ""), ("missed_not_accepted", "")
    few = [*[(CAME, "")] * 13, *[(HOME, "weather")] * 7, *[(MISSED, "health")] * 12, *[refused] * 6, *[unknown] * 2]
    await caseload(service, outcomes=few)
    found = await draw(service, await packs.begin(service, THIRD))
    tables = {one.table.name: one.table for one in found.packs[Audience.STAFF].tables if one.table.about in ("", "all")}
    shown = {(name, line.code): line.count for name, table in tables.items() for line in table.lines}
    assert shown["appointments", unknown[0]] is None
    assert (shown["appointments", "total"], shown["appointments", MISSED], shown["missed", "unpaid_work"]) == (
        40,
        12,
        20,
    )
    assert shown["appointments", refused[0]] is None, "or 20 - 12 - 6 would tell it"
    assert (shown["appointments", CAME], shown["lost_days", "total"]) == (13, 7)
    async with service.db.read() as tx:
        chat = await reports.report(service, tx, THIRD, service.clock.now())
    assert chat.named("appointments") == (tables["appointments"],)


async def test_last_quarter_is_what_was_signed_and_a_quarter_that_runs_is_preliminary_on_every_page(
    service: Service,
) -> None:
    await caseload(service)
    _, first, content = await drawn(service, who=STAFF)
    await keep_signed(service, first, content)
    await dates(service, 11, "B")
    async with service.db.write() as tx:  # since then most of what was on record has been put right
        await tx.execute(update(tables.attendance).where(tables.attendance.c.appointment_id < 35).values(outcome=CAME))
    found, _, content = await drawn(service, FOURTH, STAFF)
    [missed] = found.packs[Audience.STAFF].named("missed")
    assert missed.rows[0].last is not None
    assert (missed.rows[0].line.count, missed.rows[0].last.count, missed.rows[0].last.percent) == (15, 15, 38)
    files = bundle.unpacked(content, bundle.Part.ALL)
    for page in pages(opened(files, ".pdf")):
        assert "Preliminary: this quarter is not over." in page
    for sheet in workbook_of(opened(files, ".xlsx")):
        assert "Preliminary" in str(sheet.cell(2, 1).value)


async def test_only_words_that_may_be_printed_and_that_nobody_can_take_back_any_more_are_quoted(
    service: Service,
) -> None:
    of_quarter = {"form": "exit", "version": "1", "ended_on": THIRD.first, "sent_on": THIRD.first}
    said = {
        ("waiting", ""): None,
        ("unfit", "finished"): None,
        ("asked", ""): None,
        ("refused", "finished"): "Fewer forms, says Rab",
        ("agreed", "finished"): "More buses, please",
        ("agreed", ""): "More vans, says Rab",
    }
    for (status, ending), words in said.items():
        id_, question = f"{status} {ending}", {"question": "better"}
        await put(service, tables.forms, {"form_id": id_, "ending": ending, **of_quarter})
        await put(service, tables.answers, {"form_id": id_, "words": "Said by Rab", **question})
        quote = {"form_id": id_, "status": status, "allowed": "yes", "words": words, "quarter": THIRD.first}
        await put(service, tables.quotes, quote | question)
    found = await draw(service, await packs.begin(service, THIRD))
    assert found.packs[Audience.PUBLIC].quotes == ("More buses, please",)
    text = text_of(opened(bundle.unpacked(written(found, PUBLIC), bundle.Part.PUBLIC), ".pdf", "public"))
    assert "“More buses, please”" in text
    assert "Rab" not in text


async def test_the_annual_pack_has_the_returns_figures_and_room_to_write(service: Service) -> None:
    await caseload(service, month=6)
    found, _, content = await drawn(service, Period.year(date(2026, 5, 1)), STAFF)
    staff = found.packs[Audience.STAFF]
    assert staff.preliminary
    [orders] = staff.named("year_orders")
    assert [(row.line.code, row.line.count) for row in orders.rows][:2] == [("imposed", 40), ("unpaid_work", 40)]
    [hours] = staff.named("outstanding")
    assert {row.line.code: row.line.count for row in hours.rows}["orders"] == 40
    files = bundle.unpacked(content, bundle.Part.ALL)
    workbook = workbook_of(opened(files, ".xlsx"))
    assert "Use of other requirements" in cells(workbook)
    assert "same quarter last year: number" not in cells(workbook)
    headings = [one.text for one in Document(BytesIO(opened(files, "narrative.docx"))).paragraphs]
    assert "Types of unpaid work" in headings

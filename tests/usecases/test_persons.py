"""One person's data: nothing that refers to them is forgotten, neither in their copy nor when they are erased."""

from base64 import b64encode
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import persons as files
from db import persons as store
from db import tables
from db.engine import Database
from domain.calendar import Calendar
from domain.errors import NotKnown
from domain.imports import File
from domain.policy import Policy
from messages.files import name_of_copy
from sandbox.clock import MovableClock
from tests.conversations.test_sealed import everything
from usecases import forms, holding, imports, keeping, persons
from usecases.imports import writing
from usecases.service import Service

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SEEN = datetime(2026, 10, 1, 9, tzinfo=UTC)
METADATA = tables.metadata
BY_NAME = {"chat_hash", "subject", "form_id", "case_ref_hash"}  # how a row names a person without a foreign key


@pytest.fixture
def service(database: Database) -> Service:
    policy = Policy(retention=keeping.read())
    return Service(database, MovableClock(NOW), Calendar(), policy, forms.read())


async def put(tx: AsyncConnection, table: Table, **values: Any) -> Any:
    key = next(iter(table.primary_key.columns))
    return (await tx.execute(insert(table).values(**values).returning(key))).scalar_one()


async def all_of(service: Service, table: Table) -> list[Any]:
    async with service.db.read() as tx:
        return list(await tx.execute(select(table).order_by(*table.primary_key.columns)))


async def caseload(service: Service) -> None:
    """Kit, with a row of everything, beside Ali, with the same; Orla Quinn works with both. Each word is told apart."""
    async with service.db.write() as tx:
        officer = await put(tx, tables.staff, ref="OF1", name="Orla Quinn", roles="officer")
        for n, name, word in ((1, "Kit", "mine"), (2, "Ali", "theirs")):
            await one_person(tx, n, name, word, officer)


async def one_person(tx: AsyncConnection, n: int, name: str, word: str, officer: int) -> None:
    hash_ = f"{word}-hash"
    person = await put(tx, tables.individuals, case_ref=f"C{n}", first_name=name, work_limits=f"{word} back")
    order = await put(
        tx,
        tables.orders,
        ref=f"O{n}",
        individual_id=person,
        imposed_on=date(2025, 9, 1),
        requirements="unpaid_work",
        officer_id=officer,
        status="completed",
        ended_on=date(2026, 10, 1),
    )
    day = {"order_id": order, "kind": "other", "day": date(2026, 9, 1), "starts_at": SEEN, "status": "booked"}
    appointment = await put(tx, tables.appointments, ref=f"A{n}", **day)
    seen = {"recorded_at": SEEN, "recorded_by": officer, "source": "chat"}
    await put(tx, tables.attendance, appointment_id=appointment, outcome="attended_full", note=f"{word} n", **seen)
    await put(tx, tables.replies, appointment_id=appointment, revision=1, answer="coming", at=SEEN)
    await put(tx, tables.holds, ref=f"H{n}", order_id=order, kind="hospital", from_day=date(2026, 1, 1))
    adjusted = {"on_day": date(2026, 1, 1), "minutes": 5, "reason": f"{word} r"}
    await put(tx, tables.adjustments, ref=f"J{n}", order_id=order, **adjusted)
    await put(tx, tables.milestones, order_id=order, milestone="received", on_day=date(2026, 1, 1))
    raised = {"individual_id": person, "raised_at": SEEN, "words": f"{word} w", "number": f"{word} no"}
    item = await put(tx, tables.items, kind="words", once=f"w{n}", **raised)
    did = {"item_id": item, "individual_id": person, "at": SEEN}
    await put(tx, tables.contacts, how="rang_spoke", staff_id=officer, **did)
    await put(tx, tables.evidence, mime="image/jpeg", size=9, content=f"{word} pic".encode(), **did)
    noted = {"appointment_id": appointment, "individual_id": person, "day": date(2026, 9, 1), "staff_id": officer}
    await put(tx, tables.notes, kind="private", at=SEEN, words=f"{word} note", **noted)
    late = {"recorded_by": officer, "recorded_at": SEEN}
    await put(tx, tables.lateness, order_id=order, clock="plan", reason="ill", **late)
    handed = {"to_id": officer, "at": SEEN, "words": f"{word} handed"}
    await put(tx, tables.handovers, order_id=order, role="officer", **handed)
    place = await put(tx, tables.places, ref=f"P{n}", nickname="The yard")
    await put(tx, tables.suited, individual_id=person, place_id=place, ticked_by=officer, at=SEEN)
    free = {"place_id": place, "day": date(2026, 9, 1), "starts_at": SEEN, "ends_at": SEEN, "places": 1}
    offer = await put(tx, tables.offers, offered_by=officer, at=SEEN, **free)
    await put(tx, tables.offered, offer_id=offer, individual_id=person, order_id=order, answer="taken")
    await put(tx, tables.said, individual_id=person, at=SEEN, words=f"{word} s", item_id=item, staff_id=officer)
    chat = await put(tx, tables.chats, chat_id=f"90{n}", chat_hash=hash_, individual_id=person, linked_at=SEEN)
    await put(tx, tables.traces, chat=chat, message_id=1, ours=True, at=SEEN)
    times = {"made_at": SEEN, "expires_at": SEEN}
    await put(tx, tables.invites, code_hash=f"{word}c", individual_id=person, digits="4711", **times)
    await put(tx, tables.wrong_codes, chat_hash=hash_, at=SEEN)
    raw = {"message": {"text": f"{word} raw"}}
    await put(tx, tables.inbox, update_id=n, chat_hash=hash_, raw=raw, received_at=SEEN, parked_at=SEEN)
    owed = {"kind": "item", "subject": f"item:{item}", "to": "worker", "params": {"a": word}, "due_at": SEEN}
    planned = {"status": "planned", "planned_at": SEEN}
    sent = await put(tx, tables.outbox, key=f"k{n}", individual_id=person, **owed, **planned)
    await put(tx, tables.deliveries, outbox_id=sent, chat=chat, message_id=1, accepted_at=SEEN)
    text = {"reference": f"sms-{n}", "accepted_at": SEEN, "number": f"{word} tel", "number_hash": f"{word}-tel"}
    await put(tx, tables.texts, outbox_id=sent, individual_id=person, **text)
    await put(tx, tables.forms, form_id=f"f{n}", form="exit", version="1", ended_on=date(2026, 10, 1))
    await put(tx, tables.answers, form_id=f"f{n}", question="more", words=f"{word} buses")
    await put(tx, tables.starts, form_id=f"f{n}", pair="home", value="2")
    quote = {"allowed": "ask", "status": "asked", "words": f"{word} quote", "quarter": date(2026, 10, 1)}
    await put(tx, tables.quotes, form_id=f"f{n}", question="more", **quote)
    sat = {"individual_id": person, "order_id": order, "owed_at": SEEN, "finished_at": SEEN}
    await put(tx, tables.sittings, form_id=f"f{n}", form="exit", version="1", **sat)
    await put(tx, tables.access, at=SEEN, individual_id=person, act="see_case", what="item", staff_id=officer)
    looked = {"reason": "duty_cover", "at": SEEN, "until": SEEN}
    await put(tx, tables.glass, staff_id=officer, individual_id=person, **looked)
    for kind, ref in (("individuals", f"C{n}"), ("orders", f"O{n}"), ("milestones", f"O{n} / received / 2026-01-01")):
        row = {"word": f"{word} export", "officer_ref": "OF1"}
        await put(tx, tables.import_values, kind=kind, ref=ref, row=row)


def who_refer_to_individuals() -> set[str]:
    """Every table from which a person can be found: by foreign keys however far, or by a hash, a subject, a name."""
    found = {"individuals", "import_values"}
    while True:
        more = {
            table.name
            for table in METADATA.sorted_tables
            if any(key.column.table.name in found for key in table.foreign_keys)
            or any(column.name in BY_NAME for column in table.c)
        }
        if more <= found:
            return found
        found |= more


def test_every_table_that_refers_to_a_person_is_handed_over_or_left_out_with_a_reason() -> None:
    assert who_refer_to_individuals() == set(holding.EXPORTED) | set(holding.LEFT_OUT)
    assert all(holding.LEFT_OUT.values())
    assert set(holding.EXPORTED.values()) <= set(keeping.DELETERS)


async def test_the_copy_has_everything_of_one_person_and_nothing_of_another(service: Service, tmp_path: Path) -> None:
    await caseload(service)
    held = await persons.export(service, "C1")
    assert [section.name for section in held.sections] == list(holding.EXPORTED)
    file = tmp_path / name_of_copy(NOW)
    files.write(held, service.policy.retention, file)
    text = file.read_text()
    for words in (
        "Kit",
        "mine back",
        "mine n",
        "mine r",
        "mine w",
        "mine no",
        "mine s",
        "mine raw",
        "mine buses",
        "mine quote",
    ):
        assert words in text
    assert "mine export" in text
    for others in ("Ali", "theirs", "Orla", "Quinn", "OF1", "902", "4711", "mine-hash", "mine-tel"):
        assert others not in text
    assert f"data:image/jpeg;base64,{b64encode(b'mine pic').decode()}" in text
    assert b64encode(b"theirs pic").decode() not in text
    assert "officer" in text
    assert "Section 62 of the Data Protection Act 2018" in text
    assert file.stat().st_mode & 0o777 == 0o600
    assert "C1" not in file.name
    assert [(row.act, row.reason) for row in await all_of(service, tables.access)][-1] == ("export", "asked")


async def test_who_is_not_known_has_no_copy(service: Service) -> None:
    with pytest.raises(NotKnown):
        await persons.export(service, "C9")


async def test_answers_that_are_nobodys_any_more_are_said_to_be_so(service: Service) -> None:
    await caseload(service)
    service.clock.move_to(NOW.replace(year=2027, month=8))  # type: ignore[attr-defined]
    await keeping.tidy(service)
    held = await persons.export(service, "C1")
    assert held.untied
    assert "answers" not in [section.name for section in held.sections]


async def test_every_sealed_word_of_theirs_is_emptied_or_deleted() -> None:
    """A new sealed column, or a new table, has its place in the erasing or this fails."""
    stays = {"staff", "erased", "packs"}  # a pack holds figures, and words that were agreed to be printed
    for table in METADATA.sorted_tables:
        personal = {column.name for column in table.c if column in tables_sealed(table)}
        if not personal or table.name in stays or table in store.DELETED:
            continue
        emptied = {**store.EMPTIED.get(table, {}), **({"chat_id": "0"} if table.name == "chats" else {})}
        if table.name == "individuals":
            emptied = dict(store.PERSON)
        assert personal <= set(emptied), table.name


def tables_sealed(table: Table) -> list[Any]:
    from db import sealing

    return sealing.sealed_columns().get(table, [])


async def test_an_erased_person_is_nowhere_and_the_other_is_untouched(service: Service, database_url: str) -> None:
    await caseload(service)
    before = {table: await all_of(service, table) for table in METADATA.sorted_tables}
    would = await persons.plan_erasure(service, "C1")
    assert {table: await all_of(service, table) for table in METADATA.sorted_tables} == before
    did = await persons.erase(service, "C1")
    assert did.deleted == would.deleted
    assert did.stays["appointments"] == 1
    opened = ""
    for table in METADATA.sorted_tables:
        if table.name != "erased":
            opened += "\n".join(map(str, await all_of(service, table)))
    for words in ("Kit", "mine", "'C1'", "'O1'", "'A1'", "901"):
        assert words not in opened, words
    for words in ("Ali", "theirs n", "theirs s", "theirs buses", "'C2'", "902"):
        assert words in opened, words
    assert "C1" not in everything(database_url).split()
    assert [row.status for row in await all_of(service, tables.outbox)] == ["cancelled", "planned"]
    with pytest.raises(NotKnown):
        await persons.erase(service, "C1")


@pytest.mark.parametrize(
    ("change", "told"),
    [({"status": "active", "ended_on": None}, "O1 is active"), ({"legal_hold_at": NOW}, "O1 is under a legal hold")],
)
async def test_nobody_is_erased_who_is_still_needed(service: Service, change: dict[str, Any], told: str) -> None:
    await caseload(service)
    async with service.db.write() as tx:
        await tx.execute(update(tables.orders).where(tables.orders.c.ref == "O1").values(change))
    for way in (persons.plan_erasure, persons.erase):
        with pytest.raises(persons.CannotErase, match=told):
            await way(service, "C1")


EXPORT = {
    "staff": "staff_ref,name,roles\nOF1,Orla Quinn,officer\n",
    "individuals": "case_ref,first_name\nC1,Kit\nC2,Ali\n",
    "orders": (
        "order_ref,case_ref,imposed_on,requirements,hours,status,ended_on\n"
        "O1,C1,2025-09-01,unpaid_work,60,completed,2026-10-01\nO2,C2,2025-09-01,unpaid_work,60,completed,2026-10-01\n"
    ),
    "appointments": "appointment_ref,order_ref,kind,date,start\nA1,O1,other,2026-09-01,09:00\n",
    "attendance": "appointment_ref,outcome,recorded_by,recorded_at\nA1,attended_full,OF1,2026-09-01 15:00\n",
}


async def brings(service: Service, *names: str) -> imports.Report:
    wanted = [File(f"{name}.csv", EXPORT[name].encode()) for name in names or EXPORT]
    report = await imports.run(service, wanted, False, lambda *step: None)
    assert [str(one) for one in report.problems] == []
    return report


async def test_no_export_brings_an_erased_person_back(service: Service) -> None:
    assert (await brings(service)).left_out == 0
    await persons.erase(service, "C1")
    again = await brings(service)
    assert again.left_out == 4
    assert again.counts.added == 0
    assert again.missing == []
    for part in ("orders", "appointments", "attendance"):  # alone too, when nothing else says whose they are
        assert (await brings(service, part)).left_out == 1
    people = [row.first_name for row in await all_of(service, tables.individuals)]
    assert sorted(people) == ["", "Ali"]


async def test_an_export_that_was_planned_before_an_erasure_does_not_undo_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await brings(service)
    write, overtaken = writing.write, []

    async def erased_meanwhile(*args: Any) -> bool:
        if not overtaken:
            overtaken.append(await persons.erase(service, "C1"))
        return await write(*args)

    monkeypatch.setattr(writing, "write", erased_meanwhile)
    renamed = [File("individuals.csv", b"case_ref,first_name\nC1,Christopher\nC2,Ali\n")]
    report = await imports.run(service, renamed, False, lambda *step: None)
    assert report.left_out == 1
    assert sorted(row.first_name for row in await all_of(service, tables.individuals)) == ["", "Ali"]
    assert [row.ref for row in await all_of(service, tables.import_values) if row.kind == "individuals"] == ["C2"]


async def test_whoever_is_subject_to_an_order_anew_can_be_taken_in_again(service: Service) -> None:
    await brings(service)
    await persons.erase(service, "C1")
    assert await persons.readmit(service, "C1")
    assert not await persons.readmit(service, "C1")
    assert (await brings(service, "individuals")).counts.added == 1


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        (date(2026, 11, 23), date(2026, 12, 23)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2026, 10, 31), date(2026, 11, 30)),
    ],
)
def test_a_month_is_a_month(asked: date, by: date) -> None:
    assert persons.month_after(asked) == by

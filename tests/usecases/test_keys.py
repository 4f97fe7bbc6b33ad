"""After a rotation the old key can go: everything reads, and every chat is still known."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select

from db import invites, people, sealing, tables
from db.engine import Database
from db.types import Keyring
from domain.calendar import Calendar
from domain.policy import Policy
from sandbox.clock import MovableClock
from usecases import forms, keys
from usecases.service import Service

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OLD, NEW = "the old secret key of the service", "the new secret key of the service"
CHAT, STRANGER = 5_123_456_789, 5_987_654_321


def service(url: str, *secrets: str) -> Service:
    return Service(Database(url, Keyring(secrets)), MovableClock(NOW), Calendar(), Policy(), forms.read())


@pytest.fixture
async def caseload(database_url: str) -> str:
    """A row in every table that has a sealed column, with every sealed column filled, under the old key."""
    old = service(database_url, OLD)
    hash_ = old.db.keys.hash
    async with old.db.write() as tx:

        async def put(table: Table, **values: Any) -> None:
            await tx.execute(insert(table).values(**values))

        await put(tables.staff, ref="M1", name="Morag", roles="manager", pin="digest")
        words = {"first_name": "Sam", "language_wish": "Doric", "mobile": "+447700900123", "work_limits": "back"}
        words["texts_number"] = words["texts_wrong_number"] = words["mobile"]
        await put(tables.individuals, case_ref="C1", mobile_hash=hash_("+447700900123"), **words)
        await put(tables.individuals, case_ref="C2", first_name="Jo")
        await put(tables.chats, chat_id=str(CHAT), chat_hash=hash_(CHAT), individual_id=1, linked_at=NOW)
        await put(tables.chats, chat_id="77", chat_hash=None, individual_id=1, linked_at=NOW, unlinked_at=NOW)
        order = {"individual_id": 1, "imposed_on": date(2026, 9, 1), "requirements": "unpaid_work", "status": "active"}
        await put(tables.orders, ref="O1", **order)
        date_ = {"order_id": 1, "kind": "other", "day": date(2026, 11, 20), "starts_at": NOW, "status": "booked"}
        await put(tables.appointments, ref="A1", **date_)
        seen = {"appointment_id": 1, "outcome": "attended_full", "recorded_at": NOW, "source": "chat"}
        await put(tables.attendance, note="fine", **seen)
        await put(tables.adjustments, ref="X1", order_id=1, on_day=date(2026, 11, 1), minutes=30, reason="rain")
        await put(
            tables.items,
            kind="words",
            once="1",
            individual_id=1,
            raised_at=NOW,
            words="hello there",
            number="0141",
            safe_time="noon",
        )
        sent = {"individual_id": 1, "item_id": 1, "at": NOW, "mime": "image/jpeg", "size": 5}
        await put(tables.evidence, content=b"a pho", **sent)
        await put(tables.handovers, order_id=1, role="officer", to_id=1, at=NOW, words="likes mornings")
        await put(tables.notes, kind="private", individual_id=1, day=NOW.date(), staff_id=1, at=NOW, words="quiet")
        await put(tables.said, individual_id=1, at=NOW, words="hello", media={"kind": "photo", "file": "x"})
        await put(tables.erased, case_ref="C9", case_ref_hash=hash_("C9"), at=NOW)
        raw = {"update_id": 7, "message": {"chat": {"id": CHAT}}}
        await put(tables.inbox, update_id=7, chat_hash=hash_(CHAT), raw=raw, received_at=NOW, answer=[{"kind": "x"}])
        await put(tables.forms, form_id="f", form="exit", version="1", state={"a": 1}, ended_on=date(2026, 10, 1))
        await put(tables.answers, form_id="f", question="better", words="more buses")
        quote = {"allowed": "yes", "status": "agreed", "words": "buses", "quarter": date(2026, 10, 1)}
        await put(tables.quotes, form_id="f", question="better", **quote)
        quarter = {"kind": "quarter", "first": date(2026, 7, 1), "last": date(2026, 9, 30), "version": 1}
        await put(tables.packs, made_at=NOW, why="one more", content=b"zip", digest="0", **quarter)
        text = {"individual_id": 1, "reference": "sms", "accepted_at": NOW, "number": words["mobile"]}
        await put(tables.texts, **text, number_hash=hash_(words["mobile"]))
        for n in range(3):
            await put(tables.import_values, kind="individuals", ref=f"C{n}", row={"first_name": f"Sam {n}"})
        await put(tables.wrong_codes, chat_hash=hash_(CHAT), at=NOW)
        await put(tables.wrong_codes, chat_hash=hash_(STRANGER), at=NOW)
        invite = {"individual_id": 2, "digits": "4711", "made_at": NOW, "expires_at": NOW.replace(day=30)}
        await put(tables.invites, code_hash=hash_("code"), **invite)
    await old.db.close()
    return database_url


async def everything(of: Service) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table with a sealed column, opened, without its keyed hashes."""
    found = {}
    hashes = {str(column) for column in sealing.keyed_hashes()}
    async with of.db.read() as tx:
        for table in sealing.sealed_columns():
            columns = [column for column in table.c if str(column) not in hashes]
            rows = await tx.execute(select(*columns).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


async def test_every_sealed_column_is_filled_here(caseload: str) -> None:
    """So that the tests below mean every one of them, and a new one cannot be forgotten."""
    of = service(caseload, OLD)
    async with of.db.read() as tx:
        for table, columns in sealing.sealed_columns().items():
            for column in columns:
                filled = await tx.execute(select(func.count()).select_from(table).where(column.is_not(None)))
                assert filled.scalar_one(), f"{column} is empty in this test"
    await of.db.close()


def test_every_keyed_hash_has_its_rule() -> None:
    assert {str(column) for column in sealing.keyed_hashes()} == set(keys.HASHED) | keys.LEFT


async def test_the_old_key_can_go(caseload: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "BATCH", 2)
    both = service(caseload, NEW, OLD)
    before = await everything(both)
    done = await keys.rotate(both)
    assert done == keys.Rotation(rows=sum(map(len, before.values())), open_invites=1)
    await both.db.close()

    new = service(caseload, NEW)
    assert await everything(new) == before
    async with new.db.write() as tx:
        known = await people.chat_by_hash(tx, new.db.keys.hashes(CHAT))
        assert known is not None
        assert known.chat_id == CHAT
        mobiles = await tx.execute(select(tables.individuals.c.mobile_hash).order_by(tables.individuals.c.id))
        assert list(mobiles.scalars()) == [new.db.keys.hash("+447700900123"), None]
        numbers = await tx.execute(select(tables.texts.c.number_hash))
        assert list(numbers.scalars()) == [new.db.keys.hash("+447700900123")]
        assert list((await tx.execute(select(tables.inbox.c.chat_hash))).scalars()) == [new.db.keys.hash(CHAT)]
        assert await invites.wrong_since(tx, new.db.keys.hash(CHAT), NOW.replace(hour=8)) == 1
        gone = (await tx.execute(select(tables.chats.c.chat_hash).where(tables.chats.c.id == 2))).scalar_one()
        assert gone is None
    await new.db.close()


async def test_an_open_invitation_works_while_the_old_key_is_listed(caseload: str) -> None:
    both = service(caseload, NEW, OLD)
    await keys.rotate(both)
    async with both.db.write() as tx:
        found = await invites.with_code(tx, both.db.keys.hashes("code"), NOW)
        assert found is not None
        assert found.digits == "4711"
    await both.db.close()


async def test_twice_changes_nothing_more(caseload: str) -> None:
    both = service(caseload, NEW, OLD)
    first = await keys.rotate(both)
    assert await keys.rotate(both) == first
    await both.db.close()
    new = service(caseload, NEW)
    assert (await everything(new))["staff"][0][2] == "Morag"
    await new.db.close()

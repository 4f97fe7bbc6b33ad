"""Personal columns are ciphertext; moments refuse to be naive."""

from datetime import UTC, datetime

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from db import tables
from db.engine import Database
from db.types import Keyring, Sealed, SealedJson


def test_every_personal_column_is_sealed() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in tables.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Sealed | SealedJson)
    }
    assert {
        "staff.name",
        "individuals.first_name",
        "individuals.mobile",
        "individuals.work_limits",
        "individuals.language_wish",
        "chats.chat_id",
        "attendance.note",
        "items.words",
        "inbox.raw",
        "inbox.answer",
        "answers.words",
        "forms.state",
        "import_values.row",
    } <= sealed


async def test_a_wrong_key_opens_nothing(database: Database, database_url: str) -> None:
    async with database.write() as tx:
        await tx.execute(tables.staff.insert().values(ref="S1", name="Kirsty Muir", roles="officer"))
    other = Database(database_url, Keyring(["another secret key altogether, quite long"]))
    with pytest.raises(InvalidToken):
        async with other.read() as tx:
            (await tx.execute(select(tables.staff.c.name))).scalars().all()
    await other.close()


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, both = (
        Keyring(["the old secret key, long enough"]),
        Keyring(["the new secret key, long enough", "the old secret key, long enough"]),
    )
    assert both.open(old.seal("Sam")) == "Sam"
    assert both.hash(1) != old.hash(1)
    assert old.hash(1) in both.hashes(1)


async def test_a_naive_moment_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 24, 18, 0)  # noqa: DTZ001
    with pytest.raises(StatementError, match="needs a time zone"):
        async with database.write() as tx:
            await tx.execute(tables.runs.insert().values(job="x", at=naive))


async def test_a_moment_comes_back_as_it_went_in(database: Database) -> None:
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    async with database.write() as tx:
        await tx.execute(tables.runs.insert().values(job="x", at=moment))
    async with database.read() as tx:
        assert (await tx.execute(select(tables.runs.c.at))).scalar_one() == moment

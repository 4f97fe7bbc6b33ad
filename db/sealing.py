"""Which columns are sealed, found by walking the tables so that a new one cannot be forgotten, and sealed anew."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, bindparam, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import metadata, wrong_codes
from db.types import Sealed, SealedBytes, SealedJson

Key = tuple[Any, ...]
FILES = 5  # of up to some megabytes each


def sealed_columns() -> dict[Table, list[Column[Any]]]:
    """Every sealed column of every table that has one."""
    found = {
        table: [column for column in table.c if isinstance(column.type, Sealed | SealedBytes | SealedJson)]
        for table in metadata.sorted_tables
    }
    return {table: columns for table, columns in found.items() if columns}


def batch_of(table: Table, most: int) -> int:
    """How many rows of a table are held in memory at a time: files are large."""
    return most if not any(isinstance(column.type, SealedBytes) for column in table.c) else FILES


def keyed_hashes() -> list[Column[Any]]:
    """Every column that holds a keyed hash: it is named so."""
    return [column for table in metadata.sorted_tables for column in table.c if column.name.endswith("_hash")]


async def batch(tx: AsyncConnection, table: Table, after: Key | None, most: int) -> list[Mapping[str, Any]]:
    """Up to `most` rows of a table after a key, opened, and held against changes until the transaction ends."""
    key = tuple_(*table.primary_key.columns)
    query = select(table).order_by(*table.primary_key.columns).limit(most).with_for_update()
    found = await tx.execute(query if after is None else query.where(key > after))
    return [dict(row._mapping) for row in found]


def key_of(table: Table, row: Mapping[str, Any]) -> Key:
    """What a row goes by."""
    return tuple(row[column.name] for column in table.primary_key.columns)


async def seal_again(tx: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes these values of these rows; sealed ones under the newest key. Every row names the same columns."""
    keys = list(table.primary_key.columns)
    names = [name for name in rows[0] if table.c[name] not in keys]
    change = (
        update(table)
        .where(*(column == bindparam(f"key_{column.name}", type_=column.type) for column in keys))
        .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names})
    )
    values = [
        {f"key_{key.name}": row[key.name] for key in keys} | {f"new_{name}": row[name] for name in names}
        for row in rows
    ]
    await tx.execute(change, values)


async def rename_wrong_codes(tx: AsyncConnection, hashes: Sequence[str]) -> None:
    """Wrong codes of a chat, entered under an older key's hash, count under the newest (the first)."""
    older = wrong_codes.c.chat_hash.in_(hashes[1:])
    await tx.execute(update(wrong_codes).where(older).values(chat_hash=hashes[0]))

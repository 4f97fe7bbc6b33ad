"""A new secret key: everything sealed is sealed anew, and every keyed hash made anew, so that the old key can go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from db import invites, sealing
from db.types import Keyring
from usecases import incoming
from usecases.service import Service

BATCH = 500  # rows in one transaction: a running bot waits no longer than that takes

HASHED: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "chats.chat_hash": lambda row: row["chat_id"] if row["chat_hash"] is not None else None,
    "individuals.mobile_hash": lambda row: row["mobile"],
    "texts.number_hash": lambda row: row["number"],
    "erased.case_ref_hash": lambda row: row["case_ref"],
    "inbox.chat_hash": lambda row: incoming.chat_of(row["raw"]),
}
"""What each keyed hash is of. None: the row has no hash."""

LEFT = frozenset(
    {
        "wrong_codes.chat_hash",  # of a chat that is linked it is renamed with the chat's; the others go within a day
        "invites.code_hash",  # nobody has the code but the person invited
        "invites.asked_hash",  # whoever is being asked for the digits opens the link again
    }
)


@dataclass(frozen=True)
class Rotation:
    """How many rows were sealed anew, and how many invitations still hang on an older key."""

    rows: int
    open_invites: int


async def rotate(service: Service, progress: Callable[[str, int], None] = lambda table, rows: None) -> Rotation:
    """Seals and hashes everything under the newest key, batch by batch. Safe to stop and to repeat at any point."""
    rows = 0
    for table in sealing.sealed_columns():
        after: sealing.Key | None = None
        while True:
            async with service.db.write() as tx:
                found = await sealing.batch(tx, table, after, sealing.batch_of(table, BATCH))
                if not found:
                    break
                await _renew(tx, table, found, service.db.keys)
            after = sealing.key_of(table, found[-1])
            rows += len(found)
            progress(table.name, len(found))
    async with service.db.read() as tx:
        return Rotation(rows, await invites.count_open(tx, service.clock.now()))


async def _renew(tx: AsyncConnection, table: Table, rows: list[Mapping[str, Any]], keys: Keyring) -> None:
    hashes = [column for column in sealing.keyed_hashes() if column.table is table and str(column) not in LEFT]
    names = [*table.primary_key.columns.keys(), *(column.name for column in sealing.sealed_columns()[table])]
    renewed = []
    for row in rows:
        new = {name: row[name] for name in names}
        for column in hashes:
            value = HASHED[str(column)](row)
            new[column.name] = None if value is None else keys.hash(str(value))
        renewed.append(new)
        if table.name == "chats":
            await sealing.rename_wrong_codes(tx, keys.hashes(row["chat_id"]))
    await sealing.seal_again(tx, table, renewed)

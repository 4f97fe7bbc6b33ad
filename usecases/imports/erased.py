"""People who were erased stay erased: whatever an export still says of them is left out before anything is compared."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import persons
from db.types import Keyring
from domain.imports import Reading, Record


async def leave_out(tx: AsyncConnection, keys: Keyring, reading: Reading) -> tuple[Reading, int]:
    """The same reading without their rows, and how many rows that were."""
    erased = await persons.erased_hashes(tx)
    if not erased:
        return reading, 0
    gone: dict[str, set[str]] = {}

    def is_gone(kind: str, ref: str) -> bool:
        here = ref in gone.get(kind, ())
        return here or not erased.isdisjoint(keys.hashes(persons.name_of(kind, ref)))

    def goes(record: Record) -> bool:
        links = [(kind, record.values.get(column)) for column, kind in reading.links[record.kind].items()]
        return is_gone(record.kind, record.ref) or any(
            ref and kind in CARRIES and is_gone(kind, ref) for kind, ref in links
        )

    tables, count = {}, 0
    for kind, records in reading.tables.items():  # in an order in which rows point only at kinds before their own
        out = {record.ref for record in records if goes(record)} if kind not in OTHERS else set()
        gone[kind] = out
        tables[kind] = [record for record in records if record.ref not in out]
        count += len(records) - len(tables[kind])
    refs = {kind: of_kind - gone.get(kind, set()) for kind, of_kind in reading.refs.items()}
    refused = tuple(record for record in reading.refused if record.kind in OTHERS or not goes(record))
    return replace(reading, tables=tables, refs=refs, refused=refused), count


CARRIES = frozenset({"individuals", "orders", "appointments"})  # whatever hangs on one of these goes with it
OTHERS = frozenset({"staff", "places"})  # nobody is erased by way of these

"""What only one transaction of all processes does at a time, until it ends. A SQLite file has one writer anyhow."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, String, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared

CHAINING, CLAIMING = 0x6D696E64, 7_003  # any numbers, always the same: the record of access, and what is due
_WORD = func.unnest(bindparam("words", type_=ARRAY(String))).column_valued("word")
_HELD = {  # PostgreSQL's own, which no row or table is behind
    "one": Prepared(select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger)).label("locked"))),
    "each": Prepared(select(func.pg_advisory_xact_lock(func.hashtextextended(_WORD, 0)).label("locked"))),
}


async def hold(tx: AsyncConnection, number: int) -> None:
    """Whatever comes next in this transaction waits until nobody else holds this."""
    if tx.dialect.name == "postgresql":
        await _HELD["one"].later(tx, number=number)


async def hold_each(tx: AsyncConnection, words: Sequence[str]) -> None:
    """The same for each of several, always in one order: nobody waits for one who waits for them."""
    if tx.dialect.name == "postgresql":
        await _HELD["each"].later(tx, words=sorted(words))

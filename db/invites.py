"""Single-use invitations: only a keyed hash of the code is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import invites, wrong_codes


@dataclass(frozen=True)
class Invite:
    """Whom a code is for: one individual or one member of staff."""

    id: int
    individual_id: int | None
    staff_id: int | None


async def make(
    tx: AsyncConnection,
    code_hash: str,
    now: datetime,
    expires_at: datetime,
    individual_id: int | None = None,
    staff_id: int | None = None,
    invited_by: int | None = None,
) -> None:
    """Keeps a new code, and lets go of earlier ones for the same person that were not used."""
    mine = invites.c.individual_id == individual_id if individual_id is not None else invites.c.staff_id == staff_id
    await tx.execute(delete(invites).where(mine, invites.c.used_at.is_(None)))
    values = {
        "code_hash": code_hash,
        "individual_id": individual_id,
        "staff_id": staff_id,
        "invited_by": invited_by,
        "made_at": now,
        "expires_at": expires_at,
    }
    await tx.execute(insert(invites).values(values))


async def use(tx: AsyncConnection, hashes: list[str], now: datetime) -> Invite | None:
    """The unused invitation of a code that is still in date, spent by this call; None for any other code."""
    change = (
        update(invites)
        .where(invites.c.code_hash.in_(hashes), invites.c.used_at.is_(None), invites.c.expires_at > now)
        .values(used_at=now)
        .returning(invites)
    )
    row = (await tx.execute(change)).one_or_none()
    return Invite(row.id, row.individual_id, row.staff_id) if row else None


async def count_open(tx: AsyncConnection, now: datetime) -> int:
    """How many invitations could still be used."""
    query = select(func.count()).select_from(invites).where(invites.c.used_at.is_(None), invites.c.expires_at > now)
    return int((await tx.execute(query)).scalar_one())


async def wrong_since(tx: AsyncConnection, chat_hash: str, moment: datetime) -> int:
    """How many wrong codes a chat has tried since a moment."""
    mine = (wrong_codes.c.chat_hash == chat_hash, wrong_codes.c.at > moment)
    return int((await tx.execute(select(func.count()).select_from(wrong_codes).where(*mine))).scalar_one())


async def note_wrong(tx: AsyncConnection, chat_hash: str, now: datetime) -> None:
    await tx.execute(insert(wrong_codes).values(chat_hash=chat_hash, at=now))


async def forget(tx: AsyncConnection, wrong_before: datetime, now: datetime) -> int:
    """Deletes wrong codes tried before a moment and invitations that ran out unused; returns how many rows."""
    wrong = await tx.execute(delete(wrong_codes).where(wrong_codes.c.at < wrong_before))
    unused = await tx.execute(delete(invites).where(invites.c.used_at.is_(None), invites.c.expires_at <= now))
    return wrong.rowcount + unused.rowcount

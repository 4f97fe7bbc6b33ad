"""Single-use invitations: only a keyed hash of the code is kept, and the digits that go with it are sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import invites, wrong_codes


@dataclass(frozen=True)
class Invite:
    """Whom a code is for: one individual or one member of staff. `digits` are told aloud, apart from the link."""

    id: int
    individual_id: int | None
    staff_id: int | None
    invited_by: int | None  # none: from the command line
    digits: str
    made_at: datetime
    used_at: datetime | None = None
    undone_at: datetime | None = None


def _of(row: Row[tuple[Any, ...]]) -> Invite:
    who = (row.individual_id, row.staff_id, row.invited_by)
    return Invite(row.id, *who, row.digits or "", row.made_at, row.used_at, row.undone_at)


def _open(now: datetime) -> ColumnElement[bool]:
    """What could still be used. One without digits was made before there were any: it proves nothing."""
    return and_(invites.c.used_at.is_(None), invites.c.expires_at > now, invites.c.digits.is_not(None))


def _same_person(invite: Invite) -> ColumnElement[bool]:
    if invite.individual_id is not None:
        return invites.c.individual_id == invite.individual_id
    return invites.c.staff_id == invite.staff_id


async def make(
    tx: AsyncConnection,
    code_hash: str,
    digits: str,
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
        "digits": digits,
        "individual_id": individual_id,
        "staff_id": staff_id,
        "invited_by": invited_by,
        "made_at": now,
        "expires_at": expires_at,
    }
    await tx.execute(insert(invites).values(values))


async def with_code(tx: AsyncConnection, hashes: list[str], now: datetime) -> Invite | None:
    """The unused invitation of a code that is still in date; None for any other code."""
    query = select(invites).where(invites.c.code_hash.in_(hashes), _open(now))
    row = (await tx.execute(query)).one_or_none()
    return _of(row) if row else None


async def ask(tx: AsyncConnection, id_: int, hashes: list[str]) -> None:
    """From now on this chat, and no other, is asked for the digits of this invitation, and of no other."""
    await tx.execute(update(invites).where(invites.c.asked_hash.in_(hashes)).values(asked_hash=None))
    await tx.execute(update(invites).where(invites.c.id == id_).values(asked_hash=hashes[0]))


async def asked_of(tx: AsyncConnection, hashes: list[str], now: datetime) -> Invite | None:
    """The invitation whose digits a chat has been asked for, while it can be used."""
    row = (await tx.execute(select(invites).where(invites.c.asked_hash.in_(hashes), _open(now)))).one_or_none()
    return _of(row) if row else None


async def spend(tx: AsyncConnection, id_: int, now: datetime) -> bool:
    """Uses it up; False if somebody else has done so in the meantime."""
    unused = (invites.c.id == id_, invites.c.used_at.is_(None))
    change = update(invites).where(*unused).values(used_at=now, asked_hash=None).returning(invites.c.id)
    return (await tx.execute(change)).one_or_none() is not None


async def note_wrong_digits(tx: AsyncConnection, id_: int) -> int:
    """Counts one wrong answer, whichever chat gave it; returns how many there have been."""
    change = update(invites).where(invites.c.id == id_).values(wrong=invites.c.wrong + 1).returning(invites.c.wrong)
    return int((await tx.execute(change)).scalar_one())


async def kill(tx: AsyncConnection, id_: int, now: datetime) -> None:
    """It is out of date from now on, and nobody is asked any more."""
    await tx.execute(update(invites).where(invites.c.id == id_).values(expires_at=now, asked_hash=None))


async def end_open(
    tx: AsyncConnection, now: datetime, individual_id: int | None = None, staff_id: int | None = None
) -> None:
    """Everything that is open for this person, and that this member of staff has made, is out of date from now on."""
    theirs = invites.c.individual_id == individual_id
    if individual_id is None:
        theirs = or_(invites.c.staff_id == staff_id, invites.c.invited_by == staff_id)
    await tx.execute(update(invites).where(theirs, _open(now)).values(expires_at=now, asked_hash=None))


async def invite(tx: AsyncConnection, id_: int) -> Invite | None:
    row = (await tx.execute(select(invites).where(invites.c.id == id_))).one_or_none()
    return _of(row) if row else None


async def last_used(tx: AsyncConnection, individual_id: int) -> Invite | None:
    """The invitation by which an individual's present chat was linked."""
    mine = (invites.c.individual_id == individual_id, invites.c.used_at.is_not(None))
    row = (await tx.execute(select(invites).where(*mine).order_by(invites.c.used_at.desc()).limit(1))).one_or_none()
    return _of(row) if row else None


async def used_since(tx: AsyncConnection, invite: Invite) -> bool:
    """Whether the same person has linked a phone by a later invitation."""
    query = select(invites.c.id).where(_same_person(invite), invites.c.used_at > invite.used_at)
    return (await tx.execute(query.limit(1))).first() is not None


async def undo(tx: AsyncConnection, id_: int, now: datetime) -> None:
    """The link that it made is not so any more."""
    await tx.execute(update(invites).where(invites.c.id == id_).values(undone_at=now))


async def count_open(tx: AsyncConnection, now: datetime) -> int:
    """How many invitations could still be used."""
    query = select(func.count()).select_from(invites).where(_open(now))
    return int((await tx.execute(query)).scalar_one())


async def wrong_since(tx: AsyncConnection, chat_hash: str, moment: datetime) -> int:
    """How many wrong codes a chat has tried since a moment."""
    mine = (wrong_codes.c.chat_hash == chat_hash, wrong_codes.c.at > moment)
    return int((await tx.execute(select(func.count()).select_from(wrong_codes).where(*mine))).scalar_one())


async def note_wrong(tx: AsyncConnection, chat_hash: str, now: datetime) -> None:
    await tx.execute(insert(wrong_codes).values(chat_hash=chat_hash, at=now))

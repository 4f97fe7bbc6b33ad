"""Staff, individuals, and the chats that they speak from."""

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, Row, and_, bindparam, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import changing, inbox
from db.prepared import Prepared, Reading, ReadOnce, among, read_anew
from db.tables import chats, individuals, staff
from domain.locks import Lock
from domain.people import Individual, Leave, Role, Staff

PROPOSED = "?"  # before the digest of a PIN that was typed only once


@dataclass(frozen=True)
class Chat:
    """A chat and the one person who speaks from it."""

    id: int
    chat_id: int
    language: str
    individual_id: int | None
    staff_id: int | None
    reachable: bool = True
    awaits: Mapping[str, Any] | None = None
    heard_at: datetime | None = None


def individual_of(row: Row[tuple[object, ...]]) -> Individual:
    """A row of `individuals` as the rules know it."""
    return Individual(
        id=row.id,
        case_ref=row.case_ref,
        first_name=row.first_name,
        language=row.language,
        youth=row.youth,
        youth_consent=row.youth_consent_at is not None,
        staff_contact_only=row.staff_contact_only,
        work_limits=row.work_limits or "",
        stopped=row.stopped_at is not None,
        language_wish=row.language_wish,
        name_agreed=row.name_agreed,
        plain=row.plain,
        discreet=row.discreet,
        easy=row.easy,
        mobile_ending=(row.mobile or "")[-3:],
        nudged=row.nudged,
        early_agreed=row.early_agreed,
    )


_INDIVIDUALS = Prepared(select(individuals).where(among(individuals.c.id, "ids")))


async def individual(tx: AsyncConnection, id_: int) -> Individual | None:
    return (await individuals_by_id(tx, [id_])).get(id_)


async def individuals_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Individual]:
    return await reading_individuals(ids).alone(tx)


def reading_individuals(ids: Iterable[int]) -> Reading[dict[int, Individual]]:
    return Reading(_INDIVIDUALS, lambda rows: {row.id: individual_of(row) for row in rows}, ids=list(set(ids)))


_NUDGED = Prepared(select(individuals.c.id).where(among(individuals.c.id, "ids"), individuals.c.nudged))


async def nudged(tx: AsyncConnection, ids: Iterable[int]) -> frozenset[int]:
    """Those of these individuals who asked for a word on the morning itself."""
    return frozenset(row.id for row in await _NUDGED.all(tx, ids=list(set(ids))))


async def mobile_of(tx: AsyncConnection, id_: int) -> str:
    """The number on record (E.164); empty if there is none."""
    return (await tx.execute(select(individuals.c.mobile).where(individuals.c.id == id_))).scalar_one() or ""


_BY_REF = Prepared(select(individuals).where(individuals.c.case_ref == bindparam("ref")))


async def individual_by_ref(tx: AsyncConnection, case_ref: str) -> Individual | None:
    row = await _BY_REF.first(tx, ref=case_ref)
    return individual_of(row) if row else None


async def youth_consent(tx: AsyncConnection, id_: int) -> tuple[int | None, datetime | None]:
    """Who on the youth team said yes to messages (by id), and when."""
    columns = (individuals.c.youth_consent_by, individuals.c.youth_consent_at)
    row = (await tx.execute(select(*columns).where(individuals.c.id == id_))).one()
    return row.youth_consent_by, row.youth_consent_at


async def case_refs(tx: AsyncConnection) -> dict[int, str]:
    """Everybody's case reference, by id."""
    rows = await tx.execute(select(individuals.c.id, individuals.c.case_ref))
    return {row.id: row.case_ref for row in rows}


async def change_individual(tx: AsyncConnection, id_: int, **values: object) -> None:
    await changing.row(tx, individuals, id_, **values)


_STAFF = Prepared(
    select(
        *(staff.c.id, staff.c.ref, staff.c.name, staff.c.roles, staff.c.cover_id, staff.c.active_until),
        *(staff.c.away_from, staff.c.away_until, staff.c.away_cover_id),
    )
)


async def everybody_on_staff(tx: AsyncConnection) -> Mapping[int, Staff]:
    """All staff by id. A council has tens of them, so they are always read together."""
    return await reading_staff().alone(tx)


def reading_staff() -> Reading[Mapping[int, Staff]]:
    """Needed up to five times in one transaction."""
    return ReadOnce(_STAFF, lambda rows: _staff_of(tuple(rows)))


@lru_cache(maxsize=2)
def _staff_of(rows: tuple[Any, ...]) -> Mapping[int, Staff]:
    """Rows of `staff` as the rules know them. They are read for each message and hardly ever change: the same rows are
    the same people."""
    covers: dict[int, set[int]] = {}
    leaves = {row.id: Leave(row.id, row.away_from, row.away_until) for row in rows if row.away_from and row.away_until}
    stands_in: dict[int, set[Leave]] = {}
    for row in rows:
        if row.cover_id is not None:
            covers.setdefault(row.cover_id, set()).add(row.id)
        if row.id in leaves and row.away_cover_id is not None:
            stands_in.setdefault(row.away_cover_id, set()).add(leaves[row.id])
    return {
        row.id: Staff(
            id=row.id,
            ref=row.ref,
            name=row.name,
            roles=frozenset(Role(role) for role in row.roles.split("+") if role),
            active_until=row.active_until,
            cover_id=row.cover_id,
            covers=frozenset(covers.get(row.id, ())),
            leave=leaves.get(row.id),
            leave_cover_id=row.away_cover_id,
            stands_in=frozenset(stands_in.get(row.id, ())),
        )
        for row in rows
    }


async def staff_by_ref(tx: AsyncConnection, ref: str) -> Staff | None:
    return next((one for one in (await everybody_on_staff(tx)).values() if one.ref == ref), None)


_ACCOUNT = Prepared(select(staff.c.pin, staff.c.pin_wrong, staff.c.locked_at).where(staff.c.id == bindparam("id")))


async def lock_of(tx: AsyncConnection, staff_id: int) -> Lock:
    """How the account of a member of staff stands."""
    (row,) = await _ACCOUNT.all(tx, id=staff_id)
    pin, locked = row.pin or "", row.locked_at is not None
    if pin.startswith(PROPOSED):
        return Lock(proposed=pin.removeprefix(PROPOSED), wrong=row.pin_wrong, locked=locked)
    return Lock(pin, wrong=row.pin_wrong, locked=locked)


async def keep_lock(tx: AsyncConnection, staff_id: int, lock: Lock, now: datetime | None = None) -> None:
    """Keeps how an account stands; `now` is when it was locked, if it is."""
    pin = lock.pin or (f"{PROPOSED}{lock.proposed}" if lock.proposed else None)
    values = {"pin": pin, "pin_wrong": lock.wrong, "locked_at": now if lock.locked else None}
    await tx.execute(update(staff).where(staff.c.id == staff_id).values(**values))


async def add_staff(tx: AsyncConnection, ref: str, name: str, roles: Iterable[Role]) -> int:
    """Somebody whom no export has named yet."""
    values = {"ref": ref, "name": name, "roles": "+".join(sorted(role.value for role in roles))}
    added = (await tx.execute(insert(staff).values(values).returning(staff.c.id))).scalar_one()
    read_anew(tx)
    return int(added)


# ── Chats ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chat_of(row: Row[tuple[Any, ...]]) -> Chat:
    reachable = row.unreachable_at is None
    who = (row.individual_id, row.staff_id)
    return Chat(row.id, int(row.chat_id), row.language, *who, reachable, row.awaits, row.heard_at)


_LINKED = and_(chats.c.unlinked_at.is_(None), chats.c.unreachable_at.is_(None))
_BY_HASH = Prepared(select(chats).where(among(chats.c.chat_hash, "hashes")))
_OF_INDIVIDUALS = Prepared(select(chats).where(among(chats.c.individual_id, "ids"), _LINKED))
_ANY_STAFF = chats.c.staff_id > literal_column("0")  # "is not null" would have SQLite read everybody's chats
_OF_STAFF = Prepared(select(chats).where(_ANY_STAFF, _LINKED))
_LOST = Prepared(
    select(chats.c.staff_id).where(_ANY_STAFF, chats.c.unlinked_at.is_(None), chats.c.unreachable_at.is_not(None))
)


async def chat_by_hash(tx: AsyncConnection, hashes: list[str]) -> Chat | None:
    """The linked chat with one of these keyed hashes (several while keys are being rotated)."""
    row = await _BY_HASH.first(tx, hashes=list(hashes))
    return _chat_of(row) if row else None


_SPEAKER = Prepared(
    select(chats, individuals)
    .outerjoin(individuals, individuals.c.id == chats.c.individual_id)
    .where(among(chats.c.chat_hash, "hashes"))
    .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
)
_PARTS: Any = [namedtuple(table.name, table.columns.keys()) for table in (chats, individuals)]


async def speaker(tx: AsyncConnection, hashes: list[str]) -> tuple[Chat | None, Individual | None]:
    """The linked chat with one of these keyed hashes, and the individual who speaks from it."""
    return await reading_speaker(hashes).alone(tx)


def reading_speaker(hashes: list[str]) -> Reading[tuple[Chat | None, Individual | None]]:
    return Reading(_SPEAKER, _speaker, hashes=list(hashes))


def _speaker(rows: Sequence[Any]) -> tuple[Chat | None, Individual | None]:
    if not rows:
        return None, None
    values = iter(rows[0])
    chat, individual = (part._make(islice(values, len(part._fields))) for part in _PARTS)
    return _chat_of(chat), individual_of(individual) if individual.id is not None else None


_BY_ID = Prepared(select(chats).where(chats.c.id == bindparam("id")))
_LINKED_INDIVIDUAL = Prepared(
    select(chats).where(chats.c.individual_id == bindparam("id"), chats.c.unlinked_at.is_(None))
)
_LINKED_STAFF = Prepared(select(chats).where(chats.c.staff_id == bindparam("id"), chats.c.unlinked_at.is_(None)))


async def chat(tx: AsyncConnection, id_: int) -> Chat | None:
    """A chat by its row, linked or not any more."""
    row = await _BY_ID.first(tx, id=id_)
    return _chat_of(row) if row else None


async def linked_chat(tx: AsyncConnection, individual_id: int | None, staff_id: int | None) -> Chat | None:
    """The chat that one person is linked to, whether Telegram reaches it or not."""
    if individual_id is not None:
        row = await _LINKED_INDIVIDUAL.first(tx, id=individual_id)
    else:
        row = await _LINKED_STAFF.first(tx, id=staff_id)
    return _chat_of(row) if row else None


async def chats_of_individuals(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Chat]:
    """The linked chat of each of these individuals who has one that Telegram reaches."""
    return await reading_chats_of_individuals(ids).alone(tx)


def reading_chats_of_individuals(ids: Iterable[int]) -> Reading[dict[int, Chat]]:
    return Reading(_OF_INDIVIDUALS, lambda rows: {row.individual_id: _chat_of(row) for row in rows}, ids=list(set(ids)))


async def chats_of_staff(tx: AsyncConnection) -> dict[int, Chat]:
    """The linked chat of every member of staff who has one that Telegram reaches."""
    return await reading_chats_of_staff().alone(tx)


def reading_chats_of_staff() -> Reading[dict[int, Chat]]:
    return Reading(_OF_STAFF, lambda rows: {row.staff_id: _chat_of(row) for row in rows})


def reading_staff_not_reached() -> Reading[frozenset[int]]:
    """Whose linked chat Telegram does not reach: they blocked the bot, or their account is gone."""
    return Reading(_LOST, lambda rows: frozenset(row.staff_id for row in rows))


_OF_ONE = Prepared(
    select(chats.c.id).where(chats.c.individual_id == bindparam("person"), chats.c.unlinked_at.is_(None))
)
_OF_ONE_ON_STAFF = Prepared(
    select(chats.c.id).where(chats.c.staff_id == bindparam("person"), chats.c.unlinked_at.is_(None))
)
_LINK = Prepared(
    insert(chats)
    .values(
        {
            name: bindparam(name)
            for name in ("chat_id", "chat_hash", "individual_id", "staff_id", "language", "linked_at")
        }
    )
    .inline()
)


async def link_chat(
    tx: AsyncConnection,
    chat_id: int,
    chat_hash: str,
    now: datetime,
    language: str,
    individual_id: int | None = None,
    staff_id: int | None = None,
) -> int | None:
    """Binds a chat to one person and lets go of that person's earlier chat, whose row id is returned."""
    whose, person = (_OF_ONE, individual_id) if individual_id is not None else (_OF_ONE_ON_STAFF, staff_id)
    before = await whose.first(tx, person=person)
    if before is not None:
        await unlink_chat(tx, before.id, now)
    who = {"individual_id": individual_id, "staff_id": staff_id}
    how = {"language": language, "linked_at": now}
    await _LINK.run(tx, chat_id=str(chat_id), chat_hash=chat_hash, **who, **how)
    return before.id if before is not None else None


async def unlink_chat(tx: AsyncConnection, id_: int, now: datetime) -> None:
    """A chat is nobody's any more, and answers that wait to be said in it are not: who reads them there?"""
    await inbox.unsay(tx, id_, now)
    await changing.row(tx, chats, id_, chat_hash=None, unlinked_at=now)


_UNREACHABLE = Prepared(
    update(chats)
    .where(chats.c.id == bindparam("at_id", type_=chats.c.id.type), chats.c.unreachable_at.is_(None))
    .values(unreachable_at=bindparam("now", type_=chats.c.unreachable_at.type))
)


async def lose_chat(tx: AsyncConnection, id_: int, now: datetime) -> bool:
    """Telegram does not reach it any more; False if that was known, or somebody else has just noted it."""
    return await _UNREACHABLE.run(tx, at_id=id_, now=now) > 0


async def change_chat(tx: AsyncConnection, id_: int, **values: object) -> None:
    await changing.row(tx, chats, id_, **values)

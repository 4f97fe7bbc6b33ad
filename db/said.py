"""The conversation with each individual: everything said, by whom, in order. Nothing in it is ever changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Select, String, bindparam, case, cast, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, among
from db.tables import outbox, said
from domain.retrying import NO_ANSWER
from domain.talk import ANSWER, Form, Media, Said


def _said_of(row: Row[tuple[Any, ...]]) -> Said:
    media = Media(Form(row.media["form"]), row.media["file_id"]) if row.media else None
    return Said(
        id=row.id,
        individual_id=row.individual_id,
        at=row.at,
        words=row.words or "",
        media=media,
        staff_id=row.staff_id,
        item_id=row.item_id,
        ended=row.ended or "",
    )


def _select() -> Select[tuple[Any, ...]]:
    carried = (outbox.c.subject == literal("said:").concat(cast(said.c.id, String))) & (outbox.c.kind == ANSWER)
    ended = case((outbox.c.reason == NO_ANSWER, NO_ANSWER), else_=outbox.c.status)
    return select(said, ended.label("ended")).outerjoin(outbox, carried)


async def add(
    tx: AsyncConnection,
    individual_id: int,
    at: datetime,
    update_id: int,
    words: str,
    media: Media | None = None,
    staff_id: int | None = None,
    item_id: int | None = None,
) -> int:
    """Keeps one thing that was said; `update_id` is what brought it. Returns its id."""
    values = {
        "individual_id": individual_id,
        "at": at,
        "update_id": update_id,
        "words": words or None,
        "media": {"form": media.form.value, "file_id": media.file_id} if media is not None else None,
        "staff_id": staff_id,
        "item_id": item_id,
    }
    return int((await tx.execute(insert(said).values(values).returning(said.c.id))).scalar_one())


async def belongs_to(tx: AsyncConnection, update_id: int, item_id: int) -> bool:
    """Puts what this update brought under an item; False if nothing of it was kept."""
    change = update(said).where(said.c.update_id == update_id).values(item_id=item_id)
    return bool((await tx.execute(change)).rowcount)


async def by_ids(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Said]:
    return {row.id: _said_of(row) for row in await tx.execute(_select().where(said.c.id.in_(set(ids))))}


_LATEST = Prepared(
    _select()
    .where(said.c.individual_id == bindparam("individual"))
    .order_by(said.c.id.desc())
    .limit(bindparam("most", type_=Integer()))
)
_OF_ITEMS = Prepared(_select().where(among(said.c.item_id, "ids")).order_by(said.c.id))


async def latest(tx: AsyncConnection, individual_id: int, most: int) -> list[Said]:
    """The last things said, in the order in which they were said."""
    return [_said_of(row) for row in reversed(await _LATEST.all(tx, individual=individual_id, most=most))]


async def last_answer(tx: AsyncConnection, individual_id: int) -> Said | None:
    """What staff last wrote to a person."""
    query = _select().where(said.c.individual_id == individual_id, said.c.staff_id.is_not(None))
    row = (await tx.execute(query.order_by(said.c.id.desc()).limit(1))).one_or_none()
    return _said_of(row) if row else None


async def of_items(tx: AsyncConnection, item_ids: Iterable[int]) -> Mapping[int, list[Said]]:
    """What was said about each of these items, in order."""
    found: dict[int, list[Said]] = {}
    for row in await _OF_ITEMS.all(tx, ids=list(set(item_ids))):
        found.setdefault(row.item_id, []).append(_said_of(row))
    return found

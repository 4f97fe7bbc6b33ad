"""Sittings know the person and nothing of the answers; forms hold the answers and know no person."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import changing
from db.prepared import Prepared, Reading, among
from db.tables import answers, forms, sittings


@dataclass(frozen=True)
class Sitting:
    """One run of one person through a form."""

    id: int
    form_id: str
    individual_id: int
    order_id: int
    form: str
    version: str
    owed_at: datetime
    offered_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    declined_at: datetime | None
    occasion: str = "end"  # start, review:1, review:2 … or end
    way: str = ""  # how it was answered: chat, worker_phone, phone or paper
    offered_how: str = ""  # telegram, text or staff
    offered_by: int | None = None
    helper_id: int | None = None  # who was named to ask, where the chat cannot
    helper_named_by: int | None = None
    closed_at: datetime | None = None  # nobody answered in time
    withdrawn_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def ref(self) -> str:
        """The definition that this run began with."""
        return f"{self.form}@{self.version}"

    @property
    def closed(self) -> bool:
        """Finished, declined, or over because nobody answered in time."""
        return self.finished_at is not None or self.declined_at is not None or self.closed_at is not None

    @property
    def unseen(self) -> bool:
        """Nobody has been shown anything of it yet."""
        return self.offered_at is None and self.started_at is None and not self.closed


def sitting_of(row: Row[tuple[Any, ...]]) -> Sitting:
    return Sitting(
        row.id,
        row.form_id,
        row.individual_id,
        row.order_id,
        row.form,
        row.version,
        row.owed_at,
        row.offered_at,
        row.started_at,
        row.finished_at,
        row.declined_at,
        row.occasion,
        row.way,
        row.offered_how,
        row.offered_by,
        row.helper_id,
        row.helper_named_by,
        row.closed_at,
        row.withdrawn_at,
        row.settled_at,
    )


_BY_ID = Prepared(select(sittings).where(among(sittings.c.id, "ids")))
_OF_INDIVIDUALS = Prepared(
    select(sittings).where(among(sittings.c.individual_id, "individuals")).order_by(sittings.c.id.desc())
)


async def sittings_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Sitting]:
    return {row.id: sitting_of(row) for row in await _BY_ID.all(tx, ids=list(set(ids)))}


async def sittings_of(tx: AsyncConnection, individual_id: int) -> list[Sitting]:
    """A person's sittings, the newest first."""
    return (await reading_of([individual_id]).alone(tx))[individual_id]


def reading_of(individual_ids: Iterable[int]) -> Reading[dict[int, list[Sitting]]]:
    """The same for each of these people."""
    ids = list(individual_ids)

    def by_person(rows: Iterable[Any]) -> dict[int, list[Sitting]]:
        found: dict[int, list[Sitting]] = {id_: [] for id_ in ids}
        for one in map(sitting_of, rows):
            found[one.individual_id].append(one)
        return found

    return Reading(_OF_INDIVIDUALS, by_person, individuals=ids)


async def change(tx: AsyncConnection, id_: int, **values: object) -> None:
    await changing.row(tx, sittings, id_, **values)


# ── The half with the person, and the half with the answers ─────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Blank:
    """A form before its first answer. `state` is the engine's own row; `ended_on` the first day of a quarter."""

    form: str
    version: str
    state: Mapping[str, Any]
    ended_on: date


_BLANK = {
    name: bindparam(name, type_=forms.c[name].type) for name in ("form_id", "form", "version", "state", "ended_on")
}
_NEW = {
    name: bindparam(name, type_=sittings.c[name].type)
    for name in ("form_id", "form", "version", "individual_id", "order_id", "occasion", "owed_at")
}
_ADDED_FORM = Prepared(insert(forms).values(_BLANK).inline())
_ADDED = Prepared(insert(sittings).values(_NEW).returning(sittings))
_AT = bindparam("at_id", type_=forms.c.form_id.type)
_REPLACED = Prepared(
    update(sittings).where(sittings.c.form_id == _AT).values({name: _NEW[name] for name in ("form", "version")})
)
_REPLACED_FORM = Prepared(
    update(forms).where(forms.c.form_id == _AT).values({name: _BLANK[name] for name in _BLANK if name != "form_id"})
)


async def add(
    tx: AsyncConnection, form_id: str, individual_id: int, order_id: int, blank: Blank, now: datetime, occasion: str
) -> Sitting:
    """Stores both halves; `form_id` is all that they share."""
    await _ADDED_FORM.later(tx, form_id=form_id, **asdict(blank))
    person = {"individual_id": individual_id, "order_id": order_id, "occasion": occasion, "owed_at": now}
    (row,) = await _ADDED.all(tx, form_id=form_id, form=blank.form, version=blank.version, **person)
    return sitting_of(row)


async def replace(tx: AsyncConnection, sitting: Sitting, blank: Blank) -> None:
    """Puts another blank in the place of one that nobody has seen."""
    await _REPLACED.later(tx, at_id=sitting.form_id, form=blank.form, version=blank.version)
    await _REPLACED_FORM.later(tx, at_id=sitting.form_id, **asdict(blank))


_STATES = Prepared(select(forms.c.form_id, forms.c.state).where(among(forms.c.form_id, "ids")))
_STATE = bindparam("state", type_=forms.c.state.type)
_KEPT = Prepared(update(forms).where(forms.c.form_id == bindparam("at_id")).values(state=_STATE))


def reading_states(form_ids: Iterable[str]) -> Reading[dict[str, Mapping[str, Any]]]:
    """The engine's own rows of those forms that are neither sent nor declined."""
    return Reading(_STATES, _states, ids=list(set(form_ids)))


def _states(rows: Iterable[Any]) -> dict[str, Mapping[str, Any]]:
    return {row.form_id: row.state for row in rows if row.state is not None}


async def keep_state(tx: AsyncConnection, form_id: str, state: Mapping[str, Any] | None) -> None:
    """Remembers how far a form is; None forgets everything that was answered."""
    await _KEPT.later(tx, at_id=form_id, state=state)


async def file_answers(
    tx: AsyncConnection, form_id: str, given: Iterable[tuple[str, str | None, str | None]], sent_on: date, way: str
) -> None:
    """Keeps (question, option ids, words) of a form that was sent; `sent_on` is the first day of a quarter."""
    await tx.execute(update(forms).where(forms.c.form_id == form_id).values(state=None, sent_on=sent_on, way=way))
    rows = [
        {"form_id": form_id, "question": question, "value": value, "words": words} for question, value, words in given
    ]
    if rows:
        await tx.execute(insert(answers), rows)

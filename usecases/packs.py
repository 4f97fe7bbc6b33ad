"""Packs: what was drawn up is kept as a version, looked at, and signed.

Their figures come from `drawing_up`, and their files are made outside any transaction. What is signed never changes:
whatever is drawn up after it stands beside it, with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db import packs as store
from db import people
from documents import bundle
from domain import packs
from domain.errors import Malformed, NotKnown, Stale
from domain.outbox import Answer, Subject, edit, send
from domain.outcomes import Period
from domain.packs import AboutPack, AboutPacks, Version
from domain.people import MAY, Act, Staff
from usecases import access, awaiting
from usecases.drawing_up import Drawn, draw
from usecases.service import Service, Turn, Work, use_case
from usecases.subjects import Source, loads_one

LONGEST = 500  # characters of a reason


# ── Keeping ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def digest_of(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return sha256(content).hexdigest()


async def begin(service: Service, period: Period, why: str = "") -> Version:
    """A new version at the command line, still to be drawn up. Once one is signed it takes a reason: else Malformed."""
    kind = packs.kind_of(period)
    if kind is None:
        raise Malformed
    async with service.db.write() as tx:
        before = await store.versions(tx, kind, period)
        if any(one.signed for one in before) and not why.strip():
            raise Malformed
        if before and not before[-1].drawn:
            return before[-1]
        id_ = await store.add(tx, kind, period, service.clock.now(), None, why.strip())
        found = await store.version(tx, id_)
    assert found is not None
    return found


async def takes_a_reason(service: Service, period: Period) -> bool:
    """Whether another version needs a reason: one is signed, and none waits to be drawn up."""
    about = await all_versions(service, period)
    return any(one.signed for one in about.versions) and about.versions[-1].drawn


async def fill(service: Service, version: Version, content: bytes) -> Version:
    """Keeps the files of a version that waits for them; returns how it is kept."""
    async with service.db.write() as tx:
        now = service.clock.now()
        if not await store.fill(tx, version.id, content, digest_of(content), now):
            raise Stale
        behind = await store.people_behind(tx, bundle.refs(content))
        await record.note(tx, now, version.made_by, behind, Act.REPORT.value, "pack")
        kept_ = await store.version(tx, version.id)
    assert kept_ is not None
    return kept_


async def all_versions(service: Service, period: Period) -> AboutPacks:
    """Every version of a period, for the command line; raises Malformed for days that have no pack."""
    async with service.db.read() as tx:
        return await _about(service, tx, period)


async def kept(service: Service, period: Period, number: int) -> tuple[AboutPack, bool] | None:
    """One version with its files, and whether they are those whose digest was kept. It is put on record."""
    async with service.db.write() as tx:
        about = await _about(service, tx, period)
        version = next((one for one in about.versions if one.number == number and one.drawn), None)
        if version is None:
            return None
        content = await store.content(tx, version.id)
        behind = await store.people_behind(tx, bundle.refs(content))
        await record.note(tx, service.clock.now(), None, behind, Act.REPORT.value, "pack")
        return AboutPack(version, content), digest_of(content) == version.digest


# ── In the chat ─────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def show(work: Work, number: int) -> Sequence[Answer]:
    """The packs of the report's quarter, or of the year that it is in."""
    await access.require(work, Act.REPORT)
    return [_page(_period(number))]


def _page(period: Period) -> Answer:
    return edit("packs", Subject("packs", period.number))


def _period(number: int) -> Period:
    try:
        period = Period.of_number(number)
    except ValueError:
        raise Malformed from None
    return period if packs.kind_of(period) is not None else Period.quarter(period.first)


async def to_draw(service: Service, turn: Turn, number: int, after: int) -> tuple[Version, str] | None:
    """The version that is to be drawn up, and who asks for it; None where it will be refused. `after`: the newest
    version they saw."""
    async with service.db.read() as tx:
        manager = await _manager(service, tx, turn)
        version = await _next(service, tx, _period(number), after) if manager is not None else None
    return (version, manager.name) if manager is not None and version is not None else None


async def drawn(service: Service, version: Version, by: str) -> Drawn:
    """Its figures. It takes a while."""
    return replace(await draw(service, version), by=by)


async def _manager(service: Service, tx: AsyncConnection, turn: Turn) -> Staff | None:
    """Who speaks, if it is worth the work; whether they may is asked again when it is kept."""
    chat, _ = await people.speaker(tx, service.db.keys.hashes(turn.chat_id))
    staff = (await people.everybody_on_staff(tx)).get(chat.staff_id or 0) if chat is not None else None
    return staff if staff is not None and staff.roles & set(MAY[Act.REPORT]) else None


async def _next(service: Service, tx: AsyncConnection, period: Period, after: int) -> Version | None:
    """The version that is to be drawn up now: one that waits for its figures, or a new one that needs no reason."""
    kind = packs.kind_of(period)
    assert kind is not None
    versions = await store.versions(tx, kind, period)
    if (versions[-1].number if versions else 0) != after:
        return None
    if versions and not versions[-1].drawn:
        return versions[-1]
    if any(one.signed for one in versions):
        return None
    return Version(0, kind, period, after + 1, service.clock.now(), None, "", "")


@use_case
async def keep(work: Work, drawn: Drawn | None, number: int, after: int, content: bytes) -> Sequence[Answer]:
    """Keeps what was drawn up, unless somebody else drew one up meanwhile: then how things are now is shown."""
    staff = await access.require(work, Act.REPORT)
    period = _period(number)
    version = await _next(work.service, work.tx, period, after)
    if drawn is None or version is None or version.number != drawn.version.number:
        return [_page(period)]
    id_ = version.id or await store.add(work.tx, version.kind, period, work.now, staff.id)
    await store.fill(work.tx, id_, content, digest_of(content), work.now)
    behind = await store.people_behind(work.tx, bundle.refs(content))
    await access.note(work, Act.REPORT, behind, "pack")
    return [_page(period)]


@use_case
async def ask_why(work: Work, number: int) -> Sequence[Answer]:
    """*Draw it up again*, once a version is signed: why?"""
    await access.require(work, Act.REPORT)
    period = _period(number)
    await awaiting.ask(work, "pack_why", period=period.number)
    return [send("pack_why", Subject("packs", period.number))]


@awaiting.hears("pack_why")
async def note_why(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """A new version with its reason, to be drawn up with the next tap."""
    staff = await access.require(work, Act.REPORT)
    period = _period(ids["period"])
    kind = packs.kind_of(period)
    assert kind is not None
    newest = (await store.versions(work.tx, kind, period))[-1:]
    if not newest or newest[0].drawn:
        await store.add(work.tx, kind, period, work.now, staff.id, text[:LONGEST])
    return [send("packs", Subject("packs", period.number))]


@use_case
async def give(work: Work, pack_id: int, which: bundle.Part) -> Sequence[Answer]:
    """One of its files. Whoever is named by a reference in it has been looked at."""
    await access.require(work, Act.REPORT)
    version = await store.version(work.tx, pack_id)
    if version is None or not version.drawn:
        raise NotKnown
    if which in bundle.WITH_REFERENCES:
        behind = await store.people_behind(work.tx, bundle.refs(await store.content(work.tx, pack_id)))
        await access.note(work, Act.REPORT, behind, "pack")
    return [send("pack_file", Subject("pack", pack_id), part=which.value)]


@use_case
async def ask_sign(work: Work, pack_id: int) -> Sequence[Answer]:
    """*Sign*: once more, since nobody can take it back."""
    await access.require(work, Act.REPORT)
    version = await _to_sign(work, pack_id)
    return [edit("pack_sign", Subject("packs", version.period.number), pack=pack_id)]


async def _to_sign(work: Work, pack_id: int) -> Version:
    """The version, if it may be signed: the newest of a period that is over. Raises NotKnown, or Stale."""
    version = await store.version(work.tx, pack_id)
    if version is None:
        raise NotKnown
    newest = (await store.versions(work.tx, version.kind, version.period))[-1]
    if version.id != newest.id or not version.drawn or version.signed or work.today <= version.period.last:
        raise Stale
    return version


async def to_sign(service: Service, turn: Turn, pack_id: int) -> tuple[AboutPack, str] | None:
    """The pack with its files, and who would sign it; None where it will be refused anyway."""
    async with service.db.read() as tx:
        version, manager = await store.version(tx, pack_id), await _manager(service, tx, turn)
        if version is None or not version.drawn or version.signed or manager is None:
            return None
        return AboutPack(version, await store.content(tx, pack_id)), manager.name


@use_case
async def sign(work: Work, pack_id: int, before: str, content: bytes) -> Sequence[Answer]:
    """*Yes, sign it*: from now on it never changes. `content` is the same with the signature on it, and `before` the
    digest of what it was made from."""
    staff = await access.require(work, Act.REPORT)
    version = await _to_sign(work, pack_id)
    if not await store.sign(work.tx, pack_id, before, content, digest_of(content), staff.id, work.now):
        raise Stale
    return [_page(version.period)]


# ── What they say ───────────────────────────────────────────────────────────────────────────────────────────────────


@loads_one("packs")
async def _about_period(source: Source, number: int) -> AboutPacks:
    return await _about(source.service, source.tx, _period(number))


async def _about(service: Service, tx: AsyncConnection, period: Period) -> AboutPacks:
    kind = packs.kind_of(period)
    if kind is None:
        raise Malformed
    versions = await store.versions(tx, kind, period)
    staff = await people.everybody_on_staff(tx)
    names = {id_: one.name for id_, one in staff.items()}
    return AboutPacks(kind, period, tuple(versions), names, period.last < service.calendar.day(service.clock.now()))


@loads_one("pack")
async def _about_pack(source: Source, id_: int) -> AboutPack | None:
    version = await store.version(source.tx, id_)
    return None if version is None else AboutPack(version, await store.content(source.tx, id_))

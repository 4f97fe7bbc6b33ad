"""/away and /back: who is away, who covers meanwhile, and what is passed on to them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import cover as store
from db import items, outbox, people
from domain import caseload, compliance, days
from domain.compliance import Item
from domain.days import Span
from domain.facts import AboutLeave
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import MAY, Act, Leave, Role, Staff
from usecases import access, awaiting, desk, relieving, vacant
from usecases import items as open_items
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads_one

FAMILY = "leave"
MORNING = time(8, 20)  # before the digest of 08:30: who covers, and who is back, reads this first
DAY = timedelta(days=1)
DUTY = 0  # for a cover: nobody in particular
SEPARATOR = "+"  # between the ids of one param


@use_case
async def away(work: Work, text: str) -> Sequence[Answer]:
    """/away, with the days behind it or asked for; a manager names a colleague before them."""
    me = await access.require(work, Act.AWAY)
    one, rest = await _whose(work, me, text)
    if rest:
        return await _read(work, one, rest)
    return await _ask(work, one)


async def _whose(work: Work, me: Staff, text: str) -> tuple[Staff, str]:
    """Whose leave it is, and the words behind their reference. Nobody but a manager names another."""
    ref, _, rest = text.partition(" ")
    if not me.roles & set(MAY[Act.STAFFING]):
        return me, text
    colleague = await people.staff_by_ref(work.tx, ref)
    return (colleague, rest.strip()) if colleague is not None else (me, text)


async def _ask(work: Work, one: Staff) -> Sequence[Answer]:
    await awaiting.ask(work, "away", staff=one.id)
    return [send("away_when", Subject("leave", one.id))]


@awaiting.hears("away")
async def _typed(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer]:
    return await _read(work, await _named(work, ids["staff"]), text)


async def _named(work: Work, staff_id: int) -> Staff:
    """Oneself, or for a manager any colleague; raises NotAllowed."""
    me = await access.require(work, Act.AWAY)
    if staff_id == me.id:
        return me
    await access.require(work, Act.STAFFING)
    return (await people.everybody_on_staff(work.tx)).get(staff_id, me)


async def _read(work: Work, one: Staff, text: str) -> Sequence[Answer]:
    """Days that were typed; who covers is asked next."""
    span = days.read(text, work.today)
    fault = "unclear" if span is None else span.fault(work.today)
    if span is None or fault:
        await awaiting.ask(work, "away", staff=one.id)
        return [send("away_refused", why=fault)]
    return [send("away_who", Subject("leave", one.id), **_ordinals(span), page=0)]


def _ordinals(span: Span) -> dict[str, int]:
    return {"first": span.first.toordinal(), "last": span.last.toordinal()}


@use_case
async def choose_days(work: Work, staff_id: int, span: Span, page: int) -> Sequence[Answer]:
    """A button with days on it; or another page of who might cover."""
    one = await _named(work, staff_id)
    await awaiting.stop(work)
    if fault := span.fault(work.today):
        return [edit("away_refused", why=fault)]
    return [edit("away_who", Subject("leave", one.id), **_ordinals(span), page=page)]


@use_case
async def choose_other_days(work: Work, staff_id: int) -> Sequence[Answer]:
    """*Other days*."""
    return await _ask(work, await _named(work, staff_id))


@use_case
async def choose_cover(work: Work, staff_id: int, span: Span, cover_id: int) -> Sequence[Answer]:
    """Who covers: from now on it is so. Whoever cannot cover is named, and somebody else is asked for."""
    one = await _named(work, staff_id)
    about = Subject("leave", one.id)
    if fault := span.fault(work.today):
        return [edit("away_refused", why=fault)]
    if cover_id != DUTY:
        colleague = (await people.everybody_on_staff(work.tx)).get(cover_id)
        why = caseload.why_not_cover(one, colleague, span) if colleague is not None else "left"
        if why:
            return [edit("away_who", about, **_ordinals(span), page=0, not_=cover_id, why=why)]
    await _begin(work, one, span, cover_id)
    alone = await _leaves_no_manager(work, one, span)
    left = await _what_they_run(work, one, span)
    return [edit("away_set", about, me=int(one.id == work.as_staff().id), alone=int(alone), **left)]


async def _what_they_run(work: Work, one: Staff, span: Span) -> dict[str, str | int]:
    """How many sessions need somebody else, and who is asked; and how many dates with their own people they have."""
    found = await vacant.found(work, span, of=one.id)
    asked = await vacant.ask(work, found)
    own = sum(len(each.dates) for each in found if each.one_to_one)
    sessions = sum(not each.one_to_one for each in found)
    return {"sessions": sessions, "asked": SEPARATOR.join(map(str, asked)), "own": own}


async def _leaves_no_manager(work: Work, one: Staff, span: Span) -> bool:
    """Whether on some of these days no manager could be told of what nobody takes."""
    if Role.MANAGER not in one.roles:
        return False
    linked, everybody = await people.chats_of_staff(work.tx), await people.everybody_on_staff(work.tx)
    others = (everybody[id_] for id_ in linked if Role.MANAGER in everybody[id_].roles)
    return all(caseload.why_not_cover(one, other, span) for other in others)


async def _begin(work: Work, one: Staff, span: Span, cover_id: int) -> None:
    """Keeps it, owes word of it to the cover on its first morning and to whoever returns, and passes on what waits."""
    await store.set_leave(work.tx, one.id, span, cover_id or one.id)
    linked = await people.chats_of_staff(work.tx)
    to = (To.STAFF, cover_id) if cover_id in linked else (To.DUTY, None)
    owed = [_begins(work, one, span, *to), _over(work, one, span.last)]
    await outbox.plan(work.tx, [Subject("leave", one.id)], FAMILY, owed, work.now, "leave_changed")
    if span.first <= work.today:
        away = replace(one, leave=Leave(one.id, span.first, span.last))
        await relieving.pass_on(work.service, work.tx, away)
    await _relieve_cover(work, one)


async def _relieve_cover(work: Work, before: Staff) -> None:
    """What whoever covered until now had taken on waits for whoever is next, if they cover no more."""
    if before.away_on(work.today) and before.leave_cover_id is not None:
        await relieving.take_from_stand_ins(work.service, work.tx, before.leave_cover_id)


def _begins(work: Work, one: Staff, span: Span, to: To, to_id: int | None) -> Owed:
    calendar = work.service.calendar
    first = span.first if calendar.working(span.first) else calendar.next_working_day(span.first)
    due = work.now if span.first <= work.today else calendar.at(first, MORNING)
    return Owed("leave_begins", Subject("leave", one.id), to, due, step=_step(work), to_id=to_id, family=FAMILY)


def _over(work: Work, one: Staff, last: date) -> Owed:
    due = work.service.calendar.at(work.service.calendar.next_working_day(last), MORNING)
    about = Subject("leave", one.id)
    return Owed("leave_over", about, To.STAFF, due, step=_step(work), to_id=one.id, family=FAMILY)


def _step(work: Work) -> str:
    """A leave that is set again is told again."""
    return str(work.update_id)


@use_case
async def back(work: Work, ref: str) -> Sequence[Answer]:
    """/back: here again from now on, whatever was said before; a manager names a colleague."""
    me = await access.require(work, Act.AWAY)
    one, _ = await _whose(work, me, ref)
    return await _end(work, one)


@use_case
async def back_by_tap(work: Work, staff_id: int) -> Sequence[Answer]:
    """The same, by the button."""
    return await _end(work, await _named(work, staff_id))


async def _end(work: Work, one: Staff) -> Sequence[Answer]:
    about, mine = Subject("leave", one.id), one.id == work.as_staff().id
    leave = one.leave
    if leave is None or leave.last < work.today:
        return [send("back_not_away", about, me=int(mine))]
    was_away = leave.first <= work.today
    kept = Span(leave.first, work.today - DAY) if leave.first < work.today else None
    await store.set_leave(work.tx, one.id, kept, one.leave_cover_id if kept else None)
    await _relieve_cover(work, one)
    news = replace(_over(work, one, work.today), due_at=work.now)
    await outbox.plan(work.tx, [about], FAMILY, [news] if was_away and not mine else [], work.now, "back")
    if was_away and one.leave_cover_id not in (None, one.id):
        told = Owed("leave_ended", about, To.STAFF, work.now, step=_step(work), to_id=one.leave_cover_id)
        await outbox.owe(work.tx, told, work.now)
    return [send("leave_over", about) if mine and kept else send("back_done", about, me=int(mine))]


@use_case
async def take_over(work: Work, item_id: int) -> Sequence[Answer]:
    """*Take over*: what somebody had claimed who is away or has left is the speaker's from now on."""
    item = await open_items.within_reach(work, item_id, "item taken over")
    me, everybody = work.as_staff(), await people.everybody_on_staff(work.tx)
    holder = everybody.get(item.claimed_by) if item.claimed_by is not None else None
    gone = holder is not None and (holder.away_on(work.today) or not holder.active_on(work.today))
    if item.open and gone:
        item = replace(item, claimed_by=me.id, claimed_at=work.now)
        await items.change_item(work.tx, item.id, claimed_by=me.id, claimed_at=work.now)
        await open_items.refresh(work.service, work.tx, item)
    return [send("item_open", Subject("item", item.id), mine=int(item.claimed_by == me.id))]


# ── What is told ────────────────────────────────────────────────────────────────────────────────────────────────────


@loads_one("leave")
async def about(source: Source, staff_id: int) -> AboutLeave | None:
    """A leave as it stands: who covers, what is open, and what was closed since its first day."""
    everybody = await people.everybody_on_staff(source.tx)
    one = everybody.get(staff_id)
    if one is None:
        return None
    today, leave = source.today, one.leave
    theirs = [item for item in await relieving.owed_to(source.service, source.tx, one) if not item.apart]
    open_ = sorted(theirs, key=compliance.most_urgent_first)
    closed = await _closed(source.service, source.tx, one, leave) if leave is not None and leave.first <= today else []
    cover_id = one.leave_cover_id if leave is not None and one.leave_cover_id != one.id else None
    cover = everybody.get(cover_id) if cover_id is not None else None
    if cover is not None and one.away_on(today):  # what they had claimed of others' people is not the cover's to read
        within = {item.id for item in await access.items_within_reach(source.tx, cover, today)}
        open_ = [item for item in open_ if item.id in within]
    return AboutLeave(
        one,
        everybody,
        cover=cover,
        on=one.away_on(today),
        open=tuple(await desk.opened(source.tx, open_)),
        closed=tuple(await desk.opened(source.tx, closed)),
    )


async def _closed(service: Service, tx: AsyncConnection, one: Staff, leave: Leave) -> list[Item]:
    mine = await relieving.worked_with(tx, one)
    since = service.calendar.at(leave.first, time(0))
    ids = await store.closed_since(tx, {order.individual_id for order in mine}, since)
    known = await items.items_by_id(tx, ids)
    return [known[id_] for id_ in ids if relieving.waits_for(service, known[id_], mine)]

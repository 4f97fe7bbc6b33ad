"""A lost phone is cut off at once; a locked account is opened; an account that has ended leaves nothing behind."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import inbox, invites, people
from domain.errors import NotKnown
from domain.locks import Lock
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Role, Staff
from usecases import access, hiding
from usecases.service import Service, Work, use_case

NIGHTS = timedelta(days=3)  # how long after an account has ended its messages are looked for: a night may be missed


@use_case
async def ask(work: Work, ref: str) -> Sequence[Answer]:
    """/cutoff REF: whose phone it is, and one tap to be sure. A slip of the finger cuts off nobody."""
    me = await access.require(work, Act.CUT_OFF)
    colleague = await people.staff_by_ref(work.tx, ref)
    if colleague is not None:
        only = colleague.id == me.id or not await _another_manager(work, colleague)
        return [send("cutoff_sure", Subject("staff", colleague.id), me=int(colleague.id == me.id), only=int(only))]
    individual = await people.individual_by_ref(work.tx, ref)
    await access.require_for(work, Act.CUT_OFF, individual, "cut off asked")
    assert individual is not None
    return [send("cutoff_sure", Subject("individual", individual.id))]


async def _another_manager(work: Work, but: Staff) -> bool:
    """Whether some other manager has a chat. (Cutting off the last one leaves only the command line.)"""
    linked = await people.chats_of_staff(work.tx)
    staff = await people.everybody_on_staff(work.tx)
    others = [staff[id_] for id_ in linked if id_ != but.id]
    return any(Role.MANAGER in one.roles and one.active_on(work.today) for one in others)


@use_case
async def cut_off(work: Work, who: str, id_: int) -> Sequence[Answer]:
    """*Yes, cut off*: at once, and the chat that asked is told what was done. Who cuts off themselves is told there."""
    me = await access.require(work, Act.CUT_OFF)
    about = Subject(who, id_)
    if who == "staff":
        if id_ not in await people.everybody_on_staff(work.tx):
            raise NotKnown
    else:
        await access.require_for(work, Act.CUT_OFF, await people.individual(work.tx, id_), "cut off")
    had = await cut(work.tx, about, work.now)
    if about == Subject("staff", me.id):
        return [send("cutoff_yourself")]
    return [edit("cutoff_done", about, had=int(had))]


async def cut(tx: AsyncConnection, about: Subject, now: datetime) -> bool:
    """Lets go of a person's chat, owes the deletion of what was said in it, and ends open invitations and the PIN.

    Returns whether there was a chat. Its buttons are a stranger's from now on.
    """
    individual_id = about.id if about.type == "individual" else None
    staff_id = about.id if about.type == "staff" else None
    await invites.end_open(tx, now, individual_id, staff_id)
    if staff_id is not None:
        await people.keep_lock(tx, staff_id, Lock())
    chat = await people.linked_chat(tx, individual_id, staff_id)
    if chat is None:
        return False
    await people.unlink_chat(tx, chat.id, now)
    await hiding.take_away(tx, chat.id, now)
    return True


@use_case
async def unlock(work: Work, ref: str) -> Sequence[Answer]:
    """/unlock REF: a colleague who forgot the PIN, or typed it wrong too often, chooses a new one."""
    await access.require(work, Act.CUT_OFF)
    colleague = await people.staff_by_ref(work.tx, ref)
    if colleague is None:
        raise NotKnown
    await people.keep_lock(work.tx, colleague.id, Lock())
    return [send("unlocked", Subject("staff", colleague.id))]


# ── The command line, for a manager who is alone ────────────────────────────────────────────────────────────────────


async def unlock_by_ref(service: Service, ref: str) -> str:
    """`minder staff unlock`: whose account was opened; raises NotKnown."""
    async with service.db.write() as tx:
        staff = await _known(tx, ref)
        await people.keep_lock(tx, staff.id, Lock())
        return staff.name


async def cut_off_by_ref(service: Service, ref: str) -> tuple[str, bool]:
    """`minder staff cutoff`: whose chat was let go of, and whether there was one; raises NotKnown."""
    async with service.db.write() as tx:
        staff = await _known(tx, ref)
        return staff.name, await cut(tx, Subject("staff", staff.id), service.clock.now())


async def _known(tx: AsyncConnection, ref: str) -> Staff:
    staff = await people.staff_by_ref(tx, ref)
    if staff is None:
        raise NotKnown(found=ref)
    return staff


# ── Accounts that end by themselves ─────────────────────────────────────────────────────────────────────────────────


async def clear_ended(service: Service) -> dict[str, int]:
    """The night after the last day of an account: what was said in its chat goes, and its invitations end.

    The chat stays linked, so that it can be told kindly that it has ended, and that a longer account just goes on.
    """
    now = service.clock.now()
    today, cleared = service.calendar.day(now), 0
    async with service.db.glance() as tx:
        if not any(_has_ended(one, today) for one in (await people.everybody_on_staff(tx)).values()):
            return {"cleared": 0}
    async with service.db.write() as tx:
        linked = await people.chats_of_staff(tx)
        for one in (await people.everybody_on_staff(tx)).values():
            if not _has_ended(one, today):
                continue
            await invites.end_open(tx, now, staff_id=one.id)
            if one.id in linked:
                await inbox.unsay(tx, linked[one.id].id, now)
                await hiding.take_away(tx, linked[one.id].id, now)
                cleared += 1
    service.wake()
    return {"cleared": cleared}


def _has_ended(one: Staff, today: date) -> bool:
    return not one.active_on(today) and one.active_on(today - NIGHTS)

"""Before anything that staff say is acted on: is it still them? A phone that was silent for long asks for its PIN.

This is the one gate: `use_case` asks it, so that none can forget. What was typed or tapped while it was shut is not
done afterwards. The PIN is digested (some 50 ms) within the transaction that counts the tries, so that no two tries
at once count as one; off the event loop, so that other chats are served meanwhile.
"""

import asyncio
import secrets
from collections.abc import Sequence

from db import outbox, people
from domain import locks
from domain.outbox import Answer, Owed, Subject, To, send
from domain.people import Staff
from usecases import hiding
from usecases.service import Work, hear

SALT_BYTES = 16


async def guard(work: Work) -> Sequence[Answer] | None:
    """What is said instead of acting; None if the way is free. An account that has ended is never let in."""
    staff = work.staff
    if staff is None:
        return None
    if not staff.active_on(work.today):
        return [send("staff_ended")]
    if not work.service.policy.lock_after:
        return None
    lock = await people.lock_of(work.tx, staff.id)
    assert work.chat is not None
    if lock.pin and not lock.locked and not locks.asleep(work.chat.heard_at, work.now, work.service.policy.lock_after):
        await hear(work.tx, work.chat, work.now)
        return None
    if not locks.is_pin(work.words):
        return [send(_asks(lock))]
    await _take_away(work)
    if lock.locked:
        return [send("pin_locked")]
    return await (_tried(work, staff, lock) if lock.pin else _chosen(work, staff, lock))


async def first(work: Work, staff_id: int) -> Sequence[Answer]:
    """What is asked right after a chat was linked to somebody on staff who has no PIN yet."""
    if not work.service.policy.lock_after or (await people.lock_of(work.tx, staff_id)).pin:
        return []
    return [send("pin_wanted")]


def _asks(lock: locks.Lock) -> str:
    if lock.locked:
        return "pin_locked"
    if lock.pin:
        return "pin_asked"
    return "pin_again" if lock.proposed else "pin_wanted"


async def _chosen(work: Work, staff: Staff, lock: locks.Lock) -> Sequence[Answer]:
    """The first PIN of an account: typed, and typed once more."""
    if lock.proposed and await _matches(work.words, lock.proposed):
        return await _opened(work, staff, locks.Lock(pin=lock.proposed), "pin_set")
    if lock.proposed:
        await people.keep_lock(work.tx, staff.id, locks.Lock())
        return [send("pin_differs")]
    if locks.easy(work.words):
        return [send("pin_easy")]
    proposed = await asyncio.to_thread(locks.digest, work.words, secrets.token_bytes(SALT_BYTES))
    await people.keep_lock(work.tx, staff.id, locks.Lock(proposed=proposed))
    return [send("pin_again")]


async def _tried(work: Work, staff: Staff, lock: locks.Lock) -> Sequence[Answer]:
    """A PIN for an account that has one. The third wrong one locks it, and managers are told."""
    if await _matches(work.words, lock.pin):
        return await _opened(work, staff, locks.Lock(pin=lock.pin), "pin_right")
    wrong = lock.wrong + 1
    locked = wrong >= locks.TRIES
    await people.keep_lock(work.tx, staff.id, locks.Lock(lock.pin, wrong=wrong, locked=locked), work.now)
    if not locked:
        return [send("pin_wrong", left=locks.TRIES - wrong)]
    subject = Subject("staff", staff.id)
    owed = Owed("staff_locked", subject, To.MANAGER, work.now, step=str(work.now.timestamp()))
    await outbox.owe(work.tx, owed, work.now)
    return [send("pin_locked")]


async def _opened(work: Work, staff: Staff, lock: locks.Lock, kind: str) -> Sequence[Answer]:
    assert work.chat is not None
    await people.keep_lock(work.tx, staff.id, lock)
    await people.change_chat(work.tx, work.chat.id, heard_at=work.now)
    return [send(kind)]


async def _matches(pin: str, kept: str) -> bool:
    return await asyncio.to_thread(locks.matches, pin, kept)


async def _take_away(work: Work) -> None:
    """The message with the PIN goes from the chat, whether it was right or not."""
    if work.chat is not None and work.message_id is not None:
        await hiding.take_away(work.tx, work.chat.id, work.now, only=work.message_id)

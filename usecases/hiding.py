"""What stands in a chat can be taken out of it again, as far back as Telegram lets a bot delete."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import inbox, outbox, traces
from domain.outbox import WIPE, Answer, Owed, Subject, To, send
from usecases.service import Work, use_case

ASKED = ("", "form", "form_offer", "form_again", "form_back")  # a form's own messages, and what was typed in answer
REACH = timedelta(hours=48)  # nothing older can be deleted by a bot (Bot API, deleteMessage)


async def take_away(
    tx: AsyncConnection,
    chat: int,
    now: datetime,
    *,
    only: int | None = None,
    up_to: int | None = None,
    sitting: int | None = None,
) -> None:
    """Owes the deletion of what stands in a chat (its row): one message, all up to one, one form, or everything.

    Which messages those are is read from the traces when it is done. The chat may have been unlinked by then.
    """
    ways = {"only": only, "up_to": up_to, "sitting": sitting}
    which = {name: id_ for name, id_ in ways.items() if id_ is not None}
    step = "-".join([*(f"{name}{id_}" for name, id_ in which.items()), str(now.timestamp())])
    owed = Owed(WIPE, Subject("chat", chat), To.CHAT, now, step=step, to_id=chat, params=which)
    await outbox.owe(tx, owed, now)


async def to_take(tx: AsyncConnection, owed: Owed, now: datetime) -> tuple[int, ...]:
    """The messages that a wipe is about, oldest first. Those beyond Telegram's reach are let be."""
    only, up_to, sitting = (owed.params.get(name) for name in ("only", "up_to", "sitting"))
    if isinstance(only, int):
        return (only,)
    standing = await traces.since(tx, owed.subject.id, now - REACH)
    if isinstance(sitting, int):
        about = str(Subject("sitting", sitting))
        return tuple(one.message_id for one in standing if one.subject == about and one.kind in ASKED)
    found = [one.message_id for one in standing]
    return tuple(one for one in found if not isinstance(up_to, int) or one <= up_to)


async def take_all(tx: AsyncConnection, chat: int, now: datetime) -> None:
    """Owes the deletion of everything that stands in a chat by now, and of nothing that is said from here on."""
    standing = await traces.since(tx, chat, now - REACH)
    if standing:
        await take_away(tx, chat, now, up_to=standing[-1].message_id)


@use_case
async def hide(work: Work) -> Sequence[Answer]:
    """/hide: what was said here lately goes, on both sides, and what waits to be said in answer to it is not said.
    What is owed stays owed."""
    if work.chat is None:
        return [send("error_stranger")]
    await inbox.unsay(work.tx, work.chat.id, work.now)
    await take_all(work.tx, work.chat.id, work.now)
    return [send("hidden")]

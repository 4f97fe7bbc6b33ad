"""The inbox: kept before it is confirmed, acted on once, spoken, and only then deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import inbox, people
from domain.facts import Facts
from domain.outbox import Answer, Saying
from usecases import facts, fading
from usecases.service import Service, Turn, Work, begin, use_case

TRIES = 3  # failures of one update after which it is set aside, so that its chat can go on


@dataclass(frozen=True)
class Spoken:
    """An answer with everything that is needed to put it into words."""

    answer: Answer
    facts: Facts


def chat_of(raw: Mapping[str, Any]) -> int:
    """The chat that an update came from, or 0 for one that has none: those are kept in one line of their own."""
    for part in raw.values():
        if isinstance(part, Mapping):
            inner = part.get("message") if isinstance(part.get("message"), Mapping) else part
            chat = inner.get("chat") if isinstance(inner, Mapping) else None
            if isinstance(chat, Mapping) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0


async def keep(service: Service, updates: Sequence[Mapping[str, Any]]) -> set[str]:
    """Stores updates; on return they are safe, and Telegram may be told so. Returns the chats that they came from."""
    keys = service.db.keys
    rows = [(int(raw["update_id"]), keys.hash(chat_of(raw)), raw) for raw in updates]
    async with service.db.write() as tx:
        await inbox.keep(tx, rows, service.clock.now())
    return {chat_hash for _, chat_hash, _ in rows}


async def waiting_chats(service: Service) -> set[str]:
    """The chats of which something has still to be acted on or spoken."""
    async with service.db.read() as tx:
        return await inbox.waiting_chats(tx)


async def waiting(service: Service, chat_hash: str) -> list[inbox.Letter]:
    """What of one chat has still to be acted on or spoken, earliest first."""
    async with service.db.read() as tx:
        return await inbox.waiting(tx, chat_hash)


async def answers(service: Service, letter: inbox.Letter) -> tuple[list[Spoken], str]:
    """What is to be said in answer to an update, and in which language."""
    async with service.db.read() as tx:
        stored = await inbox.answer_to(tx, letter.update_id)
        return await _with_facts(service, tx, stored), await _language(tx, letter)


async def _with_facts(service: Service, tx: AsyncConnection, stored: Sequence[Answer]) -> list[Spoken]:
    known = await facts.load(service, tx, [one.saying for one in stored], service.clock.now())
    return [Spoken(one, known[one.saying.subject]) for one in stored]


async def _language(tx: AsyncConnection, letter: inbox.Letter) -> str:
    chat = await people.chat_by_hash(tx, [letter.chat_hash])
    return chat.language if chat is not None else "en"


def _words_in(raw: Mapping[str, Any]) -> str:
    message = raw.get("message")
    return str(message.get("text") or message.get("caption") or "") if isinstance(message, Mapping) else ""


async def answer_instead(service: Service, letter: inbox.Letter, instead: Sequence[Answer]) -> None:
    """Stores what to say of an update that had no effect: a refusal, in words that its error chose.

    What was refused has still been typed by somebody, and words of danger in it are heard.
    """
    async with service.db.write() as tx:
        if await inbox.take(tx, letter.update_id):
            turn = Turn(letter.update_id, chat_of(letter.raw), words=_words_in(letter.raw))
            work = await begin(service, tx, turn)
            await inbox.answer(tx, letter.update_id, await service.listen(work, instead))
    service.wake()


async def failed(service: Service, update_id: int) -> bool:
    """Counts a failure of an update; True once it has been set aside for good."""
    async with service.db.write() as tx:
        if await inbox.failed_once_more(tx, update_id) < TRIES:
            return False
        await inbox.park(tx, update_id, service.clock.now())
        return True


async def drop(service: Service, letter: inbox.Letter, said: Sequence[tuple[int, Saying]] = ()) -> None:
    """Deletes an update that was answered, and remembers the new messages that answered it."""
    async with service.db.write() as tx:
        await inbox.drop(tx, letter.update_id)
        chat = await people.chat_by_hash(tx, [letter.chat_hash]) if said else None
        if chat is not None:
            await fading.remember(tx, chat.id, chat.staff_id is not None, said, service.clock.now())


async def unreachable(service: Service, chat_id: int) -> None:
    """Records that Telegram does not take messages for a chat any more. Their next message heals it."""
    async with service.db.write() as tx:
        chat = await people.chat_by_hash(tx, service.db.keys.hashes(chat_id))
        if chat is not None:
            await people.change_chat(tx, chat.id, unreachable_at=service.clock.now())


@use_case
async def blocked(work: Work) -> Sequence[Answer]:
    """Somebody blocked the bot: there is nobody to answer."""
    if work.chat is not None:
        await people.change_chat(work.tx, work.chat.id, unreachable_at=work.now)
    return []

"""The inbox: kept before it is confirmed, acted on once, spoken, and only then deleted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import inbox, people
from db.people import Chat
from domain.about import Facts
from domain.outbox import Answer, Saying, Subject
from usecases import facts, fading, leasing, reaching
from usecases.service import Language, Service, Turn, Work, begin, use_case

LEASE = timedelta(seconds=20)  # how long other processes leave alone what one has taken and does not renew
TRIES = 3  # failures of one update after which it is set aside, so that its chat can go on


@dataclass(frozen=True)
class Spoken:
    """An answer with everything that is needed to put it into words."""

    answer: Answer
    facts: Facts


@dataclass(frozen=True)
class Answered:
    """An update that was dealt with, and the new messages (id, what it says) that answered it."""

    letter: inbox.Letter
    said: Sequence[tuple[int, Saying]]


def chat_of(raw: Mapping[str, Any]) -> int:
    """The chat that an update came from, or 0 for one that has none: those are kept in one line of their own."""
    for part in raw.values():
        if isinstance(part, Mapping):
            inner = part.get("message") if isinstance(part.get("message"), Mapping) else part
            chat = inner.get("chat") if isinstance(inner, Mapping) else None
            if isinstance(chat, Mapping) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0


@dataclass(frozen=True)
class Speech:
    """What is to be said in answer to one update, and in which language."""

    answers: Sequence[Spoken]
    language: str


async def keep(service: Service, updates: Sequence[Mapping[str, Any]], polled: bool = False) -> list[inbox.Letter]:
    """Stores updates; on return they are safe, and Telegram may be told so. Returns what this process is to serve."""
    keys, now = service.db.keys, service.clock.now()
    rows = [(int(raw["update_id"]), keys.hash(chat_of(raw)), raw) for raw in updates]
    async with service.db.write() as tx, leasing.keeping(service, tx, polled):
        return await inbox.keep(tx, rows, now, _lease(service))


async def left_behind(service: Service) -> list[inbox.Letter]:
    """Takes up what a stop, a crash or another process has left to be acted on or spoken, in its order."""
    async with service.db.write() as tx:
        return await inbox.left_behind(tx, service.clock.now(), _lease(service))


async def hold_on(service: Service) -> None:
    """Tells the other processes that this one is still at what it took."""
    async with service.db.write() as tx:
        await inbox.renew(tx, _lease(service))


async def give_back(service: Service) -> None:
    """Leaves what is not finished to whoever comes next."""
    async with service.db.write() as tx:
        await inbox.give_back(tx, _lease(service))


def _lease(service: Service) -> inbox.Lease:
    return inbox.Lease(service.process, service.clock.now() + LEASE)


async def speech(service: Service, letter: inbox.Letter) -> Speech | None:
    """What is to be said in answer to an update: prepared when it was acted on, or looked up after a wait or a crash.
    None: that is another process's by now, or is not to be said any more."""
    prepared = service.prepared.pop(letter.update_id, None)
    if isinstance(prepared, Speech):
        return prepared
    async with service.db.read() as tx:
        stored = await inbox.answer_to(tx, letter.update_id, service.process)
        if stored is None:
            return None
        chat = await _chat_of(service, tx, letter)
        return Speech(await _spoken(service, tx, stored), chat.language if chat is not None else "en")


async def _chat_of(service: Service, tx: AsyncConnection, letter: inbox.Letter) -> Chat | None:
    """The linked chat that an update came from, under whichever key it is kept until all keys have been rotated."""
    return await people.chat_by_hash(tx, service.db.keys.hashes(chat_of(letter.raw)))


async def prepare(work: Work, answers: Sequence[Answer], language: Language) -> Speech:
    """The same, in the transaction that acted: who speaks, and in which language, may have changed in it."""
    spoken = await _spoken(work.service, work.tx, answers, work.known)
    return Speech(spoken, await language.heard(work.tx) or "en")


async def _spoken(
    service: Service, tx: AsyncConnection, stored: Sequence[Answer], known: Mapping[Subject, Facts] | None = None
) -> Sequence[Spoken]:
    sayings = [one.saying for one in stored]
    found = await facts.load(service, tx, sayings, service.clock.now(), known) if stored else {}
    return [Spoken(one, found[one.saying.subject]) for one in stored]


def _words_in(raw: Mapping[str, Any]) -> str:
    message = raw.get("message")
    return str(message.get("text") or message.get("caption") or "") if isinstance(message, Mapping) else ""


async def answer_instead(
    service: Service, letter: inbox.Letter, instead: Sequence[Answer], aside: bool = False
) -> None:
    """Stores what to say of an update that had no effect: a refusal, in words that its error chose; or that it failed
    and is set `aside` with that.

    What was refused has still been typed by somebody, and words of danger in it are heard.
    """
    async with service.db.write() as tx:
        turn = Turn(letter.update_id, chat_of(letter.raw), words=_words_in(letter.raw))
        work = await begin(service, tx, turn)
        if work is not None:
            answers = await service.listen(work, instead)
            language = await inbox.answer(tx, letter.update_id, work.chat_hashes, answers)
            service.prepared[letter.update_id] = await prepare(work, answers, language)
        if aside:
            await inbox.park(tx, letter.update_id, service.clock.now())
    service.wake()


async def failed(service: Service, update_id: int) -> bool:
    """Counts a failure of an update; True: it has been tried often enough."""
    async with service.db.write() as tx:
        return await inbox.failed_once_more(tx, update_id) >= TRIES


async def set_aside(service: Service, update_id: int) -> None:
    """For good: it stays for a person to look at, and its chat goes on."""
    async with service.db.write() as tx:
        await inbox.park(tx, update_id, service.clock.now())


async def drop(service: Service, answered: Collection[Answered]) -> Sequence[Answered]:
    """Deletes updates that were answered, and remembers the new messages that answered them. Returns which: all that
    had gathered there when the transaction could begin."""
    async with service.db.write() as tx:
        batch = tuple(answered)
        await inbox.drop(tx, [one.letter.update_id for one in batch], service.clock.now())
        for one in batch:
            await _remember(service, tx, one)
    return batch


async def spoken_so_far(service: Service, answered: Answered, left: Sequence[Spoken]) -> None:
    """Remembers what has been said of several answers, and that the others are left to be said."""
    async with service.db.write() as tx:
        await inbox.answer(tx, answered.letter.update_id, [], [one.answer for one in left])
        await _remember(service, tx, answered)


async def remember(service: Service, answered: Answered) -> None:
    """Remembers the new messages that answered an update which stays, set aside."""
    async with service.db.write() as tx:
        await _remember(service, tx, answered)


async def _remember(service: Service, tx: AsyncConnection, answered: Answered) -> None:
    chat = await _chat_of(service, tx, answered.letter) if answered.said else None
    if chat is not None:
        staff = chat.staff_id is not None
        said = [fading.Said(chat.id, staff, message_id, saying) for message_id, saying in answered.said]
        await fading.remember(tx, said, service.clock.now())


async def unreachable(service: Service, chat_id: int) -> None:
    """Telegram does not take an answer for a chat. That they blocked it, which it says later, is no news by then."""
    async with service.db.write() as tx:
        chat = await people.chat_by_hash(tx, service.db.keys.hashes(chat_id))
        if chat is not None:
            await reaching.lost(service, tx, chat.id)
    service.wake()


@use_case
async def blocked(work: Work) -> Sequence[Answer]:
    """Somebody blocked the bot: there is nobody to answer."""
    if work.chat is not None:
        await reaching.lost(work.service, work.tx, work.chat.id)
    return []

"""What the next words typed in a chat are for: one use case asks, and is given the words when they come."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from db import inbox, people, traces
from domain.outbox import Answer
from usecases import questions
from usecases.service import Work

Hear = Callable[[Work, str, Mapping[str, int]], Awaitable[Sequence[Answer] | None]]
LASTS = timedelta(hours=24)  # after that, words are just words again
ASKED_BY = {"reason": "reply_cannot"}  # by which kind of message, where that has another name
_HEARS: dict[str, Hear] = {}


def hears(what: str) -> Callable[[Hear], Hear]:
    """Enters who takes the words that `ask(work, what)` asked for. None back: the words were for somebody else."""

    def enter(hear: Hear) -> Hear:
        if what in _HEARS:
            raise ValueError(f"Two use cases wait for {what}")
        _HEARS[what] = hear
        return hear

    return enter


async def ask(work: Work, what: str, **ids: int) -> None:
    """From now on the next words from this chat are for `what`; whatever was awaited before is not any more. Of whoever
    texts nothing is awaited: what they text goes to a person."""
    if what not in _HEARS:
        raise LookupError(what)
    if work.chat is None:
        return
    awaits = {"what": what, "ids": ids, "at": work.now.isoformat(), "update": work.update_id}
    before = work.chat.awaits
    if before is not None and (before["what"], before["ids"]) == (what, ids) and not await _unseen(work, before):
        del awaits["update"]  # the question stands in the chat already
    await people.change_chat(work.tx, work.chat.id, awaits=awaits)


async def stop(work: Work) -> None:
    """Nothing is awaited any more."""
    if work.chat is not None and work.chat.awaits is not None:
        await people.change_chat(work.tx, work.chat.id, awaits=None)


async def heard(work: Work, text: str) -> Sequence[Answer] | None:
    """Gives words to whoever waits for them; None if nobody does. They are awaited once: who wants more asks again. A
    bare number is not given to a question that nobody could see when it was typed, which goes on waiting."""
    awaits = work.chat.awaits if work.chat is not None else None
    if awaits is None or (questions.number_in(text) is not None and await _unseen(work, awaits)):
        return None
    await stop(work)
    if work.now - datetime.fromisoformat(str(awaits["at"])) > LASTS:
        return None
    return await _HEARS[str(awaits["what"])](work, text, awaits["ids"])


async def _unseen(work: Work, awaits: Mapping[str, Any]) -> bool:
    """Whether what is awaited had still to be asked in the chat when something was typed or tapped there: it was not
    spoken yet when that came in, or it stands below what was typed."""
    asked, typed = awaits.get("update"), work.message_id
    if asked is None:
        return False
    if not await inbox.spoken_before(work.tx, asked, work.update_id):
        return True
    if work.chat is None or typed is None:
        return False
    kind = ASKED_BY.get(str(awaits["what"]), str(awaits["what"]))
    since = await traces.since(work.tx, work.chat.id, datetime.fromisoformat(str(awaits["at"])))
    return any(one.kind == kind and one.message_id > typed for one in since)

"""What the next words typed in a chat are for: one use case asks, and is given the words when they come."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from db import people
from domain.outbox import Answer
from usecases.service import Work

Hear = Callable[[Work, str, Mapping[str, int]], Awaitable[Sequence[Answer] | None]]
LASTS = timedelta(hours=24)  # after that, words are just words again
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
    awaits = {"what": what, "ids": ids, "at": work.now.isoformat()}
    await people.change_chat(work.tx, work.chat.id, awaits=awaits)


async def stop(work: Work) -> None:
    """Nothing is awaited any more."""
    if work.chat is not None and work.chat.awaits is not None:
        await people.change_chat(work.tx, work.chat.id, awaits=None)


async def heard(work: Work, text: str) -> Sequence[Answer] | None:
    """Gives words to whoever waits for them; None if nobody does. They are awaited once: who wants more asks again."""
    awaits = work.chat.awaits if work.chat is not None else None
    if awaits is None:
        return None
    await stop(work)
    if work.now - datetime.fromisoformat(str(awaits["at"])) > LASTS:
        return None
    return await _HEARS[str(awaits["what"])](work, text, awaits["ids"])

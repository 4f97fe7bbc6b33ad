"""What a form says that a person must heed: help this week, a low answer, a place to stay away from, words of danger.

Nothing of an end form reaches whoever works with the person: its own words wait for a moderator, and words of danger
have gone to duty as they were typed (usecases/danger.py).
"""

from collections.abc import Sequence
from dataclasses import replace

from db import dates, items, people, quotes, sittings
from domain import heeding
from domain.compliance import Kind
from domain.heeding import Found
from domain.moderating import Allowed
from domain.offering import END
from domain.outbox import Answer, Subject, send
from domain.outcomes import Period
from domain.people import Individual
from domain.questionnaires import Answers, Definition, Type
from usecases import asking, danger
from usecases import items as open_items
from usecases.service import Work


async def heed(work: Work, row: sittings.Sitting, definition: Definition, answers: Answers) -> Sequence[Answer]:
    """Called once, in the transaction in which a form is sent, whatever way it was answered. Says what the person who
    answered is told beside the end of the form."""
    if row.occasion == END:
        await _wait_to_be_read(work, row, definition, answers)
        return []
    individual = await people.individual(work.tx, row.individual_id)
    if individual is None:
        return []
    found = heeding.find(definition, answers)
    await _keep(work, individual, found)
    told = await _raise(work, row, individual, found)
    return told if work.individual is not None else []


async def _keep(work: Work, individual: Individual, found: Found) -> None:
    """How they want to be told, and that others see the phone. In the chat they are asked which language."""
    changes: dict[str, object] = {"tell": found.tell} if found.tell else {}
    if found.tell in ("chat", "easy"):
        changes["easy"] = found.easy
    if found.discreet:
        changes |= {"discreet": True, "plain": False}
    if found.another_language and work.individual is not None:
        changes["language_wish"] = ""
    if changes:
        await people.change_individual(work.tx, individual.id, **changes)


async def _raise(work: Work, row: sittings.Sitting, individual: Individual, found: Found) -> list[Answer]:
    """One task for the worker, whatever came; and what the person is told of it."""
    about = Subject("individual", individual.id)
    asks = [send("language_other", about)] if found.another_language else []
    if not found.codes:
        return asks
    order = await dates.order(work.tx, row.order_id)
    words = heeding.SEPARATOR.join(found.codes)
    item, _ = await open_items.raise_item(
        work.service, work.tx, Kind.NEED, _once(row), individual.id, order, reason=found.when.value, words=words
    )
    later = found.when is heeding.When.LATER
    if later and not found.discreet:
        return asks
    promise = {} if later else await asking.promise(work, item)
    return [send("need_heard", Subject("item", item.id), discreet=int(found.discreet), **promise), *asks]


async def taken_back(work: Work, row: sittings.Sitting) -> None:
    """Whoever answered took it back: what was asked of their worker is withdrawn with it, and its codes are gone."""
    item = await items.named(work.tx, _once(row))
    if item is not None:
        await items.change_item(work.tx, item.id, words=None)
        if item.open:
            await open_items.withdraw(work.service, work.tx, replace(item, words=""))


def _once(row: sittings.Sitting) -> str:
    return f"need:{row.id}"


async def _wait_to_be_read(work: Work, row: sittings.Sitting, definition: Definition, answers: Answers) -> None:
    """Own words wait for somebody outside the case. Those that raised an alarm are never quoted: it has their sentence
    beside the person."""
    permitted = answers.get("quote_ok")
    quarter = Period.quarter(work.today).first
    for question in definition.questions:
        words = answers.get(question.id)
        if question.type is Type.TEXT and isinstance(words, str) and words:
            alarmed = danger.heard_in(words) is not None
            allowed = Allowed.NO if alarmed or permitted not in set(Allowed) else Allowed(str(permitted))
            await quotes.add(work.tx, row.form_id, question.id, allowed, quarter)

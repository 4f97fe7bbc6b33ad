"""Words of danger: the crisis numbers at once, and an alarm for whoever is on duty with the sentence quoted.

Heard in all that an individual types, whatever it was typed for. Never a diagnosis, never a promise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from db import items, people, said, sittings
from domain import danger, routing
from domain.compliance import IN_A_FORM, Item, Kind
from domain.danger import Found
from domain.outbox import Answer, Subject, To, send
from domain.people import Individual
from usecases import conversation, rota
from usecases import items as open_items
from usecases.service import Work

LISTS = Path(__file__).parents[1] / "locales"
NOT_HEARD = ("not_a_choice", "not_offered")  # notices of a form that say *I did not pass it on*, which is not so here


@dataclass(frozen=True)
class Lists:
    """What is listened for, and what is passed over, in every language of the catalogue at once: people mix them."""

    entries: tuple[str, ...]
    exceptions: tuple[str, ...]


@cache
def lists(folder: Path = LISTS) -> Lists:
    """Read once, from `LANGUAGE/danger.yaml`."""
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/danger.yaml"))]
    return Lists(
        tuple(str(one) for each in read for one in each["words"]),
        tuple(str(one) for each in read for one in each["exceptions"]),
    )


@lru_cache(maxsize=8)  # what is said in free talk is asked about twice
def heard_in(words: str) -> Found | None:
    """Words of danger in what somebody typed."""
    return danger.find(words, lists().entries, lists().exceptions)


async def listen(work: Work, answers: Sequence[Answer]) -> Sequence[Answer]:
    """After anything typed has been acted on: what is answered in the end, the crisis numbers last, to be seen."""
    found = heard_in(work.words) if work.words else None
    if found is None:
        return answers
    whose = await _whose_form(work, answers)
    if work.staff is not None:
        return answers if whose is None else [*answers, await _from_a_helper(work, whose, found)]
    if work.individual is None:
        return [*answers, send("danger_stranger")]
    whole = await _raise(work, work.individual, found, in_a_form=whose is not None)
    who = await _who_is_told(work)
    about = Subject("individual", work.individual.id)
    kept = [one for one in answers if one.saying.params.get("notice") not in NOT_HEARD]
    return [*kept, send("danger", about, told=who, whole=int(whole))]


async def _whose_form(work: Work, answers: Sequence[Answer]) -> Individual | None:
    """Who answers the form that these words were typed into, if they were: it is what the words are answered with."""
    shown = [one.saying.subject.id for one in answers if one.saying.subject.type == "sitting"]
    row = (await sittings.sittings_by_id(work.tx, shown)).get(shown[0]) if shown else None
    return await people.individual(work.tx, row.individual_id) if row is not None else None


async def _from_a_helper(work: Work, individual: Individual, found: Found) -> Answer:
    """Somebody on staff typed it for whoever answers: the numbers are theirs to hand on, and duty has the sentence."""
    await raise_from_form(work, individual, found)
    return send("danger_helper", Subject("individual", individual.id), told=await _who_is_told(work))


async def raise_from_form(work: Work, individual: Individual, found: Found) -> None:
    """An alarm for duty about something that stands in a form, whoever came upon it."""
    await _raise(work, individual, found, in_a_form=True)


async def _raise(work: Work, individual: Individual, found: Found, in_a_form: bool) -> bool:
    """Opens an alarm, or adds to the one of its kind that nobody has taken yet. True if all that was typed can be read
    there; of what was typed for something else only the sentence is. What was written in a form is not for whoever
    works with the person, and stands in no conversation."""
    opened = [one for one in await items.open_about(work.tx, individual.id) if one.kind is Kind.DANGER]
    item = next((one for one in reversed(opened) if one.unclaimed and one.apart is in_a_form), None)
    if item is not None:
        item = await conversation.join(work, individual, item, found.quote)
    else:
        item = await _open(work, individual, found, in_a_form)
    if in_a_form:
        return False
    if await said.belongs_to(work.tx, work.update_id, item.id):
        return True
    await said.add(work.tx, individual.id, work.now, work.update_id, found.quote, item_id=item.id)
    return False


async def _open(work: Work, individual: Individual, found: Found, in_a_form: bool) -> Item:
    order = await open_items.order_to_speak_about(work.tx, individual.id)
    once = f"danger:{work.update_id}"
    reason = IN_A_FORM if in_a_form else ""
    item, _ = await open_items.raise_item(
        work.service, work.tx, Kind.DANGER, once, individual.id, order, reason=reason, words=found.quote
    )
    return item


async def _who_is_told(work: Work) -> str:
    """`now`: somebody who is at work, or whom the council named for the night; `later`: somebody, but nobody is there
    now; `nobody`: no phone of anybody's."""
    roster = await rota.roster(work.service, work.tx)
    linked = [*routing.meant(To.DUTY, roster), *routing.meant(To.MANAGER, roster)]
    if not linked:
        return "nobody"
    there = work.service.calendar.open_at(work.now) or roster.reachable(roster.on_call)
    return "now" if there else "later"

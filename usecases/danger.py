"""Words of danger: the crisis numbers at once, and an alarm for whoever is on duty with the sentence quoted.

Heard in all that an individual types, whatever it was typed for. Never a diagnosis, never a promise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from db import items, said
from domain import danger, routing
from domain.compliance import Item, Kind
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
    found = heard_in(work.words) if work.staff is None and work.words else None
    if found is None:
        return answers
    if work.individual is None:
        return [*answers, send("danger_stranger")]
    whole = await _raise(work, work.individual, found)
    who = await _who_is_told(work)
    about = Subject("individual", work.individual.id)
    kept = [one for one in answers if one.saying.params.get("notice") not in NOT_HEARD]
    return [*kept, send("danger", about, told=who, whole=int(whole))]


async def _raise(work: Work, individual: Individual, found: Found) -> bool:
    """Opens an alarm, or adds to the one that nobody has taken yet. True if all that was typed can be read there;
    of what was typed for something else, a form say, only the sentence is."""
    item = await items.open_of(work.tx, Kind.DANGER, individual.id, None)
    if item is not None and item.unclaimed:
        item = await conversation.join(work, individual, item, found.quote)
    else:
        item = await _open(work, individual, found)
    if await said.belongs_to(work.tx, work.update_id, item.id):
        return True
    await said.add(work.tx, individual.id, work.now, work.update_id, found.quote, item_id=item.id)
    return False


async def _open(work: Work, individual: Individual, found: Found) -> Item:
    order = await open_items.order_to_speak_about(work.tx, individual.id)
    once = f"danger:{work.update_id}"
    item, _ = await open_items.raise_item(
        work.service, work.tx, Kind.DANGER, once, individual.id, order, words=found.quote
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

"""How long each thing is kept: one data file, read and checked at the start, told to whoever asks, and done nightly."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db import dates, keeping, people, persons
from db.keeping import Gone
from domain.errors import Malformed, NotKnown
from domain.outbox import NOTHING, Answer, send
from domain.people import Act
from domain.retention import Event, Retention, Rule, latest
from usecases import access, datafiles
from usecases.service import Service, Work, use_case

FILE = Path(__file__).parent / "retention.yaml"
BATCH = 500  # rows of one rule in one transaction: a running bot waits no longer than that takes
FIELDS = frozenset({"id", "what", "days", "years", "for_good", "after", "why"})
SWITCH = {"on": True, "off": False}

Deleter = Callable[[Service, AsyncConnection, datetime, int], Awaitable[Gone]]


def _plain(delete: Callable[[AsyncConnection, datetime, int], Awaitable[Gone]]) -> Deleter:
    async def run(service: Service, tx: AsyncConnection, before: datetime, most: int) -> Gone:
        return await delete(tx, before, most)

    return run


async def _cases(service: Service, tx: AsyncConnection, before: datetime, most: int) -> Gone:
    """Whole records, a few people at a time: each has hundreds of rows."""
    ids = await keeping.cases(tx, before, max(most // 100, 1))
    for id_ in ids:
        found = await persons.rows_about(tx, id_)
        await persons.erase(tx, found, service.db.keys, service.clock.now(), None)
        await persons.remove(tx, await persons.rows_about(tx, id_))
        await record.note(tx, service.clock.now(), None, [id_], "erase", "kept long enough")
    return Gone(len(ids))


async def _after_stop(service: Service, tx: AsyncConnection, before: datetime, most: int) -> Gone:
    return await keeping.link_after_stop(tx, before, most, service.clock.now())


async def _after_end(service: Service, tx: AsyncConnection, before: datetime, most: int) -> Gone:
    return await keeping.link_after_end(tx, before, most, service.clock.now())


async def _access(service: Service, tx: AsyncConnection, before: datetime, most: int) -> Gone:
    return await keeping.access_(tx, before, most, service.clock.now())


async def _nothing(service: Service, tx: AsyncConnection, before: datetime, most: int) -> Gone:
    return Gone()


DELETERS: Mapping[str, tuple[Event, Deleter]] = {  # what each rule counts from, and who does it
    "parked_updates": (Event.RECEIVED, _plain(keeping.parked_updates)),
    "words": (Event.CONCERNED, _plain(keeping.words)),
    "offers_not_taken": (Event.CONCERNED, _plain(keeping.offers_not_taken)),
    "traces": (Event.SAID, _plain(keeping.traces_)),
    "service_messages": (Event.SETTLED, _plain(keeping.service_messages)),
    "link_after_stop": (Event.STOPPED, _after_stop),
    "link_after_end": (Event.ORDER_ENDED, _after_end),
    "old_links": (Event.UNLINKED, _plain(keeping.old_links)),
    "invitations": (Event.RAN_OUT, _plain(keeping.invitations)),
    "wrong_codes": (Event.TRIED, _plain(keeping.wrong_codes_)),
    "answered": (Event.RECEIVED, _plain(keeping.answered_)),
    "own_answers": (Event.ANSWERED, _plain(keeping.own_answers)),
    "case": (Event.ORDER_ENDED, _cases),
    "quotes": (Event.ANSWERED, _plain(keeping.quotes_)),
    "paired_answers": (Event.ORDER_ENDED, _plain(keeping.paired_answers)),
    "packs": (Event.DRAWN_UP, _plain(keeping.packs_)),
    "access": (Event.LOOKED, _access),
    "imports": (Event.IMPORTED, _plain(keeping.imports_)),
    "erased": (Event.ERASED, _nothing),
}

# ── The file ────────────────────────────────────────────────────────────────────────────────────────────────────────


class WrongRetention(Exception):
    """The file cannot be used: one line for each mistake, with what was found and what is expected."""


@cache
def read(file: Path = FILE) -> Retention:
    """Every rule of the file; raises WrongRetention with all mistakes at once."""
    try:
        root = datafiles.composed(file)
    except datafiles.NotYaml as error:
        raise WrongRetention(str(error)) from None
    if not isinstance(root, yaml.SequenceNode):
        raise WrongRetention(f"{file.name}:1: expected a list of entries that each begin with `- id:`")
    problems: list[str] = []
    rules: dict[str, Rule] = {}
    for node in root.value:
        try:
            rule = _rule(node)
            if rule.id in rules:
                raise ValueError(f"{rule.id} stands here twice")
            rules[rule.id] = rule
        except ValueError as error:
            problems.append(f"{file.name}:{node.start_mark.line + 1}: {error}")
    missing = sorted(set(DELETERS) - set(rules)) if not problems else []
    problems += [f"{file.name}: there is no entry {id_}; it says how long something is kept" for id_ in missing]
    if problems:
        raise WrongRetention("\n".join(problems))
    return Retention(rules)


def _rule(node: yaml.Node) -> Rule:
    """One entry; raises ValueError with what is wrong."""
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("expected an entry with id, what, days or years or for_good, after, why")
    found = {str(key.value): str(value.value).strip() for key, value in node.value}
    if unknown := sorted(found.keys() - FIELDS):
        raise ValueError(f"found {', '.join(unknown)}; expected only {', '.join(sorted(FIELDS))}")
    for name in ("id", "what", "after", "why"):
        if not found.get(name):
            raise ValueError(f"{name} is missing")
    id_, after = found["id"], found["after"]
    if id_ not in DELETERS:
        raise ValueError(f"id: found {id_!r}; expected one of {', '.join(DELETERS)}")
    event = DELETERS[id_][0]
    if after != event:
        raise ValueError(f"after: found {after!r}; {id_} counts from {event.value!r}")
    return Rule(id_, found["what"], event, found["why"], **_period(found))


def _period(found: Mapping[str, str]) -> dict[str, int]:
    """Days, years, or neither; raises ValueError."""
    given = [name for name in ("days", "years", "for_good") if name in found]
    if len(given) != 1:
        raise ValueError(f"found {' and '.join(given) or 'none'}; expected one of days, years and for_good")
    text = found[given[0]]
    if given == ["for_good"]:
        if text != "yes":
            raise ValueError(f"for_good: found {text!r}; expected yes, or days or years instead")
        return {}
    most = 36_500 if given == ["days"] else 100
    if not text.isdecimal() or int(text) > most:
        raise ValueError(f"{given[0]}: found {text!r}; expected a whole number from 0 to {most}")
    return {given[0]: int(text)}


# ── Each night ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def tidy(service: Service) -> dict[str, int]:
    """Everything that is due to go, goes, batch by batch. Says how many rows of each rule."""
    today = service.calendar.day(service.clock.now())
    due = {}
    for rule in service.policy.retention.rules.values():
        last = latest(rule, today)
        if last is not None:
            due[rule.id] = service.calendar.at(last + timedelta(days=1), time(0))
    counts: Counter[str] = Counter()
    while due:
        async with service.db.write() as tx:
            done = {id_: await DELETERS[id_][1](service, tx, before, BATCH) for id_, before in due.items()}
        gone = {id_: one.number for id_, one in done.items()}
        counts.update(gone)
        due = {id_: before for id_, before in due.items() if gone[id_]}
    return {id_: count for id_, count in counts.items() if count}


# ── What is asked ───────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def privacy(work: Work) -> Sequence[Answer]:
    """/privacy: what is kept and for how long, for anybody who asks."""
    if work.chat is None:
        return [send("error_stranger")]
    return [send("privacy")]


@use_case
async def legal_hold(work: Work, case_ref: str, switch: str) -> Sequence[Answer]:
    """/legalhold CASE_REF on|off: nothing of this person is deleted while proceedings may need it."""
    await access.require(work, Act.LEGAL_HOLD)
    if switch not in SWITCH:
        raise Malformed
    individual = await people.individual_by_ref(work.tx, case_ref)
    staff = await access.require_for(work, Act.LEGAL_HOLD, individual, f"legal hold {switch}")
    if individual is None:
        raise NotKnown
    ids = [order.id for order in await dates.orders_of(work.tx, individual.id)]
    await keeping.set_legal_hold(work.tx, ids, *_from(SWITCH[switch], work.now, staff.id))
    return [send(f"legal_hold_{switch}", NOTHING, case=case_ref)]


async def set_legal_hold(service: Service, order_ref: str, on: bool) -> None:
    """The same from the command line, for one order; raises NotKnown."""
    async with service.db.write() as tx:
        found = await keeping.order_by_ref(tx, order_ref)
        if found is None:
            raise NotKnown(found=order_ref)
        order_id, individual_id = found
        await keeping.set_legal_hold(tx, [order_id], *_from(on, service.clock.now(), None))
        what = f"legal hold {'on' if on else 'off'}"
        await record.note(tx, service.clock.now(), None, [individual_id], Act.LEGAL_HOLD.value, what)


def _from(on: bool, now: datetime, by: int | None) -> tuple[Any, Any]:
    return (now, by) if on else (None, None)

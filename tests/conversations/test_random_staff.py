"""An hour of random taps by random staff: nobody ever sees a person outside their scope.

Whom each of them may see is worked out here anew, from the tables alone, and not by the rules that the bot asks.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, get_type_hints

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from db import tables
from db.prepared import Prepared, Reading, together
from handlers import COMMANDS, TAPS
from sandbox.chats import shown
from tests.conversations.conftest import Phone, World
from usecases.glass import ASKED

STEPS = {"sqlite": 300, "postgresql": 150}  # the second takes twice as long over each
HOUR = timedelta(hours=1)
STAFF = {
    "OFF1": "officer",
    "OFF2": "officer",
    "OFF3": "officer",
    "CM1": "case_manager",
    "CM2": "case_manager",
    "SUP1": "supervisor",
    "DUTY1": "duty",
    "MGR1": "manager",
    "YOUTH1": "youth_team",
}
NAMES = (
    "Aidan",
    "Bryony",
    "Callum",
    "Deborah",
    "Ewan",
    "Fearne",
    "Gregor",
    "Heather",
    "Iain",
    "Jessica",
    "Kyle",
    "Lorna",
)
REFS = tuple(f"CASE-{n:02}" for n in range(1, len(NAMES) + 1))
SETTING_ASIDE = {"start", "stop", "cutoff", "unlock"}  # these change who speaks, not who sees


@dataclass(frozen=True)
class Seen:
    """Who stands where in the tables at one moment: all that the oracle needs, and nothing that the bot made of it."""

    staff: list[Any]
    orders: list[Any]
    individuals: list[Any]
    appointments: list[Any]
    items: list[Any]
    glass: list[Any]
    now: datetime
    today: date

    def within_scope(self, ref: str) -> set[str]:
        """The case references of everybody whom a member of staff may see in some way."""
        return {self.refs[id_] for id_ in self._ids(next(one for one in self.staff if one.ref == ref))}

    @property
    def refs(self) -> dict[int, str]:
        return {one.id: one.case_ref for one in self.individuals}

    def _ids(self, me: Any) -> set[int]:
        if me.roles == "manager":
            return set(self.refs)
        mine = {me.id} | {one.id for one in self.staff if one.cover_id == me.id}
        found = {one.individual_id for one in self.glass if one.staff_id == me.id and one.until > self.now}
        if me.roles in ("officer", "case_manager", "youth_team"):
            found |= {one.individual_id for one in self.orders if mine & {one.officer_id, one.case_manager_id}}
        if me.roles == "youth_team":
            found |= {one.id for one in self.individuals if one.youth}
        if me.roles == "duty":
            found |= {one.individual_id for one in self.items if one.withdrawn_at is None and one.closed_at is None}
        whose = {one.id: one.individual_id for one in self.orders}
        runs = [one for one in self.appointments if one.staff_id == me.id and one.day == self.today]
        return found | {whose[one.order_id] for one in runs}


LOOKED_AT = {  # no more than the oracle needs, and kept: after each step all of it is read, in one exchange
    "staff": ("id", "ref", "roles", "cover_id"),
    "orders": ("id", "individual_id", "officer_id", "case_manager_id"),
    "individuals": ("id", "case_ref", "youth"),
    "appointments": ("staff_id", "day", "order_id"),
    "items": ("individual_id", "withdrawn_at", "closed_at"),
    "glass": ("staff_id", "individual_id", "until"),
}
LOOKS = {
    name: Prepared(select(*(getattr(tables, name).c[column] for column in columns)))
    for name, columns in LOOKED_AT.items()
}


async def look(world: World) -> Seen:
    now = world.town.clock.now()
    readings = {name: Reading[list[Any]](query, list) for name, query in LOOKS.items()}
    async with world.town.app.service.db.read() as tx:
        await together(tx, *readings.values())
    rows = {name: reading.found for name, reading in readings.items()}
    return Seen(**rows, now=now, today=world.town.app.service.calendar.day(now))


@dataclass
class Watch:
    """Everything that stands on each phone, and what of it has been looked at already."""

    phones: dict[str, Phone]
    known: dict[tuple[str, int], Any] = field(default_factory=dict)

    def news(self) -> list[tuple[str, str]]:
        """Each text, with its buttons, that is new or was edited on some phone: whose, and what. A message is never
        changed in place: only those that came since need be read."""
        found = []
        for ref, phone in self.phones.items():
            for number, message in phone.person.bot.chats[phone.person.id].messages.items():
                if self.known.get((ref, number)) is message:
                    continue
                self.known[ref, number] = message
                seen = shown(message)
                if seen.who == "bot":
                    found.append((ref, "\n".join([seen.text, *(label for row in seen.buttons for label in row)])))
        return found


def named_in(text: str) -> set[str]:
    """The people whom a text names, by case reference or by first name."""
    refs = {ref for ref in REFS if ref in text}
    return refs | {ref for ref, name in zip(REFS, NAMES, strict=True) if re.search(rf"\b{name}\b", text)}


async def caseload(world: World, dice: random.Random) -> dict[str, Phone]:
    """Twelve people over three officers, two case managers and the youth team; sessions today; covers; open items."""
    async with world.at_once():
        staff = {ref: await world.staff(ref, f"Staff {ref}", role) for ref, role in STAFF.items()}
        for away, cover in (("OFF2", "OFF3"), ("CM1", "CM2")):
            await world.change(tables.staff, away, cover_id=staff[cover])
        place = await world.row(tables.places, ref="P1", nickname="The yard")
        runners = [staff["SUP1"], staff["OFF1"], None]
        for n, (ref, name) in enumerate(zip(REFS, NAMES, strict=True)):
            young = n == len(REFS) - 1
            one = await world.individual(ref, name, youth=young, youth_consent_at=None)
            officer = staff[f"OFF{1 + n % 3}"] if n % 2 == 0 and not young else None
            manager = None if young else staff[f"CM{1 + n % 2}"]
            what = "unpaid_work+supervision" if officer else "unpaid_work"
            order = await world.order(f"O{n}", one, what, officer_id=officer, case_manager_id=manager)
            at = f"2026-11-{dice.choice((23, 23, 24, 20))} {dice.choice(('08', '09', '10'))}:30"
            await world.appointment(f"A{n}", order, one, at, place_id=place, staff_id=dice.choice(runners))
        asking = {n: await world.linked(NAMES[n], REFS[n]) for n in (0, 3, 6, 7, 11)}
    for n, phone in asking.items():
        await phone.says(f"Please call me, this is number {n}")
    async with world.at_once():
        return {ref: await world.linked(f"Staff {ref}", ref) for ref in STAFF}


@dataclass
class Hand:
    """One member of staff who taps and types at random."""

    phone: Phone
    dice: random.Random
    hash_of: Callable[[str], str]

    def moves(self) -> str:
        """Does something, and says what it was."""
        return self.dice.choice((self._types, self._taps, self._taps, self._presses))()

    def _types(self) -> str:
        command = self.dice.choice(sorted(COMMANDS.keys() - SETTING_ASIDE))
        text = f"/{command} {self.dice.choice((*REFS, *REFS, 'CASE-99', ''))}".strip()
        self.phone.person.say(text)
        return text

    def _taps(self) -> str:
        """Any button on show, in a new message or an old one."""
        on_show = [(one.id, label) for one in self.phone.person.chat for row in one.buttons for label in row]
        if not on_show:
            return self._types()
        message, label = self.dice.choice(on_show)
        self.phone.person.tap(label, message)
        return f"taps {label}"

    def _presses(self) -> str:
        """What no button on show carries: any kind, with any ids."""
        kind = self.dice.choice(
            sorted((one for one in TAPS if one.code not in SETTING_ASIDE), key=lambda one: one.code)
        )
        hints = get_type_hints(kind)
        data = kind(**{one.name: self._value(hints[one.name]) for one in fields(kind)}).pack()
        message = self.dice.choice(self.phone.person.chat).id if self.phone.person.chat else 1
        self.phone.person.press(data, message)
        return data

    def _value(self, hint: Any) -> Any:
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self.dice.choice(list(hint))
        return self.dice.randrange(1, 16) if hint is int else self.hash_of(self.dice.choice(REFS))[:ASKED]


@pytest.mark.parametrize("seed", [20261123])
async def test_an_hour_of_random_taps_shows_nobody_outside_the_scope_of_the_reader(
    world: World, database_url: str, seed: int
) -> None:
    dice, steps = random.Random(seed), STEPS[database_url.partition(":")[0]]
    phones = await caseload(world, dice)
    hash_of = world.town.app.service.db.keys.hash
    watch, hands = Watch(phones), {ref: Hand(phone, dice, hash_of) for ref, phone in phones.items()}
    watch.news()
    begun, looks, before = world.town.clock.now(), 0, await look(world)
    with capture_logs() as logs:
        for step in range(steps):
            who = dice.choice(sorted(hands))
            world.town.clock.move_to(max(world.town.clock.now(), begun + HOUR * step / steps))
            did = hands[who].moves()
            await world.town.settle()
            after = await look(world)
            for ref, text in watch.news():
                scope = before.within_scope(ref) | after.within_scope(ref)
                strangers = named_in(text) - scope
                assert not strangers, f"seed {seed}, step {step}, {who} {did}: {ref} sees {strangers} in: {text}"
                looks += len(named_in(text))
            before = after
    assert looks > steps / 10, "almost nobody was named: the walk sees too little to prove anything"
    assert [one for one in logs if one["event"] in ("update_failed", "answer_not_spoken", "job_failed")] == []

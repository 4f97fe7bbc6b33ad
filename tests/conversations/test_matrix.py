"""Every role against every command and every button: each cell allowed or refused, none unanswered, and nobody learns
from a refusal whether there is such a person.

Each cell is tried once: every sixth on PostgreSQL, where each takes twice as long, and the rest on SQLite. So two
speakers use each command and each button on PostgreSQL; whoever is meant to use them does so in their own stories.

The two tables are the expectation. A command or a button that is not in them fails the test until it is entered.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import partial
from itertools import product
from typing import Any, get_type_hints

import pytest
from sqlalchemy import insert
from structlog.testing import capture_logs

from db import people, tables
from documents import book, bundle
from domain.packs import Audience
from domain.people import Role
from domain.questionnaires import Way
from handlers import COMMANDS, TAPS
from messages import actions, words
from messages.actions import Action
from tests.conversations.conftest import Phone, World
from tests.conversations.spying import Spy
from usecases.glass import ASKED

ROLES = frozenset(role.value for role in Role)
CASELOAD = frozenset({"officer", "case_manager", "youth_team"})
RUNS = CASELOAD | {"supervisor", "manager"}
HANDS_OVER = frozenset({"officer", "case_manager", "manager"})
OPEN = CASELOAD | {"duty", "manager"}
INDIVIDUAL, ENDED, UNLINKED, STRANGER = "individual", "ended", "unlinked", "stranger"
LINKED = ROLES | {INDIVIDUAL}
EVERYBODY = LINKED | {UNLINKED, STRANGER}
SPEAKERS = sorted(EVERYBODY | {ENDED})

# Who is given what they ask for, about somebody within their scope. Everybody else is refused.
COMMANDS_ALLOWED: Mapping[str, frozenset[str]] = {
    "start": LINKED,
    "nudge": frozenset({INDIVIDUAL}),
    "early": frozenset({INDIVIDUAL}),
    "offer": frozenset({"case_manager", "manager"}),
    "standdown": frozenset({"case_manager", "supervisor", "manager"}),
    "rules": CASELOAD | {"manager"},
    "help": LINKED,
    "privacy": LINKED,
    "stop": LINKED,
    "next": frozenset({INDIVIDUAL}),
    "hours": frozenset({INDIVIDUAL}),
    "progress": CASELOAD | {"manager"},
    "language": frozenset({INDIVIDUAL}),
    "phone": frozenset({INDIVIDUAL}),
    "hide": LINKED,
    "call": frozenset({INDIVIDUAL}),
    "changed": frozenset({INDIVIDUAL}),
    "complain": frozenset({INDIVIDUAL}),
    "mydata": frozenset({INDIVIDUAL}),
    "forget": frozenset({INDIVIDUAL}),
    "today": frozenset(RUNS),
    "give": frozenset({"case_manager", "manager"}),
    "dates": CASELOAD | {"manager"},
    "desk": frozenset(OPEN),
    "alerts": frozenset(OPEN),
    "case": frozenset(OPEN),
    "clocks": CASELOAD | {"manager"},
    "why": frozenset(OPEN),
    "absences": frozenset(OPEN),
    **dict.fromkeys(("evidence", "letter", "review"), CASELOAD | {"manager"}),
    "form": CASELOAD,
    "repairs": CASELOAD | {"manager"},
    "texts": CASELOAD | {"manager"},
    "looked": frozenset({"manager"}),
    "invite": CASELOAD | {"court_team", "manager"},
    "consent": frozenset({"youth_team"}),
    "report": frozenset({"manager"}),
    "moderate": frozenset({"moderator"}),
    "hold": CASELOAD | {"manager"},
    "release": CASELOAD | {"manager"},
    "legalhold": frozenset({"manager"}),
    "cutoff": frozenset({"manager"}),
    "unlock": frozenset({"manager"}),
    "pause": frozenset({"manager"}),
    "resume": frozenset({"manager"}),
    **dict.fromkeys(("away", "back", "duty"), ROLES),
    "handover": HANDS_OVER,
    "leaver": frozenset({"manager"}),
}
TAPS_ALLOWED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("say", "why", "lang", "again", "pick", "form"), frozenset({INDIVIDUAL})),
    "nudge": frozenset({INDIVIDUAL}),
    **dict.fromkeys(("fwords", "fhere", "fback", "fleave", "fclear"), frozenset({INDIVIDUAL})),
    **dict.fromkeys(("forms", "ftake", "fbegin", "fpaper"), CASELOAD),
    **dict.fromkeys(("notme", "name", "shared", "plain"), frozenset({INDIVIDUAL})),
    **dict.fromkeys(("ask", "want", "ring", "at", "reask", "changed", "tell"), frozenset({INDIVIDUAL})),
    **dict.fromkeys(("claim", "unclaim", "close", "ended", "item", "talk"), frozenset(OPEN)),
    **dict.fromkeys(("desk", "person", "takeall", "pass", "passto", "dates"), frozenset(OPEN)),
    **dict.fromkeys(("look", "mark", "here"), frozenset(RUNS)),
    **dict.fromkeys(("everyone", "allhome", "howlong", "unmark", "note", "notlisted"), frozenset(RUNS)),
    **dict.fromkeys(("date", "set", "onagain"), CASELOAD | {"manager"}),
    **dict.fromkeys(("give", "givepage", "giveto"), frozenset({"case_manager", "manager"})),
    **dict.fromkeys(("gotit", "line"), frozenset()),  # only below the message that asks (test_registering.py)
    **dict.fromkeys(("absence", "absences", "did", "undone", "sent"), frozenset(OPEN)),
    **dict.fromkeys(("accept", "refuse", "more"), CASELOAD),  # nobody else decides
    **dict.fromkeys(("glass", "glass2"), CASELOAD | {"duty"}),
    "fold": frozenset(),  # only under the card that it folds (test_show.py)
    "undo": CASELOAD | {"court_team", "manager"},
    **dict.fromkeys(("modread", "modnames", "modnext"), frozenset({"moderator"})),
    **dict.fromkeys(("quote", "quote2"), frozenset({INDIVIDUAL})),
    **dict.fromkeys(("quotefor", "quotefor2"), frozenset()),  # whoever was named for it alone (test_moderating.py)
    "answers": CASELOAD,
    "hold": CASELOAD | {"manager"},
    **dict.fromkeys(("report", "outcomes"), frozenset({"manager"})),
    "cutoff": frozenset({"manager"}),
    **dict.fromkeys(("pause", "resume"), frozenset({"manager"})),
    "youth": frozenset({"youth_team"}),
    **dict.fromkeys(("clocks", "step", "step2", "stepday", "stepno", "assess", "late"), CASELOAD | {"manager"}),
    **dict.fromkeys(("packs", "packdraw", "packwhy", "packfile", "packsign", "packsign2"), frozenset({"manager"})),
    **dict.fromkeys(("repair", "repairs"), CASELOAD | {"manager"}),
    "hwrong": frozenset({INDIVIDUAL}),
    **dict.fromkeys(("progress", "books"), CASELOAD | {"manager"}),
    **dict.fromkeys(("ext", "ext2"), CASELOAD),
    **dict.fromkeys(("texts", "texts2", "textsno"), CASELOAD | {"manager"}),
    **dict.fromkeys(("copy", "record"), frozenset({"manager"})),
    **dict.fromkeys(("paper", "letter", "letteras", "review"), CASELOAD | {"manager"}),
    **dict.fromkeys(("early", "take"), frozenset({INDIVIDUAL})),
    **dict.fromkeys(("offers", "offer", "offday", "offon", "offdraft"), frozenset({"case_manager", "manager"})),
    **dict.fromkeys(("offout", "offsend", "offlook"), frozenset({"case_manager", "manager"})),
    **dict.fromkeys(("ticks", "tickpage", "tick"), frozenset({"case_manager", "manager"})),
    **dict.fromkeys(
        ("downs", "downwhy", "down", "downwho", "dnout", "downundo"),
        frozenset({"case_manager", "supervisor", "manager"}),
    ),
    **dict.fromkeys(("away", "awayother", "awaycover", "back"), ROLES),
    "takeover": frozenset(OPEN),
    **dict.fromkeys(("stand", "standask", "standanew"), frozenset(OPEN)),
    **dict.fromkeys(("hand", "handto", "handed"), HANDS_OVER),
    **dict.fromkeys(("askwho", "askname"), frozenset({"manager"})),
    "foffer": CASELOAD,
    **dict.fromkeys(("fstate", "fended"), CASELOAD | {"manager"}),
    **dict.fromkeys(("lastday", "dutyweek", "dutyday", "dutyput", "dutysame"), frozenset({"manager"})),
}
# Nothing else ever gives a file.
GIVES_A_FILE = {"copy", "record", "paper", "letter", "letteras", "review", "fpaper", "packfile"}
# What reaches everybody there is: for these, somebody who exists is no secret.
REACHES_ALL = {("court_team", "invite"), ("court_team", "undo")}
TOLD_AFTER_A_REASON = {"glass2"}  # once a reason is on record the truth shows (usecases/glass.py)
FIRST = ("letter", "letteras")  # once something else is recorded of the missed date, there is none to write
LAST = (
    "claim",
    "close",
    "glass2",
    "cutoff",
    "stop",
    "hide",
    "notme",
)  # what changes the speaker's own standing comes last
SILENCES = {"cutoff", "hide", "notme"}  # what still waits to be said in a chat is not said after these
WITHOUT_A_PERSON = COMMANDS_ALLOWED.keys() - {
    "dates",
    "progress",
    "case",
    "clocks",
    "why",
    "looked",
    "invite",
    "consent",
    "absences",
    "evidence",
    "letter",
    "review",
    "form",
    "texts",
    "hold",
    "release",
    "legalhold",
    "cutoff",
    "handover",
}
REFUSALS = ("error_not_allowed", "error_not_your_role", "error_stranger", "error_not_known", "staff_ended")
TROUBLE = {"update_failed", "serving_trouble", "answer_not_spoken", "job_failed", "telegram_refused"}


@dataclass(frozen=True)
class Whom:
    """The ids that a button or a command about one person carries."""

    ref: str
    ids: Mapping[str, int]


INSIDE, OUTSIDE, NOBODY = "C1", "C2", "C999"


def pack_without_figures() -> bytes:
    """The files of a pack in which nothing stands."""
    words_ = {one.name: "-" for one in fields(book.Words)} | {"columns": ("-",) * 15}
    nothing: dict[str, Any] = {"preliminary": "", "facts": (), "signed": "", "hiding": "", "limits": (), "parts": ()}
    listed = book.Listed("-", "-", "-")
    frame: Any = book.Words(**words_)  # type: ignore[arg-type]
    return bundle.made(dict.fromkeys(Audience, book.Book("-", "-", "figures", words=frame, quotes=listed, **nothing)))


PACK = pack_without_figures()


@dataclass
class Cell:
    """One speaker with their phone, and the people they speak about."""

    speaker: str
    phone: Phone
    spy: Spy
    known: Mapping[str, Whom]
    below: int = 0  # the message that the buttons stand under

    def says(self, command: str, about: str) -> int:
        """Types a command; returns the number of the update."""
        self.phone.person.say(f"/{command} {argument(command, about)}".strip())
        return self.number()

    def taps(self, kind: type[Action], about: str) -> int:
        """Taps a button, under a message that has been there from the beginning."""
        self.phone.person.press(self.button(kind, about), self.below)
        return self.number()

    def number(self) -> int:
        """Of the newest update."""
        return int(self.phone.person.bot.pending[-1]["update_id"])

    def heard(self, number: int) -> str:
        """All that an update was answered with, without the reference that was asked for."""
        told = self.spy.answers.get(number, [])
        labels = [button.label for message in told for row in message.buttons for button in row]
        said = "\n".join(filter(None, [*(message.text for message in told), *labels]))
        for ref in (NOBODY, OUTSIDE, INSIDE):
            said = said.replace(ref, "REF")
        return said

    def button(self, kind: type[Action], about: str) -> str:
        """What a button of this kind about this person would carry."""
        hints, ids = get_type_hints(kind), self.known[about].ids
        values: dict[str, Any] = {}
        for field in fields(kind):
            hint = hints[field.name]
            if isinstance(hint, type) and issubclass(hint, Enum):
                values[field.name] = {"way": Way.PAPER}.get(field.name, next(iter(hint)))
            elif hint is int:
                values[field.name] = ids.get(f"{kind.code}.{field.name}", ids.get(field.name, 1))
            else:
                values[field.name] = self.word(field.name, about)
        return kind(**values).pack()

    def word(self, name: str, about: str) -> str:
        if name == "asked":
            return self.phone.world.town.app.service.db.keys.hash(about)[:ASKED]
        return {"language": "en", "who": "individual", "form": "baseline"}.get(name, "")


def argument(command: str, about: str) -> str:
    if command == "why":
        return f"A{about}"
    if command == "start":
        return ""
    if command == "unlock":
        return {INSIDE: "CM2"}.get(about, about)
    return f"{about} on" if command == "legalhold" else about


def refused(said: str) -> bool:
    return any(said.startswith(words.say(key, "en")) for key in REFUSALS)


async def caseload(world: World, speaker: str) -> Mapping[str, Whom]:
    """C1 is within the speaker's scope, as far as the role has one; C2 is a colleague's; C999 is nobody."""
    role = speaker if speaker in ROLES else "case_manager"
    ends = {"active_until": date(2026, 11, 22)} if speaker == ENDED else {}
    me = await world.staff("ME", "Mo Me", role, **ends)
    other = await world.staff("CM2", "Ailsa Bain", "case_manager")
    await world.staff("MGR2", "Morag Reid", "manager")
    inside = await person(world, INSIDE, me, runs=me, youth=role == "youth_team")
    outside = await person(world, OUTSIDE, other, runs=other, closed=role == "duty")
    nothing = dict.fromkeys(inside.ids, 999)
    return {INSIDE: inside, OUTSIDE: outside, NOBODY: Whom(NOBODY, nothing), "": Whom("", nothing)}


async def person(world: World, ref: str, worker: int, runs: int, youth: bool = False, closed: bool = False) -> Whom:
    """Somebody with an order, a date of today, a form that is owed, an invitation, and a disputed alert."""
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    one = await world.individual(ref, f"Name{ref}", youth=youth)
    named = {"case_manager_id": None if youth else worker}
    order = await world.order(f"O{ref}", one, **named)
    place = await world.row(tables.places, ref=f"P{ref}", nickname="The yard")
    date_ = await world.appointment(f"A{ref}", order, one, "2026-11-23 07:30", place_id=place, staff_id=runs)
    seen = {"outcome": "missed_reason_unknown", "recorded_at": at, "source": "chat"}
    await world.row(tables.attendance, appointment_id=date_, **seen)
    about = {"individual_id": one, "order_id": order, "raised_at": at, "closed_at": at if closed else None}
    missed = {"kind": "non_attendance", "appointment_id": date_, "disputed_at": at}
    item = await world.row(tables.items, once=f"missed:{date_}", **about, **missed)
    words_ = await world.row(tables.items, kind="words", once=f"words:{ref}", **about)
    asked_ = await world.row(tables.items, kind="my_data", once=f"my_data:{ref}", **about)
    help_ = await world.row(tables.items, kind="help", once=f"help:{ref}", **about)
    cannot_ = await world.row(tables.items, kind="cannot", once=f"cannot:{ref}", appointment_id=date_, **about)
    late_ = await world.row(tables.items, kind="deadline", once=f"deadline:{order}:plan:0", reason="plan:0", **about)
    form = {"form": "exit", "version": "1"}
    async with world.writing() as tx:
        await tx.execute(insert(tables.forms).values(form_id=ref, ended_on=date(2026, 10, 1), **form))
    owed = {"individual_id": one, "order_id": order, "owed_at": at}
    sitting = await world.row(tables.sittings, form_id=ref, **form, **owed)
    invite = await world.row(
        tables.invites, code_hash=ref, individual_id=one, invited_by=worker, made_at=at, used_at=at, expires_at=at
    )
    ids = {"individual": one, "appointment": date_, "item": item, "sitting": sitting, "invite": invite, "id": one}
    ids |= {"ended.item": words_, "copy.item": asked_}
    ids |= {"order": order, **dict.fromkeys(("stand.item", "standask.item", "standanew.item"), cannot_)}
    ids |= {"pass.id": item, "passto.id": item, "passto.staff": 3}  # the manager, who has no chat and is not told
    spare = {"place_id": place, "day": at.date(), "starts_at": at, "ends_at": at, "places": 0, "at": at}
    offer = await world.row(tables.offers, offered_by=worker, **spare)
    offered = await world.row(tables.offered, offer_id=offer, individual_id=one, order_id=order)
    ids |= {"take.offered": offered, "tick.place": place, "tickpage.place": place}
    ids |= {f"{code}.offer": offer for code in ("offdraft", "offout", "offsend", "offlook")}
    ids |= {f"{code}.session": date_ for code in ("downwhy", "down", "downwho", "dnout", "downundo")}
    ids |= {f"{code}.item": help_ for code in ("want", "ring", "at", "reask")}
    ids |= {"handover": await world.row(tables.handovers, order_id=order, role="case_manager", to_id=worker, at=at)}
    ids |= {"late.item": late_, "stepno.day": 20261123}
    quarter = {"kind": "quarter", "first": date(2020, 7, 1), "last": date(2020, 9, 30)}
    ids |= {"version": await world.row(tables.packs, version=one, made_at=at, content=PACK, digest=ref, **quarter)}
    return Whom(ref, ids)


async def phone_of(world: World, speaker: str) -> Phone:
    if speaker == INDIVIDUAL:
        phone = await world.linked("Me", INSIDE)
    elif speaker == STRANGER:
        phone = world.phone("Me")
    else:
        phone = await world.linked("Me", "ME")
    if speaker == UNLINKED:
        service = world.town.app.service
        async with world.writing() as tx:
            chat = await people.chat_by_hash(tx, service.db.keys.hashes(phone.person.id))
            assert chat is not None
            await people.unlink_chat(tx, chat.id, service.clock.now())
    return phone


@dataclass(frozen=True)
class Asked:
    """One cell, asked: the updates about somebody within scope, out of it, and about nobody."""

    name: str
    allowed: bool
    inside: int
    apart: tuple[int, int] | None  # two whose answers must be the same: the first is about somebody who exists

    @property
    def updates(self) -> list[int]:
        return [self.inside, *(self.apart or ())]

    def wrong(self, cell: Cell) -> str:
        """What is wrong with the answers; nothing if they are as they should be."""
        said = cell.heard(self.inside)
        if not said:
            return f"{self.name}: not answered"
        if refused(said) is self.allowed:
            return f"{self.name}: {'refused' if self.allowed else 'allowed'}: {said}"
        given = [one for one in self.updates for message in cell.spy.answers.get(one, []) if message.file]
        if bool(given) is not (self.allowed and self.name in GIVES_A_FILE):
            return f"{self.name}: {'a' if given else 'no'} file"
        if self.apart is not None and cell.heard(self.apart[0]) != cell.heard(self.apart[1]):
            return f"{self.name}: told apart: {cell.heard(self.apart[0])} | {cell.heard(self.apart[1])}"
        return ""


def asked(cell: Cell, name: str, allowed: bool, personal: bool, ask: Callable[[str], int]) -> Asked:
    """Asks what one cell needs. Where the role reaches everybody there is no secret to keep."""
    open_ = cell.speaker == "manager" or (cell.speaker, name) in REACHES_ALL or name in TOLD_AFTER_A_REASON
    if not personal or (allowed and open_):
        return Asked(name, allowed, ask(INSIDE), None)
    if not allowed:
        inside = ask(INSIDE)
        return Asked(name, allowed, inside, (inside, ask(NOBODY)))
    outside, nobody = ask(OUTSIDE), ask(NOBODY)
    return Asked(name, allowed, ask(INSIDE), (outside, nobody))


def in_turn(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (LAST.index(name) if name in LAST else -1, name not in FIRST, name))


def tried_on(speaker: str, column: int) -> str:
    """Which database a cell is tried on."""
    return "sqlite" if (SPEAKERS.index(speaker) + column) % 6 else "postgresql"


def columns_on(database: str, speaker: str, names: Iterable[str]) -> list[str]:
    """What this speaker tries on this database, in turn."""
    return in_turn(name for n, name in enumerate(sorted(names)) if tried_on(speaker, n) == database)


@pytest.mark.parametrize("speaker", SPEAKERS)
async def test_every_cell(world: World, database_url: str, speaker: str) -> None:
    async with world.at_once():
        known = await caseload(world, speaker)
        phone = await phone_of(world, speaker)
    cell, cells = Cell(speaker, phone, Spy(world), known), []
    kinds, database = {kind.code: kind for kind in TAPS}, database_url.partition(":")[0]
    with capture_logs() as logs:
        await cell.phone.says("/help")
        for name in columns_on(database, speaker, COMMANDS):
            if name in SILENCES:
                await world.town.settle()
            personal = name not in WITHOUT_A_PERSON
            allowed = speaker in COMMANDS_ALLOWED[name]
            cells.append(asked(cell, name, allowed, personal, partial(cell.says, name)))
        cell.below = cell.phone.person.chat[-1].id
        for code in columns_on(database, speaker, kinds):
            if code in SILENCES:
                await world.town.settle()
            personal = bool({field.name for field in fields(kinds[code])} & set(known[INSIDE].ids))
            allowed = speaker in TAPS_ALLOWED[code]
            cells.append(asked(cell, code, allowed, personal, partial(cell.taps, kinds[code])))
        await world.town.settle()
    wrong = [one.wrong(cell) for one in cells if one.wrong(cell)]
    assert not wrong, "\n".join(wrong)
    assert [one for one in logs if one["event"] in TROUBLE] == []


@pytest.mark.parametrize("table", [COMMANDS_ALLOWED, TAPS_ALLOWED])
def test_each_cell_is_tried_once_and_each_row_and_column_on_both_databases(
    table: Mapping[str, frozenset[str]],
) -> None:
    tried = {
        database: {(speaker, name) for speaker in SPEAKERS for name in columns_on(database, speaker, table)}
        for database in ("sqlite", "postgresql")
    }
    assert tried["sqlite"] | tried["postgresql"] == set(product(SPEAKERS, table))
    assert tried["sqlite"] & tried["postgresql"] == set()
    for cells in tried.values():
        assert {speaker for speaker, _ in cells} == set(SPEAKERS)
        assert {name for _, name in cells} == set(table)


def test_every_command_and_every_button_is_in_the_table() -> None:
    codes = {kind.code for kind in actions.kinds()}
    assert set(COMMANDS) == set(COMMANDS_ALLOWED), "enter the command in COMMANDS_ALLOWED: who may say it?"
    assert codes == set(TAPS_ALLOWED), "enter the button in TAPS_ALLOWED: whom does it serve?"

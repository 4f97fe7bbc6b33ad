"""A made-up council with three years of orders, in which known changes were planted, so that a report can be held
against them (`make council`).

Everything is drawn from one seed. Forms are written as they stand once they are settled: without a person.
"""

import random
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db import tables
from db.engine import Database
from domain.outcomes import Period

YEARS = (2023, 2024, 2025)  # council years, from 1 April
FEW, LIVE = 2023, date(2025, 4, 1)  # hardly anybody was asked in that year; reminders began on that day
UNTIL = date(2026, 3, 31)
AREAS = ("home", "drink_drugs", "mind", "money", "people", "work_learn", "days", "sure")
MOVES = ("better", "same", "worse")
DAY_STARTS = time(8, 30)


@dataclass(frozen=True)
class Planted:
    """What was put in: for each area how likely each move was; how likely a date was missed, by what went ahead."""

    moves: Mapping[str, tuple[float, float, float]] = field(
        default_factory=lambda: {
            **dict.fromkeys(AREAS, (0.34, 0.44, 0.22)),
            "home": (0.56, 0.32, 0.12),  # improves
            "money": (0.27, 0.46, 0.27),  # does not
        }
    )
    offered: Mapping[int, float] = field(default_factory=lambda: {2023: 0.10, 2024: 0.62, 2025: 0.81})
    finished: float = 0.62  # of those who were offered the questions, but for the year of few
    missed_before: float = 0.27
    missed_reminded: float = 0.17
    missed_unreached: float = 0.26
    orders_a_year: int = 420


@dataclass
class Came:
    """What the dice made of it: the moves of each area by council year, and the forms finished in each."""

    moves: dict[tuple[int, str], Counter[str]] = field(default_factory=dict)
    offered: Counter[int] = field(default_factory=Counter)
    finished: Counter[int] = field(default_factory=Counter)
    ended: Counter[int] = field(default_factory=Counter)


Row = dict[str, Any]


@dataclass
class Council:
    """Rows under construction, by table, in the order in which they are written."""

    planted: Planted
    dice: random.Random
    came: Came = field(default_factory=Came)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def put(self, table: str, **values: Any) -> int:
        """The id that the row will have."""
        mine = self.rows.setdefault(table, [])
        mine.append({"id": len(mine) + 1, **values})
        return len(mine)

    def put_form(self, **values: Any) -> str:
        name = f"settled:{secrets.token_urlsafe(12)}"
        self.rows.setdefault("forms", []).append({"form_id": name, **values})
        return name


async def found(db: Database, seed: int = 1, planted: Planted | None = None) -> Came:
    """Fills an empty database of ours with the council."""
    council = Council(planted or Planted(), random.Random(seed))
    _staff(council)
    for year in YEARS:
        for _ in range(council.planted.orders_a_year):
            _order(council, date(year, 4, 1) + timedelta(days=council.dice.randrange(365)))
    async with db.write() as tx:
        for table in tables.metadata.sorted_tables:
            await _written(tx, table, council.rows.get(table.name, []))
    return council.came


async def _written(tx: AsyncConnection, table: Any, rows: list[Row]) -> None:
    """Rows of one table, those with the same columns together."""
    by_columns: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row), []).append(row)
    for several in by_columns.values():
        await tx.execute(insert(table), several)


def _staff(council: Council) -> None:
    for n, (name, role) in enumerate(
        [
            ("Ailsa Hunter", "officer"),
            ("Iain Reid", "officer"),
            ("Kirsty Muir", "case_manager"),
            ("Calum Ross", "case_manager"),
            ("Jo Baird", "supervisor"),
            ("Fiona Grant", "manager"),
            ("Rhona Weir", "moderator"),
        ]
    ):
        council.put("staff", ref=f"S{n + 1}", name=name, roles=role)
    for n, (nickname, work) in enumerate(
        [("The yard", "gardens"), ("The hall", "painting"), ("The shed", "woodwork"), ("The shore", "litter picking")]
    ):
        council.put("places", ref=f"P{n + 1}", nickname=nickname, work_type=work, capacity=8)


# ── One order ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _order(council: Council, imposed: date) -> None:
    """An individual and their order, with its dates, its steps and, if it has ended, its form."""
    dice = council.dice
    work, supervised = dice.random() < 0.68, dice.random() < 0.6
    needs = [need for need, has in (("unpaid_work", work), ("supervision", supervised or not work)) if has]
    hours = dice.choice((60, 80, 100, 120, 150, 180, 220)) if work else None
    ends = imposed + timedelta(days=int(dice.gauss(150 if hours and hours <= 100 else 240, 40)))
    status = dice.choices(("completed", "revoked_early", "breached", "revoked", "transferred"), (71, 4, 14, 8, 3))[0]
    over = ends <= UNTIL
    person = council.put("individuals", case_ref=f"C{len(council.rows.get('individuals', [])) + 1}", first_name="Kit")
    order = council.put(
        "orders",
        ref=f"O{person}",
        individual_id=person,
        imposed_on=imposed,
        requirements="+".join(sorted(needs)),
        hours=hours,
        officer_id=dice.choice((1, 2)) if "supervision" in needs else None,
        case_manager_id=dice.choice((3, 4)) if work else None,
        status=status if over else "active",
        ended_on=ends if over else None,
    )
    _steps(council, order, imposed, over and ends)
    _dates(council, order, imposed, min(ends, UNTIL), needs)
    if over and status != "transferred":
        _end(council, person, order, status, ends, "+".join(sorted(needs)))


def _steps(council: Council, order: int, imposed: date, ended: date | bool) -> None:
    late = council.dice.random
    steps = [("received", 0), ("officer_named", 1 if late() < 0.9 else 6), ("plan", 15 if late() < 0.45 else 45)]
    if late() < 0.12 and ended:
        cause = council.dice.choice(("person", "service"))
        council.put(
            "milestones",
            order_id=order,
            milestone="extension_requested",
            on_day=imposed + timedelta(days=80),
            late_reason=cause,
        )
    for milestone, days in steps:
        council.put("milestones", order_id=order, milestone=milestone, on_day=imposed + timedelta(days=days))


def _dates(council: Council, order: int, imposed: date, until: date, needs: list[str]) -> None:
    """First contact, induction, meetings, and a day of work each week, each with what happened and what went ahead."""
    kinds = [("first_contact", 1), ("induction", 5)]
    if "supervision" in needs:
        kinds += [("supervision", days) for days in (8, 15, 22, *range(50, (until - imposed).days, 28))]
    if "unpaid_work" in needs:
        kinds += [("unpaid_work", days) for days in range(9, (until - imposed).days, 14)]
    place, reachable = council.dice.randrange(1, 5), council.dice.random() < 0.8
    for kind, days in kinds:
        day = imposed + timedelta(days=days)
        if day <= until:
            _date(council, order, kind, day, place, reachable)


def _date(council: Council, order: int, kind: str, day: date, place: int, reachable: bool) -> None:
    start = datetime.combine(day, DAY_STARTS, UTC)
    work = kind == "unpaid_work"
    id_ = council.put(
        "appointments",
        ref=f"A{len(council.rows.get('appointments', [])) + 1}",
        order_id=order,
        kind=kind,
        day=day,
        starts_at=start,
        ends_at=start + timedelta(hours=6 if work else 1),
        place_id=place if work else None,
        staff_id=5 if work else None,
        status="booked",
    )
    planted, went = council.planted, day >= LIVE and reachable
    likely = planted.missed_before if day < LIVE else planted.missed_reminded if went else planted.missed_unreached
    outcome, cause = _outcome(council, likely, work)
    minutes = 360 if outcome == "attended_full" and work else None
    record = {"recorded_at": start + timedelta(hours=7), "source": "import", "minutes": minutes}
    council.put("attendance", appointment_id=id_, outcome=outcome, cause=cause, **record)
    if day >= LIVE:
        _reminded(council, id_, start, went)


def _outcome(council: Council, missed: float, work: bool) -> tuple[str, str]:
    dice = council.dice
    if work and dice.random() < 0.06:
        return "sent_home_service", dice.choices(("no_supervisor", "full", "weather", "vehicle"), (4, 2, 3, 1))[0]
    if dice.random() >= missed:
        return "attended_full", ""
    if dice.random() < 0.55:
        return "missed_accepted", dice.choices(("health", "work", "care", "other"), (5, 3, 2, 1))[0]
    return "missed_not_accepted", ""


def _reminded(council: Council, appointment: int, start: datetime, went: bool) -> None:
    due = start - timedelta(hours=14)
    council.put(
        "outbox",
        key=f"reminder:{appointment}",
        kind="reminder",
        subject=f"appointment:{appointment}",
        to="individual",
        params={},
        due_at=due,
        planned_at=due,
        settled_at=due,
        status="sent" if went else "unreachable",
        reason="" if went else "not_linked",
    )
    if went and council.dice.random() < 0.6:
        said = {"answer": "coming", "at": start - timedelta(hours=12), "revision": 1}
        council.put("replies", appointment_id=appointment, **said)


# ── One form, settled ───────────────────────────────────────────────────────────────────────────────────────────────


def _end(council: Council, person: int, order: int, status: str, ended: date, needs: str) -> None:
    planted, dice, came = council.planted, council.dice, council.came
    year = ended.year - (ended.month < 4)
    form = "exit" if status in ("completed", "revoked_early") else "early_end"
    offered = dice.random() < planted.offered.get(year, 0)
    finished = offered and dice.random() < (planted.finished if year != FEW else 0.25)
    if form == "exit":
        came.ended[year] += 1
        came.offered[year] += offered
        came.finished[year] += finished
    at = datetime.combine(ended + timedelta(days=2), time(12), UTC)
    _began(council, person, order, at)
    council.put(
        "sittings",
        form_id=f"untied:{secrets.token_urlsafe(12)}",
        individual_id=person,
        order_id=order,
        form=form,
        version="1",
        owed_at=at,
        **({"offered_at": at, "offered_how": "telegram"} if offered else {}),
        **({"started_at": at, "finished_at": at, "way": "chat"} if finished else {}),
        settled_at=at + timedelta(days=15),
    )
    quarter = Period.quarter(ended).first
    ending = "finished" if finished else "silent" if offered else "not_offered"
    name = council.put_form(
        form=form,
        version="1",
        ended_on=quarter,
        sent_on=quarter if finished else None,
        way="chat" if finished else "",
        requirements=needs,
        ending=ending,
        start="baseline@1",
    )
    _answers(council, name, form, year, finished)


def _began(council: Council, person: int, order: int, at: datetime) -> None:
    """Everybody answered at the start: what differs is who is asked at the end."""
    times = dict.fromkeys(("owed_at", "offered_at", "started_at", "finished_at"), at - timedelta(days=150))
    how = {"offered_how": "telegram", "way": "chat", "occasion": "start", "form": "baseline", "version": "1"}
    name = f"untied:{secrets.token_urlsafe(12)}"
    council.put("sittings", form_id=name, individual_id=person, order_id=order, settled_at=at, **how, **times)


STEP = {"better": 1, "same": 0, "worse": -1}
STARTS = {1: 18, 2: 24, 3: 28, 4: 20, 5: 10}  # how many of a hundred begin where


def _answers(council: Council, name: str, form: str, year: int, finished: bool) -> None:
    for area in AREAS:
        move = _move(council, area) if finished and form == "exit" else ""
        none = area == "drink_drugs" and council.dice.random() < 0.3
        start, end = _from_to(council, move)
        council.put("starts", form_id=name, pair=area, value="none" if none else start)
        if move:
            council.put("answers", form_id=name, question=area, value="none" if none else end, words=None)
        if move and not none:
            council.came.moves.setdefault((year, area), Counter())[move] += 1
    if finished:
        for question, value in _rest(council, form):
            council.put("answers", form_id=name, question=question, value=value, words=None)


def _move(council: Council, area: str) -> str:
    return council.dice.choices(MOVES, council.planted.moves[area])[0]


def _from_to(council: Council, move: str) -> tuple[str, str]:
    """The move is drawn first and a start with room for it second: what was planted is not bent by the scale's ends."""
    step = STEP.get(move, 0)
    possible = [point for point in STARTS if 1 <= point + step <= 5]
    start = council.dice.choices(possible, [STARTS[point] for point in possible])[0]
    return str(start), str(start + step)


def _rest(council: Council, form: str) -> Iterator[tuple[str, str]]:
    good = (3, 5, 15, 42, 35)
    yield "respect", str(council.dice.choices(range(1, 6), good)[0])
    yield "hard", "+".join(sorted(council.dice.sample(("travel", "work", "health", "care", "forgot"), 2)))
    if form == "exit":
        yield "worker", str(council.dice.choices(range(1, 6), good)[0])

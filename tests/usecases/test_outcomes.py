"""What settled forms come to: known answers are put in, and the figures say them back, by quarter and by year."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, insert

from db import outcomes as store
from db import tables
from db.engine import Database
from domain import change
from domain.calendar import Calendar
from domain.outcomes import Line, Period, Table
from domain.policy import Policy
from domain.questionnaires import Definition
from sandbox.clock import MovableClock
from usecases import forms, outcomes, pseudonyms
from usecases.service import Service

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
THIRD = Period.named("2026Q3")
YEAR = Period(date(2025, 4, 1), date(2026, 3, 31))
START = "baseline@1"


@pytest.fixture
def service(database: Database) -> Service:
    return Service(database, MovableClock(NOW), Calendar(), Policy(hide_under=1), forms.read())


class Shelf:
    """Settled forms, as the nightly job leaves them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.rows: dict[str, list[dict[str, Any]]] = {"forms": [], "answers": [], "starts": []}

    def add(
        self,
        starts: Mapping[str, str | None],
        answers: Mapping[str, str | None] | None = None,
        quarter: date = THIRD.first,
        times: int = 1,
        form: str = "exit",
        version: str = "1",
        ending: str = "finished",
        start: str = START,
    ) -> None:
        for _ in range(times):
            id_ = f"f{len(self.rows['forms'])}"
            what = {"form": form, "version": version, "ended_on": quarter, "ending": ending, "start": start}
            self.rows["forms"].append({"form_id": id_, "sent_on": quarter, "way": "chat", **what})
            self.rows["starts"] += [{"form_id": id_, "pair": pair, "value": value} for pair, value in starts.items()]
            given = (answers or {}).items()
            self.rows["answers"] += [{"form_id": id_, "question": name, "value": value} for name, value in given]

    async def stored(self) -> None:
        async with self.service.db.write() as tx:
            for name, rows in self.rows.items():
                if rows:
                    await tx.execute(insert(tables.metadata.tables[name]), rows)


async def drawn(service: Service, period: Period, least: int = 1) -> tuple[Table, ...]:
    async with service.db.read() as tx:
        return await outcomes.tables(service, tx, period, NOW, least)


def lines(several: Sequence[Table], name: str, about: str) -> dict[str, Line]:
    [table] = [one for one in several if one.name == name and one.about.endswith(about)]
    return {line.code: line for line in table.lines}


def counts(several: Sequence[Table], name: str, about: str) -> dict[str, int | None]:
    return {code: line.count for code, line in lines(several, name, about).items()}


async def test_better_same_and_worse_with_means_intervals_and_those_who_began_low(service: Service) -> None:
    shelf = Shelf(service)
    for before, after, times in (("2", "4", 6), ("1", "1", 2), ("4", "5", 3), ("5", "3", 4), ("3", "3", 5)):
        shelf.add({"home": before}, {"home": after}, times=times)
    shelf.add({"home": "2"}, {"home": None}, times=2)
    shelf.add({"home": None}, {"home": "4"})
    shelf.add({"home": "1"}, ending="silent", times=3)
    shelf.add({"home": "5"}, ending="declined")
    shelf.add({"home": "1"}, form="early_end", times=2)
    shelf.add({}, {"home": "1"}, start="", times=7)
    shelf.add({"home": "1"}, {"home": "5"}, ending="", times=9)  # not settled
    shelf.add({"home": "1"}, {"home": "5"}, quarter=THIRD.before.first, times=9)
    await shelf.stored()
    made = await drawn(service, THIRD)
    home = lines(made, change.CHANGE, "/home")
    assert {code: line.count for code, line in home.items() if not code.startswith(("mean", "low_mean"))} == {
        "asked": 23,
        "paired": 20,
        "better": 9,
        "same": 7,
        "worse": 4,
        "low": 8,
        "low_better": 6,
        "low_same": 2,
        "low_worse": 0,
        "skipped": 3,
    }
    assert (home["better"].base, home["better"].percent, home["better"].interval) == (20, 45, (25, 66))
    assert [home[code].value for code in ("mean_start", "mean_end", "low_mean_start", "low_mean_end")] == [
        3.1,  # (6×2 + 2×1 + 3×4 + 4×5 + 5×3) / 20 = 61 / 20
        3.4,
        1.8,
        3.3,  # 26 / 8: halves go up
    ]
    missing = lines(made, change.MISSING, "/home")
    assert [(missing[code].count, missing[code].base) for code in ("finished", "finished_low", "left", "left_low")] == [
        (22, None),
        (10, 22),
        (6, None),
        (5, 6),
    ]
    assert missing["left_mean"].value == 1.7


async def test_i_do_not_use_any_is_a_state_of_its_own(service: Service) -> None:
    shelf = Shelf(service)
    for before, after, times in (("2", "none", 3), ("none", "3", 2), ("none", "none", 4), ("1", "5", 5)):
        shelf.add({"drink_drugs": before}, {"drink_drugs": after}, times=times)
    await shelf.stored()
    found = counts(await drawn(service, THIRD), change.CHANGE, "/drink_drugs")
    assert [found[code] for code in ("paired", "better", "into_none", "out_of_none", "stayed_none")] == [5, 5, 3, 2, 4]


async def test_what_was_expected_to_be_hard_beside_what_was_and_what_came_of_goals(service: Service) -> None:
    shelf = Shelf(service)
    shelf.add({"hard": "travel+care", "goal": "answered"}, {"hard": "travel", "goal_got": "yes"}, times=4)
    shelf.add({"hard": "none", "goal": "answered"}, {"hard": "food+travel", "goal_got": "part"}, times=3)
    shelf.add({"hard": "travel", "goal": None}, {"hard": None}, times=2)
    shelf.add({"hard": "health"}, {"hard": "health"}, form="early_end")
    await shelf.stored()
    made = await drawn(service, THIRD)
    hard = counts(made, change.BARRIERS, "exit@1/hard")
    assert [hard[f"expected_{one}"] for one in ("travel", "care", "food", "none")] == [4, 4, 0, 3]
    assert [hard[f"actual_{one}"] for one in ("travel", "care", "food", "none")] == [7, 0, 3, 0]
    assert hard["asked"] == 7
    assert counts(made, change.BARRIERS, "early_end@1/hard")["actual_health"] == 1
    async with service.db.read() as tx:  # an option whose code is part of another's
        ticks = await store.ticks(tx, "exit@1", START, "hard", "hard", ["car", "care"], THIRD)
    assert [ticks[THIRD.first][one]["expected"] for one in ("car", "care")] == [0, 4]
    goals = counts(made, change.GOALS, "/goal")
    assert goals == {"total": 7, "yes": 4, "part": 3, "no": 0, "changed": 0, "skipped": 0}


async def test_only_quarters_and_years_that_are_over_are_told(service: Service) -> None:
    shelf = Shelf(service)
    shelf.add({"home": "1"}, {"home": "5"}, times=9)
    shelf.add({"home": "1"}, {"home": "5"}, quarter=date(2026, 10, 1), times=9)
    await shelf.stored()
    assert await drawn(service, THIRD)
    for untold in (Period.named("2026Q4"), Period(date(2026, 4, 1), date(2026, 9, 30)), Period.year(NOW.date())):
        assert await drawn(service, untold) == ()


def other_version(definition: Definition, words: str) -> Definition:
    """The same form again, as version 2, with other words for one of its paired questions."""
    questions = tuple(
        replace(one, text_key=f"{one.text_key}{words}") if one.id == "hard" else one for one in definition.questions
    )
    return replace(definition, version=2, questions=questions)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", {"baseline@1>exit@1/home": 10}),
        (".anew", {"baseline@1>exit@1/home": 4, "baseline@1>exit@2/home": 6}),
    ],
)
async def test_versions_are_added_only_where_every_paired_wording_is_the_same(
    service: Service, words: str, shown: dict[str, int]
) -> None:
    second = other_version(service.forms.at("exit@1"), words)
    definitions = {**service.forms.definitions, second.ref: second}
    both = replace(service, forms=replace(service.forms, definitions=definitions))
    shelf = Shelf(both)
    shelf.add({"home": "1"}, {"home": "5"}, times=4)
    shelf.add({"home": "1"}, {"home": "5"}, version="2", times=6)
    shelf.add({"home": "1"}, {"home": "5"}, version="3", times=6)  # nobody knows any more what it asked
    await shelf.stored()
    made = [one for one in await drawn(both, THIRD) if one.name == change.CHANGE]
    assert {one.about: one.lines[1].count for one in made} == shown
    assert {str(one.blanks["forms"]) for one in made} == (
        {"baseline@1, exit@1, exit@2"} if words == "" else {"baseline@1, exit@1", "baseline@1, exit@2"}
    )


async def test_a_year_is_its_four_quarters_and_a_thin_quarter_stays_hidden(service: Service) -> None:
    shelf = Shelf(service)
    several = YEAR.quarters
    for quarter, times in zip(several, (8, 2, 9, 10), strict=True):
        shelf.add({"home": "2"}, {"home": "4"}, quarter=quarter.first, times=times)
        shelf.add({"home": "4"}, {"home": "4"}, quarter=quarter.first, times=times)
    await shelf.stored()
    shown = [counts(await drawn(service, one, 5), change.CHANGE, "/home")["paired"] for one in several]
    assert counts(await drawn(service, YEAR, 5), change.CHANGE, "/home")["paired"] == 58
    assert shown == [16, None, 18, None], "with all but one of its quarters the year would tell the thin one"


async def test_a_trend_has_each_quarter_against_the_one_before_and_a_year_earlier(service: Service) -> None:
    shelf = Shelf(service)
    for quarter, better in ((Period.named("2025Q3"), 10), (Period.named("2026Q2"), 20), (THIRD, 30)):
        shelf.add({"home": "2"}, {"home": "4"}, quarter=quarter.first, times=better)
        shelf.add({"home": "4"}, {"home": "4"}, quarter=quarter.first, times=40 - better)
    await shelf.stored()
    async with service.db.read() as tx:
        found = await outcomes.trend(service, tx, THIRD, NOW, 1)
    shares = {(one.period.name, one.against.name): one for one in found if one.line.code == "better"}
    now = shares["2026Q3", "2026Q2"]
    assert (now.by, now.interval, now.line.base, now.earlier and now.earlier.base) == (25, (3, 44), 40, 40)
    assert shares["2026Q3", "2025Q3"].by == 50
    means = {(one.period.name, one.against.name): one.by for one in found if one.line.code == "mean_start"}
    assert means["2026Q3", "2026Q2"] == -0.5


async def test_how_far_the_forms_came_and_how_they_were_offered(service: Service) -> None:
    ended, plain = date(2026, 8, 14), {"imposed_on": date(2026, 1, 5), "requirements": "unpaid_work"}
    done = {"offered_at": NOW, "started_at": NOW, "finished_at": NOW, "offered_how": "telegram"}
    ends: list[dict[str, Any]] = [
        done,
        done,
        {**done, "withdrawn_at": NOW},
        {"offered_at": NOW, "offered_how": "staff", "started_at": NOW},
        {"offered_at": NOW, "offered_how": "text"},
        {},
    ]
    async with service.db.write() as tx:
        for n, end in enumerate(ends, 1):
            who = {"individual_id": n, "order_id": n, "version": "1", "owed_at": NOW}
            await tx.execute(insert(tables.individuals).values(case_ref=f"C{n}", first_name="Sam"))
            order = {"ref": f"O{n}", "individual_id": n, "status": "completed", "ended_on": ended}
            await tx.execute(insert(tables.orders).values(**order, **plain))
            await tx.execute(insert(tables.sittings).values(form_id=f"e{n}", occasion="end", form="exit", **who, **end))
        start = {"form_id": "s1", "occasion": "start", "form": "baseline", "finished_at": NOW}
        first = {"individual_id": 1, "order_id": 1, "version": "1", "owed_at": NOW}
        await tx.execute(insert(tables.sittings).values(**start, **first))
    assert counts(await drawn(service, THIRD), change.REACH, "exit") == {
        "ended": 6,
        "offered": 5,
        "telegram": 3,
        "text": 1,
        "staff": 1,
        "started": 4,
        "finished": 2,
        "paired": 1,
    }


async def test_no_query_joins_a_person_to_an_answer_or_reads_own_words(service: Service) -> None:
    shelf = Shelf(service)
    shelf.add({"home": "1"}, {"home": "5"}, times=3)
    await shelf.stored()
    asked: list[str] = []
    event.listen(service.db._reader.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    await drawn(service, THIRD)
    assert any("answers" in one for one in asked)
    assert not any("answers" in one and ("sittings" in one or "individual" in one) for one in asked)
    assert not any("words" in one for one in asked)


async def test_rows_for_an_analyst_have_no_name_no_words_and_a_dictionary_for_every_column(service: Service) -> None:
    shelf = Shelf(service)
    shelf.add({"home": "2", "goal": "answered"}, {"home": "4", "hard": "travel+care", "better": "answered"}, times=5)
    shelf.add({"home": "1"}, ending="silent")
    await shelf.stored()
    strict = replace(service, policy=replace(service.policy, hide_under=5))
    made = await pseudonyms.export(strict, THIRD)
    assert [one["row"] for one in made.rows] == sorted(one["row"] for one in made.rows)
    assert not {id_ for row in shelf.rows["forms"] for id_ in (row["form_id"],)} & {
        str(value) for one in made.rows for value in one.values()
    }
    finished = [one for one in made.rows if one["ending"] == "finished"]
    assert {(one["start_home"], one["end_home"], one["end_hard"], one["start_goal"]) for one in finished} == {
        ("2", "4", "travel+care", "answered")
    }
    assert all(set(one) == {column.name for column in made.columns} for one in made.rows)
    for refused, why in ((Period.named("2026Q4"), "ended"), (Period.named("2025Q1"), "fewer than 5")):
        with pytest.raises(pseudonyms.CannotExport, match=why):
            await pseudonyms.export(strict, refused)

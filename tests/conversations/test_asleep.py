"""The machine was asleep, or nothing ran: alerts go first and a step at a time, nothing floods, and what is too late is
missed."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from db import dates, tables
from domain.compliance import Kind
from domain.outbox import Later, Status, Trouble
from tests.conversations.conftest import Phone, World
from tests.conversations.test_exit_questionnaire import restarts
from tests.conversations.test_lost_answers import in_trouble
from usecases import items, outgoing

PEOPLE = 40


@pytest.fixture
async def staff(world: World, sam: Phone) -> dict[str, Phone]:
    refs = {"Rab": "SUP1", "Kirsty": "CM1", "Dee": "DUTY1", "Morag": "MGR1"}
    return {name: await world.linked(name, ref) for name, ref in refs.items()}


async def sleeps(world: World, until: str, stopped: bool = False) -> None:
    """Nothing on the way is played. Or the bot is stopped, and another starts then."""
    if stopped:
        await restarts(world, until)
    else:
        zone = world.town.app.service.calendar.zone
        world.town.clock.move_to(datetime.fromisoformat(until).replace(tzinfo=zone))
    await world.town.settle()


async def missed(world: World, rab: Phone, then_trouble: bool = False) -> None:
    await world.moves_to("2026-11-25 10:00")
    await rab.says("/today")
    await rab.taps("1. Sam")
    if then_trouble:
        world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=10**6)
    await rab.taps("Not here")


def told(phone: Phone) -> int:
    return sum(one.text.startswith("C1: missed, reason") for one in phone.new)


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 9, tzinfo=UTC)])
@pytest.mark.parametrize("batch", [1, outgoing.BATCH], ids=["one_by_one", "together"])
@pytest.mark.parametrize("stopped", [False, True], ids=["asleep", "stopped"])
async def test_the_steps_of_an_alert_that_came_due_meanwhile_go_one_after_the_other(
    world: World, staff: dict[str, Phone], stopped: bool, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "BATCH", batch)
    kirsty, dee, morag = staff["Kirsty"], staff["Dee"], staff["Morag"]
    await missed(world, staff["Rab"])
    assert told(kirsty) == 1
    await sleeps(world, "2026-11-26 12:00", stopped)  # duty's step and the manager's have come
    assert [told(dee), told(morag)] == [1, 0]
    await world.moves_to("2026-11-27 09:59")
    assert [told(dee), told(morag)] == [1, 0]
    await world.moves_to("2026-11-27 10:01")
    assert [told(kirsty), told(dee), told(morag)] == [1, 1, 1]


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 9, tzinfo=UTC)])
async def test_a_step_that_comes_soon_after_a_late_one_is_counted_from_it(
    world: World, staff: dict[str, Phone]
) -> None:
    dee, morag = staff["Dee"], staff["Morag"]
    await missed(world, staff["Rab"])
    await sleeps(world, "2026-11-26 09:58")  # duty's step was yesterday at 14:00, the manager's is in two minutes
    await world.moves_to("2026-11-26 17:00")
    assert [told(dee), told(morag)] == [1, 0]
    await world.moves_to("2026-11-27 10:01")
    assert told(morag) == 1


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 9, tzinfo=UTC)])
@pytest.mark.parametrize(
    ("tried_at", "dee_at", "due"),
    [("2026-11-25 14:30", "2026-11-26 16:00", "10:00"), ("2026-11-26 12:03", "2026-11-26 12:00", "14:00")],
)
async def test_a_step_that_trouble_had_put_off_is_neither_lost_nor_passed_over(
    world: World, sam: Phone, tried_at: str, dee_at: str, due: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kirsty's is tried again later than duty's falls due: while the machine sleeps, or soon after it wakes. Which was
    late, and since when, a manager reads."""
    monkeypatch.setattr(outgoing, "BATCH", 1)
    rab, kirsty, dee = [await world.linked(*who) for who in (("Rab", "SUP1"), ("Kirsty", "CM1"), ("Dee", "DUTY1"))]
    morag = await world.linked("Morag", "MGR1")
    await missed(world, rab, then_trouble=True)
    world.town.telegram.faults.coming.clear()
    zone, rows = world.town.app.service.calendar.zone, tables.outbox
    async with world.town.app.service.db.write() as tx:
        of_worker = (rows.c.family == "ladder", rows.c.to == "worker")
        put_off = rows.update().where(*of_worker).values(due_at=datetime.fromisoformat(tried_at).replace(tzinfo=zone))
        assert (await tx.execute(put_off)).rowcount == 1
    await sleeps(world, "2026-11-26 12:00")
    await world.moves_to("2026-11-26 12:04")
    assert told(kirsty) == 1
    morag.sees(f"An alert to staff was late: due yesterday at {due}, sent today at 12:00.")
    await world.moves_to("2026-11-26 17:00")
    (came,) = [f"{one.date:%Y-%m-%d %H:%M}" for one in dee.new if one.text.startswith("C1: missed, reason")]
    assert came == dee_at


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 9, tzinfo=UTC)])
@pytest.mark.parametrize("batch", [1, outgoing.BATCH], ids=["one_by_one", "together"])
@pytest.mark.parametrize(
    ("until", "next_"), [("2026-11-25 16:45", "2026-11-26 09:59"), ("2026-11-26 12:00", "2026-11-26 11:59")]
)
async def test_a_late_step_does_not_put_off_the_managers_where_the_cover_has_had_theirs(
    world: World,
    staff: dict[str, Phone],
    batch: int,
    until: str,
    next_: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only Kirsty's chat gives no answer, for hours; then the machine sleeps, and when it wakes all is well."""
    monkeypatch.setattr(outgoing, "BATCH", batch)
    kirsty, dee, morag = staff["Kirsty"], staff["Dee"], staff["Morag"]
    cut_off = [kirsty.person.id]
    in_trouble(world, monkeypatch, lambda chat: Later(300.0, Trouble.UNKNOWN) if chat in cut_off else None)
    await missed(world, staff["Rab"])
    await world.moves_to("2026-11-25 16:30")
    assert [told(kirsty), told(dee)] == [0, 1]
    cut_off.clear()
    await sleeps(world, until)
    assert told(kirsty) == 1
    if until < next_:
        await world.moves_to(next_)
        assert told(morag) == 0
        await world.moves_to("2026-11-26 10:01")
    assert [told(kirsty), told(dee), told(morag)] == [1, 1, 1]


@pytest.mark.parametrize("begins", [datetime(2026, 11, 28, 3, tzinfo=UTC)])
@pytest.mark.parametrize("batch", [1, outgoing.BATCH], ids=["one_by_one", "together"])
@pytest.mark.parametrize("woke", ["2026-12-01 12:00", "2026-12-01 19:00"])
async def test_danger_that_was_told_in_the_night_goes_to_the_manager_and_duty_hears_of_it_again(
    world: World, sam: Phone, staff: dict[str, Phone], batch: int, woke: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody may sleep through is not put off by a sleep of ours."""
    monkeypatch.setattr(outgoing, "BATCH", batch)
    await sam.says("I want to die")
    assert any("URGENT" in one.text for one in staff["Dee"].new)
    world.everybody_reads_all()
    await sleeps(world, woke)  # Monday is St Andrew's Day
    staff["Morag"].sees("URGENT")
    staff["Dee"].sees("URGENT")


@pytest.fixture
async def many(world: World, staff: dict[str, Phone]) -> list[Phone]:
    """Forty people with a date on Monday, which is over when the machine wakes, and one on Tuesday."""
    async with world.at_once():
        phones = []
        for n in range(PEOPLE):
            one = await world.individual(f"M{n}", f"Mo{n}")
            order = await world.order(f"OM{n}", one, case_manager_id=1)
            await world.appointment(f"AM{n}", order, one, "2026-11-30 11:00")
            await world.appointment(f"AT{n}", order, one, "2026-12-01 18:30")
            phones.append(await world.linked(f"Mo{n}", f"M{n}"))
        return phones


@pytest.mark.parametrize("begins", [datetime(2026, 11, 27, 11, tzinfo=UTC)])
async def test_after_a_weekend_alerts_go_first_and_nothing_floods(
    world: World, staff: dict[str, Phone], many: list[Phone]
) -> None:
    service = world.town.app.service
    async with service.db.write() as tx:
        for n in range(6):
            [order] = await dates.orders_of(tx, n + 2)
            await items.raise_item(service, tx, Kind.NON_ATTENDANCE, f"miss{n}", n + 2, order)
    await world.town.settle()
    world.everybody_reads_all()
    await sleeps(world, "2026-12-01 12:00")
    woke = world.town.clock.now()

    cards = [one for phone in (staff["Dee"], staff["Morag"]) for one in phone.new if "missed, reason" in one.text]
    reminded = [one for phone in many for one in phone.new if "18:30" in one.text]
    assert len(reminded) == PEOPLE
    assert cards
    assert max(one.date for one in cards) <= min(one.date for one in reminded), "alerts first"
    seconds = Counter(one.date for one in [*cards, *reminded])
    assert max(seconds.values()) <= 31, "no flood: what Telegram lets through in a second, and one"

    rows = tables.outbox.c
    async with service.db.read() as tx:
        steps = await tx.execute(select(rows.to, rows.status, rows.due_at).where(rows.family == "ladder"))
        ends = await tx.execute(select(rows.status).where(rows.kind == "reminder", rows.due_at < woke))
    left = Counter((row.to, row.status) for row in steps)
    assert left["cover", Status.SENT] == 6
    assert left["manager", Status.PLANNED] == 6, "a manager hears once duty has had its time"
    found = Counter(row.status for row in ends)
    assert found[Status.MISSED] >= PEOPLE, "Monday's is too late"
    assert set(found) <= {Status.MISSED, Status.SENT}
    assert not any("11:00" in one.text for phone in many for one in phone.new)

"""Hours: what an individual asks for and puts right, and what staff see of who is slipping and why."""

from datetime import date
from typing import Any

import pytest

from db import tables
from tests.conversations.conftest import MONDAY, Phone, World
from tests.conversations.looking import id_of, looked_at, rows
from usecases import progress

CAME, HOME = "attended_full", "sent_home_service"


async def dated(world: World, ref: str, at: str, outcome: str = "", order: str = "O1", **values: object) -> int:
    """A date of an order, and what stands on record about it."""
    order_id, individual = await id_of(world, tables.orders, order), 0
    id_ = await world.appointment(ref, order_id, individual, at)
    if outcome:
        said = {"outcome": outcome, "source": "chat", "recorded_at": MONDAY, **values}
        await world.row(tables.attendance, appointment_id=id_, **said)
    return id_


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    return await world.linked("Kirsty", "CM1")


async def test_sam_asks_how_many_hours_are_left_and_says_that_it_is_wrong(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """Four hours worked, one before the rain and three lost to it; travel that the case system took off."""
    await dated(world, "D1", "2026-11-11 09:30", CAME)
    await dated(world, "D2", "2026-11-18 09:30", HOME, cause="weather", minutes=60)
    order = await id_of(world, tables.orders, "O1")
    await world.row(tables.adjustments, ref="J1", order_id=order, on_day=date(2026, 11, 18), minutes=-120)
    await sam.says("How many hours do I have left?")
    text = sam.sees("Done: 5 hours. To go: 93 hours. That is 98 hours in all.")
    assert "Lost on our side: 3 hours. That was not your fault." in text
    assert "Here that does not count as done, so it is still to go." in text
    assert "The time to get there and back does not count." in text
    assert "Ask your worker for your end date." in text  # nobody but the court has said when
    assert "Next date for your hours: Wed 25 Nov, 9:30. Send NEXT for all your dates." in text
    await world.change(tables.orders, "O1", complete_by=date(2027, 1, 29))
    await sam.says("/hours")
    assert "Your end date is Fri 29 Jan 2027." in sam.newest()

    sam.reads_all()
    await sam.taps("That's wrong")
    sam.sees("What is wrong? Type it here.")
    await sam.says("I worked till 4 on the 11th")
    sam.sees("Thank you. We will look at your hours. Your worker has been sent this.")
    kirsty.sees("C1: says the hours are not right.")
    card = await kirsty.opens()
    assert "“I worked till 4 on the 11th”" in card
    assert "reply" in card
    await sam.taps("That's wrong")
    await sam.says("and on the 18th")
    assert [one.words for one in await rows(world, tables.items)] == ["I worked till 4 on the 11th\nand on the 18th"]

    sam.reads_all()
    await kirsty.taps("I'm dealing with it")
    sam.sees("Someone now has what you asked for in hand.")
    await kirsty.replies("You are right about the 11th. I have put it in.")
    sam.sees("You are right about the 11th. I have put it in.")


async def test_two_orders_are_shown_apart_and_a_question_goes_to_both_workers(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.staff("OFF1", "Ola Shaw", "officer")
    ola = await world.linked("Ola", "OFF1")
    one, off = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.staff, "OFF1")
    cm = await id_of(world, tables.staff, "CM1")
    both = {"officer_id": off, "case_manager_id": cm, "imposed_on": date(2026, 10, 5), "hours": 40}
    await world.order("O2", one, "supervision+unpaid_work", **both)
    await dated(world, "E1", "2026-11-12 09:30", CAME, order="O2")
    await sam.says("hours")
    first, second = [shown.text for shown in sam.new]
    assert "from Mon 5 Oct 2026" in first
    assert "Done: 4 hours. To go: 36 hours." in first
    assert "No day is booked yet." in first
    assert "from Tue 1 Sep 2026" in second
    assert "Done: 0 hours. To go: 100 hours." in second
    sam.person.tap("That's wrong", sam.new[0].id)
    await world.town.settle()
    await sam.says("It should be 8")
    ola.sees("C1: says the hours are not right.")
    kirsty.sees("C1: says the hours are not right.", "copy")
    await world.change(tables.orders, "O1", status="completed")
    await world.change(tables.orders, "O2", status="completed")
    await sam.says("/hours")
    assert "I have no hours to show you." in sam.newest()


# ── What staff see ──────────────────────────────────────────────────────────────────────────────────────────────────


async def caseload(world: World) -> None:
    """C1 has done nothing and is nearly out of time; C2 was sent home three times; C3 is new and has no date; C4 goes
    well; C5 is a colleague's."""
    kirsty, ailsa = await id_of(world, tables.staff, "CM1"), await world.staff("CM2", "Ailsa Bain", "case_manager")
    orders: dict[str, dict[str, Any]] = {
        "2": {"imposed_on": date(2026, 9, 7), "hours": 40, "complete_by": date(2027, 1, 15)},
        "3": {"imposed_on": date(2026, 11, 17), "hours": 60},
        "4": {"imposed_on": date(2026, 9, 7), "hours": 40, "complete_by": date(2027, 3, 31)},
        "5": {"imposed_on": date(2026, 8, 3), "hours": 80},
    }
    async with world.at_once():
        for name, order in orders.items():
            one = await world.individual(f"C{name}", f"Name{name}")
            await world.order(f"O{name}", one, case_manager_id=ailsa if name == "5" else kirsty, **order)
    for n, day in enumerate(("10-14", "10-21", "10-28", "11-04", "11-11", "11-18")):
        lost: dict[str, object] = {"cause": "full", "minutes": 0} if n % 2 else {}
        await dated(world, f"L{n}", f"2026-{day} 09:30", HOME if lost else CAME, order="O2", **lost)
        await dated(world, f"G{n}", f"2026-{day} 09:30", CAME, order="O4")
    for day in ("11-25", "12-02", "12-09", "12-16"):
        await dated(world, f"F{day}", f"2026-{day} 09:30", order="O4")
    await dated(world, "F9", "2026-12-02 09:30", order="O2")


async def test_kirsty_sees_who_is_slipping_and_why(world: World, sam: Phone, kirsty: Phone) -> None:
    await caseload(world)
    await kirsty.says("/progress")
    text = kirsty.sees("Orders with hours: 4 (red 2, amber 1, green 1).")
    assert "1. C1, O1 – Red: 100 hours left, 8 days to go, nothing booked after Wed 25 Nov." in text
    c2, c3 = text[text.index("2. C2, O2") : text.index("3. C3, O3")], text[text.index("3. C3, O3") :]
    assert "Red: 28 hours left, 7 weeks to go, nothing booked after Wed 2 Dec." in c2
    assert "Lost to us, of what is left: 12 hours." in c2
    assert "The cause is on our side: but for that it would be green." in c2
    assert "Missed" not in c2
    assert "Amber: 60 hours left, 12 weeks to go, nothing booked. Not begun; working day 4 of the order." in c3
    assert "C4" not in text
    assert "C5" not in text
    assert {ref for ref, what in await looked_at(world, "CM1") if what == "progress"} == {"C1", "C2", "C3"}

    await kirsty.taps("Nothing booked (1)")
    assert "Not begun and nothing booked, the longest first: 1\n1. C3, O3" in kirsty.newest()
    await kirsty.taps("Spare places would help (3)")
    assert "1. C2, O2" in kirsty.newest()  # who lost hours to us comes first
    await kirsty.taps("Show 1: C2, O2")
    books = kirsty.newest()
    for line in (
        "Ordered: 40 hours\nCredited: 12 hours (unpaid work 12 hours, other activity 0 hours)\nLeft: 28 hours",
        "Lost to us: 12 hours (full 12 hours); not credited, by your council's rule",
        "Level 1. End date: Fri 15 Jan 2027, set by the court.",
        "· Wed 18 Nov – came, sent home by us (full), 4 hours lost to us",
        "· Wed 11 Nov – came, 4 hours credited",
    ):
        assert line in books

    await kirsty.taps("We asked the court for more time")
    await kirsty.taps("Reasons of ours")
    assert "We asked the court for more time, for reasons of ours: 1 (Mon 23 Nov, Kirsty Muir)" in kirsty.newest()
    [kept] = await rows(world, tables.milestones)
    assert (kept.milestone, kept.late_reason, kept.on_day) == ("extension_requested", "service", date(2026, 11, 23))
    assert kept.recorded_by == await id_of(world, tables.staff, "CM1")
    await kirsty.taps("Take back today's request")
    assert await rows(world, tables.milestones) == []

    manager = await world.linked("Morag", "MGR1")
    await manager.says("/progress")
    assert "C5, O5 – Red: 80 hours left, the end date was Tue 3 Nov" in manager.newest()
    await manager.says("/progress C2")
    assert "Left: 28 hours" in manager.newest()


async def test_the_books_are_the_same_for_whoever_asks(world: World, sam: Phone) -> None:
    """What other rooms of the house call: left = ordered + adjusted − credited, for every order."""
    await caseload(world)
    service = world.town.app.service
    ids = [one.id for one in await rows(world, tables.orders)]
    async with service.db.read() as tx:
        books = await progress.of_orders(service, tx, ids)
        stands = await progress.standing_of(service, tx, ids, service.clock.now())
    assert {id_: one.left // 60 for id_, one in books.items()} == dict(zip(ids, (100, 28, 60, 16, 80), strict=True))
    assert {id_: one.books for id_, one in stands.items()} == books

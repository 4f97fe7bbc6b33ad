"""/case: one person's case on one card, for those who work with them, with buttons to the parts."""

from datetime import UTC, date, datetime, timedelta

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, looked_at


async def test_all_that_matters_of_a_case_stands_on_one_card(world: World, sam: Phone) -> None:
    kirsty, now = await world.linked("Kirsty", "CM1"), world.town.clock.now()
    ailsa = await world.staff("CM2", "Ailsa Bain", "case_manager")
    worker, rab = await id_of(world, tables.staff, "CM1"), await id_of(world, tables.staff, "SUP1")
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    officer = await world.staff("OFF1", "Ola Shaw", "officer")
    await world.order("O2", one, "supervision", officer_id=officer, hours=None, imposed_on=date(2026, 10, 1))
    handed = {"role": "case_manager", "from_id": ailsa, "to_id": worker, "at": datetime(2026, 10, 12, 9, tzinfo=UTC)}
    await world.row(tables.handovers, order_id=order, **handed)
    for n, day in enumerate((11, 18)):
        await world.appointment(f"B{n}", order, one, f"2026-11-{day} 09:30")
    missed, came = await id_of(world, tables.appointments, "B0"), await id_of(world, tables.appointments, "B1")
    at = datetime(2026, 11, 11, 10, tzinfo=UTC)
    unknown = {"outcome": "missed_reason_unknown", "source": "chat", "recorded_by": rab}
    await world.row(tables.attendance, appointment_id=missed, recorded_at=at, **unknown)
    decided = {"outcome": "missed_not_accepted", "recorded_by": worker, "recorded_at": at + timedelta(days=1)}
    await world.row(tables.attendance, appointment_id=missed, source="chat", heard="spoke", **decided)
    full = {"outcome": "attended_full", "minutes": 240, "recorded_by": rab, "recorded_at": at + timedelta(days=7)}
    await world.row(tables.attendance, appointment_id=came, source="chat", **full)
    closed = {"kind": "non_attendance", "once": "m", "individual_id": one, "raised_at": at, "closed_at": at}
    alert = await world.row(tables.items, appointment_id=missed, **closed)
    rang = {"item_id": alert, "individual_id": one, "staff_id": worker, "at": at + timedelta(hours=1)}
    await world.row(tables.contacts, how="rang_spoke", **rang)
    await world.row(tables.contacts, how="wrote", undone_at=now, **rang)
    await sam.says("I need new boots")
    kirsty.reads_all()

    await kirsty.says("/case C1")
    text = kirsty.newest()
    lines = text.splitlines()
    assert lines[:2] == ["C1", "Supervision; since Thu 1 Oct 2026; Ola Shaw"]
    assert "Unpaid work; since Tue 1 Sep 2026; Kirsty Muir" in lines
    assert [line for line in lines if "96 hours left" in line]
    assert [line for line in lines if "Missed and not accepted" in line or "not accepted" in line.lower()]
    for line in (
        "· Unpaid work, Wed 25 Nov, 9:30, The yard",
        "1. wrote, today at 9:00",
        "Time limits:",
        "· Unpaid work, Wed 18 Nov, 9:30 – came",
        "· Unpaid work, Wed 11 Nov, 9:30 – missed, not accepted; decided by Kirsty Muir Thu 12 Nov at 10:00; "
        "until Thu 12 Nov at 10:00: missed, reason not yet known (Rab Boyd)",
        "What staff did:",
        "· Rang, spoke, Wed 11 Nov at 11:00, Kirsty Muir",
        "Since Mon 12 Oct with Kirsty Muir, before that with Ailsa Bain.",
    ):
        assert line in lines, line
    assert "Wrote" not in text  # it was undone
    assert "Sam" not in text
    assert kirsty.buttons() == ["1. C1", "Dates", "Missed dates", "Questions", "Hours", "Time limits"]
    assert ("C1", "case") in await looked_at(world, "CM1")

    await kirsty.taps("Dates")
    assert kirsty.newest().splitlines()[0] == "C1: dates so far: 2, the latest first"
    await kirsty.taps("Hours")
    kirsty.sees("C1", "O1")
    await kirsty.taps("Time limits")
    await kirsty.taps("Missed dates")
    kirsty.sees("C1: 1 missed on record", "1. Wed 11 Nov 9:30")

    dee = await world.linked("Dee", "DUTY1")
    await dee.says("/case C1")  # something is open: duty sees the card, and no parts that are not duty's
    assert dee.buttons() == ["1. C1", "Dates"]


async def test_a_case_with_nothing_in_it_is_a_card_as_well_and_long_ones_come_in_pages(
    world: World, sam: Phone
) -> None:
    morag = await world.linked("Morag", "MGR1")
    await world.individual("C2", "Jo")
    await morag.says("/case C2")
    assert morag.newest().splitlines() == ["C2", "No date is booked."]
    assert await looked_at(world, "MGR1") == [("C2", "case")]
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    for n in range(30):
        await world.appointment(f"B{n:02}", order, one, f"2026-10-{n + 1:02} 09:30")
    await morag.says("/case C1")
    await morag.taps("Dates")
    seen = morag.newest().splitlines()[1:]
    while "Next page" in morag.buttons():
        await morag.taps("Next page")
        seen += morag.newest().splitlines()[1:]
    assert (len(seen), len(set(seen))) == (30, 30)

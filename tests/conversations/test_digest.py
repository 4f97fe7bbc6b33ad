"""The morning digest: on working days at 08:30, to whoever works and has something to hear, once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from db import tables
from sandbox.clock import MovableClock
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from usecases import digest


async def with_jo(world: World) -> None:
    """Jo, another of Kirsty's people, comes on Wednesday as well; somebody else's Ann is at the yard then too."""
    kirsty, rab = await id_of(world, tables.staff, "CM1"), await id_of(world, tables.staff, "SUP1")
    place = await id_of(world, tables.places, "P1")
    for ref, name, worker in (("C2", "Jo", kirsty), ("C3", "Ann", None)):
        one = await world.individual(ref, name)
        order = await world.order(f"O{ref}", one, case_manager_id=worker)
        await world.appointment(f"A{ref}", order, one, "2026-11-25 10:00", place_id=place, staff_id=rab)


def digests(phone: Phone) -> list[str]:
    return [str(shown.text) for shown in phone.new if shown.text.startswith("Good morning")]


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_each_hears_at_half_past_eight_what_the_day_brings_for_them(world: World, sam: Phone) -> None:
    world.sends_digests(True)
    await with_jo(world)
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    dee, morag = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await world.staff("OFF1", "Ola Shaw", "officer")  # has nobody yet
    ola = await world.linked("Ola", "OFF1")
    await world.staff("SUP2", "Una Bell", "supervisor", active_until=date(2026, 11, 20))
    una = await world.linked("Una", "SUP2")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    one = await id_of(world, tables.individuals, "C1")
    listed = {"listed_at": world.town.clock.now(), "listed_why": "undecided"}
    await world.row(tables.items, kind="call", once="1", individual_id=one, raised_at=world.town.clock.now(), **listed)
    world.everybody_reads_all()

    await world.moves_to("2026-11-25 08:29")
    assert not any(digests(phone) for phone in world.phones.values())
    await world.moves_to("2026-11-25 08:31")
    (text,) = digests(kirsty)
    assert text.splitlines() == [
        "Good morning Kirsty. Wed 25 Nov.",
        "",
        "Your people today: 2. Said yes: 0, can't: 1, nothing: 1.",
        "· 9:30 C1, Unpaid work: said they can't",
        "· 10:00 C2, Unpaid work: said nothing",
        "",
        "Open: 1",
        "· C1: can't make it today at 9:30, which is less than 2 hours away; since yesterday at 18:00. "
        "And 1 more about them.",
    ]
    (text,) = digests(rab)
    assert text.splitlines() == [
        "Good morning Rab. Wed 25 Nov.",
        "",
        "You run: The yard, 9:30, people: 3. Said they can't come: 1 (C1). /today has the list.",
    ]
    (text,) = digests(dee)
    assert text.splitlines()[:3] == ["Good morning Dee. Wed 25 Nov.", "", "Open: 1"]
    (text,) = digests(morag)
    assert text.splitlines()[-2:] == ["The manager's list: 1", "· asks for a call: 1"]
    assert digests(ola) == digests(una) == []
    assert "Sam" not in "".join(text for phone in (kirsty, rab, dee, morag) for text in digests(phone))

    await morag.taps("The manager's list: 1")
    assert morag.newest().startswith("The manager's list: 1\n1. C1: asks for a call")
    assert len(digests(morag)) == 1  # it stays, and the list stands below it
    await digest.each_morning(world.town.app.service)
    await world.moves_to("2026-11-25 09:05")
    assert len(digests(kirsty)) == 1


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 8, tzinfo=UTC)])
async def test_whose_order_has_ended_is_not_among_the_people_of_the_day(world: World, sam: Phone) -> None:
    """Jo was done on Tuesday: the yard has one less, and nobody comes to Room 2."""
    world.sends_digests(True)
    await with_jo(world)
    rab, room = await id_of(world, tables.staff, "SUP1"), await world.row(tables.places, ref="P2", nickname="Room 2")
    jo, order = await id_of(world, tables.individuals, "C2"), await id_of(world, tables.orders, "OC2")
    await world.appointment("A9", order, jo, "2026-11-25 15:00", place_id=room, staff_id=rab)
    kirsty, phone = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    await world.change(tables.orders, "OC2", status="completed", ended_on=date(2026, 11, 24))
    await world.moves_to("2026-11-25 08:31")
    (text,) = digests(phone)
    assert text.splitlines()[2:] == [
        "You run: The yard, 9:30, people: 2. Nobody has said that they can't come. /today has the list."
    ]
    (text,) = digests(kirsty)
    assert text.splitlines()[2:] == [
        "Your people today: 1. Said yes: 0, can't: 0, nothing: 1.",
        "· 9:30 C1, Unpaid work: said nothing",
    ]


@pytest.mark.parametrize("begins", [datetime(2026, 11, 29, 12, tzinfo=UTC)])
async def test_no_digest_on_a_holiday_nor_to_whoever_is_away_nor_when_there_is_nothing_to_say(
    world: World, sam: Phone
) -> None:
    world.sends_digests(True)
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    dee, morag = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    away = {"away_from": date(2026, 12, 1), "away_until": date(2026, 12, 2)}
    await world.change(tables.staff, "CM1", **away)
    await world.change(tables.appointments, "A1", status="cancelled")
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    supervisor = await id_of(world, tables.staff, "SUP1")
    await world.appointment("B0", order, one, "2026-11-30 09:30", staff_id=supervisor)
    await world.appointment("B1", order, one, "2026-12-01 09:30", staff_id=supervisor)
    world.everybody_reads_all()
    await world.moves_to("2026-11-30 12:00")  # St Andrew's Day, a Monday
    assert not any(digests(phone) for phone in world.phones.values())
    await world.moves_to("2026-12-01 09:00")
    assert [len(digests(phone)) for phone in (kirsty, rab, dee, morag)] == [0, 1, 0, 1]
    (text,) = digests(morag)  # Kirsty is away without cover: what she would have been told ahead
    assert text.splitlines()[2:][0] == "Time limits that are near:"
    assert [line[:5] for line in text.splitlines()[3:]] == ["· C1:"]
    owed = [row for row in await rows(world, tables.outbox) if row.kind == "digest" and row.step == "2026-12-01"]
    assert {row.reason for row in owed if row.status == "cancelled"} == {"no_longer_so"}


async def test_a_morning_in_which_the_bot_did_not_run_brings_no_digest_in_the_afternoon(
    world: World, sam: Phone
) -> None:
    await world.linked("Rab", "SUP1")
    for hour, owed in ((7, 0), (12, 0), (11, 1), (11, 0)):
        clock = MovableClock(datetime(2026, 11, 25, hour, tzinfo=UTC))
        assert await digest.each_morning(replace(world.town.app.service, clock=clock)) == {"digests": owed}

"""/desk: one queue by urgency with the reason why; claim, pass and close, so that no two ring the same person."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from db import items, people, tables
from domain.compliance import Kind
from domain.desk import Passed
from domain.people import Act, Role, Staff, may
from messages.actions.desk import PassTo
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, looked_at, rows
from usecases import access


def lines(phone: Phone) -> list[str]:
    return phone.newest().splitlines()


async def with_jo(world: World) -> int:
    """Jo, another of Kirsty's people, has a date at 10:00 today."""
    jo = await world.individual("C2", "Jo")
    order = await world.order("O2", jo, case_manager_id=await id_of(world, tables.staff, "CM1"))
    await world.appointment("A2", order, jo, "2026-11-23 10:30")
    await world.linked("Jo", "C2")
    return jo


async def test_a_duty_workers_morning(world: World, sam: Phone) -> None:
    await with_jo(world)
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    jo = world.phones["Jo"]
    await sam.says("/changed")
    await sam.taps("My address or phone")
    await sam.says("07700 900123")
    await sam.says("I have nothing to eat. I want to kill myself")
    await jo.says("/next")
    await jo.taps("I can't make it")
    world.everybody_reads_all()

    await dee.says("/desk")
    assert lines(dee) == [
        "Open now: 2",
        "1. C1: URGENT, may be in danger; since today at 9:00. And 1 more about them.",
        "2. C2: can't make it today at 10:30, which is less than 2 hours away; since today at 9:00.",
    ]
    assert dee.buttons() == ["1. C1", "2. C2"]
    assert [one for one in await looked_at(world, "DUTY1") if one[1] == "queue"] == [("C1", "queue"), ("C2", "queue")]

    await dee.taps("1. C1")
    assert lines(dee) == [
        "C1: 2 things are open. One call may answer all of them.",
        "Works with them: Kirsty Muir",
        "1. URGENT, may be in danger; since today at 9:00.",
        "2. says something changed; since today at 9:00.",
    ]
    await dee.taps("I'm dealing with all of it")
    assert lines(dee)[2].endswith("Dee Gunn has it since today at 9:00.")
    assert lines(dee)[3].endswith("Dee Gunn has it since today at 9:00.")
    assert "I'm dealing with all of it" not in dee.buttons()

    kirsty.reads_all()
    await kirsty.says("/desk")
    assert [line.split(":")[0] for line in lines(kirsty)] == ["Open now", "1. C2", "2. C1"]
    assert "Dee Gunn has it" in lines(kirsty)[2]
    await dee.taps("1. URGENT, may be in danger")
    await dee.taps("Done")
    await dee.taps("Spoke with them")
    kirsty.sees("C1, URGENT, may be in danger: Dee Gunn has dealt with it. Spoke with them")
    kirsty.reads_all()
    await kirsty.taps("1. C2")
    await kirsty.taps("I'm dealing with it")
    assert ("C2", "item claimed") in await looked_at(world, "CM1")


# ── Claim and pass ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def asks(world: World, sam: Phone) -> tuple[Phone, Phone]:
    """Sam has nothing to eat; Kirsty, who works with him, and Dee, who is on duty, have phones."""
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    sam_id, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    about = {"individual_id": sam_id, "order_id": order, "raised_at": world.town.clock.now()}
    await world.row(tables.items, kind="help", once="help:1", reason="food", **about)
    return kirsty, dee


async def test_of_two_who_claim_at_once_the_first_has_it(world: World, asks: tuple[Phone, Phone]) -> None:
    kirsty, dee = asks
    for phone in asks:
        await phone.says("/desk")
        assert lines(phone) == ["Open now: 1", "1. C1: asks for help: food; since today at 9:00."]
        await phone.taps("1. C1")
    for phone in asks:
        phone.person.tap("I'm dealing with it")
    await world.town.settle()
    (item,) = await rows(world, tables.items)
    first, second = (kirsty, dee) if item.claimed_by == await id_of(world, tables.staff, "CM1") else (dee, kirsty)
    name = "Kirsty Muir" if first is kirsty else "Dee Gunn"
    assert "Done" in first.buttons()
    assert f"{name} is dealing with it since today at 9:00." in second.newest()
    assert second.buttons() == ["Show"]


async def test_it_is_passed_to_a_colleague_who_is_told_by_whom_and_nobody_else_is(
    world: World, sam: Phone, asks: tuple[Phone, Phone]
) -> None:
    kirsty, dee = asks
    await world.linked("Morag", "MGR1")
    await world.staff("CM2", "Ailsa Bain", "case_manager")  # does not work with Sam
    await dee.says("/desk")
    await dee.taps("1. C1")
    await dee.taps("Pass to …")
    assert lines(dee) == ["C1: pass it to whom? They are told at once."]
    assert dee.buttons() == ["Kirsty Muir, works with them", "Morag Reid, manager", "Back"]
    await dee.taps("Kirsty Muir, works with them")
    kirsty.sees("C1: asks for help. Dee Gunn passed it to Kirsty Muir.")
    assert "Kirsty Muir is dealing with it since today at 9:00." in dee.newest()
    assert ("C1", "item passed") in await looked_at(world, "DUTY1")
    await kirsty.opens()
    assert "Done" in kirsty.buttons()
    world.everybody_reads_all()
    await world.moves_to("2026-11-24 09:00")
    world.nothing_else_happened()


@pytest.mark.parametrize("managed", [True, False])
async def test_whoever_does_not_look_at_what_was_passed_is_not_the_last_to_hear(
    world: World, asks: tuple[Phone, Phone], managed: bool
) -> None:
    """The next step is Dee's own: a manager hears, if any can be told, and Dee once more if none can."""
    kirsty, dee = asks
    morag = await world.linked("Morag", "MGR1") if managed else dee
    await kirsty.says("/desk")
    await kirsty.taps("1. C1")
    await kirsty.taps("Pass to …")
    await kirsty.taps("Dee Gunn, on duty")
    dee.sees("Kirsty Muir passed it to Dee Gunn.")
    world.everybody_reads_all()
    await world.moves_to("2026-11-23 09:59")
    world.nothing_else_happened()
    await world.moves_to("2026-11-23 10:01")  # food: an hour, as if it were new
    morag.sees("Kirsty Muir passed it to Dee Gunn.")
    if managed:
        dee.sees_nothing_new()


async def test_nothing_is_passed_to_whoever_is_away_or_has_no_chat_or_is_not_reached(
    world: World, asks: tuple[Phone, Phone]
) -> None:
    kirsty, dee = asks
    away = {"away_from": date(2026, 11, 23), "away_until": date(2026, 12, 4)}
    await world.change(tables.staff, "CM1", **away)
    await dee.says("/desk")
    await dee.taps("1. C1")
    await dee.taps("Pass to …")
    kirsty.reads_all()
    await dee.taps("Kirsty Muir, works with them")
    assert lines(dee)[0] == "Not passed on: Kirsty Muir is away."
    kirsty.sees_nothing_new()
    dee.person.press(PassTo(Passed.ITEM, 1, await id_of(world, tables.staff, "MGR1")).pack(), dee.person.chat[-1].id)
    await world.town.settle()
    assert lines(dee)[0] == "Not passed on: Morag Reid has no chat here that can be reached."
    (item,) = await rows(world, tables.items)
    assert item.claimed_by is None
    await dee.taps("Back")
    assert "asks for help" in dee.newest()

    await world.change(tables.staff, "CM1", away_from=None, away_until=None)
    kirsty.person.deactivate()  # nobody tells the bot
    await dee.says("/desk")
    await dee.taps("1. C1")
    await dee.taps("Pass to …")
    await dee.taps("Kirsty Muir, works with them")
    dee.sees("C1: asks for help. Telegram does not reach Kirsty Muir: it is still yours.")
    (item,) = await rows(world, tables.items)
    assert item.claimed_by == await id_of(world, tables.staff, "DUTY1")
    dee.reads_all()
    await world.moves_to("2026-11-24 09:00")
    dee.sees_nothing_new()


async def test_all_that_is_open_about_a_person_is_passed_together_but_no_complaint_to_whom_it_is_about(
    world: World, sam: Phone, asks: tuple[Phone, Phone]
) -> None:
    kirsty, dee = asks
    morag = await world.linked("Morag", "MGR1")
    await sam.says("/complain Kirsty shouted at me")
    await sam.says("I need new boots")
    world.everybody_reads_all()
    await dee.says("/desk")
    await dee.taps("1. C1")
    assert lines(dee)[0] == "C1: 2 things are open. One call may answer all of them."
    await dee.taps("Pass all of it to …")
    await dee.taps("Kirsty Muir, works with them")
    kirsty.sees("C1: Dee Gunn passed 2 things to you.", "asks for help: food", "wrote")
    assert "complain" not in kirsty.newest()
    await morag.says("/desk")
    assert lines(morag)[:2] == [
        "The manager's list: 1",
        "1. C1: complains, answer due Fri 27 Nov; since today at 9:00.",
    ]
    await morag.taps("Everything that is open: 1")
    await morag.taps("1. C1")
    await morag.taps("Pass all of it to …")
    assert morag.buttons() == ["Morag Reid, manager", "Back"]  # nobody else may hear of the complaint


# ── The manager's list ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_managers_list_comes_first_and_the_rest_on_demand(world: World, sam: Phone) -> None:
    morag, now = await world.linked("Morag", "MGR1"), world.town.clock.now()
    kirsty = await id_of(world, tables.staff, "CM1")
    jo = await world.individual("C2", "Jo")
    sam_id, date_ = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.appointments, "A1")
    held = {"claimed_by": kirsty, "claimed_at": now - timedelta(days=2)}
    listed = {"listed_at": now - timedelta(hours=1), "listed_why": "undecided"}
    day_before = {"raised_at": now - timedelta(days=3)}
    about_sam = {"individual_id": sam_id, "appointment_id": date_}
    late = {"follow_up_at": now - timedelta(hours=20)}
    await world.row(tables.items, kind="non_attendance", once="1", **about_sam, **held, **listed, **day_before, **late)
    await world.row(tables.items, kind="unrecorded", once="2", **about_sam, **day_before)
    await world.row(tables.items, kind="words", once="3", individual_id=jo, **day_before)
    await morag.says("/desk")
    assert lines(morag) == [
        "The manager's list: 2",
        "1. The yard: session Wed 25 Nov not recorded, run by Rab Boyd; since Fri 20 Nov at 9:00.",
        "2. C1: missed a date, not decided; follow-up was due yesterday at 13:00; since Fri 20 Nov at 9:00. "
        "On the manager's list since today at 8:00. Kirsty Muir has it since Sat 21 Nov at 9:00.",
    ]
    assert morag.buttons() == ["1. The yard", "2. C1", "Everything that is open: 3"]
    await morag.taps("Everything that is open: 3")
    assert [line.split(":")[0] for line in lines(morag)] == ["Open now", "1. The yard", "2. C2", "3. C1"]
    await morag.taps("The manager's list: 2")
    assert lines(morag)[0] == "The manager's list: 2"
    dee = await world.linked("Dee", "DUTY1")
    await dee.says("/alerts")  # its name of before
    assert [line.split(":")[0] for line in lines(dee)] == ["Open now", "1. C2", "2. C1"]


# ── How much it costs ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_within_reach_is_what_may_says_of_each_one_by_one(world: World, sam: Phone) -> None:
    """Six kinds of person and every role: the few statements of the desk against the rule itself."""
    now, roles = world.town.clock.now(), {f"R{n}": one.value for n, one in enumerate(Role)}
    ids = {ref: await world.staff(ref, ref, role) for ref, role in roles.items()}
    officer, manager = ids["R0"], ids["R7"]
    away = {"away_from": date(2026, 11, 23), "away_until": date(2026, 12, 4)}
    await world.staff("R8", "R8", "officer", cover_id=officer)
    await world.staff("R9", "R9", "officer", away_cover_id=ids["R1"], **away)
    on_leave, covered = await id_of(world, tables.staff, "R9"), await id_of(world, tables.staff, "R8")
    async with world.at_once():
        for n, workers in enumerate(
            [(officer, ids["R1"]), (covered, None), (on_leave, None), (None, None), (manager, None)]
        ):
            for youth in (False, True):
                one = await world.individual(f"P{n}{youth}", "Jo", youth=youth)
                named = {"officer_id": workers[0], "case_manager_id": workers[1]}
                status = {"status": "active" if n % 2 else "completed"}
                await world.order(f"PO{n}{youth}", one, "supervision", **named, **status)
                for kind in (Kind.WORDS, Kind.COMPLAINT):
                    await world.row(tables.items, kind=kind, once=f"{kind}{one}", individual_id=one, raised_at=now)
    today = date(2026, 11, 23)
    async with world.town.app.service.db.read() as tx:
        everybody = (await people.everybody_on_staff(tx)).values()
        for staff in everybody:
            within = {item.id for item in await access.items_within_reach(tx, staff, today)}
            assert within == await one_by_one(tx, staff, today), staff.ref


async def one_by_one(tx: AsyncConnection, staff: Staff, today: date) -> set[int]:
    found = set()
    for item in await items.open_items(tx):
        individual = await people.individual(tx, item.individual_id)
        assert individual is not None
        relation = replace(await access.relation_to(tx, individual), open_item=True)
        heard = await access.heard_by(tx, item, individual, today)
        if may(staff, Act.CLAIM_ITEM, relation, today) and (heard is None or staff.id in heard):
            found.add(item.id)
    return found


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_what_nobody_takes_on_or_answers_is_on_the_managers_list(world: World, sam: Phone) -> None:
    """Sam's *can't make it* and his call, which nobody takes; and Jo's call, which Kirsty takes and lets lie."""
    world.sends_digests(True)
    morag, kirsty = await world.linked("Morag", "MGR1"), await world.linked("Kirsty", "CM1")
    await world.linked("Dee", "DUTY1")
    await with_jo(world)
    await world.change(tables.appointments, "A2", status="cancelled")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await sam.says("/call")
    await world.phones["Jo"].says("/call")
    await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-25 09:59")
    await morag.says("/desk")
    assert lines(morag)[0] == "Nothing is on the manager's list."
    await world.moves_to("2026-11-25 10:00")
    await morag.says("/desk")
    assert lines(morag) == [
        "The manager's list: 1",
        "1. C2: asks for a call; since yesterday at 18:00. Kirsty Muir has it since yesterday at 18:00.",
    ]
    await world.moves_to("2026-11-26 10:01")  # their ladders have reached a manager
    await morag.says("/desk")
    assert lines(morag) == [
        "The manager's list: 3",
        "1. C1: said they can't make it yesterday at 9:30, and has had no answer; since Tue 24 Nov at 18:00. "
        "And 1 more about them.",
        "2. C2: asks for a call; since Tue 24 Nov at 18:00. Kirsty Muir has it since Tue 24 Nov at 18:00.",
        "3. The yard: session yesterday, Wed 25 Nov not recorded, run by Rab Boyd; since today at 10:00.",
    ]
    world.everybody_reads_all()
    await world.moves_to("2026-11-27 08:31")
    assert morag.sees("Good morning").splitlines()[-4:] == [
        "The manager's list: 3",
        "· asks for a call: 2",
        "· can't make it: 1",
        "· session not recorded: 1",
    ]
    await morag.says("/desk")
    await morag.taps("1. C1")
    await morag.taps("I'm dealing with all of it")
    await morag.says("/desk")  # the call is hers, and has until Monday; an answer is owed still
    assert [line.split(":")[0] for line in lines(morag)] == ["The manager's list", "1. C1", "2. C2", "3. The yard"]
    assert "more about them" not in lines(morag)[1]

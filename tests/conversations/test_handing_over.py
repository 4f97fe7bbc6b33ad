"""People become a colleague's: one, a whole caseload with an open alert, a leaver's; and nobody is left alone."""

import re
from datetime import date

from db import tables
from domain.people import Role
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, looked_at, rows


async def caseload(world: World, many: int = 3) -> None:
    """Sam, Ann and others are Kirsty's; Ailsa could take them; Orla is Sam's officer beside her."""
    kirsty = await world.staff("CM1", "Kirsty Muir", "case_manager")
    await world.staff("CM2", "Ailsa Bain", "case_manager")
    rab = await world.staff("SUP1", "Rab Boyd", "supervisor")
    await world.staff("DUTY1", "Dee Gunn", "duty")
    await world.staff("MGR1", "Morag Reid", "manager")
    for n in range(1, many + 1):
        agreed = {"name_agreed": n == 1}
        one = await world.individual(f"C{n}", f"Name{n}", **agreed, staff_contact_only=n == 3)
        order = await world.order(f"O{n}", one, case_manager_id=kirsty)
        if n <= 3:
            await world.appointment(f"A{n}", order, one, "2026-11-23 09:30", staff_id=rab)


async def test_a_caseload_with_an_open_alert_is_handed_over(world: World) -> None:
    await caseload(world)
    kirsty, ailsa = await world.linked("Kirsty", "CM1"), await world.linked("Ailsa", "CM2")
    morag = await world.linked("Morag", "MGR1")
    sam, ann = await world.linked("Name1", "C1"), await world.linked("Name2", "C2")
    bea, dee = await world.linked("Name3", "C3"), await world.linked("Dee", "DUTY1")
    await sam.says("is it on?")
    await kirsty.opens()
    await kirsty.taps("I'm dealing with it")  # claimed by whoever goes
    await ann.says("the bus is off")  # not claimed
    await world.moves_to("2026-11-23 13:00")
    await morag.says("/today")
    await morag.taps("1. Name1")
    await morag.taps("Not here")  # an alert, and a miss to be decided on: one thing
    world.everybody_reads_all()

    await morag.says("/handover CM1")
    morag.sees("To whom?", "Kirsty Muir")
    assert morag.buttons() == ["Ailsa Bain"]
    await morag.taps("Ailsa Bain")
    assert "From Kirsty Muir to Ailsa Bain. People: 3." in morag.newest()
    assert "Open about them: 3." in morag.newest()
    assert "Told that they have a new worker: 3." in morag.newest()
    ailsa.sees_nothing_new()
    sam.sees_nothing_new()
    await morag.taps("Yes, hand over (3)")
    assert "Handed over from Kirsty Muir to Ailsa Bain. People: 3." in morag.newest()
    await morag.says("C2 likes to be rung before ten")
    morag.sees("Ailsa Bain has been sent that.")
    ailsa.sees("Handed over from Kirsty Muir to Ailsa Bain. People: 3.", "Open about them: 3")
    kirsty.sees("Handed over from Kirsty Muir to Ailsa Bain. People: 3. What is open about them is not yours any more.")
    ailsa.sees("A note for you from Morag Reid: C2 likes to be rung before ten")
    ailsa.sees("C1: wrote.")  # Kirsty had it: open again, for Ailsa
    ailsa.sees("C2: wrote.")
    await ailsa.taps("Show who, and what is open")
    page = ailsa.sees("C1: wrote (1); missed, reason not yet known (1)\n", "C2: wrote", "C3: nothing open")
    assert "Name1" not in page
    assert ("C3", "hand-over read") in await looked_at(world, "CM2")

    sam.sees("From now on your worker is Ailsa.", "We will tell you if any of your dates change.")
    assert "Ailsa" not in ann.sees("You have a new worker from now on.")
    bea.sees_nothing_new()  # only staff may contact her
    world.everybody_reads_all()

    await kirsty.says("/case C2")
    beyond = kirsty.newest()
    await kirsty.says("/case C999")
    assert kirsty.newest() == beyond
    await ann.says("/call")
    ailsa.sees("C2: ")
    kirsty.reads_all()
    handed = await rows(world, tables.handovers)
    assert [(row.order_id, row.words) for row in handed] == [(n, "C2 likes to be rung before ten") for n in (1, 2, 3)]
    dee.sees_nothing_new()


async def test_whoever_is_done_before_the_morning_reads_of_no_new_worker(world: World) -> None:
    await caseload(world)
    named = (("Morag", "MGR1"), ("Ailsa", "CM2"), ("Name1", "C1"), ("Name2", "C2"))
    morag, _, sam, ann = [await world.linked(*one) for one in named]
    await world.moves_to("2026-11-23 20:30")
    await morag.says("/handover CM1")
    await morag.taps("Ailsa Bain")
    await morag.taps("Yes, hand over (3)")
    await world.change(tables.orders, "O1", status="completed", ended_on=date(2026, 11, 23))
    sam.reads_all()
    await world.moves_to("2026-11-24 08:05")
    ann.sees("You have a new worker from now on.")
    sam.sees_nothing_new()


async def test_a_worker_hands_over_one_of_their_own_and_nobody_elses(world: World) -> None:
    await caseload(world)
    kirsty, ailsa = await world.linked("Kirsty", "CM1"), await world.linked("Ailsa", "CM2")
    morag = await world.linked("Morag", "MGR1")
    await ailsa.says("/handover C1")
    unknown = ailsa.newest()
    await ailsa.says("/handover CM1")
    assert ailsa.newest() == unknown
    await ailsa.says("/handover C999")
    assert ailsa.newest() == unknown
    await kirsty.says("/handover C1")
    await kirsty.taps("Ailsa Bain")
    assert "C1 goes from Kirsty Muir to Ailsa Bain." in kirsty.newest()
    await kirsty.taps("Yes, hand over (1)")
    assert "C1 has gone from Kirsty Muir to Ailsa Bain." in kirsty.newest()
    morag.sees("C1 has gone from Kirsty Muir to Ailsa Bain.")
    await kirsty.says("/handover C1")
    assert kirsty.newest() == unknown
    await ailsa.says("/handover")
    ailsa.sees("To whom?")


async def test_a_leaver_goes_and_nobody_is_left_without_a_worker_unseen(world: World) -> None:
    await caseload(world)
    kirsty, morag = await world.linked("Kirsty", "CM1"), await world.linked("Morag", "MGR1")
    ailsa = await world.linked("Ailsa", "CM2")
    await morag.says("/leaver CM9")
    morag.sees("There is no colleague with that reference.")
    await morag.says("/leaver MGR1")
    await morag.says("today")
    morag.sees("Morag Reid is the only manager with a phone linked.")
    await morag.says("/leaver CM1")
    morag.sees("People with Kirsty Muir as case manager: 3.", "When is the last day of Kirsty Muir?")
    await morag.taps("Friday (Fri 27 Nov)")
    assert "The last day of Kirsty Muir is Fri 27 Nov." in morag.newest()
    await morag.says("/handover C1")
    await morag.taps("Ailsa Bain")
    await morag.taps("Yes, hand over (1)")
    world.everybody_reads_all()
    await world.moves_to("2026-11-27 09:00")
    kirsty.sees("Today is your last day here, Kirsty.", "People with Kirsty Muir as case manager: 2.")
    await world.moves_to("2026-11-27 23:50")
    await kirsty.says("/desk")
    assert "link" not in kirsty.newest()
    await world.moves_to("2026-11-28 00:20")
    await kirsty.says("/desk")
    kirsty.sees("This chat works with a link")
    await world.moves_to("2026-12-01 09:00")  # Monday is St Andrew's Day
    morag.sees("Kirsty Muir has left, and something is still with them.", "People with Kirsty Muir as case manager: 2.")
    await morag.says("/repairs")
    morag.sees("No worker: 2")
    await morag.taps("No worker")
    assert "/handover CASE_REF" in morag.newest()
    assert "C2" in morag.newest()
    assert "C1" not in morag.newest()
    morag.reads_all()
    await morag.says("/handover CM1")
    await morag.taps("Ailsa Bain")
    await morag.taps("Yes, hand over (2)")
    await morag.says("/repairs")
    assert "No worker" not in morag.newest()
    ailsa.sees("Handed over from Kirsty Muir to Ailsa Bain. People: 2.")


async def test_a_sessional_supervisor_has_until_midnight_of_the_last_day(world: World) -> None:
    await caseload(world)
    await world.change(tables.staff, "SUP1", active_until=world.town.app.service.calendar.day(world.town.clock.now()))
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-23 23:59")
    await rab.says("/today")
    assert "9:30" in rab.newest()
    await world.moves_to("2026-11-24 00:00")
    await rab.says("/today")
    ended = rab.newest()
    assert "9:30" not in ended
    await world.change(tables.staff, "SUP1", active_until=None)  # the season goes on: the same chat just works
    await rab.says("/today")
    assert rab.newest() != ended


async def test_a_joiner_is_told_what_to_do_first(world: World) -> None:
    await caseload(world)
    ailsa = world.phone("Ailsa")
    await ailsa.follows(await world.invited("CM2"))
    ailsa.sees("What to do first:", "/invite CASE_REF", "/away")


async def test_what_a_joiner_is_told_first_is_what_their_role_may_do(world: World) -> None:
    """Each command that is named, sent as it stands there with somebody's reference."""
    await caseload(world)
    roles = [role.value for role in Role]
    for n, role in enumerate(roles):
        await world.staff(f"NEW{n}", f"Nan {n}", role)
        phone = world.phone(f"New{n}")
        await phone.follows(await world.invited(f"NEW{n}"))
        told = phone.sees("What to do first:")
        for command in re.findall(r"/[a-z]+(?: CASE_REF)?", told):
            phone.reads_all()
            await phone.says(command.replace("CASE_REF", "C1"))
            assert not any("not part of your role" in shown.text for shown in phone.new), f"{role}: {command}"
            assert phone.new, f"{role}: {command}"


async def stood_in(world: World) -> tuple[Phone, Phone]:
    """Kirsty is away until Wednesday; Ailsa covers, and has taken on what Ann wrote. Gives back Kirsty and Una."""
    await caseload(world)
    await world.staff("CM3", "Una Orr", "case_manager")
    kirsty, ailsa, una = [
        await world.linked(name, ref) for name, ref in (("Kirsty", "CM1"), ("Ailsa", "CM2"), ("Una", "CM3"))
    ]
    await kirsty.says("/away today to Wednesday")
    await kirsty.taps("Ailsa Bain")
    ann = await world.linked("Name2", "C2")
    await ann.says("the bus is off")
    await ailsa.opens()
    await ailsa.taps("I'm dealing with it")
    world.everybody_reads_all()
    return kirsty, una


async def has_it(world: World) -> int | None:
    """Who has what Ann wrote."""
    return next(one.claimed_by for one in await rows(world, tables.items) if one.kind == "words")


async def test_whoever_took_something_on_for_a_worker_has_it_no_more_once_the_people_are_anothers(world: World) -> None:
    _, una = await stood_in(world)
    morag = await world.linked("Morag", "MGR1")
    await morag.says("/handover CM1")
    await morag.taps("Una Orr")
    await morag.taps("Yes, hand over (3)")
    una.sees("C2: wrote.")
    await una.taps("I'm dealing with it")
    assert await has_it(world) == await id_of(world, tables.staff, "CM3")


HAD_IT = "Ailsa Bain had taken it on (does not work with them now): it went on at once."


async def test_once_the_worker_is_back_what_their_cover_took_on_is_theirs_again(world: World) -> None:
    kirsty, _ = await stood_in(world)
    await world.moves_to("2026-11-25 23:59")
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-26 09:05")
    kirsty.sees("C2: wrote.")
    assert HAD_IT in await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    assert await has_it(world) == await id_of(world, tables.staff, "CM1")


async def test_who_is_back_early_has_at_once_what_their_cover_took_on(world: World) -> None:
    kirsty, _ = await stood_in(world)
    await kirsty.says("/back")
    kirsty.sees("C2: wrote.")
    assert HAD_IT in await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    assert await has_it(world) == await id_of(world, tables.staff, "CM1")


async def test_once_somebody_else_covers_they_have_what_the_first_took_on(world: World) -> None:
    kirsty, una = await stood_in(world)
    await kirsty.says("/away today to Wednesday")
    await kirsty.taps("Una Orr")
    una.sees("C2: wrote.")
    assert HAD_IT in await una.opens()
    await una.taps("I'm dealing with it")
    await kirsty.says("/away today to Friday")
    await kirsty.taps("Una Orr")
    assert await has_it(world) == await id_of(world, tables.staff, "CM3")  # who covers on keeps it

"""A complaint goes to somebody other than the worker, with dates; it changes nothing else."""

from collections.abc import Iterable

import pytest

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of
from tests.conversations.test_exit_questionnaire import restarts

WORDS = "Kirsty shouted at me in front of everybody"


def everything(phone: Phone) -> str:
    return "\n".join(str(shown.text) for shown in phone.person.chat)


async def nobody_hears(phones: Iterable[Phone]) -> None:
    """Neither by a card, nor in the list, nor by a button that was copied."""
    for phone in phones:
        assert "complaint" not in everything(phone)
        await phone.says("/alerts")
        assert "complaint" not in phone.newest()
        for data in ("item:1", "claim:1", "close:1", "ended:1:sorted", "fold:1"):
            phone.person.press(data, 1)
            await phone.world.town.settle()
        assert "complain" not in everything(phone).replace("/complain", "")
        assert WORDS not in everything(phone)


@pytest.fixture
async def morag(world: World, sam: Phone) -> Phone:
    return await world.linked("Morag", "MGR1")


async def test_a_complaint_reaches_the_manager_and_not_the_worker_and_sam_is_told_what_happens_by_when(
    world: World, sam: Phone, morag: Phone
) -> None:
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await sam.says(f"/complain {WORDS}")
    sam.sees(
        "Your worker does not get this.",
        "You should hear by Fri 27 Nov.",
        "by Mon 21 Dec",
        "the ombudsman",
        "Your dates stay as they are.",
        "Some things were not for us to decide.",
        "01475 715 000",
    )
    morag.sees("C1: complains.")
    card = await morag.opens()
    assert WORDS in card
    assert "Answer by Fri 27 Nov; after a closer look, by Mon 21 Dec." in card  # 30 November is a holiday
    kirsty.sees_nothing_new()
    dee.sees_nothing_new()
    await nobody_hears([kirsty, dee])
    await kirsty.says("/absences C1")  # as if nobody had complained
    assert kirsty.newest() == "C1: no missed dates on record."
    await kirsty.says("/case C1")
    assert kirsty.newest().startswith("C1\n")
    await dee.says("/absences C999")
    nobody = dee.newest()
    await dee.says("/absences C1")
    assert dee.newest() == nobody
    await kirsty.says("/complain about the coffee")
    kirsty.sees("Sorry, you cannot do that from here.")
    morag.reads_all()
    await world.moves_to("2026-11-26 09:59")  # the manager is reminded the working day before while it is open
    morag.sees_nothing_new()
    await world.moves_to("2026-11-26 10:00")
    morag.sees("C1: a complaint is still open. An answer is due by Fri 27 Nov.")
    await restarts(world, "2026-12-17 10:00")
    await world.moves_to("2026-12-18 10:00")
    morag.sees("After a closer look, the answer is due by Mon 21 Dec.")
    await world.moves_to("2026-12-21 12:00")
    await nobody_hears([kirsty, dee])


async def test_it_is_asked_for_if_no_words_came_with_it(world: World, sam: Phone, morag: Phone) -> None:
    await sam.says("/complain")
    sam.sees("What went wrong? Type it here. It does not go to your worker.")
    morag.sees_nothing_new()
    await sam.says(WORDS)
    assert WORDS in await morag.opens()
    kirsty = await world.linked("Kirsty", "CM1")
    await sam.says("see you tomorrow")
    kirsty.sees("C1: wrote.")


async def test_words_on_the_line_below_the_command_count_and_what_was_dealt_with_is_not_reminded_of(
    world: World, sam: Phone, morag: Phone
) -> None:
    await sam.says(f"/complain\n{WORDS}")
    assert WORDS in await morag.opens()
    await morag.taps("I'm dealing with it")
    await morag.taps("Done")
    await morag.taps("Spoke with them")
    await world.change(tables.appointments, "A1", status="cancelled")  # so that there is no register to be asked about
    morag.reads_all()
    await world.moves_to("2026-11-26 10:00")
    morag.sees_nothing_new()
    await restarts(world, "2026-12-17 10:00")
    world.sends_digests(False)
    await world.moves_to("2026-12-18 10:00")
    morag.sees_nothing_new()


async def test_a_manager_who_is_also_the_worker_does_not_hear_of_it(world: World, sam: Phone, morag: Phone) -> None:
    await world.staff("MGR2", "Neil Orr", "manager")
    neil, dee = await world.linked("Neil", "MGR2"), await world.linked("Dee", "DUTY1")
    await is_also_the_worker(world)
    await sam.says(f"/complain {WORDS}")
    assert WORDS in await neil.opens()
    await nobody_hears([morag, dee])


async def test_where_no_other_manager_is_it_goes_to_duty(world: World, sam: Phone, morag: Phone) -> None:
    dee = await world.linked("Dee", "DUTY1")
    await is_also_the_worker(world)
    await sam.says(f"/complain {WORDS}")
    assert WORDS in await dee.opens()
    await dee.taps("I'm dealing with it")
    assert "Dee Gunn is dealing with it" in dee.newest()
    await nobody_hears([morag])


async def test_who_stands_in_for_the_worker_does_not_hear_of_it_either(world: World, sam: Phone, morag: Phone) -> None:
    cover = await world.staff("CM2", "Ailsa Bain", "case_manager")
    async with world.town.app.service.db.write() as tx:
        await tx.execute(tables.staff.update().where(tables.staff.c.ref == "CM1").values(cover_id=cover))
    ailsa = await world.linked("Ailsa", "CM2")
    await sam.says(f"/complain {WORDS}")
    await nobody_hears([ailsa])


async def is_also_the_worker(world: World) -> None:
    manager = await id_of(world, tables.staff, "MGR1")
    async with world.town.app.service.db.write() as tx:
        await tx.execute(tables.orders.update().values(officer_id=manager))

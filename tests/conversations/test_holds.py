"""Custody, hospital, suspended: while it lasts nothing about dates goes out, and lifting it sends nothing late."""

from domain.imports import File
from tests.conversations.conftest import Phone, World
from usecases import imports


async def kirsty_of(world: World) -> Phone:
    kirsty = await world.linked("Kirsty", "CM1")
    order = 1
    for n, day in enumerate((26, 27, 30), 2):
        await world.appointment(f"A{n}", order, 1, f"2026-11-{day} 09:30")
    return kirsty


async def test_a_hold_over_several_dates_is_silent_and_lifting_it_never_floods(world: World, sam: Phone) -> None:
    kirsty = await kirsty_of(world)
    await kirsty.says("/hold C1")
    assert kirsty.buttons() == ["Custody", "Hospital", "Suspended"]
    await kirsty.taps("Hospital")
    assert "on hold from today: Hospital" in kirsty.newest()
    kirsty.reads_all()
    await world.moves_to("2026-11-27 16:00")  # three evenings with a reminder have passed
    world.nothing_else_happened()
    await kirsty.says("/release C1")
    assert "expected again from today" in kirsty.newest()
    assert "Mon 30 Nov" in kirsty.newest()
    kirsty.reads_all()
    await world.moves_to("2026-11-29 17:59")
    world.nothing_else_happened()
    await world.moves_to("2026-11-29 18:00")
    sam.sees("Tomorrow, Mon 30 Nov, 9:30.")
    assert len(sam.new) == 1


async def test_a_last_day_typed_ends_the_hold_by_itself(world: World, sam: Phone) -> None:
    kirsty = await kirsty_of(world)
    await kirsty.says("/hold C1")
    await kirsty.taps("Custody")
    await kirsty.says("2026-11-26")
    assert "Thu 26 Nov is the last day" in kirsty.newest()
    await world.moves_to("2026-11-26 12:00")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-26 18:00")
    sam.sees("Tomorrow, Fri 27 Nov, 9:30.")


async def test_a_day_that_is_past_changes_nothing_and_other_words_are_words(world: World, sam: Phone) -> None:
    kirsty = await kirsty_of(world)
    await kirsty.says("/hold C1")
    await kirsty.taps("Suspended")
    await kirsty.says("1/11/2026")
    assert "that day is past" in kirsty.newest()
    await kirsty.says("/release C1")
    await kirsty.says("/release C1")
    assert "is not on hold" in kirsty.newest()


async def test_only_a_worker_or_a_manager_holds_and_nobody_learns_who_exists(world: World, sam: Phone) -> None:
    await world.staff("CM2", "Col Orr", "case_manager")
    col, rab, morag = [await world.linked(*one) for one in (("Col", "CM2"), ("Rab", "SUP1"), ("Morag", "MGR1"))]
    await col.says("/hold C1")
    refused = col.newest()
    await col.says("/hold nobody")
    assert col.newest() == refused
    await rab.says("/hold C1")
    assert "Custody" not in rab.buttons()
    await sam.says("/hold C1")
    assert "Custody" not in sam.buttons()
    await morag.says("/hold C1")
    assert "Custody" in morag.buttons()


EXPORT = {
    "individuals": "case_ref,first_name\nC1,Sam\n",
    "orders": (
        "order_ref,case_ref,imposed_on,requirements,hours,case_manager_ref,status\n"
        "O1,C1,2026-09-01,unpaid_work,100,CM1,active\n"
    ),
    "holds": "hold_ref,order_ref,kind,from,until\nH1,O1,hospital,2026-11-20,\n",
}


async def tonight(world: World, **changed: str) -> imports.Report:
    files = [File(f"{name}.csv", text.encode()) for name, text in {**EXPORT, **changed}.items()]
    report = await imports.run(world.town.app.service, files, False, lambda *step: None)
    assert [str(problem) for problem in report.problems] == []
    await world.town.settle()
    return report


async def test_an_import_undoes_no_hold_and_no_release_of_the_chat(world: World, sam: Phone) -> None:
    kirsty = await kirsty_of(world)
    await tonight(world)
    await kirsty.says("/release C1")
    assert not (await tonight(world)).clashes
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.")
    later = await tonight(world, holds=EXPORT["holds"].replace("2026-11-20,", "2026-11-20,2026-12-24"))
    assert [clash.column for clash in later.clashes] == ["until"]
    sam.reads_all()
    await kirsty.says("/hold C1")
    await kirsty.taps("Custody")
    await tonight(world)
    await world.moves_to("2026-11-25 20:00")
    sam.sees_nothing_new()

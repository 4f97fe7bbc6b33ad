"""/repairs: whom the chat does not reach: counts first, then a page with the next step; nobody else's people."""

import pytest

from db import tables
from db.types import Keyring
from tests.conftest import SECRET
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, looked_at

NUMBER = "+447700900123"


def number(world: World) -> dict[str, str]:
    """As an import has it now."""
    return {"mobile": NUMBER, "mobile_hash": world.town.app.service.db.keys.hash(NUMBER)}


async def others(world: World, sam: Phone, rotating: bool = False) -> None:
    """Beside Sam, of Kirsty: one without a phone whose number is Sam's too, 16 with neither; one of Ailsa's. While keys
    are `rotating` Sam's number is kept under the old one."""
    kirsty, now = await id_of(world, tables.staff, "CM1"), world.town.clock.now()
    await world.change(tables.individuals, "C1", **number(world))
    if rotating:
        world.town.app.service.db.keys = Keyring(["a new key of thirty-two letters or more", SECRET])
    async with world.at_once():
        ailsa = await world.staff("CM2", "Ailsa Bain", "case_manager")
        await _person(world, "C2", kirsty, **number(world), texts_wrong_at=now, texts_wrong_number=NUMBER)
        await _person(world, "D1", ailsa, **number(world))
        for n in range(16):
            await _person(world, f"E{n:02}", kirsty)


async def _person(world: World, ref: str, worker: int, **values: object) -> None:
    await world.order(f"O{ref}", await world.individual(ref, f"Name{ref}", **values), case_manager_id=worker)


@pytest.mark.parametrize("rotating", [False, True])
async def test_counts_first_then_pages_with_the_next_step_and_only_their_own(
    world: World, sam: Phone, rotating: bool
) -> None:
    await others(world, sam, rotating)
    kirsty, morag = await world.linked("Kirsty", "CM1"), await world.linked("Morag", "MGR1")
    await kirsty.says("/repairs")
    text = kirsty.sees("No phone linked: 17", "Wrong number: 1", "One number, two people: 2")
    assert "C2" not in text
    assert await looked_at(world, "CM1") == []
    await kirsty.taps("No phone linked")
    assert "/invite CASE_REF" in kirsty.newest()
    assert "E13" in kirsty.newest()
    assert "E14" not in kirsty.newest()
    await kirsty.taps("Next page")
    assert "E15" in kirsty.newest()
    assert "E13" not in kirsty.newest()
    assert ("E15", "repairs") in await looked_at(world, "CM1")
    await kirsty.taps("All kinds")
    await kirsty.taps("One number, two people")
    assert "C1, as C2, somebody else" in kirsty.newest()
    assert "D1" not in kirsty.newest()
    await morag.says("/repairs")
    morag.sees("No phone linked: 18", "One number, two people: 3")


async def test_who_never_taps_or_types_is_on_the_list_until_they_do(world: World, sam: Phone) -> None:
    """Beside Sam, one who joined anew and was silent since; and three who did one thing each, long ago."""
    did = {"T1": ("/nudge", "Yes, on the day too"), "T2": ("/language",), "T3": ("/next",)}
    worker = await id_of(world, tables.staff, "CM1")
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    async with world.at_once():
        kirsty = await world.linked("Kirsty", "CM1")
        await three_dates(world, "C1", one, order)
        phones = {ref: await with_three_dates(world, ref, worker) for ref in (*did, "J1")}
    await phones["J1"].says("/next")  # on a phone that is not theirs any more
    new = world.phone("The new phone of J1")
    await new.joins("J1")
    await world.moves_to("2026-11-25 20:00")
    for ref, (words, *labels) in did.items():
        await phones[ref].says(words)
        for label in labels:
            await phones[ref].taps(label)
    await world.moves_to("2026-12-06 10:00")
    await kirsty.says("/repairs")
    kirsty.sees("Everybody whom you work with can be reached")
    kirsty.reads_all()
    await world.moves_to("2026-12-09 10:00")
    await kirsty.says("/repairs")
    kirsty.sees("Never answered: 2")
    await kirsty.taps("Never answered")
    assert [ref for ref in ("C1", "J1", *did) if ref in kirsty.newest()] == ["C1", "J1"]
    await sam.says("/next")
    await kirsty.says("/repairs")
    kirsty.sees("Never answered: 1")
    kirsty.reads_all()
    await new.says("/language")
    await new.taps("English")
    await kirsty.says("/repairs")
    kirsty.sees("Everybody whom you work with can be reached")
    sam.person.block()
    await world.town.settle()
    await kirsty.says("/repairs")
    kirsty.sees("Telegram cannot reach them: 1")


async def with_three_dates(world: World, ref: str, worker: int) -> Phone:
    """Somebody of Kirsty's with a linked phone."""
    one = await world.individual(ref, f"Name{ref}")
    await three_dates(world, ref, one, await world.order(f"O{ref}", one, case_manager_id=worker))
    return await world.linked(f"Name{ref}", ref)


async def three_dates(world: World, ref: str, individual_id: int, order_id: int) -> None:
    """On the three next days of work, of each of which Telegram accepts a reminder."""
    for n, day in enumerate(("2026-11-27", "2026-12-02", "2026-12-09")):
        await world.appointment(f"{ref}-{n}", order_id, individual_id, f"{day} 09:30")

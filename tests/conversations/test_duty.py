"""The duty rota: set by tap, seen by anybody, and meant by every alert that goes to duty."""

import pytest

from db import tables
from tests.conversations.conftest import Phone, World


async def test_the_rota_is_set_by_tap_and_alerts_go_by_it(world: World, sam: Phone) -> None:
    await world.staff("DUTY2", "Al Kerr", "duty")
    await world.order("O2", await world.individual("C2", "Ann"))
    ann = await world.linked("Ann", "C2")
    dee, al = await world.linked("Dee", "DUTY1"), await world.linked("Al", "DUTY2")
    morag, rab = await world.linked("Morag", "MGR1"), await world.linked("Rab", "SUP1")
    await rab.says("/duty")
    rab.sees("On duty today: Dee Gunn, Al Kerr.")
    await morag.says("/duty")
    morag.sees("Tue 24 Nov: everybody with the duty role")
    await morag.taps("Tue 24 Nov")
    await morag.taps("Al Kerr")
    assert "Tomorrow, Tue 24 Nov: Al Kerr." in morag.newest()
    assert "✓ Al Kerr" in morag.buttons()
    await morag.taps("The same until Friday")
    assert "Fri 27 Nov: Al Kerr" in morag.newest()
    assert "Sat 28 Nov: everybody" in morag.newest()
    await morag.taps("Thu 26 Nov")
    await morag.taps("✓ Al Kerr")
    assert "Thu 26 Nov: everybody with the duty role" in morag.newest()
    await morag.taps("Back to the week")
    await morag.taps("Next week")
    await morag.taps("Mon 30 Nov")
    await morag.taps("Dee Gunn")
    assert "Mon 30 Nov: Dee Gunn." in morag.newest()
    world.everybody_reads_all()

    await world.moves_to("2026-11-24 10:00")
    await rab.says("/duty")
    rab.sees("On duty today: Al Kerr.")
    await sam.says("I want to die")
    al.sees("C1")
    dee.sees_nothing_new()
    world.everybody_reads_all()

    await world.moves_to("2026-11-25 08:00")
    await al.says("/away")  # on the rota, and ill: the others are told
    await al.taps("Today only (Wed 25 Nov)")
    await al.taps("Whoever is on duty")
    world.everybody_reads_all()
    await ann.says("I want to kill myself")
    dee.sees("C2")
    await rab.says("/duty")
    rab.sees("On duty today: Dee Gunn.")


@pytest.fixture
async def turns(world: World, sam: Phone) -> list[Phone]:
    """Kirsty, Sam's worker, takes turns on duty with Dee; Morag manages the rota."""
    await world.change(tables.staff, "CM1", roles="case_manager+duty")
    return [await world.linked(name, ref) for name, ref in (("Kirsty", "CM1"), ("Dee", "DUTY1"), ("Morag", "MGR1"))]


async def on_duty(morag: Phone, day: str, *names: str) -> None:
    """On Mon 23 Nov or Tue 24 Nov."""
    await morag.says("/duty")
    await morag.taps(day)
    for name in names:
        await morag.taps(name)
    assert f"{day}: {', '.join(names)}." in morag.newest()
    morag.world.everybody_reads_all()


@pytest.mark.parametrize(
    ("names", "by", "at", "who"),
    [
        (["Kirsty Muir"], "tomorrow at 10:00", "2026-11-24 10:01", "Morag"),
        (["Kirsty Muir", "Dee Gunn"], "today at 13:00", "2026-11-23 13:01", "Dee"),
    ],
)
async def test_a_worker_who_is_on_duty_as_well_is_not_promised_as_somebody_else(
    world: World, sam: Phone, turns: list[Phone], names: list[str], by: str, at: str, who: str
) -> None:
    kirsty, dee, morag = turns
    await on_duty(morag, "Mon 23 Nov", *names)
    await sam.says("is it on?")
    sam.sees(f"Your worker has been sent this. If they do not pick it up by {by}, someone else gets it too.")
    await world.moves_to("2026-11-23 12:59")
    dee.sees_nothing_new()
    kirsty.reads_all()
    await world.moves_to("2026-11-23 13:01")
    kirsty.sees("C1: wrote. Nobody has taken it on yet.")
    await world.moves_to(at)
    assert [phone.person.name for phone in (dee, morag) if phone.new] == [who]


@pytest.mark.parametrize(
    ("today", "tomorrow", "by", "at", "who"),
    [
        ("Kirsty Muir", "Dee Gunn", "tomorrow at 11:00", "2026-11-24 11:01", "Dee"),
        ("Dee Gunn", "Kirsty Muir", "Wed 25 Nov at 10:00", "2026-11-25 10:01", "Morag"),
    ],
)
async def test_what_is_promised_for_tomorrow_goes_by_the_rota_of_tomorrow(
    world: World, sam: Phone, turns: list[Phone], today: str, tomorrow: str, by: str, at: str, who: str
) -> None:
    _, dee, morag = turns
    await on_duty(morag, "Mon 23 Nov", today)
    await on_duty(morag, "Tue 24 Nov", tomorrow)
    await world.moves_to("2026-11-23 15:00")
    await sam.says("is it on?")
    sam.sees(f"Your worker has been sent this. If they do not pick it up by {by}, someone else gets it too.")
    await world.moves_to("2026-11-24 10:59")
    dee.sees_nothing_new()
    await world.moves_to(at)
    assert [phone.person.name for phone in (dee, morag) if phone.new] == [who]

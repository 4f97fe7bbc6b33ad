"""The duty rota: set by tap, seen by anybody, and meant by every alert that goes to duty."""

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

"""What a person may ask of what is kept: for how long, a copy, to be forgotten. A person decides, and says by when."""

from datetime import date

from sqlalchemy import update

from db import tables
from tests.conversations.conftest import Phone, World
from usecases import persons


async def test_privacy_says_how_long_things_stay_and_how_to_ask_and_a_person_decides_what_is_forgotten(
    world: World, sam: Phone
) -> None:
    morag, stranger = await world.linked("Morag", "MGR1"), world.phone("Jo")
    for asked in ("/privacy", "/mydata", "/forget"):
        await stranger.says(asked)
        stranger.sees("works with a link")
        stranger.reads_all()
    await sam.says("/privacy")
    text = sam.sees("/mydata", "/forget")
    periods = world.town.app.service.policy.retention.rules
    assert f"What is said here: {periods['words'].days} days" in text
    assert f"it all ends: {periods['case'].years} years" in text
    morag.sees_nothing_new()
    await sam.says("/forget")
    text = sam.sees("A person will look at this", "Some things have to stay")
    assert "Your dates, if you came, and what you sent" in text
    assert "Who has looked at this" in text
    morag.sees("C1")


async def test_my_data_goes_to_a_manager_and_the_chat_says_by_when(world: World, sam: Phone) -> None:
    morag = await world.linked("Morag", "MGR1")
    kirsty = await world.linked("Kirsty", "CM1")
    await sam.says("/mydata")
    sam.sees("by Wed 23 Dec")
    morag.sees("C1")
    kirsty.sees_nothing_new()
    world.everybody_reads_all()
    await world.moves_to("2026-11-23 15:00")
    await sam.says("/mydata")  # asked twice is asked once, and the day stays
    sam.sees("by Wed 23 Dec")
    morag.sees_nothing_new()


async def test_somebody_who_was_erased_speaks_as_a_stranger_and_nothing_goes_out(world: World, sam: Phone) -> None:
    morag = await world.linked("Morag", "MGR1")
    await sam.says("/forget")
    service = world.town.app.service
    async with service.db.write() as tx:
        ended = {"status": "completed", "ended_on": date(2026, 11, 20)}
        await tx.execute(update(tables.orders).values(ended))
    await persons.erase(service, "C1")
    world.everybody_reads_all()
    await world.moves_to("2026-11-26 12:00")
    world.nothing_else_happened()
    await morag.says("/alerts")
    assert "Nothing is on the manager's list." in morag.newest()
    assert "Everything that is open: 0" in morag.buttons()
    await sam.says("/next")
    sam.sees("works with a link")


async def test_a_manager_puts_a_legal_hold_on_and_off(world: World, sam: Phone) -> None:
    morag, kirsty = await world.linked("Morag", "MGR1"), await world.linked("Kirsty", "CM1")
    await morag.says("/legalhold C1 on")
    assert "legal hold. Nothing of this person is deleted" in morag.newest()
    service = world.town.app.service
    async with service.db.write() as tx:
        await tx.execute(update(tables.orders).values(status="completed", ended_on=date(2010, 1, 1)))
    await world.moves_to("2026-11-24 04:00")  # a night has passed
    await sam.says("/next")
    assert "works with a link" not in sam.newest()
    await morag.says("/legalhold C1 perhaps")
    assert "legal hold" not in morag.newest()
    await kirsty.says("/legalhold C1 off")
    assert "lifted" not in kirsty.newest()
    await morag.says("/legalhold C1 off")
    assert "the legal hold is lifted" in morag.newest()
    await world.moves_to("2026-11-25 04:00")
    await sam.says("/next")
    sam.sees("works with a link")

"""Step 8: an order that ends owes its person a form, which is answered in the chat and kept apart from them."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text, update

from db import tables
from domain.questionnaires import Control
from messages.actions.forms import FormControl, FormOption
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conversations.conftest import Phone, World
from usecases import offering

INTRO = "Your time with us has come to an end."
THANKS = "Thank you. What you told us can help the next person.\n\nYou can take your answers back until Sun 6 Dec."
BEGIN = ["Begin", "I do not want to do this", "Easier words"]


async def ends(world: World, order_id: int, status: str, on: date = date(2026, 11, 20)) -> None:
    """What tonight's import does with an order that has changed, and what follows from it."""
    await changes(world, order_id, status=status, ended_on=on)
    await world.town.settle()


async def changes(world: World, order_id: int, **values: Any) -> None:
    house = world.town.app.service
    async with house.db.write() as tx:
        changed = update(tables.orders).where(tables.orders.c.id == order_id).values(**values)
        individual_id = (await tx.execute(changed.returning(tables.orders.c.individual_id))).scalar_one()
        await offering.owe_form(house, tx, individual_id)


async def restarts(world: World, at: str = "") -> None:
    """The bot stops and another one starts on the same database: at once, or after days of which nothing is told."""
    old = world.town
    await old.close()
    if at:
        old.clock.move_to(datetime.fromisoformat(at).replace(tzinfo=old.app.service.calendar.zone))
    world.town = await Town.found(old.telegram, old.app.settings, old.clock, SandboxRequest(old.telegram))


async def stored(world: World, table: Any) -> list[Any]:
    async with world.town.app.service.db.read() as tx:
        return list((await tx.execute(select(table).order_by(*table.primary_key.columns))).all())


async def answered(world: World) -> dict[str, str | None]:
    """What was sent, by question: the option ids or the words."""
    return {row.question: row.value or row.words for row in await stored(world, tables.answers)}


@pytest.fixture
async def alex(world: World) -> Phone:
    """Alex, on unpaid work (order 1); Kirsty is the case manager."""
    async with world.at_once():
        kirsty = await world.staff("CM1", "Kirsty Muir", "case_manager")
        one = await world.individual("C1", "Alex")
        assert await world.order("O1", one, case_manager_id=kirsty) == 1
        return await world.linked("Alex", "C1")


async def test_alex_answers_the_whole_form_by_taps_and_words(world: World, alex: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await ends(world, 1, "completed")
    assert INTRO in alex.newest()
    assert "The staff who worked with you are not shown which answers are yours." in alex.newest()
    assert alex.buttons() == BEGIN

    await alex.taps("Begin")
    assert alex.newest().startswith("1 of 12\n\nHow is the place where you live right now?\nIs it safe?")
    words = ["1. Very bad", "2. Bad", "3. OK", "4. Good", "5. Very good"]
    assert alex.buttons() == [*words, "Skip this one", "Stop for now"]
    await alex.taps("4. Good")
    assert "2 of 12\n\nHow are you getting by for money" in alex.newest()
    await alex.taps("Skip this one")
    assert len(alex.new) == 1, "taps change one message"

    await alex.says("2")  # how it goes with people
    assert len(alex.new) == 2, "typed words are answered below them"
    assert "4 of 12" in alex.newest()
    await alex.taps("Back")
    assert "3 of 12" in alex.newest()
    assert "✓ 2. Bad" in alex.buttons()
    await alex.taps("5. Very good")

    await alex.taps("Stop for now")
    assert "Your answers are safe." in alex.newest()
    await world.moves_to("2026-11-25 10:00")
    await alex.says("see you, I am off to the yard")
    alex.sees("I have passed that on.")
    assert "see you, I am off to the yard" in await kirsty.opens()
    await alex.taps("Go on")
    assert any("4 of 12" in shown.text for shown in alex.new)

    for label in ("3. OK", "4. Most days", "5. Very sure", "5. Yes, fully", "4. Yes, mostly", "4. Good"):
        await alex.taps(label)
    await alex.taps("3. 2 or 3 times")
    await alex.taps("2. 2 to 6 hours")  # a question more for those who were sent home
    await alex.taps("1. Bus fare or getting there")
    await alex.says("3")
    assert alex.buttons()[0] == "✓ 1. Bus fare or getting there"
    assert alex.buttons()[2] == "✓ 3. No food or lunch"
    await alex.taps("✓ 3. No food or lunch")
    assert alex.buttons()[2] == "3. No food or lunch"
    await alex.taps("3. No food or lunch")
    await alex.taps("That is all")
    assert "13 of 13" in alex.newest()
    await alex.says("More vans.")
    assert "Can we use your words in a report?" in alex.newest()
    await alex.taps("3. No")
    assert "How are you getting by for money right now?\n– Skipped" in alex.newest()
    assert "What made it hard to come?\n– Bus fare or getting there; No food or lunch" in alex.newest()
    assert "What would have helped you more?\n– More vans." in alex.newest()
    await alex.taps("Send")
    assert alex.newest() == THANKS.replace("Sun 6", "Tue 8")

    assert await answered(world) == {
        "home": "4",
        "money": None,
        "people": "5",
        "work_learn": "3",
        "days": "4",
        "sure": "5",
        "worker": "5",
        "respect": "4",
        "place": "4",
        "sent_home": "2_3",
        "lost_hours": "2_6",
        "hard": "travel+food",
        "better": "More vans.",
        "quote_ok": "no",
    }
    [sitting] = await stored(world, tables.sittings)
    [form] = await stored(world, tables.forms)
    assert None not in (sitting.offered_at, sitting.started_at, sitting.finished_at)
    assert (form.state, form.ended_on, form.sent_on) == (None, date(2026, 10, 1), date(2026, 10, 1))
    kirsty.reads_all()
    kirsty.sees_nothing_new()


async def test_an_early_end_asks_little_and_the_bot_may_restart_between_any_two_taps(world: World, alex: Phone) -> None:
    await ends(world, 1, "breached")
    assert "We want to know what made it hard, so we can do better." in alex.newest()
    steps = ["Begin", "6. Feeling low or worried", "That is all", "3. I felt I could not", "Skip this one"]
    for label in steps:
        await restarts(world)
        await alex.taps(label)
    await restarts(world)
    await alex.says("Somebody to ring.")
    await restarts(world)
    await alex.taps("2. Yes, but show me first")
    await restarts(world)
    await alex.taps("Send")
    assert await answered(world) == {
        "hard": "mood",
        "told": "could_not",
        "respect": None,
        "better": "Somebody to ring.",
        "quote_ok": "ask",
    }


async def test_nothing_is_asked_of_somebody_who_moved_away_or_sent_stop(world: World, alex: Phone) -> None:
    await ends(world, 1, "transferred")
    await world.moves_to("2026-11-24 12:00")
    alex.sees_nothing_new()
    assert await stored(world, tables.sittings) == []
    second = await world.order("O2", 1)
    await alex.says("STOP")
    alex.reads_all()
    await ends(world, second, "completed", date(2026, 11, 24))
    await world.moves_to("2026-11-25 12:00")
    alex.sees_nothing_new()
    [sitting] = await stored(world, tables.sittings)
    assert sitting.offered_at is None


async def test_one_form_when_the_last_of_two_ends_and_only_once(world: World, alex: Phone) -> None:
    second = await world.order("O2", 1, requirements="supervision")
    await ends(world, 1, "breached", date(2026, 11, 1))
    alex.sees_nothing_new()
    await ends(world, second, "completed", date(2026, 11, 20))
    alex.sees("We want to know what helped and what did not.")
    assert len(alex.new) == 1
    alex.reads_all()
    await ends(world, second, "completed", date(2026, 11, 21))
    await world.moves_to("2026-11-25 12:00")
    alex.sees_nothing_new()
    assert [row.order_id for row in await stored(world, tables.sittings)] == [second]


async def test_an_offer_waits_for_the_morning_and_goes_by_what_is_true_then(world: World, alex: Phone) -> None:
    async with world.at_once():
        for n, name in ((2, "Bo"), (3, "Cy"), (4, "Di")):
            assert await world.order(f"O{n}", await world.individual(f"C{n}", name)) == n
        bo, cy, di = [await world.linked(name, f"C{n}") for n, name in ((2, "Bo"), (3, "Cy"), (4, "Di"))]
    await world.moves_to("2026-11-23 21:00")
    await ends(world, 1, "breached")
    alex.sees_nothing_new()
    for order in (1, 2, 3, 4):  # tonight's second export puts the first right
        await ends(world, order, "completed")
    house = world.town.app.service
    async with house.db.write() as tx:
        await tx.execute(update(tables.sittings).where(tables.sittings.c.order_id == 1).values(version="99"))
    another = await world.order("O20", 2)  # takes the offer back until it has ended too
    await changes(world, another, status="active")
    await world.order("O30", 3)  # nobody has looked yet what that means
    last = await world.order("O40", 4)
    await world.appointment("A1", last, 4, "2026-11-26 09:30")
    await changes(world, last, status="died")

    owed = [row for row in await stored(world, tables.outbox) if row.to == "individual"]
    assert {(row.status, row.reason) for row in owed if row.individual_id == 4} == {("cancelled", "died")}
    await world.moves_to("2026-11-24 07:59")
    alex.sees_nothing_new()
    await world.moves_to("2026-11-24 08:00")
    alex.sees("what helped and what did not")
    assert len(alex.new) == 1
    [sitting] = [row for row in await stored(world, tables.sittings) if row.order_id == 1]
    assert sitting.version == "1", "a version taken away before anybody saw it gives way to the newest"
    await world.moves_to("2026-11-24 12:00")
    for phone in (bo, cy, di):
        phone.sees_nothing_new()
    offers = [row for row in await stored(world, tables.outbox) if row.kind == "form_offer"]
    for number in (2, 3):
        [offer] = [row for row in offers if row.individual_id == number]
        assert (offer.status, offer.reason) == ("cancelled", "not_owed_now")
    await ends(world, another, "transferred")
    bo.sees("what helped and what did not")


async def test_saying_no_keeps_nothing(world: World, alex: Phone) -> None:
    await ends(world, 1, "breached")
    for label in ("Begin", "1. Bus fare or getting there", "That is all", "Stop for now", "I do not want to do this"):
        await alex.taps(label)
    assert alex.newest() == "That is fine. We have kept no answers. Thank you."
    [sitting] = await stored(world, tables.sittings)
    [form] = await stored(world, tables.forms)
    assert sitting.declined_at is not None
    assert (form.state, form.sent_on) == (None, None)
    assert await stored(world, tables.answers) == []


async def test_a_double_tap_counts_once_and_a_button_of_an_earlier_screen_shows_where_we_are(
    world: World, alex: Phone
) -> None:
    await ends(world, 1, "completed")
    await alex.taps("Begin")
    old = alex.new[-1].id
    await alex.says("4")
    alex.person.tap("1. Very bad", old)
    await world.town.settle()
    assert ["2 of 12" in shown.text for shown in alex.new] == [True, True]
    await alex.taps("Back")
    assert "✓ 4. Good" in alex.buttons()
    alex.person.tap("3. OK")
    await alex.taps("3. OK")
    assert "2 of 12" in alex.newest()
    assert "That button was from before." in alex.newest()


async def test_what_is_typed_at_the_end_never_reaches_the_worker_and_a_double_tap_on_send_files_once(
    world: World, alex: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await ends(world, 1, "breached")
    for label in ("Begin", "Skip this one", "Skip this one", "Skip this one", "Skip this one"):
        await alex.taps(label)
    await alex.says("my worker never rang")
    assert "I did not pass it on." in alex.newest()
    assert "Is it right?" in alex.newest()
    kirsty.sees_nothing_new()
    alex.person.tap("Send")
    await alex.taps("Send")
    assert alex.newest() == THANKS
    assert sum(shown.text == THANKS for shown in alex.person.chat) == 1
    assert len(await stored(world, tables.answers)) == 4


async def test_ten_thousand_characters_and_a_photo_get_a_kind_answer_and_lose_nothing(
    world: World, alex: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await ends(world, 1, "breached")
    await alex.taps("Begin")
    alex.person.send_photo()
    await world.town.settle()
    assert "I can only read words and taps here." in alex.newest()
    assert "1 of 4" in alex.newest()
    await alex.says("👍")
    assert "I did not pass it on." in alex.newest()
    for _ in range(3):
        await alex.taps("Skip this one")
    await alex.says("x" * 10_000)
    assert "That was too long to keep." in alex.newest()
    assert "4 of 4" in alex.newest()
    await alex.says("y" * 600)
    await alex.taps("Back")
    assert f"You wrote: “{'y' * 199}…”" in alex.newest()
    kirsty.sees_nothing_new()


async def test_a_form_is_nobody_elses_to_answer_and_who_asks_for_a_person_meanwhile_is_heard(
    world: World, alex: Phone
) -> None:
    await world.individual("C2", "Bo")
    bo = await world.linked("Bo", "C2")
    kirsty = await world.linked("Kirsty", "CM1")
    await ends(world, 1, "completed")
    for phone in (bo, kirsty):
        for action in (FormControl(1, 0, Control.BEGIN), FormOption(1, 1, 1, 1), FormControl(99, 0, Control.BEGIN)):
            phone.person.press(action.pack(), 1)
            await world.town.settle()
            assert "Sorry" in phone.newest()
    assert alex.buttons() == BEGIN
    await alex.taps("Begin")
    await alex.says("Stop for now")
    await alex.says("please ring me")
    assert "please ring me" in await kirsty.opens()


async def test_the_raw_tables_tie_answers_to_a_person_by_the_sitting_alone(world: World, alex: Phone) -> None:
    await ends(world, 1, "breached")
    for label in ("Begin", "Skip this one", "Skip this one", "Skip this one"):
        await alex.taps(label)
    await alex.says("zebrafish")
    await _nobody_finds(world, "zebrafish")  # while it is being answered
    await alex.taps("1. Yes")
    await alex.taps("Send")
    await _nobody_finds(world, "zebrafish")
    assert (await answered(world))["better"] == "zebrafish"

    [sitting] = await stored(world, tables.sittings)
    holders = {name for name, cells in (await _raw(world)).items() if sitting.form_id in cells}
    assert holders == {"sittings", "forms", "answers", "quotes"}
    about = {"form_id", "form", "version", "state", "ended_on", "sent_on"}
    assert set(tables.forms.c.keys()) == about | {"way", "requirements", "ending", "start"}
    assert set(tables.answers.c.keys()) == {"id", "form_id", "question", "value", "words"}
    assert not any(isinstance(cell, datetime) for row in await stored(world, tables.forms) for cell in row)
    assert len(sitting.form_id) * 6 >= 60, "base64 has six bits a character"


async def _raw(world: World) -> dict[str, str]:
    """Every cell as the database holds it, by table."""
    async with world.town.app.service.db.read() as tx:
        return {
            name: "\n".join(str(tuple(row)) for row in await tx.execute(text(f'SELECT * FROM "{name}"')))
            for name in tables.metadata.tables
        }


async def _nobody_finds(world: World, word: str) -> None:
    assert [name for name, cells in (await _raw(world)).items() if word in cells] == []


async def test_help_makes_room_and_a_new_phone_finds_the_form_again(world: World) -> None:
    kirsty = await world.staff("CM1", "Kirsty Muir", "case_manager")
    one = await world.individual("C1", "Sam")
    await world.order("O1", one, case_manager_id=kirsty, status="completed", ended_on=date(2026, 11, 20))
    sam, worker = await world.linked("Sam", "C1"), await world.linked("Kirsty", "CM1")
    async with world.town.app.service.db.write() as tx:
        await offering.owe_form(world.town.app.service, tx, one)
    await world.town.settle()
    await sam.taps("Begin")
    await sam.says("help")
    await sam.says("can somebody ring me?")
    worker.sees("C1: wrote.")
    assert "can somebody ring me?" in await worker.opens()
    new = world.phone("Sam's new phone")
    await new.joins("C1")
    assert "Go on" in new.buttons()

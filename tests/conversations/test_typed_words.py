"""What is typed counts like a tap: 1 to 4, yes, no, STOP, START, HELP, NEXT, HIDE, CALL, however it is written."""

from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, recorded, rows
from tests.conversations.test_alert import missed
from tests.conversations.test_exit_questionnaire import restarts

REMINDED = "2026-11-24 18:00"


async def replied(world: World) -> list[str]:
    async with world.town.app.service.db.read() as tx:
        return [row.answer for row in await tx.execute(select(tables.replies).order_by(tables.replies.c.id))]


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


async def each_of(world: World, count: int) -> list[Phone]:
    """As many people as there are ways of typing, each with a date like Sam's: C10, C11 …"""
    kirsty = await id_of(world, tables.staff, "CM1")
    phones = []
    async with world.at_once():
        for n in range(10, 10 + count):
            one = await world.individual(f"C{n}", f"Sam{n}")
            order = await world.order(f"O{n}", one, case_manager_id=kirsty)
            await world.appointment(f"A{n}", order, one, "2026-11-25 09:30")
            phones.append(await world.linked(f"Sam{n}", f"C{n}"))
    return phones


async def test_below_a_reminder(world: World, sam: Phone) -> None:
    ways = [
        ("1", "coming"),
        (" 1. ", "coming"),
        ("yes", "coming"),
        ("YES!", "coming"),
        ("2)", "cannot"),
        ("no.", "cannot"),
        ("No", "cannot"),
        ("3", "help"),
        ("4", "call"),
    ]
    kirsty = await world.linked("Kirsty", "CM1")
    certain, ill, hungry, rung, *everybody = await each_of(world, 4 + len(ways))
    await world.moves_to("2026-11-24 17:30")
    await rung.says("/call")
    await world.moves_to(REMINDED)

    await sam.says("5")
    kirsty.sees("C1: wrote.")
    for words in ("no idea where that is", "yes but I am late", "1 of my kids is ill", "stop that noise"):
        await sam.says(words)
    assert await replied(world) == [], "sentences that only begin like an answer are for a person"
    card = await kirsty.opens()
    assert "stop that noise" in card or "no idea where that is" in card

    for n, (phone, (typed, answer)) in enumerate(zip(everybody, ways, strict=True)):
        await phone.says(typed)
        assert (await replied(world))[n:] == [answer], typed

    await certain.says("yes")
    assert "You said: I'll be there." in certain.newest(), "like the tap"
    await certain.says("1")
    await certain.says("1")
    assert (await replied(world))[len(ways) :] == ["coming", "coming", "coming"], "no change of mind"
    await rung.says("1")
    assert (await replied(world))[-1:] == ["coming"], "the reminder came later than the question of the call"
    assert len(await replied(world)) == len(ways) + 4

    await ill.says("no")
    await ill.says("my son is ill")
    await ill.says("3")
    async with world.town.app.service.db.read() as tx:
        reasons = (await tx.execute(select(tables.replies.c.reason).order_by(tables.replies.c.id))).scalars().all()
    assert reasons[len(ways) + 4 :] == ["", "care"]
    await ill.says("1")
    assert (await replied(world))[-1] == "coming"

    for typed in ("3", "2", "1"):  # I need help; food; do not ring, write here
        await hungry.says(typed)
    item = (await rows(world, tables.items))[-1]
    assert (item.kind, item.reason, item.number) == ("help", "food", "write")


async def test_after_a_miss_yes_means_ok_and_never_that_they_were_there_and_no_asks_what_would_help(
    world: World, sam: Phone
) -> None:
    rab = await world.linked("Rab", "SUP1")
    await missed(rab)
    await world.moves_to("2026-11-25 16:00")
    sam.sees("Are you OK?")
    await sam.says("yes")
    assert await replied(world) == ["ok"]
    await sam.says("1")
    assert (await replied(world))[-1] == "was_there"
    assert [outcome for outcome, _, _ in await recorded(world, "A1")] == ["missed_reason_unknown"]
    await sam.says("no")
    assert sam.newest() == "What would help?"


async def test_where_they_mean_nothing_they_are_words_for_a_person_and_some_words_work_at_any_time(
    world: World, sam: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    ways = ("1", "7", "yes", "no")
    at_any_time = [
        ("  Stop!! ", "Your dates still stand"),
        ("STOP", "Your dates still stand"),
        ("start", "I am a computer"),
        ("Help?", "/complain"),
        ("'next'", "Wed 25 Nov"),
        ("CALL", "Which number is safe to ring?"),
        ("(call)", "Which number is safe to ring?"),
    ]
    everybody = await each_of(world, len(ways) + len(at_any_time))
    for n, (phone, typed) in enumerate(zip(everybody, ways, strict=False), 10):
        await phone.says(typed)
        kirsty.sees(f"C{n}: wrote.")
    assert await replied(world) == []
    for phone, (typed, seen) in zip(everybody[len(ways) :], at_any_time, strict=True):
        await phone.says(typed)
        phone.sees(seen)
    await sam.says("what is on this week")
    await sam.says(" hide. ")
    assert "what is on this week" not in " ".join(str(shown.text) for shown in sam.person.chat)
    await sam.says("/call")
    await sam.says("stop")
    sam.sees("Your dates still stand")
    [stopped] = [one.stopped_at for one in await rows(world, tables.individuals) if one.case_ref == "C1"]
    assert stopped is not None, "though something else was awaited"


async def test_a_number_below_a_reminder_of_a_date_that_has_moved_since_answers_nothing(
    world: World, sam: Phone
) -> None:
    await world.moves_to(REMINDED)
    service = world.town.app.service
    day = service.calendar.day(service.clock.now())
    async with service.db.write() as tx:
        change = tables.appointments.update().values(revision=2, starts_at=service.calendar.at(day, time(23)))
        await tx.execute(change)
    await sam.says("1")
    sam.sees("has changed since")
    assert await replied(world) == []


async def test_an_old_reminder_is_not_what_a_bare_number_answers(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to(REMINDED)
    await restarts(world, "2026-11-28 18:01")
    await sam.says("1")
    kirsty.sees("C1: wrote.")
    assert await replied(world) == []

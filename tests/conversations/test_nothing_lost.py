"""A crash at the worst moment, and trouble on the way: one effect, and its answer is spoken all the same."""

import asyncio

from sqlalchemy import func, select

from db import tables
from sandbox.bots import Event
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conversations.conftest import Phone, World
from usecases import incoming


async def crash(town: Town) -> None:
    """Drops everything in hand without a goodbye."""
    receiver = town.app.receiver
    for task in [receiver._poller, *receiver._serving.values()]:
        assert task is not None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await town.app.service.db.close()  # as the end of a process does


async def risen(world: World) -> None:
    """A new process on the same database."""
    old = world.town
    request = SandboxRequest(old.telegram)
    world.town = await Town.found(old.telegram, old.app.settings, old.clock, request)
    old.clock.move_to(old.clock.now() + incoming.LEASE)  # what a dead process had taken is anybody's after a while
    await world.town.app.receiver.share()
    await world.town.settle()


async def replies(world: World) -> int:
    async with world.town.app.service.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(tables.replies))).scalar_one())


async def test_acted_on_but_not_yet_answered(world: World, sam: Phone) -> None:
    await world.moves_to("2026-11-24 18:00")
    world.town.telegram.faults.lose_call("editMessageText", times=1)
    sam.person.tap("I'll be there")
    while world.town.clock.next_wake() is None:  # the answer could not be spoken: the bot waits to try again
        await asyncio.sleep(0.01)
    assert await replies(world) == 1
    await crash(world.town)
    assert "You said" not in sam.newest()
    await risen(world)
    assert "You said: I'll be there." in sam.newest()
    assert await replies(world) == 1


async def test_of_several_answers_a_crash_repeats_none_that_was_spoken(world: World, sam: Phone) -> None:
    spoken: list[Event] = []

    def stumble(event: Event) -> None:
        if event.who != "Sam" and not spoken:
            spoken.append(event)
            world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway")

    world.town.telegram.on_event(stumble)
    sam.person.say("/next I want to die")
    while world.town.clock.next_wake() is None:  # the second could not be spoken: the bot waits to try again
        await asyncio.sleep(0.01)
    [first] = [one.text for one in sam.new]
    await crash(world.town)
    await risen(world)
    assert [one.text for one in sam.new].count(first) == 1
    assert len(sam.new) == 2
    async with world.town.app.service.db.read() as tx:
        traced = select(func.count()).select_from(tables.traces).where(tables.traces.c.ours)
        assert (await tx.execute(traced)).scalar_one() == 2


async def test_kept_but_not_yet_acted_on(world: World, sam: Phone) -> None:
    await world.moves_to("2026-11-24 18:00")
    await crash(world.town)
    sam.person.tap("I'll be there")
    token = world.town.app.settings.token
    updates = (await world.town.telegram.call(token, "getUpdates", {})).body["result"]
    await incoming.keep(world.town.app.service, updates)
    await world.town.telegram.call(token, "getUpdates", {"offset": updates[-1]["update_id"] + 1})
    await world.town.app.service.db.close()
    assert "You said" not in sam.newest()
    await risen(world)
    assert "You said: I'll be there." in sam.newest()
    assert await replies(world) == 1


async def test_an_answer_that_telegram_refuses_for_a_while_is_said_in_the_end(world: World, sam: Phone) -> None:
    world.town.telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    world.town.telegram.faults.lose_call("sendMessage")
    world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway")
    before = world.town.clock.now()
    await sam.says("/next")
    sam.sees("Your next dates:", "Wed 25 Nov")
    assert (world.town.clock.now() - before).total_seconds() >= 7


async def test_a_reminder_that_meets_trouble_is_sent_once_it_has_passed(world: World, sam: Phone) -> None:
    world.town.telegram.faults.refuse("sendMessage", 500, "Internal Server Error", times=2)
    await world.moves_to("2026-11-24 18:01")
    assert len([one for one in sam.new if "The yard." in one.text]) == 1


async def test_somebody_who_blocked_the_bot_is_on_record_and_their_next_word_heals_it(world: World, sam: Phone) -> None:
    sam.person.block()
    await world.moves_to("2026-11-24 18:00")
    async with world.town.app.service.db.read() as tx:
        theirs = select(tables.outbox.c.status, tables.outbox.c.reason).where(tables.outbox.c.kind == "reminder")
        ends = (await tx.execute(theirs)).all()
    assert [tuple(row) for row in ends] == [("unreachable", "not_linked")]
    sam.person.unblock()
    await sam.says("/next")
    sam.sees("Your next dates:")

"""The kill switch: a manager pauses what is sent unasked, people are still answered, and nothing floods afterwards."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from db import dates, tables
from domain.compliance import Kind
from domain.outbox import Later, Reception
from messages.compose import Message
from tests.conversations.conftest import Phone, World
from usecases import items, pausing


@pytest.fixture
async def morag(world: World, sam: Phone) -> Phone:
    return await world.linked("Morag", "MGR1")


async def pauses(morag: Phone) -> None:
    await morag.says("/pause")
    await morag.taps("Yes, pause sending")


async def resumes(morag: Phone) -> None:
    await morag.says("/resume")
    await morag.taps("Yes, send again")


async def ends(world: World, kind: str) -> list[tuple[str, str]]:
    """What has become of the messages of a kind: status and reason, in the order of planning."""
    async with world.town.app.service.db.read() as tx:
        query = select(tables.outbox.c.status, tables.outbox.c.reason).where(tables.outbox.c.kind == kind)
        return [(row.status, row.reason) for row in await tx.execute(query.order_by(tables.outbox.c.id))]


async def rings(world: World, kirsty: Phone, rab: Phone) -> None:
    """Rab marks Sam's date of Wednesday as missed."""
    await world.moves_to("2026-11-25 10:00")
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Not here")


async def test_a_slip_of_the_finger_pauses_nothing_and_everybody_who_must_know_is_told(
    world: World, sam: Phone, morag: Phone
) -> None:
    await world.staff("MGR2", "Ann Orr", "manager")
    ann = await world.linked("Ann", "MGR2")
    await morag.says("/pause")
    asked = morag.sees("Pause sending?", "nobody is reminded, or told that a date moved or is off", "words of danger")
    for one in ("cannot be reached", "time limits", "assessments", "nobody recorded", "news that a date moved"):
        assert one in asked.partition("Goes on:")[0]
    assert await pausing.since(world.town.app.service) is None
    await morag.taps("Yes, pause sending")
    assert "Sending has been paused since today at 9:00, by Morag Reid." in morag.newest()
    ann.sees("Sending has been paused since today at 9:00, by Morag Reid.")
    await ann.says("/pause")
    ann.sees("Sending has been paused since today at 9:00, by Morag Reid.")
    await ann.says("/resume")
    ann.sees("Start sending again?", "alerts 0, messages to individuals 0")
    await ann.taps("Yes, send again")
    morag.sees("Sending goes on. The pause was ended by Ann Orr.")
    await ann.says("/resume")
    ann.sees("Sending is not paused.")

    morag.reads_all()
    service = world.town.app.service
    assert await pausing.pause_from_command_line(service)
    assert not await pausing.pause_from_command_line(service)
    await world.town.settle()
    morag.sees("Sending has been paused since today at 9:00, by the command line.")
    assert await pausing.resume_from_command_line(service)
    assert not await pausing.resume_from_command_line(service)
    await world.town.settle()
    morag.sees("Sending goes on. The pause was ended by the command line.")


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_a_reminder_waits_and_goes_when_it_still_helps(world: World, sam: Phone, morag: Phone) -> None:
    await pauses(morag)
    await world.moves_to("2026-11-24 19:00")
    sam.sees_nothing_new()
    await morag.says("/resume")
    morag.sees("alerts 0, messages to individuals 1")
    await morag.taps("Yes, send again")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.")
    assert await ends(world, "reminder") == [("sent", "")]


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_of_several_words_about_one_date_that_a_pause_held_one_goes_that_no_cap_may_drop(
    world: World, sam: Phone, morag: Phone
) -> None:
    await sam.says("/nudge")
    await sam.taps("Yes, on the day too")
    sam.reads_all()
    await pauses(morag)
    await world.moves_to("2026-11-25 08:05")  # the word of the evening would still help
    await resumes(morag)
    sam.sees("Today, Wed 25 Nov, 9:30.")
    assert len(sam.new) == 1
    assert await ends(world, "reminder") == [("sent", ""), ("missed", "paused")]


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, 30, tzinfo=UTC)])
async def test_why_says_that_a_pause_holds_a_reminder_and_not_when_it_goes(
    world: World, sam: Phone, morag: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await pauses(morag)
    await world.moves_to("2026-11-24 18:20")
    await kirsty.says("/why A1")
    kirsty.sees("Reminder: held: sending is paused.")


async def test_a_second_pause_within_a_minute_is_told_as_well(world: World, sam: Phone, morag: Phone) -> None:
    await world.staff("MGR2", "Ann Orr", "manager")
    ann = await world.linked("Ann", "MGR2")
    for second, does in ((10, pauses), (20, resumes), (30, pauses)):
        await world.moves_to(f"2026-11-23 09:01:{second}")
        await does(morag)
    told = [shown.text.partition(".")[0] for shown in ann.new]
    assert [one.partition(" since")[0] for one in told] == [
        *("Sending has been paused", "Sending goes on", "Sending has been paused")
    ]


@pytest.mark.parametrize("begins", [datetime(2026, 11, 23, 20, 45, tzinfo=UTC)])
async def test_a_pause_of_the_evening_is_told_again_the_next_morning(world: World, sam: Phone, morag: Phone) -> None:
    await pauses(morag)
    morag.reads_all()
    await world.moves_to("2026-11-24 08:29")
    morag.sees_nothing_new()
    await world.moves_to("2026-11-24 08:31")
    morag.sees("Sending has been paused since yesterday at 20:45")


async def test_whose_role_it_is_not_is_told_so(world: World, sam: Phone, morag: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/pause")
    kirsty.sees("Sorry, that is not part of your role. /help shows what is.")
    await sam.says("/pause")
    sam.sees("Sorry, you cannot do that from here.")
    assert await pausing.since(world.town.app.service) is None


async def test_what_people_say_is_answered_truly_and_reaches_staff(world: World, sam: Phone, morag: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await pauses(morag)
    await sam.says("I have nothing to eat")
    assert sam.new
    kirsty.sees("C1")
    await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    sam.reads_all()
    await sam.says("/call")
    assert sam.new


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 9, tzinfo=UTC)])
async def test_alerts_wait_and_begin_anew_with_the_first_who_must_know(world: World, sam: Phone, morag: Phone) -> None:
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    dee = await world.linked("Dee", "DUTY1")
    await pauses(morag)
    await rings(world, kirsty, rab)
    world.everybody_reads_all()
    await world.moves_to("2026-11-26 12:00")  # the cover's step and the manager's have come, too
    assert [shown.text for shown in kirsty.new] == []
    await morag.says("/resume")
    morag.sees("Waiting now: alerts 1, messages to individuals 1.")  # the steps of one alert are one alert
    await morag.taps("Yes, send again")
    kirsty.sees("C1: missed, reason not yet known.")
    dee.sees_nothing_new()
    await world.moves_to("2026-11-26 16:01")
    dee.sees("C1: missed, reason not yet known.")


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 9, tzinfo=UTC)])
async def test_an_alert_that_trouble_put_off_before_a_pause_is_not_lost_as_the_ladder_goes_on_after_it(
    world: World, sam: Phone, morag: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    dee = await world.linked("Dee", "DUTY1")
    channel = world.town.app.dispatcher.channel
    real, puts_off = channel.send, [Later(5 * 3600.0)]

    async def send(chat_id: int, message: Message) -> Reception:
        return puts_off.pop() if chat_id == kirsty.person.id and puts_off else await real(chat_id, message)

    monkeypatch.setattr(channel, "send", send)
    await rings(world, kirsty, rab)
    await world.moves_to("2026-11-25 13:50")
    await pauses(morag)
    await world.moves_to("2026-11-25 14:10")  # the cover's step has come
    await resumes(morag)
    dee.sees("C1: missed, reason not yet known.")
    assert [one.text for one in kirsty.new if "missed" in one.text] == []
    await world.moves_to("2026-11-25 15:01")
    kirsty.sees("C1: missed, reason not yet known.")


async def test_each_morning_managers_are_reminded_of_a_pause_and_what_is_too_late_after_it_is_missed(
    world: World, sam: Phone, morag: Phone
) -> None:
    await pauses(morag)
    morag.reads_all()
    await world.moves_to("2026-11-24 08:29")
    morag.sees_nothing_new()
    await world.moves_to("2026-11-25 12:00")
    assert await ends(world, "reminder") == [("missed", "paused")]
    await world.moves_to("2026-11-26 08:29")
    told: list[Any] = [shown.text for shown in morag.new]
    assert len(told) == 2
    assert "Nobody is reminded, or told that a date moved or is off.\nSending has been paused since" in told[-1]
    await resumes(morag)
    sam.sees_nothing_new()
    morag.reads_all()
    await world.moves_to("2026-11-28 12:00")
    assert [shown.text for shown in morag.new if "paused" in shown.text] == []


@pytest.mark.parametrize("begins", [datetime(2026, 11, 23, 17, tzinfo=UTC)])
async def test_hundreds_that_were_held_do_not_flood(world: World, sam: Phone, morag: Phone) -> None:
    """A date that is over is not spoken of; of the others each is told once, after the alerts, at the pace that holds
    at any time."""
    late, ahead = "2026-11-24 09:30", "2026-11-25 09:30"
    async with world.at_once():
        phones = {late: list[Phone](), ahead: list[Phone]()}
        for n in range(260):
            at = late if n < 60 else ahead
            one = await world.individual(f"M{n}", f"Mo{n}")
            order = await world.order(f"OM{n}", one, case_manager_id=1)
            await world.appointment(f"AM{n}", order, one, at)
            phones[at].append(await world.linked(f"Mo{n}", f"M{n}"))
    kirsty = await world.linked("Kirsty", "CM1")
    await pauses(morag)
    await world.moves_to("2026-11-24 18:30")
    service = world.town.app.service
    async with service.db.write() as tx:
        for id_ in range(2, 5):
            [order_] = await dates.orders_of(tx, id_)
            await items.raise_item(service, tx, Kind.NON_ATTENDANCE, f"miss{id_}", id_, order_)
    await world.town.settle()
    world.everybody_reads_all()
    await resumes(morag)
    cards = [one for one in kirsty.new if "missed" in one.text]
    told = [one for phone in phones[ahead] for one in phone.new]
    assert cards
    assert len(told) == len(phones[ahead]) == 200
    assert max(one.date for one in cards) <= min(one.date for one in told)
    assert max(Counter(one.date for one in [*cards, *told]).values()) <= 31
    assert (max(one.date for one in told) - min(one.date for one in told)).total_seconds() < 15, "and no slower"
    assert [one.text for phone in phones[late] for one in phone.new] == []
    assert Counter(await ends(world, "reminder")) == {("missed", "paused"): 60, ("sent", ""): 201}  # and Sam's

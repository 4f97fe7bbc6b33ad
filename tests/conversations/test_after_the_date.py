"""A reminder's buttons stay in the chat: what is answered once the date has begun, is over, or is on record."""

from datetime import UTC, datetime
from typing import Any

import pytest

from db import tables
from domain.attendance import Outcome, Record
from tests.conversations import test_texts
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from tests.conversations.test_deciding import missed
from tests.conversations.test_texts import Texted, said_yes
from usecases import register

texted = test_texts.texted
CANNOT = "C1: can't make it."


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder of Wednesday's date, which is from 9:30 to 13:30."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    """Kirsty, who works with Sam, who has been reminded."""
    phone = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    world.everybody_reads_all()
    return phone


async def kinds(world: World) -> list[str]:
    return [item.kind for item in await rows(world, tables.items)]


async def said(world: World) -> list[tuple[str, str]]:
    return [(one.answer, one.reason) for one in await rows(world, tables.replies)]


def reminder(sam: Phone) -> Any:
    """Where it stands in the chat, whatever it says by now."""
    return next(shown for shown in sam.person.chat if "Wed 25 Nov" in shown.text)


async def taps(sam: Phone, answer: str) -> None:
    """Taps what the reminder offered, though it may show other buttons by now."""
    sam.person.press(f"say:1:1:{answer}", reminder(sam).id)
    await sam.world.town.settle()


async def explains(sam: Phone, reason: str) -> None:
    sam.person.tap(reason, reminder(sam).id)
    await sam.world.town.settle()


async def records(world: World, outcome: Outcome, minutes: int | None = None) -> None:
    service, one = world.town.app.service, await id_of(world, tables.appointments, "A1")
    async with service.db.write() as tx:
        await register.record(service, tx, one, Record(outcome, service.clock.now(), minutes=minutes), "chat")
    await world.town.settle()


async def test_who_says_in_the_afternoon_that_they_will_be_there_in_the_morning_reads_that_it_is_over(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-25 15:00")
    world.everybody_reads_all()
    await sam.taps("I'll be there")
    assert sam.newest() == (
        "Today, Wed 25 Nov, 9:30.\n\n"
        "You said: I'll be there. That date is over now. If you want to tell us about it, write it here."
    )
    assert sam.buttons() == ["Call me"]
    assert await said(world) == [("coming", "")]
    kirsty.sees_nothing_new()


async def test_who_says_so_just_after_it_has_begun_is_not_told_see_you_then(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-25 09:40")
    await sam.taps("I'll be there")
    assert "It has started now. If you are not there yet, please tell us." in sam.newest()
    assert "See you then" not in sam.newest()
    assert sam.buttons() == ["I can't make it", "I need help", "Call me"]


async def test_after_a_miss_the_reminders_answer_is_put_on_the_alert_and_raises_nothing_beside_it(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await missed(world)
    await world.moves_to("2026-11-25 17:00")
    world.everybody_reads_all()
    await taps(sam, "cannot")
    shown = reminder(sam).text
    assert shown.startswith("Today, Wed 25 Nov, 9:30.\n\nYou said: I can't make it. What got in the way?")
    assert "A person will read" in shown
    assert "still" not in shown
    await explains(sam, "My health")
    shown = reminder(sam).text
    assert "Thanks for telling us." in shown
    assert "still" not in shown
    assert await kinds(world) == ["non_attendance"]
    assert [shown.text for shown in kirsty.new] == ["C1 has answered about a date."]
    assert "Replies: I can't make it, My health (today at 17:00)" in await kirsty.opens()


async def test_whoever_has_taken_the_alert_on_hears_once_that_more_was_said(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await missed(world)
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-26 10:00")
    world.everybody_reads_all()
    await taps(sam, "cannot")
    await explains(sam, "Kids or family")
    assert [shown.text for shown in kirsty.new] == ["C1 has answered about a date."]
    assert "Replies: I can't make it, Kids or family (today at 10:00)" in await kirsty.opens()


async def test_a_reason_for_an_earlier_no_that_comes_after_the_miss_is_told_too(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.taps("I can't make it")
    await kirsty.opens()
    await kirsty.taps("Still come")
    await missed(world)
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-26 10:00")
    world.everybody_reads_all()
    await explains(sam, "My health")
    assert [shown.text for shown in kirsty.new] == ["C1 has answered about a date."]
    assert "My health (today at 10:00)" in await kirsty.opens()


async def test_with_nothing_on_record_yet_the_worker_hears_it_once_and_nobody_is_hurried(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    dee = await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-25 15:00")
    await sam.taps("I can't make it")
    assert "What got in the way?" in sam.newest()
    assert "still" not in sam.newest()
    kirsty.sees(CANNOT)
    dee.sees_nothing_new()
    card = await kirsty.opens()
    assert "C1 says: I can't make it.\nUnpaid work, today, Wed 25 Nov, 9:30, The yard" in card
    await sam.taps("Getting there")
    assert "still" not in sam.newest()
    assert "Reason given: Getting there" in await kirsty.opens()
    assert await said(world) == [("cannot", ""), ("cannot", "travel")]
    assert await kinds(world) == ["cannot"]
    sam.reads_all()
    await world.moves_to("2026-11-25 17:00")
    dee.sees(CANNOT)
    assert sam.newest().startswith(
        "You told us that you can't make it today, Wed 25 Nov, at 9:30. We have not got back"
    )
    assert "still" not in sam.newest()


async def test_who_said_so_ahead_and_was_answered_is_heard_again_after_it(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.taps("I can't make it")
    await kirsty.opens()
    await kirsty.taps("Still come")
    await world.moves_to("2026-11-25 15:00")
    world.everybody_reads_all()
    await taps(sam, "cannot")
    kirsty.sees(CANNOT)
    await sam.says("1")
    assert [item.reason for item in await rows(world, tables.items)] == ["", "health"]


async def test_who_came_and_says_that_they_cannot_is_thanked_and_nobody_is_asked_to_look(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-25 13:40")
    await records(world, Outcome.ATTENDED_FULL, 240)
    world.everybody_reads_all()
    await sam.taps("I can't make it")
    assert sam.newest() == (
        "Today, Wed 25 Nov, 9:30.\n\n"
        "You said: I can't make it. We have noted this. If you want to tell us more, write it here."
    )
    assert await kinds(world) == []
    kirsty.sees_nothing_new()
    await sam.says("2")  # no reason was asked for
    assert ("cannot", "work") not in await said(world)


async def test_a_yes_that_comes_too_late_takes_no_earlier_no_back(world: World, sam: Phone, kirsty: Phone) -> None:
    rab = await world.linked("Rab", "SUP1")
    await sam.taps("I can't make it")
    await world.moves_to("2026-11-25 15:00")
    await taps(sam, "coming")
    [item] = await rows(world, tables.items)
    assert (item.kind, item.withdrawn_at) == ("cannot", None)
    await rab.says("/today")
    await rab.taps("Everyone else came")
    assert await rows(world, tables.attendance) == []


async def test_a_yes_typed_before_it_and_heard_after_it_takes_the_earlier_no_back(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.taps("I can't make it")
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-25 08:00")
    world.everybody_reads_all()
    sam.person.say("yes")
    world.town.clock.move_to(datetime(2026, 11, 25, 15, tzinfo=UTC))  # the bot is away until then
    await world.town.settle()
    assert "We have not got back to you" not in " ".join(shown.text for shown in sam.new)
    [item] = await rows(world, tables.items)
    assert item.withdrawn_at is not None
    kirsty.sees("C1: withdrawn.")


async def test_help_asked_for_under_a_date_that_is_over_offers_no_more_answers_about_it(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-25 15:00")
    await sam.taps("I need help")
    kirsty.sees("C1: asks for help.")
    shown = reminder(sam)
    assert shown.text.startswith("Today, Wed 25 Nov, 9:30.\n\nGot it.")
    assert sam._labels(shown) == []


async def test_a_visit_and_a_date_that_must_not_be_missed_are_spoken_of_as_past(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    for kind in ("home_visit", "court_review"):
        await world.change(tables.appointments, "A1", kind=kind)
        await world.moves_to("2026-11-26 10:00")
        await taps(sam, "coming")
        assert sam.newest().startswith(
            "Yesterday, Wed 25 Nov, 9:30.\n\nYou said: I'll be there. That date is over now."
        )
        await taps(sam, "cannot")
        assert sam.newest().startswith(
            "Yesterday, Wed 25 Nov, 9:30.\n\nYou said: I can't make it. What got in the way?"
        )


async def test_nobody_reads_that_a_date_stands_that_was_called_off(world: World, sam: Phone, kirsty: Phone) -> None:
    await records(world, Outcome.STOOD_DOWN_AHEAD)
    for answer in ("coming", "cannot"):
        await taps(sam, answer)
        assert reminder(sam).text == "You do not need to come tomorrow, Wed 25 Nov, at 9:30."
    assert await kinds(world) == []
    await sam.says("1")
    assert await said(world) == [("coming", ""), ("cannot", ""), ("coming", "")], "no reason was asked for"


async def test_by_text_message_it_goes_the_same_way(texted: Texted) -> None:
    world = texted.world
    await said_yes(texted)
    await world.moves_to("2026-11-24 18:00")
    await world.moves_to("2026-11-25 14:00")
    await texted.text("1")
    assert texted.came[-1].startswith("Today, Wed 25 Nov, 9:30. You said: I'll be there. That date is over now.")
    await texted.text("2")
    assert texted.came[-1].startswith("Today, Wed 25 Nov, 9:30. You said: I can't make it. Reply and tell us what got")
    assert await said(world) == [("coming", ""), ("cannot", "")]
    assert await kinds(world) == ["cannot"]


async def test_who_said_so_ahead_and_did_not_come_is_not_asked_as_if_nobody_had_listened(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.taps("I can't make it")
    await sam.taps("My job")
    await world.moves_to("2026-11-25 10:00")
    await records(world, Outcome.MISSED_REASON_UNKNOWN)
    sam.reads_all()
    await world.moves_to("2026-11-25 13:30")
    assert sam.newest() == (
        "You told us that you can't make it today, Wed 25 Nov, at 9:30, and we did not see you. Are you OK? "
        "If you want to tell us more, write it here, or tap Call me."
    )
    assert sam.buttons()[0] == "I was there"

"""Telegram busy, broken, or refusing for good: what is said in the end, when, and what staff hear of it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from db import outbox, tables
from domain import retrying
from domain.outbox import Later, Owed, Reception, Subject, To, Trouble, Unreachable
from messages.compose import Message
from tests.conversations.conftest import Phone, World


async def ends(world: World) -> Sequence[tuple[str, str, int]]:
    """Status, reason and tries of every reminder."""
    rows = tables.outbox.c
    query = select(rows.status, rows.reason, rows.attempts).where(rows.kind == "reminder").order_by(rows.id)
    async with world.town.app.service.db.read() as tx:
        return [tuple(row) for row in await tx.execute(query)]


async def at(world: World, moment: str) -> datetime:
    """Moves there, and says when that was: to wait takes longer."""
    await world.moves_to(moment)
    return datetime.fromisoformat(moment).replace(tzinfo=world.town.app.service.calendar.zone)


def spoken(phone: Phone) -> int:
    return sum("The yard." in one.text for one in phone.new)


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.fixture
async def ailsa(world: World, sam: Phone) -> Phone:
    """Somebody else with a date on the same day."""
    async with world.at_once():
        other = await world.individual("C2", "Ailsa")
        order = await world.order("O2", other)
        place = await world.row(tables.places, ref="P2", nickname="The yard")
        await world.appointment("A2", order, other, "2026-11-25 09:30", place_id=place)
        return await world.linked("Ailsa", "C2")


async def test_who_must_wait_waits_and_nobody_else(world: World, sam: Phone, ailsa: Phone) -> None:
    world.town.telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)
    await world.moves_to("2026-11-24 18:05")
    assert sorted([spoken(sam), spoken(ailsa)]) == [0, 1]
    await world.moves_to("2026-11-24 18:15")
    assert [spoken(sam), spoken(ailsa)] == [1, 1]
    assert await ends(world) == [("sent", "", 1), ("sent", "", 1)]


async def test_a_call_that_never_got_away_is_made_again_at_once(world: World, sam: Phone) -> None:
    world.town.telegram.faults.lose_call("sendMessage")
    await world.moves_to("2026-11-24 18:00")
    assert spoken(sam) == 1
    assert await ends(world) == [("sent", "", 1)]


async def test_a_network_that_is_down_for_long_is_waited_out_at_growing_intervals(world: World, sam: Phone) -> None:
    world.town.telegram.faults.lose_call("sendMessage", times=60)
    began = await at(world, "2026-11-24 18:00")
    waited = world.town.clock.now() - began
    assert timedelta(minutes=20) < waited < timedelta(minutes=35)
    assert spoken(sam) == 1
    assert await ends(world) == [("sent", "", 1)]


async def test_no_wait_is_cut_short_by_what_else_falls_due_meanwhile(world: World, sam: Phone) -> None:
    async def wakes_whoever_sends() -> None:
        while True:
            world.town.app.service.wake()
            await asyncio.sleep(0)

    world.town.telegram.faults.lose_call("sendMessage", times=60)
    impatient = asyncio.create_task(wakes_whoever_sends())
    began = await at(world, "2026-11-24 18:00")
    impatient.cancel()
    assert timedelta(minutes=20) < world.town.clock.now() - began < timedelta(minutes=35)
    assert await ends(world) == [("sent", "", 1)]


async def test_an_answer_that_was_lost_may_double_its_message_and_no_more(world: World, sam: Phone) -> None:
    world.town.telegram.faults.lose_answer("sendMessage")
    await world.moves_to("2026-11-24 18:10")
    assert spoken(sam) == 2
    assert await ends(world) == [("sent", "", 2)]


@pytest.mark.parametrize("tries", [0, 5, retrying.MOST_TRIES])
async def test_a_lost_answer_doubles_a_message_about_two_dates_once_however_often_one_was_tried(
    world: World, sam: Phone, tries: int
) -> None:
    """What was said together is said again together, and the one tried less often says when."""
    await world.appointment("A2", 1, 1, "2026-11-25 18:30")
    async with world.town.app.service.db.write() as tx:
        first = select(func.min(tables.outbox.c.id)).where(tables.outbox.c.kind == "reminder").scalar_subquery()
        await tx.execute(update(tables.outbox).where(tables.outbox.c.id == first).values(attempts=tries))
    world.town.telegram.faults.lose_answer("sendMessage", times=2)
    await world.moves_to("2026-11-24 18:10")
    said = [one.text for one in sam.new if "9:30" in one.text or "18:30" in one.text]
    assert len(said) == 3
    assert all("9:30" in one and "18:30" in one for one in said)
    assert await ends(world) == [("sent", "", tries + 3), ("sent", "", 3)]


async def test_of_two_dates_said_together_each_is_missed_when_it_is_over(world: World, sam: Phone) -> None:
    await world.appointment("A2", 1, 1, "2026-11-25 18:30")
    world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=10**6)
    await world.moves_to("2026-11-25 09:40")
    world.town.telegram.faults.coming.clear()
    await world.moves_to("2026-11-25 09:45")
    said = [one.text for one in sam.new if "18:30" in one.text]
    assert len(said) == 1
    assert "9:30" not in said[0]
    assert [one[:2] for one in await ends(world)] == [("missed", "no_answer"), ("sent", "")]


async def test_what_telegram_never_takes_is_missed_in_the_end_and_somebody_rings(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=10**6)
    await world.moves_to("2026-11-25 09:40")
    [(status, reason, tries)] = await ends(world)
    assert (status, reason) == ("missed", "no_answer")
    assert 25 < tries < 60
    world.town.telegram.faults.coming.clear()
    await world.moves_to("2026-11-25 09:45")
    assert spoken(sam) == 0
    assert "Telegram gave no answer" in await kirsty.opens(), "it may have been sent"
    await kirsty.says("/why A1")
    kirsty.sees("Reminder: not known", "(Telegram gave no answer, so it may have been sent)")


async def test_what_telegram_refuses_has_failed_and_somebody_rings(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: message is too long")
    await world.moves_to("2026-11-24 18:00")
    assert await ends(world) == [("failed", "Message is too long", 1)]
    assert spoken(sam) == 0
    kirsty.sees("C1")
    assert "Sam" not in kirsty.newest()


async def test_what_is_refused_about_no_date_is_passed_to_duty(world: World, sam: Phone) -> None:
    dee = await world.linked("Dee", "DUTY1")
    service = world.town.app.service
    async with service.db.write() as tx:
        one = Owed("not_sent", Subject("individual", 1), To.INDIVIDUAL, service.clock.now(), individual_id=1)
        await outbox.owe(tx, one, service.clock.now())
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: message is too long")
    await world.town.settle()
    dee.sees("C1: Telegram refused a message to them. It was not sent.", "Please tell them yourself.")


async def test_what_had_to_wait_for_too_long_is_not_said_to_be_refused(world: World, sam: Phone) -> None:
    dee = await world.linked("Dee", "DUTY1")
    service, soon = world.town.app.service, world.town.clock.now() + timedelta(minutes=1)
    world.town.telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)
    async with service.db.write() as tx:
        one = Owed("not_sent", Subject("individual", 1), To.INDIVIDUAL, service.clock.now(), soon, individual_id=1)
        await outbox.owe(tx, one, service.clock.now())
    await world.town.settle()
    assert ("individual", "missed", "telegram_busy") in await all_rows(world, "not_sent")
    dee.sees("C1: a message to them could not be sent in time.")


async def never_answers(world: World, phone: Phone, patch: pytest.MonkeyPatch) -> None:
    """Whatever is sent to one phone comes to an end of which nobody knows."""
    channel = world.town.app.dispatcher.channel
    real = channel.send

    async def send(chat_id: int, message: Message) -> Reception:
        return Later(1.0, Trouble.UNKNOWN) if chat_id == phone.person.id else await real(chat_id, message)

    patch.setattr(channel, "send", send)
    patch.setattr(retrying, "LONGEST", timedelta(minutes=30))  # days of tries every few minutes take long to play
    patch.setattr(retrying, "TRIED_FOR", timedelta(hours=26))
    patch.setattr(retrying, "LEAST_TRIES", 20)


async def missed_by_sam(world: World, then_trouble: bool = False) -> None:
    """Rab marks it on Wednesday at 10:00; from just before that tap on every message may come to trouble."""
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-25 10:00")
    await rab.says("/today")
    await rab.taps("1. Sam")
    world.everybody_reads_all()
    if then_trouble:
        world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=10**6)
    await rab.taps("Not here")


async def all_rows(world: World, kind: str) -> Sequence[tuple[str, str, str]]:
    """Whom each row of a kind is for, its status and reason."""
    rows = tables.outbox.c
    query = select(rows.to, rows.status, rows.reason).where(rows.kind == kind).order_by(rows.id)
    async with world.town.app.service.db.read() as tx:
        return [tuple(row) for row in await tx.execute(query)]


async def test_alerts_and_caring_words_outlast_a_day_of_trouble(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "LONGEST", timedelta(minutes=30))
    told = [await world.linked(name, ref) for name, ref in (("Kirsty", "CM1"), ("Dee", "DUTY1"), ("Morag", "MGR1"))]
    await missed_by_sam(world, then_trouble=True)
    await world.moves_to("2026-11-26 12:00")
    assert [one.text for phone in [sam, *told] for one in phone.new] == []
    world.town.telegram.faults.coming.clear()
    await world.moves_to("2026-11-26 12:40")
    assert [sum("C1: missed" in one.text for one in phone.new) for phone in told] == [1, 1, 1]
    assert [row[1:] for row in await all_rows(world, "item")] == [("sent", "")] * 3
    assert [row[1:] for row in await all_rows(world, "missed_care")] == [("sent", "")]


async def test_what_is_never_answered_ends_in_the_end_and_duty_hears_that_it_may_have_been_sent(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    dee = await world.linked("Dee", "DUTY1")
    await never_answers(world, sam, monkeypatch)
    service = world.town.app.service
    async with service.db.write() as tx:
        one = Owed("not_sent", Subject("individual", 1), To.INDIVIDUAL, service.clock.now(), individual_id=1)
        await outbox.owe(tx, one, service.clock.now())
    await world.moves_to("2026-11-25 16:00")
    assert ("individual", "planned", "telegram_trouble") in await all_rows(world, "not_sent")
    await world.moves_to("2026-11-26 09:00")
    assert ("individual", "failed", "no_answer") in await all_rows(world, "not_sent")
    text = dee.sees("C1: Telegram gave no answer to a message to them.", "It may have been sent, or not.")
    assert "refused" not in text


async def test_an_alert_that_is_never_answered_holds_up_no_other_and_is_passed_on_with_true_words(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next on the ladder hear at their own times, once each, however long the first is tried."""
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    morag = await world.linked("Morag", "MGR1")
    await never_answers(world, kirsty, monkeypatch)
    await missed_by_sam(world)
    await world.moves_to("2026-11-25 14:01")
    dee.sees("C1: missed")
    await world.moves_to("2026-11-26 10:01")
    morag.sees("C1: missed")
    world.everybody_reads_all()
    await world.moves_to("2026-11-26 14:00")
    assert await all_rows(world, "item") == [
        ("worker", "unreachable", "no_answer"),
        *(("cover", "sent", ""), ("manager", "sent", "")),
    ]
    assert [one.text for one in [*dee.new, *morag.new] if "C1: missed" in one.text] == []
    assert "may not have been told, as Telegram gave no answer" in await dee.opens()


async def test_whoever_is_asked_in_the_place_of_another_is_tried_for_as_long(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await sam.says("is it still on?")
    await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    for phone in (kirsty, dee, await world.linked("Morag", "MGR1")):
        await never_answers(world, phone, monkeypatch)
    await sam.says("and who is there?")
    await world.moves_to("2026-11-27 10:00")  # duty was owed it on Wednesday
    assert await all_rows(world, "item_again") == [
        ("staff", "failed", "no_answer"),
        ("cover", "unreachable", "no_answer"),
        ("manager", "planned", "telegram_trouble"),
    ]


async def test_whoever_answers_a_person_hears_that_it_may_have_been_sent(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await never_answers(world, sam, monkeypatch)
    await kirsty.opens()
    await kirsty.taps("Still come")
    await sam.says("is it still on?")
    await kirsty.replies("Yes, still on.")
    world.everybody_reads_all()
    await world.moves_to("2026-11-26 09:00")
    kirsty.sees("C1: Telegram gave no answer. It may have been sent, or not. Please make sure that they know.")
    kirsty.sees("C1: Telegram gave no answer to your answer.")
    assert [one.text for one in kirsty.new if "not sent, because" in one.text or "could not be sent" in one.text] == []
    await kirsty.opens()
    assert any("“Yes, still on.” (may not have been sent)" in one.text for one in kirsty.person.chat)


async def test_a_group_that_moved_is_refused_and_harms_nobody(world: World, sam: Phone) -> None:
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat")
    world.town.telegram.faults.coming[0].what.parameters["migrate_to_chat_id"] = -1001  # type: ignore[union-attr]
    await world.moves_to("2026-11-24 18:00")
    assert [one[0] for one in await ends(world)] == ["failed"]
    await sam.says("/next")
    sam.sees("Your next dates:")


async def test_an_alert_that_telegram_refuses_goes_to_the_next_person(world: World, sam: Phone) -> None:
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 18:00")
    world.everybody_reads_all()
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: chat is broken", times=1)
    sam.person.tap("I can't make it")
    await world.town.settle()
    await sam.taps("My health")
    kirsty.sees_nothing_new()
    dee.sees("C1")


async def test_forty_messages_for_one_person_come_one_a_second_and_hold_up_nobody(world: World, sam: Phone) -> None:
    dee = await world.linked("Dee", "DUTY1")
    service = world.town.app.service
    async with service.db.write() as tx:
        for n in range(40):
            owed = Owed("not_sent", Subject("individual", 1), To.DUTY, service.clock.now(), step=str(n))
            await outbox.owe(tx, owed, service.clock.now())
    began = await at(world, "2026-11-24 18:00")
    came = [(one.date - dee.new[0].date).total_seconds() for one in dee.new]
    assert len(came) == 40
    assert max(sum(start <= other < start + 10 for other in came) for start in came) <= 15
    assert began is not None
    assert spoken(sam) == 1


async def test_a_week_asleep_floods_nobody(world: World, sam: Phone) -> None:
    """The machine wakes after the date: nothing is said of it any more."""
    clock = world.town.clock
    clock.move_to(clock.now() + timedelta(days=7))
    await world.town.settle()
    assert spoken(sam) == 0
    [(status, _, tries)] = await ends(world)
    assert (status, tries) == ("missed", 1)


async def test_an_answer_is_said_however_long_the_trouble_lasts(world: World, sam: Phone) -> None:
    world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=20)
    began = world.town.clock.now()
    await sam.says("/next")
    assert sum("Your next dates:" in one.text for one in sam.new) == 1
    assert world.town.clock.now() - began > timedelta(minutes=15)


@pytest.mark.parametrize("trouble", [Trouble.BUSY, Trouble.UNKNOWN])
async def test_an_alert_that_waits_to_be_tried_again_is_not_lost_where_nobody_on_duty_can_be_told(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    kirsty, morag = await world.linked("Kirsty", "CM1"), await world.linked("Morag", "MGR1")
    await comes_to_trouble(world, kirsty, [("2026-11-25 14:00", Later(60.0, trouble))], monkeypatch)
    await missed_by_sam(world)
    await world.moves_to("2026-11-25 14:01")
    morag.sees("C1: missed")
    await world.moves_to("2026-11-25 14:10")
    kirsty.sees("C1: missed")
    assert await all_rows(world, "item") == [
        ("worker", "sent", ""),
        ("cover", "unreachable", "no_chat"),
        ("manager", "sent", ""),
    ]


async def test_whoever_turns_out_to_be_unreachable_once_the_next_has_heard_puts_nobody_after_them_off(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    morag = await world.linked("Morag", "MGR1")
    until = [("2026-11-26 09:00", Later(60.0)), ("2026-11-26 09:30", Unreachable())]
    await comes_to_trouble(world, kirsty, until, monkeypatch)
    await missed_by_sam(world)
    await world.moves_to("2026-11-25 14:01")
    dee.sees("C1: missed")
    await world.moves_to("2026-11-26 09:59")
    assert ("worker", "unreachable", "blocked") in await all_rows(world, "item")
    assert [one.text for one in morag.new if "C1: missed" in one.text] == []
    await world.moves_to("2026-11-26 10:01")
    morag.sees("C1: missed")


async def comes_to_trouble(
    world: World, phone: Phone, until: Sequence[tuple[str, Reception]], patch: pytest.MonkeyPatch
) -> None:
    """What becomes of whatever is sent to one phone, each until a moment; then it is taken."""
    channel, clock, zone = world.town.app.dispatcher.channel, world.town.clock, world.town.app.service.calendar.zone
    real = channel.send

    async def send(chat_id: int, message: Message) -> Reception:
        now = f"{clock.now().astimezone(zone):%Y-%m-%d %H:%M}"
        said = next((said for moment, said in until if now < moment), None)
        return said if said is not None and chat_id == phone.person.id else await real(chat_id, message)

    patch.setattr(channel, "send", send)

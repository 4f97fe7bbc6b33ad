"""What was said and nobody knows it, was kept back until too late, or reached one of several: who hears of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db import items as stored_items
from db import outbox, tables
from domain import retrying
from domain.compliance import UNTIL_TOLD
from domain.imports import File
from domain.outbox import Later, Owed, Reception, Refused, Subject, To, Trouble, Unreachable
from messages.compose import Message
from sandbox import notify
from tests.conversations import test_texts
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from tests.conversations.test_exit_questionnaire import restarts
from tests.conversations.test_pausing import pauses, resumes
from tests.conversations.test_texts import Texted, said_yes
from tests.conversations.test_trouble import all_rows, ends, missed_by_sam, spoken
from usecases import imports, items, outgoing, reminding

texted, kirsty = test_texts.texted, test_texts.kirsty


@pytest.fixture
async def morag(world: World, sam: Phone) -> Phone:
    return await world.linked("Morag", "MGR1")


def in_trouble(world: World, patch: pytest.MonkeyPatch, comes_to: Callable[[int], Reception | None]) -> None:
    """What some messages come to, by who they are for; the others are sent."""
    channel = world.town.app.dispatcher.channel
    real = channel.send

    async def send(chat_id: int, message: Message) -> Reception:
        return comes_to(chat_id) or await real(chat_id, message)

    patch.setattr(channel, "send", send)


def calls_asked_for(phone: Phone) -> Sequence[str]:
    return [str(shown.text) for shown in phone.new if "please ring" in shown.text.lower()]


# ── A pause, and a date that changed in it ──────────────────────────────────────────────────────────────────────────


async def changes(world: World, day: str, start: str, status: str) -> None:
    """The nightly export has Sam's second date otherwise."""
    head = "appointment_ref,order_ref,kind,date,start,end,status"
    export = f"{head}\nA2,O1,unpaid_work,{day},{start},13:00,{status}\n".encode()
    report = await imports.run(world.town.app.service, [File("appointments.csv", export)], False, lambda *_: None)
    assert not report.problems
    await world.town.settle()


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 16, tzinfo=UTC)])
@pytest.mark.parametrize(
    ("first", "start", "status"), [("10:00", "8:30", "booked"), ("08:00", "8:00", "cancelled")], ids=["moved", "off"]
)
@pytest.mark.parametrize("resumed", ["2026-11-25 20:30", "2026-11-26 08:40"])
async def test_news_that_lapses_through_a_pause_is_rung_about(
    world: World, sam: Phone, morag: Phone, first: str, start: str, status: str, resumed: str
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.appointment("A2", 1, 1, f"2026-11-26 {first}")
    await world.moves_to("2026-11-25 18:00")
    sam.sees("Tomorrow, Thu 26 Nov")
    await world.moves_to("2026-11-25 18:30")
    await pauses(morag)
    await changes(world, "2026-11-26", start, status)
    world.everybody_reads_all()
    await world.moves_to(resumed)
    await resumes(morag)
    await world.moves_to("2026-11-26 08:45")
    sam.sees_nothing_new()
    assert [row.kind for row in await rows(world, tables.items)] == ["ring"]
    kirsty.sees("C1")
    [(_, status, _)] = await all_rows(world, "cancelled" if status == "cancelled" else "changed")
    assert status == "missed"


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 17, tzinfo=UTC)])
async def test_a_date_that_was_booked_late_in_a_pause_is_rung_about(world: World, sam: Phone, morag: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await pauses(morag)
    await world.moves_to("2026-11-25 18:30")
    await world.appointment("A2", 1, 1, "2026-11-26 08:30")
    await world.moves_to("2026-11-25 20:30")
    world.everybody_reads_all()
    await resumes(morag)
    await world.moves_to("2026-11-26 08:35")
    sam.sees_nothing_new()
    kirsty.sees("C1")
    assert [row.kind for row in await rows(world, tables.items)] == ["ring"]


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 16, tzinfo=UTC)])
@pytest.mark.parametrize("knows", ["10:00", "08:20"])
async def test_news_that_was_held_until_its_date_had_begun_is_rung_about_while_somebody_may_still_set_out(
    world: World, sam: Phone, morag: Phone, knows: str
) -> None:
    await world.appointment("A2", 1, 1, f"2026-11-26 {knows}")
    await world.moves_to("2026-11-26 08:05")
    await pauses(morag)
    await changes(world, "2026-11-26", "8:30", "booked")
    world.everybody_reads_all()
    await world.moves_to("2026-11-26 08:40")
    await resumes(morag)
    sam.sees_nothing_new()
    assert await all_rows(world, "changed") == [("individual", "missed", "paused")]
    assert [row.kind for row in await rows(world, tables.items)] == ["ring"] * (knows == "10:00")


# ── One of several has it ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("then", [Unreachable(), Refused("Message is too long")])
async def test_what_one_of_two_on_duty_has_is_not_told_to_nobody(
    world: World, sam: Phone, morag: Phone, monkeypatch: pytest.MonkeyPatch, then: Reception
) -> None:
    await world.staff("DUTY2", "Ann Orr", "duty")
    dee, ann = await world.linked("Dee", "DUTY1"), await world.linked("Ann", "DUTY2")
    comes_to: list[Reception] = [then, Later(1.0, Trouble.UNKNOWN)]
    in_trouble(world, monkeypatch, lambda chat: comes_to.pop() if chat == ann.person.id and comes_to else None)
    await missed_by_sam(world)
    await world.moves_to("2026-11-25 11:00")
    assert [one.text for one in dee.new if "C1: missed" in one.text]
    assert comes_to == []
    assert ("cover", "sent", "") in await all_rows(world, "item")
    assert [one.text for one in morag.new if "C1: missed" in one.text] == []
    assert (await dee.opens()).count("not told") == 1, "Kirsty, who has no chat"


async def test_what_one_of_two_has_and_the_other_can_be_told_no_more_in_time_is_sent(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.staff("DUTY2", "Ann Orr", "duty")
    dee, ann = await world.linked("Dee", "DUTY1"), await world.linked("Ann", "DUTY2")
    in_trouble(world, monkeypatch, lambda chat: Later(1.0, Trouble.UNKNOWN) if chat == ann.person.id else None)
    service = world.town.app.service
    now = service.clock.now()
    async with service.db.write() as tx:
        until = now.replace(hour=10)
        await outbox.owe(tx, Owed("not_sent", Subject("individual", 1), To.DUTY, now, until, individual_id=1), now)
    await world.moves_to("2026-11-23 10:10")
    assert len(dee.new) == 1
    assert await all_rows(world, "not_sent") == [("duty", "sent", "")]


# ── Too late to say it ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def evening() -> str:
    return "2026-11-24 18:00"


async def test_what_stands_in_the_chat_of_a_bot_that_was_killed_is_not_said_to_be_missed(
    world: World, sam: Phone, kirsty_linked: Phone, evening: str
) -> None:
    clock, service = world.town.clock, world.town.app.service
    clock.move_to(datetime.fromisoformat(evening).replace(tzinfo=service.calendar.zone))
    [parcel] = (await outgoing.claim(service)).parcels
    [whom] = parcel.recipients
    await world.town.app.dispatcher._say(parcel, whom)  # type: ignore[arg-type]
    assert spoken(sam) == 1
    await restarts(world, "2026-11-25 10:00")
    await world.town.settle()
    assert await ends(world) == [("missed", "no_answer", 2)]
    assert "Telegram gave no answer" in await kirsty_linked.opens()
    await kirsty_linked.says("/why A1")
    kirsty_linked.sees("Reminder: not known", "(Telegram gave no answer, so it may have been sent)")


@pytest.fixture
async def kirsty_linked(world: World, sam: Phone) -> Phone:
    return await world.linked("Kirsty", "CM1")


async def test_where_telegram_could_not_be_reached_until_too_late_somebody_rings(
    world: World, sam: Phone, kirsty_linked: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "UNTIL_OPEN", (timedelta(minutes=1), timedelta(minutes=4)))  # a night takes long
    faults = world.town.telegram.faults
    faults.lose_call("sendMessage", times=10**6)
    await world.moves_to("2026-11-24 18:00")
    assert await ends(world) == [("planned", "quiet_hours", 0)], "until they end"
    faults.coming[0].times = 50
    await world.moves_to("2026-11-25 08:00")
    assert "2026-11-25 09:30" < f"{world.town.clock.now()}" < "2026-11-25 14:00"
    assert await ends(world) == [("missed", "too_late", 1)]
    assert [row.kind for row in await rows(world, tables.items)] == ["ring"]
    kirsty_linked.sees("C1")


@pytest.mark.parametrize("ended", [False, True])
async def test_what_trouble_held_back_until_the_bot_was_stopped_is_rung_about_unless_the_order_has_ended(
    world: World, sam: Phone, kirsty_linked: Phone, ended: bool
) -> None:
    world.town.telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)
    await world.moves_to("2026-11-24 18:00")
    if ended:
        await world.change(tables.orders, "O1", status="completed")
    await restarts(world, "2026-11-25 10:00")
    await world.town.settle()
    assert await ends(world) == [("missed", "too_late", 1)]
    assert [row.kind for row in await rows(world, tables.items)] == ["ring"] * (not ended)


async def test_what_a_machine_slept_through_asks_nobody_to_ring(world: World, sam: Phone, kirsty_linked: Phone) -> None:
    await restarts(world, "2026-11-25 10:00")
    await world.town.settle()
    assert [one[:2] for one in await ends(world)] == [("missed", "too_late")]
    assert await rows(world, tables.items) == []


# ── Who hears of it in the place of another ─────────────────────────────────────────────────────────────────────────


async def test_with_nobody_on_duty_a_manager_hears_what_could_not_be_sent(
    world: World, sam: Phone, morag: Phone, kirsty_linked: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await kirsty_linked.opens()
    in_trouble(world, monkeypatch, lambda chat: Refused("Message is too long") if chat == sam.person.id else None)
    await kirsty_linked.taps("Still come")
    assert await all_rows(world, "cannot_answered") == [("individual", "failed", "Message is too long")]
    assert await all_rows(world, "not_sent") == [("duty", "unreachable", "no_chat"), ("manager", "sent", "")]
    morag.sees("C1: Telegram refused a message to them. It was not sent.", "Please tell them yourself.")


@pytest.mark.parametrize("begins", [datetime(2026, 11, 27, 16, tzinfo=UTC)])
async def test_where_the_nearest_has_blocked_the_bot_the_next_hears_at_once_on_a_friday_too(
    world: World, sam: Phone, morag: Phone, kirsty_linked: Phone
) -> None:
    await world.moves_to("2026-11-27 16:30")
    kirsty_linked.person.deactivate()
    service = world.town.app.service
    now, by = service.clock.now(), await id_of(world, tables.staff, "CM1")
    async with service.db.write() as tx:
        said = Owed("link_not_me", Subject("individual", 1), To.NEAREST, now, to_id=by, individual_id=1)
        await outbox.owe(tx, replace(said, family=UNTIL_TOLD), now)
    service.wake()
    await world.town.settle()
    assert await all_rows(world, "link_not_me") == [("nearest", "sent", "")]
    assert morag.new


@pytest.mark.parametrize("begins", [datetime(2026, 11, 27, 16, tzinfo=UTC)])
async def test_where_nobody_is_left_it_waits(world: World, sam: Phone, morag: Phone, kirsty_linked: Phone) -> None:
    kirsty_linked.person.deactivate()
    morag.person.deactivate()
    service = world.town.app.service
    now, by = service.clock.now(), await id_of(world, tables.staff, "CM1")
    async with service.db.write() as tx:
        said = Owed("link_not_me", Subject("individual", 1), To.NEAREST, now, to_id=by, individual_id=1)
        await outbox.owe(tx, replace(said, family=UNTIL_TOLD), now)
    service.wake()
    await world.town.settle()
    assert await all_rows(world, "link_not_me") == [("nearest", "planned", "blocked")]


# ── Text messages ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_text_that_a_worker_wrote_does_not_go_out_in_another_week(texted: Texted, kirsty: Phone) -> None:
    world = texted.world
    await said_yes(texted)
    await texted.text("my wee girl is not well")
    await kirsty.opens()
    texted.notify.faults += [notify.DAY] * 1000
    await kirsty.replies("Come on Friday.")
    kirsty.reads_all()
    await world.moves_to("2026-11-25 16:00")
    assert ("individual", "planned", "texts_trouble") in await all_rows(world, "answer")
    await world.moves_to("2026-11-25 20:00")
    assert await all_rows(world, "answer") == [("individual", "failed", "texts_trouble")]
    kirsty.sees("C1: not sent, because the text message did not arrive. Please reach them another way.")
    sent = len(texted.notify.sent)
    texted.notify.faults.clear()
    await world.moves_to("2026-11-27 12:00")
    assert not any("Come on Friday" in one.words for one in texted.notify.sent[sent:])


async def test_an_answer_that_could_not_get_away_for_a_day_is_not_sent_and_its_writer_hears(
    world: World, sam: Phone, kirsty_linked: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sam.says("is it still on?")
    await kirsty_linked.opens()
    cut_off = [sam.person.id]
    in_trouble(world, monkeypatch, lambda chat: Later(3600.0) if chat in cut_off else None)
    await kirsty_linked.replies("Yes, come along.")
    kirsty_linked.reads_all()
    await world.moves_to("2026-11-24 12:00")
    assert await all_rows(world, "answer") == [("individual", "failed", "telegram_busy")]
    kirsty_linked.sees("C1: not sent, because Telegram did not take it. Please reach them another way.")
    cut_off.clear()
    await world.moves_to("2026-11-25 12:00")
    assert [one.text for one in sam.new if "come along" in one.text] == []


async def test_a_text_whose_answer_was_lost_is_not_sent_again_as_its_date_was_planned_anew(
    texted: Texted, kirsty: Phone
) -> None:
    world = texted.world
    await said_yes(texted)
    texted.notify.faults += [notify.LOST]
    await world.moves_to("2026-11-24 18:00")
    service = world.town.app.service
    date = await id_of(world, tables.appointments, "A1")
    sent = len(texted.notify.sent)
    async with service.db.write() as tx:
        await reminding.plan(service, tx, [date], "rules_changed")
    await world.moves_to("2026-11-24 18:10")
    assert len(texted.notify.sent) == sent
    assert (await all_rows(world, "reminder"))[0][1:] == ("sent", "")


async def test_a_card_that_may_have_come_is_withdrawn_like_one_that_did(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    world.town.telegram.faults.lose_answer("sendMessage")
    await sam.taps("I can't make it")
    kirsty.sees("C1: can't make it.")
    world.everybody_reads_all()
    date = await id_of(world, tables.appointments, "A1")
    sam.person.press(f"say:{date}:1:coming", sam.person.chat[-1].id)  # a second tap, before Telegram is asked again
    await world.town.settle()
    kirsty.sees("C1: withdrawn. Nothing more to do.")
    await world.moves_to("2026-11-24 18:30")
    assert len(kirsty.new) == 1


async def test_of_two_on_duty_whoever_has_the_card_hears_once_that_it_is_withdrawn_and_the_other_too(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.staff("DUTY2", "Ann Orr", "duty")
    dee, ann = await world.linked("Dee", "DUTY1"), await world.linked("Ann", "DUTY2")
    lost = [ann.person.id]
    in_trouble(world, monkeypatch, lambda chat: Later(60.0, Trouble.UNKNOWN) if chat in lost else None)
    await missed_by_sam(world)
    dee.sees("C1: missed")
    world.everybody_reads_all()
    lost.clear()
    await withdrawn(world)
    assert [one.text for one in dee.new] == [one.text for one in ann.new] == ["C1: withdrawn. Nothing more to do."]


async def test_a_card_that_may_have_come_is_not_withdrawn_for_whoever_gets_the_work_meanwhile(
    world: World, sam: Phone, kirsty_linked: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await world.staff("CM2", "Ann Orr", "case_manager")
    ann = await world.linked("Ann", "CM2")
    cut_off = [kirsty_linked.person.id]
    in_trouble(world, monkeypatch, lambda chat: Later(60.0, Trouble.UNKNOWN) if chat in cut_off else None)
    await missed_by_sam(world)
    await withdrawn(world, settled=False)
    await world.change(tables.orders, "O1", case_manager_id=other)
    cut_off.clear()
    await world.town.settle()
    assert [one.text for one in kirsty_linked.new] == ["C1: withdrawn. Nothing more to do."]
    ann.sees_nothing_new()


async def withdrawn(world: World, settled: bool = True) -> None:
    """It was not so: of the one thing that is open."""
    service = world.town.app.service
    async with service.db.write() as tx:
        [one] = await stored_items.open_items(tx)
        await items.withdraw(service, tx, one)
    service.wake()
    if settled:
        await world.town.settle()

"""What a living bot sees of itself goes to managers in the chat, each event once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from db import outbox, tables
from domain.imports import File
from domain.outbox import Later, Owed, Reception, Subject, To, Trouble
from messages.compose import Message
from reminders.heartbeat import Heart
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from usecases import heartbeat, imports, outgoing, watching


@pytest.fixture
async def morag(world: World, sam: Phone) -> Phone:
    return await world.linked("Morag", "MGR1")


def says(answer: bool) -> Callable[[], Awaitable[bool]]:
    """Whether Telegram answers and every loop moves: those of a town stand still while nothing is due."""

    async def able() -> bool:
        return answer

    return able


@pytest.fixture
def heart(world: World, monkeypatch: pytest.MonkeyPatch) -> Heart:
    heart = world.town.app.heart
    monkeypatch.setattr(heart, "_able", says(True))
    return heart


async def asleep(world: World, moment: str) -> None:
    """The machine stops and wakes up at a moment: nothing on the way is played."""
    clock, zone = world.town.clock, world.town.app.service.calendar.zone
    clock.move_to(clock.now().fromisoformat(moment).replace(tzinfo=zone))


async def missed(world: World, rab: Phone) -> None:
    await world.moves_to("2026-11-25 10:00")
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Not here")


async def test_an_alert_that_leaves_late_is_told_once_in_an_hour(world: World, sam: Phone, morag: Phone) -> None:
    rab, _ = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    dee = await world.linked("Dee", "DUTY1")
    await missed(world, rab)
    await sam.says("I need a word please")
    morag.reads_all()
    await asleep(world, "2026-11-25 14:12")
    await world.town.settle()
    assert len(dee.new) == 2
    (told,) = [shown.text for shown in morag.new]
    assert told.startswith("An alert to staff was late: due today at 14:00, sent today at 14:12.")


async def test_an_alert_that_telegram_would_not_take_for_a_while_is_late_too(
    world: World, sam: Phone, morag: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    rab, kirsty = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    channel = world.town.app.dispatcher.channel
    real, until = channel.send, world.town.clock.now() + timedelta(days=2, hours=1, minutes=7)

    async def send(chat_id: int, message: object) -> object:
        if chat_id == kirsty.person.id and world.town.clock.now() < until:
            return Later(120.0)
        return await real(chat_id, message)  # type: ignore[arg-type]

    monkeypatch.setattr(channel, "send", send)
    await missed(world, rab)
    await world.moves_to("2026-11-25 10:20")
    kirsty.sees("C1: missed, reason not yet known.")
    morag.sees("An alert to staff was late: due today at 10:00, sent today at 10:")


async def missed_in_trouble(world: World, begins: Callable[[], None]) -> None:
    """Rab marks Sam as missed on Wednesday at 10:00, when the trouble has just begun."""
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-25 10:00")
    await rab.says("/today")
    await rab.taps("1. Sam")
    begins()
    await rab.taps("Not here")


async def test_while_telegram_takes_nothing_every_alarm_goes_off(
    world: World, sam: Phone, morag: Phone, heart: Heart
) -> None:
    await world.linked("Kirsty", "CM1")
    faults, service = world.town.telegram.faults, world.town.app.service
    await missed_in_trouble(world, lambda: faults.refuse("sendMessage", 502, "Bad Gateway", times=10**6))
    began = service.clock.now()
    assert await heart.beat()
    morag.reads_all()
    for at, beats, late in (("10:03", True, 0), ("10:06", True, 1), ("10:08", False, 1), ("12:00", False, 1)):
        await world.moves_to(f"2026-11-25 {at}")
        figures = await watching.figures(service)
        assert (await heart.beat(), figures.late_alerts) == (beats, late)
        assert figures.due.oldest == began.replace(microsecond=0)
    assert await heartbeat.silent(service)
    morag.sees_nothing_new()
    faults.coming.clear()
    await world.moves_to("2026-11-25 12:07")
    assert await heart.beat()
    await world.town.settle()
    told = [shown.text for shown in morag.new]
    assert sorted(one.partition(":")[0] for one in told if "late" in one) == [
        "An alert to staff was late",
        "An alert to staff was late",
        "Minder was running, but could not send or answer in time, from today at 10",
    ]
    morag.sees("An alert to staff was late: due today at 10:00, not yet sent today at 10:06.")
    morag.sees("An alert to staff was late: due today at 10:00, sent today at 12:0")
    morag.sees("from today at 10:06 to today at 12:07.", "sent late 2, missed because they were too late to help 0")


@pytest.mark.parametrize("trouble", [Trouble.BUSY, Trouble.UNKNOWN])
async def test_while_one_chat_alone_is_in_trouble_managers_are_told_and_the_heart_beats_on(
    world: World, sam: Phone, morag: Phone, heart: Heart, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    channel = world.town.app.dispatcher.channel
    real, cut_off = channel.send, [kirsty.person.id]

    async def send(chat_id: int, message: Message) -> Reception:
        return Later(60.0, trouble) if chat_id in cut_off else await real(chat_id, message)

    monkeypatch.setattr(channel, "send", send)
    await missed_in_trouble(world, lambda: None)
    morag.reads_all()
    for at, late in (("10:04", 0), ("10:06", 1), ("10:07", 1), ("10:08", 1), ("10:20", 1), ("10:40", 1)):
        await world.moves_to(f"2026-11-25 {at}")
        assert await heart.beat(), at
        await world.town.settle()
        assert (await watching.figures(world.town.app.service)).late_alerts == late
    cut_off.clear()
    await world.moves_to("2026-11-25 10:50")
    kirsty.sees("C1: missed, reason not yet known.")
    (told,) = [shown.text for shown in morag.new if "alert" in shown.text]
    assert told.startswith("An alert to staff was late: due today at 10:00, not yet sent today at 10:06.")


async def test_when_several_chats_are_told_to_wait_and_nobody_can_be_told_anything_the_heart_stops(
    world: World, sam: Phone, morag: Phone, heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(chat_id: int, message: Message) -> Reception:
        return Later(120.0)

    await world.linked("Kirsty", "CM1")
    await missed_in_trouble(world, lambda: monkeypatch.setattr(world.town.app.dispatcher.channel, "send", send))
    for at, beats in (("10:06", True), ("10:10", True), ("10:15", False)):
        await world.moves_to(f"2026-11-25 {at}")
        assert await heart.beat() is beats, at
        await world.town.settle()


async def test_a_person_who_has_to_wait_is_no_alarm(
    world: World, sam: Phone, morag: Phone, heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = world.town.app.dispatcher.channel
    real = channel.send

    async def send(chat_id: int, message: Message) -> Reception:
        return Later(3600.0) if chat_id == sam.person.id else await real(chat_id, message)

    monkeypatch.setattr(channel, "send", send)
    await world.moves_to("2026-11-24 18:30")
    assert (await watching.figures(world.town.app.service)).due.number == 1
    assert await heart.beat()


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 9, tzinfo=UTC)])
async def test_punctual_alerts_are_not_told(world: World, sam: Phone, morag: Phone) -> None:
    rab, kirsty = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    await missed(world, rab)
    kirsty.sees("C1: missed, reason not yet known.")
    await world.moves_to("2026-11-25 15:00")
    assert [shown.text for shown in morag.new if "late" in shown.text] == []


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_a_gap_is_told_once_it_is_over_with_what_became_of_what_fell_due(
    world: World, sam: Phone, morag: Phone, heart: Heart
) -> None:
    one = await world.individual("C2", "Ana")
    order = await world.order("O2", one)
    await world.appointment("A2", order, one, "2026-11-25 09:30")
    await world.appointment("A3", order, one, "2026-11-26 09:30")
    ana = await world.linked("Ana", "C2")
    service = world.town.app.service
    await world.moves_to("2026-11-24 17:00")
    assert await heart.beat()
    await asleep(world, "2026-11-25 19:00")
    heart.alive_since = service.clock.now()
    assert not await heart.beat(), "what fell due has not gone yet: that is no time for a heartbeat"
    await world.town.settle()
    ana.sees("Thu 26 Nov")
    assert await heart.beat()
    await world.town.settle()
    text = morag.sees("Minder was not running from yesterday at 17:00 to today at 19:00.")
    assert "sent late 1, missed because they were too late to help 2" in text
    morag.reads_all()
    await asleep(world, "2026-11-25 19:01")
    assert await heart.beat()
    await world.town.settle()
    morag.sees_nothing_new()


async def test_a_heart_that_cannot_reach_telegram_does_not_beat_and_says_so_when_it_can(
    world: World, morag: Phone, heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await heart.beat()
    await asleep(world, "2026-11-23 09:04")
    monkeypatch.setattr(heart, "_able", says(False))
    assert not await heart.beat()
    assert await heartbeat.silent(world.town.app.service)
    monkeypatch.setattr(heart, "_able", says(True))
    await asleep(world, "2026-11-23 09:30")
    assert await heart.beat()
    await world.town.settle()
    morag.sees("Minder was running, but could not send or answer in time, from today at 9:00 to today at 9:30.")


async def test_a_refused_import_is_told_once_a_day_and_changes_nothing(world: World, morag: Phone) -> None:
    service = world.town.app.service
    bad = [File("appointments.csv", b"appointment_ref,order_ref,kind,date,start\nA9,O9,tea,32/13/2026,9:30\n")]
    assert (await imports.run(service, bad, True, lambda *_: None)).problems
    await world.town.settle()
    morag.sees_nothing_new()
    for hour in (10, 11):
        await world.moves_to(f"2026-11-23 {hour}:00")
        assert (await imports.run(service, bad, False, lambda *_: None)).problems
    await world.town.settle()
    (told,) = [shown.text for shown in morag.new]
    assert "An import was refused, so nothing of it was written." in told
    async with service.db.read() as tx:
        assert (await tx.execute(select(tables.imports.c.id))).first() is None


async def an_import_comes(world: World) -> None:
    await world.row(tables.imports, at=world.town.clock.now(), counts={})


async def of_imports(world: World) -> list[tuple[str, str]]:
    """What became of the news of imports."""
    news = [row for row in await rows(world, tables.outbox) if row.kind.startswith("import_")]
    return [(row.status, row.reason) for row in news]


async def test_an_import_that_does_not_come_is_told_once(world: World, morag: Phone) -> None:
    await world.moves_to("2026-11-27 12:00")
    assert [shown.text for shown in morag.new if "No import" in shown.text] == [], "none has ever come"
    await an_import_comes(world)  # a Friday before St Andrew's Day
    await world.moves_to("2026-12-02 12:00")
    assert [shown.text for shown in morag.new if "No import" in shown.text] == []
    await world.moves_to("2026-12-03 12:00")
    (told,) = [shown.text for shown in morag.new if "No import" in shown.text]
    assert "more than 2 working days" in told
    assert "Fri 27 Nov at 12:00" in told
    morag.reads_all()
    await world.moves_to("2026-12-04 12:00")
    assert [shown.text for shown in morag.new if "No import" in shown.text] == []


async def test_managers_who_are_not_there_are_told_of_a_missing_import_once_they_are(
    world: World, morag: Phone
) -> None:
    await an_import_comes(world)
    await world.change(tables.staff, "MGR1", away_from=date(2026, 11, 26), away_until=date(2026, 11, 26))
    await world.moves_to("2026-11-26 17:00")
    morag.sees_nothing_new()
    await world.moves_to("2026-11-27 12:00")
    (told,) = [shown.text for shown in morag.new if "No import" in shown.text]
    assert "Mon 23 Nov at 9:00" in told
    morag.reads_all()
    await world.moves_to("2026-12-02 12:00")
    assert [shown.text for shown in morag.new if "No import" in shown.text] == []


async def test_a_new_manager_is_told_of_an_import_that_has_been_missing_since_the_only_one_left(
    world: World, morag: Phone
) -> None:
    await an_import_comes(world)
    await world.change(tables.staff, "MGR1", active_until=date(2026, 11, 25))
    await world.moves_to("2026-11-26 17:00")
    await world.staff("MGR2", "Ishbel Orr", "manager")
    ishbel = await world.linked("Ishbel", "MGR2")
    await world.town.settle()
    ishbel.sees("No import for more than 2 working days")


async def test_an_import_that_comes_before_anybody_is_told_that_it_is_missing_is_no_news(
    world: World, morag: Phone
) -> None:
    await an_import_comes(world)
    await world.moves_to("2026-11-26 08:45")  # owed at half past eight, for nine
    assert await of_imports(world) == [("planned", "")]
    await an_import_comes(world)
    await world.moves_to("2026-11-26 12:00")
    assert [shown.text for shown in morag.new if "No import" in shown.text] == []
    assert await of_imports(world) == [("cancelled", "no_longer_so")]


async def test_a_refused_import_that_was_taken_in_after_all_is_no_news_for_a_manager_who_comes_back(
    world: World, morag: Phone
) -> None:
    service = world.town.app.service
    bad = [File("appointments.csv", b"appointment_ref,order_ref,kind,date,start\nA9,O9,tea,32/13/2026,9:30\n")]
    await world.change(tables.staff, "MGR1", away_from=date(2026, 11, 23), away_until=date(2026, 11, 24))
    await world.moves_to("2026-11-23 10:00")
    assert (await imports.run(service, bad, False, lambda *_: None)).problems
    await world.moves_to("2026-11-23 12:00")
    await an_import_comes(world)
    await world.moves_to("2026-11-24 10:00")
    assert (await imports.run(service, bad, False, lambda *_: None)).problems
    await world.moves_to("2026-11-25 10:00")
    (told,) = [shown.text for shown in morag.new if "import" in shown.text]
    assert told.endswith("The last one that was taken in: Mon 23 Nov at 12:00.")
    assert await of_imports(world) == [("cancelled", "no_longer_so"), ("sent", "")]


async def test_an_alert_that_was_late_while_no_manager_was_there_is_told_to_the_first_who_is(
    world: World, sam: Phone
) -> None:
    rab, _ = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    await world.linked("Dee", "DUTY1")
    await missed(world, rab)
    await sam.says("I need a word please")
    await asleep(world, "2026-11-25 14:12")
    await world.town.settle()
    await world.moves_to("2026-11-26 12:00")
    morag = await world.linked("Morag", "MGR1")
    await world.town.settle()
    morag.sees("An alert to staff was late: due yesterday at 14:00, sent yesterday at 14:12.")


async def put_off(world: World, phone: Phone, patch: pytest.MonkeyPatch) -> list[int]:
    """Telegram tells one chat to wait for a minute, for as long as it stands in the list that is given back."""
    channel = world.town.app.dispatcher.channel
    real, cut_off = channel.send, [phone.person.id]

    async def send(chat_id: int, message: Message) -> Reception:
        return Later(60.0) if chat_id in cut_off else await real(chat_id, message)

    patch.setattr(channel, "send", send)
    return cut_off


async def test_what_trouble_put_off_and_nobody_tries_again_stops_the_heart(
    world: World, sam: Phone, morag: Phone, heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off = await put_off(world, await world.linked("Kirsty", "CM1"), monkeypatch)
    await missed_in_trouble(world, lambda: None)
    await world.moves_to("2026-11-25 10:02")
    assert await heart.beat()
    await asleep(world, "2026-11-25 10:09")
    assert (await watching.figures(world.town.app.service)).due.number == 1, "nothing else is late"
    assert not await heart.beat()
    cut_off.clear()
    await world.town.settle()
    assert await heart.beat()


async def test_what_trouble_put_off_is_late_while_it_is_being_tried_again(
    world: World, sam: Phone, morag: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_off(world, await world.linked("Kirsty", "CM1"), monkeypatch)
    await missed_in_trouble(world, lambda: None)
    began = world.town.clock.now().replace(microsecond=0)
    await world.moves_to("2026-11-25 10:06")
    service = world.town.app.service
    await asleep(world, "2026-11-25 10:08")
    [parcel] = (await outgoing.claim(service)).parcels
    assert parcel.row.owed.kind == "item"
    figures = await watching.figures(service)
    assert (figures.late_alerts, figures.due.number, figures.due.oldest) == (1, 1, began)


async def test_what_telegram_took_before_the_trouble_began_does_not_show_that_it_is_there(
    world: World, sam: Phone, morag: Phone, heart: Heart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alert was due before that, as the machine was asleep."""
    rab, _ = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    dee = await world.linked("Dee", "DUTY1")
    await missed(world, rab)
    service, channel = world.town.app.service, world.town.app.dispatcher.channel
    async with service.db.write() as tx:
        at = service.calendar.at(date(2026, 11, 25), time(14, 5))
        await outbox.owe(tx, Owed("not_sent", Subject("individual", 1), To.MANAGER, at, individual_id=1), at)
    morag.reads_all()
    real = channel.send

    async def send(chat_id: int, message: Message) -> Reception:
        return Later(300.0, Trouble.UNKNOWN) if chat_id == dee.person.id else await real(chat_id, message)

    monkeypatch.setattr(channel, "send", send)
    await asleep(world, "2026-11-25 14:08")
    await world.town.settle()
    assert len(morag.new) == 1, "the last that Telegram took"
    assert not await heart.beat()

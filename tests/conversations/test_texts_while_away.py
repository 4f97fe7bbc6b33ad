"""What people text, and the receipts, while the bot is away for longer than Notify posts them again: they are asked
for, and take effect once, as what they were then."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from bot import callbacks as serving_callbacks
from bot.app import App
from db import tables
from reminders.schedule import Job
from sandbox import notify
from tests.conversations import test_texted_back, test_texts
from tests.conversations.conftest import Phone
from tests.conversations.looking import id_of, rows
from tests.conversations.test_alert import records
from tests.conversations.test_changes import THU, moved
from tests.conversations.test_import import tonight
from tests.conversations.test_texted_back import dated, has_number, kinds, lee_with_the_same_number, person, reminded
from tests.conversations.test_texts import MOBILE, OTHER, Texted, said_yes
from usecases import callbacks, outgoing
from usecases.callbacks import Came
from usecases.service import Service

texted, kirsty, dee = test_texts.texted, test_texts.kirsty, test_texted_back.dee
TOGETHER = 6  # tries of two at one moment


@pytest.fixture(autouse=True)
def kept(texted: Texted) -> None:
    """Notify has all that is texted, posted or not, for seven days."""
    texted.notify.clock = texted.posts.clock
    texted.posts = replace(texted.posts, house=texted.notify)


def job(texted: Texted) -> Job:
    return next(one for one in texted.world.town.app.ticker.jobs if one.name == "texts")


async def looks(texted: Texted) -> None:
    """The clock's job, once."""
    await texted.world.town.app.run_jobs(job(texted))
    await texted.world.town.settle()


def at(moment: str) -> datetime:
    """Winter: wall time is UTC."""
    return datetime.fromisoformat(f"{moment}+00:00")


def sleeps_until(texted: Texted, moment: str) -> None:
    """The machine sleeps: nothing is played."""
    texted.posts.clock.move_to(at(moment))


async def answers(texted: Texted) -> list[tuple[str, datetime]]:
    """What was answered, and when, to the minute."""
    found = await rows(texted.world, tables.replies)
    return [(row.answer, row.at.replace(second=0, microsecond=0)) for row in found]


# ── Once, and nothing is lost ───────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_texted_on_a_weekend_without_the_bot_counts_on_monday_and_once(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    await reminded(texted)
    await looks(texted)
    saturday = at("2026-11-28 14:00")
    sleeps_until(texted, "2026-11-30 08:00")
    words = ("my wee girl is not well", "I want to die", "STOP")
    ids = [texted.notify.comes(MOBILE, one, saturday + timedelta(minutes=n)) for n, one in enumerate(words)]
    dee.reads_all()
    before = len(texted.came)
    await looks(texted)
    dee.sees("C1: URGENT")
    assert "116 123" in texted.came[-1]
    assert (await person(texted)).texts_stopped_at is not None
    said = [(row.words, row.at) for row in await rows(texted.world, tables.said)]
    assert said[0] == (words[0], saturday), "when they wrote it, not when it was found"
    assert [one for one, _ in said] == list(words[:2])
    found, opened = len(texted.came), await kinds(texted)
    assert found - before == 1, "nothing else is answered after STOP"
    await looks(texted)
    for id_, one in zip(ids, words, strict=True):
        await texted.text(one, id_=id_)
    assert (len(texted.came), await kinds(texted)) == (found, opened)
    assert len(await rows(texted.world, tables.said)) == 2


async def ends(*_: object) -> None:
    """A loop that is over, as none is looked at here but the one that sends."""


@pytest.fixture
def only_sends(texted: Texted, monkeypatch: pytest.MonkeyPatch) -> App:
    """The bot, which hears and sends once it is run."""
    app = texted.world.town.app
    others = ((app, "open"), (app, "close"), (app, "_stay_present"), (app.ticker, "keep_running"))
    loops = ((app.receiver, "keep_sharing"), (app.heart, "keep_beating"))
    for whose, name in (*others, *loops):
        monkeypatch.setattr(whose, name, ends)
    for whose in (type(app.monitor), serving_callbacks):
        monkeypatch.setattr(whose, "keep_serving", ends)
    return app


async def test_stop_is_heard_before_a_bot_that_comes_back_sends_what_is_due(
    texted: Texted, kirsty: Phone, only_sends: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    await said_yes(texted)
    texted.notify.comes(MOBILE, "STOP", at("2026-11-24 17:30"))
    sleeps_until(texted, "2026-11-24 18:30")
    monkeypatch.setattr(only_sends.dispatcher, "keep_running", only_sends.dispatcher.run)
    await only_sends.run()
    assert texted.came == []
    assert await texted.about() == [("reminder", "suppressed", "stopped")]


@pytest.mark.parametrize("away", ["the machine", "the database"])
async def test_stop_is_heard_first_by_a_bot_that_was_away_and_was_not_started_again(
    texted: Texted, kirsty: Phone, only_sends: App, away: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await said_yes(texted)
    looks_at: list[datetime] = []
    next_due = outgoing.next_due

    async def looked(service: Service) -> datetime | None:
        looks_at.append(now := service.clock.now())
        if away == "the database" and at("2026-11-24 17:10") < now <= at("2026-11-24 18:30"):
            raise OSError("it is away")
        return await next_due(service)

    monkeypatch.setattr(outgoing, "next_due", looked)
    running = asyncio.create_task(only_sends.run())
    await until(lambda: bool(looks_at))
    texted.notify.comes(MOBILE, "STOP", at("2026-11-24 17:20"))
    clock, back = texted.posts.clock, at("2026-11-24 18:31")
    for moment in [at("2026-11-24 17:30"), at("2026-11-24 18:30"), back] if away == "the database" else [back]:
        await until(lambda: clock.next_wake() is not None)
        clock.move_to(moment)
        await until(lambda: looks_at[-1] == clock.now())
    async with asyncio.timeout(10):
        while (await texted.about())[0][1] == "planned":
            clock.move_to(max(clock.now(), min(clock.next_wake() or back, back + timedelta(minutes=1))))
            await asyncio.sleep(0.001)
    assert texted.came == []
    assert await texted.about() == [("reminder", "suppressed", "stopped")]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not so():
            await asyncio.sleep(0.001)


async def test_what_was_posted_already_is_found_and_nothing_comes_of_it(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    await texted.text("2")
    texted.notify.comes(MOBILE, "the bus is off", at("2026-11-24 18:05"))
    sleeps_until(texted, "2026-11-24 18:20")
    await looks(texted)
    assert "the bus is off" in await kirsty.opens()
    assert [one for one, _ in await answers(texted)] == ["cannot"]


async def test_all_pages_are_read_and_the_oldest_is_heard_first(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    texted.notify.page = 2
    six, texts = at("2026-11-24 18:00"), ("1", "2", "1", "2", "1")
    for n, one in enumerate(texts, 1):
        texted.notify.comes(MOBILE, one, six + timedelta(minutes=n))
    sleeps_until(texted, "2026-11-24 20:00")
    await looks(texted)
    meant = {"1": "coming", "2": "cannot"}
    assert await answers(texted) == [(meant[one], six + timedelta(minutes=n)) for n, one in enumerate(texts, 1)]


async def test_no_more_is_read_than_has_come_since_the_last_look(texted: Texted) -> None:
    """A number that somebody has on record by now was a stranger's when it was heard."""
    texted.notify.page = 1
    for n in range(3):
        texted.notify.comes(OTHER, "hello?", at("2026-11-24 16:00") + timedelta(minutes=n))
    await looks(texted)
    sleeps_until(texted, "2026-11-24 17:30")
    await has_number(texted, "C1", OTHER)
    texted.notify.asked.clear()
    await looks(texted)
    assert Counter(texted.notify.asked) == {"received-text-messages": 1}
    assert await kinds(texted) == []


async def test_a_stranger_in_danger_is_told_once_whom_to_ring(texted: Texted) -> None:
    texted.notify.comes(OTHER, "i want to die", at("2026-11-24 16:50"))
    texted.notify.faults.append(notify.LOST)
    await looks(texted)
    await texted.world.moves_to("2026-11-24 17:02")
    await looks(texted)
    await looks(texted)
    (text,) = texted.notify.to(OTHER)
    assert "116 123" in text


async def test_a_text_that_is_posted_and_found_at_one_moment_takes_effect_once(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    service, now = texted.world.town.app.service, texted.posts.clock.now()
    for n in range(TOGETHER):
        came = Came(uuid4(), MOBILE, f"words number {n}", now)
        await asyncio.gather(*(callbacks.hear(service, came) for _ in range(3)))
    assert len(await rows(texted.world, tables.said)) == TOGETHER
    texted.notify.comes(MOBILE, "2", now, id_ := uuid4())
    posts = replace(texted.posts, house=None)
    status, _ = await asyncio.gather(posts.text(MOBILE, "2", id_, now), texted.world.town.app.run_jobs(job(texted)))
    assert status == 200
    assert [one for one, _ in await answers(texted)] == ["cannot"]


async def test_one_text_that_cannot_be_kept_holds_up_no_other(
    texted: Texted, kirsty: Phone, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await reminded(texted)
    hear, stuck = callbacks.hear, texted.notify.comes(MOBILE, "stuck", at("2026-11-24 17:30"))
    texted.notify.comes(MOBILE, "2", at("2026-11-24 18:00"))

    async def hears(service: object, came: Came) -> object:
        if came.reference == stuck:
            raise OSError("the disk is full")
        return await hear(texted.world.town.app.service, came)

    monkeypatch.setattr(callbacks, "hear", hears)
    await looks(texted)
    assert [one for one, _ in await answers(texted)] == ["cannot"]
    assert capsys.readouterr().out.count("callback_trouble") == 1
    monkeypatch.undo()
    sleeps_until(texted, "2026-11-25 08:00")
    await looks(texted)
    assert [row.words for row in await rows(texted.world, tables.said)] == ["stuck"]


@pytest.mark.parametrize("fault", [notify.DOWN, notify.RATE, notify.NO_KEY, notify.PORTAL, notify.PROXY])
async def test_while_notify_does_not_say_nothing_is_lost_and_texts_go_on(
    texted: Texted, kirsty: Phone, fault: notify.Fault, capsys: pytest.CaptureFixture[str]
) -> None:
    await said_yes(texted)
    await looks(texted)
    texted.notify.comes(MOBILE, "the bus is off", at("2026-11-24 17:01"))
    texted.notify.silences.append(fault)
    sleeps_until(texted, "2026-11-24 17:59")
    capsys.readouterr()
    await looks(texted)
    log = capsys.readouterr().out
    assert (log.count("notify_trouble"), log.count("job_failed")) == (1, 0)
    await texted.world.moves_to("2026-11-24 18:00")
    assert texted.came[-1].startswith("Tomorrow"), "it holds up no sending"
    sleeps_until(texted, "2026-11-25 08:00")
    await looks(texted)
    assert [row.words for row in await rows(texted.world, tables.said)] == ["the bus is off"]


# ── As what it was ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_answer_counts_for_the_question_before_it_and_for_no_newer_one(texted: Texted, kirsty: Phone) -> None:
    await said_yes(texted)
    texted.notify.comes(MOBILE, "1", at("2026-11-24 17:30"))  # nothing had been asked
    texted.notify.comes(MOBILE, "2", at("2026-11-24 18:10"))
    await texted.world.moves_to("2026-11-24 18:00")
    await dated(texted, "B1", "2026-11-26 10:30")
    await texted.world.moves_to("2026-11-25 18:00")
    assert [one[:22] for one in texted.came] == ["Tomorrow, Wed 25 Nov, ", "Tomorrow, Thu 26 Nov, "]
    await looks(texted)
    first = await id_of(texted.world, tables.appointments, "A1")
    [row] = await rows(texted.world, tables.replies)
    assert row.appointment_id == first
    assert await answers(texted) == [("cannot", at("2026-11-24 18:10"))]
    assert [row.words for row in await rows(texted.world, tables.said)] == ["1"]
    assert "See you then" not in " ".join(texted.came)


async def test_an_answer_to_a_time_that_has_been_moved_since_says_nothing_of_the_new_one(
    texted: Texted, kirsty: Phone
) -> None:
    await said_yes(texted)
    await tonight(texted.world)
    await texted.world.moves_to("2026-11-24 18:00")
    texted.notify.comes(MOBILE, "1", at("2026-11-24 18:05"))
    await texted.world.moves_to("2026-11-24 18:30")
    await tonight(texted.world, appointments=moved(THU))
    assert "26 Nov" in texted.came[-1]
    before = len(texted.came)
    await looks(texted)
    assert await answers(texted) == []
    assert len(texted.came) == before + 1
    assert "See you then" not in texted.came[-1]


async def test_no_alarm_is_late_because_what_it_is_about_was_found_late(texted: Texted, kirsty: Phone) -> None:
    """Somebody has taken on the missed date already."""
    await texted.world.staff("MGR1", "Morag Reid", "manager")
    morag = await texted.world.linked("Morag", "MGR1")
    await reminded(texted)
    texted.notify.comes(MOBILE, "2", at("2026-11-24 19:00"))
    texted.notify.comes(MOBILE, "the bus is off", at("2026-11-25 08:00"))
    yard = await texted.world.staff("SUP1", "Rab Boyd", "supervisor")
    await texted.world.change(tables.appointments, "A1", staff_id=yard)
    await records(await texted.world.linked("Rab", "SUP1"), "Not here", "2026-11-25 10:50")
    await texted.world.moves_to("2026-11-25 17:00")
    await kirsty.taps("I'm dealing with it")
    sleeps_until(texted, "2026-11-27 09:00")
    await texted.world.town.settle()
    texted.world.everybody_reads_all()
    await looks(texted)
    await texted.world.moves_to("2026-11-27 09:10")
    morag.sees_nothing_new()


async def test_an_answer_of_four_days_ago_still_counts_for_what_was_asked_then(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    texted.notify.comes(MOBILE, "2", at("2026-11-24 19:00"))
    sleeps_until(texted, "2026-11-28 19:00")
    await looks(texted)
    assert await answers(texted) == [("cannot", at("2026-11-24 19:00"))]


async def test_a_wrong_number_is_whose_it_was_when_it_was_said(texted: Texted, kirsty: Phone) -> None:
    """Lee has had the number since, and was texted there: neither is what it was said of."""
    await reminded(texted)
    texted.notify.comes(MOBILE, "wrong number", at("2026-11-24 18:30"))
    sleeps_until(texted, "2026-11-25 12:00")
    await lee_with_the_same_number(texted)
    await has_number(texted, "C1", OTHER)
    by = await id_of(texted.world, tables.staff, "CM2")
    yes = {"texts_agreed_at": texted.posts.clock.now(), "texts_agreed_by": by, "texts_number": MOBILE}
    await texted.world.change(tables.individuals, "D1", **yes)
    lee, order = await id_of(texted.world, tables.individuals, "D1"), await id_of(texted.world, tables.orders, "P1")
    async with texted.world.at_once():
        await texted.world.appointment("L1", order, lee, "2026-11-26 10:30")
    await texted.world.moves_to("2026-11-25 18:00")
    assert texted.came[-1].startswith("Tomorrow, Thu 26 Nov, 10:30.")
    await looks(texted)
    assert (await person(texted, "D1")).texts_wrong_at is None
    assert [bool(row.number) for row in await rows(texted.world, tables.texts) if row.outbox_id] == [False, True]


# ── Receipts ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_receipt_that_never_came_is_asked_for_once_and_counts_as_if_it_had(
    texted: Texted, kirsty: Phone
) -> None:
    await reminded(texted)
    [sent] = texted.notify.sent
    texted.notify.became[sent.id] = "delivered"
    for moment in ("2026-11-24 18:59", "2026-11-24 19:20", "2026-11-25 08:00"):
        sleeps_until(texted, moment)
        await looks(texted)
        assert (sent.id in texted.notify.asked) is (moment > "2026-11-24 19:00")
    assert texted.notify.asked.count(sent.id) == 1
    await kirsty.says("/why A1")
    kirsty.sees("delivered, says its receipt")


async def test_of_a_date_ahead_that_did_not_arrive_somebody_rings_though_no_receipt_came(
    texted: Texted, kirsty: Phone
) -> None:
    await reminded(texted)
    texted.notify.became[texted.notify.sent[0].id] = "permanent-failure"
    sleeps_until(texted, "2026-11-24 19:20")
    await looks(texted)
    kirsty.sees("C1: please ring about a date.")
    sam = await person(texted)
    assert (sam.texts_wrong_at is not None, sam.texts_wrong_said) == (True, False)


async def test_what_is_on_its_way_is_asked_about_again_when_nobody_tries_any_more(
    texted: Texted, kirsty: Phone
) -> None:
    """Networks try for three days, and what had its receipt is not asked about."""
    await reminded(texted)
    [sent] = texted.notify.sent
    for hours in (2, 3, 24, 72):
        sleeps_until(texted, (at("2026-11-24 18:00") + timedelta(hours=hours)).strftime("%Y-%m-%d %H:%M"))
        await looks(texted)
        assert texted.notify.asked.count(sent.id) == 1
    texted.notify.became[sent.id] = "temporary-failure"
    sleeps_until(texted, "2026-11-27 20:00")
    await looks(texted)
    assert texted.notify.asked.count(sent.id) == 2
    [row] = await rows(texted.world, tables.texts)
    assert row.receipt == "temporary-failure"


async def test_receipts_that_came_are_not_asked_for(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    await texted.receipt("delivered")
    sleeps_until(texted, "2026-11-24 20:00")
    await looks(texted)
    assert set(texted.notify.asked) == {"received-text-messages"}


async def test_what_notify_has_forgotten_is_asked_about_no_more_and_trouble_is_tried_again(
    texted: Texted, kirsty: Phone
) -> None:
    await reminded(texted)
    sent = texted.notify.sent.pop()
    sleeps_until(texted, "2026-11-24 19:20")
    await looks(texted)
    await looks(texted)
    assert texted.notify.asked.count(sent.id) == 1
    texted.notify.sent.append(sent)
    await dated(texted, "B1", "2026-11-25 10:30")
    await texted.world.moves_to("2026-11-24 19:21")
    later = texted.notify.sent[-1].id
    texted.notify.became[later] = "delivered"
    sleeps_until(texted, "2026-11-24 20:30")
    await texted.world.town.settle()
    texted.notify.silences += [notify.Fault(200, page='{"received_text_messages": []}'), notify.DOWN]
    await looks(texted)
    assert [row.receipt for row in await rows(texted.world, tables.texts)] == ["", ""]
    await looks(texted)
    assert [row.receipt for row in await rows(texted.world, tables.texts)] == ["", "delivered"]

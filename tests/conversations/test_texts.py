"""Text messages: for whoever the chat does not reach and who agreed to them, by the same outbox and the same rules; and
what people text back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from starlette.applications import Starlette

from bot import serving
from bot.settings import Settings
from db import outbox, people, tables
from db.types import Keyring
from domain.outbox import Owed, Subject, To
from sandbox import notify
from sandbox.clock import MovableClock
from sandbox.limits import Limits
from sandbox.notify import Notify, Poster
from sandbox.server import Telegram
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conftest import SECRET
from tests.conversations.conftest import LONGEST_POLL, Phone, World
from tests.conversations.looking import id_of, looked_at, owed_about, rows
from tests.conversations.test_exit_questionnaire import ends
from usecases import outgoing, settling

MOBILE, OTHER = "+447700900123", "+447700900456"
TOKEN = "a-token-for-tests"
EVE = datetime(2026, 11, 24, 17, tzinfo=UTC)  # an hour before the reminder


@dataclass
class Texted:
    """The town with text messages set up, the pretend Notify, and what it posts."""

    world: World
    notify: Notify
    posts: Poster

    @property
    def came(self) -> list[str]:
        """What Sam's phone has had."""
        return self.notify.to(MOBILE)

    async def text(self, words: str, number: str = MOBILE, id_: UUID | None = None) -> None:
        assert await self.posts.text(number, words, id_) == 200
        await self.world.town.settle()

    async def receipt(self, status: str) -> None:
        assert await self.posts.receipt(self.notify.sent[-1].id, status) == 200
        await self.world.town.settle()

    async def about(self, ref: str = "A1") -> list[tuple[str, str, str]]:
        subject = Subject("appointment", await id_of(self.world, tables.appointments, ref))
        return await owed_about(self.world, subject)


@pytest.fixture
async def texted(database_url: str) -> AsyncIterator[Texted]:
    """Sam, whose phone has no chat, on unpaid work at the yard on Wednesday at 9:30; Kirsty is the case manager."""
    clock, gateway = MovableClock(EVE), Notify()
    telegram = Telegram(clock, limits=Limits(), longest_poll=LONGEST_POLL, seed=1)
    bot = telegram.add_bot("Dates", "dates_bot")
    async with serving.served(gateway.pages(), "127.0.0.1", 0) as port:
        settings = Settings(
            token=bot.token,
            secret_key=(SECRET,),
            database_url=database_url,
            phone="01475 715 000",
            lock_after_hours=0,
            notify_key=gateway.key,
            notify_template=gateway.template,
            notify_url=f"http://127.0.0.1:{port}",
            notify_callback_token=TOKEN,
        )
        town = await Town.found(telegram, settings, clock, SandboxRequest(telegram))
        world = World(town)
        await caseload(world)
        yield Texted(world, gateway, Poster(Starlette(routes=town.app.callbacks), TOKEN, clock))
        await town.close()


async def caseload(world: World) -> None:
    async with world.at_once():
        kirsty = await world.staff("CM1", "Kirsty Muir", "case_manager")
        await world.staff("CM2", "Ailsa Bain", "case_manager")
        one = await world.individual("C1", "Sam", mobile=MOBILE, mobile_hash=hashed(world, MOBILE))
        order = await world.order("O1", one, case_manager_id=kirsty)
        place = await world.row(tables.places, ref="P1", nickname="The yard", bring="boots and lunch")
        await world.appointment("A1", order, one, "2026-11-25 09:30", place_id=place)


async def never_written(service: object, results: object) -> None:
    """As if the process were killed between a call and its record."""


def hashed(world: World, number: str) -> str:
    return world.town.app.service.db.keys.hash(number)


async def said_yes(texted: Texted, number: str = MOBILE) -> None:
    """Kirsty has put Sam's yes on record."""
    by = await id_of(texted.world, tables.staff, "CM1")
    yes = {"texts_agreed_at": texted.posts.clock.now(), "texts_agreed_by": by, "texts_number": number}
    await texted.world.change(
        tables.individuals, "C1", **yes, stopped_at=None, texts_stopped_at=None, texts_wrong_at=None
    )


async def agreed(texted: Texted, kirsty: Phone) -> None:
    """Kirsty puts it on record, tap by tap."""
    await kirsty.says("/texts C1")
    await kirsty.taps("They agreed to texts at …123")
    assert "is their own" in kirsty.newest()
    await kirsty.taps("Yes, they asked for it")
    assert "Kirsty Muir recorded their yes" in kirsty.newest()
    kirsty.reads_all()


@pytest.fixture
async def kirsty(texted: Texted) -> Phone:
    return await texted.world.linked("Kirsty", "CM1")


async def test_sam_who_agreed_is_reminded_by_text_and_the_answer_reaches_kirsty(texted: Texted, kirsty: Phone) -> None:
    world = texted.world
    await agreed(texted, kirsty)
    assert ("C1", "texts agreed") in await looked_at(world, "CM1")
    await world.moves_to("2026-11-24 18:00")
    (text,) = texted.came
    assert text == (
        "Tomorrow, Wed 25 Nov, 9:30. The yard. Bring boots and lunch. Can you make it? "
        "Reply 1 I'll be there, 2 I can't make it, or 3 I need help. Reply STOP to stop these texts."
    )
    await kirsty.says("/why A1")
    assert "delivered" not in kirsty.sees("Reminder: text message accepted for sending, today at 18:00.")
    await texted.receipt("delivered")
    await texted.receipt("delivered")
    await kirsty.says("/why A1")
    kirsty.sees("today at 18:00; delivered, says its receipt, today at 18:00.")
    kirsty.reads_all()
    twice = uuid4()
    await texted.text(" 2. ", id_=twice)
    await texted.text(" 2. ", id_=twice)
    assert len(texted.came) == 2
    assert "your date still stands" in texted.came[-1]
    kirsty.sees("C1: can't make it.")
    assert [row.answer for row in await rows(world, tables.replies)] == ["cannot"]
    await texted.text("my wee girl is not well")
    assert "my wee girl is not well" in await kirsty.opens()
    assert "passed that on" in texted.came[-1]
    await kirsty.replies("Hope she is better soon. Come on Friday.")
    assert texted.came[-1].startswith("Hope she is better soon. Come on Friday.")


async def test_nobody_is_texted_without_a_yes_to_this_number(texted: Texted, kirsty: Phone) -> None:
    world = texted.world
    await world.moves_to("2026-11-24 18:00")
    assert await texted.about() == [("reminder", "unreachable", "texts_not_agreed")]
    await kirsty.says("/why A1")
    kirsty.sees("they have not agreed to text messages")
    await said_yes(texted)
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    await world.change(tables.individuals, "C1", mobile=OTHER, mobile_hash=hashed(world, OTHER))
    await world.appointment("A2", order, one, "2026-11-25 10:30")  # it is the evening before: its reminder is due
    await world.moves_to("2026-11-24 18:01")
    assert await texted.about("A2") == [("reminder", "unreachable", "texts_number_changed")]
    await world.change(tables.individuals, "C1", mobile=MOBILE, mobile_hash=hashed(world, MOBILE))
    await world.individual("D1", "Lee", mobile=MOBILE, mobile_hash=hashed(world, MOBILE))
    await world.appointment("A3", order, one, "2026-11-25 11:30")
    await world.moves_to("2026-11-24 18:02")
    assert await texted.about("A3") == [("reminder", "unreachable", "texts_shared")]
    await kirsty.says("/texts C1")
    assert "Somebody else has the number" in kirsty.newest()
    await texted.text("I want to end my life")
    assert "116 123" in texted.came[-1]
    assert len(texted.notify.sent) == 1
    raised = {row.kind for row in await rows(world, tables.items)}
    assert raised == {"danger"}


async def test_a_number_of_two_is_not_texted_while_one_of_them_is_kept_under_the_old_key(
    texted: Texted, kirsty: Phone
) -> None:
    await said_yes(texted)
    texted.world.town.app.service.db.keys = Keyring(["a new key of thirty-two letters or more", SECRET])
    await texted.world.individual("D1", "Lee", mobile=MOBILE, mobile_hash=hashed(texted.world, MOBILE))
    await texted.world.moves_to("2026-11-24 18:00")
    assert texted.came == []
    assert await texted.about() == [("reminder", "unreachable", "texts_shared")]


async def test_stop_is_silent_and_lasts_until_staff_record_another_yes(texted: Texted, kirsty: Phone) -> None:
    world = texted.world
    await kirsty.says("/texts C1")
    await kirsty.taps("They agreed to texts at …123")
    await texted.text("stop")
    await kirsty.taps("Yes, they asked for it")
    assert "something that has changed since" in kirsty.newest()
    await said_yes(texted)
    await texted.text("Stop!")
    await texted.text("start")
    await texted.text("HELP")
    assert texted.notify.sent == []
    await world.moves_to("2026-11-24 18:00")
    assert await texted.about() == [("reminder", "suppressed", "stopped")]
    await texted.text("I will kill myself")
    assert "116 123" in texted.came[-1]
    await agreed(texted, kirsty)
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    await world.appointment("A2", order, one, "2026-11-25 10:30")
    await world.moves_to("2026-11-24 18:01")
    assert texted.came[-1].startswith("Tomorrow, Wed 25 Nov, 10:30.")
    await kirsty.says("/texts C1")
    await kirsty.taps("No more text messages")
    await texted.text("HELP")
    assert len(texted.came) == 2


@pytest.mark.parametrize("words", ["STOP STOP", "Don't text me again", "no more texts pls", "stop it", "stop msgs"])
async def test_however_stop_is_said_nothing_is_texted_after_it(texted: Texted, kirsty: Phone, words: str) -> None:
    await said_yes(texted)
    await texted.text(words)
    await texted.world.moves_to("2026-11-24 18:00")
    assert texted.notify.sent == []
    assert await texted.about() == [("reminder", "suppressed", "stopped")]
    kirsty.sees_nothing_new()


async def test_the_chat_comes_first_and_a_block_ends_an_earlier_yes(texted: Texted, kirsty: Phone) -> None:
    world = texted.world
    await said_yes(texted)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov")
    assert texted.notify.sent == []
    sam.person.block()
    await world.town.settle()
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    await world.appointment("A2", order, one, "2026-11-25 10:30")
    await world.moves_to("2026-11-24 18:01")
    assert await texted.about("A2") == [("reminder", "unreachable", "texts_chat_ended")]
    await agreed(texted, kirsty)
    await world.appointment("A3", order, one, "2026-11-25 11:30")
    await world.moves_to("2026-11-24 18:02")
    assert texted.came[-1].startswith("Tomorrow, Wed 25 Nov, 11:30.")


async def test_a_wrong_number_ends_it_and_is_on_the_repair_list(texted: Texted, kirsty: Phone) -> None:
    world = texted.world
    await said_yes(texted)
    await texted.text("sorry pal wrong number")
    await kirsty.says("/repairs")
    kirsty.sees("Wrong number: 1")
    await world.moves_to("2026-11-24 18:00")
    assert await texted.about() == [("reminder", "unreachable", "texts_wrong")]
    assert texted.notify.sent == []
    await agreed(texted, kirsty)
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    await world.appointment("A2", order, one, "2026-11-25 10:30")
    await world.moves_to("2026-11-24 18:01")
    assert len(texted.came) == 1
    await texted.receipt("permanent-failure")
    kirsty.sees("C1: please ring about a date.")
    await kirsty.says("/repairs")
    kirsty.sees("Wrong number: 1")


async def test_each_error_of_notify_has_its_end(texted: Texted, kirsty: Phone) -> None:
    """What passes is tried again, and a lost answer makes no second message; what never will, staff hear of."""
    world = texted.world
    await said_yes(texted)
    passing = [notify.RATE, notify.CLOCK, notify.NO_KEY, notify.DOWN, notify.PORTAL, notify.NOTHING]
    texted.notify.faults += passing
    await world.moves_to("2026-11-24 18:10")
    assert texted.notify.faults == []
    assert len(texted.came) == 1
    assert await texted.about() == [("reminder", "sent", "")]
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    no_number = notify.Fault(400, "ValidationError", "phone_number Not a UK mobile number")
    ends = (
        (notify.TEAM_ONLY, ("failed", notify.TEAM_ONLY.message)),
        (notify.DAY, ("sent", "")),
        (no_number, ("unreachable", "texts_wrong")),
    )
    for n, (fault, ending) in enumerate(ends):
        texted.notify.faults.append(fault)
        await world.appointment(f"B{n}", order, one, f"2026-11-{26 + n} 09:30")
        await world.moves_to(f"2026-11-{25 + n} 19:59")
        assert [row[1:] for row in await texted.about(f"B{n}")] == [ending]
    await kirsty.says("/repairs")
    kirsty.sees("Wrong number: 1")
    kinds = [row.kind for row in await rows(world, tables.items)]
    assert [kind for kind in kinds if kind != "unrecorded"] == ["ring", "ring"]


async def test_a_crash_before_it_is_written_down_makes_no_second_text(
    texted: Texted, kirsty: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await said_yes(texted)
    monkeypatch.setattr(settling, "settle", never_written)
    await texted.world.moves_to("2026-11-24 18:00")
    assert len(texted.came) == 1
    assert await rows(texted.world, tables.texts) == []
    monkeypatch.undo()
    await texted.world.moves_to("2026-11-24 18:05")
    assert len(texted.came) == 1
    assert await texted.about() == [("reminder", "sent", "")]
    await texted.receipt("delivered")
    await texted.text("1")
    assert [row.answer for row in await rows(texted.world, tables.replies)] == ["coming"]


@pytest.mark.parametrize(("crash", "after"), [(True, outgoing.LEASE), (False, timedelta(seconds=30))])
async def test_a_text_that_may_have_gone_swallows_no_date_that_falls_due_meanwhile(
    texted: Texted, kirsty: Phone, monkeypatch: pytest.MonkeyPatch, crash: bool, after: timedelta
) -> None:
    """What was sent is found by the very dates that it told of, and what was never sent goes by itself."""
    world = texted.world
    await said_yes(texted)
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    for minute, dates, late in ((0, {"A1": "9:30"}, "14:00"), (10, {"B1": "10:30", "B2": "11:30"}, "15:00")):
        due_at = EVE + timedelta(hours=1, minutes=minute)
        async with world.at_once():
            for ref, at in {**dates, f"late{minute}": late}.items():
                if ref != "A1":
                    id_ = await world.appointment(ref, order, one, f"2026-11-25 {at:0>5}", kind="supervision")
                    due = due_at if ref in dates else due_at + after
                    about = tables.outbox.c.subject == str(Subject("appointment", id_))
                    async with world.writing() as tx:
                        await tx.execute(update(tables.outbox).where(about).values(due_at=due))
        if crash:
            monkeypatch.setattr(settling, "settle", never_written)
        else:
            texted.notify.faults.append(notify.LOST)
        before = len(texted.came)
        await world.moves_to(f"2026-11-24 18:{minute:02}")
        assert len(texted.came) == before + 1
        monkeypatch.undo()
        await world.moves_to(f"2026-11-24 18:{minute + 5:02}")
        first, second = texted.came[before:]
        assert all(at in first and at not in second for at in dates.values())
        assert late not in first
        assert late in second
        for ref in (*dates, f"late{minute}"):
            assert await texted.about(ref) == [("reminder", "sent", "")]


async def test_of_two_dates_that_were_tried_apart_neither_is_taken_for_the_other(
    texted: Texted, kirsty: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the first had gone, and again before the second did: by then both may have gone."""
    world, service = texted.world, texted.world.town.app.service
    await said_yes(texted)
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    monkeypatch.setattr(settling, "settle", never_written)
    await world.moves_to("2026-11-24 18:00")
    monkeypatch.undo()
    async with world.at_once():
        await world.appointment("A2", order, one, "2026-11-25 14:00", kind="supervision")
    [claimed] = (await outgoing.claim(service)).parcels
    assert len(claimed.parts) == 1
    world.town.clock.move_to(service.clock.now() + outgoing.LEASE)
    await world.town.settle()
    first, second = texted.came
    assert "14:00" not in first
    assert "14:00" in second
    for ref in ("A1", "A2"):
        assert await texted.about(ref) == [("reminder", "sent", "")]


async def test_several_dates_are_one_text_and_a_date_that_moved_is_shown_as_it_is(
    texted: Texted, kirsty: Phone
) -> None:
    world = texted.world
    await said_yes(texted)
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    await world.appointment("A2", order, one, "2026-11-25 14:00", kind="supervision")
    await world.moves_to("2026-11-24 18:00")
    (text,) = texted.came
    assert "9:30" in text
    assert "14:00" in text
    assert text.endswith("If you can't make one, reply and tell us which. Reply STOP to stop these texts.")
    await texted.receipt("delivered")
    await kirsty.says("/why A2")
    kirsty.sees("delivered, says its receipt")
    await texted.text("1")
    assert await rows(world, tables.replies) == []
    kirsty.sees("C1: wrote.")
    await world.appointment("A3", order, one, "2026-11-26 09:30")
    await world.moves_to("2026-11-25 18:00")
    await world.change(tables.appointments, "A3", revision=2)
    await texted.text("2")
    assert texted.came[-1].startswith("Your next dates: Tomorrow, Thu 26 Nov, 9:30.")
    assert await rows(world, tables.replies) == []


async def test_news_and_reminder_of_one_date_are_one_text_whose_answer_is_heard(texted: Texted, kirsty: Phone) -> None:
    world = texted.world
    await said_yes(texted)
    one, id_ = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.appointments, "A1")
    evening = world.town.app.service.calendar.at(EVE.date(), time(18))
    async with world.town.app.service.db.write() as tx:
        news = Owed("booked", Subject("appointment", id_), To.INDIVIDUAL, evening, revision=1, individual_id=one)
        await outbox.owe(tx, news, EVE)
    await world.moves_to("2026-11-24 18:00")
    (text,) = texted.came
    assert "Reply 1 I'll be there" in text
    assert sorted(await texted.about()) == [("booked", "sent", ""), ("reminder", "sent", "")]
    await texted.text("1")
    assert [row.answer for row in await rows(world, tables.replies)] == ["coming"]


async def test_what_has_changed_is_a_text_for_each_date(texted: Texted, kirsty: Phone) -> None:
    """In the chat they are one message: a text is too short for that."""
    world = texted.world
    await said_yes(texted)
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    await world.appointment("A2", order, one, "2026-11-25 14:00", kind="supervision")
    async with world.town.app.service.db.write() as tx:
        for ref in ("A1", "A2"):
            subject = Subject("appointment", await id_of(world, tables.appointments, ref))
            was = {"was_at": datetime(2026, 11, 27, 9, tzinfo=UTC).isoformat(), "was_on": 1}
            await outbox.owe(tx, Owed("changed", subject, To.INDIVIDUAL, EVE, individual_id=one, params=was), EVE)
    await world.town.settle()
    assert sorted(("9:30" in text, "14:00" in text) for text in texted.came) == [(False, True), (True, False)]
    assert all(text.startswith("Your date has changed. It was Fri 27 Nov, 9:00.") for text in texted.came)


async def test_strangers_are_told_whom_to_ring_and_a_wrong_token_nothing(texted: Texted) -> None:
    await texted.text("hello?", number=OTHER)
    assert texted.notify.sent == []
    await texted.text("i want to die", number=OTHER)
    assert "116 123" in texted.notify.to(OTHER)[0]
    assert await rows(texted.world, tables.texts) == []
    posts = Poster(texted.posts.pages, "another token", texted.posts.clock)
    assert await posts.text(MOBILE, "STOP") == 403
    assert await texted.posts.receipt(str(uuid4()), "delivered") == 503
    assert await texted.posts.receipt("no uuid", "delivered") == 400
    async with texted.world.town.app.service.db.read() as tx:
        sam = await people.individual_by_ref(tx, "C1")
    assert sam is not None
    assert not sam.stopped


async def test_questions_at_the_end_count_as_offered_by_text_once_its_receipt_has_come(
    texted: Texted, kirsty: Phone
) -> None:
    await said_yes(texted)
    await texted.world.staff("MGR1", "Morag Reid", "manager")
    morag = await texted.world.linked("Morag", "MGR1")
    await ends(texted.world, 1, "completed")
    assert "Someone who did not work with you may ring you to ask." in texted.came[-1]
    assert [row.status for row in await rows(texted.world, tables.outbox) if row.kind == "form_text"] == ["sent"]
    [sitting] = await rows(texted.world, tables.sittings)
    assert sitting.offered_at is None, "the gateway took it: nobody knows whether it arrived"
    await texted.receipt("delivered")
    [sitting] = await rows(texted.world, tables.sittings)
    assert sitting.offered_how == "text"
    morag.sees("C1: questions at the end: who asks?")
    await morag.says("/desk")
    assert "who asks?" in morag.newest(), "somebody still has to ring"

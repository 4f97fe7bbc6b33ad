"""What a receipt says did not arrive: whoever judges an absence reads so, no figure counts it, no *1* answers it."""

from datetime import date, timedelta

import pytest

from db import outbox, tables
from db import reminded as figures
from domain.outbox import Owed, Subject, To
from tests.conversations import test_texted_back, test_texts
from tests.conversations.conftest import Phone
from tests.conversations.looking import id_of, rows
from tests.conversations.test_alert import records
from tests.conversations.test_changes import THU, moved
from tests.conversations.test_import import tonight
from tests.conversations.test_lost_answers import calls_asked_for
from tests.conversations.test_texted_back import reminded
from tests.conversations.test_texts import EVE, MOBILE, Texted, said_yes

texted, kirsty, dee = test_texts.texted, test_texts.kirsty, test_texted_back.dee


@pytest.fixture
async def rab(texted: Texted) -> Phone:
    """Rab Boyd, who runs the yard on Wednesday."""
    id_ = await texted.world.staff("SUP1", "Rab Boyd", "supervisor")
    await texted.world.change(tables.appointments, "A1", staff_id=id_)
    return await texted.world.linked("Rab", "SUP1")


async def answers(texted: Texted) -> list[str]:
    return [row.answer for row in await rows(texted.world, tables.replies)]


# ── What staff read, and what is counted ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("permanent-failure", "; its receipt says that nobody has this number, yesterday at 18:00"),
        ("temporary-failure", "; its receipt says that the phone could not be reached, yesterday at 18:00"),
        ("delivered", ""),
    ],
)
async def test_whoever_judges_an_absence_reads_that_the_reminder_did_not_arrive(
    texted: Texted, kirsty: Phone, dee: Phone, rab: Phone, status: str, says: str
) -> None:
    await reminded(texted)
    await texted.receipt(status)
    await texted.world.moves_to("2026-11-25 08:30")
    await records(rab, "Not here", "2026-11-25 09:50")
    last = f"reason not yet known; reminder text message accepted for sending{says}"
    assert f"· Wed 25 Nov 9:30 – missed, {last}" in (await kirsty.opens()).splitlines()


async def test_whoever_asked_what_shows_it_reads_that_the_question_did_not_arrive(
    texted: Texted, kirsty: Phone, dee: Phone, rab: Phone
) -> None:
    await reminded(texted)
    await records(rab, "Not here", "2026-11-25 09:50")
    await kirsty.opens()
    await kirsty.taps("Need more")
    await kirsty.taps("Yes, ask them")
    await texted.receipt("technical-failure")
    await kirsty.taps("I rang")
    await kirsty.taps("No answer")
    said = "text message accepted for sending; its receipt says that the text service failed, today at 9:50"
    [card] = [str(shown.text) for shown in kirsty.person.chat if "What was done:" in str(shown.text)]
    assert f"· Asked for something that shows why (today at 9:50, Kirsty Muir): {said}" in card.splitlines()


@pytest.mark.parametrize("day", ["2026-11-25", "2026-11-26"])
async def test_a_question_about_a_missed_date_that_did_not_arrive_is_put_by_phone(
    texted: Texted, kirsty: Phone, dee: Phone, rab: Phone, day: str
) -> None:
    await reminded(texted)
    await records(rab, "Not here", "2026-11-25 09:50")
    await kirsty.opens()
    await texted.world.moves_to(f"{day} 11:00")
    await kirsty.taps("Need more")
    await kirsty.taps("Yes, ask them")
    kirsty.reads_all()
    await texted.receipt("temporary-failure")
    assert len(calls_asked_for(kirsty)) == 1


@pytest.mark.parametrize("receipt_at", ["2026-11-25 14:00", "2026-11-26 09:00", "2026-11-28 10:00"])
async def test_whoever_was_not_asked_if_they_are_ok_is_rung_however_late_the_receipt_comes(
    texted: Texted, kirsty: Phone, dee: Phone, rab: Phone, receipt_at: str
) -> None:
    """A phone that is off is tried for days before the networks give up."""
    await reminded(texted)
    await records(rab, "Not here", "2026-11-25 09:50")
    await texted.world.moves_to(receipt_at)
    assert "Are you OK?" in texted.came[-1]
    kirsty.reads_all()
    await texted.receipt("temporary-failure")
    assert len(calls_asked_for(kirsty)) == 1


@pytest.mark.parametrize(("status", "ahead"), [("temporary-failure", False), ("delivered", True), ("", True)])
async def test_no_figure_counts_a_reminder_that_did_not_arrive(texted: Texted, status: str, ahead: bool) -> None:
    await reminded(texted)
    if status:
        await texted.receipt(status)
    async with texted.world.town.app.service.db.read() as tx:
        went = await figures.sent_ahead(tx, date(2026, 11, 25), date(2026, 11, 25))
    assert went == {await id_of(texted.world, tables.appointments, "A1"): ahead}


# ── What a number answers ───────────────────────────────────────────────────────────────────────────────────────────


async def told_first(texted: Texted, kind: str) -> None:
    """The last that Sam was told of Wednesday 9:30 has arrived: the reminder, or the news of the booking."""
    await tonight(texted.world)
    if kind == "reminder":
        await reminded(texted)
    else:
        one = await id_of(texted.world, tables.individuals, "C1")
        id_ = await id_of(texted.world, tables.appointments, "A1")
        async with texted.world.writing() as tx:
            news = Owed("booked", Subject("appointment", id_), To.INDIVIDUAL, EVE, individual_id=one)
            await outbox.owe(tx, news, EVE)
        await said_yes(texted)
        await texted.world.moves_to("2026-11-24 17:05")
    await texted.receipt("delivered")


@pytest.mark.parametrize("kind", ["reminder", "booked"])
@pytest.mark.parametrize("status", ["temporary-failure", "permanent-failure"])
async def test_a_number_says_nothing_of_a_new_time_that_did_not_arrive(
    texted: Texted, kirsty: Phone, dee: Phone, kind: str, status: str
) -> None:
    await told_first(texted, kind)
    await tonight(texted.world, appointments=moved(THU))
    assert "Now: Thu 26 Nov, 10:00." in texted.came[-1]
    await texted.receipt(status)
    before = len(texted.came)
    await texted.text("1")
    assert await answers(texted) == []
    if status == "temporary-failure":  # else the number may not be texted
        assert texted.came[before:] != []
        assert texted.came[-1].startswith("Your next dates: Thu 26 Nov, 10:00.")


async def test_a_yes_answers_the_reminder_where_the_workers_own_question_did_not_arrive(
    texted: Texted, kirsty: Phone
) -> None:
    await reminded(texted)
    await texted.receipt("delivered")
    await texted.text("I have a doctor's appointment at 10, can I come later?")
    await kirsty.opens()
    await kirsty.replies("Can you come at 1pm instead? Reply yes or no.")
    await texted.receipt("temporary-failure")
    kirsty.sees("C1: not sent, because the text message did not arrive.")
    await texted.text("Yes")
    assert await answers(texted) == ["coming"]


async def test_a_number_counts_for_a_new_time_whose_receipt_has_not_come(texted: Texted, kirsty: Phone) -> None:
    await told_first(texted, "reminder")
    await tonight(texted.world, appointments=moved(THU))
    await texted.text("1")
    assert await answers(texted) == ["coming"]


async def test_a_number_that_was_texted_before_the_news_says_nothing_of_the_new_time(
    texted: Texted, kirsty: Phone
) -> None:
    await told_first(texted, "reminder")
    now = texted.posts.clock.now()
    await texted.world.moves_to("2026-11-24 18:10")
    await tonight(texted.world, appointments=moved(THU))
    assert "Now: Thu 26 Nov, 10:00." in texted.came[-1]
    assert await texted.posts.text(MOBILE, "1", at=now + timedelta(minutes=5)) == 200
    await texted.world.town.settle()
    assert await answers(texted) == []
    assert texted.came[-1].startswith("Your next dates: Thu 26 Nov, 10:00.")


async def test_a_no_to_are_you_ok_is_heard_though_an_earlier_text_did_not_arrive(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    """The date had moved by an hour, and its news never came."""
    world = texted.world
    await told_first(texted, "reminder")
    await tonight(world, appointments=moved("25/11/2026,10:30"))
    await texted.receipt("temporary-failure")
    rab = await world.linked("Rab", "SUP1")
    await records(rab, "Not here", "2026-11-25 10:50")
    await world.moves_to("2026-11-25 17:00")
    assert "Are you OK?" in texted.came[-1]
    await texted.text("No")
    assert await answers(texted) == ["help"]

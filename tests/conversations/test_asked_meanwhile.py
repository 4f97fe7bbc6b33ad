"""A bare *yes*, *no* or number answers what was asked last: below a person's own question it is for that person."""

import pytest

from db import tables
from tests.conversations import test_exit_questionnaire, test_texts
from tests.conversations.conftest import Phone
from tests.conversations.looking import id_of, rows
from tests.conversations.test_alert import records
from tests.conversations.test_texts import Texted, said_yes

texted, kirsty = test_texts.texted, test_texts.kirsty


class Sam:
    """Sam, who is written to in the chat or by text, and answers there."""

    def __init__(self, texted: Texted, phone: Phone | None) -> None:
        self.texted, self.phone = texted, phone

    async def says(self, words: str) -> None:
        await (self.texted.text(words) if self.phone is None else self.phone.says(words))

    def newest(self) -> str:
        return self.texted.came[-1] if self.phone is None else self.phone.newest()


@pytest.fixture(params=["text", "chat"])
async def sam(request: pytest.FixtureRequest, texted: Texted, kirsty: Phone) -> Sam:
    """Reminded of Wednesday 9:30 at the yard, where Rab is."""
    rab = await texted.world.staff("SUP1", "Rab Boyd", "supervisor")
    await texted.world.change(tables.appointments, "A1", staff_id=rab)
    if request.param == "text":
        await said_yes(texted)
    phone = await texted.world.linked("Sam", "C1") if request.param == "chat" else None
    await texted.world.moves_to("2026-11-24 18:00")
    return Sam(texted, phone)


async def answers(texted: Texted) -> list[str]:
    return [row.answer for row in await rows(texted.world, tables.replies)]


async def missed(texted: Texted) -> None:
    """Sam is not there on Wednesday, and is asked *are you OK?*"""
    rab = await texted.world.linked("Rab", "SUP1")
    await records(rab, "Not here", "2026-11-25 09:50")
    await texted.world.moves_to("2026-11-25 16:00")
    texted.world.everybody_reads_all()


@pytest.mark.parametrize("words", ["Yes", "No", "1"])
async def test_a_yes_below_the_workers_own_question_is_for_the_worker(
    texted: Texted, kirsty: Phone, sam: Sam, words: str
) -> None:
    await sam.says("I have a doctor's appointment at 10, can I come later?")
    await kirsty.opens()
    await kirsty.replies("Can you come at 1pm instead? Reply yes or no.")
    assert "Can you come at 1pm instead?" in sam.newest()
    kirsty.reads_all()
    await sam.says(words)
    assert await answers(texted) == [], "of 9:30 nothing was said"
    kirsty.sees("C1 wrote again.")
    assert f"“{words}”" in await kirsty.opens()


@pytest.mark.parametrize("words", ["Yes", "1"])
async def test_a_yes_below_the_question_what_shows_it_is_for_the_worker(
    texted: Texted, kirsty: Phone, sam: Sam, words: str
) -> None:
    await missed(texted)
    await kirsty.opens()
    await kirsty.taps("Need more")
    await kirsty.taps("Yes, ask them")
    assert "Do you have something that shows what got in the way?" in sam.newest()
    kirsty.reads_all()
    await sam.says(words)
    assert await answers(texted) == [], "neither OK nor there"
    kirsty.sees("C1", "wrote")
    assert f"“{words}”" in await kirsty.opens()


async def test_a_yes_that_comes_before_anything_else_is_asked_answers_the_reminder(texted: Texted, sam: Sam) -> None:
    await sam.says("Yes")
    assert await answers(texted) == ["coming"]
    assert "See you then." in sam.newest()
    await sam.says("No")
    assert await answers(texted) == ["coming", "cannot"], "below our answer to the first"


@pytest.mark.parametrize("sam", ["text"], indirect=True)
async def test_a_yes_to_the_news_that_the_day_is_off_is_no_promise_to_come(
    texted: Texted, kirsty: Phone, sam: Sam
) -> None:
    rab = await texted.world.linked("Rab", "SUP1")
    await texted.world.moves_to("2026-11-25 08:05")
    await rab.says("/standdown")
    await rab.taps(rab.buttons()[0])
    await rab.taps("Weather")
    await rab.taps("Yes, stand it down")
    assert "You do not need to come." in sam.newest()
    kirsty.reads_all()
    await sam.says("Yes")
    assert await answers(texted) == []
    kirsty.sees("C1: wrote.")
    assert "See you then" not in sam.newest()


@pytest.mark.parametrize("sam", ["text"], indirect=True)
async def test_a_no_to_being_rung_at_the_end_says_nothing_of_a_date_that_is_past(
    texted: Texted, kirsty: Phone, sam: Sam
) -> None:
    await texted.world.moves_to("2026-11-25 15:00")
    await test_exit_questionnaire.ends(texted.world, await id_of(texted.world, tables.orders, "O1"), "completed")
    assert "It is fine to say no." in sam.newest()
    await sam.says("No")
    assert await answers(texted) == []
    assert [row.words for row in await rows(texted.world, tables.said)] == ["No"]
    assert "your date still stands" not in sam.newest()


@pytest.mark.parametrize("sam", ["chat"], indirect=True)
async def test_a_number_below_the_workers_own_question_is_no_reason(texted: Texted, kirsty: Phone, sam: Sam) -> None:
    await sam.says("2")
    assert "What is the reason?" in sam.newest()
    await kirsty.opens()
    await kirsty.replies("Is it the 1 or the 2 bus that is off?")
    kirsty.reads_all()
    await sam.says("2")
    assert [(row.answer, row.reason) for row in await rows(texted.world, tables.replies)] == [("cannot", "")]
    kirsty.sees("C1", "wrote")


@pytest.mark.parametrize("sam", ["chat"], indirect=True)
async def test_a_photo_that_the_worker_asks_for_in_words_still_shows_why(
    texted: Texted, kirsty: Phone, sam: Sam
) -> None:
    await missed(texted)
    await sam.says("my wee one was ill")
    await kirsty.opens()
    await kirsty.replies("Sorry to hear that. Do you have a letter?")
    assert sam.phone is not None
    sam.phone.person.send_photo()
    await texted.world.town.settle()
    assert len(await rows(texted.world, tables.evidence)) == 1

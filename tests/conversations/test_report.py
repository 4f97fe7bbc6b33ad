"""Step 9: a manager asks for the figures, and nobody else gets them."""

from datetime import date

import pytest
from sqlalchemy import insert

from db import tables
from tests.conversations.conftest import Phone, World


@pytest.fixture
async def morag(world: World, sam: Phone) -> Phone:
    """A manager; Sam has had seven dates this quarter, six of which he came to."""
    order = 1
    for n in range(7):
        id_ = await world.appointment(f"B{n}", order, 1, f"2026-11-{2 + n:02} 09:30")
        outcome = "attended_full" if n else "missed_reason_unknown"
        recorded = world.town.clock.now()
        await world.row(
            tables.attendance, appointment_id=id_, outcome=outcome, recorded_at=recorded, source="chat", cause=""
        )
    return await world.linked("Morag", "MGR1")


async def test_a_manager_asks_for_the_quarter(world: World, morag: Phone) -> None:
    await morag.says("/report")
    text = morag.sees("Figures for 2026-10-01 to 2026-12-31", "Appointments by outcome")
    assert "· all: 8" in text
    assert "· came: hidden" in text, "one missed date would be all that is missing from the total"
    assert "missed, reason not yet known: hidden" in text
    assert "Hidden: fewer than 5" in text
    assert "Exit questionnaires\n· ended: 0" in text
    assert "deliver" not in text


async def test_a_second_record_corrects_the_first_and_a_share_shows_its_base(world: World, morag: Phone) -> None:
    await world.moves_to("2026-11-23 10:00")
    await world.row(
        tables.attendance,
        appointment_id=2,
        outcome="attended_full",
        recorded_at=world.town.clock.now(),
        source="chat",
        cause="",
    )
    await morag.says("/report 2026-11-01 2026-11-20")
    assert "· came: 7 of 7 (100%)" in morag.sees("Figures for 2026-11-01 to 2026-11-20", "· all: 7")


async def test_buttons_turn_to_the_answers_and_to_the_quarter_before(world: World, morag: Phone) -> None:
    await morag.says("/report")
    assert morag.buttons() == [
        "Answers",
        "National standards",
        "What changed",
        "Pack of files to sign",
        "The quarter before",
    ]
    await morag.taps("Answers")
    assert "No form has been settled of this time yet" in morag.newest()
    await morag.taps("Figures")
    await morag.taps("The quarter before")
    assert "Figures for 2026-07-01 to 2026-09-30" in morag.newest()


async def test_answers_are_one_line_for_each_question(world: World, morag: Phone) -> None:
    quarter = date(2026, 7, 1)
    for n in range(6):
        values = {"form": "exit", "version": "1", "ended_on": quarter, "sent_on": quarter, "ending": "finished"}
        async with world.town.app.service.db.write() as tx:
            await tx.execute(insert(tables.forms).values(form_id=str(n), **values))
        await world.row(tables.answers, form_id=str(n), question="home", value="4")
    await world.row(tables.answers, form_id="0", question="money", value="1")
    await morag.says("/report")
    await morag.taps("The quarter before")
    await morag.taps("Answers")
    assert "How is the place where you live right now?\nall 6; Good 6\n" in morag.newest()
    assert "How are you getting by for money right now?\nhidden\n" in morag.newest()


@pytest.mark.parametrize("typed", ["/report last week", "/report 2026-09-30 2026-07-01", "/report 😀"])
async def test_days_that_cannot_be_read_are_asked_for_again(world: World, morag: Phone, typed: str) -> None:
    await morag.says(typed)
    morag.sees("I could not read those days", "/report 2026-07-01 2026-09-30")


async def test_nobody_else_gets_the_figures(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    for phone, refusal in ((sam, "you cannot do that from here"), (kirsty, "that is not part of your role")):
        await phone.says("/report")
        phone.sees(f"Sorry, {refusal}.")
        assert not any("Figures" in shown.text for shown in phone.new)

"""Papers that staff ask for: the evidence record of an order, and a letter to begin from."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import insert

from db import tables
from messages.actions.papers import LetterOf, RecordOf
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import looked_at, rows
from tests.conversations.test_deciding import before
from tests.conversations.test_exit_questionnaire import restarts


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder of Wednesday's date."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


def file_in(phone: Phone) -> tuple[str, bytes]:
    """The newest message, which must be a file."""
    message = phone.person.chat[-1]
    assert message.media is not None, message.text
    stored = phone.person.bot.files[message.media["file_id"]]
    return str(stored.name), stored.content


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


async def test_the_record_says_what_was_told_answered_written_down_and_decided(world: World, sam: Phone) -> None:
    rab, kirsty = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I'll be there")
    await world.moves_to("2026-11-25 09:50")
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Not here")
    await kirsty.opens()
    await kirsty.taps("I rang")
    await kirsty.taps("No answer")
    await kirsty.taps("Accepted")
    await kirsty.taps("Health")
    await world.moves_to("2026-11-25 16:00")
    await restarts(world, "2026-12-02 10:00")
    world.everybody_reads_all()

    await kirsty.says("/evidence C1")
    await kirsty.taps("The whole order")
    name, pdf = file_in(kirsty)
    assert name == "record-2026-12-02-1000.pdf"
    text = words_of(pdf)
    for words in (
        "Evidence record Case C1 Order O1",
        "25 November 2026 at 9:30 – Unpaid work, The yard",
        "Reminder: accepted by Telegram, 24 November 2026 at 18:00. Seen: answered 24 November 2026 at 18:00",
        "Are you OK?: no longer needed",
        "I'll be there (24 November 2026 at 18:00)",
        "missed, reason not yet known – Rab Boyd, 25 November 2026 at 9:50.",
        "missed, accepted (health) – Kirsty Muir, 25 November 2026 at 9:50.",
        "Rang, no answer (25 November 2026 at 9:50, Kirsty Muir)",
        "page 1 of 1",
    ):
        assert words in text, text
    for never in ("Sam", "today", "delivered", "tomorrow"):
        assert never not in text, text
    assert ("C1", "evidence record") in await looked_at(world, "CM1")
    sam.sees_nothing_new()

    await kirsty.says("/evidence C1 2026-11-26 2026-11-30")
    text = words_of(file_in(kirsty)[1])
    assert "No date of this order lies in this period." in text
    assert "25 November 2026 at" not in text
    await world.moves_to("2026-12-04 09:01")
    assert not [one for one in kirsty.person.chat if one.media is not None]


async def test_the_letter_is_a_draft_with_what_is_known_filled_in(world: World, sam: Phone) -> None:
    rab, kirsty = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-25 09:50")
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Not here")
    await kirsty.says("/letter C1")
    name, content = file_in(kirsty)
    assert name == "letter-2026-11-25-0950.docx"
    text = "\n".join(one.text for one in Document(BytesIO(content)).paragraphs)
    assert "Dear Sam," in text
    assert "We did not see you on: 25 November 2026 at 9:30." in text
    assert "Kirsty Muir" in text
    assert "«" not in text
    assert "asks about missed dates without a decision (1)" in kirsty.newest()
    assert "Your next date" not in text, "there is none, so nothing is said of one"

    await kirsty.opens()
    await kirsty.taps("Not accepted")
    await kirsty.taps("In writing, here or on paper")
    await kirsty.says("/letter C1")
    kirsty.sees("C1: a draft of a first warning letter, with the dates missed and not accepted (1).", "yours to decide")
    text = "\n".join(one.text for one in Document(BytesIO(file_in(kirsty)[1])).paragraphs)
    assert "You did not come on: 25 November 2026 at 9:30." in text
    assert "This is a first warning letter. [Say what" in text
    assert "Please tell us" not in text
    assert "«" not in text
    await before(world, "A8", "2026-10-28", "missed_not_accepted")
    await before(world, "A9", "2026-11-18", "missed_reason_unknown")
    await kirsty.says("/letter C1")
    assert kirsty.buttons() == ["Ask about missed dates (1)", "A final warning letter"]
    await kirsty.taps("A final warning letter")
    text = "\n".join(one.text for one in Document(BytesIO(file_in(kirsty)[1])).paragraphs)
    assert "on: 28 October 2026 at 9:30; 25 November 2026 at 9:30." in text
    assert "no other letter comes before the next step" in text
    await kirsty.taps("Ask about missed dates (1)")
    text = "\n".join(one.text for one in Document(BytesIO(file_in(kirsty)[1])).paragraphs)
    assert "We did not see you on: 18 November 2026 at 9:30." in text
    assert "Please do this by […]." in text, "no alert, no day: that is for whoever signs"
    async with world.town.app.service.db.write() as tx:
        known = tables.attendance.c.outcome == "missed_reason_unknown"
        await tx.execute(tables.attendance.update().where(known).values(outcome="missed_not_accepted"))
    await kirsty.says("/letter C1")
    talk = "What comes next is a talk with your manager about a breach report: that is yours to write or do."
    assert kirsty.newest() == f"C1: there is no letter to draft. No missed date waits for a decision. {talk}"
    sam.person.press(LetterOf(1).pack(), sam.person.chat[-1].id)
    rab.person.press(RecordOf(1, 0).pack(), rab.person.chat[-1].id)
    await world.town.settle()
    assert not [one for phone in (sam, rab) for one in phone.person.chat if one.media is not None]
    assert await rows(world, tables.contacts) == []


async def test_a_review_pack_has_what_is_known_and_room_to_write(world: World, sam: Phone) -> None:
    """Kirsty holds Sam's review: what she would gather from five places, and the headings that she writes under."""
    rab, kirsty = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-25 09:50")
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Not here")
    world.everybody_reads_all()
    await kirsty.says("/review C1")
    name, content = file_in(kirsty)
    assert name == "pack-2026-11-25-0950.docx"
    document = Document(BytesIO(content))
    headings = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 2"]
    assert headings[:1] == ["Attendance"]
    assert headings[-3:] == ["Discussion", "Decisions", "Outcomes"]
    text = "\n".join(one.text for one in document.paragraphs)
    assert "missed, reason not yet known: 1" in text
    assert "25 November 2026 at 9:30, Unpaid work: missed, reason not yet known" in text
    for never in ("Sam", "today", "delivered", "risk"):
        assert never not in text
    assert ("C1", "review pack") in await looked_at(world, "CM1")
    sam.sees_nothing_new()
    await rab.says("/review C1")
    assert rab.person.chat[-1].media is None
    await world.order("O2", 1, "unpaid_work", imposed_on=date(2026, 11, 2))
    await kirsty.says("/review C1")
    assert kirsty.person.chat[-1].media is None
    await kirsty.taps(next(label for label in kirsty.buttons() if "O1" in label))
    assert table_of(file_in(kirsty)[1])["Order"] == "O1"
    await kirsty.says("/review C1")
    await kirsty.taps(next(label for label in kirsty.buttons() if "O2" in label))
    assert table_of(file_in(kirsty)[1])["Order"] == "O2"


def table_of(document: bytes) -> dict[str, str]:
    """The facts at the top of a pack."""
    return {row.cells[0].text: row.cells[1].text for row in Document(BytesIO(document)).tables[0].rows}


async def test_a_review_pack_has_what_they_said_for_their_own_worker_alone(world: World, sam: Phone) -> None:
    """Sam answered at the start and ahead of a review; his worker reads both in the pack, a manager neither."""
    kirsty = await world.linked("Kirsty", "CM1")
    await world.staff("M9", "Morag Reid", "manager")
    morag = await world.linked("Morag", "M9")
    said = {"start": {"home": ("2", None)}, "review:1": {"home": ("4", None), "say": (None, "I want more days.")}}
    async with world.town.app.service.db.write() as tx:
        for form, (occasion, answers) in zip(("baseline", "review"), said.items(), strict=True):
            form_of = {"form_id": occasion, "form": form, "version": "1"}
            await tx.execute(insert(tables.forms).values(ended_on=date(2026, 10, 1), **form_of))
            times = dict.fromkeys(("owed_at", "offered_at", "started_at", "finished_at"), world.town.clock.now())
            whose = {"individual_id": 1, "order_id": 1, "occasion": occasion, "way": "chat"}
            await tx.execute(insert(tables.sittings).values(**form_of, **whose, **times))
            rows_ = [{"form_id": occasion, "question": q, "value": v, "words": w} for q, (v, w) in answers.items()]
            await tx.execute(insert(tables.answers), rows_)
    await kirsty.says("/review C1")
    text = "\n".join(one.text for one in Document(BytesIO(file_in(kirsty)[1])).paragraphs)
    assert "“I want more days.”" in text
    assert "How is the place where you live right now? Bad → Good: better" in text
    await morag.says("/review C1")
    text = "\n".join(one.text for one in Document(BytesIO(file_in(morag)[1])).paragraphs)
    assert "Discussion" in text
    assert "more days" not in text
    assert "the place where you live" not in text

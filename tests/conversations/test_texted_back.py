"""What people text back, and from which phone: words of danger beside STOP, a number that two people have or that has
changed since, and receipts that say that nothing arrived."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from db import tables
from sandbox import notify
from tests.conversations import test_texts
from tests.conversations.conftest import Phone
from tests.conversations.looking import id_of, rows
from tests.conversations.test_changes import off
from tests.conversations.test_import import tonight
from tests.conversations.test_texts import MOBILE, OTHER, Texted, hashed, said_yes

texted, kirsty = test_texts.texted, test_texts.kirsty


@pytest.fixture
async def dee(texted: Texted) -> Phone:
    """Dee Gunn, on duty."""
    await texted.world.staff("DUTY1", "Dee Gunn", "duty")
    return await texted.world.linked("Dee", "DUTY1")


async def person(texted: Texted, ref: str = "C1") -> Any:
    return next(row for row in await rows(texted.world, tables.individuals) if row.case_ref == ref)


async def has_number(texted: Texted, ref: str, number: str) -> None:
    """What an import puts on record."""
    await texted.world.change(tables.individuals, ref, mobile=number, mobile_hash=hashed(texted.world, number))


async def lee_with_the_same_number(texted: Texted, number: str = MOBILE) -> None:
    """Lee, whose worker is Ailsa."""
    ailsa = await id_of(texted.world, tables.staff, "CM2")
    async with texted.world.at_once():
        lee = await texted.world.individual("D1", "Lee", mobile=number, mobile_hash=hashed(texted.world, number))
        await texted.world.order("P1", lee, case_manager_id=ailsa)


async def dated(texted: Texted, ref: str, at: str) -> None:
    one, order = await id_of(texted.world, tables.individuals, "C1"), await id_of(texted.world, tables.orders, "O1")
    async with texted.world.at_once():
        await texted.world.appointment(ref, order, one, at)


async def kinds(texted: Texted) -> list[str]:
    return [row.kind for row in await rows(texted.world, tables.items)]


# ── STOP, and what stands beside it ─────────────────────────────────────────────────────────────────────────────────


async def test_words_of_danger_are_heard_beside_stop_and_wrong_number(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    for n, (words, stops, wrong) in enumerate(
        (("Stop texting me I want to die", True, False), ("wrong number, I want to kill myself", False, True))
    ):
        await said_yes(texted)
        await texted.text(words)
        assert len(texted.came) == n + 1
        assert "116 123" in texted.came[-1]
        dee.sees("C1: URGENT")
        assert words in await dee.opens()
        await dee.taps("I'm dealing with it")
        dee.reads_all()
        sam = await person(texted)
        assert (sam.texts_stopped_at is not None, sam.texts_wrong_at is not None) == (stops, wrong)
        await dated(texted, f"B{n}", f"2026-11-25 1{n}:30")
        await texted.world.moves_to(f"2026-11-24 18:0{n}")
        assert len(texted.came) == n + 1, "no reminder after it"


async def test_what_only_begins_like_stop_is_passed_on_and_ends_nothing(texted: Texted, kirsty: Phone) -> None:
    await said_yes(texted)
    for words in ("stop sending me to the yard, my back is bad", "sorry I rang the wrong number, can you phone me"):
        await texted.text(words)
        assert words in await kirsty.opens()
    await texted.world.moves_to("2026-11-24 18:00")
    assert texted.came[-1].startswith("Tomorrow, Wed 25 Nov, 9:30.")


async def test_stop_from_a_shared_phone_ends_texts_and_nobodys_chat(texted: Texted, kirsty: Phone) -> None:
    sam = await texted.world.linked("Sam", "C1")
    await lee_with_the_same_number(texted)
    await texted.text("STOP")
    for ref in ("C1", "D1"):
        one = await person(texted, ref)
        assert (one.texts_stopped_at is not None, one.stopped_at) == (True, None)
    kirsty.sees("C1: wrote.")
    assert "STOP" in await kirsty.opens()
    await texted.world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov")
    assert texted.notify.sent == []


async def test_stop_by_text_leaves_a_chat_that_lives(texted: Texted, kirsty: Phone) -> None:
    await said_yes(texted)
    sam = await texted.world.linked("Sam", "C1")
    await texted.text("stop")
    kirsty.sees("C1: wrote.")
    await texted.world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov")
    await kirsty.says("/texts C1")
    assert "They were stopped" in kirsty.newest()


async def test_stop_from_a_number_that_nobody_agreed_to_says_nothing_of_a_chat_to_come(texted: Texted) -> None:
    await texted.text("STOP")
    sam = await texted.world.linked("Sam", "C1")
    await texted.world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov")


# ── Whose words they are ────────────────────────────────────────────────────────────────────────────────────────────


async def reminded(texted: Texted) -> None:
    await said_yes(texted)
    await texted.world.moves_to("2026-11-24 18:00")
    assert texted.came[-1].startswith("Tomorrow")


async def test_an_answer_is_whose_the_question_was_whoever_has_the_number_since(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    """First two have it, then another alone, then nobody."""
    await reminded(texted)
    await lee_with_the_same_number(texted)
    await texted.text("2")
    kirsty.sees("C1: can't make it.")
    assert [row.answer for row in await rows(texted.world, tables.replies)] == ["cannot"]
    await has_number(texted, "C1", OTHER)
    sam, heard = await person(texted), []
    for lees, answer, words, danger in (
        (MOBILE, "1", "my wee girl is not well", "I want to end my life"),
        ("", "2", "she is no better", "I will kill myself"),
    ):
        await has_number(texted, "D1", lees)
        before = len(texted.notify.sent)
        await texted.text(answer)
        await texted.text(words)
        if lees:  # later they are for Dee, who deals with the danger
            assert words in await kirsty.opens()
        assert len(texted.notify.sent) == before, "nothing goes to a number that nobody has confirmed"
        await texted.text(danger)
        assert "116 123" in texted.came[-1]
        assert len(texted.came) == before + 1
        assert danger in await dee.opens()
        await dee.taps("I'm dealing with it")
        heard += [(words, sam.id), (danger, sam.id)]
    assert [row.answer for row in await rows(texted.world, tables.replies)] == ["cannot", "coming", "cannot"]
    assert [(row.words, row.individual_id) for row in await rows(texted.world, tables.said)] == heard
    assert texted.notify.to(OTHER) == []


async def test_what_ends_texts_is_remembered_though_nobody_has_the_number_now(texted: Texted, kirsty: Phone) -> None:
    """The old yes does not count again when the number comes back."""
    await reminded(texted)
    for n, word in enumerate(("STOP", "wrong number")):
        await said_yes(texted)
        await has_number(texted, "C1", OTHER)
        await texted.text(word)
        sam = await person(texted)
        assert (sam.stopped_at, sam.texts_wrong_at) == (None, None), "of the number on record nothing is known"
        await has_number(texted, "C1", MOBILE)
        await dated(texted, f"B{n}", f"2026-11-25 1{n}:30")  # it is the evening before: its reminder is due
        await texted.world.moves_to(f"2026-11-24 18:0{n + 1}")
        assert await texted.about(f"B{n}") == [("reminder", "unreachable", "texts_stopped")]


async def test_stop_from_an_old_number_leaves_a_yes_to_the_new_one(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    await has_number(texted, "C1", OTHER)
    await said_yes(texted, OTHER)
    await texted.text("STOP")
    await dated(texted, "B1", "2026-11-25 10:30")
    await texted.world.moves_to("2026-11-24 18:01")
    assert texted.notify.to(OTHER)[-1].startswith("Tomorrow, Wed 25 Nov, 10:30.")


async def test_a_wrong_number_that_was_put_right_speaks_for_nobody(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    await texted.text("wrong number")
    await has_number(texted, "C1", OTHER)
    await kirsty.says("/texts C1")
    await kirsty.taps("They agreed to texts at …456")
    await kirsty.taps("Yes, they asked for it")
    await texted.text("who was it you were after?")
    await texted.text("2")
    assert await kinds(texted) == []
    await texted.text("I want to die")
    assert "116 123" in texted.came[-1]
    assert await kinds(texted) == [], "a stranger"


async def test_words_from_a_phone_that_may_be_two_peoples_go_to_duty(texted: Texted, kirsty: Phone, dee: Phone) -> None:
    """And whoever is barred for it is on the repair list, though the other one's order is over."""
    await lee_with_the_same_number(texted)
    await texted.text("I will be late the morn")
    for ref in ("C1", "D1"):
        dee.sees(f"{ref}: wrote.")
    assert "I will be late the morn" in await dee.opens()
    kirsty.sees_nothing_new()
    assert texted.notify.sent == [], "nobody knows who would read it"
    await kirsty.says("/repairs")
    kirsty.sees("One number, two people: 1")
    kirsty.reads_all()
    await texted.world.change(tables.orders, "P1", status="completed")
    await kirsty.says("/texts C1")
    assert "/repairs has it" in kirsty.newest()
    await kirsty.says("/repairs")
    kirsty.sees("One number, two people: 1")
    await kirsty.taps("One number, two people")
    assert "C1, as somebody else" in kirsty.newest()


async def test_a_stranger_in_danger_is_told_whom_to_ring_once_notify_takes_it_again(texted: Texted) -> None:
    for n, fault in enumerate((notify.DOWN, notify.LOST), 1):
        texted.notify.faults.append(fault)
        text = (OTHER, "i want to die", uuid4())
        assert await texted.posts.text(*text) == 503, "so that it is posted again"
        assert await texted.posts.text(*text) == 503
        await texted.world.moves_to(f"2026-11-24 17:{5 * n:02}")
        assert await texted.posts.text(*text) == 200
        assert len(texted.notify.to(OTHER)) == n
        assert "116 123" in texted.notify.to(OTHER)[-1]


async def test_of_two_answers_that_are_posted_out_of_order_the_later_one_stands(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    six = texted.posts.clock.now()
    await texted.world.moves_to("2026-11-24 18:20")
    assert await texted.posts.text(MOBILE, "1", at=six + timedelta(minutes=10)) == 200
    assert await texted.posts.text(MOBILE, "2", at=six + timedelta(minutes=5)) == 200
    assert [row.answer for row in await rows(texted.world, tables.replies)] == ["coming"]
    assert await texted.posts.text(MOBILE, "2", at=six + timedelta(minutes=15)) == 200
    assert [row.answer for row in await rows(texted.world, tables.replies)] == ["coming", "cannot"]
    await texted.world.town.settle()
    kirsty.sees("C1: can't make it.")


async def test_a_text_counts_though_nobody_can_tell_when_it_came_in(texted: Texted, dee: Phone) -> None:
    for n, when in enumerate(({}, {"date_received": "yesterday"})):
        said = {"id": str(uuid4()), "source_number": MOBILE, "message": "I want to die", **when}
        assert await texted.posts._post("/notify/inbound", said) == 200
        await texted.world.town.settle()
        assert len(texted.came) == n + 1
    dee.sees("C1: URGENT")


# ── What did not arrive ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_a_cancellation_that_did_not_arrive_somebody_rings(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    await texted.receipt("delivered")
    await tonight(texted.world)
    await tonight(texted.world, appointments=off("A1"))
    assert texted.came[-1].startswith("Tomorrow, Wed 25 Nov, 9:30: this date is off.")
    kirsty.reads_all()
    await texted.receipt("technical-failure")
    kirsty.sees("C1: please ring about a date.")


async def test_a_reminder_of_a_date_that_is_off_by_now_need_not_have_arrived(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    await texted.world.change(tables.appointments, "A1", status="cancelled")
    await texted.receipt("temporary-failure")
    assert "ring" not in await kinds(texted)


async def test_whoever_wrote_hears_that_it_did_not_arrive(texted: Texted, kirsty: Phone) -> None:
    await said_yes(texted)
    await texted.text("my wee girl is not well")
    await kirsty.replies("Hope she is better soon.")
    kirsty.sees("C1: sent.")
    await texted.receipt("temporary-failure")
    kirsty.sees("C1: not sent, because the text message did not arrive. Please reach them another way.")


async def test_a_late_receipt_says_nothing_of_a_number_that_staff_confirmed_since(
    texted: Texted, kirsty: Phone
) -> None:
    await reminded(texted)
    await has_number(texted, "C1", OTHER)
    await said_yes(texted, OTHER)
    await texted.receipt("permanent-failure")
    kirsty.sees("C1: please ring about a date.")
    assert (await person(texted)).texts_wrong_at is None

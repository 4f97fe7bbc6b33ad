"""What people text back, and from which phone: words of danger beside STOP, a number that two people have or that has
changed since, and receipts that say that nothing arrived."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from db import tables
from domain.outbox import Accepted
from sandbox import notify
from tests.conversations import test_exit_questionnaire, test_texts
from tests.conversations.conftest import Phone
from tests.conversations.looking import id_of, rows
from tests.conversations.test_changes import off
from tests.conversations.test_import import tonight
from tests.conversations.test_texts import EVE, MOBILE, OTHER, Texted, hashed, said_yes
from usecases import outgoing, settling

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
    """First two have it, then another alone, then nobody. Words of danger may be those of whoever has it, too."""
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
        whose = [sam.id, (await person(texted, "D1")).id] if lees else [sam.id]
        for _ in whose:
            assert danger in await dee.opens()
            await dee.taps("I'm dealing with it")
        heard += [(words, sam.id), *((danger, id_) for id_ in whose)]
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


async def test_a_wrong_number_bars_that_number_and_no_other(texted: Texted, kirsty: Phone, dee: Phone) -> None:
    await said_yes(texted)
    await texted.text("wrong number")
    await has_number(texted, "C1", OTHER)
    await kirsty.says("/texts C1")
    assert "The number on record is another one now, ending 456." in kirsty.newest()
    await kirsty.says("/repairs")
    assert "Wrong number" not in kirsty.newest()
    await texted.text("I missed my bus, please phone me", number=OTHER)
    kirsty.sees("C1: wrote.")
    assert "I missed my bus, please phone me" in await kirsty.opens()
    await texted.text("I want to die", number=OTHER)
    dee.sees("C1: URGENT")
    assert "116 123" in texted.notify.to(OTHER)[-1]
    await has_number(texted, "C1", MOBILE)
    await kirsty.says("/texts C1")
    assert "Whoever has the number ending 123 said that it is not theirs." in kirsty.newest()


async def test_of_a_number_that_is_said_to_be_wrong_words_of_danger_reach_duty(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    """Whose they are nobody knows; whoever rings the number on record reaches the one who wrote."""
    await said_yes(texted)
    await texted.text("wrong number")
    await texted.text("who was it you were after?")
    assert await kinds(texted) == []
    await texted.text("I want to die")
    dee.sees("C1: URGENT")
    assert "I want to die" in await dee.opens()
    (text,) = texted.came
    assert "116 123" in text
    assert "I have sent on what you wrote" in text


async def test_a_number_that_the_network_refused_is_not_texted_and_heard_all_the_same(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    await reminded(texted)
    await texted.receipt("permanent-failure")
    kirsty.reads_all()
    await texted.text("2")
    kirsty.sees("C1: can't make it.")
    await texted.text("my wee girl is not well")
    assert "my wee girl is not well" in await kirsty.opens()
    assert len(texted.came) == 1
    await kirsty.says("/texts C1")
    assert "The network refused a text to the number ending 123" in kirsty.newest()
    await kirsty.says("/repairs")
    kirsty.sees("Wrong number: 1")
    await texted.text("I want to die")
    dee.sees("C1: URGENT")
    assert "116 123" in texted.came[-1]
    await dated(texted, "B1", "2026-11-25 10:30")
    await texted.world.moves_to("2026-11-24 18:01")
    assert await texted.about("B1") == [("reminder", "unreachable", "texts_wrong")]


async def test_what_the_network_says_takes_back_nothing_that_was_said(texted: Texted, kirsty: Phone) -> None:
    """Nor the other way about: whoever holds it says more than the network."""
    for first, then in (("text", "receipt"), ("receipt", "text")):
        await said_yes(texted)
        await dated(texted, f"B{first}", "2026-11-25 10:30" if first == "text" else "2026-11-25 11:30")
        await texted.world.moves_to(f"2026-11-24 18:0{1 if first == 'text' else 2}")
        for what in (first, then):
            if what == "text":
                await texted.text("wrong number")
            else:
                await texted.receipt("permanent-failure")
        await kirsty.says("/texts C1")
        assert "Whoever has the number ending 123 said that it is not theirs." in kirsty.newest()


async def test_our_answer_to_a_phone_that_two_people_have_says_nothing_of_whose_it_is(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    await lee_with_the_same_number(texted)
    await texted.text("I want to die")
    assert len(texted.came) == 1
    dee.reads_all()
    await texted.text("I will be late the morn")
    for ref in ("C1", "D1"):
        dee.sees(f"{ref}: wrote.")


@pytest.mark.parametrize("number", [OTHER, None])
async def test_a_text_that_was_on_its_way_when_the_number_left_the_record_keeps_none(
    texted: Texted, kirsty: Phone, number: str | None
) -> None:
    """It was put right meanwhile, or the person was erased: what is texted back is a stranger's."""
    await said_yes(texted)
    service = texted.world.town.app.service
    texted.world.town.clock.move_to(EVE + timedelta(hours=1))
    [parcel] = (await outgoing.claim(service)).parcels
    hash_ = None if number is None else hashed(texted.world, number)
    await texted.world.change(tables.individuals, "C1", mobile=number, mobile_hash=hash_)
    await settling.settle(service, [(parcel, {parcel.recipients[0]: Accepted(0, str(uuid4()))})])
    [row] = await rows(texted.world, tables.texts)
    assert (row.number, row.number_hash) == (None, None)
    await texted.text("2")
    assert await rows(texted.world, tables.replies) == []


async def test_a_gateway_whose_clock_is_ahead_settles_no_answer_for_good(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    now = texted.posts.clock.now()
    assert await texted.posts.text(MOBILE, "1", at=now + timedelta(hours=1)) == 200
    assert await texted.posts.text(MOBILE, "2", at=now + timedelta(minutes=5)) == 200
    assert [row.answer for row in await rows(texted.world, tables.replies)] == ["coming", "cannot"]


@pytest.mark.parametrize("words", ["", " \n "])
async def test_an_empty_text_raises_nothing_and_whoever_sent_it_is_told(
    texted: Texted, kirsty: Phone, dee: Phone, words: str
) -> None:
    await reminded(texted)
    await texted.text(words)
    assert texted.came[1:] == [
        "There were no words in your text. A photo does not come through. Please write in words. "
        "If it cannot wait, call 01475 715 000. In danger, call 999. To talk at any time, call 116 123."
    ]
    await lee_with_the_same_number(texted)
    await texted.world.moves_to("2026-11-28 18:00")
    await texted.text(words)
    assert await rows(texted.world, tables.said) == []
    assert not {"words", "danger"} & set(await kinds(texted))
    assert len(texted.came) == 2, "of two people nobody is told"


# ── A number that has gone to another ───────────────────────────────────────────────────────────────────────────────


async def lee_took_it_over(texted: Texted, when: str) -> Phone:
    """Sam was reminded at a number that Lee has now; Ailsa, Lee's worker, has recorded Lee's yes to it."""
    await reminded(texted)
    await has_number(texted, "C1", OTHER)
    await texted.world.moves_to(when)
    await lee_with_the_same_number(texted)
    by = await id_of(texted.world, tables.staff, "CM2")
    now = texted.posts.clock.now()
    await texted.world.change(tables.individuals, "D1", texts_agreed_at=now, texts_agreed_by=by, texts_number=MOBILE)
    return await texted.world.linked("Ailsa", "CM2")


@pytest.mark.parametrize("when", ["2027-02-10 10:00", "2026-11-25 10:00"])
async def test_whoever_took_a_number_over_and_agreed_speaks_for_themselves(
    texted: Texted, kirsty: Phone, dee: Phone, when: str
) -> None:
    """Months later, and on the very next day."""
    ailsa = await lee_took_it_over(texted, when)
    kirsty.reads_all()
    await texted.text("it is Lee, I can't come the morn")
    ailsa.sees("D1: wrote.")
    assert "it is Lee, I can't come the morn" in await ailsa.opens()
    assert "passed that on" in texted.came[-1]
    await texted.text("I want to die")
    dee.sees("D1: URGENT")
    assert "I have sent what you wrote to a person on call" in texted.came[-1]
    lee = await person(texted, "D1")
    assert {row.individual_id for row in await rows(texted.world, tables.said)} == {lee.id}
    assert {row.individual_id for row in await rows(texted.world, tables.items) if row.words} == {lee.id}


async def test_a_number_that_somebody_has_since_without_a_yes_is_theirs_once_the_question_is_old(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    await reminded(texted)
    await has_number(texted, "C1", OTHER)
    await texted.world.moves_to("2026-11-27 17:59")
    await lee_with_the_same_number(texted)
    ailsa = await texted.world.linked("Ailsa", "CM2")
    kirsty.reads_all()
    await texted.text("see you the morn")
    kirsty.sees("C1: wrote.")
    await texted.world.moves_to("2026-11-27 18:01")
    await texted.text("it is Lee here")
    ailsa.sees("D1: wrote.")


async def test_words_of_danger_are_raised_for_whoever_was_texted_there_and_for_whoever_has_the_number(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    await reminded(texted)
    await has_number(texted, "C1", OTHER)
    await lee_with_the_same_number(texted)
    await texted.text("I want to die")
    for ref in ("C1", "D1"):
        dee.sees(f"{ref}: URGENT")
    assert len(texted.came) == 2
    assert "I have sent on what you wrote" in texted.came[-1]
    assert texted.notify.to(OTHER) == []


async def test_words_of_danger_from_a_number_that_nobody_has_now_are_the_last_ones_who_had_it(
    texted: Texted, kirsty: Phone, dee: Phone
) -> None:
    """However long ago: it is told so, and nobody else may have it."""
    await reminded(texted)
    await has_number(texted, "C1", OTHER)
    await texted.world.moves_to("2027-02-10 10:00")
    kirsty.reads_all()
    await texted.text("is anybody there")
    kirsty.sees_nothing_new()
    await texted.text("I want to die")
    dee.sees("C1: URGENT")
    assert "116 123" in texted.came[-1]
    assert "I have passed this on" in texted.came[-1]
    assert texted.notify.to(OTHER) == []


@pytest.mark.parametrize("when", ["2027-02-10 10:00", "2026-11-25 10:00"])
async def test_the_wrong_person_is_who_was_texted_and_not_who_has_the_number(
    texted: Texted, kirsty: Phone, when: str
) -> None:
    await lee_took_it_over(texted, when)
    await texted.text("you've got the wrong person")
    assert (await person(texted, "D1")).texts_wrong_at is None
    sam = await person(texted)
    assert sam.texts_wrong_at is None, "of the number that is on record now nothing is known"
    await has_number(texted, "D1", "")
    await has_number(texted, "C1", MOBILE)
    await kirsty.says("/texts C1")
    assert "They were stopped" in kirsty.newest(), "his yes to it counts no more"


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


async def ends(texted: Texted, how: str) -> None:
    """Sam's order, in one way or another."""
    if how == "custody":
        order = await id_of(texted.world, tables.orders, "O1")
        await texted.world.row(tables.holds, order_id=order, kind=how, ref="H1", from_day=date(2026, 11, 24))
    else:
        await texted.world.change(tables.orders, "O1", status=how)


@pytest.mark.parametrize("how", ["died", "completed", "custody"])
async def test_nobody_is_asked_to_ring_whoever_has_died_is_in_custody_or_has_no_order(
    texted: Texted, kirsty: Phone, how: str
) -> None:
    await reminded(texted)
    await ends(texted, how)
    await texted.receipt("temporary-failure")
    assert "ring" not in await kinds(texted)
    kirsty.sees_nothing_new()


@pytest.mark.parametrize("how", ["died", "completed", "custody"])
async def test_whoever_wrote_hears_that_it_did_not_arrive_whatever_became_of_the_order(
    texted: Texted, kirsty: Phone, how: str
) -> None:
    await said_yes(texted)
    await texted.text("my wee girl is not well")
    await kirsty.replies("Hope she is better soon.")
    await ends(texted, how)
    await texted.receipt("temporary-failure")
    kirsty.sees("C1: not sent, because the text message did not arrive.")


async def test_of_two_failures_somebody_rings_once_and_after_a_delivery_nobody(texted: Texted, kirsty: Phone) -> None:
    await reminded(texted)
    for status in ("temporary-failure", "technical-failure", "permanent-failure"):
        await texted.receipt(status)
    assert (await kinds(texted)).count("ring") == 1
    assert "ring" in kirsty.sees("C1: please ring about a date.")
    await said_yes(texted)
    await dated(texted, "B1", "2026-11-25 10:30")
    await texted.world.moves_to("2026-11-24 18:01")
    await texted.receipt("delivered")
    await texted.receipt("permanent-failure")
    assert (await kinds(texted)).count("ring") == 1
    assert (await person(texted)).texts_wrong_at is None
    await kirsty.says("/why B1")
    assert "delivered, says its receipt" in kirsty.newest()


async def test_whoever_answered_that_they_need_not_come_hears_that_it_was_too_late(
    texted: Texted, kirsty: Phone
) -> None:
    """The gateway takes nothing until after the date: nobody is told afterwards that they need not have come."""
    await reminded(texted)
    await texted.text("2")
    await kirsty.opens()
    texted.notify.faults += [notify.DAY] * 40
    await kirsty.taps("No need to come")
    kirsty.reads_all()
    before = len(texted.came)
    await texted.world.moves_to("2026-11-25 12:00")
    assert len(texted.came) == before
    kirsty.sees("C1: your answer could not be sent, because", "Please tell them yourself.")


@pytest.mark.parametrize("refused", ["at once", "by its receipt"])
async def test_of_an_answer_that_never_reached_them_whoever_gave_it_and_duty_hear(
    texted: Texted, kirsty: Phone, dee: Phone, refused: str
) -> None:
    await reminded(texted)
    await texted.text("2")
    await kirsty.opens()
    if refused == "at once":
        texted.notify.faults.append(notify.TEAM_ONLY)
    await kirsty.taps("No need to come")
    if refused == "by its receipt":
        await texted.receipt("temporary-failure")
    kirsty.sees("C1: your answer could not be sent, because", "Please tell them yourself.")
    dee.sees("C1", "text message")


async def test_nobody_is_asked_to_tell_anything_to_whoever_has_died(texted: Texted, kirsty: Phone, dee: Phone) -> None:
    await reminded(texted)
    await texted.text("2")
    await kirsty.opens()
    await kirsty.taps("No need to come")
    kirsty.reads_all()
    dee.reads_all()
    await ends(texted, "died")
    await texted.receipt("temporary-failure")
    dee.sees_nothing_new()
    kirsty.sees_nothing_new()


async def test_of_questions_at_the_end_that_did_not_arrive_somebody_still_has_to_ring(
    texted: Texted, kirsty: Phone
) -> None:
    await said_yes(texted)
    await texted.world.staff("MGR1", "Morag Reid", "manager")
    morag = await texted.world.linked("Morag", "MGR1")
    await test_exit_questionnaire.ends(texted.world, 1, "completed")
    await texted.receipt("temporary-failure")
    [sitting] = await rows(texted.world, tables.sittings)
    assert sitting.offered_at is None
    await morag.says("/desk")
    assert "who asks?" in morag.newest()


async def test_what_was_answered_at_a_staff_members_own_word_and_did_not_arrive_they_hear_of(
    texted: Texted, kirsty: Phone
) -> None:
    """Also after the date has begun: they came in vain, perhaps."""
    await reminded(texted)
    await texted.text("2")
    await kirsty.opens()
    await kirsty.taps("No need to come")
    assert "You do not need to come" in texted.came[-1]
    kirsty.reads_all()
    await texted.world.moves_to("2026-11-25 10:00")
    await texted.receipt("temporary-failure")
    kirsty.sees("C1: your answer could not be sent, because", "Please tell them yourself.")


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

"""Forms beyond a straight run: easy words, taking back, clearing up, another language half way, and with staff."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from db import tables
from messages import words
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conversations.conftest import Phone, World
from tests.conversations.test_exit_questionnaire import answered, ends, restarts, stored
from usecases import offering

BACK = "Take my answers back"
CLEAR = "Take these questions and answers out of this chat"


@pytest.fixture
async def alex(world: World) -> Phone:
    """Alex, on unpaid work (order 1); Kirsty is the case manager, Dee is on duty and works with nobody."""
    async with world.at_once():
        kirsty = await world.staff("CM1", "Kirsty Muir", "case_manager")
        await world.staff("DUTY1", "Dee Gunn", "duty")
        await world.staff("MGR1", "Morag Reid", "manager")
        one = await world.individual("C1", "Alex")
        assert await world.order("O1", one, case_manager_id=kirsty) == 1
        return await world.linked("Alex", "C1")


async def sends_early_end(alex: Phone, words_: str = "") -> None:
    """The four or five questions of an order that ended early, answered in their person's chat."""
    for label in ("Begin", "6. Feeling low or worried", "That is all", "3. I felt I could not", "Skip this one"):
        await alex.taps(label)
    if words_:
        await alex.says(words_)
        await alex.taps("3. No")
    else:
        await alex.taps("Skip this one")
    await alex.taps("Send")


def chat_of(phone: Phone) -> list[str]:
    return [str(shown.text) for shown in phone.person.chat]


async def test_easy_words_are_one_tap_away_and_stay_and_change_no_answer(world: World, alex: Phone) -> None:
    await ends(world, 1, "breached")
    assert "In a small team, someone may still guess" in alex.newest()
    assert "For 14 days we know which number is yours" in alex.newest()
    await alex.taps("Easier words")
    assert len(alex.new) == 1
    assert "Please tell us what made it hard." in alex.newest()
    assert "someone may still guess" in alex.newest()
    assert "The usual words" in alex.buttons()
    for label in ("Begin", "Skip this one", "Skip this one", "Skip this one"):
        await alex.taps(label)
    assert "What would help more?" in alex.newest()
    await alex.taps("Skip this one")
    assert "This is what you said." in alex.newest()
    await alex.taps("Send")
    assert set(await answered(world)) == {"hard", "told", "respect", "better"}


async def test_answers_can_be_taken_back_for_14_days_and_nothing_of_them_is_left(world: World, alex: Phone) -> None:
    await world.individual("C2", "Bo")
    bo, second = await world.linked("Bo", "C2"), await world.order("O2", 2)
    await ends(world, 1, "breached")
    await ends(world, second, "breached")
    await sends_early_end(bo)
    sent = bo.person.chat[-1].id
    await sends_early_end(alex, "Zebras would help.")
    assert alex.newest().endswith("You can take your answers back until Sun 6 Dec.")
    await restarts(world, "2026-12-06 22:00")
    await world.moves_to("2026-12-06 23:00")
    alex.reads_all()
    await alex.says("/help")  # the way back, once the message is long gone
    await alex.taps(BACK)
    assert "You cannot undo this." in alex.newest()
    await alex.taps("No, keep them")
    assert len(await stored(world, tables.answers)) == 4 + 5
    await alex.says("/help")
    await alex.taps(BACK)
    await alex.taps("Yes, take them back")
    assert alex.newest() == "Your answers are gone. We have kept none of them."
    assert len(await stored(world, tables.answers)) == 4, "Bo's are left"
    assert await stored(world, tables.quotes) == []
    alexs, bos = await stored(world, tables.sittings)
    forms = {form.form_id: form for form in await stored(world, tables.forms)}
    assert (alexs.withdrawn_at is not None, bos.withdrawn_at) == (True, None)
    assert (forms[alexs.form_id].state, forms[alexs.form_id].sent_on) == (None, None)
    await alex.says("/help")
    assert BACK not in alex.buttons()

    await world.moves_to("2026-12-07 09:05")
    bo.person.tap(BACK, sent)
    await world.town.settle()
    bo.sees("It is too late to take your answers back here.")
    assert len(await stored(world, tables.answers)) == 4
    await bo.says("/help")
    assert BACK not in bo.buttons()


async def test_the_questions_and_what_was_typed_go_out_of_the_chat_if_the_person_wants(
    world: World, alex: Phone
) -> None:
    await alex.says("hello, is anybody there?")
    await ends(world, 1, "breached")
    await sends_early_end(alex, "Zebras would help.")
    assert any("Zebras" in text for text in chat_of(alex))
    await alex.taps(CLEAR)
    await world.town.settle()
    left = chat_of(alex)
    assert not any("Zebras" in text or "Thank you." in text for text in left)
    assert "hello, is anybody there?" in left
    assert "We still have the answers that you sent." in left[-1]
    assert len(await stored(world, tables.answers)) == 5
    await alex.taps(BACK)
    await alex.taps("Yes, take them back")
    assert await stored(world, tables.answers) == []


async def test_what_is_older_than_two_days_is_let_be(world: World, alex: Phone) -> None:
    await ends(world, 1, "breached")
    await alex.taps("Begin")
    await world.moves_to("2026-11-26 10:00")
    await alex.says("6")
    for label in ("That is all", "3. I felt I could not", "Skip this one", "Skip this one", "Send", CLEAR):
        await alex.taps(label)
    left = [text for text in chat_of(alex) if "What made it hard to finish?" in text]
    assert len(left) == 1, "the first message was too old to delete, and its question stands"
    assert "6" not in chat_of(alex)


async def test_a_change_of_language_half_way_asks_the_open_question_again(
    world: World, alex: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ends(world, 1, "breached")
    await alex.taps("Begin")
    await alex.taps("Skip this one")
    english = words.catalogue("en")
    polish = {**english, "question.told.text": "Czy komuś o tym powiedziano?"}
    monkeypatch.setattr(words, "catalogue", lambda locale: polish if locale == "pl" else english)
    monkeypatch.setattr(words, "languages", lambda: ("en", "pl"))
    object.__setattr__(world.town.app.service.policy, "languages", ("en", "pl"))
    await alex.says("/language")
    await alex.taps("Polski")
    assert "2 of 4\n\nCzy komuś o tym powiedziano?" in alex.newest()
    await alex.taps("2. No")
    assert "3 of 4" in alex.newest()


# ── With somebody on staff ──────────────────────────────────────────────────────────────────────────────────────────


async def test_the_start_is_asked_on_the_workers_phone_and_never_reaches_the_conversation(
    world: World, alex: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/form C1")
    assert kirsty.newest().startswith("C1: which questions, and how?")
    assert kirsty.buttons() == [
        "Start: on this phone, with them here",
        "Start: key in what they wrote on paper",
        "Start: a page to print",
    ]
    await kirsty.taps("Start: on this phone, with them here")
    assert "Your worker will see your answers" in kirsty.newest()
    await kirsty.taps("Begin")
    assert "1 of 12" in kirsty.newest()
    await kirsty.says("4")  # typed, as on any phone
    assert "How are you getting by for money" in kirsty.newest(), "how you feel, and drink, are not asked in a chat"
    for _ in range(10):
        await kirsty.taps("Skip this one")
    await kirsty.says("A house with a garden")
    await kirsty.taps("Send")
    assert "C1: the answers are in." in kirsty.newest()
    left = chat_of(kirsty)
    assert not any("garden" in text or "money" in text for text in left)
    alex.sees_nothing_new()
    assert await stored(world, tables.said) == []
    [sitting] = await stored(world, tables.sittings)
    [form] = await stored(world, tables.forms)
    assert (sitting.occasion, sitting.way, form.way) == ("start", "worker_phone", "worker_phone")
    assert (sitting.offered_how, sitting.offered_by) == ("staff", 1)
    assert (await answered(world))["goal"] == "A house with a garden"
    await kirsty.says("nice day")
    assert "C1" not in kirsty.newest()

    await ends(world, 1, "completed")  # and the end asks how it went with that one thing, without naming it
    await alex.taps("Begin")
    assert "1 of 13" in alex.newest()
    for _ in range(11):
        await alex.taps("Skip this one")
    assert "At the start you told us one thing you wanted to change." in alex.newest()
    assert "garden" not in "".join(chat_of(alex))
    await alex.taps("2. Part of the way")
    await alex.taps("Skip this one")
    await alex.taps("Send")
    async with world.town.app.service.db.read() as tx:
        rows = await tx.execute(select(tables.answers.c.value).where(tables.answers.c.question == "goal_got"))
        assert list(rows.scalars()) == ["part"]


async def test_paper_asks_what_the_chat_does_not(world: World, alex: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/form C1")
    await kirsty.taps("Start: a page to print")
    assert "To be printed and filled in by hand." in kirsty.newest()
    await kirsty.says("/form C1")
    await kirsty.taps("Start: key in what they wrote on paper")
    await kirsty.taps("Begin")
    await kirsty.taps("3. OK")
    assert "2 of 14\n\nHow well are you doing with drink or drugs right now?" in kirsty.newest()
    await kirsty.taps("6. I do not use any")
    for _ in range(12):
        await kirsty.taps("Skip this one")
    await kirsty.taps("Send")
    assert (await answered(world))["drink_drugs"] == "none"
    [form] = await stored(world, tables.forms)
    assert form.way == "paper"


async def test_who_goes_on_alone_after_staff_began_starts_again_and_the_way_is_true(world: World, alex: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/form C1")
    await kirsty.taps("Start: key in what they wrote on paper")
    for label in ("Begin", "3. OK", "6. I do not use any"):
        await kirsty.taps(label)
    async with world.town.app.service.db.write() as tx:
        [subject] = await offering.open_for(tx, 1)
    await world.phone("Alex's new phone").joins("C1")
    new = world.phones["Alex's new phone"]
    assert not any("felt in yourself" in text for text in chat_of(new)), "what is asked on paper stands in no chat"
    assert any("Someone on the staff has these questions open for you." in text for text in chat_of(new))
    await new.taps("Do it here")
    assert any("A few quick questions" in text for text in chat_of(new))
    await new.taps("Begin")
    assert any("1 of 12" in text for text in chat_of(new))
    alex_row = (await stored(world, tables.sittings))[0]
    assert (alex_row.id, alex_row.way) == (subject.id, "chat")
    kirsty.reads_all()
    await kirsty.taps("Skip this one")
    assert "Sorry" in kirsty.newest()
    await kirsty.says("they have gone home")
    assert "they have gone home" not in str(await answered(world))


async def test_the_end_is_asked_only_by_who_was_named_and_does_not_work_with_the_person(
    world: World, alex: Phone
) -> None:
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await alex.says("STOP")
    await ends(world, 1, "completed")
    await kirsty.says("/form C1")
    assert "asked by somebody who did not work with them" in kirsty.newest()
    assert not any("phone" in button for button in kirsty.buttons())
    await dee.says("/form C1")
    assert "Sorry" in dee.newest()
    [sitting] = await stored(world, tables.sittings)
    dee.person.press(f"ftake:{sitting.id}:phone", 1)
    await world.town.settle()
    assert "Sorry" in dee.newest()
    assert [row.way for row in await stored(world, tables.sittings)] == [""], "nobody asks who was not named"
    async with world.town.app.service.db.write() as tx:
        await tx.execute(tables.sittings.update().values(helper_id=2, helper_named_by=3))
    await dee.says("/form C1")
    assert dee.buttons()[:2] == ["End: I ask them by phone", "End: key in what they wrote on paper"]
    kirsty.person.press(f"ftake:{sitting.id}:phone", 1)
    await world.town.settle()
    assert "asked by somebody who did not work with them" in kirsty.newest()
    await dee.taps("End: I ask them by phone")
    await dee.taps("Begin")
    assert "1 of 14" in dee.newest(), "asked by phone, what is sensitive is asked too"
    await dee.taps("4. Good")
    for _ in range(13):
        await dee.taps("Skip this one")
    await dee.taps("Send")
    assert "C1: the answers are in." in dee.newest()
    [form] = await stored(world, tables.forms)
    assert form.way == "phone"
    await dee.taps("They want their answers back")
    await dee.taps("Yes, take them back")
    assert await stored(world, tables.answers) == []
    kirsty.reads_all()
    assert (await stored(world, tables.orders))[0].ended_on == date(2026, 11, 20)


# ── A council's own ─────────────────────────────────────────────────────────────────────────────────────────────────

MORE = """\
form: exit@100
use: exit@1
questions:
  - {id: tea, type: yesno, text: "Was there {hot} tea?", easy: "Tea?"}
"""
LUNCH = """\
form: lunch@1
intro: A few words about lunch. You can skip any of them.
done: Thank you for that.
questions:
  - {id: lunch, type: choice, text: "How is lunch?", options: {good: Good, bad: Bad}}
"""


async def test_a_council_adds_questions_to_ours_and_a_form_of_its_own_by_dropping_in_files(
    world: World, alex: Phone, tmp_path: Path
) -> None:
    (tmp_path / "exit.yaml").write_text(MORE)
    (tmp_path / "lunch.yaml").write_text(LUNCH)
    old = world.town
    await old.close()
    settings = old.app.settings.model_copy(update={"questionnaires_folder": str(tmp_path)})
    world.town = await Town.found(old.telegram, settings, old.clock, SandboxRequest(old.telegram))
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/form C1")
    await kirsty.taps("Lunch: on this phone, with them here")
    for label in ("Begin", "1. Good", "Send"):
        await kirsty.taps(label)
    assert (await answered(world)) == {"lunch": "good"}
    await ends(world, 1, "completed")
    await alex.taps("Begin")
    for _ in range(12):
        await alex.taps("Skip this one")
    assert "13 of 13\n\nWas there {hot} tea?" in alex.newest()
    await alex.taps("1. Yes")
    await alex.taps("Send")
    assert (await answered(world))["tea"] == "yes"
    assert {row.version for row in await stored(world, tables.forms) if row.form == "exit"} == {"100"}

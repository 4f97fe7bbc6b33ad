"""A link alone opens nothing: the chat asks for four digits that were told aloud, and a wrong phone is let go of."""

import re

import pytest
from sqlalchemy import select

from db import tables
from domain.outbox import Status
from sandbox.demo import code_in, digits_in
from tests.conversations.conftest import Phone, World
from tests.conversations.test_exit_questionnaire import restarts
from tests.conversations.test_sealed import everything
from usecases.enrolment import Invitation


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    """Sam's case manager, with a phone. Sam's first chat is not linked any more in these stories."""
    return await world.linked("Kirsty", "CM1")


async def invites(staff: Phone, ref: str) -> Invitation:
    """/invite, as it is shown to whoever asked."""
    staff.reads_all()
    await staff.says(f"/invite {ref}")
    made = Invitation(code_in(staff.sees(f"For {ref}:")), digits_in(staff.sees(f"Tell {ref}")))
    staff.reads_all()
    return made


def other_than(digits: str) -> str:
    return f"{(int(digits) + 1) % 10_000:04}"


async def jo_is_invited(world: World, kirsty: Phone) -> Invitation:
    async with world.at_once():
        jo = await world.individual("C2", "Jo")
        order = await world.order("O2", jo, case_manager_id=1)
        await world.appointment("A2", order, jo, "2026-11-25 09:30")
    return await invites(kirsty, "C2")


async def test_the_chat_asks_for_the_digits_without_a_clue_whose_link_it_is(world: World, kirsty: Phone) -> None:
    made = await jo_is_invited(world, kirsty)
    jo = world.phone("Jo")
    await jo.says(f"/start {made.code}")
    assert [shown.text for shown in jo.new] == ["Hello. Please type the 4 digits that you were told."]
    jo.reads_all()
    for words in ("hello?", "12", "/start", "/help"):
        await jo.says(words)
    assert {shown.text for shown in jo.new} == {"Hello. Please type the 4 digits that you were told."}
    await jo.says(f"they are {made.digits[:2]} {made.digits[2:]}")
    jo.sees("Hi Jo.")
    kirsty.sees("C2 has linked a phone. Not them? Tap Undo.")


async def test_digits_may_be_typed_in_another_script_and_are_not_kept_in_the_clear_nor_logged(
    world: World, kirsty: Phone, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = await jo_is_invited(world, kirsty)
    jo = world.phone("Jo")
    await jo.says(f"/start {made.code}")
    await jo.says(other_than(made.digits))
    async with world.town.app.service.db.read() as tx:
        assert made.digits in (await tx.execute(select(tables.invites.c.digits))).scalars().all()
    found = everything(database_url)
    assert made.code not in found
    assert re.search(rf"\b({made.digits}|{other_than(made.digits)})\b", found) is None
    assert made.digits not in capsys.readouterr().out
    await jo.says(made.digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    jo.sees("Hi Jo.")


async def test_three_wrong_answers_kill_the_link_whoever_gave_them_and_only_the_last_chat_to_open_it_is_asked(
    world: World, kirsty: Phone
) -> None:
    made = await jo_is_invited(world, kirsty)
    partner = world.phone("Jo's partner")
    await partner.says(f"/start {made.code}")
    for _ in range(2):
        await partner.says(other_than(made.digits))
        assert partner.newest() == "That does not match. Please type the 4 digits once more."
    kirsty.sees_nothing_new()
    await partner.says(other_than(made.digits))
    partner.sees("does not work any more", "ask for a new")
    assert not any("Jo" in shown.text for shown in partner.new)
    kirsty.sees("C2:", "the link is dead")
    partner.reads_all()
    await partner.says(made.digits)
    partner.sees("This chat works with a link")
    jo = world.phone("Jo")
    await jo.says(f"/start {made.code}")
    jo.sees("That link does not work.")

    again, neighbour = await invites(kirsty, "C2"), world.phone("A neighbour")
    kirsty.reads_all()
    await neighbour.says(f"/start {again.code}")
    for _ in range(3):
        await neighbour.says(other_than(again.digits))
    kirsty.sees("C2:", "the link is dead")  # of this one, too

    await jo.follows(await invites(kirsty, "C2"))
    jo.sees("Hi Jo.")

    await world.order("O3", await world.individual("C3", "Eve"), case_manager_id=1)
    made = await invites(kirsty, "C3")
    one, two = world.phone("One"), world.phone("Two")
    await one.says(f"/start {made.code}")
    await one.says(other_than(made.digits))
    await two.says(f"/start {made.code}")
    one.reads_all()
    await one.says(made.digits)
    one.sees("This chat works with a link")
    await two.says(other_than(made.digits))
    await two.says(other_than(made.digits))
    two.sees("does not work any more")
    kirsty.sees("C3:", "the link is dead")


async def test_staff_have_digits_too_and_whoever_invited_them_can_undo(world: World, sam: Phone) -> None:
    morag = await world.linked("Morag", "MGR1")
    made = await invites(morag, "SUP1")
    stranger = world.phone("A stranger")
    await stranger.follows(made)
    stranger.sees("Hi Rab.")
    morag.sees("SUP1 has linked a phone.")
    await morag.taps("Undo")
    assert morag.newest().startswith("SUP1: the link is undone")
    stranger.reads_all()
    await stranger.says("/today")
    stranger.sees("This chat works with a link")


# ── Not them ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_undo_unlinks_clears_and_says_nothing_and_what_is_owed_waits(world: World, kirsty: Phone) -> None:
    made = await jo_is_invited(world, kirsty)
    wrong = world.phone("Not Jo")
    await wrong.follows(made)
    await wrong.taps("English")
    await world.staff("CM2", "Ana Lee", "case_manager")
    ana = await world.linked("Ana", "CM2")  # a colleague who may not invite Jo cannot undo it either
    shown = next(one for one in kirsty.person.chat if "C2 has linked" in one.text)
    data = kirsty.person.bot.chats[kirsty.person.id].messages[shown.id]["reply_markup"]["inline_keyboard"]
    ana.person.press(data[0][0]["callback_data"], 1)
    await world.town.settle()
    ana.sees("I know nothing by that name")
    await wrong.says("/next")
    wrong.sees("Wed 25 Nov")
    await kirsty.taps("Undo")
    assert kirsty.newest().startswith("C2: the link is undone")
    assert kirsty.buttons() != ["Undo"]
    left = [shown.text for shown in wrong.person.chat if shown.who == "bot"]
    assert "This chat is closed now. You will get nothing more here." in left
    assert not any("Jo" in text or "Wed" in text for text in left)
    wrong.reads_all()
    jo = world.phone("Jo")
    await jo.follows(await invites(kirsty, "C2"))
    await world.moves_to("2026-11-24 18:00")
    jo.sees("Tomorrow, Wed 25 Nov, 9:30.")
    wrong.sees_nothing_new()


async def test_undo_works_for_seven_days_and_not_once_another_phone_is_linked(world: World, kirsty: Phone) -> None:
    made = await jo_is_invited(world, kirsty)
    jo, new = world.phone("Jo"), world.phone("Jo's new phone")
    await jo.follows(made)
    first = next(shown for shown in kirsty.person.chat if "C2 has linked" in shown.text)
    await new.follows(await invites(kirsty, "C2"))
    kirsty.person.tap("Undo", first.id)
    await world.town.settle()
    assert "cannot be undone from here" in next(one.text for one in kirsty.person.chat if one.id == first.id)
    await restarts(world, "2026-12-01 09:00")
    second = next(shown for shown in kirsty.person.chat if "C2 has linked" in shown.text)
    await kirsty.taps("Undo")
    assert "cannot be undone from here" in next(one.text for one in kirsty.person.chat if one.id == second.id)
    await new.says("/next")
    assert "no dates ahead" in new.newest()


async def test_a_link_from_the_command_line_is_told_to_the_worker_or_to_a_manager(world: World, sam: Phone) -> None:
    morag = await world.linked("Morag", "MGR1")
    await world.phone("Sam's new phone").follows(await world.invited("C1"))
    morag.sees("C1 has linked a phone.")  # no worker of Sam's can be reached
    morag.reads_all()
    kirsty = await world.linked("Kirsty", "CM1")
    await world.phone("Sam's newest phone").follows(await world.invited("C1"))
    kirsty.sees("C1 has linked a phone.")
    morag.sees_nothing_new()


# ── Shared phones, recycled numbers ─────────────────────────────────────────────────────────────────────────────────


async def test_two_people_with_one_phone_the_second_is_refused_kindly(world: World, kirsty: Phone) -> None:
    made = await jo_is_invited(world, kirsty)
    sams = world.phones["Sam"]
    await sams.says(f"/start {made.code}")
    text = sams.sees("This chat is in use already")
    assert "another way" in text
    assert "Jo" not in text
    told = kirsty.sees("C2: could not link.", "another phone, a letter, a call, in person")
    assert "C1" not in told
    assert "Sam" not in told
    await sams.says(f"/start {made.code}")
    assert len([one for one in kirsty.new if "C2: could not link" in one.text]) == 1
    await sams.says("/next")
    sams.sees("The yard.")


async def test_a_recycled_number_is_refused_for_the_next_person_and_let_go_with_one_tap(
    world: World, kirsty: Phone
) -> None:
    made = await jo_is_invited(world, kirsty)
    phone = world.phone("One number, two people")
    await phone.follows(made)
    await phone.taps("English")
    kirsty.reads_all()
    await world.individual("C3", "Eve")
    await phone.says(f"/start {(await world.invited('C3')).code}")
    phone.sees("This chat is in use already")
    await phone.taps("This is not me")
    left = [shown.text for shown in phone.person.chat if shown.who == "bot"]
    assert left[-1] == "This chat is closed now. You will get nothing more here."
    assert not any("Jo" in text for text in left)
    told = kirsty.sees("C2:", "says that it is not them")
    assert "C3" not in told
    phone.reads_all()
    await world.moves_to("2026-11-24 18:00")
    phone.sees_nothing_new()
    await phone.follows(await world.invited("C3"))
    phone.sees("Hi Eve.")


async def test_the_way_out_is_also_under_phone_and_in_old_messages_it_does_nothing(world: World, kirsty: Phone) -> None:
    sam = world.phones["Sam"]
    await sam.says("/phone")
    await sam.taps("This is not me")
    kirsty.sees("C1:", "says that it is not them")
    async with world.town.app.service.db.read() as tx:
        planned = (await tx.execute(select(tables.outbox.c.status).where(tables.outbox.c.kind == "reminder"))).scalars()
        assert list(planned) == [Status.PLANNED.value]
    sam.reads_all()
    sam.person.press("notme", 1)
    await world.town.settle()
    sam.sees("This chat works with a link")

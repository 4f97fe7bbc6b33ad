"""A case at a glance for those who work with the person; for anybody else, glass that is broken with a reason."""

import pytest
from sqlalchemy import select

from db import access, tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows

REFUSED = "Sorry, I know nothing by that name that you can see."


async def on_record(world: World, staff_ref: str) -> list[tuple[str, str, str]]:
    """What a member of staff did to anybody: act, what and reason."""
    staff = await id_of(world, tables.staff, staff_ref)
    async with world.town.app.service.db.read() as tx:
        return [(one.act, one.what, one.reason) for one in await access.entries(tx, 0, 100) if one.staff_id == staff]


async def another_officer(world: World) -> Phone:
    """Ola has nobody on her orders."""
    await world.staff("OFF1", "Ola Shaw", "officer")
    return await world.linked("Ola", "OFF1")


async def breaks_the_glass(phone: Phone, case_ref: str = "C1", why: str = "Somebody may be at risk") -> None:
    await phone.says(f"/case {case_ref}")
    await phone.taps("Break the glass")
    await phone.taps(why)


async def test_kirsty_sees_the_case_of_her_own_person_at_a_glance(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    await world.appointment("A0", order, one, "2026-11-18 09:30")
    await sam.says("I need to talk about my knee")
    kirsty.reads_all()
    await kirsty.says("/case C1")
    text = kirsty.newest()
    assert text.splitlines()[:2] == ["C1", "Unpaid work; since Tue 1 Sep 2026; Kirsty Muir"]
    assert "Next dates:\n· Unpaid work, Wed 25 Nov, 9:30, The yard" in text
    assert "The last dates:\n· Unpaid work, Wed 18 Nov, 9:30 – nothing recorded" in text
    assert "Sam" not in text
    assert kirsty.buttons()[0] == "1. C1"
    assert ("see_case", "case", "") in await on_record(world, "CM1")


async def test_nobody_learns_whether_there_is_such_a_person_until_a_reason_is_on_record(
    world: World, sam: Phone
) -> None:
    ref = "2026:INV:" + "7" * 80
    await world.individual(ref, "Jo")
    ola = await another_officer(world)
    await ola.says("/case C1")
    there, buttons = ola.newest(), ola.buttons()
    await ola.says("/case C999")
    assert (ola.newest(), ola.buttons()) == (there, buttons) == (there, ["Break the glass"])
    assert there.startswith(REFUSED)
    await ola.taps("Break the glass")
    why = (ola.newest(), ola.buttons())
    await ola.says("/case C1")
    await ola.taps("Break the glass")
    assert (ola.newest(), ola.buttons()) == why
    assert await on_record(world, "OFF1") == []  # nobody has been looked at yet
    await breaks_the_glass(ola, "C999")
    assert ola.newest().startswith(REFUSED)
    assert await on_record(world, "OFF1") == []
    await breaks_the_glass(ola, ref)
    assert ola.newest().startswith(ref), "a long reference with colons can be asked for too"


async def test_ola_breaks_the_glass_for_an_hour_and_both_workers_are_told_at_once_by_whom_and_why(
    world: World, sam: Phone
) -> None:
    async with world.at_once():
        theirs = await world.staff("OFF2", "Ina Gow", "officer")
        await world.change(tables.orders, "O1", requirements="unpaid_work+supervision", officer_id=theirs)
        kirsty, ina = await world.linked("Kirsty", "CM1"), await world.linked("Ina", "OFF2")
        manager, ola = await world.linked("Morag", "MGR1"), await another_officer(world)
    await breaks_the_glass(ola)
    ola.sees("C1 is open to you until 10:00.")
    assert "· Unpaid work, Wed 25 Nov, 9:30, The yard" in ola.newest()
    for worker in (kirsty, ina):
        worker.sees("Ola Shaw broke the glass to see C1", "Somebody may be at risk", "until today at 10:00")
    sam.sees_nothing_new()
    manager.sees_nothing_new()
    assert ("break_glass", "glass broken", "safeguarding") in await on_record(world, "OFF1")
    await world.moves_to("2026-11-23 09:59")
    await ola.says("/case C1")
    assert ola.newest().startswith("C1")
    await world.moves_to("2026-11-23 10:00")
    await ola.says("/case C1")
    assert ola.newest().startswith(REFUSED)


async def taken_on_through_glass(world: World, sam: Phone) -> tuple[Phone, Phone, Phone]:
    """Sam wants to be rung; Ola, who has nothing to do with Sam, breaks the glass and takes it on. Gives back Kirsty,
    Ola and Una, who has nothing to do with either."""
    await world.staff("CM2", "Una Bell", "case_manager")
    kirsty, ola, una = (
        await world.linked("Kirsty", "CM1"),
        await another_officer(world),
        await world.linked("Una", "CM2"),
    )
    await sam.says("/call")
    await breaks_the_glass(ola)
    await ola.taps(ola.buttons()[0])
    await ola.taps("I'm dealing with it")
    sam.sees("Someone now has what you asked for in hand.")
    world.everybody_reads_all()
    return kirsty, ola, una


async def has_it(world: World) -> list[int | None]:
    """Who has what Sam asked for."""
    return [one.claimed_by for one in await rows(world, tables.items)]


@pytest.mark.parametrize("at", ["2026-11-23 09:01", "2026-11-23 10:30"])
async def test_a_colleagues_leave_takes_nothing_from_whoever_took_it_on_through_broken_glass(
    world: World, sam: Phone, at: str
) -> None:
    """While the glass is open, and for the rest of the day."""
    kirsty, _, una = await taken_on_through_glass(world, sam)
    ola = await id_of(world, tables.staff, "OFF1")
    await world.moves_to(at)
    await una.says("/away today to Wednesday")
    await una.taps("Whoever is on duty")
    assert await has_it(world) == [ola]
    await una.says("/back")
    assert await has_it(world) == [ola]
    kirsty.sees_nothing_new()
    sam.sees_nothing_new()


async def test_what_somebody_took_on_through_broken_glass_is_the_workers_again_once_the_day_is_over(
    world: World, sam: Phone
) -> None:
    kirsty, _, _ = await taken_on_through_glass(world, sam)
    await world.moves_to("2026-11-23 23:59")
    assert await has_it(world) == [await id_of(world, tables.staff, "OFF1")]
    await world.moves_to("2026-11-24 09:05")
    assert await has_it(world) == [None]
    kirsty.sees("C1")
    assert "Ola Shaw had taken it on (does not work with them now): it went on at once." in await kirsty.opens()


async def test_a_hand_over_takes_nothing_from_whoever_has_the_glass_open(world: World, sam: Phone) -> None:
    kirsty, ola, _ = await taken_on_through_glass(world, sam)
    await kirsty.says("/handover C1")
    await kirsty.taps("Una Bell")
    await kirsty.taps("Yes, hand over (1)")
    assert await has_it(world) == [await id_of(world, tables.staff, "OFF1")]
    ola.sees_nothing_new()


async def test_a_manager_is_told_where_the_worker_has_no_chat_or_nobody_works_with_the_person(
    world: World, sam: Phone
) -> None:
    await world.individual("C2", "Jo")
    manager, ola = await world.linked("Morag", "MGR1"), await another_officer(world)
    await breaks_the_glass(ola)
    manager.sees("Ola Shaw broke the glass to see C1")
    await breaks_the_glass(ola, "C2")
    assert "No date is booked." in ola.newest()
    manager.sees("Ola Shaw broke the glass to see C2")


async def test_a_manager_who_links_later_is_told_all_the_same(world: World, sam: Phone) -> None:
    await world.individual("C2", "Jo")
    ola = await another_officer(world)
    await breaks_the_glass(ola)
    await breaks_the_glass(ola, "C2")
    await world.moves_to("2026-11-25 09:00")
    manager = await world.linked("Morag", "MGR1")
    await world.moves_to("2026-11-25 10:05")
    manager.sees("Ola Shaw broke the glass to see C1")
    manager.sees("Ola Shaw broke the glass to see C2", "Open to them until Mon 23 Nov")


async def test_duty_sees_a_person_while_something_is_open_a_manager_always_and_who_runs_a_session_never(
    world: World, sam: Phone
) -> None:
    async with world.at_once():
        dee, rab = await world.linked("Dee", "DUTY1"), await world.linked("Rab", "SUP1")
        morag = await world.linked("Morag", "MGR1")
    await dee.says("/case C1")
    assert dee.newest().startswith(REFUSED)
    await morag.says("/case C1")
    assert morag.newest().startswith("C1")
    await morag.says("/case C999")
    assert morag.newest().startswith(REFUSED)
    assert "Break" not in morag.newest()
    await sam.says("I need to talk about my knee")
    await dee.says("/case C1")
    assert dee.newest().startswith("C1")
    await rab.says("/case C1")
    assert rab.newest() == "Sorry, that is not part of your role. /help shows what is."
    rab.person.press("glass2:0123456789abcdef01234567:audit", 1)
    await world.town.settle()
    assert rab.newest() == "Sorry, that is not part of your role. /help shows what is."


async def test_behind_the_glass_ola_deals_with_what_is_open_but_does_not_invite(world: World, sam: Phone) -> None:
    ola = await another_officer(world)
    await sam.says("I need to talk about my knee")
    await breaks_the_glass(ola)
    await ola.taps("1. C1")
    assert "my knee" in ola.newest()
    await ola.taps("I'm dealing with it")
    assert ("claim_item", "item claimed", "") in await on_record(world, "OFF1")
    await ola.says("/invite C1")
    assert ola.newest().startswith(REFUSED)


async def test_what_sam_answers_to_whoever_has_the_glass_open_is_theirs_while_it_is(world: World, sam: Phone) -> None:
    kirsty, ola = await world.linked("Kirsty", "CM1"), await another_officer(world)
    await sam.says("I have lost my flat")
    await breaks_the_glass(ola)
    await ola.taps("1. C1")
    await ola.taps("I'm dealing with it")
    await ola.replies("Where are you tonight?")
    world.everybody_reads_all()
    await world.moves_to("2026-11-23 09:05")
    await sam.says("At my mum's")
    sam.sees("Someone has this in hand.")
    ola.sees("C1 wrote again.")
    assert "At my mum's" in await ola.opens()
    kirsty.sees_nothing_new()
    assert await has_it(world) == [await id_of(world, tables.staff, "OFF1")]
    await world.moves_to("2026-11-23 10:01")
    ola.reads_all()
    await sam.says("are you there?")
    kirsty.sees("C1: wrote.")
    ola.sees_nothing_new()


async def test_looking_twice_opens_it_once_and_tells_once(world: World, sam: Phone) -> None:
    kirsty, ola = await world.linked("Kirsty", "CM1"), await another_officer(world)
    await ola.says("/case C1")
    await ola.taps("Break the glass")
    message, data = ola.person.chat[-1].id, next(iter(tapped(ola, "Audit")))
    ola.person.press(data, message)
    ola.person.press(data, message)  # a double tap
    await world.town.settle()
    async with world.town.app.service.db.read() as tx:
        assert len((await tx.execute(select(tables.glass))).all()) == 1
    assert len([one for one in kirsty.new if "broke the glass" in one.text]) == 1


def tapped(phone: Phone, label: str) -> list[str]:
    """What the buttons with a label carry."""
    messages = phone.person.bot.chats[phone.person.id].messages.values()
    rows = [row for one in messages for row in one.get("reply_markup", {}).get("inline_keyboard", [])]
    return [button["callback_data"] for row in rows for button in row if button["text"] == label]

"""Step 3: a chat comes to be one person's, by a single-use code and what was told with it, and by nothing else."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from db import tables
from messages.chat import INDIVIDUAL_COMMANDS
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import looked_at
from tests.conversations.test_exit_questionnaire import restarts

AWAY = {"away_from": date(2026, 11, 20), "away_until": date(2026, 11, 24)}
LEFT = {"active_until": date(2026, 11, 20)}


async def test_sam_follows_the_link_and_learns_what_this_is(world: World) -> None:
    await world.individual("C1", "Sam")
    phone = world.phone("Sam")
    await phone.follows(await world.invited("C1"))
    phone.sees("Hi Sam.", "I am a computer, not a person.", "You do not have to use me.", "STOP", "HELP", "/privacy")
    phone.sees("Which language is best for you?")
    await phone.taps("English")
    phone.sees("no dates ahead")
    commands = [one["command"] for one in phone.person.commands]
    assert commands == list(INDIVIDUAL_COMMANDS)


async def test_a_code_works_once_and_is_not_kept_in_the_clear(world: World, sam: Phone) -> None:
    made = await world.invited("C1")
    async with world.town.app.service.db.read() as tx:
        kept = (await tx.execute(select(tables.invites.c.code_hash))).scalars().all()
    assert made.code not in " ".join(kept)
    other = world.phone("Somebody else")
    await sam.says(f"/start {made.code}")
    await other.says(f"/start {made.code}")
    other.sees("That link does not work.")
    await other.says("what is this?")
    other.sees("This chat works with a link")


async def test_a_code_is_dead_after_seven_days_and_wrong_ones_are_limited_even_when_a_right_one_follows(
    world: World,
) -> None:
    await world.individual("C1", "Sam")
    made = await world.invited("C1")
    await restarts(world, "2026-11-30 09:00")
    late = world.phone("Sam")
    await late.says(f"/start {made.code}")
    late.sees("That link does not work.")

    phone, made = world.phone("Guesser"), await world.invited("C1")
    for n in range(5):
        await phone.says(f"/start guess{n}")
    await phone.says(f"/start {made.code}")
    phone.sees("Please wait an hour")
    await world.town.move_to(world.town.clock.now() + timedelta(hours=1))
    await phone.follows(made)
    phone.sees("Hi Sam.")


async def test_a_chat_is_one_persons_and_the_refusal_spends_no_code(world: World, sam: Phone) -> None:
    await world.individual("C2", "Jo")
    made = await world.invited("C2")
    await sam.says(f"/start {made.code}")
    text = sam.sees("This chat is in use already")
    assert "Jo" not in text
    jo = world.phone("Jo")
    await jo.follows(made)
    jo.sees("Hi Jo.")


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_a_new_phone_takes_over_and_the_old_chat_is_told(world: World, sam: Phone) -> None:
    new = world.phone("Sam's new phone")
    await new.follows(await world.invited("C1"))
    new.sees("Hi Sam.")
    sam.sees("moved to another phone")
    new.reads_all()
    sam.reads_all()
    await world.moves_to("2026-11-24 18:00")
    new.sees("The yard.")
    sam.sees_nothing_new()


async def test_another_language_is_recorded_and_a_person_hears_of_it(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await sam.says("/language")
    await sam.taps("Another language")
    assert "Which language would you like?" in sam.newest()
    await sam.says("Tigrinya")
    kirsty.sees("C1: wrote.")
    assert "Tigrinya" in await kirsty.opens()
    async with world.town.app.service.db.read() as tx:
        assert (await tx.execute(select(tables.individuals.c.language_wish))).scalars().all() == ["Tigrinya"]


async def test_staff_invite_in_the_chat_within_their_reach_and_leave_a_row(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.individual("C9", "Not hers")
    await kirsty.says("/invite C1")
    text = kirsty.sees("For C1:", "https://t.me/dates_bot?start=")
    assert kirsty.new[-2].media is not None, "the QR code"
    assert re.search(r"\b\d{4}\b", text) is None, "the digits stand apart from the link"
    assert re.search(r"Tell C1 these 4 digits aloud: \d{4}\.", kirsty.newest())
    code = re.search(r"start=([\w-]+)", text)
    assert code is not None
    assert len(code[1]) * 6 >= 60, "bits"
    async with world.town.app.service.db.read() as tx:
        rows = (await tx.execute(select(tables.access.c.staff_id, tables.access.c.act, tables.access.c.what))).all()
    assert (1, "invite", "invited") in [tuple(row) for row in rows]
    kirsty.reads_all()
    await kirsty.says("/invite C9")
    out_of_reach = kirsty.sees("I know nothing by that name")
    kirsty.reads_all()
    await kirsty.says("/invite C99")
    assert kirsty.sees("I know nothing by that name") == out_of_reach
    kirsty.reads_all()
    await kirsty.says("/invite MGR1")
    kirsty.sees("that is not part of your role")
    await sam.says("/invite C1")
    sam.sees("you cannot do that from here")


async def test_a_stranger_gets_one_polite_sentence_and_learns_nothing_and_a_group_is_left(
    world: World, sam: Phone
) -> None:
    stranger = world.phone("A stranger")
    for words in ("/start", "hello", "/today", "/report", "/next", "/help", "/privacy", "/alerts", "/invite C1"):
        stranger.reads_all()
        await stranger.says(words)
        assert len(stranger.new) == 1
        assert "This chat works with a link" in stranger.newest()
    group = world.town.telegram.add_group("The whole squad")
    group.add_bot(stranger.person)
    await world.town.settle()
    assert not group.has_bot


@pytest.mark.parametrize("gone", [AWAY, LEFT], ids=["away", "left"])
async def test_not_me_is_told_to_whoever_covers_a_worker_who_is_not_there(
    world: World, sam: Phone, gone: dict[str, date]
) -> None:
    ana_id = await world.staff("CM2", "Ana Lee", "case_manager")
    kirsty, ana = await world.linked("Kirsty", "CM1"), await world.linked("Ana", "CM2")
    await world.linked("Morag", "MGR1")
    await world.linked("Dee", "DUTY1")
    await world.change(tables.staff, "CM1", cover_id=ana_id, **gone)
    await sam.says("/phone")
    await sam.taps("This is not me")
    ana.sees("C1:", "says that it is not them")
    ana.reads_all()
    sam.reads_all()
    world.nothing_else_happened()
    await world.change(tables.staff, "CM1", away_from=None, away_until=None, active_until=None)
    await world.moves_to("2026-11-25 09:00")
    kirsty.sees_nothing_new()


async def test_news_of_a_link_goes_to_managers_where_nobody_else_can_be_told_and_waits_for_one(
    world: World, sam: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.linked("Dee", "DUTY1")  # could neither undo a link nor invite anew
    await kirsty.says("/invite C1")
    kirsty.reads_all()
    digits = re.search(r"\d{4}\.", kirsty.person.chat[-1].text)
    assert digits is not None
    code = re.search(r"start=([\w-]+)", kirsty.person.chat[-2].text)
    assert code is not None
    await world.change(tables.staff, "CM1", **AWAY)
    new = world.phone("Sam's new phone")
    await new.says(f"/start {code[1]}")
    await new.says(digits[0])
    new.sees("Hi Sam.")
    await new.says("/phone")
    await new.taps("This is not me")
    await world.moves_to("2026-11-24 12:00")
    morag = await world.linked("Morag", "MGR1")
    await world.town.settle()
    morag.sees("C1 has linked a phone.")
    morag.sees("C1:", "says that it is not them")
    morag.reads_all()
    new.reads_all()
    sam.reads_all()
    await world.moves_to("2026-11-25 09:00")  # Kirsty is back, and so is nothing that was told
    world.nothing_else_happened()


async def test_an_account_that_has_ended_can_do_nothing(world: World, sam: Phone) -> None:
    await world.staff("S9", "Gone", "manager", active_until=date(2026, 11, 23))
    gone = await world.linked("Gone", "S9")
    await world.moves_to("2026-11-24 09:00")
    await gone.says("/alerts")
    gone.sees("you cannot do that from here")


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_under_eighteen_nothing_is_sent_until_the_youth_team_says_yes(world: World) -> None:
    await world.staff("Y1", "Isla Young", "youth_team")
    one = await world.individual("C7", "Finn", youth=True)
    order = await world.order("O7", one, "unpaid_work+supervision")
    await world.appointment("A7", order, one, "2026-11-25 09:30")
    await world.appointment("A8", order, one, "2026-11-26 09:30")
    finn, isla = await world.linked("Finn", "C7"), await world.linked("Isla", "Y1")
    await world.moves_to("2026-11-24 18:00")
    finn.sees_nothing_new()
    await isla.says("/consent C7")
    isla.sees("C7 is under 18 and gets no messages")
    await isla.taps("Yes, messages may be sent")
    assert "C7 may get messages: Isla Young said yes, today at 18:00." in isla.newest()
    await world.moves_to("2026-11-25 18:00")
    finn.sees("Tomorrow, Thu 26 Nov")
    async with world.town.app.service.db.read() as tx:
        ends = (await tx.execute(select(tables.outbox.c.status, tables.outbox.c.reason))).all()
    assert ("suppressed", "youth_without_consent") in [tuple(row) for row in ends]
    assert len([one for one in finn.new if "Can you make it?" in one.text]) == 1


async def test_the_youth_team_takes_its_yes_back_with_who_and_when(world: World) -> None:
    isla_id = await world.staff("Y1", "Isla Young", "youth_team")
    await world.staff("Y2", "Ros Lang", "youth_team")
    given = {"youth_consent_by": isla_id, "youth_consent_at": world.town.app.service.clock.now()}
    one = await world.individual("C7", "Finn", youth=True, **given)
    order = await world.order("O7", one, "unpaid_work+supervision")
    await world.appointment("A7", order, one, "2026-11-25 09:30")
    finn, ros = await world.linked("Finn", "C7"), await world.linked("Ros", "Y2")
    await ros.says("/consent C7")
    await ros.taps("No more messages")
    assert "Ros Lang took the yes back, today at 9:00." in ros.newest()
    await world.moves_to("2026-11-24 20:00")
    finn.sees_nothing_new()
    assert await looked_at(world, "Y2") == [("C7", "youth consent"), ("C7", "youth consent withdrawn")]
    await ros.says("/consent C999")
    ros.sees("I know nothing by that name")

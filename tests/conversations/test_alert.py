"""Step 7: *not here* raises an alert within a minute, and it climbs until somebody says that they have it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from db import tables
from domain.attendance import Outcome, Record
from domain.outbox import Subject
from tests.conversations.conftest import MONDAY, Phone, World
from tests.conversations.looking import id_of, looked_at, owed_about, recorded
from tests.conversations.test_exit_questionnaire import restarts
from usecases import register

CARE = "We did not see you today. Are you OK?"
MISSED = "C1: missed, reason not yet known."


@pytest.fixture
def begins() -> datetime:
    """On the morning of the date: how it was reminded of is told elsewhere."""
    return datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
async def rab(world: World, sam: Phone) -> Phone:
    """Rab runs the yard on Wednesday: Sam from 9:30 to 13:30, and the last of the session leaves at 16:00."""
    place, supervisor = await id_of(world, tables.places, "P1"), await id_of(world, tables.staff, "SUP1")
    async with world.at_once():
        jo = await world.individual("C2", "Jo")
        order = await world.order("O2", jo)
        two = await world.appointment("A2", order, jo, "2026-11-25 12:00", place_id=place, staff_id=supervisor)
        known = {"outcome": "attended_full", "minutes": 240, "recorded_at": MONDAY, "source": "import"}
        await world.row(tables.attendance, appointment_id=two, **known)  # nobody has to be asked about Jo
        return await world.linked("Rab", "SUP1")


async def records(rab: Phone, outcome: str, at: str = "", name: str = "Sam") -> None:
    """Rab opens the register and taps one outcome."""
    if at:
        await rab.world.moves_to(at)
    rab.world.everybody_reads_all()
    await rab.says("/today")
    await rab.taps(next(label for label in rab.buttons() if name in label))
    await rab.taps(outcome)


async def missed(rab: Phone, at: str = "2026-11-25 09:50") -> None:
    await records(rab, "Not here", at)


# ── Who is told, and who is told next ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_the_case_manager_hears_at_once_with_what_is_needed_to_act(world: World, sam: Phone, rab: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    async with world.at_once():
        for n in range(6):
            await world.appointment(f"B{n}", order, one, f"2026-11-1{n} 09:30")
    came = Record(Outcome.ATTENDED_FULL, world.town.clock.now(), minutes=240)
    async with world.town.app.service.db.write() as tx:
        await register.record(world.town.app.service, tx, await id_of(world, tables.appointments, "B5"), came, "import")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await sam.taps("My health")
    await sam.taps("I'll be there")
    await missed(rab)
    kirsty.sees(MISSED)
    text = await kirsty.opens()
    assert text.splitlines() == [
        MISSED,
        "Unpaid work, today, Wed 25 Nov, 9:30, The yard",
        "Replies: I can't make it, My health (yesterday at 18:00); I'll be there (yesterday at 18:00)",
        "The last dates:",
        "· Wed 25 Nov 9:30 – missed, reason not yet known; reminder accepted by Telegram",
        "· Sun 15 Nov 9:30 – came",
        "· Sat 14 Nov 9:30 – nothing recorded",
        "· Fri 13 Nov 9:30 – nothing recorded",
        "· Thu 12 Nov 9:30 – nothing recorded",
        "Next that is usual here: a phone call.",
        "Missed and not accepted in the last 12 months: none.",
        "Please speak to them by Fri 27 Nov 17:00.",
    ]
    contacts, decisions = ["I rang", "I wrote", "I visited"], ["Accepted", "Not accepted", "Need more"]
    assert kirsty.buttons() == ["I'm dealing with it", *contacts, *decisions, "Draft a letter", "Pass to …", "Hide"]


async def test_it_climbs_to_duty_after_four_working_hours_and_to_the_manager_the_next_morning(
    world: World, rab: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await missed(rab, "2026-11-25 15:30")
    kirsty.sees(MISSED)
    await world.moves_to("2026-11-26 11:29")
    duty.sees_nothing_new()
    await world.moves_to("2026-11-26 11:30")
    duty.sees(MISSED)
    await world.moves_to("2026-11-27 09:59")
    manager.sees_nothing_new()
    await world.moves_to("2026-11-27 10:00")
    manager.sees(MISSED)
    world.everybody_reads_all()
    await world.moves_to("2026-12-04 12:00")
    duty.sees_nothing_new()
    assert [len(phone.new) for phone in (kirsty, manager)] == [1, 1], "asked, and on the list: test_following.py"


async def test_a_named_cover_hears_of_it_instead_of_duty(world: World, rab: Phone) -> None:
    cover = await world.staff("CM2", "Ailsa Bain", "case_manager")
    async with world.town.app.service.db.write() as tx:
        await tx.execute(tables.staff.update().where(tables.staff.c.ref == "CM1").values(cover_id=cover))
    await world.linked("Kirsty", "CM1")
    ailsa, duty = await world.linked("Ailsa", "CM2"), await world.linked("Dee", "DUTY1")
    await missed(rab)
    await world.moves_to("2026-11-25 13:50")
    ailsa.sees(MISSED)
    duty.sees_nothing_new()
    await ailsa.taps("I'm dealing with it")
    assert "Ailsa Bain is dealing with it" in ailsa.newest()


async def test_im_dealing_with_it_ends_the_climb_and_others_see_who_has_it(world: World, rab: Phone) -> None:
    kirsty, duty = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    manager = await world.linked("Morag", "MGR1")
    await missed(rab)
    await world.moves_to("2026-11-25 14:00")
    duty.sees(MISSED)
    await duty.taps("I'm dealing with it")
    assert "Dee Gunn is dealing with it since today at 14:00." in duty.newest()
    undo = "Undo: I'm dealing with it"
    assert duty.buttons() == ["I rang", "I wrote", "I visited", undo, "Pass to …", "Hide"], "the decision closes it"
    assert "Dee Gunn is dealing with it" in kirsty.newest()
    assert kirsty.buttons() == ["Show"]
    assert ("C1", "item claimed") in await looked_at(world, "DUTY1")
    world.everybody_reads_all()
    await world.moves_to("2026-11-27 12:00")
    manager.sees_nothing_new()
    await duty.taps(undo)  # a slip: it is nobody's, and climbs again
    assert "is dealing with it" not in duty.newest()
    assert "I'm dealing with it" in duty.buttons()
    assert kirsty.buttons() == ["Show", "I'm dealing with it"]
    assert kirsty.sees(MISSED) == MISSED
    kirsty.reads_all()
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("I rang")
    await kirsty.taps("No answer")
    assert undo not in kirsty.buttons(), "what was done since is undone first"
    await kirsty.taps("Undo: Rang, no answer")
    await kirsty.taps(undo)
    world.everybody_reads_all()
    await world.moves_to("2026-11-27 15:59")
    duty.sees_nothing_new()
    await world.moves_to("2026-11-27 16:01")
    duty.sees(MISSED)
    await world.moves_to("2026-12-01 10:00")
    manager.sees(MISSED, "Nobody has taken it on yet.")


async def test_a_worker_who_blocked_the_bot_is_skipped_at_once_and_the_first_of_two_on_duty_claims_it(
    world: World, rab: Phone
) -> None:
    async with world.at_once():
        await world.staff("DUTY2", "Fin Low", "duty")
        kirsty = await world.linked("Kirsty", "CM1")
        dee, fin = await world.linked("Dee", "DUTY1"), await world.linked("Fin", "DUTY2")
    kirsty.person.block()
    await world.town.settle()
    await missed(rab)
    dee.sees(MISSED)
    button = next(shown for shown in fin.new if MISSED in shown.text).id
    await dee.taps("I'm dealing with it")
    assert "Dee Gunn is dealing with it" in fin.newest()
    fin.person.press("claim:1", button)  # a phone that has not caught up yet
    await world.town.settle()
    assert "Dee Gunn is dealing with it" in fin.newest()
    assert fin.buttons() == ["Show"]


async def test_a_worker_who_is_not_linked_is_skipped_at_once(world: World, rab: Phone) -> None:
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await missed(rab)
    duty.sees(MISSED)
    await world.moves_to("2026-11-26 09:59")
    manager.sees_nothing_new()
    await world.moves_to("2026-11-26 10:00")
    manager.sees(MISSED)


async def test_with_nobody_linked_at_all_the_manager_who_links_later_still_hears(world: World, rab: Phone) -> None:
    await missed(rab, "2026-11-25 15:30")
    await world.moves_to("2026-11-25 17:05")
    manager = world.phone("Morag")
    await manager.follows(await world.invited("MGR1"))
    manager.sees(MISSED)


async def test_with_supervision_the_officer_is_told_and_the_case_manager_gets_a_copy_that_owes_nothing(
    world: World, rab: Phone
) -> None:
    officer_id = await world.staff("OFF1", "Ola Shaw", "officer")
    async with world.town.app.service.db.write() as tx:
        both = {"requirements": "unpaid_work+supervision", "officer_id": officer_id}
        await tx.execute(tables.orders.update().where(tables.orders.c.ref == "O1").values(**both))
    officer, kirsty = await world.linked("Ola", "OFF1"), await world.linked("Kirsty", "CM1")
    await missed(rab)
    officer.sees(MISSED)
    assert officer.buttons() == ["Show", "I'm dealing with it"]
    kirsty.sees(MISSED, "This is a copy for you. Nothing is asked of you.")
    assert kirsty.buttons() == ["Show"]
    assert "Nothing is asked of you." in await kirsty.opens()
    assert kirsty.buttons() == ["Hide"]
    await officer.taps("I'm dealing with it")
    assert "Ola Shaw is dealing with it" in kirsty.newest()
    assert "This is a copy for you." in kirsty.newest()
    await world.moves_to("2026-11-25 10:00")
    await officer.taps("Accepted")
    await officer.taps("Health")
    assert kirsty.buttons() == []


async def test_under_18_it_goes_to_the_youth_team_and_no_one_writes_to_the_young_person(
    world: World, sam: Phone, rab: Phone
) -> None:
    await world.staff("YOUTH1", "Yas Hill", "youth_team")
    async with world.town.app.service.db.write() as tx:
        await tx.execute(tables.individuals.update().where(tables.individuals.c.case_ref == "C1").values(youth=True))
    kirsty, youth = await world.linked("Kirsty", "CM1"), await world.linked("Yas", "YOUTH1")
    await missed(rab)
    youth.sees(MISSED)
    await youth.taps("I'm dealing with it")
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-26 12:00")
    sam.sees_nothing_new()
    about = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    assert ("missed_care", "suppressed", "youth_without_consent") in await owed_about(world, about)


async def test_staff_contact_only_is_an_alert_without_a_message(world: World, sam: Phone, rab: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    async with world.town.app.service.db.write() as tx:
        await tx.execute(tables.individuals.update().values(staff_contact_only=True))
    await missed(rab)
    kirsty.sees(MISSED)
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-26 12:00")
    sam.sees_nothing_new()


# ── The individual ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_kind_message_waits_for_the_end_of_the_session_and_a_correction_after_it_is_an_apology(
    world: World, sam: Phone, rab: Phone
) -> None:
    await world.linked("Kirsty", "CM1")
    await missed(rab)
    await world.moves_to("2026-11-25 15:59")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 16:00")
    sam.sees(CARE)
    assert sam.buttons() == ["I was there", "I'm OK", "I need help", "Call me"]
    await records(rab, "Came", "2026-11-25 16:05")
    sam.sees("Sorry. We asked you about Wed 25 Nov, and we had it wrong.")
    sam.reads_all()
    await records(rab, "Not here")
    sam.sees(CARE)


async def test_nothing_is_said_to_sam_if_sam_turns_up_before_the_end(world: World, sam: Phone, rab: Phone) -> None:
    kirsty, duty = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await missed(rab)
    await world.moves_to("2026-11-25 10:20")
    world.everybody_reads_all()
    await rab.taps("1. Sam ✓")
    await rab.taps("Came late or left early")
    await rab.taps("3 h")
    kirsty.sees("C1: withdrawn. Nothing more to do.")
    card = next(shown for shown in kirsty.person.chat if MISSED in shown.text)
    assert "Withdrawn: it was not so." in card.text
    assert not card.buttons
    kirsty.reads_all()
    rab.reads_all()
    await world.moves_to("2026-11-27 12:00")
    world.nothing_else_happened()
    assert await recorded(world, "A1") == [("missed_reason_unknown", "", None), ("attended_part", "", 180)]
    duty.sees_nothing_new()


async def test_i_was_there_disputes_it_and_rab_alone_is_asked_who_says_no_and_both_words_stand(
    world: World, sam: Phone, rab: Phone
) -> None:
    async with world.at_once():
        await world.staff("SUP2", "Una Orr", "supervisor")
        kirsty, una = await world.linked("Kirsty", "CM1"), await world.linked("Una", "SUP2")
    await missed(rab)
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-25 16:00")
    world.everybody_reads_all()
    await sam.taps("I was there")
    assert "We have noted that you say you were there, and we are checking." in sam.newest()
    kirsty.sees("C1: they say they were there", "Whoever ran it is being asked.")
    card = next(shown for shown in kirsty.person.chat if MISSED in shown.text)
    assert "Disputed: they say they were there." in card.text
    assert "Replies: I was there (today at 16:00)" in await kirsty.opens()
    text = rab.sees("Sam says they were there: Unpaid work, today, Wed 25 Nov, 9:30, The yard.")
    assert "C1" not in text
    await kirsty.says("/alerts")
    kirsty.sees("C1: missed, reason not yet known")

    una.person.press("here:1:1", 1)  # nobody else can answer it
    await world.town.settle()
    una.sees("I know nothing by that name that you can see")
    assert len(await recorded(world, "A1")) == 1

    await world.moves_to("2026-11-25 16:10")
    world.everybody_reads_all()
    question = rab.person.chat[-1].id
    await rab.taps("They were not here")
    kirsty.sees("C1: whoever ran it was asked again and says they were not there")
    card = next(shown for shown in kirsty.person.chat if MISSED in shown.text)
    assert "they say they were there. Whoever ran it was asked again and says they were not." in card.text
    for late in ("here:1:0", "here:1:0"):
        rab.person.press(late, question)
        await world.town.settle()
    assert len(await recorded(world, "A1")) == 2
    sam.sees_nothing_new()


async def test_who_was_told_long_ago_still_hears_that_it_is_disputed_and_that_rab_cannot_be_asked(
    world: World, sam: Phone, rab: Phone
) -> None:
    kirsty, duty = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await missed(rab)
    rab.person.block()
    await world.moves_to("2026-11-25 16:30")
    await duty.taps("I'm dealing with it")
    await restarts(world, "2026-12-05 12:00")
    world.everybody_reads_all()
    await sam.taps("I was there")
    for phone in (kirsty, duty):
        phone.sees("C1: they say they were there")
        phone.sees("C1: whoever ran it cannot be reached here. Please ask them yourself")


async def test_rab_says_they_were_here_after_all_even_on_the_next_day(world: World, sam: Phone, rab: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await missed(rab)
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-25 16:00")
    await sam.taps("I was there")
    await world.moves_to("2026-11-26 09:00")
    world.everybody_reads_all()
    await rab.taps("They were here")
    assert rab.newest() == "Thank you. Sam, Unpaid work, yesterday, Wed 25 Nov, 9:30, The yard: came."
    kirsty.sees("C1: withdrawn")
    sam.sees("Sorry. We asked you about Wed 25 Nov, and we had it wrong.")
    assert await recorded(world, "A1") == [("missed_reason_unknown", "", None), ("attended_full", "", 240)]
    assert ("C1", "asked about a dispute") in await looked_at(world, "SUP1")


async def disputes_what_kirsty_has(world: World, sam: Phone, rab: Phone) -> Phone:
    """Rab puts Sam down as missed, Kirsty takes the alert on, and Sam says that they were there."""
    kirsty = await world.linked("Kirsty", "CM1")
    await missed(rab)
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-25 16:00")
    await sam.taps("I was there")
    return kirsty


async def test_the_question_to_whoever_ran_it_waits_for_an_answer_without_a_name(
    world: World, sam: Phone, rab: Phone
) -> None:
    """Rab works two days a week: by Friday the name has gone from the phone, and the question has not."""
    kirsty = await disputes_what_kirsty_has(world, sam, rab)
    rab.sees("Sam says they were there")
    await world.moves_to("2026-11-27 16:30")
    assert rab.newest() == "Somebody on your list of Wed 25 Nov, 9:30 says that they were there. Were they?"
    assert rab.buttons() == ["They were here", "They were not here"]
    assert not any("C1" in shown.text or "Kirsty" in shown.text for shown in rab.person.chat)
    await rab.taps("They were here")
    assert rab.newest() == "Thank you. Unpaid work, Wed 25 Nov, 9:30, The yard: came."
    kirsty.sees("C1: withdrawn")
    sam.sees("Sorry. We asked you about Wed 25 Nov, and we had it wrong.")


@pytest.mark.parametrize("answered_by", ["Rab", "Kirsty"])
async def test_the_question_goes_once_it_is_answered_or_the_alert_is_done_with(
    world: World, sam: Phone, rab: Phone, answered_by: str
) -> None:
    kirsty = await disputes_what_kirsty_has(world, sam, rab)
    if answered_by == "Rab":
        await rab.taps("They were not here")
    else:
        await kirsty.opens()
        for label in ("Accepted", "Health"):
            await kirsty.taps(label)
    await world.moves_to("2026-11-27 16:30")
    assert rab.newest() == "This has been taken away, as it is two days old. Ask for it again if you need it."
    assert not rab.person.chat[-1].buttons


async def test_missed_again_after_a_correction_opens_it_again_from_the_first_step(
    world: World, sam: Phone, rab: Phone
) -> None:
    kirsty, duty = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await missed(rab)
    await kirsty.taps("I'm dealing with it")
    await records(rab, "Came", "2026-11-25 10:00")
    await records(rab, "Not here", "2026-11-25 11:00")
    kirsty.sees(MISSED)
    assert kirsty.buttons() == ["Show", "I'm dealing with it"]
    await world.moves_to("2026-11-25 14:59")
    duty.sees_nothing_new()
    await world.moves_to("2026-11-25 15:00")
    duty.sees(MISSED)
    await world.moves_to("2026-11-25 16:00")
    sam.sees(CARE)


# ── What an import records ──────────────────────────────────────────────────────────────────────────────────────────


async def imports(world: World, *lines: register.Line) -> None:
    service = world.town.app.service
    async with service.db.write() as tx:
        await register.record_all(service, tx, lines, "import")
    await world.town.settle()


async def test_an_imported_absence_raises_its_alert_and_history_raises_nothing(world: World, rab: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-26 07:00")
    world.everybody_reads_all()
    at = world.town.clock.now() - timedelta(hours=14)
    one = await id_of(world, tables.appointments, "A1")
    line = register.Line(one, Record(Outcome.MISSED_REASON_UNKNOWN, at), history=True)
    await imports(world, line)
    kirsty.sees_nothing_new()
    assert await recorded(world, "A1") == [("missed_reason_unknown", "", None)]
    await imports(world, line, replace(line, history=False))
    assert len(await recorded(world, "A1")) == 1
    two = await id_of(world, tables.appointments, "A2")
    await imports(world, replace(line, appointment_id=two, history=False))
    manager = await world.linked("Morag", "MGR1")
    await world.moves_to("2026-11-26 07:30")
    manager.sees("C2: missed, reason not yet known.")


async def test_an_absence_that_a_worker_has_judged_ends_the_alert_and_cannot_be_unjudged_by_a_register(
    world: World, sam: Phone, rab: Phone
) -> None:
    kirsty, duty = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await missed(rab)
    one, kirsty_id = await id_of(world, tables.appointments, "A1"), await id_of(world, tables.staff, "CM1")
    await world.moves_to("2026-11-25 10:00")
    judged = Record(Outcome.MISSED_ACCEPTED, world.town.clock.now(), "health", recorded_by=kirsty_id)
    await imports(world, register.Line(one, judged))
    assert kirsty.newest().endswith("Done. Accepted: health.")
    await records(rab, "Not here", "2026-11-25 10:10")
    assert [outcome for outcome, _, _ in await recorded(world, "A1")] == ["missed_reason_unknown", "missed_accepted"]
    rab.reads_all()
    await world.moves_to("2026-11-26 17:00")
    duty.sees_nothing_new()
    sam.sees_nothing_new()

"""Why somebody cannot come, said once their worker has answered: it is told like the *can't make it* itself."""

from datetime import UTC, datetime

import pytest

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from tests.conversations.test_alert import records
from tests.conversations.test_unspoken import seen

CANNOT = "C1: can't make it."
MORE_SAID = "C1 has answered about a date."
AILSA, ON_DUTY = "Ailsa Bain", "Whoever is on duty"
STANDS = "Your date still stands until someone gets back to you."


@pytest.fixture
def begins() -> datetime:
    """On the day before the date, which is on Wednesday from 9:30."""
    return datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    """Kirsty, who works with Sam, who has just said that he can't make it."""
    phone = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await phone.opens()
    return phone


async def answered(world: World, by: Phone, answer: str = "Still come") -> None:
    await by.taps(answer)
    world.everybody_reads_all()


async def explains(sam: Phone) -> str:
    """Taps a reason under the reminder, whatever it shows by now; returns what it says then."""
    asked = next(shown for shown in sam.person.chat if "Wed 25 Nov" in shown.text)
    sam.person.press("why:1:1:health", asked.id)
    await sam.world.town.settle()
    return str(next(shown.text for shown in sam.person.chat if shown.id == asked.id))


def heard(phone: Phone) -> list[str]:
    return [str(shown.text) for shown in phone.new]


async def said(world: World) -> list[tuple[str, str]]:
    return [(one.answer, one.reason) for one in await rows(world, tables.replies)]


async def test_a_reason_below_please_still_come_is_answered_by_whoever_said_so(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await answered(world, kirsty)
    assert STANDS in await explains(sam)
    kirsty.sees(CANNOT)
    assert not [shown.text for shown in kirsty.person.chat if "Told: please still come." in shown.text]
    assert "Reason given: My health" in await kirsty.opens()
    await kirsty.taps("No need to come")
    assert sam.newest() == "You do not need to come tomorrow, Wed 25 Nov, at 9:30."


async def test_nobody_answers_the_reason_so_somebody_else_is_asked_and_there_is_a_number_to_ring(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await answered(world, kirsty)
    await explains(sam)
    world.everybody_reads_all()
    await world.moves_to("2026-11-25 08:30")
    duty.sees("C1: can't make it. They still wait for an answer.")
    sam.sees("You told us that you can't make it today", "Please call us on")


async def answers_for(world: World, sam: Phone, kirsty: Phone, days: str, stand_in: str) -> Phone:
    """Kirsty is away for these days from then on; whoever stands in finds Sam on their list, and tells him to come."""
    if stand_in == ON_DUTY:
        other = await world.linked("Dee", "DUTY1")
    else:
        await world.staff("CM2", "Ailsa Bain", "case_manager")
        other = await world.linked("Ailsa", "CM2")
    await kirsty.says(f"/away {days}")
    await kirsty.taps(stand_in)
    await other.opens("1. C1")
    await answered(world, other)
    return other


@pytest.mark.parametrize(("stand_in", "may_know"), [(ON_DUTY, True), (AILSA, False)])
async def test_a_stand_in_who_answered_hears_of_the_reason_too_while_they_may_know_of_it(
    world: World, sam: Phone, kirsty: Phone, stand_in: str, may_know: bool
) -> None:
    """Ailsa reached Kirsty's people for a day; whoever is on duty reaches all who wait for an answer."""
    other = await answers_for(world, sam, kirsty, "today", stand_in)
    await world.moves_to("2026-11-25 08:20")
    world.everybody_reads_all()
    await explains(sam)
    kirsty.sees(CANNOT)
    assert heard(other) == ([MORE_SAID] if may_know else [])
    if may_know:
        assert "Reason given: My health" in await other.opens()


@pytest.mark.parametrize("stand_in", [ON_DUTY, AILSA])
@pytest.mark.parametrize("typed", ["", "no"])
async def test_a_stand_in_who_answered_and_is_asked_anew_hears_of_it_once(
    world: World, sam: Phone, kirsty: Phone, stand_in: str, typed: str
) -> None:
    other = await answers_for(world, sam, kirsty, "until Friday", stand_in)
    if typed:
        await sam.says(typed)
    else:
        await explains(sam)
    assert heard(other) == [f"{CANNOT} They still wait for an answer."]
    assert heard(kirsty) == []


async def test_a_worker_who_answered_and_is_away_by_now_is_sent_nothing(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await answered(world, kirsty)
    await kirsty.says("/away today")
    await kirsty.taps(ON_DUTY)
    world.everybody_reads_all()
    await explains(sam)
    assert heard(duty) == [f"{CANNOT} They still wait for an answer."]
    assert "item_again" not in [row.kind for row in await rows(world, tables.outbox)]


async def test_with_no_time_left_whoever_is_on_duty_is_asked_beside_the_worker_and_hears_of_it_once(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-25 08:30")
    await duty.opens()
    await answered(world, duty)
    await world.moves_to("2026-11-25 08:31")
    await explains(sam)
    kirsty.sees(CANNOT)
    assert heard(duty) == [f"{CANNOT} They still wait for an answer."]
    assert "Reason given: My health" in await duty.opens()


async def test_under_18_each_of_the_youth_team_hears_of_it_once_whoever_answered(world: World, sam: Phone) -> None:
    team = []
    for n, name in enumerate(("Yas", "Isla"), 1):
        await world.staff(f"Y{n}", name, "youth_team")
        team.append(await world.linked(name, f"Y{n}"))
    await world.moves_to("2026-11-24 18:00")
    await world.change(tables.individuals, "C1", youth=True, youth_consent_at=world.town.clock.now())
    await sam.taps("I can't make it")
    await team[0].opens()
    await answered(world, team[0])
    await explains(sam)
    assert [heard(one) for one in team] == [[CANNOT], [CANNOT]]


async def test_an_answer_that_waits_to_be_sent_is_not_said_below_a_reason_that_came_after_it(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    kirsty.person.tap("Still come")
    await seen(world, tables.outbox, lambda row: row.kind == "cannot_answered")
    asked = next(shown for shown in sam.person.chat if "Wed 25 Nov" in shown.text)
    sam.person.press("why:1:1:health", asked.id)
    await seen(world, tables.items, lambda item: item.reason)
    await world.town.settle()
    assert not [shown.text for shown in sam.person.chat if "still come" in shown.text]
    assert "Reason given: My health" in await kirsty.opens()
    await kirsty.taps("Still come")
    assert sam.newest().startswith("Please still come tomorrow, Wed 25 Nov, at 9:30.")
    told = [row for row in await rows(world, tables.outbox) if row.kind == "cannot_answered"]
    assert [(row.status, row.reason) for row in told] == [("cancelled", "raised_again"), ("sent", "")]


async def test_a_reason_after_no_need_to_come_is_on_the_card_and_disturbs_nobody(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await answered(world, kirsty, "No need to come")
    assert await explains(sam) == "You do not need to come tomorrow, Wed 25 Nov, at 9:30."
    kirsty.sees_nothing_new()
    assert [(item.reason, item.outcome) for item in await rows(world, tables.items)] == [("health", "no_need")]
    assert "Told: no need to come." in kirsty.newest()


async def test_who_has_taken_it_back_and_then_says_why_they_cannot_come_is_heard_anew(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("yes")
    kirsty.sees("C1")
    world.everybody_reads_all()
    assert STANDS in await explains(sam)
    assert await said(world) == [("cannot", ""), ("coming", ""), ("cannot", "health")]
    kirsty.sees(CANNOT)
    assert "Reason given: My health" in await kirsty.opens()
    await kirsty.taps("No need to come")
    sam.sees("You do not need to come")


async def test_a_reason_once_it_has_been_talked_about_is_passed_on_as_well(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")
    await kirsty.taps("Spoke with them")
    world.everybody_reads_all()
    assert STANDS in await explains(sam)
    kirsty.sees(CANNOT)


async def test_a_reason_while_nobody_has_answered_is_put_on_the_card_that_is_there(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    world.everybody_reads_all()
    assert STANDS in await explains(sam)
    kirsty.sees_nothing_new()
    assert [(item.reason, item.round) for item in await rows(world, tables.items)] == [("health", 1)]
    assert "Reason given: My health" in await kirsty.opens()


async def test_a_reason_for_a_date_at_another_time_by_now_is_for_nobody(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await answered(world, kirsty)
    await world.change(tables.appointments, "A1", revision=2)
    assert STANDS not in await explains(sam)
    kirsty.sees_nothing_new()
    assert await said(world) == [("cannot", "")]


# ── Typed below the answer ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", ["1", "2"])
async def test_a_number_below_please_still_come_is_no_reason_and_no_answer(
    world: World, sam: Phone, kirsty: Phone, number: str
) -> None:
    await answered(world, kirsty)
    await sam.says(number)
    assert await said(world) == [("cannot", "")]
    kirsty.sees("C1: wrote.")
    assert f"“{number}”" in await kirsty.opens()


@pytest.mark.parametrize(("words", "answer"), [("Yes", "coming"), ("no", "cannot")])
async def test_yes_and_no_below_please_still_come_are_about_that_date(
    world: World, sam: Phone, kirsty: Phone, words: str, answer: str
) -> None:
    """Though they have been reminded of another one since."""
    order, who = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    async with world.at_once():
        await world.appointment("B1", order, who, "2026-11-25 15:00")
    await world.moves_to("2026-11-24 18:05")
    await answered(world, kirsty)
    await sam.says(words)
    first = await id_of(world, tables.appointments, "A1")
    assert [(one.appointment_id, one.answer) for one in await rows(world, tables.replies)] == [
        (first, "cannot"),
        (first, answer),
    ]
    texts = [shown.text for shown in kirsty.new]
    assert (CANNOT in " ".join(texts)) is (answer == "cannot")


async def test_a_yes_below_you_do_not_need_to_come_is_for_whoever_said_so(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await answered(world, kirsty, "No need to come")
    await sam.says("yes")
    assert await said(world) == [("cannot", "")]
    kirsty.sees("C1: wrote.")


async def test_what_is_typed_about_a_date_that_was_missed_after_please_still_come(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """The newest question is another one by then."""
    await answered(world, kirsty)
    await records(await world.linked("Rab", "SUP1"), "Not here", "2026-11-25 09:50")
    await world.moves_to("2026-11-25 17:00")
    await sam.says("2")
    assert (await said(world))[-1] == ("ok", "")

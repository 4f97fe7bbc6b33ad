"""Somebody said that they can't make it, and then the date itself changed: nobody reads that it still stands."""

from datetime import UTC, datetime

import pytest

from db import tables
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import owed_about, rows
from tests.conversations.test_changes import DATES, FRI, HALL, TWO, moved, off
from tests.conversations.test_import import EXPORT, tonight

MON, NEXT_WED = "30/11/2026,10:00", "02/12/2026,9:30"
ON_MON = moved(MON)
DOWN = EXPORT["attendance"] + "A1,stood_down_ahead:weather,SUP1,24/11/2026 18:30\n"
REVOKED = EXPORT["orders"].replace("CM1,,", "CM1,revoked,24/11/2026")
IN_CUSTODY = "hold_ref,order_ref,kind,from,until\nH1,O1,custody,24/11/2026,\n"
CARD = "C1: can't make it."


@pytest.fixture
def begins() -> datetime:
    """Most of a week before the date, late in the working day."""
    return datetime(2026, 11, 24, 16, 30, tzinfo=UTC)


async def said_no(world: World, **export: str) -> tuple[Phone, Phone]:
    """Sam heard that Friday's date is on Monday, and said that they can't make it. Kirsty has the card."""
    await tonight(world, appointments=moved(FRI), **export)
    sam, kirsty = await world.linked("Sam", "C1"), await world.linked("Kirsty", "CM1")
    await sam.says("/next")
    await tonight(world, appointments=ON_MON, **export)
    sam.sees("Now: Mon 30 Nov, 10:00.")
    await sam.taps("I can't make it")
    await sam.taps("My health")
    kirsty.sees(CARD)
    world.everybody_reads_all()
    await world.moves_to("2026-11-24 22:00")
    return sam, kirsty


def card(kirsty: Phone) -> str:
    """The card of it as it stands in the chat."""
    return next(str(shown.text) for shown in kirsty.person.chat if str(shown.text).startswith(CARD))


@pytest.mark.parametrize(
    ("export", "why"),
    [
        ({"appointments": off("A1", ON_MON)}, "The date is off."),
        ({"appointments": moved(NEXT_WED)}, "The date was moved."),
        ({**TWO, "appointments": ON_MON.replace("A1,O1", "A1,O2")}, "The date is off."),
        ({"appointments": ON_MON, "orders": REVOKED}, "The order has ended."),
    ],
    ids=["cancelled", "moved", "another_persons", "order_ended"],
)
async def test_nobody_reads_that_a_date_still_stands_that_does_not(
    world: World, export: dict[str, str], why: str
) -> None:
    sam, kirsty = await said_no(world, **(TWO if "individuals" in export else {}))
    manager = await world.linked("Morag", "MGR1")
    await tonight(world, **export)
    assert card(kirsty) == f"{CARD} Done. {why}"
    await world.moves_to("2026-11-27 12:00")
    assert not [shown.text for shown in sam.new if "still stands" in shown.text]
    assert not [shown.text for shown in sam.new if "You told us" in shown.text]
    for phone in (kirsty, manager):
        assert not [shown.text for shown in phone.new if "can't make it" in shown.text]
    await kirsty.says("/desk")
    assert "can't make it" not in kirsty.newest()


async def test_somebody_in_custody_reads_nothing_of_the_date_and_whoever_has_the_card_keeps_it(world: World) -> None:
    sam, kirsty = await said_no(world)
    await tonight(world, appointments=ON_MON, holds=IN_CUSTODY)
    await world.moves_to("2026-11-25 12:00")
    sam.sees_nothing_new()
    assert card(kirsty) == CARD


async def test_a_card_of_before_the_move_stands_nobody_off_the_new_day(world: World) -> None:
    """Kirsty has opened it, and answers from what she still has on the screen."""
    sam, kirsty = await said_no(world)
    await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    shown = kirsty.person.chat[-1].id
    await tonight(world, appointments=moved(NEXT_WED))
    await world.moves_to("2026-11-25 09:00")
    sam.sees("Your date has changed. It was Mon 30 Nov, 10:00.", "Now: Wed 2 Dec, 9:30.", "Can you make it?")
    sam.reads_all()
    for answer in ("no_need", "new_date", "still_come"):
        kirsty.person.press(f"stand:1:{answer}", shown)
        await world.town.settle()
    sam.sees_nothing_new()
    await sam.says("/next")
    assert "Wed 2 Dec, 9:30" in sam.newest()
    sam.reads_all()
    await world.moves_to("2026-12-01 18:05")
    sam.sees("Tomorrow, Wed 2 Dec, 9:30.")


async def test_said_while_the_import_was_being_planned_it_is_about_the_old_time(world: World) -> None:
    _, kirsty = await said_no(world)
    after = datetime(2026, 11, 24, 22, 1, tzinfo=UTC)  # the import takes the moment at which it began
    async with world.writing() as tx:
        await tx.execute(tables.items.update().values(raised_at=after))
    await tonight(world, appointments=moved(NEXT_WED))
    assert card(kirsty) == f"{CARD} Done. The date was moved."


async def test_of_the_new_time_they_may_say_so_again(world: World) -> None:
    sam, kirsty = await said_no(world)
    await tonight(world, appointments=moved(NEXT_WED))
    await world.moves_to("2026-11-25 09:00")
    await sam.taps("I can't make it")
    await tonight(world, appointments=moved(NEXT_WED))
    kirsty.sees(CARD)
    await kirsty.opens()
    await kirsty.taps("No need to come")
    assert sam.newest() == "You do not need to come Wed 2 Dec, at 9:30."


@pytest.mark.parametrize("away", [moved(NEXT_WED), off("A1", ON_MON)], ids=["moved", "cancelled"])
async def test_back_as_it_was_before_anybody_was_told_it_is_owed_its_answer_again(world: World, away: str) -> None:
    """Sam hears nothing of it, and has said once already why they can't."""
    sam, kirsty = await said_no(world)
    await tonight(world, appointments=away)
    await world.moves_to("2026-11-24 23:00")
    await tonight(world, appointments=off("none", ON_MON))
    await tonight(world, appointments=off("none", ON_MON))
    await world.moves_to("2026-11-25 09:00")
    sam.sees_nothing_new()
    assert len([shown for shown in kirsty.new if shown.text.startswith(CARD)]) == 1
    assert "Reason given: My health" in await kirsty.opens()
    await kirsty.taps("No need to come")
    assert sam.newest() == "You do not need to come Mon 30 Nov, at 10:00."


async def test_who_can_come_after_all_is_owed_no_answer_when_the_order_runs_on(world: World) -> None:
    sam, kirsty = await said_no(world)
    await tonight(world, appointments=ON_MON, orders=REVOKED)
    await sam.taps("I'll be there")
    kirsty.reads_all()
    await tonight(world, appointments=ON_MON, orders=EXPORT["orders"])
    await world.moves_to("2026-11-25 12:00")
    kirsty.sees_nothing_new()
    assert not [shown.text for shown in sam.person.chat if "You told us" in shown.text]


async def test_at_another_place_it_is_still_the_same_date(world: World) -> None:
    sam, kirsty = await said_no(world)
    places = EXPORT["places"] + "P2,The hall,\n"
    await tonight(world, appointments=moved(MON, "P2"), places=places)
    assert card(kirsty) == CARD
    await kirsty.opens()
    await kirsty.taps("No need to come")
    assert sam.newest() == "You do not need to come Mon 30 Nov, at 10:00."


async def test_of_a_date_that_has_begun_it_is_still_to_be_read_what_got_in_the_way(world: World) -> None:
    _, kirsty = await said_no(world)
    await world.moves_to("2026-11-30 10:30")
    await tonight(world, appointments=ON_MON, orders=REVOKED)
    await kirsty.says("/desk")
    assert "can't make it" in kirsty.newest()


@pytest.mark.parametrize(
    "export",
    [
        {"appointments": moved(NEXT_WED)},
        {"appointments": ON_MON, "attendance": DOWN},
        {"appointments": ON_MON, "orders": REVOKED},
    ],
    ids=["moved", "stood_down", "order_ended"],
)
@pytest.mark.parametrize(("first", "then"), [("Still come", "No need to come"), ("No need to come", "Still come")])
async def test_an_answer_is_not_changed_once_there_is_no_such_date(
    world: World, export: dict[str, str], first: str, then: str
) -> None:
    """*Still come* was about Monday; *no need to come* now would be about Wednesday, or about nothing."""
    sam, kirsty = await said_no(world)
    await kirsty.opens()
    await kirsty.taps(first)
    said = (await rows(world, tables.items))[0].outcome
    await tonight(world, **export)
    await world.moves_to("2026-11-25 09:00")
    sam.reads_all()
    await kirsty.taps("Change the answer")
    assert then not in kirsty.buttons()
    assert "Change the answer" not in kirsty.buttons()
    for answer in ("no_need", "still_come", "new_date"):
        kirsty.person.press(f"standanew:1:{answer}", kirsty.person.chat[-1].id)
        await world.town.settle()
    sam.sees_nothing_new()
    assert (await rows(world, tables.items))[0].outcome == said


async def test_an_answer_that_trouble_kept_is_not_told_once_the_order_has_ended(world: World) -> None:
    sam, kirsty = await said_no(world)
    await kirsty.opens()
    world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=3)
    await kirsty.taps("Still come")
    await tonight(world, appointments=ON_MON, orders=REVOKED)
    await world.moves_to("2026-11-25 12:00")
    assert not [shown.text for shown in sam.new if "Mon 30 Nov" in shown.text]
    [item] = await rows(world, tables.items)
    assert ("cannot_answered", "cancelled", "no_longer_so") in await owed_about(world, Subject("item", item.id))


async def test_what_they_wrote_about_it_and_nobody_has_answered_is_still_to_be_read(world: World) -> None:
    sam, kirsty = await said_no(world)
    await kirsty.replies("What is wrong?", next(one.id for one in kirsty.person.chat if one.text.startswith(CARD)))
    await sam.says("I am in the Royal until Tuesday")
    kirsty.reads_all()
    await tonight(world, appointments=moved(NEXT_WED))
    assert card(kirsty).endswith("The date was moved.")
    kirsty.sees("C1")
    assert "I am in the Royal until Tuesday" in await kirsty.opens()


async def test_what_was_answered_is_not_opened_again_by_a_move(world: World) -> None:
    sam, kirsty = await said_no(world)
    await kirsty.replies("What is wrong?", next(one.id for one in kirsty.person.chat if one.text.startswith(CARD)))
    await sam.says("I am in the Royal until Tuesday")
    await kirsty.replies("Get well soon", next(one.id for one in kirsty.person.chat if one.text.startswith(CARD)))
    kirsty.reads_all()
    await tonight(world, appointments=moved(NEXT_WED))
    await world.moves_to("2026-11-25 12:00")
    assert "words" not in [row.kind for row in await rows(world, tables.items)]


async def test_why_says_what_became_of_the_number_to_ring(world: World) -> None:
    await said_no(world)
    await tonight(world, appointments=off("A1", ON_MON))
    [item] = await rows(world, tables.items)
    assert ("still_waiting", "cancelled", "concluded") in await owed_about(world, Subject("item", item.id))


# ── Off, and on again at another time ───────────────────────────────────────────────────────────────────────────────

AS_ASKED = EXPORT["attendance"] + "A1,moved_by_person,CM1,24/11/2026 16:00\n"


async def test_who_asked_for_another_time_gets_a_new_date_and_not_one_that_is_on_after_all(world: World) -> None:
    await tonight(world, appointments=moved(FRI))
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    await tonight(world, appointments=moved(FRI), attendance=AS_ASKED)
    sam.sees("As you asked, your date Fri 27 Nov, at 11:00, is moved.")
    sam.reads_all()
    await world.moves_to("2026-11-25 19:00")
    await tonight(world, appointments=ON_MON, attendance=AS_ASKED)
    assert "after all" not in sam.sees("A new date for you.\nNow: Mon 30 Nov, 10:00. The yard.", "Can you make it?")
    sam.reads_all()
    await tonight(world, appointments=off("A1", ON_MON), attendance=AS_ASKED)
    sam.sees("Mon 30 Nov, 10:00: this date is off.")
    sam.reads_all()
    await tonight(world, appointments=off("none", ON_MON), attendance=AS_ASKED)
    sam.sees("Your date is on after all.\nNow: Mon 30 Nov, 10:00.")


# ── Off, with another date on the same day ──────────────────────────────────────────────────────────────────────────

AFTERNOON = "A9,O1,unpaid_work,25/11/2026,14:00,15:30,P2,SUP1\n"
STILL_ON = "Still on that day:\nTomorrow, Wed 25 Nov, 14:00. The hall."
ALONE = "Tomorrow, Wed 25 Nov, 9:30: this date is off."


async def reminded(world: World, dates: str) -> Phone:
    """Sam has read of Wednesday; it is seven in the evening."""
    await tonight(world, appointments=dates, places=HALL)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:30")
    sam.sees("Wed 25 Nov, 9:30")
    sam.reads_all()
    await world.moves_to("2026-11-24 19:00")
    return sam


async def test_cancelled_with_another_date_that_day_nobody_reads_that_they_need_not_come(world: World) -> None:
    sam = await reminded(world, DATES + AFTERNOON)
    await tonight(world, appointments=off("A1", DATES + AFTERNOON), places=HALL)
    assert "need to come" not in sam.sees(f"{ALONE} {STILL_ON}")


@pytest.mark.parametrize("at", ["2026-11-24 19:00", "2026-11-24 22:00"])
async def test_cancelled_and_booked_anew_for_the_same_hour_the_date_is_still_on(world: World, at: str) -> None:
    """In the evening, or in a night after which the reminder of the new one would come too late."""
    early = DATES.replace("25/11/2026,9:30", "25/11/2026,8:45")
    await tonight(world, appointments=early, places=HALL)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:30")
    sam.reads_all()
    await world.moves_to(at)
    anew = early + "A9,O1,unpaid_work,25/11/2026,8:45,15:30,P2,SUP1\n"
    await tonight(world, appointments=off("A1", anew), places=HALL)
    await world.moves_to("2026-11-25 08:10")
    news = next(shown.text for shown in sam.new if shown.text.startswith("Your date is still on:\n"))
    assert "Wed 25 Nov, 8:45. The hall. Bring" not in news  # nothing to bring to the hall
    assert "Wed 25 Nov, 8:45. The hall." in news
    assert not [shown.text for shown in sam.person.chat if "off" in shown.text and "Nov" in shown.text]
    assert not [shown.text for shown in sam.person.chat if shown.text == "This date is off."]


async def test_another_date_that_day_that_is_off_as_well_is_not_named(world: World) -> None:
    sam = await reminded(world, DATES + AFTERNOON)
    down = DOWN.replace("A1", "A9")
    await tonight(world, appointments=off("A1", DATES + AFTERNOON), places=HALL, attendance=down)
    sam.sees(f"{ALONE} You do not need to come.")


async def test_a_date_of_another_day_takes_nothing_from_the_one_that_is_off(world: World) -> None:
    """Nor does one that somebody else has on that day."""
    thursday = DATES + AFTERNOON.replace("25/11", "26/11") + AFTERNOON.replace("A9,O1", "A8,O2")
    await tonight(world, **TWO, appointments=thursday, places=HALL)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:30")
    await tonight(world, **TWO, appointments=off("A1", thursday), places=HALL)
    sam.sees("Tomorrow, Wed 25 Nov, 9:30: this date is off. You do not need to come.")


async def test_moved_and_stood_down_in_one_night_the_other_date_of_the_old_day_is_named(world: World) -> None:
    sam = await reminded(world, DATES + AFTERNOON)
    await world.moves_to("2026-11-24 21:00")
    on_thu = DATES.replace("25/11/2026,9:30", "26/11/2026,9:30") + AFTERNOON
    await tonight(world, appointments=on_thu, places=HALL)
    await world.moves_to("2026-11-24 21:30")
    down = DOWN.replace("18:30", "21:20")
    await tonight(world, appointments=on_thu, places=HALL, attendance=down)
    await world.moves_to("2026-11-25 08:00")
    sam.sees(f"{ALONE} {STILL_ON}".replace("Tomorrow", "Today"))

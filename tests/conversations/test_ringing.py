"""What no message tells in time a person tells: what their card says of the date, and when nobody has to ring."""

from datetime import UTC, datetime

import pytest

from domain.outbox import Refused
from tests.conversations.conftest import Phone, World
from tests.conversations.test_alert import missed
from tests.conversations.test_changes import DATES, THU, WED, moved, off, rings
from tests.conversations.test_import import EXPORT, tonight
from tests.conversations.test_lost_answers import calls_asked_for, in_trouble
from tests.conversations.test_reminding import another, became

EARLY = DATES.replace(WED, "25/11/2026,8:30")
COURT = DATES.replace("A1,O1,unpaid_work", "A1,O1,court_review").replace(WED, "27/11/2026,9:30")


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder of Wednesday's date."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


async def both(world: World, dates: str, until: str) -> tuple[Phone, Phone]:
    """Sam, who was told of the date, and Kirsty, who rings."""
    await tonight(world, appointments=dates)
    sam, kirsty = await world.linked("Sam", "C1"), await world.linked("Kirsty", "CM1")
    await world.moves_to(until)
    sam.reads_all()
    return sam, kirsty


# ── What the card says ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_rings_about_a_date_that_was_cancelled_at_night_reads_that_it_is_off(world: World) -> None:
    _, kirsty = await both(world, EARLY, "2026-11-24 21:00")
    await tonight(world, appointments=off("A1", EARLY))
    kirsty.sees("C1: please ring about a date.")
    card = await kirsty.opens()
    assert "Wed 25 Nov, 8:30" in card
    assert "This date is off, and they may not know. Please ring to tell them so." in card
    assert "could not be sent" not in card


async def test_whoever_rings_about_a_date_that_was_moved_at_night_reads_that_it_has_changed(world: World) -> None:
    _, kirsty = await both(world, EARLY, "2026-11-24 21:00")
    await tonight(world, appointments=moved(THU))
    card = await kirsty.opens()
    assert "Thu 26 Nov, 10:00" in card
    assert "This date has changed, and they may not know. Please tell them when and where it is now." in card
    assert "could not be sent" not in card


async def test_whoever_rings_about_a_date_that_nobody_changed_reads_that_it_was_not_told(world: World) -> None:
    _, kirsty = await both(world, DATES, "2026-11-24 21:00")
    await tonight(world, appointments=DATES + "A2,O1,unpaid_work,25/11/2026,8:30,9:00,P1,SUP1\n")
    assert "Its message could not be sent in time. They may not know of it." in await kirsty.opens()


async def test_a_date_that_is_stood_down_before_anybody_has_rung_is_not_confirmed_by_the_call(world: World) -> None:
    _, kirsty = await both(world, COURT, "2026-11-25 10:00")
    moved_by_them = EXPORT["attendance"] + "A1,moved_by_person,CM1,25/11/2026 10:00\n"
    assert "It must not be missed" in await kirsty.opens()
    await tonight(world, appointments=COURT, attendance=moved_by_them)
    await kirsty.taps("Hide")
    card = await kirsty.opens()
    assert "This date is off" in card
    assert "It must not be missed" not in card


async def test_a_date_in_court_that_is_moved_must_not_be_missed_all_the_same(world: World) -> None:
    _, kirsty = await both(world, COURT, "2026-11-25 10:00")
    await tonight(world, appointments=COURT.replace("27/11/2026", "14/12/2026"))
    card = await kirsty.opens()
    assert "Mon 14 Dec, 9:30" in card
    assert "It must not be missed" in card


# ── When nobody has to ring any more ────────────────────────────────────────────────────────────────────────────────


async def test_a_date_in_court_that_is_cancelled_leaves_nobody_to_be_rung(world: World) -> None:
    _, kirsty = await both(world, COURT, "2026-11-25 10:00")
    assert "It must not be missed" in await kirsty.opens()
    kirsty.reads_all()
    await tonight(world, appointments=off("A1", COURT))
    kirsty.sees("C1: withdrawn.")
    await kirsty.says("/desk")
    assert "ring about a date" not in kirsty.newest()
    assert await rings(world) == ["important"]


async def test_a_date_that_nobody_told_them_of_and_that_is_off_leaves_nobody_to_be_rung(world: World) -> None:
    sam, kirsty = await both(world, DATES, "2026-11-24 21:00")
    late = DATES + "A2,O1,unpaid_work,25/11/2026,8:15,9:00,P1,SUP1\n"
    await tonight(world, appointments=late)
    kirsty.sees("C1: please ring about a date.")
    kirsty.reads_all()
    await tonight(world, appointments=off("A2", late))
    kirsty.sees("C1: withdrawn.")
    await kirsty.says("/desk")
    assert "ring about a date" not in kirsty.newest()
    await world.moves_to("2026-11-25 09:00")
    assert not [shown.text for shown in sam.new if "8:15" in shown.text]
    assert await rings(world) == ["not_told"]


async def test_moved_back_before_anybody_has_rung_nobody_has_to_ring_any_more(world: World) -> None:
    sam, kirsty = await both(world, EARLY, "2026-11-24 20:30")
    await tonight(world, appointments=moved(THU))
    kirsty.reads_all()
    await world.moves_to("2026-11-24 21:30")
    await tonight(world, appointments=EARLY)
    kirsty.sees("C1: withdrawn.")
    assert len(kirsty.new) == 1
    assert await rings(world) == ["not_told"]
    await world.moves_to("2026-11-25 08:00")
    sam.sees_nothing_new()


# ── What is said of a date that is over ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("asked", ["2026-11-25 15:00", "2026-11-26 10:00"])
async def test_whoever_asked_what_shows_why_a_date_was_missed_rings_if_the_question_is_refused(
    world: World, sam: Phone, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the day, or the next: an absence is not judged on a question that never came."""
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    await missed(rab)
    await kirsty.taps("I'm dealing with it")
    await world.moves_to(asked)
    in_trouble(world, monkeypatch, lambda chat: Refused("Bad Request") if chat == sam.person.id else None)
    kirsty.reads_all()
    await kirsty.taps("Need more")
    await kirsty.taps("Yes, ask them")
    assert len(calls_asked_for(kirsty)) == 1
    assert "Wed 25 Nov, 9:30" in await kirsty.opens()


# ── An hour, to the minute ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("woke", ["08:00:00", "08:00:40"])
async def test_booked_after_its_evening_a_start_at_nine_is_told_at_eight_and_of_one_before_somebody_rings(
    world: World, sam: Phone, woke: str
) -> None:
    """At eight many are told at once: who waits for their turn is not left out."""
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 22:00")
    sam.reads_all()
    booked_at = world.town.app.service.clock.now()
    starts = {"A2": "08:59", "A3": "09:00", "A4": "09:01"}
    for ref, start in starts.items():
        await another(world, ref, f"2026-11-25 {start}", booked_at=booked_at)
    await world.town.settle()
    assert await rings(world) == ["not_told"]
    assert "Wed 25 Nov, 8:59" in await kirsty.opens()
    world.town.clock.move_to(datetime.fromisoformat(f"2026-11-25T{woke}+00:00"))
    await world.town.settle()
    assert [await became(world, ref) for ref in starts] == [
        [("eve", "missed", "quiet_hours")],
        [("eve", "sent", "")],
        [("eve", "sent", "")],
    ]
    assert "8:59" not in sam.sees("9:00", "9:01")
    assert await rings(world) == ["not_told"]


async def test_on_the_morning_itself_a_start_at_nine_is_told_at_eight_and_one_before_is_not(
    world: World, sam: Phone
) -> None:
    await another(world, "A2", "2026-11-26 08:59")
    await another(world, "A3", "2026-11-27 09:00")
    await sam.says("/nudge")
    await sam.taps("Yes, on the day too")
    await world.moves_to("2026-11-26 08:30")
    assert await became(world, "A2") == [("eve", "sent", "")]
    await world.moves_to("2026-11-26 18:30")
    sam.reads_all()
    await world.moves_to("2026-11-27 08:00")
    sam.sees("Today, Fri 27 Nov, 9:00.")


async def test_a_reminder_that_trouble_kept_until_the_night_is_told_at_eight_of_a_start_at_nine(
    world: World, sam: Phone
) -> None:
    """Asleep from before 18:00 until after the quiet hours began."""
    await another(world, "A2", "2026-11-25 09:00")
    world.town.clock.move_to(datetime(2026, 11, 24, 20, 30, tzinfo=UTC))
    await world.town.settle()
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 08:00")
    sam.sees("Today, Wed 25 Nov, 9:00")
    assert await rings(world) == []


# ── Told on the telephone ───────────────────────────────────────────────────────────────────────────────────────────


async def rung(kirsty: Phone, ended: str) -> None:
    await kirsty.opens()
    for label in ("I'm dealing with it", "Done", ended):
        await kirsty.taps(label)
    kirsty.reads_all()


async def test_told_by_phone_that_it_moved_and_moved_back_sam_is_rung_again(world: World) -> None:
    sam, kirsty = await both(world, EARLY, "2026-11-24 20:30")
    await tonight(world, appointments=moved(THU))
    await rung(kirsty, "Spoke with them")
    await world.moves_to("2026-11-24 21:30")
    await tonight(world, appointments=EARLY)
    kirsty.sees("C1: please ring about a date.")
    card = await kirsty.opens()
    assert "Wed 25 Nov, 8:30" in card
    assert "This date has changed" in card
    await world.moves_to("2026-11-25 12:00")
    sam.sees_nothing_new()  # no hour was left when the quiet hours ended


async def test_told_by_phone_that_it_moved_and_moved_back_to_a_later_hour_sam_reads_so(world: World) -> None:
    sam, kirsty = await both(world, EARLY, "2026-11-24 20:30")
    await tonight(world, appointments=moved(THU))
    await rung(kirsty, "Spoke with them")
    await world.moves_to("2026-11-24 21:30")
    await tonight(world, appointments=DATES)
    await world.moves_to("2026-11-25 08:00")
    sam.sees("Your date has changed. It was tomorrow, Thu 26 Nov, 10:00.", "Now: Today, Wed 25 Nov, 9:30.")
    assert len(sam.new) == 1


async def test_told_by_phone_that_it_is_off_and_booked_again_sam_is_rung_again(world: World) -> None:
    _, kirsty = await both(world, EARLY, "2026-11-24 20:30")
    await tonight(world, appointments=off("A1", EARLY))
    await rung(kirsty, "Spoke with them")
    await world.moves_to("2026-11-24 21:30")
    await tonight(world, appointments=off("none", EARLY))
    kirsty.sees("C1: please ring about a date.")
    assert "This date has changed" in await kirsty.opens()


async def test_told_by_phone_of_a_date_booked_late_sam_hears_that_it_moved(world: World) -> None:
    await tonight(world, appointments=DATES.replace(WED, THU))
    sam, kirsty = await world.linked("Sam", "C1"), await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 21:00")
    late = DATES.replace(WED, THU) + "A2,O1,unpaid_work,25/11/2026,8:30,9:00,P1,SUP1\n"
    await tonight(world, appointments=late)
    await rung(kirsty, "Spoke with them")
    await world.moves_to("2026-11-24 21:30")
    await tonight(world, appointments=late.replace("25/11/2026,8:30,9:00", "27/11/2026,8:30,9:00"))
    await world.moves_to("2026-11-25 08:00")
    sam.sees("It was today, Wed 25 Nov, 8:30.", "Now: Fri 27 Nov, 8:30.")


@pytest.mark.parametrize("ended", ["Left a message or no answer", "Not needed any more"])
async def test_whoever_was_not_reached_by_phone_knows_the_date_as_it_was(world: World, ended: str) -> None:
    sam, kirsty = await both(world, EARLY, "2026-11-24 20:30")
    await tonight(world, appointments=moved(THU))
    await rung(kirsty, ended)
    await world.moves_to("2026-11-24 21:30")
    await tonight(world, appointments=EARLY)
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-25 12:00")
    sam.sees_nothing_new()

"""An export that changes several dates of one person: they hear of all of them at once."""

from datetime import UTC, datetime

import pytest

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_changes import DATES, HALL, chat_of, off
from tests.conversations.test_import import tonight

SAT, MON, TUE = "28/11/2026,9:30", "30/11/2026,9:30", "01/12/2026,14:00"
THREE = DATES + "".join(
    f"{ref},O1,unpaid_work,{when},15:30,P1,SUP1\n" for ref, when in (("A2", "27/11/2026,9:30"), ("A3", SAT))
)


@pytest.fixture
def begins() -> datetime:
    return datetime(2026, 11, 23, 17, tzinfo=UTC)


async def knows_three(world: World) -> Phone:
    """Sam has seen Wednesday, Friday and Saturday in his chat."""
    await tonight(world, appointments=THREE)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    sam.reads_all()
    return sam


async def news(world: World) -> list[tuple[str, str]]:
    return [(one.kind, one.status) for one in await rows(world, tables.outbox) if one.family == "news"]


async def test_one_moved_one_elsewhere_and_one_off_are_one_message_and_each_is_answered_by_itself(
    world: World,
) -> None:
    sam = await knows_three(world)
    await world.linked("Kirsty", "CM1")
    otherwise = off("A1", THREE.replace("27/11/2026,9:30", MON))
    await tonight(world, appointments=otherwise.replace(f"{SAT},15:30,P1", f"{SAT},15:30,P2"), places=HALL)
    assert sam.newest() == (
        "Wed 25 Nov, 9:30: this date is off. You do not need to come.\n\n"
        "The place for your date has changed.\nNow: Sat 28 Nov, 9:30. The hall.\n\n"
        "Your date has changed. It was Fri 27 Nov, 9:30.\nNow: Mon 30 Nov, 9:30. The yard. Bring boots and lunch.\n\n"
        "Can you make each one?"
    )
    assert len(sam.new) == 1
    assert sam.buttons() == [
        *("Sat 28 Nov, 9:30: I'll be there", "Sat 28 Nov, 9:30: I can't make it"),
        *("Mon 30 Nov, 9:30: I'll be there", "Mon 30 Nov, 9:30: I can't make it"),
        *("I need help", "Call me"),
    ]
    assert sorted(await news(world)) == [("cancelled", "sent"), ("changed", "sent"), ("changed", "sent")]
    shown = sam.new[0].id
    assert [one.message_id for one in await rows(world, tables.deliveries)].count(shown) == 3
    await sam.says("yes")  # to which? a person reads it
    sam.sees("I do not know which date you mean.", "I have passed that on.")
    await sam.taps("Mon 30 Nov, 9:30: I'll be there")
    sam.sees("Mon 30 Nov, 9:30.", "You said: I'll be there.")
    await sam.taps("Sat 28 Nov, 9:30: I can't make it")  # the other's buttons are still there
    sam.sees("Sat 28 Nov, 9:30.", "your date still stands")


async def test_when_one_of_them_changes_again_the_message_keeps_what_is_still_so(world: World) -> None:
    sam = await knows_three(world)
    otherwise = THREE.replace("27/11/2026,9:30", MON).replace(SAT, TUE)
    await tonight(world, appointments=otherwise)
    sam.sees("It was Fri 27 Nov, 9:30.\nNow: Mon 30 Nov, 9:30.", "It was Sat 28 Nov, 9:30.\nNow: Tue 1 Dec, 14:00.")
    sam.reads_all()
    await tonight(world, appointments=off("A2", otherwise))
    assert sam.newest() == "Mon 30 Nov, 9:30: this date is off. You do not need to come."
    assert sam.buttons() == ["Call me"]
    old = chat_of(sam)[-2]
    assert old.startswith("One of these dates has changed.")
    assert "Tue 1 Dec, 14:00" in old
    assert "Mon 30 Nov" not in old


async def test_a_week_that_is_off_is_one_message_and_asks_nothing(world: World) -> None:
    sam = await knows_three(world)
    await tonight(world, appointments=off("A", THREE))
    assert sam.newest() == "\n\n".join(
        f"{day}, 9:30: this date is off. You do not need to come." for day in ("Wed 25 Nov", "Fri 27 Nov", "Sat 28 Nov")
    )
    assert (len(sam.new), sam.buttons()) == (1, ["Call me"])


async def test_of_two_only_one_of_which_is_on_the_buttons_still_say_which(world: World) -> None:
    sam = await knows_three(world)
    await tonight(world, appointments=off("A1", THREE.replace("27/11/2026,9:30", MON)))
    assert sam.newest().endswith("Can you make it?")
    assert sam.buttons()[:2] == ["Mon 30 Nov, 9:30: I'll be there", "Mon 30 Nov, 9:30: I can't make it"]


async def test_a_court_date_among_them_must_not_be_missed(world: World) -> None:
    known = THREE.replace("A2,O1,unpaid_work", "A2,O1,court_review")
    await tonight(world, appointments=known)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    sam.reads_all()
    await tonight(world, appointments=known.replace("27/11/2026,9:30", MON).replace(SAT, TUE))
    assert len(sam.new) == 1
    sam.sees("This is an important date: Mon 30 Nov, 9:30.", "You must be there.", "Can you make each one?")

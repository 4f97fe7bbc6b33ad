"""An export that changes several dates of one person: they hear of all of them at once."""

from datetime import UTC, datetime

import pytest

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_changes import DATES, HALL, chat_of, off
from tests.conversations.test_import import EXPORT, tonight

SAT, MON, TUE = "28/11/2026,9:30", "30/11/2026,9:30", "01/12/2026,14:00"
THREE = DATES + "".join(
    f"{ref},O1,unpaid_work,{when},15:30,P1,SUP1\n" for ref, when in (("A2", "27/11/2026,9:30"), ("A3", SAT))
)
OFF = "{}: this date is off. You do not need to come."
WED_OFF = OFF.format("Wed 25 Nov, 9:30")
ANOTHER = "Another date has changed. Look for my newer message about it."
TO_MON, TO_TUE = (THREE.replace("27/11/2026,9:30", when) for when in (MON, TUE))


@pytest.fixture
def begins() -> datetime:
    return datetime(2026, 11, 23, 17, tzinfo=UTC)


async def knows_three(world: World, dates: str = THREE) -> Phone:
    """Sam has seen Wednesday, Friday and Saturday in his chat."""
    await tonight(world, appointments=dates)
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


async def test_of_two_new_dates_that_both_change_the_old_message_names_neither(world: World) -> None:
    first, then = (dates.replace("A0,O1,unpaid_work,20/11/2026,9:30,15:30,P1,SUP1\n", "") for dates in (DATES, THREE))
    await tonight(world, appointments=first)
    sam = await world.linked("Sam", "C1")
    await tonight(world, appointments=then)
    sam.sees("New dates for you:", "Fri 27 Nov, 9:30", "Sat 28 Nov, 9:30")
    await tonight(world, appointments=then.replace("27/11/2026,9:30", MON).replace(SAT, TUE))
    assert chat_of(sam)[-2] == "This date has changed. Look for my newer message about it."


async def test_that_one_of_them_is_off_is_still_said_when_another_changes_again(world: World) -> None:
    """Whoever reads it only now must not come on Wednesday, which stands as on further up."""
    sam = await knows_three(world)
    await tonight(world, appointments=off("A1", TO_MON))
    sam.sees(WED_OFF, "Now: Mon 30 Nov, 9:30.")
    assert "Wed 25 Nov, 9:30. The yard" in chat_of(sam)[-2]
    await tonight(world, appointments=off("A1", TO_TUE))
    assert chat_of(sam)[-2] == f"{WED_OFF}\n\n{ANOTHER}"
    assert [button for row in sam.person.chat[-2].buttons for button in row] == ["Call me"]
    assert sam.newest().startswith("Your date has changed. It was Mon 30 Nov, 9:30.\nNow: Tue 1 Dec, 14:00.")
    await world.moves_to("2026-11-26 09:00")
    await tonight(world, appointments=off("A1", TO_MON))
    assert "Wed 25 Nov" not in chat_of(sam)[-3], "it is over"


async def test_so_it_is_beside_those_that_are_still_on(world: World) -> None:
    sam = await knows_three(world)
    await tonight(world, appointments=off("A1", TO_MON.replace(SAT, "02/12/2026,9:30")))
    await tonight(world, appointments=off("A1", TO_TUE.replace(SAT, "02/12/2026,9:30")))
    assert chat_of(sam)[-2] == (
        f"{WED_OFF}\n\nOne of these dates has changed. Look for my newer message about it. Still on:\n"
        "Wed 2 Dec, 9:30. The yard. Bring boots and lunch.\nCan you make each one?"
    )


async def test_of_a_week_that_is_off_one_is_on_again_and_the_others_are_still_said_to_be_off(world: World) -> None:
    sam = await knows_three(world)
    await tonight(world, appointments=off("A", THREE))
    await tonight(world, appointments=off("A", THREE).replace("15:30,P1,SUP1,cancelled\nA3", "15:30,P1,SUP1,\nA3"))
    sam.sees("Your date is on after all.", "Now: Fri 27 Nov, 9:30.")
    assert chat_of(sam)[-2] == "\n\n".join([WED_OFF, OFF.format("Sat 28 Nov, 9:30"), ANOTHER])


async def test_one_that_was_moved_and_stood_down_in_one_night_is_still_said_to_be_off_too(world: World) -> None:
    sam = await knows_three(world)
    await world.moves_to("2026-11-23 21:00")
    to_mon, to_tue = (one.replace("25/11/2026,9:30", "26/11/2026,9:30") for one in (TO_MON, TO_TUE))
    await tonight(world, appointments=to_mon)
    await world.moves_to("2026-11-23 22:00")
    down = EXPORT["attendance"] + "A1,stood_down_ahead:weather,SUP1,23/11/2026 21:30\n"
    await tonight(world, appointments=to_mon, attendance=down)
    await world.moves_to("2026-11-24 09:00")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30: this date is off.", "Now: Mon 30 Nov, 9:30.")
    await tonight(world, appointments=to_tue, attendance=down)
    assert chat_of(sam)[-2] == f"Tomorrow, {WED_OFF}\n\n{ANOTHER}"


async def test_what_is_off_then_is_not_the_whole_of_that_day_and_of_a_visit_nobody_comes_by(world: World) -> None:
    later = "A4,O1,unpaid_work,25/11/2026,16:00,18:00,P1,SUP1\n"
    visit = "A5,O1,home_visit,27/11/2026,12:00,13:00,,SUP1\n"
    sam = await knows_three(world, THREE + later + visit)
    for fri in (MON, TUE):
        some = off("A1", THREE.replace("27/11/2026,9:30", fri) + later + visit)
        await tonight(world, appointments=some.replace("13:00,,SUP1,", "13:00,,SUP1,cancelled"))
    assert chat_of(sam)[-2] == (
        "Wed 25 Nov, 9:30: this date is off. Still on that day:\n"
        "Wed 25 Nov, 16:00. The yard. Bring boots and lunch.\n\n"
        f"Fri 27 Nov, 12:00: this date is off. No one will come by.\n\n{ANOTHER}"
    )


async def test_a_week_that_is_off_is_one_message_and_asks_nothing(world: World) -> None:
    sam = await knows_three(world)
    await tonight(world, appointments=off("A", THREE))
    assert sam.newest() == "\n\n".join(OFF.format(f"{day}, 9:30") for day in ("Wed 25 Nov", "Fri 27 Nov", "Sat 28 Nov"))
    assert (len(sam.new), sam.buttons()) == (1, ["Call me"])
    sam.reads_all()
    await sam.says("yes")  # to no question: it is passed on like any other words
    assert len(sam.new) == 1
    assert "which date" not in sam.newest()


async def test_of_two_only_one_of_which_is_on_the_buttons_still_say_which(world: World) -> None:
    sam = await knows_three(world)
    await tonight(world, appointments=off("A1", TO_MON))
    assert sam.newest().endswith("Can you make it?")
    assert sam.buttons()[:2] == ["Mon 30 Nov, 9:30: I'll be there", "Mon 30 Nov, 9:30: I can't make it"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("yes", "You said: I'll be there."),
        ("1", "You said: I'll be there."),
        ("No", "your date still stands"),
        ("2", "your date still stands"),
    ],
)
async def test_and_what_is_typed_below_it_is_of_that_one(world: World, typed: str, said: str) -> None:
    sam = await knows_three(world)
    await tonight(world, appointments=off("A1", TO_MON))
    sam.reads_all()
    await sam.says(typed)
    sam.sees("Mon 30 Nov, 9:30.", said)
    assert not any("which date" in shown.text for shown in sam.new)


async def test_a_court_date_among_them_must_not_be_missed(world: World) -> None:
    known = THREE.replace("A2,O1,unpaid_work", "A2,O1,court_review")
    await tonight(world, appointments=known)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    sam.reads_all()
    await tonight(world, appointments=known.replace("27/11/2026,9:30", MON).replace(SAT, TUE))
    assert len(sam.new) == 1
    sam.sees("This is an important date: Mon 30 Nov, 9:30.", "You must be there.", "Can you make each one?")

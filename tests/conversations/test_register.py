"""Step 6: whoever runs a session opens /today and taps what happened to each person."""

from datetime import UTC, date, datetime

import pytest

from db import tables
from tests.conversations.conftest import MONDAY, Phone, World
from tests.conversations.looking import id_of, looked_at, recorded

ON_THE_DAY = "2026-11-25 09:50"
BELOW = ["Everyone else came", "All sent home by us …", "Somebody not on my list"]
OUTCOMES = ["Came", "Came late or left early", "Sent home by us", "Sent home, other reason", "Not here"]


def names(phone: Phone) -> list[str]:
    """The people whom the newest register shows, each by the button that opens them."""
    return [one for one in phone.buttons() if one[0].isdigit() and not one.endswith(" Came")]


@pytest.fixture
def begins() -> datetime:
    """On the morning of the session: the days before it are told of elsewhere."""
    return datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
async def rab(world: World, sam: Phone) -> Phone:
    """Rab runs the yard on Wednesday: Sam at 9:30, and Jo, who must not lift, at 10:00."""
    place = await id_of(world, tables.places, "P1")
    supervisor = await id_of(world, tables.staff, "SUP1")
    async with world.at_once():
        jo = await world.individual("C2", "Jo", work_limits="no lifting")
        order = await world.order("O2", jo)
        await world.appointment("A2", order, jo, "2026-11-25 10:00", place_id=place, staff_id=supervisor)
        return await world.linked("Rab", "SUP1")


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_rab_sees_who_is_expected_with_their_own_times_and_what_they_said(
    world: World, sam: Phone, rab: Phone
) -> None:
    await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await sam.taps("My health")
    await sam.taps("Call me")
    await world.moves_to(ON_THE_DAY)
    await rab.says("/today")
    text = rab.sees("Today, Wed 25 Nov · The yard · Rab Boyd · expected: 2")
    assert "1. Sam, 9:30 to 13:30\nSaid: I can't make it. So far: nothing recorded." in text
    assert "2. Jo, 10:00 to 14:00\nLimits: no lifting\nNo reply. So far: nothing recorded." in text
    assert rab.buttons() == ["1. Sam", "1. Came", "2. Jo", "2. Came", *BELOW]
    assert await looked_at(world, "SUP1") == [("C1", "register"), ("C2", "register")]


async def test_came_is_one_tap_on_the_person_and_one_on_the_outcome_and_for_part_asks_how_long(
    world: World, rab: Phone
) -> None:
    await world.moves_to(ON_THE_DAY)
    await rab.says("/today")
    await rab.taps("1. Sam")
    assert rab.buttons() == [*OUTCOMES, "Note for their worker", "Back"]
    await rab.taps("Came")
    assert names(rab) == ["1. Sam ✓", "2. Jo"]
    assert "So far: came." in rab.newest()
    assert await recorded(world, "A1") == [("attended_full", "", 240)]
    assert await looked_at(world, "SUP1") == [
        *(("C1", "register"), ("C2", "register")),
        *(("C1", "register person"), ("C1", "outcome recorded")),
        *(("C1", "register"), ("C2", "register")),
    ]

    await world.moves_to("2026-11-25 10:10")
    await rab.taps("2. Jo")
    await rab.taps("Came late or left early")
    assert "How long were they there?" in rab.newest()
    assert rab.buttons() == ["30 min", "1 h", "1½ h", "2 h", "2½ h", "3 h", "3½ h", "4 h", "Back"], (
        "up to what was booked"
    )
    await rab.taps("Back")
    await rab.taps("Back")
    assert names(rab) == ["1. Sam ✓", "2. Jo"]
    await rab.taps("2. Jo")
    await rab.taps("Came late or left early")
    await rab.taps("2½ h")
    assert "So far: came for part, 2½ h." in rab.newest()
    assert await recorded(world, "A2") == [("attended_part", "", 150)]


async def test_not_here_waits_a_quarter_of_an_hour_after_the_persons_own_start(world: World, rab: Phone) -> None:
    await world.moves_to("2026-11-25 09:44")
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Not here")
    rab.sees("That can be recorded from 9:45.")
    await rab.taps("Back")
    assert names(rab) == ["1. Sam", "2. Jo"]
    assert await recorded(world, "A1") == []
    await world.moves_to("2026-11-25 09:45")
    await rab.taps("1. Sam")
    await rab.taps("Not here")
    assert names(rab) == ["1. Sam ✓", "2. Jo"]
    await rab.taps("2. Jo")
    await rab.taps("Not here")
    rab.sees("That can be recorded from 10:15.")
    assert await recorded(world, "A1") == [("missed_reason_unknown", "", None)]


async def test_the_same_tap_twice_records_once_and_another_is_a_correction(world: World, rab: Phone) -> None:
    await world.moves_to(ON_THE_DAY)
    await rab.says("/today")
    register = rab.person.chat[-1].id
    for outcome in ("Not here", "Not here", "Came", "Came"):
        await rab.taps(next(label for label in rab.buttons() if label.startswith("1. Sam")))
        await rab.taps(outcome)
    assert [outcome for outcome, _, _ in await recorded(world, "A1")] == ["missed_reason_unknown", "attended_full"]
    old = f"mark:{await id_of(world, tables.appointments, 'A1')}:attended_full:0:"
    rab.person.press(old, register)
    rab.person.press(old, register)
    await world.town.settle()
    assert len(await recorded(world, "A1")) == 2


async def test_only_the_outcomes_of_a_register_can_be_tapped_by_whoever_runs_it_while_the_date_stands(
    world: World, sam: Phone, rab: Phone
) -> None:
    await world.staff("SUP2", "Una Orr", "supervisor")
    una, duty = await world.linked("Una", "SUP2"), await world.linked("Dee", "DUTY1")
    await world.moves_to(ON_THE_DAY)
    for phone, refusal in ((sam, "you cannot do that from here"), (duty, "that is not part of your role")):
        await phone.says("/today")
        phone.sees(f"Sorry, {refusal}.")
    await rab.says("/today")
    one, register = await id_of(world, tables.appointments, "A1"), rab.person.chat[-1].id
    for forged in ("missed_accepted:0:health", "attended_part:241:", "attended_part:999:", "sent_home_service:0:tired"):
        rab.person.press(f"mark:{one}:{forged}", register)
        await world.town.settle()
    assert await recorded(world, "A1") == []
    rab.sees("something that has changed")
    rab.reads_all()

    await una.says("/today")
    una.sees("Nobody is on your list today.")
    una.person.press(f"mark:{one}:attended_full:0:", 1)
    await world.town.settle()
    una.sees("I know nothing by that name that you can see")
    assert await recorded(world, "A1") == []
    assert await looked_at(world, "SUP2") == []

    await world.change(tables.appointments, "A1", status="cancelled")
    await rab.taps("1. Sam")
    rab.sees("something that has changed")
    assert await recorded(world, "A1") == []


@pytest.mark.parametrize("begins", [MONDAY])
async def test_yesterdays_register_is_closed_to_rab_and_open_to_the_manager(world: World, rab: Phone) -> None:
    manager = await world.linked("Morag", "MGR1")
    await world.moves_to(ON_THE_DAY)
    await rab.says("/today")
    await manager.says("/today")
    manager.sees("The yard · Rab Boyd", "1. Sam")
    await world.moves_to("2026-11-26 08:00")  # what is missing can be filled in until a manager hears of it
    await rab.taps("Open the list")
    await rab.taps("2. Jo")
    await rab.taps("Came")
    assert await recorded(world, "A2") == [("attended_full", "", 240)]
    await rab.taps("Undo: Jo")
    await rab.taps("2. Jo")
    await rab.taps("Came")
    await rab.taps("2. Jo ✓")
    await rab.taps("Not here")  # what was said is put right by their workers
    rab.sees("That list is for another day.")
    rab.reads_all()
    await world.moves_to("2026-11-26 10:00")
    await rab.taps("1. Sam")
    rab.sees("That list is for another day.")
    assert (await recorded(world, "A1"), len(await recorded(world, "A2"))) == ([], 3)
    await manager.taps("1. Sam")
    await manager.taps("Came")
    assert await recorded(world, "A1") == [("attended_full", "", 240)]


async def test_an_officer_records_their_own_appointments(world: World) -> None:
    ola = await world.staff("OFF1", "Ola Shaw", "officer")
    pat = await world.individual("C3", "Pat")
    order = await world.order("O3", pat, "supervision", officer_id=ola)
    await world.appointment("A3", order, pat, "2026-11-25 11:00", kind="supervision", staff_id=ola)
    officer = await world.linked("Ola", "OFF1")
    await world.moves_to("2026-11-25 11:20")
    await officer.says("/today")
    await officer.taps("1. Pat")
    await officer.taps("Came")
    assert await recorded(world, "A3") == [("attended_full", "", 240)]


async def test_a_very_long_register_comes_on_several_messages_that_fit(world: World, rab: Phone) -> None:
    place, supervisor = await id_of(world, tables.places, "P1"), await id_of(world, tables.staff, "SUP1")
    async with world.at_once():
        for n in range(30):
            one = await world.individual(f"D{n}", f"Person{n}", work_limits="no lifting, no ladders, no dust " * 3)
            order = await world.order(f"P{n}", one)
            await world.appointment(f"B{n}", order, one, "2026-11-25 11:00", place_id=place, staff_id=supervisor)
    await world.moves_to("2026-11-25 11:30")
    await rab.says("/today")
    pages = [shown for shown in rab.new if "expected: 32" in shown.text]
    assert [len(page.buttons) for page in pages] == [20 + len(BELOW), 12 + len(BELOW)]
    await rab.taps("32. Person29")
    await rab.taps("Not here")
    assert names(rab)[-1] == "32. Person29 ✓"
    assert names(rab)[0].startswith("21. ")


async def test_somebody_on_hold_is_not_expected_cannot_be_missed_and_nobody_is_told_why(
    world: World, rab: Phone
) -> None:
    """Whoever runs a session may be sessional: where somebody is, is not theirs to know. They may still have come."""
    kirsty = await world.linked("Kirsty", "CM1")
    order = await id_of(world, tables.orders, "O2")
    await world.change(tables.orders, "O2", case_manager_id=await id_of(world, tables.staff, "CM1"))
    await world.row(tables.holds, ref="H1", order_id=order, kind="hospital", from_day=date(2026, 11, 20))
    await world.moves_to(ON_THE_DAY)
    await rab.says("/today")
    assert "2. Jo, 10:00 to 14:00\nLimits: no lifting\nNot expected today." in rab.newest()
    await world.moves_to("2026-11-25 10:30")
    await rab.taps("2. Jo")
    assert "Not here" not in rab.buttons()
    shown, jo = rab.person.chat[-1].id, await id_of(world, tables.appointments, "A2")
    rab.person.press(f"mark:{jo}:missed_reason_unknown:0:", shown)  # from a page that has waited
    await world.town.settle()
    rab.sees("something that has changed")
    await rab.says("2 no")
    rab.sees("Nothing is recorded yet.", "Not expected, so nobody has missed anything: 2.")
    assert await recorded(world, "A2") == []
    await kirsty.says("/dates C2")
    await kirsty.taps("1. Wed 25 Nov")
    await kirsty.taps("Was not expected")
    await kirsty.taps("In custody")
    await rab.says("/today")
    assert "So far: not expected." in rab.newest()
    await rab.taps("2. Jo ✓")
    await rab.taps("Came")
    assert (await recorded(world, "A2"))[-1] == ("attended_full", "", 240)
    for word in ("hospital", "custody", "suspended", "On hold"):
        assert not [one.text for one in rab.person.chat if word in one.text]


async def test_nobody_waits_for_somebody_whose_order_ended_before_that_day(
    world: World, sam: Phone, rab: Phone
) -> None:
    """Jo was done on Tuesday, and the case system still has the Wednesday."""
    kirsty = await world.linked("Kirsty", "CM1")
    await world.change(tables.orders, "O2", status="completed", ended_on=date(2026, 11, 24))
    await world.moves_to("2026-11-25 10:30")
    await rab.says("/today")
    text = rab.sees("Today, Wed 25 Nov · The yard · Rab Boyd · expected: 1")
    assert "2. Jo, 10:00 to 14:00\nLimits: no lifting\nNot expected today." in text
    assert rab.buttons() == ["1. Sam", "1. Came", "2. Jo", *BELOW]
    await rab.taps("2. Jo")
    assert "Not here" not in rab.buttons()
    shown, jo = rab.person.chat[-1].id, await id_of(world, tables.appointments, "A2")
    rab.person.press(f"mark:{jo}:missed_reason_unknown:0:", shown)
    await world.town.settle()
    rab.sees("something that has changed")
    await rab.says("2 no")
    rab.sees("Nothing is recorded yet.", "Not expected, so nobody has missed anything: 2.")
    await rab.says("/today")
    await rab.taps("Everyone else came")
    assert (len(await recorded(world, "A1")), await recorded(world, "A2")) == (1, [])
    assert rab.buttons() == ["1. Sam ✓", "2. Jo", "All sent home by us …", "Somebody not on my list", "Undo: 1 people"]
    await rab.taps("2. Jo")
    await rab.taps("Came")  # who came all the same is on record
    assert await recorded(world, "A2") == [("attended_full", "", 240)]
    kirsty.sees_nothing_new()


async def test_a_date_until_the_day_on_which_the_order_ended_is_recorded_like_any_other(
    world: World, rab: Phone
) -> None:
    await world.change(tables.orders, "O2", status="completed", ended_on=date(2026, 11, 25))
    await world.moves_to("2026-11-25 10:30")
    await rab.says("/today")
    assert "Not expected today." not in rab.sees("expected: 2")
    await rab.taps("2. Jo")
    await rab.taps("Not here")
    assert await recorded(world, "A2") == [("missed_reason_unknown", "", None)]
    await rab.taps("Undo: Jo")
    await rab.taps("Everyone else came")
    assert (await recorded(world, "A2"))[-1] == ("attended_full", "", 240)


# ── Sent home by us ─────────────────────────────────────────────────────────────────────────────────────────────────


async def sends_home(world: World, rab: Phone, at: str = ON_THE_DAY) -> None:
    await world.moves_to(at)
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Sent home by us")
    assert rab.buttons() == ["Full", "No supervisor", "Vehicle", "Weather", "Other", "Back"]
    await rab.taps("Weather")
    assert "How long did they work?" in rab.newest()
    await rab.taps("Not at all")


async def test_sent_home_by_us_is_an_apology_with_the_next_date_and_never_a_miss(
    world: World, sam: Phone, rab: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    await world.appointment("A9", order, one, "2026-12-02 09:30")
    await world.moves_to("2026-11-25 09:40")
    world.everybody_reads_all()
    await sends_home(world, rab)
    assert "So far: came, sent home by us (weather), 4 h lost by us." in rab.newest()
    assert await recorded(world, "A1") == [("sent_home_service", "weather", 0)]
    sam.sees("Sorry about today.", "We have noted that you came.", "Next date: Wed 2 Dec, 9:30.")
    sam.reads_all()
    await rab.taps("1. Sam ✓")
    await rab.taps("Came")
    sam.sees("Sorry. We told you that we stopped your day on Wed 25 Nov. That was wrong.")
    await world.moves_to("2026-11-26 09:00")
    kirsty.sees_nothing_new()


async def test_an_apology_that_was_wrong_is_put_right_before_sam_is_asked_what_got_in_the_way(
    world: World, sam: Phone, rab: Phone
) -> None:
    """Rab only hears in the evening that Sam was never there."""
    await sends_home(world, rab)
    await world.moves_to("2026-11-25 16:05")
    world.everybody_reads_all()
    await rab.says("/today")
    await rab.taps("1. Sam ✓")
    await rab.taps("Not here")
    assert [shown.text for shown in sam.new] == [
        "Sorry. We told you that we stopped your day on Wed 25 Nov. That was wrong.",
        "We did not see you today. Are you OK? Tell us what got in the way, or tap Call me.",
    ]
    assert "I was there" in sam.buttons()


async def test_the_apology_is_held_in_quiet_hours_and_dropped_if_it_was_a_slip(
    world: World, sam: Phone, rab: Phone
) -> None:
    await world.moves_to("2026-11-25 20:10")
    sam.reads_all()
    await sends_home(world, rab, "2026-11-25 20:10")
    sam.sees_nothing_new()
    await rab.taps("1. Sam ✓")
    await rab.taps("Came")
    await world.moves_to("2026-11-26 12:00")
    sam.sees_nothing_new()
    assert [outcome for outcome, _, _ in await recorded(world, "A1")] == ["sent_home_service", "attended_full"]


async def test_an_apology_on_the_next_morning_says_yesterday(world: World, sam: Phone, rab: Phone) -> None:
    await sends_home(world, rab, "2026-11-25 20:10")
    await world.moves_to("2026-11-26 08:00")
    sam.sees("Sorry about yesterday.")

"""What is owed ahead of a date, and when: the council's rules, quiet hours, caps. Times are wall times in Scotland."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import appointments, reminding
from domain.appointments import Appointment, Kind
from domain.calendar import LONDON, Calendar
from domain.outbox import End, Gates, Owed, Send, Status, Subject, To, Verdict, Wait, decide, droppable
from domain.reminding import LEAST_NOTICE, SWITCHABLE, Does, Rules, Skip, Step
from usecases import rules

CALENDAR = Calendar()
SHIPPED = rules.read()
WITH_FOUR_DAYS = replace(SHIPPED, steps=tuple(replace(step, on=True) for step in SHIPPED.steps))


def at(wall: str) -> datetime:
    """`2026-11-24 18:00`."""
    return datetime.fromisoformat(wall).replace(tzinfo=LONDON)


def shown(moment: datetime) -> str:
    return f"{CALENDAR.wall(moment):%Y-%m-%d %H:%M}"


def date_of(start: str, kind: Kind = Kind.UNPAID_WORK, booked: str = "", revision: int = 1) -> Appointment:
    starts = at(start)
    known = at(booked) if booked else None
    return Appointment(1, "A1", 1, kind, starts.date(), starts, revision=revision, booked_at=known)


def owed(one: Appointment, now: str, calendar: Calendar = CALENDAR, *, nudged: bool = False, nth: int = 0) -> list[str]:
    """The plan as text: step and moment."""
    found = appointments.plan_reminders(one, 1, calendar, at(now), SHIPPED, nudged, nth)
    return [f"{row.step} {shown(row.due_at)}" for row in sorted(found, key=lambda row: row.due_at)]


COURT = Kind.COURT_REVIEW


@pytest.mark.parametrize(
    ("one", "now", "asks", "plan"),
    [
        (date_of("2026-11-25 09:30"), "2026-11-20 12:00", {}, ["eve 2026-11-24 18:00"]),
        (date_of("2026-11-23 09:30"), "2026-11-20 12:00", {}, ["eve 2026-11-22 18:00"]),  # Sunday for Monday
        (date_of("2026-03-29 10:30"), "2026-03-20 12:00", {}, ["eve 2026-03-28 18:00"]),  # the clocks change that night
        (date_of("2026-10-25 10:30"), "2026-10-20 12:00", {}, ["eve 2026-10-24 18:00"]),
        # A late booking: at once; at night when the quiet hours end; too late where that leaves less than an hour
        (date_of("2026-11-25 09:30"), "2026-11-24 18:30", {}, ["eve 2026-11-24 18:30"]),
        (date_of("2026-11-25 09:30"), "2026-11-24 23:00", {}, ["eve 2026-11-25 08:00"]),
        (date_of("2026-11-25 09:00"), "2026-11-24 23:00", {}, ["eve 2026-11-25 08:00"]),  # an hour is enough
        (date_of("2026-11-25 08:59"), "2026-11-24 23:00", {}, ["eve 2026-11-24 23:00"]),  # to be missed there
        (date_of("2026-11-25 08:30"), "2026-11-24 23:00", {}, ["eve 2026-11-24 23:00"]),
        (date_of("2026-11-25 14:00"), "2026-11-25 10:00", {}, ["eve 2026-11-25 10:00"]),
        (date_of("2026-11-25 10:30"), "2026-11-25 10:00", {}, ["eve 2026-11-25 10:00"]),  # to be missed there
        (date_of("2026-11-25 10:00"), "2026-11-25 10:00", {}, []),
        # The morning, for whoever asked: not before quiet hours end, nothing if less than an hour is left then
        (
            date_of("2026-11-25 09:30"),
            "2026-11-20 12:00",
            {"nudged": True},
            ["eve 2026-11-24 18:00", "morning 2026-11-25 08:00"],
        ),
        (
            date_of("2026-11-25 09:00"),
            "2026-11-20 12:00",
            {"nudged": True},
            ["eve 2026-11-24 18:00", "morning 2026-11-25 08:00"],
        ),
        (date_of("2026-11-25 08:59"), "2026-11-20 12:00", {"nudged": True}, ["eve 2026-11-24 18:00"]),
        (date_of("2026-11-25 08:45"), "2026-11-20 12:00", {"nudged": True}, ["eve 2026-11-24 18:00"]),
        (
            date_of("2026-11-25 09:30"),
            "2026-11-24 19:00",
            {"nudged": True},
            ["eve 2026-11-24 19:00", "morning 2026-11-25 08:00"],
        ),
        # News of a booking: only of the first three, only when it was booked, and not where a reminder comes at once
        (
            date_of("2026-11-25 09:30", booked="2026-11-20 12:00"),
            "2026-11-20 12:00",
            {"nth": 3},
            ["booked 2026-11-20 12:00", "eve 2026-11-24 18:00"],
        ),
        (
            date_of("2026-11-25 09:30", booked="2026-11-20 21:00"),
            "2026-11-20 21:00",
            {"nth": 1},
            ["booked 2026-11-21 08:00", "eve 2026-11-24 18:00"],
        ),
        (date_of("2026-11-25 09:30", booked="2026-11-20 12:00"), "2026-11-20 12:00", {}, ["eve 2026-11-24 18:00"]),
        (date_of("2026-11-25 09:30"), "2026-11-20 12:00", {"nth": 1}, ["eve 2026-11-24 18:00"]),
        (
            date_of("2026-11-25 09:30", booked="2026-11-24 17:30"),
            "2026-11-24 17:30",
            {"nth": 1},
            ["eve 2026-11-24 18:00"],
        ),
        (
            date_of("2026-11-25 09:30", booked="2026-11-24 22:00"),
            "2026-11-24 22:00",
            {"nth": 1},
            ["eve 2026-11-25 08:00"],
        ),
        (
            date_of("2026-11-30 09:30", booked="2026-11-20 12:00"),
            "2026-11-21 12:00",
            {"nth": 1},
            ["eve 2026-11-29 18:00"],
        ),
        # A date in court: seven, three and one days before, and a person rings
        (
            date_of("2026-11-30 10:00", COURT),
            "2026-11-20 12:00",
            {},
            [
                "week 2026-11-23 18:00",
                "ring 2026-11-27 10:00",
                "three_days 2026-11-27 18:00",
                "eve 2026-11-29 18:00",
            ],
        ),
        (
            date_of("2026-11-30 10:00", COURT),
            "2026-11-28 12:00",
            {},
            ["ring 2026-11-28 12:00", "eve 2026-11-29 18:00"],
        ),
        (
            date_of("2026-11-30 10:00", COURT),
            "2026-11-29 21:00",
            {},
            ["ring 2026-11-29 21:00", "eve 2026-11-30 08:00"],
        ),
    ],
)
def test_what_is_owed(one: Appointment, now: str, asks: dict[str, object], plan: list[str]) -> None:
    assert owed(one, now, **asks) == plan  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quiet", "start", "now", "plan"),
    [
        # The evening step falls into quiet hours: just before they begin, at once if it is nearly then …
        (("17:30", "08:00"), "2026-11-25 09:30", "2026-11-20 12:00", "2026-11-24 17:15"),
        (("17:30", "08:00"), "2026-11-25 09:30", "2026-11-24 17:20", "2026-11-24 17:20"),
        # … when they end if that has passed, and an hour is left; else it is missed where it falls
        (("17:30", "08:00"), "2026-11-25 09:30", "2026-11-24 17:40", "2026-11-25 08:00"),
        (("17:30", "08:00"), "2026-11-25 09:00", "2026-11-24 17:40", "2026-11-25 08:00"),
        (("17:30", "08:00"), "2026-11-25 08:59", "2026-11-24 17:40", "2026-11-24 18:00"),
        # Quiet hours that do not go over midnight, and none at all
        (("17:00", "19:00"), "2026-11-25 09:30", "2026-11-20 12:00", "2026-11-24 16:45"),
        (("17:00", "19:00"), "2026-11-25 09:30", "2026-11-24 17:30", "2026-11-24 19:00"),
        (("00:00", "00:00"), "2026-11-25 09:30", "2026-11-20 12:00", "2026-11-24 18:00"),
    ],
)
def test_quiet_hours_move_a_step(quiet: tuple[str, str], start: str, now: str, plan: str) -> None:
    calendar = Calendar(quiet_from=time.fromisoformat(quiet[0]), quiet_to=time.fromisoformat(quiet[1]))
    assert owed(date_of(start), now, calendar) == [f"eve {plan}"]


def test_a_word_on_the_day_is_never_moved_to_the_day_before() -> None:
    calendar = Calendar(quiet_to=time(9))
    assert owed(date_of("2026-11-25 14:00"), "2026-11-20 12:00", calendar, nudged=True) == [
        "eve 2026-11-24 18:00",
        "morning 2026-11-25 09:00",
    ]


def test_an_optional_step_helps_until_the_essential_one_comes() -> None:
    one = date_of("2026-11-25 09:30")
    planned = appointments.plan_reminders(one, 1, CALENDAR, at("2026-11-20 12:00"), WITH_FOUR_DAYS)
    four, eve = sorted(planned, key=lambda row: row.due_at)
    assert (four.step, shown(four.due_at), four.params) == ("four_days", "2026-11-21 18:00", {"extra": 1})
    assert four.expires_at == eve.due_at
    assert (eve.step, eve.params, eve.rules) == ("eve", {}, SHIPPED.version)


@pytest.mark.parametrize(
    ("start", "now", "until"),
    [
        ("2026-11-25 09:00", "2026-11-24 23:00", "2026-11-25 08:05"),  # due at 8:00, and a few minutes for its turn
        ("2026-11-25 09:00", "2026-11-25 08:00", "2026-11-25 08:05"),
        ("2026-11-25 09:00", "2026-11-25 08:01", "2026-11-25 08:00"),  # too late already
        ("2026-11-25 10:30", "2026-11-25 10:00", "2026-11-25 09:30"),
    ],
)
def test_what_is_due_an_hour_before_has_time_for_its_turn(start: str, now: str, until: str) -> None:
    [eve] = appointments.plan_reminders(date_of(start), 1, CALENDAR, at(now), SHIPPED)
    assert eve.expires_at is not None
    assert shown(eve.expires_at) == until


def test_a_booking_is_news_once_however_often_it_moves() -> None:
    keys = set()
    for revision in (1, 2):
        moved = date_of("2026-11-30 09:30", booked="2026-11-20 12:00", revision=revision)
        planned = appointments.plan_reminders(moved, 1, CALENDAR, at("2026-11-20 12:30"), SHIPPED, nth=1)
        keys |= {row.key for row in planned if row.kind == "booked"}
    assert len(keys) == 1


def test_the_first_dates_of_each_order() -> None:
    starts = [(1, at("2026-11-27 09:00"), 5), (1, at("2026-11-25 09:00"), 6), (2, at("2026-11-26 09:00"), 7)]
    assert appointments.nth_of_order([*starts, (1, at("2026-11-28 09:00"), 8)], 2) == {6: 1, 5: 2, 7: 1}


def test_each_step_for_the_first_dates_says_itself_for_how_many() -> None:
    found = Rules("x", (Step("once", first=1), Step("thrice", first=3), Step("always")))
    told = [[step.name for step in found.steps_for("group", nth=nth)] for nth in range(5)]
    assert told == [["always"], ["once", "thrice", "always"], *[["thrice", "always"]] * 2, ["always"]]


# ── Whatever the rules and the hour ─────────────────────────────────────────────────────────────────────────────────

HOURS = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))
CALENDARS = st.builds(lambda start, end: Calendar(quiet_from=start, quiet_to=end), HOURS, HOURS)
MINUTES = st.integers(0, 60 * 24 * 400).map(lambda n: at("2026-01-01 00:00") + timedelta(minutes=n))
KINDS = st.sampled_from(Kind)
STEPS = st.builds(
    Step,
    name=st.integers(0, 999).map(str),
    days_before=st.integers(0, 9),
    at=HOURS,
    does=st.sampled_from(Does),
    essential=st.booleans(),
    asked=st.booleans(),
)
RULES = st.lists(STEPS, max_size=6, unique_by=lambda step: step.name).map(lambda steps: Rules("x", tuple(steps)))


@given(RULES, CALENDARS, MINUTES, st.integers(1, 60 * 24 * 20), KINDS, st.booleans())
def test_nothing_is_planned_in_quiet_hours_but_what_they_leave_no_time_for(
    found: Rules, calendar: Calendar, now: datetime, ahead: int, kind: Kind, nudged: bool
) -> None:
    starts = now + timedelta(minutes=ahead)
    one = Appointment(1, "A1", 1, kind, calendar.day(starts), starts)
    planned = appointments.plan_reminders(one, 1, calendar, now, found, nudged)
    assert len({row.key for row in planned}) == len(planned)
    for row in planned:
        assert row.due_at >= now
        if row.kind == "ring":
            assert row.to is To.WORKER
        elif calendar.quiet(row.due_at):
            ends = calendar.quiet_ends(row.due_at)
            assert ends > starts - LEAST_NOTICE
            assert decide(row, Gates(starts_at=starts), row.due_at, calendar) in (
                End(Status.MISSED, Skip.QUIET_HOURS),
                End(Status.MISSED, Skip.TOO_LATE),
            )
    essential = {step.does for step in found.steps_for(kind, nudged) if step.essential and step.at is not None}
    reminded = {Does.RING if row.kind == "ring" else Does.REMIND for row in planned if not row.params}
    assert essential == reminded, "what is essential is always owed, however late the booking"


ABOUT = Subject("appointment", 1)
SAID = ("reminder", "booked", "changed", "missed_care", "form_offer", "answer", "ask_taken", "stand_down")
MESSAGES = st.builds(
    lambda kind, to, extra, agreed, step: Owed(
        kind, ABOUT, to, at("2026-01-01 00:00"), step=step, params={**extra, **agreed}
    ),
    st.sampled_from(SAID),
    st.sampled_from([To.INDIVIDUAL, To.INDIVIDUAL, To.WORKER, To.DUTY, To.CHAT]),
    st.sampled_from([{}, {"extra": 1}, {"edit": 7}]),
    st.sampled_from([{}, {"agreed": 1}]),
    st.sampled_from(["", "eve"]),
)
FLAGS = [
    *("linked", "stopped", "staff_contact_only", "youth_without_consent", "died", "order_ended", "just_moved"),
    *("appointment_cancelled", "outcome_recorded", "revised", "no_longer_so", "hours_done", "cap_reached"),
]
GATES = st.builds(
    lambda on, held, start: Gates(**{flag: flag in on for flag in FLAGS}, on_hold=held, starts_at=start),
    st.sets(st.sampled_from(FLAGS), max_size=3),
    st.sampled_from(["", "", "custody"]),
    MINUTES,
)
OFF = st.sets(st.sampled_from(sorted(SWITCHABLE)))


@given(MESSAGES, GATES, CALENDARS, MINUTES, OFF)
def test_what_is_said_in_quiet_hours_is_what_was_asked_for_makes_no_sound_or_saves_a_trip(
    row: Owed, gates: Gates, calendar: Calendar, now: datetime, off: set[Skip]
) -> None:
    match decide(row, gates, now, calendar, off):
        case Send() if row.to is To.INDIVIDUAL:
            agreed = row.kind == "stand_down" and "agreed" in row.params
            asked = row.kind == "answer" or "edit" in row.params
            assert not calendar.quiet(now) or asked or (agreed and calendar.wall(now).time() >= time(6, 30))
            stops = (gates.stopped, gates.staff_contact_only, gates.youth_without_consent, not gates.linked)
            assert not any((*stops, gates.order_ended, gates.died))
            assert Skip.CAP_REACHED in off or not gates.cap_reached or not droppable(row)
        case Wait(until, reason):
            assert (until > now, bool(reason)) == (True, True)
        case End(_, reason):
            assert reason


@given(MESSAGES, GATES, CALENDARS, MINUTES, OFF)
def test_every_message_ends_within_a_few_tries(
    row: Owed, gates: Gates, calendar: Calendar, now: datetime, off: set[Skip]
) -> None:
    """Waiting never goes in a circle: quiet hours end, and another day has room again."""
    verdict: Verdict = Wait(now)
    for _ in range(3):
        assert isinstance(verdict, Wait)
        now = verdict.until
        verdict = decide(row, gates, now, calendar, off)
        if not isinstance(verdict, Wait):
            return
        gates = replace(gates, cap_reached=gates.cap_reached and verdict.reason != Skip.CAP_REACHED)
    raise AssertionError(f"still waiting: {verdict}")


@pytest.mark.parametrize(
    ("sent", "now", "reached"),
    [
        ([], "2026-11-25 18:00", False),
        (["2026-11-25 08:00"], "2026-11-25 18:00", False),
        (["2026-11-25 08:00", "2026-11-25 09:00"], "2026-11-25 18:00", True),
        (["2026-11-24 08:00", "2026-11-24 23:59"], "2026-11-25 00:00", False),
        ([f"2026-11-{day} 12:00" for day in range(19, 25)], "2026-11-25 18:00", True),
        ([f"2026-11-{day} 12:00" for day in range(18, 24)], "2026-11-25 18:00", False),  # the eighth day counts no more
    ],
)
def test_caps(sent: list[str], now: str, reached: bool) -> None:
    assert reminding.cap_reached([at(one) for one in sent], at(now), CALENDAR, 2, 6) is reached

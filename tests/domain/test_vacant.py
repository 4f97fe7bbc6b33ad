"""Which sessions have nobody to run them, and who is asked to find somebody."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.appointments import Appointment, Kind
from domain.facts import AboutChoice, Planned
from domain.orders import Order, Requirement
from domain.outbox import Owed, Subject, To
from domain.people import Leave, Role, Staff
from domain.routing import Roster
from domain.truth import gates
from domain.vacant import Vacancy, finders, vacancies

DAY = date(2026, 11, 25)
TODAY = date(2026, 11, 23)
RAB, KIRSTY, AILSA, MORAG = 1, 2, 3, 4
AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def staff(id_: int, role: Role, first: date | None = None, cover: int | None = None) -> Staff:
    leave = Leave(id_, first, DAY) if first is not None else None
    return Staff(id_, f"S{id_}", "Somebody", frozenset({role}), leave=leave, leave_cover_id=cover)


def vacancy(runner: int = RAB, kind: Kind = Kind.UNPAID_WORK, worker: int = KIRSTY) -> Vacancy:
    one = Appointment(1, "A1", 1, kind, DAY, AT, AT.replace(hour=13), 7, staff_id=runner)
    order = Order(1, "O1", 1, date(2026, 9, 1), frozenset({Requirement.UNPAID_WORK}), case_manager_id=worker)
    return Vacancy(one.on_register, (one,), (order,))


@pytest.mark.parametrize(
    ("first", "last", "vacant"),
    [
        (None, None, False),
        (DAY, None, True),
        (date(2026, 11, 26), None, False),
        (None, DAY, False),
        (None, TODAY, True),
    ],
)
def test_a_session_is_vacant_whose_runner_is_away_on_its_day_or_has_left_by_then(
    first: date | None, last: date | None, vacant: bool
) -> None:
    one = vacancy()
    rab = Staff(RAB, "S1", "Rab", frozenset(), active_until=last, leave=Leave(RAB, first, first) if first else None)
    found = vacancies({one.session: one.dates}, {1: one.orders[0]}, {RAB: rab})
    assert [each.session for each in found] == ([one.session] if vacant else [])
    choice = AboutChoice(Planned(1, one.session, None, rab, 1), ())
    wanted = Owed("runner_wanted", Subject("choice", 1), To.STAFF, AT)
    assert gates(wanted, choice, linked=True, died=False).no_longer_so is not vacant
    nobody_comes = replace(choice, chosen=replace(choice.chosen, expected=0))
    assert gates(wanted, nobody_comes, linked=True, died=False).no_longer_so


@pytest.mark.parametrize(
    ("runner", "kind", "alone"),
    [
        (RAB, Kind.UNPAID_WORK, False),
        (RAB, Kind.SUPERVISION, False),  # a colleague's person
        (KIRSTY, Kind.SUPERVISION, True),
        (KIRSTY, Kind.UNPAID_WORK, False),  # a squad at the gate is one whoever's people they are
    ],
)
def test_dates_of_a_worker_with_their_own_people_are_their_covers(runner: int, kind: Kind, alone: bool) -> None:
    assert vacancy(runner, kind).one_to_one is alone


@pytest.mark.parametrize(
    ("everybody", "asked"),
    [
        ([staff(KIRSTY, Role.CASE_MANAGER), staff(MORAG, Role.MANAGER)], [KIRSTY]),
        ([staff(KIRSTY, Role.CASE_MANAGER, TODAY), staff(MORAG, Role.MANAGER)], [MORAG]),
        (
            [staff(KIRSTY, Role.CASE_MANAGER, TODAY, cover=AILSA), staff(AILSA, Role.CASE_MANAGER)],
            [AILSA],
        ),
        (
            [staff(KIRSTY, Role.CASE_MANAGER, TODAY, AILSA), staff(AILSA, Role.OFFICER), staff(MORAG, Role.MANAGER)],
            [MORAG],  # an officer may not give sessions
        ),
        ([staff(AILSA, Role.CASE_MANAGER)], []),
    ],
)
def test_who_can_give_it_to_somebody_else_is_asked(everybody: list[Staff], asked: list[int]) -> None:
    roster = Roster({one.id: one for one in everybody}, frozenset(one.id for one in everybody), TODAY)
    assert finders(vacancy(), roster) == asked

"""Who may cover, who may take over, what moves, and who is left with nobody."""

from dataclasses import replace
from datetime import date

import pytest

from domain import caseload
from domain.caseload import Part
from domain.days import Span
from domain.orders import Order, Requirement, Status
from domain.people import Leave, Role, Staff

TODAY = date(2026, 11, 23)
WEEK = Span(date(2026, 11, 24), date(2026, 11, 27))
ORLA, KIRSTY, AILSA, CALUM, MORAG = range(1, 6)
STAFF = {
    ORLA: Staff(ORLA, "OFF1", "Orla Reid", frozenset({Role.OFFICER}), cover_id=KIRSTY),
    KIRSTY: Staff(KIRSTY, "OFF2", "Kirsty Muir", frozenset({Role.OFFICER})),
    AILSA: Staff(AILSA, "OFF3", "Ailsa Bain", frozenset({Role.OFFICER, Role.CASE_MANAGER})),
    CALUM: Staff(CALUM, "CM1", "Calum Orr", frozenset({Role.CASE_MANAGER})),
    MORAG: Staff(MORAG, "MGR1", "Morag Reid", frozenset({Role.MANAGER})),
}
WORK = Order(1, "O1", 11, date(2026, 9, 1), frozenset({Requirement.UNPAID_WORK}), case_manager_id=CALUM)
SUPERVISED = Order(
    2, "O2", 12, date(2026, 9, 1), frozenset({Requirement.SUPERVISION}), officer_id=ORLA, case_manager_id=CALUM
)


def ids(found: list[Staff]) -> list[int]:
    return [one.id for one in found]


def with_one(id_: int, **values: object) -> dict[int, Staff]:
    return {**STAFF, id_: replace(STAFF[id_], **values)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        (STAFF, [KIRSTY, AILSA]),  # the usual cover first, then those with the same role
        (with_one(KIRSTY, leave=Leave(KIRSTY, date(2026, 11, 27), date(2026, 11, 30))), [AILSA]),
        (with_one(KIRSTY, leave=Leave(KIRSTY, date(2026, 11, 20), date(2026, 11, 23))), [KIRSTY, AILSA]),
        (with_one(KIRSTY, active_until=date(2026, 11, 26)), [AILSA]),
        (with_one(KIRSTY, active_until=date(2026, 11, 27)), [KIRSTY, AILSA]),
        (with_one(ORLA, cover_id=CALUM), [CALUM, AILSA, KIRSTY]),  # the usual cover may have another role
    ],
)
def test_who_may_cover(staff: dict[int, Staff], expected: list[int]) -> None:
    assert ids(caseload.may_cover(staff, staff[ORLA], WEEK)) == expected


@pytest.mark.parametrize(
    ("staff", "part", "giver", "expected"),
    [
        (STAFF, Part.OFFICER, ORLA, [KIRSTY, AILSA]),
        (STAFF, Part.CASE_MANAGER, CALUM, [AILSA]),
        (STAFF, Part.CASE_MANAGER, None, [AILSA, CALUM]),
        (with_one(KIRSTY, active_until=date(2026, 11, 22)), Part.OFFICER, ORLA, [AILSA]),
    ],
)
def test_who_may_take_over(staff: dict[int, Staff], part: Part, giver: int | None, expected: list[int]) -> None:
    assert ids(caseload.may_take_over(staff, part, giver, TODAY)) == expected


@pytest.mark.parametrize(
    ("order", "part", "giver", "owed", "tells"),
    [
        (SUPERVISED, Part.OFFICER, ORLA, (), True),
        (SUPERVISED, Part.CASE_MANAGER, CALUM, (), False),  # theirs is still the officer
        (WORK, Part.CASE_MANAGER, CALUM, (), True),
        (WORK, Part.OFFICER, CALUM, (), None),
        (replace(WORK, status=Status.COMPLETED), Part.CASE_MANAGER, CALUM, (), None),
        (replace(WORK, status=Status.COMPLETED), Part.CASE_MANAGER, CALUM, (1,), False),  # its questions are open
        (replace(WORK, case_manager_id=None), Part.CASE_MANAGER, None, (), True),
        (replace(WORK, case_manager_id=None), Part.OFFICER, None, (), None),  # nobody misses an officer there
    ],
)
def test_what_moves(order: Order, part: Part, giver: int | None, owed: tuple[int, ...], tells: bool | None) -> None:
    found = [move.tells for move in caseload.moves([order], part, giver, AILSA, owed)]
    assert found == ([] if tells is None else [tells])


@pytest.mark.parametrize(
    ("order", "staff", "young", "alone"),
    [
        (SUPERVISED, STAFF, (), False),
        (SUPERVISED, with_one(ORLA, active_until=date(2026, 11, 22)), (), True),
        (SUPERVISED, with_one(ORLA, active_until=TODAY), (), False),  # the last day is still theirs
        (SUPERVISED, with_one(CALUM, active_until=date(2026, 11, 22)), (), False),
        (replace(WORK, case_manager_id=None), STAFF, (), True),
        (replace(WORK, case_manager_id=None, status=Status.COMPLETED), STAFF, (), False),
        (replace(WORK, case_manager_id=None), STAFF, (11,), True),  # there is no youth team
        (replace(WORK, case_manager_id=None), with_one(AILSA, roles=frozenset({Role.YOUTH_TEAM})), (11,), False),
    ],
)
def test_who_is_left_with_nobody(order: Order, staff: dict[int, Staff], young: tuple[int, ...], alone: bool) -> None:
    found = caseload.without_worker([order], staff, frozenset(young), TODAY)
    assert found == (frozenset({order.individual_id}) if alone else frozenset())

"""Who is meant by a role at the moment of sending: nobody who has left, nobody without a chat."""

from dataclasses import replace
from datetime import date

import pytest

from domain import routing
from domain.orders import Order, Requirement
from domain.outbox import To
from domain.people import Individual, Role, Staff
from domain.routing import Roster

TODAY = date(2026, 11, 25)
OFFICER, CASE_MANAGER, COVER, DUTY, DUTY_TOO, MANAGER, YOUTH, RUNNER = range(1, 9)
ROLES = {
    OFFICER: Role.OFFICER,
    CASE_MANAGER: Role.CASE_MANAGER,
    COVER: Role.OFFICER,
    DUTY: Role.DUTY,
    DUTY_TOO: Role.DUTY,
    MANAGER: Role.MANAGER,
    YOUTH: Role.YOUTH_TEAM,
    RUNNER: Role.SUPERVISOR,
}
STAFF = {id_: Staff(id_, f"S{id_}", f"Name {id_}", frozenset({role})) for id_, role in ROLES.items()}
STAFF[OFFICER] = replace(STAFF[OFFICER], cover_id=COVER)
EVERYBODY = Roster(STAFF, frozenset(STAFF), TODAY)

SAM = Individual(1, "C1", "Sam")
YOUNG = replace(SAM, youth=True)
WORK_ONLY = Order(1, "O1", 1, date(2026, 9, 1), frozenset({Requirement.UNPAID_WORK}), case_manager_id=CASE_MANAGER)
SUPERVISED = replace(
    WORK_ONLY, requirements=frozenset({Requirement.UNPAID_WORK, Requirement.SUPERVISION}), officer_id=OFFICER
)


def without(*ids: int) -> Roster:
    return replace(EVERYBODY, linked=EVERYBODY.linked - set(ids))


@pytest.mark.parametrize(
    ("to", "order", "individual", "expected"),
    [
        (To.WORKER, SUPERVISED, SAM, [OFFICER]),
        (To.COPY, SUPERVISED, SAM, [CASE_MANAGER]),
        (To.WORKER, WORK_ONLY, SAM, [CASE_MANAGER]),
        (To.COPY, WORK_ONLY, SAM, []),
        (To.WORKER, SUPERVISED, YOUNG, [YOUTH]),
        (To.COPY, SUPERVISED, YOUNG, []),
        (To.COVER, SUPERVISED, SAM, [COVER]),
        (To.COVER, WORK_ONLY, SAM, [DUTY, DUTY_TOO]),
        (To.COVER, SUPERVISED, YOUNG, [DUTY, DUTY_TOO]),
        (To.MANAGER, SUPERVISED, SAM, [MANAGER]),
        (To.RUNNER, SUPERVISED, SAM, [RUNNER]),
        (To.WORKER, None, SAM, []),
        (To.COVER, None, SAM, [DUTY, DUTY_TOO]),
    ],
)
def test_who_is_meant(to: To, order: Order | None, individual: Individual, expected: list[int]) -> None:
    assert routing.meant(to, EVERYBODY, individual, order, runner_id=RUNNER) == expected


@pytest.mark.parametrize("to", [To.WORKER, To.COPY, To.MANAGER, To.RUNNER])
def test_nobody_is_meant_who_has_no_chat(to: To) -> None:
    nobody = replace(EVERYBODY, linked=frozenset())
    assert routing.meant(to, nobody, SAM, SUPERVISED, runner_id=RUNNER) == []


def test_a_cover_without_a_chat_is_replaced_by_duty() -> None:
    assert routing.meant(To.COVER, without(COVER), SAM, SUPERVISED) == [DUTY, DUTY_TOO]
    assert routing.meant(To.COVER, without(COVER, DUTY), SAM, SUPERVISED) == [DUTY_TOO]


def test_who_has_left_is_not_meant_though_the_chat_is_still_there() -> None:
    gone = replace(STAFF[OFFICER], active_until=date(2026, 11, 24))
    roster = replace(EVERYBODY, staff={**STAFF, OFFICER: gone})
    assert routing.meant(To.WORKER, roster, SAM, SUPERVISED) == []
    assert routing.meant(To.COVER, roster, SAM, SUPERVISED) == [COVER]  # their people still have a cover
    last_day = replace(STAFF[OFFICER], active_until=TODAY)
    assert routing.meant(To.WORKER, replace(EVERYBODY, staff={**STAFF, OFFICER: last_day}), SAM, SUPERVISED) == [
        OFFICER
    ]

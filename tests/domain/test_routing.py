"""Who is meant by a role at the moment of sending: nobody who has left, nobody without a chat."""

from dataclasses import replace
from datetime import date

import pytest

from domain import routing
from domain.orders import Order, Requirement
from domain.outbox import To
from domain.people import Individual, Leave, Role, Staff
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


@pytest.mark.parametrize(
    ("gone", "individual", "order", "expected"),
    [
        ((), SAM, SUPERVISED, [RUNNER]),
        ((RUNNER,), SAM, SUPERVISED, [OFFICER]),
        ((RUNNER,), YOUNG, SUPERVISED, [YOUTH]),
        ((RUNNER, OFFICER), SAM, SUPERVISED, [COVER]),
        ((RUNNER, OFFICER, COVER), SAM, SUPERVISED, [MANAGER]),
        ((RUNNER, CASE_MANAGER), SAM, WORK_ONLY, [MANAGER]),
        ((RUNNER,), SAM, None, [MANAGER]),
        ((RUNNER,), None, None, [MANAGER]),
        ((RUNNER, MANAGER), None, None, []),
    ],
)
def test_the_nearest_is_the_first_who_can_be_told_and_never_duty(
    gone: tuple[int, ...], individual: Individual | None, order: Order | None, expected: list[int]
) -> None:
    assert routing.meant(To.NEAREST, without(*gone), individual, order, to_id=RUNNER) == expected


def test_who_has_left_is_not_meant_though_the_chat_is_still_there() -> None:
    gone = replace(STAFF[OFFICER], active_until=date(2026, 11, 24))
    roster = replace(EVERYBODY, staff={**STAFF, OFFICER: gone})
    assert routing.meant(To.WORKER, roster, SAM, SUPERVISED) == []
    assert routing.meant(To.COVER, roster, SAM, SUPERVISED) == [COVER]  # their people still have a cover
    last_day = replace(STAFF[OFFICER], active_until=TODAY)
    assert routing.meant(To.WORKER, replace(EVERYBODY, staff={**STAFF, OFFICER: last_day}), SAM, SUPERVISED) == [
        OFFICER
    ]


def away(*ids: int, cover: int | None = None) -> Roster:
    leave = {id_: replace(STAFF[id_], leave=Leave(id_, TODAY, TODAY), leave_cover_id=cover) for id_ in ids}
    return replace(EVERYBODY, staff={**STAFF, **leave})


@pytest.mark.parametrize(
    ("roster", "to", "expected"),
    [
        (away(OFFICER), To.WORKER, []),
        (away(OFFICER), To.COVER, [COVER]),  # whoever always covers
        (away(OFFICER, cover=CASE_MANAGER), To.COVER, [CASE_MANAGER]),  # whoever covers this leave
        (away(OFFICER, cover=OFFICER), To.COVER, [DUTY, DUTY_TOO]),  # left to duty, though there is a usual cover
        (away(OFFICER, COVER), To.COVER, [DUTY, DUTY_TOO]),  # the cover is away as well
        (replace(EVERYBODY, on_rota=frozenset({DUTY_TOO})), To.DUTY, [DUTY_TOO]),
        (replace(without(COVER), on_rota=frozenset({DUTY_TOO})), To.COVER, [DUTY_TOO]),
        (replace(EVERYBODY, on_rota=frozenset({MANAGER})), To.DUTY, [DUTY, DUTY_TOO]),  # has lost the role since
        (replace(away(DUTY_TOO), on_rota=frozenset({DUTY, DUTY_TOO})), To.DUTY, [DUTY]),
        (replace(away(DUTY_TOO), on_rota=frozenset({DUTY_TOO})), To.DUTY, [DUTY]),  # never nobody
        (replace(EVERYBODY, on_rota=frozenset({DUTY_TOO}), on_call=MANAGER), To.DUTY, [MANAGER]),  # at night
    ],
)
def test_leave_and_the_rota(roster: Roster, to: To, expected: list[int]) -> None:
    assert routing.meant(to, roster, SAM, SUPERVISED) == expected


@pytest.mark.parametrize(
    ("to", "roster", "individual", "why"),
    [
        (To.WORKER, without(OFFICER), SAM, (OFFICER, "no_chat")),
        (To.WORKER, replace(without(OFFICER), lost=frozenset({OFFICER})), SAM, (OFFICER, "blocked")),
        (To.WORKER, replace(EVERYBODY, today=date(2027, 1, 1)), SAM, (OFFICER, "left")),
        (To.WORKER, without(YOUTH), YOUNG, (YOUTH, "no_chat")),
        (To.COVER, without(COVER, DUTY, DUTY_TOO), SAM, (None, "no_chat")),
        (To.DUTY, replace(without(DUTY, DUTY_TOO), lost=frozenset({DUTY})), SAM, (None, "nobody_linked")),
        (To.MANAGER, without(MANAGER), SAM, (MANAGER, "no_chat")),
        (To.MANAGER, replace(EVERYBODY, staff={}), SAM, (None, "nobody_named")),
        (To.STAFF, EVERYBODY, SAM, (None, "nobody_named")),
    ],
)
def test_where_nobody_can_be_told_the_reason_is_known(
    to: To, roster: Roster, individual: Individual, why: tuple[int | None, str]
) -> None:
    leaver = {OFFICER: replace(STAFF[OFFICER], active_until=date(2026, 12, 31))} if roster.staff else {}
    roster = replace(roster, staff={**roster.staff, **leaver})
    assert routing.why_nobody(to, roster, individual, SUPERVISED) == why


def test_whoever_has_it_is_meant_and_else_the_worker() -> None:
    for roster, has_it, meant in (
        (EVERYBODY, DUTY, [DUTY]),
        (without(DUTY), DUTY, [OFFICER]),
        (EVERYBODY, None, [OFFICER]),
        (without(OFFICER), OFFICER, []),
    ):
        assert routing.meant(To.HOLDER, roster, SAM, SUPERVISED, to_id=has_it) == meant


AWAY = Leave(OFFICER, TODAY, TODAY)


@pytest.mark.parametrize(
    ("officer", "order", "youth", "gone", "kept_by"),
    [
        ({}, SUPERVISED, False, (), [OFFICER]),
        ({}, SUPERVISED, False, (OFFICER,), [OFFICER]),  # without a chat: theirs, once they have one
        ({"leave": AWAY}, SUPERVISED, False, (), [COVER]),
        ({"leave": AWAY}, SUPERVISED, False, (COVER,), [MANAGER]),
        ({"leave": AWAY, "leave_cover_id": OFFICER}, SUPERVISED, False, (), [MANAGER]),  # left to duty
        ({"active_until": date(2026, 11, 24), "cover_id": None}, SUPERVISED, False, (), [MANAGER]),
        ({}, replace(SUPERVISED, officer_id=None), False, (), [MANAGER]),
        ({"leave": AWAY}, SUPERVISED, True, (), [YOUTH]),
        ({}, SUPERVISED, True, (YOUTH,), [MANAGER]),
    ],
)
def test_who_is_told_ahead_of_time_limits(
    officer: dict[str, object], order: Order, youth: bool, gone: tuple[int, ...], kept_by: list[int]
) -> None:
    staff = {**STAFF, OFFICER: replace(STAFF[OFFICER], **officer)}  # type: ignore[arg-type]
    roster = Roster(staff, EVERYBODY.linked - set(gone), TODAY)
    assert routing.keeps_in_mind(order, youth, roster) == kept_by

"""Who may do what: each cell of the one table, asked of the rule that every use case asks."""

from datetime import date
from itertools import product

from domain.people import MAY, Act, Leave, Relation, Role, Scope, Staff, may

TODAY = date(2026, 11, 24)
ME, COLLEAGUE = 1, 2
NONE = Relation()
REACHED_BY = {
    Scope.NOBODY: [],
    Scope.OWN: ["own", "covered"],
    Scope.SESSION: ["session"],
    Scope.OPEN_ITEM: ["open item"],
    Scope.EVERYBODY: ["nothing", "own", "covered", "session", "open item"],
}
RELATIONS = {
    "nothing": NONE,
    "own": Relation(workers=frozenset({ME})),
    "covered": Relation(workers=frozenset({COLLEAGUE})),
    "session": Relation(runs_session=True),
    "open item": Relation(open_item=True),
}
# The words, cell by cell: officer, case manager, youth team: their orders and those they cover; supervisor:
# own sessions that day; court team: invite; duty: open items and their cards; manager: all but exit answers;
# moderator: exit free text only.
EXPECTED = {
    (Role.SUPERVISOR, Act.RUN_REGISTER): Scope.SESSION,
    (Role.COURT_TEAM, Act.INVITE): Scope.EVERYBODY,
    (Role.DUTY, Act.SEE_CASE): Scope.OPEN_ITEM,
    (Role.DUTY, Act.CLAIM_ITEM): Scope.OPEN_ITEM,
    (Role.MODERATOR, Act.READ_EXIT_TEXT): Scope.EVERYBODY,
    (Role.YOUTH_TEAM, Act.CONSENT_YOUTH): Scope.EVERYBODY,
    **{
        (role, act): Scope.OWN
        for role in (Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM)
        for act in (
            Act.SEE_CASE,
            Act.INVITE,
            Act.CLAIM_ITEM,
            Act.DECIDE_ABSENCE,
            Act.ANSWER,
            Act.HOLD,
            Act.REPAIR,
            Act.TEXTS,
            Act.PAPERS,
            Act.PROGRESS,
            Act.EXTENSION,
            Act.STEPS,
            Act.SET_OUTCOME,
            Act.READ_ANSWERS,
            Act.FORMS,
            Act.CONFIRM_END,
        )
    },
    (Role.CASE_MANAGER, Act.OFFER): Scope.OWN,
    (Role.CASE_MANAGER, Act.GIVE_SESSION): Scope.OWN,
    (Role.CASE_MANAGER, Act.STAND_DOWN): Scope.EVERYBODY,
    **{(Role.MANAGER, act): Scope.EVERYBODY for act in (Act.GIVE_SESSION, Act.STAND_DOWN, Act.OFFER)},
    **{(Role.MANAGER, act): Scope.EVERYBODY for act in (Act.PAPERS, Act.PROGRESS, Act.STEPS, Act.SET_OUTCOME)},
    (Role.SUPERVISOR, Act.STAND_DOWN): Scope.SESSION,
    **{(role, Act.RUN_REGISTER): Scope.SESSION for role in (Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM)},
    **{
        (Role.MANAGER, act): Scope.EVERYBODY
        for act in (Act.SEE_CASE, Act.INVITE, Act.INVITE_STAFF, Act.RUN_REGISTER, Act.CLAIM_ITEM, Act.REPORT)
    },
    **{
        (Role.MANAGER, act): Scope.EVERYBODY
        for act in (Act.ANSWER, Act.HOLD, Act.LEGAL_HOLD, Act.WHO_LOOKED, Act.EXPORT, Act.CUT_OFF, Act.REPAIR)
    },
    **{(Role.MANAGER, act): Scope.EVERYBODY for act in (Act.PAUSE, Act.TEXTS)},
    **{
        (role, Act.READ_RULES): Scope.EVERYBODY
        for role in (Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM, Role.MANAGER)
    },
    **{(role, Act.AWAY): Scope.EVERYBODY for role in Role},
    (Role.MANAGER, Act.STAFFING): Scope.EVERYBODY,
    **{(Role.MANAGER, act): Scope.EVERYBODY for act in (Act.NAME_NEUTRAL, Act.CONFIRM_END)},
    (Role.OFFICER, Act.HAND_OVER): Scope.OWN,
    (Role.CASE_MANAGER, Act.HAND_OVER): Scope.OWN,
    (Role.MANAGER, Act.HAND_OVER): Scope.EVERYBODY,
    (Role.DUTY, Act.ANSWER): Scope.OPEN_ITEM,
    **{
        (role, Act.BREAK_GLASS): Scope.EVERYBODY
        for role in (Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM, Role.DUTY)
    },
}


def test_each_cell() -> None:
    wrong = []
    for role, act, (relation, towards) in product(Role, Act, RELATIONS.items()):
        me = Staff(ME, "S1", "Someone", frozenset({role}), covers=frozenset({COLLEAGUE}))
        allowed = relation in REACHED_BY[EXPECTED.get((role, act), Scope.NOBODY)]
        if may(me, act, towards, TODAY) is not allowed:
            wrong.append(f"{role}: {act} by {relation} {'must' if allowed else 'must not'} be allowed")
    assert wrong == []


def test_every_act_is_in_the_table() -> None:
    assert set(MAY) == set(Act)


def test_an_account_ends_by_itself_after_its_last_day() -> None:
    manager = Staff(ME, "S1", "Someone", frozenset({Role.MANAGER}), active_until=TODAY)
    assert may(manager, Act.REPORT, NONE, TODAY)
    assert not may(manager, Act.REPORT, NONE, date(2026, 11, 25))


def test_several_roles_reach_as_far_as_any_of_them() -> None:
    both = Staff(ME, "S1", "Someone", frozenset({Role.SUPERVISOR, Role.COURT_TEAM}))
    assert may(both, Act.INVITE, NONE, TODAY)
    assert may(both, Act.RUN_REGISTER, RELATIONS["session"], TODAY)
    assert not may(both, Act.CLAIM_ITEM, RELATIONS["open item"], TODAY)


def test_whoever_stands_in_reaches_the_people_of_a_colleague_for_as_long_as_that_leave_lasts() -> None:
    leave = Leave(COLLEAGUE, date(2026, 11, 24), date(2026, 11, 27))
    me = Staff(ME, "S1", "Someone", frozenset({Role.OFFICER}), stands_in=frozenset({leave}))
    theirs = Relation(workers=frozenset({COLLEAGUE}))
    reached = [may(me, Act.SEE_CASE, theirs, date(2026, 11, day)) for day in (23, 24, 27, 28)]
    assert reached == [False, True, True, False]

"""Who is on the repair list, and for what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.people import Act, Role, Scope, Staff, widest
from domain.repairs import Contact, Repair, broken

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=14)
FINE = Contact(1, "C1", frozenset({1}), linked_at=LONG_AGO, accepted=3, spoke=True)
SILENT = replace(FINE, spoke=False)


@pytest.mark.parametrize(
    ("case", "contact", "expected"),
    [
        ("linked and heard of", FINE, set()),
        ("no phone", Contact(1, "C1", frozenset()), {Repair.NOT_LINKED}),
        ("no phone, and none wanted", Contact(1, "C1", frozenset(), contact_by_staff=True), set()),
        ("blocked", replace(FINE, unreachable_at=NOW), {Repair.UNREACHABLE}),
        ("blocked, and silent before", replace(SILENT, unreachable_at=NOW), {Repair.UNREACHABLE}),
        ("said stop and blocked", replace(FINE, unreachable_at=NOW, contact_by_staff=True), set()),
        ("two weeks, three messages, not a word", SILENT, {Repair.NEVER_ANSWERED}),
        ("not two weeks yet", replace(SILENT, linked_at=LONG_AGO + timedelta(seconds=1)), set()),
        ("two messages only", replace(SILENT, accepted=2), set()),
        ("not their number", replace(FINE, number_refused_at=NOW), {Repair.NUMBER_REFUSED}),
        ("a number of two", replace(FINE, shares_with=frozenset({2})), {Repair.SHARED_NUMBER}),
        (
            "all that can be wrong",
            replace(Contact(1, "C1", frozenset()), number_refused_at=NOW, shares_with=frozenset({2})),
            {Repair.NOT_LINKED, Repair.NUMBER_REFUSED, Repair.SHARED_NUMBER},
        ),
    ],
)
def test_what_is_wrong(case: str, contact: Contact, expected: set[Repair]) -> None:
    assert set(broken(contact, NOW)) == expected, case


def test_the_widest_reach_of_several_roles_counts() -> None:
    both = Staff(1, "S", "x", frozenset({Role.CASE_MANAGER, Role.MANAGER}))
    assert widest(both, Act.REPAIR) is Scope.EVERYBODY
    assert widest(replace(both, roles=frozenset({Role.CASE_MANAGER})), Act.REPAIR) is Scope.OWN
    assert widest(replace(both, roles=frozenset({Role.SUPERVISOR})), Act.REPAIR) is Scope.NOBODY

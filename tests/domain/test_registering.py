"""A register in one typed line: read as a whole, or said back."""

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import registering
from domain.attendance import CAUSES, Outcome
from domain.registering import Clause, Group, Reading

NAMES = ("Sam", "Jo", "Eilidh", "Marek", "Tam")
CAME, PART, NO = Outcome.ATTENDED_FULL, Outcome.ATTENDED_PART, Outcome.MISSED_REASON_UNKNOWN
HOME, OWN = Outcome.SENT_HOME_SERVICE, Outcome.SENT_HOME_OTHER


def clause(outcome: Outcome, *people: int, **rest: Any) -> Clause:
    return Clause(outcome, people, **rest)


@pytest.mark.parametrize(
    ("line", "clauses"),
    [
        ("1 3 4 came, 2 no, 5 late 20", [clause(CAME, 1, 3, 4), clause(NO, 2), clause(PART, 5, late=20)]),
        ("1 3 4 came 2 no 5 late 20", [clause(CAME, 1, 3, 4), clause(NO, 2), clause(PART, 5, late=20)]),
        ("1,3,4 CAME; 2 No\n5 late by 20 min.", [clause(CAME, 1, 3, 4), clause(NO, 2), clause(PART, 5, late=20)]),
        ("Sam and Jo came. Tam didn't come", [clause(CAME, 1, 2), clause(NO, 5)]),
        ("sam & jo here, tam didn’t turn up", [clause(CAME, 1, 2), clause(NO, 5)]),
        ("1-3 came, 4 to 5 absent", [clause(CAME, 1, 2, 3), clause(NO, 4, 5)]),
        ("all came", [clause(CAME, group=Group.ALL)]),
        ("everybody was here", [clause(CAME, group=Group.ALL)]),
        ("rest came", [clause(CAME, group=Group.REST)]),
        ("2 no, everyone else came", [clause(NO, 2), clause(CAME, group=Group.REST)]),
        ("2 was not here and the others came", [clause(NO, 2), clause(CAME, group=Group.REST)]),
        ("2 sent home rain", [clause(HOME, 2, cause="weather")]),
        ("all sent home because of the snow", [clause(HOME, cause="weather", group=Group.ALL)]),
        ("Jo was sent home, no supervisor", None),
        ("Jo sent home no supervisor", [clause(HOME, 2, cause="no_supervisor")]),
        ("3 4 sent home van", [clause(HOME, 3, 4, cause="vehicle")]),
        ("5 sent home ill", [clause(OWN, 5)]),
        ("5 sent home other reason", [clause(OWN, 5)]),
        ("1 2 sent home rain 90 min, 3 came", [clause(HOME, 1, 2, cause="weather", worked=90), clause(CAME, 3)]),
        ("1 sent home rain 90 min 3 came", [clause(HOME, 1, cause="weather", worked=90), clause(CAME, 3)]),
        ("1 sent home van 0 min", [clause(HOME, 1, cause="vehicle", worked=0)]),
        ("1 sent home 1.5 h rain", [clause(HOME, 1, cause="weather", worked=90)]),
        ("1 sent home ill after 2 hours", [clause(OWN, 1, worked=120)]),
        ("1 sent home rain, worked 45", None),
        ("1 sent home rain worked 45", [clause(HOME, 1, cause="weather", worked=45)]),
        ("1 sent home rain 3 came", [clause(HOME, 1, cause="weather"), clause(CAME, 3)]),
        ("all sent home rain at 11", [clause(HOME, cause="weather", group=Group.ALL, until=time(11))]),
        ("all sent home rain until 11:30", [clause(HOME, cause="weather", group=Group.ALL, until=time(11, 30))]),
        ("1 sent home ill at 2.15 pm 2 no", [clause(OWN, 1, until=time(14, 15)), clause(NO, 2)]),
        ("1 sent home ill at 2", [clause(OWN, 1, until=time(14))]),
        ("1 sent home ill at 25", None),
        ("1 sent home ill after the break", None),
        ("3 came 2 hours", [clause(PART, 3, worked=120)]),
        ("3 came 1.5 h 4 came", [clause(PART, 3, worked=90), clause(CAME, 4)]),
        ("3 left early 30, 4 no show", [clause(PART, 3, late=30), clause(NO, 4)]),
        ("3 part 90", [clause(PART, 3, worked=90)]),
    ],
)
def test_what_a_line_says(line: str, clauses: list[Clause] | None) -> None:
    reading = registering.read(line, NAMES)
    assert reading is not None
    if clauses is None:
        assert reading.unclear
    else:
        assert reading == Reading(tuple(clauses))


@pytest.mark.parametrize(
    ("line", "unclear"),
    [
        ("1 maybe, 2 no", "1 maybe"),
        ("9 came, 1 came", "9 came"),
        ("5 late, 1 came", "5 late"),
        ("5 late 2 no", "no"),
        ("2 sent home, 1 came", "2 home"),
        ("Bob came, 1 no", "bob came"),
        ("1 2 2 came", "2"),
        ("1 came, 1 no", "1"),
        ("2 no, all came", "all"),
        ("all came but 2", "2"),
        ("everyone but 2 came", "all but 2 came"),
        ("1 came, rest came, rest no", "rest"),
        ("1 no 20", "20"),
        ("1 came 99999 came", "99999 came"),
        ("can I bring 2 people in", "can i bring 2 people in"),
    ],
)
def test_what_cannot_be_read_is_said_back(line: str, unclear: str) -> None:
    reading = registering.read(line, NAMES)
    assert reading is not None
    assert reading.unclear == (unclear,)


@pytest.mark.parametrize("line", ["hello there", "ok thanks", "came", "", "1 2 3", "Sam", "the van is late", "no"])
def test_other_words_are_no_register(line: str) -> None:
    assert registering.read(line, NAMES) is None


def test_a_name_that_two_people_have_or_that_is_a_word_of_ours_needs_the_number() -> None:
    twice = registering.read("Sam came, Jo no", ("Sam", "Sam", "Jo"))
    assert twice is not None
    assert twice.unclear == ("sam came",)
    ours = registering.read("1 came, late no", ("Sam", "Late"))
    assert ours is not None
    assert ours.unclear


@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from([*"12345,", *registering.OUTCOMES, "sam", "20", "all", "rain", "at", "after", "min"])
    ).map(" ".join)
)
def test_whatever_is_typed_is_read_without_a_fault_and_only_of_people_on_the_list(line: str) -> None:
    reading = registering.read(line, NAMES)
    for one in reading.clauses if reading is not None else ():
        assert set(one.people) <= set(range(1, 6))
        assert bool(one.people) is not bool(one.group)
        assert one.cause in CAUSES.get(one.outcome, {""})
        assert one.outcome in (HOME, OWN) or (one.outcome is PART) is (one.late is not None or one.worked is not None)
        assert one.until is None or (one.outcome in (HOME, OWN) and one.worked is None)


@given(st.lists(st.sampled_from(["came", "no", "late 20"]), min_size=1, max_size=5), st.booleans())
def test_every_person_once_is_always_understood(said: list[str], by_name: bool) -> None:
    """Nothing of an orderly line is lost, whatever the outcomes and however people are named."""
    line = ", ".join(f"{NAMES[n] if by_name else n + 1} {one}" for n, one in enumerate(said))
    reading = registering.read(line, NAMES)
    assert reading is not None
    assert not reading.unclear
    assert [number for one in reading.clauses for number in one.people] == list(range(1, len(said) + 1))

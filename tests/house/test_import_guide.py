"""docs/import.md names the columns and the words of an export as the code does."""

import re
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain import appointments, attendance, orders, people
from domain.imports import tables

GUIDE = (Path(__file__).parents[2] / "docs" / "import.md").read_text()
WORDS: dict[str, tuple[type[StrEnum], ...]] = {
    "staff": (people.Role,),
    "orders": (orders.Requirement, orders.Status),
    "appointments": (appointments.Kind, appointments.Status),
    "attendance": (attendance.Outcome,),
    "holds": (orders.Hold,),
    "milestones": (orders.Milestone,),
}


@pytest.mark.parametrize("kind", tables.of(ZoneInfo("Europe/London")))
def test_the_columns_and_words_of_a_file(kind: str) -> None:
    columns = tables.of(ZoneInfo("Europe/London"))[kind].columns
    [line] = [line for line in GUIDE.splitlines() if line.startswith(f"- **{kind}**: ")]
    assert f"`{','.join(one.name for one in columns)}`" in line
    for words in WORDS.get(kind, ()):
        assert re.search(rf": {', '.join(one for one in words if one != attendance.Outcome.TAKEN_BACK)}[;)]", line)


def test_the_causes_of_each_outcome() -> None:
    found = dict(re.findall(r"^  - (\w+): (.+)$", GUIDE, re.MULTILINE))
    assert found == {outcome: ", ".join(sorted(causes)) for outcome, causes in attendance.CAUSES.items()}

"""The file of the procedure: an example as it comes, and wherever it is wrong it says where and what to put."""

from pathlib import Path

import pytest

from bot.troubles import sentence
from usecases import procedure

STEP = "- {step: first, after: 1, says: a letter, source: 'section 4'}"
FILE = f"version: '3'\nmonths: 6\nconfirmed: 'yes'\nsteps:\n{STEP}\n"


def test_as_it_comes_it_is_an_example_that_says_so_and_names_its_sources() -> None:
    found = procedure.read()
    assert not found.confirmed
    assert [step.name for step in found.steps] == ["first_warning", "final_warning", "breach_report"]
    assert all("no published source" in step.source for step in found.steps)


def test_a_council_puts_in_its_own(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(FILE)
    found = procedure.read(file)
    assert (found.version, found.months, found.confirmed) == ("3", 6, True)
    assert [(step.after, step.says, step.source) for step in found.steps] == [(1, "a letter", "section 4")]


@pytest.mark.parametrize(
    ("right", "found", "told"),
    [
        ("'3'", "", "mine.yaml:1: version: found nothing"),
        ("months: 6", "months: half", "mine.yaml:2: months: found 'half'; expected a whole number from 1 to 60"),
        ("months: 6", "months: 0", "mine.yaml:2: months: found '0'; expected a whole number from 1 to 60"),
        ("'yes'", "perhaps", "mine.yaml:3: confirmed: found 'perhaps'; expected yes or no, in quotes"),
        ("after: 1", "after: 0", "mine.yaml:5: after: found '0'; expected a whole number from 1 to 20"),
        ("says: a letter, ", "", "mine.yaml:5: says is missing"),
        ("source: 'section 4'", "source: ''", "mine.yaml:5: source is missing"),
        ("step: first", "step: The First", "mine.yaml:5: step: found 'The First'; expected a short name"),
        ("says: a letter", "say: a letter", "mine.yaml:5: found say; expected only"),
        (STEP, f"{STEP}\n{STEP}", "mine.yaml:6: first stands here twice"),
        (STEP, f"{STEP}\n{STEP.replace('first', 'next')}", "mine.yaml: next: after: found 1; expected more than 1"),
        ("steps:", "step:", "mine.yaml:1: found version, months, confirmed, step; expected version, months"),
        ("steps:", "steps: [", "not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, right: str, found: str, told: str) -> None:
    file = tmp_path / "mine.yaml"
    assert right in FILE
    file.write_text(FILE.replace(right, found, 1))
    with pytest.raises(procedure.WrongProcedure) as refused:
        procedure.read(file)
    assert told in str(refused.value)
    assert sentence(refused.value) == str(refused.value)

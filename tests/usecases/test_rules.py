"""The file of the rules: right as it comes, and wherever it is wrong it says where, what was found and what to put."""

from pathlib import Path

import pytest

from bot.troubles import sentence
from domain.appointments import Kind
from domain.reminding import Skip
from usecases import rules

STEP = "- {step: eve, for: all, at: '18:00', days_before: 1, counts: essential, why: a}"
SKIPS = "skips:\n" + "".join(f"- {{skip: {one}}}\n" for one in Skip)


def wrong(tmp_path: Path, text: str) -> str:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(rules.WrongReminders) as refused:
        rules.read(file)
    assert sentence(refused.value) == str(refused.value)
    return str(refused.value)


def test_as_it_comes_everybody_is_told_the_evening_before_and_nothing_is_switched_off() -> None:
    found = rules.read()
    assert found.version
    assert found.off == frozenset()
    for kind in Kind:
        eves = [one for one in found.steps_for(kind) if one.name == "eve"]
        assert [(one.days_before, f"{one.at:%H:%M}", one.essential) for one in eves] == [(1, "18:00", True)]
    assert [one.name for one in found.steps if not one.on] == ["four_days"]


@pytest.mark.parametrize(
    ("right", "found", "told"),
    [
        ("days_before: 1", "days_before: many", "mine.yaml:3: days_before: found 'many'; expected a whole number"),
        ("days_before: 1, ", "", "mine.yaml:3: days_before is missing"),
        ("at: '18:00'", "at: 1080", "mine.yaml:3: at: found '1080'; expected a wall time"),
        ("at: '18:00'", "at: booking", "mine.yaml:3: at: found 'booking'; it reminds at once"),
        ("for: all", "for: dentist", "mine.yaml:3: for: found dentist; expected all, or of first_contact"),
        ("essential", "perhaps", "mine.yaml:3: counts: found 'perhaps'; expected essential or extra"),
        ("step: eve", "step: The Eve", "mine.yaml:3: step: found 'The Eve'; expected a short name"),
        ("why: a", "wyh: a", "mine.yaml:3: found wyh; expected only"),
        ("why: a", "why: a, on: perhaps", "mine.yaml:3: on: found 'perhaps'; expected yes or no"),
        ("why: a", "why: [a]", "mine.yaml:3: why: found a list; expected one value"),
        (STEP, f"{STEP}\n{STEP}", "mine.yaml:4: eve stands here twice"),
        (STEP, "- eve", "mine.yaml:3: expected an entry"),
        (f"\n{STEP}", " none", "mine.yaml:2: expected a list of entries"),
        ("skip: stopped", "skip: stopped, on: no", "on: found 'no'; stopped cannot be switched off"),
        ("skip: stopped", "skip: stop", "skip: found 'stop'; expected one of"),
        ("- {skip: stopped}\n", "", "mine.yaml: skips: there is no entry stopped"),
        ("skip: stopped", "skip: stopped, off: yes", "found off; expected only skip, on"),
        ('version: "1"', "version:", "mine.yaml:1: version: found nothing"),
        ("skips:", "skip:", "mine.yaml:1: found version, steps, skip; expected version, steps, skips"),
        ("steps:", "steps: [", "not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, right: str, found: str, told: str) -> None:
    whole = f'version: "1"\nsteps:\n{STEP}\n{SKIPS}'
    assert right in whole
    assert told in wrong(tmp_path, whole.replace(right, found, 1))


def test_all_mistakes_are_told_at_once_and_what_may_be_switched_off_may(tmp_path: Path) -> None:
    whole = f'version: "1"\nsteps:\n{STEP}\n{SKIPS}'
    both = whole.replace("essential", "no").replace("skip: died", "skip: dead")
    assert len(wrong(tmp_path, both).splitlines()) == 2
    file = tmp_path / "ours.yaml"
    file.write_text(whole.replace("skip: hours_done", "skip: hours_done, on: no"))
    assert rules.read(file).off == {Skip.HOURS_DONE}

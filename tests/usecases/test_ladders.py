"""The file of the ladders: right as it comes, and wherever it is wrong it says where, and what to put."""

from pathlib import Path

import pytest

from bot.troubles import sentence
from domain.compliance import NAMES
from domain.outbox import To
from usecases import ladders

ALL = ", ".join(NAMES)
GOOD = f"""version: "mine"
steps:
- {{for: "{ALL}", to: worker, after: at once, says: news, why: a}}
- {{for: "{ALL}", to: manager, at: "10:00", says: untaken, why: b}}
follow_up: {{working_days: 3, before_next_work: "no", listed_at: "9:30"}}
"""


def test_as_it_comes_every_ladder_ends_with_a_manager() -> None:
    found = ladders.read()
    assert found.version
    assert set(found.steps) == set(NAMES)
    assert {steps[-1].to for steps in found.steps.values()} == {To.MANAGER}


def test_a_council_has_its_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD)
    found = ladders.read(file)
    assert (found.version, found.follow_up.working_days, found.follow_up.before_next_work) == ("mine", 3, False)
    assert [step.to for step in found.steps["non_attendance"]] == [To.WORKER, To.MANAGER]


@pytest.mark.parametrize(
    ("right", "found", "told"),
    [
        ("to: manager", "to: cover", "non_attendance ends with cover; expected the last step of each to be a manager"),
        ("to: worker", "to: manager", "manager stands here twice"),
        (
            "steps:",
            "steps:\n- {for: call, to: manager, after: at once, says: news, why: c}",
            "call tells somebody twice",
        ),
        (f'for: "{ALL}", to: manager', "for: call, to: manager", "non_attendance ends with worker; expected"),
        (ALL, "call", "mine.yaml: steps: there is none for non_attendance"),
        ("to: worker", "to: offender", "mine.yaml:3: to: found 'offender'; expected worker or cover"),
        ("at once", "4 hours", "mine.yaml:3: after: found '4 hours'; expected at once, 4 working hours"),
        ("at once", "900 working hours", "mine.yaml:3: after: found '900 working hours'"),
        ("at once", "0 minutes", "mine.yaml:3: after: found '0 minutes'; expected 1 minutes"),
        ("after: at once, ", "", "mine.yaml:3: expected either after or at"),
        ("after: at once", 'after: at once, at: "9:00"', "mine.yaml:3: expected either after or at"),
        ('"10:00"', '"25:00"', "mine.yaml:4: at: found '25:00'; expected a wall time"),
        ("says: untaken", "says: hurry", "mine.yaml:4: says: found 'hurry'; expected news or untaken"),
        ("why: b", "because: b", "mine.yaml:4: found because; expected only"),
        (", why: b", "", "mine.yaml:4: why is missing"),
        ('"mine"', "", "mine.yaml:1: version: found nothing"),
        ("working_days: 3", "working_days: 0", "mine.yaml:5: follow_up: working_days: found '0'"),
        ("working_days: 3, ", "", "mine.yaml:5: follow_up: found before_next_work, listed_at; expected"),
        ("follow_up:", "follow:", "mine.yaml:1: found version, steps, follow; expected version, steps, follow_up"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, right: str, found: str, told: str) -> None:
    assert right in GOOD
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace(right, found))
    with pytest.raises(ladders.WrongLadders) as refused:
        ladders.read(file)
    assert told in str(refused.value)
    assert sentence(refused.value) == str(refused.value)

"""How hours are counted is data: what is wrong with a council's own file is told by file and line."""

from pathlib import Path

import pytest

from domain.progress import Rules
from usecases import counting

WHOLE = counting.FILE.read_text()


def test_the_file_that_comes_with_the_bot_says_what_the_code_takes_for_granted() -> None:
    read = counting.read()
    assert read == Rules(version=read.version)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('version: "2026-11"', "version:", "progress.yaml:10: version: found nothing"),
        ("rule: lost_counts", "rule: lost", "rule: found 'lost'; expected one of lost_counts, travel_counts"),
        ('value: "no"', "value: maybe", 'lost_counts: found \'maybe\'; expected "yes" or "no", in quotes'),
        ('value: "6"', 'value: "0"', "pace_weeks: found '0'; expected a whole number from 1 to 26"),
        ('value: "4"', 'value: "-4"', "booked_by: found '-4'; expected a whole number from 0 to 20"),
        ("rule: soon_days", "rule: spare_days", "spare_days stands here twice"),
        ("  why: The weeks", "  because: The weeks", "found because; expected only rule, value, why"),
        ("rules:", "rulez:", "progress.yaml:1: found version, rulez; expected version, rules"),
        ("rules:", "rules: [", "not YAML"),
    ],
)
def test_mistakes_are_told_with_what_was_found(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WHOLE
    file = tmp_path / "progress.yaml"
    file.write_text(WHOLE.replace(old, new, 1))
    with pytest.raises(counting.WrongProgress) as refused:
        counting.read(file)
    assert said in str(refused.value)


def test_a_rule_that_is_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "progress.yaml"
    file.write_text(WHOLE[: WHOLE.index("- rule: booked_by")])
    with pytest.raises(counting.WrongProgress, match="there is no entry booked_by"):
        counting.read(file)

"""docs/privacy.md says how long things are kept as the data file does."""

from pathlib import Path

from documents import keeping as document
from usecases import keeping

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
BEGIN, END = "<!-- from `minder retention` -->\n", "\n<!-- to here -->"


def test_the_table_of_how_long_things_are_kept_is_current() -> None:
    _, _, rest = PAGE.read_text().partition(BEGIN)
    found, _, _ = rest.partition(END)
    assert found == document.table(keeping.read()), "Put what `minder retention` prints between the two marks."

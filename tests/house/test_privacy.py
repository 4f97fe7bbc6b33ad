"""docs/privacy.md says what is kept as the tables do, and how long it is kept as the data file does."""

import re
from pathlib import Path

from sqlalchemy import Table

from db.tables import individuals, metadata, staff
from db.types import Sealed, SealedBytes, SealedJson
from documents import keeping as document
from usecases import keeping

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"
BEGIN, END = "<!-- from `minder retention` -->\n", "\n<!-- to here -->"


def test_the_table_of_how_long_things_are_kept_is_current() -> None:
    _, _, rest = PAGE.read_text().partition(BEGIN)
    found, _, _ = rest.partition(END)
    assert found == document.table(keeping.read()), "Put what `minder retention` prints between the two marks."


def test_every_table_that_knows_a_person_is_among_what_is_kept() -> None:
    found, _, _ = PAGE.read_text().partition("## How long")
    named = set(re.findall(r"`(\w+)`", found))
    assert {table.name for table in about_people()} - named == set()


def about_people() -> set[Table]:
    """Individuals and staff, whatever has a sealed or a hashed column, and all that points at one of these."""
    found = {individuals, staff} | {
        column.table
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, Sealed | SealedBytes | SealedJson) or column.name.endswith("_hash")
    }
    for table in metadata.sorted_tables:  # what is pointed at comes first
        found |= {table} if any(key.column.table in found for key in table.foreign_keys) else set()
    return found

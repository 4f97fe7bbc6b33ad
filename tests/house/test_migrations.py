"""Up, down, up; and the tables in the code are the tables in the database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.util.exc import CommandError
from sqlalchemy import Column, Integer, Table, create_engine, text

from db import migrate
from db.tables import metadata


def fresh(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'fresh.db'}"


def test_up_down_up_on_sqlite(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    migrate.upgrade(url)
    migrate.downgrade(url)
    assert migrate.pending(url) != []
    migrate.upgrade(url)
    assert migrate.pending(url) == []
    migrate.check(url)


def test_up_down_up_on_postgresql(database_url: str) -> None:
    migrate.downgrade(database_url)
    migrate.upgrade(database_url)
    migrate.check(database_url)


def test_what_is_remembered_survives_every_step(tmp_path: Path) -> None:
    """SQLite makes some tables anew to change them: nobody is lost on the way, and nothing that hangs on them."""
    url = fresh(tmp_path)
    migrate.upgrade(url, "0001")
    engine = create_engine(url)
    before = {
        "staff": {"ref": "KM1", "name": "x", "roles": "case_manager"},
        "individuals": {"case_ref": "C1", "first_name": "x", "youth": 0, "staff_contact_only": 0},
        "orders": {"ref": "O1", "individual_id": 1, "imposed_on": "2026-09-01", "requirements": "", "status": "active"},
        "holds": {"ref": "H1", "order_id": 1, "kind": "custody", "from_day": "2026-11-01"},
    }
    with engine.begin() as connection:
        for table, row in before.items():
            names, blanks = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({blanks})"), row)
    migrate.upgrade(url)
    with engine.begin() as connection:
        for table, row in before.items():
            after = connection.execute(text(f"SELECT * FROM {table}")).mappings().one()
            assert {name: after[name] for name in row} == row
        assert connection.execute(text("PRAGMA foreign_key_check")).fetchall() == []
    engine.dispose()


@pytest.fixture
def planted() -> Iterator[Table]:
    """A table that no migration makes."""
    table = Table("planted", metadata, Column("id", Integer, primary_key=True))
    yield table
    metadata.remove(table)


@pytest.mark.usefixtures("planted")
def test_a_table_without_a_migration_is_noticed(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    migrate.upgrade(url)
    with pytest.raises(CommandError):
        migrate.check(url)


@pytest.mark.usefixtures("planted")
def test_the_next_migration_is_begun_with_its_number_and_all_that_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTRIBUTING.md says how."""
    last = migrate.newest()
    monkeypatch.setattr(migrate, "STEPS", Path(shutil.copytree(migrate.STEPS, tmp_path / "steps")))
    migrate.revise("A table is planted.")
    [begun] = (tmp_path / "steps" / "versions").glob(f"{int(last) + 1:04}_*")
    assert begun.name.endswith("_a_table_is_planted.py")
    assert f"down_revision = '{last}'" in begun.read_text()
    url = fresh(tmp_path)
    migrate.upgrade(url, "head")
    assert migrate.pending(url) == []
    migrate.check(url)

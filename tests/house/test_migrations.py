"""Up, down, up; and the tables in the code are the tables in the database."""

from pathlib import Path

import pytest
from alembic.util.exc import CommandError
from sqlalchemy import Column, Integer, Table

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


def test_a_table_without_a_migration_is_noticed(tmp_path: Path) -> None:
    url = fresh(tmp_path)
    migrate.upgrade(url)
    planted = Table("planted", metadata, Column("id", Integer, primary_key=True))
    try:
        with pytest.raises(CommandError):
            migrate.check(url)
    finally:
        metadata.remove(planted)

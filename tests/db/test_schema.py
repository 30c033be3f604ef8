"""The migrations make exactly the tables of the models, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from db import Database, DatabaseError, open_database, schema
from db.models import Base


def test_models_and_migrations_are_the_same(database: Database) -> None:
    with database.read() as session:
        differences = compare_metadata(MigrationContext.configure(session.connection()), Base.metadata)
    assert differences == []


def test_opening_makes_the_file_and_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "state" / "volya.sqlite3"
    open_database(f"sqlite:///{path}").close()
    assert path.exists()
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_opening_again_changes_nothing(database_url: str, database: Database) -> None:
    with database.begin() as session:
        session.execute(text("INSERT INTO watches (name, created_at) VALUES ('x', CURRENT_TIMESTAMP)"))
    again = open_database(database_url)
    with again.read() as session:
        assert session.execute(text("SELECT count(*) FROM watches")).scalar() == 1
    again.close()


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "volya.sqlite3"
    path.touch()
    database = open_database(f"sqlite:///{path}")
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM articles")).scalar() == 0
    database.close()


def test_a_database_of_another_program_is_refused_and_named(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    database = open_database(f"sqlite:///{path}")
    with database.begin() as session:
        session.execute(text("DROP TABLE alembic_version"))
    database.close()
    with pytest.raises(DatabaseError, match=r"other\.sqlite3.*another program"):
        open_database(f"sqlite:///{path}")


def test_before_a_migration_the_file_is_copied_beside_itself(sqlite_database: Database, tmp_path: Path) -> None:
    schema._back_up(sqlite_database, "0001")
    [copy] = tmp_path.glob("volya.sqlite3.0001-*.backup")
    copied = open_database(f"sqlite:///{copy}")
    with copied.read() as session:
        assert session.execute(text("SELECT count(*) FROM articles")).scalar() == 0
    copied.close()

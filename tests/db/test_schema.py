"""The migrations make exactly the tables of the models, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from db import Database, DatabaseError, connect, open_database, schema
from db.models import Base


def test_models_and_migrations_are_the_same(database: Database) -> None:
    def is_ours(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or not str(name).startswith("article_words")  # it differs in kind: see db.search_index

    with database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"include_name": is_ours})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_the_names_of_their_files_say_the_versions_of_the_migrations() -> None:
    told = [script.revision for script in ScriptDirectory.from_config(schema._alembic()).walk_revisions()]
    assert list(schema.known_versions()) == told


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


def test_copies_of_the_first_version_keep_their_original_and_learn_how_they_were_recognised(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    old = connect(url)
    with old.begin() as session:
        config = schema._alembic()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0001")
        for number, original in ((1, "NULL"), (2, "1")):
            session.execute(
                text(
                    "INSERT INTO articles (id, url, url_key, text, first_seen_at, fields, is_partial, alerting, revision, "
                    "text_hash, read_attempts, generation, copy_of) VALUES "
                    f"({number}, 'u{number}', 'u{number}', 'x', '2025-09-11 12:00:00', '{{}}', 0, 'normal', 1, 'h', 0, 0, {original})"
                )
            )
    old.close()
    database = open_database(url)
    with database.read() as session:
        found = session.execute(text("SELECT copy_of, copy_reason FROM articles ORDER BY id")).all()
    database.close()
    assert [tuple(row) for row in found] == [(None, None), (1, "same text")]
    assert list(tmp_path.glob("old.sqlite3.0001-*.backup"))


def test_messages_that_wait_at_an_upgrade_are_not_held_by_quiet_hours(tmp_path: Path) -> None:
    url, at = f"sqlite:///{tmp_path / 'old.sqlite3'}", "'2025-09-11 12:00:00'"
    old = connect(url)
    with old.begin() as session:
        config = schema._alembic()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0003")
        for statement in (
            (
                "INSERT INTO destinations (id, name, channel, state, failures, since, generation) "
                f"VALUES (1, 'desk', 'webhook', 'enabled', 0, {at}, 0)"
            ),
            f"INSERT INTO alerts (id, type, reason, change, created_at) VALUES (1, 'created', 'x', '{{}}', {at})",
            (
                "INSERT INTO deliveries (id, alert_id, destination_id, type, key, state, attempts, next_attempt_at, "
                f"is_approved, created_at) VALUES (1, 1, 1, 'created', 'k', 'pending', 0, {at}, 1, {at})"
            ),
            f"INSERT INTO silences (id, until, \"by\", created_at) VALUES (1, {at}, 'anna', {at})",
        ):
            session.execute(text(statement))
    old.close()
    database = open_database(url)
    with database.read() as session:
        assert session.execute(text("SELECT is_urgent FROM deliveries")).scalar() == 1
        assert session.execute(text("SELECT until_change FROM silences")).scalar() == 0
    database.close()

"""INSERT … ON CONFLICT on both databases, in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import Base


def insert_new(session: Session, table: type[Base], values: Mapping[str, Any]) -> int | None:
    """Insert a row unless a unique constraint already holds it; return its integer id, or None if it was there."""
    statement = _insert(session, table).values(**values).on_conflict_do_nothing()
    key = inspect(table).primary_key[0]
    return session.execute(statement.returning(key)).scalar_one_or_none()


def upsert(session: Session, table: type[Base], key: Sequence[str], values: Mapping[str, Any]) -> None:
    """Insert a row, or update the row with the same `key` columns to `values`."""
    changes = {name: value for name, value in values.items() if name not in key}
    statement = _insert(session, table).values(**values)
    if changes:
        session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changes))
    else:
        session.execute(statement.on_conflict_do_nothing())


def _insert(session: Session, table: type[Base]) -> Any:
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)

"""What the tests of questions share: by which plans they are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from db import Database, Session


@pytest.fixture
def plans_of(sqlite_database: Database) -> Callable[[Callable[[Session], object]], str]:
    """Return a function that asks something of a SQLite database and tells by which plans it was answered."""

    def plans(ask: Callable[[Session], object]) -> str:
        asked: list[tuple[str, Any]] = []
        note = lambda _c, _u, statement, values, *_: asked.append((statement, values))  # noqa: E731
        event.listen(sqlite_database.engine, "before_cursor_execute", note)
        with sqlite_database.read() as session:
            ask(session)
        event.remove(sqlite_database.engine, "before_cursor_execute", note)
        with sqlite_database.engine.connect() as connection:
            told = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all() for one, values in asked]
        return "\n".join(str(row[-1]) for plan in told for row in plan)

    return plans

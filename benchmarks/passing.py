"""Time that passes at once, for benchmarks: every stored time is put back, so that all that is stored is so much older."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update

from db import Database
from db.models import Base, NoteRow, OutletHealthRow
from db.types import UtcDateTime


def put_back(database: Database, by: timedelta) -> None:
    """Make everything stored older.

    What is remembered of outlets is a digest of that, by day and by minute: it is forgotten, to be learned anew.
    """
    with database.begin() as session:
        for table in Base.metadata.sorted_tables:
            _put_back(session, table, by)
        session.execute(delete(OutletHealthRow))
        for note in session.scalars(select(NoteRow)):
            note.value = {name: _earlier(value, by) for name, value in note.value.items()}


def _put_back(session: Any, table: Table, by: timedelta) -> None:
    times = [column for column in table.columns if isinstance(column.type, UtcDateTime)]
    keys = list(table.primary_key.columns)
    rows = session.execute(select(*keys, *times)).mappings().all() if times else ()
    if not rows:
        return
    change = update(table).values({column: bindparam(f"to_{column.name}") for column in times})
    for key in keys:
        change = change.where(key == bindparam(f"of_{key.name}"))
    session.connection().execute(change, [_values(row, keys, times, by) for row in rows])


def _values(row: Mapping[Any, Any], keys: list[Any], times: list[Any], by: timedelta) -> dict[str, Any]:
    which = {f"of_{key.name}": row[key] for key in keys}
    return which | {f"to_{column.name}": row[column] - by if row[column] else None for column in times}


def _earlier(value: Any, by: timedelta) -> Any:
    try:
        return (datetime.fromisoformat(value) - by).isoformat()
    except (TypeError, ValueError):  # no time
        return value

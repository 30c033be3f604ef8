"""Second opinions: each answer is kept under the SHA-256 of what was asked, so that no question is asked twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import OpinionRow
from db.upsert import upsert


@dataclass(frozen=True, slots=True)
class StoredOpinions:
    """How many opinions are kept, and when the newest was asked for (None: there is none)."""

    number: int
    newest_at: datetime | None


def find_opinions(session: Session, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the answers that are kept under any of the `keys`. They are data of a stranger: check before use."""
    query = select(OpinionRow).where(OpinionRow.key.in_(list(keys)))
    return {row.key: row.answer for row in session.scalars(query)}


def store_opinion(session: Session, key: str, answer: dict[str, Any], now: datetime) -> None:
    """Keep an answer; a newer one to the same question (from another reader) takes its place."""
    upsert(session, OpinionRow, ["key"], {"key": key, "answer": answer, "asked_at": now})


def count_opinions(session: Session) -> StoredOpinions:
    """Return how many there are, for `check`."""
    number, newest_at = session.execute(select(func.count(), func.max(OpinionRow.asked_at))).one()
    return StoredOpinions(number, newest_at)

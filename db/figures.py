"""Figures for whoever runs this: what is stored, what waits, what came of polls and deliveries. Numbers and names of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.deliveries import UNSENT
from db.models import DeliveryRow, DestinationRow, EntryPointRow, PollRow
from db.status import QueueView, count_stored, database_size, list_queues

POLLS_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """How it goes. `deliveries` and `unsent_since` (the oldest that is not sent) are by destination.

    `polls` are those of the last hour by outcome, `entry_points` those that are enabled by state; `destinations` gives
    the state of each, and whether its breaker is open.
    """

    stored: Mapping[str, int]
    bytes: int
    queues: tuple[QueueView, ...]
    deliveries: Mapping[tuple[str, str], int]
    unsent_since: Mapping[str, datetime]
    destinations: Mapping[str, tuple[str, bool]]
    polls: Mapping[str, int]
    entry_points: Mapping[str, int]


def figures_at(session: Session, now: datetime) -> Figures:
    """Return the figures of this moment; each question goes by an index."""
    return Figures(
        stored=count_stored(session),
        bytes=database_size(session),
        queues=tuple(list_queues(session, now)),
        deliveries=_deliveries(session),
        unsent_since=_unsent_since(session),
        destinations=_destinations(session, now),
        polls=_polls(session, now),
        entry_points=_entry_points(session),
    )


def _deliveries(session: Session) -> dict[tuple[str, str], int]:
    counted = (
        select(DeliveryRow.destination_id, DeliveryRow.state, func.count().label("number"))
        .group_by(DeliveryRow.destination_id, DeliveryRow.state)
        .subquery()
    )
    query = select(DestinationRow.name, counted.c.state, counted.c.number).join(
        counted, DestinationRow.id == counted.c.destination_id
    )
    return {(name, state): number for name, state, number in session.execute(query)}


def _unsent_since(session: Session) -> dict[str, datetime]:
    query = (
        select(DestinationRow.name, func.min(DeliveryRow.created_at))
        .join(DeliveryRow, DeliveryRow.destination_id == DestinationRow.id)
        .where(DeliveryRow.state.in_(UNSENT))
        .group_by(DestinationRow.name)
    )
    return dict(session.execute(query).all())


def _destinations(session: Session, now: datetime) -> dict[str, tuple[str, bool]]:
    rows = session.scalars(select(DestinationRow))
    return {row.name: (row.state, row.open_until is not None and row.open_until > now) for row in rows}


def _polls(session: Session, now: datetime) -> dict[str, int]:
    query = select(PollRow.outcome, func.count()).where(PollRow.at > now - POLLS_WITHIN).group_by(PollRow.outcome)
    return dict(session.execute(query).all())


def _entry_points(session: Session) -> dict[str, int]:
    query = select(EntryPointRow.state, func.count()).where(EntryPointRow.is_enabled).group_by(EntryPointRow.state)
    return dict(session.execute(query).all())

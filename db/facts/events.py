"""What the mentions of an event say together, and what a revision changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from db.facts.mentions import Concession, Person
from db.facts.terms import CountRole, Kind, Polarity, Precision, Qualifier, Status, Verdict


@dataclass(frozen=True, slots=True)
class ClaimSource:
    """Where a figure of an event comes from: an article's id, its outlet, and the words."""

    article: int
    quote: str
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class EventCount:
    """A count of an event with everyone who gives it."""

    role: CountRole
    value: int | None
    value_max: int | None = None
    qualifier: Qualifier = Qualifier.EXACT
    nationality: str | None = None
    of_count: int | None = None
    counter: str | None = None
    as_of: date | None = None
    sources: tuple[ClaimSource, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree on one figure: shown as a range, never resolved in silence."""

    field: str
    lowest: int
    highest: int
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A person's word on an event, shown with who gave it and why."""

    verdict: Verdict
    by: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EventFacts:
    """The folded state of an event at one revision: what its mentions say together.

    `mark` is a person's word on it, `split_from` the event a person took it out of, `same_as` the one it is part of.
    """

    kind: Kind
    status: Status
    polarity: Polarity
    event_date: date | None = None
    date_precision: Precision | None = None
    counts: tuple[EventCount, ...] = ()
    nationalities: dict[str, int] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    negotiators: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    transit: tuple[str, ...] = ()
    concessions: tuple[Concession, ...] = ()
    roots: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    mark: Mark | None = None
    split_from: int | None = None
    same_as: int | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an event that a revision changed; values as JSON."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class EventChange:
    """What one revision did: `is_material` warrants an update (domain rule 3), `is_major` rings a phone (D-22)."""

    reason: str
    fields: tuple[FieldChange, ...] = ()
    is_material: bool = False
    is_major: bool = False

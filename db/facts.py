"""The vocabulary: what a mention says, as frozen values that go to and from JSON.

Every package speaks these words; they are the arguments of an event in the sense of event extraction
(event mention, argument role, modality, polarity). The rules behind them are in docs/explanation.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import TypeAdapter

STOCK_AUTHORITY = "Viasna"  # believed on how many are held; other counters' figures never trigger (D-21)


class Kind(StrEnum):
    """What a mention is about. `related` never alerts."""

    RELEASE = "release"
    NEGOTIATION = "negotiation"
    RELATED = "related"


class Decision(StrEnum):
    """What an article is to us as a whole."""

    EVENT = "event"
    RELATED = "related"
    NONE = "none"


class Modality(StrEnum):
    """How real the text says a thing is. Only `completed` can confirm a release."""

    COMPLETED = "completed"
    ANNOUNCED = "announced"
    PLANNED = "planned"
    POSSIBLE = "possible"
    UNDER_DISCUSSION = "under_discussion"
    DEMANDED = "demanded"
    DENIED = "denied"


class Polarity(StrEnum):
    """Whether a thing is told as being so (positive) or refused and denied (negative)."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Status(StrEnum):
    """How well an event is established; the first four are a ladder, the last three are side states."""

    RUMOURED = "rumoured"
    REPORTED = "reported"
    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    RETRACTED = "retracted"
    SUPERSEDED = "superseded"


class CountRole(StrEnum):
    """What a number counts; numbers of different roles are never compared or added."""

    RELEASED = "released"
    PARDONED = "pardoned"
    POLITICAL = "political"
    LEFT_COUNTRY = "left_country"
    SUBSET = "subset"
    HELD = "held"
    PLANNED = "planned"
    DEMANDED = "demanded"
    CUMULATIVE = "cumulative"
    NEWLY_RECOGNISED = "newly_recognised"


class Qualifier(StrEnum):
    """How exactly the text gives a number."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    OVER = "over"
    ABOUT = "about"
    UP_TO = "up_to"
    VAGUE = "vague"


class Outcome(StrEnum):
    """What became of a named person."""

    FREED = "freed"
    DEPORTED = "deported"
    REFUSED_TO_LEAVE = "refused_to_leave"
    RETURNED_TO_PRISON = "returned_to_prison"
    NOT_INCLUDED = "not_included"


class Precision(StrEnum):
    """How exactly an event date is known."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Step(StrEnum):
    """How far a concession has come."""

    DEMANDED = "demanded"
    DISCUSSED = "discussed"
    ANNOUNCED = "announced"
    LEGALLY_EFFECTIVE = "legally_effective"


@dataclass(frozen=True, slots=True)
class Count:
    """A typed number.

    `value` is None only when the text gives none ("most of 1,300": vague, of_count 1300). `value_max` is the
    upper end of a range. `of_count` is the whole that a part belongs to. `nationality` is ISO 3166-1 alpha-2.
    """

    role: CountRole
    value: int | None
    value_max: int | None = None
    qualifier: Qualifier = Qualifier.EXACT
    unit: str = "person"
    nationality: str | None = None
    of_count: int | None = None
    counter: str | None = None
    as_of: date | None = None
    background: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A named person and what became of them; `name` is canonical where the gazetteer knows it."""

    name: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Concession:
    """What is given to Minsk, by whom (ISO code or "EU"), and how far that has come."""

    object: str
    giver: str | None
    step: Step


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a field is filled: the rule and the span, in code points of the stored text (title, blank line, body).

    `field` is a path into the mention: `kind`, `counts[0]`, `people[1]`, `event_date`, `root` …
    """

    field: str
    rule: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One report of one thing inside one article."""

    kind: Kind
    modality: Modality
    polarity: Polarity
    plover: str
    event_date: date | None = None
    date_precision: Precision | None = None
    counts: tuple[Count, ...] = ()
    nationalities: dict[str, int] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    negotiators: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    transit: tuple[str, ...] = ()
    concessions: tuple[Concession, ...] = ()
    attribution: tuple[str, ...] = ()
    root: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """What one text says: the object that `volya analyse` prints. `background` is what the text only recalls."""

    language: str | None
    kinds: tuple[Kind, ...]
    decision: Decision
    reason: str
    mentions: tuple[Mention, ...] = ()
    background: tuple[Mention, ...] = ()


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


class Verdict(StrEnum):
    """What a person says of an event; stronger than any article."""

    CONFIRMED = "confirmed"
    FALSE = "false"
    NOT_NEWS = "not-news"


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


Value = TypeVar("Value")
_adapters: dict[Any, TypeAdapter[Any]] = {}


def to_json(value: Any) -> Any:
    """Return `value` (a dataclass of this module, or a tuple of them) as plain JSON types."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_json(kind: type[Value], data: Any) -> Value:
    """Build a value of `kind` from what `to_json` made. Raises pydantic.ValidationError on anything else."""
    result: Value = _adapter(kind).validate_python(data, strict=False)
    return result


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]

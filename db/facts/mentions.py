"""What one text says: its mentions with their arguments, and why each field is filled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from db.facts.terms import CountRole, Decision, Kind, Modality, Outcome, Polarity, Precision, Qualifier, Step


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

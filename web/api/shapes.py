"""How answers look: declared to be described; the objects themselves are made where the commands' `--json` is made."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from db.facts import (
    Analysis,
    Concession,
    Conflict,
    Decision,
    EventCount,
    Kind,
    Outcome,
    Person,
    Polarity,
    Precision,
    Status,
    Verdict,
)


class Mark(BaseModel):
    """A person's word on an event."""

    verdict: Verdict
    by: str
    note: str
    at: datetime


class MarkOfEvent(Mark):
    """A person's word on an event of an article."""

    event: int


class EventArticle(BaseModel):
    """An article of an event and its part in it."""

    id: int
    url: str
    outlet: str | None
    language: str | None
    published: datetime | None
    role: Annotated[str, Field(description="first, report, copy or follow-up")]


class Event(BaseModel):
    """What happened, folded from all articles that tell of it."""

    id: int
    kind: Kind
    status: Status
    polarity: Polarity
    revision: Annotated[int, Field(description="grows with each change")]
    title: Annotated[str, Field(description="written from the facts, in the language that is asked for")]
    event_date: date | None
    date_precision: Precision | None
    first_seen: datetime
    updated: datetime
    counts: list[EventCount]
    nationalities: dict[str, int]
    people: list[Person]
    negotiators: list[str]
    mediators: list[str]
    transit: list[str]
    concessions: list[Concession]
    roots: Annotated[list[str], Field(description="who says so: forty rewrites of one agency are one source")]
    independent_sources: int
    conflicts: list[Conflict]
    articles: list[EventArticle]
    related: Annotated[list[int], Field(description="events that belong to it")]
    mark: Mark | None
    split_from: int | None
    same_as: Annotated[int | None, Field(description="the event that it is part of")]


class Article(BaseModel):
    """An article as it is listed."""

    id: int
    url: str
    outlet: str | None
    language: str | None
    title: str | None
    published: datetime | None
    fetched: datetime | None
    decision: Annotated[Decision | None, Field(description="null until it was read")]
    kinds: list[Kind]
    events: list[int]
    copy_of: int | None
    copy_reason: str | None


class Excerpt(BaseModel):
    """A piece of a text."""

    excerpt: str
    spans: Annotated[
        list[list[int]],
        Field(description="where words stand in it: pairs of start and end in code points, end excluded"),
    ]


class Matches(BaseModel):
    """Where the words that were looked for stand."""

    title: Excerpt
    text: Excerpt


class FoundArticle(Article):
    """An article that a search found."""

    matches: Matches


class ArticleRevision(BaseModel):
    """An earlier version of an article."""

    revision: int
    title: str | None
    text: str
    seen: datetime


class WholeArticle(Article):
    """An article with its text, what was made of it, and earlier versions."""

    text: str
    analysis: Analysis | None
    revisions: list[ArticleRevision]
    author: str | None
    canonical_url: str | None
    published_precision: Annotated[str | None, Field(description="instant, or day where only that is known")]
    first_seen: datetime
    copy_of_url: Annotated[str | None, Field(description="the address of the article that this one repeats")]
    event_marks: list[MarkOfEvent]


class EntryPoint(BaseModel):
    """A feed, sitemap, section page or channel of an outlet, and how it is."""

    type: str
    url: str
    state: str
    enabled: bool
    stand_in: bool
    waiting: bool
    failures: int
    last_status: int | None
    last_error: str | None
    last_checked: datetime | None
    last_success: datetime | None
    last_new: datetime | None
    items: int | None
    newest: datetime | None
    redirects_to: str | None
    moved_to: str | None
    next_check: datetime | None


class Outlet(BaseModel):
    """An outlet, and how its entry points are."""

    name: str
    title: str
    kind: str
    languages: list[str]
    timezone: str
    country: str | None
    priority: int
    enabled: bool
    failing: bool
    state: Annotated[str | None, Field(description="of the best of its entry points; null: not watched or never asked")]
    entry_points: list[EntryPoint]


class Attempt(BaseModel):
    """One attempt at a delivery."""

    at: datetime
    outcome: str
    status: int | None
    error: str | None
    milliseconds: int
    bytes: int
    response: Annotated[str | None, Field(description="what was answered: at most 1 kB, without secrets")]


class Delivery(BaseModel):
    """An alert at one destination, which is told by its name alone."""

    id: int
    destination: str
    channel: str
    type: str
    key: Annotated[str, Field(description="what receivers know the message by; stays the same over retries")]
    state: str
    approved: bool
    attempts: int
    next_attempt: datetime | None
    first_attempt: datetime | None
    sent: datetime | None
    sent_revision: int | None
    last_error: str | None
    held_by: str | None
    held_until: datetime | None
    log: list[Attempt]
    alert: int
    event: int | None
    revision: int | None
    created: datetime


class PersonEvent(BaseModel):
    """What one event says of a person."""

    event: int
    date: date
    kind: Kind
    status: Status
    outcome: Outcome


class NamedPerson(BaseModel):
    """A person with other spellings and events, the newest first."""

    name: str
    aliases: list[str]
    watched: bool
    events: list[PersonEvent]


class EventStats(BaseModel):
    """How many events there are."""

    total: int
    by_kind: dict[str, int]
    by_status: dict[str, int]
    updated: datetime | None


class ArticleStats(BaseModel):
    """How many articles there are; those that were not read yet are `unread`."""

    total: int
    by_decision: dict[str, int]
    seen: datetime | None


class StateStats(BaseModel):
    """How many there are, and how they are."""

    total: int
    by_state: dict[str, int]


class Stats(BaseModel):
    """What is stored, in figures."""

    events: EventStats
    articles: ArticleStats
    outlets: StateStats
    deliveries: StateStats


class WrongParameter(BaseModel):
    """A parameter that cannot be understood."""

    parameter: str
    detail: str


class Problem(BaseModel):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: Annotated[list[WrongParameter], Field(description="of a 400: each bad parameter")] = []


Shape = type[BaseModel]
Description = dict[str, Any]

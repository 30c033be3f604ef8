"""What people see: frozen values that the questions in `db.queries` return, and their stable JSON (contracts)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from db.facts import EventChange, EventFacts, Mark, to_json


@dataclass(frozen=True, slots=True)
class EventArticle:
    """An article of an event and its part in it: first, report, copy, follow-up.

    `outlet_title` is what people call the outlet; `url` is the address that was fetched.
    """

    id: int
    url: str
    outlet: str | None
    language: str | None
    title: str | None
    published: datetime | None
    role: str
    outlet_title: str | None = None
    canonical_url: str | None = None

    @property
    def link(self) -> str:
        """The address to show."""
        return _link(self.url, self.canonical_url)


def _link(url: str, canonical: str | None) -> str:
    """Return the address to show: the canonical one of the same host, which carries no tracking; else the fetched one."""
    return canonical if canonical is not None and _web_host(canonical) == _web_host(url) is not None else url


def _web_host(url: str) -> str | None:
    """Return the host of an address of the web, without "www."; None where it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    return host if host and parts.scheme in ("http", "https") else None


@dataclass(frozen=True, slots=True)
class EventView:
    """An event with its folded facts, its articles in order of publication, and related events.

    `day` is the one that lists go by: the event's, or where none is told that of its first report.
    """

    id: int
    revision: int
    first_seen: datetime
    updated: datetime
    facts: EventFacts
    articles: tuple[EventArticle, ...]
    related: tuple[int, ...] = ()
    is_baseline: bool = False
    day: date = date.min


@dataclass(frozen=True, slots=True)
class MatchView:
    """Why a mention joined its event, started one, or stayed alone (`event` is None)."""

    kind: str
    event: int | None
    role: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as listed; `text`, `analysis` and what follows only where one article is shown.

    `outlet_title` is what people call the outlet; `url` is the address that was fetched.
    """

    id: int
    url: str
    outlet: str | None
    language: str | None
    title: str | None
    published: datetime | None
    fetched: datetime | None
    decision: str | None
    kinds: tuple[str, ...]
    events: tuple[int, ...]
    copy_of: int | None
    copy_reason: str | None = None  # same text, near copy, syndicated
    text: str | None = None
    analysis: dict[str, Any] | None = None
    revisions: tuple[dict[str, Any], ...] = ()
    matches: tuple[MatchView, ...] = ()
    read_error: str | None = None
    outlet_title: str | None = None
    canonical_url: str | None = None
    author: str | None = None
    published_precision: str | None = None  # instant, day
    first_seen: datetime | None = None
    copy_of_url: str | None = None
    marks: tuple[tuple[int, Mark], ...] = ()  # what people said of its events, by event

    @property
    def link(self) -> str:
        """The address to show."""
        return _link(self.url, self.canonical_url)


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One revision in the history of an event."""

    revision: int
    at: datetime
    article: int | None
    change: EventChange


def change_json(view: ChangeView) -> dict[str, Any]:
    """Return one row of an event's history."""
    return {"revision": view.revision, "at": utc(view.at), "article": view.article, "change": to_json(view.change)}


def event_json(view: EventView, title: str) -> dict[str, Any]:
    """Return the object of `volya events list --json`; `title` is written in the reader's language."""
    facts = to_json(view.facts)
    keys = ("nationalities", "people", "negotiators", "mediators", "transit", "concessions", "roots")
    return {
        "id": view.id,
        "kind": facts["kind"],
        "status": facts["status"],
        "polarity": facts["polarity"],
        "revision": view.revision,
        "title": title,
        "event_date": facts["event_date"],
        "date_precision": facts["date_precision"],
        "first_seen": utc(view.first_seen),
        "updated": utc(view.updated),
        "counts": facts["counts"],
        **{key: facts[key] for key in keys},
        "independent_sources": len(view.facts.roots),
        "conflicts": facts["conflicts"],
        "articles": [event_article_json(article) for article in view.articles],
        "related": list(view.related),
        "mark": _mark_json(view.facts.mark),
        "split_from": view.facts.split_from,
        "same_as": view.facts.same_as,
    }


def _mark_json(mark: Mark | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {"verdict": mark.verdict.value, "by": mark.by, "note": mark.note, "at": utc(mark.at)}


def event_article_json(article: EventArticle) -> dict[str, Any]:
    """Return one row of an event's `articles`."""
    return {
        "id": article.id,
        "url": article.url,
        "outlet": article.outlet,
        "language": article.language,
        "published": utc(article.published),
        "role": article.role,
    }


def article_json(view: ArticleView, *, whole: bool = False) -> dict[str, Any]:
    """Return the object of `volya articles list --json`, or of `articles show --json` when `whole`."""
    listed = {
        "id": view.id,
        "url": view.url,
        "outlet": view.outlet,
        "language": view.language,
        "title": view.title,
        "published": utc(view.published),
        "fetched": utc(view.fetched),
        "decision": view.decision,
        "kinds": list(view.kinds),
        "events": list(view.events),
        "copy_of": view.copy_of,
        "copy_reason": view.copy_reason,
    }
    if not whole:
        return listed
    return {
        **listed,
        "text": view.text,
        "analysis": view.analysis,
        "revisions": list(view.revisions),
        "author": view.author,
        "canonical_url": view.canonical_url,
        "published_precision": view.published_precision,
        "first_seen": utc(view.first_seen),
        "copy_of_url": view.copy_of_url,
        "event_marks": [{"event": event, **(_mark_json(mark) or {})} for event, mark in view.marks],
    }


def utc(moment: datetime | date | None) -> str | None:
    """Return RFC 3339 in UTC with a Z, to the second."""
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")

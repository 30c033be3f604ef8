"""A page to ask, without a server: requests go straight into the application."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from db import Database
from db.articles import NewArticle, claim_unread, finish_reading, store_article
from db.claims import Claim
from db.events import EventUpdate, NewMention, add_mention, merge_into, relate_events, save_event, start_event
from db.facts import (
    Analysis,
    ClaimSource,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Kind,
    Mention,
    Modality,
    Polarity,
    Precision,
    Status,
)
from db.leases import LeaseRequest
from db.outlets import sync_outlets
from web.access import Access
from web.app import build_app


@dataclass
class Service:
    """How the made-up service is; a test sets it."""

    faults: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=lambda: {"network": "down"})


Ask = Callable[..., httpx.Response]


def send(app: Any, method: str, url: str, headers: dict[str, str]) -> httpx.Response:
    """Send one request into an application; values of headers may hold any Latin-1."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            raw = {name: value.encode("latin-1") for name, value in headers.items()}
            return await client.request(method, url, headers=raw)

    return asyncio.run(ask())


NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Outlet:
    """An outlet as it is declared."""

    name: str
    title: str
    kind: str = "independent"
    languages: tuple[str, ...] = ("en",)
    timezone: str = "UTC"
    country: str | None = None
    priority: int = 1
    check_every: int | None = None
    entry_points: tuple[Any, ...] = ()


class Desk:
    """Writes events into a database the way `events.reading` does; each is told by an article of one outlet."""

    day = date(2025, 9, 11)

    def __init__(self, database: Database) -> None:
        self._database = database
        self._numbers = itertools.count(1)

    def release(
        self, number: int, quote: str = "", counter: str | None = None, outlet: str = "harbour-post", **changes: Any
    ) -> EventFacts:
        """A release of so many people; the article that says so is the next one."""
        source = ClaimSource(1, quote or f"freed {number} people", outlet)
        count = EventCount(CountRole.RELEASED, number, counter=counter, sources=(source,))
        facts = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, self.day, Precision.DAY, (count,))
        return replace(facts, roots=("BelTA",), **changes) if "roots" not in changes else replace(facts, **changes)

    def tell(
        self, facts: EventFacts, *, outlet_title: str = "Harbour Post", url: str | None = None, **article: Any
    ) -> int:
        """Store an article and the event it starts; return the event's id."""
        with self._database.begin() as session:
            sync_outlets(session, [Outlet("harbour-post", outlet_title)], NOW)
            claim = self._claim(session, url, article)
            number = start_event(session, facts, claim, NOW)
            add_mention(session, NewMention(claim, 1, number, {}), NOW)
            change = EventChange("new event", (), is_material=True, is_major=True)
            save_event(session, EventUpdate(number, facts, change, claim.article, NOW, may_alert=True), NOW)
        return number

    def article(self, title: str | None, text: str, analysis: Analysis | None = None, **known: Any) -> int:
        """Store an article on its own, read as `analysis` says; return its id."""
        address = known.pop("url", None) or f"https://harbour-post.example/news/{next(self._numbers)}"
        given = {"outlet": "harbour-post", "language": "en", "published_at": NOW, **known}
        with self._database.begin() as session:
            sync_outlets(session, [Outlet("harbour-post", "Harbour Post")], NOW)
            stored = store_article(session, NewArticle(address, address, text, title=title, **given), NOW)
        if analysis is not None:
            with self._database.begin() as session:
                claimed = claim_unread(session, LeaseRequest("desk", NOW, NOW + timedelta(minutes=5), 99))
                (unread,) = [one for one in claimed if one.id == stored.id]
                assert finish_reading(session, unread, analysis, NOW)
        return stored.id

    def mention(self, mention: Mention) -> int:
        """Store an article with a mention that is of no event; return its id."""
        with self._database.begin() as session:
            sync_outlets(session, [Outlet("harbour-post", "Harbour Post")], NOW)
            claim = replace(self._claim(session, None, {}), mention=mention)
            add_mention(session, NewMention(claim, 1, None, {}), NOW)
        return claim.article

    def revise(self, number: int, facts: EventFacts, change: EventChange) -> None:
        """Store another article on an event, and the revision it makes."""
        with self._database.begin() as session:
            claim = self._claim(session, None, {})
            add_mention(session, NewMention(claim, 1, number, {}), NOW)
            save_event(session, EventUpdate(number, facts, change, claim.article, NOW, may_alert=True), NOW)

    def merge(self, number: int, whole: int) -> None:
        """Let an event be part of another."""
        facts = self.release(14, status=Status.SUPERSEDED, same_as=whole)
        change = EventChange("status", (FieldChange("same_as", None, whole),), is_material=True, is_major=True)
        with self._database.begin() as session:
            merge_into(session, number, whole)
            save_event(session, EventUpdate(number, facts, change, None, NOW, may_alert=True), NOW)

    def relate(self, one: int, other: int) -> None:
        """Link two events."""
        with self._database.begin() as session:
            relate_events(session, one, other, "steps of one deal")

    def _claim(self, session: Any, url: str | None, more: dict[str, Any]) -> Claim:
        number = next(self._numbers)
        address = url or f"https://harbour-post.example/news/{number}"
        given = {"title": "A title", "outlet": "harbour-post", "language": "en", "published_at": NOW, **more}
        article = NewArticle(address, address, f"Text {number}.", **given)
        stored = store_article(session, article, NOW)
        mention = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")
        return Claim(stored.id, address, "harbour-post", "independent", "en", NOW, mention)


@pytest.fixture
def desk(sqlite_database: Database) -> Desk:
    return Desk(sqlite_database)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def ask(sqlite_database: Database, service: Service) -> Ask:
    """Ask the page that listens on this machine alone; `access` is for other pages."""

    def ask_page(
        path: str,
        method: str = "GET",
        host: str = "127.0.0.1:8320",
        access: Access | None = None,
        language: str = "en",
        **headers: str,
    ) -> httpx.Response:
        app = build_app(sqlite_database, lambda: service, access, language)
        return send(app, method, f"http://127.0.0.1:8320{path}", {**headers, "Host": host})

    return ask_page


@pytest.fixture
def send_to() -> Callable[..., httpx.Response]:
    """Send one request into any application."""
    return send

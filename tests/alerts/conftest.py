"""Events to alert on, a clock that is set by hand, and channels that answer by a script."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts import Destination, Message, Parcel, Remote, Result, SendingOptions, SendOutcome
from db import Database
from db.announcing import sync_destinations
from db.articles import Alerting, NewArticle, store_article
from db.claims import Claim
from db.delivery_views import DeliveryView
from db.events import EventUpdate, NewMention, add_mention, save_event, start_event
from db.facts import (
    ClaimSource,
    Count,
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
from db.outbox import list_alerts

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)


def release_of(number: int, **changes: Any) -> EventFacts:
    """A release of `number` people on 11 September 2025, told by one outlet."""
    count = EventCount(CountRole.RELEASED, number, sources=(ClaimSource(1, f"freed {number}", "harbour-post"),))
    facts = EventFacts(
        Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, date(2025, 9, 11), Precision.DAY, (count,), roots=("BelTA",)
    )
    return replace(facts, **changes)


@dataclass
class Clock:
    """A clock that only moves when told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class ScriptedChannel:
    """A real channel without a network: records what it was given and answers by its script, then with OK."""

    script: list[Result | Exception | Callable[[], Any]] = field(default_factory=list)
    has_key: bool = True
    can_edit: bool = False
    is_for_machines: bool = True
    interval: float = 0.0
    parcels: list[Parcel] = field(default_factory=list)
    is_closed: bool = False

    def compose(self, message: Message, layout: Any) -> bytes:
        return f"{layout.name}|{message.type}|{message.event.revision}|{message.text}".encode()

    async def send(self, parcel: Parcel) -> Result:
        self.parcels.append(parcel)
        answer = self.script.pop(0) if self.script else Result(SendOutcome.OK)
        if isinstance(answer, Exception):
            raise answer
        return await answer() if callable(answer) else answer

    async def close(self) -> None:
        self.is_closed = True

    @property
    def told(self) -> list[tuple[str, str, int]]:
        """Layout, type and revision of everything that was sent."""
        parts = [parcel.body.decode().split("|") for parcel in self.parcels]
        return [(layout, kind, int(revision)) for layout, kind, revision, _ in parts]


@dataclass
class EditingScriptedChannel(ScriptedChannel):
    """The same for a service that can edit and answer; `acts_alike`: both answer by the one script."""

    can_edit: bool = True
    acts_alike: bool = False
    edits: list[tuple[Parcel, Remote]] = field(default_factory=list)
    replies: list[tuple[Parcel, Remote]] = field(default_factory=list)
    edit_script: list[Result] = field(default_factory=list)
    reply_script: list[Result] = field(default_factory=list)

    async def edit(self, parcel: Parcel, remote: Remote) -> Result:
        self.edits.append((parcel, remote))
        if self.acts_alike:
            return await self.send(parcel)
        return self.edit_script.pop(0) if self.edit_script else Result(SendOutcome.OK)

    async def reply(self, parcel: Parcel, remote: Remote) -> Result:
        self.replies.append((parcel, remote))
        if self.acts_alike:
            return await self.send(parcel)
        return self.reply_script.pop(0) if self.reply_script else Result(SendOutcome.OK)


class Newsdesk:
    """Writes events into a database the way `events.reading` does."""

    def __init__(self, database: Database, now: datetime = NOW) -> None:
        self.database = database
        self.now = now
        self._numbers = itertools.count(1)

    def publish(self, facts: EventFacts, *, alerting: Alerting = "normal", published_at: datetime | None = None) -> int:
        """Store an article and the event it starts; return the event's id."""
        with self.database.begin() as session:
            claim = self._claim(session, alerting, published_at or self.now)
            event_id = start_event(session, facts, claim, self.now)
            add_mention(session, NewMention(claim, 1, event_id, {}), self.now)
            change = EventChange("new event", (), is_material=True, is_major=True)
            self._save(session, event_id, facts, change, claim, alerting)
        return event_id

    def revise(
        self,
        event_id: int,
        facts: EventFacts,
        *,
        alerting: Alerting = "normal",
        is_material: bool = True,
        is_major: bool = True,
        was: str = "reported",
    ) -> int:
        """Store another article on an event, and the revision it makes; return the revision."""
        with self.database.begin() as session:
            claim = self._claim(session, alerting, self.now)
            add_mention(session, NewMention(claim, 1, event_id, {}), self.now)
            field_change = FieldChange("status", was, facts.status.value)
            change = EventChange("changed", (field_change,), is_material=is_material, is_major=is_material and is_major)
            return self._save(session, event_id, facts, change, claim, alerting)

    def _claim(self, session: Any, alerting: Alerting, published_at: datetime) -> Claim:
        number = next(self._numbers)
        url = f"https://harbour-post.example/news/{number}"
        article = NewArticle(url, url, f"Text {number}.", "A title", "harbour-post", "uk", alerting=alerting)
        stored = store_article(session, replace(article, published_at=published_at), self.now)
        counts = (Count(CountRole.RELEASED, 52),)
        mention = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", counts=counts)
        return Claim(stored.id, url, "harbour-post", "independent", "uk", published_at, mention)

    def _save(self, session: Any, event_id: int, facts: Any, change: Any, claim: Claim, alerting: str) -> int:
        update = EventUpdate(event_id, facts, change, claim.article, claim.published_at, alerting != "silent")
        return save_event(session, update, self.now)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def release() -> Callable[..., EventFacts]:
    return release_of


@pytest.fixture
def make_channel() -> type[ScriptedChannel]:
    return ScriptedChannel


@pytest.fixture
def make_editing_channel() -> type[EditingScriptedChannel]:
    return EditingScriptedChannel


@pytest.fixture(scope="session")
def make_desk() -> type[Newsdesk]:
    return Newsdesk


@pytest.fixture
def desk(database: Database) -> Newsdesk:
    return Newsdesk(database)


@pytest.fixture
def sqlite_desk(sqlite_database: Database) -> Newsdesk:
    return Newsdesk(sqlite_database)


@pytest.fixture
def store_destinations() -> Callable[..., tuple[Destination, ...]]:
    def store(database: Database, *destinations: Destination) -> tuple[Destination, ...]:
        with database.begin() as session:
            sync_destinations(session, {one.name: one.channel for one in destinations}, NOW)
        return destinations

    return store


@pytest.fixture
def options(clock: Clock) -> SendingOptions:
    return SendingOptions(owner="sender-1", clock=clock, chance=lambda: 0.5)


@pytest.fixture
def deliveries_of() -> Callable[[Database], list[DeliveryView]]:
    """Return every delivery, the oldest first."""

    def deliveries(database: Database) -> list[DeliveryView]:
        with database.read() as session:
            return sorted((one for alert in list_alerts(session) for one in alert.deliveries), key=lambda one: one.id)

    return deliveries

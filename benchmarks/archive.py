"""A made-up archive of read articles for benchmarks/matching.py: bulk inserted, its events folded as the reader would.

55 articles a day up to one and the same last day, one in 20 of them telling one of the events, which lie seven days
apart. A longer archive reaches further back and is no denser; the newest events are the same in all.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from db import Session, open_database  # noqa: E402 (the path comes first)
from db.claims import Claim  # noqa: E402
from db.events import EventUpdate, NewMention, add_mention, save_event, start_event  # noqa: E402
from db.facts import (  # noqa: E402
    Concession,
    Count,
    CountRole,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
    Step,
)
from db.models import ArticleRow, OutletRow  # noqa: E402
from events.compare import compare  # noqa: E402
from events.merge import fold  # noqa: E402
from events.traits import keys_of, traits_of_mention, undated  # noqa: E402

A_DAY = 55
ARTICLES_AN_EVENT = 400
TELLING = 20  # one in so many articles tells an event
UNDATED = 25  # one in so many events has no date
OUTLETS = 42
LAST_DAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
NEWEST = timedelta(days=2)  # how long before the last day the newest event lies
ROOTS = ("Reuters", "Viasna", "Gitanas Nausėda", "BelTA")
FREED = "Ihar Losik"  # by the newest release
WORDS = "Rain came late this spring, and the ferry across the river was out of service for most of the week. "
LENGTH = 1_200
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Archived:
    """An event of the archive, counted from the newest (0): every other one is a release."""

    number: int

    @property
    def is_release(self) -> bool:
        """Whether it is a release; else it is a negotiation."""
        return self.number % 2 == 0

    @property
    def day(self) -> date:
        """Return the day it happened."""
        return LAST_DAY - NEWEST - timedelta(days=self.number * ARTICLES_AN_EVENT // A_DAY)

    @property
    def amount(self) -> int:
        """Return how many people it is about."""
        return 52 if self.number == 0 else 80 if self.number == 1 else 11 + self.number * 7 % 120


def build(url: str, size: int) -> None:
    """Make an archive of `size` articles at an address where nothing is."""
    database = open_database(url)
    try:
        with database.begin() as session:
            session.add_all(outlet(number) for number in range(OUTLETS))
            session.flush()
            for first in range(0, size, CHUNK):
                rows = [article_row(number) for number in range(first, min(first + CHUNK, size))]
                session.execute(ArticleRow.__table__.insert(), rows)
            for number in reversed(range(size // ARTICLES_AN_EVENT)):
                add_event(session, Archived(number))
    finally:
        database.close()


def outlet(number: int) -> OutletRow:
    """Return an outlet."""
    return OutletRow(
        name=f"paper-{number}",
        title=f"Paper {number}",
        kind="independent",
        languages=["en"],
        timezone="UTC",
        priority=1,
        is_enabled=True,
    )


def article_row(number: int) -> dict[str, Any]:
    """Return an article that has been read, counted from the newest (0)."""
    text = f"Column {number}. {WORDS * (LENGTH // len(WORDS))}"
    address = f"paper-{number % OUTLETS}.example/{number}"
    decision = "event" if number % TELLING == 0 else "none"
    at = NOON - timedelta(days=number / A_DAY)
    return {
        "id": number + 1,
        "outlet": f"paper-{number % OUTLETS}",
        "url": f"https://{address}",
        "url_key": address,
        "language": "en",
        "title": f"Column {number}",
        "text": text,
        "published_at": at,
        "published_precision": "instant",
        "first_seen_at": at,
        "fields": {},
        "text_hash": hashlib.sha256(text.encode()).hexdigest(),
        "read_at": at,
        "read_attempts": 1,
        "decision": decision,
        "analysis": {"kinds": [], "decision": decision},
    }


def add_event(session: Session, event: Archived) -> None:
    """Store one event of the archive with its claims, as `events.reading` would: folded, at revision 1, not to be told.

    Everything an event needs in the database is written here.
    """
    first = event.number * ARTICLES_AN_EVENT
    claims = [claim_of(event, number) for number in range(first, first + ARTICLES_AN_EVENT, TELLING)]
    facts = fold(claims)
    published = min(claim.published_at for claim in claims if claim.published_at)
    event_id = start_event(session, facts, claims[0], NOON)
    for claim in claims:
        keys = keys_of(traits_of_mention(claim.mention))
        keys |= undated(keys) if claim.mention.event_date is None else frozenset()
        match = {"score": 3.0, "reasons": ["the same day"]}
        add_mention(session, NewMention(claim, 1, event_id, match, keys), claim.published_at or NOON)
    change = compare(None, facts)
    save_event(session, EventUpdate(event_id, facts, change, claims[0].article, published, may_alert=False), NOON)


def claim_of(event: Archived, number: int) -> Claim:
    """Return what article `number` says of an event."""
    row = article_row(number)
    mention = release(event, number) if event.is_release else negotiation(event, number)
    if event.number % UNDATED == UNDATED - 1:
        mention = replace(mention, event_date=None, date_precision=None)
    return Claim(number + 1, row["url"], row["outlet"], "independent", "en", row["published_at"], mention)


def release(event: Archived, number: int) -> Mention:
    """Return a release as article `number` tells it."""
    return Mention(
        Kind.RELEASE,
        Modality.COMPLETED,
        Polarity.POSITIVE,
        "0841",
        event.day,
        Precision.DAY,
        counts=(Count(CountRole.RELEASED, event.amount), Count(CountRole.SUBSET, 7, of_count=event.amount)),
        people=(Person(FREED if event.number == 0 else f"Freed {event.number}", Outcome.FREED),),
        negotiators=("John Coale", "Alexander Lukashenko"),
        transit=("LT",),
        root=ROOTS[number // TELLING % len(ROOTS)],
        evidence=evidence(),
    )


def negotiation(event: Archived, number: int) -> Mention:
    """Return a leak about talks as article `number` tells it."""
    return Mention(
        Kind.NEGOTIATION,
        Modality.UNDER_DISCUSSION,
        Polarity.POSITIVE,
        "046",
        event.day,
        Precision.DAY,
        counts=(Count(CountRole.PLANNED, event.amount),),
        negotiators=("John Coale",),
        concessions=(Concession("potash", "US", Step.DISCUSSED),),
        root=ROOTS[0] if number // TELLING % 2 else ROOTS[1],
        evidence=evidence(),
    )


def evidence() -> tuple[Evidence, ...]:
    """Return as much evidence as a mention usually has."""
    fields = ("kind", "modality", "event_date", "root", "attribution", "counts[0]", "negotiators")
    return tuple(Evidence(field, f"en.{field}", 10, 40, "thirty characters of an article") for field in fields)

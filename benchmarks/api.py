"""How long the API takes with 200,000 articles and 500 events stored, beside the barest question in the same run.

    python benchmarks/api.py              # or: make api

The rows are inserted at once: a twentieth of the articles tell of the events, the rest of nothing; 140 outlets, 2,000
deliveries. Then the page is served as `volya run` serves it, and each address is asked many times over real HTTP, with
every filter, at the beginning of its list and deep in it. Prints the median and the 95th of 100 of each, and what of it
was computing (client and server together; the rest is waiting for the machine); /readyz stands for the bare question
(SELECT 1). Exit 1 if the 95th of one is over 100 ms (goal of issue 8): that says something on an idle machine only.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402
from sqlalchemy import insert  # noqa: E402

from db import Database, open_database  # noqa: E402
from db.facts import (  # noqa: E402
    Analysis,
    ClaimSource,
    Count,
    CountRole,
    Decision,
    EventCount,
    EventFacts,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
    Status,
    to_json,
)
from db.models import (  # noqa: E402
    AlertRow,
    ArticleRow,
    DeliveryAttemptRow,
    DeliveryRow,
    DestinationRow,
    EntryPointRow,
    EventRow,
    MentionRow,
    OutletHealthRow,
    OutletRow,
)
from scheduler.health import judged  # noqa: E402
from scheduler.serving import WebThread  # noqa: E402
from web.app import build_app  # noqa: E402
from web.judgement import Judgement  # noqa: E402

BEGIN = datetime(2022, 1, 1, tzinfo=UTC)
OUTLETS, PER_ALERT, BATCH = 140, 4, 2_000
TOLD = 20  # every such article tells of an event
LANGUAGES = ("uk", "uk", "ru", "ru", "ru", "be", "en", "pl", "lt", "de")
SURNAMES = ("Pavlov", "Karpenka", "Novik", "Hrushetski", "Zaiats", "Kavalenka", "Melnik", "Savitski")
FIRST_NAMES = ("Ivan", "Alena", "Siarhei", "Nadzeya", "Viktar", "Iryna", "Pavel", "Volha", "Maksim", "Tatsiana")
GOAL = 0.1
READY = "/readyz"


@dataclass(frozen=True)
class Service:
    """A service that is well."""

    faults: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


def main() -> int:
    """Fill a database, ask, print, judge."""
    parser = argparse.ArgumentParser(description="How long the API takes.")
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--times", type=int, default=40, help="how often each address is asked")
    parser.add_argument(
        "--database", help="an address to fill, or filled by this before; SQLite in a folder without it"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="volya-api-") as folder:
        database = open_database(given.database or f"sqlite:///{folder}/volya.sqlite3")
        fill(database, given.articles, given.events)
        return measure(database, given.times)


def fill(database: Database, articles: int, events: int) -> None:
    """Store so many articles and events, unless some are there."""
    chance = random.Random(1)  # noqa: S311 (made-up rows)
    with database.begin() as session:
        if session.get(ArticleRow, 1) is not None:
            return
        began = time.perf_counter()
        session.execute(insert(OutletRow), [_outlet(number) for number in range(OUTLETS)])
        session.execute(insert(EntryPointRow), [_entry_point(number) for number in range(OUTLETS * 2)])
        session.execute(insert(OutletHealthRow), [_health(number, chance) for number in range(OUTLETS)])
        session.execute(insert(EventRow), [_event(number, events, chance) for number in range(1, events + 1)])
        for first in range(1, articles + 1, BATCH):
            numbers = range(first, min(first + BATCH, articles + 1))
            session.execute(insert(ArticleRow), [_article(number, articles, chance) for number in numbers])
            told = [number for number in numbers if number % TOLD == 0]
            session.execute(insert(MentionRow), [_mention(number, events) for number in told])
        _fill_outbox(session, events)
    print(f"{articles:,} articles and {events} events stored in {time.perf_counter() - began:.0f} s")


def _fill_outbox(session: Any, events: int) -> None:
    places = [{"name": f"desk-{number}", "channel": "webhook", "since": BEGIN} for number in range(PER_ALERT)]
    session.execute(insert(DestinationRow), places)
    alerts = [
        {"event_id": number, "revision": 1, "type": "created", "reason": "new event", "change": {}, "created_at": BEGIN}
        for number in range(1, events + 1)
    ]
    session.execute(insert(AlertRow), alerts)
    deliveries = [_delivery(alert, place) for alert in range(1, events + 1) for place in range(PER_ALERT)]
    session.execute(insert(DeliveryRow), deliveries)
    attempts = [
        {"delivery_id": number, "at": BEGIN, "outcome": "ok", "status": 200, "milliseconds": 90, "bytes": 900}
        for number in range(1, len(deliveries) + 1)
    ]
    session.execute(insert(DeliveryAttemptRow), attempts)


def _outlet(number: int) -> dict[str, Any]:
    return {
        "name": f"outlet-{number}",
        "title": f"Outlet {number}",
        "kind": "independent",
        "languages": [LANGUAGES[number % len(LANGUAGES)]],
        "timezone": "Europe/Kyiv",
        "country": ("UA", "BY", "PL", "LT")[number % 4],
        "priority": 1,
        "is_enabled": True,
    }


def _entry_point(number: int) -> dict[str, Any]:
    return {
        "outlet": f"outlet-{number // 2}",
        "type": "rss",
        "url": f"https://outlet-{number // 2}.example/rss/{number}",
        "position": number % 2,
        "is_enabled": True,
        "state": "alive",
        "next_check_at": BEGIN,
        "last_checked_at": BEGIN,
        "last_success_at": BEGIN,
        "last_new_at": BEGIN - timedelta(hours=12),
    }


def _health(number: int, chance: random.Random) -> dict[str, Any]:
    marks = sorted(chance.sample(range(2_700_000, 2_704_464), 600))
    known = {"last_entry": 0, "last_article": 0, "learned_at": BEGIN}
    return {"outlet": f"outlet-{number}", "marks": marks, "yields": {}, **known}


def _event(number: int, events: int, chance: random.Random) -> dict[str, Any]:
    day = date(2022, 1, 1) + timedelta(days=number * 1400 // events)
    freed = chance.choice((1, 3, 14, 36, 52))
    sources = tuple(ClaimSource(number, f"{freed} people were freed", f"outlet-{one}") for one in range(6))
    people = _people(number)
    is_talk = number % 3 == 0
    facts = EventFacts(
        Kind.NEGOTIATION if is_talk else Kind.RELEASE,
        Status.CONFIRMED if number % 2 else Status.REPORTED,
        Polarity.POSITIVE,
        day,
        Precision.DAY,
        counts=(EventCount(CountRole.RELEASED, freed, sources=sources), EventCount(CountRole.HELD, 1100)),
        nationalities={"LT": 2} if number % 5 == 0 else {},
        people=people,
        roots=("BelTA", "Viasna"),
    )
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    times = {"first_published_at": at, "first_seen_at": at, "updated_at": at, "event_date": day, "day": day}
    words = {"kind": facts.kind, "status": facts.status, "polarity": facts.polarity}
    state = {"revision": 1, "announced_revision": 1, "released": freed, "facts": to_json(facts)}
    return {**words, **times, **state}


def _people(event: int) -> tuple[Person, ...]:
    """Return the four people whom an event names."""
    chance = random.Random(event)  # noqa: S311 (made-up names)
    return tuple(Person(name, Outcome.FREED) for name in _names(chance, 4))


def _names(chance: random.Random, number: int) -> Iterator[str]:
    for _ in range(number):
        yield f"{chance.choice(FIRST_NAMES)} {chance.choice(SURNAMES)}{chance.choice(('', 'ich', 'enka', 'au'))}"


def _article(number: int, articles: int, chance: random.Random) -> dict[str, Any]:
    at = BEGIN + timedelta(days=1400) * (number / articles)
    is_told = number % TOLD == 0
    mention = Mention(
        Kind.NEGOTIATION if number % (3 * TOLD) == 0 else Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841"
    )
    told = Analysis("en", (mention.kind,), Decision.EVENT, "completed release in the title", (_filled(mention),))
    nothing = Analysis("en", (), Decision.NONE, "nothing of it")
    analysis = told if is_told else nothing
    return {
        "id": number,
        "outlet": f"outlet-{min(int(chance.expovariate(1 / 20)), OUTLETS - 1)}",
        "url": f"https://outlet.example/news/{number}",
        "url_key": f"outlet.example/news/{number}",
        "language": chance.choice(LANGUAGES),
        "title": f"What is told under number {number} of that day",
        "text": f"Sentence {number} of a made-up text. " * 60,
        "published_at": at,
        "published_precision": "instant",
        "fetched_at": at,
        "first_seen_at": at,
        "fields": {},
        "text_hash": f"{number:064d}",
        "read_at": at,
        "decision": analysis.decision,
        "analysis": to_json(analysis),
    }


def _filled(mention: Mention) -> Mention:
    evidence = tuple(Evidence(f"counts[{one}]", "en.count", 10, 30, "fifty-two people freed") for one in range(8))
    return replace(mention, counts=(Count(CountRole.RELEASED, 52),), evidence=evidence)


def _mention(number: int, events: int) -> dict[str, Any]:
    event = 1 + (number // TOLD) % events
    people = _people(event)[:2] if number // TOLD % 4 == 0 else ()  # every fourth report has names
    evidence = tuple(Evidence(f"people[{one}]", "en.person", 0, 9, person.name) for one, person in enumerate(people))
    kind = Kind.NEGOTIATION if number % (3 * TOLD) == 0 else Kind.RELEASE
    mention = Mention(kind, Modality.COMPLETED, Polarity.POSITIVE, "0841", people=people, evidence=evidence)
    return {
        "article_id": number,
        "article_revision": 1,
        "event_id": event,
        "kind": mention.kind,
        "modality": mention.modality,
        "polarity": mention.polarity,
        "plover": mention.plover,
        "role": "report",
        "facts": to_json(mention),
        "spellings": [(person.name, person.name) for person in people] or None,
        "match": {"score": 4.0, "reasons": ["the same day"]},
        "created_at": BEGIN,
    }


def _delivery(alert: int, place: int) -> dict[str, Any]:
    return {
        "alert_id": alert,
        "destination_id": place + 1,
        "event_id": alert,
        "revision": 1,
        "type": "created",
        "key": f"msg_{alert}_{place}",
        "state": "dead" if alert % 50 == 0 else "sent",
        "next_attempt_at": BEGIN,
        "created_at": BEGIN,
    }


def addresses(articles: int, events: int) -> Sequence[str]:
    """Return what is asked: every list with every filter, at its beginning and deep in it, and single things."""
    v1 = "/api/v1"
    lists = {
        "events": ("kind=negotiation", "status=confirmed", "since=2023-01-01&until=2023-02-01", "person=Karpenka",
                   "nationality=LT", "min_released=36&limit=200", "limit=200", "language=uk"),
        "articles": ("limit=200", "outlet=outlet-139", "outlet=outlet-3&decision=event", "language=lt",
                     "language=lt&outlet=outlet-80", "kind=negotiation", "decision=event&until=2022-02-01",
                     "decision=related", "until=2022-01-05", "since=2022-03-01&until=2022-03-03", "decision=none"),
        "people": ("limit=200", "name=Karpenka"),
        "outlets": ("limit=200", "state=gone", "country=BY"),
        "deliveries": ("limit=200", "state=dead", "state=held", "destination=desk-2", f"event={events // 2}"),
    }  # fmt: skip
    asked = [f"{v1}/{name}{'?' if query else ''}{query}" for name, queries in lists.items() for query in ("", *queries)]
    single = [f"{v1}/events/{events // 2}", f"{v1}/articles/{articles // TOLD // 2 * TOLD}", f"{v1}/deliveries/7"]
    return [READY, *asked, *single, f"{v1}/outlets/outlet-9", f"{v1}/stats", "/api/openapi.json", "/api/docs"]


def measure(database: Database, times: int) -> int:
    """Ask every address and print how long it takes; return 1 where one takes too long."""
    from db.queries import stored_stats  # noqa: PLC0415

    with database.read() as session:
        stats = stored_stats(session)
    articles, events = sum(stats.articles_by_decision.values()), sum(stats.events_by_kind.values())
    web = WebThread(build_app(database, Service, judgement=Judgement(judged)), "127.0.0.1", 0)
    web.start()
    try:
        with httpx.Client(base_url=web.address, timeout=60) as client:
            deep = [_deep(client, f"/api/v1/{name}?limit=200") for name in ("events", "articles", "deliveries")]
            slow = [_print(client, address, times) for address in (*addresses(articles, events), *deep)]
    finally:
        web.stop()
    return int(any(slow))


def _deep(client: httpx.Client, address: str) -> str:
    """Return an address of a piece that stands some way into a list."""
    for _ in range(5):
        address = client.get(address).json()["next"] or address
    return address


def _print(client: httpx.Client, address: str, times: int) -> bool:
    client.get(address)  # what is read once in the life of a process is no part of this
    took, size, computed = [], 0, time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        answer = client.get(address)
        took.append(time.perf_counter() - began)
        size = len(answer.content)
        answer.raise_for_status()
    computed = (time.process_time() - computed) / times
    worst = statistics.quantiles(took, n=20)[-1]
    verdict = "" if worst <= GOAL else "   TOO SLOW"
    waited = f"{statistics.median(took) * 1e3:7.1f} ms  p95 {worst * 1e3:7.1f} ms  computing {computed * 1e3:6.1f} ms"
    print(f"{waited}  {size // 1024:5} KiB  {address}{verdict}", flush=True)
    return worst > GOAL


if __name__ == "__main__":
    sys.exit(main())

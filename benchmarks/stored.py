"""A database to measure pages by: 200,000 articles and 500 events, as years of watching leave them. Own sentences alone.

Every twentieth article tells of an event; every 25th event is a big one, told by some two hundred articles of its own. The
140 outlets have their health, the deliveries their attempts, the polls, entries and pages of the crawl are there too, and
the words of the articles are in the index of the search. The rows are inserted at once, not made by reading.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text
from stored_events import BEGIN, OUTLETS, TOLD, analysis_of, at_share, changes, event, held, mention
from texts import Writer

from db import Database, Session
from db.facts import to_json
from db.models import (
    AlertRow,
    ArticleRow,
    DeliveryAttemptRow,
    DeliveryRow,
    DestinationRow,
    EntryPointRow,
    EventChangeRow,
    EventRow,
    FeedEntryRow,
    HeldCountRow,
    MentionRow,
    OutletHealthRow,
    OutletRow,
    PageRow,
    PollRow,
)
from db.search_index import fill_index

PER_ALERT, BATCH = 4, 2_000
WAITING = 12  # alerts that wait for a person's word


def fill(database: Database, articles: int, events: int, words: int) -> None:
    """Store so many articles, of so many words, and events, unless some are there."""
    chance = random.Random(1)  # noqa: S311 (made-up rows)
    with database.begin() as session:
        if session.get(ArticleRow, 1) is not None:
            return
        began = time.perf_counter()
        _fill_outlets(session, chance)
        _fill_articles(session, articles, Writer(chance, words), chance)
        _fill_events(session, events, chance)
        _fill_mentions(session, articles, events, chance)
        _fill_outbox(session, events)
        _fill_crawl(session, articles)
        stored = time.perf_counter()
        fill_index(session.connection())
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    seconds, indexed = stored - began, time.perf_counter() - stored
    print(
        f"{articles:,} articles and {events} events stored in {seconds:.0f} s, their words indexed in {indexed:.0f} s"
    )


def _insert(session: Session, table: Any, rows: Iterator[dict[str, Any]] | Sequence[dict[str, Any]]) -> None:
    """Insert rows, some thousands at a time."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)


def _fill_outlets(session: Session, chance: random.Random) -> None:
    _insert(session, OutletRow, [_outlet(number) for number in range(OUTLETS)])
    _insert(session, EntryPointRow, [_entry_point(number) for number in range(OUTLETS * 2)])
    _insert(session, OutletHealthRow, [_health(number, chance) for number in range(OUTLETS)])


def _outlet(number: int) -> dict[str, Any]:
    return {
        "name": f"outlet-{number}", "title": "Viasna" if number == 1 else f"Outlet {number}", "kind": "independent",
        "languages": ["uk"], "timezone": "Europe/Kyiv", "country": ("UA", "BY", "PL", "LT")[number % 4], "priority": 1,
        "is_enabled": True,
    }  # fmt: skip


def _entry_point(number: int) -> dict[str, Any]:
    looked = dict.fromkeys(("next_check_at", "last_checked_at", "last_success_at"), at_share(1))
    return {
        "outlet": f"outlet-{number // 2}", "type": "rss", "url": f"https://outlet-{number // 2}.example/rss/{number}",
        "position": number % 2, "is_enabled": True, "state": "alive" if number % 9 else "gone", **looked,
        "last_new_at": at_share(1) - timedelta(hours=12), "newest_at": at_share(1) - timedelta(hours=12),
    }  # fmt: skip


def _health(number: int, chance: random.Random) -> dict[str, Any]:
    last = int(at_share(1).timestamp()) // 600
    days = (at_share(1).date() - timedelta(days=back) for back in range(60))
    known = {"last_entry": 0, "last_article": 0, "learned_at": at_share(1)}
    marks = sorted(chance.sample(range(last - 4_464, last), 600))
    yields = {day.isoformat(): [number % 7, number % 11 + 7] for day in days}
    return {"outlet": f"outlet-{number}", "marks": marks, "yields": yields, **known}


def _fill_articles(session: Session, articles: int, writer: Writer, chance: random.Random) -> None:
    _insert(session, ArticleRow, (_article(number, articles, writer, chance) for number in range(1, articles + 1)))


def _article(number: int, articles: int, writer: Writer, chance: random.Random) -> dict[str, Any]:
    at = at_share(number / articles)
    language, title, told = writer.write(is_event=number % TOLD == 0)
    analysis = analysis_of(number, language)
    url = f"outlet.example/news/{number}"
    return {
        "id": number, "outlet": f"outlet-{min(int(chance.expovariate(1 / 20)), OUTLETS - 1)}", "url": f"https://{url}",
        "url_key": url, "language": language, "title": title, "text": told, "text_hash": f"{number:064d}", "fields": {},
        "published_at": at, "fetched_at": at, "first_seen_at": at, "read_at": at, "published_precision": "instant",
        "decision": analysis.decision, "analysis": to_json(analysis),
    }  # fmt: skip


def _fill_events(session: Session, events: int, chance: random.Random) -> None:
    rows = [event(number, events, chance) for number in range(1, events + 1)]
    _insert(session, EventRow, rows)
    _insert(session, EventChangeRow, (change for row in rows for change in changes(row)))


def _fill_mentions(session: Session, articles: int, events: int, chance: random.Random) -> None:
    told = range(TOLD, articles + 1, TOLD)
    _insert(session, MentionRow, (mention(number, events, chance) for number in told))
    _insert(session, HeldCountRow, (held(number, articles, chance) for number in told[::3]))


def _fill_outbox(session: Session, events: int) -> None:
    places = [{"name": f"desk-{number}", "channel": "webhook", "since": BEGIN} for number in range(PER_ALERT)]
    session.execute(insert(DestinationRow), places)
    told = {"revision": 1, "type": "created", "reason": "new event", "change": {}}
    _insert(session, AlertRow, ({"event_id": one, "created_at": BEGIN, **told} for one in range(1, events + 1)))
    waiting = range(max(events - WAITING, 0), events)
    deliveries = [_delivery(alert, place) for alert in range(1, events + 1) for place in range(PER_ALERT)]
    deliveries = [{**one, **_state(one["alert_id"], is_waiting=one["alert_id"] - 1 in waiting)} for one in deliveries]
    _insert(session, DeliveryRow, deliveries)
    went = {"at": BEGIN, "outcome": "ok", "status": 200, "milliseconds": 90, "bytes": 900}
    sent = (number for number, one in enumerate(deliveries, start=1) if one["state"] != "pending")
    _insert(session, DeliveryAttemptRow, ({"delivery_id": number, **went} for number in sent))


def _delivery(alert: int, place: int) -> dict[str, Any]:
    return {
        "alert_id": alert, "destination_id": place + 1, "event_id": alert, "revision": 1, "type": "created",
        "key": f"msg_{alert}_{place}", "next_attempt_at": BEGIN, "created_at": BEGIN,
    }  # fmt: skip


def _state(alert: int, *, is_waiting: bool) -> dict[str, Any]:
    if is_waiting:
        return {"state": "pending", "is_approved": False}
    return {"state": "sent" if alert % 50 else "dead", "is_approved": True}


def _fill_crawl(session: Session, articles: int) -> None:
    """Store what the crawl leaves: a poll an article, and a quarter as many entries and pages, all of them done with."""
    _insert(session, PollRow, (_poll(number, articles) for number in range(1, articles + 1)))
    _insert(session, FeedEntryRow, (_entry(number, articles) for number in range(1, articles // 4 + 1)))
    _insert(session, PageRow, (_page(number, articles) for number in range(1, articles // 4 + 1)))


def _poll(number: int, articles: int) -> dict[str, Any]:
    at = at_share(number / articles)
    return {"entry_point_id": number % (OUTLETS * 2) + 1, "at": at, "outcome": "same", "status": 200, "planned_at": at}


def _entry(number: int, articles: int) -> dict[str, Any]:
    at, url = at_share(4 * number / articles), f"outlet.example/entry/{number}"
    whose = {"entry_point_id": number % (OUTLETS * 2) + 1, "outlet": f"outlet-{number % (OUTLETS * 2) // 2}"}
    return {**whose, "url": f"https://{url}", "url_key": url, "found_at": at, "fetched_at": at, "next_attempt_at": at}


def _page(number: int, articles: int) -> dict[str, Any]:
    at, url = at_share(4 * number / articles), f"https://outlet.example/page/{number}"
    places = {"url": url, "final_url": url, "url_key": url, "sha256": f"{number:064d}"}
    return {"outlet": "outlet-1", **places, "status": 200, "headers": {}, "fetched_at": at, "extracted_at": at}

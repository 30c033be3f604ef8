"""Figures for Prometheus, read back by the library's own parser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from db import Database
from db.figures import Figures, figures_at
from db.models import AlertRow, DeliveryRow, DestinationRow, EntryPointRow, OutletRow, PageRow, PollRow
from db.status import QueueView
from web.metrics import families

Ask = Callable[..., Any]
NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read(answer: Any) -> dict[str, dict[tuple[str, ...], float]]:
    """The figures by name, then by the values of their labels."""
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        family.name: {tuple(sample.labels.values()): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(answer.text)
    }


def store(session: Any) -> None:
    """Two entry points with polls, a destination with deliveries, a page that was given up."""
    outlet = {"kind": "independent", "languages": ["en"], "timezone": "UTC", "priority": 1, "is_enabled": True}
    session.add(OutletRow(name="post", title="A <b>Post</b>", **outlet))
    session.flush()
    for number, state in enumerate(("alive", "gone"), 1):
        point = {"type": "rss", "position": number, "is_enabled": True, "next_check_at": NOW - HOUR, "state": state}
        session.add(EntryPointRow(id=number, outlet="post", url=f"https://a.example/{number}", **point))
    session.flush()
    for minutes, outcome in ((5, "new"), (10, "failed"), (15, "new"), (61, "blocked")):
        session.add(PollRow(entry_point_id=1, at=NOW - timedelta(minutes=minutes), outcome=outcome))
    session.add(DestinationRow(id=1, name="desk", channel="webhook", since=NOW, open_until=NOW + HOUR))
    session.add(AlertRow(id=1, type="system", reason="x", change={}, created_at=NOW))
    session.flush()
    for number, (state, minutes) in enumerate((("sent", 90), ("pending", 30), ("uncertain", 45), ("dead", 99)), 1):
        made = {"alert_id": 1, "destination_id": 1, "type": "system", "key": f"k{number}", "revision": number}
        at = NOW - timedelta(minutes=minutes)
        session.add(DeliveryRow(**made, state=state, next_attempt_at=at, created_at=at))
    page = {"outlet": "post", "url": "u", "final_url": "u", "url_key": "u", "status": 200, "headers": {}, "sha256": "0"}
    session.add(PageRow(**page, fetched_at=NOW, extracted_at=NOW, attempts=3, last_error="too deep"))


def test_what_waits_and_what_came_of_it_is_told(database: Database) -> None:
    with database.begin() as session:
        store(session)
    with database.read() as session:
        figures = figures_at(session, NOW)
    told = {
        family.name: {tuple(one.labels.values()): one.value for one in family.samples}
        for family in families(figures, NOW)
    }
    assert told["volya_outlets"] == {(): 1}
    assert told["volya_articles"] == told["volya_events"] == {(): 0}
    assert told["volya_database_size_bytes"][()] > 0
    assert told["volya_queue_waiting"] == {("entry points",): 2, ("entries",): 0, ("pages",): 0, ("articles",): 0, ("events",): 0}  # fmt: skip
    assert told["volya_queue_oldest_seconds"]["entry points",] == 3600
    assert told["volya_queue_given_up"]["pages",] == 1
    assert told["volya_deliveries"] == {("desk", state): 1 for state in ("sent", "pending", "uncertain", "dead")}
    assert told["volya_oldest_undelivered_seconds"] == {("desk",): 45 * 60}
    assert told["volya_destination_state"] == {("desk", "enabled"): 1}
    assert told["volya_destination_paused"] == {("desk",): 1}
    assert told["volya_polls_last_hour"] == {("new",): 2, ("failed",): 1}
    assert told["volya_entry_points"] == {("alive",): 1, ("gone",): 1}


def test_the_page_can_be_read_and_holds_no_text_of_an_outlet(ask: Ask, desk: Any, sqlite_database: Database) -> None:
    desk.tell(desk.release(52), title="A title of theirs", outlet_title="A <b>Post</b>")
    with sqlite_database.begin() as session:
        store(session)
    answer = ask("/metrics")
    found = read(answer)
    assert (found["volya_articles"], found["volya_events"]) == ({(): 1}, {(): 1})
    for word in ("title of theirs", "Post", "too deep", "example", "harbour"):
        assert word not in answer.text


def test_an_empty_database_has_figures_too(ask: Ask, service: Any) -> None:
    service.details = {"network": "down", "crawl": {"alive": False, "starts": 3}}
    found = read(ask("/metrics"))
    assert found["volya_articles"] == {(): 0}
    assert found["volya_crawl_process_alive"] == {(): 0}
    assert found["volya_crawl_process_starts"] == {(): 3}
    assert (found["volya_network_up"], found["volya_ready"]) == ({(): 0}, {(): 1})
    service.reasons, service.details = ("crawl process is not running",), {"crawl": None}
    found = read(ask("/metrics"))
    assert found["volya_ready"] == {(): 0}
    assert "volya_crawl_process_alive" not in found  # crawling is off


def test_a_clock_that_was_put_back_makes_no_negative_age() -> None:
    queue = QueueView("articles", 1, NOW + HOUR)
    figures = Figures({}, 0, (queue,), {}, {"desk": NOW + HOUR}, {"desk": ("enabled", False)}, {}, {})
    told = {family.name: family.samples[0].value for family in families(figures, NOW) if family.samples}
    assert told["volya_queue_oldest_seconds"] == told["volya_oldest_undelivered_seconds"] == 0


def test_no_page_is_read_to_count_those_that_were_given_up(sqlite_database: Database) -> None:
    """Bodies lie in the rows of pages: a table of a year is gigabytes."""
    question = "SELECT count(*) FROM pages WHERE attempts >= 3 AND last_error IS NOT NULL"
    with sqlite_database.read() as session:
        plan = " ".join(str(row[-1]) for row in session.execute(text(f"EXPLAIN QUERY PLAN {question}")))
    assert "ix_pages_parked" in plan

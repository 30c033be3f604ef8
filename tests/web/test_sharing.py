"""How an event looks where its address is pasted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from db import Database
from db.facts import Outcome, Person, Status
from web.access import Access
from web.app import build_app

Ask = Callable[..., Any]
HOSTILE = json.loads((Path(__file__).parents[1] / "data" / "hostile.json").read_text(encoding="utf-8"))
TEXTS = [one for texts in HOSTILE.values() for one in texts if isinstance(one, str)]


class Head(HTMLParser):
    """The metadata of a page by name or property, and its canonical address."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.meta: dict[str, str | None] = {}
        self.canonical: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and (name := given.get("property") or given.get("name")):
            assert name not in self.meta
            self.meta[name] = given["content"]
        if tag == "link" and given["rel"] == "canonical":
            self.canonical = given["href"]


def test_an_event_has_title_description_and_times(ask: Ask, desk: Any) -> None:
    desk.tell(desk.release(52, counter="Viasna", status=Status.CONFIRMED))
    head = Head(ask("/events/1").text)
    assert head.meta["og:title"] == "Belarus frees 52 prisoners"
    assert head.meta["og:description"] == head.meta["description"]
    assert "Status: confirmed · When: September 11, 2025 · Released: 52 people (Viasna)" in (
        head.meta["description"] or ""
    )
    assert (head.meta["og:type"], head.meta["twitter:card"]) == ("article", "summary")
    assert head.meta["article:published_time"] == "2025-09-11T15:00:00+00:00"
    assert (head.canonical, "og:url" in head.meta, "og:image" in head.meta) == (None, False, False)
    assert Head(ask("/events/1?language=uk").text).meta["og:title"] == "Білорусь звільнила 52 в’язнів"
    assert "og:title" not in Head(ask("/").text).meta


def test_the_address_is_told_where_others_can_open_it(
    desk: Any, send_to: Any, sqlite_database: Database, service: Any
) -> None:
    desk.tell(desk.release(52))
    app = build_app(sqlite_database, lambda: service, Access(address="https://volya.example.org"))
    head = Head(send_to(app, "GET", "http://127.0.0.1/events/1?language=uk", {"Host": "localhost"}).text)
    assert head.canonical == head.meta["og:url"] == "https://volya.example.org/events/1"


def test_no_hostile_text_leaves_its_attribute(ask: Ask, desk: Any) -> None:
    ours = set(Head(ask(f"/events/{desk.tell(desk.release(52))}").text).meta)
    for number in range(0, len(TEXTS), 16):
        counter, root, *names = (TEXTS[(number + one) % len(TEXTS)] for one in range(16))
        people = tuple(Person(name, Outcome.FREED) for name in names)
        facts = desk.release(52, counter=counter, people=people, roots=(root,))
        head = Head(ask(f"/events/{desk.tell(facts)}").text.partition("<body>")[0])
        assert set(head.meta) == ours
        assert len(head.meta["description"] or "") <= 300
        assert not re.search("[\u202a-\u202e\u2066-\u2069\n]", head.meta["description"] or "")

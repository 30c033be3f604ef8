from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import Telling, render
from alerts.channels.webhook_body import BODY_LIMIT, webhook_body
from alerts.message import Layout
from db.facts import (
    ClaimSource,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Mark,
    Outcome,
    Person,
    Status,
    Verdict,
)
from db.views import EventArticle, EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
CHANGE = EventChange("status rose", (FieldChange("status", "reported", "confirmed"),), is_material=True)


def body_of(facts: EventFacts, articles: int = 12, layout: Layout = Layout.FULL, url_length: int = 20) -> Any:
    rows = tuple(
        EventArticle(i, f"https://o{i}.example/{'x' * url_length}", "o", "uk", "T", NOW, "report")
        for i in range(1, articles + 1)
    )
    telling = Telling("updated", CHANGE, 3, NOW, "http://127.0.0.1:8320/events/7")
    encoded = webhook_body(render(EventView(7, 4, NOW, NOW, facts, rows), telling, "en"), layout)
    assert len(encoded) <= BODY_LIMIT
    return json.loads(encoded)


def test_the_body_is_the_one_of_the_contract(release: Callable[..., EventFacts]) -> None:
    body = body_of(release(52))
    assert (body["type"], body["version"], body["timestamp"]) == ("event.updated", 1, "2025-09-11T15:00:00Z")
    data = body["data"]
    assert set(data) == {
        *("id", "kind", "status", "polarity", "revision", "title", "event_date", "date_precision", "first_seen"),
        *("updated", "counts", "nationalities", "people", "negotiators", "mediators", "transit", "concessions"),
        *("roots", "independent_sources", "conflicts", "articles", "related", "mark", "split_from", "same_as"),
        *("articles_total", "previous_revision", "change", "text", "url"),
    }
    assert (data["revision"], data["previous_revision"], data["url"]) == (4, 3, "http://127.0.0.1:8320/events/7")
    assert data["change"] == {
        "reason": "status rose",
        "fields": [{"field": "status", "before": "reported", "after": "confirmed"}],
    }
    assert (len(data["articles"]), data["articles_total"]) == (10, 12)
    assert data["title"] == "Belarus frees 52 prisoners"
    assert data["text"].startswith("UPDATE: Belarus frees 52 prisoners\n")


def test_the_body_is_minified_and_keeps_its_letters(release: Callable[..., EventFacts]) -> None:
    facts = release(52, negotiators=("Джон Коул",))
    view = EventView(7, 4, NOW, NOW, facts, ())
    encoded = webhook_body(render(view, Telling("created", CHANGE, None, NOW), "en"), Layout.FULL)
    assert "Джон Коул".encode() in encoded
    assert b'", "' not in encoded
    assert b'": ' not in encoded


@pytest.mark.parametrize("size", [1, 20, 200, 2000])
def test_an_event_of_any_size_fits(release: Callable[..., EventFacts], size: int) -> None:
    sources = tuple(ClaimSource(i, "quote " * 60, "outlet") for i in range(size))
    people = tuple(Person(f"Person {i} " + "x" * 40, Outcome.FREED) for i in range(size))
    facts = release(0, counts=(EventCount(CountRole.RELEASED, 52, sources=sources),) * 3, people=people)
    body = body_of(facts, articles=size, url_length=size)
    assert (body["data"]["id"], body["data"]["revision"]) == (7, 4)


@pytest.mark.parametrize("layout", Layout)
def test_the_lower_rungs_tell_less_and_still_which_event(release: Callable[..., EventFacts], layout: Layout) -> None:
    data = body_of(release(52), layout=layout)["data"]
    assert (data["id"], data["revision"], data["previous_revision"], data["kind"]) == (7, 4, 3, "release")
    assert len(data.get("articles", [])) == {Layout.FULL: 10, Layout.PLAIN: 3, Layout.SHORT: 0}[layout]
    assert "Belarus frees 52 prisoners" in data["text"]


def test_a_lone_surrogate_does_not_break_the_body(release: Callable[..., EventFacts]) -> None:
    assert body_of(replace(release(52), roots=("bad \ud800 name",)))["data"]["independent_sources"] == 1


def test_a_persons_word_is_told_with_author_note_and_time_however_long(release: Callable[..., EventFacts]) -> None:
    mark = Mark(Verdict.NOT_NEWS, "anna", "an old story", NOW)
    data = body_of(release(52, mark=mark, split_from=3))["data"]
    assert data["mark"] == {"verdict": "not-news", "by": "anna", "note": "an old story", "at": "2025-09-11T15:00:00Z"}
    assert (data["split_from"], data["same_as"]) == (3, None)
    long = body_of(release(52, mark=replace(mark, note="x" * 30_000)))["data"]
    assert long["mark"]["note"] == "x" * 120


@pytest.mark.parametrize("layout", Layout)
def test_a_merged_event_says_on_every_rung_which_one_it_is_part_of(
    release: Callable[..., EventFacts], layout: Layout
) -> None:
    assert body_of(release(52, status=Status.SUPERSEDED, same_as=7), layout=layout)["data"]["same_as"] == 7

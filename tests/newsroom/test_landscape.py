"""A landscape has every kind of entry point, and each lists what its outlet published in the form that is really read."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from crawler.doors import DOORS, Context, read_body
from crawler.extract import extract_article
from crawler.items import EntryItem
from newsroom import OutletServer, find_story, tell
from newsroom.found import HELD, is_hidden, title_of_held
from newsroom.landscape import KINDS, Landscape
from newsroom.ordinary import draw_ordinary
from newsroom.press import Publication
from newsroom.registers import EXPORT, PRISONERS

FOUND = [
    kind for kind in KINDS.values() if kind.path and DOORS[kind.type].parser.rpartition(":")[0] != "crawler.sitemaps"
]


def publish(server: OutletServer, clock: Any, number: int) -> list[Publication]:
    random = Random(1)
    told = [draw_ordinary(server.outlet.language, one, random) for one in range(number)]
    return [server.publish_told(one, clock.now - timedelta(minutes=place)) for place, one in enumerate(told)]


def listed(server: OutletServer, type_: str, path: str, clock: Any, client: httpx.Client) -> tuple[EntryItem, ...]:
    url = f"{server.url}{path}"
    answer = client.get(url)
    context = Context(asked=url, content_type=answer.headers["content-type"], at=clock.now)
    return read_body(type_, answer.content, url, context).entries


@pytest.mark.parametrize("kind", [kind for kind in FOUND if not kind.is_figure], ids=lambda kind: str(kind.type))
def test_what_searches_and_registers_list_leads_to_the_articles(
    kind: Any, outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    published = publish(outlet, clock, 7)
    entries = listed(outlet, kind.type, kind.path, clock, client)
    assert [entry.title for entry in entries] == [one.story.title for one in published]
    for entry, one in zip(entries, published, strict=True):
        is_told_whole = kind.type == "google_news" and is_hidden(one.path)
        assert entry.is_article == is_told_whole
        assert is_told_whole or entry.url == f"{outlet.url}{one.path}"
    if kind.type == "google_news":
        assert {entry.is_article for entry in entries} == {True, False}


def test_the_list_of_people_tells_one_more_with_each_publication(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    publish(outlet, clock, 2)
    page = client.get(f"{outlet.url}{PRISONERS}")
    index = read_body("viasna", page.content, str(page.url), Context(at=clock.now))
    assert [urlsplit(child).path for child in index.children] == [EXPORT]
    (entry,) = listed(outlet, "viasna", EXPORT, clock, client)
    assert (entry.title, entry.guid) == (title_of_held(2), f"held: {HELD + 2}")


def test_a_landscape_has_each_kind_in_turn_and_every_story_once() -> None:
    with Landscape(3, 2 * len(KINDS)) as landscape:
        assert [table["entry_points"][0]["type"] for table in landscape.tables()] == [
            k.type for k in KINDS.values()
        ] * 2
        printed = [*landscape.publish(60), *landscape.recount()]
    assert len({one.key for one in printed}) == 62
    assert {one.kind for one in printed} == set(KINDS)
    assert [one.publication.story.title for one in printed[60:]] == [title_of_held(1)] * 2


def test_time_passes_texts_are_rewritten_and_pages_lose_their_text(
    outlet: OutletServer, clock: Any, client: httpx.Client
) -> None:
    (one,) = publish(outlet, clock, 1)
    url = f"{outlet.url}{one.path}"
    outlet.grow_older(timedelta(days=2))
    assert outlet.visible()[0].published_at == one.published_at - timedelta(days=2)
    told = tell(find_story("tram-uk"), clock.now.date())
    outlet.rewrite(one, told)
    whole = extract_article(client.get(url).content, url)
    assert (whole.title.value, (whole.text.value or "")[:40]) == (told.title, told.paragraphs[0][:40])
    outlet.is_redesigned = True
    bare = extract_article(client.get(url).content, url)
    assert (bare.title.value, bare.is_article) == (told.title, True)
    assert len(bare.text.value or "") < 400

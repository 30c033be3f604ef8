"""Which hubs a list announces, in each of the ways it may say so."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from crawler.doors import Context, read_body
from crawler.hubs import announced_by, links_of_header
from crawler.items import NOTHING_ANNOUNCED, Announced
from newsroom import MadeUpOutlet, made_up_outlets
from newsroom.feeds import render_feed
from newsroom.json_feeds import render_json_feed
from newsroom.press import Dialect

BASE = "https://made-up.example/feed"
HUB = "https://hub.example/"


@pytest.mark.parametrize(
    ("header", "hubs", "topic"),
    [
        (f'<{HUB}>; rel="hub", <{BASE}>; rel="self"', (HUB,), BASE),
        (f"<{HUB}>;rel=hub,<{BASE}>;rel=self", (HUB,), BASE),
        (f'<{BASE}>; type="x"; REL="alternate SELF", <{HUB}> ; title="a, b"; rel = "Hub"', (HUB,), BASE),
        ('</feed>; rel="self", <//hub.example/a>; rel="hub", <b>; rel=hub',
         ("https://hub.example/a", "https://made-up.example/b"), BASE),
        (f'<{BASE}>; rel="self hub"', (BASE,), BASE),
        (f"<{HUB}>; rel=hub, <{HUB}>; rel=hub, <{BASE}>; rel=self, <{HUB}>; rel=self", (HUB,), BASE),
        # Without one of the two, or with what is no address, there is nothing to ask.
        (f"<{HUB}>; rel=hub", (), None),
        (f"<{BASE}>; rel=self", (), None),
        (f"<javascript:x>; rel=hub, <{BASE}>; rel=self", (), None),
        (f"<http://[x/>; rel=hub, <{BASE}>; rel=self", (), None),
        (f"<>; rel=hub, <{BASE}>; rel=self", (), None),
        (f"<{HUB}{'x' * 2000}>; rel=hub, <{BASE}>; rel=self", (), None),
        (f'<{HUB}>; title="rel=hub", <{BASE}>; rel=self', (), None),
        (f"{HUB}; rel=hub", (), None),
        ("", (), None),
        (None, (), None),
    ],
)  # fmt: skip
def test_a_link_header(header: str | None, hubs: tuple[str, ...], topic: str | None) -> None:
    assert announced_by(links_of_header(header), BASE) == Announced(hubs, topic)


def test_only_the_first_three_hubs_count() -> None:
    header = ", ".join(f"<{HUB}{number}>; rel=hub" for number in range(9)) + f", <{BASE}>; rel=self"
    assert announced_by(links_of_header(header), BASE).hubs == (f"{HUB}0", f"{HUB}1", f"{HUB}2")


@pytest.mark.parametrize(
    "text", ["<" * 30_000, "<x>;" * 8_000, "<x>" + "; rel" * 8_000, "<x>;" + " " * 30_000, '<x>; rel="' * 5_000]
)
def test_a_hostile_header_says_nothing(text: str) -> None:
    assert announced_by(links_of_header(text), BASE) == NOTHING_ANNOUNCED


def outlet(dialect: Dialect, hub: str | None) -> MadeUpOutlet:
    return replace(made_up_outlets()["ranok"], dialect=dialect, hub=hub)


@pytest.mark.parametrize("dialect", [Dialect.RSS, Dialect.ATOM, Dialect.JSON_FEED])
@pytest.mark.parametrize("hub", [HUB, None])
def test_a_feed_names_its_hub_itself(dialect: Dialect, hub: str | None) -> None:
    of = outlet(dialect, hub)
    root = "https://made-up.example"
    is_json = dialect is Dialect.JSON_FEED
    body = render_json_feed(of, root, ()) if is_json else render_feed(of, root, ())
    topic = f"{root}/feed.json" if is_json else f"{root}{of.feed_path}"
    found = read_body(str(dialect), body, BASE, Context()).announced
    assert found == (Announced((HUB,), topic) if hub else NOTHING_ANNOUNCED)


@pytest.mark.parametrize(
    "hubs", [None, "x", [None, "x", {}, {"type": 7, "url": HUB}, {"type": "rssCloud", "url": HUB}]]
)
def test_hubs_of_a_json_feed_that_are_none(hubs: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [], "feed_url": BASE, "hubs": hubs}
    assert read_body("json_feed", json.dumps(feed).encode(), BASE, Context()).announced == NOTHING_ANNOUNCED


def test_a_link_of_an_entry_is_none_of_the_feed() -> None:
    entry = f'<item><title>x</title><link>{BASE}/1</link><atom:link rel="hub" href="{HUB}"/></item>'
    body = (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>x</title>'
        f'<atom:link rel="self" href="{BASE}"/>{entry}</channel></rss>'
    )
    listing = read_body("rss", body.encode(), BASE, Context())
    assert (len(listing.entries), listing.announced) == (1, NOTHING_ANNOUNCED)

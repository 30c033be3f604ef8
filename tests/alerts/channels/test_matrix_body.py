from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.channels.matrix_body import JOINER, answering, as_json, defused, linked, matrix_body, replacing
from alerts.channels.telegram_body import escaped
from alerts.message import Item, Layout, Link, Message, no_event
from db.facts import (
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Mark,
    Polarity,
    Status,
    Verdict,
)
from db.text import clean_line
from db.views import EventArticle, EventView
from newsroom.matrix_text import VisibleText, read_html, read_plain

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
RELEASE = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))
REPORT = EventArticle(1, "https://post.example/1?a=1&b=2", "post", "uk", "T", NOW, "first", "The <Post>")
TOKENS = [
    "@room",
    "@ROOM ",
    "@anna:matrix.example",
    "#news:matrix.example",
    "https://evil.example",
    "evil.example",
    "mailto:a@evil.example",
    "matrix:u/anna:matrix.example",
    "www.",
    "h2://evil",
    "evil.1und1.example",
    "<a href='https://evil.example'>",
    "</a>",
    "</strong>",
    "<script>",
    "<!--",
    "<br>",
    "&lt;",
    "&",
    "&#64;room",
    '"',
    "<",
    ">",
    "://",
    ":",
    ".",
    "@",
    "#",
    "👨‍👩‍👧",
    "é",
]
HOSTILE = st.lists(st.one_of(st.text(max_size=20), st.sampled_from(TOKENS)), max_size=12).map("".join)


def content_of(message: Any, layout: Layout = Layout.FULL) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(matrix_body(message, layout))
    return content


def test_a_message_is_plain_text_and_the_same_as_html(write: Callable[..., Any]) -> None:
    content = content_of(write(RELEASE, REPORT, url="http://127.0.0.1:8320/events/7"))
    assert content["formatted_body"].split("<br>") == [
        "<strong>Belarus frees 52 prisoners</strong>",
        "Status: reported",
        "Released: 52 people",
        "Independent sources: not named",
        '<a href="https://post.example/1?a=1&amp;b=2">The &lt;Post&gt;</a>',
        '<a href="http://127.0.0.1:8320/events/7">Volya 7</a>',
    ]
    assert content["body"].splitlines() == [
        "Belarus frees 52 prisoners",
        "Status: reported",
        "Released: 52 people",
        "Independent sources: not named",
        "The <Post>: https://post.example/1?a=1&b=2",
        "Volya 7: http://127.0.0.1:8320/events/7",
    ]
    assert (content["msgtype"], content["format"]) == ("m.text", "org.matrix.custom.html")
    assert content["m.mentions"] == {}


def test_the_lower_rungs_are_text_alone(write: Callable[..., Any]) -> None:
    plain, short = (content_of(write(RELEASE, REPORT), layout) for layout in (Layout.PLAIN, Layout.SHORT))
    assert plain["body"] == content_of(write(RELEASE, REPORT))["body"]
    assert short["body"] == "Belarus frees 52 prisoners\nThe <Post>: https://post.example/1?a=1&b=2"
    assert [set(one) for one in (plain, short)] == [{"msgtype", "body", "m.mentions"}] * 2


@settings(max_examples=300, deadline=None)
@given(text=HOSTILE)
def test_any_text_is_seen_as_it_was_and_nothing_is_made_of_it(text: str) -> None:
    for seen in (read_html(escaped(defused(text))), read_plain(defused(text))):
        assert seen == VisibleText(seen.text)
        assert seen.text.replace(JOINER, "") == text.replace(JOINER, "")


@settings(max_examples=300, deadline=None)
@given(url=HOSTILE, label=HOSTILE)
def test_neither_part_of_a_link_can_end_it(url: str, label: str) -> None:
    link = Link(label, f"https://post.example/{url}")
    seen = read_html(linked(link).html)
    assert (len(seen.links), seen.tags, seen.refused) == (1, ("a",), ())
    assert seen.links[0][1].startswith("https://post.example/")
    assert (seen.mentions, seen.drawn) == ((), ())


def test_a_link_that_clients_draw_as_a_mention_is_mere_text() -> None:
    for url in ("https://matrix.to/#/@anna:matrix.example", "HTTPS://Matrix.To/#/%40anna:matrix.example"):
        piece = linked(Link("x", url))
        assert read_html(piece.html) == VisibleText(piece.text)
        assert read_plain(piece.text) == VisibleText(piece.text)
    assert linked(Link("x", "https://matrix.to.example/")).html.startswith("<a ")
    assert linked(Link("x", "https://post.example/@room")).text == "x: https://post.example/%40room"


@settings(max_examples=80, deadline=None)
@given(name=HOSTILE, title=HOSTILE, layout=st.sampled_from(Layout), number=st.integers(1, 60))
def test_no_message_mentions_anybody_links_elsewhere_or_is_too_long(
    crowded: Callable[..., Any], name: str, title: str, layout: Layout, number: int
) -> None:
    message = crowded(name, title, number, replace(REPORT, url=REPORT.url + '&"' * 200))
    encoded = matrix_body(message, layout)
    content = json.loads(encoded)
    assert max(len(replacing(encoded, "$e")), len(answering(encoded, "$e"))) <= 25_000
    parts = [read_plain(content["body"])]
    if layout == Layout.FULL:
        parts.append(read_html(content["formatted_body"]))
        assert set(parts[1].tags) <= {"strong", "a", "br"}
        assert (parts[1].refused, parts[1].drawn) == ((), ())
    assert all(address.startswith("https://post.example/") for part in parts for _, address in part.links)
    assert [part.mentions for part in parts if part.mentions] == []


@settings(max_examples=60, deadline=None)
@given(by=HOSTILE, note=HOSTILE, verdict=st.sampled_from(Verdict))
def test_whatever_a_person_writes_it_is_no_markup(
    write: Callable[..., Any], by: str, note: str, verdict: Verdict
) -> None:
    facts = replace(RELEASE, status=Status.RETRACTED, mark=Mark(verdict, by, note, NOW))
    message = write(facts, REPORT, type="withdrawn")
    seen = read_html(content_of(message)["formatted_body"])
    shown = seen.text.replace(JOINER, "")
    assert all(line.replace(JOINER, "") in shown for line in message.lines)
    assert [label for label, _ in seen.links] == ["The <Post>"]


def test_half_a_sign_is_no_reason_to_fail() -> None:
    assert json.loads(as_json({"body": "a\ud83d"})) == {"body": "a?"}


@settings(max_examples=60, deadline=None)
@given(titles=st.lists(HOSTILE, min_size=1, max_size=10), query=st.integers(0, 400), layout=st.sampled_from(Layout))
def test_a_digest_names_every_event_and_links_nowhere_else(titles: list[str], query: int, layout: Layout) -> None:
    lines = [clean_line(f"{title[:110]} ({number})") for number, title in enumerate(titles)]
    views = [EventView(number, 1, NOW, NOW, RELEASE, ()) for number, _ in enumerate(lines)]
    url = f"https://post.example/{'&' * query}"
    items = tuple(Item(view, line, line, url) for view, line in zip(views, lines, strict=True))
    about = (EventChange("flood"), None, NOW)
    encoded = matrix_body(
        Message("digest", "en", "D", "Ten events", (), (), no_event(NOW), *about, items=items), layout
    )
    content = json.loads(encoded)
    seen = read_html(content["formatted_body"]) if layout == Layout.FULL else read_plain(content["body"])
    shown = content["body"].replace(JOINER, "").splitlines()
    assert (len(shown), shown[0]) == (len(lines) + 1, "Ten events")
    assert (seen.mentions, seen.drawn, seen.refused) == ((), (), ())
    assert {address for _, address in seen.links} <= {url}
    assert len(replacing(encoded, "$e")) <= 25_000


def test_the_events_of_a_digest_are_links_while_all_of_them_have_room() -> None:
    for length, is_linked in ((100, True), (480, False)):
        url = f"https://post.example/{'&' * length}"
        items = tuple(Item(no_event(NOW), "t", f"Belarus frees {one}", url) for one in range(10))
        about = (EventChange("flood"), None, NOW)
        message = Message("digest", "en", "D", "Ten events", (), (), no_event(NOW), *about, items=items)
        seen = read_html(content_of(message)["formatted_body"])
        assert (len(seen.links), len(seen.text.splitlines())) == (10 if is_linked else 0, 11)

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.channels.discord_body import discord_body, escaped, masked_link
from alerts.message import Layout, Link
from db.facts import CountRole, EventCount, EventFacts, Kind, Mark, Polarity, Status, Verdict
from db.views import EventArticle
from newsroom.discord import problem_of
from newsroom.discord_text import read_markdown

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
RELEASE = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))
REPORT = EventArticle(1, "https://post.example/1?a=1&b=(2)", "post", "uk", "T", NOW, "first", "The *Post*")
TOKENS = [
    "@everyone",
    "@here",
    "<@1>",
    "<@!1>",
    "<@&2>",
    "<#3>",
    "<t:1:R>",
    ":boom:",
    "<:x:1>",
    "</x:1>",
    "[bank](https://evil.example)",
    "](<https://evil>",
    "https://evil.example",
    "discord.gg/evil",
    "**",
    "__",
    "~~",
    "||",
    "```",
    ">",
    "#",
    "-#",
    "1.",
    "\\",
    "\\\\",
    "<https://evil.example>",
    ")",
    "(",
    "]",
    "[",
]
HOSTILE = st.lists(st.one_of(st.text(max_size=20), st.sampled_from([*TOKENS, "\n# ", "👍", "é"])), max_size=12).map(
    "".join
)


def test_a_message_is_a_headline_and_an_embed_of_facts_and_links(write: Callable[..., Any]) -> None:
    message = write(RELEASE, REPORT, url="https://volya.example/events/7")
    body = json.loads(discord_body(message, Layout.FULL))
    assert body["content"] == "**Belarus frees 52 prisoners**"
    assert body["allowed_mentions"] == {"parse": []}
    assert body["embeds"][0]["description"].splitlines() == [
        "Status: reported",
        "Released: 52 people",
        "Independent sources: not named",
        r"[The \*Post\*](<https://post.example/1?a=1&b=%282%29>)",
        "[Volya 7](<https://volya.example/events/7>)",
    ]


def test_the_lower_rungs_are_text_alone_and_take_an_embed_away(write: Callable[..., Any]) -> None:
    message = write(RELEASE, REPORT)
    plain, short = (json.loads(discord_body(message, layout)) for layout in (Layout.PLAIN, Layout.SHORT))
    link = r"The \*Post\*: <https://post.example/1?a=1&b=%282%29>"
    assert (plain["embeds"], short["embeds"]) == ([], [])
    assert plain["content"].splitlines()[1:] == [
        "Status: reported",
        "Released: 52 people",
        "Independent sources: not named",
        link,
    ]
    assert short["content"] == f"Belarus frees 52 prisoners\n{link}"


@settings(max_examples=5_000, deadline=None)
@given(text=HOSTILE)
def test_escaped_text_is_seen_as_it_was_and_nothing_else(text: str) -> None:
    seen = read_markdown(escaped(text))
    assert (seen.links, seen.mentions, seen.styles, seen.previews) == ((), (), (), ())
    assert seen.text == text


@settings(deadline=None)
@given(url=HOSTILE, label=HOSTILE)
def test_neither_part_of_a_link_can_end_it(url: str, label: str) -> None:
    seen = read_markdown(masked_link(Link(label, f"https://post.example/{url}")))
    assert len(seen.links) == 1
    assert seen.links[0][1].startswith("https://post.example/")
    assert seen.links[0][0] == seen.text
    assert (seen.mentions, seen.styles, seen.previews) == ((), (), ())


@settings(deadline=None)
@given(name=HOSTILE, title=HOSTILE, layout=st.sampled_from(Layout), number=st.integers(1, 60))
def test_no_message_mentions_anybody_links_elsewhere_or_is_too_long(
    crowded: Callable[..., Any], name: str, title: str, layout: Layout, number: int
) -> None:
    message = crowded(name, title, number, replace(REPORT, url=REPORT.url + "&" * 400))
    body = json.loads(discord_body(message, layout))
    assert problem_of(body) is None
    assert len(body["content"]) <= 1850
    parts = [read_markdown(text) for text in (body["content"], *(one["description"] for one in body["embeds"]))]
    assert all(link[1].startswith("https://post.example/") for part in parts for link in part.links)
    assert [part.mentions + part.previews for part in parts if part.mentions or part.previews] == []
    assert {sign for part in parts for sign in part.styles} <= {"**"}


@settings(deadline=None)
@given(by=HOSTILE, note=HOSTILE, verdict=st.sampled_from(Verdict))
def test_whatever_a_person_writes_it_is_no_markup(
    write: Callable[..., Any], by: str, note: str, verdict: Verdict
) -> None:
    facts = replace(RELEASE, status=Status.RETRACTED, mark=Mark(verdict, by, note, NOW))
    message = write(facts, REPORT, type="withdrawn")
    (embed,) = json.loads(discord_body(message, Layout.FULL))["embeds"]
    seen = read_markdown(embed["description"])
    assert all(line in seen.text for line in message.lines)
    assert [label for label, _ in seen.links] == ["The *Post*"]

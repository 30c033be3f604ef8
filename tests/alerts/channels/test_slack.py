from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import Parcel, Result, SendOutcome, SlackChannel, UnusableDestinationError
from alerts.channels.slack import word_of
from alerts.channels.slack_body import escaped, slack_body, slack_link
from alerts.message import Layout, Link
from db.facts import CountRole, EventCount, EventFacts, Kind, Mark, Polarity, Status, Verdict
from db.views import EventArticle
from newsroom.slack import problem_of
from newsroom.slack_text import read_message

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
PATH = "/services/T0/B0/CANARYCANARY"
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["<!channel>", "<@U1>", "<#C1>", "<https://evil|bank>", "&lt;", "&amp;", "|", ">", "<", "`", "*"]
        ),
    ),
    max_size=12,
).map("".join)
RELEASE = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))
REPORT = EventArticle(1, "https://post.example/1", "post", "uk", "T", NOW, "first", "The Post")


def said_by(outcome: Result) -> tuple[SendOutcome, str | None]:
    return outcome.outcome, outcome.code


def send(exchanging: Callable[..., Any], *script: bytes) -> tuple[Result, list[Any]]:
    async def act(url: str) -> Result:
        channel = SlackChannel("desk", url + PATH, user_agent="volya/1", clock=lambda: NOW)
        result = await channel.send(Parcel("msg_1", b'{"text":"x"}'))
        await channel.close()
        return result

    result, calls = exchanging(act, *script)
    return result, calls


def test_the_word_is_the_bare_body_or_the_error_of_json() -> None:
    texts = ["ok\n", '{"ok":true}', '{"ok":false,"error":"rate_limited"}', "[1]", "{}", "9"]
    assert [word_of(text) for text in texts] == ["ok", "ok", "rate_limited", "[1]", "{}", "9"]


def test_ok_is_accepted_and_the_body_arrives_as_it_was_written(
    exchanging: Callable[..., Any], answering: Callable[..., bytes]
) -> None:
    result, calls = send(exchanging, answering(200, "ok"))
    assert said_by(result) == (SendOutcome.OK, None)
    assert (calls[0].path, calls[0].body) == (PATH, {"text": "x"})


def test_no_answer_and_no_error_tells_the_address(
    exchanging: Callable[..., Any], answering: Callable[..., bytes]
) -> None:
    for script in (answering(404, f"no such thing: {PATH}"), b"", answering(302, "", "location: /CANARYCANARY\r\n")):
        assert "CANARY" not in repr(send(exchanging, script)[0])
    assert "CANARY" not in repr(SlackChannel("desk", "https://x.example" + PATH, user_agent="v", clock=lambda: NOW))
    with pytest.raises(UnusableDestinationError) as refused:
        SlackChannel("desk", "ftp://x.example" + PATH, user_agent="v", clock=lambda: NOW)
    assert "CANARY" not in str(refused.value)


def test_a_message_is_a_notice_a_header_facts_links_and_a_note(write: Callable[..., Any]) -> None:
    message = write(RELEASE, REPORT, url="http://127.0.0.1:8320/events/7")
    body = json.loads(slack_body(message, Layout.FULL))
    assert body["text"] == "Belarus frees 52 prisoners"
    kinds = [block["type"] for block in body["blocks"]]
    assert kinds == ["header", "section", "section", "context"]
    assert body["blocks"][0]["text"] == {"type": "plain_text", "text": "Belarus frees 52 prisoners", "emoji": False}
    assert body["blocks"][1]["text"]["type"] == "plain_text"
    assert body["blocks"][2]["text"]["text"] == "<https://post.example/1|The Post>"
    assert body["blocks"][2]["text"]["verbatim"] is True
    assert body["blocks"][3]["elements"][0]["text"] == "<http://127.0.0.1:8320/events/7|Volya 7.3>"


def test_the_lower_rungs_are_text_alone(write: Callable[..., Any]) -> None:
    message = replace(write(RELEASE, REPORT), headline="<!channel> & more")
    plain, short = (json.loads(slack_body(message, layout)) for layout in (Layout.PLAIN, Layout.SHORT))
    assert "blocks" not in plain
    assert plain["text"].startswith("&lt;!channel&gt; &amp; more\nStatus: reported")
    assert short["text"] == "&lt;!channel&gt; &amp; more\nThe Post: https://post.example/1"


def parsed(markup: str) -> tuple[list[str], str]:
    """Read mrkdwn as Slack does: what stands between brackets, and the text around it."""
    return re.findall(r"<([^<>]*)>", markup), re.sub(r"<[^<>]*>", "", markup)


@settings(max_examples=5_000, deadline=None)
@given(text=HOSTILE)
def test_escaped_text_has_no_token_and_reads_as_it_was(text: str) -> None:
    tokens, left = parsed(escaped(text))
    assert tokens == []
    assert left.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@settings(deadline=None)
@given(url=HOSTILE, label=HOSTILE)
def test_neither_part_of_a_link_can_end_it(url: str, label: str) -> None:
    address = f"https://post.example/{url}"
    tokens, left = parsed(slack_link(Link(label, address)))
    assert (len(tokens), left) == (1, "")
    assert tokens[0].startswith("https://post.example/")
    assert tokens[0].count("|") <= 1


@settings(deadline=None)
@given(name=HOSTILE, title=HOSTILE, layout=st.sampled_from(Layout), number=st.integers(1, 60))
def test_no_message_mentions_anybody_links_elsewhere_or_is_too_long(
    crowded: Callable[..., Any], name: str, title: str, layout: Layout, number: int
) -> None:
    message = crowded(name, title, number, replace(REPORT, url=REPORT.url + "&" * 450))
    body = json.loads(slack_body(message, layout))
    blocks = body.get("blocks", [])
    texts = [block["text"] for block in blocks if block["type"] != "context"]
    markups = [body["text"], *(text["text"] for text in texts if text["type"] == "mrkdwn")]
    tokens = [token for markup in markups for token in parsed(markup)[0]]
    assert all(token.startswith("https://post.example/") for token in tokens)
    assert all(len(markup) <= 3000 for markup in markups[1:])
    assert len(texts[0]["text"] if texts else "") <= 150
    assert len(json.dumps(blocks, ensure_ascii=False)) <= 10_000
    assert len(blocks) <= 50
    assert problem_of(body) is None


@settings(deadline=None)
@given(by=HOSTILE, note=HOSTILE, layout=st.sampled_from(Layout), verdict=st.sampled_from(Verdict))
def test_whatever_a_person_writes_it_is_no_markup(
    write: Callable[..., Any], by: str, note: str, layout: Layout, verdict: Verdict
) -> None:
    facts = replace(RELEASE, status=Status.RETRACTED, mark=Mark(verdict, by, note, NOW))
    message = write(facts, REPORT, type="withdrawn")
    assert all(line == line.replace("\n", "") and len(line) <= 300 for line in message.lines)
    body = json.loads(slack_body(message, layout))
    seen = read_message(body)
    assert (seen.mentions, seen.styles) == ((), ())
    tokens = [token for markup in markups_of(body) for token in parsed(markup)[0]]
    assert all(token.startswith("https://post.example/") for token in tokens)


def markups_of(body: dict[str, Any]) -> list[str]:
    """Return what Slack reads as mrkdwn: the line of the phone, and the sections that are not plain."""
    texts = [block["text"] for block in body.get("blocks", []) if block["type"] == "section"]
    return [body["text"], *(text["text"] for text in texts if text["type"] == "mrkdwn")]

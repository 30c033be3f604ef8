from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import Parcel, Remote, Result, SendOutcome, SlackAppChannel, UnusableDestinationError
from alerts.channels.slack_app import SlackApp
from alerts.channels.slack_app_answers import classify_slack_answer, read_slack_answer
from alerts.message import Layout
from db.facts import CountRole, EventCount, EventFacts, Kind, Polarity, Status
from db.views import EventArticle
from newsroom import Answer, Reset, SlackAppReceiver
from newsroom.slack_app import CHANNEL, refusal

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
TOKEN = "xoxb-1234567890-CANARYCANARYCANARY"
PARCEL = Parcel("msg_1", b'{"text":"x"}')
RELEASE = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))
REPORT = EventArticle(1, "https://post.example/1", "post", "uk", "T", NOW, "first", "The Post")
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                "<!channel>",
                "<!here|x>",
                "@here",
                "<@U1>",
                "<#C1>",
                "<https://evil|bank>",
                "&lt;",
                "&",
                "|",
                ">",
                "<",
                "*",
            ]
        ),
    ),
    max_size=12,
).map("".join)
Use = Callable[[SlackAppChannel], Any]


@pytest.fixture
def slack() -> Iterator[SlackAppReceiver]:
    with SlackAppReceiver(lambda: NOW, token=TOKEN, channels={CHANNEL: "alerts", "C0OTHER": "other"}) as running:
        yield running


def channel_at(url: str, place: str = CHANNEL, token: str = TOKEN) -> SlackAppChannel:
    return SlackAppChannel("desk", SlackApp(token, url), place, user_agent="volya/1", clock=lambda: NOW)


def used(slack: SlackAppReceiver, *uses: Use, place: str = CHANNEL, token: str = TOKEN) -> list[Result]:
    async def act() -> list[Result]:
        channel = channel_at(slack.url, place, token)
        results = [await use(channel) for use in uses]
        await channel.close()
        return results

    return asyncio.run(act())


def sending(text: str, key: str = "msg_1", **more: Any) -> Use:
    return lambda channel: channel.send(Parcel(key, json.dumps({"text": text, **more}).encode()))


def editing(text: str, remote: Remote, **more: Any) -> Use:
    return lambda channel: channel.edit(Parcel("msg_2", json.dumps({"text": text, **more}).encode()), remote)


def replying(text: str, remote: Remote) -> Use:
    return lambda channel: channel.reply(Parcel("msg_3", json.dumps({"text": text}).encode()), remote)


def remote_of(result: Result) -> Remote:
    assert result.outcome == SendOutcome.OK, result
    assert result.remote_id is not None
    return Remote(result.remote_channel, result.remote_id)


def calls_of(slack: SlackAppReceiver) -> list[tuple[str, dict[str, Any]]]:
    requests = [one.request for one in slack.exchanges]
    return [(one.path.rpartition("/")[2], json.loads(one.body)) for one in requests]


def test_a_message_is_posted_quietly_and_its_place_is_kept(slack: SlackAppReceiver) -> None:
    (result,) = used(slack, sending("52 freed"))
    assert (result.outcome, result.code, result.remote_channel) == (SendOutcome.OK, None, CHANNEL)
    assert result.remote_id == slack.messages[0].ts
    ((method, call),) = calls_of(slack)
    quiet = {"link_names": False, "parse": "none", "unfurl_links": False, "unfurl_media": False}
    assert method == "chat.postMessage"
    assert call == {"text": "52 freed", "channel": CHANNEL, **quiet, "client_msg_id": call["client_msg_id"]}


def test_the_token_is_a_header_and_in_no_address_or_body(slack: SlackAppReceiver) -> None:
    used(slack, sending("x"))
    (request,) = slack.accepted
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert "CANARY" not in request.path + request.query + request.body.decode()


def test_an_edit_changes_the_posted_message_and_an_answer_in_its_thread_rings_in_the_channel(
    slack: SlackAppReceiver,
) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "first"}}
    remote = remote_of(used(slack, sending("first", blocks=[section]))[0])
    edited, replied = used(slack, editing("second", remote), replying("what changed", remote))
    assert (edited.outcome, edited.remote_id, replied.outcome) == (SendOutcome.OK, remote.id, SendOutcome.OK)
    (message,) = slack.posts
    assert (message.seen, message.edits) == ("second", 1), "blocks of before would hide the new text"
    assert [one.seen for one in slack.thread(remote.id)] == ["what changed"]
    assert (calls_of(slack)[1][1]["parse"], calls_of(slack)[1][1]["link_names"]) == ("none", False)
    assert calls_of(slack)[2][1]["reply_broadcast"] is True


def test_a_channel_that_is_named_is_edited_by_the_id_that_slack_gave(slack: SlackAppReceiver) -> None:
    remote = remote_of(used(slack, sending("a"), place="#alerts")[0])
    assert remote.channel == CHANNEL
    assert used(slack, editing("b", remote), place="#alerts")[0].outcome == SendOutcome.OK
    assert [(one.seen, one.edits) for one in slack.messages] == [("b", 1)]


def test_what_cannot_be_edited_any_more_is_told_and_nothing_else_is_done(slack: SlackAppReceiver) -> None:
    remote = remote_of(used(slack, sending("a"))[0])
    slack.script(refusal("message_not_found"))
    (result,) = used(slack, editing("b", remote))
    assert [one.seen for one in slack.top] == ["a"]
    assert (result.outcome, result.code) == (SendOutcome.EDIT_LOST, "message_not_found")


def test_an_answer_that_finds_no_thread_stands_alone(slack: SlackAppReceiver) -> None:
    remote = remote_of(used(slack, sending("a"))[0])
    slack.script(refusal("cannot_reply_to_message"))
    assert used(slack, replying("b", remote))[0].outcome == SendOutcome.OK
    assert [one.seen for one in slack.top] == ["a", "b"]


def test_where_the_place_itself_is_gone_the_new_message_says_so(slack: SlackAppReceiver) -> None:
    remote = remote_of(used(slack, sending("a"))[0])
    slack.closed[CHANNEL] = "is_archived"
    results = used(slack, editing("b", remote), sending("b"), replying("c", remote))
    assert [one.outcome for one in results] == [SendOutcome.EDIT_LOST, SendOutcome.DEST_PERM, SendOutcome.DEST_PERM]
    assert {one.code for one in results} == {"is_archived"}


@pytest.mark.parametrize("place", ["C0OTHER", "#other"])
def test_in_a_new_channel_of_the_settings_nothing_is_edited_and_an_answer_stands_alone(
    slack: SlackAppReceiver, place: str
) -> None:
    old = Remote("C0LEFT", "1.000001")
    assert used(slack, editing("a", old), replying("b", old), place=place)[0].outcome == SendOutcome.EDIT_LOST
    assert [(one.channel, one.seen, one.thread_ts) for one in slack.messages] == [("C0OTHER", "b", None)]


def test_an_answer_that_cannot_be_read_says_nothing_but_its_status() -> None:
    assert classify_slack_answer(read_slack_answer(200, "[" * 100_000)) == SendOutcome.UNCERTAIN


def test_a_lost_answer_may_have_been_accepted(slack: SlackAppReceiver) -> None:
    slack.script(Answer(reset=Reset.AFTER_RECORDING))
    assert used(slack, sending("x"))[0].outcome == SendOutcome.UNCERTAIN
    assert len(slack.messages) == 1


def test_a_message_goes_by_the_key_of_its_delivery_at_every_attempt(slack: SlackAppReceiver) -> None:
    used(slack, sending("a"), sending("a (possible repeat)"), sending("b", "msg_9"))
    first, again, other = (call["client_msg_id"] for _, call in calls_of(slack))
    assert first == again != other
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)


def test_where_slack_errs_over_the_key_the_message_is_posted_without_it(slack: SlackAppReceiver) -> None:
    slack.script(refusal("duplicate_message_not_found"))
    assert used(slack, sending("a"))[0].outcome == SendOutcome.OK
    assert ["client_msg_id" in call for _, call in calls_of(slack)] == [True, False]


def test_the_token_is_in_no_error_result_or_repr(slack: SlackAppReceiver) -> None:
    echo = json.dumps({"ok": False, "error": "x" * 45 + TOKEN, "needed": TOKEN.removeprefix("xoxb-")})
    slack.script(Answer(200, echo.encode()), Answer(502, f"<p>Bearer {TOKEN}".encode()), Answer(301, b"", {}))
    results = used(slack, *[sending("x")] * 3)
    assert "CANARY" not in repr([*results, channel_at(slack.url), SlackApp(TOKEN)])
    wrong = used(slack, sending("x"), token="xoxb-1234567890-WRONG")[0]
    assert (wrong.outcome, wrong.code) == (SendOutcome.DEST_PERM, "invalid_auth")


@pytest.mark.parametrize(
    ("url", "token", "place"),
    [
        ("https://slack.com/api", "CANARY", CHANNEL),
        ("https://slack.com/api", "xoxp-1234567890-CANARY", CHANNEL),
        ("https://slack.com/api", f"{TOKEN}\r\nx: y", CHANNEL),
        ("https://slack.com/api", TOKEN, "alerts"),
        ("https://slack.com/api", TOKEN, "#"),
        ("https://slack.com/api", TOKEN, "@somebody"),
        ("https://slack.com/api", TOKEN, "c0lower"),
        ("ftp://slack.com/api", TOKEN, CHANNEL),
    ],
)
def test_what_cannot_be_written_to_is_said_without_a_secret(url: str, token: str, place: str) -> None:
    with pytest.raises(UnusableDestinationError) as refused:
        channel_at(url, place, token)
    assert "CANARY" not in str(refused.value)


def tokens_of(markup: str) -> list[str]:
    """What Slack reads as markup: everything between brackets."""
    return re.findall(r"<([^<>]*)>", markup)


@settings(max_examples=60, deadline=None)
@given(name=HOSTILE, title=HOSTILE, layout=st.sampled_from(Layout), number=st.integers(1, 60))
def test_whatever_is_told_slack_takes_it_and_nobody_is_mentioned(
    crowded: Callable[..., Any], name: str, title: str, layout: Layout, number: int
) -> None:
    message = crowded(name, title, number, replace(REPORT, url=REPORT.url + "&" * 450))
    body = SlackAppChannel.compose(message, layout)
    with SlackAppReceiver(lambda: NOW, token=TOKEN) as slack:
        (sent,) = used(slack, lambda channel: channel.send(Parcel("msg_1", body)))
        remote = remote_of(sent)
        edited, replied = used(
            slack,
            lambda channel: channel.edit(Parcel("msg_2", body), remote),
            lambda channel: channel.reply(Parcel("msg_3", body), remote),
        )
        assert (edited.outcome, replied.outcome) == (SendOutcome.OK, SendOutcome.OK)
        links = [
            link for message in slack.messages for markup in markups(message.content) for link in tokens_of(markup)
        ]
    assert all(link.startswith("https://post.example/") and link.count("|") <= 1 for link in links)


def markups(content: Any) -> list[str]:
    """The texts in which Slack looks for markup."""
    texts = [block["text"] for block in content.get("blocks", []) if block["type"] != "context"]
    return [content["text"], *(text["text"] for text in texts if text["type"] == "mrkdwn")]

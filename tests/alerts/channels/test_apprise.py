"""Apprise over a real socket: what it says little about is classed with care, and what we do ourselves is refused."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts import AppriseChannel, Destination, Limits, Parcel, Result, SendOutcome, UnusableDestinationError
from alerts.channels.apprise import apprise_body, quiet
from alerts.destinations import Updates
from alerts.message import Layout
from db.facts import CountRole, EventCount, EventFacts, Kind, Polarity, Status
from db.views import EventArticle
from newsroom import Answer, FormReceiver, Reset

ROOT = Path(__file__).parents[3]
PLACE = Destination("team", "apprise", updates=Updates.MAJOR)
SIGNS = "<!channel> @everyone *x* <b>y</b> &amp; \\n [a](https://evil.example)"
PARCEL = Parcel("msg_1", json.dumps({"title": f"Звільнено {SIGNS}", "body": f"a {SIGNS}\nb"}).encode())


def send(url: str, limits: Limits | None = None) -> Result:
    return asyncio.run(AppriseChannel("team", url, limits=limits).send(PARCEL))


def test_a_text_arrives_as_text_whatever_signs_it_holds() -> None:
    with FormReceiver() as receiver:
        result = send(receiver.url)
        (message,) = receiver.messages
    assert result == Result(SendOutcome.OK)
    assert (message.title, message.text) == (f"Звільнено {SIGNS}", f"a {SIGNS}\nb")


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("html", "&lt;!channel&gt;&nbsp;@everyone&nbsp;*x*&nbsp;&lt;b&gt;"),
        ("markdown", "<\\!channel\\> @everyone \\*x"),
    ],
)
def test_a_service_that_shows_markup_gets_the_signs_of_a_text_escaped(form: str, shown: str) -> None:
    with FormReceiver() as receiver:
        send(f"{receiver.url}?format={form}")
        (message,) = receiver.messages
    assert shown in message.text


def test_the_library_does_not_try_again_by_itself_though_a_url_asks_it_to() -> None:
    with FormReceiver() as receiver:
        receiver.script(Answer(500, b"x"))
        assert send(f"{receiver.url}?retry=3&wait=0").outcome == SendOutcome.UNCERTAIN
        assert len(receiver.exchanges) == 1


@pytest.mark.parametrize("answer", [Answer(500), Answer(404), Answer(429), Answer(reset=Reset.AFTER_RECORDING)])
def test_a_failure_may_have_been_accepted(answer: Answer) -> None:
    with FormReceiver() as receiver:
        receiver.script(replace(answer, body=b"CANARY-path is wrong" if answer.reset is None else b""))
        result = send(receiver.url)
    assert (result.outcome, result.code, result.retry_after) == (SendOutcome.UNCERTAIN, "apprise: failure", None)
    assert result.response
    assert "CANARY" not in repr(result)


def test_the_deadline_is_kept_though_the_library_blocks() -> None:
    with FormReceiver() as receiver:
        receiver.script(Answer(delay=2.0))
        result = send(receiver.url, Limits(total=0.3))
    assert (result.outcome, result.code in ("total deadline", "apprise: timeout")) == (SendOutcome.UNCERTAIN, True)


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/CANARYdnlazkcOXrIdevi7FQ", "slack-app or slack"),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/CANARYdnlazkcOXrIdevi7FQ", "slack-app or slack"),
        ("tgram://123456789:CANARY1234567890abcdefghijklmnopqrstuv/123/", "telegram"),
        ("json://127.0.0.1/CANARY", "webhook"),
        ("jsons://hooks.example/CANARY", "webhook"),
        ("discord://1234567890/CANARYabcdefgh", "discord"),
        ("https://discord.com/api/webhooks/1234567890/CANARYabcdefgh", "discord"),
        ("ntfys://ntfy.example/CANARY", "ntfy"),
        ("mailto://user:CANARY@gmail.com", "email"),
    ],
)
def test_what_we_write_to_ourselves_is_refused_with_the_channel_to_take(url: str, channel: str) -> None:
    with pytest.raises(UnusableDestinationError) as refused:
        AppriseChannel("team", url)
    assert str(refused.value) == f"destination team: Volya writes there itself: take the channel {channel}"


@pytest.mark.parametrize("url", ["CANARY", "https://example.org/CANARY", "pigeon://CANARY", ""])
def test_a_url_that_apprise_does_not_know_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UnusableDestinationError, match="its url is none that Apprise knows") as refused:
        AppriseChannel("team", url)
    assert "CANARY" not in str(refused.value)


def test_without_the_extra_the_error_says_how_to_install_it() -> None:
    program = (
        "import sys\n"
        "sys.modules['apprise'] = None\n"  # what an import of it then meets is what one meets where it is missing
        "from alerts import AppriseChannel, UnusableDestinationError\n"
        "try:\n    AppriseChannel('team', 'form://127.0.0.1')\n"
        "except UnusableDestinationError as error:\n    print(error)\n"
    )
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == 'destination team: apprise is not installed here: pip install "volya[apprise]"\n'


RELEASE = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))


def test_a_message_is_a_title_and_a_text(write: Callable[..., Any]) -> None:
    report = EventArticle(1, "https://post.example/1", "post", "uk", "T", write(RELEASE).at, "first", "The Post")
    message = write(RELEASE, report, url="https://volya.example/events/7")
    full, short = (json.loads(apprise_body(message, layout)) for layout in (Layout.FULL, Layout.SHORT))
    assert full == {
        "title": "Belarus frees 52 prisoners",
        "body": "Status: reported\nReleased: 52 people\nIndependent sources: not named\n"
        "The Post: https://post.example/1\nhttps://volya.example/events/7",
    }
    assert short["body"] == "Belarus frees 52 prisoners\nhttps://volya.example/events/7"
    assert len(json.loads(apprise_body(replace(message, headline="x" * 500), Layout.FULL))["title"]) == 200


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["@", "<", "!", "channel", "all", " ", "https://", "x.example/", "#", "&", "ї", "\n"])))
@example(["https://", "x.example/", "@", "all"])
def test_no_text_of_others_rings_everybody(write: Callable[..., Any], parts: list[str]) -> None:
    message = replace(
        write(RELEASE), headline="".join(parts).replace("\n", " "), lines=tuple("".join(parts).split("\n"))
    )
    body = json.loads(apprise_body(message, Layout.FULL))
    words = f"{body['title']} {body['body']}".split()
    assert not any(re.search(r"[@<][\w!@#&]", word) for word in words if not word.startswith("https://"))
    assert f"{body['title']} {body['body']}".replace("\u2060", "").split()[: len("".join(parts).split())] == (
        "".join(parts).split()
    )


def test_a_link_stays_whole_and_a_call_is_broken() -> None:
    line = quiet("Post @all <!here>: https://post.example/@all?a=<b")
    assert line == "Post @\u2060all <\u2060!here>: https://post.example/@all?a=<b"


def test_an_alert_comes_through_the_outbox_and_after_a_failure_it_is_marked(
    line: Any, release: Callable[..., EventFacts]
) -> None:
    with FormReceiver() as receiver:
        receiver.script(Answer(502, b"CANARY"))
        channel = AppriseChannel("team", receiver.url)
        line.desk.publish(release(52))
        line.drain(PLACE, channel)
        (message,) = receiver.messages
    assert message.title == "Belarus frees 52 prisoners"
    assert message.text.count("(possible repeat)") == 1
    assert "CANARY" not in repr(channel)

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import Parcel, Remote, Result, SendOutcome, TelegramChannel, UnusableDestinationError
from alerts.channels.telegram import Chat
from alerts.channels.telegram_api import Bot
from alerts.channels.telegram_body import cut_text, escaped, telegram_body
from alerts.message import Layout
from db.facts import CountRole, EventCount, EventFacts, Kind, Mark, Polarity, Status, Verdict
from db.views import EventArticle

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
TOKEN = "123456:CANARY-CANARY-CANARY-CANARY"
PARCEL = Parcel("msg_1", b'{"text":"<b>x</b>","parse_mode":"HTML"}')
SENT = {"ok": True, "result": {"message_id": 5, "date": 1, "chat": {"id": -100}, "text": "x" * 4000}}
RELEASE = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))
REPORT = EventArticle(1, "https://post.example/1?a=1&b=2", "post", "uk", "T", NOW, "first", "The <Post>")
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=20), st.sampled_from(["</b>", "<a href='x'>", "&amp;", '"', "<", "&", "👨‍👩‍👧", "🇺🇦", "é"])
    ),
    max_size=12,
).map("".join)


def channel_at(url: str, chat: str = "-100", thread: int | None = None) -> TelegramChannel:
    return TelegramChannel("desk", Bot(TOKEN, url), Chat(chat, thread), user_agent="volya/1", clock=lambda: NOW)


Use = Callable[[TelegramChannel], Any]


@pytest.fixture
def using(exchanging: Callable[..., Any], answering: Callable[..., bytes]) -> Callable[..., tuple[Result, list[Any]]]:
    """Use a channel on a receiver that answers (status, body) in turn."""

    def used(use: Use, *script: tuple[int, Any], **place: Any) -> tuple[Result, list[Any]]:
        async def act(url: str) -> Result:
            channel = channel_at(url, **place)
            result: Result = await use(channel)
            await channel.close()
            return result

        result, calls = exchanging(act, *(answering(*one) for one in script))
        return result, calls

    return used


def refusal(code: int, words: str, **parameters: Any) -> tuple[int, Any]:
    return code, {"ok": False, "error_code": code, "description": words, "parameters": parameters}


def test_a_message_is_sent_to_the_chat_and_its_place_is_kept(using: Callable[..., Any]) -> None:
    result, calls = using(lambda channel: channel.send(PARCEL), (200, SENT), thread=9)
    assert (result.outcome, result.remote_channel, result.remote_id) == (SendOutcome.OK, "-100", "5")
    assert calls[0].path == f"/bot{TOKEN}/sendMessage"
    assert calls[0].body == {"text": "<b>x</b>", "parse_mode": "HTML", "chat_id": -100, "message_thread_id": 9}


def test_an_edit_changes_the_sent_message(using: Callable[..., Any]) -> None:
    result, calls = using(lambda channel: channel.edit(PARCEL, Remote("-100", "5")), (200, SENT))
    assert (result.outcome, result.remote_id) == (SendOutcome.OK, "5")
    assert (calls[0].path.rpartition("/")[2], calls[0].body["message_id"]) == ("editMessageText", 5)


def test_an_answer_stands_in_the_thread_of_the_sent_message(using: Callable[..., Any]) -> None:
    _, calls = using(lambda channel: channel.reply(PARCEL, Remote("-100", "5")), (200, SENT))
    assert calls[0].body["reply_parameters"] == {"message_id": 5, "allow_sending_without_reply": True}


def test_an_edit_of_the_same_text_is_nothing_to_do(using: Callable[..., Any]) -> None:
    words = "Bad Request: message is not modified: specified new message content and reply markup are the same"
    result, _ = using(lambda channel: channel.edit(PARCEL, Remote("-100", "5")), refusal(400, words))
    assert (result.outcome, result.remote_channel) == (SendOutcome.NOOP, "-100")


def test_an_upgraded_chat_is_told_and_then_written_to(using: Callable[..., Any]) -> None:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    moved, _ = using(lambda channel: channel.send(PARCEL), refusal(400, words, migrate_to_chat_id=-1002))
    assert (moved.outcome, moved.moved_to) == (SendOutcome.DEST_MOVED, "-100 > -1002")
    parcel = replace(PARCEL, moved_to=moved.moved_to)
    _, calls = using(lambda channel: channel.send(parcel), (200, SENT))
    assert calls[0].body["chat_id"] == -1002
    lost, calls = using(lambda channel: channel.edit(parcel, Remote("-100", "5")))
    assert (lost.outcome, calls) == (SendOutcome.EDIT_LOST, [])
    _, calls = using(lambda channel: channel.send(parcel), (200, SENT), chat="-555")
    assert calls[0].body["chat_id"] == -555


def test_the_token_is_in_no_error_result_or_repr(using: Callable[..., Any]) -> None:
    echoes = [
        refusal(401, f"Unauthorized: not everybody may call /bot{TOKEN}/x"),
        (502, f"<a href='/bot{TOKEN}'>"),
        (301, ""),
    ]
    results = [using(lambda channel: channel.send(PARCEL), echo)[0] for echo in echoes]
    assert "CANARY" not in repr([*results, channel_at("http://127.0.0.1:1"), Bot(TOKEN)])
    for token, chat in ((TOKEN + "!", "1"), ("CANARY", "1"), (TOKEN, "a b"), (TOKEN, "@x")):
        with pytest.raises(UnusableDestinationError) as refused:
            TelegramChannel("desk", Bot(token), Chat(chat), user_agent="v", clock=lambda: NOW)
        assert "CANARY" not in str(refused.value)


def test_groups_get_twenty_messages_a_minute_and_a_person_one_a_second() -> None:
    assert [channel_at("http://x.example", chat).interval for chat in ("-100", "@public", "7")] == [3.0, 3.0, 1.0]


def test_a_message_is_html_with_our_tags_alone(write: Callable[..., Any]) -> None:
    body = json.loads(telegram_body(write(RELEASE, REPORT, url="http://127.0.0.1:8320/events/7"), Layout.FULL))
    assert body["link_preview_options"] == {"is_disabled": True}
    assert body["text"].splitlines() == [
        "<b>Belarus frees 52 prisoners</b>",
        "Status: reported",
        "Released: 52 people",
        "Independent sources: not named",
        '<a href="https://post.example/1?a=1&amp;b=2">The &lt;Post&gt;</a>',
        '<a href="http://127.0.0.1:8320/events/7">Volya 7</a>',
    ]


def test_the_lower_rungs_are_plain_text(write: Callable[..., Any]) -> None:
    plain, short = (
        json.loads(telegram_body(write(RELEASE, REPORT), layout)) for layout in (Layout.PLAIN, Layout.SHORT)
    )
    assert "parse_mode" not in plain
    assert "The <Post>: https://post.example/1?a=1&b=2" in plain["text"]
    assert short["text"] == "Belarus frees 52 prisoners\nThe <Post>: https://post.example/1?a=1&b=2"


class Checker(HTMLParser):
    """Reads HTML as the service does: every tag is one of ours and closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.visible = ""
        self.hrefs: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert tag in ("b", "a")
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)
        self.hrefs += [value for _, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.visible += data


@settings(deadline=None)
@given(name=HOSTILE, title=HOSTILE, layout=st.sampled_from(Layout), number=st.integers(1, 60))
def test_any_message_is_short_enough_and_reads_as_html(
    crowded: Callable[..., Any], name: str, title: str, layout: Layout, number: int
) -> None:
    message = crowded(name, title, number, replace(REPORT, url=REPORT.url + '&"' * 200))
    encoded = telegram_body(message, layout)
    text = json.loads(encoded)["text"]
    assert len(encoded) <= 32_000
    if layout != Layout.FULL:
        assert len(text) <= 4000
        return
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.open == []
    assert len(checker.visible) <= 4000
    assert re.findall(r"&(?!amp;|lt;|gt;|quot;)", text) == []
    assert html.unescape(re.sub(r"<[^<>]*>", "", text)) == checker.visible


@settings(max_examples=5_000, deadline=None)
@given(text=HOSTILE)
def test_escaped_text_has_no_tag_and_reads_as_it_was(text: str) -> None:
    checker = Checker()
    checker.feed(f'<a href="{escaped(text)}">{escaped(text)}</a>')
    checker.close()
    assert (checker.open, checker.hrefs, checker.visible) == ([], [text], text)


@settings(deadline=None)
@given(text=HOSTILE, limit=st.integers(1, 30))
def test_a_cut_text_is_short_and_begins_as_it_did(text: str, limit: int) -> None:
    shown = cut_text(text, limit)
    assert len(shown) <= limit
    assert shown == text or (shown[-1] == "…" and text.startswith(shown[:-1]))


@pytest.mark.parametrize(("text", "limit"), [("ab👨‍👩‍👧cd", 5), ("abe\u0301d", 4), ("ab🇺🇦c", 4), ("ab👍🏽c", 4)])
def test_a_sign_is_never_cut_in_two(text: str, limit: int) -> None:
    assert cut_text(text, limit) == "ab…"


@settings(deadline=None)
@given(by=HOSTILE, note=HOSTILE, verdict=st.sampled_from(Verdict))
def test_whatever_a_person_writes_it_is_no_markup(
    write: Callable[..., Any], by: str, note: str, verdict: Verdict
) -> None:
    facts = replace(RELEASE, status=Status.RETRACTED, mark=Mark(verdict, by, note, NOW))
    message = write(facts, REPORT, type="withdrawn")
    checker = Checker()
    checker.feed(json.loads(telegram_body(message, Layout.FULL))["text"])
    checker.close()
    assert checker.open == []
    assert all(line in checker.visible for line in message.lines)

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from newsroom import Answer, Person, Reset, TelegramReceiver
from newsroom.telegram import CHAT
from newsroom.telegram_calls import flooded
from newsroom.telegram_text import EntitiesError, parse_html

Call = Callable[..., httpx.Response]


@pytest.fixture
def telegram() -> Iterator[TelegramReceiver]:
    with TelegramReceiver(chats=(CHAT, "@made_up"), topics=(7,)) as running:
        yield running


@pytest.fixture
def call(telegram: TelegramReceiver, client: httpx.Client) -> Call:
    """Call a method of the bot; chat and mode are given unless others are."""

    def run(method: str, **fields: Any) -> httpx.Response:
        given = {"chat_id": CHAT, "parse_mode": "HTML", **fields}
        return client.post(f"{telegram.url}/bot{telegram.token}/{method}", json=given)

    return run


def description(answer: httpx.Response) -> str:
    body = answer.json()
    assert (body["ok"], body["error_code"]) == (False, answer.status_code)
    return str(body["description"])


def test_message_is_sent_edited_and_answered(telegram: TelegramReceiver, call: Call) -> None:
    sent = call("sendMessage", text='<b>36</b> freed &amp; <a href="https://outlet.example/a?x=1&amp;y=2">out</a>')
    result = sent.json()["result"]
    assert (result["chat"]["id"], result["text"]) == (CHAT, "36 freed & out")
    edited = call("editMessageText", message_id=result["message_id"], text="<b>39</b> freed")
    assert edited.json()["ok"]
    call("sendMessage", text="three more", reply_parameters={"message_id": result["message_id"]})
    first, second = telegram.messages
    assert (first.visible.text, first.edits, first.reply_to) == ("39 freed", 1, None)
    assert (second.visible.text, second.edits, second.reply_to) == ("three more", 0, first.id)


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "<b> </b>"}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "ї" * 16_385}, "text is too long"),
        ({"text": "a <div>b</div>"}, 'can\'t parse entities: Unsupported start tag "div" at byte offset 2'),
        ({"text": "<b>a"}, "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ({"text": "<b><i>a</b></i>"}, "can't parse entities: Unmatched end tag at byte offset 7"),
        ({"text": "a</b>"}, "can't parse entities: Unexpected end tag at byte offset 1"),
        ({"text": "1 < 2"}, "can't parse entities"),
        ({"text": "a", "parse_mode": "Markup"}, "unsupported parse_mode"),
        ({"text": "a", "chat_id": -5}, "chat not found"),
        ({"text": "a", "chat_id": ""}, "chat_id is empty"),
        ({"text": "a", "message_thread_id": 8}, "message thread not found"),
        ({"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ],
)
def test_bad_messages_are_refused_in_the_words_of_the_service(
    telegram: TelegramReceiver, call: Call, fields: dict[str, Any], trouble: str
) -> None:
    answer = call("sendMessage", **fields)
    assert answer.status_code == 400
    assert description(answer).startswith(f"Bad Request: {trouble}")
    assert telegram.messages == ()


def test_longest_message_is_measured_after_parsing(call: Call) -> None:
    assert call("sendMessage", text="<b>" + "x" * 4096 + "</b>").json()["ok"]
    assert call("sendMessage", text="&lt;" * 4096).json()["ok"]


def test_reply_to_a_message_that_is_gone_may_be_sent_all_the_same(telegram: TelegramReceiver, call: Call) -> None:
    reply = {"message_id": 99, "allow_sending_without_reply": True}
    assert call("sendMessage", text="a", chat_id="@made_up", message_thread_id=7, reply_parameters=reply).json()["ok"]
    assert telegram.messages[0].reply_to is None


def test_edit_needs_a_message_and_a_change(call: Call) -> None:
    sent = call("sendMessage", text="<b>36</b> freed").json()["result"]
    same = call("editMessageText", message_id=sent["message_id"], text="<b>36</b> freed ")
    assert description(same).startswith("Bad Request: message is not modified: specified new message content")
    assert call("editMessageText", message_id=sent["message_id"], text="<i>36</i> freed").json()["ok"]
    assert description(call("editMessageText", message_id=99, text="a")) == "Bad Request: message to edit not found"
    foreign = call("editMessageText", message_id=sent["message_id"], chat_id="@made_up", text="a")
    assert description(foreign) == "Bad Request: message to edit not found"
    assert call("deleteMessage", message_id=sent["message_id"]).json() == {"ok": True, "result": True}
    gone = call("editMessageText", message_id=sent["message_id"], text="b")
    assert description(gone) == "Bad Request: message to edit not found"


def test_token_method_and_body_are_checked(telegram: TelegramReceiver, call: Call, client: httpx.Client) -> None:
    answer = client.post(f"{telegram.url}/bot1:wrong/sendMessage", json={})
    assert (answer.status_code, description(answer)) == (401, "Unauthorized")
    answer = call("sendPigeon", text="a")
    assert (answer.status_code, description(answer)) == (404, "Not Found")
    address = f"{telegram.url}/bot{telegram.token}/sendMessage"
    assert description(client.post(address, content=b"not json")) == "Bad Request: can't parse JSON object"
    assert description(client.post(address, content=b"[]")) == "Bad Request: object expected as request"
    assert call("getMe").json()["result"]["is_bot"]
    assert call("getChat").json()["result"]["id"] == CHAT


def test_flood_and_lost_answers_come_as_scripted(telegram: TelegramReceiver, call: Call) -> None:
    telegram.script(flooded(3), Answer(502, b"<html>"), Answer(reset=Reset.BEFORE_RECORDING))
    flood = call("sendMessage", text="a")
    assert (flood.headers["retry-after"], flood.json()["parameters"]) == ("3", {"retry_after": 3})
    assert description(flood) == "Too Many Requests: retry after 3"
    assert call("sendMessage", text="a").status_code == 502
    with pytest.raises(httpx.TransportError):
        call("sendMessage", text="a")
    assert telegram.messages == ()
    telegram.script(Answer(reset=Reset.AFTER_RECORDING))
    with pytest.raises(httpx.TransportError):
        call("sendMessage", text="a")
    assert len(telegram.messages) == 1


def test_what_people_write_is_kept_until_a_later_update_is_asked_for(telegram: TelegramReceiver, call: Call) -> None:
    assert call("getUpdates", timeout=0).json()["result"] == []
    first = telegram.write(5, "/start", Person(7, "uk"))
    second = telegram.write(-5, "hello")
    for _ in range(2):
        found = call("getUpdates", timeout=0).json()["result"]
        assert [one["update_id"] for one in found] == [first, second]
    assert found[0]["message"]["chat"] == {"id": 5, "type": "private"}
    assert found[0]["message"]["from"]["language_code"] == "uk"
    [left] = call("getUpdates", timeout=0, offset=second).json()["result"]
    assert left["message"]["text"] == "hello"
    assert call("getUpdates", timeout=0, offset=second + 1).json()["result"] == []


def test_a_request_for_updates_is_held_open_until_there_is_one_and_holds_up_no_other(
    telegram: TelegramReceiver, call: Call, client: httpx.Client
) -> None:
    with ThreadPoolExecutor(1) as waiting:
        held = waiting.submit(call, "getUpdates", timeout=50)
        assert call("sendMessage", text="meanwhile").status_code == 200
        number = telegram.write(5, "/start")
        assert [one["update_id"] for one in held.result(20).json()["result"]] == [number]


def test_who_is_barred_may_not_write_and_is_told_so(telegram: TelegramReceiver, call: Call) -> None:
    telegram.write(5, "/start")
    telegram.bar(5)
    assert description(call("sendMessage", chat_id=5, text="a")) == "Forbidden: bot was blocked by the user"
    change = call("getUpdates", timeout=0).json()["result"][1]["my_chat_member"]
    assert (change["chat"]["id"], change["new_chat_member"]["status"]) == (5, "kicked")
    assert telegram.bar(CHAT, is_told=False) is None
    assert description(call("getChat")) == "Forbidden: bot was kicked from the group chat"


def test_administrators_are_those_who_were_appointed(telegram: TelegramReceiver, call: Call) -> None:
    telegram.appoint(CHAT, Person(7))
    statuses = [call("getChatMember", user_id=one).json()["result"]["status"] for one in (7, 8)]
    assert statuses == ["administrator", "member"]


@pytest.mark.parametrize(
    ("raw", "seen", "links"),
    [
        ("a &lt;b&gt; &amp;amp; &quot;c&quot; &#1111;", 'a <b> &amp; "c" ї', ()),
        ("&nbsp; & &copy;", "&nbsp; & &copy;", ()),
        ("<blockquote expandable>a\n</blockquote>", "a", ()),
        ("<A HREF='https://one.example/'>x</A>", "x", ("https://one.example/",)),
    ],
)
def test_only_the_four_entities_and_numbers_are_read(raw: str, seen: str, links: tuple[str, ...]) -> None:
    visible = parse_html(raw)
    assert (visible.text, visible.links) == (seen, links)


@pytest.mark.parametrize("raw", ["<", "<>", "<b", "<b <i>", "</", "<script>x</script>", "<b>" * 500])
def test_broken_markup_is_an_error_and_never_a_crash(raw: str) -> None:
    with pytest.raises(EntitiesError):
        parse_html(raw)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("see https://one.example/x, tg://resolve?domain=x", ("https://one.example/x,", "tg://resolve?domain=x")),
        ("one.example and a@one.example", ("one.example", "a@one.example")),
        ("@made_up #tag /start $USD", ("@made_up", "#tag", "/start", "$USD")),
        ("1.5 and 52/60, a &amp; b, Volya 7.3", ()),
        ("<a href='https://one.example'>one.example</a>", ()),
        ("https:\u2060//\u2060one.\u2060example @\u2060made_up /\u2060start", ()),
    ],
)
def test_addresses_and_mentions_in_the_text_are_found(raw: str, found: tuple[str, ...]) -> None:
    assert parse_html(raw).found == found

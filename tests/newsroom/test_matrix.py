from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from newsroom import Answer, MatrixReceiver, Reset
from newsroom.matrix import ALIAS, ROOM, TOKEN, USER, limited
from newsroom.matrix_text import read_html, read_plain

OTHER = "syt_other"
TEXT: dict[str, Any] = {"msgtype": "m.text", "body": "36 freed", "m.mentions": {}}
HTML = {**TEXT, "format": "org.matrix.custom.html"}
Put = Callable[..., httpx.Response]


@pytest.fixture
def matrix() -> Iterator[MatrixReceiver]:
    with MatrixReceiver({TOKEN: USER, OTHER: "@other:matrix.example"}) as running:
        yield running


@pytest.fixture
def put(matrix: MatrixReceiver, client: httpx.Client) -> Put:
    """Send an event with a transaction of its own, unless one is given."""
    count = iter(range(1000))

    def send(content: Any, *, token: str = TOKEN, room: str = ROOM, transaction: str | None = None) -> httpx.Response:
        path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/send/m.room.message/{transaction or next(count)}"
        return client.put(matrix.url + path, json=content, headers={"authorization": f"Bearer {token}"})

    return send


def relating(kind: str, event: str, **more: Any) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": kind, "event_id": event, **more}}


def replacing(event: str, new: dict[str, Any]) -> dict[str, Any]:
    return {**TEXT, "body": "* x", "m.new_content": new, **relating("m.replace", event)}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errcode"]


def test_a_message_is_sent_edited_and_answered_in_a_thread(matrix: MatrixReceiver, put: Put) -> None:
    first = put({**HTML, "formatted_body": "<strong>36</strong> freed"}).json()["event_id"]
    put(replacing(first, {**TEXT, "body": "39 freed"}))
    put(replacing(first, {**HTML, "formatted_body": "<strong>40</strong> freed<br>all"}))
    thread = relating("m.thread", first, is_falling_back=True, **{"m.in_reply_to": {"event_id": first}})
    put({**TEXT, "body": "three more", **thread})
    alert, answer = matrix.messages
    assert (alert.id, alert.text, alert.edits, alert.thread) == (first, "40 freed\nall", 2, None)
    assert (answer.text, answer.thread, answer.answers, answer.is_falling_back) == ("three more", first, first, True)
    assert len(matrix.events) == 4


def test_a_transaction_that_comes_again_from_one_session_is_shown_once(matrix: MatrixReceiver, put: Put) -> None:
    first, again = (put(TEXT, transaction="a").json() for _ in range(2))
    assert (first, len(matrix.messages)) == (again, 1)
    assert put({**TEXT, "body": "other"}, transaction="a").json() == first, "the text of a repeat is not looked at"
    assert put(TEXT, transaction="a", token=OTHER).json() != first
    assert put(TEXT, transaction="b").json() != first
    assert len(matrix.messages) == 3


def test_a_refused_transaction_is_not_remembered(matrix: MatrixReceiver, put: Put) -> None:
    assert put({}, transaction="a").status_code == 400
    assert put(TEXT, transaction="a").status_code == 200
    assert len(matrix.messages) == 1


def test_an_edit_that_does_not_fit_is_taken_and_ignored(matrix: MatrixReceiver, put: Put) -> None:
    first = put(TEXT).json()["event_id"]
    edit = put(replacing(first, {**TEXT, "body": "39 freed"})).json()["event_id"]
    for content, token in (
        (replacing(edit, TEXT), TOKEN),  # of an edit
        (replacing(first, TEXT), OTHER),  # of another's
        ({**TEXT, **relating("m.replace", first)}, TOKEN),  # with nothing to put in its place
    ):
        assert put(content, token=token).status_code == 200
    assert [(one.text, one.edits) for one in matrix.messages] == [("39 freed", 1)]
    matrix.redact(first)
    assert put(replacing(first, TEXT)).status_code == 200
    assert matrix.messages == ()


@pytest.mark.parametrize("kind", ["m.replace", "m.thread"])
def test_what_relates_to_an_unknown_event_is_refused(put: Put, kind: str) -> None:
    assert refusal(put({**TEXT, **relating(kind, "$none")})) == (400, "M_UNKNOWN")


def test_no_thread_begins_at_an_event_that_relates_to_another(put: Put) -> None:
    first = put(TEXT).json()["event_id"]
    edit = put(replacing(first, TEXT)).json()["event_id"]
    assert refusal(put({**TEXT, **relating("m.thread", edit)})) == (400, "M_UNKNOWN")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([], (400, "M_BAD_JSON")),
        ({"msgtype": "m.text"}, (400, "M_UNKNOWN")),
        ({"body": "x"}, (400, "M_UNKNOWN")),
        ({**TEXT, "x": 1.5}, (400, "M_BAD_JSON")),
        ({**TEXT, "x": [2**53]}, (400, "M_BAD_JSON")),
        ({**TEXT, "body": "ї" * 32_000}, (413, "M_TOO_LARGE")),
        ({**TEXT, "body": "\n" * 32_500}, (413, "M_TOO_LARGE")),
    ],
)
def test_what_is_no_message_or_too_long_is_refused(
    matrix: MatrixReceiver, put: Put, content: Any, expected: tuple[int, str]
) -> None:
    assert refusal(put(content)) == expected
    assert matrix.messages == ()


def test_the_session_the_room_and_the_path_are_checked(matrix: MatrixReceiver, put: Put, client: httpx.Client) -> None:
    assert refusal(put(TEXT, token="wrong")) == (401, "M_UNKNOWN_TOKEN")
    assert refusal(put(TEXT, room="!other:matrix.example")) == (403, "M_FORBIDDEN")
    us = {"authorization": f"Bearer {TOKEN}"}
    assert refusal(client.get(f"{matrix.url}/_matrix/client/v9/x", headers=us)) == (404, "M_UNRECOGNIZED")
    broken = f"{matrix.url}/_matrix/client/v3/rooms/{ROOM}/send/m.room.message/1"
    assert refusal(client.put(f"{broken}?access_token={TOKEN}", json=TEXT)) == (401, "M_MISSING_TOKEN")
    assert refusal(client.put(broken, content=b"{", headers=us)) == (400, "M_NOT_JSON")


def test_an_alias_is_looked_up_and_follows_an_upgrade(matrix: MatrixReceiver, put: Put, client: httpx.Client) -> None:
    lookup = f"{matrix.url}/_matrix/client/v3/directory/room/"
    assert client.get(lookup + quote(ALIAS, safe="")).json()["room_id"] == ROOM
    assert refusal(client.get(lookup + "%23other%3Amatrix.example")) == (404, "M_NOT_FOUND")
    matrix.upgrade("!next:matrix.example")
    assert client.get(lookup + quote(ALIAS, safe="")).json()["room_id"] == "!next:matrix.example"
    assert refusal(put(TEXT)) == (403, "M_FORBIDDEN")


def test_an_event_can_be_asked_for_and_a_removed_one_is_empty(
    matrix: MatrixReceiver, put: Put, client: httpx.Client
) -> None:
    first = put(TEXT).json()["event_id"]
    about = f"{matrix.url}/_matrix/client/v3/rooms/{quote(ROOM, safe='')}/event/"
    us = {"authorization": f"Bearer {TOKEN}"}
    assert client.get(about + quote(first, safe=""), headers=us).json()["content"] == TEXT
    matrix.redact(first)
    assert client.get(about + quote(first, safe=""), headers=us).json()["content"] == {}
    assert refusal(client.get(about + "%24none", headers=us)) == (404, "M_NOT_FOUND")


def test_mentions_say_who_is_rung_and_without_them_a_text_rings(matrix: MatrixReceiver, put: Put) -> None:
    loud = {"msgtype": "m.text", "body": "@room look"}
    first = put({**loud, "m.mentions": {}}).json()["event_id"]
    put(loud)
    put({**TEXT, "m.mentions": {"room": True, "user_ids": [USER]}})
    assert [one.rings for one in matrix.messages] == [(), ("@room",), (USER, "@room")]
    put({**loud, "m.new_content": loud, **relating("m.replace", first)})
    assert matrix.messages[0].rings == ("@room",)


@pytest.mark.parametrize(
    ("raw", "text", "links", "refused", "mentions", "drawn"),
    [
        ("a &lt;b&gt; &amp;amp;<br>c", "a <b> &amp;\nc", (), (), (), ()),
        ('<a href="https://x.example/?a&amp;b">x.example</a>', "x.example", (("x.example", "https://x.example/?a&b"),), (), (), ()),
        ("<script>x</script>", "x", (), ("script",), (), ()),
        ("<b onclick='x'>a</b>", "a", (), ("b onclick",), (), ()),
        ("<b><i>a</b></i>", "a", (), ("/b", "/i"), (), ()),
        ("<b>a<!-- x --><!DOCTYPE y>", "a", (), ("<!-- x ", "<!DOCTYPE y", "b"), (), ()),
        ("<a href='javascript:x'>a</a>", "a", (("a", "javascript:x"),), ("a href=javascript:x",), (), ()),
        ("@room @anna:m.example #n:m.example", "@room @anna:m.example #n:m.example", (), (), ("@room", "@anna:m.example", "#n:m.example"), ("m.example", "m.example")),
        ("<a href='https://matrix.to/#/@a:m'>A</a>", "A", (("A", "https://matrix.to/#/@a:m"),), (), ("https://matrix.to/#/@a:m",), ()),
        ("see https://x.example/1 or x.example/2", "see https://x.example/1 or x.example/2", (), (), (), ("https://x.example/1", "x.example/2")),
    ],
)  # fmt: skip
def test_html_is_read_as_clients_show_it(
    raw: str, text: str, links: Any, refused: Any, mentions: Any, drawn: Any
) -> None:
    seen = read_html(raw)
    assert (seen.text, seen.links, seen.refused, seen.mentions, seen.drawn) == (text, links, refused, mentions, drawn)


def test_plain_text_has_the_links_that_clients_draw() -> None:
    seen = read_plain("<b>@room</b> https://x.example/#a:b https://matrix.to/#/@a:m")
    assert [address for address, _ in seen.links] == ["https://x.example/#a:b", "https://matrix.to/#/@a:m"]
    assert seen.mentions == ("@room", "https://matrix.to/#/@a:m")


def test_faults_come_as_scripted_and_a_lost_answer_is_given_at_the_repeat(matrix: MatrixReceiver, put: Put) -> None:
    matrix.script(limited(1500), Answer(500), Answer(reset=Reset.AFTER_RECORDING))
    slow = put(TEXT)
    assert (refusal(slow), slow.headers["retry-after"]) == ((429, "M_LIMIT_EXCEEDED"), "2")
    assert slow.json()["retry_after_ms"] == 1500
    assert put(TEXT).status_code == 500
    assert matrix.messages == ()
    with pytest.raises(httpx.TransportError):
        put(TEXT, transaction="a")
    assert put(TEXT, transaction="a").json()["event_id"] == matrix.messages[0].id
    assert len(matrix.messages) == 1

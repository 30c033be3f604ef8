from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import MatrixChannel, Parcel, Remote, Result, SendOutcome, UnusableDestinationError
from alerts.channels.matrix import Account
from alerts.channels.matrix_answers import classify_lookup, classify_matrix, read_answer

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
TOKEN = "syt_CANARY-CANARY_CANARY"
ROOM, ALIAS = "!ab/c:matrix.example", "#news:matrix.example"
IN_ROOM = "/_matrix/client/v3/rooms/%21ab%2Fc%3Amatrix.example"
SEND = f"{IN_ROOM}/send/m.room.message/msg_1"
BODY = {"msgtype": "m.text", "body": "x", "m.mentions": {}, "format": "f", "formatted_body": "<strong>x</strong>"}
PARCEL = Parcel("msg_1", json.dumps(BODY).encode())
SENT, STANDS = {"event_id": "$new"}, {"event_id": "$old/1", "content": {"body": "x"}}
REMOTE = Remote(ROOM, "$old/1")
REFUSED = (400, {"errcode": "M_UNKNOWN", "error": "Can't send relation to unknown event"})

Use = Callable[[MatrixChannel], Any]


def channel_at(url: str, place: str = ROOM) -> MatrixChannel:
    return MatrixChannel("desk", Account(TOKEN, url), place, user_agent="volya/1", clock=lambda: NOW)


@pytest.fixture
def using(exchanging: Callable[..., Any], answering: Callable[..., bytes]) -> Callable[..., tuple[Result, list[Any]]]:
    """Use a channel on a receiver that answers (status, body) or (status, body, headers) in turn."""

    def used(use: Use, *script: tuple[Any, ...], place: str = ROOM) -> tuple[Result, list[Any]]:
        async def act(url: str) -> Result:
            channel = channel_at(url, place)
            result: Result = await use(channel)
            await channel.close()
            return result

        result, calls = exchanging(act, *(answering(*one) if one else b"" for one in script))
        return result, calls

    return used


def send(channel: MatrixChannel) -> Any:
    return channel.send(PARCEL)


def edit(channel: MatrixChannel) -> Any:
    return channel.edit(PARCEL, REMOTE)


def reply(channel: MatrixChannel) -> Any:
    return channel.reply(PARCEL, REMOTE)


def error(status: int, word: str) -> tuple[int, dict[str, str]]:
    return status, {"errcode": word, "error": "made up"}


def test_the_key_is_the_transaction_and_the_token_is_in_the_header(using: Callable[..., Any]) -> None:
    result, calls = using(send, (200, SENT))
    assert (result.outcome, result.remote_channel, result.remote_id) == (SendOutcome.OK, ROOM, "$new")
    assert (calls[0].method, calls[0].path, calls[0].body) == ("PUT", SEND, BODY)
    assert f"authorization: bearer {TOKEN}".lower() in calls[0].headers.lower()
    assert TOKEN not in calls[0].path


def test_an_alias_is_looked_up_once(using: Callable[..., Any]) -> None:
    async def send_twice(channel: MatrixChannel) -> Result:
        await channel.send(PARCEL)
        result: Result = await channel.send(PARCEL)
        return result

    result, calls = using(send_twice, (200, {"room_id": ROOM}), (200, SENT), (200, SENT), place=ALIAS)
    assert [call.path for call in calls] == [
        "/_matrix/client/v3/directory/room/%23news%3Amatrix.example",
        SEND,
        SEND,
    ]
    assert result.remote_channel == ROOM


def test_after_a_refusal_an_alias_is_looked_up_again(using: Callable[..., Any]) -> None:
    async def send_twice(channel: MatrixChannel) -> Result:
        assert (await channel.send(PARCEL)).outcome == SendOutcome.DEST_PERM
        result: Result = await channel.send(PARCEL)
        return result

    script = ((200, {"room_id": ROOM}), error(403, "M_FORBIDDEN"), (200, {"room_id": "!next"}), (200, SENT))
    result, calls = using(send_twice, *script, place=ALIAS)
    assert (result.remote_channel, calls[3].path.split("/")[5]) == ("!next", "%21next")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(404, "M_NOT_FOUND"), SendOutcome.DEST_PERM),
        (error(400, "M_INVALID_PARAM"), SendOutcome.DEST_PERM),
        (error(401, "M_UNKNOWN_TOKEN"), SendOutcome.DEST_PERM),
        (error(429, "M_LIMIT_EXCEEDED"), SendOutcome.RATE),
        (error(500, "M_UNKNOWN"), SendOutcome.DEST_TEMP),
        ((200, {"room_id": "evil/../"}), SendOutcome.DEST_TEMP),
        ((200, SENT), SendOutcome.DEST_TEMP),
        ((404, "<html>"), SendOutcome.DEST_TEMP),
        ((), SendOutcome.DEST_TEMP),
    ],
)
def test_where_the_room_is_not_found_nothing_was_sent_for_certain(
    using: Callable[..., Any], answer: Any, expected: SendOutcome
) -> None:
    for use in (send, edit, reply):
        result, calls = using(use, answer, place=ALIAS)
        assert (result.outcome, len(calls), result.remote_id) == (expected, 1, None)


def test_an_edit_names_the_first_event_and_is_remembered_as_it(using: Callable[..., Any]) -> None:
    result, calls = using(edit, (200, STANDS), (200, SENT))
    assert [(call.method, call.path) for call in calls] == [("GET", f"{IN_ROOM}/event/%24old%2F1"), ("PUT", SEND)]
    assert calls[1].body == {
        "msgtype": "m.text",
        "body": "* x",
        "m.mentions": {},
        "m.new_content": BODY,
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$old/1"},
    }
    assert (result.outcome, result.remote_channel, result.remote_id) == (SendOutcome.OK, ROOM, "$old/1")


def test_an_answer_stands_in_the_thread_of_the_sent_message(using: Callable[..., Any]) -> None:
    result, calls = using(reply, (200, STANDS), (200, SENT))
    assert calls[1].body == {
        **BODY,
        "m.relates_to": {
            "rel_type": "m.thread",
            "event_id": "$old/1",
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": "$old/1"},
        },
    }
    assert result.remote_id == "$new"


@pytest.mark.parametrize("use", [edit, reply])
@pytest.mark.parametrize(
    "script",
    [
        ((200, {**STANDS, "content": {}}),),  # removed
        (error(404, "M_NOT_FOUND"),),
        ((200, STANDS), REFUSED),
    ],
)
def test_where_the_message_is_gone_a_new_one_is_sent_by_a_transaction_of_its_own(
    using: Callable[..., Any], use: Use, script: Any
) -> None:
    result, calls = using(use, *script, (200, SENT))
    assert (calls[-1].path, calls[-1].body) == (f"{SEND}-anew", BODY)
    assert (result.outcome, result.remote_id) == (SendOutcome.OK, "$new")


@pytest.mark.parametrize("about", [(500, ""), error(403, "M_FORBIDDEN"), error(404, "M_UNRECOGNIZED"), ()])
def test_a_message_of_which_nothing_is_known_is_taken_to_be_there(using: Callable[..., Any], about: Any) -> None:
    result, calls = using(edit, about, (200, SENT))
    assert (result.remote_id, "m.new_content" in calls[1].body) == ("$old/1", True)


@pytest.mark.parametrize("use", [edit, reply])
def test_a_message_in_a_room_that_we_left_is_sent_anew_here(using: Callable[..., Any], use: Use) -> None:
    _, calls = using(use, (200, SENT), place="!other:matrix.example")
    assert (calls[0].path.split("/")[5], calls[0].body) == ("%21other%3Amatrix.example", BODY)
    assert calls[0].path.endswith("/msg_1-anew")


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, "", 2.5),
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, "retry-after: 9\r\n", 9.0),
        ({"errcode": "M_LIMIT_EXCEEDED"}, "", None),
        ("<html>slow</html>", "retry-after: 3600\r\n", 3600.0),
    ],
)
def test_being_told_to_wait_is_heard_from_header_and_body(
    using: Callable[..., Any], body: Any, headers: str, seconds: float | None
) -> None:
    result, _ = using(send, (429, body, headers))
    assert (result.outcome, result.retry_after) == (SendOutcome.RATE, seconds)


@pytest.mark.parametrize(
    ("status", "word", "expected"),
    [
        (403, "M_FORBIDDEN", SendOutcome.DEST_PERM),
        (404, "M_NOT_FOUND", SendOutcome.DEST_PERM),
        (401, "M_UNKNOWN_TOKEN", SendOutcome.DEST_PERM),
        (401, "M_MISSING_TOKEN", SendOutcome.DEST_PERM),
        (401, "M_UNAUTHORIZED", SendOutcome.DEST_PERM),
        (403, "M_USER_DEACTIVATED", SendOutcome.DEST_PERM),
        (401, "M_USER_LOCKED", SendOutcome.DEST_PERM),
        (403, "M_USER_SUSPENDED", SendOutcome.DEST_PERM),
        (403, "M_CONSENT_NOT_GIVEN", SendOutcome.DEST_PERM),
        (403, "M_GUEST_ACCESS_FORBIDDEN", SendOutcome.DEST_PERM),
        (403, "ORG_MATRIX_EXPIRED_ACCOUNT", SendOutcome.DEST_PERM),
        (400, "M_UNSUPPORTED_ROOM_VERSION", SendOutcome.DEST_PERM),
        (400, "M_BAD_ALIAS", SendOutcome.DEST_PERM),
        (404, "M_UNRECOGNIZED", SendOutcome.DEST_PERM),
        (400, "M_BAD_JSON", SendOutcome.MSG_PERM),
        (400, "M_NOT_JSON", SendOutcome.MSG_PERM),
        (400, "M_MISSING_PARAM", SendOutcome.MSG_PERM),
        (400, "M_INVALID_PARAM", SendOutcome.MSG_PERM),
        (413, "M_TOO_LARGE", SendOutcome.MSG_PERM),
        (429, "M_LIMIT_EXCEEDED", SendOutcome.RATE),
        (400, "M_LIMIT_EXCEEDED", SendOutcome.RATE),  # the word counts more than the status
        (403, "M_RESOURCE_LIMIT_EXCEEDED", SendOutcome.DEST_TEMP),
        (400, "M_UNKNOWN", SendOutcome.MSG_PERM),  # here the status counts
        (403, "M_UNKNOWN", SendOutcome.DEST_TEMP),
        (500, "M_UNKNOWN", SendOutcome.UNCERTAIN),
        (403, "M_SOMETHING_NEW", SendOutcome.DEST_TEMP),
        (400, "M_SOMETHING_NEW", SendOutcome.MSG_PERM),
    ],
)
def test_a_refusal_is_classed_by_its_word_and_then_by_its_status(status: int, word: str, expected: SendOutcome) -> None:
    answer = read_answer(status, json.dumps({"errcode": word, "error": "x"}))
    assert classify_matrix(answer) == expected
    assert classify_lookup(answer) not in (SendOutcome.MSG_PERM, SendOutcome.UNCERTAIN, SendOutcome.OK)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, json.dumps(SENT), SendOutcome.OK),
        (200, "", SendOutcome.UNCERTAIN),
        (200, '{"event_id":"$ne', SendOutcome.UNCERTAIN),
        (200, "<html>a portal</html>", SendOutcome.DEST_TEMP),
        (200, '{"event_id":5}', SendOutcome.DEST_TEMP),
        (200, "[]", SendOutcome.DEST_TEMP),
        (301, "", SendOutcome.DEST_PERM),
        (401, "<html>", SendOutcome.DEST_TEMP),
        (403, "<html>blocked</html>", SendOutcome.DEST_TEMP),
        (404, "", SendOutcome.DEST_TEMP),
        (404, '{"errcode":7}', SendOutcome.DEST_TEMP),
        (408, "", SendOutcome.DEST_TEMP),
        (413, "", SendOutcome.MSG_PERM),
        (429, "", SendOutcome.RATE),
        (500, "", SendOutcome.UNCERTAIN),
        (502, "<html>", SendOutcome.UNCERTAIN),
        (503, "", SendOutcome.DEST_TEMP),
        (504, "", SendOutcome.UNCERTAIN),
    ],
)
def test_what_has_no_word_is_classed_by_its_status(status: int, body: str, expected: SendOutcome) -> None:
    assert classify_matrix(read_answer(status, body)) == expected


def test_a_reset_after_the_body_may_have_been_accepted(using: Callable[..., Any]) -> None:
    assert using(send, ())[0].outcome == SendOutcome.UNCERTAIN


def test_no_answer_no_error_and_no_repr_tells_the_token(using: Callable[..., Any]) -> None:
    echoes = [(401, {"errcode": TOKEN, "error": TOKEN}), (), (302, TOKEN), (200, TOKEN)]
    results = [using(send, one)[0] for one in echoes]
    shown = repr([*results, channel_at("https://matrix.example"), Account(TOKEN, "https://matrix.example")])
    assert "CANARY" not in shown
    assert results[0].code == "[secret]"
    bad = (
        ("a b CANARY", "https://x.example", ROOM),
        (TOKEN, "ftp://x.example", ROOM),
        (TOKEN, "https://x.example", "x"),
    )
    for token, url, place in bad:
        with pytest.raises(UnusableDestinationError) as refused:
            MatrixChannel("desk", Account(token, url), place, user_agent="v", clock=lambda: NOW)
        assert "CANARY" not in str(refused.value)


@pytest.mark.parametrize(
    ("place", "is_one"),
    [
        ("!abc:matrix.example", True),
        ("!abc:matrix.example:8448", True),
        ("!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM", True),  # from room version 12 on
        ("#новини:matrix.example", True),
        ("#news", False),
        ("!", False),
        ("@me:matrix.example", False),
        ("!a b:matrix.example", False),
    ],
)
def test_a_place_is_the_id_of_a_room_or_an_alias(place: str, is_one: bool) -> None:
    if is_one:
        assert channel_at("https://matrix.example", place).name == "desk"
    else:
        with pytest.raises(UnusableDestinationError):
            channel_at("https://matrix.example", place)

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import DiscordChannel, Parcel, Remote, Result, SendOutcome, UnusableDestinationError

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
PATH = "/api/webhooks/140000000000000001/CANARY-CANARY_CANARY"
PARCEL = Parcel("msg_1", b'{"content":"x","embeds":[],"allowed_mentions":{"parse":[]}}')
SENT = {"id": "5", "channel_id": "3", "content": "x"}
REMOTE = Remote("3", "5")

Use = Callable[[DiscordChannel], Any]


def channel_at(url: str, thread: int | None = None) -> DiscordChannel:
    return DiscordChannel("desk", url, user_agent="volya/1", clock=lambda: NOW, thread=thread)


@pytest.fixture
def using(exchanging: Callable[..., Any], answering: Callable[..., bytes]) -> Callable[..., tuple[Result, list[Any]]]:
    """Use a channel on a receiver that answers (status, body) or (status, body, headers) in turn."""

    def used(use: Use, *script: tuple[Any, ...], thread: int | None = None) -> tuple[Result, list[Any]]:
        async def act(url: str) -> Result:
            channel = channel_at(url + PATH, thread)
            result: Result = await use(channel)
            await channel.close()
            return result

        result, calls = exchanging(act, *(answering(*one) if one else b"" for one in script))
        return result, calls

    return used


def send(channel: DiscordChannel) -> Any:
    return channel.send(PARCEL)


def test_a_message_waits_to_be_saved_and_its_place_is_kept(using: Callable[..., Any]) -> None:
    result, calls = using(send, (200, SENT))
    assert (result.outcome, result.remote_channel, result.remote_id) == (SendOutcome.OK, "3", "5")
    assert (calls[0].method, calls[0].path) == ("POST", f"{PATH}?wait=true")
    assert calls[0].body == {"content": "x", "embeds": [], "allowed_mentions": {"parse": []}}


def test_everything_may_go_to_one_thread(using: Callable[..., Any]) -> None:
    _, calls = using(send, (200, SENT), thread=77)
    assert calls[0].path == f"{PATH}?wait=true&thread_id=77"
    _, calls = using(lambda channel: channel.edit(PARCEL, REMOTE), (200, SENT), thread=77)
    assert calls[0].path == f"{PATH}/messages/5?thread_id=77"


def test_an_edit_changes_the_sent_message_and_lets_it_ring_nobody_again(using: Callable[..., Any]) -> None:
    result, calls = using(lambda channel: channel.edit(PARCEL, REMOTE), (200, SENT))
    assert (result.outcome, result.remote_id) == (SendOutcome.OK, "5")
    assert (calls[0].method, calls[0].path) == ("PATCH", f"{PATH}/messages/5")
    assert calls[0].body["allowed_mentions"] == {"parse": []}


def test_an_answer_is_a_new_message_with_a_link_to_the_sent_one(using: Callable[..., Any]) -> None:
    async def answer_twice(channel: DiscordChannel) -> Result:
        await channel.reply(PARCEL, REMOTE)
        return await channel.reply(PARCEL, REMOTE)

    about = {"id": "1", "guild_id": "8", "channel_id": "3"}
    result, calls = using(answer_twice, (200, about), (200, SENT), (200, {**SENT, "id": "6"}))
    assert [call.method for call in calls] == ["GET", "POST", "POST"]
    assert {call.body["content"] for call in calls[1:]} == {"x\nhttps://discord.com/channels/8/3/5"}
    assert (result.outcome, result.remote_id) == (SendOutcome.OK, "6")


@pytest.mark.parametrize("about", [(500, ""), (200, "[]"), (200, {"guild_id": "evil/../"}), (404, {"code": 10015})])
def test_an_answer_stands_alone_where_we_do_not_know_what_to_link_to(using: Callable[..., Any], about: Any) -> None:
    result, calls = using(lambda channel: channel.reply(PARCEL, REMOTE), about, (200, SENT))
    assert (result.outcome, calls[1].body["content"]) == (SendOutcome.OK, "x")


def test_an_answer_is_tried_again_where_nothing_at_all_was_said(using: Callable[..., Any]) -> None:
    result, calls = using(lambda channel: channel.reply(PARCEL, REMOTE), ())
    assert (result.outcome, len(calls)) == (SendOutcome.DEST_TEMP, 1)


def test_no_answer_no_error_and_no_repr_tells_the_address(using: Callable[..., Any]) -> None:
    echo = {"message": f"no such thing: {PATH}", "code": 10015}
    results = [using(send, one)[0] for one in ((404, echo), (), (302, PATH), (200, PATH))]
    assert "CANARY" not in repr([*results, channel_at("https://discord.com" + PATH)])
    assert results[0].code == "no such thing: /api/[secret]/[secret]/[secret] (10015)", "redacted before it is cut"
    for url in ("ftp://x.example" + PATH, "https://x.example/CANARY", f"https://x.example{PATH}/slack"):
        with pytest.raises(UnusableDestinationError) as refused:
            channel_at(url)
        assert "CANARY" not in str(refused.value)
    with pytest.raises(UnusableDestinationError, match="and end there"):
        channel_at(f"https://x.example{PATH}?thread_id=5")
    assert channel_at(f"https://x.example{PATH.replace('/api', '/api/v10')}/").name == "desk"

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from newsroom import Answer, DiscordReceiver, Reset
from newsroom.discord import CHANNEL, GUILD, problem_of, rate_limited
from newsroom.discord_text import read_markdown

NOBODY: dict[str, Any] = {"allowed_mentions": {"parse": []}}


@pytest.fixture
def discord() -> Iterator[DiscordReceiver]:
    with DiscordReceiver(threads=(77,)) as running:
        yield running


def embed(**parts: Any) -> dict[str, Any]:
    return {"embeds": [parts]}


def test_a_message_is_sent_and_edited_and_its_webhook_tells_where_it_belongs(
    discord: DiscordReceiver, client: httpx.Client
) -> None:
    call = {"content": "**36** freed", "embeds": [{"description": "[out](<https://outlet.example/a>)"}]}
    sent = client.post(f"{discord.url}?wait=true", json=call).json()
    assert sent["channel_id"] == CHANNEL
    edited = client.patch(f"{discord.url}/messages/{sent['id']}", json={"content": "**39** freed"})
    assert edited.json()["id"] == sent["id"]
    (message,) = discord.messages
    assert (message.text, message.edits) == ("39 freed\nout", 1)
    assert message.links == (("out", "https://outlet.example/a"),)
    assert client.get(discord.url).json()["guild_id"] == GUILD


def test_without_wait_there_is_no_answer_to_read(discord: DiscordReceiver, client: httpx.Client) -> None:
    answer = client.post(discord.url, json={"content": "x"})
    assert (answer.status_code, answer.content, len(discord.messages)) == (204, b"", 1)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "👍" * 1001}, "content"),
        ({"content": 5}, "content"),
        ({"content": "x", "embeds": {}}, "embeds"),
        ({"embeds": [{"description": "x"}] * 11}, "embeds"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
        (embed(description="x" * 4097), "embeds[0]"),
        (embed(title="x" * 257), "embeds[0]"),
        (embed(title="x", footer={"text": "x" * 2049}), "embeds[0]"),
        (embed(title="x", fields=[{"name": "a", "value": "b"}] * 26), "embeds[0]"),
        (embed(title="x", fields=[{"name": "a", "value": ""}]), "embeds[0]"),
        (embed(title="x", fields=[{"name": "a", "value": "x" * 1025}]), "embeds[0]"),
        (embed(), "embeds[0]"),
    ],
)
def test_what_breaks_a_limit_is_named(call: dict[str, Any], part: str) -> None:
    assert problem_of(call) == part


def test_what_keeps_the_limits_is_taken() -> None:
    whole = {"title": "x" * 256, "fields": [{"name": "a", "value": "b"}] * 25, "description": "x" * 4096}
    assert problem_of({"content": "x" * 2000, "embeds": [whole, {"footer": {"text": "x" * 1598}}]}) is None


@pytest.mark.parametrize(
    ("method", "path", "call", "expected"),
    [
        ("POST", "", {}, (400, 50006)),
        ("POST", "", {"content": "x" * 2001}, (400, 50035)),
        ("POST", "", [], (400, 50035)),
        ("POST", "x", {"content": "x"}, (404, 10015)),
        ("POST", "?thread_id=5", {"content": "x"}, (404, 10003)),
        ("PATCH", "/messages/5", {"content": "x"}, (404, 10008)),
        ("PATCH", "", {"content": "x"}, (405, 0)),
    ],
)
def test_a_refusal_has_the_code_of_the_service(
    discord: DiscordReceiver, client: httpx.Client, method: str, path: str, call: Any, expected: tuple[int, int]
) -> None:
    answer = client.request(method, discord.url + path, json=call)
    assert (answer.status_code, answer.json()["code"]) == expected
    assert discord.messages == ()


def test_a_message_of_a_thread_is_edited_in_that_thread_only(discord: DiscordReceiver, client: httpx.Client) -> None:
    sent = client.post(f"{discord.url}?wait=true&thread_id=77", json={"content": "x"}).json()
    assert sent["channel_id"] == "77"
    outside = client.patch(f"{discord.url}/messages/{sent['id']}", json={"content": "y"})
    assert outside.json()["code"] == 10008
    assert client.patch(f"{discord.url}/messages/{sent['id']}?thread_id=77", json={"content": "y"}).status_code == 200


def test_only_allowed_mentions_keeps_from_ringing_and_an_edit_needs_it_again(
    discord: DiscordReceiver, client: httpx.Client
) -> None:
    sent = client.post(f"{discord.url}?wait=true", json={"content": r"\@everyone", **NOBODY}).json()
    assert discord.messages[0].rings == ()
    client.patch(f"{discord.url}/messages/{sent['id']}", json={"content": r"\@everyone"})
    assert discord.messages[0].rings == ("@everyone",)


@pytest.mark.parametrize(
    ("raw", "text", "links", "mentions"),
    [
        (r"\[a\](https\:\/\/evil\.example)", "[a](https://evil.example)", (), ()),
        ("[a \\] b](<https://x.example/1>)", "a ] b", (("a ] b", "https://x.example/1"),), ()),
        ("see https://x.example/1.", "see https://x.example/1.", (("https://x.example/1",) * 2,), ()),
        ("<https://x.example>", "https://x.example", (("https://x.example",) * 2,), ()),
        ("<@1> <@&2> <#3> @here", "<@1> <@&2> <#3> @here", (), ("<@1>", "<@&2>", "<#3>", "@here")),
        (r"\<\@1\> \@here", "<@1> @here", (), ()),
        ("<t:1:R> :boom: </x:1>", "<t:1:R> :boom: </x:1>", (), ("<t:1:R>", ":boom:", "</x:1>")),
        ("# big\n- **a**", "big\na", (), ()),
    ],
)
def test_a_text_is_read_as_people_see_it(raw: str, text: str, links: Any, mentions: Any) -> None:
    seen = read_markdown(raw)
    assert (seen.text, seen.links, seen.mentions) == (text, links, mentions)


def test_faults_come_as_scripted_and_only_a_lost_answer_leaves_a_message(
    discord: DiscordReceiver, client: httpx.Client
) -> None:
    discord.script(rate_limited(64.57, is_global=True), Answer(500), Answer(reset=Reset.AFTER_RECORDING))
    limited = client.post(discord.url, json={"content": "x"})
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "65")
    assert (limited.json()["retry_after"], limited.json()["global"]) == (64.57, True)
    assert client.post(discord.url, json={"content": "x"}).status_code == 500
    assert discord.messages == ()
    with pytest.raises(httpx.TransportError):
        client.post(discord.url, json={"content": "x"})
    assert len(discord.messages) == 1

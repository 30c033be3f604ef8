"""Discord through the real delivery loop: what a reader of the channel sees, and what follows from each refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from alerts import Destination, DiscordChannel
from alerts.destinations import Updates
from db.delivery_views import DeliveryView
from db.facts import EventFacts, Outcome, Person, Status
from newsroom import Answer, DiscordReceiver, Reset
from newsroom.discord import CHANNEL, GUILD, failure, rate_limited

PLACE = Destination("desk", "discord", updates=Updates.EDIT)


@pytest.fixture
def discord() -> Iterator[DiscordReceiver]:
    with DiscordReceiver(threads=(77,)) as running:
        yield running


@pytest.fixture
def make(discord: DiscordReceiver, clock: Any) -> Callable[..., DiscordChannel]:
    def channel(thread: int | None = None) -> DiscordChannel:
        made = DiscordChannel("desk", discord.url, user_agent="volya/1", clock=clock, thread=thread)
        made.interval = 0.0
        return made

    return channel


@pytest.mark.parametrize("thread", [None, 77])
def test_an_alert_is_sent_then_edited_and_answered_with_a_link(
    line: Any, discord: DiscordReceiver, make: Any, release: Callable[..., EventFacts], thread: int | None
) -> None:
    channel, place = make(thread), str(thread or CHANNEL)
    event = line.desk.publish(release(44))
    line.run(PLACE, channel, discord, 1)
    line.desk.revise(event, release(52, status=Status.CONFIRMED))
    line.run(PLACE, channel, discord, 4)
    first, answer = discord.messages
    assert [one.request.method for one in discord.exchanges] == ["POST", "PATCH", "GET", "POST"]
    assert (first.edits, first.channel, answer.channel) == (1, place, place)
    assert first.text.splitlines()[0] == "Belarus frees 52 prisoners"
    assert first.links[0] == ("harbour-post", "https://harbour-post.example/news/1")
    assert answer.text.splitlines()[0] == "UPDATE: Belarus frees 52 prisoners"
    assert "Changed: status reported → confirmed" in answer.text
    assert f"https://discord.com/channels/{GUILD}/{place}/{first.id}" in answer.text


def test_a_deleted_message_is_sent_anew_and_that_one_edited_from_then_on(
    line: Any, discord: DiscordReceiver, make: Any, release: Callable[..., EventFacts]
) -> None:
    channel = make()
    event = line.desk.publish(release(44))
    line.drain(PLACE, channel)
    discord.delete(discord.messages[0].id)
    for number in (51, 52):
        line.desk.revise(event, release(number), is_major=False)
        line.drain(PLACE, channel)
    (message,) = discord.messages
    assert (message.edits, message.text.splitlines()[0]) == (1, "Belarus frees 52 prisoners")


def states(line: Any, deliveries_of: Callable[..., list[DeliveryView]]) -> list[tuple[str, str | None]]:
    return [(one.state, one.last_error) for one in deliveries_of(line.desk.database)]


def test_a_pause_is_waited_for_and_a_lost_answer_is_marked(
    line: Any, discord: DiscordReceiver, make: Any, clock: Any, release: Callable[..., EventFacts]
) -> None:
    discord.script(rate_limited(64.57, is_global=True), Answer(reset=Reset.AFTER_RECORDING))
    line.desk.publish(release(52))
    started = clock.now
    line.drain(PLACE, make())
    assert (clock.now - started).total_seconds() >= 65
    assert ["(possible repeat)" in one.text for one in discord.messages] == [False, True]


def test_a_refused_form_goes_down_the_ladder(
    line: Any, discord: DiscordReceiver, make: Any, release: Callable[..., EventFacts]
) -> None:
    discord.script(failure(400, 50035, "Invalid Form Body"), failure(400, 50035, "Invalid Form Body"))
    line.desk.publish(release(52))
    line.drain(PLACE, make())
    (message,) = discord.messages
    assert message.embeds == ()
    assert message.text.splitlines() == [
        "Belarus frees 52 prisoners",
        "harbour-post: https://harbour-post.example/news/1",
    ]


def test_a_webhook_that_is_gone_holds_its_queue(
    line: Any, discord: DiscordReceiver, make: Any, release: Callable[..., EventFacts], deliveries_of: Any
) -> None:
    discord.script(failure(404, 10015, "Unknown Webhook"))
    line.desk.publish(release(52))
    line.drain(PLACE, make())
    assert states(line, deliveries_of) == [("pending", "Unknown Webhook (10015)")]
    assert (len(discord.exchanges), discord.messages) == (1, ())


def test_a_hostile_name_rings_nobody_and_brings_no_link(
    line: Any, discord: DiscordReceiver, make: Any, release: Callable[..., EventFacts]
) -> None:
    names = ("@everyone <@1>", "[bank](https://evil.example)", "# big **x** discord.gg/evil")
    event = line.desk.publish(release(52, people=tuple(Person(one, Outcome.FREED) for one in names), negotiators=names))
    line.drain(PLACE, make())
    line.desk.revise(event, release(53, roots=names, people=tuple(Person(one, Outcome.FREED) for one in names)))
    line.drain(PLACE, make())
    for message in discord.messages:
        parts = (message.visible, *message.embeds)
        assert (message.rings, [part.mentions for part in parts if part.mentions]) == ((), [])
        assert {link.split("/")[2] for _, link in message.links} <= {"harbour-post.example", "discord.com"}
    assert (
        "[bank](https:\u2060//\u2060evil.\u2060example)" in discord.messages[0].text
    )  # it looks as it did, and is no link

"""The whole way to Slack: from an event to what a reader of the channel sees, through the real outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from alerts import DeliveryLoop, Destination, Rules, Sender, SendingOptions, SlackAppChannel, announce_due
from alerts.channels.slack_app import SlackApp
from alerts.destinations import Updates
from db.announcing import sync_destinations
from db.facts import EventFacts, Outcome, Person, Status
from newsroom import Answer, Exchange, Reset, SlackAppReceiver
from newsroom.slack_app import CHANNEL, TOKEN, limited, refusal
from newsroom.slack_text import read_message

DESK = Destination("desk", "slack-app", updates=Updates.EDIT)


class QuickChannel(SlackAppChannel):
    """The same without the second between two messages."""

    interval = 0.0


class Rig:
    """A newsroom, and one destination on a Slack that is told of what it publishes."""

    def __init__(self, desk: Any, clock: Any, options: SendingOptions, slack: SlackAppReceiver) -> None:
        self.desk, self.clock, self.slack, self.options = desk, clock, slack, options
        app = SlackApp(TOKEN, slack.url)
        self.channel = QuickChannel("desk", app, CHANNEL, user_agent="volya/1", clock=clock)
        self.sender = Sender(desk.database, DESK, self.channel, options)
        with desk.database.begin() as session:
            sync_destinations(session, {DESK.name: DESK.channel}, clock.now)

    def publish(self, facts: EventFacts) -> int:
        event: int = self.desk.publish(facts)
        self.announce()
        return event

    def revise(self, event: int, facts: EventFacts, *, is_major: bool = True) -> None:
        self.desk.revise(event, facts, is_major=is_major)
        self.announce()

    def announce(self) -> None:
        announce_due(self.desk.database, (DESK,), Rules(), self.clock.now)

    def drain(self) -> None:
        asyncio.run(self._drain())

    async def _drain(self) -> None:
        while (due_at := await self.sender.next_due_at()) is not None:
            self.clock.now = max(due_at, self.clock.now)
            await self.sender.send_next()
        await self.channel.close()


@pytest.fixture
def slack() -> Iterator[SlackAppReceiver]:
    with SlackAppReceiver() as running:
        yield running


@pytest.fixture
def rig(sqlite_desk: Any, clock: Any, options: SendingOptions, slack: SlackAppReceiver) -> Rig:
    return Rig(sqlite_desk, clock, options, slack)


@pytest.fixture
def states(rig: Rig, deliveries_of: Callable[..., Any]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(one.type, one.state) for one in deliveries_of(rig.desk.database)]


def test_a_changed_number_edits_the_message_and_rings_in_its_thread(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts], states: Callable[[], Any]
) -> None:
    event = rig.publish(release(44))
    rig.drain()
    rig.revise(event, release(52))
    rig.drain()
    (message,) = slack.posts
    assert (message.notice, message.edits) == ("Belarus frees 52 prisoners", 1)
    assert "44" not in message.seen.splitlines()[0]
    (answer,) = slack.thread(message.ts)
    assert answer.notice == "UPDATE: Belarus frees 52 prisoners"
    assert states() == [("created", "sent"), ("updated", "sent"), ("reply", "sent")]


def test_a_minor_change_edits_and_rings_nobody(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(52))
    rig.drain()
    rig.revise(event, release(52, negotiators=("John Coale",)), is_major=False)
    rig.drain()
    (message,) = slack.messages
    assert message.notice == "Belarus frees 52 prisoners after talks with John Coale"


def test_a_deleted_message_is_told_anew_which_rings_once_and_from_then_on_that_one_is_edited_and_answered(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(44))
    rig.drain()
    slack.delete(slack.messages[0])
    for number in (50, 52):
        rig.revise(event, release(number))
        rig.drain()
    (message,) = slack.posts
    assert (message.notice, message.edits) == ("Belarus frees 52 prisoners", 1)
    assert [one.notice for one in slack.thread(message.ts)] == ["UPDATE: Belarus frees 52 prisoners"]


def test_a_message_deleted_between_edit_and_answer_leaves_the_answer_alone(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts], states: Callable[[], Any]
) -> None:
    event = rig.publish(release(44))
    rig.drain()
    rig.revise(event, release(52, status=Status.DENIED))
    asyncio.run(_one(rig))
    slack.delete(slack.messages[0])
    rig.drain()
    assert [one.thread_ts for one in slack.messages] == [None]
    assert slack.messages[0].notice.startswith("WITHDRAWN:")
    assert {state for _, state in states()} == {"sent"}


async def _one(rig: Rig) -> None:
    await rig.sender.send_next()
    await rig.channel.close()


@pytest.mark.parametrize(
    "fault", [Answer(reset=Reset.AFTER_RECORDING), refusal("fatal_error"), refusal("service_unavailable", 503)]
)
def test_after_an_unclear_answer_the_message_comes_again_marked_as_a_possible_repeat(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts], fault: Answer
) -> None:
    slack.script(fault)
    rig.publish(release(52))
    rig.drain()
    assert "(possible repeat)" in slack.posts[-1].seen
    assert len(slack.posts) == (2 if fault.reset else 1)
    assert "(possible repeat)" not in "".join(one.seen for one in slack.posts[:-1])


def test_where_slack_knows_a_repeat_by_its_key_the_channel_shows_one_message(
    sqlite_desk: Any, clock: Any, options: SendingOptions, release: Callable[..., EventFacts]
) -> None:
    with SlackAppReceiver(knows_repeats=True) as slack:
        rig = Rig(sqlite_desk, clock, options, slack)
        slack.script(Answer(reset=Reset.AFTER_RECORDING))
        event = rig.publish(release(44))
        rig.drain()
        rig.revise(event, release(52))
        rig.drain()
        assert [(one.notice, one.edits) for one in slack.posts] == [("Belarus frees 52 prisoners", 1)]


def test_being_told_to_wait_costs_nothing_but_time(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts], states: Callable[[], Any]
) -> None:
    slack.script(limited(30))
    started = rig.clock.now
    rig.publish(release(52))
    rig.drain()
    assert (rig.clock.now - started).total_seconds() >= 30
    assert states() == [("created", "sent")]
    assert "blocks" in slack.messages[0].content
    assert "(possible repeat)" not in slack.messages[0].seen


def test_a_refused_layout_goes_down_the_ladder_to_plain_text(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts], states: Callable[[], Any]
) -> None:
    slack.script(refusal("invalid_blocks"), refusal("msg_too_long"))
    rig.publish(release(52))
    rig.drain()
    assert ("blocks" in slack.messages[0].content, states()) == (False, [("created", "sent")])
    slack.script(*[refusal("no_text")] * 3)
    rig.publish(release(9))
    rig.drain()
    assert states()[-1] == ("created", "dead")


def test_a_withdrawn_token_holds_the_queue_until_it_is_put_right(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts], states: Callable[[], Any]
) -> None:
    slack.script(refusal("token_revoked"))
    rig.publish(release(52))
    rig.drain()
    assert (slack.messages, states()) == ((), [("created", "pending")])


def test_names_that_are_markup_mention_nobody(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts]
) -> None:
    people = tuple(Person(name, Outcome.FREED) for name in ("<!channel> @here", "<https://evil.example|bank>"))
    rig.publish(release(52, people=people, negotiators=("<@U0BOSS>",)))
    rig.drain()
    (message,) = slack.messages
    seen = read_message(message.content)
    assert "<!channel> @\u2060here" in seen.text
    assert seen.mentions == ()
    assert {address.split("/")[2] for _, address in seen.links} == {"harbour-post.example"}


def test_the_delivery_loop_edits_answers_and_tells_anew(
    rig: Rig, slack: SlackAppReceiver, release: Callable[..., EventFacts]
) -> None:
    async def scene() -> None:
        loop = DeliveryLoop(rig.desk.database, {"desk": rig.channel}, (DESK,), rig.options)
        running = asyncio.create_task(loop.run())
        event = await asyncio.to_thread(rig.publish, release(44))
        loop.wake()
        assert await asyncio.to_thread(slack.wait_until, called(1), 10)
        await asyncio.to_thread(rig.revise, event, release(50))
        loop.wake()
        assert await asyncio.to_thread(slack.wait_until, called(3), 10)
        slack.delete(slack.posts[0])
        await asyncio.to_thread(rig.revise, event, release(52))
        loop.wake()
        assert await asyncio.to_thread(slack.wait_until, called(5), 10)
        loop.stop()
        await asyncio.wait_for(running, 10)

    asyncio.run(scene())
    methods = [one.request.path.rpartition("/")[2] for one in slack.exchanges]
    assert methods == [
        "chat.postMessage",
        "chat.update",
        "chat.postMessage",
        "chat.update",  # refused: the message is gone
        "chat.postMessage",  # a new one, which rings: no answer follows
    ]
    assert [one.notice for one in slack.posts] == ["UPDATE: Belarus frees 52 prisoners"]
    assert slack.thread(slack.posts[0].ts) == ()


def called(number: int) -> Callable[[tuple[Exchange, ...]], bool]:
    return lambda exchanges: len(exchanges) >= number


def test_an_event_is_told_anew_in_the_channel_that_the_settings_name_now(
    sqlite_desk: Any, clock: Any, options: SendingOptions, release: Callable[..., EventFacts]
) -> None:
    with SlackAppReceiver(channels={CHANNEL: "alerts", "C0OTHER": "other"}) as slack:
        rig = Rig(sqlite_desk, clock, options, slack)
        event = rig.publish(release(44))
        rig.drain()
        app = SlackApp(TOKEN, slack.url)
        rig.channel = QuickChannel("desk", app, "C0OTHER", user_agent="volya/1", clock=clock)
        rig.sender = Sender(rig.desk.database, DESK, rig.channel, options)
        rig.revise(event, release(52))
        rig.drain()
        rig.revise(event, release(53))
        rig.drain()
        (answer,) = slack.thread(slack.posts[-1].ts)
        assert [(one.channel, one.edits) for one in slack.posts] == [(CHANNEL, 0), ("C0OTHER", 1)]
        assert answer.channel == "C0OTHER"

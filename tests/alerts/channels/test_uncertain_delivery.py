"""D-12: a receiver without keys takes a message and the answer is lost. It is sent again and says so, or a person decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts import Destination, Sender, SlackChannel, TelegramChannel
from alerts.channels.telegram import Bot, Chat
from alerts.destinations import OnUncertain, Updates
from db.announcing import approve_alert
from db.dead_letters import count_as_sent, drop_deliveries, retry_deliveries
from db.delivery_views import DeliveryView
from db.facts import EventFacts, Status
from db.outbox import list_alerts, list_destinations, waiting_for_approval
from newsroom import Answer, Reset, SlackReceiver, TelegramReceiver
from newsroom.slack import visible_text
from newsroom.telegram_calls import failure

FEED = Destination("desk", "slack", updates=Updates.MAJOR)
HOLDING = replace(FEED, on_uncertain=OnUncertain.HOLD)
CHAT = Destination("desk", "telegram", updates=Updates.EDIT, on_uncertain=OnUncertain.HOLD)
LOST = Answer(reset=Reset.AFTER_RECORDING)
GONE = failure(400, "Bad Request: message to edit not found")
TOKEN = "123456:made-up-token-made-up-token"
MARK = "(possible repeat)"


@pytest.fixture
def slack() -> Iterator[SlackReceiver]:
    with SlackReceiver() as running:
        yield running


@pytest.fixture
def telegram() -> Iterator[TelegramReceiver]:
    with TelegramReceiver(TOKEN, chats=("-100",)) as running:
        yield running


@pytest.fixture
def feed(line: Any, slack: SlackReceiver) -> Callable[..., None]:
    """Announce and send until nothing is due at a Slack incoming webhook."""

    def drain(place: Destination = HOLDING) -> None:
        line.drain(place, SlackChannel("desk", slack.url, user_agent="volya/1", clock=line.clock))

    return drain


@pytest.fixture
def chat(line: Any, telegram: TelegramReceiver) -> Callable[..., None]:
    """Announce and send until nothing is due at a Telegram chat."""

    def drain(place: Destination = CHAT) -> None:
        bot, where = Bot(TOKEN, telegram.url), Chat("-100")
        line.drain(place, TelegramChannel("desk", bot, where, user_agent="volya/1", clock=line.clock))

    return drain


@pytest.fixture
def states(line: Any, deliveries_of: Callable[..., list[DeliveryView]]) -> Callable[[], list[tuple[str, str]]]:
    return lambda: [(one.type, one.state) for one in deliveries_of(line.desk.database)]


@pytest.fixture
def order(line: Any) -> Callable[[Callable[..., Any]], Any]:
    """Give an order about the first alert, at any destination."""

    def give(command: Callable[..., Any]) -> Any:
        with line.desk.database.begin() as session:
            moment = () if command is drop_deliveries else (line.clock.now,)
            return command(session, 1, *(() if command is approve_alert else (None,)), *moment)

    return give


def texts(slack: SlackReceiver) -> list[str]:
    return [visible_text(message) for message in slack.messages]


@pytest.mark.parametrize(
    ("place", "expected"),
    [(FEED, ("sent", [False, True])), (HOLDING, ("uncertain", [False]))],
    ids=["resend", "hold"],
)
def test_a_message_whose_answer_is_lost_is_repeated_with_a_mark_or_held(
    line: Any,
    feed: Any,
    slack: SlackReceiver,
    release: Callable[..., EventFacts],
    place: Any,
    expected: Any,
) -> None:
    slack.script(LOST)
    line.desk.publish(release(52))
    feed(place)
    with line.desk.database.read() as session:
        (delivery,) = list_alerts(session)[0].deliveries
    assert (delivery.state, [MARK in text for text in texts(slack)]) == expected


def test_what_is_held_is_listed_as_such_and_approval_is_another_question(
    line: Any, feed: Any, slack: SlackReceiver, release: Callable[..., EventFacts], order: Any
) -> None:
    slack.script(LOST)
    event = line.desk.publish(release(52))
    feed()
    line.desk.revise(event, release(53))
    feed()
    assert order(approve_alert) == 0
    feed()
    with line.desk.database.read() as session:
        assert [alert.id for alert in list_alerts(session, state="uncertain")] == [1]
        assert [alert.id for alert in list_alerts(session, state="held")] == [2, 1]
        assert waiting_for_approval(session) == []
        later, first = (alert.deliveries[0] for alert in list_alerts(session))
        (place,) = list_destinations(session)
    assert (first.held_by, first.next_attempt_at, later.held_by) == ("uncertain", None, "earlier")
    assert (place.pending, place.held, place.uncertain, place.oldest_pending_at) == (2, 0, 1, None)
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    "choice",
    [
        (retry_deliveries, ["Belarus frees 44", "Belarus frees 52"]),
        (count_as_sent, ["Belarus frees 44", "UPDATE: Belarus frees 52"]),
        (drop_deliveries, ["Belarus frees 44"]),
    ],
)
def test_a_person_decides_and_the_event_goes_on(
    line: Any,
    feed: Any,
    slack: SlackReceiver,
    release: Callable[..., EventFacts],
    order: Any,
    choice: Any,
) -> None:
    command, shown = choice
    slack.script(LOST)
    event = line.desk.publish(release(44))
    feed()
    line.desk.revise(event, release(52))
    feed()
    assert order(command) == ("desk",)
    feed()
    assert [text.partition(" prisoners")[0] for text in texts(slack)] == shown
    assert [MARK in text for text in texts(slack)] == [False, command is retry_deliveries][: len(shown)]
    with line.desk.database.read() as session:
        assert [place.pending for place in list_destinations(session)] == [0]


def test_what_was_dropped_though_it_may_have_arrived_is_marked_when_it_is_tried_again(
    line: Any, feed: Any, slack: SlackReceiver, release: Callable[..., EventFacts], order: Any
) -> None:
    slack.script(LOST)
    line.desk.publish(release(44))
    feed()
    assert order(drop_deliveries) == order(retry_deliveries) == ("desk",)
    feed()
    assert [MARK in text for text in texts(slack)] == [False, True]


def test_a_repeat_that_is_lost_too_is_held_again(
    line: Any, feed: Any, slack: SlackReceiver, release: Callable[..., EventFacts], order: Any, states: Any
) -> None:
    slack.script(LOST, LOST)
    line.desk.publish(release(44))
    feed()
    order(retry_deliveries)
    feed()
    assert (len(slack.messages), states()) == (2, [("created", "uncertain")])


def test_a_newer_update_takes_the_place_of_one_that_is_held(
    line: Any, feed: Any, slack: SlackReceiver, release: Callable[..., EventFacts], states: Any
) -> None:
    event = line.desk.publish(release(44))
    feed()
    slack.script(LOST)
    for number in (50, 52):
        line.desk.revise(event, release(number))
        feed()
    assert [text.partition(" prisoners")[0] for text in texts(slack)[1:]] == [
        "UPDATE: Belarus frees 50",
        "UPDATE: Belarus frees 52",
    ]
    assert states() == [("created", "sent"), ("updated", "superseded"), ("updated", "sent")]


def test_a_withdrawal_that_came_while_the_first_message_was_held_is_told_when_that_counts_as_sent(
    line: Any, feed: Any, slack: SlackReceiver, release: Callable[..., EventFacts], order: Any
) -> None:
    slack.script(LOST)
    event = line.desk.publish(release(44))
    feed()
    line.desk.revise(event, release(44, status=Status.DENIED))
    feed()
    order(count_as_sent)
    feed()
    assert texts(slack)[1].startswith("WITHDRAWN:")


def test_a_sender_that_dies_in_the_middle_leaves_its_message_held(
    line: Any, slack: SlackReceiver, feed: Any, release: Callable[..., EventFacts], states: Any
) -> None:
    class Dying(SlackChannel):
        async def send(self, parcel: Any) -> Any:
            await super().send(parcel)
            raise asyncio.CancelledError

    async def die() -> None:
        channel = Dying("desk", slack.url, user_agent="volya/1", clock=line.clock)
        with pytest.raises(asyncio.CancelledError):
            await Sender(line.desk.database, HOLDING, channel, line.options).send_next()
        await channel.close()

    line.desk.publish(release(44))
    line.announce(HOLDING)
    asyncio.run(die())
    line.clock.pass_time(minutes=1)
    with line.desk.database.read() as session:
        assert [one.held_by for alert in list_alerts(session) for one in alert.deliveries] == [None]
    line.drain(HOLDING, SlackChannel("desk", slack.url, user_agent="volya/1", clock=line.clock))
    assert (len(slack.messages), states()) == (1, [("created", "uncertain")])


def test_an_edit_that_is_lost_is_made_again_for_it_does_no_harm(
    line: Any, chat: Any, telegram: TelegramReceiver, release: Callable[..., EventFacts], states: Any
) -> None:
    event = line.desk.publish(release(44))
    chat()
    line.desk.revise(event, release(52))
    telegram.script(LOST)
    chat()
    first, answer = telegram.messages
    assert (first.visible.text.splitlines()[0], first.edits, answer.reply_to) == (
        "Belarus frees 52 prisoners",
        1,
        first.id,
    )
    assert {state for _, state in states()} == {"sent"}


@pytest.mark.parametrize(
    ("place", "expected"),
    [(replace(CHAT, on_uncertain=OnUncertain.RESEND), ("sent", [False, True])), (CHAT, ("uncertain", [False]))],
    ids=["resend", "hold"],
)
def test_a_new_message_in_place_of_a_lost_edit_is_marked_or_held_like_any_other(
    line: Any,
    chat: Any,
    telegram: TelegramReceiver,
    release: Callable[..., EventFacts],
    place: Any,
    expected: Any,
) -> None:
    event = line.desk.publish(release(44))
    chat(place)
    line.desk.revise(event, release(52))
    telegram.script(GONE, LOST)
    chat(place)
    new = telegram.messages[1:]
    assert {one.visible.text.splitlines()[0] for one in new} == {"UPDATE: Belarus frees 52 prisoners"}
    with line.desk.database.read() as session:
        updated = list_alerts(session)[0].deliveries[0]
    assert (updated.state, [MARK in one.visible.text for one in new]) == expected


def test_after_a_word_that_it_arrived_a_chat_hears_on_by_a_new_message_that_rings_once(
    line: Any, chat: Any, telegram: TelegramReceiver, release: Callable[..., EventFacts], order: Any, states: Any
) -> None:
    telegram.script(LOST)
    event = line.desk.publish(release(44))
    chat()
    order(count_as_sent)
    line.desk.revise(event, release(52))
    chat()
    line.desk.revise(event, release(53))
    chat()
    assert [(one.visible.text.splitlines()[0], one.reply_to) for one in telegram.messages] == [
        ("Belarus frees 44 prisoners", None),
        ("Belarus frees 53 prisoners", None),
        ("UPDATE: Belarus frees 53 prisoners", telegram.messages[1].id),
    ]
    kinds = ["created", "updated", "reply", "updated", "reply"]
    assert states() == list(zip(kinds, ["sent", "sent", "superseded", "sent", "sent"], strict=True))


def test_where_nothing_stands_to_be_answered_the_update_alone_rings_whichever_comes_first(
    line: Any, chat: Any, telegram: TelegramReceiver, release: Callable[..., EventFacts], order: Any
) -> None:
    telegram.script(LOST)
    event = line.desk.publish(release(44))
    chat()
    line.desk.revise(event, release(52))
    line.announce(CHAT)
    line.desk.revise(
        event, release(52, negotiators=("John Coale",)), is_major=False
    )  # its update stands behind the answer
    line.announce(CHAT)
    order(count_as_sent)
    started = line.clock.now
    chat()
    assert line.clock.now - started < timedelta(minutes=1)
    assert [one.visible.text.splitlines()[0] for one in telegram.messages[1:]] == [
        "UPDATE: Belarus frees 52 prisoners after talks with John Coale"
    ]

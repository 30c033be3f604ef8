"""An alert that waits for a person's word is asked about in a chat, and a button there decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from alerts import Destination, Rules, Sender, SendingOptions, TelegramChannel, announce_due
from alerts.bot.approver import Approver
from alerts.bot.desk import Desk
from alerts.bot.poller import POLLING, BotPoller, Line
from alerts.channels.telegram import Chat
from alerts.channels.telegram_api import Bot, TelegramApi
from alerts.destinations import Updates
from alerts.roster import Template
from db import Database
from db.announcing import approve_alert, sync_destinations
from db.delivery_views import DeliveryView
from db.outbox import list_alerts
from newsroom import TelegramReceiver
from newsroom.telegram import TOKEN, Person

ROOM = -100_222_000_111
PATIENCE = 20


class Rig:
    """A webhook whose alerts wait, the chat where that is asked, and its bot."""

    def __init__(
        self, desk: Any, clock: Any, options: SendingOptions, telegram: TelegramReceiver, channel: Any
    ) -> None:
        self.desk, self.clock, self.telegram, self.channel = desk, clock, telegram, channel
        self.database: Database = desk.database
        self.bot = Bot(TOKEN, telegram.url)
        room = Destination("room", "telegram", kinds=(), updates=Updates.EDIT)
        self.places = (Destination("wire", "webhook", approval=True, approver="room"), room)
        with self.database.begin() as session:
            sync_destinations(session, {one.name: one.channel for one in self.places}, clock.now)
        more: dict[str, Any] = {"user_agent": "volya/1", "clock": clock}
        asking = TelegramChannel("room", self.bot, Chat(str(ROOM)), **more)
        self.senders = [
            Sender(self.database, self.places[0], channel, options),
            Sender(self.database, room, asking, options),
        ]

    def announce(self) -> None:
        announce_due(self.database, self.places, Rules(), self.clock.now)
        asyncio.run(self._drain())

    async def _drain(self) -> None:
        for sender in self.senders:
            while await sender.send_next():
                pass
        await self.senders[1].channel.close()

    def press(self, data: str, **more: Any) -> None:
        """Press a button under the last message, and let the bot hear of it."""
        self.telegram.press(self.telegram.messages[-1].id, data, **more)
        asyncio.run(self.listen())
        asyncio.run(self._drain())

    async def listen(self) -> None:
        more: dict[str, Any] = {"user_agent": "volya/1", "clock": self.clock}
        line = Line(TelegramApi("room", self.bot, **more), TelegramApi("room", self.bot, **more, limits=POLLING))
        approver = Approver(self.database, ("room",), "en", line.calls, self.clock)
        template = Template(self.places[1], frozenset(), 0)
        desk = Desk(self.database, template, self.bot.number, self.clock)
        running = asyncio.create_task(BotPoller(line, desk, lambda: 0.0, approver.decide).run(lambda: None))
        assert await asyncio.to_thread(self.telegram.inbox.wait_until_confirmed, PATIENCE)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    @property
    def deliveries(self) -> dict[str, DeliveryView]:
        with self.database.read() as session:
            return {one.type: one for alert in list_alerts(session) for one in alert.deliveries}


@pytest.fixture
def room(telegram: TelegramReceiver) -> TelegramReceiver:
    telegram.open(ROOM)
    return telegram


@pytest.fixture
def make_rig(
    clock: Any, options: SendingOptions, room: TelegramReceiver, make_channel: Callable[..., Any], release: Any
) -> Callable[[Any], Rig]:
    def make(desk: Any) -> Rig:
        desk.publish(release(52))
        return Rig(desk, clock, options, room, make_channel())

    return make


def test_what_waits_is_asked_about_with_buttons_and_approved_by_one(make_rig: Any, desk: Any) -> None:
    rig = make_rig(desk)
    rig.announce()
    (asked,) = rig.telegram.messages
    assert asked.visible.text.startswith("APPROVE? Belarus frees 52 prisoners")
    assert asked.buttons == ("approve", "drop")
    assert rig.channel.parcels == []
    rig.press("approve")
    assert rig.telegram.notes == ["Approved: it goes out now."]
    assert rig.telegram.messages[-1].buttons == ()
    assert [kind for _, kind, _ in rig.channel.told] == ["created"]


def test_dropped_by_a_button_it_is_not_sent(make_rig: Any, sqlite_desk: Any) -> None:
    rig = make_rig(sqlite_desk)
    rig.announce()
    rig.press("drop")
    assert rig.telegram.notes == ["Dropped: it is not sent."]
    assert rig.channel.parcels == []
    assert rig.deliveries["created"].state == "cancelled"


def test_a_second_press_says_that_it_is_decided(make_rig: Any, sqlite_desk: Any) -> None:
    rig = make_rig(sqlite_desk)
    rig.announce()
    rig.press("approve")
    rig.press("drop", person=Person(555_000_222, "uk"))
    assert rig.telegram.notes[-1] == "Somebody has decided already."
    assert rig.deliveries["created"].state == "sent"


@pytest.mark.parametrize(("data", "chat"), [("approve", -100_999), ("burn", None), ("approve:1", None), ("", None)])
def test_a_press_from_elsewhere_or_of_no_button_of_ours_changes_nothing(
    make_rig: Any, sqlite_desk: Any, data: str, chat: int | None
) -> None:
    """Anybody may send the API's answer for a bot a press of their own making."""
    rig = make_rig(sqlite_desk)
    rig.announce()
    rig.press(data, chat=chat)
    assert rig.telegram.messages[-1].buttons == ("approve", "drop")
    assert not rig.deliveries["created"].is_approved


def test_what_was_approved_elsewhere_before_the_question_left_is_not_asked_any_more(
    make_rig: Any, sqlite_desk: Any
) -> None:
    rig = make_rig(sqlite_desk)
    announce_due(rig.database, rig.places, Rules(), rig.clock.now)
    with rig.database.begin() as session:
        approve_alert(session, 1, rig.clock.now)
    rig.announce()
    assert rig.telegram.messages == ()
    assert rig.deliveries["question"].state == "superseded"


def test_the_bot_of_an_approver_takes_no_subscribers_and_says_nothing(make_rig: Any, sqlite_desk: Any) -> None:
    rig = make_rig(sqlite_desk)
    rig.telegram.write(5, "/start")
    asyncio.run(rig.listen())
    assert rig.telegram.messages == ()

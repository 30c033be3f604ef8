"""A bot on a made-up Telegram, whom people write to, and the real loop and database behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from alerts import DeliveryLoop, Destination, Rules, SendingOptions, TelegramChannel, announce_due
from alerts.bot.desk import Desk
from alerts.bot.poller import POLLING, BotPoller, Line
from alerts.channels.telegram import Chat
from alerts.channels.telegram_api import Bot, TelegramApi
from alerts.deliver import Guests
from alerts.destinations import Updates
from alerts.roster import Roster, Subscriber, Template
from db.announcing import sync_destinations
from db.subscriptions import list_subscriptions
from newsroom import TelegramReceiver
from newsroom.telegram import TOKEN

CHAT, GROUP = 777_000_123_456, -100_777_000_654_321
PATIENCE = 20


class QuickChannel(TelegramChannel):
    """The same without the seconds between two messages."""

    interval = 0.0


class Rig:
    """One template, its bot, and what the database holds of those who subscribed."""

    def __init__(self, desk: Any, clock: Any, options: SendingOptions, telegram: TelegramReceiver) -> None:
        self.desk, self.clock, self.options, self.telegram = desk, clock, options, telegram
        self.database = desk.database
        self.bot = Bot(TOKEN, telegram.url)
        self.shared = TelegramApi("public", self.bot, user_agent="volya/1", clock=clock)
        place = Destination("public", "telegram", updates=Updates.EDIT)
        self.template = Template(place, frozenset({str(CHAT), str(GROUP)}), 200)

    def allow(self, *chats: int | None) -> None:
        self.template = replace(self.template, allow=None if None in chats else frozenset(map(str, chats)))

    @property
    def roster(self) -> Roster:
        return Roster(self.database, (), (self.template,))

    def make_desk(self) -> Desk:
        return Desk(self.database, self.template, self.bot.number, self.clock)

    def poller(self) -> BotPoller:
        more = {"user_agent": "volya/1", "clock": self.clock}
        line = Line(TelegramApi("public", self.bot, **more), TelegramApi("public", self.bot, **more, limits=POLLING))
        return BotPoller(line, self.make_desk(), lambda: 0.0)

    def open_channel(self, subscriber: Subscriber) -> TelegramChannel:
        chat, more = Chat(subscriber.chat, subscribed=True), {"user_agent": "volya/1", "clock": self.clock}
        return QuickChannel(subscriber.destination.name, self.bot, chat, **more, api=self.shared)

    def listen(self, until: Callable[[], bool] | None = None) -> list[str]:
        """Run the bot until it has confirmed everything that was written to it; return what was said since."""
        before = len(self.telegram.messages)
        asyncio.run(self._listen(until))
        return [one.visible.text for one in self.telegram.messages[before:]]

    async def _listen(self, until: Callable[[], bool] | None) -> None:
        running = asyncio.create_task(self.poller().run(lambda: None))
        wait = self.telegram.inbox.wait_until_confirmed
        assert await asyncio.to_thread(until) if until else await asyncio.to_thread(wait, PATIENCE)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def say(self, text: str, chat: int = CHAT, **more: Any) -> list[str]:
        """Have a person write, and return what the bot says."""
        self.telegram.write(chat, text, **more)
        return self.listen()

    def announce(self) -> None:
        announce_due(self.database, self.roster.destinations(), Rules(), self.clock.now)

    def restart(self) -> None:
        """Do what the service does with the settings when it starts."""
        with self.database.begin() as session:
            sync_destinations(session, {one.name: one.channel for one in self.roster.destinations()}, self.clock.now)

    def deliver(self, until: Callable[[], bool], *, listens: bool = False) -> None:
        """Run the delivery loop until something holds; what it asks must wait by itself."""
        asyncio.run(self._deliver(until, listens=listens))

    async def _deliver(self, until: Callable[[], bool], *, listens: bool) -> None:
        guests, errands = Guests(self.roster, self.open_channel, self.shared.close), (self.poller(),) if listens else ()
        loop = self.loop = DeliveryLoop(self.database, {}, (), self.options, guests=guests, errands=errands)
        running = asyncio.create_task(loop.run())
        holds = await asyncio.to_thread(until)
        loop.stop()
        await asyncio.wait_for(running, PATIENCE)
        assert holds

    def has_said(self, number: int) -> Callable[[], bool]:
        """Wait until so many messages stand in the chats."""
        return lambda: self.telegram.wait_until(lambda _: len(self.telegram.messages) >= number, PATIENCE)

    def subscribers(self) -> list[str]:
        with self.database.read() as session:
            return [one.name for one in list_subscriptions(session)]


@pytest.fixture
def telegram() -> Iterator[TelegramReceiver]:
    with TelegramReceiver(chats=()) as running:
        yield running


@pytest.fixture
def rig(desk: Any, clock: Any, options: SendingOptions, telegram: TelegramReceiver) -> Rig:
    """On either database."""
    return Rig(desk, clock, options, telegram)


@pytest.fixture
def sqlite_rig(sqlite_desk: Any, clock: Any, options: SendingOptions, telegram: TelegramReceiver) -> Rig:
    return Rig(sqlite_desk, clock, options, telegram)

"""Chats that subscribe themselves: from the settings to the templates, and to the bots that listen for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.bot.desk import Desk
from alerts.bot.poller import POLLING, BotPoller, Line
from alerts.channels.base import Channel
from alerts.channels.posting import Limits
from alerts.channels.telegram import Chat, TelegramChannel
from alerts.channels.telegram_api import Bot, TelegramApi
from alerts.destinations import Destination
from alerts.errors import UnusableDestinationError
from alerts.roster import Subscriber, Template
from cli.keys import DestinationKeys
from db import Database


def template_of(keys: DestinationKeys, destination: Destination) -> Template:
    """Return the template that a destination of the settings is to those who subscribe there."""
    allow = frozenset(keys.allow) if keys.subscribers == "listed" else None
    return Template(destination, allow, keys.most)


@dataclass(frozen=True, slots=True)
class Bots:
    """The bots of the templates by their names, and who we are to the service.

    Raises UnusableDestinationError where a token is none, and where two templates share a bot: each of its updates is
    given out once.
    """

    bots: Mapping[str, Bot]
    user_agent: str
    clock: Callable[[], datetime]

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for name, bot in self.bots.items():
            self._api(name, bot)
            if bot.number in seen:
                trouble = f"shares its bot with {seen[bot.number]}; give each that takes subscribers a bot of its own"
                raise UnusableDestinationError(name, trouble)
            seen[bot.number] = name

    def open_channel(self, subscriber: Subscriber) -> Channel:
        """Return the channel to a chat; what the service answers about it is not kept."""
        chat = Chat(subscriber.chat, subscribed=True)
        bot, name = self.bots[subscriber.template], subscriber.destination.name
        return TelegramChannel(name, bot, chat, user_agent=self.user_agent, clock=self.clock)

    def pollers(
        self, database: Database, templates: Sequence[Template], chance: Callable[[], float], page: str | None
    ) -> list[BotPoller]:
        """Return what listens to each bot."""
        return [self._poller(database, template, chance, page) for template in templates]

    def _poller(
        self, database: Database, template: Template, chance: Callable[[], float], page: str | None
    ) -> BotPoller:
        bot = self.bots[template.name]
        line = Line(self._api(template.name, bot), self._api(template.name, bot, POLLING))
        return BotPoller(line, Desk(database, template, bot.number, self.clock, page), chance)

    def _api(self, name: str, bot: Bot, limits: Limits | None = None) -> TelegramApi:
        return TelegramApi(name, bot, user_agent=self.user_agent, clock=self.clock, limits=limits)

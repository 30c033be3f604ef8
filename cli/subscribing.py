"""Chats that subscribe themselves: from the settings to the templates, and to the bots that listen for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from alerts.bot.approver import Approver
from alerts.bot.desk import Desk
from alerts.bot.poller import POLLING, BotPoller, Line
from alerts.channels.base import Channel
from alerts.channels.posting import Limits
from alerts.channels.telegram import Chat, TelegramChannel
from alerts.channels.telegram_api import Bot, TelegramApi
from alerts.destinations import Destination
from alerts.errors import UnusableDestinationError
from alerts.roster import Subscriber, Template
from cli.alert_keys import DestinationKeys
from db import Database


def template_of(keys: DestinationKeys, destination: Destination) -> Template:
    """Return the template that a destination of the settings is to those who subscribe there."""
    allow = frozenset(keys.allow) if keys.subscribers == "listed" else None
    return Template(destination, allow, keys.most)


def listener_of(destination: Destination) -> Template:
    """Return what a destination is to its bot that asks there for approval and takes no subscribers."""
    return Template(destination, frozenset(), 0)


class Bots:
    """The bots of the templates by their names; `user_agent` is who we are to the service.

    `approvers` holds by a bot's number the destinations in whose chats it asks for approval.

    Raises UnusableDestinationError where a token is none, and where two templates share a bot: each of its updates is
    given out once.
    """

    def __init__(
        self,
        bots: Mapping[str, Bot],
        user_agent: str,
        clock: Callable[[], datetime],
        approvers: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self._bots = bots
        self._approvers = approvers
        self._user_agent = user_agent
        self._clock = clock
        self._shared = {name: self._api(name) for name in bots}
        seen: dict[str, str] = {}
        for name, bot in bots.items():
            if bot.number in seen:
                trouble = f"shares its bot with {seen[bot.number]}; give each that takes subscribers a bot of its own"
                raise UnusableDestinationError(name, trouble)
            seen[bot.number] = name

    def open_channel(self, subscriber: Subscriber) -> Channel:
        """Return the channel to a chat; what the service answers about it is not kept."""
        chat, template = Chat(subscriber.chat, subscribed=True), subscriber.template
        return TelegramChannel(
            subscriber.destination.name,
            self._bots[template],
            chat,
            user_agent=self._user_agent,
            clock=self._clock,
            api=self._shared[template],
        )

    async def close(self) -> None:
        """Close the connections that the channels share."""
        for api in self._shared.values():
            await api.close()

    def pollers(
        self, database: Database, templates: Sequence[Template], chance: Callable[[], float], page: str | None
    ) -> list[BotPoller]:
        """Return what listens to each bot."""
        return [self._poller(database, template, chance, page) for template in templates]

    def _poller(
        self, database: Database, template: Template, chance: Callable[[], float], page: str | None
    ) -> BotPoller:
        line = Line(self._api(template.name), self._api(template.name, POLLING))
        number = self._bots[template.name].number
        names, language = self._approvers.get(number, ()), template.destination.language
        approver = Approver(database, names, language, line.calls, self._clock) if names else None
        desk = Desk(database, template, number, self._clock, page)
        return BotPoller(line, desk, chance, approver.decide if approver is not None else None)

    def _api(self, name: str, limits: Limits | None = None) -> TelegramApi:
        return TelegramApi(name, self._bots[name], user_agent=self._user_agent, clock=self._clock, limits=limits)

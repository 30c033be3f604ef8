"""From the keys of a destination to its channel: a new channel adds a function and two lines here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from pydantic import SecretStr

from alerts.channels.apprise import AppriseChannel
from alerts.channels.base import Channel
from alerts.channels.console import ConsoleChannel
from alerts.channels.discord import DiscordChannel
from alerts.channels.email import EmailChannel
from alerts.channels.email_body import Envelope
from alerts.channels.email_server import mail_server
from alerts.channels.matrix import Account, MatrixChannel
from alerts.channels.ntfy import NTFY_SERVER, NtfyChannel, Topic
from alerts.channels.slack import SlackChannel
from alerts.channels.slack_app import BASE_URL as SLACK_URL
from alerts.channels.slack_app import SlackApp, SlackAppChannel
from alerts.channels.telegram import Chat, TelegramChannel
from alerts.channels.telegram_api import BASE_URL, Bot
from alerts.channels.webhook import WebhookChannel
from cli.alert_keys import DestinationKeys
from cli.clock import utc_now
from cli.version import user_agent

Secrets = Mapping[str, SecretStr]


def channel_of(destination: DestinationKeys, secrets: Secrets) -> Channel:
    """Return the channel of a destination: the two lines that a new channel adds are below."""
    return CHANNELS[destination.channel](destination, secrets)


def _console(_keys: DestinationKeys, _secrets: Secrets) -> Channel:
    return ConsoleChannel(sys.stdout)


def _webhook(keys: DestinationKeys, secrets: Secrets) -> Channel:
    url, secret = _secret(keys, "url", secrets), _secret(keys, "secret", secrets)
    return WebhookChannel(keys.name, url, secret, user_agent=user_agent(), clock=utc_now)


def _slack(keys: DestinationKeys, secrets: Secrets) -> Channel:
    return SlackChannel(keys.name, _secret(keys, "url", secrets), user_agent=user_agent(), clock=utc_now)


def _slack_app(keys: DestinationKeys, secrets: Secrets) -> Channel:
    app = SlackApp(_secret(keys, "token", secrets), keys.base_url or SLACK_URL)
    return SlackAppChannel(keys.name, app, keys.chat or "", user_agent=user_agent(), clock=utc_now)


def _telegram(keys: DestinationKeys, secrets: Secrets) -> Channel:
    chat = Chat(keys.chat or "", keys.thread)
    return TelegramChannel(keys.name, bot_of(keys, secrets), chat, user_agent=user_agent(), clock=utc_now)


def bot_of(keys: DestinationKeys, secrets: Secrets) -> Bot:
    """Return the bot of a destination of Telegram."""
    return Bot(_secret(keys, "token", secrets), keys.base_url or BASE_URL)


def _discord(keys: DestinationKeys, secrets: Secrets) -> Channel:
    url = _secret(keys, "url", secrets)
    return DiscordChannel(keys.name, url, user_agent=user_agent(), clock=utc_now, thread=keys.thread)


def _matrix(keys: DestinationKeys, secrets: Secrets) -> Channel:
    account = Account(_secret(keys, "token", secrets), keys.base_url or "")
    return MatrixChannel(keys.name, account, keys.chat or "", user_agent=user_agent(), clock=utc_now)


def _ntfy(keys: DestinationKeys, secrets: Secrets) -> Channel:
    token = _secret(keys, "token", secrets) if keys.token is not None else None
    topic = Topic(_secret(keys, "topic", secrets), token, keys.base_url or NTFY_SERVER)
    return NtfyChannel(keys.name, topic, user_agent=user_agent(), clock=utc_now)


def _email(keys: DestinationKeys, secrets: Secrets) -> Channel:
    server = mail_server(keys.name, _secret(keys, "url", secrets))
    return EmailChannel(keys.name, server, Envelope(keys.sender or "", keys.to or ()))


def _apprise(keys: DestinationKeys, secrets: Secrets) -> Channel:
    return AppriseChannel(keys.name, _secret(keys, "url", secrets))


def _secret(keys: DestinationKeys, name: str, secrets: Secrets) -> str:
    return secrets[f"alerts.destination.{keys.name}.{name}"].get_secret_value()


CHANNELS: Mapping[str, Callable[[DestinationKeys, Secrets], Channel]] = {
    "console": _console,
    "webhook": _webhook,
    "slack": _slack,
    "slack-app": _slack_app,
    "telegram": _telegram,
    "discord": _discord,
    "matrix": _matrix,
    "ntfy": _ntfy,
    "email": _email,
    "apprise": _apprise,
}
ChannelType = type[
    ConsoleChannel
    | WebhookChannel
    | SlackChannel
    | SlackAppChannel
    | TelegramChannel
    | DiscordChannel
    | MatrixChannel
    | NtfyChannel
    | EmailChannel
    | AppriseChannel
]
CHANNEL_TYPES: Mapping[str, ChannelType] = {
    "console": ConsoleChannel,
    "webhook": WebhookChannel,
    "slack": SlackChannel,
    "slack-app": SlackAppChannel,
    "telegram": TelegramChannel,
    "discord": DiscordChannel,
    "matrix": MatrixChannel,
    "ntfy": NtfyChannel,
    "email": EmailChannel,
    "apprise": AppriseChannel,
}

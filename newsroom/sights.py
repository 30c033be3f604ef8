"""What people see of the messages that receivers took: words, links, mentions, and markup that is not Volya's own (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from newsroom.apprise import FormReceiver
from newsroom.discord import GUILD, DiscordReceiver
from newsroom.email import trouble_of
from newsroom.email_server import MailReceiver
from newsroom.matrix import MatrixReceiver
from newsroom.ntfy import NtfyReceiver
from newsroom.receivers import WebhookReceiver, open_signed
from newsroom.slack import SlackReceiver
from newsroom.slack_app import SlackAppReceiver
from newsroom.slack_text import read_message
from newsroom.telegram import TelegramReceiver

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_OURS_IN_TELEGRAM = {"b", "/b", "a", "/a"}
_OURS_IN_MATRIX = {"a", "br", "strong"}
_OURS_IN_MAIL = {"html", "body", "p", "b", "br", "a"}
_CALLED = re.compile(
    r"(?:^|(?<=\s))[@#]\w+|<[@!#&]|\b[\w.+-]+@[\w-]+\.\w+"
)  # what some service behind Apprise would ring
_OURS_IN_DISCORD = ("**", "**")  # the headline is bold
_ANSWERED = f"https://discord.com/channels/{GUILD}/"  # the message that an update answers


@dataclass(frozen=True, slots=True)
class Sight:
    """What people see of one message: all its words, where it leads, whom it mentions, and markup that is not ours."""

    text: str
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    markup: tuple[str, ...] = ()


def look_at_webhooks(receiver: WebhookReceiver, secret: str) -> list[Sight]:
    """Return what a program reads: fields, not markup; what counts is that the text holds no address but those of the fields."""
    datas = [open_signed(request, secret)["data"] for request in receiver.accepted]
    return [Sight(data["text"], tuple(_ADDRESS.findall(data["text"]))) for data in datas]


def look_at_slack(receiver: SlackReceiver) -> list[Sight]:
    """Return what people see in Slack."""
    return [_slack_sight(message) for message in receiver.messages]


def look_at_slack_app(receiver: SlackAppReceiver) -> list[Sight]:
    """Return what people see in a Slack app."""
    return [_slack_sight(message.content) for message in receiver.messages]


def _slack_sight(message: Mapping[str, Any]) -> Sight:
    seen = read_message(message)
    return Sight(seen.text, tuple(address for _, address in seen.links), seen.mentions, seen.styles)


def look_at_telegram(receiver: TelegramReceiver) -> list[Sight]:
    """Return what people see in Telegram."""
    return [_telegram_sight(message.visible) for message in receiver.messages]


def _telegram_sight(seen: Any) -> Sight:
    tags = tuple(mark for mark, _ in seen.marks if mark not in _OURS_IN_TELEGRAM)
    addresses = tuple(one for one in seen.found if _ADDRESS.fullmatch(one))
    return Sight(seen.text, (*seen.links, *addresses), tuple(one for one in seen.found if one not in addresses), tags)


def look_at_discord(receiver: DiscordReceiver) -> list[Sight]:
    """Return what people see in Discord."""
    return [_discord_sight(message) for message in receiver.messages]


def _discord_sight(message: Any) -> Sight:
    parts = (message.visible, *message.embeds)
    mentions = (*message.rings, *(mention for part in parts for mention in part.mentions))
    styles = tuple(style for part in parts for style in part.styles)
    links = tuple(address for _, address in message.links if not address.startswith(_ANSWERED))
    return Sight(message.text, links, mentions, styles if styles != _OURS_IN_DISCORD else ())


def look_at_ntfy(receiver: NtfyReceiver) -> list[Sight]:
    """Return what people see in ntfy."""
    return [Sight(message.text, message.links) for message in receiver.messages]


def look_at_matrix(receiver: MatrixReceiver) -> list[Sight]:
    """Return what people see in Matrix."""
    return [_matrix_sight(message) for message in receiver.messages]


def _matrix_sight(message: Any) -> Sight:
    seen = message.visible
    addresses = tuple(one for one in seen.drawn if _ADDRESS.fullmatch(one))
    mentions = (*message.rings, *seen.mentions, *(one for one in seen.drawn if one not in addresses))
    markup = (*seen.refused, *(tag for tag in seen.tags if tag not in _OURS_IN_MATRIX))
    return Sight(seen.text, (*(address for _, address in seen.links), *addresses), mentions, markup)


class _MailHtml(HTMLParser):
    """What a mail program draws of HTML: its words, its tags, where it leads, and whatever is no attribute of ours."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.markup: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.markup += [tag] if tag not in _OURS_IN_MAIL else []
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.markup += [name for name, _ in attrs if (tag, name) not in (("a", "href"), ("html", "lang"))]

    def handle_data(self, data: str) -> None:
        self.text += data


def look_at_mails(receiver: MailReceiver) -> list[Sight]:
    """Return what people see in a mail program, each as HTML and as plain text."""
    return [sight for mail in receiver.mails for sight in _mail_sights(mail)]


def _mail_sights(mail: Any) -> tuple[Sight, Sight]:
    """Return what a mail shows as HTML, and what as plain text; a mail that strict servers refuse has markup."""
    seen = _MailHtml(mail.html)
    subject, refused = mail.subject, trouble_of(mail.raw)
    return (
        Sight(f"{subject}\n{seen.text}", tuple(seen.links), (), tuple(seen.markup)),
        Sight(f"{subject}\n{mail.text}", tuple(_ADDRESS.findall(mail.text)), (), (refused,) if refused else ()),
    )


def look_at_forms(receiver: FormReceiver) -> list[Sight]:
    """Behind Apprise is any service: what would be a mention or an address in most of them is one here."""
    texts = [f"{message.title}\n{message.text}" for message in receiver.messages]
    plain = [_ADDRESS.sub("", text) for text in texts]
    return [
        Sight(text, tuple(_ADDRESS.findall(text)), tuple(_CALLED.findall(bare)))
        for text, bare in zip(texts, plain, strict=True)
    ]

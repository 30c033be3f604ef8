"""Where a destination writes: which keys its channel needs and takes, and what must stand in them (pure).

Messages never repeat a value: it may be a secret in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from alerts.channels.email_server import ADDRESS_PATTERN
from alerts.channels.matrix import ROOM_PATTERN
from alerts.channels.slack_app import PLACE_PATTERN
from alerts.channels.telegram import CHAT_PATTERN
from web.access import is_loopback

PLACE_KEYS = ("url", "secret", "token", "topic", "chat", "thread", "base_url", "to", "sender")
_PLAIN_KEYS = ("chat", "to", "sender", "base_url")  # written as they are; the others that are needed are secrets
MOST_RECIPIENTS = 50
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "console": (),
    "webhook": ("url", "secret"),
    "slack": ("url",),
    "slack-app": ("token", "chat"),
    "telegram": ("token", "chat"),
    "discord": ("url",),
    "matrix": ("token", "chat", "base_url"),
    "ntfy": ("topic",),
    "email": ("url", "to", "sender"),
    "apprise": ("url",),
}
_POSSIBLE: Mapping[str, tuple[str, ...]] = {
    **_NEEDED,
    "slack-app": ("token", "chat", "base_url"),
    "telegram": ("token", "chat", "thread", "base_url"),
    "discord": ("url", "thread"),
    "ntfy": ("topic", "token", "base_url"),
}
_CHATS: Mapping[str, tuple[str, str]] = {
    "slack-app": (PLACE_PATTERN, "the id of a channel, such as C0123456789, or # and its name"),
    "matrix": (ROOM_PATTERN, "the id of a room, such as !abc:example.org, or an alias, such as #news:example.org"),
    "telegram": (CHAT_PATTERN, "a number, or @ and the name of a public channel"),
}
NUMBER_PATTERN = r"-?[0-9]{1,20}"
NAME_LIMIT = 60  # of the 80 letters of a name: a subscriber's is "NAME.NUMBER"
_TAKE_TOKENS_IN_HEADERS = ("slack-app", "matrix", "ntfy")


def place_trouble(channel: str, place: Mapping[str, Any], *, takes_subscribers: bool = False) -> str | None:
    """Return what is wrong with where a destination on `channel` is to write; None if nothing is.

    `place` holds the values of `PLACE_KEYS`, None where a key was not given. One that takes subscribers needs no chat.
    """
    given = [key for key in PLACE_KEYS if place[key] is not None]
    missing = [key for key in _NEEDED[channel] if key not in given and not (takes_subscribers and key == "chat")]
    unknown = [key for key in given if key not in _POSSIBLE[channel]]
    if missing:
        references = [key for key in missing if key not in _PLAIN_KEYS]
        which = "each" if references == missing else " and ".join(references)
        form = f', {which} as {{ env = "NAME" }} or {{ file = "/path" }}' if references else ""
        return f"a destination on {channel} needs {' and '.join(missing)}{form}"
    if unknown:
        return f"a destination on {channel} has no {' and no '.join(unknown)}"
    if channel in _CHATS and "chat" in given and not re.fullmatch(_CHATS[channel][0], place["chat"]):
        return f"a destination on {channel} takes as chat {_CHATS[channel][1]}"
    if channel == "email":
        return _mail_trouble((place["sender"], *place["to"]))
    if channel in _TAKE_TOKENS_IN_HEADERS and "base_url" in given:
        return _address_trouble(place["base_url"], has_token="token" in given)
    return None


def _mail_trouble(addresses: Sequence[str]) -> str | None:
    """Return what is wrong with the addresses of mails: that of the sender, then those of the recipients."""
    if not 0 < len(addresses) - 1 <= MOST_RECIPIENTS:
        return f"give as to a list of 1 to {MOST_RECIPIENTS} addresses; for more, the address of a mailing list"
    if not all(re.fullmatch(ADDRESS_PATTERN, address) for address in addresses):
        return "give as sender and in to plain addresses, such as desk@example.org, without names"
    return None


def subscribers_trouble(channel: str, name: str, subscribers: str, allow: Sequence[str]) -> str | None:
    """Return what is wrong with who may subscribe at a destination; None if nothing is."""
    if subscribers != "off" and channel != "telegram":
        return "only a destination on telegram takes subscribers"
    if allow and subscribers != "listed":
        return 'allow is the list of subscribers = "listed"'
    if not all(re.fullmatch(NUMBER_PATTERN, one) for one in allow):
        return "allow holds the numbers of chats, such as 123456 or -1001234567890"
    if subscribers != "off" and len(name) > NAME_LIMIT:
        return f"the name of a destination that takes subscribers has at most {NAME_LIMIT} letters"
    return None


def _address_trouble(url: str, *, has_token: bool) -> str | None:
    """Return what is wrong with the address of an API that a token is sent to in a header."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment or parts.username:
        return "give as base_url the base address of the API, such as https://slack.com/api"
    if has_token and parts.scheme == "http" and not is_loopback(host):
        return "a token goes to another machine by https only: give base_url with https"
    return None

"""What people and the service tell a bot, read from its updates. Pure; any JSON may come, and none raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ALLOWED_UPDATES = ("message", "my_chat_member", "callback_query")
ARGUMENT_LIMIT = 64
_GONE = ("left", "kicked")
_GROUPS = ("group", "supergroup")
_LARGEST = 2**53  # ids have at most 52 significant bits
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Command:
    """A command in a chat: `/event@our_bot 3`. Of an administrator who writes in the group's name, `person` is None.

    `bot` is whom it is addressed to, `language` what the person reads, `topic` the part of a group it stands in.
    """

    chat: str = field(repr=False)
    is_group: bool
    person: int | None = field(repr=False)
    name: str
    argument: str = ""
    bot: str | None = None
    language: str | None = None
    topic: int | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """The bot was blocked in a chat or put out of it."""

    chat: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Move:
    """A group became a supergroup, and has another number."""

    before: str = field(repr=False)
    after: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Press:
    """A person pressed a button under a message of ours; `data` is what we gave the button."""

    id: str
    chat: str | None = field(repr=False)
    message: int | None
    person: int = field(repr=False)
    data: str = ""
    language: str | None = None


Act = Command | Departure | Move | Press


@dataclass(frozen=True, slots=True)
class Update:
    """One update. `act` is None where it is nothing to us."""

    id: int
    act: Act | None


def read_updates(found: object) -> list[Update]:
    """Return the updates of an answer, in order; what has no number cannot be acknowledged and is left out."""
    rows = found if isinstance(found, list) else []
    updates = [Update(number, _act(row)) for row in rows if (number := _number(_part(row), "update_id")) is not None]
    return sorted(updates, key=lambda update: update.id)


def _act(row: object) -> Act | None:
    update = _part(row)
    for act in _acts(update):
        return act
    return None


def _acts(update: dict[str, Any]) -> Iterator[Act]:
    message = _part(update.get("message"))
    chat = _identity(_part(message.get("chat")), "id")
    after = _identity(message, "migrate_to_chat_id")
    if chat is not None and after is not None:
        yield Move(chat, after)
    elif chat is not None:
        yield from _commands(message, chat)
    member = _part(update.get("my_chat_member"))
    place = _identity(_part(member.get("chat")), "id")
    if place is not None and _text(_part(member.get("new_chat_member")), "status") in _GONE:
        yield Departure(place)
    yield from _presses(_part(update.get("callback_query")))


def _commands(message: dict[str, Any], chat: str) -> Iterator[Command]:
    found = _COMMAND.fullmatch(_text(message, "text"))
    kind, person = _text(_part(message.get("chat")), "type"), _part(message.get("from"))
    if found is None or kind not in ("private", *_GROUPS):
        return
    is_in_its_name = _identity(_part(message.get("sender_chat")), "id") == chat
    is_topic = message.get("is_topic_message") is True
    yield Command(
        chat=chat,
        is_group=kind in _GROUPS,
        person=None if is_in_its_name else _number(person, "id") or 0,
        name=found[1].lower(),
        argument=" ".join((found[3] or "")[:ARGUMENT_LIMIT].split()),
        bot=found[2].lower() if found[2] else None,
        language=_language(person),
        topic=_number(message, "message_thread_id") if is_topic else None,
    )


def _presses(query: dict[str, Any]) -> Iterator[Press]:
    person, message = _part(query.get("from")), _part(query.get("message"))
    identity, number = _text(query, "id"), _number(person, "id")
    if identity and number is not None:
        chat = _identity(_part(message.get("chat")), "id")
        data, language = _text(query, "data")[:ARGUMENT_LIMIT], _language(person)
        yield Press(identity, chat, _number(message, "message_id"), number, data, language)


def _language(person: dict[str, Any]) -> str | None:
    found = _LANGUAGE.match(_text(person, "language_code"))
    return found[0].lower() if found else None


def _part(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _number(part: dict[str, Any], name: str) -> int | None:
    value = part.get(name)
    is_number = isinstance(value, int) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST
    return value if is_number else None


def _identity(part: dict[str, Any], name: str) -> str | None:
    number = _number(part, name)
    return str(number) if number is not None else None

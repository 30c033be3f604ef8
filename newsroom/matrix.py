"""A receiver that behaves like a Matrix home server with one room (reliability 3.5): messages, edits, threads, refusals.

It knows a repeat by the id of its transaction, for each access token, and answers with the event it has. What a server
takes without a word and clients then ignore (an edit of an edit, of a removed message, of another's) is taken and ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from newsroom.matrix_text import VisibleText, read_html, read_plain
from newsroom.receiving import Receiver
from newsroom.serving import Answer, Request

ROOM, ALIAS, USER = "!madeUpMadeUp:matrix.example", "#made_up:matrix.example", "@made_up:matrix.example"
TOKEN = "syt_made-up_madeupmadeup_0"  # noqa: S105  of nobody
_EVENT_BYTES = 65_536
_ENVELOPE = 1_500  # of them for what a server adds: hashes, signatures, the events before
_SAFE_INTEGER = 2**53 - 1
_API = "/_matrix/client/v3"
_SEND = re.compile(rf"{_API}/rooms/([^/]+)/send/([^/]+)/([^/]+)")
_EVENT = re.compile(rf"{_API}/rooms/([^/]+)/event/([^/]+)")
_ALIAS = re.compile(rf"{_API}/directory/room/([^/]+)")


class RefusalError(Exception):
    """The server refuses a call: status, errcode and words of the answer."""

    def __init__(self, status: int, errcode: str, error: str) -> None:
        super().__init__(error)
        self.answer = failure(status, errcode, error)


@dataclass(slots=True)
class _Event:
    id: str
    sender: str
    type: str
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def relation(self) -> Mapping[str, Any]:
        found = self.content.get("m.relates_to")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class MatrixMessage:
    """A message as it stands in the room. `thread` is the event whose thread it stands in, `answers` what it answers.

    `is_falling_back`: it answers only where threads are not known. `rings`: whom it or an edit of it rang. `edits` counts
    how often it was changed.
    """

    id: str
    msgtype: str
    visible: VisibleText
    thread: str | None = None
    answers: str | None = None
    is_falling_back: bool = False
    rings: tuple[str, ...] = ()
    edits: int = 0

    @property
    def text(self) -> str:
        """All that is seen of it."""
        return self.visible.text


class MatrixReceiver(Receiver):
    """A home server with `ROOM`, which `ALIAS` stands for; `tokens` are the sessions, each with its user.

    Knows how to send an event, to get one, and to look an alias up.
    """

    def __init__(
        self,
        tokens: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        super().__init__(clock, host, port)
        self.room = ROOM
        self._tokens = tokens or {TOKEN: USER}
        self._events: dict[str, _Event] = {}
        self._transactions: dict[tuple[str, str, str], str] = {}

    @property
    def url(self) -> str:
        """Return the base address of the API."""
        return self.root

    @property
    def messages(self) -> tuple[MatrixMessage, ...]:
        """Return the messages as clients show them now, oldest first."""
        return tuple(self._shown())

    @property
    def events(self) -> tuple[str, ...]:
        """Return the ids of all events, edits too."""
        return tuple(self._events)

    def redact(self, event: str) -> None:
        """Take a message away, as a moderator does: its content goes, the event stays."""
        self._events[event].content = {}

    def upgrade(self, room: str) -> None:
        """Let another room take this one's place, and its alias: in the old one nobody may write any more."""
        self.room = room
        self._events.clear()

    def answer(self, request: Request) -> Answer:
        """Return what the server answers: an event, a room, or its refusal."""
        try:
            return self._act(request)
        except RefusalError as error:
            return error.answer

    def _act(self, request: Request) -> Answer:
        if request.method == "GET" and (found := _ALIAS.fullmatch(request.path)):
            return self._room_of(unquote(found[1]))
        token, user = self._session(request)
        if request.method == "GET" and (found := _EVENT.fullmatch(request.path)):
            return self._event(unquote(found[1]), unquote(found[2]))
        if request.method == "PUT" and (found := _SEND.fullmatch(request.path)):
            room, kind, transaction = map(unquote, found.groups())
            return self._send((token, room, transaction), _Event("", user, kind, _read(request)))
        raise RefusalError(404, "M_UNRECOGNIZED", "Unrecognized request")

    def _session(self, request: Request) -> tuple[str, str]:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not token:
            raise RefusalError(401, "M_MISSING_TOKEN", "Missing access token")
        if token not in self._tokens:
            raise RefusalError(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
        return token, self._tokens[token]

    def _room_of(self, alias: str) -> Answer:
        if alias != ALIAS:
            raise RefusalError(404, "M_NOT_FOUND", f"Room alias {alias} not found.")
        return _say(200, {"room_id": self.room, "servers": ["matrix.example"]})

    def _event(self, room: str, identity: str) -> Answer:
        event = self._events.get(identity)
        if room != self.room or event is None:
            raise RefusalError(404, "M_NOT_FOUND", "Event not found.")
        body = {"event_id": event.id, "type": event.type, "sender": event.sender, "room_id": room}
        return _say(200, {**body, "content": event.content, "origin_server_ts": 1})

    def _send(self, transaction: tuple[str, str, str], event: _Event) -> Answer:
        if transaction[1] != self.room:
            raise RefusalError(403, "M_FORBIDDEN", f"User {event.sender} not in room {transaction[1]}.")
        if transaction not in self._transactions:
            _check(event.content)
            self._check_relation(event)
            event.id = f"$madeUp{len(self._transactions):08}"
            self._events[event.id] = event
            self._transactions[transaction] = event.id
        return _say(200, {"event_id": self._transactions[transaction]})

    def _check_relation(self, event: _Event) -> None:
        kind, target = event.relation.get("rel_type"), event.relation.get("event_id")
        if kind is None:
            return
        known = self._events.get(str(target))
        if known is None:
            raise RefusalError(400, "M_UNKNOWN", "Can't send relation to unknown event")
        if kind == "m.thread" and known.relation.get("rel_type"):
            raise RefusalError(400, "M_UNKNOWN", "Cannot start threads from an event with a relation")

    def _shown(self) -> Iterator[MatrixMessage]:
        for event in self._events.values():
            if event.content and event.relation.get("rel_type") != "m.replace":
                yield _message(event, [one for one in self._events.values() if _is_edit(one, event)])


def failure(status: int, errcode: str, error: str = "made up", **more: Any) -> Answer:
    """Return a failure as the server words it, for scripts too."""
    return _say(status, {"errcode": errcode, "error": error, **more})


def limited(milliseconds: int = 1500, *, is_in_header: bool = True) -> Answer:
    """Return the answer to too many messages, for scripts: in the header whole seconds, in the body thousandths."""
    answer = failure(429, "M_LIMIT_EXCEEDED", "Too Many Requests", retry_after_ms=milliseconds)
    more = {"Retry-After": str(-(-milliseconds // 1000))} if is_in_header else {}
    return Answer(429, answer.body, {**answer.headers, **more})


def _is_edit(event: _Event, of: _Event) -> bool:
    """Say whether clients take an event for an edit of another; what does not fit they ignore."""
    relation = event.relation
    is_meant = relation.get("rel_type") == "m.replace" and relation.get("event_id") == of.id
    is_alike = (event.sender, event.type) == (of.sender, of.type)
    return is_meant and is_alike and isinstance(event.content.get("m.new_content"), dict)


def _message(event: _Event, edits: list[_Event]) -> MatrixMessage:
    """Return a message at its newest edit: that stands in its place entirely, only what it relates to is kept."""
    content = edits[-1].content["m.new_content"] if edits else event.content
    relation = event.relation
    is_html = content.get("format") == "org.matrix.custom.html"
    body, answered = str(content.get("body", "")), relation.get("m.in_reply_to")
    return MatrixMessage(
        id=event.id,
        msgtype=content["msgtype"],
        visible=read_html(str(content.get("formatted_body", ""))) if is_html else read_plain(body),
        thread=relation.get("event_id") if relation.get("rel_type") == "m.thread" else None,
        answers=answered.get("event_id") if isinstance(answered, dict) else None,
        is_falling_back=relation.get("is_falling_back") is True,
        rings=tuple(name for one in (event, *edits) for name in _rings(one.content)),
        edits=len(edits),
    )


def _rings(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return who is rung: those of `m.mentions`; without it the older rules count, and a text rings by itself."""
    mentions = content.get("m.mentions")
    if isinstance(mentions, dict):
        return (*mentions.get("user_ids", ()), *(("@room",) if mentions.get("room") else ()))
    return read_plain(str(content.get("body", ""))).mentions


def _check(content: Mapping[str, Any]) -> None:
    """Raise RefusalError for what is no content of a message, or too long for an event."""
    if not all(map(_is_canonical, _values(content))):
        raise RefusalError(400, "M_BAD_JSON", "Bad JSON value")
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if len(canonical.encode(errors="replace")) + _ENVELOPE > _EVENT_BYTES:
        raise RefusalError(413, "M_TOO_LARGE", "event too large")
    missing = [name for name in ("body", "msgtype") if not isinstance(content.get(name), str)]
    if missing:
        raise RefusalError(400, "M_UNKNOWN", f"'{missing[0]}' not in content")


def _values(value: Any) -> Iterator[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    yield value
    for one in inner:
        yield from _values(one)


def _is_canonical(value: Any) -> bool:
    return not isinstance(value, float) and (not isinstance(value, int) or abs(value) <= _SAFE_INTEGER)


def _read(request: Request) -> Mapping[str, Any]:
    try:
        content = json.loads(request.body)
    except ValueError as error:
        raise RefusalError(400, "M_NOT_JSON", "Content not JSON.") from error
    if not isinstance(content, dict):
        raise RefusalError(400, "M_BAD_JSON", "Content must be a JSON object.")
    return content


def _say(status: int, body: Mapping[str, Any]) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"})

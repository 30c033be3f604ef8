"""A receiver that behaves like Slack's Web API towards an app (reliability 3.2): messages, edits, threads, refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from newsroom.receiving import Receiver
from newsroom.serving import Answer, Request
from newsroom.slack import BLOCKS_CHARACTERS, block_texts, problem_of, visible_text

TOKEN = "xoxb-1234567890-1234567890-madeupmadeupmadeup"  # noqa: S105  of an app that does not exist
CHANNEL = "C0MADEUP01"
CHANNELS: Mapping[str, str] = MappingProxyType({CHANNEL: "alerts"})
_TEXT = 40_000  # the real one cuts what is longer; here it is refused, so that nobody relies on that
_CONTENT = ("text", "blocks", "attachments")
_WORDS = {"invalid_payload": "invalid_arguments"}  # an incoming webhook's word, and the Web API's for the same


class RefusalError(Exception):
    """The API refuses a call; the message is Slack's word for why."""


@dataclass(frozen=True, slots=True)
class SlackAppMessage:
    """A message as it stands in its channel. `ts` is its id; `thread_ts` that of the message that it answers.

    `content` is text and blocks as they came last; `edits` counts how often they were changed.
    """

    channel: str
    ts: str
    content: Mapping[str, Any]
    thread_ts: str | None = None
    is_broadcast: bool = False
    edits: int = 0

    @property
    def notice(self) -> str:
        """What a phone shows."""
        return str(self.content.get("text") or "")

    @property
    def seen(self) -> str:
        """What a reader sees: the blocks, a line for each text; without any, the text."""
        return "\n".join(block_texts(self.content.get("blocks") or [])) or self.notice

    @property
    def words(self) -> str:
        """All that it says, whether it is seen or heard."""
        return visible_text(self.content)


class SlackAppReceiver(Receiver):
    """The Web API with one app, whose bot has `token`; it may write in `channels`, names by id.

    Knows auth.test, chat.postMessage and chat.update, as JSON only. A name with # is good for posting, not for edits.
    `closed` names channels that are there but not open to the app, with the word for why (`not_in_channel`). With
    `knows_repeats`, a second message with the client_msg_id of a first is answered as that first one was.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        token: str = TOKEN,
        channels: Mapping[str, str] = CHANNELS,
        closed: Mapping[str, str] | None = None,
        knows_repeats: bool = False,
        port: int = 0,
    ) -> None:
        super().__init__(clock, port=port)
        self.token = token
        self.closed = dict(closed or {})
        self._channels = dict(channels)
        self._messages: dict[tuple[str, str], SlackAppMessage] = {}
        self._known: dict[str, SlackAppMessage] | None = {} if knows_repeats else None
        self._count = 0
        self._methods: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
            "auth.test": lambda _: {"team": "Made up", "user": "volya", "bot_id": "B0MADEUP0"},
            "chat.postMessage": self._post,
            "chat.update": self._update,
        }

    @property
    def url(self) -> str:
        """Return the base address of the API."""
        return f"{self.root}/api"

    @property
    def messages(self) -> tuple[SlackAppMessage, ...]:
        """Return all messages as they stand now, oldest first, with those in threads."""
        return tuple(self._messages.values())

    @property
    def top(self) -> tuple[SlackAppMessage, ...]:
        """Return what a reader sees in the channels without opening a thread."""
        return tuple(one for one in self.messages if one.thread_ts is None or one.is_broadcast)

    @property
    def posts(self) -> tuple[SlackAppMessage, ...]:
        """Return the messages that answer none."""
        return tuple(one for one in self.messages if one.thread_ts is None)

    def thread(self, ts: str) -> tuple[SlackAppMessage, ...]:
        """Return the answers to a message, oldest first."""
        return tuple(one for one in self.messages if one.thread_ts == ts)

    def delete(self, message: SlackAppMessage) -> None:
        """Take a message away, as a person may."""
        del self._messages[message.channel, message.ts]

    def answer(self, request: Request) -> Answer:
        """Return what the API answers: 200 with the result of the method, or with its word for why not."""
        try:
            return _say({"ok": True, **self._called(request)})
        except RefusalError as error:
            return refusal(str(error))

    def _called(self, request: Request) -> Mapping[str, Any]:
        function = self._methods.get(request.path.removeprefix("/api/"))
        if function is None or request.method != "POST":
            raise RefusalError("unknown_method")
        call = _read(request)
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not token:
            raise RefusalError("not_authed")
        if token != self.token:
            raise RefusalError("invalid_auth")
        return function(call)

    def _post(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        name = str(call.get("channel", "")).removeprefix("#")
        channel = self._open(next((id_ for id_, known in self._channels.items() if known == name), name))
        content, thread = _content(call), self._thread(channel, call.get("thread_ts"))
        content = {**content, "mrkdwn": False} if call.get("mrkdwn") is False else content  # unknown to chat.update
        key = str(call.get("client_msg_id", ""))
        if self._known is not None and key in self._known:
            return _told(self._known[key])
        self._count += 1
        ts = f"{int(self.clock().timestamp())}.{self._count:06d}"
        message = SlackAppMessage(channel, ts, content, thread, call.get("reply_broadcast") is True)
        if self._known is not None and key:
            self._known[key] = message
        return self._keep(message)

    def _update(self, call: Mapping[str, Any]) -> Mapping[str, Any]:
        channel = self._open(str(call.get("channel", "")))
        message = self._messages.get((channel, str(call.get("ts"))))
        if message is None:
            raise RefusalError("message_not_found")
        return self._keep(replace(message, content=_content(call), edits=message.edits + 1))

    def _open(self, channel: str) -> str:
        if channel in self.closed:
            raise RefusalError(self.closed[channel])
        if channel not in self._channels:
            raise RefusalError("channel_not_found")
        return channel

    def _thread(self, channel: str, ts: Any) -> str | None:
        if ts is None:
            return None
        parent = self._messages.get((channel, str(ts)))
        if parent is None or parent.thread_ts is not None:  # an answer to an answer is lost to many readers
            raise RefusalError("cannot_reply_to_message")
        return parent.ts

    def _keep(self, message: SlackAppMessage) -> Mapping[str, Any]:
        self._messages[message.channel, message.ts] = message
        return _told(message)


def refusal(word: str, status: int = 200) -> Answer:
    """Return a refusal of the API in Slack's word; nearly all of them come with status 200. Also for scripts."""
    return _say({"ok": False, "error": word}, status)


def limited(seconds: int = 1) -> Answer:
    """Return the answer to too many calls, for scripts."""
    answer = refusal("ratelimited", 429)
    return replace(answer, headers={**answer.headers, "Retry-After": str(seconds)})


def _content(call: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return text and blocks of a call. Raises RefusalError for what breaks a limit (S-1)."""
    text, blocks = call.get("text"), call.get("blocks")
    if isinstance(text, str) and len(text) > _TEXT:
        raise RefusalError("msg_too_long")
    if not isinstance(blocks, list | None):
        raise RefusalError("invalid_blocks_format")
    if sum(map(len, block_texts(blocks or []))) > BLOCKS_CHARACTERS:
        raise RefusalError("msg_blocks_too_long")
    content = {name: call[name] for name in _CONTENT if call.get(name)}
    problem = problem_of(content)
    if problem:
        raise RefusalError(_WORDS.get(problem, problem))
    return content


def _read(request: Request) -> Mapping[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        raise RefusalError("invalid_post_type" if kind else "missing_post_type")
    try:
        call = json.loads(request.body)
    except ValueError as error:
        raise RefusalError("invalid_json") from error
    if not isinstance(call, dict):
        raise RefusalError("json_not_object")
    return call


def _told(message: SlackAppMessage) -> Mapping[str, Any]:
    seen = {"type": "message", "ts": message.ts, "bot_id": "B0MADEUP0", **message.content}
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    return {"channel": message.channel, "ts": message.ts, "message": {**seen, **thread}}


def _say(body: Mapping[str, Any], status: int = 200) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json; charset=utf-8"})

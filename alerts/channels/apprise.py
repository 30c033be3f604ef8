"""Apprise URLs (reliability 3.5, M14): a hundred services more, by a library that is an extra and says little of them.

It tells success from failure and nothing else: no id, no wait, no reason to tell a bad message from a bad place. So a
failure may have been accepted, and a repeat is marked. Texts go as plain text always: in any other form it would let
`<!channel>` ring. Where we speak to a service ourselves, its URLs are refused.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from alerts.addresses import is_link
from alerts.channels.base import Parcel
from alerts.channels.posting import TELLING_LENGTH, Limits
from alerts.channels.telegram_body import cut_text
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome, redacted

INSTALL = 'pip install "volya[apprise]"'
TITLE_LIMIT = 200
_CALL = re.compile(r"[@<](?=[\w!@#&])")
# What a URL of Apprise begins with, and the channel of ours for it.
OURS: Mapping[str, str] = {
    "slack": "slack-app or slack",
    "tgram": "telegram",
    "json": "webhook",
    "jsons": "webhook",
    "discord": "discord",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "mailto": "email",
    "mailtos": "email",
    "matrix": "matrix",
    "matrixs": "matrix",
}


class AppriseChannel:
    """Sends to one URL of Apprise, which is the secret. Blocking code of the library runs in a thread."""

    can_edit = False
    has_key = False
    is_for_machines = False
    interval = 1.0

    def __init__(self, name: str, url: str, *, limits: Limits | None = None) -> None:
        self.name = name
        self._limits = limits or Limits()
        self._secrets = _secrets_of(url)
        self._notify = _opened(name, url, self._limits)

    def __repr__(self) -> str:
        return f"AppriseChannel({self.name!r})"

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write title and text."""
        return apprise_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Send once. A thread cannot be stopped: what outlives the deadline ends by the library's own limits."""
        told = json.loads(parcel.body)
        try:
            async with asyncio.timeout(self._limits.total):
                result = await asyncio.to_thread(self._notify, title=told["title"], body=told["body"])
        except TimeoutError:
            return Result(SendOutcome.UNCERTAIN, code="total deadline")
        if result:
            return Result(SendOutcome.OK)
        said = "; ".join(str(entry.message) for entry in result.logs())
        code = f"apprise: {result.status.name.lower()}"
        return Result(SendOutcome.UNCERTAIN, code=code, response=redacted(said, self._secrets))

    async def close(self) -> None:
        """Hold nothing open: the library opens a connection a message."""


def apprise_body(message: Message, layout: Layout) -> bytes:
    """Return title and text; on the last rung of the ladder the shortest text. Pure."""
    title = cut_text(message.headline, TITLE_LIMIT)
    headline = [message.headline] if title != message.headline else []
    page = [message.url] if message.url else []
    whole = [*headline, *message.facts, *message.links, *page]
    lines = message.short.splitlines() if layout == Layout.SHORT else whole
    body = {"title": quiet(title), "body": "\n".join(map(quiet, lines)) or quiet(title)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def quiet(line: str) -> str:
    """Return a line that rings nobody at whatever service: "@all" and "<!here>" with an unseen blank inside. Pure.

    Some take such words for a call in plain text, too. Links stay whole.
    """
    return " ".join(word if is_link(word) else _CALL.sub(_broken, word) for word in line.split(" "))


def _broken(call: re.Match[str]) -> str:
    return f"{call[0]}\u2060"


def _opened(name: str, url: str, limits: Limits) -> Callable[..., Any]:
    """Return the library's function for one URL; raises UnusableDestinationError, which does not repeat it (SEC-20)."""
    try:
        library = importlib.import_module("apprise")
    except ImportError:
        raise UnusableDestinationError(name, f"apprise is not installed here: {INSTALL}") from None
    _hush(logging.getLogger("apprise"))
    asset = library.AppriseAsset(app_id="Volya", async_mode=False, secure_logging=True, service_timeout=limits.total)
    service = library.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        raise UnusableDestinationError(name, "its url is none that Apprise knows")
    ours = next((OURS[one] for one in _schemes(service) if one in OURS), None)
    if ours is not None:
        raise UnusableDestinationError(name, f"Volya writes there itself: take the channel {ours}")
    if service.overflow_mode == library.OverflowMode.UPSTREAM:
        service.overflow_mode = library.OverflowMode.TRUNCATE  # else a long text fails for ever
    service.retry = 0  # to try again is our work: a repeat has to be marked
    client = library.Apprise(asset=asset)
    client.add(service)

    def notify(*, title: str, body: str) -> Any:
        return client.notify(title=title, body=body, body_format="text", interpret_escapes=False, timeout=limits.total)

    return notify


def _hush(logger: logging.Logger) -> None:
    """Keep what the library logs from ours: it tells whole URLs. What it says of a failure, `send` asks it for."""
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _schemes(service: Any) -> tuple[str, ...]:
    """Return what URLs of a service begin with. A web address of Slack or Discord is known by it, too."""
    found: list[str] = []
    for one in (service.protocol, service.secure_protocol):
        found += [one] if isinstance(one, str) else list(one or ())
    return tuple(found)


def _secrets_of(url: str) -> tuple[str, ...]:
    """Return what in a URL may be a secret by itself: every part of it that is long enough."""
    parts = [part for part in re.split(r"[/:@?&=#,]+", url) if len(part) >= TELLING_LENGTH]
    return (url, *sorted(set(parts), key=len, reverse=True))

"""A receiver that behaves like a mail server (SMTP): it keeps mails, refuses what is not well formed, fails on order.

A mail is read here by code of its own: what wrote it has its faults, and a reader from the same library would share them.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

SIZE_LIMIT = 100_000  # bytes; what is announced
_LINE_LIMIT = 998  # bytes without the line's end (RFC 5322 2.1.1)
_ONCE = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type")  # RFC 5322 3.6, RFC 2045
_AT_MOST_ONCE = ("cc", "bcc", "sender", "reply-to", "references", "in-reply-to", "auto-submitted")
_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail as it came, and from whom to whom by the envelope."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return names in lower case and values as written, in their order; folded lines are joined."""
        return tuple(_headers(self.raw))

    def header(self, name: str) -> str | None:
        """Return the value of a header as written; None where there is not exactly one."""
        found = [value for one, value in self.headers if one == name.lower()]
        return found[0] if len(found) == 1 else None

    @property
    def subject(self) -> str:
        """Return the subject as it is shown."""
        return str(make_header(decode_header(self.header("subject") or "")))

    @property
    def parsed(self) -> EmailMessage:
        """Return the whole mail as the library reads it."""
        return BytesParser(policy=default).parsebytes(self.raw)

    @property
    def text(self) -> str:
        """Return the plain text."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """Return the HTML; empty where there is none."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.parsed.get_body(preferencelist=(kind,))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def trouble_of(raw: bytes) -> str | None:
    """Return the answer to a mail that strict servers refuse, or None: bare line ends, long lines, headers twice."""
    lines = raw.split(b"\r\n")
    if any(b"\r" in line or b"\n" in line for line in lines):
        return "550 5.5.2 bare carriage return or line feed"
    if any(len(line) > _LINE_LIMIT for line in lines):
        return "550 5.6.0 line too long"
    if not raw.isascii() or b"\0" in raw:
        return "550 5.6.0 eight bits were not agreed on"
    return _header_trouble(Counter(name for name, _ in _headers(raw)), raw)


def _header_trouble(counted: Counter[str], raw: bytes) -> str | None:
    if "" in counted:
        return "550 5.6.0 a line of the head is no header"
    wrong = [name for name in _ONCE if counted[name] != 1] + [name for name in _AT_MOST_ONCE if counted[name] > 1]
    if wrong:
        return f"550 5.7.1 {wrong[0]} {counted[wrong[0]]} times"
    ids = {name: value for name, value in _headers(raw) if name in ("message-id", "references", "in-reply-to")}
    bad = [name for name, value in ids.items() if not _ID.fullmatch(value.strip())]
    return f"550 5.6.0 {bad[0]} is not an id" if bad else None


def _headers(raw: bytes) -> Iterator[tuple[str, str]]:
    """Read the head of a mail; a line that is no header has an empty name."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
    for line in re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n"):
        name, colon, value = line.partition(":")
        is_named = bool(colon) and re.fullmatch(r"[!-9;-~]+", name) is not None
        yield (name.lower(), value.strip()) if is_named else ("", line)


def login_of(method: str, given: str) -> tuple[str, str] | None:
    """Return user and password of `AUTH PLAIN`; None where they cannot be read."""
    try:
        _, user, password = base64.b64decode(given, validate=True).decode().split("\0")
    except ValueError:
        return None
    return (user, password) if method == "PLAIN" else None

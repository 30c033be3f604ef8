"""A message as a mail: text, and the same in HTML, under headers that no text of others can add to (SEC-14). Pure.

The body of a delivery holds what a message says; who it is from and to, and its number, are added when it is sent.
Sent again it is the same mail, byte by byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from html import escape
from typing import Any

from alerts.addresses import is_link
from alerts.channels.telegram_body import cut_text
from alerts.message import Item, Layout, Link, Message
from alerts.wording import clean_told

SUBJECT_LIMIT = 150
LINE_LIMIT = 1000
FROM = "Volya"


class _Subject(UnstructuredHeader):
    """A subject that is written by the library's older code: its newer loses or adds blanks between encoded words."""

    def fold(self, *, policy: EmailPolicy[Any]) -> str:
        """Return the header as it is sent."""
        charset = None if str(self).isascii() else "utf-8"
        words = Header(str(self), charset, policy.max_line_length, "Subject").encode(linesep=policy.linesep)
        return f"Subject: {words}{policy.linesep}"


# A long header of ids would become encoded words, and thread nothing, if it were not known to be one. (The types that the
# library states here are narrower than what it takes.)
_HEADERS: Mapping[str, Any] = {
    "subject": _Subject,
    "references": MessageIDHeader,
    "in-reply-to": MessageIDHeader,
}


def _policy() -> EmailPolicy[Any]:
    """Return how mails are written: in seven bits, which every server takes."""
    headers = HeaderRegistry()
    for name, kind in _HEADERS.items():
        headers.map_to_type(name, kind)
    return SMTP.clone(cte_type="7bit", header_factory=headers)


_POLICY = _policy()


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom a mail is and to whom: plain addresses."""

    sender: str
    recipients: tuple[str, ...]


def email_body(message: Message, layout: Layout) -> bytes:
    """Return the body, on the given rung of the ladder (D-13): text and HTML, then text, then headline and link."""
    body: dict[str, Any] = {
        "subject": subject_of(message.headline),
        "text": _text(message.short.splitlines() if layout == Layout.SHORT else _lines(message)),
        "language": message.language,
        "at": message.at.isoformat(),
    }
    if layout == Layout.FULL:
        body["html"] = _html(message)
    if message.event.id:
        body["thread"] = f"event.{message.event.id}.{int(message.event.first_seen.timestamp())}"
        body["follows"] = message.type != "created"
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def subject_of(headline: str) -> str:
    """Return a headline as a subject: one line in which no encoded word is found (RFC 2047).

    The library decodes such words where a header is set, and a line break inside of one would then begin a header.
    """
    return cut_text(clean_told(headline).replace("=?", "= ?"), SUBJECT_LIMIT)


def mail(body: bytes, key: str, envelope: Envelope) -> bytes:
    """Return a mail as it is sent. Its Message-ID is the delivery's key: the same at every attempt (D-3, 3.5).

    All mails of an event refer to one id, by which programs put them together, and which no mail has: the first one
    may never have come to this recipient. Recipients do not see each other.
    """
    told = json.loads(body)
    domain = envelope.sender.rpartition("@")[2]
    number = re.sub(r"[^A-Za-z0-9_-]", "-", key)
    made = EmailMessage(policy=_POLICY)
    made["From"] = Address(FROM, addr_spec=envelope.sender)
    is_one = len(envelope.recipients) == 1
    made["To"] = Address(addr_spec=envelope.recipients[0]) if is_one else "undisclosed-recipients:;"
    made["Subject"] = told["subject"]
    made["Date"] = format_datetime(datetime.fromisoformat(told["at"]))
    made["Message-ID"] = f"<{number}@{domain}>"
    if "thread" in told:
        made["References"] = f"<{told['thread']}@{domain}>"
        if told["follows"]:
            made["In-Reply-To"] = f"<{told['thread']}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers (RFC 3834)
    made.set_content(told["text"])
    if "html" in told:
        made.add_alternative(told["html"], subtype="html")
        made.set_boundary(f"volya-{number}")  # by chance it would be another at every attempt
    made["Content-Language"] = told["language"]
    return made.as_bytes()


def _lines(message: Message) -> list[str]:
    page = [message.url] if message.url else []
    return [message.headline, "", *message.facts, "", *message.links, *page]


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{_line(line)}\n" for line in lines)


def _line(line: str) -> str:
    """Return a line as it may stand in a mail: what is stored is clean already, what people wrote into marks may not be.

    A link stays as it is: with one sign less it leads elsewhere.
    """
    words = (word if is_link(word) else clean_told(word) for word in line.split())
    return cut_text(" ".join(words), LINE_LIMIT)


def _html(message: Message) -> str:
    """Return the message in HTML of which every tag is ours; every link is one of ours, too."""
    facts = [*(escape(_line(line)) for line in message.lines), *map(_item, message.items)]
    links = [_anchor(link) for link in message.sources]
    more = [escape(_line(message.more))] if message.more else []
    page = [_anchor(Link(f"Volya {message.event.id}", message.url))] if message.url else []
    return (
        f'<!doctype html>\n<html lang="{escape(message.language)}">\n<body>\n'
        f"<p><b>{escape(_line(message.headline))}</b></p>\n<p>{_broken(facts)}</p>\n"
        f"<p>{_broken([*links, *more, *page])}</p>\n</body>\n</html>\n"
    )


def _broken(pieces: Sequence[str]) -> str:
    return "<br>\n".join(pieces)


def _item(item: Item) -> str:
    return _anchor(Link(item.line, item.url)) if item.url else escape(_line(item.line))


def _anchor(link: Link) -> str:
    return f'<a href="{escape(link.url)}">{escape(_line(link.label or link.url))}</a>'

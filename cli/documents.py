"""Documents of `volya import`: lines of JSON in, articles to store out; a line that is none becomes a trouble (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Annotated, Any, BinaryIO, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from crawler.articles import syndicated_key
from crawler.times import noon_of
from crawler.urls import KeyRules, is_story_key, url_key
from db.articles import Alerting, KnownCopy, NewArticle

LONGEST_LINE = 1 << 22  # an export has analysis and earlier texts beside the text
LONGEST_URL = 4000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s]")
_WEB_ADDRESS = re.compile(r"https?://[^/?#]", re.IGNORECASE)


def _url(value: str) -> str:
    if len(value) > LONGEST_URL or not _SCHEME.match(value) or not value.isprintable() or " " in value:
        raise ValueError("not an absolute address (URI)")
    if value[:5].lower().rstrip("s:") == "http" and not _WEB_ADDRESS.match(value):
        raise ValueError("not an absolute address: the host is missing")
    return value


def _moment(value: str) -> str:
    if value and parse_time(value, UTC) is None:
        raise ValueError("not a time (RFC 3339) nor a date (YYYY-MM-DD)")
    return value


Url = Annotated[str, AfterValidator(_url)]
Moment = Annotated[str, AfterValidator(_moment)]


class MarkOfEvent(BaseModel):
    """A person's verdict on an event that a document tells of, as an export has it; `event` is its number there."""

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    event: int
    verdict: Literal["confirmed", "false", "not-news"]
    by: str
    note: str
    at: Moment


class Document(BaseModel):
    """A document as people give it (contracts: url and text or title are required), or as an export does.

    What an export adds lets the same events come of it: how exactly `published` is known, when the article was
    `first_seen`, which article it is a copy of, and what people said of its events.
    """

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    url: Url
    outlet: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{1,6})?$")] | None = None
    title: str | None = None
    text: str | None = None
    published: Moment | None = None
    fetched: Moment | None = None
    author: str | None = None
    canonical_url: Url | None = None
    published_precision: Literal["instant", "day"] | None = None
    first_seen: Moment | None = None
    copy_of_url: Url | None = None
    copy_reason: Literal["same text", "near copy", "syndicated"] | None = None
    event_marks: list[MarkOfEvent] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Document:
        if not (self.text or "").strip() and not (self.title or "").strip():
            raise ValueError("neither text nor title")
        return self


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no document: its number, counted from one, and what is wrong with it."""

    number: int
    trouble: str


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | BadLine]]:
    """Yield each line that is not blank with its number; one over 4 MiB as trouble, never held whole."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_LINE)
            yield number, BadLine(number, "longer than 4 MiB")
        elif line.strip():
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def parse_document(number: int, line: bytes) -> Document | BadLine:
    """Return the document of a line, or what is wrong with it."""
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return BadLine(number, f"not UTF-8 at byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return BadLine(number, f"not JSON: {error.msg} at column {error.colno}")
    except (RecursionError, ValueError) as error:
        return BadLine(number, f"not JSON that can be read: {type(error).__name__}")
    return check_document(number, value)


def check_document(number: int, value: Any) -> Document | BadLine:
    """Return the document that a JSON value is, or what is wrong with it."""
    if not isinstance(value, dict):
        return BadLine(number, "not a JSON object")
    try:
        return Document.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return BadLine(number, "; ".join(_said(detail["type"], detail["loc"], detail["msg"]) for detail in details))


_WORDS = {
    "missing": "is missing",
    "string_type": "not a text",
    "string_pattern_mismatch": "not of the form that this key takes",
    "literal_error": "not a word that this key takes",
}


def _said(kind: str, location: tuple[int | str, ...], message: str) -> str:
    words = _WORDS.get(kind, message.removeprefix("Value error, "))
    return f"{location[0]}: {words}" if location else words


def new_article(document: Document, zones: Mapping[str, str], rules: KeyRules, alerting: Alerting) -> NewArticle:
    """Return what to store for a document; `zones` knows the outlets' time zones, for times that have none."""
    key = url_key(document.url, rules)
    zone = ZoneInfo(zones.get(document.outlet or "", "UTC"))
    published_at, precision = published(document, zone)
    return NewArticle(
        url=document.url,
        url_key=key,
        text=document.text or "",
        title=document.title,
        outlet=document.outlet,
        language=document.language,
        canonical_url=document.canonical_url,
        canonical_key=syndicated_key(document.url, document.canonical_url, rules),
        author=document.author,
        published_at=published_at,
        published_precision=precision,
        fetched_at=parse_time(document.fetched or "", zone),
        alerting=alerting,
        has_twins=is_story_key(key),
        first_seen_at=parse_time(document.first_seen or "", zone),
        known_copy=_known_copy(document, rules),
    )


def _known_copy(document: Document, rules: KeyRules) -> KnownCopy | None:
    if document.copy_of_url is None or document.copy_reason is None:
        return None
    return KnownCopy(url_key(document.copy_of_url, rules), document.copy_reason)


def published(document: Document, zone: tzinfo) -> tuple[datetime | None, Literal["instant", "day"] | None]:
    """Return when a document was published and how exactly that is known."""
    if not document.published:
        return None, None
    is_day = _is_date(document.published) or document.published_precision == "day"
    return parse_time(document.published, zone), "day" if is_day else "instant"


def parse_time(written: str, zone: tzinfo) -> datetime | None:
    """Return a time in UTC; one without offset is of `zone`, a date is its noon; None if it is neither."""
    try:
        if _is_date(written):
            return noon_of(date.fromisoformat(written), zone)
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_date(written: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", written) is not None

"""What is handed on between the parts of the crawler: frozen values, no behaviour beyond their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

Value = TypeVar("Value")
Precision = Literal["instant", "day"]


@dataclass(frozen=True, slots=True)
class EntryItem:
    """One entry of a feed. `url` is absolute http(s); `content` is the full text where the feed carries it.

    Title, summary and content are plain text; `published_at` is aware UTC or unknown, and its noon where only the
    day is told (`published_precision`). `canonical_url`, `forwarded_from` and `is_edited` are what a post tells of
    itself: the page it repeats, whose words it passes on, and that it was changed since it was published. `publisher` and
    `publisher_url` are the outlet that a search names. An entry that `is_article` by itself is not fetched.
    """

    url: str
    url_key: str
    guid: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    published_precision: Precision = "instant"
    canonical_url: str | None = None
    forwarded_from: str | None = None
    is_edited: bool = False
    publisher: str | None = None
    publisher_url: str | None = None
    is_article: bool = False


@dataclass(frozen=True, slots=True)
class Announced:
    """The hubs that a list names, and the address by which they know it: whoever asks them is told of news (WebSub)."""

    hubs: tuple[str, ...] = ()
    topic: str | None = None


NOTHING_ANNOUNCED = Announced()


@dataclass(frozen=True, slots=True)
class Listing:
    """What the body of an entry point lists: its entries, in its own order.

    An index (`is_index`) has the addresses to read in its place instead (`children`). `older` is the address of the
    next older page, where there are pages. `empty_by` is the marker that proves that nothing is there. `announced`: who
    tells of its news.
    """

    entries: tuple[EntryItem, ...] = ()
    children: tuple[str, ...] = ()
    is_index: bool = False
    older: str | None = None
    empty_by: str | None = None
    announced: Announced = NOTHING_ANNOUNCED


@dataclass(frozen=True, slots=True)
class PageItem:
    """A fetched page, decompressed but not yet decoded. `charset` is what the Content-Type header declared."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    charset: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Field(Generic[Value]):
    """One extracted field: its value, where on the page it was found, and how far that place is trusted (0 to 1)."""

    value: Value | None = None
    source: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class ExtractedArticle:
    """What was taken from one page. Times are aware UTC; `precision` says whether only the day is known.

    `is_article` is false for what servers send in the place of an article: a form to log in, a notice of works (F-11).
    """

    url: str
    title: Field[str]
    text: Field[str]
    author: Field[str]
    published: Field[datetime]
    modified: Field[datetime]
    language: Field[str]
    section: Field[str]
    canonical: Field[str]
    image: Field[str]
    encoding: str
    precision: Precision | None = None
    is_article: bool = True


@dataclass(frozen=True, slots=True)
class ArticleItem:
    """An article as `scrapy crawl` prints it: the page's fields, plainly, with its outlet."""

    outlet: str
    url: str
    title: str | None
    text: str
    author: str | None
    published: str | None
    language: str | None


def article_json(article: ExtractedArticle) -> dict[str, Any]:
    """Return what `volya extract` prints: each field as {value, source, confidence}, times in RFC 3339."""
    found: dict[str, Any] = {"url": article.url, "encoding": article.encoding}
    for name in _field_names():
        field: Field[Any] = getattr(article, name)
        found[name] = {
            "value": _plain(field.value, article.precision if name == "published" else None),
            "source": field.source,
            "confidence": field.confidence,
        }
    return found


def provenance(article: ExtractedArticle) -> dict[str, Any]:
    """Return each filled field's source and confidence: what is stored beside an article's values."""
    named = {name: getattr(article, name) for name in _field_names()}
    return {name: {"source": f.source, "confidence": f.confidence} for name, f in named.items() if f.source}


def _field_names() -> list[str]:
    others = ("url", "encoding", "precision", "is_article")
    return [field.name for field in fields(ExtractedArticle) if field.name not in others]


def _plain(value: Any, precision: Precision | None) -> Any:
    if not isinstance(value, datetime):
        return value
    if precision == "day":
        return value.date().isoformat()
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")

"""Lists of feeds as feed readers exchange them: OPML 2.0, out and in (pure; opml.org/spec2.opml).

In, it is a stranger's file: without DTD and entities (SEC-3), within a size, a depth and a number of outlines, and read
as a stream of elements, so that a fault is told with its line and nothing is kept of what is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from crawler.finds import FEEDS
from crawler.outlets import Outlet
from crawler.urls import is_web_address
from db.text import clean_line

LARGEST_LIST = 5 << 20
DEEPEST = 50
MOST_FEEDS = 1000
NAMESPACE = "urn:volya:outlets"
_LONGEST_URL = 4000
_TITLE_LENGTH = 100


class OpmlError(Exception):
    """A file is no list of feeds, or more than a list may be: `str` says what is wrong, with the line where one is."""


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed of a list: in which line it stands, its address and title as they are written; `trouble` is what is wrong."""

    line: int
    url: str
    title: str | None = None
    trouble: str | None = None


def read_opml(content: bytes) -> tuple[ListedFeed, ...]:
    """Return the feeds of a list in its order, each address once. Raises OpmlError."""
    if len(content) > LARGEST_LIST:
        raise OpmlError(f"larger than {LARGEST_LIST >> 20} MiB")
    outlines = _Outlines()
    parser: Any = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(outlines)
    try:
        parser.parse(BytesIO(content))
    except DefusedXmlException as error:
        raise OpmlError("it has a DTD or entities, which no list of feeds needs") from error
    except SAXParseException as error:
        raise OpmlError(f"line {error.getLineNumber()}: no XML: {error.getMessage()}") from error
    except (ValueError, LookupError) as error:  # an encoding that expat does not know
        raise OpmlError(f"no XML: {type(error).__name__}") from error
    return tuple(outlines.feeds.values())


class _Outlines(ContentHandler):
    """Takes the feeds as their elements begin."""

    def __init__(self) -> None:
        super().__init__()
        self.feeds: dict[str, ListedFeed] = {}
        self._depth = 0

    def startElement(self, name: str, attrs: Mapping[str, str]) -> None:  # type: ignore[override]  # noqa: N802 (the interface's)
        self._depth += 1
        if self._depth == 1 and name != "opml":
            raise OpmlError(f"no list of feeds (OPML) but <{clean_line(name, 40)}>")
        if self._depth > DEEPEST:
            raise OpmlError(f"line {self._line}: nested deeper than {DEEPEST}")
        if name == "outline" and "xmlUrl" in attrs:
            feed = _feed(self._line, {key: attrs[key] for key in ("xmlUrl", "title", "text") if key in attrs})
            self.feeds.setdefault(feed.url, feed)
        if len(self.feeds) > MOST_FEEDS:
            raise OpmlError(f"more than {MOST_FEEDS:,} feeds")

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 (the interface's)
        self._depth -= 1

    @property
    def _line(self) -> int:
        place: Any = self._locator  # type: ignore[attr-defined]  # the parser has set it
        return int(place.getLineNumber())


def _feed(line: int, attributes: Mapping[str, str]) -> ListedFeed:
    url = "".join(attributes["xmlUrl"].split())
    title = clean_line(attributes.get("title") or attributes.get("text") or "", _TITLE_LENGTH) or None
    if len(url) > _LONGEST_URL or not is_web_address(url):
        return ListedFeed(line, clean_line(url, _TITLE_LENGTH), title, "no absolute http(s) address")
    return ListedFeed(line, url, title)


def write_opml(outlets: Iterable[Outlet]) -> str:
    """Return the feeds of these outlets as a list, an outline each; an outlet without a feed is left out.

    `language` has one, as the format wants it; name and all languages stand in a namespace of our own.
    """
    lines = [_outline(outlet, point.url) for outlet in outlets for point in outlet.entry_points
             if point.is_enabled and point.type in FEEDS]  # fmt: skip
    return "\n".join((
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:volya={quoteattr(NAMESPACE)}>',
        "<head><title>Volya</title></head>",
        "<body>",
        *lines,
        "</body>",
        "</opml>",
        "",
    ))  # fmt: skip


def _outline(outlet: Outlet, url: str) -> str:
    known = {
        "type": "rss",  # the format's word for feeds of any kind
        "text": outlet.title,
        "title": outlet.title,
        "xmlUrl": url,
        "htmlUrl": outlet.homepage,
        "language": outlet.languages[0],
        "category": f"/{outlet.country}/{outlet.kind}" if outlet.country else f"/{outlet.kind}",
        "volya:name": outlet.name,
        "volya:languages": " ".join(outlet.languages),
    }
    written = (f"{key}={quoteattr(clean_line(value))}" for key, value in known.items() if value)
    return f"  <outline {' '.join(written)}/>"

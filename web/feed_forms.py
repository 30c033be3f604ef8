"""A feed as Atom (RFC 4287) and as JSON Feed (version 1.1). Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from web.entries import Entry

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml"
JSON_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"
AUTHOR = "Volya"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Feed:
    """Events as a feed. `self_url` is its own address, None for a file; `home_url` is the page that it belongs to.

    `id` is what it is known by: where it has an address that is it.
    """

    id: str
    title: str
    language: str
    entries: tuple[Entry, ...]
    self_url: str | None = None
    home_url: str | None = None

    @property
    def updated_at(self) -> datetime:
        """When the newest entry changed; without one a time before all events, for Atom asks for one."""
        return max((entry.updated_at for entry in self.entries), default=_EPOCH)


def atom(feed: Feed) -> bytes:
    """Return a feed as an Atom document."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _time(feed.updated_at))
    _add(ET.SubElement(root, "author"), "name", AUTHOR)
    _add(root, "generator", AUTHOR)
    _link(root, "self", feed.self_url, ATOM_TYPE)
    _link(root, "alternate", feed.home_url, "text/html")
    for entry in feed.entries:
        _entry(ET.SubElement(root, "entry"), entry)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(element: ET.Element, entry: Entry) -> None:
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", _time(entry.updated_at))
    _add(element, "published", _time(entry.published_at))
    _link(element, "alternate", entry.url, "text/html")
    for url in entry.links:
        _link(element, "related", url)
    for term in (entry.kind, entry.status):
        ET.SubElement(element, "category", {"term": term})
    _add(element, "content", entry.content, type="html")


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def _link(parent: ET.Element, rel: str, url: str | None, media_type: str | None = None) -> None:
    if url is not None:
        ET.SubElement(parent, "link", {"rel": rel, "href": url, **({"type": media_type} if media_type else {})})


def json_feed(feed: Feed) -> bytes:
    """Return a feed as a JSON Feed."""
    head = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "language": feed.language,
        "authors": [{"name": AUTHOR}],
    }
    items = [_item(entry, feed.language) for entry in feed.entries]
    return json.dumps({**_given(head.items()), "items": items}, ensure_ascii=False).encode()


def _item(entry: Entry, language: str) -> Mapping[str, Any]:
    told = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.links[0] if entry.links else None,
        "title": entry.title,
        "content_html": entry.content,
        "date_published": _time(entry.published_at),
        "date_modified": _time(entry.updated_at),
        "language": language,
        "tags": [entry.kind, entry.status],
        "_volya": {"event": entry.event, "kind": entry.kind, "status": entry.status},
    }
    return _given(told.items())


def _given(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return what there is: JSON Feed leaves out what is not known."""
    return {name: value for name, value in pairs if value is not None}


def _time(moment: datetime) -> str:
    """Return RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

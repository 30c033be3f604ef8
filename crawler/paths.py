"""What the shape of an address tells: an article's own page, or a page that lists others. Pure.

Outlets of seven languages write addresses alike: a date, a number, or the headline as a slug. The words below stand in
addresses of all of them.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl

_FURNITURE = frozenset({
    "about", "account", "advertising", "author", "authors", "autor", "category", "contact",
    "contacts", "donate", "feed", "help", "login", "page", "privacy", "profile", "register", "rss", "search", "signup",
    "sitemap", "subscribe", "tag", "tags", "terms", "topic", "topics", "user", "wp-admin", "wp-json", "wp-login.php",
})  # fmt: skip
_FURNITURE_KEYS = frozenset({"s", "q", "page", "paged", "replytocom", "share", "sort", "order"})
_FILES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".pdf", ".mp3", ".mp4", ".xml", ".rss", ".zip")
_DATE = re.compile(r"(?:^|/)(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])[/-]?(?:0?[1-9]|[12]\d|3[01])(?=[/_-]|$)")
_NUMBER = re.compile(r"\d{4,}")
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?)$")
_SEPARATOR = re.compile(r"[-_,]")
_LONGEST = 500


def path_points(link: SplitResult) -> int:
    """Return 0 to 4: two for a date or a number that names the article, up to two for a slug as long as a headline."""
    segments = _segments(link)
    if not segments:
        return 2 * _has_number(link.query)
    last = _EXTENSION.sub("", segments[-1])
    is_named = _DATE.search(link.path[:_LONGEST]) is not None or _has_number(last) or _has_number(link.query)
    return 2 * is_named + _slug_points(last)


def is_furniture(link: SplitResult) -> bool:
    """Tell whether an address is that of a tag, an author, a search, a further page, a file: of no article."""
    segments = _segments(link)
    keys = {name.lower() for name, _ in parse_qsl(link.query[:_LONGEST])}
    is_file = bool(segments) and segments[-1].endswith(_FILES)
    return is_file or bool(keys & _FURNITURE_KEYS) or not _FURNITURE.isdisjoint(segments)


def _slug_points(last: str) -> int:
    parts = [part for part in _SEPARATOR.split(last) if part and not part.isdigit()]
    words = len(parts)
    return 2 if words >= 4 else 1 if words >= 3 or len(last) >= 25 else 0  # noqa: PLR2004 (as long as a headline)


def _has_number(text: str) -> bool:
    return _NUMBER.search(text[:_LONGEST]) is not None


def _segments(link: SplitResult) -> list[str]:
    return [segment.lower() for segment in link.path[:_LONGEST].split("/") if segment]

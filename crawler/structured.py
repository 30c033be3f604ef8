"""What a page says about itself: JSON-LD (schema.org), meta tags, headings. Pure; one parsed tree, read once."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import html as lxml_html

from crawler.items import Precision
from crawler.times import noon_of

ARTICLE_TYPES = frozenset({
    "Article", "NewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle", "BackgroundNewsArticle",
    "OpinionNewsArticle", "ReportageNewsArticle", "ReviewNewsArticle", "Report", "BlogPosting",
    "LiveBlogPosting", "SocialMediaPosting",
})  # fmt: skip
_MAX_LD_NODES = 2_000
_OLDEST_YEAR = 1990  # before it no page was published: the next source may know better
_LISTED = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")


@dataclass(frozen=True, slots=True)
class PageData:
    """The article's JSON-LD node (empty if none), the meta tags by lower-case name (the first of each counts)."""

    root: Any
    article: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)

    def first_text(self, *paths: str) -> str | None:
        """Return the text of the first element that has any, of XPath expressions in order."""
        for path in paths:
            for element in self.root.xpath(path):
                text = " ".join(str(element if isinstance(element, str) else element.text_content()).split())
                if text:
                    return text
        return None


def read_page(text: str) -> PageData:
    """Parse a page that has passed the guard. Raises lxml's errors on a page with nothing in it."""
    parser = lxml_html.HTMLParser(encoding="utf-8")
    root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    return PageData(root=root, article=_article_node(root), meta=_meta(root))


def _meta(root: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in root.xpath("//meta[@content]"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        content = " ".join(str(tag.get("content")).split())
        if name and content:
            found.setdefault(name, content)
    return found


def _article_node(root: Any) -> Mapping[str, Any]:
    """Return the JSON-LD article that says most; a page may list teasers of others beside its own."""
    nodes = [node for script in root.xpath("//script[contains(@type, 'ld+json')]") for node in _nodes(script)]
    articles = [node for node in nodes if _types(node) & ARTICLE_TYPES]
    return max(articles, key=_weight, default={})


def _weight(node: Mapping[str, Any]) -> int:
    return sum(1 for name in ("headline", "datePublished", "articleBody", "author", "dateModified") if node.get(name))


def _nodes(script: Any) -> Iterator[Mapping[str, Any]]:
    try:
        data = json.loads((script.text or "").strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return
    queue, seen = [data], 0
    while queue and seen < _MAX_LD_NODES:
        node = queue.pop(0)
        seen += 1
        if isinstance(node, list):
            queue.extend(node)
        elif isinstance(node, dict):
            yield node
            queue.extend(node[name] for name in _LISTED if isinstance(node.get(name), (dict, list)))


def _types(node: Mapping[str, Any]) -> set[str]:
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return {str(name).rpartition("/")[2] for name in names if name}


def text_of(value: Any) -> str | None:
    """Return JSON-LD text, its entities unescaped (outlets escape twice), or None for anything that is no text."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(value).split()) or None


def names_of(value: Any) -> str | None:
    """Return the names of a Person, an Organization, a text, or a list of these, joined by commas."""
    values = value if isinstance(value, list) else [value]
    names = [text_of(v.get("name")) if isinstance(v, dict) else text_of(v) for v in values]
    return ", ".join(dict.fromkeys(name for name in names if name and not name.startswith("http"))) or None


def url_of(value: Any) -> str | None:
    """Return the address of an ImageObject, a text, or the first of a list."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id")
    return value.strip() if isinstance(value, str) and value.strip() else None


def parse_time(text: str | None, zone: tzinfo) -> tuple[datetime, Precision] | None:
    """Return the instant a page states, aware UTC, and its precision.

    A time without zone is read in `zone`; a date without time is its noon there. Reads ISO 8601, the date of an
    e-mail, and seconds since 1970; None for anything else.
    """
    stated = (text or "").strip()
    if not stated:
        return None
    try:
        found = _instant(stated)
        if found.year < _OLDEST_YEAR:
            return None
        if _is_date(stated):
            return noon_of(found.date(), zone), "day"
        aware = found if found.tzinfo else found.replace(tzinfo=zone)
        return aware.astimezone(UTC), "instant"
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _instant(stated: str) -> datetime:
    if stated.isdecimal() and len(stated) in (10, 13):
        return datetime.fromtimestamp(int(stated[:10]), UTC)
    try:
        return datetime.fromisoformat(stated.replace(" UTC", "Z").replace(" GMT", "Z"))
    except ValueError:
        return parsedate_to_datetime(stated)


def _is_date(stated: str) -> bool:
    try:
        date.fromisoformat(stated)
    except ValueError:
        return False
    return True

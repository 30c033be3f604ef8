"""A section page's bytes to entries: the links of a list of articles, told from navigation. Pure; in the pool.

No page says how its list is marked up, but lists are alike: many containers of one shape, each with one link whose
address carries a date, a number or a long slug, and whose text is a headline. Each of these is a point, navigation
costs points, and a container of which most links have enough is a list as a whole (link density, the other way
round). Where that is not enough, an outlet names its links by a selector.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit
from zoneinfo import ZoneInfo

from cssselect import HTMLTranslator
from lxml import html as lxml_html
from lxml.etree import LxmlError

from crawler.doors import Context
from crawler.errors import FeedError, PageError
from crawler.guard import check_page
from crawler.items import EntryItem, Listing
from crawler.paths import is_furniture, path_points
from crawler.sites import site_of
from crawler.structured import parse_time
from crawler.urls import is_web_address, url_key

MAX_LINKS = 200
_MOST_ANCHORS = 5_000
_MOST_NEXT = 10
_ENOUGH = 4
_ENOUGH_IN_LIST = 1  # in a container of which most links have enough
_REPEATED = 3
_TITLE_LENGTH = 1000
_CLIMB = 6  # levels from a link up to the container of its article
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ASIDE = frozenset({"nav", "footer", "aside"})
_UNSEEN = ("script", "style", "noscript", "time", "svg", "template")
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class _Card:
    """All links of a page to one address: image, headline, "read more"."""

    url: str
    key: str
    anchors: list[Any] = field(default_factory=list)
    title: str | None = None
    is_headed: bool = False
    stated: str | None = None
    points: int = 0


def read_section(body: bytes, url: str, context: Context) -> Listing:
    """Return the articles a page lists, in its order, at most 200, with title and time where they stand there.

    `older` is the page that it calls the next.

    `context.links` is the outlet's selector, of links or of what holds them. Nothing on such a page proves that it
    lists nothing: without articles it is broken. Raises FeedError.
    """
    root = _root(body, url, context)
    anchors = _selected(root, context.links) if context.links else root.xpath("//a[@href]")
    cards = _cards(anchors[:_MOST_ANCHORS], url, _base(root, url), is_named=context.links is not None)
    alive = list(root.iter())  # lxml makes elements anew unless somebody holds them, and they are keys below
    _note_times(alive, cards)
    chosen = cards if context.links else _articles(cards, url)
    if not chosen:
        raise FeedError(url, "no links to articles found on the page")
    entries = tuple(_entry(card, ZoneInfo(context.timezone)) for card in chosen[:MAX_LINKS])
    return Listing(entries, older=_older(root, url))


def _older(root: Any, url: str) -> str | None:
    """Return the address of the next page of the list, where the page names it; never this one, nor another site's."""
    for stated in root.xpath("//link[@rel='next']/@href | //a[@rel='next']/@href")[:_MOST_NEXT]:
        link = _link(str(stated), _base(root, url))
        if link is not None and link != url and _is_same_site(link, url):
            return link
    return None


def _root(body: bytes, url: str, context: Context) -> Any:
    try:
        decoded = check_page(body, url, context.charset)
        parser = lxml_html.HTMLParser(encoding="utf-8")
        root = lxml_html.document_fromstring(decoded.text.encode("utf-8", "replace"), parser=parser)
    except (PageError, LxmlError, ValueError) as error:
        trouble = error.trouble if isinstance(error, PageError) else str(error)
        raise FeedError(url, f"no HTML document: {trouble}") from error
    for dead in list(root.iter("template", "noscript")):
        dead.drop_tree()
    return root


def _selected(root: Any, selector: str) -> list[Any]:
    """Return the links that the selector names, or those inside what it names."""
    named = root.xpath(HTMLTranslator().css_to_xpath(selector))
    found = (place for holder in named for place in ([holder] if holder.tag == "a" else holder.iter("a")))
    return [anchor for anchor in found if anchor.get("href")]


def _cards(anchors: Iterable[Any], url: str, base: str, *, is_named: bool) -> list[_Card]:
    cards: dict[str, _Card] = {}
    here = url_key(url)
    for anchor in anchors:
        link = _link(anchor.get("href"), base)
        key = url_key(link) if link else here
        if link is None or key == here or not (is_named or _is_same_site(link, url)):
            continue
        cards.setdefault(key, _Card(link, key)).anchors.append(anchor)
    for card in cards.values():
        card.title, card.is_headed = _title(card.anchors)
    return list(cards.values())


def _link(href: str, base: str) -> str | None:
    stated = "".join(href.split())
    if not stated or stated.startswith("#"):
        return None
    try:
        link = urljoin(base, stated).partition("#")[0]
    except ValueError:
        return None
    return link if is_web_address(link) else None


def _base(root: Any, url: str) -> str:
    """Return what links are relative to: the page's own word, or its address."""
    stated = next((str(base).strip() for base in root.xpath("//base/@href")), "")
    try:
        base = urljoin(url, stated)
    except ValueError:
        return url
    return base if is_web_address(base) else url


def _is_same_site(link: str, url: str) -> bool:
    return site_of(urlsplit(link).hostname or "") == site_of(urlsplit(url).hostname or "")


def _title(anchors: list[Any]) -> tuple[str | None, bool]:
    """Return the headline of a card, and whether it is marked up as one: the longest text of its links if not."""
    for anchor in anchors:
        within = [heading for heading in anchor.iter(*_HEADINGS) if _text(heading)]
        above = [outer for outer in anchor.iterancestors(*_HEADINGS) if _text(anchor)]
        if within or above:
            return _text(within[0] if within else anchor), True
    texts = [_text(anchor) for anchor in anchors] + [anchor.get("title") or "" for anchor in anchors]
    return max(texts, key=len, default="")[:_TITLE_LENGTH] or None, False


def _text(place: Any) -> str:
    words = place.xpath(f".//text()[not({' or '.join(f'ancestor::{tag}' for tag in _UNSEEN)})]")
    return " ".join(" ".join(words).split())[:_TITLE_LENGTH]


def _note_times(alive: list[Any], cards: list[_Card]) -> None:
    """Give each card the <time> in its container: the elements above its links that hold no other card's link."""
    owners: dict[Any, _Card | None] = {}
    for card in cards:
        for anchor in card.anchors:
            for place in _above(anchor):
                owners[place] = card if owners.get(place, card) is card else None
    for element in alive:
        if element.tag != "time" or not element.get("datetime"):
            continue
        owner = next((owners[place] for place in _above(element) if place in owners), None)
        if owner is not None and owner.stated is None:
            owner.stated = element.get("datetime")


def _above(place: Any) -> Iterator[Any]:
    yield place
    for level, outer in enumerate(place.iterancestors()):
        if level >= _CLIMB:
            return
        yield outer


def _articles(cards: list[_Card], url: str) -> list[_Card]:
    """Return the cards with enough points, and the others of lists of which most have."""
    lists: dict[Any, list[_Card]] = defaultdict(list)
    for card in cards:
        card.points = _points(card, urlsplit(url))
        lists[_shape(card.anchors[0])].append(card)
    chosen: set[str] = set()
    for members in lists.values():
        repeated = int(len(members) >= _REPEATED)
        good = [card for card in members if card.points + repeated >= _ENOUGH]
        is_list = bool(repeated) and 2 * len(good) > len(members)
        chosen |= {card.key for card in good}
        chosen |= {card.key for card in members if is_list and card.points >= _ENOUGH_IN_LIST}
    return [card for card in cards if card.key in chosen]


def _points(card: _Card, page: SplitResult) -> int:
    link = urlsplit(card.url)
    title = card.title or ""
    points = path_points(link) + int(card.is_headed) + int(card.stated is not None)
    points += (len(title) >= 25) + (len(title) >= 45) - (len(title) < 10)  # noqa: PLR2004 (a headline; a menu's word)
    is_above = not link.query and f"{page.path.rstrip('/')}/".startswith(f"{link.path.rstrip('/')}/")
    return 0 if is_above or is_furniture(link) or all(map(_is_aside, card.anchors)) else points


def _is_aside(anchor: Any) -> bool:
    return any(outer.tag in _ASIDE or outer.get("role") == "navigation" for outer in anchor.iterancestors())


def _shape(anchor: Any) -> tuple[str, ...]:
    """Return what the containers of a list's links have in common: tags and first classes, numbers left out."""
    outer = [anchor, *list(anchor.iterancestors())[:3]]
    return tuple(f"{place.tag}.{_DIGITS.sub('', (place.get('class') or '').split(' ')[0])}" for place in outer)


def _entry(card: _Card, zone: ZoneInfo) -> EntryItem:
    stated = parse_time(card.stated, zone)
    return EntryItem(
        url=card.url,
        url_key=card.key,
        title=card.title,
        published_at=stated[0] if stated else None,
        published_precision=stated[1] if stated else "instant",
    )

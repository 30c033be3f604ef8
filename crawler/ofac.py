"""The page of OFAC's recent actions to entries. Pure; runs in the extraction pool.

It is the only place that turns "the US lifts sanctions" into a legal fact at once: the feed was ended in January 2025.
An action is dated by its day; the same day stands in its address.
"""

from __future__ import annotations

import re
from datetime import date, tzinfo
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from crawler.bodies import address_in, find_class, read_html
from crawler.doors import Context
from crawler.errors import FeedError
from crawler.feeds import once_each, plain_line
from crawler.items import EntryItem, Listing
from crawler.times import noon_of
from crawler.urls import url_key

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_STATED = re.compile(r"\b([A-Za-z]{3,9}) (\d{1,2}), (\d{4})\b")
_IN_ADDRESS = re.compile(r"/recent-actions/(\d{4})(\d{2})(\d{2})(?:_\d{1,3})?/?")
_MOST_ROWS = 100  # a page has ten
_LAST_PAGE = 1_000


def read_ofac(body: bytes, url: str, context: Context) -> Listing:
    """Return the actions that a page lists, the newest first; `older` is the page behind it.

    There are always some: a page without is no such page. Raises FeedError: no HTML, no list, rows that are no actions.
    """
    root = read_html(body, url, context.content_type)
    rows = [row for place in find_class(root, "view-content") for row in find_class(place, "search-result")]
    if not rows:
        raise FeedError(url, "no list of actions on the page")
    zone = ZoneInfo(context.timezone)
    entries = once_each(entry for row in rows[:_MOST_ROWS] if (entry := _entry(row, url, zone)) is not None)
    if not entries:
        raise FeedError(url, "rows without actions: the page has changed")
    return Listing(entries, older=_older(url))


def _entry(row: Any, url: str, zone: tzinfo) -> EntryItem | None:
    anchor = next((one for place in find_class(row, "font-sans-lg") for one in place.xpath(".//a[@href]")), None)
    link = address_in(anchor.get("href"), url) if anchor is not None else None
    title = plain_line(anchor.text_content())[:1000] if anchor is not None else ""
    if link is None or not title:
        return None
    beside = " ".join(plain_line(place.text_content()) for place in find_class(row, "font-sans-2xs"))[:300]
    day = _day_of(link) or _stated_day(beside)
    return EntryItem(
        url=link,
        url_key=url_key(link),
        title=title,
        summary=_STATED.sub("", beside).strip(" -–—") or None,
        published_at=noon_of(day, zone) if day else None,
        published_precision="day" if day else "instant",
    )


def _day_of(link: str) -> date | None:
    found = _IN_ADDRESS.fullmatch(urlsplit(link).path)
    return _day(int(found[1]), int(found[2]), int(found[3])) if found else None


def _stated_day(text: str) -> date | None:
    found = _STATED.search(text)
    if found is None or found[1].lower() not in _MONTHS:
        return None
    return _day(int(found[3]), _MONTHS.index(found[1].lower()) + 1, int(found[2]))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _older(url: str) -> str | None:
    """Return the address of the next page; the first is page 0 and need not say so."""
    parts = urlsplit(url)
    stated = parse_qs(parts.query).get("page", ["0"])[0]
    if not (stated.isascii() and stated.isdecimal()) or int(stated[:6]) >= _LAST_PAGE:
        return None
    return urlunsplit(parts._replace(query=urlencode({"page": int(stated[:6]) + 1}), fragment=""))

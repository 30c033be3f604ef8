"""Viasna's list of prisoners to one entry: how many people are held, by whom counted and when. Pure; in the pool.

The list is the authority on that number (domain.md §4). Its page offers it as CSV, under an address that is not known
beforehand; the page is read for it, then the file, both by `read_viasna`. The number becomes an article as any other,
so that reading it makes the fact; it is stored when it has changed (`guid`). Nobody is told of the list alone: people are
newly recognised and given another status, so that the stock is not the last one minus those freed.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode, urljoin, urlsplit
from zoneinfo import ZoneInfo

from crawler.bodies import address_in, read_html
from crawler.charsets import as_utf8
from crawler.doors import Context
from crawler.errors import FeedError
from crawler.feeds import plain_line
from crawler.items import EntryItem, Listing
from crawler.times import noon_of
from crawler.urls import site_of, url_key

MAX_ROWS = 50_000  # the list has some 9,000
_STATUS_HEADS = frozenset({"status", "статус"})
_HELD = frozenset(
    {"active", "political prisoner", "политзаключенный", "политзаключённый", "палітзняволены", "палітвязень"}
)
_OTHERS = frozenset({
    "", "former", "np", "former political prisoner", "recognized ex post facto", "recognised ex post facto",
    "not recognized", "not recognised", "бывший политзаключенный", "бывший политзаключённый", "былы палітзняволены",
    "былы палітвязень",
})  # fmt: skip
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_DELIMITERS = (",", ";", "\t")
_SNIFFED = 2_048
_ENOUGH = 2
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


def read_viasna(body: bytes, url: str, context: Context) -> Listing:
    """Return the number of those held as one entry that is an article by itself; of a page, where its CSV is.

    A number is told only if every row was understood. Raises FeedError: a page without one such link, no CSV with a status,
    rows of other lengths (a file cut short), a status that is not known, nobody held, no time of the fetch.
    """
    if _MARKUP.search(body[:_SNIFFED]):
        return Listing(children=(_csv_link(body, url, context),), is_index=True)
    if context.at is None:
        raise FeedError(url, "a list without the time when it was fetched")
    held = _held(as_utf8(body, context.content_type), url)
    return Listing((_entry(held, url, context.at, context.timezone),))


def _csv_link(body: bytes, url: str, context: Context) -> str:
    """Return the one link of a page that most looks like the list as CSV; two that do so alike are none."""
    points: Counter[str] = Counter()
    for anchor in read_html(body, url, context.content_type).xpath("//a[@href]"):
        link = address_in(anchor.get("href"), url)
        if link is not None and site_of(link) == site_of(url):
            points[link] = max(points[link], _points(link, plain_line(anchor.text_content()[:200])))
    best = points.most_common(2)
    if not best or best[0][1] < _ENOUGH:
        raise FeedError(url, "no link to the list as CSV on the page")
    if len(best) > 1 and best[1][1] == best[0][1]:
        raise FeedError(url, "two links that could be the list as CSV")
    return best[0][0]


def _points(link: str, label: str) -> int:
    parts = urlsplit(link.lower())
    words = re.findall(r"\w+", label.lower())
    is_export = "export" in parts.path or "download" in parts.path
    return 2 * ("csv" in words) + 3 * parts.path.endswith(".csv") + 3 * ("format=csv" in parts.query) + is_export


def _held(text: bytes, url: str) -> int:
    rows = _rows(text.decode("utf-8", "replace").removeprefix("\ufeff"), url)
    heads = [head.strip().casefold() for head in next(rows, ())]
    column = next((number for number, head in enumerate(heads) if head in _STATUS_HEADS), None)
    if column is None:
        raise FeedError(url, "no CSV with a column of the status")
    identity = heads.index("id") if "id" in heads else None
    people: dict[str, str] = {}
    for number, row in enumerate(rows):
        if len(row) != len(heads):
            raise FeedError(url, f"row {number + 1} has {len(row)} cells, not {len(heads)}: cut short or changed")
        key = row[identity].strip() if identity is not None else ""
        people[key or f"row {number}"] = " ".join(row[column].split()).casefold()
    return _count(people, url)


def _count(people: Mapping[str, str], url: str) -> int:
    unknown = Counter(status for status in people.values() if status not in _HELD | _OTHERS)
    if unknown:
        raise FeedError(url, f"a status that is not known: {unknown.most_common(1)[0][0][:80]!r}")
    held = sum(status in _HELD for status in people.values())
    if not held:
        raise FeedError(url, f"nobody is held by this list of {len(people):,} rows: not believed")
    return held


def _rows(text: str, url: str) -> Iterator[Sequence[str]]:
    """Yield the rows that have anything in them. Raises FeedError: broken quotes, a cell or a list too long."""
    first = text[:_SNIFFED].split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)):
            if number > MAX_ROWS:
                raise FeedError(url, f"more than {MAX_ROWS:,} rows")
            if row:
                yield row
    except csv.Error as error:
        raise FeedError(url, f"no CSV: {error}") from error


def _entry(held: int, url: str, at: datetime, timezone: str) -> EntryItem:
    """Return the article that tells the number, in words of our own; the link leads to the site of the list."""
    day = at.astimezone(ZoneInfo(timezone)).date()
    told = f"{held:,} political prisoners are held in Belarus"
    link = f"{urljoin(url, '/')}?{urlencode({'held': held, 'on': day.isoformat()})}"
    return EntryItem(
        url=link,
        url_key=url_key(link),
        guid=f"held: {held}",
        title=f"Viasna: {told}",
        content=(
            f"As of {day.day} {_MONTHS[day.month - 1]} {day.year}, {told}, according to Viasna. That is how many people are "
            "both recognised as political prisoners and still behind bars in the list of the human rights centre."
        ),
        published_at=noon_of(day, ZoneInfo(timezone)),
        published_precision="day",
        is_article=True,
    )

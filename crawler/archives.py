"""Where an outlet keeps what its feeds no longer show, and how its pages are walked back. Pure.

An archive is read newest first. It reaches back when it comes to what was heard before: an entry that was stored by
the time the entry point was last heard, or one that was published well before that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from string import Formatter
from typing import Any, Protocol, TypeVar
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from crawler.archive_tables import Archive
from crawler.doors import DOORS
from crawler.entry_points import EntryPoint
from crawler.urls import is_web_address
from db.gaps import MOST_DAYS, ClaimedGap, Progress, Reason, Step
from db.polls import DueEntryPoint

DOWNTIME = timedelta(hours=2)  # unheard for longer, and one old entry on top of a feed proves nothing
LATE = timedelta(hours=3)  # desks publish under times that have passed, and some in the wrong time zone
ROBOTS = "robots"  # the step that looks into robots.txt for sitemaps
MOST_ROBOTS_BYTES = 512 * 1024
_MOST_SITEMAPS = 3
_RUN = 3  # so many heard in a row are no posts pinned to the top
_NEWS_SCOPE = timedelta(days=2) - LATE
_CUT_SHORT = 20
_FEEDS = ("rss", "atom", "rdf", "json_feed")
_BACK_DOORS = ("news_sitemap", "sitemap", "section")
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


class Listed(Protocol):
    """What is asked of an entry here."""

    @property
    def url_key(self) -> str: ...  # noqa: D102 (the field)
    @property
    def published_at(self) -> datetime | None: ...  # noqa: D102 (the field)
    @property
    def published_precision(self) -> str: ...  # noqa: D102 (the field)


Entry = TypeVar("Entry", bound=Listed)


@dataclass(frozen=True, slots=True)
class Places:
    """Where an outlet can be asked about the past: its archives, its entry points, its time zone."""

    archive: Sequence[Archive] = ()
    entry_points: Sequence[EntryPoint] = ()
    timezone: str = "UTC"


def gap_of(entries: Sequence[Listed], known: Collection[str], since: datetime, now: datetime) -> Reason | None:
    """Return why entries of a poll leave a gap behind them; None if they do not.

    `known` are the keys heard by `since`, when the entry point was last heard. "no overlap": nothing in it was heard
    before. "downtime": unheard for more than two hours, and the oldest it shows is news.
    """
    if len(entries) < 2:  # noqa: PLR2004 (one entry alone proves nothing)
        return None
    heard = [_is_heard(entry, known, since) for entry in _newest_first(entries)]
    if not any(heard):
        return "no overlap"
    return "downtime" if now - since > DOWNTIME and not heard[-1] else None


def tells_all(type_: str, entries: Sequence[Listed], since: datetime, now: datetime) -> bool:
    """Say whether a listing holds all that was published since, by its format: a news sitemap of two days, not cut short.

    Of an outlet that was quiet for two days it is empty, and what comes then overlaps with nothing. One with twenty news
    may show only its newest.
    """
    return type_ == "news_sitemap" and len(entries) < _CUT_SHORT and now - since < _NEWS_SCOPE


def first_steps(places: Places, asked: DueEntryPoint, older: str | None, now: datetime) -> tuple[Step, ...]:
    """Return where to look for what an entry point no longer shows, in order.

    The outlet's own word (`archive`) goes before all. Else: the older page that the answer itself named (`older`),
    the outlet's other doors, WordPress's pages of a feed, and the sitemaps that robots.txt names.
    """
    if places.archive:
        return tuple(_archive_step(archive, places.timezone, now) for archive in places.archive)
    steps = [Step(asked.type, older)] if older else []
    doors = [point for point in places.entry_points if point.type in _BACK_DOORS and point.type in DOORS]
    others = sorted((point for point in doors if point.url != asked.url), key=lambda one: _BACK_DOORS.index(one.type))
    steps += [Step(point.type, point.url, links=point.links) for point in others]
    if asked.type in ("rss", "atom") and urlsplit(asked.url).path.rstrip("/").endswith("/feed"):
        joint = "&" if urlsplit(asked.url).query else "?"
        plain = asked.url.replace("{", "{{").replace("}", "}}")
        steps.append(Step(asked.type, f"{plain}{joint}paged={{page}}", page=2))
    if asked.type in _FEEDS and not any(point.type in ("news_sitemap", "sitemap") for point in doors):
        steps.append(Step(ROBOTS, urljoin(asked.url, "/robots.txt")))
    return tuple(steps)


def sitemap_steps(robots: bytes) -> tuple[Step, ...]:
    """Return the sitemaps that a robots.txt names, at most three, those with news in their name first."""
    text = robots[:MOST_ROBOTS_BYTES].decode("utf-8", "replace")
    found = [url for url in dict.fromkeys(_SITEMAP_LINE.findall(text)) if is_web_address(url)]
    found.sort(key=lambda url: "news" not in url.lower())
    plain = "sitemap" if "sitemap" in DOORS else "news_sitemap"
    types = [("news_sitemap" if "news" in url.lower() else plain, url) for url in found[:_MOST_SITEMAPS]]
    return tuple(Step(type_, url) for type_, url in types)


def look_through(entries: Sequence[Entry], known: Collection[str], since: datetime) -> tuple[tuple[Entry, ...], bool]:
    """Return the entries of a page that nobody heard, and whether it reaches back to what was.

    It does where three in a row were heard, or the last: what stands on top alone may be pinned there.
    """
    fresh: list[Entry] = []
    run = 0
    for entry in _newest_first(entries):
        if not _is_heard(entry, known, since):
            run = 0
            fresh.append(entry)
            continue
        run += 1
        if run == _RUN:
            break
    return tuple(fresh), run > 0


def next_step(step: Step, entries: Sequence[Listed], older: str | None) -> Step | None:
    """Return the page after this one; None if there is none, also where the archive shows the same page again."""
    digest = hashlib.sha256("\n".join(entry.url_key for entry in entries).encode()).hexdigest()[:16]
    if step.day is not None:
        return replace(step, day=step.day - timedelta(days=1))
    if digest == step.seen:
        return None
    if step.page is not None:
        return replace(step, page=step.page + 1, seen=digest)
    return replace(step, url=older, seen=digest) if older and older != step.url else None


def reach_of(gap: ClaimedGap, now: datetime) -> datetime:
    """Return how far back a gap is filled: to when its entry point was last heard, but never beyond a week."""
    return max(gap.since, now - MOST_DAYS)


def progress_after(gap: ClaimedGap, following: Step | None, size: int, now: datetime, *, has_reached: bool) -> Progress:
    """Return how a gap stands after a page of `size` bytes that was followed by `following`."""
    reach = reach_of(gap, now)
    if has_reached or _is_past(following, reach, gap.timezone):
        if reach > gap.since:
            return Progress((), "given up", f"what is older than {MOST_DAYS.days} days is not fetched", size=size)
        return Progress((), "filled", "back to what was heard last", size=size)
    steps = (following, *gap.steps[1:]) if following else gap.steps[1:]
    if not steps:
        return Progress((), "given up", "the archive ends before what was heard last", size=size)
    if gap.pages_left <= 1:
        return Progress((), "given up", "too many pages", size=size)
    if gap.bytes_left <= size:
        return Progress((), "given up", "too many bytes", size=size)
    return Progress(steps, size=size)


def _is_past(step: Step | None, reach: datetime, timezone: str) -> bool:
    return step is not None and step.day is not None and step.day < (reach - LATE).astimezone(ZoneInfo(timezone)).date()


def _archive_step(archive: Archive, timezone: str, now: datetime) -> Step:
    named = {name for _, name, _, _ in Formatter().parse(archive.url) if name is not None}
    filled: Mapping[str, Any] = {
        "page": 1 if "page" in named else None,
        "day": now.astimezone(ZoneInfo(timezone)).date() if "date" in named else None,
    }
    return Step(archive.type, archive.url, links=archive.links, **filled)


def _newest_first(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return entries in their own order, turned round where their dates say that the oldest comes first."""
    dated = [entry.published_at for entry in entries if entry.published_at is not None]
    is_turned = len(dated) > 1 and dated[0] < dated[-1]
    return tuple(reversed(entries)) if is_turned else entries


def _is_heard(entry: Listed, known: Collection[str], since: datetime) -> bool:
    if entry.url_key in known or entry.published_at is None:
        return entry.url_key in known
    latest = entry.published_at + (timedelta(hours=12) if entry.published_precision == "day" else timedelta())
    return latest < since - LATE

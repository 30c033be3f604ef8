"""What an outlet is and what it has published: the values that feeds and pages are made from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from newsroom.stories import ToldStory

ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /account/\n"
HALVES = "xmlcharrefreplace"  # how desks write half a sign of UTF-16, which their own programs have cut in two
NEWS_SITEMAP = "/news-sitemap.xml"  # served beside the feed by every outlet


class Dialect(StrEnum):
    """What an outlet is known by: its feed (RSS, ATOM, RDF), or without one by another of its lists only."""

    RSS = "rss"
    ATOM = "atom"
    RDF = "rdf"
    NEWS_SITEMAP = "news_sitemap"
    SITEMAP = "sitemap"
    SECTION = "section"
    TELEGRAM = "telegram"
    JSON_FEED = "json_feed"

    @property
    def is_feed(self) -> bool:
        """Whether the outlet has a feed."""
        return self in (Dialect.RSS, Dialect.ATOM, Dialect.RDF)


class Archive(StrEnum):
    """How an outlet can be asked for what its feed no longer shows."""

    FEED_PAGES = "feed pages"  # ?paged=N of the feed, as WordPress has it
    SECTION = "section"  # /archive?page=N, a page of headlines
    DAYS = "days"  # /sitemaps/YYYY-MM-DD.xml, a news sitemap a day, and their index


class Box(StrEnum):
    """What may stand on an outlet's pages around an article."""

    READ_ALSO = "read-also"
    NEWSLETTER = "newsletter"
    SHARE = "share"
    TAGS = "tags"
    COMMENTS = "comments"
    POPULAR = "popular"


@dataclass(frozen=True, slots=True)
class MadeUpOutlet:
    """An invented outlet. `ordinary` names the stories it printed before anything happened.

    Its feed shows the newest `window` publications; what else there is must be asked of its `archives`. `hub` tells of its
    news (WebSub). In `robots`, {url} stands for its root address.
    """

    name: str
    title: str
    language: str
    timezone: str
    dialect: Dialect
    feed_path: str
    ordinary: tuple[str, ...] = ()
    robots: str = ROBOTS
    boxes: frozenset[Box] = frozenset(Box)
    window: int = 30
    archives: frozenset[Archive] = frozenset()
    hub: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A told story under its path; `published_at` is aware. It is there from that moment on."""

    story: ToldStory
    path: str
    published_at: datetime

    def local_time(self, outlet: MadeUpOutlet) -> datetime:
        """Return the time of publication as the outlet's desk writes it, to the second."""
        return self.published_at.astimezone(ZoneInfo(outlet.timezone)).replace(microsecond=0)


@cache
def made_up_outlets() -> Mapping[str, MadeUpOutlet]:
    """Return the outlets of `outlets.toml` by name."""
    return {table["name"]: _outlet(table) for table in _read("outlets.toml")["outlet"]}


@cache
def furniture(language: str) -> Mapping[str, Any]:
    """Return the words around an article in `language`. Raises KeyError for a language without them."""
    words: Mapping[str, Any] = _read("furniture.toml")[language]
    return words


def _outlet(table: Mapping[str, Any]) -> MadeUpOutlet:
    return MadeUpOutlet(**{**table, "dialect": Dialect(table["dialect"]), "ordinary": tuple(table["ordinary"])})


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("newsroom").joinpath(name).read_text(encoding="utf-8"))

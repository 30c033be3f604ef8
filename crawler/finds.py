"""What a search for an outlet's doors comes to: values, and which of the doors are preferred. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from crawler.items import EntryItem, Precision

if TYPE_CHECKING:  # it loads Scrapy, and these values are shown where that is not needed
    from crawler.check import CheckedEntryPoint

Origin = Literal["given", "named by the page", "usual address", "robots.txt", "the page itself"]

FEEDS = ("rss", "atom", "rdf", "json_feed")
SITEMAPS = ("news_sitemap", "sitemap")
ORDER = ("feed", "news_sitemap", "sitemap", "section", "telegram")  # of preference, as the catalogue has it
_CHANNEL_HOSTS = ("t.me", "telegram.me", "telegram.dog", "www.t.me")


@dataclass(frozen=True, slots=True)
class Tried:
    """A door that was tried: how it answered, where its address is from, what it calls itself, its minutes before UTC.

    Its entries are kept only until the samples are taken.
    """

    checked: CheckedEntryPoint
    origin: Origin
    entries: tuple[EntryItem, ...] = ()
    title: str | None = None
    offset: int | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return self.checked.url

    @property
    def type(self) -> str:
        """The type of its entry point."""
        return self.checked.type

    @property
    def is_stale(self) -> bool:
        """Whether its newest entry is of weeks ago."""
        return self.checked.verdict == "stale"

    @property
    def is_usable(self) -> bool:
        """Whether it could be read and something is in it: where nothing better is found, old news will do."""
        return self.checked.verdict in ("alive", "stale") and self.checked.items > 0


@dataclass(frozen=True, slots=True)
class Sample:
    """An article as it would be stored; `trouble` says why there is none. `language` is the page's own word."""

    url: str
    title: str | None = None
    text: str = ""
    published_at: datetime | None = None
    precision: Precision = "instant"
    language: str | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class FoundOutlet:
    """What was found at an address. `doors` are those to declare, in order of preference, of all that were `tried`.

    `offset`: the minutes by which its times are ahead of UTC. `trouble` says why nothing can be made of it; then
    `is_unreachable` tells whether the address itself gave no answer.
    """

    asked: str
    homepage: str | None = None
    title: str | None = None
    language: str | None = None
    offset: int | None = None
    tried: tuple[Tried, ...] = ()
    doors: tuple[Tried, ...] = ()
    samples: tuple[Sample, ...] = ()
    trouble: str | None = None
    is_unreachable: bool = False


def preferred(tried: Sequence[Tried]) -> tuple[Tried, ...]:
    """Return the doors to declare: of each kind the first that is alive, in order of preference.

    Those without anything new for weeks only if none is alive. One feed is enough: further ones are mostly sections of
    the first, and what a person misses can be added by hand.
    """
    usable = [one for one in tried if one.is_usable]
    alive = [one for one in usable if not one.is_stale]
    best: dict[str, Tried] = {}
    for one in alive or usable:
        best.setdefault(kind_of(one.type), one)
    return tuple(best[kind] for kind in ORDER if kind in best)


def kind_of(type_: str) -> str:
    """Return what a type is one of: all feeds are of one kind."""
    return "feed" if type_ in FEEDS else type_


def preview_of(url: str) -> str:
    """Return the address of a public channel's preview for any address of the channel or its posts; others as they are."""
    parts = urlsplit(url)
    path = [part for part in parts.path.split("/") if part]
    name = path[1] if path[:1] == ["s"] and len(path) > 1 else path[0] if path else ""
    if (parts.hostname or "").lower() not in _CHANNEL_HOSTS or not name:
        return url
    return parts._replace(
        scheme="https", netloc="t.me", path=f"/s/{name.removeprefix('@')}", query="", fragment=""
    ).geturl()

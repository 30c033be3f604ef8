"""What nobody tells of an outlet, guessed by those that are known: its name, its country, its time zone. Pure.

No table of languages and countries is kept for it: the catalogue is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.outlets import Outlet
from crawler.sites import site_of
from crawler.urls import site_of as host_of

_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60


def name_of(url: str, taken: Collection[str]) -> str:
    """Return a name that nobody has: the first part of the site's domain, else the whole host, else with a number.

    Of a channel it is the channel's.
    """
    parts = urlsplit(url)
    is_channel = parts.path.startswith("/s/")
    host = host_of(url).partition(":")[0]
    site = site_of(host)
    short = parts.path[3:] if is_channel else site if site.replace(".", "").isdecimal() else site.partition(".")[0]
    names = [_plain(short), _plain(f"{host}-{short}" if is_channel else host)]
    names += [f"{names[-1]}-{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in names if name not in taken)


def _plain(text: str) -> str:
    return _OTHER.sub("-", text.lower())[:_LONGEST_NAME].strip("-") or "outlet"


def country_of(url: str, known: Iterable[Outlet]) -> str | None:
    """Return the country whose letters end the host; None where those letters are in use for anything (.io, .me, .eu)."""
    near = _near(url, known)
    return near[0].country if near else None


def timezone_of(url: str, languages: Sequence[str], offset: int | None, known: Sequence[Outlet], now: datetime) -> str:
    """Return the time zone of most outlets of the host's country, else of the same first language.

    `offset`, the minutes by which its own times are ahead of UTC, decides where it is told and is not UTC's own.
    """
    near = [one.timezone for one in _near(url, known)]
    alike = [one.timezone for one in known if languages and one.languages[0] == languages[0]]
    close, all_ = _ranked(near) + _ranked(alike), _ranked(one.timezone for one in known)
    ahead = timedelta(minutes=offset or 0)
    fitting = [zone for zone in close + all_ if offset and now.astimezone(ZoneInfo(zone)).utcoffset() == ahead]
    return next(iter((*fitting, *close)), "UTC")


def _ranked(zones: Iterable[str]) -> list[str]:
    return [zone for zone, _ in Counter(zones).most_common() if zone != "UTC"]


def _near(url: str, known: Iterable[Outlet]) -> list[Outlet]:
    """Return the outlets of the country that ends the host, if most hosts with that end are of it."""
    end = _ending(url)
    there = [one for one in known if end and _ending(one.homepage or "") == end]
    own = [one for one in there if one.country == end.upper()]
    return own if 2 * len(own) > len(there) else []


def _ending(url: str) -> str:
    return host_of(url).partition(":")[0].rpartition(".")[2]

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
_COUNTRY_LETTERS = 2


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
    """Return the country whose letters end the host, where outlets there are known; None for any other end."""
    end = _ending(url)
    countries = Counter(one.country for one in known if one.country and _ending(one.homepage or "") == end)
    is_countrys = len(end) == _COUNTRY_LETTERS
    return countries.most_common(1)[0][0] if is_countrys and countries else None


def timezone_of(url: str, languages: Sequence[str], offset: int | None, known: Sequence[Outlet], now: datetime) -> str:
    """Return the time zone of most outlets under the same end of a host, else of the same first language.

    `offset`, the minutes by which its own times are ahead of UTC, decides where it is told and is not UTC's own.
    """
    end = _ending(url)
    zones = Counter(one.timezone for one in known)
    near = Counter(one.timezone for one in known if len(end) == _COUNTRY_LETTERS and _ending(one.homepage or "") == end)
    alike = Counter(one.timezone for one in known if languages and one.languages[0] == languages[0])
    ranked = [zone for counts in (near, alike, zones) for zone, _ in counts.most_common() if zone != "UTC"]
    fitting = [
        zone for zone in ranked if offset and now.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(minutes=offset)
    ]
    close = [zone for counts in (near, alike) for zone, _ in counts.most_common() if zone != "UTC"]
    return next(iter((*fitting, *close)), "UTC")


def _ending(url: str) -> str:
    return host_of(url).partition(":")[0].rpartition(".")[2]

"""Whose article a search has found: of the outlet whose host it is on, else of that host itself. Pure.

A search prints nothing itself. Without this all that it finds would count as told by one outlet, called like the search,
while forty reprints of one report are one source and two reports of two outlets are two (domain.md §2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from crawler.doors import is_search
from crawler.outlets import Outlet
from crawler.urls import NO_RULES, KeyRules, site_of
from db.entries import StoredEntry

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Publishers:
    """The outlets of a catalogue by their hosts. Of several on one host the path of the homepage tells."""

    by_host: Mapping[str, tuple[Outlet, ...]] = field(default_factory=dict)
    rules: KeyRules = NO_RULES

    def outlet_of(self, url: str) -> Outlet | None:
        """Return the outlet of the catalogue that an address belongs to: by its host, or a domain above it."""
        host = site_of(url, self.rules)
        while "." in host:
            if host in self.by_host:
                return _by_path(self.by_host[host], url)
            host = host.partition(".")[2]
        return None

    def name_of(self, url: str) -> str | None:
        """Return the name of the outlet of an address: that of the catalogue, else its host; None if it has none."""
        found = self.outlet_of(url)
        return found.name if found else site_of(url)[:_LONGEST_NAME] or None

    def attributed(self, entry: StoredEntry, url: str) -> StoredEntry:
        """Return what a search found as an entry of its outlet, with what the catalogue tells of that; others as they are."""
        if not is_search(entry.door):
            return entry
        found = self.outlet_of(url)
        known = {"languages": found.languages, "timezone": found.timezone} if found else {}
        return replace(entry, outlet=self.name_of(url) or entry.outlet, **known)  # type: ignore[arg-type]


def publishers_of(outlets: Iterable[Outlet], rules: KeyRules = NO_RULES) -> Publishers:
    """Return the outlets by the hosts that they name: of their homepage, and where they name none of an entry point."""
    by_host: dict[str, tuple[Outlet, ...]] = {}
    for outlet in outlets:
        by_host[outlet.host] = (*by_host.get(outlet.host, ()), outlet)
    return Publishers(by_host, rules)


def _by_path(outlets: tuple[Outlet, ...], url: str) -> Outlet | None:
    """Return the one whose homepage's path begins the address; the only one on a host needs none."""
    if len(outlets) == 1:
        return outlets[0]
    path = f"{urlsplit(url).path}/"
    fitting = [one for one in outlets if path.startswith(f"{_home(one).rstrip('/')}/")]
    return max(fitting, key=lambda one: len(_home(one)), default=None)


def _home(outlet: Outlet) -> str:
    return urlsplit(outlet.homepage or "").path

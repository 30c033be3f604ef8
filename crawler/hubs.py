"""Which hubs a list announces (WebSub, W3C Recommendation of 2018, section 4): by its headers, by its own links. Pure.

Addresses of others: they are kept only where they are http(s) and of sane length, and asked through the address guard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from crawler.items import NOTHING_ANNOUNCED, Announced
from crawler.urls import is_web_address

MOST_HUBS = 3
LONGEST_ADDRESS = 2000
_LONGEST_HEADER = 16_384
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)

Link = tuple[str, str]  # relations, separated by blanks; address


def announced_by(links: Iterable[Link], base: str) -> Announced:
    """Return what links say: the first three hubs and the first that calls itself "self"; nothing without both.

    A hub without "self" cannot be asked: it would not know of what.
    """
    hubs: list[str] = []
    topic: str | None = None
    for relations, address in links:
        names = relations.lower().split()
        found = _absolute(address, base) if "hub" in names or "self" in names else None
        if found is None:
            continue
        if "hub" in names and found not in hubs:
            hubs.append(found)
        if "self" in names:
            topic = topic or found
    return Announced(tuple(hubs[:MOST_HUBS]), topic) if hubs and topic is not None else NOTHING_ANNOUNCED


def links_of_header(value: str | None) -> Iterator[Link]:
    """Yield the links of a `Link` header (RFC 8288), the values of several joined by commas."""
    for address, parameters in _LINK.findall((value or "")[:_LONGEST_HEADER]):
        relation = _RELATION.search(parameters)
        if relation is not None:
            yield relation[1] or relation[2] or "", address


def _absolute(address: str, base: str) -> str | None:
    plain = "".join(address.split())
    try:
        found = urljoin(base, plain) if plain else ""
    except ValueError:
        return None
    return found if len(found) <= LONGEST_ADDRESS and is_web_address(found) else None

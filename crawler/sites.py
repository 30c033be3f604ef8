"""Whose servers a host is part of: manners are owed to those, not to each of their names. Pure, offline."""

from __future__ import annotations

from tldextract import TLDExtract

# The list that ships with the library: nothing is fetched, nothing is written (SEC-28).
_registered = TLDExtract(suffix_list_urls=(), cache_dir=None)


def site_of(host: str) -> str:
    """Return the registered domain of a host (`news.bbc.co.uk` -> `bbc.co.uk`); an IP address is its own site."""
    name = host.rstrip(".").lower()
    return _registered(name).top_domain_under_public_suffix or name

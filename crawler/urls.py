"""The dedupe key of an address: one key for one article, however it was linked. Never fetched, never shown.

Built on w3lib's canonical form. Parameters are dropped by an explicit list only, because sites keep article ids
in the query (`?c=ar&i=378000`, `?p=123`): a filter that guesses loses them (measured on two libraries).
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

# Parameters that only say where the reader came from.
TRACKING = frozenset({
    "_openstat", "amp", "at_bbc_team", "at_campaign", "at_campaign_type", "at_custom1", "at_custom2", "at_custom3",
    "at_custom4", "at_format", "at_link_id", "at_link_origin", "at_link_type", "at_medium", "at_ptr_name",
    "cmpid", "dclid", "fbclid", "from_rss", "gclid", "gclsrc", "igsh", "igshid", "maca", "mc_cid", "mc_eid",
    "msclkid", "ncid", "ns_campaign", "ns_mchannel", "ns_source", "ocid", "rss", "smid", "twclid", "wbraid",
    "xtor", "yclid", "ysclid",
})  # fmt: skip
TRACKING_PREFIXES = ("utm_",)
# Parameters that are tracking with these values and something else with others.
TRACKING_VALUES = {"source": {"rss", "feed"}, "outputtype": {"amp"}, "from": {"rss", "feed"}, "ref": {"rss", "feed"}}
HOST_VARIANTS = ("www.", "m.", "amp.", "mobile.")
DEFAULT_PORTS = {"http": 80, "https": 443}
_AMP_PATH = re.compile(r"^/amp(?=/)|/amp/?$|(?<=\w)\.amp(?=\.html?$)|\.amp$")


def url_key(url: str) -> str:
    """Return the key of an absolute address; equal keys mean the same article.

    http and https share a key, as do the www, m and amp variants. An identity that is no web address
    (`urn:…`) and an address that cannot be parsed are their own key, untouched.
    """
    stripped = url.strip()
    if not is_web_address(stripped):
        return url
    try:
        parts = urlsplit(canonicalize_url(stripped))
        if ".." in (parts.hostname or ""):
            return url
        return urlunsplit(("https", _host(parts), _path(parts.path), _query(parts.query), ""))
    except ValueError:
        return url


def is_web_address(url: str) -> bool:
    """Tell whether `url` is an absolute http(s) address with a host: the only kind that is fetched (SEC-10)."""
    try:
        parts = urlsplit(url)
        return parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    for variant in HOST_VARIANTS:
        rest = host.removeprefix(variant)
        if rest != host and "." in rest:
            host = rest
            break
    if ":" in host:
        host = f"[{host}]"
    is_default = parts.port in (None, DEFAULT_PORTS[parts.scheme])
    return host if is_default else f"{host}:{parts.port}"


def _path(path: str) -> str:
    return _AMP_PATH.sub("", path).rstrip("/")


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _is_tracking(name.lower(), value.lower())]
    return query if len(kept) == len(pairs) else urlencode(kept)


def _is_tracking(name: str, value: str) -> bool:
    return name in TRACKING or name.startswith(TRACKING_PREFIXES) or value in TRACKING_VALUES.get(name, frozenset())

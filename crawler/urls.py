"""The dedupe key of an address: one key for one article, however it was linked. Never fetched, never shown.

Built on w3lib's canonical form. Parameters are dropped by an explicit list only, because sites keep article ids
in the query (`?c=ar&i=378000`, `?p=123`): a filter that guesses loses them (measured on two libraries).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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


_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{)")
_ENDLESS = re.compile(r"[*+]|\{\d*,\}")
_LONGEST_TARGET = 500  # characters of path and query that the pattern of an outlet sees
_STORY = "story:"


@dataclass(frozen=True, slots=True)
class KeyRules:
    """What outlets tell of their addresses (`crawler.outlets.key_rules` makes it from the catalogue).

    `mirrors`: a host to the one whose paths it repeats. `stories`: a host to the pattern whose one group, found in
    path and query, is the number that all language versions of a story share.
    """

    mirrors: Mapping[str, str] = field(default_factory=dict)
    stories: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


NO_RULES = KeyRules()


def url_key(url: str, rules: KeyRules = NO_RULES) -> str:
    """Return the key of an absolute address; equal keys mean the same article.

    http and https share a key, as do the www, m and amp variants; by `rules` also an outlet's mirrors, and the
    language versions of one story (`story:host:number`). An identity that is no web address (`urn:…`) and an
    address that cannot be parsed are their own key, untouched.
    """
    stripped = url.strip()
    if not is_web_address(stripped):
        return url
    try:
        parts = urlsplit(canonicalize_url(stripped))
        if ".." in (parts.hostname or ""):
            return url
        host, path, query = _host(parts, rules), _path(parts.path), _query(parts.query)
        return _story(host, path, query, rules) or urlunsplit(("https", host, path, query, ""))
    except ValueError:
        return url


def story_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern that finds the number of a story. Raises ValueError, saying what is wrong with it.

    It meets addresses of strangers: without a repeated group, and with one endless repetition at most, it cannot take
    long (SEC-26).
    """
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise ValueError(f"no pattern: {error}") from error
    if pattern.groups != 1:
        raise ValueError("one group is needed: the number that all language versions share")
    if _REPEATED_GROUP.search(text) or len(_ENDLESS.findall(text)) > 1:
        raise ValueError("no repeated group, and at most one + or *: it could take for ever")
    return pattern


def is_story_key(key: str) -> bool:
    """Tell whether all language versions of a story share this key."""
    return key.startswith(_STORY)


def site_of(url: str, rules: KeyRules = NO_RULES) -> str:
    """Return the host of an address as its key has it: of a mirror, the outlet's; empty if there is none."""
    try:
        return _host(urlsplit(url.strip()), rules)
    except (ValueError, KeyError):
        return ""


def host_key(host: str) -> str:
    """Return a host as keys have it: lower case, without the www, m or amp that makes it a variant."""
    host = host.lower().rstrip(".")
    for variant in HOST_VARIANTS:
        rest = host.removeprefix(variant)
        if rest != host and "." in rest:
            return rest
    return host


def is_web_address(url: str) -> bool:
    """Tell whether `url` is an absolute http(s) address with a host: the only kind that is fetched (SEC-10)."""
    try:
        parts = urlsplit(url)
        return parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _host(parts: SplitResult, rules: KeyRules) -> str:
    host = host_key(parts.hostname or "")
    host = rules.mirrors.get(host, host)
    if ":" in host:
        host = f"[{host}]"
    is_default = parts.port in (None, DEFAULT_PORTS[parts.scheme])
    return host if is_default else f"{host}:{parts.port}"


def _story(host: str, path: str, query: str, rules: KeyRules) -> str | None:
    pattern = rules.stories.get(host)
    found = pattern.search(urlunsplit(("", "", path, query, ""))[:_LONGEST_TARGET]) if pattern else None
    return f"{_STORY}{host}:{found[1]}" if found and found[1] else None


def _path(path: str) -> str:
    return _AMP_PATH.sub("", path).rstrip("/")


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _is_tracking(name.lower(), value.lower())]
    return query if len(kept) == len(pairs) else urlencode(kept)


def _is_tracking(name: str, value: str) -> bool:
    return name in TRACKING or name.startswith(TRACKING_PREFIXES) or value in TRACKING_VALUES.get(name, frozenset())

"""Addresses of reports as messages show them: no sign that ends or hides in a text, no host that looks like another. Pure."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

LINK_LIMIT = 500
_NEVER = frozenset('<>"{}|\\^`')  # in no address as it is written (RFC 3986), and the end of one in running text
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~]*")  # the other signs of ASCII: most addresses have no more than these
_WORDS = ("L", "M", "N")  # what an address may have besides ASCII: other signs hide, or end it in running text


def is_link(url: str) -> bool:
    """Say whether an address may be shown as a link: http(s) only, no white space, not endless as it is shown."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return is_web and len(shown_address(url)) <= LINK_LIMIT and not any(c.isspace() for c in url)


def shown_address(url: str) -> str:
    """Return an address that leads to the same place and can stand in any text.

    What may not be seen or stand there is percent-encoded; a host of mixed scripts is written in punycode (SEC-13).
    """
    if _PLAIN.fullmatch(url):
        return url
    try:
        host = urlsplit(url).hostname or ""
        plain = url.replace(host, host.encode("idna").decode(), 1) if _is_mixed(host) else url
    except ValueError:  # a host that is none: it stays what it is
        plain = url
    return "".join(quote(sign, errors="replace") if _is_unfit(sign) else sign for sign in plain)


def _is_mixed(host: str) -> bool:
    letters = [sign for sign in host if sign.isalpha()]
    return any(sign.isascii() for sign in letters) and not all(sign.isascii() for sign in letters)


def _is_unfit(sign: str) -> bool:
    is_plain = sign.isprintable() and sign != " " if sign.isascii() else unicodedata.category(sign)[0] in _WORDS
    return sign in _NEVER or not is_plain

"""What is refused before any parser sees it. Pure, linear in the length of the page.

Parsers are quadratic in nesting depth (lexbor) or in the attributes of one tag (all of them), and text extractors
hang on pages of 20 MB: so size, depth and tag length are bounded here (SEC-4).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from crawler.charsets import Decoded, decode
from crawler.errors import PageError

MAX_PAGE_BYTES = 3 * 1024 * 1024
MAX_FEED_BYTES = 5 * 1024 * 1024
MAX_SITEMAP_BYTES = 8 * 1024 * 1024
MAX_LIST_BYTES = 16 * 1024 * 1024  # of people: some 9,000 rows, told at length
MAX_TAG_LENGTH = 64 * 1024
MAX_DEPTH = 1_000

# Characters that XML cannot hold: parsers refuse a page for one of them.
_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile(r"<(?:!--|(/?)([a-zA-Z][^\s/>]*))")
_TAG_STOP = re.compile(r"""=\s*"[^"]*"|=\s*'[^']*'|>""")
_COMMENT_END = re.compile(r"--!?>")
_RAW_END = {name: re.compile(rf"</{name}", re.IGNORECASE) for name in ("script", "style")}
# Void elements never nest; the others close themselves when the next one opens.
_NOT_NESTING = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "optgroup", "rp", "rt", "colgroup",
    "html", "head", "body",
})  # fmt: skip
# Drawings are full of these, written `<path …/>`.
_EMPTY_SHAPES = frozenset({"path", "circle", "rect", "line", "polygon", "polyline", "ellipse", "use", "stop", "image"})


def check_page(body: bytes, url: str, declared: str | None = None) -> Decoded:
    """Return the page as text without control characters, all that a parser may see.

    Raises PageError: over 3 MiB, a tag over 64 KiB, nested deeper than 1,000.
    """
    if len(body) > MAX_PAGE_BYTES:
        raise PageError(url, f"{len(body):,} bytes, more than {MAX_PAGE_BYTES:,}")
    decoded = decode(body, declared)
    text = _UNPARSABLE.sub("", decoded.text)
    _check_markup(text, url)
    return replace(decoded, text=text)


def _check_markup(text: str, url: str) -> None:
    nested: Counter[str] = Counter()
    depth = position = 0
    while (markup := _MARKUP.search(text, position)) is not None:
        name = (markup[2] or "").lower()
        position = _end_of(text, markup.start(), name, url)
        if not name or name in _NOT_NESTING or name in _RAW_END:
            continue
        if name in _EMPTY_SHAPES and text[position - 2] == "/":
            continue
        if not markup[1]:
            nested[name] += 1
            depth += 1
        elif nested[name]:
            nested[name] -= 1
            depth -= 1
        if depth > MAX_DEPTH:
            raise PageError(url, f"elements nested deeper than {MAX_DEPTH:,}")


def _end_of(text: str, start: int, name: str, url: str) -> int:
    """Return where the markup at `start` ends: behind a comment, a tag, or a script with its content."""
    if not name:
        end = _COMMENT_END.search(text, start + 2)
        return end.end() if end else len(text)
    position = _tag_end(text, start, url)
    if name in _RAW_END and text[start + 1] != "/":
        close = _RAW_END[name].search(text, position)
        return close.start() if close else len(text)
    return position


def _tag_end(text: str, start: int, url: str) -> int:
    """Return the position behind a tag's `>`; one inside a quoted attribute does not count."""
    position, limit = start, start + MAX_TAG_LENGTH
    while (stop := _TAG_STOP.search(text, position, limit)) is not None:
        position = stop.end()
        if stop[0] == ">":
            return position
    if limit < len(text):
        raise PageError(url, f"a tag longer than {MAX_TAG_LENGTH:,} characters")
    return len(text)

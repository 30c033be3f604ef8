"""The body of an entry point as an object of JSON or as a tree of HTML, refused as a FeedError where it is neither.

Pure; runs in the extraction pool. Services answer 200 with a sentence, a page or a challenge instead of what was asked
for, so what is there is looked at before it is parsed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from lxml import html as lxml_html
from lxml.etree import LxmlError
from w3lib.encoding import http_content_type_encoding

from crawler.charsets import as_utf8
from crawler.errors import FeedError, PageError
from crawler.guard import check_page
from crawler.urls import is_web_address

_ESCAPES = re.compile(rb'((?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))+)|\\')
_SHOWN = 200


def read_object(body: bytes, url: str, content_type: str | None = None) -> Mapping[str, Any]:
    """Return the object that a body is.

    A backslash that escapes nothing stands for itself: one such title would cost the whole answer. Raises FeedError with
    what is there instead, also for what only a hostile body holds (nested too deep, numbers of thousands of digits).
    """
    text = as_utf8(body, content_type).lstrip()
    if not text.startswith(b"{"):
        raise FeedError(url, f"no object of JSON: {sentence_of(text)!r}")
    try:
        found = _parsed(text)
    except (ValueError, RecursionError) as error:
        raise FeedError(url, f"no JSON: {' '.join(str(error).split())[:_SHOWN]}") from error
    known: Mapping[str, Any] = found
    return known


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        if "escape" not in error.msg:
            raise
    return json.loads(_ESCAPES.sub(lambda found: found[1] or rb"\\", text), strict=False)


def read_html(body: bytes, url: str, content_type: str | None = None) -> Any:
    """Return the root of a page that has passed the guard. Raises FeedError: refused by it, or nothing in it."""
    charset = http_content_type_encoding(content_type) if content_type else None
    try:
        text = check_page(body, url, charset).text
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=_utf8_parser())
    except (PageError, LxmlError, ValueError) as error:
        trouble = error.trouble if isinstance(error, PageError) else str(error)
        raise FeedError(url, f"no HTML document: {trouble}") from error


def find_class(place: Any, name: str) -> list[Any]:
    """Return the elements below `place` that have a class, by token: other tokens come and go."""
    found: list[Any] = place.xpath(".//*[contains(concat(' ', normalize-space(@class), ' '), $name)]", name=f" {name} ")
    return found


def sentence_of(body: bytes) -> str:
    """Return the beginning of a body on one line: what a service says instead of answering."""
    return " ".join(body[: 4 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN]


def text_in(value: Any) -> str:
    """Return a text that every other part can hold: a lone surrogate, which JSON can spell, is none."""
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""


def address_in(value: Any, base: str) -> str | None:
    """Return an address made absolute; None for what cannot be fetched (SEC-10)."""
    stated = "".join(text_in(value).split())
    try:
        link = urljoin(base, stated) if stated else ""
    except ValueError:
        return None
    return link if is_web_address(link) else None


def _utf8_parser() -> Any:
    return lxml_html.HTMLParser(encoding="utf-8")

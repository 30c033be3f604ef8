"""An answer of GDELT's DOC API (`mode=artlist`, `format=json`) to entries. Pure; runs in the extraction pool.

It answers 200 to a query that it does not take, with one sentence, and often to too many requests as well: only an
object of JSON is an answer. `seendate` is when GDELT saw a page, not when that was published, so it is not taken for
a date at all: the page tells its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crawler.bodies import address_in, read_object, sentence_of, text_in
from crawler.charsets import as_utf8
from crawler.doors import Context
from crawler.errors import FeedError
from crawler.feeds import MAX_ENTRIES, once_each, plain_line
from crawler.items import EntryItem, Listing
from crawler.urls import url_key

_TOO_MANY = re.compile(r"every 5 seconds|limit requests", re.IGNORECASE)
_SPACED = re.compile(r"\s+([,.:;!?»”)\]])")
_TITLE_LENGTH = 1000
_LOOKED_AT = 2_048


def read_gdelt(body: bytes, url: str, context: Context) -> Listing:
    """Return the articles found, at most 500, none of them dated; `{}` is the answer when there are none.

    Raises FeedError: too many requests, a query that is refused (with what is wrong with it), no list of articles.
    """
    if not as_utf8(body[:_LOOKED_AT], context.content_type).lstrip().startswith(b"{"):
        said = sentence_of(body)
        raise FeedError(url, f"too many requests: {said!r}" if _TOO_MANY.search(said) else f"refused: {said!r}")
    answer = read_object(body, url, context.content_type)
    listed = answer.get("articles", [] if not answer else None)
    if not isinstance(listed, list):
        raise FeedError(url, "an object without a list of articles")
    found = (_entry(article, url) for article in listed[:MAX_ENTRIES] if isinstance(article, dict))
    entries = once_each(entry for entry in found if entry is not None)
    return Listing(entries, empty_by=None if listed else "an answer without articles")


def _entry(article: Mapping[str, Any], url: str) -> EntryItem | None:
    link = address_in(article.get("url"), url)
    if link is None:
        return None
    title = _SPACED.sub(r"\1", plain_line(text_in(article.get("title"))[: 2 * _TITLE_LENGTH]))
    return EntryItem(url=link, url_key=url_key(link), title=title[:_TITLE_LENGTH] or None)

"""An answer of the Federal Register's API to entries: documents, or those not yet published. Pure; in the pool.

Only the day of a publication is told. Before it a document lies open for inspection, and then the instant when it was
filed is known, which is earlier: what legally ends a sanction is seen there first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from crawler.bodies import address_in, read_object, text_in
from crawler.doors import Context
from crawler.errors import FeedError
from crawler.feeds import MAX_ENTRIES, once_each, plain_line, plain_text
from crawler.items import EntryItem, Listing
from crawler.structured import parse_time
from crawler.urls import site_of, url_key

_TITLE_LENGTH = 1000
_SUMMARY_LENGTH = 5000


def read_federal_register(body: bytes, url: str, context: Context) -> Listing:
    """Return the documents of an answer in its order, at most 500; `older` is its next page.

    A count of 0 says that there are none. Raises FeedError: the query is refused (with what is wrong with it), no count,
    documents counted but none told. A day is read in the outlet's time zone.
    """
    answer = read_object(body, url, context.content_type)
    count, results = answer.get("count"), answer.get("results")
    if not isinstance(count, int) or isinstance(count, bool):
        raise FeedError(url, _refusal(answer))
    if count == 0:
        return Listing(empty_by="a count of 0")
    listed = results[:MAX_ENTRIES] if isinstance(results, list) else []
    zone = ZoneInfo(context.timezone)
    found = (_entry(document, url, zone) for document in listed if isinstance(document, dict))
    return Listing(once_each(entry for entry in found if entry is not None), older=_next(answer, url))


def _entry(document: Mapping[str, Any], url: str, zone: tzinfo) -> EntryItem | None:
    link = address_in(document.get("html_url"), url)
    if link is None:
        return None
    told = plain_text(text_in(document.get("abstract")) or text_in(document.get("excerpts")))
    stated = parse_time(text_in(document.get("filed_at")), zone) or parse_time(
        text_in(document.get("publication_date")), zone
    )
    return EntryItem(
        url=link,
        url_key=url_key(link),
        guid=text_in(document.get("document_number"))[:_TITLE_LENGTH] or None,
        title=plain_line(text_in(document.get("title")))[:_TITLE_LENGTH] or None,
        summary=told[:_SUMMARY_LENGTH] or None,
        published_at=stated[0] if stated else None,
        published_precision=stated[1] if stated else "instant",
    )


def _next(answer: Mapping[str, Any], url: str) -> str | None:
    """Return the address of the next page; never this one again (a page out of bounds is silently the first)."""
    following = address_in(answer.get("next_page_url"), url)
    return following if following and following != url and site_of(following) == site_of(url) else None


def _refusal(answer: Mapping[str, Any]) -> str:
    errors, message = answer.get("errors"), text_in(answer.get("message"))
    if isinstance(errors, dict) and errors:
        message = "; ".join(f"{name} {text_in(trouble)}".strip() for name, trouble in errors.items())
    return f"refused: {' '.join(message.split())[:200]!r}" if message else "an object without a count"

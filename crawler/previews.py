"""The preview of a public Telegram channel (`https://t.me/s/NAME`) to its posts. Pure; runs in the extraction pool.

The page answers 200 whatever the case, so its structure alone tells: no preview is an error and never "empty".
Classes are told by token, and a post that only quotes them as text is none. Views, reactions and media are not read.
"""

from __future__ import annotations

import html
import re
from datetime import UTC
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import html as lxml_html
from lxml.etree import LxmlError

from crawler.doors import Context
from crawler.errors import FeedError, PageError
from crawler.feeds import once_each, plain_line, plain_text
from crawler.guard import check_page
from crawler.items import EntryItem, Listing
from crawler.structured import parse_time
from crawler.urls import is_web_address, url_key

_PREVIEW = re.compile(r"/s/([A-Za-z0-9_]{2,64})/?")
_POST = re.compile(r"([A-Za-z0-9_]{2,64})/([0-9]{1,12})")
_TITLE_LENGTH = 200
_MOST_POSTS = 200  # a page has about 20
_MOST_TEXTS = 20  # of a post: an album has a few
_MANY_POSTS = 5  # of a page, none of them with text: then the page has changed, not the channel


def read_preview(body: bytes, url: str, context: Context) -> Listing:
    """Return a page's posts that have text, the oldest first, as it shows them; `older` is the page before it.

    Raises FeedError: no preview (a redirect away from `/s/`), no channel, refused for too many requests, or a page
    that has posts but not as we know them.
    """
    name = _PREVIEW.fullmatch(urlsplit(url).path)
    if name is None:
        raise FeedError(url, "no preview: the channel does not show its posts on the web")
    root = _root(body, url, context)
    if not _find(root, "tgme_channel_info") or not _find(root, "tgme_channel_history"):
        raise FeedError(url, "no channel: neither its name nor its posts are on the page")
    if _find(root, "tme_no_messages_found"):
        return _nothing_found(url)
    return _listing(root, url)


def older_page(url: str, before: int) -> str:
    """Return the address of the page with the posts before number `before`, which it does not hold itself."""
    return urljoin(url, f"{urlsplit(url).path}?before={before}")


def _listing(root: Any, url: str) -> Listing:
    shown = _outermost(_find(root, "tgme_widget_message"))[:_MOST_POSTS]
    posts = [post for post in shown if post.get("data-post") and "service_message" not in _classes(post)]
    if not posts:
        if any("service_message" not in _classes(post) for post in shown):
            raise FeedError(url, "posts without numbers: the page has changed")
        if not shown and _find(root, "tgme_widget_message_wrap"):
            raise FeedError(url, "wraps without posts: the page has changed")
        return Listing(empty_by="a channel's history without posts")
    entries = once_each(entry for post in posts if (entry := _entry(post)) is not None)
    if not entries and len(posts) >= _MANY_POSTS:
        raise FeedError(url, "posts without any text: the page has changed")
    return Listing(entries, older=_older(root, url), empty_by=None if entries else "posts without text")


def _nothing_found(url: str) -> Listing:
    if "q" in parse_qs(urlsplit(url).query):
        return Listing(empty_by="no messages found")
    raise FeedError(url, "no posts though nothing was searched for: too many requests")


def _root(body: bytes, url: str, context: Context) -> Any:
    try:
        text = check_page(body, url, context.charset).text
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=_parser())
    except (PageError, LxmlError, ValueError) as error:
        trouble = error.trouble if isinstance(error, PageError) else str(error)
        raise FeedError(url, f"no HTML document: {trouble}") from error


def _parser() -> Any:
    return lxml_html.HTMLParser(encoding="utf-8")


def _entry(post: Any) -> EntryItem | None:
    found = _POST.fullmatch(post.get("data-post"))
    text = "\n".join(filter(None, map(_plain, _texts(post))))
    if found is None or not text:
        return None
    link = f"https://t.me/{found[1]}/{found[2]}"
    forwarded = _line(post, "tgme_widget_message_forwarded_from_name")
    published = _published(post)
    return EntryItem(
        url=link,
        url_key=url_key(link),
        guid=f"{found[1]}/{found[2]}",
        title=title_of(text),
        content=text,
        author=forwarded or _line(post, "tgme_widget_message_from_author"),
        published_at=published[0] if published else None,
        published_precision=published[1] if published else "instant",
        canonical_url=_origin(post),
        forwarded_from=forwarded,
        is_edited=_is_edited(post),
    )


def title_of(text: str) -> str:
    """Return the first line of a post, cut between words where it is long: posts have no titles of their own."""
    line = text.split("\n", 1)[0]
    if len(line) <= _TITLE_LENGTH:
        return line
    return line[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def _texts(post: Any) -> list[Any]:
    """Return where the post's own words are: not those it answers, not a part of a place that is there already."""
    marked = _find(post, "js-message_text") or _find(post, "tgme_widget_message_text")
    own = [place for place in marked if "js-message_reply_text" not in _classes(place) and not _is_in_reply(place)]
    return _outermost(own)[:_MOST_TEXTS]


def _outermost(places: list[Any]) -> list[Any]:
    """Return those that lie in none of the others."""
    known = set(places)
    return [place for place in places if known.isdisjoint(place.iterancestors())]


def _is_in_reply(place: Any) -> bool:
    return any("tgme_widget_message_reply" in _classes(outer) for outer in place.iterancestors())


def _plain(place: Any) -> str:
    return plain_text(lxml_html.tostring(place, encoding="unicode", with_tail=False))


def _published(post: Any) -> Any:
    links = _find(post, "tgme_widget_message_date")
    stated = [time.get("datetime") for link in links for time in link.iter("time") if time.get("datetime")]
    return parse_time(stated[0], UTC) if stated else None


def _is_edited(post: Any) -> bool:
    """Tell whether the post was changed since: a word beside its time, which has no class of its own."""
    words = " ".join(str(word) for meta in _find(post, "tgme_widget_message_meta") for word in meta.xpath("text()"))
    return "edited" in words.lower().split()


def _origin(post: Any) -> str | None:
    """Return the post that this one forwards, else the page whose preview it shows."""
    for name in ("tgme_widget_message_forwarded_from_name", "tgme_widget_message_link_preview"):
        for link in _find(post, name):
            address = html.unescape("".join((link.get("href") or "").split()))  # the service escapes some twice
            if is_web_address(address):
                return address
    return None


def _older(root: Any, url: str) -> str | None:
    stated = [link.get("data-before") or "" for link in _find(root, "tme_messages_more")]
    before = next((number for number in stated if number.isascii() and number.isdecimal()), None)
    return older_page(url, int(before[:12])) if before else None


def _line(post: Any, name: str) -> str | None:
    return next((line for place in _find(post, name) if (line := plain_line(place.text_content()))), None)


def _find(place: Any, name: str) -> list[Any]:
    """Return the elements below that have a class, by token: other tokens come and go."""
    found: list[Any] = place.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
    return found


def _classes(place: Any) -> list[str]:
    return (place.get("class") or "").split()

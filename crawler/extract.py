"""A page's bytes to an article: each field with where it was found and how far that is trusted. Pure.

The order of trust was measured: for the title JSON-LD headline > og:title > h1; for the date JSON-LD > meta >
htmldate; for the text trafilatura, which precise extraction wins (F1 .964), and JSON-LD's articleBody only if it
covers at least half of that (as first choice it lowers F1: outlets put teasers there).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import htmldate
import trafilatura
from lxml.etree import LxmlError

from crawler.errors import PageError
from crawler.guard import check_page
from crawler.items import ExtractedArticle, Field, Precision
from crawler.structured import PageData, names_of, parse_time, read_page, text_of, url_of
from crawler.times import noon_of
from crawler.urls import is_web_address

_COVERS = 0.5
_SEPARATORS = (" | ", " — ", " – ", " - ", " :: ", " • ", " / ")
_PUBLISHED_META = ("article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
                   "publication_date", "pubdate", "publishdate", "article.published", "date", "dc.date",
                   "dc.date.issued", "sailthru.date", "cxenseparse:recs:publishtime")  # fmt: skip
_MODIFIED_META = ("article:modified_time", "og:updated_time", "datemodified", "last-modified")
_AUTHOR_META = ("author", "article:author", "parsely-author", "dc.creator", "byl")
_SECTION_META = ("article:section", "parsely-section", "section")
_PASSES_AS_TEXT = 200  # characters; under it a page has to be an article by its own word, or at least be no other
_NO_TEXT: Field[str] = Field()


def extract_article(
    html: bytes,
    url: str,
    *,
    charset: str | None = None,
    timezone: str = "UTC",
    languages: Sequence[str] = (),
    feed_title: str | None = None,
) -> ExtractedArticle:
    """Return what the page at `url` holds; `charset` is the header's, `languages` and `timezone` the outlet's.

    The title is None only if neither the page nor `feed_title` has one. Raises PageError if the page is refused by
    the guard or has nothing in it.
    """
    decoded = check_page(html, url, charset)
    try:
        page = read_page(decoded.text)
    except (LxmlError, ValueError) as error:
        raise PageError(url, f"no HTML document: {error}") from error
    title = _title(page, feed_title)
    article_text = _text(page, decoded.text, title.value)
    published, precision = _published(page, decoded.text, url, ZoneInfo(timezone))
    return ExtractedArticle(
        url=url,
        title=title,
        text=article_text,
        author=_author(page),
        published=published,
        modified=_modified(page, ZoneInfo(timezone)),
        language=_language(page, languages),
        section=_section(page),
        canonical=_canonical(page, url),
        image=_image(page, url),
        encoding=decoded.encoding,
        precision=precision,
        is_article=_is_declared(page, published) or _passes_as_article(page, article_text),
    )


def _is_declared(page: PageData, published: Field[datetime]) -> bool:
    """Say whether a page calls itself an article, or tells when it was published."""
    is_dated = published.value is not None and published.source != "htmldate"
    return is_dated or bool(page.article) or page.meta.get("og:type", "").lower().startswith("article")


def _passes_as_article(page: PageData, text: Field[str]) -> bool:
    """Say whether a page that does not call itself one has an article's text: a few words beside a password are none."""
    length = len(text.value or "")
    return length >= _PASSES_AS_TEXT or (length > 0 and not page.root.xpath("//input[@type='password']"))


def _first(candidates: Iterable[tuple[str | None, str, float]]) -> Field[str]:
    for value, source, confidence in candidates:
        if value:
            return Field(value, source, confidence)
    return _NO_TEXT


def _title(page: PageData, feed_title: str | None) -> Field[str]:
    site = page.meta.get("og:site_name") or names_of(page.article.get("publisher"))
    candidates = (
        (text_of(page.article.get("headline")), "json-ld headline", 0.95),
        (page.meta.get("og:title"), "og:title", 0.9),
        (page.first_text("//article//h1", "//main//h1", "//h1"), "h1", 0.8),
        (page.meta.get("twitter:title"), "twitter:title", 0.7),
        (feed_title, "feed", 0.7),
        (page.first_text("//head/title", "//title"), "title", 0.6),
        (text_of(page.article.get("name")), "json-ld name", 0.5),
    )  # fmt: skip
    readable = [candidate for candidate in candidates if "\ufffd" not in (candidate[0] or "")]
    found = _first(readable)  # no letter may be lost in a title if another place still has it (F-13)
    found = found if found.value else _first(candidates)
    return Field(_without_site(found.value, site), found.source, found.confidence) if found.value else found


def _without_site(title: str, site: str | None) -> str:
    """Return the title without the outlet's name behind it ("Headline | Outlet")."""
    if site:
        for separator in _SEPARATORS:
            head, found, tail = title.rpartition(separator)
            if found and head and tail.strip().casefold() == site.strip().casefold():
                return head.strip()
    return title


def _text(page: PageData, text: str, title: str | None) -> Field[str]:
    headings = {_folded(heading) for heading in (title, page.first_text("//h1"), page.meta.get("og:title")) if heading}
    found = trafilatura.extract(text, favor_precision=True, include_comments=False) or ""
    extracted = _without_headings(found, headings)
    declared = _without_headings(_declared_body(page) or "", headings)
    if declared and len(declared) >= max(1, len(extracted) * _COVERS):
        longer = len(extracted) > len(declared)
        return Field(extracted, "trafilatura", 0.9) if longer else Field(declared, "json-ld articleBody", 0.95)
    return Field(extracted, "trafilatura", 0.85) if extracted else _NO_TEXT


def _without_headings(text: str, headings: set[str]) -> str:
    """Return the text without the headline before it: the title is stored apart, and must not be told twice."""
    lines = text.split("\n")
    while lines and (_folded(lines[0]) in headings or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines)


def _folded(line: str) -> str:
    return " ".join(line.split()).casefold()


def _declared_body(page: PageData) -> str | None:
    body = page.article.get("articleBody")
    if not isinstance(body, str):
        return None
    from crawler.feeds import plain_text  # noqa: PLC0415 (feedparser is slow to load and seldom needed here)

    return plain_text(body) or None


def _author(page: PageData) -> Field[str]:
    metas = ((_unless_address(page.meta.get(name)), f"meta {name}", 0.8) for name in _AUTHOR_META)
    byline = page.first_text("//*[@rel='author']", "//*[@itemprop='author']")
    return _first((
        (names_of(page.article.get("author")), "json-ld author", 0.9),
        *metas,
        (byline if byline and len(byline) <= 120 else None, "rel author", 0.6),  # noqa: PLR2004 (longer is no name)
    ))  # fmt: skip


def _unless_address(text: str | None) -> str | None:
    return None if text and text.startswith(("http://", "https://")) else text


def _published(page: PageData, text: str, url: str, zone: tzinfo) -> tuple[Field[datetime], Precision | None]:
    stated = [(text_of(page.article.get(name)), f"json-ld {name}", 0.95) for name in ("datePublished", "dateCreated")]
    stated += [(page.meta.get(name), f"meta {name}", 0.9) for name in _PUBLISHED_META]
    stated += [(page.first_text("//article//time/@datetime", "//time[@pubdate]/@datetime"), "time", 0.75)]
    for value, source, confidence in stated:
        found = parse_time(value, zone)
        if found is not None:
            return Field(found[0], source, confidence), found[1]
    return _guessed_date(text, url, zone)


def _guessed_date(text: str, url: str, zone: tzinfo) -> tuple[Field[datetime], Precision | None]:
    """Return the day htmldate finds in the page or its address: the noon of that day in the outlet's zone."""
    try:
        day = htmldate.find_date(text, original_date=True, extensive_search=False, url=url)
    except (ValueError, LxmlError, OverflowError):
        day = None
    if not day:
        return Field(), None
    return Field(noon_of(date.fromisoformat(day), zone), "htmldate", 0.6), "day"


def _modified(page: PageData, zone: tzinfo) -> Field[datetime]:
    stated = [(text_of(page.article.get("dateModified")), "json-ld dateModified", 0.9)]
    stated += [(page.meta.get(name), f"meta {name}", 0.8) for name in _MODIFIED_META]
    for value, source, confidence in stated:
        found = parse_time(value, zone)
        if found is not None:
            return Field(found[0], source, confidence)
    return Field()


def _language(page: PageData, languages: Sequence[str]) -> Field[str]:
    stated = (
        (_code(text_of(page.article.get("inLanguage"))), "json-ld inLanguage", 0.9),
        (_code(page.root.get("lang") or page.root.get("{http://www.w3.org/XML/1998/namespace}lang")), "html lang", 0.8),
        (_code(page.meta.get("og:locale")), "og:locale", 0.75),
    )
    # An outlet's own languages are the better witness: a template's lang="en" often stays on translated pages.
    known = [candidate for candidate in stated if not languages or candidate[0] in languages]
    only = languages[0] if len(languages) == 1 else None
    return _first((*known, (only, "outlet", 0.7)))


def _code(text: str | None) -> str | None:
    code = (text or "").replace("_", "-").split("-")[0].strip().lower()
    return code if code.isalpha() and len(code) in (2, 3) else None


def _section(page: PageData) -> Field[str]:
    metas = ((page.meta.get(name), f"meta {name}", 0.8) for name in _SECTION_META)
    return _first(((text_of(page.article.get("articleSection")), "json-ld articleSection", 0.9), *metas))


def _canonical(page: PageData, url: str) -> Field[str]:
    link = page.first_text("//link[@rel='canonical']/@href")
    return _first((
        (_absolute(link, url), "link canonical", 0.9),
        (_absolute(page.meta.get("og:url"), url), "og:url", 0.8),
        (_absolute(url_of(page.article.get("mainEntityOfPage")), url), "json-ld mainEntityOfPage", 0.7),
    ))  # fmt: skip


def _image(page: PageData, url: str) -> Field[str]:
    return _first((
        (_absolute(page.meta.get("og:image"), url), "og:image", 0.9),
        (_absolute(url_of(page.article.get("image")), url), "json-ld image", 0.8),
        (_absolute(page.meta.get("twitter:image"), url), "twitter:image", 0.7),
    ))  # fmt: skip


def _absolute(link: Any, url: str) -> str | None:
    """Return a link of the page as an absolute http(s) address; None for any other (SEC-10)."""
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        joined = urljoin(url, link.strip())
    except ValueError:
        return None
    return joined if is_web_address(joined) else None

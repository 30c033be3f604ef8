"""From what was fetched to what is stored: an article of a page, or of the feed alone. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from crawler.items import EntryItem, ExtractedArticle, Precision, provenance
from crawler.urls import NO_RULES, KeyRules, is_story_key, is_web_address, site_of, url_key
from db.articles import PARTIAL_LENGTH, Alerting, NewArticle
from db.entries import NewEntry, StoredEntry
from db.pages import ClaimedPage

BASELINE_AGE = timedelta(hours=36)  # what a first poll finds and is older than this never alerts (D-26)


def article_of_page(page: ClaimedPage, found: ExtractedArticle, rules: KeyRules = NO_RULES) -> NewArticle:
    """Return the article of an extracted page; the feed fills what the page does not tell.

    Order of trust for the text: page, then the feed's full text. A date that htmldate only guessed gives way to
    the feed's, which is exact.
    """
    entry, fields = page.entry, provenance(found)
    published_at, precision = _published(entry, found, fields)
    return NewArticle(
        url=page.final_url,
        url_key=page.url_key,
        text=_text(entry, found, fields),
        title=found.title.value or entry.title,
        outlet=entry.outlet,
        language=found.language.value,
        canonical_url=found.canonical.value,
        canonical_key=syndicated_key(page.final_url, found.canonical.value, rules),
        author=found.author.value or entry.author,
        section=found.section.value,
        image=found.image.value,
        published_at=published_at,
        published_precision=precision,
        modified_at=found.modified.value,
        fetched_at=page.fetched_at,
        fields=fields,
        alerting=alerting_of(entry, published_at, precision),
        page_id=page.id,
        has_twins=is_story_key(page.url_key),
    )


def article_of_entry(entry: StoredEntry, now: datetime) -> NewArticle | None:
    """Return what the feed alone tells, for a page that cannot be had; None if that is no title (F-11)."""
    if not entry.title:
        return None
    source = {"source": "feed", "confidence": 0.6}
    names = {"title": entry.title, "text": entry.content or entry.summary, "published": entry.published_at}
    return NewArticle(
        url=entry.url,
        url_key=entry.url_key,
        text=entry.content or entry.summary or "",
        title=entry.title,
        outlet=entry.outlet,
        language=entry.languages[0] if len(entry.languages) == 1 else None,
        author=entry.author,
        published_at=entry.published_at,
        published_precision=entry.published_precision if entry.published_at else None,
        fetched_at=now,
        fields={name: source for name, value in names.items() if value},
        alerting=alerting_of(entry, entry.published_at, entry.published_precision),
        has_twins=is_story_key(entry.url_key),
    )


def article_of_post(
    item: EntryItem, entry: StoredEntry, now: datetime, rules: KeyRules = NO_RULES
) -> NewArticle | None:
    """Return the article that an entry is by itself, told whole where it was found; None if it has no words.

    What it forwards or shows a preview of is its canonical address: a post that only repeats that is its copy. The
    words of a forwarded post are those of whom it names. Where a search hides the address, the headline is all there is.
    """
    article = article_of_entry(entry, now)
    if article is None:
        return None
    source = {"source": "search", "confidence": 0.6} if item.publisher_url else {"source": "post", "confidence": 0.9}
    author = {"source": "forwarded from", "confidence": 0.9} if item.forwarded_from else source
    named = {"title": item.title, "text": item.content, "published": item.published_at, "author": item.author}
    told = {"outlet": {"source": f"search: {item.publisher}", "confidence": 0.6}} if item.publisher_url else {}
    return replace(
        article,
        title=item.title,
        text=_without_title(item.content or "", item.title),
        canonical_url=item.canonical_url,
        canonical_key=url_key(item.canonical_url, rules) if item.canonical_url else None,
        fields=told | {name: author if name == "author" else source for name, value in named.items() if value},
    )


def _without_title(text: str, title: str | None) -> str:
    """Return a text without its first line where that is the title, which is stored apart; a single line stays."""
    first, _, rest = text.partition("\n")
    return rest if rest and first == title else text


def alerting_of(entry: StoredEntry, published_at: datetime | None, precision: Precision | None) -> Alerting:
    """Return "silent" for what the first poll of an entry point found and is old or undated, "loaded" for the rest of it.

    All else is "normal" (D-26).

    A date without a time is taken as the end of its day: a release of yesterday must not fall silent.
    """
    if not entry.is_baseline:
        return "normal"
    if published_at is None:
        return "silent"
    latest = published_at + timedelta(hours=12) if precision == "day" else published_at
    return "silent" if entry.found_at - latest > BASELINE_AGE else "loaded"


def page_key(requested: str, final: str, rules: KeyRules = NO_RULES) -> str:
    """Return the key of a fetched page: the final address's, if the redirect stayed with the outlet."""
    return url_key(final if site_of(requested, rules) == site_of(final, rules) else requested, rules)


def syndicated_key(url: str, canonical: str | None, rules: KeyRules = NO_RULES) -> str | None:
    """Return the key of the canonical address where that is at another host: the article is syndicated from there."""
    if canonical is None or not is_web_address(canonical) or site_of(canonical, rules) == site_of(url, rules):
        return None
    return url_key(canonical, rules)


def is_front_page(requested: str, final: str) -> bool:
    """Tell whether a request for an article ended on a front page, as removed articles do."""
    return (
        requested != final
        and urlsplit(final).path in ("", "/")
        and not urlsplit(final).query
        and (urlsplit(requested).path not in ("", "/") or bool(urlsplit(requested).query))
    )


def new_entry(item: EntryItem, rules: KeyRules = NO_RULES) -> NewEntry:
    """Return a feed's entry as the database takes it: with the key that the rules of the outlets give it."""
    values = {name: getattr(item, name) for name in NewEntry.__dataclass_fields__}
    return NewEntry(**{**values, "url_key": url_key(item.url, rules)})


def _published(
    entry: StoredEntry, found: ExtractedArticle, fields: dict[str, Any]
) -> tuple[datetime | None, Precision | None]:
    is_exact = found.published.value is not None and found.published.source != "htmldate"
    if is_exact or entry.published_at is None:
        return found.published.value, found.precision
    fields["published"] = {"source": "feed", "confidence": 0.8}
    return entry.published_at.astimezone(UTC), entry.published_precision


def _text(entry: StoredEntry, found: ExtractedArticle, fields: dict[str, Any]) -> str:
    text, told = found.text.value or "", entry.content or entry.summary or ""
    if len(text) >= PARTIAL_LENGTH or len(told) <= len(text):
        return text
    fields["text"] = {"source": "feed", "confidence": 0.6}
    return told

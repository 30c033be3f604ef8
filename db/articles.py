"""Articles: stored once per address, kept as revisions when rewritten, queued for reading until read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.copies import Arrival, CopyReason, find_copy, forget_sketch, index_sketch
from db.facts import Analysis, to_json
from db.leases import UNFINISHED_ATTEMPTS, Lease, LeaseRequest, claim, finish, lease_of
from db.models import ArticleRevisionRow, ArticleRow, OutletRow
from db.reprints import likeness_of
from db.search_index import add_entries, entry_of, marked_anew, replace_entry
from db.text import clean_line, clean_text, text_hash
from db.times import plausible_time
from db.upsert import insert_new
from db.withheld import at_the_door

READ_ATTEMPTS = 3
PARTIAL_LENGTH = 200

Alerting = Literal["normal", "silent", "loaded", "forced"]


@dataclass(frozen=True, slots=True)
class KnownCopy:
    """What an article is known to repeat, by the URL key of the original: an export tells it."""

    url_key: str
    reason: CopyReason


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article as extracted or imported. `url` is any absolute URI; `fields` tells each field's source.

    `canonical_key` is the key of `canonical_url` where that is at another host, which means syndication. `has_twins`
    says that all language versions of a story have this key. `first_seen_at` and `known_copy` are what another
    database knew of it; the present time and what it looks like count where they are None.
    """

    url: str
    url_key: str
    text: str
    title: str | None = None
    outlet: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    canonical_key: str | None = None
    author: str | None = None
    section: str | None = None
    image: str | None = None
    published_at: datetime | None = None
    published_precision: Literal["instant", "day"] | None = None
    modified_at: datetime | None = None
    fetched_at: datetime | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    alerting: Alerting = "normal"
    page_id: int | None = None
    has_twins: bool = False
    first_seen_at: datetime | None = None
    known_copy: KnownCopy | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What storing did: `created`, `revised` (its text changed and will be read again) or `same`."""

    id: int
    outcome: Literal["created", "revised", "same"]


@dataclass(frozen=True, slots=True)
class UnreadArticle:
    """An article claimed for reading, with what its outlet tells about it."""

    lease: Lease
    id: int
    revision: int
    url: str
    title: str | None
    text: str
    language: str | None
    published_at: datetime | None
    published_precision: str | None
    copy_of: int | None
    first_seen_at: datetime
    alerting: Alerting
    outlet: str | None
    outlet_title: str | None
    outlet_kind: str | None
    outlet_languages: tuple[str, ...]
    outlet_country: str | None
    timezone: str


def store_article(session: Session, article: NewArticle, now: datetime) -> StoredArticle:
    """Store an article, or a new revision of the one at its address, in the caller's transaction.

    Text is cleaned here (SEC-12) and impossible dates are put right (SEC-18), so that no way in can forget it.
    A page that lost its text (under 200 characters, or to a teaser) never overwrites a longer one (F-11). Of the language versions of
    one story the first is kept, for the others are its translations. A copy is marked as one (`db.copies`).
    """
    values = _values(at_the_door(session, article), now)
    row = _at_key(session, article.url_key)
    if row is None:
        values |= _likeness_values(session, values) | _known_copy(session, article.known_copy)
        created = insert_new(session, ArticleRow, {**values, "first_seen_at": min(article.first_seen_at or now, now)})
        if created is not None:
            _index(session, created, values)
            add_entries(session, [entry_of(session.get_one(ArticleRow, created))])
            return StoredArticle(created, "created")
        row = session.scalars(select(ArticleRow).where(ArticleRow.url_key == article.url_key)).one()
    if row.text_hash == values["text_hash"] or _is_loss(row.text, values["text"]) or _is_twin(row, article):
        return StoredArticle(row.id, "same")
    _revise(session, row, values, now)
    return StoredArticle(row.id, "revised")


def _at_key(session: Session, url_key: str) -> ArticleRow | None:
    return session.scalars(select(ArticleRow).where(ArticleRow.url_key == url_key)).one_or_none()


def _values(article: NewArticle, now: datetime) -> dict[str, Any]:
    title = clean_line(article.title) if article.title else None
    text = clean_text(article.text)
    published_at, note = plausible_time(
        article.published_at, article.published_precision, article.fetched_at or now, now
    )
    names = (
        "url",
        "url_key",
        "outlet",
        "language",
        "canonical_url",
        "canonical_key",
        "image",
        "fetched_at",
        "alerting",
    )
    return {
        **{name: getattr(article, name) for name in names},
        "page_id": article.page_id,
        "title": title or None,
        "text": text,
        "author": clean_line(article.author, 300) if article.author else None,
        "section": clean_line(article.section, 300) if article.section else None,
        "published_at": published_at,
        "published_precision": article.published_precision if published_at else None,
        "modified_at": article.modified_at,
        "fields": {**article.fields, "published_note": note} if note else article.fields,
        "is_partial": len(text) < PARTIAL_LENGTH,
        "text_hash": text_hash(title, text),
    }


def _likeness_values(session: Session, values: dict[str, Any], before: int | None = None) -> dict[str, Any]:
    """Return the sketch of an article, and what it is a copy of; `before` is its number where it is stored already."""
    likeness = likeness_of(values["title"], values["text"])
    names = ("url", "url_key", "outlet", "published_at", "text_hash", "canonical_key")
    known = {name: values[name] for name in names}
    copy = find_copy(session, Arrival(**known, length=len(values["text"]), likeness=likeness, before=before))
    return {
        "sketch": likeness.sketch,
        "copy_of": copy.of if copy else None,
        "copy_reason": copy.reason if copy else None,
    }


def _known_copy(session: Session, known: KnownCopy | None) -> dict[str, Any]:
    """Return the original that an article is known to repeat, where that is stored; what it looks like counts else."""
    original = _at_key(session, known.url_key) if known is not None else None
    if known is None or original is None:
        return {}
    return {"copy_of": original.copy_of or original.id, "copy_reason": known.reason}


def _index(session: Session, article_id: int, values: dict[str, Any]) -> None:
    if values["copy_of"] is None:
        index_sketch(session, article_id, values["sketch"])


def _is_loss(known: str, found: str) -> bool:
    """Tell whether a page lost its text since: almost all of it, or all after its beginning, to a paywall (F-11)."""
    is_teaser = len(found) < len(known) / 2 and known.startswith(found[:PARTIAL_LENGTH])
    return len(found) < PARTIAL_LENGTH <= len(known) or (is_teaser and len(found) >= PARTIAL_LENGTH)


def _is_twin(row: ArticleRow, article: NewArticle) -> bool:
    """Tell whether this is another language version of what is stored; where a language is unknown the address tells."""
    if not article.has_twins:
        return False
    if row.language is None or article.language is None:
        return row.url != article.url
    return row.language != article.language


def _revise(session: Session, row: ArticleRow, values: dict[str, Any], now: datetime) -> None:
    indexed = entry_of(row)
    if row.copy_of is None:
        forget_sketch(session, row.id, row.sketch)
    values |= _likeness_values(session, values, row.id)
    _index(session, row.id, values)
    session.add(
        ArticleRevisionRow(
            article_id=row.id,
            revision=row.revision,
            title=row.title,
            text=row.text,
            text_hash=row.text_hash,
            seen_at=now,
        ),
    )
    kept = {"url", "url_key", "outlet", "alerting"} | (
        {"published_at", "published_precision"} if row.published_at else set()
    )
    for name, value in values.items():
        if name not in kept:
            setattr(row, name, value)
    row.revision += 1
    row.read_at, row.read_attempts, row.read_error = None, 0, None
    replace_entry(session, indexed, entry_of(row))


def claim_unread(session: Session, by: LeaseRequest) -> list[UnreadArticle]:
    """Claim articles to read, oldest first. The attempt is counted now, before anything is parsed (poison rule)."""
    queue = ArticleRow.read_at.is_(None) & (ArticleRow.read_attempts < UNFINISHED_ATTEMPTS)
    rows = claim(session, ArticleRow, queue, [ArticleRow.id], by)
    for row in rows:
        row.read_attempts += 1
    outlets = {outlet.name: outlet for outlet in session.scalars(select(OutletRow))} if rows else {}
    return [_unread(row, outlets.get(row.outlet or "")) for row in rows]


def claim_read(session: Session, by: LeaseRequest, since: datetime | None, after: int) -> list[UnreadArticle]:
    """Claim articles that were read before, to read them again: published (else first seen) since, ids after `after`.

    They stay read; no attempt is counted, because what could be read once can be read again.
    """
    told = func.coalesce(ArticleRow.published_at, ArticleRow.first_seen_at)
    queue = ArticleRow.read_at.is_not(None) & (ArticleRow.id > after)
    rows = claim(session, ArticleRow, queue & (told >= since) if since is not None else queue, [ArticleRow.id], by)
    outlets = {outlet.name: outlet for outlet in session.scalars(select(OutletRow))} if rows else {}
    return [_unread(row, outlets.get(row.outlet or "")) for row in rows]


def decision_of(session: Session, article_id: int) -> tuple[str | None, tuple[str, ...]]:
    """Return what an article was read as: its decision and kinds."""
    row = session.get_one(ArticleRow, article_id)
    return row.decision, tuple((row.analysis or {}).get("kinds", ()))


def _unread(row: ArticleRow, outlet: OutletRow | None) -> UnreadArticle:
    return UnreadArticle(
        lease=lease_of(row),
        id=row.id,
        revision=row.revision,
        url=row.url,
        title=row.title,
        text=row.text,
        language=row.language,
        published_at=row.published_at,
        published_precision=row.published_precision,
        copy_of=row.copy_of,
        first_seen_at=row.first_seen_at,
        alerting=row.alerting,  # type: ignore[arg-type]
        outlet=row.outlet,
        outlet_title=outlet.title if outlet else None,
        outlet_kind=outlet.kind if outlet else None,
        outlet_languages=tuple(outlet.languages) if outlet else (),
        outlet_country=outlet.country if outlet else None,
        timezone=outlet.timezone if outlet else "UTC",
    )


def finish_reading(session: Session, article: UnreadArticle, analysis: Analysis, now: datetime) -> bool:
    """Leave the queue with the result; False if the lease was lost: the caller must then roll back."""
    if not finish(session, ArticleRow, article.lease):
        return False
    row = session.get_one(ArticleRow, article.id)
    indexed = entry_of(row)
    row.read_at, row.read_error, row.language = now, None, row.language or analysis.language
    row.decision, row.analysis = analysis.decision, to_json(analysis)
    replace_entry(session, indexed, marked_anew(indexed, row))
    return True


def note_reading_error(session: Session, article: UnreadArticle, error: str) -> None:
    """Remember why an article could not be read and give it back; after three attempts it stays parked."""
    if finish(session, ArticleRow, article.lease):
        row = session.get_one(ArticleRow, article.id)
        row.read_error = error[:1000]
        if row.read_attempts >= READ_ATTEMPTS:
            row.read_attempts = UNFINISHED_ATTEMPTS

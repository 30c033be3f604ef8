"""The step `read`: unread articles become mentions, mentions join or start events. Stored here, opinions in `asking`.

Understanding runs outside any transaction, and so does asking for a second opinion; matching, folding and writing are
one transaction under one lock, so that two readers cannot start the same event twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import Database, Session
from db.articles import UnreadArticle, claim_unread, finish_reading, note_reading_error
from db.events import (
    Candidate,
    Claim,
    EventUpdate,
    Role,
    add_mention,
    claims_of,
    events_of_article,
    find_candidates,
    relate_events,
    retire_mentions,
    save_event,
    start_event,
)
from db.facts import Analysis, EventFacts, Kind, Mention
from db.leases import LeaseRequest
from events.adjudicator import Adjudicator
from events.analyse import analyse
from events.asking import reconsider
from events.compare import compare
from events.document import Document
from events.doubt import doubt_of
from events.match import Match, match_follow_up, match_mention, search_window
from events.merge import fold

LEASE = timedelta(minutes=5)
_RELATED_WINDOW = timedelta(days=2)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What one call of `read_new` did: articles read, articles that could not be read, events changed."""

    read: int
    failed: int
    changed_events: tuple[int, ...]


class LeaseLostError(Exception):
    """Another reader took the article over; this result is dropped."""


def read_new(
    database: Database, *, owner: str, now: datetime, limit: int = 50, adjudicator: Adjudicator | None = None
) -> ReadingReport:
    """Read up to `limit` unread articles, oldest first. Call again until `read` and `failed` are 0.

    With an adjudicator the doubtful ones are kept to the end, so that no other article waits for an answer.
    """
    with database.begin() as session:
        articles = claim_unread(session, LeaseRequest(owner, now, now + LEASE, limit))
    changed: dict[int, None] = {}
    failed: list[int] = []
    doubtful: list[tuple[UnreadArticle, Document, Analysis]] = []
    for article in articles:
        with _contained(database, article, failed):
            document = document_of(article)
            analysis = analyse(document)
            if adjudicator is not None and doubt_of(analysis, document) is not None:
                doubtful.append((article, document, analysis))
            else:
                changed.update(dict.fromkeys(_store(database, article, analysis, now)))
    if adjudicator is not None and doubtful:
        settled = reconsider(database, adjudicator, [(document, analysis) for _, document, analysis in doubtful], now)
        for (article, _, _), analysis in zip(doubtful, settled, strict=True):
            with _contained(database, article, failed):
                changed.update(dict.fromkeys(_store(database, article, analysis, now)))
    return ReadingReport(len(articles) - len(failed), len(failed), tuple(changed))


@contextmanager
def _contained(database: Database, article: UnreadArticle, failed: list[int]) -> Iterator[None]:
    """Keep the trouble of one article from the others: it is noted in its row."""
    try:
        yield
    except LeaseLostError:
        log.info("article %d was taken over by another reader", article.id)
    except Exception as error:  # noqa: BLE001 (border of one unit of work: an article must not stop the others)
        failed.append(article.id)
        log.warning("article %d could not be read: %s: %s", article.id, type(error).__name__, error)
        with database.begin() as session:
            note_reading_error(session, article, f"{type(error).__name__}: {error}")


def _store(database: Database, article: UnreadArticle, analysis: Analysis, now: datetime) -> list[int]:
    with database.begin(lock="events") as session:
        changed = _place(session, article, analysis, now)
        if not finish_reading(session, article, analysis, now):
            raise LeaseLostError
    return changed


def document_of(article: UnreadArticle) -> Document:
    """Return the stored article as a document; its text is clean already."""
    return Document(
        title=article.title,
        text=article.text,
        language=article.language,
        outlet=article.outlet,
        outlet_title=article.outlet_title,
        outlet_kind=article.outlet_kind,
        outlet_languages=article.outlet_languages,
        published_at=article.published_at,
        published_precision=article.published_precision,
        timezone=article.timezone,
    )


def _place(session: Session, article: UnreadArticle, analysis: Analysis, now: datetime) -> list[int]:
    """Put every mention where it belongs and fold each event touched, those of an earlier reading included."""
    before = {candidate.id: candidate.facts for candidate in events_of_article(session, article.id)}
    retire_mentions(session, article.id)
    placed: dict[Kind, int] = {}
    for mention in analysis.mentions:
        event_id, facts = _place_mention(session, article, mention, placed.get(Kind.RELEASE), now)
        if event_id is not None:
            placed.setdefault(mention.kind, event_id)
            before.setdefault(event_id, facts)  # type: ignore[arg-type]  # None marks an event that is new
    return [event_id for event_id, known in before.items() if _refold(session, event_id, known, article, now)]


def _place_mention(
    session: Session,
    article: UnreadArticle,
    mention: Mention,
    release: int | None,
    now: datetime,
) -> tuple[int | None, EventFacts | None]:
    """Add a mention to the event it tells of; return the event and its facts before (None: new)."""
    candidates = _candidates(session, mention)
    if mention.kind is Kind.RELATED:
        match = match_follow_up(mention, candidates)
    elif release is not None:  # a bargain told with a release is that release's (domain.md §1)
        match = Match(release, 0.0, ("told in one article with the release",))
    else:
        match = match_mention(mention, candidates)
    event_id, facts = match.event_id, _facts_of(candidates, match.event_id)
    claim = _claim(article, mention, is_first=False)
    if event_id is None and mention.kind is not Kind.RELATED:
        claim = _claim(article, mention, is_first=True)
        event_id = start_event(session, fold([claim]), claim, now)
        _relate(session, event_id, mention)
    add_mention(session, claim, article.revision, event_id, {"score": match.score, "reasons": list(match.reasons)}, now)
    return event_id, facts


def _candidates(session: Session, mention: Mention) -> list[Candidate]:
    kind = Kind.RELEASE if mention.kind is Kind.RELATED else mention.kind
    earliest, latest = search_window(mention)
    return find_candidates(session, [kind], earliest, latest)


def _facts_of(candidates: list[Candidate], event_id: int | None) -> EventFacts | None:
    return next((candidate.facts for candidate in candidates if candidate.id == event_id), None)


def _claim(article: UnreadArticle, mention: Mention, *, is_first: bool) -> Claim:
    return Claim(
        article=article.id,
        url=article.url,
        outlet=article.outlet,
        outlet_kind=article.outlet_kind,
        language=article.language,
        published_at=article.published_at,
        mention=mention,
        role=_role(article, mention, is_first=is_first),
    )


def _role(article: UnreadArticle, mention: Mention, *, is_first: bool) -> Role:
    if is_first:
        return "first"
    if mention.kind is Kind.RELATED:
        return "follow-up"
    return "report" if article.copy_of is None else "copy"


def _relate(session: Session, event_id: int, mention: Mention) -> None:
    """Link a new event with steps of the same deal: events near in time that share who talks or what is given."""
    if mention.event_date is None:
        return
    window = (mention.event_date - _RELATED_WINDOW, mention.event_date + _RELATED_WINDOW)
    for candidate in find_candidates(session, [Kind.RELEASE, Kind.NEGOTIATION], *window):
        names = set(mention.negotiators) & set(candidate.facts.negotiators) - {"Alexander Lukashenko"}
        objects = {c.object for c in mention.concessions} & {c.object for c in candidate.facts.concessions}
        if candidate.id != event_id and (names or objects):
            relate_events(session, event_id, candidate.id, f"both name {', '.join(sorted(names | objects))}")


def _refold(session: Session, event_id: int, known: EventFacts | None, article: UnreadArticle, now: datetime) -> bool:
    """Fold an event anew and save it; True if its facts changed. One that nobody tells of any more keeps its facts."""
    claims = claims_of(session, event_id)
    if not claims:
        return False
    facts = fold(claims)
    change = compare(known, facts)
    published = min((claim.published_at for claim in claims if claim.published_at), default=None)
    save_event(session, EventUpdate(event_id, facts, change, article.id, published, article.alerting != "silent"), now)
    return known is None or bool(change.fields)

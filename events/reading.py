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

from db import Database
from db.articles import UnreadArticle, claim_unread, finish_reading, note_reading_error
from db.facts import Analysis
from db.leases import LeaseRequest
from events.adjudicator import Adjudicator
from events.analyse import analyse
from events.asking import reconsider
from events.document import Document, document_of
from events.doubt import doubt_of
from events.placing import place
from events.withholding import as_shown

LEASE = timedelta(minutes=5)

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
    for claimed in articles:
        with _contained(database, claimed, failed):
            article = as_shown(database, claimed)
            document = document_of(article)
            analysis = analyse(document)
            if adjudicator is not None and doubt_of(analysis, document) is not None:
                doubtful.append((article, document, analysis))
            else:
                changed.update(dict.fromkeys(store_reading(database, article, analysis, now)))
    if adjudicator is not None and doubtful:
        settled = reconsider(database, adjudicator, [(document, analysis) for _, document, analysis in doubtful], now)
        for (article, _, _), analysis in zip(doubtful, settled, strict=True):
            with _contained(database, article, failed):
                changed.update(dict.fromkeys(store_reading(database, article, analysis, now)))
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


def store_reading(database: Database, article: UnreadArticle, analysis: Analysis, now: datetime) -> list[int]:
    """Store what an article says, in one transaction; return the events that changed. Raises LeaseLostError."""
    with database.begin(lock="events") as session:
        changed = place(session, article, analysis, now)
        if not finish_reading(session, article, analysis, now):
            raise LeaseLostError
    return changed

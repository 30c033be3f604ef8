"""Reading stored articles again, with the words that are known now: mentions and events are rebuilt from them.

Events keep their numbers, a person's word its force. Nothing is announced unless that is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db import Database
from db.articles import UnreadArticle, claim_read, decision_of
from db.leases import LeaseRequest
from events.analyse import analyse
from events.document import document_of
from events.reading import LeaseLostError, store_reading
from events.withholding import as_shown

LEASE = timedelta(minutes=10)
BATCH = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reread:
    """An article read again: what it was taken for and is now ("event: release"), and the events that it changed."""

    article: int
    title: str | None
    before: str
    after: str
    events: tuple[int, ...]


def reread(
    database: Database, *, owner: str, now: datetime, since: datetime | None, may_alert: bool = False
) -> Iterator[Reread]:
    """Read every stored article published since (all without) again, the oldest stored first, and yield what came of it.

    Each is one transaction. One that cannot be read, or is being read by another, stays as it is and is logged.
    """
    last = 0
    while True:
        with database.begin() as session:
            articles = claim_read(session, LeaseRequest(owner, now, now + LEASE, BATCH), since, last)
        if not articles:
            return
        for article in articles:
            last = article.id
            heard = article if may_alert else replace(article, alerting="silent")
            done = _reread(database, heard, now)
            if done is not None:
                yield done


def _reread(database: Database, article: UnreadArticle, now: datetime) -> Reread | None:
    try:
        article = as_shown(database, article)
        analysis = analyse(document_of(article))
        with database.read() as session:
            before = _told(*decision_of(session, article.id))
        changed = store_reading(database, article, analysis, now)
    except LeaseLostError:
        log.warning("article %d is being read by another; it stays as it is", article.id)
        return None
    except Exception:  # border of one unit of work: an article must not stop the others
        log.exception("article %d could not be read again; it stays as it is", article.id)
        return None
    after = _told(analysis.decision.value, tuple(kind.value for kind in analysis.kinds))
    return Reread(article.id, article.title, before, after, tuple(changed))


def _told(decision: str | None, kinds: tuple[str, ...]) -> str:
    return f"{decision}: {' and '.join(kinds)}" if kinds else str(decision)

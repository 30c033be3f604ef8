"""What a restored database may have sent already: it does not know what went out after the backup was made (DB-7).

Nothing rings twice without a person's word. What is unsent in the copy becomes `uncertain` and not approved, as a message
without a clear answer is (`db.uncertain`): it waits for `volya alerts retry`, `sent` or `drop`. So does what is made of
reports from before the restore, for they are crawled again: for seven days, in which feeds and archives have been asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, and_, func, or_, select, update
from sqlalchemy.orm import Session

from db.deliveries import UNSENT
from db.models import ArticleRow, DeliveryRow, EventChangeRow, EventRow
from db.notes import make_note, note_of

RESTORED = "restored"  # the note
IN_QUESTION = "may have been sent after the backup"
CONCERNS = timedelta(days=7)
UNDATED = timedelta(days=1)  # a report without a date that is found within it may be from before


def hold_unsent(session: Session, now: datetime) -> int:
    """Note that the database was restored now, and hold all that is unsent; return how many messages that is."""
    make_note(session, RESTORED, {}, now)
    return _hold(session, DeliveryRow.state.in_(UNSENT))


def hold_event(session: Session, event_id: int) -> int:
    """Hold what waits of an event that may have been told before the restore; return how many messages that is."""
    return _hold(session, (DeliveryRow.event_id == event_id) & (DeliveryRow.state == "pending"))


def _hold(session: Session, which: ColumnElement[bool]) -> int:
    values = {
        "state": "uncertain",
        # The parts of a digest are asked about by their digest alone.
        "is_approved": and_(DeliveryRow.digest_id.is_not(None), DeliveryRow.is_approved),
        "sent_revision": func.coalesce(DeliveryRow.sent_revision, DeliveryRow.revision),
        "last_error_code": IN_QUESTION,
    }
    result = session.execute(update(DeliveryRow).where(which).values(values))
    return result.rowcount if isinstance(result, CursorResult) else 0


def restored_at(session: Session, now: datetime) -> datetime | None:
    """Return when the database was restored, while that still matters; None if it was not, or long ago."""
    note = note_of(session, RESTORED)
    return note.at if note is not None and now - note.at < CONCERNS else None


def is_from_before(session: Session, event_id: int, moment: datetime) -> bool:
    """Say whether a report of before `moment` is among those that brought the revisions of an event that wait."""
    reported = or_(
        ArticleRow.published_at < moment,
        and_(ArticleRow.published_at.is_(None), ArticleRow.first_seen_at < moment + UNDATED),
    )
    query = (
        select(EventChangeRow.id)
        .join(EventRow, EventChangeRow.event_id == EventRow.id)
        .join(ArticleRow, EventChangeRow.article_id == ArticleRow.id)
        .where(EventRow.id == event_id, EventChangeRow.revision > EventRow.announced_revision, reported)
    )
    return session.scalars(query.limit(1)).first() is not None

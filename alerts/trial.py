"""A marked message that shows that alerts arrive, and tells of no event. Pure."""

from __future__ import annotations

from datetime import datetime

from alerts.message import Message
from alerts.wording import wording
from db.facts import EventChange, EventFacts, Kind, Polarity, Status
from db.views import EventView

NO_EVENT = 0


def trial_message(language: str, now: datetime) -> Message:
    """Return the test message. Raises UnknownLanguageError."""
    words = wording(language)
    headline = words.say("trial", "headline")
    nothing = EventFacts(Kind.RELATED, Status.REPORTED, Polarity.POSITIVE)
    return Message(
        type="system",
        language=language,
        title=headline,
        headline=headline,
        lines=(words.say("trial", "line"),),
        sources=(),
        event=EventView(NO_EVENT, 0, now, now, nothing, ()),
        change=EventChange("test"),
        previous_revision=None,
        at=now,
    )

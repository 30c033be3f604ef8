"""A marked message that shows that alerts arrive, and tells of no event. Pure."""

from __future__ import annotations

from datetime import datetime

from alerts.message import Message, no_event
from alerts.wording import wording
from db.facts import EventChange


def trial_message(language: str, now: datetime) -> Message:
    """Return the test message. Raises UnknownLanguageError."""
    words = wording(language)
    headline = words.say("trial", "headline")
    return Message(
        type="system",
        language=language,
        title=headline,
        headline=headline,
        lines=(words.say("trial", "line"),),
        sources=(),
        event=no_event(now),
        change=EventChange("test"),
        previous_revision=None,
        at=now,
    )

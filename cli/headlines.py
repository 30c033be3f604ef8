"""Titles of events: written from the facts in the reader's language, never taken from one outlet."""

from __future__ import annotations

from typing import Any

from alerts.headline import headline
from db.views import EventView, event_json


def title_of(view: EventView, language: str) -> str:
    """Return the title of an event in `language`."""
    return headline(view.facts, language)


def titled_json(view: EventView, language: str) -> dict[str, Any]:
    """Return the object of `volya events list --json`."""
    return event_json(view, title_of(view, language))

"""How an event looks where its address is pasted: the metadata of Open Graph and of Twitter's cards. Pure.

There is no image: the networks take no SVG, and a picture drawn in another form would need a library of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.headline import headline
from alerts.wording import wording
from db.text import clean_line
from db.views import EventView
from web.entries import facts_of

DESCRIPTION = 300  # characters; networks cut what is longer
_FACTS = 5
TITLE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a preview shows. `url` is the page where others find it, None where they cannot."""

    title: str
    description: str
    url: str | None
    published_at: datetime
    updated_at: datetime


def sharing_of(view: EventView, page: str | None, language: str) -> Sharing:
    """Return the preview of an event; `page` is where others find our pages, if they can."""
    facts = " · ".join(facts_of(view, wording(language))[:_FACTS])
    return Sharing(
        title=clean_line(headline(view.facts, language), TITLE_LIMIT),
        description=facts if len(facts) <= DESCRIPTION else f"{facts[: DESCRIPTION - 1].rstrip()}…",
        url=f"{page}/events/{view.id}" if page is not None else None,
        published_at=view.first_seen,
        updated_at=view.updated,
    )

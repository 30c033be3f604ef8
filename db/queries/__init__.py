"""Questions people ask of what is stored, a file a noun.

A list has one order and is read in pieces: at most so many that stand after a place in it. So it costs the same at its
end as at its beginning, and rows that arrive meanwhile shift nothing. `list_…` returns all, `stream_…` yields all piece
by piece.
"""

from __future__ import annotations

from db.queries.articles import (
    ArticleFilter,
    article_views,
    articles_after,
    events_of,
    get_article,
    list_articles,
    stream_articles,
)
from db.queries.deliveries import DeliveryFilter, deliveries_after, get_delivery
from db.queries.events import (
    EVERY_EVENT,
    EventFilter,
    EventPlace,
    changed_at,
    events_after,
    events_changed_last,
    get_event,
    get_events,
    last_release,
    list_changes,
    list_events,
    named_in_events,
    place_of,
    stream_events,
    whole_of,
)
from db.queries.stamps import EventStamp, stamps_after
from db.queries.stats import StoredStats, stored_stats

__all__ = [
    "EVERY_EVENT",
    "ArticleFilter",
    "DeliveryFilter",
    "EventFilter",
    "EventPlace",
    "EventStamp",
    "StoredStats",
    "article_views",
    "articles_after",
    "changed_at",
    "deliveries_after",
    "events_after",
    "events_changed_last",
    "events_of",
    "get_article",
    "get_delivery",
    "get_event",
    "get_events",
    "last_release",
    "list_articles",
    "list_changes",
    "list_events",
    "named_in_events",
    "place_of",
    "stamps_after",
    "stored_stats",
    "stream_articles",
    "stream_events",
    "whole_of",
]

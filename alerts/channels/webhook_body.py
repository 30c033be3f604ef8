"""The body of the generic webhook: the JSON of contracts, minified, at most 20 kB. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from alerts.message import Layout, Message
from db.facts import to_json
from db.views import event_json, utc

BODY_LIMIT = 20_000
ARTICLES = 10
FEW_ARTICLES = 3
QUOTE_LIMIT = 120
LONG_LIST = 20
_OF_NO_EVENT = ("digest", "system")
_LISTS = ("counts", "people", "negotiators", "mediators", "transit", "concessions", "roots", "conflicts", "related")
_SHORT_KEYS = (
    "id",
    "kind",
    "status",
    "polarity",
    "revision",
    "title",
    "event_date",
    "date_precision",
    "updated",
    "same_as",
)


def webhook_body(message: Message, layout: Layout) -> bytes:
    """Return the body: whole, or on the lower rungs of the ladder with less and less of the event (D-13).

    A body over 20 kB goes down by itself, so that `data` always tells which event at which revision this is.
    """
    kind = message.type if message.type in _OF_NO_EVENT else f"event.{message.type}"
    for data in _shrinking(message, layout):
        body = {"type": kind, "version": 1, "timestamp": utc(message.at), "data": data}
        encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        if len(encoded) <= BODY_LIMIT:
            return encoded
    raise ValueError(f"event {message.event.id}: no layout of its message is under {BODY_LIMIT} bytes")


def _shrinking(message: Message, layout: Layout) -> Iterator[dict[str, Any]]:
    if message.type in _OF_NO_EVENT:
        plain = {"title": message.title, "text": message.text, "url": message.url}
        yield from (plain | told for told in _several(message, layout))
        return
    event = event_json(message.event, message.title)
    if layout == Layout.FULL:
        yield _data(message, event, ARTICLES)
        yield _data(message, _with_short_quotes(event), ARTICLES)
    if layout <= Layout.PLAIN:
        yield _data(message, _without_length(event), FEW_ARTICLES)
    yield {
        **{key: event[key] for key in _SHORT_KEYS},
        "previous_revision": message.previous_revision,
        "change": {"reason": message.change.reason[:QUOTE_LIMIT], "fields": []},
        "text": message.short,
        "url": message.url,
    }


def _several(message: Message, layout: Layout) -> Iterator[dict[str, Any]]:
    """Yield the events of a digest, whole if they have room; a system message has none."""
    if message.type == "system":
        yield {}
        return
    events = [event_json(item.event, item.title) | {"url": item.url} for item in message.items]
    if layout == Layout.FULL:
        yield {"events": [_without_length(event) | {"articles": event["articles"][:1]} for event in events]}
    yield {"events": [{key: event[key] for key in (*_SHORT_KEYS, "url")} for event in events]}


def _data(message: Message, event: dict[str, Any], articles: int) -> dict[str, Any]:
    return {
        **event,
        "articles": event["articles"][:articles],
        "articles_total": len(message.event.articles),
        "previous_revision": message.previous_revision,
        "change": {
            "reason": message.change.reason,
            "fields": [to_json(field) for field in message.change.fields],
        },
        "text": message.text,
        "url": message.url,
    }


def _with_short_quotes(event: dict[str, Any]) -> dict[str, Any]:
    counts = [
        {**count, "sources": [{**source, "quote": source["quote"][:QUOTE_LIMIT]} for source in count["sources"][:3]]}
        for count in event["counts"]
    ]
    return {**event, "counts": counts}


def _without_length(event: dict[str, Any]) -> dict[str, Any]:
    short = {**event, "counts": [{**count, "sources": []} for count in event["counts"]]}
    if event["mark"] is not None:
        cut = {key: event["mark"][key][:QUOTE_LIMIT] for key in ("by", "note")}
        short["mark"] = {**event["mark"], **cut}
    return {**short, **{key: short[key][:LONG_LIST] for key in _LISTS}}

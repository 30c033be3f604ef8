"""The timeline as JSON: the object of `volya events timeline --json`. Stable: keys are added, never renamed."""

from __future__ import annotations

from typing import Any

from alerts.wording import Number
from db.facts import STOCK_AUTHORITY
from web.timeline import Dated, Held, Timeline


def timeline_json(timeline: Timeline) -> dict[str, Any]:
    """Return the object of `volya events timeline --json`; `counter` is whose figures those held are."""
    return {
        "since": timeline.first.isoformat(),
        "until": timeline.last.isoformat(),
        "waves": [
            {**_dated_json(one), "released": _number_json(one.released), "pardoned": _number_json(one.pardoned)}
            for one in timeline.waves
        ],
        "negotiations": [{**_dated_json(one), "step": one.step.value} for one in timeline.acts],
        "counter": STOCK_AUTHORITY,
        "held": [_held_json(one) for one in timeline.held],
    }


def _held_json(one: Held) -> dict[str, Any]:
    number = {"low": one.low, "high": one.high, "qualifier": one.qualifier.value}
    return {"day": one.day.isoformat(), **number, "articles": one.articles, "article": one.article}


def _dated_json(one: Dated) -> dict[str, Any]:
    return {
        "event": one.event,
        "day": one.day.isoformat(),
        "event_date": one.event_date.isoformat() if one.event_date else None,
        "date_precision": one.precision,
        "title": one.title,
        "status": one.status.value,
        "standing": one.standing.value,
    }


def _number_json(number: Number | None) -> dict[str, Any] | None:
    if number is None:
        return None
    high = number.high if number.high is not None else number.low
    return {"low": number.low, "high": high, "qualifier": number.qualifier.value}

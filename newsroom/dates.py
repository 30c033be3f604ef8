"""Date words: how a desk of each of the seven languages writes a day. The words themselves are data (dates.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

_SEASON_AGO = timedelta(days=95)
_WEEKS_AGO = timedelta(days=40)


def date_words(day: date, language: str, wording: int = 0) -> Mapping[str, str]:
    """Return the words a story may use for its day: `date`, `on_weekday`, `when`, `year`, and older days and months.

    `wording` chooses among the language's ways to say `when` (any number will do; 0 names weekday and date).
    `earlier_date` lies 40 days back and `earlier_month` 95: old enough that no window of an event reaches them.
    Raises KeyError for a language without words.
    """
    words = _words()[language]
    earlier, season = day - _WEEKS_AGO, day - _SEASON_AGO
    today = {"date": _write(day, words), "on_weekday": words["on_weekday"][day.weekday()]}
    return {
        **today,
        "when": words["when"][wording % len(words["when"])].format_map(today),
        "year": str(day.year),
        "earlier_date": _write(earlier, words),
        "earlier_month": words["in_month"][season.month - 1],
    }


def _write(day: date, words: Mapping[str, Any]) -> str:
    return str(words["date"]).format(day=day.day, month=words["of_month"][day.month - 1])


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("newsroom").joinpath("dates.toml").read_text(encoding="utf-8"))

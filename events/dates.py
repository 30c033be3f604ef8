"""Dates in running text, by an own table of month and weekday stems (general parsers fail on inflected months).

Every date is resolved against the day of publication where the outlet is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from db.facts import Precision
from events.lexicon import Lexicon, words

_AHEAD = timedelta(days=60)  # a date without a year lies at most this far ahead, else it is last year's
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(20\d\d)(?![\d.])")
_WEEK = 7


@dataclass(frozen=True, slots=True)
class DateReference:
    """A date told by the text, with its span in the sentence."""

    day: date
    precision: Precision
    start: int
    end: int

    @property
    def last_day(self) -> date:
        """The last day it can mean."""
        if self.precision is Precision.MONTH:
            return (self.day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return self.day


def find_dates(folded: str, lexicon: Lexicon, today: date) -> tuple[DateReference, ...]:
    """Return the dates of a folded sentence, in order; a month inside a full date is not told twice."""
    found: list[DateReference] = []
    for reference in (
        *_full_dates(folded, lexicon, today),
        *_months(folded, lexicon, today),
        *_days(folded, lexicon, today),
    ):
        if not any(reference.start < other.end and other.start < reference.end for other in found):
            found.append(reference)
    return tuple(sorted(found, key=lambda reference: reference.start))


@lru_cache(maxsize=16)
def _day_month(months: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th|-го|-е)?"
    year = r"(?:,? (?P<year>20\d\d))?"
    before = words([rf"{day} (?:of )?(?P<month>{months}){year}"])
    after = words([rf"(?P<month>{months}) {day}{year}"])
    return before, after


def _full_dates(folded: str, lexicon: Lexicon, today: date) -> Iterator[DateReference]:
    before, after = _day_month(lexicon.month_words)
    for match in (*before.finditer(folded), *after.finditer(folded)):
        year = int(match["year"]) if match["year"] else None
        day = _resolved(int(match["day"]), _month_number(match["month"], lexicon), year, today)
        if day is not None:
            yield DateReference(day, Precision.DAY, *match.span())
    for match in _NUMERIC.finditer(folded):
        day = _resolved(int(match[1]), int(match[2]), int(match[3]), today)
        if day is not None:
            yield DateReference(day, Precision.DAY, *match.span())


def _months(folded: str, lexicon: Lexicon, today: date) -> Iterator[DateReference]:
    pattern = words([rf"(?:{lexicon.month_prefixes}) (?P<month>{lexicon.month_words})(?:,? (?P<year>20\d\d))?"])
    for match in pattern.finditer(folded):
        year = int(match["year"]) if match["year"] else None
        day = _resolved(1, _month_number(match["month"], lexicon), year, today)
        if day is not None:
            yield DateReference(day, Precision.MONTH, *match.span())


def _days(folded: str, lexicon: Lexicon, today: date) -> Iterator[DateReference]:
    for name, offset in (("today", 0), ("yesterday", -1), ("tomorrow", 1)):
        for match in lexicon.dates[name].finditer(folded):
            yield DateReference(today + timedelta(days=offset), Precision.DAY, *match.span())
    for number, pattern in lexicon.weekdays:
        for match in pattern.finditer(folded):
            back = (today.isoweekday() - number) % _WEEK
            yield DateReference(today - timedelta(days=back), Precision.DAY, *match.span())


def _month_number(word: str | None, lexicon: Lexicon) -> int:
    for number, pattern in lexicon.months:
        if word and pattern.fullmatch(word):
            return number
    for number, pattern in lexicon.months:  # forms that need a neighbour ("may 5") match by their stem only
        if word and any(word.startswith(stem) for stem in re.findall(r"[^\W\d_]{3,}", pattern.pattern)):
            return number
    return 0


def _resolved(day: int, month: int, year: int | None, today: date) -> date | None:
    try:
        if year is not None:
            return date(year, month, day)
        this_year = date(today.year, month, day)
    except ValueError:
        return None
    return this_year if this_year <= today + _AHEAD else this_year.replace(year=today.year - 1)

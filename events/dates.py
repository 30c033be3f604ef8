"""Dates in running text, by an own table of month and weekday stems (general parsers fail on inflected months).

Every date is resolved against the day of publication where the outlet is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from db.facts import Precision
from events.tokens import Token

_AHEAD = timedelta(days=60)  # a date without a year lies at most this far ahead, else it is last year's
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(20\d\d)(?![\d.])")
_ISO = re.compile(r"(?<![\d-])(20\d\d)-(\d\d)-(\d\d)(?![\d-])")
_CENTURY = "20"  # which a date in figures holds
_AHEAD_CUES = ("release_future", "unreal_before", "unreal_after")
_HOPES = ("possible", "plan", "exchange", "want", "offer")  # these look ahead to a month only with "by"
_DONE = (
    "release_done",
    "exit_done",
    "pardon_done",
    "handover",
    "moved",
    "arrival",
)  # what early in a month was done is over
_WEEK = 7
_EARLY = 10  # the last day that is early in its month
_TURN = 5  # from a day to the next one, at night: "from Tuesday to Wednesday"
_NEAR = {"before_yesterday": -2, "yesterday": -1, "today": 0, "tomorrow": 1}  # "the day before yesterday" goes first
_AGO = {"days_ago": (1, Precision.DAY), "weeks_ago": (_WEEK, Precision.WEEK)}  # so many days each
_TOLD_BY = ("month/", "weekday/", *(f"date/{name}" for name in (*_NEAR, *_AGO)))
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|го|га|е|ого|ga)?")
_FIGURE = re.compile(r"\d+")
_LONG = 60  # nobody counts more days
_YEAR = re.compile(r"20\d\d")
_YEAR_REACH = 2  # tokens behind a month, or before it, in which its year may stand ("2025 m. rugsėjo 11 d.")

Span = tuple[int, int]
Hits = Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class DateReference:
    """A date told by the text, with its span in the sentence."""

    day: date
    precision: Precision
    start: int
    end: int
    is_early: bool = False  # "early in July"

    @property
    def last_day(self) -> date:
        """The last day it can mean."""
        if self.is_early:
            return self.day.replace(day=_EARLY)
        if self.precision is Precision.MONTH:
            return (self.day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return self.day


def find_dates(folded: str, tokens: Sequence[Token], hits: Hits, today: date) -> tuple[DateReference, ...]:
    """Return the dates of a folded sentence, in order; a month inside a full date is not told twice."""
    if _CENTURY not in folded and not any(name.startswith(_TOLD_BY) for name in hits):
        return ()
    found: list[DateReference] = []
    for reference in (
        *_numeric(folded, today),
        *_with_months(tokens, hits, today),
        *_days(hits, today),
        *_ago(folded, hits, today),
    ):
        if not any(reference.start < other.end and other.start < reference.end for other in found):
            found.append(reference)
    found.sort(key=lambda reference: reference.start)
    return tuple(
        one for place, one in enumerate(found) if not any(_turns(one, then) for then in found[place + 1 : place + 2])
    )


def _turns(one: DateReference, then: DateReference) -> bool:
    """Whether a day is only the evening before the one meant: "in the night from Tuesday to Wednesday"."""
    return then.day - one.day == timedelta(days=1) and 0 < then.start - one.end <= _TURN


def _numeric(folded: str, today: date) -> Iterator[DateReference]:
    for pattern, (day, month, year) in ((_NUMERIC, (1, 2, 3)), (_ISO, (3, 2, 1))):
        for match in pattern.finditer(folded):
            told = _resolved(int(match[day]), int(match[month]), int(match[year]), today)
            if told is not None:
                yield DateReference(told, Precision.DAY, *match.span())


def _with_months(tokens: Sequence[Token], hits: Hits, today: date) -> Iterator[DateReference]:
    """Yield full dates, and months that a preposition, a year or their own case show to be one."""
    months = sorted(_numbered("month", hits), key=lambda row: row[1])
    if not months:
        return
    places = {token.start: index for index, token in enumerate(tokens)}
    ends = {token.end: index for index, token in enumerate(tokens)}
    follows = {start for start, _ in hits.get("date/day_follows", ())}
    alone = {start for start, _ in hits.get("date/month_alone", ())}
    is_hoped = any(hits.get(name) for name in _HOPES)
    is_done = any(hits.get(name) for name in _DONE)
    told: int | None = None  # "in June 2025 …, in September": the same year
    for month, (start, end) in months:
        first, last = places[start], ends[end]
        is_ahead = _looks_ahead(tokens, first, hits) and not hits.get("refusal")  # "may be freed in April"
        day_at = _day_at(tokens, first, last, may_follow=start in follows)
        year_at = _year_at(tokens, first, max(last, day_at or 0))
        told = int(tokens[year_at].key[:4]) if year_at is not None else told
        year = today.year - 1 if year_at is None and _is_of_last_year(start, end, hits) else told
        shown = [place for place in (first, last, day_at, year_at) if place is not None]
        span = (tokens[min(shown)].start, tokens[max(shown)].end)
        if day_at is not None:
            match = _DAY.match(tokens[day_at].key)
            day = _resolved(int(match[1]) if match else 0, month, year, today)
            if day is not None:
                yield DateReference(day, Precision.DAY, *span)
        elif year_at is not None or start in alone or _has_prefix(tokens, first, hits, "month_prefix"):
            if year is None and (is_ahead or (is_hoped and _has_prefix(tokens, first, hits, "month_ahead"))):
                year = today.year + (month < today.month)
            day = _resolved(1, month, year, today, ahead=timedelta())
            if day is not None:
                is_early = is_done and _has_prefix(tokens, first, hits, "early")
                yield DateReference(day, Precision.MONTH, *span, is_early)


def _looks_ahead(tokens: Sequence[Token], place: int, hits: Hits) -> bool:
    """Whether a release to come is told, or a modal stands in the clause of a month."""
    if hits.get("release_future"):
        return True
    breaks = [token.start for token in tokens if token.is_break]
    cues = [hit for name in _AHEAD_CUES for hit in hits.get(name, ())]
    spans = [sorted((cue[0], tokens[place].start)) for cue in cues]
    return any(not any(low < stop <= high for stop in breaks) for low, high in spans)


def _is_of_last_year(start: int, end: int, hits: Hits) -> bool:
    """Whether "last year" stands right behind a month or right before it: "11 September last year"."""
    years = hits.get("date/last_year", ())
    return any(0 < first - end <= _TURN or 0 < start - last <= _TURN for first, last in years)


def _day_at(tokens: Sequence[Token], first: int, last: int, *, may_follow: bool) -> int | None:
    """Return the place of the day: before the month ("11 вересня", "11. September"), else behind ("rugsėjo 11")."""
    before = first - 1
    if before >= 0 and tokens[before].key in ("of", "го", "га", "е") and before > 0:
        before -= 1
    if before >= 0 and _is_day(tokens[before]) and tokens[first].before.strip() in ("", ".", "-"):
        return before
    if may_follow and last + 1 < len(tokens) and not tokens[last + 1].is_break and _is_day(tokens[last + 1]):
        return last + 1
    return None


def _is_day(token: Token) -> bool:
    return _DAY.fullmatch(token.key) is not None


def _year_at(tokens: Sequence[Token], first: int, last: int) -> int | None:
    near: tuple[int, ...] = (*range(last + 1, last + 1 + _YEAR_REACH), *range(first - 1, first - 1 - _YEAR_REACH, -1))
    for place in near:
        if not 0 <= place < len(tokens) or not _YEAR.fullmatch(tokens[place].key):
            continue
        between = tokens[min(place, last) + 1 : max(place, first) + 1]
        if not any(token.is_break and token.before.strip() not in (",", ".") for token in between):
            return place
    return None


def _is_after(name: str, start: int, hits: Hits) -> bool:
    return any(start - end == 1 for _, end in hits.get(name, ()))


def _has_prefix(tokens: Sequence[Token], first: int, hits: Hits, concept: str) -> bool:
    """Whether a word of `concept` stands before a month, or one word away: "in June", "im vergangenen September"."""
    ends = {end for _, end in hits.get(f"date/{concept}", ())}
    near = [first - 1] if not tokens[first].is_break else []
    if near and first > 1 and not tokens[first - 1].is_break:
        near.append(first - 2)
    return any(place >= 0 and tokens[place].end in ends for place in near)


def _numbered(section: str, hits: Hits) -> Iterator[tuple[int, Span]]:
    for name, spans in hits.items():
        if name.startswith(f"{section}/"):
            yield from ((int(name.partition("/")[2]), span) for span in spans)


def _days(hits: Hits, today: date) -> Iterator[DateReference]:
    eves = {start for start, _ in hits.get("date/eve_of", ())}  # "on the eve of the holiday" is not yesterday
    is_ahead = not hits.keys().isdisjoint((*_AHEAD_CUES, *_HOPES))
    for name, offset in _NEAR.items():
        for span in hits.get(f"date/{name}", ()):
            if name == "yesterday" and (span[0] in eves or _is_after("date/month_ahead", span[0], hits)):
                continue  # "until yesterday" dates what has ended
            yield DateReference(today + timedelta(days=offset), Precision.DAY, *span)
    ahead = [(end, (today.isoweekday() % _WEEK) + 1) for _, end in hits.get("date/tomorrow", ())]
    for number, span in _numbered("weekday", hits):
        if any(0 < span[0] - end <= _TURN and number == day for end, day in ahead):
            continue  # "tomorrow, on Saturday"
        back = (today.isoweekday() - number) % _WEEK
        is_by = is_ahead and _is_after("date/month_ahead", span[0], hits)  # "will be freed by Sunday"
        if _is_after("date/next", span[0], hits) or (is_by and back):
            back -= _WEEK
        elif back == 0 and _is_after("date/last", span[0], hits):
            back = _WEEK
        yield DateReference(today - timedelta(days=back), Precision.DAY, *span)


def _ago(folded: str, hits: Hits, today: date) -> Iterator[DateReference]:
    """Yield what is told by how long ago it was: "two days ago", "a week ago"."""
    values = [(span, value) for value, span in _numbered("number", hits)]
    for name, (days, precision) in _AGO.items():
        for start, end in hits.get(f"date/{name}", ()):
            digits = _FIGURE.search(folded, start, end)
            words = (value for span, value in values if start <= span[0] and span[1] <= end)
            many = int(digits.group()) if digits else next(words, 1)
            if many <= _LONG:
                yield DateReference(today - timedelta(days=many * days), precision, start, end)


def _resolved(day: int, month: int, year: int | None, today: date, ahead: timedelta = _AHEAD) -> date | None:
    try:
        if year is not None:
            return date(year, month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year <= today + ahead else this_year.replace(year=today.year - 1)
    except ValueError:
        return None

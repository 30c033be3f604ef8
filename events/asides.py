"""Verbs that only date, explain or tell who somebody is: clauses of time, relative clauses, days long past."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from db.facts import Precision
from events.background import Span
from events.frame import HELD, same_clause
from events.marks import MarkedSentence

_REASONS = ("talks", "meeting", "deal", "delegation", "custody", "arrest", "held", "relief")
_CONJUNCTION = re.compile(r", \w{2,4} ")
_DATE_REACH = 40  # from a verb to its day
_OLD = timedelta(days=9)
_TWO = 2  # days, of which one is older


def is_aside(marked: MarkedSentence, span: Span) -> bool:
    """Whether a verb stands in a relative clause without number or date: "the man, who was freed, said"; or last year."""
    earlier = marked.hits.get("zone/recap", ())  # "who hours earlier crossed the border" is news
    cues = (cue for cue in marked.hits.get("zone/old", ()) if cue not in earlier)
    is_old = any(same_clause(marked, cue, span) for cue in cues)
    if (marked.numbers or marked.dates) and not is_old:
        return False
    folded = marked.sentence.folded  # behind a colon stands what is told: "Coale: who leads the talks"
    breaks = {token.start for token in marked.tokens if token.is_break and folded[token.start - 2] != ":"}
    pronouns = (hit for hit in marked.hits.get("relative", ()) if hit[0] in breaks and hit[1] <= span[0])
    return any(same_clause(marked, pronoun, span) for pronoun in pronouns)


def stands_after(marked: MarkedSentence, span: Span) -> bool:
    """Whether "after", "when" or "thanked for" opens the clause of something told: it only dates or explains."""
    cues = (*_cues_of_time(marked), *_after_that(marked))
    return any(cue[1] <= span[0] and same_clause(marked, cue, span) for cue in cues)


def _cues_of_time(marked: MarkedSentence) -> list[Span]:
    """Return the words that open a clause of time; "mehr als 100", "als Geste" and "als Gegenleistung" open none."""
    names = ("qualifier/", "exchange", "as_what")
    others = [hit for name, hits in marked.hits.items() if name.startswith(names) for hit in hits]
    thanks = [start for start, _ in marked.hits.get("acts/thanks", ())]  # "thanked for the release": no price
    cues = marked.hits.get("after", ())
    return [cue for cue in cues if cue[0] in thanks or not any(s < cue[1] and cue[0] < e for s, e in others)]


def _after_that(marked: MarkedSentence) -> Iterator[Span]:
    """Yield "after that" with the conjunction that a comma parts from it: "po tym, jak", "після того, як"."""
    for start, end in marked.hits.get("after_that", ()):
        joined = _CONJUNCTION.match(marked.sentence.folded, end)
        if joined is not None:
            yield start, joined.end()


def is_recalled(marked: MarkedSentence, span: Span) -> bool:
    """Whether a verb stands in a clause that only dates another: "days after 52 were freed", "when 123 left".

    "After talks Belarus freed 52" is none of these: between, there is a subject, and no talks and no prison.
    """
    subjects = [hit for name in (*HELD, "person", "belarus") for hit in marked.hits.get(name, ())]
    subjects += [(number.start, number.end) for number in marked.numbers]
    subjects += [(name.start, name.end) for name in marked.names if name.entity.role == "prisoner"]
    others = [hit for name in _REASONS for hit in marked.hits.get(name, ())]
    if any(end <= span[0] and same_clause(marked, (start, end), span) for start, end in _after_that(marked)):
        return True
    for cue in _cues_of_time(marked):
        if cue[1] > span[0] or not same_clause(marked, cue, span):
            continue
        is_told = any(cue[1] <= start and end <= span[1] for start, end in subjects) or _is_long_after(marked, cue)
        if is_told and not any(cue[1] <= start and end <= span[0] for start, end in others):
            return True
    return False


def _is_long_after(marked: MarkedSentence, cue: Span) -> bool:
    """Whether a span of time stands right before a cue: "three months after a bus carried her out, she still wakes"."""
    return any(cue[0] - end == 1 for _, end in marked.hits.get("date/long", ()))


def is_long_past(marked: MarkedSentence, span: Span) -> bool:
    """Whether a verb stands in a clause of time that is dated itself: "a pledge made when he freed 250 a week ago"."""
    dated = (old for old in marked.hits.get("zone/old", ()) if old[0] >= span[1] and same_clause(marked, old, span))
    cues = (cue for cue in _cues_of_time(marked) if cue[1] <= span[0] and same_clause(marked, cue, span))
    return any(dated) and any(cues)


def _is_old(marked: MarkedSentence, span: Span) -> bool:
    """Whether "two months ago" stands right behind a verb; "days after" some talks is no such."""
    old = (hit for hit in marked.hits.get("zone/old", ()) if 0 <= hit[0] - span[1] <= _DATE_REACH)
    told = (hit for hit in old if not any(s < hit[1] + 2 and hit[0] < e for s, e in marked.hits.get("after", ())))
    return any(same_clause(marked, span, hit) for hit in told)


def is_dated_before(marked: MarkedSentence, span: Span) -> bool:
    """Whether the day right behind a verb is older than the news: "freed in December, she played on Sunday"."""
    days = [day for day in marked.dates if day.precision is Precision.DAY]
    near = (day for day in days if 0 <= day.start - span[1] <= _DATE_REACH)
    behind = [day for day in near if same_clause(marked, span, (day.start, day.end))]
    if marked.dates and not behind and _is_old(marked, span):
        return True  # "released two months ago, he met her on Tuesday"
    jailed = marked.hits.get("arrest", ())
    if len(days) < _TWO or not behind or any(span[1] <= s <= behind[0].start for s, _ in jailed):
        return False
    return behind[0].last_day < max(day.day for day in days) - _OLD

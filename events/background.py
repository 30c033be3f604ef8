"""Sentences that recall instead of telling: totals over time, older dates, what is only dated (domain rule 3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

from db.facts import Precision
from events.dates import DateReference
from events.sentences import HEAD, Sentence, Zone

OLD_IN_BODY = timedelta(days=3)  # an older date in the body is background; the lead may tell of last week
OLD_IN_HEAD = timedelta(days=9)
_FAR_AHEAD = timedelta(days=150)
OLD_STOCK = timedelta(days=31)  # how many are held is counted by the month
_TRIGGERS = ("release_done", "exit_done", "pardon_done", "arrival", "handover", "moved")
_MONTH_REACH = 4  # from "to" to the month a span ends in, over a day
_JAILED_REACH = 45  # from a verb of jailing to its date
_SHORT = 15  # what follows an aside is more than a word or two
_RIGHT_BEFORE = 3  # from a verb to the words that date it
_TALKS = ("meeting", "talks", "discuss", "relief_done", "freed", "release_noun", "pardon_noun")
VERBS = ("release_done", "exit_done", "moved", "handover", "pardon_done", "arrival")
_NO_DAY = date(2000, 1, 1)
Span = tuple[int, int]


def recalls(
    sentence: Sentence, hits: Mapping[str, tuple[Span, ...]], dates: tuple[DateReference, ...], today: date | None
) -> bool:
    """Whether a sentence recalls instead of telling: by its cue, by totals over time, by an older date (rule 3)."""
    is_total = hits.get("zone/cumulative") or _spans_months(hits)
    if sentence.zone is Zone.RECAP or (is_total and not _is_ahead(hits)):
        return True
    if is_recent(dates, today) and not _is_of_old_verb(sentence.folded, dates, hits, today):
        return False
    margin = OLD_IN_HEAD if sentence.zone in HEAD else OLD_IN_BODY
    if hits.get("held") and hits.get("political") and not any(hits.get(verb) for verb in VERBS):
        margin = OLD_STOCK
    told = [
        one for one in dates if not _dates_jailing(sentence.folded, one, hits) and one.precision is not Precision.WEEK
    ]
    told = [reference for reference in told if not _is_of_attribute(sentence.folded, reference, hits)]
    if any(reference.last_day < (today or _NO_DAY) - margin for reference in told):
        return True
    return any(_dates_a_release(sentence.folded, cue, hits) for cue in hits.get("zone/old", ()))


def _is_of_old_verb(
    folded: str, dates: tuple[DateReference, ...], hits: Mapping[str, tuple[Span, ...]], today: date | None
) -> bool:
    """Whether the date at the verb of a release is old, and the fresh one another's: "freed in December, and today in Vilnius"."""
    verbs = [span for concept in VERBS for span in hits.get(concept, ())]
    if not verbs or today is None:
        return False
    near = [(min(dates, key=lambda one: max(one.start - verb[1], verb[0] - one.end)), verb) for verb in verbs]
    is_near = all(same_clause(folded, (day.start, day.end), verb) for day, verb in near)
    return is_near and all(day.last_day < today - OLD_IN_HEAD for day, _ in near)


def _spans_months(hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether what was done is summed up over months: "from April to June 112 walked free"."""
    months = sorted(span for name, spans in hits.items() if name.startswith("month/") for span in spans)
    joints = (*hits.get("amount/range_words", ()), *hits.get("amount/each", ()))
    is_done = bool(joints) and any(hits.get(verb) for verb in VERBS)
    return is_done and any(
        0 <= joint[0] - one[1] <= 1 and 0 <= other[0] - joint[1] <= _MONTH_REACH
        for one, other in pairwise(months)
        for joint in joints
    )


def _is_ahead(hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a span of time is one to come: "within two weeks another hundred will walk free"."""
    is_told = any(hits.get(concept) for concept in ("release_future", "date/next"))
    is_meant = bool(hits.get("release_infinitive")) and any(hits.get(mood) for mood in ("plan", "announce", "offer"))
    return (is_told or is_meant) and not any(hits.get(verb) for verb in VERBS)


def _dates_jailing(folded: str, reference: DateReference, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a date belongs to an arrest or sentence beside it: "the journalist, jailed in 2021, was freed"."""
    span = (reference.start, reference.end)
    return any(
        same_clause(folded, jailed, span)
        and (
            0 <= span[0] - jailed[1] <= _JAILED_REACH
            or 0 <= jailed[0] - span[1] <= 1  # "in June sentenced to death"
            or _opens_aside(folded, span, jailed, hits)
        )
        for jailed in hits.get("arrest", ())
    )


def _is_of_attribute(folded: str, reference: DateReference, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a date says who somebody is: "Die im Mai 2021 entführte Russin", "Belaruskali, which in December got relief, …"."""
    articles = (span for span in hits.get("date/attribute", ()) if not folded[: span[0]].endswith(", "))
    if any(start <= reference.start < end for start, end in articles):
        return True
    end = folded.find(",", reference.end)
    is_closed = 0 <= end < len(folded) - _SHORT and not any(mark in folded[reference.end : end] for mark in ";:—")
    clauses = [one for one in hits.get("relative", ()) if one[1] <= reference.start and folded[one[0] - 2] == ","]
    day = (reference.start, reference.end)
    is_of_verb = any(same_clause(folded, span, day) for verb in VERBS for span in hits.get(verb, ()))
    return is_closed and not is_of_verb and any(same_clause(folded, one, day) for one in clauses)


def _opens_aside(folded: str, day: Span, jailed: Span, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a relative clause tells both day and sentence: "Krieger, whom a court in June sentenced to death, is free"."""
    clauses = (one for one in hits.get("relative", ()) if one[1] <= day[0] < jailed[0])
    return any(same_clause(folded, one, jailed) for one in clauses)


def _dates_a_release(folded: str, cue: Span, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether "last year" dates a release or talks of its clause; not when people were jailed, nor how many are held."""
    triggers = [span for concept in (*_TRIGGERS, *_TALKS) for span in hits.get(concept, ())]
    afters = hits.get("after", ())
    return any(
        same_clause(folded, cue, span)
        and not _jailed_between(cue, span, hits)
        and not any(after[1] <= span[0] < cue[0] and same_clause(folded, after, cue) for after in afters)
        for span in triggers
    )


def same_clause(folded: str, one: Span, other: Span) -> bool:
    """Whether no punctuation that parts clauses stands between two spans of a folded sentence."""
    first, last = sorted((one, other))
    return not any(mark in folded[first[1] : last[0]] for mark in ",;:—")


def _jailed_between(cue: Span, trigger: Span, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether the cue dates an arrest: one that stands between, or right before it ("jailed last year, freed")."""
    return any(
        (trigger[1] <= start and end <= cue[0]) or 0 <= cue[0] - end <= _RIGHT_BEFORE
        for start, end in hits.get("arrest", ())
    )


def is_of_next_year(dates: tuple[DateReference, ...], today: date | None) -> bool:
    """Whether all dates lie far ahead: in a paragraph that recalls, "in March of the next year" is long past."""
    return today is not None and all(reference.day > today + _FAR_AHEAD for reference in dates)


def is_recent(dates: tuple[DateReference, ...], today: date | None) -> bool:
    """Whether any of the dates is of these days."""
    return today is not None and any(reference.last_day >= today - OLD_IN_BODY for reference in dates)

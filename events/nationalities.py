"""Nationalities: "6 Lithuanians", "citizens of Poland", "two each from Latvia, Poland and Germany"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from db.facts import Count, CountRole
from events.found import Found, found_in
from events.lexicon import Lexicon
from events.marks import MarkedSentence, Span
from events.numbers import Number

UNIT_REACH = 45  # from a number to the noun it counts
STOP = re.compile(r"[,.;:()]|\d")  # between a number and its noun nothing ends
_CITIZEN_GAP = 15  # "Lithuanian citizens": the country may stand before the word


def nationality_after(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return the nationality that a number ending at `end` counts: a people, or citizens of a country."""
    folded = marked.sentence.folded
    following = min((number.start for number in marked.numbers if number.start > end), default=len(folded))
    people = [
        (start, last, code)
        for code, (start, last) in nations_named(marked, "people")
        if start < following and _near(folded, end, start)
    ]
    if people:
        start, last, code = min(people)
        return code, (start, last)
    return _citizens_after(marked, end) or _kin_after(marked, end)


def _citizens_after(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return whose citizens a number counts; the country stands before the word or behind it."""
    folded = marked.sentence.folded
    citizen = next((span for span in marked.hits.get("citizen", ()) if _near(folded, end, span[0])), None)
    for code, country in sorted(nations_named(marked, "country"), key=lambda nation: nation[1]):
        if citizen is None or country[0] < end:
            continue
        gap = folded[min(country[1], citizen[1]) : max(country[0], citizen[0])]
        if len(gap) <= _CITIZEN_GAP and not STOP.search(gap):
            return code, (min(country[0], citizen[0]), max(country[1], citizen[1]))
    return None


def _kin_after(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return the nation of "two Polish journalists"; Belarusian prisoners need be no Belarusians."""
    folded = marked.sentence.folded
    nouns = (*marked.hits.get("person", ()), *marked.hits.get("prisoner", ()))
    for code, country in nations_named(marked, "country"):
        noun = next((span for span in nouns if span[0] - country[1] == 1), None)
        if noun is not None and code != "BY" and _near(folded, end, country[0]):
            return code, (country[0], noun[1])
    return None


def nations_named(marked: MarkedSentence, form: str) -> list[tuple[str, Span]]:
    """Return the nations of a sentence with their spans, named by `form`: "people" or "country"."""
    return [
        (name.partition("/")[2], span)
        for name, spans in marked.hits.items()
        if name.startswith(f"{form}/")
        for span in spans
    ]


def _near(folded: str, end: int, start: int) -> bool:
    return end <= start <= end + UNIT_REACH and not STOP.search(folded, end, start)


def listed_nationalities(
    marked: MarkedSentence,
    lexicon: Lexicon,
    told: Sequence[Count],
    whole: int | None,
) -> Iterator[Found[Count]]:
    """Yield the parts of a list beyond those already `told`; `whole` is the number they are parts of."""
    if whole is None and not marked.has("of_them"):
        return
    known = {count.nationality for count in told}
    for number, end in _with_reach(marked):
        for nation, span in _nations(marked, number, end):
            if nation not in known and number.value is not None:
                known.add(nation)
                count = Count(CountRole.SUBSET, number.value, nationality=nation, of_count=whole)
                yield found_in(marked, count, span, f"{lexicon.language}.count.nationality")


def _with_reach(marked: MarkedSentence) -> Iterator[tuple[Number, int]]:
    """Yield each number with the place where the next one begins."""
    ends = [number.start for number in marked.numbers[1:]] + [len(marked.sentence.folded)]
    yield from zip(marked.numbers, ends, strict=False)  # without a number there is one end too many


def _nations(marked: MarkedSentence, number: Number, end: int) -> list[tuple[str, Span]]:
    """Return the nations a number goes with: all in its reach if distributive, else the one close by."""
    if not number.is_distributive:
        close = nationality_after(marked, number.end) or _country_next(marked, number.end)
        return [close] if close else []
    found = sorted(
        (span, code)
        for form in ("people", "country")
        for code, span in nations_named(marked, form)
        if number.end <= span[0] < end
    )
    return list({code: (code, span) for span, code in reversed(found)}.values())[::-1]


def _country_next(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return the country that follows a number at once: "one — Great Britain"."""
    for code, span in nations_named(marked, "country"):
        if span[0] >= end and not marked.sentence.folded[end : span[0]].strip(" —-"):
            return code, span
    return None

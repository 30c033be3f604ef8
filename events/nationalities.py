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
_LINK_WORDS = 2  # between a number and its country in a list of citizens: "two are from"
_CITIZEN_GAP = 15  # "Lithuanian citizens": the country may stand before the word


def nationality_after(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return the nationality that a number ending at `end` counts: a people, or citizens of a country."""
    folded = marked.sentence.folded
    following = _following(marked, end)
    people = [
        (start, last, code)
        for code, (start, last) in nations_named(marked, "people")
        if start < following and _near(folded, end, start)
    ]
    if people:
        start, last, code = min(people)
        return code, (start, last)
    return _citizens_after(marked, end) or _kin_after(marked, end)


def _following(marked: MarkedSentence, end: int) -> int:
    """Return where the next number begins, or "among them": what a number counts stands before."""
    others = [number.start for number in marked.numbers] + [start for start, _ in marked.hits.get("of_them", ())]
    return min((start for start in others if start > end), default=len(marked.sentence.folded))


def _citizens_after(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return whose citizens a number counts; the country stands before the word or behind it."""
    folded, following = marked.sentence.folded, _following(marked, end)
    near = (span for span in marked.hits.get("citizen", ()) if span[0] < following and _near(folded, end, span[0]))
    citizen = next(near, None)
    for code, country in sorted(nations_named(marked, "country"), key=lambda nation: nation[1]):
        if citizen is None or not end <= country[0] < following:
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
        if (
            noun is not None
            and code != "BY"
            and country[0] < _following(marked, end)
            and _near(folded, end, country[0])
        ):
            return code, (country[0], noun[1])
    return None


def nationality_before(marked: MarkedSentence, number: Number) -> tuple[str, Span] | None:
    """Return the nationality of "citizens of Poland in the group: twelve", where nothing follows the number."""
    folded = marked.sentence.folded
    if folded[number.end : number.end + 1] == " ":
        return None
    groups = nations_named(marked, "people")
    citizens = marked.hits.get("citizen", ())
    groups += [
        (code, span)
        for code, span in nations_named(marked, "country")
        if any(abs(span[0] - c[1]) <= 1 for c in citizens)
    ]
    for code, span in groups:
        if 0 <= number.start - span[1] <= _CITIZEN_GAP and not STOP.search(folded, span[1], number.start):
            return code, span
    return None


def nations_named(marked: MarkedSentence, form: str) -> list[tuple[str, Span]]:
    """Return the nations of a sentence with their spans, named by `form`: "people", "country" or "one"."""
    return [
        (name.partition("/")[2], span)
        for name, spans in marked.hits.items()
        if name.startswith(f"{form}/")
        for span in spans
    ]


def _near(folded: str, end: int, start: int) -> bool:
    return end <= start <= end + UNIT_REACH and not STOP.search(folded, end, start)


def listed_nationalities(
    marked: MarkedSentence, lexicon: Lexicon, told: Sequence[Count], whole: int | None
) -> Iterator[Found[Count]]:
    """Yield the parts of a list beyond those already `told`; `whole` is the number they are parts of."""
    is_list = whole is not None or marked.has("of_them") or any(count.nationality for count in told)
    if not is_list:
        return
    known = {count.nationality for count in told}
    parts = [(number.value, n, s) for number, end in _with_reach(marked) for n, s in _nations(marked, number, end)]
    for value, nation, span in (*parts, *((1, n, s) for n, s in _single(marked))):
        if nation in known or value is None or (whole is not None and value > whole):
            continue
        known.add(nation)
        count = Count(CountRole.SUBSET, value, nationality=nation, of_count=whole)
        yield found_in(marked, count, span, f"{lexicon.language}.count.nationality")


def _single(marked: MarkedSentence) -> list[tuple[str, Span]]:
    """Return nations told of one person without a number: "a German, a Lithuanian", "a citizen of Japan"."""
    folded = marked.sentence.folded
    citizens = marked.hits.get("a_citizen", ())
    found = nations_named(marked, "one")
    found += [
        (code, span) for code, span in nations_named(marked, "country") if any(_adjoin(span, c) for c in citizens)
    ]
    ends = [number.end for number in marked.numbers]
    return [(code, span) for code, span in found if not any(_near(folded, end, span[0]) for end in ends)]


def _adjoin(one: Span, other: Span) -> bool:
    return 0 <= other[0] - one[1] <= 1 or 0 <= one[0] - other[1] <= 1


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
    """Return the country of a list of citizens that follows a number: "one — Great Britain", "zwei aus Polen"."""
    folded = marked.sentence.folded
    for code, span in sorted(nations_named(marked, "country"), key=lambda nation: nation[1]):
        between = folded[end : span[0]] if span[0] >= end else None
        if between is None or span[0] > _following(marked, end) or STOP.search(between):
            continue
        is_close = not between.strip(" —-")
        if is_close or (marked.has("citizen") and len(between.split()) <= _LINK_WORDS):
            return code, span
    return None

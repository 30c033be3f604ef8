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


def nationality_after(folded: str, end: int, lexicon: Lexicon) -> tuple[str, Span] | None:
    """Return the nationality that a number ending at `end` counts: a people, or citizens of a country."""
    citizen = lexicon.concepts["citizen"].search(folded, end, end + UNIT_REACH)
    for nation in lexicon.nationalities:
        people = nation.people.search(folded, end, end + UNIT_REACH)
        if people and not STOP.search(folded, end, people.start()):
            return nation.code, people.span()
        if not citizen:
            continue
        country = nation.country.search(folded, max(end, citizen.start() - _CITIZEN_GAP), end + UNIT_REACH)
        if country and not STOP.search(folded, end, max(citizen.start(), country.start())):
            return nation.code, (min(citizen.start(), country.start()), max(citizen.end(), country.end()))
    return None


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
        for nation, span in _nations(marked, number, end, lexicon):
            if nation not in known and number.value is not None:
                known.add(nation)
                count = Count(CountRole.SUBSET, number.value, nationality=nation, of_count=whole)
                yield found_in(marked, count, span, f"{lexicon.language}.count.nationality")


def _with_reach(marked: MarkedSentence) -> Iterator[tuple[Number, int]]:
    """Yield each number with the place where the next one begins."""
    ends = [number.start for number in marked.numbers[1:]] + [len(marked.sentence.folded)]
    yield from zip(marked.numbers, ends, strict=False)  # without a number there is one end too many


def _nations(marked: MarkedSentence, number: Number, end: int, lexicon: Lexicon) -> list[tuple[str, Span]]:
    """Return the nations a number goes with: all in its reach if distributive, else the one close by."""
    folded = marked.sentence.folded
    if not number.is_distributive:
        close = nationality_after(folded, number.end, lexicon) or _country_next(folded, number.end, lexicon)
        return [close] if close else []
    found: list[tuple[int, str, Span]] = []
    for nation in lexicon.nationalities:
        match = nation.people.search(folded, number.end, end) or nation.country.search(folded, number.end, end)
        if match:
            found.append((match.start(), nation.code, match.span()))
    return [(code, span) for _, code, span in sorted(found)]


def _country_next(folded: str, end: int, lexicon: Lexicon) -> tuple[str, Span] | None:
    """Return the country that follows a number at once: "one — Great Britain"."""
    for nation in lexicon.nationalities:
        match = nation.country.search(folded, end, end + UNIT_REACH)
        if match and not folded[end : match.start()].strip(" —-"):
            return nation.code, match.span()
    return None

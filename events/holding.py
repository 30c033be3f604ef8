"""Those still held: how many are in as the article goes out, and the whole of which "most" are to be freed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from db.facts import Count, CountRole, Kind, Qualifier
from events.asked import FEW
from events.background import OLD_STOCK
from events.counted import Counted
from events.found import Found, found_in
from events.frame import same_clause
from events.governors import MOODY, role_of
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.numbers import Number
from events.stock import FREEING, STOCK
from events.wholes import is_of_most

_HOME_REACH = 40  # from a number to "in Belarus", over "political prisoners"
_ALL_REACH = 20  # from "all" to the number, over "more than"


def is_subgroup(marked: MarkedSentence, counted: Counted) -> bool:
    """Whether few are in: a group of no nation ("two priests are still held"), and not all whom somebody counts."""
    number = counted.number
    if number.value == 1:  # "while even one prisoner is held"
        return True
    is_few = number.value is not None and number.value < STOCK and counted.nationality is None
    is_all = marked.has("political") and ("counter" in marked.roles() or marked.has("belarus"))
    return is_few and not is_all


def as_of_today(marked: MarkedSentence, row: Found[Count]) -> Found[Count]:
    """Return the stock as news even behind sentences that recall, if no old day is told."""
    is_stock_told = row.value.role is CountRole.HELD and (row.value.value or 0) >= STOCK
    if not is_stock_told or "then" in marked.hits:
        return row
    start, end = row.start - marked.sentence.start, row.end - marked.sentence.start
    near = [day for day in marked.dates if same_clause(marked, (day.start, day.end), (start, end))]
    oldest = row.value.as_of - OLD_STOCK if row.value.as_of else date.max
    if near or any(day.last_day >= oldest for day in marked.dates):
        return replace(row, is_background=all(day.last_day < oldest for day in near or marked.dates))
    is_recalled = marked.has("zone/cumulative", "zone/old") and not marked.has("still")
    return replace(row, is_background=is_recalled)


def most_of(marked: MarkedSentence, lexicon: Lexicon, kinds: tuple[Kind, ...]) -> Iterator[Found[Count]]:
    """Yield "most of the remaining 1,300": no value, vague, of 1,300; and the whole, where it is told to be in."""
    for start, end in marked.hits.get("whole", ()):
        whole = next(
            (n for n in marked.numbers if (n.value or 0) >= FEW and is_of_most(marked, n) and n.start > end), None
        )
        role = role_of(marked, Number(None, None, Qualifier.VAGUE, start, end))
        is_named = role is CountRole.RELEASED and not marked.has(*FREEING)
        is_talked_of = kinds == (Kind.NEGOTIATION,) and (is_named or role is CountRole.HELD)
        role = CountRole.PLANNED if is_talked_of else role
        if whole is None or role is None:
            continue
        count = Count(role, None, None, Qualifier.VAGUE, of_count=whole.value)
        yield found_in(marked, count, (start, whole.end), f"{lexicon.language}.count.most_of")
        if role in MOODY and (whole.value or 0) >= STOCK and _is_in(marked, whole):
            held = Count(CountRole.HELD, whole.value, None, whole.qualifier)
            yield found_in(marked, held, (whole.start, whole.end), f"{lexicon.language}.count.all")


def _is_in(marked: MarkedSentence, whole: Number) -> bool:
    """Whether a number of prisoners is told to be in: "who sit in jail", "political prisoners in Belarus"."""
    held = any(start >= whole.end for start, _ in marked.hits.get("held", ()))
    return held or any(0 <= start - whole.end <= _HOME_REACH for start, _ in marked.hits.get("belarus", ()))


def is_of_all(marked: MarkedSentence, number: Number) -> bool:
    """Whether so many are to be freed as are held: "all 902", "the remaining 1,000"."""
    cues = marked.hits.get("all_of", ())
    return (number.value or 0) >= STOCK and any(0 <= number.start - end <= _ALL_REACH for _, end in cues)

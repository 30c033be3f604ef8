"""Parts that no word names as such: they make up the whole together, or say what some of the freed are.

"29 men and 19 women" of 48, "26 of the 31 … the other five", "Eleven are women": told of a whole that went before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from db.facts import Count, CountRole
from events.counted import counted_in
from events.found import Found, found_in
from events.frame import is_dismissal, same_clause, states_abroad
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.numbers import Number
from events.stock import NEXT

POLITICAL_REACH = 70  # from a part to the word that makes it political
_DONE = (CountRole.RELEASED, CountRole.PARDONED, CountRole.LEFT_COUNTRY)
_PARTS = (CountRole.SUBSET, CountRole.POLITICAL)
_LEAST = 3  # a whole of two has no parts worth telling
_RUN = 6  # how many parts a whole is split into at most
FEW_STAYED = 2  # of the freed, who did not leave the country
MOST_STAYED = 0.05  # such a share of them, at most; where more go elsewhere, a number tells of a destination
OUT = "out"  # the last part of a rule: of the pardoned, who is free already
OTHERS_STAYED = "others_stayed"  # the last part of a rule: told with "the others stayed"
_CROSSING = ("arrival", "handover", "moved")
_OUT = ("exit_done", "moved", "release_done", "no_longer")
_NAMED = 6  # so many of the freed, at most, are named before "and 46 others"
_NEAR = 1  # how many paragraphs behind the whole a part may stand that says only what some are


@dataclass(frozen=True, slots=True)
class Whole:
    """The greatest number of the freed told so far, the paragraph last told of them, and the parts already told."""

    value: int = 0
    role: CountRole = CountRole.RELEASED
    paragraph: int = 0
    parts: frozenset[int] = frozenset()

    def with_counts(self, marked: MarkedSentence, found: Sequence[Found[Count]]) -> Whole:
        """Return what is known behind a sentence with these counts."""
        news = [row for row in found if not row.is_background]
        done = [(row.value.value or 0, row.value.role) for row in news if row.value.role in _DONE]
        parts = {row.value.value for row in found if row.value.role in _PARTS and row.value.value}
        paragraph = marked.sentence.paragraph if done or parts else self.paragraph
        value, role = max(((self.value, self.role), *done), key=lambda one: one[0])
        parts |= {self.value} if self.value < value else set()  # "114 …, nine more, in all 123"
        return Whole(value, role, paragraph, self.parts | parts)


def with_parts(
    marked: MarkedSentence, lexicon: Lexicon, found: Sequence[Found[Count]], whole: Whole
) -> tuple[Found[Count], ...]:
    """Return the counts of a sentence with the parts of `whole` among its numbers told as such."""
    if marked.is_background or whole.value < _LEAST:
        return tuple(found)
    summed = {number.start: number for number in _summed(marked, found, whole)}
    parts = summed | {number.start: number for number in _named(marked, whole)}
    offset = marked.sentence.start
    rest = {row.start - offset for row in found if _is_rest(marked, row, whole)}
    kept = [
        _as_part(row, whole, is_sum=row.start - offset in summed)
        if row.start - offset in parts and row.value.value != whole.value  # "with him 13 others": the whole itself
        else row
        for row in found
        if row.start - offset not in rest
    ]
    told = {row.start - offset for row in kept} | rest
    rule = f"{lexicon.language}.count.part"
    new = (
        found_in(marked, _part(marked, number, whole), (number.start, number.end), rule)
        for start, number in sorted(parts.items())
        if start not in told
    )
    return tuple(_abroad(marked, _out(marked, row, whole), whole) for row in (*kept, *new))


def _out(marked: MarkedSentence, row: Found[Count], whole: Whole) -> Found[Count]:
    """Return a part of the pardoned as the freed, where they are told to be out: "of the 25 pardoned two are at home"."""
    count, number = row.value, (row.start - marked.sentence.start, row.end - marked.sentence.start)
    is_part = count.role is CountRole.SUBSET and count.of_count == whole.value and not count.nationality
    verbs = [verb for concept in _OUT for verb in marked.hits.get(concept, ())]
    undone = (is_unreal, is_negated, is_dismissal)  # "six were freed from paying damages"
    real = [verb for verb in verbs if not any(undoes(marked, verb) for undoes in undone)]
    if whole.role is not CountRole.PARDONED or not is_part or states_abroad(marked):  # "nine came to Vilnius"
        return row
    if not any(same_clause(marked, verb, number) for verb in real):
        return row
    return replace(
        row, value=replace(count, role=CountRole.RELEASED, of_count=None), rule=f"{row.rule[:2]}.count.{OUT}"
    )


def _is_rest(marked: MarkedSentence, row: Found[Count], whole: Whole) -> bool:
    """Whether a number is that of the others beside those named: "together with 121 other prisoners" of 123."""
    named = whole.value - (row.value.value or 0)
    starts = [start for start, _ in marked.hits.get("remaining", ())]
    ends = [number.end for number in marked.numbers if number.start == row.start - marked.sentence.start]
    return 0 < named <= min(_NAMED, whole.value // 2 - 1) and any(start - end == 1 for end in ends for start in starts)


def _abroad(marked: MarkedSentence, row: Found[Count], whole: Whole) -> Found[Count]:
    """Return a part of the freed as those who left the country, where all but one or two did, or the others stayed."""
    count, stayed = row.value, whole.value - (row.value.value or 0)
    if count.role is CountRole.LEFT_COUNTRY and stayed > 0 and count.value and _others_cross(marked, row):
        return replace(row, value=replace(count, role=CountRole.SUBSET, of_count=whole.value))
    is_part = count.role in (CountRole.RELEASED, CountRole.SUBSET) and not count.nationality
    if not is_part or count.value is None or stayed <= 0 or count.of_count not in (None, whole.value):
        return row
    is_most = stayed <= max(1, whole.value * MOST_STAYED) and _crosses(marked, row) and not marked.has("remaining")
    if not is_most and not _is_only_destination(marked, row):
        return row
    rule = f"{row.rule[:2]}.count.{OTHERS_STAYED if marked.has('remaining') else 'left'}"
    return replace(row, value=replace(count, role=CountRole.LEFT_COUNTRY, of_count=whole.value), rule=rule)


def _others_cross(marked: MarkedSentence, row: Found[Count]) -> bool:
    """Whether the others are told to be taken elsewhere: "nine reached Vilnius, the others were driven to Ukraine"."""
    number = (row.start - marked.sentence.start, row.end - marked.sentence.start)
    verbs = [verb for concept in _CROSSING for verb in marked.hits.get(concept, ())]
    others = [one for one in marked.hits.get("remaining", ()) if not same_clause(marked, one, number)]
    verbs += states_abroad(marked)  # "nine reached Vilnius, the others Ukraine"
    return any(same_clause(marked, one, verb) for one in others for verb in verbs)


def _crosses(marked: MarkedSentence, row: Found[Count]) -> bool:
    """Whether a verb of crossing the border stands in the clause of a number."""
    number = (row.start - marked.sentence.start, row.end - marked.sentence.start)
    verbs = [verb for concept in _CROSSING for verb in marked.hits.get(concept, ())]
    return any(same_clause(marked, verb, number) for verb in verbs)


def _is_only_destination(marked: MarkedSentence, row: Found[Count]) -> bool:
    """Whether a number is told to have crossed the border in a sentence that knows no other way out."""
    number = (row.start - marked.sentence.start, row.end - marked.sentence.start)
    verbs = [verb for concept in _CROSSING[:2] for verb in marked.hits.get(concept, ())]
    lands = {name for name in marked.hits if name.startswith("country/") and name != "country/BY"}
    others = [one for one in marked.numbers if one.start != number[0]]
    return (
        len(lands) == 1
        and all(same_clause(marked, verb, number) for concept in _CROSSING for verb in marked.hits.get(concept, ()))
        and bool(others or marked.has("remaining"))
        and any(same_clause(marked, verb, number) for verb in verbs)
        and not any(same_clause(marked, verb, (one.start, one.end)) for verb in verbs for one in others)
    )


def is_political(marked: MarkedSentence, number: Number) -> bool:
    """Whether a part is told to be political prisoners: "29 of them political"."""
    hits = (*marked.hits.get("political", ()), *marked.hits.get("political_adjective", ()))
    between = [
        marked.sentence.folded[number.end : start] for start, _ in hits if 0 <= start - number.end <= POLITICAL_REACH
    ]
    aside = _aside_end(marked, number)
    return any(not re.search(r"[.;:\d]", words[:aside]) and len(words) <= aside for words in between)


def _aside_end(marked: MarkedSentence, number: Number) -> int:
    """Return how far behind a number an aside goes on ("those freed, among them nine women, had …"): to the comma."""
    is_linked = any(end + 1 == number.start for _, end in marked.hits.get("of_them", ()))
    comma = marked.sentence.folded.find(",", number.end)
    has_noun = any(number.end < start < comma for start, _ in marked.hits.get("person", ()))
    is_clause = any(0 <= start - comma <= NEXT for start, _ in marked.hits.get("relative", ()))
    return comma - number.end if is_linked and has_noun and not is_clause else POLITICAL_REACH


def _part(marked: MarkedSentence, number: Number, whole: Whole) -> Count:
    left = CountRole.LEFT_COUNTRY if _crossed(marked, number) else CountRole.SUBSET
    role = CountRole.POLITICAL if is_political(marked, number) else left
    return Count(role, number.value, None, number.qualifier, of_count=whole.value)


def _crossed(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number stands beside a verb of crossing the border: "of the 52, 51 crossed", "left Belarus 51"."""
    verbs = marked.hits.get("arrival", ())
    return any(0 <= start - number.end <= NEXT or 0 <= number.start - end <= NEXT for start, end in verbs)


def _as_part(row: Found[Count], whole: Whole, *, is_sum: bool) -> Found[Count]:
    """Return a count as a part; who alone is told to have crossed the border stays told so, and so do nearly all."""
    stayed = whole.value - (row.value.value or 0)
    if row.value.role is CountRole.LEFT_COUNTRY and (not is_sum or stayed <= FEW_STAYED):
        return row
    is_other = row.value.role is CountRole.PARDONED and whole.role is not CountRole.PARDONED
    is_told = row.value.role in (*_DONE, CountRole.PLANNED) or (is_sum and row.value.role is CountRole.DEMANDED)
    if not is_told or is_other:  # "four are out: two were pardoned"
        return row
    return replace(row, value=replace(row.value, role=CountRole.SUBSET, of_count=whole.value))


def _summed(marked: MarkedSentence, found: Sequence[Found[Count]], whole: Whole) -> Iterator[Number]:
    """Yield numbers that make up the whole, together or with a part told before; some of them must count people."""
    numbers = [number for number in marked.numbers if _is_smaller(number, whole)]
    if not numbers:
        return
    counted = {one.number.start for one in counted_in(marked)} | {row.start - marked.sentence.start for row in found}
    counted |= {end + 1 for _, end in marked.hits.get("remaining", ())}  # "the other eight"
    for first in range(len(numbers)):
        sums = accumulate(number.value or 0 for number in numbers[first : first + _RUN])
        last = next((first + i for i, total in enumerate(sums) if total == whole.value), first)
        run = numbers[first : last + 1]
        if last > first and any(number.start in counted for number in run):
            yield from run
    for number in numbers:
        if number.start in counted and whole.value - (number.value or 0) in whole.parts:
            yield number


def _named(marked: MarkedSentence, whole: Whole) -> tuple[Number, ...]:
    return (*_told_of(marked, whole), *_taken_out(marked, whole), *_linked(marked, whole), *_crossing(marked, whole))


def _crossing(marked: MarkedSentence, whole: Whole) -> Iterator[Number]:
    """Yield the part in "so 51 crossed the border" of 52: no noun follows, but nearly all are told to have left."""
    for number in marked.numbers:
        is_most = whole.value - (number.value or 0) <= max(FEW_STAYED, whole.value * MOST_STAYED)
        if is_most and _is_smaller(number, whole) and _crossed(marked, number):
            yield number


def _linked(marked: MarkedSentence, whole: Whole) -> Iterator[Number]:
    """Yield the part in "22 convicts, of whom 20 for extremism": no noun follows, but why they were jailed."""
    links = [end for _, end in marked.hits.get("of_them", ())]
    for number in marked.numbers:
        others = [one.value for one in marked.numbers if one.end < number.start]
        is_told = number.start - 1 in links and is_political(marked, number)
        if is_told and _is_smaller(number, whole) and (not others or others[-1] == whole.value):
            yield number


def _told_of(marked: MarkedSentence, whole: Whole) -> Iterator[Number]:
    """Yield numbers that say without a noun what some of the freed are: "Eleven are women", "four have children"."""
    is_near = 0 <= marked.sentence.paragraph - whole.paragraph <= _NEAR
    verbs = [start for start, _ in marked.hits.get("they_are", ())]
    for number in marked.numbers:
        noun = _noun_end(marked, number)
        end = _link_end(marked, noun)
        if not is_near and end == noun:
            continue
        place = end if end > noun else number.end
        after = marked.sentence.folded[place : place + NEXT]
        is_dated = any(0 <= date.start - place - len(after) <= 1 for date in marked.dates)
        is_subject = (after == " — " and not is_dated) or any(0 <= start - end <= NEXT for start in verbs)
        if is_subject and _is_smaller(number, whole) and (number.value or 0) > 1 and _opens_clause(marked, number):
            yield number


def _noun_end(marked: MarkedSentence, number: Number) -> int:
    """Return where a number ends with a bare noun for people behind it: "nine persons have"; none who are still in."""
    nouns = () if marked.has("held", "arrest", "entry") else marked.hits.get("person", ())
    return next((end for start, end in nouns if start - number.end == 1), number.end)


def _link_end(marked: MarkedSentence, noun: int) -> int:
    """Return where "of them" ends right behind a number and its noun, or the noun: "14 people of the group — foreigners"."""
    return next((end for start, end in marked.hits.get("of_them", ()) if start - noun == 1), noun)


def _taken_out(marked: MarkedSentence, whole: Whole) -> Iterator[Number]:
    """Yield the part in "of the 18, fifteen were convicted of extremism", where the whole goes before its part."""
    links = marked.hits.get("amount/part_of", ())
    for of, number in pairwise(marked.numbers):
        link = next((start for start, end in links if end + 1 == of.start), None)
        is_whole = of.value == whole.value and link is not None and _starts_clause(marked, link)
        if is_whole and _is_smaller(number, whole):
            yield number


def _opens_clause(marked: MarkedSentence, number: Number) -> bool:
    ands = marked.hits.get("amount/and_words", ())
    return _starts_clause(marked, number.start) or any(end + 1 == number.start for _, end in ands)


def _starts_clause(marked: MarkedSentence, start: int) -> bool:
    before = marked.sentence.folded[:start].rstrip()
    return not before or before[-1] in ",;:(—-"


def _is_smaller(number: Number, whole: Whole) -> bool:
    is_plain = number.value_max is None and not number.is_distributive
    return is_plain and 0 < (number.value or 0) < whole.value

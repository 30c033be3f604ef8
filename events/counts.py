"""Counts: what each number in the text counts, by the verb or noun that governs it (domain.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from db.facts import Count, CountRole, Kind, Qualifier
from events.counted import (
    FREEING,
    NEXT,
    STOCK,
    Counted,
    counted_in,
    counter_of,
    is_of_most,
    is_one_of,
    is_stock,
    reaches,
    recalled_in,
    span_of,
    whole_of,
)
from events.found import Found, found_in
from events.frame import CLAUSE_END, is_negated, is_unreal, stands_after
from events.lexicon import Lexicon
from events.marks import MarkedSentence, Span
from events.nation_lists import listed_nationalities
from events.nationalities import HOME, nation_behind
from events.numbers import Number
from events.parts import Whole, is_political, with_parts

_LINK_REACH = 40  # from "among them" to a number
_OF_RELEASE = (*FREEING, "release_noun", "pardon_noun", "prisoner", "political", "freed")
_OF_FREED = ("prisoner", "political", "freed", "pardon_done", "release_done", "exit_done")
_GOVERNORS: tuple[tuple[str, CountRole | None], ...] = (
    ("release_done", CountRole.RELEASED),
    ("exit_done", CountRole.RELEASED),
    ("freed", CountRole.RELEASED),
    ("pardon_done", CountRole.PARDONED),
    ("handover", CountRole.RELEASED),
    ("moved", CountRole.RELEASED),
    ("arrival", CountRole.LEFT_COUNTRY),  # behind the others: it tells most where they name the same words
    ("release_future", CountRole.PLANNED),
    ("announce", CountRole.PLANNED),
    ("plan", CountRole.PLANNED),
    ("possible", CountRole.PLANNED),
    ("discuss", CountRole.PLANNED),
    ("offer", CountRole.PLANNED),
    ("want", CountRole.DEMANDED),
    ("demand", CountRole.DEMANDED),
    ("held", CountRole.HELD),
    ("arrest", None),  # numbers of arrests and sentences are not ours
)
_NAMING = (
    ("release_noun", CountRole.RELEASED),
    ("pardon_noun", CountRole.PARDONED),
    ("release_infinitive", CountRole.RELEASED),
)
_MOODS: tuple[tuple[str, CountRole], ...] = (
    ("want", CountRole.DEMANDED),
    ("demand", CountRole.DEMANDED),
    ("discuss", CountRole.PLANNED),
    ("possible", CountRole.PLANNED),
    ("plan", CountRole.PLANNED),
    ("offer", CountRole.PLANNED),
    ("announce", CountRole.PLANNED),
    ("talks", CountRole.PLANNED),
    ("deal", CountRole.PLANNED),
)
_DONE_VERBS = ("release_done", "exit_done", "pardon_done", "handover", "moved", "arrival")
_ACTS = ("release_done", "pardon_done", "release_future")
_FEW = 5  # fewer people are those who talk
_MOODY = (CountRole.PLANNED, CountRole.DEMANDED)
_DONE = (CountRole.RELEASED, CountRole.PARDONED, CountRole.LEFT_COUNTRY)


def counts_of(
    sentences: Iterable[MarkedSentence], lexicon: Lexicon, as_of: date | None, kinds: tuple[Kind, ...] = ()
) -> Iterator[Found[Count]]:
    """Yield the counts of an article of `kinds`; a part ("20 of them") may stand in any sentence behind its whole."""
    whole: Count | None = None
    known = Whole()
    for sentence in sentences:
        before = None if sentence.is_background else whole
        found = find_counts(sentence, lexicon, as_of, before, kinds)
        found = with_parts(sentence, lexicon, found, known.with_counts(sentence, found))
        yield from found
        if not sentence.is_background:
            known = known.with_counts(sentence, found)
            news = (one for one in found if not one.is_background)
            done = (one.value for one in news if one.value.role in _DONE and not one.value.nationality)
            whole = max((whole, *done), key=lambda count: (count and count.value) or 0)


def find_counts(
    marked: MarkedSentence,
    lexicon: Lexicon,
    as_of: date | None,
    whole: Count | None = None,
    kinds: tuple[Kind, ...] = (),
) -> tuple[Found[Count], ...]:
    """Return the counts of one sentence, in order. `as_of` dates the figures of those still held.

    `whole` is what the sentences before counted; `kinds` tells what the article's news is.
    """
    counts: list[Found[Count]] = []
    last = whole
    numbers = tuple(counted_in(marked))
    recalled = recalled_in(marked, numbers, whole.value if whole else None)
    for counted in numbers:
        part = _part_of(marked, counted, last)
        count = part or _count(marked, counted, as_of, kinds)
        if count is None:
            continue
        is_recalled = counted in recalled and count.role in _DONE
        rule = f"{lexicon.language}.count.{count.role.value}"
        row = found_in(marked, count, span_of(counted), rule, is_background=is_recalled)
        counts.append(_as_of_today(marked, row))
        last = last if is_recalled or part is not None or count.nationality is not None else count
    return (
        *counts,
        *_parts_of_numbers(marked, lexicon),
        *_most_of(marked, lexicon),
        *listed_nationalities(marked, lexicon, [found.value for found in counts], _whole(counts, whole)),
    )


def _whole(counts: list[Found[Count]], before: Count | None) -> int | None:
    """Return the number that a list of nations splits: told in its sentence, else before, where it lists the freed."""
    own = (found.value.value for found in counts if found.value.role in _DONE and found.value.value)
    told = any(found.value.nationality for found in counts)
    return next(own, before.value if before is not None and told else None)


def _part_of(marked: MarkedSentence, counted: Counted, whole: Count | None) -> Count | None:
    """Return "20 of them political" or "among them 6 Lithuanians" as parts of the whole named before."""
    if whole is None or whole.value is None or counted.number.value is None or counted.number.value >= whole.value:
        return None
    links = (*marked.hits.get("of_them", ()), *marked.hits.get("freed", ()))
    is_met = marked.has("meeting") and not marked.has(*_DONE_VERBS)  # "two Polish officers met the buses"
    is_group = counted.nationality is not None and not is_met and _role(marked, counted.number) in (None, *_DONE)
    near = is_group or any(
        0 <= start - counted.number.end <= NEXT or 0 <= counted.number.start - end <= _LINK_REACH
        for start, end in links
    )
    if not near:
        return None
    return Count(
        _part_role(marked, counted.number),
        counted.number.value,
        counted.number.value_max,
        counted.number.qualifier,
        nationality=counted.nationality,
        of_count=whole.value,
    )


def _part_role(marked: MarkedSentence, number: Number) -> CountRole:
    """Return what a part is: political prisoners, those across the border, or any other."""
    if is_political(marked, number):
        return CountRole.POLITICAL
    is_abroad = marked.has("arrival") and _role(marked, number) is CountRole.LEFT_COUNTRY
    return CountRole.LEFT_COUNTRY if is_abroad else CountRole.SUBSET


def _parts_of_numbers(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Count]]:
    for part in marked.numbers:
        whole = whole_of(marked, part)
        nation = nation_behind(marked, whole.end) if whole is not None else None
        if whole is not None and is_one_of(marked, part) and nation is None:
            continue
        if whole is not None and (nation is not None or marked.has(*_OF_FREED)):
            role = CountRole.POLITICAL if is_political(marked, whole) else _part_role(marked, part)
            code = nation[0] if nation is not None else None  # "59 of the 71 are Belarusian citizens"
            count = Count(role, part.value, None, part.qualifier, nationality=code, of_count=whole.value)
            yield found_in(marked, count, (part.start, whole.end), f"{lexicon.language}.count.part")


def _count(marked: MarkedSentence, counted: Counted, as_of: date | None, kinds: tuple[Kind, ...]) -> Count | None:
    number = counted.number
    links = marked.hits.get("of_them", ())
    is_part = any(0 <= start - number.end <= NEXT or 0 <= number.start - end <= _LINK_REACH for start, end in links)
    if counted.nationality is not None and is_part:
        role: CountRole | None = CountRole.SUBSET
    else:
        role = CountRole.HELD if is_stock(marked, number) else _role(marked, number)
    if role is None and _is_asked_for(marked, counted, kinds):
        role = CountRole.PLANNED
    if role in _MOODY and stands_after(marked, (number.start, number.end)):  # "thanked for the release of 16"
        return None
    if role is None:
        return None
    count = Count(role, number.value, number.value_max, number.qualifier, nationality=counted.nationality)
    if role is not CountRole.HELD:
        return replace(count, nationality=None) if count.nationality == HOME and not is_part else count
    return replace(count, counter=counter_of(marked), as_of=as_of)


def _as_of_today(marked: MarkedSentence, row: Found[Count]) -> Found[Count]:
    """Return the stock of a counting body as news even behind sentences that recall, if no old day is told."""
    is_stock_told = row.value.role is CountRole.HELD and (row.value.value or 0) >= STOCK
    return replace(row, is_background=marked.is_old) if is_stock_told and "counter" in marked.roles() else row


def _is_asked_for(marked: MarkedSentence, counted: Counted, kinds: tuple[Kind, ...]) -> bool:
    """Whether a number of people in an article that tells of talks alone is what they are about: "at least 90 people"."""
    is_of_talks = kinds == (Kind.NEGOTIATION,) and not marked.has("held", "arrest", "freed", *_DONE_VERBS)
    has_noun = counted.unit != (counted.number.start, counted.number.end)
    is_told = marked.is_head() or marked.has("possible", "plan", "offer", "deal", "discuss")
    return is_of_talks and has_noun and is_told and (counted.number.value or 0) >= _FEW


def _role(marked: MarkedSentence, number: Number) -> CountRole | None:
    """Return what the nearest governor before the number (else behind it) makes of it; its own clause goes first."""
    governors = sorted(_governors(marked), key=lambda governor: governor[:2])
    around = [role for start, end, role in governors if start <= number.start and number.end <= end]
    if around:  # "lässt 52 Gefangene frei"
        return around[-1]
    before = [(end, role) for _, end, role in governors if end <= number.start]
    after = [(start, role) for start, _, role in governors if start >= number.end and role is not None]
    if before and after and _opens_clause_of_held(marked, number, before[-1][0], after[0]):
        return CountRole.HELD
    is_far = bool(before) and before[-1][1] is CountRole.HELD and _is_parted(marked, before[-1][0], number.start)
    is_moody = bool(before) and before[-1][1] in _MOODY and _is_parted(marked, before[-1][0], number.start)
    is_done = bool(after) and after[0][1] in _DONE and not _is_parted(marked, number.end, after[0][0])
    if (is_moody and is_done) or (is_far and after and not _is_parted(marked, number.end, after[0][0])):
        role: CountRole | None = _behind(after)  # "after years in prison, thirteen walked free"
    else:
        role = before[-1][1] if before else _behind(after) if after else _stock_role(marked)
    if role in _DONE and marked.has("zone/cumulative"):
        return CountRole.CUMULATIVE
    return role


def _is_parted(marked: MarkedSentence, start: int, end: int) -> bool:
    return CLAUSE_END.search(marked.sentence.folded, start, end) is not None


def _behind(after: Sequence[tuple[int, CountRole | None]]) -> CountRole | None:
    """Return the role a subject gets from the verbs behind it: "eleven people held in Mahilyow walked free"."""
    return next((role for _, role in after if role in _DONE), after[0][1])


def _opens_clause_of_held(
    marked: MarkedSentence, number: Number, before: int, after: tuple[int, CountRole | None]
) -> bool:
    """Tell whether a number begins a clause about those still in: "freed 52, while 1,100 prisoners are held"."""
    folded = marked.sentence.folded
    is_near = after[1] is CountRole.HELD and reaches(folded, number.end, (after[0], after[0]))
    return is_near and "," in folded[before : number.start]


def _stock_role(marked: MarkedSentence) -> CountRole | None:
    """Return that a number of political prisoners that only a counting body governs is the stock."""
    return CountRole.HELD if marked.has("political") and "counter" in marked.roles() else None


def _governors(marked: MarkedSentence) -> Iterator[tuple[int, int, CountRole | None]]:
    arrivals = marked.hits.get("arrival", ())
    for concept, role in _GOVERNORS:
        for span in marked.hits.get(concept, ()):
            if concept == "moved" and span in arrivals:  # the same words: who crossed the border is counted as such
                continue
            if role not in _MOODY or marked.has(*_OF_RELEASE):  # "some 200 people wanted to see him"
                yield *span, _real_role(marked, concept, span, role)
    whole = [span for concept in _ACTS for span in marked.hits.get(concept, ())]
    for concept, role in _NAMING:
        for start, end in marked.hits.get(concept, ()):
            others = [*whole, *(hit for hit in marked.hits.get("pardon_noun", ()) if hit != (start, end))]
            others += marked.hits.get("freed", ()) if concept == "release_noun" else ()
            if not any(first <= start and end <= last for first, last in others):  # "signed a decree on the pardon of"
                yield start, end, _named_role(marked, role)


def _real_role(marked: MarkedSentence, concept: str, span: Span, role: CountRole | None) -> CountRole | None:
    """Return the role of a done verb: undone by a modal it plans, negated it counts nothing (rule 2)."""
    if role not in _DONE or concept == "freed":
        return role
    if is_negated(marked, span):
        return None
    return CountRole.PLANNED if is_unreal(marked, span) else role


def _named_role(marked: MarkedSentence, done: CountRole) -> CountRole:
    """Return the role of a release named by noun or infinitive: what its sentence's mood makes of it, else `done`."""
    return next((role for concept, role in _MOODS if marked.has(concept)), done)


def _most_of(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Count]]:
    """Yield "most of the remaining 1,300": no value, vague, of 1,300."""
    for start, end in marked.hits.get("whole", ()):
        whole = next(
            (n for n in marked.numbers if (n.value or 0) >= _FEW and is_of_most(marked, n) and n.start > end), None
        )
        role = _role(marked, Number(None, None, Qualifier.VAGUE, start, end))
        if whole is not None and role is not None:
            count = Count(role, None, None, Qualifier.VAGUE, of_count=whole.value)
            yield found_in(marked, count, (start, whole.end), f"{lexicon.language}.count.most_of")

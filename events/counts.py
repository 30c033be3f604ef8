"""Counts: what each number in the text counts, by the verb or noun that governs it (domain.md §2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from db.facts import Count, CountRole, Kind
from events.asides import stands_after
from events.asked import DONE_VERBS, ahead, is_asked_for, is_offered, is_only_wanted
from events.counted import (
    OF_OTHERS,
    Counted,
    counted_in,
    counter_of,
    is_dating,
    is_further,
    is_of_others,
    is_one_of,
    is_with_one,
    named_beside,
    recalled_in,
    span_of,
)
from events.found import Found, found_in
from events.frame import same_clause
from events.governors import DONE, MOODY, role_of
from events.holding import as_of_today, is_of_all, is_subgroup, most_of
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_negated
from events.nation_lists import listed_nationalities
from events.nationalities import HOME, nation_behind
from events.numbers import Number
from events.parts import Whole, is_political, with_parts
from events.stock import NEXT, STOCK, is_counted_stock, is_stock, is_told_aside
from events.titles import understood, verb_of_title
from events.wholes import whole_of

_LINK_REACH = 40  # from "among them" to a number
_OF_FREED = ("prisoner", "political", "freed", "pardon_done", "release_done", "exit_done")


def counts_of(
    sentences: Iterable[MarkedSentence], lexicon: Lexicon, as_of: date | None, kinds: tuple[Kind, ...] = ()
) -> Iterator[Found[Count]]:
    """Yield the counts of an article of `kinds`; a part ("20 of them") may stand in any sentence behind its whole."""
    whole: Count | None = None
    known = Whole()
    titled: CountRole | None = None
    lone: list[Count] = []  # those counted by their nation in title and lead
    for sentence in sentences:
        titled = verb_of_title(sentence, titled)
        if not sentence.numbers and not sentence.nations:
            continue
        before = None if sentence.is_background else whole or _whole_of_nation(sentence, lone)
        found = find_counts(sentence, lexicon, as_of, before, kinds)
        found = found or tuple(understood(sentence, lexicon, titled))
        found = tuple(_as_whole(sentence, row, as_of) for row in found)
        found = with_parts(sentence, lexicon, found, known.with_counts(sentence, found))
        yield from found
        if not sentence.is_background:
            known = known.with_counts(sentence, found)
            news = (one for one in found if not one.is_background)
            done = (one.value for one in news if one.value.role in DONE and not one.value.nationality)
            whole = max((whole, *done), key=lambda count: (count and count.value) or 0)
            lone += [one.value for one in found if one.value.role in DONE and one.value.nationality and one.is_head]


def _as_whole(marked: MarkedSentence, row: Found[Count], today: date | None) -> Found[Count]:
    """Return a total of the day of the news as told in the head: "in all, Minsk freed 123 that day"."""
    start = row.start - marked.sentence.start
    cues = (cue for cue in marked.hits.get("in_all", ()) if cue[1] <= start)
    is_total = any(same_clause(marked, cue, (start, start)) for cue in cues)
    is_total = is_total and (marked.has("zone/that_day") or marked.is_dated(today)) and row.value.role in DONE
    return replace(row, is_head=True) if is_total and not row.is_background else row


def _whole_of_nation(sentence: MarkedSentence, lone: list[Count]) -> Count | None:
    """Return all of the freed where they are of one nation: "11 Ukrainians … among them two women"."""
    values = {(count.value, count.nationality) for count in lone}
    cue = sentence.first("of_them")
    is_of_them = (
        cue is not None and bool(sentence.numbers) and not sentence.nations and cue[1] <= sentence.numbers[0].start
    )
    return lone[0] if is_of_them and len(values) == 1 else None


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
        is_recalled = counted in recalled and count.role in DONE
        is_rest = count.role in DONE and count.value == counted.number.value and is_of_others(marked, counted.number)
        rule = f"{lexicon.language}.count.{OF_OTHERS if is_rest else count.role.value}"
        row = found_in(marked, count, span_of(counted), rule, is_background=is_recalled)
        if count.role in DONE and not is_rest and is_of_others(marked, counted.number):
            row = replace(row, is_head=True)  # "with him 13 others were let go": the whole, wherever it stands
        counts.append(ahead(marked, counted, as_of_today(marked, row)))
        if count.role in MOODY and is_of_all(marked, counted.number):
            held = replace(count, role=CountRole.HELD, nationality=None, counter=counter_of(marked), as_of=as_of)
            counts.append(found_in(marked, held, span_of(counted), f"{lexicon.language}.count.all"))
        both = _told_besides(marked, counted, count, as_of)
        counts.extend([replace(row, value=both, rule=f"{lexicon.language}.count.both")] if both is not None else [])
        last = last if is_recalled or part is not None or count.nationality is not None else count
    return (
        *counts,
        *_parts_of_numbers(marked, lexicon, whole),
        *most_of(marked, lexicon, kinds),
        *listed_nationalities(marked, lexicon, [found.value for found in counts], _whole(counts, whole)),
    )


def _told_besides(marked: MarkedSentence, counted: Counted, count: Count, as_of: date | None) -> Count | None:
    """Return the stock in what is wanted for it, or a plan for the stock: "900 people who are still in may walk free"."""
    if count.role is CountRole.HELD and is_told_aside(marked, counted.number) and marked.has("all_of"):
        return replace(count, role=CountRole.DEMANDED, counter=None, as_of=None) if marked.has("demand") else None
    end = span_of(counted)[1]
    clause = next((hit for hit in marked.hits.get("relative", ()) if 0 <= hit[0] - end <= NEXT), None)
    held = [
        hit
        for hit in marked.hits.get("held", ())
        if clause and clause[1] <= hit[0] and same_clause(marked, clause, hit)
    ]
    futures = [verb for verb in marked.hits.get("release_future", ()) if not is_negated(marked, verb)]
    wished = [verb for verb in marked.hits.get("release_infinitive", ()) if verb[1] <= counted.number.start]
    is_ahead = any(same_clause(marked, verb, span_of(counted)) for verb in (*futures, *wished))
    if count.role is CountRole.HELD and is_ahead and (count.value or 0) >= STOCK:  # "will free all remaining 1,100"
        role = CountRole.DEMANDED if marked.has("demand") else CountRole.PLANNED
        return replace(count, role=role, counter=None, as_of=None)
    if not held or (count.value or 0) < STOCK:
        return None
    if count.role in MOODY:
        return replace(count, role=CountRole.HELD, counter=counter_of(marked), as_of=as_of)
    if count.role is CountRole.HELD and any(verb[0] >= held[0][1] for verb in futures):
        return replace(count, role=CountRole.PLANNED, counter=None, as_of=None)
    return None


def _whole(counts: list[Found[Count]], before: Count | None) -> int | None:
    """Return the number that a list of nations splits: told in its sentence, else before, where it lists the freed."""
    own = (found.value.value for found in counts if found.value.role in DONE and found.value.value)
    told = any(found.value.nationality for found in counts)
    return next(own, before.value if before is not None and told else None)


def _part_of(marked: MarkedSentence, counted: Counted, whole: Count | None) -> Count | None:
    """Return "20 of them political" or "among them 6 Lithuanians" as parts of the whole named before."""
    if whole is None or whole.value is None or counted.number.value is None or counted.number.value >= whole.value:
        return None
    if counted.number.value == 1 and any(whole_of(marked, one) for one in marked.numbers):
        return None  # "five of the 65 have a Ukrainian passport"
    if any(start == counted.number.start for start, _ in marked.hits.get("amount/both", ())):
        return None  # "among them A and B, both serving nine years"
    links = (*marked.hits.get("of_them", ()), *marked.hits.get("freed", ()))
    is_met = marked.has("meeting") and not marked.has(*DONE_VERBS)  # "two Polish officers met the buses"
    is_group = counted.nationality is not None and not is_met and role_of(marked, counted.number) in (None, *DONE)
    is_rest = counted.nationality is None and not marked.has(*DONE_VERBS)  # "the other two had served their term"
    rests = marked.hits.get("remaining", ()) if is_rest else ()
    links = tuple(link for link in links if link not in rests)
    near = is_group or any(
        0 <= start - counted.number.end <= NEXT or 0 <= counted.number.start - end <= _LINK_REACH
        for start, end in links
    )
    if not near:
        return None
    return Count(
        _part_role(marked, counted.number) if counted.nationality is None else CountRole.SUBSET,
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
    is_abroad = marked.has("arrival") and role_of(marked, number) is CountRole.LEFT_COUNTRY
    return CountRole.LEFT_COUNTRY if is_abroad else CountRole.SUBSET


def _parts_of_numbers(marked: MarkedSentence, lexicon: Lexicon, before: Count | None) -> Iterator[Found[Count]]:
    for part in marked.numbers:
        whole = whole_of(marked, part)
        nation = nation_behind(marked, whole.end) if whole is not None else None
        if whole is not None and is_one_of(marked, part) and nation is None:
            continue
        is_known = whole is not None and before is not None and whole.value == before.value
        if whole is not None and (is_known or nation is not None or marked.has(*_OF_FREED)):
            # "51 of the 52 political prisoners"
            is_own = any(start - whole.end == 1 for start, _ in marked.hits.get("political", ()))
            role = CountRole.POLITICAL if is_political(marked, whole) else _part_role(marked, part)
            role = CountRole.SUBSET if is_own and role is CountRole.POLITICAL else role
            code = nation[0] if nation is not None else None  # "59 of the 71 are Belarusian citizens"
            count = Count(role, part.value, None, part.qualifier, nationality=code, of_count=whole.value)
            yield found_in(marked, count, (part.start, whole.end), f"{lexicon.language}.count.part")


def _count(marked: MarkedSentence, counted: Counted, as_of: date | None, kinds: tuple[Kind, ...]) -> Count | None:
    number = counted.number
    links = marked.hits.get("of_them", ())
    is_part = any(0 <= start - number.end <= NEXT or 0 <= number.start - end <= _LINK_REACH for start, end in links)
    is_group = counted.nationality is not None and is_part
    role = CountRole.SUBSET if is_group else _role(marked, counted, kinds)
    if is_only_wanted(marked, role, kinds) or (role is CountRole.DEMANDED and is_offered(marked)):
        role = CountRole.PLANNED
    is_late = Kind.RELEASE in kinds and _is_outdated(marked, number, as_of)
    if role in MOODY and (is_late or _is_of_former(marked, number)):
        return None
    beside = named_beside(marked, number) if role in DONE and counted.nationality is None else 0
    if role in DONE and not beside and is_with_one(marked, number):
        beside = 1
    is_bare = counted.unit == (number.start, number.end) and role not in (*MOODY, CountRole.HELD)
    if is_bare and not beside and is_further(marked, number):
        return None  # "with him they let go another 13"
    if role is None or (role is CountRole.HELD and is_subgroup(marked, counted)):
        return None
    value = number.value + beside if number.value else number.value
    count = Count(role, value, number.value_max, number.qualifier, nationality=counted.nationality)
    if role is not CountRole.HELD:
        return replace(count, nationality=None) if count.nationality == HOME and not is_part else count
    return replace(count, counter=counter_of(marked), as_of=as_of)


def _role(marked: MarkedSentence, counted: Counted, kinds: tuple[Kind, ...]) -> CountRole | None:
    """Return what a number counts by its governor, by standing as the stock does, or by what talks are about."""
    role = CountRole.HELD if is_stock(marked, counted.number) else role_of(marked, counted.number)
    if role in DONE and is_counted_stock(marked, counted.number):
        role = CountRole.HELD
    is_listed = role is CountRole.HELD and _is_on_list(marked, counted.number, kinds)
    is_asked = role is None and is_asked_for(marked, counted, kinds)
    return CountRole.PLANNED if is_listed or is_asked else role


def _is_on_list(marked: MarkedSentence, number: Number, kinds: tuple[Kind, ...]) -> bool:
    """Whether a few are on a list that is talked about, and not on that of all who are held: "there are about 60 on it"."""
    is_few = (number.value or STOCK) < STOCK and not marked.has("political", "prisoner", "custody")
    return (
        is_few and kinds == (Kind.NEGOTIATION,) and marked.is_head() and marked.has("attribution/counted_by", "of_them")
    )


def _is_outdated(marked: MarkedSentence, number: Number, today: date | None) -> bool:
    """Whether a plan was told before people were freed: "on Friday they wrote that 150 may walk free"."""
    is_before = today is not None and all(day.last_day < today for day in marked.dates)
    return bool(marked.dates) and is_before and not is_further(marked, number)


def _is_of_former(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number is of an earlier wave: "thanked for the release of 16", "freed 100 and wants another 50"."""
    number_span = (number.start, number.end)
    secured = [one for one in marked.hits.get("secured", ()) if one[1] <= number.start]
    if any(same_clause(marked, one, number_span) for one in secured) and not is_further(marked, number):
        return True  # "who has already negotiated the freedom of 100"
    ahead = (verb for verb in marked.hits.get("release_future", ()) if verb[1] <= number.start)
    is_more = is_further(marked, number) and any(one.end < number.start for one in marked.numbers)
    if stands_after(marked, (number.start, number.end)) and not any(stands_after(marked, verb) for verb in ahead):
        return not is_more  # "thanked for the release of 16 and talked about that of another 1,300"
    if is_dating(marked, number):
        return True
    return not is_further(marked, number) and any(
        one.start > number.end and is_further(marked, one) for one in marked.numbers
    )

"""Totals: which number is the whole of several that a text tells of one release ("114 …, nine more …, in all 123")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from db.facts import Count, CountRole, Outcome, Person, Qualifier
from events.counted import OF_OTHERS, is_of_others
from events.found import Found
from events.marks import MarkedSentence

FREED_ROLES = (CountRole.RELEASED, CountRole.PARDONED)
_ROUND = 10  # the least number that is rounded
_ROUNDED = {Qualifier.OVER: (1.0, 1.3), Qualifier.ABOUT: (0.85, 1.15)}  # how many times so many there may be
DONE = (*FREED_ROLES, CountRole.LEFT_COUNTRY)
FEW = 3  # so many, at most, are named beside the others; a number that small is nobody's whole


def rests_of(sentences: Iterable[MarkedSentence]) -> frozenset[int]:
    """Return the numbers of others told beside those told before, in a total, too: "nine more", "the other 114"."""
    return frozenset(n.value for marked in sentences for n in marked.numbers if n.value and is_of_others(marked, n))


def without_rounded(told: list[Found[Count]]) -> list[Found[Count]]:
    """Return counts of the freed without rounded ones whose exact number is told: "over a hundred" of 123."""
    exact = [f.value for f in told if f.value.role in DONE and f.value.qualifier is Qualifier.EXACT and f.is_head]
    return [found for found in told if not any(_is_rounded(found.value, count) for count in exact)]


def _is_rounded(count: Count, exact: Count) -> bool:
    if count.role not in DONE or not count.value or not exact.value or count.value < _ROUND:
        return False
    if count.value_max or exact.value_max or (count.nationality and count.nationality != exact.nationality):
        return False
    share = exact.value / count.value
    least, most = _ROUNDED.get(count.qualifier, (1, 0))
    return share != 1 and least <= share <= most


def with_sums(told: list[Found[Count]]) -> list[Found[Count]]:
    """Return the number of the others beside one or few as the whole that the text tells elsewhere: "with 122 others", "123"."""
    wholes = {f.value.value for f in told if f.value.role in DONE and f.value.value and not f.value.nationality}
    kept: list[Found[Count]] = []
    for found in told:
        value = found.value.value or 0
        sums = [value + few for few in range(1, FEW + 1) if value + few in wholes] if _is_of_others(found) else []
        rule = f"{found.rule.removesuffix(OF_OTHERS)}{found.value.role.value}"
        kept.append(replace(found, value=replace(found.value, value=sums[0]), rule=rule) if sums else found)
    return kept


def with_total(counts: Sequence[Found[Count]], rests: frozenset[int]) -> list[Found[Count]]:
    """Return a number that is the sum of the one at the top and another as the whole: "114 …, nine more … in all 123"."""
    news = [f.value for f in counts if not f.is_background and f.value.value]
    top = max((f.value.value or 0 for f in counts if f.is_head and f.value.role in DONE), default=0)
    others = {c.value or 0 for c in news if c.role in DONE or (c.role is CountRole.SUBSET and c.of_count != top)}
    totals = {top + other for other in others if other < top} if top > FEW else set()
    sure = {top + rest for rest in rests} if top > FEW else set()
    return [_as_total(found, totals, sure) for found in counts]


def _as_total(found: Found[Count], totals: set[int], sure: set[int]) -> Found[Count]:
    count = found.value
    if count.role is CountRole.CUMULATIVE and count.value in sure:
        return replace(found, value=replace(count, role=CountRole.RELEASED), is_head=True, is_background=False)
    is_whole = count.role in DONE and not found.is_background and count.value in totals | sure
    return replace(found, is_head=True) if is_whole else found


def _is_of_others(found: Found[Count]) -> bool:
    return found.rule.endswith(f".{OF_OTHERS}") and (found.value.value or 0) > FEW


def with_named(counts: list[Found[Count]], people: list[Found[Person]]) -> list[Found[Count]]:
    """Return the number of the others with those named before it, where no whole is told: "with him came 13 others"."""
    freed = [person for person in people if person.is_head and person.value.outcome is Outcome.FREED]
    done = [found for found in counts if found.value.role in DONE and found.value.value]
    most = max((found.value.value or 0 for found in done), default=0)
    same = [found for found in done if found.value.value == most]
    if len(same) != 1 or not _is_of_others(same[0]) or not same[0].is_head:
        return counts
    (rest,) = same
    named = len({person.value.name for person in freed if person.start < rest.start})
    named = named or sum(
        f.value.nationality is not None and f.value.value == 1 and f.start < rest.start for f in counts
    )
    if not 0 < named <= FEW:
        return counts
    whole = replace(rest, value=replace(rest.value, value=most + named))
    return [whole if found is rest else found for found in counts]


def with_companions(counts: list[Found[Count]]) -> list[Found[Count]]:
    """Return one who is freed by name with the others as one number: "she was driven out with 51 others", 52."""
    single = [f for f in counts if f.value.role in FREED_ROLES and f.value.value == 1 and f.is_head]
    others = [f for f in counts if f.value.role in FREED_ROLES and _is_of_others(f) and not f.is_background]
    if not single or len(others) != 1 or any((f.value.value or 0) > 1 for f in counts if f.is_head):
        return counts
    whole = replace(others[0], value=replace(others[0].value, value=(others[0].value.value or 0) + 1), is_head=True)
    return [
        whole if found is others[0] else found for found in counts if found not in single or found.value.nationality
    ]

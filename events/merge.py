"""An event as a view: folded from its claims in one fixed order, so that the order of arrival does not matter. Pure.

Nothing is overwritten: each figure keeps who gives it; figures that disagree stand side by side as a conflict.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from db.claims import Claim
from db.facts import (
    ClaimSource,
    Concession,
    Conflict,
    Count,
    CountRole,
    EventCount,
    EventFacts,
    Kind,
    Modality,
    Person,
    Polarity,
    Precision,
    Qualifier,
    Status,
    Step,
    Verdict,
)
from db.marks import Word
from db.withholding import is_withheld
from events.lexicon import entities
from events.names import person_key, shown_name
from events.nationalities import HOME
from events.traits import span_of
from events.unnamed import is_unnamed

_LATE = datetime.max.replace(tzinfo=UTC)
_GROWING = (CountRole.RELEASED, CountRole.PARDONED, CountRole.LEFT_COUNTRY)
_WEAKEST_FIRST = (
    Qualifier.VAGUE,
    Qualifier.ABOUT,
    Qualifier.AT_LEAST,
    Qualifier.OVER,
    Qualifier.UP_TO,
    Qualifier.EXACT,
)
_STEPS = tuple(Step)
_MARKED = {
    Verdict.CONFIRMED: Status.CONFIRMED,
    Verdict.FALSE: Status.RETRACTED,
    Verdict.NOT_NEWS: Status.RETRACTED,
}
_ACTING_ROLES = frozenset({"ruler", "official", "office", "leader", "envoy"})
_ACTING_OUTLETS = frozenset({"state", "official"})
_ACTING_AGENCIES = frozenset({"BelTA", "Pul Pervogo"})
_TOLD_BY_BOTH = 2

_Key = tuple[CountRole, str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Given:
    """A count as one claim gives it."""

    count: Count
    claim: Claim
    quote: str


def fold(claims: Sequence[Claim], word: Word | None = None) -> EventFacts:
    """Return what the claims say together, and a person's word. At least one claim; the kind is that of the strongest."""
    ordered = sorted(claims, key=lambda claim: (claim.published_at or _LATE, claim.url))
    kind = Kind.RELEASE if any(claim.mention.kind is Kind.RELEASE for claim in ordered) else ordered[0].mention.kind
    telling = [claim for claim in ordered if claim.mention.kind is kind] or ordered
    own = [claim for claim in ordered if claim.mention.kind is not Kind.RELATED and claim.role != "copy"]
    counted = own or ordered
    counts, conflicts = _counts(counted)
    day, precision = _date(telling)
    roots = tuple(dict.fromkeys(claim.mention.root for claim in counted if claim.mention.root))
    return EventFacts(
        kind=kind,
        status=_status(kind, telling, roots) if word is None or word.mark is None else _MARKED[word.mark.verdict],
        polarity=Counter(claim.mention.polarity for claim in telling).most_common(1)[0][0],
        event_date=day,
        date_precision=precision,
        counts=counts,
        nationalities=_nationalities(counts),
        people=_people(counted),
        negotiators=_union(claim.mention.negotiators for claim in counted),
        mediators=_union(claim.mention.mediators for claim in counted),
        transit=_union(claim.mention.transit for claim in counted),
        concessions=_concessions(counted),
        roots=roots,
        conflicts=conflicts,
        mark=word.mark if word else None,
        split_from=word.split_from if word else None,
    )


def _nationalities(counts: Iterable[EventCount]) -> dict[str, int]:
    """Return how many people of which other states the counts tell of."""
    return {c.nationality: c.value for c in counts if c.nationality and c.nationality != HOME and c.value is not None}


def _union(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in values for name in names))


def _date(claims: list[Claim]) -> tuple[date | None, Precision | None]:
    """Return the day most claims tell, told days before those of publication; of two told equally often, the earlier."""
    told = Counter((span, c.mention.date_precision) for c in claims if (span := span_of(c.mention)) is not None)
    if not told:
        return None, None
    span, precision = min(told, key=lambda key: (not key[0].is_told, -told[key], key[0].first))
    return span.first, precision


def _status(kind: Kind, claims: list[Claim], roots: tuple[str, ...]) -> Status:
    """Return the step of the ladder (domain.md §2, SEC-19): forty copies of one root are one source.

    A root that one claim traces to unnamed people rests on them in all: a rewrite that leaves them out is no news.
    """
    if all(claim.mention.polarity is Polarity.NEGATIVE for claim in claims) and kind is Kind.RELEASE:
        return Status.DENIED
    has_arrived = kind is Kind.RELEASE and any(_has_arrived(claim) for claim in claims)
    is_done = kind is not Kind.RELEASE or any(claim.mention.modality is Modality.COMPLETED for claim in claims)
    if is_done and (has_arrived or len(roots) >= _TOLD_BY_BOTH):
        return Status.CONFIRMED
    if any(_is_acting(claim) for claim in claims):
        return Status.ANNOUNCED
    unnamed = {claim.mention.root for claim in claims if is_unnamed(claim.mention.attribution)}
    return Status.RUMOURED if all(claim.mention.root in unnamed for claim in claims) else Status.REPORTED


def _has_arrived(claim: Claim) -> bool:
    return bool(claim.mention.transit) or any(count.role is CountRole.LEFT_COUNTRY for count in claim.mention.counts)


def _is_acting(claim: Claim) -> bool:
    """Whether an acting party says so: its officials, its press, or a state outlet of its own."""
    if claim.outlet_kind in _ACTING_OUTLETS or claim.mention.root in _ACTING_AGENCIES:
        return True
    entity = entities().get(claim.mention.root or "")
    return entity is not None and entity.role in _ACTING_ROLES


def _counts(claims: list[Claim]) -> tuple[tuple[EventCount, ...], tuple[Conflict, ...]]:
    groups: dict[_Key, list[_Given]] = defaultdict(list)
    for claim in claims:
        for index, count in enumerate(claim.mention.counts):
            groups[_key(count)].append(_Given(count, claim, _quote(claim, f"counts[{index}]")))
    counts: list[EventCount] = []
    conflicts: list[Conflict] = []
    for key, given in sorted(groups.items(), key=lambda group: _rank(group[0])):
        kept = _current(key, given)
        counts.extend(
            _event_count(key, value, kept) for value in sorted({g.count.value for g in kept}, key=lambda v: -(v or 0))
        )
        conflicts.extend(_conflict(key, kept))
    return tuple(counts), tuple(conflicts)


def _key(count: Count) -> _Key:
    return count.role, count.nationality, count.counter if count.role is CountRole.HELD else None


def _rank(key: _Key) -> tuple[int, str, str]:
    return list(CountRole).index(key[0]), key[1] or "", key[2] or ""


def _quote(claim: Claim, field: str) -> str:
    return next((row.quote for row in claim.mention.evidence if row.field == field), "")


def _current(key: _Key, given: list[_Given]) -> list[_Given]:
    """Return the claims that stand: a number without a value only where no other is told, and no outgrown number.

    Early reports know smaller numbers: what was told before the highest number came up is outgrown. What is told
    after it and differs is a conflict and stays.
    """
    valued = [g for g in given if g.count.value is not None]
    if not valued:
        return given
    if key[0] not in _GROWING:
        return valued
    highest = max(g.count.value or 0 for g in valued)
    reached = min(g.claim.published_at or _LATE for g in valued if g.count.value == highest)
    by_same = {g.claim.article for g in valued if g.count.value == highest}
    return [
        g
        for g in valued
        if g.count.value == highest
        or (
            (g.claim.published_at or _LATE) > reached
            and g.claim.article not in by_same
            and not _is_rounded(g.count, highest)
        )
    ]


def _is_rounded(count: Count, exact: int) -> bool:
    """Whether a number only says an exact one less exactly: "over 50" beside 52."""
    return (
        count.qualifier in (Qualifier.OVER, Qualifier.ABOUT, Qualifier.AT_LEAST)
        and exact * 0.8 <= (count.value or 0) <= exact * 1.1
    )


def _event_count(key: _Key, value: int | None, given: list[_Given]) -> EventCount:
    same = [g for g in given if g.count.value == value]
    qualifiers = Counter(g.count.qualifier for g in same)
    qualifier = min(qualifiers, key=lambda q: (-qualifiers[q], _WEAKEST_FIRST.index(q)))
    return EventCount(
        role=key[0],
        value=value,
        value_max=max((g.count.value_max for g in same if g.count.value_max is not None), default=None),
        qualifier=qualifier,
        nationality=key[1],
        of_count=next((g.count.of_count for g in same if g.count.of_count is not None), None),
        counter=next((g.count.counter for g in same if g.count.counter), None),
        as_of=max((g.count.as_of for g in same if g.count.as_of is not None), default=None),
        sources=tuple(
            {g.claim.article: ClaimSource(g.claim.article, g.quote, g.claim.outlet) for g in reversed(same)}.values()
        )[::-1],
    )


def _conflict(key: _Key, given: list[_Given]) -> list[Conflict]:
    """Return the disagreement on a figure of one wave; plans, demands and stocks are told by many and do not conflict."""
    if key[0] not in (*_GROWING, CountRole.SUBSET, CountRole.POLITICAL):
        return []
    values = sorted({g.count.value for g in given if g.count.value is not None})
    if len(values) < _TOLD_BY_BOTH or len({g.claim.article for g in given}) < _TOLD_BY_BOTH:
        return []
    field = key[0].value if key[1] is None else f"{key[0].value}.{key[1]}"
    outlets = tuple(dict.fromkeys(f"{g.claim.outlet or g.claim.url}: {g.count.value}" for g in given))
    return [Conflict(field, values[0], values[-1], outlets)]


def _people(claims: list[Claim]) -> tuple[Person, ...]:
    """Return everyone named, however each article spells them, each with the outcome told last; nobody withheld."""
    told: dict[str, list[Person]] = {}
    for claim in claims:
        for person in claim.mention.people:
            if not is_withheld(person.name):
                told.setdefault(person_key(person.name), []).append(person)
    return tuple(Person(shown_name([one.name for one in same]), same[-1].outcome) for same in told.values())


def _concessions(claims: list[Claim]) -> tuple[Concession, ...]:
    """Return each object with its giver and the furthest step told."""
    best: dict[str, Concession] = {}
    for claim in claims:
        for concession in claim.mention.concessions:
            known = best.get(concession.object)
            if known is None or _STEPS.index(concession.step) > _STEPS.index(known.step):
                best[concession.object] = concession
    return tuple(best.values())

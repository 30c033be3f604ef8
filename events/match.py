"""Which known event a mention tells of, how sure, and why. Pure.

Facts identify, likeness does not (measured on hand-labelled leads: kind + date + count .907, embeddings alone .657).
Kind and date window are conditions; counts, people, negotiators, concessions and root add up; some facts forbid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from db.events import Candidate
from db.facts import Count, CountRole, EventCount, Kind, Mention, Modality, Outcome

WINDOW = timedelta(days=3)  # two waves of 30 lay 19 days apart; reports of one wave trickle in over two days
FOLLOW_UP = timedelta(days=60)
THRESHOLD = 3.0
_RELEASE_ROLES = (CountRole.RELEASED, CountRole.PARDONED, CountRole.LEFT_COUNTRY)
_TALK_ROLES = (CountRole.PLANNED, CountRole.DEMANDED)


@dataclass(frozen=True, slots=True)
class Match:
    """The event a mention belongs to (None: a new one), the score, and the reasons for and against in words."""

    event_id: int | None
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Score:
    value: float
    reasons: tuple[str, ...]


def search_window(mention: Mention) -> tuple[date | None, date | None]:
    """Return the days within which an event may lie to be a candidate; (None, None) for a mention without a date."""
    if mention.event_date is None:
        return None, None
    margin = FOLLOW_UP if mention.kind is Kind.RELATED else WINDOW
    return mention.event_date - margin, mention.event_date + margin


def match_mention(mention: Mention, candidates: Sequence[Candidate]) -> Match:
    """Return the best candidate at or over the threshold, ties going to the older event."""
    best: tuple[Candidate, _Score] | None = None
    refused: list[str] = []
    for candidate in candidates:
        score = _score(mention, candidate)
        if score.value < THRESHOLD:
            refused.append(f"not event {candidate.id}: {'; '.join(score.reasons) or 'nothing in common'}")
        elif best is None or score.value > best[1].value:
            best = candidate, score
    if best is not None:
        return Match(best[0].id, best[1].value, best[1].reasons)
    return Match(None, 0.0, tuple(refused) or ("no event of this kind near this date",))


def match_follow_up(mention: Mention, candidates: Sequence[Candidate]) -> Match:
    """Return the release that a related article follows up: one whose freed people it names."""
    named = {person.name for person in mention.people}
    for candidate in sorted(candidates, key=lambda candidate: str(candidate.facts.event_date), reverse=True):
        shared = sorted(named & {person.name for person in candidate.facts.people})
        if shared:
            return Match(candidate.id, THRESHOLD, (f"names {', '.join(shared)}",))
    return Match(None, 0.0, ("related to no known event",))


def _score(mention: Mention, candidate: Candidate) -> _Score:
    veto = _veto(mention, candidate)
    if veto is not None:
        return _Score(0.0, (veto,))
    parts = [_date_part(mention, candidate), _count_part(mention, candidate), _people_part(mention, candidate)]
    parts += [_root_part(mention, candidate), _shared_part(mention, candidate)]
    told = [part for part in parts if part is not None]
    return _Score(sum(value for value, _ in told), tuple(reason for _, reason in told))


def _veto(mention: Mention, candidate: Candidate) -> str | None:
    """Return why the two cannot be one, or None."""
    facts = candidate.facts
    if mention.event_date and facts.event_date and abs(mention.event_date - facts.event_date) > WINDOW:
        return f"dates apart ({mention.event_date}, {facts.event_date})"
    if mention.polarity is not facts.polarity:
        return "one is told as so, the other refused or denied"
    if mention.kind is Kind.NEGOTIATION and _is_other_act(mention, candidate):
        return "a concession made and talks about one are two acts"
    freed = {person.name for person in mention.people if person.outcome is Outcome.FREED}
    known = {person.name for person in facts.people if person.outcome is Outcome.FREED}
    if freed and known and not freed & known and not _share_count(mention, candidate):
        return "other people are named"
    return None


def _is_other_act(mention: Mention, candidate: Candidate) -> bool:
    known = candidate.claims[0].mention if candidate.claims else None
    if known is None or (mention.modality is Modality.COMPLETED) == (known.modality is Modality.COMPLETED):
        return False
    objects = {concession.object for concession in mention.concessions}
    return not objects & {concession.object for concession in candidate.facts.concessions}


def _date_part(mention: Mention, candidate: Candidate) -> tuple[float, str] | None:
    if mention.event_date is None or candidate.facts.event_date is None:
        return 0.0, "one of them has no date"
    days = abs((mention.event_date - candidate.facts.event_date).days)
    same, next_day, near = (3.0, 2.0, 1.0) if mention.kind is Kind.RELEASE else (2.0, 1.0, 0.0)
    value = same if days == 0 else next_day if days == 1 else near
    return value, "the same day" if days == 0 else f"{days} day{'s' if days > 1 else ''} apart"


def _count_part(mention: Mention, candidate: Candidate) -> tuple[float, str] | None:
    roles = _RELEASE_ROLES if mention.kind is Kind.RELEASE else _TALK_ROLES
    ours, known = _values(mention.counts, roles), _values(candidate.facts.counts, roles)
    if not ours or not known:
        return None
    shared = ours & known
    if shared:
        return 3.0, f"the same number ({', '.join(str(number) for number in sorted(shared))})"
    whole = {count.of_count for count in mention.counts} | {count.of_count for count in candidate.facts.counts}
    if whole & (ours | known):
        return 2.0, "one number is part of the other"
    low, high = sorted((max(ours), max(known)))
    if mention.kind is Kind.RELEASE and high - low <= max(2, high // 10):
        return 1.0, f"numbers that differ a little ({low}, {high})"
    if mention.kind is Kind.RELEASE:
        return 0.5, f"a wave may grow from {low} to {high}"
    return -1.0, f"other numbers ({low}, {high})"


def _values(counts: Iterable[Count | EventCount], roles: tuple[CountRole, ...]) -> set[int]:
    return {
        count.value for count in counts if count.role in roles and count.value is not None and not count.nationality
    }


def _share_count(mention: Mention, candidate: Candidate) -> bool:
    return bool(_values(mention.counts, _RELEASE_ROLES) & _values(candidate.facts.counts, _RELEASE_ROLES))


def _people_part(mention: Mention, candidate: Candidate) -> tuple[float, str] | None:
    shared = {person.name for person in mention.people} & {person.name for person in candidate.facts.people}
    return (3.0, f"the same people ({', '.join(sorted(shared))})") if shared else None


def _root_part(mention: Mention, candidate: Candidate) -> tuple[float, str] | None:
    return (
        (2.0, f"the same source ({mention.root})") if mention.root and mention.root in candidate.facts.roots else None
    )


def _shared_part(mention: Mention, candidate: Candidate) -> tuple[float, str] | None:
    names = set(mention.negotiators) & set(candidate.facts.negotiators)
    objects = {c.object for c in mention.concessions} & {c.object for c in candidate.facts.concessions}
    value = 0.5 * min(2, len(names)) + 1.0 * min(2, len(objects))
    return (value, f"both name {', '.join(sorted(names | objects))}") if value else None

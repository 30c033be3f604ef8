"""Who tells each fact of an event, in which words: the folded facts led back to the claims they were folded from. Pure.

Figures keep that themselves (`EventCount.sources`); this is for all else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from db.facts import ClaimSource, EventFacts, Mention
from events.names import person_key

if TYPE_CHECKING:  # whose claims they are is known to the caller
    from db.claims import Claim

# A fact by its field and what it is known by: ("people", key of a name), ("transit", "LT"), ("event_date", a day).
Fact = tuple[str, str]
_LATE = datetime.max.replace(tzinfo=UTC)


def tellers(facts: EventFacts, claims: Sequence[Claim]) -> Mapping[str, tuple[ClaimSource, ...]]:
    """Return by path ("people[0]", "event_date") the claims that tell that fact, each article once, in order of publication.

    A copy tells nothing by itself. A fact that no claim tells any more, since a text was rewritten, has no entry.
    """
    told: dict[Fact, dict[int, ClaimSource]] = {}
    for claim in sorted(claims, key=lambda one: (one.published_at or _LATE, one.article)):
        if claim.role != "copy":
            for fact, path in _facts_of(claim.mention):
                source = ClaimSource(claim.article, _quote(claim.mention, path), claim.outlet)
                told.setdefault(fact, {}).setdefault(claim.article, source)
    return {path: tuple(told[fact].values()) for fact, path in _facts_of(facts) if fact in told}


def _facts_of(facts: EventFacts | Mention) -> Iterator[tuple[Fact, str]]:
    """Yield what an event or a mention of it says: both have the same fields."""
    if facts.event_date is not None:
        yield ("event_date", str(facts.event_date)), "event_date"
    for index, person in enumerate(facts.people):
        yield ("people", person_key(person.name)), f"people[{index}]"
    for index, concession in enumerate(facts.concessions):
        yield ("concessions", concession.object), f"concessions[{index}]"
    for field in ("negotiators", "mediators", "transit"):
        for index, name in enumerate(getattr(facts, field)):
            yield (field, name), f"{field}[{index}]"


def _quote(mention: Mention, path: str) -> str:
    return next((row.quote for row in mention.evidence if row.field == path), "")

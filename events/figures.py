"""Figures: which of the counts in an article are its news, and which of them are parts of others (rules 2, 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from db.facts import Count, CountRole, Kind, Qualifier
from events.found import Found, unique

DONE_ROLES = (
    CountRole.RELEASED,
    CountRole.PARDONED,
    CountRole.LEFT_COUNTRY,
    CountRole.SUBSET,
    CountRole.POLITICAL,
)
_FREED = (CountRole.RELEASED, CountRole.PARDONED)
_WITH_PARTS = (*_FREED, CountRole.PLANNED)
_TALK_ROLES = (CountRole.PLANNED, CountRole.DEMANDED)
_STOCK_ROLES = (CountRole.HELD, CountRole.CUMULATIVE, CountRole.NEWLY_RECOGNISED)


def figures_of(counts: Iterable[Found[Count]], kind: Kind, kinds: tuple[Kind, ...]) -> list[Found[Count]]:
    """Return the news counts of a mention of `kind` in an article of `kinds`.

    Done roles for a release, planned ones for talks, the stock for either.
    """
    has_release = Kind.RELEASE in kinds
    roles = DONE_ROLES if kind is Kind.RELEASE else _TALK_ROLES
    if kind is Kind.RELEASE or not has_release:
        roles = (*roles, *_STOCK_ROLES)
    if kinds == (Kind.RELEASE,):
        roles = (*roles, *_TALK_ROLES)
    told = [found for found in counts if not found.is_background and found.value.role in roles]
    news = [_as_part(found, told) for found in told]
    if kind is Kind.RELEASE and not any(f.value.role in _FREED and f.value.value for f in news):
        news = [_as_freed(found) for found in news]
    exact = {found.value.role for found in news if found.value.value is not None or found.value.of_count is not None}
    return unique(
        found
        for found in news
        if found.value.qualifier is not Qualifier.VAGUE or found.value.of_count or found.value.role not in exact
    )


def _as_freed(found: Found[Count]) -> Found[Count]:
    """Return those who crossed the border as the freed, where the text gives no other number of them."""
    is_left = found.value.role is CountRole.LEFT_COUNTRY
    return replace(found, value=replace(found.value, role=CountRole.RELEASED)) if is_left else found


def _as_part(found: Found[Count], told: list[Found[Count]]) -> Found[Count]:
    """Return a smaller number of the same as a part of the greatest in title and lead: "two Lithuanians", "8 women"."""
    count = found.value
    if count.role not in _WITH_PARTS or count.value is None:
        return found
    same = [f for f in told if f.value.role is count.role and f.value.value and not f.value.nationality]
    wholes = [f.value.value or 0 for f in same if f.is_head] or [f.value.value or 0 for f in same]
    if not wholes or max(wholes) <= count.value:
        return found
    return replace(found, value=replace(count, role=CountRole.SUBSET, of_count=max(wholes)))

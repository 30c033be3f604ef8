"""What a revision changed, and whether people must be told (domain.md §3, D-21). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from db.facts import (
    STOCK_AUTHORITY,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Qualifier,
    Status,
    to_json,
)

_LADDER = (Status.RUMOURED, Status.REPORTED, Status.ANNOUNCED, Status.CONFIRMED)
_TELLING_ROLES = (CountRole.RELEASED, CountRole.PARDONED, CountRole.LEFT_COUNTRY, CountRole.PLANNED)
_EVERYWHERE = ("Alexander Lukashenko",)  # he is a party to all of it: his name is no news
_LISTS = ("people", "negotiators", "concessions")
_SILENT_LISTS = ("mediators", "transit", "roots", "conflicts", "mark", "split_from", "same_as")
TAKEN_BACK = frozenset({Status.RETRACTED, Status.SUPERSEDED})


def compare(before: EventFacts | None, after: EventFacts) -> EventChange:
    """Return the changed fields; `before` is None for a new event, which is always material.

    What was taken back is told once: facts that go on changing behind it are no news.
    """
    if before is None:
        return EventChange("new event", (), is_material=True, is_major=True)
    major = [*_status(before, after), *_counts(before, after)]
    minor = list(_named(before, after))
    silent = list(_silent(before, after))
    fields = (*major, *minor, *silent)
    reason = ", ".join(dict.fromkeys(change.field for change in (*major, *minor))) or "another source"
    is_over = before.status is after.status and after.status in TAKEN_BACK
    return EventChange(
        reason, fields, is_material=bool(major or minor) and not is_over, is_major=bool(major) and not is_over
    )


def _status(before: EventFacts, after: EventFacts) -> Iterator[FieldChange]:
    """Yield a step up the ladder, or to a side state; a step down is no news."""
    if before.polarity is not after.polarity:
        yield FieldChange("polarity", before.polarity.value, after.polarity.value)
    if before.status is after.status:
        return
    is_step_down = (
        before.status in _LADDER
        and after.status in _LADDER
        and _LADDER.index(after.status) < _LADDER.index(before.status)
    )
    if not is_step_down:
        yield FieldChange("status", before.status.value, after.status.value)


def _counts(before: EventFacts, after: EventFacts) -> Iterator[FieldChange]:
    for role in _TELLING_ROLES:
        old, new = _highest(before, role), _highest(after, role)
        if _is_news(old, new, role):
            yield FieldChange(role.value, _shown(old), _shown(new))
    old, new = _stock(before), _stock(after)
    if new is not None and old is not None and old.value != new.value:
        yield FieldChange(CountRole.HELD.value, _shown(old), _shown(new))


def _highest(facts: EventFacts, role: CountRole) -> EventCount | None:
    counts = [
        count for count in facts.counts if count.role is role and count.nationality is None and count.value is not None
    ]
    return max(counts, key=lambda count: count.value or 0, default=None)


def _stock(facts: EventFacts) -> EventCount | None:
    return next((c for c in facts.counts if c.role is CountRole.HELD and c.counter == STOCK_AUTHORITY), None)


def _is_news(old: EventCount | None, new: EventCount | None, role: CountRole) -> bool:
    """Whether a count changed and not merely its roundness: 52 after "over 50" is no news, 55 after 52 is."""
    if old is None or new is None:
        return old is not new and role is not CountRole.LEFT_COUNTRY  # that they left is told by the status
    if old.value == new.value:
        return False
    is_rounding = (old.qualifier is Qualifier.EXACT) != (new.qualifier is Qualifier.EXACT)
    low, high = sorted((old.value or 0, new.value or 0))
    return not (is_rounding and high - low <= high // 10)


def _shown(count: EventCount | None) -> object:
    if count is None:
        return None
    return {"value": count.value, "qualifier": count.qualifier.value}


def _named(before: EventFacts, after: EventFacts) -> Iterator[FieldChange]:
    """Names, nationalities and concessions that came up or were taken back, and concessions that went further."""
    for name in _LISTS:
        old, new = to_json(getattr(before, name)), to_json(getattr(after, name))
        changed = [item for item in (*old, *new) if (item in old) != (item in new)]
        if any(item not in _EVERYWHERE for item in changed):
            yield FieldChange(name, old, new)
    if before.nationalities.keys() != after.nationalities.keys():
        yield FieldChange("nationalities", before.nationalities, after.nationalities)


def _silent(before: EventFacts, after: EventFacts) -> Iterator[FieldChange]:
    for name in _SILENT_LISTS:
        old, new = to_json(getattr(before, name)), to_json(getattr(after, name))
        if old != new:
            yield FieldChange(name, old, new)
    if before.event_date != after.event_date:
        yield FieldChange("event_date", to_json(before.event_date), to_json(after.event_date))

"""Which alarms of outlets begin, end, and are told of now (pure).

One notice for the beginning of a trouble and one for its end. What begins or ends while a notice of its kind is less
than an hour old waits for the next one, which then names all: many outlets at once are no storm. What ends before it was
told of is never told of; what comes back before its end was told of goes on as one trouble.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from db.health import OutletAlarm
from db.notices import Notice
from db.outlets import OutletView
from scheduler.health import Knowledge, Trouble, is_over, troubles_of

TOLD_ONCE_IN = timedelta(hours=1)
WELL = "well"
DETAILED = 3  # so many outlets are told with what is wrong, more only by their names
NAMES_LENGTH = 180  # the limit of a value in a notice is 200
DETAIL_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at all outlets comes to. `told` is when a notice of each kind was queued last."""

    stored: tuple[OutletAlarm, ...] = ()
    forgotten: tuple[OutletAlarm, ...] = ()
    notices: tuple[Notice, ...] = ()
    told: Mapping[str, datetime] = field(default_factory=dict)


def weigh(
    alarms: Sequence[OutletAlarm],
    outlets: Sequence[OutletView],
    knowledge: Knowledge,
    told: Mapping[str, datetime],
    now: datetime,
) -> Round:
    """Return what begins, what ends and what is told of at this look."""
    by_name = {outlet.name: outlet for outlet in outlets}
    found: dict[tuple[str, str], Trouble] = {
        (outlet.name, t.kind): t for outlet in outlets for t in troubles_of(outlet, knowledge, now)
    }
    after = [_followed(alarm, found, by_name, knowledge, now) for alarm in alarms]
    known = {(alarm.outlet, alarm.kind) for alarm in alarms}
    after += [OutletAlarm(name, kind, now, found[name, kind].details) for name, kind in found.keys() - known]
    return _told(sorted(after, key=lambda alarm: (alarm.kind, alarm.outlet)), frozenset(by_name), told, now)


def _followed(
    alarm: OutletAlarm,
    found: Mapping[tuple[str, str], Trouble],
    outlets: Mapping[str, OutletView],
    knowledge: Knowledge,
    now: datetime,
) -> OutletAlarm:
    if (alarm.outlet, alarm.kind) in found:
        return replace(alarm, over_at=None)
    if alarm.over_at is None and is_over(alarm, outlets.get(alarm.outlet), knowledge):
        return replace(alarm, over_at=now)
    return alarm


def _told(alarms: Sequence[OutletAlarm], watched: frozenset[str], told: Mapping[str, datetime], now: datetime) -> Round:
    times = dict(told)
    notices: list[Notice] = []
    kept = [alarm for alarm in alarms if alarm.over_at is None or (alarm.told_at and alarm.outlet in watched)]
    for kind in dict.fromkeys(alarm.kind for alarm in kept):
        new = [alarm for alarm in kept if alarm.kind == kind and alarm.told_at is None]
        if new and _may_tell(kind, times, now):
            notices.append(_notice(kind, new, now))
            times[kind] = now
            kept = [replace(alarm, told_at=now) if alarm in new else alarm for alarm in kept]
    ended = _ended(kept)
    if ended and _may_tell(WELL, times, now):
        notices.extend(_well(kept, ended, now))
        times[WELL] = now
        kept = [alarm for alarm in kept if alarm not in ended]
    return Round(tuple(kept), tuple(_gone(alarms, kept)), tuple(notices), times)


def _may_tell(kind: str, times: Mapping[str, datetime], now: datetime) -> bool:
    return kind not in times or not timedelta(0) <= now - times[kind] < TOLD_ONCE_IN


def _ended(alarms: Sequence[OutletAlarm]) -> list[OutletAlarm]:
    return [alarm for alarm in alarms if alarm.over_at is not None]


def _well(alarms: Sequence[OutletAlarm], ended: Sequence[OutletAlarm], now: datetime) -> Iterator[Notice]:
    """Yield the notice of those that have no trouble left: one that still has another is not well."""
    ill = {alarm.outlet for alarm in alarms if alarm.over_at is None}
    names = sorted({alarm.outlet for alarm in ended} - ill)
    if names:
        yield Notice(f"outlets-{WELL}", f"{WELL} {now.isoformat()}", {"outlets": listed(names)})


def _gone(before: Sequence[OutletAlarm], kept: Sequence[OutletAlarm]) -> Iterator[OutletAlarm]:
    keys = {(alarm.outlet, alarm.kind) for alarm in kept}
    return (alarm for alarm in before if (alarm.outlet, alarm.kind) not in keys)


def _notice(kind: str, alarms: Sequence[OutletAlarm], now: datetime) -> Notice:
    are_few = len(alarms) <= DETAILED
    details = {"outlets": listed([_name(alarm) if are_few else alarm.outlet for alarm in alarms])}
    if kind == "unread":
        details["samples"] = listed([url for alarm in alarms for url in alarm.details["samples"]])
    return Notice(f"outlets-{kind}", f"{kind} {now.isoformat()}", details)


def _name(alarm: OutletAlarm) -> str:
    detail = str(alarm.details.get("url") or alarm.details.get("error") or "")[:DETAIL_LENGTH]
    return f"{alarm.outlet} ({detail})" if detail else alarm.outlet


def listed(names: Sequence[str]) -> str:
    """Return names as one line that fits into a notice; those that do not fit are counted."""
    shown = 0
    while shown < len(names) and len(", ".join(names[: shown + 1])) <= NAMES_LENGTH:
        shown += 1
    shown = max(1, shown)
    rest = len(names) - shown
    return ", ".join(names[:shown]) + (f" + {rest}" if rest else "")

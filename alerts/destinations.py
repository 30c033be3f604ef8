"""Destinations: where alerts go, and which events each wants to hear of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.people import Watch
from alerts.quiet import QuietHours
from db.facts import CountRole, EventCount, EventFacts, Kind, Status

NOBODY = Watch()
ALERTING_KINDS = (Kind.RELEASE, Kind.NEGOTIATION)
_SIZES = frozenset(
    {
        CountRole.RELEASED,
        CountRole.PARDONED,
        CountRole.POLITICAL,
        CountRole.LEFT_COUNTRY,
        CountRole.PLANNED,
        CountRole.DEMANDED,
    },
)


class Updates(StrEnum):
    """How a destination hears of what changed after the first message (D-22).

    `every`: a message for each material change, for machines. `edit`: the sent message is edited, and a major change
    rings by an answer to it. `major`: a message for a major change only, where nothing can be edited.
    """

    EVERY = "every"
    EDIT = "edit"
    MAJOR = "major"


class OnUncertain(StrEnum):
    """What becomes of a message that may have been accepted by a receiver that cannot tell a repeat (D-12).

    `resend`: it is sent again, marked as a possible repeat. `hold`: a person decides.
    """

    RESEND = "resend"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination of the settings. An empty filter lets everything through; several filters must all agree.

    `languages` are those of the articles, `language` is that of the message. `settle` is how long a first alert
    waits for more sources (D-20). `people` are names in any spelling; "watched" stands for all who are watched. In `quiet` hours only
    what is urgent is sent (D-28). `cap` is how many new events are told one by one in ten minutes; more come in a digest
    (D-25). `approver` is the destination whose chat is asked about alerts that wait for `approval`. `since` is when it began to listen, where that counts. Address and secrets are its channel's alone (SEC-20).
    """

    name: str
    channel: str
    kinds: tuple[Kind, ...] = ALERTING_KINDS
    statuses: tuple[Status, ...] = ()
    languages: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    minimum: int | None = None
    language: str = "en"
    approval: bool = False
    settle: timedelta = timedelta(0)
    updates: Updates = Updates.EVERY
    quiet: QuietHours | None = None
    cap: int | None = None
    approver: str | None = None
    on_uncertain: OnUncertain = OnUncertain.RESEND
    since: datetime | None = None

    def is_new_here(self, first_seen: datetime, *, is_major: bool) -> bool:
        """Say whether an event may be told first by a change: what was known before is the baseline (D-26).

        A major change of it is news all the same: who subscribes on the eve of a release hears of it.
        """
        return self.since is None or first_seen >= self.since or is_major


def matches(
    destination: Destination, facts: EventFacts, languages: Collection[str] = (), watch: Watch = NOBODY
) -> bool:
    """Say whether a destination wants to be told of an event whose articles are in `languages`."""
    return (
        facts.kind in destination.kinds
        and facts.kind in ALERTING_KINDS
        and _agrees(destination.statuses, (facts.status,))
        and _agrees(destination.languages, languages)
        and _agrees(destination.nationalities, nationalities_of(facts))
        and watch.agrees(destination.people, facts.people)
        and (destination.minimum is None or size_of(facts) >= destination.minimum)
    )


def _agrees(wanted: Collection[str], found: Collection[str]) -> bool:
    return not wanted or any(one in wanted for one in found)


def nationalities_of(facts: EventFacts) -> set[str]:
    """Return the nationalities that are told of an event."""
    return set(facts.nationalities) | {count.nationality for count in facts.counts if count.nationality}


def size_of(facts: EventFacts) -> int:
    """Return how many may walk free: the largest number told; 0 where none is."""
    return max((_number(count) for count in facts.counts if count.role in _SIZES), default=0)


def _number(count: EventCount) -> int:
    """Return the largest number a count may mean; "most of 1,300" counts as 1,300: told too often, not too rarely."""
    whole = count.of_count if count.value is None else None
    return max(number or 0 for number in (count.value, count.value_max, whole))

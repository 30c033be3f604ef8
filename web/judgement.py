"""What a page shows and only other rooms can say: how outlets are today, and what holds deliveries back now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from db import Session
from db.health import OutletPast, learned_of, published_of
from db.outlets import OutletView, list_outlets
from db.silences import Holds


def _as_stored(outlet: OutletView, _past: OutletPast, _now: datetime) -> OutletView:
    return outlet


def _by_silences(_session: Session, now: datetime) -> Holds:
    return Holds(now)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How outlets and deliveries are judged at a moment.

    `outlet` returns an outlet with the states that time has made (without it: as they are stored); `holds` returns what
    holds deliveries back (without it: silences, no quiet hours).
    """

    outlet: Callable[[OutletView, OutletPast, datetime], OutletView] = _as_stored
    holds: Callable[[Session, datetime], Holds] = _by_silences
    clock: Callable[[], datetime] = _utc_now
    _known: dict[str, tuple[datetime, OutletPast]] = field(default_factory=dict)

    def outlets(self, session: Session) -> list[OutletView]:
        """Return all outlets by name, as they are now."""
        past, now = self._past(session), self.clock()
        return [self.outlet(outlet, past.get(outlet.name, OutletPast()), now) for outlet in list_outlets(session)]

    def _past(self, session: Session) -> dict[str, OutletPast]:
        """Return what is remembered of outlets; read again only of those that were learned of since."""
        learned = learned_of(session)
        missing = [name for name, at in learned.items() if name not in self._known or self._known[name][0] != at]
        if missing:
            fresh = published_of(session, missing)
            self._known.update({name: (learned[name], past) for name, past in fresh.items()})
        known = dict(self._known)  # another thread may write at this moment
        return {name: known[name][1] for name in learned if name in known}

    def holds_now(self, session: Session) -> Holds:
        """Return what holds deliveries back now."""
        return self.holds(session, self.clock())

"""What the page of outlets tells: how each is, since when, what to do, and how much it has published lately. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alerts.addresses import is_link, shown_address
from alerts.wording import wording
from db.outlets import EntryPointView, OutletView
from db.status import OUTLET_STATES, outlet_state
from db.text import clean_line

DAYS = 14
BAR = 20  # the height of the highest bar
TITLE_LIMIT = 100
ERROR_LIMIT = 200
WELL = ("alive", "moved", "quiet", "new")


@dataclass(frozen=True, slots=True)
class Door:
    """An entry point. `link` None: its address is none of the web."""

    type: str
    address: str
    link: str | None
    state: str
    is_well: bool
    is_asked: bool
    error: str
    last_success_at: datetime | None
    next_check_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bar:
    """The articles of one day, drawn `height` of `BAR` high."""

    day: date
    articles: int
    left: int
    height: int


@dataclass(frozen=True, slots=True)
class ToldOutlet:
    """An outlet as the page shows it. `state` is a code, `country` a name, times None where there were none yet."""

    name: str
    title: str
    country: str
    kind: str
    state: str
    is_well: bool
    doors: tuple[Door, ...]
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_check_at: datetime | None
    bars: tuple[Bar, ...]
    articles: int

    @property
    def spark(self) -> str:
        """The bars as a path, a day five units wide: as shapes of their own they would be most of the page."""
        return "".join(f"M{bar.left * 5} {BAR - bar.height}h4v{bar.height}h-4z" for bar in self.bars if bar.height)


def tell_outlets(
    views: Sequence[OutletView], counted: Mapping[str, Mapping[date, int]], today: date, language: str
) -> list[ToldOutlet]:
    """Return the outlets that are watched: who is unwell first, the worst at the top; then by priority and name.

    `counted` is how many articles came by outlet and day.
    """
    shown = [view for view in views if view.is_enabled]
    shown.sort(key=lambda view: (-_severity(view), view.priority, view.title.casefold()))
    return [_told(view, counted.get(view.name, {}), today, language) for view in shown]


def _severity(view: OutletView) -> int:
    state = outlet_state(view)
    return OUTLET_STATES.index(state) if state in OUTLET_STATES and state not in WELL else 0


def _told(view: OutletView, counted: Mapping[date, int], today: date, language: str) -> ToldOutlet:
    state, asked = outlet_state(view) or "new", [one for one in view.entry_points if one.is_enabled]
    checks = [one.next_check_at for one in asked if one.next_check_at is not None and not one.is_waiting]
    bars = _bars(counted, today)
    return ToldOutlet(
        name=view.name,
        title=clean_line(view.title, TITLE_LIMIT) or view.name,
        country=wording(language).country(view.country) if view.country else "",
        kind=view.kind,
        state=state,
        is_well=state in WELL,
        doors=tuple(_door(one) for one in view.entry_points),
        last_success_at=max((one.last_success_at for one in asked if one.last_success_at), default=None),
        last_new_at=max((one.last_new_at for one in asked if one.last_new_at), default=None),
        next_check_at=min(checks, default=None),
        bars=bars,
        articles=sum(bar.articles for bar in bars),
    )


def _door(point: EntryPointView) -> Door:
    address = point.moved_to or point.url
    return Door(
        type=point.type,
        address=clean_line(address, ERROR_LIMIT),
        link=shown_address(address) if is_link(address) else None,
        state=point.state,
        is_well=point.state in WELL,
        is_asked=point.is_enabled and not point.is_waiting,
        error=clean_line(point.last_error or "", ERROR_LIMIT),
        last_success_at=point.last_success_at,
        next_check_at=point.next_check_at,
    )


def _bars(counted: Mapping[date, int], today: date) -> tuple[Bar, ...]:
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    most = max((counted.get(day, 0) for day in days), default=0)
    return tuple(_bar(place, day, counted.get(day, 0), most) for place, day in enumerate(days))


def _bar(place: int, day: date, articles: int, most: int) -> Bar:
    return Bar(day, articles, place, max(1, round(BAR * articles / most)) if articles else 0)

"""What is known of one outlet: what the catalogue or the settings declare, beside what asking it has taught us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cli.logs import plain
from cli.outlet_health import advice_of
from cli.outlet_lists import unwatched
from cli.pushes import push_pairs
from cli.views import local
from db.gaps import GapView, gap_json
from db.outlets import EntryPointView, OutletView
from db.pushes import PushView, push_json
from db.status import PollView, outlet_json, poll_json

if TYPE_CHECKING:
    from crawler.outlets import EntryPoint, Outlet

TEXT_LENGTH = 60


@dataclass(frozen=True, slots=True)
class OutletDetails:
    """An outlet as declared (None: no longer), as stored (None: never watched), its last polls, gaps and pushes.

    `proxy_place` is where its proxy stands, if that is a secret.
    """

    declared: Outlet | None
    view: OutletView | None
    polls: Sequence[PollView] = ()
    gaps: Sequence[GapView] = ()
    proxy_place: str | None = None
    pushes: Sequence[PushView] = ()

    @property
    def urls(self) -> list[str]:
        """The addresses of its entry points: as declared, then those that are no longer."""
        declared = [point.url for point in self.declared.entry_points] if self.declared else []
        stored = [point.url for point in self.view.entry_points] if self.view else []
        return list(dict.fromkeys([*declared, *stored]))

    def declared_point(self, url: str) -> EntryPoint | None:
        """Return an entry point as declared."""
        return (
            next((point for point in self.declared.entry_points if point.url == url), None) if self.declared else None
        )

    def stored_point(self, url: str) -> EntryPointView | None:
        """Return an entry point as stored."""
        return next((point for point in self.view.entry_points if point.url == url), None) if self.view else None

    def push(self, url: str) -> PushView | None:
        """Return what the hub of an entry point was asked for."""
        return next((push for push in self.pushes if push.url == url), None)


def outlet_pairs(details: OutletDetails) -> dict[str, Any]:
    """Return names and values of the outlet itself."""
    known: Any = details.declared or details.view
    declared = details.declared
    every = declared.check_every if declared else None
    return {
        "Outlet": known.name,
        "Title": known.title,
        "Kind": known.kind,
        "Languages": known.languages,
        "Time zone": known.timezone,
        "Country": known.country,
        "Priority": known.priority,
        "Asked": f"every {every} s" if every else "as often as it publishes",
        "Proxy": details.proxy_place or (declared.proxy if declared else None),
        "Home page": declared.homepage if declared else None,
        "Note": declared.note if declared else "no longer in the catalogue",
        "Watched": _watched(details),
    }


def _watched(details: OutletDetails) -> str:
    if details.view is not None and details.view.is_enabled:
        return "yes"
    is_off = details.declared is not None and not details.declared.is_enabled
    return "no, off unless crawler.outlets names it" if is_off else "no"


def point_pairs(details: OutletDetails, url: str) -> dict[str, Any]:
    """Return names and values of one entry point."""
    declared, stored = details.declared_point(url), details.stored_point(url)
    known: Any = declared or stored
    every = declared.check_every if declared else None
    found = {
        "Entry point": f"{known.type} {url}",
        "Links": declared.links if declared else None,
        "Asked": f"every {every} s" if every else None,
        "Confidence": declared.confidence if declared else None,
        "Evidence": declared.evidence if declared else None,
        "Note": declared.note if declared else "no longer in the catalogue",
        "State": _state(declared, stored),
        "What to do": advice_of(stored.state) if stored is not None and stored.is_enabled else None,
    }
    if stored is None:
        return found
    return {
        **found,
        "Failures in a row": stored.failures,
        "Last error": stored.last_error,
        "Redirects to": stored.redirects_to,
        "Asked at": stored.moved_to,
        "Last checked": stored.last_checked_at,
        "Last success": stored.last_success_at,
        "Last news": stored.last_new_at,
        "Newest item": stored.newest_at,
        "Next check": stored.next_check_at if is_asked(stored, is_watched=True) else None,
        **push_pairs(details.push(url)),
    }


def is_asked(point: EntryPointView, *, is_watched: bool) -> bool:
    """Say whether a check of an entry point is to come as things stand: stand-ins may wait."""
    return is_watched and point.is_enabled and not point.is_waiting


def listed_state(point: EntryPointView, *, is_watched: bool) -> str:
    """Return how an entry point is in a word or two, for a list."""
    if not (is_watched and point.is_enabled):
        return "off"
    if point.is_waiting:
        return "stand-in, waits"
    return f"{point.state}, stands in" if point.is_stand_in else point.state


def _state(declared: EntryPoint | None, stored: EntryPointView | None) -> str:
    if declared is not None and not declared.is_on:
        return "off"
    if declared is not None and not declared.is_enabled:
        return "kept, this type is not fetched yet"
    if stored is None:
        return "never asked"
    if stored.is_waiting:
        return f"{stored.state}, a stand-in: waits until all before it are dead"
    if stored.is_stand_in and stored.is_enabled:
        return f"{stored.state}, stands in for those before it"
    return stored.state if stored.is_enabled else f"{stored.state}, not watched"


def poll_rows(details: OutletDetails, url: str) -> list[tuple[Any, ...]]:
    """Return the last polls of an entry point as rows: when, outcome, status, entries, new, time, trouble."""
    return [
        (
            local(poll.at),
            poll.outcome,
            poll.status,
            poll.items_seen,
            poll.items_new,
            f"{poll.milliseconds} ms",
            plain(poll.error or "", TEXT_LENGTH),
        )
        for poll in details.polls
        if poll.url == url
    ]


def gap_rows(details: OutletDetails) -> list[tuple[Any, ...]]:
    """Return the gaps as rows: when found, why, from when on, how they stand, pages read, new entries, what was said."""
    return [
        (
            local(gap.found_at),
            gap.reason,
            local(gap.since),
            gap.state,
            gap.pages,
            gap.entries,
            plain(gap.note or gap.last_error or gap.address or "", TEXT_LENGTH),
        )
        for gap in details.gaps
    ]


def details_json(details: OutletDetails) -> dict[str, Any]:
    """Return the object of `volya outlets show --json`: that of the list, with what else is declared, and the polls."""
    declared: Any = details.declared
    view = details.view or unwatched(declared)  # one of the two is there
    known = outlet_json(view)
    points = {point["url"]: point for point in known.pop("entry_points")}
    return {
        **known,
        "check_every": declared.check_every if declared else None,
        "homepage": declared.homepage if declared else None,
        "note": declared.note if declared else None,
        "entry_points": [_point_json(details, url, points.get(url)) for url in details.urls],
        "gaps": [gap_json(gap) for gap in details.gaps],
    }


def _point_json(details: OutletDetails, url: str, stored: dict[str, Any] | None) -> dict[str, Any]:
    declared = details.declared_point(url)
    known = stored or {"type": declared.type if declared else None, "url": url, "state": "new", "enabled": False}
    names = ("confidence", "evidence", "note")
    push = details.push(url)
    return {
        **known,
        **{name: getattr(declared, name) if declared else None for name in names},
        "push": push_json(push) if push is not None else None,
        "polls": [poll_json(poll) for poll in details.polls if poll.url == url],
    }

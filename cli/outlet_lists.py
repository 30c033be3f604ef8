"""Which outlets `volya outlets list` shows: those that are watched, or all that are known, of a country or a kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.errors import CommandError, ExitCode
from db.outlets import EntryPointView, OutletView

if TYPE_CHECKING:
    from crawler.outlets import EntryPoint, Outlet


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for: one country (its code), one kind, and whether outlets that are off are meant, too."""

    country: str | None = None
    kind: str | None = None
    is_off_too: bool = False

    def fits(self, outlet: OutletView) -> bool:
        """Tell whether country and kind are those asked for."""
        is_there = self.country is None or outlet.country == self.country.upper()
        return is_there and (self.kind is None or outlet.kind == self.kind)


def check_kind(kind: str | None) -> None:
    """Raise CommandError for a kind that no outlet can be of."""
    from crawler.outlets import KINDS  # noqa: PLC0415 (the crawler is loaded only where it is used)

    if kind is not None and kind not in KINDS:
        raise CommandError(f"--kind {kind}: none of {', '.join(KINDS)}", ExitCode.USAGE)


def listed_outlets(
    stored: Iterable[OutletView], declared: Iterable[Outlet], wanted: Wanted
) -> tuple[list[OutletView], int]:
    """Return the outlets to list, by name, and how many that fit are left out because they are off."""
    known = {outlet.name: unwatched(outlet) for outlet in declared} | {view.name: view for view in stored}
    fitting = [view for _, view in sorted(known.items()) if wanted.fits(view)]
    shown = [view for view in fitting if view.is_enabled or wanted.is_off_too]
    return shown, len(fitting) - len(shown)


def unwatched(outlet: Outlet) -> OutletView:
    """Return an outlet that the database does not have, as it would be listed."""
    return OutletView(
        name=outlet.name,
        title=outlet.title,
        kind=outlet.kind,
        languages=outlet.languages,
        country=outlet.country,
        timezone=outlet.timezone,
        priority=outlet.priority,
        is_enabled=False,
        entry_points=_points(outlet.entry_points),
    )


def _points(points: Sequence[EntryPoint]) -> tuple[EntryPointView, ...]:
    return tuple(
        EntryPointView(
            type=one.type,
            url=one.url,
            is_enabled=False,
            state="new",
            failures=0,
            last_status=None,
            last_error=None,
            last_checked_at=None,
            last_success_at=None,
            last_new_at=None,
            next_check_at=None,
        )
        for one in points
    )

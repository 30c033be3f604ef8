"""What `volya outlets check` says of what it found: rows, JSON, the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cli.errors import ExitCode
from cli.logs import plain
from cli.outlet_health import advice_of
from cli.views import local_short
from db.views import utc

if TYPE_CHECKING:
    from crawler.check import CheckedEntryPoint

TEXT_LENGTH = 80
COLUMNS = ("Outlet", "Entry point", "Is", "Status", "Items", "Newest", "Trouble", "What to do")


def check_row(found: CheckedEntryPoint) -> tuple[Any, ...]:
    """Return one entry point as a row of the table; one that moved says where."""
    trouble = plain(found.trouble or "", TEXT_LENGTH)
    if found.verdict == "moved" and found.final_url:
        trouble = f"{trouble}: {plain(found.final_url, TEXT_LENGTH)}"
    newest = local_short(found.newest_at)
    advice = advice_of(found.verdict)
    return found.outlet, found.type, found.verdict, found.status, found.items or None, newest, trouble, advice


def check_json(found: CheckedEntryPoint) -> dict[str, Any]:
    """Return one entry point as the object of `volya outlets check --json`."""
    names = ("outlet", "type", "url", "verdict", "status", "items")
    known = {name: getattr(found, name) for name in names}
    return {
        **known,
        "newest": utc(found.newest_at),
        "final_url": found.final_url,
        "trouble": found.trouble,
        "advice": advice_of(found.verdict),
    }


def check_code(found: Sequence[CheckedEntryPoint], asked: int) -> ExitCode:
    """Return 0 if all that were to be asked are alive, 69 if none of them answered at all, else 1."""
    if found and all(one.status is None and one.verdict == "broken" for one in found):
        return ExitCode.UNAVAILABLE
    is_well = len(found) == asked and all(one.verdict == "alive" for one in found)
    return ExitCode.FINE if is_well else ExitCode.FOUND_WRONG

"""How people name an article or an event: `a7`, `article:7`, `e3`, `event:3`, an address, a bare number; and a time (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from cli.errors import CommandError, ExitCode

Thing = Literal["article", "event"]
_LARGEST = 2**31 - 1  # an id of PostgreSQL
_REFERENCE = re.compile(r"(?:(a|article|e|event)[:\s]?)?(\d{1,10})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """What was named: a thing by its number (`thing` None: not said which), or an article by its address."""

    number: int | None
    thing: Thing | None = None
    url: str | None = None


def parse_reference(written: str) -> Reference:
    """Return what `written` names; raises CommandError (usage) where it names nothing."""
    found = _REFERENCE.fullmatch(written.strip())
    if found is not None and int(found[2]) <= _LARGEST:
        letter = (found[1] or "")[:1].lower()
        thing: Thing | None = "article" if letter == "a" else "event" if letter == "e" else None
        return Reference(int(found[2]), thing)
    if ":" in written:
        return Reference(None, "article", written)
    raise CommandError(f"{written}: give a7 or e3, a number, or an address", ExitCode.USAGE)


def numbered(written: str, thing: Thing) -> int:
    """Return the number of the `thing` that `written` names; raises CommandError (usage)."""
    reference = parse_reference(written)
    if reference.number is None or reference.thing not in (None, thing):
        raise CommandError(f"{written}: give the number of an {thing}", ExitCode.USAGE)
    return reference.number


def moment(option: str, written: str) -> datetime:
    """Return the day or time that an option names, in UTC; raises CommandError (usage). Without a zone it is local."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"{option} {written}: give a day or a time, as 2026-09-01T07:00", ExitCode.USAGE) from None

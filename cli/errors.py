"""Errors of the command line and the exit codes that people script against (sysexits)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from db import (
    AlreadyRunningError,
    DatabaseCorruptError,
    DatabaseError,
    DatabaseFullError,
    DatabaseUnavailableError,
    NewerDatabaseError,
)


class ExitCode(IntEnum):
    """What the program's end says; stable from the first release on."""

    FINE = 0
    FOUND_WRONG = 1
    USAGE = 2
    UNAVAILABLE = 69
    INPUT_OUTPUT = 74
    ALREADY_RUNNING = 75
    CONFIGURATION = 78


class CommandError(Exception):
    """A command cannot do what was asked: what, where, and what to do, in one line."""

    def __init__(self, what: str, code: ExitCode = ExitCode.FOUND_WRONG) -> None:
        super().__init__(what)
        self.code = code


@dataclass(frozen=True, slots=True)
class SettingsTrouble:
    """One thing wrong in the settings: `place` is the file with its line, the option or the variable."""

    place: str
    key: str
    trouble: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.key, self.trouble) if part)


class SettingsError(Exception):
    """The settings cannot be used; one line a trouble, none of them holds a value."""

    def __init__(self, *troubles: SettingsTrouble) -> None:
        super().__init__("\n".join(str(trouble) for trouble in troubles))
        self.troubles = troubles


def exit_code_of(error: Exception) -> ExitCode | None:
    """Return the exit code of an expected error; None for a fault of the program itself."""
    if isinstance(error, CommandError):
        return error.code
    is_server = isinstance(error, DatabaseError) and "://" in error.address and not error.address.startswith("sqlite")
    if is_server and isinstance(error, DatabaseUnavailableError):
        return ExitCode.UNAVAILABLE
    for kind, code in _codes():
        if isinstance(error, kind):
            return code
    return None


def _codes() -> tuple[tuple[type[Exception], ExitCode], ...]:
    """Return kinds of errors with their codes; the first that fits holds: the particular before the general."""
    import httpx  # noqa: PLC0415 (loaded only where something failed)

    from alerts.errors import AlertError  # noqa: PLC0415 (the same)
    from db.search_query import SearchError  # noqa: PLC0415 (the same)
    from events import EventError, WithholdingError  # noqa: PLC0415 (the same)
    from scheduler.errors import PortTakenError, ServiceError  # noqa: PLC0415 (the same)

    return (
        (SettingsError, ExitCode.CONFIGURATION),
        (AlreadyRunningError, ExitCode.ALREADY_RUNNING),
        (NewerDatabaseError, ExitCode.CONFIGURATION),
        (DatabaseCorruptError, ExitCode.INPUT_OUTPUT),
        (DatabaseFullError, ExitCode.INPUT_OUTPUT),
        (DatabaseUnavailableError, ExitCode.INPUT_OUTPUT),
        (DatabaseError, ExitCode.CONFIGURATION),
        (PortTakenError, ExitCode.UNAVAILABLE),
        (ServiceError, ExitCode.FOUND_WRONG),
        (AlertError, ExitCode.CONFIGURATION),
        (EventError, ExitCode.FOUND_WRONG),
        (WithholdingError, ExitCode.FOUND_WRONG),
        (SearchError, ExitCode.USAGE),
        (httpx.HTTPError, ExitCode.UNAVAILABLE),
        (OSError, ExitCode.INPUT_OUTPUT),
    )

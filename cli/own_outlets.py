"""Where people keep outlets of their own: a table is appended to the settings file, which is otherwise left as it is.

No TOML library writes here: comments, order, line ends and what an editor left stay byte for byte, and what would be
there afterwards is read before anything is written.
"""

from __future__ import annotations

import errno
import os
import tomllib
from io import FileIO
from pathlib import Path
from typing import Any

import platformdirs

from cli.errors import CommandError, ExitCode
from cli.settings import LARGEST_FILE

_BY_HAND = "put the table above in yourself"


def own_file(file: Path | None) -> Path:
    """Return the settings file that is read; where there is none, the one to make in the user's configuration folder."""
    return file if file is not None else platformdirs.user_config_path("volya") / "settings.toml"


def append_tables(file: Path, tables: str) -> None:
    """Append `[[crawler.outlet]]` tables, as TOML text, to a settings file, made if it is not there.

    All or nothing. Raises CommandError, which says what to do: it cannot be written (74), or has its outlets in a form
    that nothing can be appended to (78).
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a+b", buffering=0) as opened:
            opened.seek(0)
            before = opened.read(LARGEST_FILE + 1)
            added = _added(before, tables)
            _check(file, before, added, tables)
            _write(opened, added, len(before))
    except OSError as error:
        trouble = f"{file}: {error.strerror or 'cannot be written'}"
        raise CommandError(
            f"{trouble}: {_BY_HAND}, or name another file by --settings", ExitCode.INPUT_OUTPUT
        ) from error


def _added(before: bytes, tables: str) -> bytes:
    end = "\r\n" if b"\r\n" in before else "\n"
    gap = "" if not before.strip() else end if before.endswith(b"\n") else 2 * end
    return (gap + tables.replace("\n", end)).encode()


def _check(file: Path, before: bytes, added: bytes, tables: str) -> None:
    """Raise CommandError unless what is there afterwards is what was there, with the new tables behind the others."""
    if len(before) + len(added) > LARGEST_FILE:
        raise CommandError(f"{file}: would be larger than 1 MiB: {_BY_HAND}", ExitCode.CONFIGURATION)
    try:
        found, known = _read(before + added), _read(before)
    except ValueError as error:  # no TOML, no UTF-8
        trouble = "its outlets are not written as [[crawler.outlet]] tables, so none can be appended"
        raise CommandError(f"{file}: {trouble}: {_BY_HAND}", ExitCode.CONFIGURATION) from error
    crawler = known.get("crawler", {})
    outlets = [*crawler.get("outlet", []), *tomllib.loads(tables)["crawler"]["outlet"]]
    if found != {**known, "crawler": {**crawler, "outlet": outlets}}:
        raise CommandError(f"{file}: something else would change in it: {_BY_HAND}", ExitCode.CONFIGURATION)


def _read(content: bytes) -> dict[str, Any]:
    return tomllib.loads(content.decode("utf-8-sig"))


def _write(opened: FileIO, added: bytes, length: int) -> None:
    """Write all of it or nothing: a table that is there by half would be the end of every command."""
    try:
        is_whole = opened.write(added) == len(added)
        os.fsync(opened.fileno())
    except OSError:
        opened.truncate(length)
        raise
    if not is_whole:
        opened.truncate(length)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

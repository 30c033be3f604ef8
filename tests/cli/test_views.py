"""Colour and progress on a terminal only, and not there either when NO_COLOR asks for none."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
ROOT = Path(__file__).parents[2]


def on_a_terminal(environment: dict[str, str]) -> str:
    """Run `volya check` with a terminal of 100 columns as its standard input and output."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "cli", "check"]
    whole = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment}
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, env=whole):
        os.close(theirs)
        seen = b""
        while chunk := _read(ours):
            seen += chunk
    os.close(ours)
    return seen.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux tells that the other end has closed
        return b""


@pytest.mark.parametrize(("environment", "is_coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colour_unless_it_asks_for_none(
    volya: Call, environment: dict[str, str], is_coloured: bool
) -> None:
    seen = on_a_terminal(environment)
    assert ("\x1b[32m" in seen or "\x1b[33m" in seen) is is_coloured
    plain = seen.replace("\x1b[0m", "").replace("\x1b[32m", "").replace("\x1b[33m", "").replace("\x1b[1m", "")
    assert max(map(len, plain.splitlines())) <= 110


def test_a_pipe_gets_neither(volya: Call) -> None:
    assert "\x1b" not in volya("check").out
    assert "\x1b" not in volya("outlets").out


@pytest.mark.parametrize(("lines", "is_paged"), [("6", True), ("200", False)])
def test_a_table_longer_than_the_terminal_goes_through_the_pager(volya: Call, lines: str, is_paged: bool) -> None:
    seen = on_a_terminal({"LINES": lines, "PAGER": "sed s/^/paged:/"})
    assert ("paged:" in seen) is is_paged
    assert "queue of articles" in seen

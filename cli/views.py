"""What a person sees: tables that fit the width, local times, colour and progress on a terminal only (NO_COLOR)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import TextIOWrapper
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cli.logs import plain
from db.excerpts import Excerpt

PIPE_WIDTH = 120
STATE_STYLES = {"ok": "green", "warn": "yellow", "bad": "bold red"}


def prepare_streams() -> None:
    """Write UTF-8 whatever the locale says, so that no name of a person can end a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def console() -> Console:
    """Return the console on standard output; a pipe gets tables of a fixed width, without colour."""
    return Console(width=None if sys.stdout.isatty() else PIPE_WIDTH, highlight=False, markup=False, emoji=False)


def print_json(value: Any) -> None:
    """Print one value as one line of JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def print_json_lines(values: Iterable[Any]) -> None:
    """Print each value as a line of JSON."""
    for value in values:
        print_json(value)


def print_text(text: str) -> None:
    """Print prose that may hold words of others: no control character reaches the terminal, line breaks do."""
    console().print(Text("\n".join(plain(line) for line in text.splitlines())), soft_wrap=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """Print a table whose last column takes the room that is left; `empty` is said where there are no rows."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", ratio=1 if column == columns[-1] else None)
    for row in rows:
        table.add_row(*map(cell, row))
    if table.row_count:
        _print_paged(table, table.row_count)
    else:
        print_text(empty)


def _print_paged(shown: Table, lines: int) -> None:
    """Print what has at least so many lines; on a terminal that has fewer, by the reader's pager ($PAGER, else less)."""
    out = console()
    if not out.is_terminal or lines < out.height:
        out.print(shown)
        return
    os.environ.setdefault("LESS", "FRX")  # as git does: colours, and nothing left on the screen that fits
    with out.pager(styles=out.color_system is not None, links=False):
        out.print(shown)


def cell(value: Any) -> Text:
    """Return a value as text in a table: nothing as a dash, a time as local time, states in colour."""
    if isinstance(value, datetime):
        return Text(local(value), no_wrap=True)
    if value is None or value == ():
        return Text("–")
    if isinstance(value, tuple | list):
        return Text(", ".join(map(str, value)))
    return Text(plain(str(value), 300), style=STATE_STYLES.get(str(value), ""))


def print_pairs(pairs: Mapping[str, Any]) -> None:
    """Print names and values under each other; empty values are left out."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs.items():
        if value not in (None, "", (), [], {}):
            table.add_row(name, cell(value))
    console().print(table)


def print_found(heading: Sequence[Any], title: Excerpt, excerpt: Excerpt) -> None:
    """Print what was found: a line about it, its title and a piece of its text, with the words that were looked for marked."""
    out = console()
    out.print(Text("  ").join(cell(value) for value in heading if value), style="dim")
    out.print(marked(title, "bold"))
    out.print(marked(excerpt), "", sep="\n")


def marked(excerpt: Excerpt, style: str = "") -> Text:
    """Return a piece of text with the words that were found in colour, and dots where it goes on."""
    text = Text("… " if excerpt.is_cut_before else "", style=style)
    done = 0
    for start, end in excerpt.spans:
        text.append(plain(excerpt.text[done:start]))
        text.append(plain(excerpt.text[start:end]), style="bold yellow")
        done = end
    return text.append(plain(excerpt.text[done:]) + (" …" if excerpt.is_cut_after else ""))


def local(moment: datetime | None) -> str:
    """Return a time in the time zone of this machine, to the minute."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment is not None else "–"


def local_short(moment: datetime | None) -> str | None:
    """Return a time of these days without its year, for tables that are full."""
    return moment.astimezone().strftime("%m-%d %H:%M") if moment is not None else None


def progress() -> Progress:
    """Return a progress bar on standard error, shown on a terminal only."""
    stderr = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=stderr, disable=not stderr.is_terminal, transient=True)

"""The command tree and its border: options in any place, one line an error, the exit codes of contracts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.main import hoisted

Call = Callable[..., Any]
COMMANDS = (
    ("run",),
    ("demo",),
    ("crawl",),
    ("import",),
    ("analyse",),
    ("extract",),
    ("explain",),
    ("check",),
    ("export",),
    ("migrate",),
    ("articles",),
    ("articles", "list"),
    ("articles", "show"),
    ("events",),
    ("events", "list"),
    ("events", "show"),
    ("alerts",),
    ("alerts", "list"),
    ("alerts", "show"),
    ("outlets",),
    ("outlets", "list"),
    ("outlets", "show"),
    ("outlets", "check"),
)


@pytest.mark.parametrize(
    ("arguments", "moved"),
    [
        (["events", "list", "--json"], ["--json", "events", "list"]),
        (["run", "--settings", "s.toml", "-v"], ["--settings", "s.toml", "-v", "run"]),
        (["run", "--settings=s.toml", "--set", "a.b=c"], ["--settings=s.toml", "--set", "a.b=c", "run"]),
        (["import", "--", "--json"], ["import", "--", "--json"]),
        (["run", "--set"], ["--set", "run"]),
    ],
)
def test_global_options_may_stand_anywhere(arguments: list[str], moved: list[str]) -> None:
    assert hoisted(arguments) == moved


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(volya: Call, command: tuple[str, ...]) -> None:
    answer = volya(*command, "--help")
    assert answer.code == 0
    assert "Example" in answer.out
    assert f"volya {command[0]}" in answer.out.split("Example", 1)[1]


def test_the_version_is_told(volya: Call) -> None:
    answer = volya("--version")
    assert (answer.code, answer.out.split()[0]) == (0, "volya")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("events", "lits"), "Did you mean 'list'"),
        (("events", "list", "--nonsense"), "No such option"),
        (("events", "list", "--limit", "0"), "--limit"),
        (("events", "show", "seven"), "seven: give a7 or e3, a number, or an address"),
        (("events", "show", "a7"), "a7: give the number of an event"),
        (("alerts", "show", "x"), "x: give the number of an alert"),
        (("export", "events", "--format", "xml"), "'xml' is not one of"),
        (("import",), "Missing argument"),
        (("crawl", "--worker", "nv"), "--worker crawls the outlets of the settings"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(volya: Call, arguments: tuple[str, ...], said: str) -> None:
    answer = volya(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
    assert len(answer.err.splitlines()) == 1


def test_nothing_asked_shows_the_help_and_exit_code_2(volya: Call) -> None:
    answer = volya()
    assert answer.code == 2
    assert answer.err.startswith("Usage: volya")


@pytest.mark.parametrize("noun", ["event", "article", "alert"])
def test_what_is_not_there_is_said_with_exit_code_1(volya: Call, noun: str) -> None:
    answer = volya(f"{noun}s", "show", "99")
    assert answer.code == 1
    assert answer.err == f"volya: {noun} 99: there is none; see volya {noun}s list\n"


def test_a_file_that_is_not_there_is_exit_code_74(volya: Call) -> None:
    answer = volya("import", "nothing.jsonl")
    assert (answer.code, answer.err) == (74, "volya: nothing.jsonl: No such file or directory\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[db\n", "not TOML"),
        ('[db]\nurll = "x"\n', "settings.toml:2: db.urll: unknown key; did you mean db.url?"),
        ("[web]\nlisten = 5\n", "web.listen: give a text"),
        ('[web]\ntoken = "CANARY"\n', "a secret is never written here"),
    ],
)
def test_broken_settings_are_exit_code_78_for_every_command(volya: Call, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    for command in (("events", "list"), ("run",), ("check",), ("import", "x")):
        answer = volya(*command)
        assert answer.code == 78
        assert said in answer.err
        assert "CANARY" not in answer.err


def test_settings_that_were_asked_for_must_be_there(volya: Call) -> None:
    answer = volya("events", "list", "--settings", "none.toml")
    assert (answer.code, answer.err) == (78, "volya: none.toml: No such file or directory: check the path\n")


def test_a_database_of_a_newer_version_is_refused_untouched(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_newer: Callable[[Path], None]
) -> None:
    newer = tmp_path / "newer.sqlite3"
    make_newer(newer)
    before = newer.read_bytes()
    monkeypatch.setenv("VOLYA_DB__URL", f"sqlite:///{newer}")
    for command in (("events", "list"), ("run",), ("import", "x"), ("migrate",), ("check",)):
        answer = volya(*command)
        assert answer.code == (74 if command == ("import", "x") else 78), command
        assert command[0] in ("check", "import") or "made by a newer version" in answer.err
    assert newer.read_bytes() == before
    assert not list(tmp_path.glob("newer.sqlite3-*"))


def test_a_damaged_database_is_exit_code_74(volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "damaged.sqlite3").write_bytes(b"this is no database, and never was one" * 100)
    monkeypatch.setenv("VOLYA_DB__URL", f"sqlite:///{tmp_path / 'damaged.sqlite3'}")
    answer = volya("events", "list")
    assert answer.code == 74
    assert "not a database" in answer.err


def test_a_database_nobody_can_reach_is_said_in_one_line(volya: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOLYA_DB__URL", "sqlite:////proc/nothing/volya.sqlite3")
    answer = volya("events", "list")
    assert answer.code == 74
    assert len(answer.err.splitlines()) == 1
    monkeypatch.setenv("VOLYA_DB__URL", "mysql://host/db")
    assert volya("events", "list").code == 78


def test_a_reader_that_has_seen_enough_ends_it_quietly(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_text(
        "".join(f'{{"url": "urn:x:{n}", "title": "{"word " * 50}{n}"}}\n' for n in range(400)), encoding="utf-8"
    )
    assert volya("import", "many.jsonl").code == 0
    command = [sys.executable, "-m", "cli", "articles", "list", "--json"]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_a_pipe_gets_no_colour_and_utf8_whatever_the_locale(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"url": "urn:x", "title": "Звільнено \\u001b[31m52"}', encoding="utf-8")
    volya("import", "one.jsonl")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "cli", "articles", "list"]
    found = subprocess.run(command, cwd=Path(__file__).parents[2], env=environment, capture_output=True, check=True)
    assert "Звільнено" in found.stdout.decode()
    assert b"\x1b" not in found.stdout

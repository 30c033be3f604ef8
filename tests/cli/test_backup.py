"""`volya backup` and `volya restore` as people call them, also beside a service that runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import connect, hold_service_lock

Call = Callable[..., Any]
NEWS = {
    "url": "urn:x",
    "language": "en",
    "title": "Belarus frees 52 political prisoners",
    "text": "Belarus freed 52 political prisoners today, President Gitanas Nauseda said.",
}


@pytest.fixture
def filled(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_text(json.dumps(NEWS), encoding="utf-8")
    assert volya("import", "news.jsonl").code == 0


def test_a_backup_says_what_it_is_and_what_is_in_it(volya: Call, filled: None, tmp_path: Path) -> None:
    answer = volya("backup", "saved.sqlite3")
    assert answer.code == 0
    assert answer.out.startswith("saved.sqlite3 is made and checked: ")
    assert "1 articles, 1 events" in answer.out
    [told] = volya("backup", "saved.sqlite3", "--force", "--json").objects
    assert told["backup"] == "saved.sqlite3"
    assert told["size"] == (tmp_path / "saved.sqlite3").stat().st_size
    assert told["stored"] == {"articles": 1, "events": 1, "alerts": 0, "deliveries": 0}


def test_a_name_that_is_taken_is_an_error_of_one_line(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "saved.sqlite3").touch()
    answer = volya("backup", "saved.sqlite3")
    assert answer.code == 74
    assert answer.err == "volya: saved.sqlite3: exists already; give another name, or --force to replace it\n"


def test_a_folder_that_is_not_there_is_named(volya: Call) -> None:
    answer = volya("backup", "nowhere/saved.sqlite3")
    assert (answer.code, answer.err.count("\n")) == (74, 1)
    assert "nowhere" in answer.err


def test_a_backup_comes_back_and_what_was_done_is_said(volya: Call, sqlite_url: str, filled: None) -> None:
    assert volya("backup", "saved.sqlite3").code == 0
    (again,) = [json.dumps({**NEWS, "url": "urn:y", "title": "Talks in Minsk"})]
    Path("more.jsonl").write_text(again, encoding="utf-8")
    assert volya("import", "more.jsonl").code == 0
    answer = volya("restore", "saved.sqlite3")
    assert answer.code == 0
    assert "saved.sqlite3 is the database now: " in answer.out
    assert "is kept as " in answer.out
    assert "For seven days" in answer.out
    assert len(volya("articles", "list", "--json").objects) == 1


def test_without_a_name_the_newest_copy_of_the_days_is_taken(volya: Call, tmp_path: Path, filled: None) -> None:
    assert volya("restore").code == 74
    (tmp_path / "backups").mkdir()
    assert volya("backup", "backups/volya-2026-04-27.sqlite3").code == 0
    shutil.copy(tmp_path / "backups" / "volya-2026-04-27.sqlite3", tmp_path / "backups" / "volya-2026-04-28.sqlite3")
    [told] = volya("restore", "--send", "--json").objects
    assert told["restored"].endswith("volya-2026-04-28.sqlite3")
    assert (told["held"], told["send"]) == (0, True)


def test_a_service_that_runs_keeps_its_database(volya: Call, sqlite_url: str) -> None:
    assert volya("backup", "saved.sqlite3").code == 0
    with hold_service_lock(connect(sqlite_url)):
        assert volya("backup", "beside.sqlite3").code == 0
        answer = volya("restore", "saved.sqlite3")
    assert answer.code == 75
    assert "a service runs on it already" in answer.err


def test_codes_tell_a_damaged_backup_from_a_newer_one(
    volya: Call, tmp_path: Path, make_newer: Callable[[Path], None]
) -> None:
    (tmp_path / "damaged").write_text("text" * 2000)
    make_newer(tmp_path / "newer")
    assert volya("restore", "damaged").code == 74
    assert volya("restore", "missing").code == 74
    assert volya("restore", "newer").code == 78


def test_a_server_is_left_to_its_own_tools(volya: Call) -> None:
    for words in (("backup", "saved"), ("restore", "saved")):
        answer = volya(*words, "--set", "db.url=postgresql+psycopg://volya@db.example/volya")
        assert answer.code == 69
        assert answer.err.count("\n") == 1
        assert f"{'pg_dump' if words[0] == 'backup' else 'pg_restore'} --" in answer.err


def test_what_other_tools_have_put_back_is_held(volya: Call, filled: None, tmp_path: Path) -> None:
    answer = volya("restore", "--done", "--json")
    assert (answer.code, answer.objects) == (0, [{"held": 0}])
    assert volya("restore", "--done").out.startswith("For seven days what is told of reports from before now is held")
    assert volya("restore", "saved", "--done").code == 2

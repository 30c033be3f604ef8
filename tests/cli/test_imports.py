"""`volya import`: what is good comes in once, what is bad is said with its line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Call = Callable[..., Any]

LINES = b"""\xef\xbb\xbf{"url": "https://news.example/a?utm_source=x", "title": "A", "text": "Words."}
not json

{"url": "https://news.example/b", "text": "Words", "published": "yesterday"}
\xff\xfe
{"url": "https://news.example/a", "title": "A", "text": "Words."}
{"url": "urn:last", "title": "Last"}"""


def test_bad_lines_are_said_and_the_others_come_in(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "some.jsonl").write_bytes(LINES)
    answer = volya("import", "some.jsonl", "--json")
    assert answer.code == 1
    assert answer.err.splitlines() == [
        "volya: some.jsonl: line 2: not JSON: Expecting value at column 1",
        "volya: some.jsonl: line 4: published: not a time (RFC 3339) nor a date (YYYY-MM-DD)",
        "volya: some.jsonl: line 5: not UTF-8 at byte 1",
    ]
    (summary,) = answer.objects
    assert summary == {"created": 2, "revised": 0, "same": 1, "bad": 3, "read": 2, "failed": 0, "events": 0}


def test_importing_twice_changes_nothing(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "some.jsonl").write_bytes(LINES)
    volya("import", "some.jsonl")
    before = volya("export", "articles").out, volya("events", "--json").out
    (summary,) = volya("import", "some.jsonl", "--json").objects
    assert (summary["created"], summary["revised"], summary["same"], summary["read"]) == (0, 0, 3, 0)
    assert (volya("export", "articles").out, volya("events", "--json").out) == before


def test_a_changed_text_is_a_revision_and_the_old_one_is_kept(volya: Call, tmp_path: Path) -> None:
    for text in ("The first words.", "The second words."):
        (tmp_path / "one.jsonl").write_text(f'{{"url": "urn:x", "text": "{text}"}}', encoding="utf-8")
        summary = volya("import", "one.jsonl", "--json").objects[0]
    assert summary["revised"] == 1
    (article,) = volya("articles", "show", "1", "--json").objects
    assert (article["text"], article["revisions"][0]["text"]) == ("The second words.", "The first words.")


def test_hostile_text_is_stored_clean(volya: Call, tmp_path: Path) -> None:
    line = '{"url": "urn:x", "title": "a\\u202eb\\u0000", "text": "\\ud800 x \\u001b[31m"}'
    (tmp_path / "one.jsonl").write_text(line, encoding="utf-8")
    assert volya("import", "one.jsonl").code == 0
    (article,) = volya("articles", "show", "1", "--json").objects
    assert (article["title"], article["text"]) == ("ab", "x [31m")


def test_nothing_to_import_is_fine(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_bytes(b"\n\n")
    assert volya("import", "none.jsonl").code == 0


def test_standard_input_is_read(volya: Call) -> None:
    command = [sys.executable, "-m", "cli", "import", "-"]
    root = Path(__file__).parents[2]
    found = subprocess.run(command, input=LINES, cwd=root, env=os.environ, capture_output=True, check=False)
    assert found.returncode == 1
    assert b"volya: -: line 2: not JSON" in found.stderr
    assert b"2 created" in found.stdout


def test_alerts_are_forced_only_when_asked_for(volya: Call, tmp_path: Path) -> None:
    line = (
        '{"url": "urn:x", "language": "en", "title": "Belarus frees 52 political prisoners, Minsk says", "text": "x"}'
    )
    (tmp_path / "one.jsonl").write_text(line, encoding="utf-8")
    volya("import", "one.jsonl")
    queue = [one for one in volya("check", "--json").objects if one["name"] == "queue of events"]
    assert queue[0]["text"] == "0 waiting"
    (tmp_path / "one.jsonl").write_text(line.replace("urn:x", "urn:y").replace("52", "14"), encoding="utf-8")
    volya("import", "one.jsonl", "--alerts")
    queue = [one for one in volya("check", "--json").objects if one["name"] == "queue of events"]
    assert queue[0]["text"].startswith("1 waiting")


RELEASE = (
    "Belarus released 34 political prisoners on Tuesday, the human rights group Viasna said, the largest group let out "
    "since the winter. Families were told only hours in advance. The buses reached the border before noon, and those "
    "who got out of them carried what they had in paper bags. Volunteers handed out tea, soup and telephones."
)


def test_a_reprint_adds_a_source_and_no_event_of_its_own_or_facts(volya: Call, tmp_path: Path) -> None:
    told = {"title": "Belarus frees 34 political prisoners", "language": "en", "published": "2026-04-28T15:10:00+01:00"}
    lines = [
        {**told, "url": "https://first.example/1", "outlet": "first", "text": RELEASE},
        {**told, "url": "https://second.example/1", "outlet": "second", "text": f"{RELEASE} Read more in our letter."},
    ]
    (tmp_path / "two.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (summary,) = volya("import", "two.jsonl", "--json").objects
    assert (summary["created"], summary["events"]) == (2, 1)
    (event,) = volya("events", "list", "--json").objects
    assert [article["role"] for article in event["articles"]] == ["first", "copy"]
    assert [len(count["sources"]) for count in event["counts"]] == [1]
    assert "1 (near copy)" in volya("articles", "show", "2").out
    assert "It is a copy of article 1 (near copy)" in volya("explain", "a2").out


def test_of_the_language_versions_of_one_story_the_first_comes_in(volya: Call, tmp_path: Path) -> None:
    lines = [
        {"url": "https://nashaniva.com/?c=ar&i=378000", "language": "be", "text": "Першы тэкст."},
        {"url": "https://nashaniva.com/ru/378000", "language": "ru", "text": "Второй текст."},
        {"url": "https://nashaniva.com/378000", "language": "be", "text": "Першы тэкст, перапісаны."},
    ]
    (tmp_path / "versions.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (summary,) = volya("import", "versions.jsonl", "--json").objects
    assert (summary["created"], summary["same"], summary["revised"]) == (1, 1, 1)
    (article,) = volya("articles", "list", "--json").objects
    assert article["language"] == "be"
    assert "Article 1" in volya("explain", "https://nashaniva.com/en/378000").out

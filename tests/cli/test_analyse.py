"""`volya analyse` and `volya extract`: text, HTML or a document in; what would be made of it out; nothing stored."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
STORY = "Belarus released 52 political prisoners on 11 September 2025, Lithuanian President Gitanas Nauseda said."
PAGE = f"""<!doctype html><html lang="en"><head><title>Prisoners freed</title>
<meta property="article:published_time" content="2025-09-11T15:02:00+03:00"></head>
<body><article><h1>Prisoners freed</h1><p>{STORY} They crossed the border into Lithuania on Thursday.</p>
<p>{"Their families waited for them at the border for many hours. " * 5}</p></article></body></html>"""
DOCUMENT = {
    "url": "urn:x",
    "outlet": "nobody",
    "language": "en",
    "title": "Freed",
    "text": STORY,
    "published": "2025-09-11",
}


@pytest.mark.parametrize(
    ("name", "content"),
    [("story.txt", STORY), ("story.html", PAGE), ("story.json", json.dumps(DOCUMENT)), ("bom.txt", "\ufeff" + STORY)],
)
def test_each_kind_of_input_is_understood(volya: Call, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    (analysis,) = volya("analyse", name, "--json").objects
    assert list(analysis) == ["language", "kinds", "decision", "reason", "mentions", "background"]
    assert (analysis["language"], analysis["decision"]) == ("en", "event")
    assert analysis["mentions"][0]["kind"] == "release"
    assert "52 people were freed" in volya("analyse", name).out
    assert volya("articles", "--json").out == ""


def test_standard_input_is_read(volya: Call) -> None:
    command = [sys.executable, "-m", "cli", "analyse", "-", "--json"]
    root = Path(__file__).parents[2]
    found = subprocess.run(command, input=STORY.encode(), cwd=root, env=os.environ, capture_output=True, check=True)
    assert json.loads(found.stdout)["decision"] == "event"


def test_a_text_that_begins_with_a_brace_is_a_text(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("{sic} The weather will be fine tomorrow.", encoding="utf-8")
    assert volya("analyse", "text", "--json").objects[0]["decision"] == "none"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "in: empty"),
        (b"\xff\xfe\xfa", "in: neither HTML nor UTF-8 text; save it as UTF-8"),
        (b'{"url": "urn:x"}', "in: not a document: neither text nor title"),
        (b"x" * (9 << 20), "in: larger than 8 MiB"),
        (b"<html>" + b"<b>" * 2000, "elements nested deeper than 1,000"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(volya: Call, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "in").write_bytes(content)
    answer = volya("analyse", "in")
    assert answer.code == 1
    assert said in answer.err
    assert len(answer.err.splitlines()) == 1


def test_an_address_is_fetched_behind_the_guard(volya: Call) -> None:
    for command in ("analyse", "extract"):
        answer = volya(command, "http://127.0.0.1:9/")
        assert answer.code == 1
        assert "not a public address" in answer.err


def test_a_page_is_taken_apart(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (found,) = volya("extract", "page.html", "--json").objects
    names = ("title", "text", "author", "published", "modified", "language", "canonical", "image")
    assert all(set(found[name]) == {"value", "source", "confidence"} for name in names)
    assert found["title"]["value"] == "Prisoners freed"
    assert found["published"]["value"] == "2025-09-11T12:02:00Z"
    assert "52 political prisoners" in found["text"]["value"]
    people = volya("extract", "page.html").out
    assert "Prisoners freed" in people
    assert "crossed the border" in people


def test_a_page_with_nothing_in_it_is_no_error_of_the_program(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html></html>", encoding="utf-8")
    answer = volya("extract", "page.html")
    assert answer.code in (0, 1)
    assert "fault" not in answer.err

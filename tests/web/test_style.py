"""The sheet: texts can be read on their grounds, in the light and in the dark, and nothing is fetched from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import web
from web.article import GROUPS

SHEET = (Path(web.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
LIGHT, DARK = (dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block)) for block in SHEET.split("@media", 2)[:2])

MARKS = sorted(set(GROUPS.values()))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["text", "quiet", "link", "accent"])
@pytest.mark.parametrize("ground", ["ground", "card", "warm"])
def test_text_has_the_contrast_that_wcag_asks_for(colours: dict[str, str], text: str, ground: str) -> None:
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("group", MARKS)
def test_marked_text_can_be_read_and_its_mark_seen(colours: dict[str, str], group: str) -> None:
    assert contrast(colours["text"], colours[group]) >= 4.5
    assert colours[group] not in (colours["ground"], colours["card"], colours["warm"])
    assert f"mark.{group} {{ background: var(--{group}); }}" in SHEET


def test_no_two_marks_look_alike() -> None:
    for colours in (LIGHT, DARK):
        assert len({colours[group] for group in MARKS}) == len(MARKS)


def test_the_dark_has_a_colour_for_each_of_the_light() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) == 10 + len(MARKS)


def test_nothing_is_fetched_from_elsewhere(ask: Callable[..., Any]) -> None:
    assert "url(" not in SHEET
    assert "@import" not in SHEET
    assert ask("/static/style.css").text == SHEET
    assert ask("/static/style.css").headers["content-type"] == "text/css; charset=utf-8"
    assert ask("/static/icon.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("path", ["/static/", "/static/x.css", "/static/../app.py", "/static/%2e%2e/app.py"])
def test_no_other_file_is_given_away(ask: Callable[..., Any], path: str) -> None:
    assert ask(path).status_code == 404

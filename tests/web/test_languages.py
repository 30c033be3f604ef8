"""Pages come in the language that the browser asks for, and every text is there in each."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import httpx
import pytest

from web.languages import choose_language
from web.words import page_languages, page_words

TEMPLATES = Path(str(resources.files("web").joinpath("templates")))
CASES = [
    # what the browser says, what it gets of be, en and uk where the settings say pl
    ("", "pl"),
    ("uk", "uk"),
    ("uk-UA,uk;q=0.9,en;q=0.8", "uk"),
    ("de,fr;q=0.9,be;q=0.5,en;q=0.7", "en"),
    ("EN-gb", "en"),
    ("de", "pl"),
    ("*", "pl"),
    ("*;q=0.1, be;q=0.2", "be"),
    ("uk;q=0", "pl"),
    ("uk;q=zero, en;q=0.1", "en"),
    ("en;q=0.5;x=1, uk;q=0.4", "uk"),
    (";;;,,,q=1", "pl"),
    ("fr," * 1000 + "uk", "pl"),
    ("білоруська", "pl"),
]


@pytest.mark.parametrize(("accepted", "chosen"), CASES)
def test_a_reader_gets_the_best_of_the_languages_that_the_browser_asks_for(accepted: str, chosen: str) -> None:
    assert choose_language(accepted, ("be", "en", "uk"), "pl") == chosen


def test_page_and_titles_have_a_language_each(ask: Callable[..., httpx.Response], desk: Any) -> None:
    desk.tell(desk.release(52))
    ukrainian = ask("/", **{"Accept-Language": "uk"})
    assert (ukrainian.headers["content-language"], ukrainian.headers["vary"]) == ("uk", "Accept-Language")
    assert [part for part in ("Події", "звільнила", '<html lang="uk">') if part not in ukrainian.text] == []
    polish = ask("/", **{"Accept-Language": "pl"}).text
    assert [
        part
        for part in ("Events", "uwolniła", '<html lang="en">', '<h3 class="title"><a href="/events/1" lang="pl">')
        if part not in polish
    ] == []


def test_an_address_may_ask_for_a_language(ask: Callable[..., httpx.Response]) -> None:
    assert "Подій ще немає" in ask("/?language=uk", **{"Accept-Language": "en"}).text
    assert "No event yet" in ask("/?language=%22%3E%3Cscript%3E").text


def test_every_language_of_the_pages_has_the_same_texts_with_the_same_values() -> None:
    english = _shapes("en")
    assert {language: _shapes(language) for language in page_languages()} == dict.fromkeys(page_languages(), english)


def _shapes(language: str) -> dict[str, set[str]]:
    """Return for each text what it is filled with, and its elements; of plural forms those of all together."""
    shapes: dict[str, set[str]] = {}
    for table, texts in page_words(language).tables.items():
        for name, text in texts.items():
            forms = [text] if isinstance(text, str) else list(text.values())
            shapes[f"{table}.{name}"] = {part for form in forms for part in re.findall(r"{\w+}|<[^>]+>", form)}
    return shapes


@pytest.mark.parametrize("language", page_languages())
def test_plural_forms_are_those_of_the_language(language: str) -> None:
    words = page_words(language)
    wanted = set(words.locale.plural_form.tags) | {"other"}
    tables = [text for texts in words.tables.values() for text in texts.values() if not isinstance(text, str)]
    assert [forms for forms in tables if set(forms) != wanted] == []


@pytest.mark.parametrize("language", page_languages())
def test_a_text_can_stand_in_an_attribute(language: str) -> None:
    for table, texts in page_words(language).tables.items():
        for name, text in texts.items():
            for form in [text] if isinstance(text, str) else text.values():
                parser = HTMLParser()
                parser.feed(form)
                assert '"' not in re.sub(r"<[^>]*>", "", form), f"{table}.{name}"


def test_every_text_that_a_template_asks_for_is_there_and_none_is_left_over() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html"))
    source += "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.parent.rglob("*.py"))
    asked = set(re.findall(r"""["'](\w+\.\w+)["']""", source))
    whole = set(re.findall(r"""(?:\bt\(|label\(|say\(|plain\()\s*["'](\w+)(?:\.["'] ~|["'],)""", source))
    known = {f"{table}.{name}" for table, texts in page_words("en").tables.items() for name in texts}
    called = set(re.findall(r"""(?:\bt|\bsay|\bplain)\(\s*["'](\w+\.\w+)["']""", source))
    assert sorted(called - known) == []
    assert sorted(key for key in known - asked if key.split(".")[0] not in whole) == []

"""General news raises no alert, and the grammars it is drawn from are sound (benchmarks/general.py reads 10,000)."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "tests" / "data" / "stories"
LANGUAGES = ("uk", "ru", "be", "en", "pl", "lt", "de")
BELARUS = re.compile(
    "білорус|беларус|белорус|белавія|мінс[кь]|минск|лукашенк|лукашэнк|belarus|minsk|lukashenk"
    "|białorus|mińsk|łukaszenk|baltarus|lukašenk|lukaschenk",
    re.IGNORECASE,
)
DRAWN = 1_500


@pytest.fixture(scope="module")
def general() -> ModuleType:
    """The benchmark itself: scripts are no package, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location("general_news", ROOT / "benchmarks" / "general.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def drawn(general: ModuleType) -> dict[str, list[str]]:
    """1,500 sentences of each language."""
    return {code: general.draw(general.grammar_of(code), DRAWN, f"test {code}") for code in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_of_a_template_exists_and_every_slot_is_used(general: ModuleType, language: str) -> None:
    grammar = general.grammar_of(language)
    named = {name for template in grammar.templates for name in grammar.names(template)}
    assert named == set(grammar.slots)
    assert len(set(grammar.templates)) == len(grammar.templates)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slot_holds_each_filler_once_and_no_empty_one(general: ModuleType, language: str) -> None:
    for name, fillers in general.grammar_of(language).slots.items():
        assert len(set(fillers)) == len(fillers) > 1, name
        assert all(filler and filler == filler.strip() for filler in fillers), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_1500_distinct_sentences_can_be_drawn_and_look_like_titles(drawn: dict[str, list[str]], language: str) -> None:
    sentences = drawn[language]
    assert len(set(sentences)) == len(sentences) == DRAWN
    odd = [line for line in sentences if not 8 <= len(line.split()) <= 30 or line[0].islower()]
    assert not odd
    assert not [line for line in sentences if re.search(r"[{}]|  |[.,]$|\b(\w+) \1\b", line)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_of_the_sentences_names_belarus_minsk_or_lukashenko(drawn: dict[str, list[str]], language: str) -> None:
    assert sum(bool(BELARUS.search(line)) for line in drawn[language]) >= DRAWN / 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_in_a_labelled_story(drawn: dict[str, list[str]], language: str) -> None:
    rows = [row for path in STORIES.rglob(f"{language}*.toml") for row in _stories(path)]
    told = "\n".join(f"{row.get('title') or ''}\n{row['text']}" for row in rows).casefold()
    assert told
    assert not [line for line in drawn[language] if line.casefold() in told]


def _stories(path: Path) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))["story"]
    return rows


def test_the_same_seed_draws_the_same_sentences(general: ModuleType) -> None:
    grammar = general.grammar_of("en")
    assert general.draw(grammar, 50, "one") == general.draw(grammar, 50, "one") != general.draw(grammar, 50, "two")


def test_a_grammar_too_small_gives_all_it_has(general: ModuleType) -> None:
    grammar = general.Grammar({"who": ["one", "two"]}, ("{who} says {who}", "{who} is here"))
    assert sorted(general.draw(grammar, 9, "")) == ["One is here", "One says one", "Two is here", "Two says two"]


def test_the_languages_share_the_sentences_about_equally(general: ModuleType) -> None:
    assert sorted(general.shares(10_000, LANGUAGES).values()) == [1428] * 3 + [1429] * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_fifty_sentences_raise_no_alert(general: ModuleType, language: str) -> None:
    sentences = general.draw(general.grammar_of(language), 50, f"fifty {language}")
    readings = [*general.read_titles(sentences, language), *general.read_groups(sentences, language)]
    assert len(readings) == 50 + 17
    assert [(row.text, row.reason) for row in general.taken_for(readings, "event")] == []

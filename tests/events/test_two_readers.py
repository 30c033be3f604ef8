"""Two processes read one database at once (benchmarks/readers.py does the same with 2,000 articles)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from events import Document, analyse

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "readers.py"
ARTICLES, RELEASES = 400, 20


@pytest.fixture(scope="module")
def readers() -> ModuleType:
    """The benchmark itself: scripts are no package, so it is loaded by its path."""
    spec = importlib.util.spec_from_file_location("readers", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_two_readers_make_one_event_of_each_release(readers: ModuleType, database_url: str) -> None:
    outcome = readers.trial(database_url, ARTICLES, RELEASES)
    assert outcome.problems == ()
    assert sum(outcome.read) == ARTICLES
    assert all(outcome.read)


def test_every_report_tells_of_one_release_on_its_day(readers: ModuleType) -> None:
    for number in range(ARTICLES // RELEASES):
        told = readers.article(number % RELEASES, number)
        known = {"language": told.language, "published_at": told.published_at, "published_precision": "instant"}
        (mention,) = analyse(Document(told.title, told.text, **known)).mentions
        day = readers.FIRST_DAY + number % RELEASES * readers.APART
        assert (mention.kind, mention.event_date) == ("release", day), told


def test_reports_are_in_seven_languages_and_some_have_no_number(readers: ModuleType) -> None:
    told = [readers.article(release, number) for release in range(RELEASES) for number in range(ARTICLES // RELEASES)]
    assert {one.language for one in told} == {"uk", "ru", "be", "en", "pl", "lt", "de"}
    assert len({(one.title, one.text) for one in told}) > ARTICLES * 0.9
    assert any(not any(char.isdigit() for char in one.title) for one in told)

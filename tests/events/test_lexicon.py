from __future__ import annotations

import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from events.analyse import analyse
from events.document import document
from events.lexicon import OBJECTS, entities, languages, lexicon_of
from events.normalise import fold
from events.sentences import SENTENCE_CAP, speech_spans

LANGUAGES = sorted(languages())
TABLES = ("concepts", "zones", "attribution", "qualifiers", "dates", "numbers", "months", "weekdays", "nationalities")
NATIONS = {"BY", "DE", "EE", "FR", "GB", "JP", "LT", "LV", "PL", "RU", "SE", "UA", "US"}
CONCEPTS_IN_CODE = {
    "release_done",
    "pardon_done",
    "arrival",
    "handover",
    "release_future",
    "release_infinitive",
    "release_noun",
    "pardon_noun",
    "unreal_before",
    "negation_before",
    "prisoner",
    "political",
    "belarus",
    "us",
    "eu",
    "pow",
    "other_jailer",
    *OBJECTS,
}
LENGTH = 20_000
HOSTILE = {
    "letters": "а" * LENGTH + "!",
    "latin letters": "a" * LENGTH + "!",
    "spaces": "було" + " " * LENGTH + "x",
    "spaces after a qualifier": "понад" + " " * LENGTH + "x",
    "quotes": '"' * LENGTH,
    "open quotes": "«слово " * (LENGTH // 7),
    "digits": "1" * LENGTH,
    "grouped digits": "1 000" + " 000" * (LENGTH // 4) + "x",
    "dots": "." * LENGTH + "a",
    "hyphens": "двадцять-" * (LENGTH // 9),
    "apostrophes": "в'" * (LENGTH // 2),
    "words": "звільнив " * (LENGTH // 9),
    "short words": "не буде " * (LENGTH // 8),
    "sanctions": "lift the the the the the " * (LENGTH // 25),
    "decrees": "підписав указ про " * (LENGTH // 18),
    "number words": "two thousand and " * (LENGTH // 17),
    "names": "трамп коул " * (LENGTH // 11),
    "newlines": "a\n" * (LENGTH // 2),
}


def data_of(language: str) -> dict[str, Any]:
    return tomllib.loads(files("events").joinpath("lexicon", f"{language}.toml").read_text(encoding="utf-8"))


def test_there_are_lexicons_for_all_seven_languages() -> None:
    assert languages() == {"uk", "ru", "be", "en", "pl", "lt", "de"}


@pytest.mark.parametrize("table", TABLES)
def test_all_languages_have_the_same_names(table: str) -> None:
    names = {language: {name for name in data_of(language)[table] if not name.isdigit()} for language in LANGUAGES}
    if table == "nationalities":
        assert all(found >= NATIONS for found in names.values())
    else:
        assert all(found == names["en"] for found in names.values()), names


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_rules_ask_for_is_there(language: str) -> None:
    data = data_of(language)
    assert data["concepts"].keys() >= CONCEPTS_IN_CODE
    assert data["zones"].keys() == {"recap", "old", "that_day", "cumulative", "read_also", "caption", "digest"}
    assert [int(number) for number in data["months"]] == list(range(1, 13))
    assert [int(number) for number in data["weekdays"]] == list(range(1, 8))
    numbers = {int(number) for number in data["numbers"] if number.isdigit()}
    assert numbers >= {*range(1, 21), 30, 40, 50, 60, 70, 80, 90, 100, 1000}


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_are_written_for_folded_text(language: str) -> None:
    for table in TABLES[:-1]:
        for name, phrases in data_of(language)[table].items():
            for phrase in phrases:
                assert phrase == fold(phrase), f"{table}.{name} never matches: {phrase}"


def found(text: str, language: str = "en") -> set[str]:
    lexicon = lexicon_of(language)
    names = lexicon.book.find(lexicon.tokens(fold(text)))
    return {name.removeprefix("name/") for name in names if name.startswith("name/")}


def test_no_name_stands_for_two_entities(mark: Callable[..., Any]) -> None:
    for name in entities():
        longest = [entity.entity.name for entity in mark("en", name)[0].names]
        assert set(longest) <= {name}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Джон Коул", "John Coale"),
        ("Джона Коула", "John Coale"),
        ("John Coale", "John Coale"),
        ("Олександр Лукашенко", "Alexander Lukashenko"),
        ("Лукашенком", "Alexander Lukashenko"),
        ("Александра Лукашенко", "Alexander Lukashenko"),
        ("Łukaszenka", "Alexander Lukashenko"),
        ("Lukašenka", "Alexander Lukashenko"),
        ("Светланы Тихановской", "Sviatlana Tsikhanouskaya"),
        ("Сергія Тихановського", "Siarhei Tsikhanouski"),
        ("Gitanas Nausėda", "Gitanas Nausėda"),
        ("Наусєди", None),
        ("«Вясна»", "Viasna"),
        ("весна", None),  # the season
    ],
)
def test_a_name_is_known_in_its_spellings(text: str, name: str | None) -> None:
    assert found(text) == ({name} if name else set())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_phrase_is_looked_for_in_hostile_text(language: str, text: str) -> None:
    # No time is asserted: a search that backtracks without end would not finish. In use it meets a tenth of this.
    assert len(text) > 9 * SENTENCE_CAP
    lexicon, folded = lexicon_of(language), fold(text)
    hits = lexicon.book.find(lexicon.tokens(folded))
    assert all(len(spans) <= len(folded) for spans in hits.values())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read_to_the_end(text: str) -> None:
    for title in (None, text[:500]):
        analysis = analyse(document(title, f"Білорусь звільнила 52 політв’язнів.\n\n{text}", language="uk"))
        assert analysis.reason
    assert speech_spans(text) is not None

"""What every language's file holds: all tables, plural forms, cases and words, and names that are known."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import resources
from string import Formatter

import pytest
from babel import Locale

from alerts import Telling, message_languages, render
from alerts.trial import trial_message
from db.facts import (
    CountRole,
    EventChange,
    EventFacts,
    Outcome,
    Qualifier,
    Status,
    Step,
    Verdict,
)
from db.views import EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
LANGUAGES = ("be", "de", "en", "lt", "pl", "ru", "uk")
NOUNS = ("freed", "pardoned", "freeing", "people", "more")
OWN = ("names", "countries", "cases")  # tables whose keys are a language's own
FORMS = ("zero", "one", "two", "few", "many", "other")


def tables_of(language: str) -> Mapping[str, Mapping[str, str]]:
    text = resources.files("alerts").joinpath("messages", f"{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def test_messages_are_written_in_every_language_that_is_read() -> None:
    assert message_languages() == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_file_has_the_same_tables_keys_and_placeholders(language: str) -> None:
    assert placeholders(language) == placeholders("en")
    assert tables_of(language).keys() - tables_of("en").keys() == noun_tables(language) - set(NOUNS)


def placeholders(language: str) -> dict[tuple[str, str], set[str]]:
    """The templates of a language and what they fill in; plural forms and lists of names differ by nature."""
    return {
        (table, key): {field for _, field, _, _ in Formatter().parse(text) if field}
        for table, rows in tables_of(language).items()
        for key, text in rows.items()
        if table not in OWN and key not in FORMS
    }


def noun_tables(language: str) -> set[str]:
    """The tables of nouns: those that all have, and the same nouns in the cases that qualifiers ask for."""
    tables = tables_of(language)
    return {*NOUNS, *(f"{noun}_{case}" for noun in NOUNS for case in tables["cases"].values())} & set(tables)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_noun_has_the_plural_forms_that_its_language_has_and_each_tells_the_number(language: str) -> None:
    wanted = {*Locale.parse(language).plural_form.tags, "other"}
    for table in noun_tables(language):
        forms = {key: text for key, text in tables_of(language)[table].items() if key in FORMS}
        assert forms.keys() == wanted, table
        assert [text for text in forms.values() if "{n}" not in text] == [], table


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_is_asked_for_by_a_qualifier_and_has_a_noun(language: str) -> None:
    cases = tables_of(language)["cases"]
    assert cases.keys() <= set(Qualifier)
    assert {case for case in cases.values() if f"people_{case}" not in noun_tables(language)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_facts_may_hold_has_a_word(language: str) -> None:
    tables = tables_of(language)
    wanted = {"roles": CountRole, "statuses": Status, "outcomes": Outcome, "steps": Step, "marks": Verdict}
    assert {table: set(codes) - tables[table].keys() for table, codes in wanted.items()} == {
        key: set() for key in wanted
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_those_that_articles_are_read_with(language: str) -> None:
    known = tomllib.loads(resources.files("events").joinpath("lexicon", "entities.toml").read_text("utf-8"))["entity"]
    assert tables_of(language)["names"].keys() - {row["name"] for row in known} == set()


@pytest.mark.parametrize(
    ("language", "person", "countries"),
    [
        ("be", "Аляксандр Лукашэнка", "ЗША, Ватыкан, Літва, ЕС"),
        ("de", "Alexander Lukaschenko", "USA, Vatikan, Litauen, EU"),
        ("en", "Alexander Lukashenko", "US, Vatican, Lithuania, EU"),
        ("lt", "Aliaksandras Lukašenka", "JAV, Vatikanas, Lietuva, ES"),
        ("pl", "Alaksandr Łukaszenka", "USA, Watykan, Litwa, UE"),
        ("ru", "Александр Лукашенко", "США, Ватикан, Литва, ЕС"),
        ("uk", "Олександр Лукашенко", "США, Ватикан, Литва, ЄС"),
    ],
)
def test_people_and_countries_are_written_as_each_language_writes_them(
    release: Callable[..., EventFacts], language: str, person: str, countries: str
) -> None:
    facts = release(52, negotiators=("Alexander Lukashenko",), mediators=("US", "VA", "LT", "EU"))
    telling = Telling("created", EventChange("new event"), None, NOW)
    told = [line.split(": ")[1] for line in render(EventView(7, 3, NOW, NOW, facts, ()), telling, language).lines]
    assert [part for part in (person, countries) if part not in told] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trial_says_that_it_is_one(language: str) -> None:
    trial = trial_message(language, NOW)
    first, *_ = trial.headline.split(":")
    assert (first.isupper(), len(trial.lines), trial.language) == (True, 1, language)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.language import LANGUAGES, language_of

PRISONERS_FREED = {
    "uk": "Політичних в’язнів учора звільнили з колонії.",
    "ru": "Политических заключённых вчера освободили из колонии.",
    "be": "Палітычных зняволеных учора вызвалілі з калоніі.",
    "en": "Political prisoners were freed from the colony yesterday.",
    "pl": "Więźniów politycznych zwolniono wczoraj z kolonii karnej.",
    "lt": "Politiniai kaliniai vakar buvo paleisti iš kolonijos.",
    "de": "Die politischen Gefangenen wurden gestern aus der Kolonie entlassen.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_the_seven_languages_is_told(language: str) -> None:
    assert language_of(PRISONERS_FREED[language]) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_prior_does_not_outweigh_a_whole_sentence(language: str) -> None:
    others = tuple(other for other in LANGUAGES if other != language)
    assert language_of(PRISONERS_FREED[language], others) == language


@pytest.mark.parametrize(
    "text",
    [
        "Les prisonniers politiques ont été libérés hier par les autorités du pays voisin, selon un communiqué.",
        "Političtí vězni byli včera propuštěni z věznice, uvedlo ministerstvo zahraničí v Praze.",
        "Политическите затворници бяха освободени вчера, съобщи министерството на външните работи на България.",
        "Běloruský vůdce propustil dvaapadesát vězňů, z Gdaňsku i Gdańsku to včera potvrdili jejich příbuzní.",
    ],
)
def test_a_text_in_another_language_is_in_none_of_ours(text: str) -> None:
    assert language_of(text) is None
    assert language_of(text, LANGUAGES) is None


@pytest.mark.parametrize(
    ("text", "outlet", "language"),
    [("Мінск і Вільнюс", "be", "be"), ("Мінск і Вільнюс", "uk", "uk"), ("Хроніка", "be", "be"), ("Коул", "be", "be")],
)
def test_the_languages_of_the_outlet_decide_on_a_few_words(text: str, outlet: str, language: str) -> None:
    assert language_of(text, (outlet,)) == language


@pytest.mark.parametrize(
    ("text", "likely", "language"),
    [
        ("52 palitviaźni vyjšli na volu", (), "be"),
        ("Łukašenka adpuściŭ jašče dziesiać čałaviek", ("lt",), "be"),
        ("Andrej Pačobut na voli", ("be", "ru"), "be"),
        ("Wałęsa i Gdańsk w rozmowach z Mińskiem", ("pl",), "pl"),
        ("Lukašenka sausį paleido šešis žmones, pranešė Poznanės spauda iš Gdańsko", ("lt",), "lt"),
        ("Journalist Andrzej Poczobut pardoned by Lukashenko", ("en",), "en"),
        ("Lukaschenko begnadigt Andrzej Poczobut", ("de",), "de"),
    ],
)
def test_a_flash_with_names_of_another_language_is_told(text: str, likely: tuple[str, ...], language: str) -> None:
    assert language_of(text, likely) == language


@pytest.mark.parametrize("text", ["", "   ", "12345 67", "—!?…", "\n"])
def test_a_text_without_letters_is_in_no_language(text: str) -> None:
    assert language_of(text, ("uk",)) is None


@given(st.text(max_size=300))
def test_any_text_has_one_of_our_languages_or_none(text: str) -> None:
    assert language_of(text) in (None, *LANGUAGES)

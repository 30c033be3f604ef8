"""Who bargains and who is only named, in sentences of every language; `DAY` is a Thursday."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from events.analyse import analyse
from events.document import document

DAY = datetime(2026, 3, 19, 12, tzinfo=UTC)
MINSK, COALE, TRUMP, POPE = "Alexander Lukashenko", "John Coale", "Donald Trump", "Pope Leo XIV"


def _negotiators(language: str, title: str, text: str = "") -> set[str]:
    analysis = analyse(document(title, text, language=language, outlet_languages=(language,), published_at=DAY))
    return {name for mention in analysis.mentions for name in mention.negotiators}


@pytest.mark.parametrize(
    ("language", "title", "names"),
    [
        ("uk", "Лукашенко помилував 24 засуджених за екстремізм на прохання Дональда Трампа", {MINSK, TRUMP}),
        ("ru", "Минск по просьбе папы Льва XIV освободил 24 политзаключённых", {POPE}),
        ("be", "Мінск вызваліў 24 палітвязняў на просьбу прэзідэнта ЗША Дональда Трампа", {TRUMP}),
        ("en", "Belarus frees 24 political prisoners at Donald Trump's request", {TRUMP}),
        ("pl", "Białoruś uwolniła 24 więźniów politycznych na prośbę papieża Leona XIV", {POPE}),
        ("lt", "Minskas D. Trumpo prašymu paleido 24 politinius kalinius", {TRUMP}),
        ("de", "Belarus lässt auf Bitten von Präsident Donald Trump 24 politische Gefangene frei", {TRUMP}),
    ],
)
def test_at_whose_word_people_are_freed_is_a_negotiator(language: str, title: str, names: set[str]) -> None:
    assert _negotiators(language, title) == names


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Тихановська подякувала Дональдові Трампу, Кітові Келлогу та Гітанасу Науседі."),
        ("uk", "Противники Олександра Лукашенка провели за ґратами від двох до шести років."),
        ("uk", "Речниця Лукашенка Наталія Ейсмонт підтвердила це журналістам."),
        ("ru", "Президент Литвы Гитанас Науседа поприветствовал освобождённых."),
        ("ru", "Об этом сообщил спецпосланник президента США по делам заложников Адам Болер."),
        ("en", "Poland thanked John Coale and his team for the release."),
        ("en", "Critics of Lukashenko were among them."),
        ("pl", "Premier Donald Tusk podziękował za to Donaldowi Trumpowi."),
        ("lt", "Gitanas Nausėda padėkojo Donaldui Trumpui ir Keithui Kelloggui."),
        ("de", "Die Sprecherin von Lukaschenko bestätigte das."),
        ("be", "Рэжым Лукашэнкі гэтага не каментаваў."),
    ],
)
def test_who_is_thanked_tells_or_is_only_named_is_none(language: str, text: str) -> None:
    freed = {
        "uk": "Білорусь звільнила 24 політв’язнів",
        "ru": "Минск освободил 24 политзаключённых",
        "be": "Мінск вызваліў 24 палітвязняў",
        "en": "Belarus frees 24 political prisoners",
        "pl": "Białoruś uwolniła 24 więźniów politycznych",
        "lt": "Minskas paleido 24 politinius kalinius",
        "de": "Belarus lässt 24 politische Gefangene frei",
    }
    assert _negotiators(language, freed[language], text) == set()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("У Білорусі помилували 24 засуджених за екстремізм", "Указ глава держави підписав у середу."),
        ("В Беларуси помилованы 24 осуждённых за экстремизм", "Указ об этом глава государства подписал в среду."),
        ("Belarus pardons 24 people convicted of extremism", "Lukashenko's press service announced the pardon."),
    ],
)
def test_a_pardon_is_the_rulers_by_his_office_or_his_spokespeople(title: str, text: str) -> None:
    language = "en" if title.startswith("Belarus") else "ru" if title.startswith("В ") else "uk"
    assert _negotiators(language, title, text) == {MINSK}


def test_the_head_of_another_state_is_not_taken_for_the_ruler() -> None:
    text = "Глава держави Володимир Зеленський підписав указ про виплати."
    assert _negotiators("uk", "Білорусь звільнила 24 українських політв’язнів", text) == set()


def test_a_deputy_does_not_make_his_superior_a_negotiator() -> None:
    title = "США ведут переговоры с Минском об освобождении политзаключённых"
    assert _negotiators("ru", title, "Переговоры ведёт Джон Коул, помощник Кита Келлога.") == {COALE}
    assert _negotiators("ru", title, "Переговоры ведёт заместитель Кита Келлога Джон Коул.") == {COALE}


def test_what_led_to_a_licence_is_recalled() -> None:
    text = "The licence follows a pledge John Coale made to Lukashenko in talks about political prisoners last month."
    assert _negotiators("en", "US Treasury licence for Belaruskali takes effect", text) == set()


def test_who_states_a_condition_is_a_negotiator() -> None:
    text = "Така вимога до Мінська: звільнити Анджея Почобута. Таку позицію виклав міністр Радослав Сікорський."
    assert _negotiators("uk", "Польща вимагає звільнити Почобута", text) == {"Radosław Sikorski"}


@pytest.mark.parametrize(
    ("language", "title", "text", "names"),
    [
        (
            "en",
            "Lithuania refuses potash transit for prisoners",
            "Prime Minister Inga Ruginienė refused to reopen potash transit in exchange for political prisoners in Belarus. Envoy John Coale, who met her in Vilnius, asked for it. He plans to fly to Minsk for talks with Alexander Lukashenko.",
            {"Inga Ruginienė", COALE},
        ),
        (
            "be",
            "Мінск і Вашынгтон дамаўляюцца пра вызваленне палітвязняў",
            "З беларускага боку перамовы вядзе Іван Тэртэль, з амерыканскага — Джон Коўл.",
            {"Ivan Tertel", COALE},
        ),
        (
            "pl",
            "Osiem państw żąda uwolnienia więźniów politycznych na Białorusi",
            "Oświadczenie podpisali Kęstutis Budrys, Baiba Braže i Radosław Sikorski.",
            {"Kęstutis Budrys", "Baiba Braže", "Radosław Sikorski"},
        ),
        (
            "de",
            "USA und Belarus verhandeln über politische Gefangene",
            "John Coale telefonierte am Donnerstag mit KGB-Chef Iwan Tertel über die Freilassung politischer Gefangener. Für morgen ist ein Treffen mit Alexander Lukaschenko geplant.",
            {"Ivan Tertel", COALE},
        ),
    ],
)
def test_who_acts_is_told_from_who_is_only_to_be_met(language: str, title: str, text: str, names: set[str]) -> None:
    assert _negotiators(language, title, text) == names

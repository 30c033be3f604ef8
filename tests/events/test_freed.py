"""Lists of the freed, a line each, and the one who is named alone; the others with those named before them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from db.facts import Analysis, CountRole, Outcome
from events.analyse import analyse
from events.document import document

DAY = datetime(2026, 7, 3, 12, tzinfo=UTC)


def _read(language: str, title: str, text: str = "") -> Analysis:
    return analyse(document(title, text, language=language, outlet_languages=(language,), published_at=DAY))


GERMAN_LIST = """Lukaschenko hat am Freitag 30 politische Gefangene begnadigt.

Bei zwei Personen wissen wir, dass sie die Haft verlassen haben:

• Hanna Kuraschowa, Unternehmerin, vier Jahre
• Ihar Lossik, Blogger, im Februar schwer erkrankt

Wir freuen uns mit ihnen. Auf Maksim Kurylau warten wir noch."""


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (
            GERMAN_LIST,
            {"Hanna Kuraschowa", "Ihar Losik"},
        ),
        (
            "Лукашэнка памілаваў пяць палітвязняў.\n\nСпіс вызваленых:\n\n— Мікола Дзядок, анархіст;\n\n— Пётр Завадзіч, токар.",
            {"Mikola Dziadok", "Пётр Завадзіч"},
        ),
        (
            "Belarus freed 20 political prisoners on Friday.\n\nStill in prison are:\n\n- Maksim Znak\n\n- Piotr Zavadzich",
            set(),
        ),
        ("Nach sechs Jahren in belarussischer Haft ist Tazzjana Karatkewitsch frei.", {"Tazzjana Karatkewitsch"}),
    ],
)
def test_the_lines_of_a_list_name_the_freed(understand: Callable[..., Any], text: str, people: set[str]) -> None:
    mention = understand(None, text).mentions[0]
    assert {person.name for person in mention.people if person.outcome is Outcome.FREED} == people


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "Sergej Tichanowski ist aus belarussischer Haft frei. Mit ihm kamen 13 weitere politische Gefangene frei.",
            14,
        ),
        ("Aus belarussischer Haft sind 14 Gefangene frei. Mit Sergej Tichanowski kamen 13 weitere Häftlinge frei.", 14),
        ("Aus belarussischer Haft sind 13 weitere politische Gefangene frei.", 13),
    ],
)
def test_the_others_are_counted_with_those_named(understand: Callable[..., Any], text: str, number: int) -> None:
    counts = understand(None, text).mentions[0].counts
    assert [count.value for count in counts if count.role is CountRole.RELEASED] == [number]


@pytest.mark.parametrize(
    ("language", "title", "text", "people"),
    [
        (
            "en",
            "Belarus frees 17 political prisoners",
            "The others are Aleh Kavalenka, a welder, and Pavel Shut. They were met by Maria Shut, Pavel's wife, and lawyer Anton Reut.",
            {"Aleh Kavalenka", "Pavel Shut"},
        ),
        (
            "uk",
            "Лукашенко помилував 12 політв'язнів",
            "Крім нього, це вчителька Олена Грицук і слюсар Павло Дудко.",
            {"Олена Грицук", "Павло Дудко"},
        ),
        (
            "be",
            "На волю выйшлі 11 палітвязняў",
            "Гэта настаўнік Алег Струк і медсястра Ірына Жук.",
            {"Алег Струк", "Ірына Жук"},
        ),
        (
            "pl",
            "Białoruś wypuściła 14 więźniów politycznych",
            "Najbardziej znaną osobą jest Irena Sawicka. Witała ich Anna Nowak, ambasador.",
            {"Irena Sawicka"},
        ),
        (
            "lt",
            "Baltarusija išlaisvino 13 politinių kalinių",
            "Viena grįžusiųjų – Olga Petrauskienė, nuteista už šnipinėjimą.",
            {"Olga Petrauskienė"},
        ),
        (
            "de",
            "Belarus lässt 16 politische Gefangene frei",
            "Auch der Lehrer Anton Sawizki ist auf freiem Fuß. Der Mann von Olga Sawizki sprach von Erleichterung.",
            {"Anton Sawizki"},
        ),
        ("ru", "Минск отпустил 20 политзаключённых", "Это сказал социолог Олег Манаев.", set()),
    ],
)
def test_who_the_others_are_is_read_from_the_text(language: str, title: str, text: str, people: set[str]) -> None:
    assert {person.name for person in _read(language, title, f"{title}.\n\n{text}").mentions[0].people} == people


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Siarhei Tsikhanouski was freed along with 13 other political prisoners in Belarus"),
        ("de", "Sergej Tichanowski kam gemeinsam mit 13 weiteren politischen Gefangenen in Belarus frei"),
        ("pl", "Siarhiej Cichanouski wyszedł na wolność wraz z 13 innymi więźniami politycznymi na Białorusi"),
        ("lt", "Siarhejus Cichanouskis Baltarusijoje išlaisvintas kartu su dar 13 politinių kalinių"),
        ("ru", "Сергей Тихановский вышел на свободу в Беларуси вместе с еще 13 политзаключенными"),
        ("uk", "Сергій Тихановський вийшов на волю в Білорусі разом із ще 13 політв'язнями"),
        ("be", "Сяргей Ціханоўскі выйшаў на волю разам з яшчэ 13 палітвязнямі"),
    ],
)
def test_others_freed_with_somebody_make_a_sum(language: str, title: str) -> None:
    assert ("released", 14) in {(str(one.role), one.value) for one in _read(language, title).mentions[0].counts}


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "From April to June 2026, 112 political prisoners walked free in Belarus"),
        ("de", "Von April bis Juni 2026 kamen in Belarus 112 politische Gefangene frei"),
        ("lt", "Nuo balandžio iki birželio Baltarusijoje į laisvę išėjo 112 politinių kalinių"),
        ("pl", "Od kwietnia do czerwca na wolność na Białorusi wyszło 112 więźniów politycznych"),
        ("ru", "С апреля по июнь 2026 года на свободу в Беларуси вышли 112 политзаключённых"),
        ("uk", "З квітня по червень на волю в Білорусі вийшли 112 політв'язнів"),
        ("be", "З красавіка па чэрвень на волю выйшлі 112 палітвязняў"),
    ],
)
def test_what_is_summed_up_over_months_is_no_news(language: str, title: str) -> None:
    assert not _read(language, title).kinds


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "The US lifts sanctions on Belarusian potash, said John Coale, BelTA reports"),
        ("be", "ЗША здымаюць санкцыі з калію, сказаў Джон Коўл, перадае БелТА"),
        ("ru", "США снимают санкции с калия, сказал Джон Коул, передаёт БелТА"),
    ],
)
def test_whom_a_state_agency_quotes_is_the_root(language: str, title: str) -> None:
    assert _read(language, title).mentions[0].root == "John Coale"

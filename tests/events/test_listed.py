"""Who is freed by lists and sums: names line by line, "with him another 13", all of them; and spans that only sum up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.facts import Analysis
from events.analyse import analyse
from events.document import document

DAY = datetime(2026, 7, 3, 12, tzinfo=UTC)


def _read(language: str, title: str, text: str = "") -> Analysis:
    return analyse(document(title, text, language=language, outlet_languages=(language,), published_at=DAY))


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        (
            "be",
            "Лукашэнка памілаваў двух палітвязняў",
            "Імёны вызваленых:\n\n— Алег Кунцэвіч, рабочы, асуджаны ў лютым 2022 года;\n\n— Зміцер Лапцёнак, сем гадоў.",
        ),
        (
            "uk",
            "Лукашенко помилував двох політв'язнів",
            "Список звільнених:\n\n— Олег Кунцевич, робітник, засуджений у лютому 2022 року;\n\n— Дмитро Лаптьонок, сім років.",
        ),
        (
            "de",
            "Lukaschenko begnadigt zwei politische Gefangene",
            "Die Freigelassenen:\n\n– Aleh Kunzewitsch, Arbeiter, im Februar 2022 verurteilt;\n\n– Smizer Lapzjonak, sieben Jahre.",
        ),
    ],
)
def test_a_list_names_the_freed_line_by_line(language: str, title: str, text: str) -> None:
    assert len(_read(language, title, text).mentions[0].people) == 2


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

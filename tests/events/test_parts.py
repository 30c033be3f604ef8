"""Parts of the freed that no word names as such, and who of the freed left the country."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.facts import CountRole
from events.analyse import analyse
from events.document import document

DAY = datetime(2026, 3, 19, 12, tzinfo=UTC)


def read(language: str, title: str, text: str) -> set[tuple[str, int | None]]:
    article = document(title, text, language=language, outlet_languages=(language,), published_at=DAY)
    return {(str(count.role), count.value) for mention in analyse(article).mentions for count in mention.counts}


@pytest.mark.parametrize(
    ("language", "title", "text", "parts"),
    [
        ("en", "Belarus frees 48", "On board were 29 men and 19 women.", {29, 19}),
        ("en", "Belarus releases 55 political prisoners", "The other eight went to Riga, and 47 to Kyiv.", {8, 47}),
        ("en", "Lukashenko pardons 30", "Four have small children, seven are women.", {4, 7}),
        ("de", "Lukaschenko begnadigt 22 Häftlinge", "Es handelt sich um 15 Frauen und sieben Männer.", {15, 7}),
        ("pl", "Łukaszenka ułaskawił 18 więźniów", "Jedenaście to kobiety, cztery mają małe dzieci.", {11, 4}),
        ("lt", "Lukašenka suteikė malonę 18 kalinių", "Vienuolika yra moterys, dar septyni – vyrai.", {11, 7}),
        ("ru", "Лукашенко помиловал 22 человека", "Пятнадцать женщин и семь мужчин вернутся домой.", {15, 7}),
        ("uk", "Лукашенко помилував 30 людей", "Сім жінок і двадцять троє чоловіків визнали провину.", {7, 23}),
        ("be", "Лукашэнка памілаваў 22 чалавекі", "Пятнаццаць жанчын і сем мужчын вернуцца дадому.", {15, 7}),
    ],
)
def test_numbers_that_make_up_the_whole_or_say_who_some_are_are_parts(
    language: str, title: str, text: str, parts: set[int]
) -> None:
    assert {value for role, value in read(language, title, text) if role == CountRole.SUBSET} == parts


@pytest.mark.parametrize(
    ("language", "title", "text", "value"),
    [
        ("en", "Lukashenko pardons 18", "Fifteen were convicted of extremism.", 15),
        ("en", "Lukashenko pardons 18", "Of the 18, fifteen were convicted of extremism.", 15),
        ("de", "Lukaschenko begnadigt 18 Häftlinge", "Von den 18 waren 15 politische Gefangene.", 15),
        ("ru", "Лукашенко помиловал 22 человека", "Из 22 помилованных 20 осуждены за экстремизм.", 20),
    ],
)
def test_a_part_told_of_as_political_is_political(language: str, title: str, text: str, value: int) -> None:
    assert (CountRole.POLITICAL, value) in read(language, title, text)


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Belarus frees 48", "Two buses were waiting at the border."),
        ("en", "Belarus frees 48", "Six days later they flew on to Warsaw."),
        ("en", "Belarus frees 48", "Four ministers and two bishops met them."),
        ("de", "Lukaschenko begnadigt 18 Häftlinge", "Zwei Busse warteten vor dem Tor."),
        ("ru", "Лукашенко помиловал 22 человека", "Два автобуса ждали у ворот."),
        ("pl", "Łukaszenka ułaskawił 18 więźniów", "Dwa autobusy czekały przed bramą."),
    ],
)
def test_what_counts_nobody_freed_is_no_part(language: str, title: str, text: str) -> None:
    assert not {value for role, value in read(language, title, text) if role == CountRole.SUBSET}


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        ("Belarus frees 52 prisoners", "Of the 52, 51 crossed the Lithuanian border.", (CountRole.LEFT_COUNTRY, 51)),
        ("Belarus frees 52 prisoners", "In all 52 people crossed the Lithuanian border.", (CountRole.RELEASED, 52)),
        ("Belarus frees 123 prisoners", "On Thursday 114 people arrived in Ukraine.", (CountRole.SUBSET, 114)),
        (
            "Poland receives 22 prisoners",
            "Belarus's 22 political prisoners crossed the border.",
            (CountRole.RELEASED, 22),
        ),
    ],
)
def test_who_crossed_the_border_is_told_beside_the_freed(title: str, text: str, told: tuple[str, int]) -> None:
    found = read("en", title, text)
    assert told in found
    assert sum(role == CountRole.LEFT_COUNTRY for role, _ in found) == (told[0] == CountRole.LEFT_COUNTRY)


def test_two_of_the_freed_may_be_pardoned_while_others_are_not() -> None:
    found = read("en", "Four political prisoners freed in Belarus", "Two were pardoned, two others served their terms.")
    assert (CountRole.RELEASED, 4) in found
    assert (CountRole.PARDONED, 2) in found


@pytest.mark.parametrize(
    ("language", "title", "text", "told"),
    [
        (
            "en",
            "Lukashenko pardons 25",
            "Five days after 52 prisoners were deported to Lithuania Lukashenko pardoned another 25 convicts.",
            (CountRole.PARDONED, 25),
        ),
        (
            "de",
            "Weitere Begnadigungen",
            "Fünf Tage nach der Abschiebung von 52 Gefangenen hat Alexander Lukaschenko 25 weitere begnadigt.",
            (CountRole.PARDONED, 25),
        ),
    ],
)
def test_those_of_a_clause_of_time_are_not_the_news(
    language: str, title: str, text: str, told: tuple[str, int]
) -> None:
    found = read(language, title, text)
    assert told in found
    assert 52 not in {value for _, value in found}


def test_one_of_many_is_no_number_but_the_many_are() -> None:
    text = "Siarhei Tsikhanouski is one of 14 people who were let go by Belarus on Thursday."
    found = read("en", "Siarhei Tsikhanouski, one of the best-known political prisoners, is freed", text)
    assert (CountRole.RELEASED, 14) in found
    assert 1 not in {value for _, value in found}


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        ("en", "Belarus frees 31 prisoners", "Lukashenko pardoned them at the request of Kyiv."),
        ("de", "Belarus lässt 31 Gefangene frei", "Lukaschenko hat die Häftlinge am Mittwoch begnadigt."),
        ("ru", "Беларусь освободила 31 заключённого", "Лукашенко помиловал осуждённых в среду."),
        ("pl", "Białoruś wypuściła 31 więźniów politycznych", "Komunikat mówi o ułaskawionych „na prośbę Watykanu”."),
    ],
)
def test_the_freed_are_the_pardoned_where_the_news_says_so_without_a_number(
    language: str, title: str, text: str
) -> None:
    found = read(language, title, text)
    assert {(CountRole.RELEASED, 31), (CountRole.PARDONED, 31)} <= found


@pytest.mark.parametrize(
    "text",
    [
        "Viasna's register of political prisoners stood at 941 on Wednesday.",
        "Viasna put the number of political prisoners at 941 as of Wednesday.",
        "As of Wednesday, Viasna had 941 names on its list of political prisoners.",
        "There are 941 such inmates in Belarus, according to Viasna.",
    ],
)
def test_the_stock_is_told_in_many_ways(text: str) -> None:
    assert (CountRole.HELD, 941) in read("en", "Belarus frees 12 political prisoners", text)


def test_the_freed_are_not_among_the_held() -> None:
    found = read("en", "Belarus frees 47 prisoners", "The 47 people were still held in colonies this morning.")
    assert (CountRole.HELD, 47) not in found


def test_most_of_one_thing_is_nobody_held() -> None:
    found = read("en", "Belarus frees 47 prisoners", "In prison she lost most of the hearing in one ear.")
    assert CountRole.HELD not in {role for role, _ in found}


@pytest.mark.parametrize(
    ("language", "title", "text"),
    [
        (
            "en",
            "Ihar Losik is home. The blogger walked free after five years",
            "His parents met him at the colony in Belarus.",
        ),
        ("pl", "Ihar Łosik w domu. Bloger odzyskał wolność", "Rodzice odebrali go spod białoruskiej kolonii."),
        ("uk", "Ігор Лосик удома. Блогер вийшов на волю", "Батьки зустріли його біля білоруської колонії."),
    ],
)
def test_the_one_prisoner_whom_a_title_names_beside_the_verb_is_freed(language: str, title: str, text: str) -> None:
    assert ("released", 1) in read(language, title, text)


@pytest.mark.parametrize(
    ("language", "asked", "answered"),
    [
        ("be", "Трамп па тэлефоне папрасіў Лукашэнку вызваліць 900 зняволеных.", "Той адказаў, што падумае."),
        ("uk", "Трамп телефоном попросив Лукашенка звільнити 900 в’язнів.", "Той відповів, що подумає."),
        ("ru", "Трамп по телефону попросил Лукашенко освободить 900 заключённых.", "Тот ответил, что подумает."),
    ],
)
def test_what_is_asked_for_is_planned_where_the_other_side_considers_it(
    language: str, asked: str, answered: str
) -> None:
    title = {"be": "Трамп і Лукашэнка пагаварылі", "uk": "Трамп поговорив із Лукашенком"}.get(
        language, "Трамп и Лукашенко провели переговоры"
    )
    assert ("demanded", 900) in read(language, title, asked)
    assert ("planned", 900) in read(language, title, f"{asked} {answered}")

"""Digests: one item of several is the news, and the others neither make it nor hide it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.facts import CountRole, Decision
from events.analyse import analyse
from events.document import Document

PUBLISHED = datetime(2026, 3, 20, 5, tzinfo=UTC)

FREED = {
    "uk": """Що сталося, поки ви спали: тарифи, футбол і звільнення

Доброго ранку! Розповідаємо про головне.

🌧 На заході сьогодні дощитиме, удень до +7.

⚽️ Київська команда вночі програла в Лісабоні з рахунком 1:3.

🔓 З білоруських колоній у четвер відпустили 27 політв'язнів. Їх привезли до Вільнюса, повідомила «Вясна».

🚆 Через ремонт колій на вокзалі затримуються дев'ять потягів.""",
    "ru": """Утренний дайджест: пробки, биржа и автобус из Минска

Доброе утро! Коротко о том, что случилось за ночь.

— Курс евро за вечер почти не изменился, нефть подешевела на доллар.

— Из белорусских тюрем в четверг освободили 27 политзаключённых, сообщил центр «Весна». Автобус с ними приехал в Вильнюс.

— На кольцевой дороге с утра девять аварий, водителей просят не спешить.""",
    "be": """Ранішні агляд: надвор'е, хакей і вызваленне

Добрай раніцы! Вось што варта ведаць пра мінулую ноч.

Сёння да +6, увечары мокры снег і вецер.

З калоній у Беларусі ў чацвер вызвалілі 27 палітвязняў, паведаміла «Вясна». Іх прывезлі ў Вільню.

Мінская каманда прайграла першы матч фіналу з лікам 2:4.""",
    "en": """Nordic mornings: ferries, herring and a bus from Minsk

Good morning! Here is what you need to know today.

Ferries to Åland are an hour late because of the ice.

Belarus freed 27 political prisoners on Thursday and drove them to Vilnius, the rights group Viasna said.

The herring quota stays where it is, the ministry decided last night.""",
    "pl": """Poranny przegląd: mgła, kolej i autobus z Mińska

Dzień dobry! Oto, co wydarzyło się w nocy.

Mgła na południu kraju utrzyma się do południa, kierowcy powinni zwolnić.

Z białoruskich kolonii uwolniono w czwartek 27 więźniów politycznych i przewieziono ich do Wilna, podała „Wiasna”.

Pociągi do Gdyni jadą objazdem, opóźnienia sięgają godziny.""",
    "lt": """Labas rytas! Trumpai apie orus, kelius ir vieną autobusą

Sveiki, štai ką reikia žinoti šį rytą.

Šiandien bus iki šešių laipsnių, vakare palis.

Iš Baltarusijos kalėjimų ketvirtadienį paleisti 27 politiniai kaliniai, jie atvežti į Vilnių, pranešė „Viasna“.

Dėl remonto rytinis traukinys į Klaipėdą vėluos pusvalandį.""",
    "de": """Guten Morgen! Nebel, Bahn und ein Bus aus Minsk

Das sollten Sie zum Start in den Tag wissen.

Im Süden hält sich der Nebel bis zum Mittag, danach bis zu neun Grad.

Belarus hat am Donnerstag 27 politische Gefangene freigelassen und nach Vilnius gebracht, teilte Wjasna mit.

Zwischen Fulda und Kassel fahren die Züge wegen Bauarbeiten einen Umweg.""",
}

OTHERS = {
    "uk": """Ранковий дайджест

Доброго ранку! Головне за ніч.

Україна повернула з російського полону 27 військових, обмін відбувся вночі.

Білорусь підвищила ціни на пальне втретє за рік.

У Львові звільнили директора театру.""",
    "ru": """Главное за ночь

Доброе утро!

В Венесуэле освободили 27 политзаключённых, сообщили их адвокаты.

Беларусь и Китай подписали договор о поставках калия на десять лет.

Министр транспорта освобождён от должности.""",
    "be": """Дайджэст: галоўнае за дзень

Добры вечар! Коратка пра тое, што было.

У Венесуэле вызвалілі 27 палітвязняў, паведамілі іх адвакаты.

Лукашэнка вызваліў ад пасады міністра сельскай гаспадаркі.

На станцыі «Няміга» вызвалілі сабаку, які зваліўся на рэйкі.""",
    "en": """Morning briefing

Good morning from Tallinn! Five things in two minutes.

Venezuela freed 27 political prisoners overnight, their lawyers said.

Belarus released its trade figures for February: potash exports are up by a tenth.

Parliament let the minister of transport go.""",
    "pl": """Skrót dnia

Dobry wieczór! Pięć wiadomości w dwie minuty.

Wenezuela uwolniła w nocy 27 więźniów politycznych, podali ich adwokaci.

Białoruś podniosła ceny paliw po raz trzeci w tym roku.

Dyrektor szpitala w Łomży został zwolniony ze stanowiska.""",
    "lt": """Dienos apžvalga

Labas vakaras! Penkios naujienos per dvi minutes.

Venesuela naktį paleido 27 politinius kalinius, pranešė jų advokatai.

Baltarusija trečią kartą šiemet pakėlė degalų kainas.

Ministras atleido ligoninės direktorių.""",
    "de": """Der Tag im Überblick

Guten Abend! Fünf Meldungen in zwei Minuten.

Venezuela ließ in der Nacht 27 politische Gefangene frei, teilten ihre Anwälte mit.

Belarus hat zum dritten Mal in diesem Jahr die Preise für Kraftstoff erhöht.

Der Direktor des Krankenhauses wurde entlassen.""",
}

INTERVIEW = """„Dzień dobry, wróciłem”

– Dzień dobry, nareszcie się poznajemy – mówi i podaje rękę.

Rozmawiamy w kawiarni, pod oknem, przy którym siada od lat.

– W celi śniła mi się ta ulica – opowiada. – Białoruś uwolniła mnie i 26 innych we wrześniu 2025 roku.

Pytany o plany, wzrusza ramionami."""


def digest(text: str) -> Document:
    title, _, rest = text.partition("\n\n")
    return Document(title, rest, published_at=PUBLISHED)


@pytest.mark.parametrize("language", FREED)
def test_one_item_of_a_digest_is_the_news(language: str) -> None:
    found = analyse(digest(FREED[language]))
    assert found.decision is Decision.EVENT
    assert [(count.role, count.value) for count in found.mentions[0].counts] == [(CountRole.RELEASED, 27)]


@pytest.mark.parametrize("language", OTHERS)
def test_items_of_a_digest_do_not_add_up_to_news(language: str) -> None:
    assert analyse(digest(OTHERS[language])).decision is not Decision.EVENT


def test_a_greeting_in_an_interview_makes_no_digest() -> None:
    assert analyse(digest(INTERVIEW)).decision is not Decision.EVENT

"""An event in one sentence, what changed and when, in the languages; English is in test_message."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from alerts import Telling, headline, render
from db.facts import (
    Concession,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Kind,
    Outcome,
    Person,
    Polarity,
    Precision,
    Qualifier,
    Status,
    Step,
)
from db.views import EventArticle, EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)


def release(*counts: EventCount, **changes: Any) -> EventFacts:
    values = {"kind": Kind.RELEASE, "status": Status.CONFIRMED, "polarity": Polarity.POSITIVE, "counts": counts}
    return EventFacts(**{**values, **changes})


def talks(*counts: EventCount, **changes: Any) -> EventFacts:
    return release(*counts, **{"kind": Kind.NEGOTIATION, "status": Status.REPORTED, **changes})


FREED = EventCount(CountRole.RELEASED, 52)
MOST = {"value": None, "qualifier": Qualifier.VAGUE, "of_count": 1300}
HEADLINES: dict[str, tuple[EventFacts, dict[str, str]]] = {
    "a release after talks": (
        release(FREED, negotiators=("John Coale", "Alexander Lukashenko", "Natalya Eismont")),
        {
            "be": "Беларусь вызваліла 52 зняволеных пасля перамоваў (Джон Коўл)",
            "de": "Belarus lässt 52 Gefangene frei nach Gesprächen mit John Coale",
            "lt": "Baltarusija paleido 52 kalinius po derybų (Johnas Coale’as)",
            "pl": "Białoruś uwolniła 52 więźniów po rozmowach (John Coale)",
        },
    ),
    "a pardon": (
        release(EventCount(CountRole.PARDONED, 31, qualifier=Qualifier.ABOUT)),
        {
            "be": "Беларусь памілавала каля 31 зняволенага",
            "de": "Belarus begnadigt rund 31 Gefangene",
            "lt": "Baltarusija suteikė malonę maždaug 31 kaliniui",
            "pl": "Białoruś ułaskawiła około 31 więźniów",
        },
    ),
    "a range": (
        release(EventCount(CountRole.RELEASED, 31), EventCount(CountRole.RELEASED, 33)),
        {
            "be": "Беларусь вызваліла 31–33 зняволеных",
            "de": "Belarus lässt 31–33 Gefangene frei",
            "lt": "Baltarusija paleido 31–33 kalinius",
            "pl": "Białoruś uwolniła 31–33 więźniów",
        },
    ),
    "no number, denied": (
        release(status=Status.DENIED),
        {
            "be": "Абвергнута: Беларусь вызваліла зняволеных",
            "de": "Dementiert: Belarus lässt Gefangene frei",
            "lt": "Paneigta: Baltarusija paleido kalinius",
            "pl": "Zdementowano: Białoruś uwolniła więźniów",
        },
    ),
    "most of them, withdrawn": (
        release(EventCount(CountRole.RELEASED, **MOST), status=Status.RETRACTED),
        {
            "be": "Адклікана: Беларусь вызваліла большасць з 1\u00a0300 зняволеных",
            "de": "Zurückgezogen: Belarus lässt die meisten von 1.300 Gefangenen frei",
            "lt": "Atšaukta: Baltarusija paleido daugumą iš 1\u00a0300 kalinių",
            "pl": "Wycofano: Białoruś uwolniła większość z 1\u00a0300 więźniów",
        },
    ),
    "by name, part of another": (
        release(
            people=tuple(
                Person(name, Outcome.FREED)
                for name in ("Ihar Losik", "Maria Kolesnikova", "Ales Bialiatski", "Anna Kruk", "Jan Kruk")
            ),
            status=Status.SUPERSEDED,
        ),
        {
            "be": "Тая ж падзея, што ў іншым апавяшчэнні: "
            "Беларусь вызваліла: Ігар Лосік, Марыя Калеснікава, Алесь Бяляцкі і яшчэ 2",
            "de": "Dasselbe Ereignis wie in einer anderen Meldung: "
            "Belarus lässt Igor Losik, Maria Kolesnikowa, Ales Bjaljazki und 2 weitere frei",
            "lt": "Tas pats įvykis kaip kitame pranešime: "
            "Baltarusija paleido: Iharas Losikas, Maryja Kalesnikava, Alesis Bialiackis ir dar 2",
            "pl": "To samo wydarzenie co w innym powiadomieniu: "
            "Białoruś uwolniła: Ihar Łosik, Maryja Kalesnikawa, Aleś Bialacki i jeszcze 2",
        },
    ),
    "a rumour of a release": (
        release(FREED, status=Status.RUMOURED, roots=("Viasna",)),
        {
            "be": "Беларусь вызваліла 52 зняволеных — «Вясна»",
            "de": "Belarus lässt 52 Gefangene frei, so Wjasna",
            "lt": "Baltarusija paleido 52 kalinius – „Viasna“",
            "pl": "Białoruś uwolniła 52 więźniów – Wiasna",
        },
    ),
    "talks of two": (
        talks(
            EventCount(CountRole.PLANNED, 100, qualifier=Qualifier.AT_LEAST),
            mediators=("US", "LT"),
            roots=("Lithuania's foreign ministry",),
        ),
        {
            "be": "ЗША, Літва і Беларусь абмяркоўваюць вызваленне не менш як 100 зняволеных — МЗС Літвы",
            "de": "USA, Litauen und Belarus sprechen über Freilassung von mindestens 100 Gefangenen, "
            "so Litauens Außenministerium",
            "lt": "JAV, Lietuva ir Baltarusija derasi dėl ne mažiau kaip 100 kalinių paleidimo – Lietuvos URM",
            "pl": "USA, Litwa i Białoruś rozmawiają o uwolnieniu co najmniej 100 więźniów – MSZ Litwy",
        },
    ),
    "talks with a price": (
        talks(
            EventCount(CountRole.PLANNED, **MOST),
            concessions=(Concession("belavia", "US", Step.DISCUSSED), Concession("potash", "US", Step.DISCUSSED)),
        ),
        {
            "be": "Перамовы пра вызваленне большасці з 1\u00a0300 зняволеных: Белавія, калій",
            "de": "Gespräche über Freilassung der meisten von 1.300 Gefangenen: Belavia, Kali",
            "lt": "Derybos dėl daugumos iš 1\u00a0300 kalinių paleidimo: „Belavia“, kalio trąšos",
            "pl": "Rozmowy o uwolnieniu większości z 1\u00a0300 więźniów: Belavia, nawozy potasowe",
        },
    ),
    "a demand": (
        talks(EventCount(CountRole.DEMANDED, 1000, qualifier=Qualifier.OVER)),
        {
            "be": "Патрабуюць вызвалення больш як 1\u00a0000 зняволеных",
            "de": "Freilassung von mehr als 1.000 Gefangenen gefordert",
            "lt": "Reikalaujama daugiau kaip 1\u00a0000 kalinių paleidimo",
            "pl": "Żądanie uwolnienia ponad 1\u00a0000 więźniów",
        },
    ),
    "a refusal": (
        talks(polarity=Polarity.NEGATIVE, status=Status.DENIED, roots=("BelTA",)),
        {
            "be": "Адмова або абвяржэнне: вызваленне зняволеных — БелТА",
            "de": "Freilassung von Gefangenen abgelehnt oder dementiert, so Belta",
            "lt": "Atmestas arba paneigtas kalinių paleidimas – BelTA",
            "pl": "Odmowa lub dementi: uwolnienie więźniów – BiełTA",
        },
    ),
}


@pytest.mark.parametrize("what", HEADLINES)
def test_an_event_is_one_sentence_in_every_language(what: str) -> None:
    facts, sentences = HEADLINES[what]
    assert {language: headline(facts, language) for language in sentences} == sentences


UPDATE = EventChange(
    "status",
    (
        FieldChange("status", "reported", "confirmed"),
        FieldChange("political", {"value": 21, "qualifier": "about"}, {"value": 22, "qualifier": "exact"}),
        FieldChange("event_date", None, "2025-09-11"),
        FieldChange("transit", [], ["LT"]),
    ),
    is_material=True,
)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "be",
            (
                "Змянілася: статус паведамлена → пацверджана; з іх палітвязні каля 21 → 22; дата + 11 верасня 2025 г.; "
                "куды вывезлі + Літва"
            ),
        ),
        (
            "de",
            (
                "Geändert: Status gemeldet → bestätigt; davon politische Gefangene rund 21 → 22; "
                "Datum + 11. September 2025; Ausreiseziel + Litauen"
            ),
        ),
        (
            "lt",
            (
                "Pasikeitė: būsena pranešta → patvirtinta; iš jų politiniai kaliniai maždaug 21 → 22; "
                "data + 2025 m. rugsėjo 11 d.; kur išvežti + Lietuva"
            ),
        ),
        (
            "pl",
            (
                "Zmieniło się: status według doniesień → potwierdzone; w tym więźniowie polityczni około 21 → 22; "
                "data + 11 września 2025; dokąd wywieziono + Litwa"
            ),
        ),
        (
            "ru",
            (
                "Изменилось: статус сообщено → подтверждено; из них политзаключённые около 21 → 22; "
                "дата + 11 сентября 2025 г.; куда вывезли + Литва"
            ),
        ),
        (
            "uk",
            (
                "Змінилося: статус повідомлено → підтверджено; з них політв’язні близько 21 → 22; "
                "дата + 11 вересня 2025 р.; куди вивезли + Литва"
            ),
        ),
    ],
)
def test_an_update_says_in_every_language_what_changed(language: str, line: str) -> None:
    message = render(view_of(release(FREED)), Telling("updated", UPDATE, 2, NOW), language)
    assert spaced(message.lines[0]) == line


def spaced(line: str) -> str:
    """A line with common spaces for those that CLDR keeps together."""
    return line.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("be", "Калі: верасень 2025"),
        ("de", "Wann: September 2025"),
        ("en", "When: September 2025"),
        ("lt", "Kada: 2025 m. rugsėjis"),
        ("pl", "Kiedy: wrzesień 2025"),
        ("ru", "Когда: сентябрь 2025 г."),
        ("uk", "Коли: вересень 2025 р."),
    ],
)
def test_a_month_is_written_as_each_language_writes_it(language: str, line: str) -> None:
    facts = release(FREED, event_date=date(2025, 9, 1), date_precision=Precision.MONTH)
    assert line in map(
        spaced, render(view_of(facts), Telling("created", EventChange("new event"), None, NOW), language).lines
    )


def view_of(facts: EventFacts, reports: int = 1) -> EventView:
    rows = (EventArticle(i, f"https://outlet{i}.example/1", "o", "uk", "T", NOW, "report") for i in range(reports))
    return EventView(7, 3, NOW, NOW, facts, tuple(rows))

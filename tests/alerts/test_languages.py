"""Messages in every language: their files are complete, nouns stand in the right form, whatever is to be told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import resources
from string import Formatter
from typing import Any

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import Telling, headline, message_languages, render
from alerts.message import Form
from alerts.trial import trial_message
from db.facts import (
    Concession,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Kind,
    Mark,
    Outcome,
    Person,
    Polarity,
    Precision,
    Qualifier,
    Status,
    Step,
    Verdict,
    to_json,
)
from db.views import EventArticle, EventView

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


NUMBERS = (0, 1, 2, 5, 12, 21, 22, 25, 101, 111)


@pytest.mark.parametrize(
    ("language", "sentence", "nouns"),
    [
        ("en", "Belarus frees {n} {noun}", "prisoners prisoner" + " prisoners" * 8),
        ("de", "Belarus lässt {n} {noun} frei", "Gefangene Gefangenen" + " Gefangene" * 8),
        (
            "be",
            "Беларусь вызваліла {n} {noun}",
            (
                "зняволеных зняволенага зняволеных зняволеных зняволеных "
                "зняволенага зняволеных зняволеных зняволенага зняволеных"
            ),
        ),
        (
            "ru",
            "Беларусь освободила {n} {noun}",
            (
                "заключённых заключённого заключённых заключённых заключённых "
                "заключённого заключённых заключённых заключённого заключённых"
            ),
        ),
        (
            "uk",
            "Білорусь звільнила {n} {noun}",
            "в’язнів в’язня в’язнів в’язнів в’язнів в’язня в’язнів в’язнів в’язня в’язнів",
        ),
        ("pl", "Białoruś uwolniła {n} {noun}", "więźniów więźnia" + " więźniów" * 8),
        (
            "lt",
            "Baltarusija paleido {n} {noun}",
            "kalinių kalinį kalinius kalinius kalinių kalinį kalinius kalinius kalinį kalinių",
        ),
    ],
)
def test_the_object_of_frees_takes_the_form_that_its_number_wants(language: str, sentence: str, nouns: str) -> None:
    told = [headline(release(EventCount(CountRole.RELEASED, number)), language) for number in NUMBERS]
    assert told == filled(sentence, nouns)


@pytest.mark.parametrize(
    ("language", "sentence", "nouns"),
    [
        ("de", "Freilassung von {n} {noun} gefordert", " ".join(["Gefangenen"] * 10)),
        (
            "be",
            "Патрабуюць вызвалення {n} {noun}",
            (
                "зняволеных зняволенага зняволеных зняволеных зняволеных "
                "зняволенага зняволеных зняволеных зняволенага зняволеных"
            ),
        ),
        ("pl", "Żądanie uwolnienia {n} {noun}", "więźniów więźnia" + " więźniów" * 8),
        (
            "lt",
            "Reikalaujama {n} {noun} paleidimo",
            "kalinių kalinio kalinių kalinių kalinių kalinio kalinių kalinių kalinio kalinių",
        ),
    ],
)
def test_the_noun_after_freeing_takes_the_form_that_its_number_wants(language: str, sentence: str, nouns: str) -> None:
    told = [headline(talks(EventCount(CountRole.DEMANDED, number)), language) for number in NUMBERS]
    assert told == filled(sentence, nouns)


def test_lithuanians_grant_a_pardon_to_someone() -> None:
    told = [headline(release(EventCount(CountRole.PARDONED, number)), "lt") for number in NUMBERS]
    nouns = "kalinių kaliniui kaliniams kaliniams kalinių kaliniui kaliniams kaliniams kaliniui kalinių"
    assert told == filled("Baltarusija suteikė malonę {n} {noun}", nouns)


@pytest.mark.parametrize(
    ("language", "qualifier", "sentence", "nouns"),
    [
        ("en", "exact", "Left the country: {n} {noun}", "people person" + " people" * 8),
        ("de", "exact", "Ausgereist: {n} {noun}", "Personen Person" + " Personen" * 8),
        ("de", "up_to", "Ausgereist: bis zu {n} {noun}", "Personen Person" + " Personen" * 8),
        (
            "be",
            "exact",
            "Выехалі з краіны: {n} {noun}",
            "чалавек чалавек чалавекі чалавек чалавек чалавек чалавекі чалавек чалавек чалавек",
        ),
        (
            "be",
            "about",
            "Выехалі з краіны: каля {n} {noun}",
            "чалавек чалавека чалавек чалавек чалавек чалавека чалавек чалавек чалавека чалавек",
        ),
        (
            "be",
            "at_least",
            "Выехалі з краіны: не менш як {n} {noun}",
            "чалавек чалавек чалавекі чалавек чалавек чалавек чалавекі чалавек чалавек чалавек",
        ),
        (
            "ru",
            "at_least",
            "Покинули страну: не менее {n} {noun}",
            "человек человека человек человек человек человека человек человек человека человек",
        ),
        (
            "uk",
            "over",
            "Виїхали з країни: понад {n} {noun}",
            "осіб особу особи осіб осіб особу особи осіб особу осіб",
        ),
        (
            "uk",
            "about",
            "Виїхали з країни: близько {n} {noun}",
            "осіб особи осіб осіб осіб особи осіб осіб особи осіб",
        ),
        (
            "pl",
            "exact",
            "Wyjechało z kraju: {n} {noun}",
            "osób osoba osoby osób osób osób osoby osób osób osób",
        ),
        (
            "pl",
            "over",
            "Wyjechało z kraju: ponad {n} {noun}",
            "osób osobę osoby osób osób osób osoby osób osób osób",
        ),
        (
            "pl",
            "about",
            "Wyjechało z kraju: około {n} {noun}",
            "osób osoby osób osób osób osób osób osób osób osób",
        ),
        (
            "lt",
            "about",
            "Išvyko iš šalies: maždaug {n} {noun}",
            "žmonių žmogus žmonės žmonės žmonių žmogus žmonės žmonės žmogus žmonių",
        ),
    ],
)
def test_people_stand_in_the_number_and_the_case_that_is_asked_for(
    language: str, qualifier: str, sentence: str, nouns: str
) -> None:
    told = [
        render(view_of(release(EventCount(CountRole.LEFT_COUNTRY, number, None, Qualifier(qualifier)))), NEW, language)
        for number in NUMBERS
    ]
    label = sentence.split(":", maxsplit=1)[0]
    assert [line for one in told for line in one.lines if line.startswith(label)] == filled(sentence, nouns)


def filled(sentence: str, nouns: str) -> list[str]:
    return [sentence.format(n=number, noun=noun) for number, noun in zip(NUMBERS, nouns.split(), strict=True)]


def release(*counts: EventCount, **changes: Any) -> EventFacts:
    values = {"kind": Kind.RELEASE, "status": Status.CONFIRMED, "polarity": Polarity.POSITIVE, "counts": counts}
    return EventFacts(**{**values, **changes})


def talks(*counts: EventCount, **changes: Any) -> EventFacts:
    return release(*counts, **{"kind": Kind.NEGOTIATION, "status": Status.REPORTED, **changes})


NEW = Telling("created", EventChange("new event"), None, NOW)


def view_of(facts: EventFacts, reports: int = 1) -> EventView:
    rows = (EventArticle(i, f"https://outlet{i}.example/1", "o", "uk", "T", NOW, "report") for i in range(reports))
    return EventView(7, 3, NOW, NOW, facts, tuple(rows))


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
    assert line in map(spaced, render(view_of(facts), NEW, language).lines)


LUKASHENKO = {
    "be": "Аляксандр Лукашэнка",
    "de": "Alexander Lukaschenko",
    "en": "Alexander Lukashenko",
    "lt": "Aliaksandras Lukašenka",
    "pl": "Alaksandr Łukaszenka",
    "ru": "Александр Лукашенко",
    "uk": "Олександр Лукашенко",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_and_countries_are_written_as_each_language_writes_them(language: str) -> None:
    facts = release(FREED, negotiators=("Alexander Lukashenko",), mediators=("US", "VA", "LT"))
    lines = render(view_of(facts), NEW, language).lines
    countries = tables_of(language)["countries"]
    names = [countries.get(code) or Locale.parse(language).territories[code] for code in ("US", "VA", "LT")]
    assert [line.split(": ")[1] for line in lines if LUKASHENKO[language] in line] == [LUKASHENKO[language]]
    assert any(line.endswith(f": {', '.join(names)}") for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trial_says_that_it_is_one(language: str) -> None:
    trial = trial_message(language, NOW)
    first, *_ = trial.headline.split(":")
    assert (first.isupper(), len(trial.lines), trial.language) == (True, 1, language)


NAMES = st.sampled_from(
    ["Alexander Lukashenko", "John Coale", "Viasna", "Ihar Losik", "Jan {n} Kruk", "Kruk}", "<b>", ""]
)
NUMBER = st.integers(0, 130) | st.integers(0, 10**7)
CODES = st.sampled_from(["US", "GB", "EU", "LT", "VA", "XX", "ZZ"])
DAYS = st.dates(date(1994, 7, 1), date(2030, 12, 31))
COUNTS = st.builds(
    EventCount,
    role=st.sampled_from(CountRole),
    value=st.none() | NUMBER,
    value_max=st.none() | NUMBER,
    qualifier=st.sampled_from(Qualifier),
    nationality=st.none() | CODES,
    of_count=st.none() | NUMBER,
    counter=st.none() | NAMES,
    as_of=st.none() | DAYS,
)
CONCESSIONS = st.builds(
    Concession,
    object=st.sampled_from(["potash", "belavia", "unheard_of"]),
    giver=st.none() | CODES,
    step=st.sampled_from(Step),
)


def several(values: st.SearchStrategy[Any], most: int = 12) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


FACTS = st.builds(
    EventFacts,
    kind=st.sampled_from(Kind),
    status=st.sampled_from(Status),
    polarity=st.sampled_from(Polarity),
    event_date=st.none() | DAYS,
    date_precision=st.none() | st.sampled_from(Precision),
    counts=several(COUNTS),
    nationalities=st.dictionaries(CODES, NUMBER),
    people=several(st.builds(Person, name=NAMES, outcome=st.sampled_from(Outcome))),
    negotiators=several(NAMES),
    mediators=several(CODES),
    transit=several(CODES),
    concessions=several(CONCESSIONS, 6),
    roots=several(NAMES),
    conflicts=st.just(()),
    mark=st.none() | st.builds(Mark, verdict=st.sampled_from(Verdict), by=NAMES, note=NAMES, at=st.just(NOW)),
    split_from=st.none() | st.integers(1, 99),
    same_as=st.none() | st.integers(1, 99),
)


def difference(before: EventFacts, after: EventFacts) -> EventChange:
    """Every field that differs, as JSON, as an update may hold it; and a number by its role."""
    pairs = [(field, to_json(getattr(before, field)), to_json(getattr(after, field))) for field in before.__slots__]
    numbers = [(one.role.value, None, {"value": one.value, "qualifier": one.qualifier.value}) for one in after.counts]
    fields = tuple(FieldChange(*row) for row in [*pairs, *numbers] if row[1] != row[2])
    return EventChange("changed", fields, is_material=True)


@given(
    before=FACTS,
    after=FACTS,
    kind=st.sampled_from(["created", "updated", "withdrawn"]),
    form=st.sampled_from(Form),
    reports=st.integers(0, 9),
    whole=st.none() | FACTS,
)
@settings(max_examples=120, deadline=None)
def test_every_language_writes_whatever_there_is_to_tell(
    before: EventFacts, after: EventFacts, kind: str, form: Form, reports: int, whole: EventFacts | None
) -> None:
    of_whole = view_of(whole) if whole is not None else None
    telling = Telling(kind, difference(before, after), 2, NOW, is_possible_repeat=True, form=form, whole=of_whole)
    written = {language: render(view_of(after, reports), telling, language) for language in LANGUAGES}
    assert all(one.title and one.headline for one in written.values())
    assert all(len(line) <= 300 and "\n" not in line and line.strip() for one in written.values() for line in one.lines)
    assert {len(one.lines) for one in written.values()} == {len(written["en"].lines)}

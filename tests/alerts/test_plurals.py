"""Nouns take the plural form and the case that their number, their verb and their qualifier want."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import Telling, headline, render
from db.facts import (
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Polarity,
    Qualifier,
    Status,
)
from db.views import EventArticle, EventView

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
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

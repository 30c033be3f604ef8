"""The hard rules of domain.md §1, a row each, in all languages that have a lexicon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.facts import Decision, Kind, Modality, Polarity

RELEASE, TALKS, BOTH = (Kind.RELEASE,), (Kind.NEGOTIATION,), (Kind.RELEASE, Kind.NEGOTIATION)
QUIET = "У Мінську тепло, крамниці відчинені, і більше про цей день нічого не скажеш, хоч би як хотілося комусь. " * 3
NEUTRAL = "The weather in Minsk is mild, the shops are open, and nothing else is to be told about this day at all. " * 3


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        (
            "Belarus frees 52 political prisoners",
            "Talks with the US envoy ended on Wednesday. Belarus released 52 political prisoners on Thursday.",
        ),
        (
            "Belarus frees 52 after talks with John Coale",
            "Belarus released 52 political prisoners after Coale's visit.",
        ),
        (
            "Lukashenko signs pardon for 22",
            "Alexander Lukashenko signed a decree pardoning 22 people, who will walk out soon.",
        ),
        ("Білорусь звільнила 52 політв’язнів після переговорів зі США", "Вони вже у Литві."),
        ("Лукашенко помилував 14 засуджених за екстремізм", "Указ підписано, вони вийдуть найближчими днями."),
        ("Лукашенко подписал указ о помиловании 22 осуждённых", "Они скоро выйдут на свободу."),
        ("После встречи с Коулом в Беларуси освободили 16 политзаключённых", ""),
        ("Ukraine brings home 22 civilians from Belarusian prisons", "They crossed the border on Thursday."),
    ],
)
def test_a_completed_release_beats_talk_words(understand: Callable[..., Any], title: str, lead: str) -> None:
    analysis = understand(title, lead)
    assert (analysis.kinds, analysis.mentions[0].modality) == (RELEASE, Modality.COMPLETED)
    assert analysis.reason.startswith("completed release in the ")


@pytest.mark.parametrize(
    ("title", "lead", "modality"),
    [
        (
            "Lukashenko announces release of another thousand prisoners",
            "Alexander Lukashenko announced the release of another 1,000 political prisoners.",
            Modality.ANNOUNCED,
        ),
        ("Лукашенко оголосив про звільнення ще тисячі в’язнів", "У Білорусі чекають.", Modality.ANNOUNCED),
        ("Belarus may free 100 political prisoners", "", Modality.POSSIBLE),
        ("Білорусь може звільнити понад 100 політв’язнів", "", Modality.POSSIBLE),
        ("Беларусь планирует освободить 100 политзаключённых", "", Modality.PLANNED),
        ("Minsk will release 30 political prisoners", "", Modality.PLANNED),
        ("США та Білорусь обговорюють звільнення 100 політв’язнів", "", Modality.UNDER_DISCUSSION),
        ("Lukashenko could free political prisoners by May", "", Modality.POSSIBLE),
        ("The US demands the release of all political prisoners in Belarus", "", Modality.DEMANDED),
        (
            "US lifts sanctions on Belavia",
            "The United States lifted sanctions on the Belarusian airline.",
            Modality.COMPLETED,
        ),
        ("Джон Коул зустрівся з Лукашенком у Мінську", "", Modality.UNDER_DISCUSSION),
    ],
)
def test_what_is_not_done_yet_is_a_negotiation(
    understand: Callable[..., Any], title: str, lead: str, modality: Modality
) -> None:
    analysis = understand(title, lead)
    assert (analysis.kinds, analysis.mentions[0].modality) == (TALKS, modality)
    assert analysis.mentions[0].polarity is Polarity.POSITIVE


@pytest.mark.parametrize(
    "title",
    [
        "Lukashenko: we will not free the political prisoners",
        "Lukashenko refuses to release political prisoners",
        "Лукашенко: «бандитів» не відпущу, політв’язнів у Білорусі немає",
        "Лукашенко отказался освобождать политзаключённых",
        "Минск опроверг переговоры о политзаключённых",
    ],
)
def test_a_refusal_or_denial_is_a_negative_negotiation(understand: Callable[..., Any], title: str) -> None:
    [mention] = understand(title, "").mentions
    assert (mention.kind, mention.modality, mention.polarity) == (Kind.NEGOTIATION, Modality.DENIED, Polarity.NEGATIVE)


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Venezuela frees 80 political prisoners", "Caracas released them on Thursday."),
        ("Azerbaijan releases 10 prisoners", "Belarus hailed the step."),
        ("Обмін полоненими: додому повернулися 185 оборонців", "Звільнено 185 захисників на кордоні з Білоруссю."),
        ("Лукашенко звільнив міністра", "Олександр Лукашенко звільнив міністра енергетики Білорусі з посади."),
        ("Лукашенко освободил от должности посла", "Посол Беларуси отозван."),
        ("Lukashenko releases a statement", "Alexander Lukashenko released a statement on grain."),
        ("EU prolongs sanctions on Belarus", "The European Union prolonged sanctions against Belarus until February."),
        ("Lithuania discusses transit of Belarusian potash", "The government spoke about its port."),
        ("Wheat harvest begins in Belarus", "Farmers around Minsk began harvesting."),
    ],
)
def test_what_is_not_ours_is_none(understand: Callable[..., Any], title: str, lead: str) -> None:
    analysis = understand(title, lead)
    assert (analysis.decision, analysis.kinds, analysis.mentions) == (Decision.NONE, (), ())
    assert analysis.reason


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Three more activists jailed in Belarus", "Viasna recognised them as political prisoners."),
        (
            "Interview: life after a Belarusian prison",
            "A former political prisoner recalled his years in an interview.",
        ),
        ("У Білорусі за ґратами 1140 політв’язнів", "Такі дані «Вясни»."),
        ("Nobody was released from Belarusian prisons", "Viasna counts the political prisoners who stay."),
        ("В Беларуси никого из политзаключённых не освободили", "Их семьи ждут."),
    ],
)
def test_the_topic_alone_is_related(understand: Callable[..., Any], title: str, lead: str) -> None:
    analysis = understand(title, lead)
    assert (analysis.decision, analysis.kinds) == (Decision.RELATED, ())
    assert {mention.kind for mention in analysis.mentions} == {Kind.RELATED}


@pytest.mark.parametrize(
    ("recap", "title", "lead"),
    [
        ("Earlier, in June, Belarus freed 14 political prisoners.", "Wheat harvest in Belarus", NEUTRAL),
        ("Нагадаємо, у червні Лукашенко звільнив 14 політв’язнів.", "У Мінську почалися жнива", QUIET),
        ("Ранее Беларусь освободила 14 политзаключённых.", "В Минске началась жатва", "Урожай хорош."),
        ("In June 2024, Belarus freed 14 political prisoners.", "Wheat harvest in Belarus", NEUTRAL),
        ("Торік Білорусь звільнила 14 політв’язнів.", "У Мінську почалися жнива", QUIET),
    ],
)
def test_what_is_only_recalled_is_background(understand: Callable[..., Any], recap: str, title: str, lead: str) -> None:
    analysis = understand(title, f"{lead}\n\n{recap}")
    assert analysis.mentions == ()
    [recalled] = analysis.background
    assert recalled.kind is Kind.RELEASE
    assert [(count.value, count.background) for count in recalled.counts] == [(14, True)]


def test_furniture_is_no_news(understand: Callable[..., Any]) -> None:
    text = f"{NEUTRAL}\n\nRead also\n\nBelarus frees 31 political prisoners\n\nPhoto: Belarus frees 31 prisoners"
    assert understand("Wheat harvest in Belarus", text).decision is Decision.NONE


@pytest.mark.parametrize(
    ("lead", "kinds"),
    [
        ("Belarus released 52 political prisoners in exchange for relief from sanctions on potash.", BOTH),
        ("Лукашенко звільнив 52 політв’язнів в обмін на послаблення санкцій щодо калію.", BOTH),
        ("Belarus released 52 political prisoners. Envoy John Coale was in Minsk.", RELEASE),
        ("Лукашенко звільнив 52 політв’язнів після зустрічі з Джоном Коулом.", RELEASE),
    ],
)
def test_the_bare_name_of_a_negotiator_makes_no_negotiation(
    understand: Callable[..., Any], lead: str, kinds: tuple[Kind, ...]
) -> None:
    assert understand("Belarus and its prisoners" if lead[0] == "B" else "Білорусь і політв’язні", lead).kinds == kinds


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        (
            "Le Bélarus libère cinquante-deux prisonniers politiques",
            "Ils ont été libérés jeudi matin à la frontière.",
            None,
        ),
        (None, "", None),
    ],
)
def test_a_text_in_none_of_the_languages_is_none_with_its_reason(
    understand: Callable[..., Any], title: str | None, text: str, language: str | None
) -> None:
    analysis = understand(title, text)
    assert (analysis.language, analysis.decision) == (language, Decision.NONE)
    assert "language" in analysis.reason


def test_an_outlet_with_a_broken_time_zone_is_read_all_the_same(understand: Callable[..., Any]) -> None:
    for timezone in ("", "Nowhere/Town", "Europe", "../etc/passwd", "x" * 300, "\0"):
        analysis = understand("Belarus frees 52 political prisoners", "They left today.", timezone=timezone)
        assert analysis.decision is Decision.EVENT
        assert str(analysis.mentions[0].event_date) == "2025-09-11"


def test_a_text_without_a_date_has_no_event_date(understand: Callable[..., Any]) -> None:
    [mention] = understand("Belarus frees 52 political prisoners", "They left on Thursday.", published_at=None).mentions
    assert (mention.event_date, mention.date_precision) == (None, None)

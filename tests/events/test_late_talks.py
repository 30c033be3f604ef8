"""The one new fact that an analysis or a press review tells late: a plan, and who reported it these days."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.facts import Analysis, Decision, Kind
from events.analyse import analyse
from events.document import document

THURSDAY = datetime(2026, 3, 19, 12, tzinfo=UTC)
# A title and a lead that tell nothing new, longer than what counts as a lead.
OPENINGS = {
    "en": (
        "Why Minsk looks at its banks",
        "Every bargain needs a currency, and every currency somebody who takes it. " * 4,
    ),
    "de": (
        "Was Minsk wirklich will",
        "Jeder Handel braucht eine Währung, und jede Währung jemanden, der sie nimmt. " * 4,
    ),
    "pl": ("Po co Mińskowi banki", "Każdy handel potrzebuje waluty, a każda waluta kogoś, kto ją przyjmie. " * 4),
    "lt": (
        "Ko Minskui iš tikrųjų reikia",
        "Kiekvienam sandoriui reikia valiutos, o valiutai – to, kas ją priima. " * 4,
    ),
    "uk": ("Навіщо Мінську банки", "Кожен торг потребує валюти, а кожна валюта – того, хто її візьме. " * 4),
    "ru": ("Зачем Минску банки", "Любому торгу нужна валюта, а любой валюте тот, кто её возьмёт. " * 4),
    "be": ("Навошта Мінску банкі", "Кожнаму гандлю патрэбная валюта, а кожнай валюце той, хто яе возьме. " * 4),
}


def read(language: str, fact: str) -> Analysis:
    title, lead = OPENINGS[language]
    text = f"{lead.strip()}\n\n{fact}\n\n{lead.strip()}"
    return analyse(document(title, text, language=language, outlet_languages=(language,), published_at=THURSDAY))


@pytest.mark.parametrize(
    ("language", "fact"),
    [
        (
            "en",
            "On Tuesday Bloomberg reported that Minsk offers to free 200 political prisoners if Belavia may lease planes.",
        ),
        ("en", "Washington plans the release of 200 political prisoners with Minsk, Reuters reported on Wednesday."),
        ("de", "Am Dienstag berichtete Bloomberg, Minsk biete an, 200 politische Gefangene freizulassen."),
        ("pl", "We wtorek Bloomberg podał, że Mińsk proponuje uwolnienie 200 więźniów politycznych."),
        ("lt", "Antradienį „Bloomberg“ pranešė, kad Minskas siūlo paleisti 200 politinių kalinių."),
        ("uk", "У вівторок Bloomberg повідомив, що Мінськ пропонує звільнити 200 політв'язнів."),
        ("ru", "Во вторник Bloomberg сообщил, что Минск предлагает освободить 200 политзаключённых."),
        ("be", "У аўторак Bloomberg паведаміў, што Мінск прапануе вызваліць 200 палітвязняў."),
        (
            "pl",
            "We wtorek Bloomberg napisał, że Waszyngton rozmawia z Mińskiem. Mińsk miałby uwolnić 200 więźniów politycznych.",
        ),
    ],
)
def test_a_plan_reported_these_days_is_news_wherever_it_stands(language: str, fact: str) -> None:
    analysis = read(language, fact)
    assert (analysis.decision, analysis.kinds) == (Decision.EVENT, (Kind.NEGOTIATION,)), analysis.reason


@pytest.mark.parametrize(
    ("language", "fact"),
    [
        (
            "en",
            "In December Bloomberg reported that Minsk offers to free 200 political prisoners if Belavia may lease planes.",
        ),
        ("en", "Minsk might offer to free 200 political prisoners, one thinks, and ask for planes."),
        ("en", "On Tuesday Bloomberg reported that Belarus freed 200 political prisoners last year."),
        ("en", "Her mother hopes that the political prisoners will be freed, she told Reuters on Tuesday."),
        ("de", "Im Dezember berichtete Bloomberg, Minsk biete an, 200 politische Gefangene freizulassen."),
        ("pl", "W grudniu Bloomberg podał, że Mińsk proponuje uwolnienie 200 więźniów politycznych."),
        ("lt", "Gruodį „Bloomberg“ pranešė, kad Minskas siūlo paleisti 200 politinių kalinių."),
        ("uk", "У грудні Bloomberg повідомив, що Мінськ пропонує звільнити 200 політв'язнів."),
        ("ru", "В декабре Bloomberg сообщил, что Минск предлагает освободить 200 политзаключённых."),
        ("be", "У снежні Bloomberg паведаміў, што Мінск прапануе вызваліць 200 палітвязняў."),
        ("ru", "Во вторник Bloomberg сообщил, что Москва готовит обмен 200 военнопленных."),
    ],
)
def test_what_is_old_guessed_or_told_by_nobody_is_no_news(language: str, fact: str) -> None:
    assert read(language, fact).decision is not Decision.EVENT

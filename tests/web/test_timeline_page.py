"""The page of the timeline, as browsers, screen readers and strangers' texts meet it; and its small form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.requests import Request

from db import Database
from db.claims import Claim
from db.events import NewMention, add_mention
from db.facts import (
    Count,
    CountRole,
    EventChange,
    FieldChange,
    Kind,
    Mark,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Qualifier,
    Status,
    Verdict,
)
from web.chart import draw
from web.chart_words import chart_words
from web.drawing import WIDE
from web.languages import Reader
from web.pages.frame import Frame
from web.pages.timeline import MOST_KEPT, TimelinePage
from web.recent import Recent, recent_of
from web.timeline import Held, Timeline
from web.words import page_words

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
Ask = Callable[..., Any]
PAYLOADS = (
    '"><script>alert(1)</script>',
    "</title></svg><img src=x onerror=alert(1)>",
    "' onclick='x",
    "\u202egpj\u200b",
)
ALLOWED = set(
    re.findall(
        r"\w+",
        "html head meta title link script body a header p span nav ul li main h1 svg g path text rect circle figure"
        "  figcaption details summary table caption thead tbody tr th td footer",
    )
)


class Page(HTMLParser):
    """The elements of a page with their attributes, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"

    def marks(self, *names: str) -> list[dict[str, str | None]]:
        """The links of the drawings that have all these classes."""
        return [a for tag, a in self.elements if tag == "a" and set(names) <= set((a.get("class") or "").split())]


@pytest.fixture
def told(sqlite_database: Database, chronicle: Callable[[Database], None]) -> Database:
    chronicle(sqlite_database)
    return sqlite_database


def test_without_events_the_page_says_so_and_draws_nothing(ask: Ask) -> None:
    answer = ask("/timeline")
    assert answer.status_code == 200
    assert "Nothing to draw yet" in answer.text
    assert "<svg" not in answer.text


def test_each_mark_opens_its_event_and_says_what_it_stands_for(ask: Ask, told: Database) -> None:
    page = Page(ask("/timeline?year=2025").text)
    waves, acts = page.marks("wave"), page.marks("act")
    assert len(waves) == 2 * 11
    assert len(acts) == 2 * 11
    assert [mark for mark in (*waves, *acts) if not re.fullmatch(r"/events/\d+", mark["href"] or "")] == []
    labels = [mark["aria-label"] for mark in waves]
    assert (
        "September 11, 2025. Belarus frees 51–52 prisoners after talks with John Coale. Released: 51–52 people. "
        "Pardoned: 52 people. confirmed"
    ) in labels
    assert (
        page.words.count("September 11, 2025. Belarus frees 51–52 prisoners") == 2
    )  # the title of the wide one's two marks
    sources = page.marks("held")
    assert "Still held: 1,227 people, as of December 12, 2025 (Viasna)" in [mark["aria-label"] for mark in sources]
    assert all(re.fullmatch(r"/articles/\d+", mark["href"] or "") for mark in sources)


def test_rumours_and_what_was_denied_stand_apart_and_no_number_is_a_question_mark(ask: Ask, told: Database) -> None:
    text = ask("/timeline?year=2025").text
    page = Page(text)
    assert len(page.marks("wave", "rumoured")) == len(page.marks("wave", "denied")) == 2
    assert len(page.marks("act", "rumoured")) == 2 * 3
    assert text.count(">?</text>") == 2
    assert [len(page.marks("act", step)) for step in ("talks", "demanded", "announced", "concession", "refused")] == [
        12, 2, 2, 4, 2,
    ]  # fmt: skip


def test_all_that_is_drawn_stands_in_tables_too(ask: Ask, told: Database) -> None:
    text = ask("/timeline?year=2025").text
    page, words = Page(text), " ".join(Page(text).words.split())
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") == 3
    assert {a.get("scope") for tag, a in page.elements if tag == "th"} == {"col", "row"}
    for part in (
        "Releases 11",
        "Dec 13, 2025 Belarus frees 114–123 prisoners after talks with John Coale confirmed 114–123 123",
        "Nov 20, 2025 Belarus frees Andrzej Poczobut reported not told not told",
        "Jul 2025 Belarus pardons 16 prisoners announced by an acting party not told 16",
        "not known; first told on 2025-12-20 Talks on freeing prisoners, says BelTA reported Talks",
        "Dec 12, 2025 1,227 1 article",
    ):
        assert part in words, part


def test_years_are_links_of_which_the_shown_one_is_marked(ask: Ask, told: Database) -> None:
    years = ["/timeline", *(f"/timeline?year={year}" for year in range(2026, 2019, -1))]
    page = Page(ask("/timeline?year=2024").text)
    assert [a["href"] for tag, a in page.elements if tag == "a" and (a.get("href") or "").startswith("/timeline")] == [
        "/timeline", *years,
    ]  # fmt: skip
    assert [a["href"] for _, a in page.elements if a.get("aria-current")] == ["/timeline", "/timeline?year=2024"]
    assert len(page.marks("wave")) == 2 * 4


@pytest.mark.parametrize("year", ["2019", "", "x", "-1", "٢٠٢٥", "2025 ", "9" * 5000, "%00", '"><script>'])
def test_a_year_of_which_nothing_is_known_is_all_time(ask: Ask, told: Database, year: str) -> None:
    assert ask(f"/timeline?year={year}").text == ask("/timeline").text


def test_the_page_is_in_the_language_of_its_reader(ask: Ask, told: Database) -> None:
    text = ask("/timeline?year=2025", **{"Accept-Language": "uk"}).text
    for part in (
        "Звільнені, ув’язнені, переговори",
        "Білорусь звільнила 51–52 в’язнів",
        ">Поступка<",
        "1 250",
        ">жовт.",
    ):
        assert part in text, part


def test_a_drawn_page_is_kept_until_an_event_or_a_figure_of_those_held_changes(
    desk: Any, sqlite_database: Database
) -> None:
    page, drawn = TimelinePage(sqlite_database, Frame("en")), []
    number = desk.tell(desk.release(52))
    drawn.append(_shown(page))
    assert len(page._drawn) == 1
    assert _shown(page) == drawn[0]
    assert len(page._drawn) == 1
    desk.revise(number, desk.release(54), EventChange("released", (FieldChange("released", 52, 54),), is_material=True))
    drawn.append(_shown(page))
    with sqlite_database.begin() as session:
        count = Count(CountRole.HELD, 1140, counter="Viasna", as_of=date(2025, 9, 11))
        mention = Mention(Kind.RELATED, Modality.COMPLETED, Polarity.POSITIVE, "", counts=(count,))
        add_mention(session, NewMention(Claim(1, "urn:x", None, None, "en", NOON, mention), 1, None, {}), NOON)
    drawn.append(_shown(page))
    for text, part in zip(drawn, ("52 prisoners", "54 prisoners", "1,140"), strict=True):
        assert part in text


def test_no_more_pages_are_kept_than_fit_the_memory(desk: Any, sqlite_database: Database) -> None:
    page = TimelinePage(sqlite_database, Frame("en"))
    for year in range(2000, 2000 + MOST_KEPT + 3):
        desk.tell(replace(desk.release(52), event_date=date(year, 1, 1)))
        _shown(page, f"year={year}")
        assert len(page._drawn) <= MOST_KEPT


def _shown(page: TimelinePage, query: str = "") -> str:
    scope = {"type": "http", "method": "GET", "path": "/timeline", "query_string": query.encode(), "headers": []}
    return bytes(page.show(Request(scope)).body).decode()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_strangers_write_never_becomes_markup(ask: Ask, desk: Any, payload: str) -> None:
    facts = replace(
        desk.release(52, quote=payload, counter=payload),
        people=(Person(payload, Outcome.FREED),),
        negotiators=(payload,),
        roots=(payload,),
        mark=Mark(Verdict.FALSE, payload, payload, datetime(2025, 9, 11, tzinfo=UTC)),
    )
    desk.tell(facts)
    desk.tell(replace(facts, counts=(), status=Status.RUMOURED))
    text = ask("/timeline").text
    page = Page(text)
    assert {tag for tag, _ in page.elements} <= ALLOWED
    names = {name for _, attributes in page.elements for name in attributes}
    assert [name for name in names if name.startswith("on") or name in ("style", "srcdoc")] == []
    assert [a for tag, a in page.elements if tag == "script"] == [{"src": "/static/times.js", "defer": None}]
    assert re.findall("[\u202e\u200b]", text) == []


def test_a_line_of_many_figures_is_drawn_to_its_end() -> None:
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(365)]
    held = tuple(Held(day, 1100, 1100, Qualifier.EXACT, 1, 1) for day in days)
    drawing = draw(Timeline(days[0], days[-1], (), (), held), WIDE)
    template = Frame("en")._templates.from_string(
        '{% from "chart.html" import chart with context %}{{ chart(drawing, tell) }}'
    )
    words = page_words("en")
    text = template.render(
        t=words.say, label=words.label, language="en", drawing=drawing, tell=chart_words(words, "en")
    )
    assert f'd="{drawing.line}"' in text
    assert len(re.findall("[ML]", drawing.line)) == 365


def recent(database: Database, today: date, language: str = "en") -> Recent:
    with database.read() as session:
        return recent_of(session, chart_words(page_words(language), language), language, today)


def test_the_small_one_tells_of_the_last_twelve_months(told: Database) -> None:
    small = recent(told, date(2026, 3, 31))
    assert small.held is not None
    assert small.last is not None
    assert (small.held.low, small.held.day, small.last.title) == (
        906,
        date(2026, 3, 21),
        "Belarus frees 250 prisoners after talks with John Coale",
    )
    assert len(small.bars) == 12
    before = recent(told, date(2019, 1, 1))
    assert (before.held, before.last, before.bars) == (None, None, ())


def test_the_small_one_is_a_part_that_any_page_can_have(told: Database) -> None:
    frame, reader = Frame("en"), Reader("uk", "uk")
    source = '{% from "chart.html" import recent with context %}{{ recent(small) }}'
    words = page_words(reader.page)
    template = frame._templates.from_string(source)
    text = template.render(t=words.say, label=words.label, language="uk", small=recent(told, date(2026, 3, 31), "uk"))
    assert "Звільнення за останні дванадцять місяців" in text
    assert 'href="/timeline"' in text
    assert "Білорусь звільнила 250 в’язнів" in text
    assert "Досі за ґратами: 906 осіб, станом на 21 березня 2026" in text
    assert (
        template.render(t=words.say, label=words.label, language="uk", small=recent(told, date(2019, 1, 1))).strip()
        == ""
    )

"""The pages of events as people, browsers and strangers' texts meet them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from db.facts import (
    Concession,
    Conflict,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Mark,
    Outcome,
    Person,
    Qualifier,
    Status,
    Step,
    Verdict,
)

Ask = Callable[..., Any]
NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script-->",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>*{background:url(//evil.example)}</style>",
    "<base href=//evil.example>",
    "\u202egpj.exe\u200b",
)
BAD_ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.example/x",
    "http:\\\\evil.example",
    "urn:volya:seed:000",
    "file:///etc/passwd",
    "https://exa mple.org/",
    "https://[::1",
)
ELEMENTS = set(
    re.findall(
        r"\w+",
        "html head meta title link body a header nav span main h1 h2 h3 p ol ul li article dl div dt dd section table"
        "  caption thead tbody tr th td q time footer code strong form label select option button details summary",
    )
)
OURS = [  # of every page, whatever it shows
    ("script", {"src": "/static/times.js", "defer": None}),
    ("script", {"src": "/static/live.js", "defer": None}),
    ("a", {"href": "?language=en", "lang": "en", "hreflang": "en"}),
    ("a", {"href": "?language=uk", "lang": "uk", "hreflang": "uk"}),
]


class Dom(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (tag, dict(attrs)) not in OURS:
            self.elements.append((tag, dict(attrs)))
        self.text += " "  # cells and lines stand apart

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    @property
    def outside(self) -> list[dict[str, str | None]]:
        """Attributes of the links that lead to others."""
        links = [attributes for tag, attributes in self.elements if tag == "a"]
        return [link for link in links if not (link["href"] or "").startswith(("/", "#"))]


def test_without_events_the_first_page_says_so(ask: Ask) -> None:
    answer = ask("/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "No event yet." in answer.text


def test_events_are_listed_with_day_title_status_number_and_sources_the_newest_first(ask: Ask, desk: Any) -> None:
    desk.tell(replace(desk.release(36), event_date=desk.day.replace(day=1)))
    newest = desk.tell(desk.release(52, status=Status.CONFIRMED, roots=("BelTA", "Viasna")))
    dom = Dom(ask("/").text)
    assert dom.words.index("Belarus frees 52 prisoners") < dom.words.index("Belarus frees 36 prisoners")
    for part in ("Release", "September 11, 2025", "52 people", "confirmed", "2 independent sources", "1 report"):
        assert part.lower() in dom.words.lower()
    assert ("a", {"href": f"/events/{newest}", "lang": "en"}) in dom.elements


@pytest.mark.parametrize(
    ("language", "title", "number"),
    [
        ("be", "Беларусь вызваліла 52 зняволеных", "52 чалавекі"),
        ("de", "Belarus lässt 52 Gefangene frei", "52 Personen"),
        ("lt", "Baltarusija paleido 52 kalinius", "52 žmonės"),
        ("pl", "Białoruś uwolniła 52 więźniów", "52 osoby"),
        ("ru", "Беларусь освободила 52 заключённых", "52 человека"),
        ("uk", "Білорусь звільнила 52 в’язнів", "52 особи"),
    ],
)
def test_titles_and_facts_are_in_the_language_of_the_alerts(
    ask: Ask, desk: Any, language: str, title: str, number: str
) -> None:
    event = desk.tell(desk.release(52))
    for path in ("/", f"/events/{event}"):
        page = ask(path, language=language).text
        assert [part for part in (title, f'lang="{language}"') if part not in page] == []
        assert number in Dom(page).words


def test_page_of_an_event_tells_each_figure_with_who_gives_it_in_which_words_and_where(ask: Ask, desk: Any) -> None:
    number = desk.tell(desk.release(52))
    dom = Dom(ask(f"/events/{number}").text)
    assert "Released 52 people Harbour Post freed 52 people" in dom.words
    (link,) = {link["href"] for link in dom.outside}
    assert link == "https://harbour-post.example/news/1"
    assert all(link["rel"] == "noopener noreferrer nofollow" for link in dom.outside)


def test_page_of_an_event_tells_people_concessions_disagreements_history_and_what_belongs_to_it(
    ask: Ask, desk: Any
) -> None:
    facts = desk.release(
        51,
        people=(Person("Mikalai Statkevich", Outcome.REFUSED_TO_LEAVE),),
        concessions=(Concession("belavia", "US", Step.LEGALLY_EFFECTIVE), Concession("visit", None, Step.DISCUSSED)),
        conflicts=(Conflict("subset.PL", 2, 3, ("harbour-post: 2", "https://elsewhere.example/: 3")),),
        nationalities={"LT": 6},
        negotiators=("John Coale",),
        transit=("LT",),
    )
    first = desk.tell(desk.release(14))
    number = desk.tell(facts)
    fields = (FieldChange("status", "reported", "confirmed"),)
    desk.revise(number, replace(facts, status=Status.CONFIRMED), EventChange("changed", fields, is_material=True))
    desk.relate(first, number)
    words = Dom(ask(f"/events/{number}").text).words
    for part in (
        "Mikalai Statkevich refused to leave",
        "In return Belavia US, in force",
        "visit discussed",
        "Sources disagree Among them, Poland 2 Harbour Post 3 https://elsewhere.example/",
        "Nationalities Lithuania 6",
        "Negotiators John Coale",
        "Taken to Lithuania",
        "revision 2 Changed: status reported → confirmed brought by Harbour Post",
        "revision 1 First told of",
        "Related events 14 people release September 11, 2025 Belarus frees 14 prisoners",
    ):
        assert part in words, part


def test_a_figure_without_number_source_or_day_is_told_too(ask: Ask, desk: Any) -> None:
    counts = (EventCount(CountRole.PLANNED, None, qualifier=Qualifier.VAGUE), EventCount(CountRole.HELD, 1227))
    number = desk.tell(replace(desk.release(1), counts=counts, event_date=None, date_precision=None, roots=()))
    words = Dom(ask(f"/events/{number}").text).words
    assert "date not known" in words
    assert "no source named" in words
    assert "Expected or offered number not given not named –" in words
    assert "Still held 1,227 people not named –" in words


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_strangers_write_never_becomes_markup(ask: Ask, desk: Any, payload: str) -> None:
    facts = replace(
        desk.release(52, quote=payload, counter=payload, outlet=payload),
        people=(Person(payload, Outcome.FREED),),
        concessions=(Concession(payload, payload, Step.DISCUSSED),),
        roots=(payload,),
        negotiators=(payload,),
        transit=(payload,),
        nationalities={payload: 2},
        conflicts=(Conflict("released", 1, 2, (payload, f"{payload}: 2")),),
        mark=Mark(Verdict.FALSE, payload, payload, NOW),
    )
    number = desk.tell(facts, title=payload, outlet_title=payload, language=payload[:10])
    fields = (FieldChange("people", [], [{"name": payload, "outcome": "freed"}]),)
    fields += (FieldChange("mark", None, {"verdict": "false", "by": payload, "note": payload, "at": str(NOW)}),)
    desk.revise(number, facts, EventChange(payload, fields, is_material=True))
    for path in ("/", f"/events/{number}", f"/events/{number}/item"):
        page = ask(path).text
        dom = Dom(page)
        assert {tag for tag, _ in dom.elements} <= ELEMENTS
        assert [name for _, attributes in dom.elements for name in attributes if name.startswith(("on", "src"))] == []
        assert [link for link in dom.outside if not (link["href"] or "").startswith("https://")] == []
        assert re.findall(".{0,9}[\u202e\u200b].{20}", page) == []


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_is_not_one_of_the_web_is_shown_and_is_no_link(ask: Ask, desk: Any, address: str) -> None:
    number = desk.tell(desk.release(52), url=address)
    dom = Dom(ask(f"/events/{number}").text)
    assert dom.outside == []
    assert "A title" in dom.words


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "1x", "٣", "9" * 18, "9" * 19, "9" * 5000, "%00", "1.0", ""])
def test_an_event_that_is_not_there_is_a_page_that_says_so(ask: Ask, desk: Any, number: str) -> None:
    desk.tell(desk.release(52))
    answer = ask(f"/events/{number}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "There is no such page" in answer.text


@pytest.mark.parametrize("path", ["/", "/events/1", "/events/2", "/static/style.css"])
def test_head_is_answered_as_get_without_the_body(ask: Ask, desk: Any, path: str) -> None:
    desk.tell(desk.release(52))
    head, get = ask(path, "HEAD"), ask(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_every_table_has_a_caption_and_every_heading_of_it_a_scope(ask: Ask, desk: Any) -> None:
    facts: EventFacts = desk.release(52, people=(Person("Ihar Losik", Outcome.FREED),))
    facts = replace(facts, concessions=(Concession("potash", "US", Step.ANNOUNCED),))
    dom = Dom(ask(f"/events/{desk.tell(facts)}").text)
    tags = [tag for tag, _ in dom.elements]
    assert tags.count("table") == tags.count("caption") == 1
    assert {attributes.get("scope") for tag, attributes in dom.elements if tag == "th"} == {"col", "row", "rowgroup"}
    assert tags.count("h1") == tags.count("main") == 1


def test_a_persons_word_is_shown_with_author_note_and_time_and_in_the_history(ask: Ask, desk: Any) -> None:
    number = desk.tell(desk.release(52))
    mark = Mark(Verdict.FALSE, "anna", "the outlet took it back", NOW)
    written = {"verdict": "false", "by": "anna", "note": "the outlet took it back", "at": NOW.isoformat()}
    fields = (FieldChange("status", "reported", "retracted"), FieldChange("mark", None, written))
    desk.revise(number, desk.release(52, status=Status.RETRACTED, mark=mark), EventChange("status", fields))
    words = Dom(ask(f"/events/{number}").text).words
    assert "On a person’s word Marked false by anna: the outlet took it back · 2025-09-11 15:00" in words
    assert "Marked false by anna: the outlet took it back. Changed: status reported → retracted" in words
    assert "Позначено як хибне (anna)" in ask(f"/events/{number}", language="uk").text


def test_page_of_a_merged_event_says_so_and_leads_to_the_one_it_is_part_of(ask: Ask, desk: Any) -> None:
    first, second, third = desk.tell(desk.release(14)), desk.tell(desk.release(36)), desk.tell(desk.release(52))
    desk.merge(first, second)
    desk.merge(second, third)
    dom = Dom(ask(f"/events/{first}").text)
    assert "Same event as another alert: Belarus frees 14 prisoners" in dom.words
    assert "This is part of another event now, and what is known of it stands there: Belarus frees 52" in dom.words
    assert ("a", {"href": f"/events/{third}", "lang": "en"}) in dom.elements
    assert "The same event as number 2" in dom.words
    assert f"/events/{first}" not in ask("/").text


def test_page_of_an_event_that_was_split_off_leads_to_where_it_was(ask: Ask, desk: Any) -> None:
    origin = desk.tell(desk.release(52))
    number = desk.tell(desk.release(14, split_from=origin))
    dom = Dom(ask(f"/events/{number}").text)
    assert "Split from Belarus frees 52 prisoners" in dom.words
    assert ("a", {"href": f"/events/{origin}", "lang": "en"}) in dom.elements

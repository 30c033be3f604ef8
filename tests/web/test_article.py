"""The page of an article: its text with the words marked that each fact rests on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.facts import (
    Analysis,
    Concession,
    Count,
    CountRole,
    Decision,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
    Step,
    to_json,
)
from db.views import ArticleView, MatchView
from events import analyse, document
from web.article import GROUPS, part_of, tell_article
from web.languages import Reader
from web.pages.frame import Frame
from web.words import page_words

Ask = Callable[..., Any]
TITLE = "Belarus frees 52 prisoners"
TEXT = (
    "Ihar Losik is among those who came to Lithuania on Thursday, Viasna said after talks with John Coale.\n\n"
    "The US lifts sanctions on potash.\n\nIn June, 14 were freed."
)
FULL = f"{TITLE}\n\n{TEXT}"
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</mark></a></p></article><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script-->",
    "\u202egpj.exe\u200b",
)
ELEMENTS = set(
    re.findall(
        r"\w+",
        "html head meta title link body a header nav span main h1 h2 h3 strong p ol ul li article dl div dt dd section table"
        "  caption thead tbody tr th td q time footer code mark",
    )
)
OURS = [  # of every page, whatever it shows
    ("script", {"src": "/static/times.js", "defer": ""}),
    ("a", {"href": "?language=en", "lang": "en", "hreflang": "en"}),
    ("a", {"href": "?language=uk", "lang": "uk", "hreflang": "uk"}),
]


class Dom(HTMLParser):
    """The elements of a page; its text, that of the stored text, and that of each mark."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.marks: list[tuple[str, str, str]] = []
        self.text = self.heading = self.body = ""
        self._within: list[str] = []
        self._mark: dict[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if (tag, attributes) not in OURS:
            self.elements.append((tag, attributes))
        if tag not in ("meta", "link"):
            self._within.append("text" if attributes.get("class") == "text" else tag)
        if tag == "mark" and "title" in attributes:
            self._mark = attributes
        if tag == "p" and "text" in self._within and self.body:
            self.body += "\n"
        self.text += " "

    def handle_endtag(self, tag: str) -> None:
        self._within.pop()
        self._mark = None if tag == "mark" else self._mark

    def handle_data(self, data: str) -> None:
        self.text += data
        if "h1" in self._within:
            self.heading += data
        if "text" in self._within and "p" in self._within:
            self.body += data
        if self._mark is not None:
            self.marks.append((self._mark["class"], data, self._mark["title"]))

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


def row(field: str, quote: str, rule: str = "en.release.completed", text: str = FULL) -> Evidence:
    start = text.index(quote)
    return Evidence(field, rule, start, start + len(quote), quote)


def reading(**changes: Any) -> Analysis:
    mention = Mention(
        Kind.RELEASE,
        Modality.COMPLETED,
        Polarity.POSITIVE,
        "0841",
        date(2025, 9, 11),
        Precision.DAY,
        counts=(Count(CountRole.RELEASED, 52),),
        people=(Person("Ihar Losik", Outcome.FREED),),
        negotiators=("John Coale",),
        transit=("LT",),
        concessions=(Concession("potash", "US", Step.ANNOUNCED),),
        attribution=("Harbour Post", "Viasna"),
        root="Viasna",
        evidence=(
            row("kind", "frees 52 prisoners"),
            row("event_date", "Thursday", "en.date.told"),
            row("counts[0]", "52 prisoners", "en.count.released"),
            row("people[0]", "Ihar Losik", "en.people.freed"),
            row("negotiators[0]", "John Coale", "en.negotiator.talks"),
            row("transit[0]", "Lithuania", "en.transit.arrival"),
            row("concessions[0]", "potash", "en.concession.announced"),
            row("attribution", "Viasna", "en.attribution.source"),
            row("root", "Viasna", "en.attribution.root"),
        ),
    )
    recalled = Mention(
        Kind.RELEASE,
        Modality.COMPLETED,
        Polarity.POSITIVE,
        "0841",
        date(2025, 6, 1),
        Precision.MONTH,
        counts=(Count(CountRole.RELEASED, 14, background=True),),
        evidence=(row("event_date", "In June", "en.date.told"), row("counts[0]", "14", "en.count.released")),
    )
    given = {"mentions": (mention,), "background": (recalled,), **changes}
    return Analysis("en", (Kind.RELEASE,), Decision.EVENT, "completed release in the title", **given)


def test_the_page_tells_the_article_and_why_it_was_decided_so(ask: Ask, desk: Any) -> None:
    answer = ask(f"/articles/{desk.article(TITLE, TEXT, reading())}")
    dom = Dom(answer.text)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for part in (
        "Decision an event: release",
        "Because completed release in the title",
        "Outlet Harbour Post",
        "Language en",
        "Published 2025-09-11 15:00",
        "Address https://harbour-post.example/news/1",
    ):
        assert part in dom.words, part
    (link,) = [link for tag, link in dom.elements if tag == "a" and link["href"].startswith("https://")]
    assert link == {"href": "https://harbour-post.example/news/1", "rel": "noopener noreferrer nofollow"}


def test_the_stored_text_stands_there_to_the_letter_with_every_word_of_evidence_marked(ask: Ask, desk: Any) -> None:
    dom = Dom(ask(f"/articles/{desk.article(TITLE, TEXT, reading())}").text)
    assert dom.heading == TITLE
    assert dom.body == TEXT.replace("\n\n", "\n")
    assert [(look, text) for look, text, _ in dom.marks] == [
        ("happened", "frees "),
        ("number", "52 prisoners"),
        ("person", "Ihar Losik"),
        ("place", "Lithuania"),
        ("day", "Thursday"),
        ("source", "Viasna"),
        ("talker", "John Coale"),
        ("relief", "potash"),
        ("day recalled", "In June"),
        ("number recalled", "14"),
    ]


def test_a_mark_says_its_fact_and_its_rule_in_words(ask: Ask, desk: Any) -> None:
    dom = Dom(ask(f"/articles/{desk.article(TITLE, TEXT, reading())}").text)
    titles = {text: title for _, text, title in dom.marks}
    assert titles["frees "] == "What happened: release, done – people are freed (en.release.completed)"
    assert titles["52 prisoners"].startswith("Numbers: Released: 52 people – a number of people freed")
    assert titles["52 prisoners"].endswith(" · " + titles["frees "])
    assert titles["potash"].startswith("In return: potash, US, announced – relief for Minsk is announced")
    assert titles["Viasna"].startswith("Who says so: Harbour Post → Viasna (counts as Viasna) – ")
    assert titles["14"].startswith("Only recalled: Numbers: Released: 14 people")


def test_the_legend_tells_each_fact_with_its_words_and_leads_to_them_and_back(ask: Ask, desk: Any) -> None:
    dom = Dom(ask(f"/articles/{desk.article(TITLE, TEXT, reading())}").text)
    for part in (
        "Released: 52 people 52 prisoners a number of people freed · en.count.released",
        "Ihar Losik: freed Ihar Losik a known prisoner",
        "Lithuania Lithuania a country named where the freed arrive",
        "Only recalled, so it makes no event and no alert June 2025 In June",
    ):
        assert part in dom.words, part
    ids = [attributes["id"] for _, attributes in dom.elements if "id" in attributes]
    inside = [link["href"][1:] for tag, link in dom.elements if tag == "a" and link["href"].startswith("#")]
    assert len(ids) == len(set(ids))
    assert set(inside) <= set(ids)
    assert sum(name.startswith("fact-") for name in ids) == sum(name.startswith("words-") for name in ids) == 10


def test_every_field_that_has_evidence_has_its_mark() -> None:
    bare = {"modality", "polarity", "plover", "date_precision", "nationalities", "evidence"}
    assert set(GROUPS) == {field.name for field in fields(Mention)} - bare


def test_nothing_on_the_page_runs_or_comes_from_elsewhere(ask: Ask, desk: Any) -> None:
    answer = ask(f"/articles/{desk.article(TITLE, TEXT, reading())}")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert {tag for tag, _ in Dom(answer.text).elements} <= ELEMENTS
    assert "style=" not in answer.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_text_stays_text_marked_or_not(ask: Ask, desk: Any, payload: str) -> None:
    title, text = f"a {payload} b", f"{payload}\n\nfrees {payload} again"
    plain = Dom(ask(f"/articles/{desk.article(title, text)}").text)
    stored = f"{plain.heading}\n\n" + plain.body.replace("\n", "\n\n")
    rows = [
        Evidence("kind", payload, start, start + 9, stored[start : start + 9]) for start in range(0, len(stored), 4)
    ]
    mention = Mention(
        Kind.RELEASE,
        Modality.COMPLETED,
        Polarity.POSITIVE,
        "0841",
        counts=(Count(CountRole.RELEASED, 1, counter=payload, nationality=payload),),
        people=(Person(payload, Outcome.FREED),),
        concessions=(Concession(payload, payload, Step.DISCUSSED),),
        attribution=(payload,),
        root=payload,
        evidence=(
            *rows,
            *(
                Evidence(field, payload, 0, len(stored), stored)
                for field in ("people[0]", "counts[0]", "concessions[0]", "root", payload, "counts[7]")
            ),
        ),
    )
    analysis = Analysis(None, (Kind.RELEASE,), Decision.EVENT, payload, (mention,), (mention,))
    marked = ask(f"/articles/{desk.article(title, text, analysis, url='https://other.example/1')}").text
    dom = Dom(marked)
    assert (dom.heading, dom.body) == (plain.heading, plain.body)
    assert {tag for tag, _ in dom.elements} <= ELEMENTS
    assert [
        name for _, attributes in dom.elements for name in attributes if name.startswith(("on", "src", "style"))
    ] == []
    assert re.findall(".{0,9}[\u202e\u200b].{20}", marked) == []


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "urn:volya:seed:000", "//evil.example/x", "data:text/html,x"]
)
def test_an_address_that_is_not_one_of_the_web_is_no_link(ask: Ask, desk: Any, address: str) -> None:
    dom = Dom(ask(f"/articles/{desk.article(TITLE, TEXT, url=address)}").text)
    assert [link for tag, link in dom.elements if tag == "a" and not link["href"].startswith(("/", "#"))] == []
    assert "none on the web" in dom.words


def test_an_article_not_read_yet_is_shown_without_marks(ask: Ask, desk: Any) -> None:
    dom = Dom(ask(f"/articles/{desk.article(TITLE, TEXT)}").text)
    assert "Decision none yet Because it has not been read yet" in dom.words
    assert "Nothing was read from this text." in dom.words
    assert (dom.body, dom.marks) == (TEXT.replace("\n\n", "\n"), [])


def test_an_article_without_a_title_outlet_language_or_day_says_so(ask: Ask, desk: Any) -> None:
    bare = {"outlet": None, "language": None, "published_at": None, "url": "https://a.example/x"}
    dom = Dom(ask(f"/articles/{desk.article(None, '14 were freed.', **bare)}").text)
    assert dom.heading == "https://a.example/x"
    assert "Outlet unknown outlet Language not known Published not known" in dom.words
    assert dom.body == "14 were freed."


def test_a_title_alone_is_an_article_too(ask: Ask, desk: Any) -> None:
    analysis = reading(mentions=(replace(reading().mentions[0], evidence=(row("kind", "frees"),)),), background=())
    dom = Dom(ask(f"/articles/{desk.article(TITLE, '', analysis)}").text)
    assert [text for _, text, _ in dom.marks] == ["frees"]
    assert "No text is stored beside the title." in dom.words


def view(**known: Any) -> ArticleView:
    article = {"id": 7, "url": "https://a.example/7", "outlet": "one", "language": "en", "title": TITLE, "text": TEXT}
    bare = {"published": None, "fetched": None, "decision": None, "kinds": (), "events": (), "copy_of": None}
    return ArticleView(**{**article, **bare, **known})


FRAME = Frame("en")
ENGLISH = page_words("en")
MARKUP = st.text(st.sampled_from("ab <>&'\"/=\n{%}[]"), min_size=1, max_size=60)


@settings(deadline=None)
@given(MARKUP, MARKUP, st.lists(st.tuples(st.integers(0, 130), st.integers(0, 130)), max_size=6), st.booleans())
def test_any_text_with_any_marks_comes_out_as_the_same_text(
    title: str, text: str, places: list[tuple[int, int]], is_recalled: bool
) -> None:
    title, text = f"t{title.replace(chr(10), ' ')}t", f"{text}x"
    full = f"{title}\n\n{text}"
    rows = tuple(Evidence(text[:20], text[:9], start, end, full[start:end]) for start, end in places)
    mention = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", evidence=rows)
    analysis = reading(**{"mentions": (), "background": (), ("background" if is_recalled else "mentions"): (mention,)})
    told = tell_article(view(title=title, text=text, analysis=to_json(analysis)), [], "en", ENGLISH)
    page = FRAME.page(Reader("en", "en"), "article.html", article=told)
    dom = Dom(bytes(page.body).decode())
    assert dom.heading == title
    assert dom.body == "\n".join(line for line in text.split("\n") if line)
    assert {tag for tag, _ in dom.elements} <= ELEMENTS
    marked = {at for start, end in places for at in range(start, min(end, len(full))) if full[at] != "\n"}
    assert sum(len(words) for _, words, _ in dom.marks) == len(marked)


@pytest.mark.parametrize("field", ["counts[x]", "counts[-1]", "counts[99]", "counts[", "[", "", "people[0]"])
def test_evidence_of_a_field_that_is_not_there_tells_the_mention(field: str) -> None:
    mention = replace(reading().mentions[0], people=(), counts=(), evidence=(row(field, "frees"),))
    told = tell_article(view(analysis=to_json(reading(mentions=(mention,), background=()))), [], "en", ENGLISH)
    assert [note.told for _, notes in told.notes for _, note in notes] == ["release, done"]


def test_words_that_a_newer_text_does_not_say_are_told_but_not_marked() -> None:
    told = tell_article(view(text=f"Corrected: {TEXT}", analysis=to_json(reading())), [], "en", ENGLISH)
    marked = [piece.text for piece in (*told.head, *(piece for line in told.body for piece in line)) if piece.group]
    assert marked == ["frees ", "52 prisoners"]
    assert [note.is_marked for _, notes in told.notes for _, note in notes].count(False) == 8


def test_an_unreadable_article_tells_the_fault() -> None:
    told = tell_article(view(read_error="ValueError: broken"), [], "en", ENGLISH)
    assert (told.decision, told.reason, told.trouble) == (None, None, "ValueError: broken")


def test_a_related_article_and_one_that_is_not_ours_say_so() -> None:
    related = replace(reading(), decision=Decision.RELATED, kinds=())
    assert (
        tell_article(view(analysis=to_json(related)), [], "en", ENGLISH).decision == "related, but no event of its own"
    )
    assert (
        tell_article(view(analysis=to_json(replace(related, decision=Decision.NONE))), [], "en", ENGLISH).decision
        == "not ours"
    )


def test_an_article_leads_to_its_event_and_the_event_to_its_articles(ask: Ask, desk: Any) -> None:
    number = desk.tell(desk.release(52))
    event = ask(f"/events/{number}").text
    assert '<a href="/articles/1">what was read from it</a>' in event
    words = Dom(ask("/articles/1").text)
    assert ("a", {"href": f"/events/{number}", "lang": "en"}) in words.elements
    assert "Belongs to 52 people release September 11, 2025 Belarus frees 52 prisoners" in words.words


def test_why_it_belongs_to_an_event_is_told(desk: Any, ask: Ask) -> None:
    matches = [
        MatchView("release", 3, "report", 6.0, ("the same day", "the same number")),
        MatchView("x", 4, "copy", 0, ()),
    ]
    assert part_of(3, matches, ENGLISH) == (("report", "the same day; the same number"),)
    assert part_of(4, matches, ENGLISH) == (("copy", ""),)


def test_a_copy_leads_to_the_article_that_it_repeats(ask: Ask, desk: Any) -> None:
    long = "The same words again and again. " * 20
    first = desk.article(TITLE, long)
    second = desk.article(TITLE, long)
    page = ask(f"/articles/{second}").text
    assert f'<a href="/articles/{first}">article {first}</a>, which has the same text' in page


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "1x", "٣", "9" * 18, "9" * 19, "%00", "1.0"])
def test_an_article_that_is_not_there_is_a_page_that_says_so(ask: Ask, desk: Any, number: str) -> None:
    desk.article(TITLE, TEXT)
    answer = ask(f"/articles/{number}")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
def test_what_the_reader_makes_of_an_article_is_marked_wherever_it_says_so(ask: Ask, desk: Any, language: str) -> None:
    analysis = analyse(document(TITLE, TEXT, outlet_title="Harbour Post"))
    dom = Dom(ask(f"/articles/{desk.article(TITLE, TEXT, analysis)}", language=language).text)
    quotes = {evidence.quote for mention in analysis.mentions for evidence in mention.evidence}
    assert len(quotes) > 4
    marked = "".join(text for _, text, _ in dom.marks)
    assert [quote for quote in quotes if quote not in marked] == []
    assert (dom.heading, dom.body) == (TITLE, TEXT.replace("\n\n", "\n"))


def test_head_is_answered_as_get_without_the_body(ask: Ask, desk: Any) -> None:
    number = desk.article(TITLE, TEXT)
    head, get = ask(f"/articles/{number}", "HEAD"), ask(f"/articles/{number}")
    assert (head.status_code, head.content) == (get.status_code, b"")

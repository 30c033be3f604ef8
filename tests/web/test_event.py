"""The page of an event: who says each fact, sources by root, disagreements side by side, and what was sent where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts import Destination, Rules, announce_due
from alerts.wording import wording
from db import Database
from db.announcing import sync_destinations
from db.attempts import finish_attempt
from db.claims import Claim, Report
from db.deliveries import AttemptRecord, Health, Verdict, claim_delivery
from db.facts import (
    ClaimSource,
    Conflict,
    CountRole,
    EventCount,
    EventFacts,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Status,
)
from db.leases import LeaseRequest
from db.views import EventArticle, EventView
from web.event import Around, ToldEvent, tell_event
from web.sources import Root, sources_of
from web.words import page_words

from .conftest import NOW
from .test_pages import Dom

Ask = Callable[..., Any]
ENGLISH, WORDS = page_words("en"), wording("en")
OURS = {"https", "harbour", "Harbour", "Post", "post", "example", "news", "Text"}
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")


def article(number: int, role: str = "report") -> EventArticle:
    address = f"https://one.example/{number}"
    return EventArticle(number, address, f"outlet-{number}", "en", f"Title {number}", NOW, role, f"Outlet {number}")


def report(number: int, root: str | None = None, copy_of: int | None = None, **said: Any) -> Report:
    mention = replace(MENTION, root=root, **said)
    role = "copy" if copy_of else "report"
    claim = Claim(number, f"https://one.example/{number}", f"outlet-{number}", None, "en", NOW, mention, role)  # type: ignore[arg-type]
    return Report(number, (claim,), copy_of=copy_of)


def view(facts: Any, numbers: int) -> EventView:
    return EventView(1, 1, NOW, NOW, facts, tuple(article(number) for number in range(1, numbers + 1)))


def told(facts: Any, reports: list[Report]) -> ToldEvent:
    return tell_event(view(facts, len(reports)), Around(reports=reports), "en", ENGLISH)


def shape(roots: tuple[Root, ...]) -> dict[str | None, list[tuple[int, list[int]]]]:
    return {root.name: [(one.report.id, [copy.id for copy in one.copies]) for one in root.articles] for root in roots}


def test_articles_stand_under_the_root_they_rest_on_and_copies_under_what_they_repeat(desk: Any) -> None:
    facts = desk.release(52, roots=("BelTA", "Viasna"))
    reports = [
        report(1, "Viasna"),
        report(2, "BelTA"),
        report(3, "Viasna"),
        report(4, "Viasna", copy_of=1),
        report(5, "BelTA", copy_of=4),
        report(6, None),
        report(7, "Viasna", copy_of=99),
    ]
    sources = sources_of(view(facts, 8), reports, WORDS, ENGLISH)
    assert shape(sources.roots) == {
        "BelTA": [(2, [])],
        "Viasna": [(1, [4, 5]), (3, []), (7, [])],
        None: [(6, [])],
    }
    assert [one.id for one in sources.follow_ups] == [8]
    assert (sources.articles, sources.independent) == (8, 2)


def test_a_root_that_is_an_outlet_has_the_name_that_people_know() -> None:
    facts = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, roots=("outlet-1",))
    sources = sources_of(view(facts, 1), [report(1, "outlet-1")], WORDS, ENGLISH)
    assert list(shape(sources.roots)) == ["Outlet 1"]


def test_people_lead_to_their_pages_with_who_names_them_in_which_words(desk: Any) -> None:
    person = Person("Mikola Statkevich / Мікола", Outcome.FREED)
    quoted = {"people": (person,), "evidence": (Evidence("people[0]", "r", 0, 3, "Statkevich"),)}
    event = told(
        desk.release(52, people=(person,)), [report(1, **quoted), report(2, people=(person,)), report(3, **quoted)]
    )
    (group,) = [group for group in event.facts if group.label == "Names"]
    (fact,) = group.facts
    assert (fact.told, fact.note) == ("Mikola Statkevich / Мікола", "freed")
    assert fact.path == "/people/Mikola%20Statkevich%20%2F%20%D0%9C%D1%96%D0%BA%D0%BE%D0%BB%D0%B0"
    assert [(one.teller, one.quote) for one in fact.shown] == [("Outlet 1", "Statkevich"), ("Outlet 2", "")]
    assert [(one.teller, one.link) for one in fact.folded] == [("Outlet 3", "https://one.example/3")]


def test_what_is_folded_is_on_the_page_without_a_script(ask: Ask, desk: Any) -> None:
    sources = tuple(ClaimSource(number, f"words {number}", f"paper-{number}") for number in range(2, 7))
    number = desk.tell(desk.release(52, counts=(EventCount(CountRole.RELEASED, 52, sources=sources),)))
    dom = Dom(ask(f"/events/{number}").text)
    assert "52 people paper-2 words 2 paper-3 words 3 and 3 more paper-4 words 4 paper-5 words 5" in dom.words
    assert [tag for tag, _ in dom.elements].count("details") == 1


def test_a_nationality_that_a_figure_tells_is_not_told_twice(desk: Any) -> None:
    count = EventCount(CountRole.SUBSET, 6, nationality="LT")
    event = told(desk.release(52, counts=(count,), nationalities={"LT": 6, "PL": 3}), [])
    assert [(group.label, [fact.told for fact in group.facts]) for group in event.facts if group.label != "Date"] == [
        ("Among them", ["Lithuania: 6 people"]),
        ("Nationalities", ["Poland 3"]),
    ]


@pytest.mark.parametrize(
    ("given", "sides"),
    [
        (("a: 51", "outlet-1: 52", "b: 51"), (("51", ("a", "b")), ("52", ("Outlet 1",)))),
        (("a: 9", "b: 100"), (("9", ("a",)), ("100", ("b",)))),
        (("https://one.example/: 2", "3"), (("2", ("https://one.example/",)), ("3", ("not named",)))),
    ],
)
def test_who_disagrees_stands_side_by_side_the_lowest_number_first(
    desk: Any, given: tuple[str, ...], sides: tuple[Any, ...]
) -> None:
    event = told(desk.release(52, conflicts=(Conflict("released", 51, 52, given),)), [report(1)])
    assert [
        (one.label, tuple((value, tuple(n.replace("\u2060", "") for n in names)) for value, names in one.sides))
        for one in event.disputes
    ] == [("Released", sides)]


@pytest.fixture
def alerted(desk: Any, sqlite_database: Database) -> int:
    """An event whose alert waits for approval at one destination, failed at another and arrived at a third."""
    places = (
        Destination("archive", "webhook", approval=True),
        Destination("desk", "slack"),
        Destination("wire", "telegram"),
    )
    with sqlite_database.begin() as session:
        sync_destinations(session, {one.name: one.channel for one in places}, NOW)
    number: int = desk.tell(desk.release(52))
    announce_due(sqlite_database, places, Rules(), NOW)
    later = NOW + timedelta(minutes=30)
    for name, state, error in (("desk", "pending", "http 500: <b>down</b>"), ("wire", "sent", None)):
        with sqlite_database.begin() as session:
            delivery = claim_delivery(session, name, LeaseRequest("x", later, later + timedelta(minutes=1), 1))
            assert delivery is not None
            verdict = Verdict(state, 0, later + timedelta(minutes=5), "http_500" if error else None, Health())
            finish_attempt(
                session, delivery, AttemptRecord(later, "dest-temp" if error else "ok", error=error), verdict
            )
    return number


def test_what_was_sent_is_told_destination_by_destination(ask: Ask, alerted: int) -> None:
    words = Dom(ask(f"/events/{alerted}").text).words
    for part in (
        "What was sent, and where",
        "archive webhook first message held for approval",
        "desk slack first message waiting 2025-09-11 15:30 http 500: <b>down</b> · next try 2025-09-11 15:35",
        "wire telegram first message sent 2025-09-11 15:30",
    ):
        assert part in words, part
    assert "чекає на погодження" in ask(f"/events/{alerted}?language=uk").text


def test_where_nothing_was_sent_the_page_says_how_to_ask_why(ask: Ask, desk: Any) -> None:
    number = desk.tell(desk.release(52))
    assert f"<code>volya explain e{number}</code>" in ask(f"/events/{number}").text


@pytest.mark.parametrize("path", ["/", "/events/1", "/articles/1"])
def test_a_ukrainian_page_has_no_english_but_what_says_so(ask: Ask, desk: Any, path: str) -> None:
    desk.tell(desk.release(52))
    page = ask(f"{path}?language=uk").text.partition('<main id="main">')[2].partition("</main>")[0]
    kept = re.sub(r'<(\w+)[^>]* lang="(?:en|be-Latn)"[^>]*>.*?</\1>|<code>.*?</code>|<title>.*?</title>', "", page)
    words = re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]+>", " ", kept))
    assert [word for word in words if word not in OURS] == []

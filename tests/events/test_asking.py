"""The step `read` with a second opinion: what is asked, when, and what it comes to in the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from db import Database
from db.articles import NewArticle, store_article
from db.facts import Analysis, Decision, Kind, Modality, Status, from_json
from db.maintenance import queue_heads
from db.models import ArticleRow
from db.opinions import count_opinions, store_opinion
from db.queries import get_article, list_events
from db.views import EventView
from events.adjudicator import Adjudicator, Endpoint
from events.asking import reconsider
from events.document import document
from events.explain import explain_article
from events.question import question_key
from events.reading import read_new
from newsroom import AdjudicatorReceiver, Answer, Request
from newsroom.adjudicator import BAD_CONTENTS, opinion

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
RELEASE = (
    "Belarus frees 41 political prisoners",
    "Belarus released 41 political prisoners on Tuesday, Reuters reported.",
)
APPEAL = (
    "Families wait outside a prison in Belarus",
    "Mothers of political prisoners in Belarus asked for the release of their sons and went home at dusk.",
)
POSSIBLE = (
    "Political prisoners in Belarus: what comes next",
    "The release of political prisoners in Belarus is possible this spring, envoy John Coale told Reuters.",
)
WEATHER = ("Rain over Belarus", "It will rain in Minsk until Sunday, forecasters said on Tuesday.")


@pytest.fixture
def made_up() -> Iterator[AdjudicatorReceiver]:
    with AdjudicatorReceiver() as running:
        yield running


@pytest.fixture
def asking(made_up: AdjudicatorReceiver) -> Adjudicator:
    return asked_at(made_up)


def asked_at(made_up: AdjudicatorReceiver, model: str = "made-up", seconds: float = 5, rate: int = 10) -> Adjudicator:
    return Adjudicator(Endpoint(made_up.url, model, None, timedelta(seconds=seconds), rate), "Volya/test")


def store(database: Database, *texts: tuple[str, str]) -> None:
    with database.begin() as session:
        for number, (title, text) in enumerate(texts):
            url = f"https://outlet-{number}.example/"
            known: dict[str, Any] = {"published_at": NOON, "published_precision": "instant"}
            store_article(session, NewArticle(url=url, url_key=url, text=text, title=title, **known), NOON)


def analysis_of(database: Database, number: int) -> Analysis:
    with database.read() as session:
        view = get_article(session, number)
        assert view is not None
        assert view.analysis is not None
        return from_json(Analysis, view.analysis)


def events(database: Database) -> list[EventView]:
    with database.read() as session:
        return list(list_events(session))


def read_again(database: Database) -> None:
    """Clear `read_at` of every article, as is done when the lexicon improves."""
    with database.begin() as session:
        session.execute(update(ArticleRow).values(read_at=None, read_attempts=0))


def test_without_an_adjudicator_the_rules_decide_alone(sqlite_database: Database) -> None:
    store(sqlite_database, APPEAL, POSSIBLE)
    assert read_new(sqlite_database, owner="reader", now=NOON).read == 2
    assert analysis_of(sqlite_database, 1).decision is Decision.RELATED
    assert analysis_of(sqlite_database, 2).kinds == (Kind.NEGOTIATION,)


def test_a_thin_negotiation_is_taken_back_and_makes_no_event(
    database: Database, made_up: AdjudicatorReceiver, asking: Adjudicator
) -> None:
    store(database, POSSIBLE)
    made_up.say(opinion("related", why="A comment on what may come."))
    report = read_new(database, owner="reader", now=NOON, adjudicator=asking)
    assert (report.read, report.failed, report.changed_events) == (1, 0, ())
    assert events(database) == []
    assert analysis_of(database, 1).decision is Decision.RELATED
    with database.read() as session:
        view = get_article(session, 1)
        assert view is not None
        told = explain_article(view, [])
    assert "a second opinion (made-up) says related: “A comment on what may come.”" in told
    assert "the rules alone say event" in told


def test_what_the_rules_left_lying_becomes_a_possible_negotiation(
    database: Database, made_up: AdjudicatorReceiver, asking: Adjudicator
) -> None:
    store(database, APPEAL)
    made_up.say(opinion("event", "negotiation"))
    assert read_new(database, owner="reader", now=NOON, adjudicator=asking).changed_events == (1,)
    [event] = events(database)
    assert (event.facts.kind, event.facts.counts) == (Kind.NEGOTIATION, ())
    assert event.facts.status in (Status.RUMOURED, Status.REPORTED)
    [mention] = analysis_of(database, 1).mentions
    assert mention.modality is Modality.POSSIBLE
    assert [row.quote for row in mention.evidence if row.rule == "adjudicator.made-up"] == [APPEAL[0]]


def test_only_the_doubtful_are_asked_about_and_a_release_does_not_wait_for_them(
    sqlite_database: Database,
) -> None:
    store(sqlite_database, APPEAL, RELEASE, WEATHER)
    seen: list[int] = []

    class Looking(AdjudicatorReceiver):
        """Sees what is in the database while it is asked; a transaction left open would keep it out."""

        def answer(self, request: Request) -> Answer:
            with sqlite_database.begin() as session:
                seen.append(len(list_events(session)))
                seen.append(next(queue.length for queue in queue_heads(session, NOON) if queue.name == "articles"))
            return super().answer(request)

    with Looking() as looking:
        read_new(sqlite_database, owner="reader", now=NOON, adjudicator=asked_at(looking))
        [asked] = looking.questions
    assert APPEAL[0] in asked["messages"][1]["content"]
    assert seen == [1, 1]  # the event is there, and one article is left
    assert events(sqlite_database)[0].facts.kind is Kind.RELEASE


def test_no_answer_takes_a_release_away(
    sqlite_database: Database, made_up: AdjudicatorReceiver, asking: Adjudicator
) -> None:
    made_up.say(opinion("none"), opinion("none"))
    store(sqlite_database, RELEASE)
    read_new(sqlite_database, owner="reader", now=NOON, adjudicator=asking)
    assert made_up.exchanges == ()
    assert [event.facts.kind for event in events(sqlite_database)] == [Kind.RELEASE]
    # Nor one that is kept, under whatever key.
    with sqlite_database.begin() as session:
        store_opinion(
            session, question_key("made-up", document(*RELEASE)), {"decision": "none", "kinds": [], "why": "x"}, NOON
        )
    read_again(sqlite_database)
    read_new(sqlite_database, owner="reader", now=NOON, adjudicator=asking)
    assert analysis_of(sqlite_database, 1).kinds == (Kind.RELEASE,)


def test_reading_again_asks_nothing_again_and_another_model_is_asked_anew(
    database: Database, made_up: AdjudicatorReceiver, asking: Adjudicator
) -> None:
    store(database, POSSIBLE, POSSIBLE)  # the second is a reprint: one question for both
    made_up.say(opinion("none", why="Once."))
    read_new(database, owner="reader", now=NOON, adjudicator=asking)
    read_again(database)
    read_new(database, owner="reader", now=NOON, adjudicator=asked_at(made_up))
    assert len(made_up.questions) == 1
    assert [analysis_of(database, number).decision for number in (1, 2)] == [Decision.NONE, Decision.NONE]
    read_again(database)
    read_new(database, owner="reader", now=NOON, adjudicator=asked_at(made_up, "another"))
    assert len(made_up.questions) == 2
    with database.read() as session:
        assert count_opinions(session).number == 2


@pytest.mark.parametrize(
    "fault",
    [Answer(500), Answer(200, delay=60), Answer(200, b"no JSON"), *BAD_CONTENTS.values()],
    ids=lambda fault: repr(fault)[:40],
)
def test_whatever_goes_wrong_the_rules_decide_and_nothing_is_kept(
    sqlite_database: Database, made_up: AdjudicatorReceiver, fault: Answer | str
) -> None:
    store(sqlite_database, POSSIBLE, APPEAL)
    for _ in range(2):
        if isinstance(fault, str):
            made_up.say(fault)
        else:
            made_up.script(fault)
    adjudicator = asked_at(made_up, seconds=0.3 if isinstance(fault, Answer) and fault.delay else 5)
    report = read_new(sqlite_database, owner="reader", now=NOON, adjudicator=adjudicator)
    assert (report.read, report.failed) == (2, 0)
    assert len(made_up.exchanges) == 2
    with sqlite_database.read() as session:
        assert count_opinions(session).number == 0
    assert analysis_of(sqlite_database, 1).kinds == (Kind.NEGOTIATION,)
    assert analysis_of(sqlite_database, 2).decision is Decision.RELATED
    assert "second opinion" not in analysis_of(sqlite_database, 2).reason


def test_a_fault_of_the_database_or_of_ours_leaves_the_rules_decision(
    sqlite_database: Database, asking: Adjudicator, caplog: pytest.LogCaptureFixture
) -> None:
    analysis = Analysis("en", (), Decision.RELATED, "the topic alone")
    naive = NOON.replace(tzinfo=None)  # no time at all for the database: what storing then raises is a fault
    assert reconsider(sqlite_database, asking, [(document(*APPEAL), analysis)], naive) == [analysis]
    assert "second opinions failed; the rules decide" in caplog.text


@pytest.mark.parametrize(
    "kept", [{}, {"decision": "suppress"}, {"decision": "none", "kinds": [], "why": "x", "more": 1}]
)
def test_a_kept_opinion_of_another_form_is_asked_for_again(
    sqlite_database: Database, made_up: AdjudicatorReceiver, asking: Adjudicator, kept: dict[str, Any]
) -> None:
    store(sqlite_database, POSSIBLE)
    key = question_key("made-up", document(*POSSIBLE))
    with sqlite_database.begin() as session:
        store_opinion(session, key, kept, NOON)
    read_new(sqlite_database, owner="reader", now=NOON, adjudicator=asking)
    assert len(made_up.questions) == 1
    assert analysis_of(sqlite_database, 1).decision is Decision.RELATED

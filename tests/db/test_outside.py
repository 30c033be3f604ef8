"""What feeds, the badge, the metrics and exports ask of the database, and how it goes about that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db import Database, Session
from db.articles import KnownCopy, NewArticle, store_article
from db.claims import Claim
from db.events import EventUpdate, NewMention, add_mention, save_event, start_event
from db.facts import (
    EventChange,
    EventFacts,
    FieldChange,
    Kind,
    Mark,
    Mention,
    Modality,
    Polarity,
    Precision,
    Status,
    Verdict,
)
from db.figures import figures_at
from db.held import held_figures
from db.queries import (
    ArticleFilter,
    EventFilter,
    articles_after,
    changed_at,
    events_changed_last,
    get_article,
    last_release,
)
from db.queries import (
    events_of as places_of,
)

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = date(2025, 9, 11)
LONG = (
    "articles",
    "deliveries",
    "event_changes",
    "feed_entries",
    "mentions",
    "pages",
    "polls",
)  # events are some hundreds
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, DAY, Precision.DAY)
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", DAY)


def store(session: Session, number: int, **known: Any) -> int:
    url = f"https://outlet.example/{number}"
    return store_article(
        session, NewArticle(**{"url": url, "url_key": url, "text": f"Text {number}.", **known}), NOON
    ).id


def make(session: Session, number: int, facts: EventFacts = FACTS, at: datetime = NOON) -> int:
    claim = Claim(store(session, number), "u", "o", None, "en", NOON, MENTION)
    event = start_event(session, facts, claim, at)
    add_mention(session, NewMention(claim, 1, event, {}), at)
    change = EventChange("new", (FieldChange("status", None, "reported"),), is_material=True)
    save_event(session, EventUpdate(event, facts, change, claim.article, NOON, may_alert=True), at)
    return event


def revise(session: Session, event: int, at: datetime, *fields: FieldChange) -> None:
    save_event(session, EventUpdate(event, FACTS, EventChange("told", fields), None, NOON, may_alert=True), at)


def test_who_changed_last_comes_first_with_the_time_of_its_newest_revision(database: Database) -> None:
    with database.begin() as session:
        first, second = make(session, 1), make(session, 2, at=NOON + HOUR)
        revise(session, second, NOON + 5 * HOUR)  # one more source is no revision
        assert changed_at(session) == NOON + HOUR
        revise(session, first, NOON + 2 * HOUR, FieldChange("released", 1, 2))
    with database.read() as session:
        found = [(view.id, at) for view, at in events_changed_last(session, EventFilter(), 9)]
        assert found == [(first, NOON + 2 * HOUR), (second, NOON + HOUR)]
        assert [view.id for view, _ in events_changed_last(session, EventFilter(), 1)] == [first]
        assert events_changed_last(session, EventFilter(kind="negotiation"), None) == []
        assert changed_at(session) == NOON + 2 * HOUR


def test_the_last_release_is_the_newest_by_its_day(database: Database) -> None:
    with database.begin() as session:
        assert (last_release(session), changed_at(session)) == (None, None)
        newest = make(session, 1)
        make(session, 2, replace(FACTS, event_date=date(2025, 9, 1)))
        make(session, 3, replace(FACTS, event_date=None))
        make(session, 4, replace(FACTS, event_date=date(2025, 10, 1), status=Status.RETRACTED))
    with database.read() as session:
        found = last_release(session)
    assert found is not None
    assert found.id == newest


def test_a_whole_article_tells_what_another_database_needs_to_know(database: Database) -> None:
    mark = Mark(Verdict.CONFIRMED, "anna", "seen", NOON)
    with database.begin() as session:
        event = make(session, 1, replace(FACTS, mark=mark))
        known = {"known_copy": KnownCopy("https://outlet.example/1", "near copy"), "first_seen_at": NOON - HOUR}
        copy = store(session, 2, author="A. Writer", published_at=NOON - HOUR, published_precision="day", **known)
        of_copy = store(session, 3, known_copy=KnownCopy("https://outlet.example/2", "same text"))
        stray = store(
            session, 4, known_copy=KnownCopy("https://nowhere.example/", "same text"), first_seen_at=NOON + HOUR
        )
    with database.read() as session:
        original, second, third, fourth = articles_after(
            session, ArticleFilter(), None, 9, whole=True, oldest_first=True
        )
        assert second == get_article(session, copy)
        assert places_of(session, [original.id, copy]) == [event]
    assert original.marks == ((event, mark),)
    assert (second.author, second.published_precision, second.first_seen) == ("A. Writer", "day", NOON - HOUR)
    assert (second.copy_of, second.copy_of_url, second.copy_reason) == (original.id, original.url, "near copy")
    assert (third.id, third.copy_of) == (of_copy, original.id)  # there are no chains
    assert (fourth.id, fourth.copy_of, fourth.copy_of_url, fourth.first_seen) == (stray, None, None, NOON)


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: events_changed_last(session, EventFilter(), 2),
        lambda session: events_changed_last(session, EventFilter(kind="release", released=2), 2),
        changed_at,
        last_release,
        lambda session: held_figures(session, 2),
        lambda session: articles_after(session, ArticleFilter(), 1, 2, whole=True, oldest_first=True),
        lambda session: figures_at(session, NOON),
    ],
)
def test_no_question_reads_a_long_table(
    sqlite_database: Database, plans_of: Callable[[Callable[[Session], Any]], str], ask: Callable[[Session], Any]
) -> None:
    with sqlite_database.begin() as session:
        for number in range(3):
            make(session, number)
    told = plans_of(ask).splitlines()
    assert told
    assert [
        line for line in told if line.startswith("SCAN") and line.split()[1] in LONG and " USING " not in line
    ] == []

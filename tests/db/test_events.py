"""Events are versioned: every revision is kept, and only what may be told waits to be announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from db import Database, Session
from db.articles import NewArticle, store_article
from db.claims import Claim
from db.events import (
    EventUpdate,
    NewMention,
    add_mention,
    relate_events,
    save_event,
    start_event,
)
from db.facts import EventChange, EventFacts, FieldChange, Kind, Mention, Modality, Polarity, Status
from db.models import ArticleRow, EventChangeRow, EventRow, MentionRow, PageRow
from db.queries import get_event, list_events

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
DAY = date(2025, 9, 11)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, DAY)
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", DAY)
FIELD = FieldChange("status", "reported", "confirmed")
MATERIAL = EventChange("status rose", (FIELD,), is_material=True)
SILENT = EventChange("a mediator", (FieldChange("mediators", [], ["US"]),))
NOTHING = EventChange("one more article")


@pytest.fixture
def claim(database: Database) -> Claim:
    article = NewArticle(url="https://outlet.example/1", url_key="outlet.example/1", text="People were freed.")
    with database.begin() as session:
        stored = store_article(session, article, NOON)
    return Claim(stored.id, article.url, None, None, "en", NOON, MENTION, "first")


def make_event(session: Session, claim: Claim, facts: EventFacts = FACTS, *, may_alert: bool = True) -> int:
    event_id = start_event(session, facts, claim, NOON)
    add_mention(session, NewMention(claim, 1, event_id, {"why": "no such event yet"}), NOON)
    save_event(session, EventUpdate(event_id, facts, MATERIAL, claim.article, NOON, may_alert), NOON)
    return event_id


def waits(session: Session, event_id: int) -> bool:
    row = session.get_one(EventRow, event_id)
    return row.announced_revision < row.revision


@pytest.mark.parametrize(
    ("steps", "waiting", "baseline"),
    [
        ([(True, MATERIAL)], True, False),
        ([(False, MATERIAL)], False, True),
        ([(False, MATERIAL), (True, SILENT)], False, False),
        ([(False, MATERIAL), (True, MATERIAL)], True, False),
        ([(True, MATERIAL), (True, SILENT)], True, False),
        ([(True, MATERIAL), (False, MATERIAL)], True, False),
        ([(True, SILENT)], False, False),
        ([(False, MATERIAL), (True, NOTHING)], False, False),
        ([(True, MATERIAL), (True, NOTHING)], True, False),
    ],
)
def test_what_waits_to_be_announced(
    database: Database, claim: Claim, steps: list[tuple[bool, EventChange]], waiting: bool, baseline: bool
) -> None:
    with database.begin() as session:
        event_id = start_event(session, FACTS, claim, NOON)
        for may_alert, change in steps:
            save_event(session, EventUpdate(event_id, FACTS, change, claim.article, NOON, may_alert), NOON)
        assert waits(session, event_id) is waiting
        assert session.get_one(EventRow, event_id).is_baseline is baseline


def test_every_revision_keeps_what_changed_and_the_state_then(database: Database, claim: Claim) -> None:
    confirmed = replace(FACTS, status=Status.CONFIRMED)
    with database.begin() as session:
        event_id = make_event(session, claim)
        assert save_event(session, EventUpdate(event_id, confirmed, MATERIAL, claim.article, NOON, True), NOON) == 2
    with database.read() as session:
        history = session.scalars(select(EventChangeRow).order_by(EventChangeRow.revision)).all()
        assert [(row.revision, row.facts["status"]) for row in history] == [(1, "reported"), (2, "confirmed")]
        event = get_event(session, event_id)
    assert event is not None
    assert (event.revision, event.facts) == (2, confirmed)


def test_one_more_article_that_tells_the_same_is_no_revision(database: Database, claim: Claim) -> None:
    with database.begin() as session:
        event_id = make_event(session, claim)
        later = datetime(2025, 9, 11, 13, tzinfo=UTC)
        update = EventUpdate(event_id, replace(FACTS, roots=("BelTA",)), NOTHING, claim.article, NOON, may_alert=True)
        assert save_event(session, update, later) == 1
    with database.read() as session:
        event = get_event(session, event_id)
        assert session.scalar(select(func.count()).select_from(EventChangeRow)) == 1
    assert event is not None
    assert (event.revision, event.facts.roots, event.updated) == (1, ("BelTA",), later)


def test_a_mention_makes_its_page_evidence(database: Database, claim: Claim) -> None:
    page = PageRow(
        outlet="o",
        url="u",
        final_url="u",
        url_key="u",
        status=200,
        headers={},
        body=b"<p>",
        sha256="0" * 64,
        fetched_at=NOON,
    )
    with database.begin() as session:
        session.add(page)
        session.flush()
        session.get_one(ArticleRow, claim.article).page_id = page.id
        add_mention(session, NewMention(claim, 1, None, {}), NOON)
    with database.read() as session:
        found = session.scalars(select(PageRow)).one()
        assert (found.is_evidence, found.body) == (True, b"<p>")


def test_relating_events_twice_or_backwards_changes_nothing(database: Database, claim: Claim) -> None:
    with database.begin() as session:
        one, two = make_event(session, claim), make_event(session, claim)
        for pair in ((one, two), (two, one), (one, two)):
            relate_events(session, *pair, "steps of one deal")
    with database.read() as session:
        assert {event.id: event.related for event in list_events(session)} == {one: (two,), two: (one,)}


def test_a_reading_that_fails_leaves_no_half_event(database: Database, claim: Claim) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as session:  # noqa: PT012 (the point is what was begun)
        make_event(session, claim)
        raise ZeroDivisionError
    with database.read() as session:
        assert list_events(session) == []
        assert session.scalar(select(func.count()).select_from(MentionRow)) == 0

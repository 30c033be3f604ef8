"""What people ask: events and articles, as the contract writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from db import Database, Session
from db.articles import NewArticle, claim_unread, finish_reading, store_article
from db.claims import Claim, Role
from db.events import EventUpdate, NewMention, add_mention, save_event, start_event
from db.facts import (
    Analysis,
    ClaimSource,
    CountRole,
    Decision,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Mention,
    Modality,
    Polarity,
    Precision,
    Status,
)
from db.leases import LeaseRequest
from db.models import EventRow
from db.queries import get_article, get_event, list_articles, list_events
from db.views import article_json, event_json, utc

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
DAY = date(2025, 9, 11)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, DAY, Precision.DAY, roots=("BelTA",))
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", DAY)


def tell(session: Session, number: int, published_at: datetime | None, role: Role = "report") -> Claim:
    url = f"https://outlet.example/{number}"
    article = NewArticle(url=url, url_key=url, text=f"Text {number}", title="T", outlet="o", published_at=published_at)
    stored = store_article(session, article, NOON)
    return Claim(stored.id, url, "o", None, "en", published_at, MENTION, role)


def make(session: Session, claims: list[Claim], facts: EventFacts = FACTS) -> int:
    event_id = start_event(session, facts, claims[0], NOON)
    for claim in claims:
        add_mention(session, NewMention(claim, 1, event_id, {}), NOON)
    change = EventChange("new", is_material=True)
    save_event(session, EventUpdate(event_id, facts, change, claims[0].article, claims[0].published_at, True), NOON)
    return event_id


def test_the_newest_event_comes_first_and_an_undated_one_by_its_first_report(database: Database) -> None:
    with database.begin() as session:
        old = make(session, [tell(session, 1, NOON)], replace(FACTS, event_date=date(2025, 6, 21)))
        new = make(session, [tell(session, 2, NOON)], replace(FACTS, event_date=date(2025, 12, 13)))
        undated = make(session, [tell(session, 3, NOON)], replace(FACTS, event_date=None))
    with database.read() as session:
        assert [event.id for event in list_events(session)] == [new, undated, old]
        assert [event.id for event in list_events(session, limit=1)] == [new]


def test_merged_and_half_made_events_are_not_shown(database: Database) -> None:
    with database.begin() as session:
        claim = tell(session, 1, NOON)
        shown, merged = make(session, [claim]), make(session, [claim])
        session.get_one(EventRow, merged).merged_into = shown
        half = start_event(session, FACTS, claim, NOON)
    with database.read() as session:
        assert [event.id for event in list_events(session)] == [shown]
        assert get_event(session, half) is None
        assert get_event(session, 999) is None


def test_the_articles_of_an_event_stand_once_in_order_of_publication(database: Database) -> None:
    with database.begin() as session:
        undated, late = tell(session, 1, None), tell(session, 2, NOON)
        early = tell(session, 3, NOON - timedelta(hours=2), "first")
        event_id = make(session, [undated, late, early, late])
    with database.read() as session:
        event = get_event(session, event_id)
    assert event is not None
    assert [article.id for article in event.articles] == [early.article, late.article, undated.article]
    assert [article.role for article in event.articles] == ["first", "report", "report"]


def test_an_event_as_the_contract_writes_it(database: Database) -> None:
    source = ClaimSource(7, "52 people", "o")
    facts = replace(FACTS, counts=(EventCount(CountRole.RELEASED, 52, sources=(source,)),), nationalities={"LT": 6})
    with database.begin() as session:
        event_id = make(session, [tell(session, 1, NOON)], facts)
        article = list_articles(session)[0].id
    with database.read() as session:
        event = get_event(session, event_id)
    assert event is not None
    written = event_json(event, "Belarus frees 52 prisoners")
    assert written["counts"][0] | {"sources": None} == {
        "role": "released",
        "value": 52,
        "value_max": None,
        "qualifier": "exact",
        "nationality": None,
        "of_count": None,
        "counter": None,
        "as_of": None,
        "sources": None,
    }
    assert written["counts"][0]["sources"][0]["article"] == 7
    assert written["articles"] == [
        {
            "id": article,
            "url": "https://outlet.example/1",
            "outlet": "o",
            "language": None,
            "published": "2025-09-11T12:00:00Z",
            "role": "report",
        }
    ]
    rest = {key: written[key] for key in written.keys() - {"counts", "articles"}}
    assert rest == {
        "id": event_id,
        "kind": "release",
        "status": "reported",
        "polarity": "positive",
        "revision": 1,
        "title": "Belarus frees 52 prisoners",
        "event_date": "2025-09-11",
        "date_precision": "day",
        "first_seen": "2025-09-11T12:00:00Z",
        "updated": "2025-09-11T12:00:00Z",
        "nationalities": {"LT": 6},
        "people": [],
        "negotiators": [],
        "mediators": [],
        "transit": [],
        "concessions": [],
        "roots": ["BelTA"],
        "independent_sources": 1,
        "conflicts": [],
        "related": [],
        "mark": None,
        "split_from": None,
        "same_as": None,
    }


def test_an_article_as_the_contract_writes_it(database: Database) -> None:
    with database.begin() as session:
        claim = tell(session, 1, NOON)
        event_id = make(session, [claim])
        [unread] = claim_unread(session, LeaseRequest("r", NOON, NOON + timedelta(minutes=5), 10))
        analysis = Analysis("uk", (Kind.RELEASE,), Decision.EVENT, "completed release in title", (MENTION,))
        assert finish_reading(session, unread, analysis, NOON)
    with database.read() as session:
        view = get_article(session, claim.article)
        [listed] = list_articles(session)
    assert view is not None
    short = article_json(listed)
    assert short == {
        "id": claim.article,
        "url": claim.url,
        "outlet": "o",
        "language": "uk",
        "title": "T",
        "published": "2025-09-11T12:00:00Z",
        "fetched": None,
        "decision": "event",
        "kinds": ["release"],
        "events": [event_id],
        "copy_of": None,
        "copy_reason": None,
    }
    whole = article_json(view, whole=True)
    assert list(whole)[len(short) :] == [
        "text", "analysis", "revisions", "author", "canonical_url", "published_precision", "first_seen", "copy_of_url",
        "event_marks",
    ]  # fmt: skip
    assert whole["analysis"]["reason"] == "completed release in title"


def test_what_is_not_there_is_none(database: Database) -> None:
    with database.read() as session:
        assert get_article(session, 1) is None
        assert list_articles(session) == []
        assert list_events(session) == []


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (NOON, "2025-09-11T12:00:00Z"),
        (NOON.replace(microsecond=999_999), "2025-09-11T12:00:00Z"),
        (DAY, "2025-09-11"),
        (None, None),
    ],
)
def test_times_are_written_in_utc_to_the_second(moment: datetime | date | None, written: str | None) -> None:
    assert utc(moment) == written

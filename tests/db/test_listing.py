"""Lists in pieces: by a filter, after a place; nothing twice and nothing missing while rows arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event as events_of

from db import Database, Session
from db.articles import NewArticle, claim_unread, finish_reading, store_article
from db.claims import Claim
from db.events import EventUpdate, NewMention, add_mention, save_event, start_event
from db.facts import (
    Analysis,
    CountRole,
    Decision,
    EventChange,
    EventCount,
    EventFacts,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Status,
)
from db.leases import LeaseRequest
from db.models import AlertRow, DeliveryAttemptRow, DeliveryRow, DestinationRow, EventRow
from db.outbox import list_alerts
from db.outlets import list_outlets
from db.people import list_namings, people_version
from db.queries import (
    ArticleFilter,
    DeliveryFilter,
    EventFilter,
    articles_after,
    deliveries_after,
    events_after,
    get_delivery,
    list_articles,
    list_events,
    named_in_events,
    place_of,
    stamps_after,
    stored_stats,
    stream_articles,
    stream_events,
)
from db.silences import Holds, Hush, add_silence

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
DAY = date(2025, 9, 11)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, DAY)
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", DAY)


def store(session: Session, number: int, **known: Any) -> int:
    url = f"https://outlet.example/{number}"
    given = {"title": "T", "outlet": "o", "language": "en", "published_at": NOON, **known}
    return store_article(session, NewArticle(url=url, url_key=url, text=f"Text {number}", **given), NOON).id


def make(session: Session, number: int, facts: EventFacts) -> int:
    claim = Claim(store(session, number), f"https://outlet.example/{number}", "o", None, "en", NOON, MENTION)
    event_id = start_event(session, facts, claim, NOON)
    add_mention(session, NewMention(claim, 1, event_id, {}), NOON)
    change = EventChange("new", is_material=True)
    save_event(session, EventUpdate(event_id, facts, change, claim.article, NOON, True), NOON)
    return event_id


def released(number: int, most: int | None = None) -> tuple[EventCount, ...]:
    return (EventCount(CountRole.HELD, 1100), EventCount(CountRole.RELEASED, number, most))


@contextmanager
def counted(database: Database) -> Iterator[Callable[[], int]]:
    """Count the questions that are asked of the database."""
    asked: list[str] = []

    def note(*values: Any) -> None:
        asked.append(values[2])

    events_of.listen(database.engine, "before_cursor_execute", note)
    yield lambda: len(asked)
    events_of.remove(database.engine, "before_cursor_execute", note)


def test_pieces_of_events_are_the_whole_list_also_while_others_arrive(database: Database) -> None:
    with database.begin() as session:
        days = [DAY, DAY, None, DAY - timedelta(days=1), DAY + timedelta(days=1), DAY, DAY]
        made = [make(session, number, replace(FACTS, event_date=day)) for number, day in enumerate(days)]
        order = [view.id for view in list_events(session)]
    assert order == [made[4], made[6], made[5], made[2], made[1], made[0], made[3]]
    found, after = [], None
    for number in range(4):
        with database.begin() as session:
            views = events_after(session, EventFilter(), after, 2)
            make(session, 100 + number, replace(FACTS, event_date=DAY + timedelta(days=9)))
        found += [view.id for view in views]
        after = place_of(views[-1])
    assert found == order
    with database.read() as session:
        assert [view.id for view in stream_events(session, oldest_first=True)][:7] == order[::-1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EventFilter(), [4, 3, 2, 1]),
        (EventFilter(kind="negotiation"), [3]),
        (EventFilter(status="confirmed"), [2]),
        (EventFilter(polarity="negative"), [3]),
        (EventFilter(since=date(2025, 9, 12)), [4, 3]),
        (EventFilter(until=date(2025, 9, 11)), [2, 1]),
        (EventFilter(since=date(2025, 9, 11), until=date(2025, 9, 11)), [2]),
        (EventFilter(nationality="LT"), [2]),
        (EventFilter(nationality="PL"), []),
        (EventFilter(released=52), [4, 2]),
        (EventFilter(released=53), [4]),
        (EventFilter(released=61), []),
        (EventFilter(among=frozenset({1, 3})), [3, 1]),
        (EventFilter(among=frozenset()), []),
        (EventFilter(kind="release", released=52, nationality="LT"), [2]),
    ],
)
def test_events_by_filter(database: Database, wanted: EventFilter, expected: list[int]) -> None:
    talks = replace(FACTS, kind=Kind.NEGOTIATION, polarity=Polarity.NEGATIVE, event_date=date(2025, 9, 12))
    told = [
        replace(FACTS, event_date=date(2025, 6, 21), counts=released(14)),
        replace(FACTS, status=Status.CONFIRMED, counts=released(52), nationalities={"LT": 6}),
        talks,
        replace(FACTS, event_date=date(2025, 12, 13), counts=released(50, 60)),
    ]
    with database.begin() as session:
        numbers = {make(session, number, facts): number for number, facts in enumerate(told, 1)}
        merged = make(session, 9, replace(FACTS, counts=released(99)))
        session.get_one(EventRow, merged).merged_into = min(numbers)
    if wanted.among is not None:
        wanted = replace(wanted, among=frozenset(number for number in numbers if numbers[number] in wanted.among))
    with database.read() as session:
        assert [numbers[view.id] for view in events_after(session, wanted, None, 10)] == expected


def test_names_are_told_with_their_events(database: Database) -> None:
    people = (Person("Ivan Pavlov", Outcome.FREED), Person("Іна Паўлава", Outcome.FREED))
    with database.begin() as session:
        first, second = make(session, 1, replace(FACTS, people=people)), make(session, 2, FACTS)
        third = make(session, 3, replace(FACTS, people=people[:1]))
    with database.read() as session:
        told = sorted(named_in_events(session))
    assert told == [(first, "Ivan Pavlov"), (first, "Іна Паўлава"), (third, "Ivan Pavlov")]
    assert second not in dict(told)


def read_as(session: Session, kinds: dict[int, Kind]) -> None:
    """Let articles be read: those named tell of an event of a kind, the others of nothing."""
    for unread in claim_unread(session, LeaseRequest("r", NOON, NOON + timedelta(minutes=5), 99)):
        kind = kinds.get(unread.id)
        decision = Decision.EVENT if kind else Decision.NONE
        analysis = Analysis("en", (kind,) if kind else (), decision, "said so", (MENTION,) if kind else ())
        if kind is not None:
            claim = Claim(unread.id, unread.url, "o", None, "en", NOON, replace(MENTION, kind=kind))
            add_mention(session, NewMention(claim, 1, None, {}), NOON)
        assert finish_reading(session, unread, analysis, NOON)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ArticleFilter(), [6, 5, 4, 3, 2, 1]),
        (ArticleFilter(outlet="o"), [6, 4, 3, 1]),
        (ArticleFilter(language="uk"), [2]),
        (ArticleFilter(decision="event"), [4, 1]),
        (ArticleFilter(kind="release"), [1]),
        (ArticleFilter(kind="negotiation", outlet="o"), [4]),
        (ArticleFilter(since=NOON - timedelta(hours=1)), [6, 5, 4, 2, 1]),
        (ArticleFilter(since=NOON), [6, 4, 2, 1]),
        (ArticleFilter(before=NOON), [5]),
        (ArticleFilter(before=NOON + timedelta(seconds=1), outlet="o"), [6, 4, 1]),
        (ArticleFilter(outlet="nobody"), []),
    ],
)
def test_articles_by_filter(database: Database, wanted: ArticleFilter, expected: list[int]) -> None:
    given: dict[int, dict[str, Any]] = {
        2: {"outlet": "p", "language": "uk"},
        3: {"published_at": None},
        5: {"outlet": "p", "published_at": NOON - timedelta(hours=1)},
    }
    with database.begin() as session:
        numbers = {store(session, number, **given.get(number, {})): number for number in range(1, 7)}
        by_number = {number: article for article, number in numbers.items()}
        read_as(session, {by_number[1]: Kind.RELEASE, by_number[4]: Kind.NEGOTIATION})
    with database.read() as session:
        views = articles_after(session, wanted, None, 10)
        assert [numbers[view.id] for view in views] == expected
        assert [view.id for view in articles_after(session, wanted, None, 1)] == [view.id for view in views[:1]]


def test_pieces_of_articles_are_the_whole_list_also_while_others_arrive(database: Database) -> None:
    with database.begin() as session:
        stored = [store(session, number) for number in range(7)]
    found, after = [], None
    for number in range(4):
        with database.begin() as session:
            views = articles_after(session, ArticleFilter(), after, 2)
            store(session, 100 + number)
        found += [view.id for view in views]
        after = views[-1].id
    assert found == stored[::-1]


def test_an_export_streams_every_article_whole_the_oldest_first(database: Database) -> None:
    with database.begin() as session:
        stored = [store(session, number) for number in range(405)]  # more than two pieces
    with database.read() as session:
        whole = list(stream_articles(session, whole=True, oldest_first=True))
    assert [view.id for view in whole] == stored
    assert whole[404].text == "Text 404"


def test_a_list_asks_as_little_of_many_as_of_few(database: Database) -> None:
    with database.begin() as session:
        for number in range(12):
            make(session, number, FACTS)
        fill_outbox(session, 12)
    holds = Holds(NOON, {"desk": NOON})
    lists: list[Callable[[Session, int], Any]] = [
        lambda session, limit: events_after(session, EventFilter(), None, limit),
        lambda session, limit: articles_after(session, ArticleFilter(), None, limit),
        lambda session, limit: deliveries_after(session, DeliveryFilter(), None, limit, holds),
        lambda session, limit: list_alerts(session, limit=limit, holds=holds),
    ]
    for ask in lists:
        asked = []
        for limit in (1, 12):
            with counted(database) as count, database.read() as session:
                assert len(ask(session, limit)) == limit
                asked.append(count())
        assert asked[0] == asked[1] <= 6  # the BEGIN among them


def fill_outbox(session: Session, number: int) -> list[int]:
    """Store alerts of the first event, each with a delivery to the desk and each other one with one to the press."""
    (event,) = [view.id for view in list_events(session, limit=1)]
    places = [DestinationRow(name=name, channel="console", since=NOON) for name in ("desk", "press")]
    session.add_all(places)
    session.flush()
    made = []
    for revision in range(1, number + 1):
        alert = AlertRow(event_id=event, revision=revision, type="updated", reason="r", change={}, created_at=NOON)
        session.add(alert)
        session.flush()
        state = "sent" if revision == 1 else "pending"
        made.extend(deliver(session, alert, place, state) for place in places[: 1 + revision % 2])
    return made


def deliver(session: Session, alert: AlertRow, place: DestinationRow, state: str) -> int:
    row = DeliveryRow(
        alert_id=alert.id,
        destination_id=place.id,
        event_id=alert.event_id,
        revision=alert.revision,
        type="updated",
        key=f"{place.name}-{alert.id}",
        state=state,
        is_urgent=False,
        next_attempt_at=NOON,
        created_at=NOON,
    )
    session.add(row)
    session.flush()
    attempt = DeliveryAttemptRow(delivery_id=row.id, at=NOON, outcome="retry", milliseconds=1, bytes=2)
    session.add(attempt)
    session.flush()
    return row.id


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (DeliveryFilter(), [5, 4, 3, 2, 1]),
        (DeliveryFilter(state="sent"), [2, 1]),
        (DeliveryFilter(state="pending"), [5, 4, 3]),
        (DeliveryFilter(state="held"), [4, 3]),
        (DeliveryFilter(destination="press"), [5, 2]),
        (DeliveryFilter(destination="press", state="sent"), [2]),
        (DeliveryFilter(destination="nobody"), []),
        (DeliveryFilter(event=1), [5, 4, 3, 2, 1]),
        (DeliveryFilter(event=2), []),
    ],
)
def test_deliveries_by_filter(database: Database, wanted: DeliveryFilter, expected: list[int]) -> None:
    with database.begin() as session:
        event = make(session, 1, FACTS)
        made = dict(enumerate(fill_outbox(session, 3), 1))
        numbers = {delivery: number for number, delivery in made.items()}
    wanted = replace(wanted, event=event if wanted.event == 1 else wanted.event and event + 1)
    later = NOON + timedelta(hours=8)
    with database.read() as session:
        holds = Holds(NOON, {"desk": later})
        views = deliveries_after(session, wanted, None, 9, holds)
        assert [numbers[view.id] for view in views] == expected
        rest = deliveries_after(session, wanted, views[0].id, 9, holds) if views else []
        assert [view.id for view in rest] == [view.id for view in views[1:]]
        for view in views:
            assert get_delivery(session, view.id, holds) == view
            is_quiet = view.destination == "desk" and view.state == "pending"
            assert (view.held_by, view.held_until) == (("quiet", later) if is_quiet else (None, None))
            assert (view.attempts, view.event, view.created_at) == (1, event, NOON)


def test_a_silence_holds_more_than_quiet_hours_and_the_longest_counts(database: Database) -> None:
    until = NOON + timedelta(days=2)
    with database.begin() as session:
        event = make(session, 1, FACTS)
        fill_outbox(session, 3)
        for hours in (1, 48):
            add_silence(session, Hush(event, None, NOON + timedelta(hours=hours), "anna"), NOON)
    with database.read() as session:
        views = deliveries_after(session, DeliveryFilter(state="pending"), None, 9, Holds(NOON, {"desk": NOON}))
        assert {(view.held_by, view.held_until) for view in views} == {("silence", until)}
        assert {view.held_by for view in deliveries_after(session, DeliveryFilter(), None, 9)} == {None}
        assert get_delivery(session, 999) is None


def test_all_articles_are_listed_as_they_came(database: Database) -> None:
    with database.begin() as session:
        stored = [store(session, number) for number in range(201)]  # more than a piece
    with database.read() as session:
        assert [view.id for view in list_articles(session)] == stored[::-1]
        assert [view.id for view in list_articles(session, limit=2)] == stored[:-3:-1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: events_after(session, EventFilter(), None, 2),
        lambda session: events_after(session, EventFilter(since=DAY, nationality="LT", released=2), None, 2),
        lambda session: articles_after(session, ArticleFilter(), 9, 2),
        lambda session: articles_after(session, ArticleFilter(outlet="o", decision="event"), None, 2),
        lambda session: articles_after(session, ArticleFilter(language="uk", since=NOON, before=NOON), None, 2),
        lambda session: articles_after(session, ArticleFilter(kind="release"), None, 2),
        lambda session: deliveries_after(session, DeliveryFilter(state="dead"), None, 2, Holds(NOON)),
        lambda session: deliveries_after(session, DeliveryFilter(destination="desk"), None, 2, Holds(NOON)),
        lambda session: deliveries_after(session, DeliveryFilter(event=1), None, 2, Holds(NOON)),
        lambda session: stamps_after(session, EventFilter(), None, 2),
        lambda session: stamps_after(session, EventFilter(), None, None),
        lambda session: list_namings(session, among=[1, 2]),
        stored_stats,
        people_version,
        list_outlets,
    ],
)
def test_no_list_reads_a_whole_table(
    sqlite_database: Database, plans_of: Callable[[Callable[[Session], Any]], str], ask: Callable[[Session], Any]
) -> None:
    with sqlite_database.begin() as session:
        for number in range(3):
            make(session, number, FACTS)
        fill_outbox(session, 3)
    told = plans_of(ask).splitlines()
    scanned = [line for line in told if line.startswith("SCAN") and " USING " not in line]
    small = ("SCAN silences", "SCAN watches", "SCAN outlets")  # what a person keeps by hand; the catalogue, read once
    scanned = [line for line in scanned if line not in small]
    assert told
    assert scanned == []

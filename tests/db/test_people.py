"""Who is named in which event, and who is watched, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from db import Database, Session
from db.articles import NewArticle, store_article
from db.events import Claim, EventUpdate, NewMention, add_mention, save_event, start_event
from db.facts import (
    EventChange,
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
from db.models import EventRow
from db.people import Naming, list_namings, list_watches, unwatch, watch

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
IVAN = Person("Ivan Pavlov", Outcome.FREED)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, date(2025, 9, 11), people=(IVAN,))
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")


def tell(session: Session, number: int, name: str, quote: str) -> Claim:
    url = f"https://outlet.example/{number}"
    stored = store_article(session, NewArticle(url=url, url_key=url, text=f"Text {number}.", published_at=NOON), NOON)
    evidence = (Evidence("people[0]", "be.people.listed", 0, len(quote), quote),) if quote else ()
    mention = replace(MENTION, people=(Person(name, Outcome.FREED),), evidence=evidence)
    return Claim(stored.id, url, None, None, "be", NOON, mention)


def make(session: Session, claims: list[Claim], facts: EventFacts = FACTS) -> int:
    event_id = start_event(session, facts, claims[0], NOON)
    for claim in claims:
        add_mention(session, NewMention(claim, 1, event_id, {}), NOON)
    change = EventChange("new", is_material=True)
    save_event(session, EventUpdate(event_id, facts, change, claims[0].article, NOON, True), NOON)
    return event_id


def test_an_event_tells_who_it_names_and_how_its_articles_spell_them(database: Database) -> None:
    with database.begin() as session:
        claims = [tell(session, 1, "Іван Паўлаў", "Івана\nПаўлава"), tell(session, 2, "Ivan Pavlov", "")]
        older = make(session, claims, replace(FACTS, event_date=date(2025, 6, 21)))
        undated = make(session, [tell(session, 3, "Ivan Pavlov", "Pavlov")], replace(FACTS, event_date=None))
        make(session, [tell(session, 4, "Ivan Pavlov", "Pavlov")], replace(FACTS, people=()))
        merged = make(session, [tell(session, 5, "Ivan Pavlov", "Pavlov")])
        session.get_one(EventRow, merged).merged_into = older
    with database.read() as session:
        namings = list_namings(session)
    assert [naming.event for naming in namings] == [undated, older]
    spellings = (("Іван Паўлаў", "Івана Паўлава"), ("Ivan Pavlov", "Ivan Pavlov"))
    assert namings[1] == Naming(older, Kind.RELEASE, Status.REPORTED, date(2025, 6, 21), (IVAN,), spellings)
    assert namings[0].day == NOON.date()


def test_a_name_is_watched_once_until_it_is_not(database: Database) -> None:
    with database.begin() as session:
        assert watch(session, "Ігар Лосік", NOON + timedelta(hours=1))
        assert watch(session, "Ivan Pavlov", NOON)
        assert not watch(session, "Ivan Pavlov", NOON + timedelta(hours=2))
    with database.begin() as session:
        assert list_watches(session) == ["Ivan Pavlov", "Ігар Лосік"]
        assert unwatch(session, "Ivan Pavlov")
        assert not unwatch(session, "Ivan Pavlov")
    with database.read() as session:
        assert list_watches(session) == ["Ігар Лосік"]

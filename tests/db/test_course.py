"""How an event came to be as it is, and what people said of it, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from db import Database, Session
from db.announcing import NewAlert, add_alert, mark_announced
from db.articles import Alerting, NewArticle, store_article
from db.claims import Claim, follow_ups_of
from db.course import course_of
from db.events import EventUpdate, NewMention, add_mention, save_event, start_event
from db.facts import EventChange, EventFacts, FieldChange, Kind, Mention, Modality, Polarity, Status
from db.marks import MERGE, SPLIT, Said, add_word, words_on

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
FACTS = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, date(2025, 9, 11))
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")
NEW = EventChange("new event", is_material=True)
TO_CONFIRMED = EventChange("status", (FieldChange("status", "reported", "confirmed"),), is_material=True)


def tell(session: Session, number: int, language: str, alerting: Alerting, minutes: int = 0) -> Claim:
    url = f"https://outlet.example/{number}"
    article = NewArticle(url, url, f"Text {number}.", language=language, alerting=alerting)
    stored = store_article(session, article, NOON + timedelta(minutes=minutes))
    return Claim(stored.id, url, None, None, language, NOON, MENTION, "first")


def make(session: Session, number: int = 1, alerting: Alerting = "normal") -> int:
    claim = tell(session, number, "uk", alerting)
    event = start_event(session, FACTS, claim, NOON)
    add_mention(session, NewMention(claim, 1, event, {}), NOON)
    save_event(session, EventUpdate(event, FACTS, NEW, claim.article, NOON, alerting != "silent"), NOON)
    return event


def confirm(session: Session, event: int, article: int | None, minutes: int) -> None:
    facts = replace(FACTS, status=Status.CONFIRMED)
    update = EventUpdate(event, facts, TO_CONFIRMED, article, NOON, True)
    save_event(session, update, NOON + timedelta(minutes=minutes))


def test_a_course_tells_each_revision_with_the_languages_known_by_then(database: Database) -> None:
    with database.begin() as session:
        event = make(session, alerting="silent")
        claim = tell(session, 2, "lt", "forced", minutes=5)
        add_mention(session, NewMention(claim, 1, event, {}), NOON)
        confirm(session, event, claim.article, 5)
        course = course_of(session, event)
    assert course is not None
    assert (course.first_published_at, course.first_seen_at, course.is_waiting) == (NOON, NOON, True)
    first, second = course.turns
    assert (first.revision, first.alerting, first.facts.status, first.languages) == (1, "silent", "reported", {"uk"})
    assert (second.revision, second.alerting, second.at) == (2, "forced", NOON + timedelta(minutes=5))
    assert (second.languages, second.change, second.facts.status) == ({"uk", "lt"}, TO_CONFIRMED, Status.CONFIRMED)


def test_a_word_on_an_event_counts_only_where_somebody_was_told(database: Database) -> None:
    with database.begin() as session:
        event = make(session)
        confirm(session, event, None, 5)
        silent = course_of(session, event)
        add_alert(session, NewAlert(event, 1, "created", NEW), NOON)
        mark_announced(session, event, 2)
        told = course_of(session, event)
    assert silent is not None
    assert told is not None
    assert ([one.revision for one in silent.turns], silent.is_waiting) == ([1], True)
    assert ([one.revision for one in told.turns], told.is_waiting) == ([1, 2], False)


def test_no_event_has_no_course(database: Database) -> None:
    with database.read() as session:
        assert course_of(session, 7) is None


def test_words_on_an_event_are_those_on_what_it_was_split_from_or_merged_with_too(database: Database) -> None:
    with database.begin() as session:
        one, two, three = (make(session, number) for number in (1, 2, 3))
        add_word(session, one, Said("false", "anna", "taken back", NOON))
        add_word(session, two, Said(SPLIT, "bob", "", NOON + timedelta(minutes=1), {"from": one, "articles": [4]}))
        add_word(session, two, Said(MERGE, "bob", "", NOON + timedelta(minutes=2), {"events": [two, three]}))
        told = {event: [(said.what, said.by) for said in words_on(session, event)] for event in (one, two, three)}
        [split] = words_on(session, one)[1:]
    assert told == {
        one: [("false", "anna"), (SPLIT, "bob")],
        two: [(SPLIT, "bob"), (MERGE, "bob")],
        three: [(MERGE, "bob")],
    }
    assert split.details == {"from": one, "articles": [4], "event": two}


def test_the_related_mentions_of_an_article_are_found_with_their_keys(database: Database) -> None:
    with database.begin() as session:
        claim = tell(session, 1, "uk", "normal")
        related = replace(claim, mention=replace(MENTION, kind=Kind.RELATED), role="follow-up")
        add_mention(session, NewMention(related, 1, None, {}, frozenset({"release:52"})), NOON)
        [found] = follow_ups_of(session, claim.article)
        assert follow_ups_of(session, claim.article + 1) == []
    assert (found.event, found.keys, found.claim.mention.kind) == (None, {"release:52"}, Kind.RELATED)

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from db import Database
from db.opinions import StoredOpinions, count_opinions, find_opinions, store_opinion

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
KEY, OTHER = "a" * 64, "b" * 64


def test_an_answer_is_found_under_its_key_and_under_no_other(database: Database) -> None:
    answer = {"decision": "related", "kinds": [], "why": "«інтерв’ю» 🎤"}
    with database.begin() as session:
        store_opinion(session, KEY, answer, NOON)
    with database.read() as session:
        assert find_opinions(session, [KEY, OTHER]) == {KEY: answer}
        assert find_opinions(session, []) == {}


def test_the_newer_answer_to_a_question_takes_the_place_of_the_older(database: Database) -> None:
    with database.begin() as session:
        store_opinion(session, KEY, {"decision": "none"}, NOON)
        store_opinion(session, KEY, {"decision": "related"}, NOON + timedelta(minutes=1))
    with database.read() as session:
        assert find_opinions(session, [KEY]) == {KEY: {"decision": "related"}}


def test_opinions_are_counted_with_the_time_of_the_newest(database: Database) -> None:
    with database.read() as session:
        assert count_opinions(session) == StoredOpinions(0, None)
    with database.begin() as session:
        store_opinion(session, KEY, {}, NOON)
        store_opinion(session, OTHER, {}, NOON + timedelta(hours=1))
    with database.read() as session:
        assert count_opinions(session) == StoredOpinions(2, NOON + timedelta(hours=1))

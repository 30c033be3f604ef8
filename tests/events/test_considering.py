"""What an article or an event was compared with: the events it is one with, the nearest it is not, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db import Database
from db.articles import NewArticle, store_article
from db.claims import Claim, Report
from db.facts import Count, CountRole, Mention
from db.marks import MERGE, SPLIT, Said
from db.queries import get_article
from events.considering import Considered, explain_match, explain_neighbours, runners_up
from events.gather import group_of
from events.marking import merge_events, split_event
from events.reading import read_new

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 14, tzinfo=UTC)
SOURCES = {14: "Reuters", 23: "BelTA", 9: "Rzeczpospolita"}


def freed(number: int, minutes: int = 0, day: str = "Tuesday", **known: Any) -> NewArticle:
    """An article on a release of `number` people, published so many minutes after noon."""
    url = f"https://outlet-{number}-{minutes}.example/1"
    text = f"Belarus released {number} political prisoners on {day}, {SOURCES.get(number, 'Viasna')} reported."
    bare = NewArticle(url, url, text, f"Belarus frees {number} political prisoners", f"outlet-{minutes}", "en")
    at = NOON + timedelta(minutes=minutes)
    return replace(bare, **{"published_at": at, "published_precision": "instant", **known})


def read(database: Database, *articles: NewArticle) -> None:
    for one in articles:
        with database.begin() as session:
            store_article(session, one, LATER)
        read_new(database, owner="reader", now=LATER)


def matched(database: Database, article: int) -> tuple[Considered, ...]:
    with database.read() as session:
        view = get_article(session, article)
        assert view is not None
        return explain_match(session, view)


def test_an_article_tells_what_it_joined_and_what_came_near(database: Database) -> None:
    read(database, freed(41), freed(14, 1500, "Wednesday"), freed(41, 9))
    home, other = matched(database, 3)
    assert (home.event, home.is_match, home.score >= 3) == (1, True, True)
    assert "the same number (41)" in home.reasons
    assert other == Considered(2, False, 2.5, ("1 day apart", "a wave may grow from 14 to 41"))


@pytest.fixture
def newsroom(sqlite_database: Database) -> Database:
    return sqlite_database


def test_the_first_article_of_an_event_says_so(newsroom: Database) -> None:
    read(newsroom, freed(41))
    assert matched(newsroom, 1) == (
        Considered(1, True, 0.0, ("it was the first to tell of it", "no event of this kind near this date")),
    )


def test_an_article_that_is_first_no_more_is_fitted_with_those_before_it(newsroom: Database) -> None:
    read(newsroom, freed(41, 9), freed(41))
    later, earlier = matched(newsroom, 1), matched(newsroom, 2)
    assert (later[0].event, later[0].score >= 3, "the same day" in later[0].reasons) == (1, True, True)
    assert (earlier[0].event, earlier[0].reasons) == (
        1,
        ("it was the first to tell of it", "no event of this kind near this date"),
    )


def test_what_a_person_put_apart_says_so(newsroom: Database) -> None:
    read(newsroom, freed(41), freed(41, 9))
    split_event(newsroom, 1, [2], Said(SPLIT, "anna", "another bus", NOON))
    home, other = matched(newsroom, 2)
    assert (home.event, home.is_match, home.reasons) == (
        2,
        True,
        ("it was the first to tell of it", "a person put it here"),
    )
    assert (other.event, other.is_match, other.reasons[-1]) == (1, False, "but a person put it into event 2")
    with newsroom.read() as session:
        [apart] = explain_neighbours(session, 1)
    assert (apart.event, apart.is_match, apart.reasons[-1]) == (2, False, "but a person keeps them apart")


def test_an_event_tells_the_two_nearest_of_its_kind(newsroom: Database) -> None:
    read(newsroom, freed(41), freed(14, 1500, "Wednesday"), freed(23, 2900, "Thursday"), freed(9, 4300, "Friday"))
    with newsroom.read() as session:
        near = explain_neighbours(session, 1)
        assert explain_neighbours(session, 99) == ()
    assert [(one.event, one.is_match) for one in near] == [(2, False), (3, False)]
    assert near[0].reasons == ("1 day apart", "a wave may grow from 14 to 41")


def test_an_event_that_is_part_of_another_has_no_neighbours(newsroom: Database) -> None:
    read(newsroom, freed(41), freed(14, 1500, "Wednesday"))
    assert merge_events(newsroom, 1, 2, Said(MERGE, "anna", "one bus", NOON)) == 1
    with newsroom.read() as session:
        assert (explain_neighbours(session, 2), explain_neighbours(session, 1)) == ((), ())


def test_a_related_article_says_why_it_follows_up_no_other_release(newsroom: Database) -> None:
    read(newsroom, freed(41), freed(41, 9))
    split_event(newsroom, 1, [2], Said(SPLIT, "anna", "another bus", LATER))
    recalls = "They are held, Viasna counts. Earlier, on 10 March, Belarus freed 41 political prisoners."
    read(newsroom, freed(0, 4300, title="1140 political prisoners are still in Belarus", text=recalls))
    home, other = matched(newsroom, 3)
    assert (home.is_match, home.reasons[0]) == (True, "the same day")
    assert other == Considered(3 - home.event, False, 0.0, ("another release is the nearer one",))


def test_a_copy_is_compared_with_nothing(newsroom: Database) -> None:
    text = " ".join(f"Belarus released 41 political prisoners on Tuesday, Viasna said in note {n}." for n in range(30))
    read(newsroom, freed(41, text=text), freed(14, 1500, "Wednesday"), freed(41, 9, text=text))
    assert matched(newsroom, 3) == (Considered(1, True, 0.0, ("it repeats another article",)),)


Make = Callable[..., Report]


@pytest.fixture
def report(release: Mention, claim_of: Callable[..., Claim]) -> Make:
    def report(number: int, event: int, count: int, **known: Any) -> Report:
        mention = replace(release, counts=(Count(CountRole.RELEASED, count),), **known)
        return Report(number, (claim_of(mention, number, number),), event)

    return report


def told(report: Report, *others: Report) -> list[Considered]:
    groups = {one.event: group_of([one]) for one in (report, *others) if one.event is not None}
    return runners_up(report, groups)


def test_runners_up_are_three_the_best_first(report: Make) -> None:
    others = [report(n, n, 3 * n, event_date=date(2025, 9, 11 - n)) for n in (1, 2, 3)]
    far = report(9, 9, 52, event_date=date(2025, 7, 1))
    found = told(report(5, 5, 52), far, *others)
    assert [one.event for one in found] == [1, 2, 3]
    assert told(report(5, 5, 52), far) == [Considered(9, False, 0.0, ("dates apart (2025-09-11, 2025-07-01)",))]


def test_a_report_that_fits_another_event_says_why_it_is_not_in_it(report: Make) -> None:
    ours = report(5, 5, 52)
    [found] = told(ours, report(6, 6, 52))
    assert (found.score >= 3, found.reasons[-1]) == (True, "but event 5 fits as well")
    [pinned] = told(replace(ours, pin=5), report(6, 6, 52))
    assert pinned.reasons[-1] == "but a person put it into event 5"


def test_a_text_without_a_date_cannot_tell_of_what_came_later(report: Make) -> None:
    undated = report(5, 5, 52, event_date=None, date_precision=None)
    early = replace(undated, claims=(replace(undated.first, seen_at=NOON - timedelta(days=400)),))
    assert told(early, report(6, 6, 52)) == [Considered(6, False, 0.0, ("the text was there before that day",))]

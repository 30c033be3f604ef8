"""What the timeline tells: where an event stands, in which lane, with which numbers; and how many are held. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alerts.wording import Number
from db.facts import (
    Concession,
    CountRole,
    EventCount,
    EventFacts,
    Kind,
    Polarity,
    Precision,
    Qualifier,
    Status,
    Step,
)
from db.held import HeldCount
from db.timeline import DatedEvent
from web.timeline import ActStep, Standing, held_of, placed_on, step_of, timeline_of, year_days
from web.timeline_json import timeline_json

DAY = date(2025, 9, 11)
TOLD = date(2025, 9, 12)
RELEASE = EventFacts(Kind.RELEASE, Status.CONFIRMED, Polarity.POSITIVE, DAY, Precision.DAY)
TALKS = replace(RELEASE, kind=Kind.NEGOTIATION)
R, P, L = CountRole.RELEASED, CountRole.PARDONED, CountRole.LEFT_COUNTRY
PLANNED, DEMANDED = CountRole.PLANNED, CountRole.DEMANDED


def count(role: CountRole, value: int | None, **known: Any) -> EventCount:
    return EventCount(role, value, **known)


@pytest.mark.parametrize(
    ("day", "precision", "stands"),
    [
        (DAY, Precision.DAY, DAY),
        (date(2025, 9, 8), Precision.WEEK, date(2025, 9, 11)),
        (date(2025, 7, 1), Precision.MONTH, date(2025, 7, 16)),
        (date(2024, 2, 1), Precision.MONTH, date(2024, 2, 15)),
        (None, None, TOLD),
    ],
)
def test_an_event_stands_at_its_day_in_the_middle_of_its_month_or_where_it_was_told(
    day: date | None, precision: Precision | None, stands: date
) -> None:
    assert placed_on(replace(RELEASE, event_date=day, date_precision=precision), TOLD) == stands


@pytest.mark.parametrize(
    ("counts", "released", "pardoned"),
    [
        ([], None, None),
        ([count(R, 52)], Number(52, 52), None),
        ([count(R, 52), count(R, 51), count(P, 52)], Number(51, 52), Number(52, 52)),
        ([count(P, 22), count(CountRole.POLITICAL, 20, of_count=22)], None, Number(22, 22)),
        ([count(L, 51)], Number(51, 51), None),
        ([count(R, 100, qualifier=Qualifier.AT_LEAST)], Number(100, 100, Qualifier.AT_LEAST), None),
        ([count(R, None, qualifier=Qualifier.VAGUE)], Number(None, qualifier=Qualifier.VAGUE), None),
        ([count(P, 31, nationality="UA")], None, Number(31, 31)),
        ([count(R, 6, nationality="LT"), count(R, 2, nationality="PL")], Number(8, 8, Qualifier.AT_LEAST), None),
        ([count(R, 52), count(R, 6, nationality="LT")], Number(52, 52), None),
        ([count(CountRole.SUBSET, 6, nationality="LT")], None, None),
    ],
)
def test_a_wave_has_the_numbers_that_are_told_of_it_and_no_others(
    counts: list[EventCount], released: Number | None, pardoned: Number | None
) -> None:
    (wave,) = _told(replace(RELEASE, counts=tuple(counts))).waves
    assert (wave.released, wave.pardoned) == (released, pardoned)


def _told(facts: EventFacts) -> Any:
    return timeline_of([DatedEvent(7, facts, TOLD)], [], "en")


def test_who_walked_out_goes_before_who_was_pardoned_and_no_number_is_none() -> None:
    both = _told(replace(RELEASE, counts=(count(P, 25), count(R, 14)))).waves[0]
    assert both.main == Number(14, 14)
    assert _told(replace(RELEASE, counts=(count(P, 25), count(R, None)))).waves[0].main == Number(25, 25)
    assert _told(RELEASE).waves[0].main is None


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (RELEASE, None),
        (replace(RELEASE, concessions=(Concession("potash", "US", Step.DISCUSSED),)), None),
        (replace(RELEASE, concessions=(Concession("potash", "US", Step.ANNOUNCED),)), ActStep.CONCESSION),
        (TALKS, ActStep.TALKS),
        (replace(TALKS, concessions=(Concession("banks", "US", Step.DEMANDED),)), ActStep.TALKS),
        (replace(TALKS, concessions=(Concession("banks", "US", Step.LEGALLY_EFFECTIVE),)), ActStep.CONCESSION),
        (replace(TALKS, counts=(count(DEMANDED, 1300),)), ActStep.DEMANDED),
        (replace(TALKS, counts=(count(DEMANDED, 1300), count(PLANNED, 50))), ActStep.TALKS),
        (replace(TALKS, counts=(count(PLANNED, 50),), status=Status.ANNOUNCED), ActStep.ANNOUNCED),
        (replace(TALKS, counts=(count(PLANNED, 100),), status=Status.RUMOURED), ActStep.TALKS),
        (replace(TALKS, counts=(count(DEMANDED, 9),), polarity=Polarity.NEGATIVE), ActStep.REFUSED),
    ],
)
def test_an_act_stands_in_the_lane_of_what_it_comes_to(facts: EventFacts, step: ActStep | None) -> None:
    assert step_of(facts) is step
    assert [act.step for act in _told(facts).acts] == ([step] if step else [])


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (Status.RUMOURED, Standing.RUMOURED),
        (Status.REPORTED, Standing.TOLD),
        (Status.ANNOUNCED, Standing.TOLD),
        (Status.CONFIRMED, Standing.TOLD),
        (Status.DENIED, Standing.DENIED),
        (Status.RETRACTED, Standing.DENIED),
        (Status.SUPERSEDED, Standing.DENIED),
    ],
)
def test_rumours_and_what_was_taken_back_stand_apart(status: Status, standing: Standing) -> None:
    assert _told(replace(RELEASE, status=status)).waves[0].standing is standing


def test_the_axis_reaches_over_whole_months_or_over_the_year_that_was_asked_for() -> None:
    events = [DatedEvent(1, replace(RELEASE, event_date=date(2024, 2, 20)), TOLD), DatedEvent(2, RELEASE, TOLD)]
    whole = timeline_of(events, [], "en")
    assert (whole.first, whole.last) == (date(2024, 2, 1), date(2025, 9, 30))
    year = timeline_of(events, [], "en", year_days(2025))
    assert (year.first, year.last, [one.event for one in year.waves]) == (date(2025, 1, 1), date(2025, 12, 31), [2])
    assert timeline_of([], [], "en").is_empty


def test_a_week_across_new_year_stands_in_one_year_alone() -> None:
    event = DatedEvent(1, replace(RELEASE, event_date=date(2024, 12, 30), date_precision=Precision.WEEK), TOLD)
    assert [len(timeline_of([event], [], "en", year_days(year)).waves) for year in (2024, 2025)] == [0, 1]


def held(day: int, value: int, *, is_own: bool = False, article: int = 1, **known: Any) -> HeldCount:
    qualifier = known.get("qualifier", Qualifier.EXACT)
    return HeldCount(date(2025, 1, day), value, qualifier, is_own, known.get("articles", 1), article)


@pytest.mark.parametrize(
    ("counts", "points"),
    [
        ([], []),
        ([held(1, 1226)], [(1226, 1226)]),
        ([held(1, 1200, qualifier=Qualifier.OVER), held(1, 1226)], [(1226, 1226)]),
        ([held(1, 1200), held(1, 1226)], [(1200, 1226)]),
        ([held(1, 1200), held(1, 1226, is_own=True)], [(1226, 1226)]),
        ([held(1, 1200, qualifier=Qualifier.OVER, is_own=True), held(1, 1226)], [(1200, 1200)]),
        ([held(1, 1226), held(2, 12), held(3, 1224)], [(1226, 1226), (1224, 1224)]),
        ([held(1, 1226), held(2, 12, is_own=True), held(3, 1224)], [(1226, 1226), (12, 12), (1224, 1224)]),
        ([held(1, 1226), held(2, 1224), held(3, 12)], [(1226, 1226), (1224, 1224)]),
        ([held(1, 1226), held(2, 400), held(3, 410)], [(1226, 1226), (400, 400), (410, 410)]),
        ([held(1, 50), held(2, 80), held(3, 150), held(4, 300)], [(50, 50), (80, 80), (150, 150), (300, 300)]),
    ],
)
def test_of_a_day_the_counters_own_exact_figure_is_believed_and_no_part_is_taken_for_the_whole(
    counts: list[HeldCount], points: list[tuple[int, int]]
) -> None:
    assert [(one.low, one.high) for one in held_of(counts)] == points


def test_a_figure_names_one_of_the_articles_that_tell_it() -> None:
    (one,) = held_of([held(1, 1200, article=9, articles=2), held(1, 1226, article=4, articles=3)])
    assert (one.article, one.articles, one.number) == (4, 5, Number(1200, 1226))


def test_the_json_says_what_is_drawn_and_null_where_nobody_gives_a_number() -> None:
    events = [
        DatedEvent(1, replace(RELEASE, counts=(count(R, 52), count(R, 51))), TOLD),
        DatedEvent(2, replace(TALKS, event_date=None, date_precision=None, status=Status.RUMOURED), TOLD),
    ]
    told = timeline_json(timeline_of(events, [held(5, 1226)], "en"))
    assert told == {
        "since": "2025-01-01",
        "until": "2025-09-30",
        "waves": [
            {
                "event": 1,
                "day": "2025-09-11",
                "event_date": "2025-09-11",
                "date_precision": "day",
                "title": "Belarus frees 51–52 prisoners",
                "status": "confirmed",
                "standing": "told",
                "released": {"low": 51, "high": 52, "qualifier": "exact"},
                "pardoned": None,
            }
        ],
        "negotiations": [
            {
                "event": 2,
                "day": "2025-09-12",
                "event_date": None,
                "date_precision": None,
                "title": "Talks on freeing prisoners",
                "status": "rumoured",
                "standing": "rumoured",
                "step": "talks",
            }
        ],
        "counter": "Viasna",
        "held": [{"day": "2025-01-05", "low": 1226, "high": 1226, "qualifier": "exact", "articles": 1, "article": 1}],
    }

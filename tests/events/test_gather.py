"""Which reports make one event whatever the order they come in, and which event each group of them is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.claims import Claim, Report
from db.facts import Count, CountRole, Evidence, Mention, Modality, Outcome, Person, Polarity
from events.gather import Group, Placed, Settlement, gather, settle
from events.traits import Span

R = CountRole.RELEASED
DAY = 24 * 60
UNDATED = {"event_date": None, "date_precision": None}
BY_PUBLICATION = {"evidence": (Evidence("event_date", "any.date.published", 0, 0, ""),)}
REFUSED = {"polarity": Polarity.NEGATIVE, "modality": Modality.DENIED}

MakeReport = Callable[..., Report]
Row = tuple[str, int | None, dict[str, Any], dict[str, Any]]


def on(month: int, day: int) -> dict[str, Any]:
    return {"event_date": date(2025, month, day)}


def released(value: int, of_count: int | None = None) -> dict[str, Any]:
    return {"counts": (Count(R, value, of_count=of_count),)}


def freed(*names: str) -> dict[str, Any]:
    return {"people": tuple(Person(name, Outcome.FREED) for name in names)}


@pytest.fixture(scope="session")
def report_of(release: Mention, claim_of: Callable[..., Claim]) -> MakeReport:
    """Return a function that makes a report by article `number`, `minutes` after noon of 11 September (None: unknown)."""

    def report_of(number: int, minutes: int | None = 0, told: dict[str, Any] | None = None, **known: Any) -> Report:
        claim = claim_of(replace(release, **(told or {})), number)
        at = claim.published_at + timedelta(minutes=minutes) if minutes is not None and claim.published_at else None
        names = ("title", "lead", "seen_at")
        written = {name: known.pop(name) for name in names if name in known}
        return Report(number, (replace(claim, published_at=at, **written),), **known)

    return report_of


def numbers(groups: Sequence[Group]) -> set[frozenset[int]]:
    return {frozenset(group.articles) for group in groups}


# Tables of reports: the event they tell of; minutes after noon of Thursday, 11 September 2025; the mention; the report.
# An article's number is its place in the table, from 1.

TABLES: dict[str, list[Row]] = {
    "an early flash knows fourteen of the fifty-two": [
        ("wave", 0, released(14), {}),
        ("wave", 60, released(52), {}),
        ("wave", 90, released(14, of_count=52), {}),
        ("wave", DAY, {**on(9, 12), **released(51)}, {}),
        ("wave", 2 * DAY, {**on(9, 13), **released(52)}, {}),
    ],
    "two waves of thirty lie nineteen days apart": [
        ("first", 0, released(30), {}),
        ("first", 30, {}, {}),
        ("first", DAY, {**on(9, 12), **released(30)}, {}),
        ("second", 19 * DAY, {**on(9, 30), **released(30)}, {}),
        ("second", 19 * DAY + 30, {**on(9, 30), **freed("Ihar Losik")}, {}),
        ("second", 20 * DAY, {**on(10, 1), **released(30)}, {}),
    ],
    "told late, and without a date": [
        ("wave", 0, {**released(52), **freed("Ihar Losik", "Maksim Znak")}, {}),
        ("wave", None, {**UNDATED, **released(52)}, {}),
        ("wave", 35 * DAY, {**on(9, 11), **released(52)}, {}),
        ("wave", 35 * DAY + 5, {**on(10, 16), **BY_PUBLICATION, **freed("Игорь Лосик")}, {}),
        ("alone", None, {**UNDATED, **released(77)}, {}),
    ],
    "a refusal on the day of a release": [
        ("wave", 0, released(52), {}),
        ("wave", 15, freed("Ihar Losik"), {}),
        ("refusal", 20, REFUSED, {}),
        ("refusal", 40, REFUSED, {}),
    ],
    "a copy goes with its original, though it tells another day": [
        ("wave", 0, released(52), {}),
        ("wave", 9, on(9, 21), {"copy_of": 1}),
        ("other", 10 * DAY, {**on(9, 21), **released(300)}, {}),
    ],
    "a copy goes with its original, though it was published before it": [
        ("wave", 5, released(52), {}),
        ("wave", 0, {**on(9, 21), **released(52)}, {"copy_of": 1}),
        ("other", 10 * DAY, {**on(9, 21), **released(300)}, {}),
    ],
    "a copy that gives another number is a report": [
        ("wave", 0, released(52), {}),
        ("other", 10 * DAY, {**on(9, 21), **released(300)}, {"copy_of": 1}),
        ("other", 10 * DAY + 5, {**on(9, 21), **released(300)}, {}),
    ],
    "a report that names people of both joins what stood apart": [
        ("wave", 0, freed("Ihar Losik"), {}),
        ("wave", DAY, {**on(9, 12), **freed("Maksim Znak")}, {}),
        ("wave", DAY + 60, {**on(9, 12), **freed("Maksim Znak", "Ihar Losik")}, {}),
    ],
    "pinned reports stay where a person put them": [
        ("seven", 0, released(52), {"pin": 7}),
        ("eight", 10, released(52), {"pin": 8}),
        ("seven", 20, released(14), {"pin": 7}),
        ("eight", 19 * DAY, {**on(9, 30), **released(30)}, {"pin": 8}),
    ],
    "what nobody pinned joins what is pinned": [
        ("seven", 60, released(52), {"pin": 7}),
        ("seven", 0, released(52), {}),
        ("seven", None, {**UNDATED, **released(52)}, {}),
        ("other", 19 * DAY, {**on(9, 30), **released(52)}, {}),
    ],
}


def made(report_of: MakeReport, table: list[Row]) -> list[Report]:
    return [report_of(number, at, told, **known) for number, (_, at, told, known) in enumerate(table, 1)]


def expected(table: list[Row]) -> set[frozenset[int]]:
    keys = {key for key, *_ in table}
    return {frozenset(number for number, row in enumerate(table, 1) if row[0] == key) for key in keys}


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=40, deadline=None)  # the first name loads the lexicons
@given(data=st.data())
def test_reports_of_one_event_stand_together_in_any_order_of_arrival(
    report_of: MakeReport, name: str, data: st.DataObject
) -> None:
    arrived = data.draw(st.permutations(made(report_of, TABLES[name])))
    assert numbers(gather(arrived)) == expected(TABLES[name])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_groups_their_order_and_reasons_are_the_same_in_any_order_of_arrival(
    report_of: MakeReport, data: st.DataObject
) -> None:
    """Of reports that nobody labelled: whatever they come to, they come to it in any order."""
    spec = st.tuples(
        st.integers(0, 5 * DAY),
        st.sampled_from([None, 11, 12, 13, 15]),
        st.sampled_from([{}, released(14), released(52), released(30), freed("Ihar Losik"), freed("Maksim Znak")]),
    )
    rows = data.draw(st.lists(spec, min_size=2, max_size=7))
    told = [({**facts, **(on(9, day) if day else UNDATED)}, minutes) for minutes, day, facts in rows]
    reports = [report_of(number, minutes, facts) for number, (facts, minutes) in enumerate(told, 1)]
    groups, shuffled = gather(reports), gather(data.draw(st.permutations(reports)))
    assert [group.placed for group in shuffled] == [group.placed for group in groups]
    assert sorted(article for group in groups for article in group.articles) == list(range(1, len(reports) + 1))


def test_two_reports_of_one_group_stand_in_the_order_of_publication(report_of: MakeReport) -> None:
    [group] = gather([report_of(1, 60, released(52)), report_of(2, 0, released(14)), report_of(3, None, released(52))])
    assert group.articles == [2, 1, 3]


def test_a_copy_adds_no_facts(report_of: MakeReport) -> None:
    copy = report_of(2, 5, {**freed("Maksim Znak"), **on(9, 12)}, copy_of=1)
    [group] = gather([report_of(1, 0, released(52)), copy])
    assert (group.traits.numbers, group.traits.freed) == ({52}, frozenset())
    assert group.day == Span(date(2025, 9, 11), date(2025, 9, 11))
    assert [one.reasons for one in group.placed][1] == ("it repeats another article",)


def test_a_copy_without_its_original_is_a_report_like_others(report_of: MakeReport) -> None:
    copies = [report_of(number, number, released(52), copy_of=1) for number in (2, 3)]
    [group] = gather([*copies, report_of(4, 60, {**on(9, 12), **released(52)})])
    assert sorted(group.articles) == [2, 3, 4]
    assert group.day == Span(date(2025, 9, 11), date(2025, 9, 11))


def test_a_copy_follows_an_original_that_a_person_put_elsewhere(report_of: MakeReport) -> None:
    reports = [report_of(1, 0, released(52)), report_of(2, 5, released(52), pin=7), report_of(3, 9, copy_of=2)]
    reports = [replace(reports[0], pin=8), *reports[1:]]
    assert numbers(gather(reports)) == {frozenset({1}), frozenset({2, 3})}


def test_a_pinned_group_keeps_its_event_when_it_joins_another(report_of: MakeReport) -> None:
    bridge = report_of(3, DAY + 60, {**on(9, 12), **freed("Maksim Znak", "Ihar Losik")})
    reports = [report_of(1, 0, freed("Ihar Losik")), report_of(2, DAY, {**on(9, 12), **freed("Maksim Znak")}, pin=7)]
    [group] = gather([*reports, bridge])
    assert (group.pin, sorted(group.articles)) == (7, [1, 2, 3])


def test_why_a_report_stands_where_it_stands_is_said_in_words(report_of: MakeReport) -> None:
    reports = [
        report_of(1, 0, released(30), event=4),
        report_of(2, 5, released(30)),
        report_of(3, 19 * DAY, {**on(9, 30), **released(30)}),
        report_of(4, 0, released(30), pin=9),
    ]
    placed = {one.report.article: one for group in gather(reports[:3]) for one in group.placed}
    assert placed[1].reasons == ("no event of this kind near this date",)
    assert placed[2].reasons == ("the same day", "the same number (30)")
    assert placed[2].score >= 3.0
    assert placed[3].reasons == ("not event 4: dates apart (2025-09-30, 2025-09-11)",)
    [alone] = gather(reports[3:])
    assert [one.reasons for one in alone.placed] == [("a person put it here",)]


def test_the_day_of_a_group_is_told_before_that_of_publication_and_the_one_most_tell(report_of: MakeReport) -> None:
    published = [report_of(n, DAY, {**on(9, 12), **BY_PUBLICATION, **released(52)}) for n in (1, 2, 3)]
    told = [report_of(4, DAY + 5, released(52)), report_of(5, DAY + 9, {**on(9, 10), **released(52)})]

    def day_of(*reports: Report) -> Span | None:
        [group] = gather(reports)
        return group.day

    assert day_of(*published) == Span(date(2025, 9, 12), date(2025, 9, 12), is_told=False)
    assert day_of(*published, told[0]) == Span(date(2025, 9, 11), date(2025, 9, 11))
    assert day_of(*published, *told) == Span(date(2025, 9, 10), date(2025, 9, 10))
    assert day_of(report_of(6, None, {**UNDATED, **released(52)})) is None


@pytest.mark.parametrize(("days_before", "is_one"), [(30, False), (2, False), (1, True), (0, True), (-30, True)])
def test_a_text_without_a_date_that_was_there_before_an_event_is_not_put_into_it(
    report_of: MakeReport, days_before: int, is_one: bool
) -> None:
    event = report_of(1, 0, released(52))
    noon = event.first.published_at
    assert noon is not None
    undated = report_of(2, None, {**UNDATED, **released(52)}, seen_at=noon - timedelta(days=days_before))
    more = report_of(3, None, {**UNDATED, **released(52)}, seen_at=noon - timedelta(days=days_before))
    for order in ([event, undated, more], [more, undated, event]):
        assert len(gather(order)) == (1 if is_one else 2)


TWO_WAVES = {
    1: (0, released(30), {"title": "30 freed", "lead": "Journalist Ihar Losik is out, 1,200 stay behind."}),
    2: (19 * DAY, {**on(9, 30), **released(30)}, {"title": "30 freed", "lead": "Lawyer Maksim Znak is out, too."}),
}


@pytest.mark.parametrize(
    ("lead", "home"),
    [
        ("Адвокат Максім Знак на волі.", 2),
        ("Журналист Игорь Лосик на свободе.", 1),
        ("За кратами лишаються ще 1,200.", 1),
    ],
)
def test_ties_of_undated_reports_are_broken_by_names_and_numbers_of_title_and_lead(
    report_of: MakeReport, lead: str, home: int
) -> None:
    waves = [report_of(number, at, told, **written) for number, (at, told, written) in TWO_WAVES.items()]
    undated = report_of(3, None, {**UNDATED, **released(30)}, title="30", lead=lead)
    for order in ([*waves, undated], [undated, *waves[::-1]]):
        assert numbers(gather(order)) == {frozenset({home, 3}), frozenset({3 - home})}
    [placed] = [one for group in gather([*waves, undated]) for one in group.placed if one.report.article == 3]
    assert placed.reasons[-1] == "of several that fit, its words are the nearest"


# Settling: how many reports of which event stand together in each group, its pin; who was told; what comes of it.


def groups_of(report_of: MakeReport, held: list[tuple[dict[int | None, int], int | None]]) -> list[Group]:
    groups, number = [], 0
    for events, pin in held:
        reports = [event for event, times in events.items() for _ in range(times)]
        placed = [Placed(report_of(number + place, 0, event=event), 0.0, ()) for place, event in enumerate(reports, 1)]
        number += len(reports)
        group = Group(placed[0], pin)
        for one in placed[1:]:
            group.add(one)
        groups.append(group)
    return groups


SETTLEMENTS: dict[str, tuple[list[tuple[dict[int | None, int], int | None]], set[int], Settlement]] = {
    "a new group is a new event": ([({None: 2}, None)], set(), Settlement((None,), {})),
    "an event stays with its reports": ([({4: 3, None: 1}, None)], set(), Settlement((4,), {})),
    "an event stays with most of its reports": (
        [({4: 1}, None), ({4: 3, None: 1}, None)],
        set(),
        Settlement((None, 4), {}),
    ),
    "an event that is split evenly stays with the first": (
        [({4: 2}, None), ({4: 2}, None)],
        set(),
        Settlement((4, None), {}),
    ),
    "two events become the older one": ([({4: 2, 9: 2}, None)], set(), Settlement((4,), {9: 4})),
    "two events become the older one, whichever is larger": ([({4: 1, 9: 3}, None)], set(), Settlement((4,), {9: 4})),
    "two events become the one people were told of": ([({4: 3, 9: 1}, None)], {9}, Settlement((9,), {4: 9})),
    "of two that people were told of the older stays": ([({4: 1, 9: 3}, None)], {4, 9}, Settlement((4,), {9: 4})),
    "three events become one": ([({4: 1, 6: 2, 9: 3}, None)], set(), Settlement((4,), {6: 4, 9: 4})),
    "three events become the one people were told of": (
        [({4: 3, 6: 2, 9: 1}, None)],
        {9},
        Settlement((9,), {4: 9, 6: 9}),
    ),
    "an event without a group goes where most of its reports went": (
        [({4: 3, 9: 1}, None), ({6: 3, 9: 2}, None)],
        set(),
        Settlement((4, 6), {9: 6}),
    ),
    "a group that a person pinned is that event": ([({4: 3, 9: 1}, 9)], {4}, Settlement((9,), {4: 9})),
    "a pinned event leaves its other reports": (
        [({9: 3}, None), ({4: 1, 9: 1}, 9)],
        set(),
        Settlement((None, 9), {4: 9}),
    ),
    "two pinned groups are two events": ([({4: 3, 9: 3}, 4), ({4: 1}, 9)], set(), Settlement((4, 9), {})),
}


@pytest.mark.parametrize(("held", "told", "settlement"), SETTLEMENTS.values(), ids=SETTLEMENTS)
def test_each_group_is_the_event_that_most_of_its_reports_stood_in(
    report_of: MakeReport, held: list[tuple[dict[int | None, int], int | None]], told: set[int], settlement: Settlement
) -> None:
    assert settle(groups_of(report_of, held), told) == settlement


def test_of_two_equal_shares_those_that_stood_there_keep_the_event_and_not_what_was_rewritten(
    report_of: MakeReport,
) -> None:
    rewritten, other = groups_of(report_of, [({4: 1}, None), ({4: 1}, None)])
    assert settle([rewritten, other], (), 1).events == (None, 4)
    assert settle([rewritten, other], (), 2).events == (4, None)
    assert settle([rewritten], (), 1).events == (4,)


@settings(max_examples=80)
@given(
    held=st.lists(
        st.dictionaries(st.sampled_from([None, 1, 2, 3, 4]), st.integers(1, 3), min_size=1), min_size=1, max_size=4
    ),
    told=st.sets(st.integers(1, 4)),
)
def test_no_event_is_lost_none_is_two_and_none_is_merged_into_one_that_is_gone(
    report_of: MakeReport, held: list[dict[int | None, int]], told: set[int]
) -> None:
    groups = groups_of(report_of, [(events, None) for events in held])
    settlement = settle(groups, told)
    kept = [event for event in settlement.events if event is not None]
    assert len(kept) == len(set(kept))
    assert {*kept, *settlement.merged} == {event for events in held for event in events if event is not None}
    assert not set(kept) & set(settlement.merged)
    assert set(settlement.merged.values()) <= set(kept)

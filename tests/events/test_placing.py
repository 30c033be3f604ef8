"""Where mentions are put, over a real database: the same events in any order of arrival, joined, taken back, told late."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db.facts import Concession, Count, CountRole, Evidence, Kind, Mention, Outcome, Person, Precision, Status, Step

R = CountRole.RELEASED
NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
UNDATED = {"event_date": None, "date_precision": None}
RELATED = {"kind": Kind.RELATED, **UNDATED}
BY_PUBLICATION = {"evidence": (Evidence("event_date", "any.date.published", 0, 0, ""),)}
LONG = "A bus with people who were freed from prisons in Belarus arrived at the border early on Thursday. " * 8


def on(month: int, day: int) -> dict[str, Any]:
    return {"event_date": date(2025, month, day)}


def published(month: int, day: int) -> dict[str, Any]:
    return {**on(month, day), **BY_PUBLICATION}


def released(value: int, of_count: int | None = None) -> dict[str, Any]:
    return {"counts": (Count(R, value, of_count=of_count),)}


def freed(*names: str) -> dict[str, Any]:
    return {"people": tuple(Person(name, Outcome.FREED) for name in names)}


def days(number: float) -> datetime:
    return NOON + timedelta(days=number)


WAVES: dict[str, tuple[str, datetime | None, dict[str, Any]]] = {
    "flash": ("september", days(0), released(14)),
    "wire": ("september", days(0.1), {**released(52), "negotiators": ("John Coale",)}),
    "part": ("september", days(0.2), released(14, of_count=52)),
    "names": ("september", days(0.3), {**released(52), **freed("Ihar Losik", "Maksim Znak")}),
    "morning": ("september", days(1), {**on(9, 12), **released(51)}),
    "vague": ("september", days(1.1), published(9, 12)),
    "memo": ("september", None, {**UNDATED, **released(52)}),
    "late-day": ("september", days(35), released(52)),
    "late-name": ("september", days(35.1), {**published(10, 16), **freed("Ігар Лосік")}),
    "thirty": ("end of the month", days(19), {**on(9, 30), **released(30)}),
    "thirty-again": ("end of the month", days(20), {**on(10, 1), **released(30)}),
    "leaflet": ("nobody knows", None, {**UNDATED, **released(77)}),
}


@pytest.mark.parametrize("seed", range(6))
def test_articles_that_arrive_out_of_order_make_the_same_events(desk: Any, release: Mention, seed: int) -> None:
    names = sorted(WAVES)
    random.Random(seed).shuffle(names)
    for name in names:
        _, at, told = WAVES[name]
        desk.tell(name, replace(release, **told), at=at, now=days(60))
    keys = {key for key, *_ in WAVES.values()}
    assert desk.groups() == {frozenset(name for name, row in WAVES.items() if row[0] == key) for key in keys}
    september = next(event for event in desk.events() if len(event.articles) > 2)
    assert (september.facts.event_date, september.facts.negotiators) == (date(2025, 9, 11), ("John Coale",))
    assert {person.name for person in september.facts.people} == {"Ihar Losik", "Maksim Znak"}


def test_the_first_published_is_first_whenever_it_arrives(desk: Any, release: Mention) -> None:
    wire = desk.tell("wire", replace(release, **released(52)), at=days(0.1), now=days(0.1))
    flash = desk.tell("flash", replace(release, **released(14)), at=days(0), now=days(0.2))
    [event] = desk.events()
    assert [(one.id, one.role) for one in event.articles] == [(flash, "first"), (wire, "report")]
    assert [count.value for count in event.facts.counts] == [52]


def two_waves_and_a_bridge(desk: Any, release: Mention) -> tuple[int, int]:
    """One event that names one person, one that names another a day later; then who names both. Return the events."""
    desk.tell("one", replace(release, **freed("Ihar Losik")))
    desk.tell("two", replace(release, **{**on(9, 12), **freed("Maksim Znak")}), at=days(1))
    second, first = [event.id for event in desk.events()]
    desk.tell("bridge", replace(release, **{**on(9, 12), **freed("Maksim Znak", "Ihar Losik")}), at=days(1.1))
    return first, second


def test_two_events_join_when_a_report_tells_what_ties_them_together(desk: Any, release: Mention) -> None:
    stays, gone = two_waves_and_a_bridge(desk, release)
    [event] = desk.events()
    assert (event.id, desk.groups()) == (stays, {frozenset({"one", "two", "bridge"})})
    assert {person.name for person in event.facts.people} == {"Ihar Losik", "Maksim Znak"}
    merged = desk.event(gone)
    assert (merged.facts.status, merged.facts.same_as, merged.articles) == (Status.SUPERSEDED, stays, ())


def test_an_event_that_is_part_of_another_has_to_say_so(desk: Any, release: Mention) -> None:
    assert set(two_waves_and_a_bridge(desk, release)) == set(desk.due())


def test_what_was_related_to_a_merged_event_is_related_to_the_one_it_is_part_of(
    desk: Any, release: Mention, negotiation: Mention
) -> None:
    relief = {"concessions": (Concession("potash", "US", Step.ANNOUNCED),), "negotiators": ("John Coale",)}
    desk.tell("one", replace(release, **freed("Ihar Losik")))
    desk.tell(
        "two", replace(release, **{**on(9, 12), **freed("Maksim Znak"), "negotiators": ("John Coale",)}), at=days(1)
    )
    desk.tell("talks", replace(negotiation, **{**relief, **on(9, 12)}), at=days(1.05))
    [talks] = [event for event in desk.events() if event.facts.kind is Kind.NEGOTIATION]
    desk.tell("bridge", replace(release, **{**on(9, 12), **freed("Maksim Znak", "Ihar Losik")}), at=days(1.1))
    [event] = [event for event in desk.events() if event.facts.kind is Kind.RELEASE]
    assert len(event.articles) == 3
    assert (event.related, desk.event(talks.id).related) == ((talks.id,), (event.id,))


def test_an_article_rewritten_into_something_else_takes_its_event_back(desk: Any, release: Mention) -> None:
    number = desk.tell("live", replace(release, **released(52)))
    [event] = desk.events()
    desk.tell("live", now=days(0.1))
    taken = desk.event(event.id)
    assert (taken.facts.status, taken.articles) == (Status.RETRACTED, ())
    assert [count.value for count in taken.facts.counts] == [52]  # what it said is kept
    assert desk.article(number).events == ()


def test_an_article_that_tells_again_comes_back_to_its_event(desk: Any, release: Mention) -> None:
    told = replace(release, **released(52))
    number = desk.tell("live", told)
    [event] = desk.events()
    desk.tell("live", now=days(0.1))
    desk.tell("live", told, now=days(0.2))
    assert desk.article(number).events == (event.id,)
    [after] = desk.events()
    assert (after.id, after.facts.status) == (event.id, Status.REPORTED)


def test_an_article_comes_back_to_the_event_that_its_own_has_become_part_of(desk: Any, release: Mention) -> None:
    stays, _ = two_waves_and_a_bridge(desk, release)
    desk.tell("two", now=days(2))
    number = desk.tell("two", replace(release, **{**on(9, 12), **freed("Maksim Znak")}), at=days(1), now=days(3))
    assert desk.article(number).events == (stays,)


def test_an_interview_that_becomes_news_does_not_take_its_event_along(desk: Any, release: Mention) -> None:
    desk.tell("wire", replace(release, **{**released(52), **freed("Ihar Losik")}))
    [event] = desk.events()
    live = desk.tell("live", replace(release, **{**RELATED, **freed("Ihar Losik")}), at=days(5))
    desk.tell("live", replace(release, **{**on(9, 30), **released(30)}), at=days(5), now=days(19))
    assert desk.groups() == {frozenset({"wire"}), frozenset({"live"})}
    assert desk.article(live).events != (event.id,)


def test_an_article_rewritten_into_another_wave_leaves_its_event_to_the_others(desk: Any, release: Mention) -> None:
    desk.tell("live", replace(release, **released(52)))
    desk.tell("wire", replace(release, **released(52)), at=days(0.1))
    [event] = desk.events()
    desk.tell("live", replace(release, **{**on(9, 30), **released(30)}), now=days(19))
    assert desk.groups() == {frozenset({"live"}), frozenset({"wire"})}
    assert [one.url for one in desk.event(event.id).articles] == ["https://wire.example/1"]


def test_an_article_rewritten_in_detail_keeps_its_event(desk: Any, release: Mention) -> None:
    desk.tell("live", replace(release, **released(14)))
    [before] = desk.events()
    desk.tell("live", replace(release, **released(52)), now=days(0.1))
    [after] = desk.events()
    assert (after.id, after.revision, [count.value for count in after.facts.counts]) == (before.id, 2, [52])


@pytest.mark.parametrize(
    "told",
    [
        freed("Ihar Losik"),
        freed("Игорь Лосик"),
        {**released(52), **on(9, 11)},
        released(52),
    ],
)
def test_follow_ups_that_came_before_their_event_attach_when_it_appears(
    desk: Any, release: Mention, told: dict[str, Any]
) -> None:
    follow_up = desk.tell("interview", replace(release, **{**RELATED, **told}), at=days(5))
    stranger = desk.tell("stranger", replace(release, **{**RELATED, **freed("Ales Bialiatski")}), at=days(5))
    assert (desk.events(), desk.article(follow_up).events) == ([], ())
    desk.tell("wire", replace(release, **{**released(52), **freed("Ihar Losik")}), now=days(6))
    [event] = desk.events()
    assert [(one.id, one.role) for one in event.articles if one.role == "follow-up"] == [(follow_up, "follow-up")]
    assert desk.article(stranger).events == ()
    assert desk.article(follow_up).matches[0].reasons
    assert event.revision == 1


def test_a_follow_up_attaches_when_its_event_learns_the_name(desk: Any, release: Mention) -> None:
    follow_up = desk.tell("interview", replace(release, **{**RELATED, **freed("Ihar Losik")}), at=days(5))
    desk.tell("flash", replace(release, **released(52)), now=days(6))
    assert desk.article(follow_up).events == ()
    desk.tell("names", replace(release, **{**released(52), **freed("Ihar Losik")}), at=days(0.1), now=days(6))
    assert desk.article(follow_up).events == tuple(event.id for event in desk.events())


def test_a_follow_up_moves_to_a_later_release_that_was_fetched_later(desk: Any, release: Mention) -> None:
    desk.tell("june", replace(release, **{**released(14), **on(8, 21), **freed("Ihar Losik")}), at=days(-21))
    follow_up = desk.tell("interview", replace(release, **{**RELATED, **freed("Ihar Losik")}), at=days(5))
    [june] = desk.events()
    assert desk.article(follow_up).events == (june.id,)
    desk.tell("september", replace(release, **{**released(52), **freed("Ihar Losik")}), now=days(6))
    september = desk.events()[0]
    assert september.id != june.id
    assert desk.article(follow_up).events == (september.id,)


def test_a_follow_up_is_found_by_a_name_that_only_its_title_tells(desk: Any, release: Mention) -> None:
    desk.tell("wire", replace(release, **{**released(52), **freed("Ivan Paulau")}))
    known = {"title": "Иван Павлов: первые дни дома", "text": "Он рассказал о колонии."}
    follow_up = desk.tell("interview", replace(release, **RELATED), at=days(5), **known)
    assert desk.article(follow_up).events == tuple(event.id for event in desk.events())


def test_a_follow_up_is_found_by_what_its_title_and_first_paragraph_recall(desk: Any, release: Mention) -> None:
    desk.tell("wire", replace(release, **released(52)))
    text = "Families of the 52 wait.\nIn June 14 were freed."
    quoted = (Evidence("counts[0]", "en.count.released", 16, 18, "52"),)
    far = (Evidence("counts[0]", "en.count.released", 33, 35, "14"),)
    head = replace(release, **{**released(52), **UNDATED, "evidence": quoted})
    body = replace(release, **{**released(14), **on(6, 21), "evidence": far})
    known = {"text": text, "background": (head, body)}
    follow_up = desk.tell("families", replace(release, **RELATED), at=days(5), **known)
    assert desk.article(follow_up).events == tuple(event.id for event in desk.events())


def test_a_follow_up_of_an_event_that_is_merged_goes_with_it(desk: Any, release: Mention) -> None:
    desk.tell("two", replace(release, **{**on(9, 12), **freed("Maksim Znak")}), at=days(1))
    follow_up = desk.tell("interview", replace(release, **{**RELATED, **freed("Maksim Znak")}), at=days(1))
    desk.tell("one", replace(release, **freed("Ihar Losik")), at=days(1.05))
    desk.tell("bridge", replace(release, **{**on(9, 12), **freed("Maksim Znak", "Ihar Losik")}), at=days(1.1))
    [event] = desk.events()
    assert desk.article(follow_up).events == (event.id,)


@pytest.mark.parametrize(
    ("told", "is_same"),
    [
        (released(52), True),  # its date is told in the text
        ({"date_precision": Precision.MONTH, **released(52)}, True),
        ({**published(10, 16), **freed("Ihar Losik")}, True),
        ({**published(10, 16), **freed("Ігар Лосік"), **released(1)}, True),
        ({**published(10, 16), **freed("Ihar Losik"), **released(30)}, False),
        ({**on(10, 16), **freed("Ihar Losik")}, False),
        ({**published(10, 16), **released(52)}, False),
        ({**published(10, 16), **freed("Ales Bialiatski")}, False),
    ],
)
def test_a_late_article_joins_the_old_event_by_the_day_it_tells_or_by_whom_it_names(
    desk: Any, release: Mention, told: dict[str, Any], is_same: bool
) -> None:
    desk.tell("wire", replace(release, **{**released(52), **freed("Ihar Losik", "Maksim Znak")}))
    desk.tell("late", replace(release, **told), at=days(35))
    assert len(desk.events()) == (1 if is_same else 2)


def test_an_undated_document_joins_by_its_facts_and_leaves_its_date_open(desk: Any, release: Mention) -> None:
    desk.tell("wire", replace(release, **released(52)))
    desk.tell("memo", replace(release, **{**released(52), **UNDATED}), at=None, now=days(60))
    desk.tell("leaflet", replace(release, **{**released(77), **UNDATED}), at=None, now=days(60))
    found = {event.facts.event_date: len(event.articles) for event in desk.events()}
    assert found == {date(2025, 9, 11): 2, None: 1}


def test_an_undated_document_waits_for_its_event(desk: Any, release: Mention) -> None:
    memo = desk.tell("memo", replace(release, **{**released(52), **UNDATED}), at=None, now=days(1))
    [before] = desk.events()
    desk.tell("wire", replace(release, **released(52)), now=days(2))
    [after] = desk.events()
    assert (after.id, after.facts.event_date) == (before.id, date(2025, 9, 11))
    assert desk.article(memo).events == (after.id,)


def test_an_undated_document_that_was_there_before_is_not_put_into_a_later_event(desk: Any, release: Mention) -> None:
    desk.tell("memo", replace(release, **{**released(52), **UNDATED}), at=None, now=days(-30))
    desk.tell("wire", replace(release, **released(52)))
    assert desk.groups() == {frozenset({"memo"}), frozenset({"wire"})}


def test_a_copy_stands_with_its_original_and_adds_a_source_and_no_facts(desk: Any, release: Mention) -> None:
    desk.tell("wire", replace(release, **released(52)), text=LONG)
    copy = desk.tell("reprint", replace(release, **{**freed("Ihar Losik"), **on(9, 20)}), at=days(9), text=LONG)
    [event] = desk.events()
    assert [(one.id, one.role) for one in event.articles][1:] == [(copy, "copy")]
    assert ([count.value for count in event.facts.counts], event.facts.people) == ([52], ())


def test_a_copy_that_gives_another_number_is_a_report(desk: Any, release: Mention) -> None:
    desk.tell("wire", replace(release, **released(52)), text=LONG)
    desk.tell("reprint", replace(release, **released(54)), at=days(0.1), text=LONG)
    [event] = desk.events()
    assert [one.role for one in event.articles] == ["first", "report"]
    assert [count.value for count in event.facts.counts] == [54]


def test_a_copy_far_from_its_original_stands_with_it(desk: Any, release: Mention) -> None:
    desk.tell("wire", replace(release, **published(9, 11)), text=LONG)
    desk.tell("reprint", replace(release, **published(9, 29)), at=days(18), text=LONG)
    assert desk.groups() == {frozenset({"wire", "reprint"})}


def test_a_bargain_told_with_a_release_is_a_fact_of_that_release(
    desk: Any, release: Mention, negotiation: Mention
) -> None:
    bargain = replace(negotiation, concessions=(Concession("potash", "US", Step.ANNOUNCED),))
    desk.tell("wire", replace(release, **released(52)), bargain)
    [event] = desk.events()
    assert event.facts.kind is Kind.RELEASE
    assert [concession.object for concession in event.facts.concessions] == ["potash"]


def test_a_first_run_backlog_makes_events_but_nothing_to_announce(desk: Any, release: Mention) -> None:
    for name in sorted(WAVES):
        _, at, told = WAVES[name]
        desk.tell(name, replace(release, **told), at=at, now=days(60), alerting="silent")
    assert len(desk.events()) == 3
    assert all(event.is_baseline for event in desk.events())
    assert desk.due() == []
    desk.tell("news", replace(release, **{**on(11, 10), **released(9)}), at=days(60))
    assert desk.due() == [desk.events()[0].id]


def test_events_of_a_backlog_that_join_are_not_to_be_announced(desk: Any, release: Mention) -> None:
    desk.tell("one", replace(release, **freed("Ihar Losik")), alerting="silent")
    desk.tell("two", replace(release, **{**on(9, 12), **freed("Maksim Znak")}), at=days(1), alerting="silent")
    bridge = {**on(9, 12), **freed("Maksim Znak", "Ihar Losik")}
    desk.tell("bridge", replace(release, **bridge), at=days(1.1), alerting="silent")
    assert len(desk.events()) == 1
    assert desk.due() == []


def test_each_mention_says_in_words_why_it_stands_where_it_stands(desk: Any, release: Mention) -> None:
    first = desk.tell("wire", replace(release, **released(52)))
    second = desk.tell("rewrite", replace(release, **released(52)), at=days(0.1))
    assert desk.article(first).matches[0].reasons == ("no event of this kind near this date",)
    [match] = desk.article(second).matches
    assert match.reasons == ("the same day", "the same number (52)")
    assert match.score >= 3.0

"""The state of each entry point, the troubles of outlets, and which of them are told of when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db.answers import Redirects
from db.health import OutletAlarm, OutletPast, RecentArticle
from db.outlets import EntryPointView, OutletView
from scheduler.alarms import Round, listed, weigh
from scheduler.health import Knowledge, judged, troubles_of, unread

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURLY = OutletPast(published=tuple(NOW - number * HOUR for number in range(720)))


def point(**values: Any) -> EntryPointView:
    standard = {
        "id": 1, "type": "rss", "url": "https://o.example/rss", "is_enabled": True, "state": "alive", "failures": 0,
        "last_status": 200, "last_error": None, "last_checked_at": NOW, "last_success_at": NOW, "last_new_at": NOW,
        "next_check_at": NOW, "items": 20, "newest_at": NOW,
    }  # fmt: skip
    return EntryPointView(**{**standard, **values})


def outlet(*points: EntryPointView, name: str = "o") -> OutletView:
    return OutletView(name, name.upper(), "wire", ("en",), None, "UTC", 1, is_enabled=True, entry_points=points)


FAILING = point(state="degraded", failures=5, last_status=500, last_error="HTTP 500")
SILENT = point(last_new_at=NOW - 8 * HOUR)


@pytest.mark.parametrize(
    ("points", "past", "state"),
    [
        ((point(),), HOURLY, "alive"),
        ((point(state="moved", redirects_to="https://o.example/new"),), HOURLY, "moved"),
        ((point(state="zombie"),), HOURLY, "alive"),  # it was one
        ((replace(point(newest_at=NOW - 30 * DAY), is_waiting=True), point(id=2)), HOURLY, "alive"),  # as it was
        ((point(state="challenged", failures=1),), HOURLY, "challenged"),
        ((point(state="blocked", failures=1),), HOURLY, "blocked"),  # as rows of an older version say it
        ((point(last_new_at=None, newest_at=None),), OutletPast(), "alive"),
        ((point(newest_at=NOW - 15 * DAY),), OutletPast(), "stale"),
        ((point(newest_at=NOW - 13 * DAY),), OutletPast(), "alive"),
        ((point(newest_at=None, last_new_at=NOW - 40 * DAY),), OutletPast(), "alive"),
        # With nothing in it: a sign where there always is something, and something was.
        ((point(items=0, newest_at=None),), HOURLY, "zombie"),
        ((point(items=0, newest_at=None, last_new_at=None),), OutletPast(), "alive"),
        ((point(items=0, newest_at=None, type="news_sitemap"),), HOURLY, "alive"),
        # Longer without news than its habits explain: this one never rests.
        ((SILENT,), HOURLY, "zombie"),
        ((SILENT,), OutletPast(), "alive"),
        # Frozen while another entry point goes on; what the others lead by a day is nothing.
        ((point(newest_at=NOW - 3 * DAY), point(id=2)), HOURLY, "zombie"),
        ((point(newest_at=NOW - DAY), point(id=2)), HOURLY, "alive"),
        # While we do not look, nobody is silent.
        ((point(last_new_at=NOW - 40 * DAY, last_success_at=NOW - 40 * DAY),), HOURLY, "alive"),
    ],
)
def test_time_makes_the_state_of_what_answers(points: Any, past: OutletPast, state: str) -> None:
    assert judged(outlet(*points), past, NOW).entry_points[0].state == state


def failures(number: int, every: timedelta = HOUR) -> dict[int, tuple[datetime, ...]]:
    return {1: tuple(NOW - step * every for step in range(number))}


AWAY = point(state="moved", redirects_to="https://else.example/rss")


@pytest.mark.parametrize(
    ("points", "knowledge", "kinds"),
    [
        ((point(),), Knowledge(), []),
        ((), Knowledge(), []),
        ((point(last_checked_at=None),), Knowledge(), []),
        # F-1: five periods, or three hours and more than one failure.
        ((FAILING,), Knowledge(failures=failures(5, timedelta(minutes=5))), ["unreachable"]),
        ((FAILING,), Knowledge(failures=failures(4, timedelta(minutes=5))), []),
        ((FAILING,), Knowledge(failures=failures(9, timedelta(seconds=2))), []),
        ((FAILING,), Knowledge(failures=failures(2, 3 * HOUR)), ["unreachable"]),
        ((FAILING,), Knowledge(failures={1: (NOW - 9 * HOUR,)}), []),
        ((FAILING, point(id=2)), Knowledge(failures=failures(9)), []),
        # F-2: what failed before our own outage ended is our fault.
        ((FAILING,), Knowledge(failures=failures(9), calm_since=NOW - HOUR / 2), []),
        ((FAILING,), Knowledge(failures=failures(9), calm_since=NOW - 5 * HOUR), ["unreachable"]),
        # F-7: kept out twice; F-8, F-10: gone at once.
        ((point(state="challenged", failures=1),), Knowledge(failures=failures(1)), []),
        ((point(state="challenged", failures=2),), Knowledge(failures=failures(2)), ["blocked"]),
        ((point(state="robots-denied", failures=2),), Knowledge(failures=failures(2)), ["blocked"]),
        ((point(state="gone", failures=1),), Knowledge(failures=failures(1)), ["gone"]),
        ((point(state="gone", failures=1), point(id=2)), Knowledge(failures=failures(1)), ["gone"]),
        # F-9: settled, and not followed, so it leads to another domain.
        ((AWAY,), Knowledge(redirects={1: Redirects(3, NOW - DAY)}), ["moved"]),
        ((AWAY,), Knowledge(redirects={1: Redirects(2, NOW - DAY)}), []),
        ((AWAY,), Knowledge(redirects={1: Redirects(30, NOW - HOUR)}), []),
        # F-15
        ((SILENT,), Knowledge(past={"o": HOURLY}), ["silent"]),
        ((SILENT,), Knowledge(), []),
    ],
)
def test_troubles_of_an_outlet(points: Any, knowledge: Knowledge, kinds: list[str]) -> None:
    assert [trouble.kind for trouble in troubles_of(outlet(*points), knowledge, NOW)] == kinds


def yielding(whole: int, usual: float = 1.0, days: int = 14) -> OutletPast:
    """An outlet of whose newest 20 articles so many are whole, after days on which this share was."""
    today = date(2026, 11, 20)
    recent = tuple(RecentArticle(f"https://o.example/{n}", n >= 20 - whole, today) for n in range(20))
    yields = {today - number * DAY: usual for number in range(1, days + 1)}
    return OutletPast(yields={**yields, today: whole / 20}, recent=recent)


@pytest.mark.parametrize(
    ("past", "is_trouble"),
    [
        (yielding(20), False),
        (yielding(10), False),
        (yielding(9), True),
        (yielding(0), True),
        (yielding(0, days=2), False),  # hardly known
        (yielding(6, usual=0.5), False),
        (yielding(4, usual=0.5), True),
        (yielding(0, usual=0.0), False),  # it never had any: an outlet of pictures
        (replace(yielding(0), recent=yielding(0).recent[:19]), False),
    ],
)
def test_the_canary_dies_when_half_as_much_is_read_as_usual(past: OutletPast, is_trouble: bool) -> None:
    trouble = unread(past)
    assert (trouble is not None) is is_trouble
    if trouble is not None:
        assert trouble.details["samples"] == ["https://o.example/0", "https://o.example/1"]


def test_a_yield_that_has_become_usual_ends_no_alarm() -> None:
    past = yielding(0, usual=0.0)
    assert unread(past, usual=1.0) is not None
    assert unread(yielding(12, usual=0.0), usual=1.0) is None


class Play:
    """Outlets that fall ill and get well, look by look; `notices` are those of the last look."""

    def __init__(self) -> None:
        self.now = NOW
        self.round = Round()

    def look(self, *outlets: OutletView, minutes: int = 5) -> list[tuple[str, str]]:
        self.now += timedelta(minutes=minutes)
        ids = {
            point.id: tuple(self.now - n * HOUR for n in range(point.failures))
            for o in outlets
            for point in o.entry_points
        }
        self.round = weigh(self.round.stored, outlets, Knowledge(failures=ids), self.round.told, self.now)
        return [(notice.code, notice.details["outlets"]) for notice in self.round.notices]


def ill(name: str = "o", number: int = 1, **values: Any) -> OutletView:
    return outlet(replace(FAILING, id=number, **values), name=name)


def well(name: str = "o", number: int = 1) -> OutletView:
    return outlet(point(id=number), name=name)


def test_a_trouble_is_told_once_and_its_end_once() -> None:
    play = Play()
    assert play.look(ill()) == [("outlets-unreachable", "o (HTTP 500)")]
    assert [play.look(ill()) for _ in range(99)] == [[]] * 99
    assert play.look(well()) == [("outlets-well", "o")]
    assert play.round.stored == ()
    assert [play.look(well()) for _ in range(99)] == [[]] * 99


def test_many_at_once_are_one_notice() -> None:
    play = Play()
    many = [ill(f"outlet-{number:03}", number) for number in range(150)]
    ((code, names),) = play.look(*many)
    assert code == "outlets-unreachable"
    assert names.startswith("outlet-000, outlet-001, ")
    assert names.endswith(" + 135")
    assert len(names) <= 200
    assert play.look(*many) == []
    ((code, _),) = play.look(*[well(f"outlet-{number:03}", number) for number in range(150)])
    assert code == "outlets-well"


def test_those_that_fall_one_by_one_are_gathered_for_an_hour() -> None:
    play = Play()
    told = []
    for number in range(24):
        told += play.look(*[ill(f"o{n:02}", n) if n <= number else well(f"o{n:02}", n) for n in range(24)])
    assert [code for code, _ in told] == ["outlets-unreachable"] * 2
    assert told[0][1] == "o00 (HTTP 500)"
    assert told[1][1] == ", ".join(f"o{n:02}" for n in range(1, 13))


def test_what_ends_before_it_was_told_is_never_told() -> None:
    play = Play()
    play.look(ill("a", 1), well("b", 2))
    assert play.look(ill("a", 1), ill("b", 2)) == []
    assert play.look(ill("a", 1), well("b", 2)) == []
    assert play.look(ill("a", 1), well("b", 2), minutes=60) == []


def test_an_outlet_that_flaps_is_one_trouble() -> None:
    play = Play()
    told = play.look(ill("a", 1)) + play.look(well("a", 1))
    for _ in range(5):
        told += play.look(ill("a", 1)) + play.look(well("a", 1))
    assert [code for code, _ in told] == ["outlets-unreachable", "outlets-well"]


def test_one_that_is_kept_out_after_it_did_not_answer_is_not_well() -> None:
    play = Play()
    play.look(ill())
    assert play.look(ill(state="blocked")) == [("outlets-blocked", "o (https://o.example/rss)")]
    assert play.look(well()) == [("outlets-well", "o")]


def test_one_that_is_no_longer_watched_is_forgotten_in_silence() -> None:
    play = Play()
    play.look(ill("a", 1), well("b", 2))
    assert play.look(well("b", 2)) == []
    assert [(alarm.outlet, alarm.kind) for alarm in play.round.forgotten] == [("a", "unreachable")]


def test_a_silence_ends_when_something_comes() -> None:
    silent, knowledge = outlet(SILENT), Knowledge(past={"o": HOURLY})
    begun = weigh([], [silent], knowledge, {}, NOW)
    assert [notice.code for notice in begun.notices] == ["outlets-silent"]
    later = weigh(begun.stored, [silent], knowledge, begun.told, NOW + DAY)
    assert later.notices == ()
    ended = weigh(later.stored, [well()], knowledge, begun.told, NOW + DAY)
    assert [notice.code for notice in ended.notices] == ["outlets-well"]


def test_an_alarm_of_the_canary_names_what_to_look_at() -> None:
    begun = weigh([], [well()], Knowledge(past={"o": yielding(0)}), {}, NOW)
    assert [dict(notice.details) for notice in begun.notices] == [
        {"outlets": "o", "samples": "https://o.example/0, https://o.example/1"}
    ]
    used = weigh(begun.stored, [well()], Knowledge(past={"o": yielding(0, usual=0.0)}), begun.told, NOW + DAY)
    assert used.notices == ()
    assert [alarm.kind for alarm in used.stored] == ["unread"]


@pytest.mark.parametrize(
    ("names", "line"),
    [(["a"], "a"), (["a", "b"], "a, b"), (["x" * 300], "x" * 300), (["x" * 300, "b"], "x" * 300 + " + 1")],
)
def test_names_are_listed_as_far_as_they_fit(names: list[str], line: str) -> None:
    assert listed(names) == line


def test_an_alarm_that_was_told_before_a_restart_is_not_told_again() -> None:
    alarm = OutletAlarm("o", "unreachable", NOW - DAY, {"error": "HTTP 500"}, told_at=NOW - DAY)
    found = weigh([alarm], [ill()], Knowledge(failures=failures(5)), {}, NOW)
    assert (found.notices, found.stored) == ((), (alarm,))

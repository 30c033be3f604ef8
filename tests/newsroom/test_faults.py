from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from crawler.feeds import parse_feed
from newsroom import Answer, OutletServer, find_story, made_up_outlets
from newsroom.faults import DEMONSTRATION, EVERY_WAY, WAYS, Fault, FaultDice, FaultPlan
from newsroom.serving import Request, Reset
from newsroom.spoiling import spoil

PAGE = Answer(200, "<p>Люди вийшли на волю — їх 36</p>".encode(), {"Content-Type": "text/html; charset=utf-8"})
PATHS = ("/robots.txt", "/rss", "/news-sitemap.xml", "/news/2026/03/05/release-uk-100000.html")


REQUEST = Request("GET", "/news/1.html", "", {"host": "127.0.0.1:8900"}, b"", datetime(2026, 3, 5, tzinfo=UTC))
PLAYED = {*DEMONSTRATION.of_lists, Fault.CHARSET}


def throws(
    seed: int, path: str, number: int = 400, outlet: str = "ranok", plan: FaultPlan = DEMONSTRATION
) -> list[Fault | None]:
    dice = FaultDice(seed, made_up_outlets()[outlet], plan)
    return [dice.next_fault(path) for _ in range(number)]


@pytest.mark.parametrize("path", PATHS)
def test_a_third_fails_and_never_three_in_a_row(path: str) -> None:
    faults = [throws(seed, path) for seed in range(10)]
    share = sum(fault is not None for seed in faults for fault in seed) / 4_000
    assert 0.30 < share < 0.37
    for thrown in faults:
        assert all(None in thrown[number : number + 3] for number in range(len(thrown) - 2))


def test_pages_that_are_asked_for_until_they_come_fail_for_a_third_of_all_requests() -> None:
    before = [throws(seed, f"/page-{seed}.html", 3).index(None) for seed in range(2_000)]
    assert 0.30 < sum(before) / (sum(before) + len(before)) < 0.37


def test_equal_seeds_throw_equal_faults_on_every_day() -> None:
    assert throws(3, "/news/2026/03/05/a.html") == throws(3, "/news/2027/01/01/a.html")
    assert throws(3, "/news/a.html") != throws(4, "/news/a.html")
    assert throws(3, "/news/a.html") != throws(3, "/news/a.html", outlet="neman")


def test_each_kind_of_path_has_its_faults() -> None:
    assert set(throws(1, "/rss")) == {None, *PLAYED}
    assert set(throws(1, "/a.html")) == {None, *PLAYED} - {Fault.HUGE, Fault.ENDLESS}
    assert set(throws(1, "/a.html", outlet="amber")) == {None, *PLAYED} - {Fault.HUGE, Fault.ENDLESS, Fault.CHARSET}
    assert set(throws(1, "/robots.txt", 400, "amber")) == {None, Fault.DELAY}


@pytest.mark.parametrize(
    ("fault", "status", "is_whole"),
    [
        (Fault.ERROR, 500, True),
        (Fault.UNAVAILABLE, 503, True),
        (Fault.TOO_MANY, 429, True),
        (Fault.DELAY, 200, True),
        (Fault.DRIP, 200, False),
        (Fault.RESET, 200, False),
        (Fault.HANG, 200, False),
        (Fault.CHARSET, 200, True),
        (Fault.HUGE, 200, True),
        (Fault.ENDLESS, 200, False),
        (Fault.NO_NAME, 302, True),
        (Fault.EXPIRED, 302, True),
        (Fault.REFUSED, 302, True),
        (Fault.BAD_GATEWAY, 502, True),
        (Fault.CHALLENGE, 403, True),
        (Fault.CHALLENGE_OK, 200, True),
        (Fault.FORBIDDEN, 403, True),
        (Fault.NOT_FOUND, 404, True),
        (Fault.MOVED_301, 301, True),
        (Fault.MOVED_308, 308, True),
        (Fault.ELSEWHERE, 302, True),
        (Fault.GONE, 410, True),
        (Fault.LOGIN, 200, True),
        (Fault.AT_WORK, 200, True),
        (Fault.PAYWALL, 200, True),
        (Fault.EMPTY, 200, True),
        (Fault.HTML, 200, True),
        (Fault.CUT, 200, True),
        (Fault.STALE, 304, True),
        (Fault.RENAMED, 200, True),
    ],
)
def test_answer_is_spoiled_as_it_is_called(fault: Fault, status: int, is_whole: bool) -> None:
    spoiled = spoil(Answer(200, PAGE.body * 20, PAGE.headers), fault, REQUEST)
    assert (spoiled.status, spoiled.is_whole) == (status, is_whole)
    assert ("Retry-After" in spoiled.headers) == (fault in (Fault.UNAVAILABLE, Fault.TOO_MANY))


def test_every_fault_has_a_way_in_the_specification_and_is_played_in_a_landscape() -> None:
    assert set(WAYS) == set(Fault) == {*EVERY_WAY.of_lists, *EVERY_WAY.of_pages, *EVERY_WAY.cyrillic}


def test_what_has_moved_is_where_it_is_said_to_be(client: httpx.Client) -> None:
    with OutletServer(
        made_up_outlets()["ranok"], faults=1, plan=FaultPlan(1, (Fault.MOVED_308,), (), (), ())
    ) as server:
        answer = client.get(server.feed_url)
        assert answer.status_code == 308
        assert client.get(f"{server.url}{answer.headers['location']}").text.startswith("<?xml")


def test_other_guids_and_tracking_leave_the_articles_as_they_are(client: httpx.Client) -> None:
    with OutletServer(made_up_outlets()["ranok"]) as server:
        server.publish(find_story("tram-uk"), datetime(2026, 3, 5, tzinfo=UTC))
        body = client.get(server.feed_url).content
    renamed = spoil(Answer(200, body), Fault.RENAMED, REQUEST).body
    before, after = parse_feed(body, "http://a.example/"), parse_feed(renamed, "http://a.example/")
    assert [one.url_key for one in before] == [one.url_key for one in after] != []
    assert (before[0].url, before[0].guid) != (after[0].url, after[0].guid)


def test_wrong_charset_is_windows_1251_that_says_it_is_utf_8() -> None:
    spoiled = spoil(PAGE, Fault.CHARSET, REQUEST)
    assert spoiled.headers == PAGE.headers
    assert spoiled.body.decode("cp1251") == PAGE.body.decode()
    with pytest.raises(UnicodeDecodeError):
        spoiled.body.decode()


def test_letters_that_windows_1251_does_not_have_are_written_as_numbers() -> None:
    assert spoil(Answer(200, "ā".encode()), Fault.CHARSET, REQUEST).body == b"&#257;"


def test_huge_body_is_above_every_cap() -> None:
    assert len(spoil(PAGE, Fault.HUGE, REQUEST).body) > 5 * 1024 * 1024


@pytest.fixture
def faulty() -> Iterator[OutletServer]:
    with OutletServer(made_up_outlets()["ranok"], faults=11) as running:
        yield running


def test_endless_body_goes_on_until_the_client_leaves(client: httpx.Client) -> None:
    with OutletServer(made_up_outlets()["ranok"]) as server:
        server.script("/rss", spoil(PAGE, Fault.ENDLESS, REQUEST))
        received = 0
        with client.stream("GET", f"{server.url}/rss") as answer:
            assert "content-length" not in answer.headers
            for part in answer.iter_raw(65_536):
                received += len(part)
                if received > 20_000_000:
                    break
        assert received > 20_000_000
        assert client.get(f"{server.url}/robots.txt").status_code == 200


def test_outlet_counts_its_faults_and_a_cut_answer_is_not_whole(faulty: OutletServer, client: httpx.Client) -> None:
    for _ in range(30):
        # Headers are enough: an endless body would never be read to its end.
        with contextlib.suppress(httpx.TransportError), client.stream("GET", faulty.feed_url, timeout=0.7):
            continue
    assert 5 <= sum(faulty.faults.values()) <= 20
    assert len(faulty.exchanges) == 30
    cut = sum(faulty.faults.get(fault, 0) for fault in (Fault.DRIP, Fault.RESET, Fault.HANG, Fault.ENDLESS))
    assert sum(not one.is_whole for one in faulty.exchanges) == cut > 0


def test_reset_after_recording_is_what_an_outlet_that_falls_over_looks_like() -> None:
    assert spoil(PAGE, Fault.RESET, REQUEST).reset is Reset.AFTER_RECORDING


def test_outlet_without_a_seed_never_fails_by_itself(outlet: OutletServer, clock: Any, client: httpx.Client) -> None:
    assert all(client.get(outlet.feed_url).status_code == 200 for _ in range(20))
    assert outlet.faults == {}

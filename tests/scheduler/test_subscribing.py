"""Hubs are asked, verify, tell and are left: the step, the page and a made-up hub over real HTTP."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from crawler.addresses import AddressGuard, literal_address, parse_allowed
from db import Database
from db.models import EntryPointRow, PushRow
from db.pushes import PushView, list_pushes
from newsroom import Answer, HubServer
from scheduler.guarded import Gate
from scheduler.hubs import Hubs
from scheduler.parts import ServiceStatus
from scheduler.planning import plan_due
from scheduler.serving import WebThread
from scheduler.subscribing import UNVERIFIED, PushParts, retry_wait, subscribe_due
from web.app import build_app
from web.judgement import Judgement

NOON = datetime(2025, 9, 11, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOPIC = "https://a.example/feed"
FEED = b"<rss><channel><title>Made up</title></channel></rss>"


def healthy() -> ServiceStatus:
    return ServiceStatus((), (), {})


def gate(*allowed: str) -> Gate:
    return Gate(AddressGuard(parse_allowed(allowed)).allows, literal_address)


@dataclass
class Table:
    """A service's page and step around one entry point, whose feed announces hubs; the clock is turned by hand."""

    database: Database
    catalogue: Any
    url: str
    now: datetime = NOON
    hubs: Hubs = field(default_factory=lambda: Hubs(gate("127.0.0.0/8"), "Volya/test"))
    point: int = 0

    def announce(self, *hubs: str, topic: str = TOPIC) -> None:
        """Let the newest body of the entry point announce these hubs."""
        with self.database.begin() as session:
            row = session.get_one(EntryPointRow, self.point)
            row.hubs, row.topic = list(hubs) or None, topic

    def subscribe(self, address: str | None = "") -> int:
        parts = PushParts(self.hubs, self.url if address == "" else address)
        return subscribe_due(self.database, parts, lambda: self.now, Random(1))

    def change(self, **values: Any) -> None:
        with self.database.begin() as session:
            row = session.get_one(EntryPointRow, self.point)
            for name, value in values.items():
                setattr(row, name, value)

    def go_on(self, by: timedelta) -> None:
        self.now += by

    @property
    def pushes(self) -> list[PushView]:
        with self.database.read() as session:
            return list_pushes(session, "a")

    @property
    def push(self) -> PushView:
        (push,) = self.pushes
        return push

    @property
    def next_check(self) -> datetime:
        return self.catalogue.next_check(self.point)  # type: ignore[no-any-return]

    @property
    def secret(self) -> str:
        with self.database.read() as session:
            return session.query(PushRow).one().secret

    def poll(self, items_new: int = 0) -> None:
        """Let a poll end now that found so much, and be planned."""
        self.catalogue.poll(
            self.point, "new" if items_new else "unmodified", at=self.now, items_new=items_new, items_seen=20
        )
        self.change(last_checked_at=self.now, pushed_at=None)
        plan_due(self.database, self.now, Random(1))


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite, unless the test asks for both."""
    return str(request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url"))


both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def table(database: Database, catalogue: Any) -> Iterator[Table]:
    made = Table(database, catalogue, "")
    page = WebThread(build_app(database, healthy, judgement=Judgement(clock=lambda: made.now)), "127.0.0.1", 0)
    page.start()
    made.url = page.address
    made.point = catalogue.add("a", next_check_at=NOON + HOUR)
    yield made
    page.stop()


@pytest.fixture
def open_hub(table: Table) -> Iterator[Callable[..., HubServer]]:
    """Start a hub by the table's clock, which the entry point announces."""
    running: list[HubServer] = []

    def start(**values: Any) -> HubServer:
        running.append(HubServer(lambda: table.now, **values).start())
        table.announce(*(hub.url for hub in running))
        return running[-1]

    yield start
    for hub in running:
        hub.stop()


@pytest.fixture
def hub(open_hub: Callable[..., HubServer], table: Table) -> HubServer:
    """A hub that has agreed to tell for ten days."""
    opened = open_hub()
    assert table.subscribe() == 1
    return opened


@both
def test_a_hub_is_asked_verifies_within_the_request_and_then_lets_a_poll_happen_at_once(
    table: Table, hub: HubServer
) -> None:
    assert (hub.verifications, table.push.state, table.push.ends_at) == ([200], "verified", NOON + 10 * DAY)
    table.go_on(HOUR / 2)
    assert hub.distribute(TOPIC, FEED) == [204]
    assert wait_for(lambda: table.next_check == table.now)
    assert (table.push.pushes, table.push.pushed_at, table.push.algorithm) == (1, table.now, "sha256")


def test_the_request_names_a_callback_that_nobody_can_guess_and_a_secret(table: Table, hub: HubServer) -> None:
    (form,) = hub.requests
    assert form.pop("hub.callback").startswith(f"{table.url}/push/")
    assert re.fullmatch(r"[\w-]{43}", form.pop("hub.secret"))
    assert form == {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.lease_seconds": "864000"}


def test_nothing_is_asked_twice_nor_where_no_hub_is_announced_or_no_address_is_set(
    table: Table, open_hub: Callable[..., HubServer]
) -> None:
    assert table.subscribe() == 0
    hub = open_hub()
    assert table.subscribe(None) == 0
    assert [table.subscribe() for _ in range(3)] == [1, 0, 0]
    assert len(hub.exchanges) == 1


@both
def test_a_slow_hub_verifies_later_and_one_that_never_does_is_asked_again(
    table: Table, open_hub: Callable[..., HubServer]
) -> None:
    hub = open_hub(is_slow=True)
    table.subscribe()
    assert table.push.state == "asked"
    table.go_on(HOUR)
    assert (table.subscribe(), table.push.state, table.push.last_error) == (0, "failed", UNVERIFIED)
    assert NOON + HOUR + 4 * MINUTE <= table.push.next_attempt_at <= NOON + HOUR + 5 * MINUTE
    table.go_on(5 * MINUTE)
    assert table.subscribe() == 1
    hub.verify()
    assert (hub.verifications[-1], table.push.state, table.push.last_error) == (200, "verified", None)


def test_a_promise_is_renewed_before_it_ends_with_the_same_callback(table: Table, hub: HubServer) -> None:
    table.go_on(7 * DAY)
    assert table.subscribe() == 0
    table.go_on(DAY / 2)
    assert (table.subscribe(), table.push.ends_at) == (1, table.now + 10 * DAY)
    first, second = hub.requests
    assert first == second
    assert len(hub.subscriptions) == 1


def test_the_hub_decides_for_how_long_it_tells(table: Table, open_hub: Callable[..., HubServer]) -> None:
    open_hub(lease=7200)
    table.subscribe()
    assert (table.push.ends_at, table.push.next_attempt_at) == (NOON + 2 * HOUR, NOON + 1.5 * HOUR)


@both
def test_a_hub_that_refuses_is_asked_again_after_days(table: Table, open_hub: Callable[..., HubServer]) -> None:
    hub = open_hub(is_slow=True)
    table.subscribe()
    assert hub.deny(TOPIC, "not\x07 today") == [204]
    assert (table.push.state, table.push.last_error) == ("denied", "the hub refuses: not today")
    table.go_on(DAY - MINUTE)
    assert table.subscribe() == 0
    table.go_on(MINUTE)
    assert table.subscribe() == 1
    hub.deny(TOPIC)
    assert table.push.next_attempt_at == table.now + 2 * DAY


def test_a_hub_may_also_take_back_what_it_had_promised(table: Table, hub: HubServer) -> None:
    assert hub.deny(TOPIC, "closed") == [204]
    assert (table.push.state, table.push.ends_at) == ("denied", None)


def test_a_hub_that_fails_is_asked_ever_more_seldom_and_its_words_are_told_without_our_secrets(
    table: Table, open_hub: Callable[..., HubServer]
) -> None:
    hub = open_hub()
    hub.script(Answer(500), Answer(400, b"no such \x1b[31mtopic"))
    table.subscribe()
    assert (table.push.state, table.push.last_error) == ("failed", "HTTP 500")
    table.go_on(5 * MINUTE)
    table.subscribe()
    assert table.push.last_error == "HTTP 400: no such [31mtopic"
    assert 16 * MINUTE <= table.push.next_attempt_at - table.now <= 20 * MINUTE
    hub.script(Answer(403, f"I know {table.secret}".encode()))
    table.go_on(20 * MINUTE)
    table.subscribe()
    assert table.push.last_error == "HTTP 403: I know [secret]"
    table.go_on(2 * HOUR)
    table.subscribe()
    assert table.push.state == "verified"


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 5), (1, 20), (2, 80), (3, 320), (4, 1280), (5, 1440), (999, 1440)]
)
def test_back_off_grows_to_a_day(failures: int, minutes: float) -> None:
    assert retry_wait(failures, 0) == minutes * MINUTE
    assert retry_wait(failures, 1) == minutes * MINUTE * 0.8


def test_of_several_hubs_the_next_is_asked_when_one_fails(table: Table, open_hub: Callable[..., HubServer]) -> None:
    first, second = open_hub(), open_hub()
    first.script(Answer(503))
    table.subscribe()
    table.go_on(5 * MINUTE)
    table.subscribe()
    assert (table.push.hub, table.push.state, len(second.subscriptions)) == (second.url, "verified", 1)


def test_a_hub_may_send_us_elsewhere_but_not_round_and_round(table: Table, open_hub: Callable[..., HubServer]) -> None:
    hub = open_hub()
    hub.script(Answer(307, b"", {"Location": "/hub"}))
    table.subscribe()
    assert [one.request.path for one in hub.exchanges] == ["/", "/hub"]
    assert table.push.state == "verified"
    table.go_on(8 * DAY)
    hub.script(*[Answer(308, b"", {"Location": hub.url})] * 9)
    table.subscribe()
    assert (table.push.state, table.push.last_error) == ("failed", "redirected too often")
    assert table.push.ends_at == NOON + 10 * DAY  # what it had promised still holds


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:9/", "http://[::1]:{port}/", "http://localhost:{port}/", "gopher://x/", "http://[/"]
)
def test_a_hub_cannot_send_us_into_the_own_network(
    table: Table, open_hub: Callable[..., HubServer], location: str
) -> None:
    hub = open_hub()
    port = int(hub.url.rstrip("/").rpartition(":")[2])
    table.hubs = Hubs(
        replace(gate(), allows=lambda address, at: (address, at) == ("127.0.0.1", port) and not hub.exchanges), "x"
    )
    hub.script(Answer(307, b"", {"Location": location.format(port=port)}))
    table.subscribe()
    assert table.push.state == "failed"
    assert len(hub.exchanges) == 1


def test_without_an_exception_no_hub_in_the_own_network_is_asked(
    table: Table, open_hub: Callable[..., HubServer]
) -> None:
    hub = open_hub()
    table.hubs = Hubs(gate(), "Volya/test")
    table.subscribe()
    assert (table.push.last_error, hub.exchanges) == ("AddressRefusedError", ())


@both
def test_an_outlet_that_is_switched_off_asks_its_hub_to_tell_no_more(table: Table, hub: HubServer) -> None:
    table.change(is_enabled=False)
    assert table.subscribe() == 1
    assert hub.requests[-1]["hub.mode"] == "unsubscribe"
    assert (hub.verifications, hub.subscriptions, table.pushes) == ([200, 200], {}, [])


def test_a_hub_that_cannot_be_left_is_left_to_itself_and_its_pushes_are_gone(table: Table, hub: HubServer) -> None:
    table.change(is_enabled=False)
    for _ in range(4):
        hub.script(Answer(500))
        table.subscribe()
        table.go_on(DAY)
    assert table.pushes == []
    assert len(hub.requests) == 4
    assert (hub.distribute(TOPIC, FEED), hub.subscriptions) == ([410], {})


def test_who_is_switched_on_again_meanwhile_subscribes_again(table: Table, hub: HubServer) -> None:
    hub.script(Answer(500))
    table.change(is_enabled=False)
    table.subscribe()
    table.change(is_enabled=True)
    table.subscribe()
    assert table.push.state == "verified"


def test_another_address_of_the_page_is_told_to_the_hub_at_once(table: Table, hub: HubServer) -> None:
    table.subscribe(table.url.replace("127.0.0.1", "localhost"))
    first, second = hub.requests
    assert second["hub.callback"] == first["hub.callback"].replace("127.0.0.1", "localhost")
    assert table.push.state == "verified"


@both
def test_a_feed_that_names_itself_anew_each_time_is_followed_once_a_day(table: Table, hub: HubServer) -> None:
    table.announce(hub.url, topic=f"{TOPIC}?1")
    assert table.subscribe() == 0
    table.go_on(DAY)
    assert table.subscribe() == 1
    assert hub.requests[-1]["hub.topic"] == f"{TOPIC}?1"


def test_without_an_address_all_hubs_are_left(table: Table, hub: HubServer) -> None:
    assert table.subscribe(None) == 1
    assert (hub.subscriptions, table.pushes) == ({}, [])


@both
def test_a_hub_that_is_announced_no_more_is_let_end(table: Table, hub: HubServer) -> None:
    table.announce()
    table.go_on(9 * DAY)
    assert (table.subscribe(), len(table.pushes)) == (0, 1)
    table.go_on(DAY)
    assert (table.subscribe(), table.pushes) == (0, [])


@both
def test_a_wrong_signature_gets_the_same_answer_and_does_nothing(table: Table, hub: HubServer) -> None:
    for header in ({"X-Hub-Signature": "sha256=" + "0" * 64}, {"X-Hub-Signature": "md5=" + "0" * 32}, {}):
        assert hub.distribute(TOPIC, FEED, header) == [204]
    assert wait_for(lambda: table.push.forged == 3)
    assert (table.push.pushes, table.next_check) == (0, NOON + HOUR)


def test_sha1_is_taken_of_a_hub_that_never_signed_by_better(table: Table, hub: HubServer) -> None:
    for number, algorithm in enumerate(("sha1", "sha512", "sha1"), 1):
        hub.algorithm = algorithm
        assert hub.distribute(TOPIC, FEED) == [204]
        assert wait_for(lambda number=number: table.push.pushes + table.push.forged == number)  # type: ignore[misc]
    assert (table.push.pushes, table.push.forged, table.push.algorithm) == (2, 1, "sha512")


@both
def test_many_pushes_make_one_poll_in_half_a_minute_and_one_in_trouble_keeps_its_time(
    table: Table, hub: HubServer
) -> None:
    table.change(last_checked_at=NOON)
    hub.distribute(TOPIC, FEED)
    hub.distribute(TOPIC, FEED)
    assert wait_for(lambda: table.push.pushes == 2)
    assert table.next_check == NOON + timedelta(seconds=30)
    table.change(failures=3, next_check_at=NOON + HOUR)
    hub.distribute(TOPIC, FEED)
    assert wait_for(lambda: table.push.pushes == 3)
    assert table.next_check == NOON + HOUR


def test_who_is_pushed_is_polled_at_the_ceiling_until_a_poll_finds_what_no_push_told(
    table: Table, hub: HubServer
) -> None:
    table.poll(items_new=1)
    assert table.next_check - table.now < 11 * MINUTE  # nothing was pushed yet
    table.go_on(3 * MINUTE)
    hub.distribute(TOPIC, FEED)
    assert wait_for(lambda: table.next_check == table.now)
    table.poll(items_new=1)
    assert 13 * MINUTE < table.next_check - table.now <= 15 * MINUTE
    table.go_on(15 * MINUTE)
    table.poll(items_new=1)
    assert table.next_check - table.now < 8 * MINUTE  # that was not pushed
    hub.distribute(TOPIC, FEED)
    assert wait_for(lambda: table.push.pushes == 2)
    table.go_on(MINUTE)
    table.poll()
    assert 13 * MINUTE < table.next_check - table.now <= 15 * MINUTE


@both
def test_a_push_during_a_poll_is_not_lost_to_its_plan(table: Table, hub: HubServer) -> None:
    table.catalogue.poll(table.point, "unmodified", at=NOON)
    hub.distribute(TOPIC, FEED)
    assert wait_for(lambda: table.next_check == NOON)
    plan_due(table.database, NOON, Random(1))
    assert table.next_check == NOON


@both
def test_a_stand_in_that_waits_asks_for_nothing(table: Table, open_hub: Callable[..., HubServer]) -> None:
    open_hub()
    with table.database.begin() as session:
        before = {"outlet": "a", "type": "rss", "url": "https://a.example/first", "position": -1, "is_enabled": True}
        session.add(EntryPointRow(**before, next_check_at=NOON, state="alive"))
    table.change(is_stand_in=True)
    assert (table.subscribe(), table.pushes) == (0, [])


def test_nobody_else_can_verify_or_push(table: Table, hub: HubServer) -> None:
    callback = hub.requests[0]["hub.callback"]
    asked = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "c", "hub.lease_seconds": "60"}
    cases: list[tuple[str, dict[str, str], int]] = [
        (callback, asked, 200),
        (callback, {**asked, "hub.topic": f"{TOPIC}/"}, 404),
        (callback, {**asked, "hub.mode": "unsubscribe"}, 404),
        (callback, {**asked, "hub.mode": "publish"}, 404),
        (callback, {**asked, "hub.challenge": ""}, 404),
        (callback, {**asked, "hub.challenge": "c" * 2001}, 404),
        (callback, {"hub.mode": "denied"}, 404),
        (callback, {}, 404),
        (f"{callback[:-1]}_", asked, 404),
        (f"{table.url}/push/99/x", asked, 404),
        (f"{table.url}/push/x/x", asked, 404),
        (f"{table.url}/push/{'9' * 30}/x", asked, 404),
        (f"{table.url}/push/", asked, 404),
    ]
    with httpx.Client(trust_env=False) as client:
        assert [client.get(url, params=given).status_code for url, given, _ in cases] == [one[2] for one in cases]
        agreed = client.get(callback, params={**asked, "hub.challenge": "<script>x</script>"})
        assert (agreed.text, agreed.headers["content-type"]) == ("<script>x</script>", "text/plain; charset=utf-8")
        assert agreed.headers["x-content-type-options"] == "nosniff"
        assert client.post(f"{callback[:-1]}_", content=FEED).status_code == 410
        assert client.post(callback, content=b"x" * (5 * 1024 * 1024 + 1)).status_code == 413
    assert (table.push.pushes, table.push.forged) == (0, 0)
    assert table.push.ends_at == NOON + 5 * MINUTE  # no shorter


def wait_for(holds: Callable[[], bool]) -> bool:
    """Wait until what the page does after it has answered is done."""
    ends_at = time.monotonic() + 10
    while not holds() and time.monotonic() < ends_at:
        threading.Event().wait(0.005)
    return holds()

"""Events come to a page that is open: over a real server, each once, from where a listener stopped."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from db import Database, connect
from db.facts import EventChange, FieldChange, Status
from scheduler.serving import WebThread
from web.access import Access
from web.app import build_app
from web.live import KEPT, LISTENERS, Running

CHANGED = EventChange("status", (FieldChange("status", "reported", "confirmed"),), is_material=True)
CLIENT = httpx.Client(
    timeout=60, verify=False, limits=httpx.Limits(max_connections=None)
)  # a client costs more than a request
Serve = Callable[..., str]


@dataclass(frozen=True)
class Told:
    """What a listener heard."""

    place: int
    event: int
    revision: int


@pytest.fixture
def stopping() -> threading.Event:
    return threading.Event()


@pytest.fixture
def serve(sqlite_database: Database, service: Any, stopping: threading.Event) -> Iterator[Serve]:
    """Serve the page as the service does, at a quicker pace; return its address."""
    threads: list[WebThread] = []

    def serve_page(database: Database = sqlite_database, access: Access | None = None, beat: float = 60.0) -> str:
        running = Running(stopping.is_set, look=0.01, beat=beat)
        thread = WebThread(build_app(database, lambda: service, access, running=running), "127.0.0.1", 0)
        thread.start()
        threads.append(thread)
        return thread.address

    yield serve_page
    stopping.set()
    for thread in threads:
        thread.stop()


def listen(address: str, path: str = "/events/stream?since=0", **headers: str) -> Any:
    return CLIENT.stream("GET", f"{address}{path}", headers=headers)


def heard(lines: Iterator[str]) -> Told:
    """Read on to the end of the next message."""
    place = next(line for line in lines if line.startswith("id: "))
    data = json.loads(next(lines).removeprefix("data: "))
    return Told(int(place.removeprefix("id: ")), data["id"], data["revision"])


def test_what_is_new_and_what_changes_is_told_to_everybody_who_listens(serve: Serve, desk: Any) -> None:
    address = serve()
    with listen(address) as one, listen(address) as other:
        assert one.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert "default-src 'none'" in one.headers["content-security-policy"]
        lines, others = one.iter_lines(), other.iter_lines()
        assert next(lines) == "retry: 3000"
        number = desk.tell(desk.release(52))
        assert heard(lines) == heard(others) == Told(1, number, 1)
        desk.revise(number, desk.release(52, status=Status.CONFIRMED), CHANGED)
        assert heard(lines) == heard(others) == Told(2, number, 2)


def test_who_comes_again_is_told_what_it_missed_each_event_once(serve: Serve, desk: Any) -> None:
    address = serve()
    first, second = desk.tell(desk.release(14)), desk.tell(desk.release(52))
    desk.revise(first, desk.release(14, status=Status.CONFIRMED), CHANGED)
    desk.revise(first, desk.release(15), CHANGED)
    with listen(address, "/events/stream?since=0", **{"Last-Event-ID": "1"}) as answer:
        lines = answer.iter_lines()
        assert [heard(lines), heard(lines)] == [Told(2, second, 1), Told(4, first, 3)]


@pytest.mark.parametrize("place", ["", "x", "-1", "٣", "9" * 40])
def test_who_names_no_place_hears_what_comes_from_now_on(serve: Serve, desk: Any, place: str) -> None:
    desk.tell(desk.release(14))
    with listen(serve(), f"/events/stream?since={place}") as answer:
        lines = answer.iter_lines()
        assert next(lines) == "retry: 3000"
        number = desk.tell(desk.release(52))
        assert heard(lines) == Told(2, number, 1)


def test_of_more_than_a_page_shows_the_newest_are_told(serve: Serve, desk: Any) -> None:
    for number in range(KEPT + 1):
        desk.tell(desk.release(10 + number))
    with listen(serve()) as answer:
        lines = answer.iter_lines()
        assert [heard(lines).event for _ in range(KEPT)] == list(range(2, KEPT + 2))


def test_a_listener_who_hears_nothing_gets_signs_of_life(serve: Serve) -> None:
    with listen(serve(beat=0.01)) as answer:
        assert next(line for line in answer.iter_lines() if line.startswith(":")) == ":"


def test_streams_end_when_the_page_stops(serve: Serve, stopping: threading.Event) -> None:
    with listen(serve()) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "retry: 3000"
        stopping.set()
        assert [line for line in lines if line] == []


def test_only_so_many_may_listen_and_there_is_room_when_they_leave(serve: Serve) -> None:
    address = serve()
    with ExitStack() as listeners:
        heard_by = [listeners.enter_context(listen(address)).iter_lines() for _ in range(LISTENERS)]
        assert {next(lines) for lines in heard_by} == {"retry: 3000"}
        refused = CLIENT.get(f"{address}/events/stream")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        assert CLIENT.get(address).status_code == 200
    assert 200 in {_status(address) for _ in range(100)}  # the server sees by and by that they left


def _status(address: str) -> int:
    with listen(address) as answer:
        return int(answer.status_code)


def test_the_stream_stands_behind_the_guard_as_every_page(serve: Serve) -> None:
    address = serve()
    assert CLIENT.get(f"{address}/events/stream", headers={"Host": "evil.example"}).status_code == 421
    assert CLIENT.post(f"{address}/events/stream").status_code == 405
    public = serve(access=Access("0.0.0.0", "t" * 32))
    assert CLIENT.get(f"{public}/events/stream").status_code == 401
    with listen(public, Authorization=f"Bearer {'t' * 32}") as answer:
        assert answer.status_code == 200


def test_head_is_answered_without_a_stream(serve: Serve) -> None:
    answer = CLIENT.head(f"{serve()}/events/stream")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


def test_a_database_that_does_not_answer_is_said_at_once(serve: Serve, tmp_path: Any) -> None:
    address = serve(connect(f"sqlite:///{tmp_path}/gone/volya.sqlite3"))
    assert CLIENT.get(f"{address}/events/stream").status_code == 503


def test_nothing_is_asked_of_the_database_while_nobody_listens(serve: Serve, sqlite_database: Database) -> None:
    from sqlalchemy import event

    asked: list[str] = []
    event.listen(sqlite_database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    address = serve()
    assert CLIENT.get(f"{address}/healthz").status_code == 200
    assert asked == []
    with listen(address) as answer:
        next(answer.iter_lines())
        while not [one for one in asked if "event_changes" in one]:
            assert CLIENT.get(f"{address}/healthz").status_code == 200

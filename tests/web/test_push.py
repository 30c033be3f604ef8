"""The one door that is open beyond this machine without the token, and how narrow it is."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from db import Database
from db.models import EntryPointRow, OutletRow, PushRow
from db.pushes import PushView, list_pushes
from web.access import Access
from web.app import build_app
from web.judgement import Judgement
from web.live import Running
from web.push import LONGEST_PUSH, MOST_A_MINUTE, MOST_AT_ONCE, Pace, Pushes, lease_of
from web.signatures import read_signature

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
TOKEN, SECRET = "t" * 43, "s" * 43
PATH = f"/push/1/{TOKEN}"
TOPIC = "https://a.example/feed"
BODY = b"<rss/>"
PUBLIC = Access("0.0.0.0", "k" * 32, ("volya.example.org",))
Post = Callable[..., httpx.Response]


def signed(body: bytes, algorithm: str = "sha256", secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature": f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"}


@pytest.fixture
def pushed(sqlite_database: Database) -> Callable[[], PushView]:
    """A push that its hub has verified; call it to see how it stands."""
    with sqlite_database.begin() as session:
        outlet = {"name": "a", "title": "A", "kind": "wire", "languages": [], "timezone": "UTC", "priority": 1}
        session.add(OutletRow(**outlet, is_enabled=True))
        session.flush()
        point = {"outlet": "a", "type": "rss", "url": TOPIC, "position": 0, "is_enabled": True}
        session.add(EntryPointRow(**point, next_check_at=NOW + timedelta(hours=1)))
        session.flush()
        known = {"hub": "https://hub.example/", "topic": TOPIC, "address": "https://volya.example.org"}
        lasts = {"ends_at": NOW + timedelta(days=9), "next_attempt_at": NOW + timedelta(days=7)}
        session.add(PushRow(entry_point_id=1, token=TOKEN, secret=SECRET, state="verified", **known, **lasts))

    def look() -> PushView:
        with sqlite_database.read() as session:
            (push,) = list_pushes(session, "a")
        return push

    return look


@pytest.fixture
def post(sqlite_database: Database) -> Post:
    """Send to the page as hubs see it, that is beyond this machine and without the token."""
    app = build_app(
        sqlite_database,
        lambda: None,
        PUBLIC,
        running=Running(clock=lambda: 0.0),
        judgement=Judgement(clock=lambda: NOW),
    )  # type: ignore[arg-type, return-value]

    def send(path: str, body: bytes = BODY, method: str = "POST", **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="https://volya.example.org") as client:
                return await client.request(method, path, content=body, headers=headers)

        return asyncio.run(ask())

    return send


def test_a_hub_needs_no_token_and_no_origin(post: Post, pushed: Callable[[], PushView]) -> None:
    assert post(PATH, **signed(BODY)).status_code == 204
    assert (pushed().pushes, pushed().pushed_at) == (1, NOW)
    assert post(f"{PATH}?hub.mode=subscribe&hub.topic={TOPIC}&hub.challenge=x", method="GET").text == "x"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", f"/push/1/{'x' * 43}", 410),
        ("POST", f"/push/2/{TOKEN}", 410),
        ("GET", f"/push/1/{'x' * 43}", 404),
        ("HEAD", PATH, 401),
        ("PUT", PATH, 405),
        ("POST", "/push/1/short", 405),
        ("GET", "/push/1/short", 401),
        ("GET", "/push/", 401),
        ("GET", f"{PATH}/more", 401),
        ("POST", f"/push/1/../../approvals/{TOKEN}", 405),
        ("POST", "/approvals", 405),
        ("GET", "/", 401),
    ],
)
def test_nothing_else_is_open(post: Post, pushed: Callable[[], PushView], method: str, path: str, status: int) -> None:
    expected = 403 if path == "/approvals" else status  # there it is the token, and a form of ours
    assert post(path, method=method, **signed(BODY)).status_code == expected
    assert pushed().pushes == 0


def test_a_body_is_capped_and_kept_nowhere(post: Post, pushed: Callable[[], PushView]) -> None:
    longest = b"x" * LONGEST_PUSH
    assert post(PATH, longest, **signed(longest)).status_code == 204
    assert post(PATH, longest + b"x").status_code == 413
    assert (pushed().pushes, pushed().forged) == (1, 0)


def test_of_one_push_so_many_a_minute_are_taken(post: Post, pushed: Callable[[], PushView]) -> None:
    answers = [post(PATH, **signed(BODY)) for _ in range(MOST_A_MINUTE + 1)]
    assert [one.status_code for one in answers] == [204] * MOST_A_MINUTE + [429]
    assert answers[-1].headers["retry-after"] == "60"
    assert pushed().pushes == MOST_A_MINUTE


def test_the_minute_goes_on_and_numbers_are_forgotten() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert [pace.allows(1) for _ in range(MOST_A_MINUTE + 1)] == [True] * MOST_A_MINUTE + [False]
    assert pace.allows(2)
    now[0] = 60.0
    assert pace.allows(1)
    assert all(pace.allows(number) for number in range(3, 5000))


async def never() -> dict[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError


async def gone() -> dict[str, Any]:
    return {"type": "http.disconnect"}


def request_with(receive: Callable[[], Awaitable[Any]]) -> Request:
    params = {"number": "1", "token": TOKEN}
    return Request({"type": "http", "method": "POST", "headers": [], "path_params": params}, receive)


@pytest.mark.parametrize("receive", [never, gone])
def test_a_body_that_does_not_come_is_not_waited_for(
    sqlite_database: Database, pushed: Callable[[], PushView], receive: Callable[[], Awaitable[Any]]
) -> None:
    pushes = Pushes(sqlite_database, read_within=0.01)
    assert asyncio.run(pushes.receive(request_with(receive))).status_code == 408
    assert pushed().forged == 0


@pytest.mark.usefixtures("pushed")
def test_only_so_many_are_read_at_once(sqlite_database: Database) -> None:
    pushes = Pushes(sqlite_database, read_within=5.0)

    async def crowd() -> list[int]:
        waiting = [asyncio.ensure_future(pushes.receive(request_with(never))) for _ in range(MOST_AT_ONCE)]
        await asyncio.wait(waiting, timeout=0)
        refused = await pushes.receive(request_with(never))
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        freed = await Pushes(sqlite_database, read_within=0.01).receive(request_with(never))
        return [refused.status_code, freed.status_code]

    assert asyncio.run(crowd()) == [503, 408]


@pytest.mark.parametrize(
    ("header", "known", "is_believed"),
    [
        ("sha256={}", None, True),
        ("SHA256={}", None, False),
        (" sha256={} ", "sha512", True),
        ("sha1={}", None, True),
        ("sha1={}", "sha1", True),
        ("sha1={}", "sha256", False),
        ("sha512={}", "sha1", True),
        ("sha384={}", None, True),
        ("md5={}", None, False),
        ("{}", None, False),
        ("sha256=", None, False),
        ("sha256={},sha1=0", None, False),
    ],
)
def test_which_signatures_are_believed(header: str, known: str | None, is_believed: bool) -> None:
    name = header.strip().partition("=")[0].lower() or "sha256"
    digest = hmac.new(SECRET.encode(), BODY, name if name in hashlib.algorithms_available else "sha256").hexdigest()
    for given, secret, expected in (
        (digest, SECRET, is_believed),
        (digest.upper(), SECRET, is_believed),
        (digest, "another", False),
        (f"{digest[:-1]}{'0' if digest[-1] != '0' else '1'}", SECRET, False),
    ):
        signature = read_signature(header.format(given), known)
        computed = signature.begin(secret)
        computed.update(BODY)
        assert signature.is_of(computed) is expected


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("864000", 240),
        ("3600", 1),
        ("1", 1 / 12),
        ("9" * 18, 720),
        ("9" * 19, 24),
        (None, 24),
        ("-5", 24),
        ("x", 24),
        ("²", 24),
    ],
)
def test_a_promise_lasts_no_shorter_and_no_longer_than_makes_sense(text: str | None, hours: float) -> None:
    assert lease_of(text) == timedelta(hours=hours)

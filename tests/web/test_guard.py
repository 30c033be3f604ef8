"""Nobody comes in who should not, and every answer carries the security headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from web.access import Access, AccessError
from web.guard import Guard
from web.tokens import TokenCheck

TOKEN = "t" * 32
PUBLIC = Access("0.0.0.0", TOKEN, ("news.example.org",))
Ask = Callable[..., Any]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nothing"])
@pytest.mark.parametrize(("method", "host"), [("GET", "localhost"), ("POST", "localhost"), ("GET", "evil.example")])
def test_every_answer_has_the_security_headers(ask: Ask, path: str, method: str, host: str) -> None:
    headers = ask(path, method, host).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/healthz", "/nothing"])
def test_only_reading_is_possible(ask: Ask, method: str, path: str) -> None:
    answer = ask(path, method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_head_is_reading_without_the_body(ask: Ask) -> None:
    answer = ask("/healthz", "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("host", "here", "public"),
    [
        ("127.0.0.1:8320", True, True),
        ("127.0.0.1", True, True),
        ("LocalHost:1", True, True),
        ("[::1]:8320", True, True),
        ("192.168.1.5:8320", False, True),
        ("news.example.org", False, True),
        ("NEWS.example.org:443", False, True),
        ("evil.example", False, False),
        ("localhost.evil.example", False, False),
        ("127.0.0.1.evil.example", False, False),
        ("evil.example@127.0.0.1", True, True),  # a user part is no host
        ("127.0.0.1@evil.example", False, False),
        ("2130706433", False, False),
        ("", False, False),
        ("[::1", False, False),
        ("xn--80ak6aa92e.example", False, False),
    ],
)
def test_hosts(host: str, here: bool, public: bool) -> None:
    assert Access().is_host_allowed(host) is here
    assert PUBLIC.is_host_allowed(host) is public


def test_a_foreign_host_is_misdirected(ask: Ask) -> None:
    answer = ask("/readyz", host="evil.example")
    assert (answer.status_code, answer.text) == (421, "This server does not answer to that host name.\n")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "news.example.org", ""])
@pytest.mark.parametrize("token", [None, "", "t" * 31])
def test_beyond_this_machine_a_long_token_is_a_must(host: str, token: str | None) -> None:
    with pytest.raises(AccessError, match="needs a token"):
        Access(host, token)
    assert Access(host, TOKEN).is_public


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_on_this_machine_none_is_needed(host: str) -> None:
    assert not Access(host).is_public


def test_a_token_is_never_shown() -> None:
    assert TOKEN not in repr(PUBLIC)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 401),
        ("Bearer", 401),
        ("Bearer токен".encode().decode("latin-1"), 401),
        (f"Basic {TOKEN}", 401),
        (None, 401),
    ],
)
def test_from_elsewhere_the_token_opens(ask: Ask, authorization: str | None, status: int) -> None:
    headers = {"Authorization": authorization} if authorization is not None else {}
    assert ask("/readyz", access=PUBLIC, **headers).status_code == status


def test_a_watcher_needs_no_token_to_see_that_we_live(ask: Ask) -> None:
    assert ask("/healthz", access=PUBLIC).json() == {"status": "alive"}


def test_on_this_machine_a_token_is_not_asked_for(ask: Ask) -> None:
    assert ask("/readyz", access=Access("127.0.0.1", TOKEN)).status_code == 200


def test_guessing_is_slowed_down_and_asking_without_a_token_is_no_guess(send_to: Callable[..., Any]) -> None:
    now = [0.0]
    guard = Guard(PlainTextResponse("inside"), PUBLIC, TokenCheck(PUBLIC, lambda: now[0]))

    def ask(token: str | None) -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return int(send_to(guard, "GET", "http://192.168.1.5/", headers).status_code)

    assert {ask(None) for _ in range(20)} == {401}
    assert [ask("wrong") for _ in range(12)] == [401] * 10 + [429] * 2
    assert ask(TOKEN) == 429
    now[0] = 60.0
    assert ask(TOKEN) == 200

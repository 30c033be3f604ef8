"""The pages as a watcher sees them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db import connect
from web.app import build_app

Ask = Callable[..., Any]


def test_alive_also_without_a_network_and_when_not_ready(ask: Ask, service: Any) -> None:
    service.reasons = ("delivery loop is not running",)
    answer = ask("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_a_full_disk_is_the_one_fault_that_says_503(ask: Ask, service: Any) -> None:
    service.faults = ("disk full: database or disk is full",)
    answer = ask("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "faulty"})
    assert ask("/readyz").json()["reasons"] == ["disk full: database or disk is full"]


def test_ready_when_every_part_works(ask: Ask) -> None:
    answer = ask("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "reasons": [], "network": "down"}


def test_not_ready_says_why(ask: Ask, service: Any) -> None:
    service.reasons = ("crawl process is not running",)
    answer = ask("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["crawl process is not running"])


def test_not_ready_when_the_database_does_not_answer(service: Any, tmp_path: Path, send_to: Callable[..., Any]) -> None:
    gone = connect(f"sqlite:///{tmp_path}/gone/volya.sqlite3")
    answer = send_to(build_app(gone, lambda: service), "GET", "http://127.0.0.1/readyz", {})
    assert answer.status_code == 503
    assert answer.json()["reasons"][0].startswith("database does not answer")
    assert send_to(build_app(gone, lambda: service), "GET", "http://127.0.0.1/healthz", {}).status_code == 200


@pytest.mark.parametrize("path", ["/nothing", "/healthz/x", "/%00", "/../etc/passwd", "/<script>alert(1)</script>"])
def test_an_unknown_page_says_so_and_repeats_nothing(ask: Ask, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text == ask("/an/other").text


def test_a_page_of_a_database_that_does_not_answer_says_where_to_look(
    service: Any, tmp_path: Path, send_to: Callable[..., Any]
) -> None:
    gone = connect(f"sqlite:///{tmp_path}/gone/volya.sqlite3")
    answer = send_to(build_app(gone, lambda: service), "GET", "http://127.0.0.1/", {})
    assert (answer.status_code, answer.text) == (503, "The database does not answer; /readyz says why.\n")


def test_a_page_that_fails_tells_no_inner_thing(send_to: Callable[..., Any], sqlite_database: Any) -> None:
    def fail() -> Any:
        raise RuntimeError("hunter2")

    answer = send_to(build_app(sqlite_database, fail), "GET", "http://localhost/readyz", {})
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"

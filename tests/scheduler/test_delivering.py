"""The delivery loop has a thread of its own, is started again when it fails, and finishes what it sends."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from scheduler.delivering import DeliveryThread
from scheduler.systemd import Systemd

WAIT = 20


def test_it_runs_until_it_is_stopped_and_finishes(loop: Any) -> None:
    thread = DeliveryThread(loop, Systemd())
    thread.start()
    assert loop.runs_well.wait(WAIT)
    assert thread.is_alive
    thread.stop()
    assert (loop.has_finished, loop.runs, thread.is_alive) == (True, 1, False)


def test_a_loop_that_fails_is_started_again(failing_loop: Any, caplog: pytest.LogCaptureFixture) -> None:
    thread = DeliveryThread(failing_loop, Systemd())
    thread.start()
    assert failing_loop.runs_well.wait(WAIT)
    assert "the delivery loop failed and is started again" in caplog.text
    thread.stop()
    assert failing_loop.runs == 2


def test_it_can_be_stopped_at_once_and_twice(loop: Any) -> None:
    thread = DeliveryThread(loop, Systemd())
    thread.start()
    thread.stop()
    thread.stop()
    assert not thread.is_alive


def test_the_watchdog_is_fed_by_the_loop_itself(loop: Any, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(WAIT)
        thread = DeliveryThread(loop, Systemd(str(tmp_path / "notify"), watchdog=3.0))
        thread.start()
        assert [systemd.recv(100) for _ in range(2)] == [b"WATCHDOG=1"] * 2
        thread.stop()

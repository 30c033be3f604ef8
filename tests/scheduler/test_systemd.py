"""What systemd is told, on a socket as systemd gives it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from scheduler.systemd import Systemd


@pytest.mark.parametrize("is_abstract", [False, True])
def test_it_is_told_at_the_socket_that_it_names(tmp_path: Path, is_abstract: bool) -> None:
    named = f"@volya-test-{tmp_path.name}-{id(tmp_path)}" if is_abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind("\0" + named[1:] if is_abstract else named)
        systemd.settimeout(10)
        Systemd.of_environment({"NOTIFY_SOCKET": named}).tell("READY=1")
        assert systemd.recv(100) == b"READY=1"


@pytest.mark.parametrize(
    ("environment", "systemd"),
    [
        ({}, Systemd()),
        ({"NOTIFY_SOCKET": ""}, Systemd()),
        ({"NOTIFY_SOCKET": "relative"}, Systemd()),
        ({"WATCHDOG_USEC": "120000000"}, Systemd()),
        ({"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "120000000"}, Systemd("/run/n", 120.0)),
        ({"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "0"}, Systemd("/run/n")),
        ({"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "soon"}, Systemd("/run/n")),
    ],
)
def test_the_variables_of_its_protocol(environment: dict[str, str], systemd: Systemd) -> None:
    assert Systemd.of_environment(environment) == systemd


def test_a_socket_that_is_gone_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Systemd(str(tmp_path / "gone")).tell("WATCHDOG=1")
    assert "systemd was not told WATCHDOG=1" in caplog.text


def test_without_systemd_nothing_happens(caplog: pytest.LogCaptureFixture) -> None:
    Systemd().tell("READY=1")
    assert not caplog.records

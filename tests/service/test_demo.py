from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

SECONDS = 60


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "demo", *arguments]
    environment = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS + 30, check=False, env=environment)


def test_demonstration_shows_one_alert_one_update_and_nothing_else(tmp_path: Path) -> None:
    ended = demo("--seconds", str(SECONDS), "--json", TMPDIR=str(tmp_path))
    summary = json.loads(ended.stdout)
    assert (ended.returncode, summary["problems"]) == (0, []), ended.stderr
    assert [webhook["type"] for webhook in summary["webhooks"]] == ["event.created", "event.updated"]
    assert len({webhook["key"] for webhook in summary["webhooks"]}) == 2
    assert len({webhook["event_id"] for webhook in summary["webhooks"]}) == 1
    assert [webhook["released"] for webhook in summary["webhooks"]] == list(summary["numbers"].values())
    assert all(article["decision"] for article in summary["articles"])
    assert summary["unchanged"] > 0
    assert summary["seconds"] <= SECONDS
    assert list(tmp_path.iterdir()) == []


def test_demonstration_runs_beside_a_service_on_the_usual_port() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8320))
        except OSError:
            # Then somebody else occupies the port, which is just what this test needs.
            taken.close()
        else:
            taken.listen()
        ended = demo("--seconds", "30", "--seed", "2")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "as it has to be: one alert, one update, nothing else" in ended.stdout
    assert "\x1b" not in ended.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_cleans_up(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "demo"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "/healthz" in line:
                break
        process.send_signal(number)
        assert process.wait(30) == 130
    assert list(tmp_path.iterdir()) == []
    assert tempfile.gettempdir() != str(tmp_path)


@pytest.mark.parametrize("arguments", [("--seconds", "1"), ("--seconds", "soon"), ("--seed", "x"), ("extra",)])
def test_wrong_usage_is_exit_code_2(arguments: Sequence[str]) -> None:
    ended = demo(*arguments)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

SECONDS = 50


@pytest.fixture
def usual_port() -> Iterator[None]:
    """The port of the web page is occupied, by us or by somebody else."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8320))
        except OSError:
            taken.close()  # then somebody else has it, which serves as well
        else:
            taken.listen()
        yield


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "demo", *arguments]
    environment = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS + 30, check=False, env=environment)


def test_demonstration_shows_one_alert_one_update_and_nothing_else_beside_another_service(
    usual_port: None, tmp_path: Path
) -> None:
    ended = demo("--seconds", str(SECONDS), "--json", TMPDIR=str(tmp_path))
    summary = json.loads(ended.stdout)
    assert (ended.returncode, summary["problems"]) == (0, []), ended.stderr
    assert [webhook["type"] for webhook in summary["webhooks"]] == ["event.created", "event.updated"]
    assert len({webhook["key"] for webhook in summary["webhooks"]}) == 2
    assert len({webhook["event_id"] for webhook in summary["webhooks"]}) == 1
    assert [webhook["released"] for webhook in summary["webhooks"]] == list(summary["numbers"].values())
    assert all(article["decision"] for article in summary["articles"])
    assert len(summary["slack"]) == len(summary["slack_app"]) == len(summary["telegram"]) == 2
    assert summary["unchanged"] > 0
    assert summary["requests"] / 5 < sum(summary["faults"].values()) < summary["requests"] / 2
    assert summary["seconds"] <= SECONDS
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_cleans_up(number: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "demo"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            assert "\x1b" not in line  # no colour into a pipe
            if "/healthz" in line:
                break
        process.send_signal(number)
        assert process.wait(30) == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--seconds", "1"), ("--seconds", "soon"), ("--seed", "x"), ("extra",)])
def test_wrong_usage_is_exit_code_2(arguments: Sequence[str]) -> None:
    ended = demo(*arguments)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1

"""`volya run` as a process: one on a database, in order at SIGTERM, and no secret anywhere even when all fails."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import httpx
import pytest

Call = Callable[..., Any]
ROOT = Path(__file__).parents[2]
CANARY = "cAnArY0123456789"
SECRET = "whsec_Y0FuQXJZMDEyMzQ1Njc4OS1jQW5BclkwMTIz"
SETTINGS = """
[web]
listen = "127.0.0.1:{port}"
[crawler]
outlets = ["nv"]
[alerts]
settle = "0s"
[[alerts.destination]]
name = "desk"
channel = "webhook"
url = {{ env = "DESK_URL" }}
secret = {{ file = "{folder}/secret" }}
"""
NEWS = {
    "url": "urn:x",
    "language": "en",
    "title": "Belarus frees 52 political prisoners",
    "text": "Belarus freed 52 political prisoners today, President Gitanas Nauseda said.",
}


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens on, kept from others by a socket that is bound to it."""
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        yield int(kept.getsockname()[1])


@pytest.fixture
def service(
    volya: Call, tmp_path: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[subprocess.Popen[bytes]]:
    """The service at full verbosity, with a destination that nobody answers for."""
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    text = SETTINGS.format(port=0, folder=tmp_path)
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("DESK_URL", f"http://127.0.0.1:{closed_port}/{CANARY}")
    command = [sys.executable, "-m", "cli", "run", "-v", "--settings", str(tmp_path / "settings.toml")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ) as process:
        yield process
        process.kill()


def read_until(stream: IO[bytes] | None, words: bytes) -> bytes:
    assert stream is not None
    seen = b""
    for line in stream:
        seen += line
        if words in line:
            return seen
    pytest.fail(f"the service ended without saying {words!r}:\n{seen.decode()}")


def test_one_service_a_database_and_no_secret_in_anything_it_says(
    volya: Call, service: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    seen = read_until(service.stderr, b"Volya runs: ")
    address = seen.split(b"Volya runs: ")[-1].split()[0].decode()
    assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200

    second = volya("run")
    assert second.code == 75
    assert f"(pid {service.pid})" in second.err

    (tmp_path / "news.jsonl").write_text(json.dumps(NEWS), encoding="utf-8")
    assert volya("import", "news.jsonl", "--alerts").code == 0
    seen += read_until(service.stderr, b"desk")
    told = [volya(*words).out for words in (("alerts", "--json"), ("alerts",), ("check", "--json"), ("explain", "e1"))]
    assert "desk" in told[0]
    arguments = Path(f"/proc/{service.pid}/cmdline")
    told.append(arguments.read_text(encoding="utf-8") if arguments.exists() else "")

    service.send_signal(signal.SIGTERM)
    out, err = service.communicate(timeout=30)
    assert service.returncode == 0
    everything = (seen + out + err).decode() + "".join(told)
    everything += "".join(path.read_bytes().decode("latin-1") for path in tmp_path.glob("volya.sqlite3*"))
    assert CANARY not in everything
    assert SECRET.removeprefix("whsec_") not in everything


def test_an_address_that_is_taken_is_said(volya: Call, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        answer = volya("run", "--set", f"web.listen=127.0.0.1:{other.getsockname()[1]}")
    assert answer.code == 69
    assert len([line for line in answer.err.splitlines() if line.startswith("volya: ")]) == 1

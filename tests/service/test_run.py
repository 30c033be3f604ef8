from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import httpx

from cli.demonstration import Service, Site
from newsroom.stage import Stage, all_fetched

Wait = Callable[[Service, Callable[[], bool]], None]
Volya = Callable[..., subprocess.CompletedProcess[str]]


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_service_answers_fetches_politely_and_stops_in_time(
    site: Site, stage: Stage, start: Callable[[], Service], wait: Wait
) -> None:
    printed = stage.print_ordinary()
    service = start()
    wait(service, service.is_healthy)
    assert httpx.get(f"{site.url}/healthz", trust_env=False).status_code == 200
    wait(service, lambda: httpx.get(f"{site.url}/readyz", trust_env=False).status_code == 200)
    assert "No event yet." in httpx.get(site.url, trust_env=False).text
    wait(service, lambda: all_fetched(printed))
    wait(service, lambda: stage.unchanged_answers >= 2 * len(stage.outlets))
    began_at = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(30) == 0
    assert time.monotonic() - began_at < 10
    for server in stage.outlets.values():
        assert server.count("/robots.txt") >= 1
        assert server.exchanges[0].request.path == "/robots.txt"
        assert all("example.org" in one.request.headers["user-agent"] for one in server.exchanges)
    assert all(one.server.count(one.publication.path) == 1 for one in printed)
    assert stage.receiver.exchanges == ()


def test_interrupt_from_a_terminal_stops_it_too(stage: Stage, start: Callable[[], Service], wait: Wait) -> None:
    service = start()
    wait(service, service.is_healthy)
    service.process.send_signal(signal.SIGINT)
    assert service.process.wait(30) == 0


def test_second_service_on_the_same_database_is_refused(
    site: Site, stage: Stage, start: Callable[[], Service], wait: Wait, volya: Volya
) -> None:
    first = start()
    wait(first, first.is_healthy)
    second = volya("run")
    assert second.returncode == 75
    (line,) = second.stderr.splitlines()
    assert "already" in line
    assert first.is_healthy()


def test_outage_of_everything_is_one_line_and_every_outlet_shows_its_state(
    site: Site, stage: Stage, start: Callable[[], Service], wait: Wait, volya: Volya
) -> None:
    for server in stage.outlets.values():
        server.stop()
    service = start()
    wait(service, service.is_healthy)

    def outlets() -> list[dict[str, Any]]:
        return json_lines(volya("outlets", "list", "--json").stdout)

    wait(service, lambda: all(json.dumps(one).count("refused") for one in outlets()))
    wait(service, lambda: "own outage" in site.log_file.read_text("utf-8"))
    assert service.is_healthy()
    assert service.stop(30) == 0
    assert sorted(one["name"] for one in outlets()) == sorted(stage.outlets)
    lines = site.log_file.read_text("utf-8").splitlines()
    assert len([line for line in lines if "own outage" in line]) == 1
    assert stage.receiver.exchanges == ()


def test_broken_settings_are_one_line_and_exit_78(site: Site, stage: Stage, volya: Volya) -> None:
    text = site.settings_file.read_text("utf-8")
    site.settings_file.write_text(text.replace("settle =", "setle ="), encoding="utf-8")
    ended = volya("run")
    assert ended.returncode == 78
    (line,) = ended.stderr.splitlines()
    assert "settings.toml" in line
    assert "alerts.settle" in line

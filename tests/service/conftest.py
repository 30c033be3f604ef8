"""The whole program as processes: a site to run it in, outlets and a receiver around it, and patient waiting."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cli.demonstration import Service, Site, make_site, service_environment, settings_text
from newsroom.stage import Stage

PATIENCE_SECONDS = 90  # a busy machine is slow; nothing waits longer than it has to
TRIAL_SECONDS = 600  # of a whole trial; an idle machine needs a good minute
BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A folder of this test's own, a free port, a secret."""
    return make_site(tmp_path)


@pytest.fixture
def stage(site: Site) -> Iterator[Stage]:
    """The made-up outlets and the receiver, running, with the settings of a service for them written."""
    with Stage(site.secret) as running:
        site.settings_file.write_text(settings_text(site, running, settle="1s"), encoding="utf-8")
        yield running


@pytest.fixture
def start(site: Site, stage: Stage) -> Iterator[Callable[[], Service]]:
    """Return a function that starts `volya run`; whatever still runs is killed after the test."""
    with ExitStack() as running:
        yield lambda: running.enter_context(Service(site, service_environment(site, stage, os.environ)))


@pytest.fixture
def wait() -> Callable[[Service, Callable[[], bool]], None]:
    """Return a function that waits until something is so, and fails with the service's last words if it never is."""

    def until(service: Service, holds: Callable[[], bool]) -> None:
        if not service.wait_until(holds, time.monotonic() + PATIENCE_SECONDS):
            pytest.fail(f"not so within {PATIENCE_SECONDS} s; the service said: {service.last_words()}")

    return until


@pytest.fixture
def volya(site: Site, stage: Stage) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs one command on the site's settings and returns how it ended."""

    def run(*arguments: str, timeout: float = PATIENCE_SECONDS) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cli", *arguments, "--settings", str(site.settings_file)]
        environment = service_environment(site, stage, os.environ)
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, env=environment)

    return run


@pytest.fixture
def said_by() -> Callable[..., str]:
    """Run a trial of `benchmarks/`, which must end well, and return what it printed."""

    def run(script: str, *arguments: str) -> str:
        command = [sys.executable, str(BENCHMARKS / script), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False)
        sys.stdout.write(done.stdout)  # with -s: the tables
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run

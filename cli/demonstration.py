"""The service on a made-up newsroom: its settings file, its process, and waiting for what it does.

Used by `volya demo` and by the tests of the whole program; the service is the real one, `volya run`.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cli.errors import CommandError
from cli.settings import PREFIX
from newsroom.matrix import ROOM
from newsroom.matrix import TOKEN as MATRIX_TOKEN
from newsroom.ntfy import TOPIC
from newsroom.outlets import OutletServer
from newsroom.slack_app import CHANNEL
from newsroom.stage import Stage
from newsroom.telegram import CHAT

URL_VARIABLE = "VOLYA_DEMO_URL"
SECRET_VARIABLE = "VOLYA_DEMO_SECRET"  # noqa: S105  the name of a variable, not a secret
SLACK_VARIABLE = "VOLYA_DEMO_SLACK"
DISCORD_VARIABLE = "VOLYA_DEMO_DISCORD"
TOPIC_VARIABLE = "VOLYA_DEMO_TOPIC"
MATRIX_VARIABLE = "VOLYA_DEMO_MATRIX"
SLACK_TOKEN_VARIABLE = "VOLYA_DEMO_SLACK_TOKEN"  # noqa: S105  the name of a variable, not a secret
TOKEN_VARIABLE = "VOLYA_DEMO_TOKEN"  # noqa: S105  the name of a variable, not a secret
CHANNELS = ("webhook", "slack", "slack-app", "telegram")  # those that the demonstration judges
_TICK_SECONDS = 0.1
_LOG_LINES = 12
_CALM = 'delay = "1s"'
_IMPATIENT = 'delay = "0s"\ntimeout = "2s"\nretry = "1s"'  # no fault holds the demonstration up for longer


@dataclass(frozen=True, slots=True)
class Site:
    """Where one showing lives: its folder (settings, database, log), the web page's port, the webhook's secret."""

    folder: Path
    port: int
    secret: str

    @property
    def settings_file(self) -> Path:
        """The settings that the service reads."""
        return self.folder / "settings.toml"

    @property
    def database_url(self) -> str:
        """The address of the throwaway database."""
        return f"sqlite:///{self.folder / 'volya.sqlite3'}"

    @property
    def log_file(self) -> Path:
        """What the service says, with what the console destination shows."""
        return self.folder / "service.log"

    @property
    def url(self) -> str:
        """The address of the service's web page."""
        return f"http://127.0.0.1:{self.port}"


def make_site(folder: Path) -> Site:
    """Return a site in `folder` with a free port and a fresh secret (32 random bytes, Standard Webhooks)."""
    return Site(folder, free_port(), f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}")


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_text(
    site: Site,
    stage: Stage,
    settle: str = "2s",
    check_every: str = "1s",
    channels: Sequence[str] = CHANNELS[:1],
    cap: int | None = None,
) -> str:
    """Return the settings of a service that knows the made-up outlets only and may fetch from their addresses only.

    `channels` are the receivers of the stage that are told; every destination has `cap`, if it is given. In a world
    with faults the crawl process is impatient.
    """
    servers = stage.outlets.values()
    capped = "" if cap is None else f"\ncap = {cap}"
    lines = [
        f"[db]\nurl = {_quoted(site.database_url)}",
        f'[web]\nlisten = "127.0.0.1:{site.port}"',
        f'[alerts]\nsettle = "{settle}"',
        f'[[alerts.destination]]\nname = "console"\nchannel = "console"{capped}',
        *(f"{_destination_text(channel, stage)}{capped}" for channel in channels),
        "[crawler]",
        'contact = "mailto:nobody@example.org"',
        f"outlets = {_quoted([server.outlet.name for server in servers])}",
        f"allow_addresses = {_quoted(['{}/32:{}'.format(*server.address) for server in servers])}",
        *([_CALM if stage.world.seed is None else _IMPATIENT] if servers else []),  # no outlets: no pace of ours
        *(_outlet_text(server, check_every) for server in servers),
    ]
    return "\n".join(lines) + "\n"


def _destination_text(channel: str, stage: Stage) -> str:
    places = {
        "webhook": f'url = {{ env = "{URL_VARIABLE}" }}\nsecret = {{ env = "{SECRET_VARIABLE}" }}',
        "slack": f'url = {{ env = "{SLACK_VARIABLE}" }}',
        "slack-app": (
            f'token = {{ env = "{SLACK_TOKEN_VARIABLE}" }}\nchat = "{CHANNEL}"\n'
            f"base_url = {_quoted(stage.slack_app.url)}"
        ),
        "telegram": (
            f'token = {{ env = "{TOKEN_VARIABLE}" }}\nchat = "{CHAT}"\nbase_url = {_quoted(stage.telegram.url)}'
        ),
        "discord": f'url = {{ env = "{DISCORD_VARIABLE}" }}',
        "matrix": (f'token = {{ env = "{MATRIX_VARIABLE}" }}\nchat = "{ROOM}"\nbase_url = {_quoted(stage.matrix.url)}'),
        "ntfy": f'topic = {{ env = "{TOPIC_VARIABLE}" }}\nbase_url = {_quoted(stage.ntfy.url)}',
    }
    name = "receiver" if channel == "webhook" else channel
    return f'[[alerts.destination]]\nname = "{name}"\nchannel = "{channel}"\n{places[channel]}'


def _outlet_text(server: OutletServer, check_every: str) -> str:
    outlet = server.outlet
    return (
        f'[[crawler.outlet]]\nname = "{outlet.name}"\ntitle = {_quoted(outlet.title)}\nkind = "independent"\n'
        f'languages = ["{outlet.language}"]\ntimezone = "{outlet.timezone}"\npriority = 1\n'
        f'check_every = "{check_every}"\n'
        f'entry_points = [ {{ type = "{outlet.dialect}", url = "{server.entry_url}" }} ]'
    )


def _quoted(value: str | Sequence[str]) -> str:
    # JSON strings and lists of them are TOML too.
    return json.dumps(value, ensure_ascii=False)


def service_environment(site: Site, stage: Stage, environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with the receivers' addresses and secrets, without anybody's own settings of ours."""
    kept = {name: value for name, value in environment.items() if not (name.startswith(PREFIX) and "__" in name)}
    addresses = {URL_VARIABLE: stage.receiver.url, SLACK_VARIABLE: stage.slack.url, DISCORD_VARIABLE: stage.discord.url}
    tokens = {
        TOKEN_VARIABLE: stage.telegram.token,
        SLACK_TOKEN_VARIABLE: stage.slack_app.token,
        MATRIX_VARIABLE: MATRIX_TOKEN,
    }
    return {**kept, **addresses, SECRET_VARIABLE: site.secret, TOPIC_VARIABLE: TOPIC, **tokens}


class Service:
    """`volya run` as a process of its own; a context manager.

    It is in a session of its own, so that an interrupt from the terminal reaches us only and we end it in order.
    """

    def __init__(self, site: Site, environment: Mapping[str, str]) -> None:
        self.site = site
        command = (sys.executable, "-m", "cli", "run", "--settings", str(site.settings_file))
        with site.log_file.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own program
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(environment), start_new_session=True
            )

    def wait_until(self, holds: Callable[[], bool], ends_at: float) -> bool:
        """Wait until `holds` is true, at most until `ends_at` (monotonic); say whether it is.

        Raises CommandError with the last lines of its log if the service ends meanwhile.
        """
        while True:
            if holds():
                return True
            if self.process.poll() is not None:
                raise CommandError(f"the service ended with {self.process.returncode}: {self.last_words()}")
            if time.monotonic() >= ends_at:
                return False
            with suppress(
                subprocess.TimeoutExpired
            ):  # the tick: waiting on the process, so that its end is seen at once
                self.process.wait(_TICK_SECONDS)

    def is_healthy(self) -> bool:
        """Say whether `/healthz` answers 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def last_words(self) -> str:
        """Return the last lines of the log, on one line."""
        lines = self.site.log_file.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]
        return " | ".join(line.strip() for line in lines if line.strip()) or "it said nothing"

    def stop(self, seconds: float) -> int | None:
        """Ask the service to end (SIGTERM) and return its exit code; None if it had to be killed after `seconds`."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self) -> None:
        """Kill the service and what it started, at once (SIGKILL)."""
        with suppress(ProcessLookupError):  # it ended by itself in this moment
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

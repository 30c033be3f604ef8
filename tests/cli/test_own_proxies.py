"""The password of an outlet's own proxy: referred to, told to that proxy, and seen by nobody else (SEC-20, SEC-21)."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.credentials import read_secrets
from cli.errors import ExitCode, SettingsError
from cli.keys import Settings
from newsroom.serving import Answer, LoopbackServer, Request

ROOT = Path(__file__).parents[2]
CANARIES = ("canary-of-the-one", "canary-of-the-other")
FEED = b'<rss version="2.0"><channel><title>x</title></channel></rss>'
TABLE = """
[[crawler.outlet]]
name = "{name}"
title = "{name}"
kind = "independent"
languages = ["uk"]
proxy = {proxy}
entry_points = [ {{ type = "rss", url = "http://{name}.example/feed" }} ]
"""
Call = Callable[..., Any]


class Proxy:
    """Answers for any host; one of them fails and says back all that it was told. Notes what `ps` would show meanwhile."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.commands = b""

    def respond(self, request: Request) -> Answer:
        host = request.headers["host"]
        self.asked[host] = request.headers.get("proxy-authorization", "")
        self.commands += b"".join(one.read_bytes() for one in commands())
        if request.path == "/robots.txt":
            return Answer(404)
        said = repr(sorted(request.headers.items())).encode()
        return Answer(500, said) if host.startswith("other") else Answer(200, FEED, {"Content-Type": "text/xml"})


def commands() -> list[Path]:
    """The command lines of this user's processes that belong to this checkout; none where the system hides them."""
    return [one for one in Path("/proc").glob("[0-9]*/cmdline") if os.access(one, os.R_OK) and _is_ours(one)]


def _is_ours(file: Path) -> bool:
    try:
        return b"crawl" in file.read_bytes()
    except OSError:  # it has ended
        return False


@pytest.fixture
def proxy() -> Iterator[tuple[Proxy, str]]:
    answering = Proxy()
    server = LoopbackServer(answering.respond)
    server.start()
    yield answering, server.url.removeprefix("http://")
    server.stop()


def test_it_is_told_to_the_proxy_and_stands_in_no_log_no_database_and_no_command(
    proxy: tuple[Proxy, str], tmp_path: Path, sqlite_url: str
) -> None:
    answering, address = proxy
    secret = tmp_path / "proxy"
    secret.write_text(f"http://me:{CANARIES[1]}@{address}\n", encoding="utf-8")
    secret.chmod(0o600)
    tables = TABLE.format(name="one", proxy='{ env = "ONE_PROXY" }') + TABLE.format(
        name="other", proxy=f'{{ file = "{secret}" }}'
    )
    file = tmp_path / "settings.toml"
    file.write_text(f'[crawler]\noutlets = ["one", "other"]\nallow_addresses = ["127.0.0.2"]\ndelay = "0s"\n{tables}')
    environment = {**os.environ, "VOLYA_DB__URL": sqlite_url, "ONE_PROXY": f"http://me:{CANARIES[0]}@{address}"}
    command = [sys.executable, "-m", "cli", "-v", "--settings", str(file), "crawl"]
    ran = subprocess.run(command, capture_output=True, timeout=120, check=False, cwd=ROOT, env=environment)
    told = [base64.b64decode(answering.asked[f"{name}.example"].removeprefix("Basic ")) for name in ("one", "other")]
    assert told == [f"me:{canary}".encode() for canary in CANARIES]
    assert b"HTTP 500" in ran.stdout
    assert b"crawl" in answering.commands or not Path("/proc/self/cmdline").exists()
    stored = b"".join(part.read_bytes() for part in tmp_path.glob("volya.sqlite3*"))
    encoded = [base64.b64encode(f"me:{canary}".encode()) for canary in CANARIES]
    for canary in (*map(str.encode, CANARIES), *encoded):
        for place in (ran.stdout, ran.stderr, stored, answering.commands):
            assert canary not in place


def settings_of(proxy: object) -> Settings:
    outlet = {"name": "mine", "title": "Mine", "proxy": proxy}
    return Settings.model_validate({"crawler": {"outlet": [outlet, {"name": "other", "proxy": "http://p.example:1"}]}})


def test_secrets_hold_the_proxies_that_are_referred_to() -> None:
    secrets = read_secrets(settings_of({"env": "MINE"}), {"MINE": "http://me:canary@p.example:1"})
    assert {key: one.get_secret_value() for key, one in secrets.items()} == {
        "crawler.outlet.mine.proxy": "http://me:canary@p.example:1"
    }


@pytest.mark.parametrize(
    ("value", "trouble"),
    [
        ("", "crawler.outlet.mine.proxy: the environment variable MINE is not set"),
        ("canary", "crawler.outlet.mine.proxy: no http(s) address of a proxy"),
        ("socks5://me:canary@p.example", "crawler.outlet.mine.proxy: no http(s) address of a proxy"),
    ],
)
def test_a_proxy_that_cannot_be_had_is_told_by_its_key_and_never_by_its_value(value: str, trouble: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_secrets(settings_of({"env": "MINE"}), {"MINE": value})
    assert trouble in str(refused.value)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("proxy", [{}, {"env": "A", "file": "/b"}, {"env": 1}, {"password": "canary"}])
def test_a_reference_that_is_none_is_refused_with_its_forms(proxy: object, volya: Call, tmp_path: Path) -> None:
    values = ", ".join(f"{key} = {value!r}" for key, value in dict(proxy).items())  # type: ignore[call-overload]  # a case
    (tmp_path / "settings.toml").write_text(TABLE.format(name="mine", proxy=f"{{ {values} }}"), encoding="utf-8")
    answer = volya("outlets", "list")
    assert answer.code == ExitCode.CONFIGURATION
    assert 'give as proxy an address, { env = "NAME" } or { file = "/path" }' in answer.err
    assert "canary" not in answer.err


def test_looking_at_outlets_needs_no_secret_and_says_where_the_proxy_stands(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(TABLE.format(name="mine", proxy='{ env = "MINE" }'), encoding="utf-8")
    said = " ".join(volya("outlets", "show", "mine").out.split())
    assert "Proxy from the environment variable MINE" in said
    assert volya("outlets", "check", "mine").err.startswith(
        "volya: settings: crawler.outlet.mine.proxy: the environment"
    )
    assert any("MINE is not set" in one["text"] for one in volya("check", "--json").objects)
    (tmp_path / "settings.toml").write_text(TABLE.format(name="mine", proxy='{ file = "/run/p" }'), encoding="utf-8")
    assert "Proxy from the file /run/p" in " ".join(volya("outlets", "show", "mine").out.split())


def test_a_password_in_the_file_itself_is_refused_with_what_to_do(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(TABLE.format(name="mine", proxy='"http://me:canary@p.example:1"'))
    answer = volya("outlets", "list")
    assert answer.code == ExitCode.CONFIGURATION
    assert 'crawler.outlet[1].proxy: holds a password: give the whole address as { env = "NAME" }' in answer.err
    assert "canary" not in answer.err

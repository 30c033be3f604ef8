"""T-SECRET: every secret is a canary, everything fails and echoes, all is said at DEBUG; none is ever seen (P10)."""

from __future__ import annotations

import base64
import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from cli.demonstration import Service, Site, make_site
from cli.logs import OURS, redactor
from cli.main import main
from newsroom import Answer, Receiver, Request, Reset

PATIENCE_SECONDS = 90
TRIED_BY_HAND = ("broken", "refusing", "accepting", "absent")
NOWHERE = "http://127.0.0.1:1"  # refused at once
TITLE = "Belarus frees 36 political prisoners after talks with envoy John Coale"
TEXT = "Belarus released 36 political prisoners on Tuesday, envoy John Coale said at the border, Reuters reported."


def said_back(request: Request) -> str:
    """Everything that came, plainly, percent-encoded and in base64, as a gateway's page of an error may show it."""
    headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    target = f"{request.path}?{request.query}" if request.query else request.path
    whole = f"{request.method} {target}\n{headers}\n\n{request.body.decode(errors='replace')[:300]}"
    values = " ".join(value.rpartition(" ")[2] for value in request.headers.values())
    short = f"{target} {values}"
    encoded = [base64.b64encode(part.encode()).decode() for part in (target, values, whole)]
    return "\n".join([short, quote(short, safe=""), *encoded, whole])


def words(request: Request) -> bytes:
    """The same as what services say in JSON: whatever is read from an answer says it."""
    said = said_back(request)
    names = ("error", "description", "message", "ts", "channel", "id", "warning", "result")
    return json.dumps({"ok": False, "code": 50006, **dict.fromkeys(names, said)}).encode()


def accepted(request: Request) -> bytes:
    said = said_back(request)
    result = {"message_id": 7, "chat": {"id": -5, "title": said}}
    return json.dumps(
        {"ok": True, "ts": said, "channel": said, "id": said, "channel_id": said, "result": result}
    ).encode()


JSON = {"Content-Type": "application/json"}
FAULTS: Mapping[str, Callable[[Request], Answer]] = {
    "broken": lambda request: Answer(500, said_back(request).encode()),
    "refusing": lambda request: Answer(400, words(request), JSON),
    "forbidding": lambda request: Answer(403, words(request), JSON),
    "denying": lambda request: Answer(200, words(request), JSON),
    "moving": lambda request: Answer(302, said_back(request).encode(), {"Location": f"http://x.example{request.path}"}),
    "rambling": lambda request: Answer(200, b"\xff\x00" + said_back(request).encode()),
    "accepting": lambda request: Answer(200, accepted(request), JSON),
    "limiting": lambda request: Answer(429, words(request), {**JSON, "Retry-After": "3600"}),
    "resetting": lambda _: Answer(reset=Reset.AFTER_RECORDING),
}


class Echo(Receiver):
    """A server that fails in one way and says back what it was told."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self._fault = fault

    def answer(self, request: Request) -> Answer:
        return FAULTS[self._fault](request)

    @property
    def url(self) -> str:
        return self.root


@dataclass
class Trap:
    """Everything the program was given that is secret, and everything that it said."""

    site: Site
    words: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    destinations: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, bytes] = field(default_factory=dict)
    listen: Callable[[], Any] = field(default=lambda: None)

    def word(self) -> str:
        """Return a new canary: letters and digits, as every service takes them."""
        self.words.append(f"CANARY{len(self.words):04}{os.urandom(10).hex()}")
        return self.words[-1]

    def hide(self, variable: str, value: str) -> dict[str, str]:
        self.environment[variable] = value
        return {"env": variable}

    def add(self, row: Any, fault: str, root: str) -> None:
        keys, secrets = row.trap(root, self.word())
        name = f"{row.channel}-{fault}"
        hidden = {key: self.hide(f"SECRET_{name}_{key}", value) for key, value in secrets.items()}
        self.destinations.append({"name": name, "channel": row.channel, **keys, **hidden})

    def run(self, *arguments: str, **environment: str) -> int:
        """Run a command of the program as its entry point does, and keep what it says."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**self.environment, **environment}.items():
                patch.setenv(name, value)
            code = main([*arguments, "--settings", str(self.site.settings_file)])
        heard = self.listen()
        self.said[f"{len(self.said)} volya {' '.join(arguments)}"] = (heard.out + heard.err).encode(errors="replace")
        return code


@pytest.fixture
def logs_restored() -> Iterator[None]:
    """Put logging back as it was: a call of the program sets it up for its process, which here is everybody's."""
    loggers = [logging.getLogger(), *map(logging.getLogger, OURS)]
    before = [(logger.level, list(logger.handlers)) for logger in loggers]
    excepthook = threading.excepthook
    logging.getLogger("newsroom").propagate = False  # the receivers run in this process; what they say is not ours
    yield
    logging.getLogger("newsroom").propagate = True
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers
    threading.excepthook = excepthook
    logging.captureWarnings(capture=False)
    redactor.learn(())


@pytest.fixture
def trap(
    tmp_path: Path,
    rows: Any,
    as_toml: Callable[[Mapping[str, Any]], str],
    capfd: pytest.CaptureFixture[str],
    logs_restored: None,
) -> Iterator[Trap]:
    """A site whose every secret is a canary and whose every receiver fails."""
    made = Trap(make_site(tmp_path), listen=capfd.readouterr)
    with ExitStack() as running:
        servers = {fault: running.enter_context(Echo(fault)).url for fault in FAULTS}
        for fault, root in {**servers, "absent": NOWHERE}.items():
            for row in rows:
                made.add(row, fault, root)
        proxy = servers["broken"].removeprefix("http://")
        made.environment["VOLYA_CRAWLER__PROXY"] = f"http://user:{made.word()}@{proxy}"
        tables = [
            f'[db]\nurl = "{made.site.database_url}"',
            f'[web]\nlisten = "127.0.0.1:{made.site.port}"\ntoken = {{ env = "SECRET_WEB" }}',
            '[crawler]\noutlets = ["made-up"]\nallow_addresses = ["127.0.0.0/8"]\ndelay = "0s"\nretry = "1s"',
            (
                '[[crawler.outlet]]\nname = "made-up"\ntitle = "Made up"\nkind = "independent"\nlanguages = ["en"]\n'
                'timezone = "UTC"\npriority = 1\ncheck_every = "1s"\n'
                'entry_points = [ { type = "rss", url = "http://outlet.example/rss" } ]'
            ),
            f'[events.adjudicator]\nurl = "{servers["broken"]}"\nmodel = "m"\nkey = {{ env = "SECRET_KEY" }}',
            '[alerts]\nsettle = "1s"',
            *map(as_toml, made.destinations),
        ]
        made.hide("SECRET_WEB", made.word().ljust(40, "0"))
        made.hide("SECRET_KEY", made.word())
        made.site.settings_file.write_text("\n".join(tables), encoding="utf-8")
        yield made


def test_no_secret_is_seen_whatever_fails(trap: Trap, tmp_path: Path) -> None:
    import_release(trap, tmp_path)
    serve(trap)
    ask_commands(trap)
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"volya.sqlite3", "service.log"} <= set(files)
    assert attempts(trap.site) >= len(trap.destinations)
    found = [(place, word, form) for place, content in {**trap.said, **files}.items()
             for word in trap.words for form in forms(word) if form in content]  # fmt: skip
    assert [(place, form.decode()) for place, _, form in found] == [], "\n".join(
        sorted({f"{p} {f[:14]!r}" for p, _, f in found})
    )
    size = sum(map(len, [*trap.said.values(), *files.values()]))
    print(f"{len(trap.words)} canaries at {len(trap.destinations)} destinations: 0 in {len(files)} files, "  # noqa: T201
          f"{len(trap.said)} outputs, {size:,} bytes")  # fmt: skip


def import_release(trap: Trap, folder: Path) -> None:
    document = {"url": "https://outlet.example/1", "title": TITLE, "text": TEXT, "language": "en"}
    lines = folder / "release.jsonl"
    lines.write_text(json.dumps({**document, "published": datetime.now(UTC).isoformat()}), encoding="utf-8")
    assert trap.run("import", str(lines), "--alerts", "-v") == 0


def serve(trap: Trap) -> None:
    """Run the service until each destination was tried, and keep what it shows and what the process list says."""
    site = trap.site
    with Service(site, {**os.environ, **trap.environment}, ("-v",)) as service:
        ends_at = time.monotonic() + PATIENCE_SECONDS
        if not service.wait_until(lambda: attempts(site) >= len(trap.destinations), ends_at):
            pytest.fail(f"{attempts(site)} attempts of {len(trap.destinations)}: {service.last_words()}")
        assert service.wait_until(lambda: crawl_errors(site) > 0, ends_at)
        for path in ("/", "/events/1", "/articles/1", "/healthz", "/readyz", "/static/style.css", "/none"):
            for headers in (
                {},
                {"authorization": f"Bearer {trap.environment['SECRET_WEB']}"},
                {"host": "evil.example"},
            ):
                answer = httpx.get(f"{site.url}{path}", trust_env=False, headers=headers)
                trap.said[f"page {path} {len(headers)} {answer.status_code} {headers.get('host')}"] = (
                    answer.content + repr(answer.headers.raw).encode()
                )
        trap.said["process list"] = process_list()
        assert b"crawl\0--worker" in trap.said["process list"]
        assert service.stop(30) == 0


def process_list() -> bytes:
    """Return what everybody on this machine can see of its processes (`ps`)."""
    shown = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            shown.append(file.read_bytes())
        except OSError:  # it has ended
            continue
    return b"\n".join(shown)


def ask_commands(trap: Trap) -> None:
    """Run what prints errors, some of it with a database or a setting that cannot be used."""
    for name in [one["name"] for one in trap.destinations if one["name"].endswith(TRIED_BY_HAND)]:
        trap.run("alerts", "test", name, "-v")
    for arguments in (("check",), ("check", "--json"), ("alerts", "list", "--json"), ("alerts", "show", "1", "--json"),
                      ("explain", "e1"), ("alerts", "preview", "e1"), ("outlets", "list", "--json"),
                      ("outlets", "show", "made-up"),
                      ("extract", "http://outlet.example/1", "-v"), ("export", "events"), ("export", "articles")):  # fmt: skip
        trap.run(*arguments)
    password = trap.word()
    for address in (f"postgresql+psycopg://volya:{password}@127.0.0.1:1/volya", f"postgresql+psycopg://volya:{password}@/x?port=y",
                    f"postgresql+psycopg://volya:{password}@127.0.0.1:port/volya", f"nosuch://volya:{password}@x/y"):  # fmt: skip
        assert trap.run("events", "list", "-v", VOLYA_DB__URL=address) != 0
    for command in ("check", "run"):
        trap.run(command, "-v", VOLYA_DB__URL=address)
    assert trap.run("check", SECRET_WEB="x" * 8 + trap.word()[:20]) != 0  # shorter than a token may be
    trap.run("check", VOLYA_CRAWLER__PROXY=f"http://user:{trap.word()}@:x")
    for variable in [
        name for name in trap.environment if name.endswith(("broken_url", "broken_token", "broken_secret"))
    ]:
        trap.run("check", **{variable: f"not usable\u00e9 {trap.word()}"})


def forms(word: str) -> Iterator[bytes]:
    """Yield a canary as it would stand in any of the three places that base64 can begin at, and plainly."""
    raw = word.encode()
    yield raw
    yield raw.lower()
    for shift in range(3):
        skipped = (0, 2, 3)[shift]
        whole = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        yield whole[skipped : (shift + len(raw)) * 8 // 6].encode()


def attempts(site: Site) -> int:
    return number(site, "count(DISTINCT delivery_id) FROM delivery_attempts")


def crawl_errors(site: Site) -> int:
    return number(site, "count(*) FROM entry_points WHERE last_error IS NOT NULL")


def number(site: Site, question: str) -> int:
    with sqlite3.connect(f"file:{site.folder / 'volya.sqlite3'}?mode=ro", uri=True) as database:
        (found,) = database.execute(f"SELECT {question}").fetchone()
    return int(found)

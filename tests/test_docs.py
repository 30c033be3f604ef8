"""The docs against the program: what people can type, write or receive is told in the reference, and links lead somewhere."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import crawler.outlets
import crawler.sites
import db.facts
from alerts.channels.webhook import sign
from alerts.channels.webhook_body import webhook_body
from alerts.message import Layout, Telling, render
from alerts.wording import message_languages
from cli.alert_keys import DestinationKeys
from cli.channels import CHANNELS
from cli.documents import Document
from cli.errors import ExitCode
from cli.key_types import SecretReference
from cli.keys import Settings
from cli.main import app
from db import connect
from db.facts import Count, EventChange, EventCount, EventFacts, Evidence, Kind, Mention, Polarity, Status
from db.views import ArticleView, EventArticle, EventView, article_json, event_json
from scheduler.pacing import LIMITS

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
NOW = datetime(2026, 4, 28, 12, 14, tzinfo=UTC)


def text_of(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def commands(command: Any, path: str = "volya") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by what people type; a noun with options of its own is one, too."""
    found = below(command)
    if not found or (command.params and command is not PROGRAM):
        yield path, command
    for name, one in found.items():
        yield from commands(one, f"{path} {name}")


def groups(command: Any) -> Iterator[Any]:
    yield command
    for one in below(command).values():
        yield from groups(one)


def below(command: Any) -> dict[str, Any]:
    names = command.list_commands(None) if hasattr(command, "list_commands") else ()
    return {name: command.get_command(None, name) for name in names}


PROGRAM = typer.main.get_command(app)
COMMANDS = dict(commands(PROGRAM))


def section(text: str, heading: str) -> str:
    """The part of a page under a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no heading {heading!r}"
    return found[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_section_with_every_option_of_its_own(command: str) -> None:
    told = section(text_of("commands.md"), f"`{command}`")
    options = [option for parameter in COMMANDS[command].params for option in parameter.opts if option[0] == "-"]
    assert [option for option in options if option not in ("--help", "-h") and option not in told] == []


def test_no_section_is_about_a_command_that_does_not_exist() -> None:
    headings = re.findall(r"^### `(volya [^`]+)`$", text_of("commands.md"), re.MULTILINE)
    assert sorted(headings) == sorted(COMMANDS)


def test_every_global_option_is_told() -> None:
    told = section(text_of("commands.md"), "Options of every command")
    options = [option for parameter in PROGRAM.params for option in parameter.opts]
    assert [option for option in options if f"`{option}" not in told] == []


def test_the_help_of_every_command_has_an_example() -> None:
    assert [one.name for one in groups(PROGRAM) if "Example" not in (one.epilog or "")] == []


def keys_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every key of the settings with its built-in value; a table that is a key is its keys."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not SecretReference:
            yield from keys_of(kind, f"{path}{name}.")
        else:
            yield f"{path}{name}", field.default


KEYS = dict(keys_of(Settings)) | dict(keys_of(DestinationKeys, "alerts.destination."))


def shown(key: str, value: Any) -> str:
    """How the reference writes a built-in value."""
    if value is PydanticUndefined:
        return "needed"
    if key == "alerts.destination":
        return "the console"
    if isinstance(value, timedelta):
        return f'`"{value.total_seconds():.0f}s"`'
    return "none" if value is None else f"`{json.dumps(value)}`"


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_is_told_with_its_built_in_value(key: str) -> None:
    assert f"| `{key}` | {shown(key, KEYS[key])} |" in text_of("settings.md")


def test_no_setting_is_told_that_does_not_exist() -> None:
    told = re.findall(r"^\| `((?:db|crawler|events|alerts|web)\.[a-z_.]+)` \|", text_of("settings.md"), re.MULTILINE)
    assert sorted(told) == sorted(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_stands_in_the_file_that_ships(key: str) -> None:
    *_, name = key.split(".")
    written = (ROOT / "settings.toml").read_text(encoding="utf-8")
    assert re.search(rf"^(?:# )?{name} = |^(?:# )?\[\[{re.escape(key)}\]\]", written, re.MULTILINE)


def test_the_settings_that_ship_are_the_built_in_ones() -> None:
    written = tomllib.loads((ROOT / "settings.toml").read_text(encoding="utf-8"))
    assert Settings.model_validate(written) == Settings()


def test_every_key_of_an_outlet_of_ones_own_is_told() -> None:
    told = section(text_of("settings.md"), "`[[crawler.outlet]]`")
    keys = {*crawler.outlets._OUTLET_KEYS, *crawler.entry_points._ENTRY_POINT_KEYS} - {"type", "url"}
    words = {*crawler.outlets.KINDS, *crawler.outlets.ENTRY_POINT_TYPES}
    assert [word for word in sorted(keys | words) if f"`{word}`" not in told] == []


def test_every_channel_and_every_language_of_messages_is_told() -> None:
    told = section(text_of("settings.md"), "`[[alerts.destination]]`")
    assert [channel for channel in CHANNELS if f"The channel `{channel}`" not in told] == []
    languages = section(text_of("settings.md"), "`[alerts]`")
    assert [language for language in message_languages() if f"`{language}`" not in languages] == []


def test_every_form_of_a_secret_is_told() -> None:
    told = section(text_of("settings.md"), "Secrets")
    assert [key for key in SecretReference.model_fields if f"{key} = " not in told] == []


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_told(code: ExitCode) -> None:
    assert f"| {int(code)} |" in text_of("exit-codes.md")


EVENT = EventView(
    id=1,
    revision=1,
    first_seen=NOW,
    updated=NOW,
    facts=EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, date(2026, 4, 28)),
    articles=(EventArticle(1, "https://example.org/1", "nv", "uk", "A title", NOW, "first"),),
)
ARTICLE = ArticleView(1, "https://example.org/1", None, None, None, None, None, None, (), (), None)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("A document", Document.model_fields),
        ("An analysis", [field.name for kind in (Mention, Count, Evidence) for field in fields(kind)]),
        ("An analysis", [field.name for field in fields(db.facts.Analysis)]),
        ("An event", [*event_json(EVENT, "A title"), *event_json(EVENT, "")["articles"][0]]),
        ("An event", [field.name for field in fields(EventCount)]),
        ("An article", article_json(ARTICLE, whole=True)),
    ],
)
def test_every_key_of_the_json_is_told(heading: str, keys: Any) -> None:
    told = section(text_of("json.md"), heading)
    assert [key for key in keys if f'"{key}"' not in told] == []


def test_every_word_of_the_vocabulary_is_told() -> None:
    kinds = [kind for kind in vars(db.facts).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    words = [word.value for kind in kinds if kind is not StrEnum for word in kind]
    assert [word for word in words if f"`{word}`" not in text_of("json.md")] == []


def test_every_key_of_the_webhook_is_told() -> None:
    telling = Telling("updated", EventChange("released"), 1, NOW)
    body = json.loads(webhook_body(render(EVENT, telling, "en"), Layout.FULL))
    own = body["data"].keys() - event_json(EVENT, "").keys()
    assert [key for key in sorted({*body, *own}) if f"| `{key}` |" not in text_of("webhook.md")] == []
    short = json.loads(webhook_body(render(EVENT, telling, "en"), Layout.SHORT))["data"].keys() - own
    assert [key for key in sorted(short) if f"`{key}`" not in text_of("webhook.md")] == []


def test_the_app_of_the_how_to_may_write_and_nothing_else_and_its_settings_are_valid() -> None:
    page = (ROOT / "docs" / "how-to" / "slack.md").read_text(encoding="utf-8")
    manifest, *others = re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert others == []
    assert json.loads(manifest)["oauth_config"] == {"scopes": {"bot": ["chat:write"]}}
    tables = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    destinations = [Settings.model_validate(tomllib.loads(table)).alerts.destination[0] for table in tables]
    assert [one.channel for one in destinations] == ["slack-app", "slack"]


def test_the_receiver_of_the_how_to_verifies_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "how-to" / "webhook.md").read_text(encoding="utf-8")
    code = re.search(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert code is not None
    handler = code[1].rpartition("\nHTTPServer")[0]
    names: dict[str, Any] = {}
    exec(compile(handler, "webhook.md", "exec"), names)
    monkeypatch.setenv("DESK_SECRET", "whsec_" + "A" * 43 + "=")
    assert (
        answer_to(names["Receiver"], b'{"type": "event.created", "data": {"title": "A title"}}', is_altered=False)
        == 204
    )
    assert (
        answer_to(names["Receiver"], b'{"type": "event.created", "data": {"title": "A title"}}', is_altered=True) == 400
    )


def answer_to(receiver: Any, body: bytes, *, is_altered: bool) -> int:
    """The status the how-to's receiver answers to a body signed as the webhook channel signs."""
    import base64
    import threading
    from http.server import HTTPServer

    import httpx

    at = int(datetime.now(UTC).timestamp())  # the library refuses timestamps more than five minutes off
    signature = sign((base64.b64decode("A" * 43 + "="),), "msg_1", at, body)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": signature}
    with HTTPServer(("127.0.0.1", 0), receiver) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        content = body.replace(b"A title", b"Another") if is_altered else body
        return httpx.post(url, content=content, headers=headers, trust_env=False).status_code


def test_every_address_of_the_page_and_every_mark_of_an_article_is_told() -> None:
    from web.article import GROUPS
    from web.pages.approvals import PATH as APPROVALS
    from web.words import page_words

    told = text_of("web.md")
    routes = re.findall(r'Route\("([^"{]*)', (ROOT / "web" / "app.py").read_text(encoding="utf-8"))
    paths = {path.rstrip("/") for path in (*routes, APPROVALS)}
    rows = re.findall(r"^\| `(/[^`]*)`", told, re.MULTILINE)
    assert sorted(path for path in paths if f"`{path}" not in told) == []
    assert [row for row in rows if row != "/" and not row.startswith(tuple(paths - {""}))] == []
    labels = {page_words("en").label("groups", group) for group in GROUPS.values()}
    assert [label for label in labels if f"| {label} |" not in told] == []
    assert [field for field in GROUPS if f"`{field}`" not in told] == []


def test_every_address_of_the_api_and_every_parameter_is_told() -> None:
    from web.api.operations import operations
    from web.everyone import Everyone
    from web.judgement import Judgement

    told = text_of("api.md")
    table = operations(connect("sqlite:///never-opened"), "en", Judgement(), Everyone())
    assert [one.path for one in table if f"| `/api{one.path}` |" not in told] == []
    parameters = {name for one in table for name in one.query.model_fields}
    assert [name for name in sorted(parameters) if f"`{name}`" not in section(told, "Parameters")] == []


def test_the_waits_that_the_docs_tell_are_those_of_the_program() -> None:
    from alerts import outcome, policy
    from crawler.articles import BASELINE_AGE
    from scheduler import jobs

    assert (policy.Rules().max_age, BASELINE_AGE) == (timedelta(hours=36), timedelta(hours=36))
    assert policy.settle_time(None, can_edit=False) == timedelta(seconds=60)
    hours = [
        wait / timedelta(hours=1) for wait in (outcome.REFUSAL_PATIENCE, outcome.FAILURE_PATIENCE, outcome.DEADLINE)
    ]
    assert hours == [24, 120, 72]
    assert jobs.KEEP_BACKUPS == 7
    minutes = {priority: tuple(limit // timedelta(minutes=1) for limit in both) for priority, both in LIMITS.items()}
    assert minutes == {1: (2, 15), 2: (5, 30), 3: (10, 60)}


def test_the_docs_tell_how_many_outlets_are_known_and_how_many_are_asked() -> None:
    known, asked = len(crawler.outlets.load_catalogue()), len(crawler.outlets.load_outlets())
    for name, words in (
        ("README.md", (f" {known} outlets", f"The {asked} that")),
        ("CHANGELOG.md", (f"{asked} of the {known} outlets",)),
        ("docs/explanation.md", (f" {known} outlets. {asked} are asked", f" {known - asked} are\nknown and off")),
    ):
        told = (ROOT / name).read_text(encoding="utf-8")
        assert [word for word in words if word not in told] == []


def test_the_docs_tell_how_often_the_catalogue_asks_at_the_least_and_at_the_most() -> None:
    outlets = crawler.outlets.load_outlets()
    on = [(outlet, point) for outlet in outlets for point in outlet.entry_points if point.is_on]
    points = [
        (point, timedelta(seconds=point.check_every or outlet.check_every or 0), outlet.priority)
        for outlet, point in on
        if not point.is_stand_in
    ]
    hour = timedelta(hours=1)
    most, least = (sum(hour / (fixed or LIMITS[priority][end]) for _, fixed, priority in points) for end in (0, 1))
    sites = {crawler.sites.site_of(urlsplit(point.url).hostname or "") for point, _, _ in points}
    told = (ROOT / "docs" / "explanation.md").read_text(encoding="utf-8")
    assert (
        f"have {len(on)} entry points that are on. {len(points)} of them are asked, at {len(sites)} registered" in told
    )
    assert f"the other {len(on) - len(points)} stand in" in told
    assert f"makes {round(least, -1):.0f} requests an hour when little" in told
    assert f"and {round(most, -1):,.0f} when everybody" in told
    assert f"asked {round(least, -1):.0f} to {round(most, -1):,.0f} times an hour" in told
    assert most < 3600

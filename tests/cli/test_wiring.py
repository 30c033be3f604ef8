"""The composition root: the service is made of the settings, and never loads Scrapy."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from alerts import (
    AppriseChannel,
    ConsoleChannel,
    DiscordChannel,
    EmailChannel,
    MatrixChannel,
    NtfyChannel,
    QuietHours,
    SlackAppChannel,
    SlackChannel,
    TelegramChannel,
    UnusableDestinationError,
    WebhookChannel,
)
from alerts.destinations import OnUncertain, Updates
from cli.alert_keys import DestinationKeys
from cli.channels import CHANNEL_TYPES, CHANNELS, channel_of
from cli.invocation import Invocation
from cli.keys import Settings
from cli.page import access_of
from cli.wiring import (
    adjudicator_of,
    bots_of,
    destination_of,
    push_parts,
    sending_options,
    service_parts,
    settled_of,
    templates_of,
    worker_argv,
)
from db import Database
from db.facts import Kind, Status
from events.adjudicator import Endpoint
from newsroom import TelegramReceiver

ROOT = Path(__file__).parents[2]
CANARY = "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5"
SECRETS = {
    "alerts.destination.desk.url": SecretStr("https://canary.example/api/webhooks/1/canary"),
    "alerts.destination.desk.secret": SecretStr(CANARY),
    "alerts.destination.desk.topic": SecretStr("canary-topic"),
    "alerts.destination.desk.token": SecretStr("123456:canary-canary-canary"),
    "alerts.destination.mail.url": SecretStr("smtps://canary:canary@mail.example"),
    "alerts.destination.team.url": SecretStr("xmls://canary.example/canary"),
    "alerts.destination.app.token": SecretStr("xoxb-1-canary-canary-canary"),
}
HEAVY = ("scrapy", "twisted", "lxml", "parsel", "trafilatura", "htmldate", "apprise")


def test_the_service_never_loads_scrapy() -> None:
    program = (
        "import importlib, sys; from cli.main import COMMANDS\n"
        "for file in COMMANDS.values(): importlib.import_module(f'cli.commands.{file}')\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_a_destination_takes_the_values_of_the_settings() -> None:
    keys = DestinationKeys.model_validate(
        {
            "name": "desk",
            "channel": "webhook",
            "url": {"env": "URL"},
            "secret": {"env": "SECRET"},
            "kinds": ["release"],
            "statuses": ["confirmed"],
            "people": ["Ihar Losik"],
            "minimum": 10,
            "approval": True,
            "on_uncertain": "hold",
        }
    )
    settings = Settings.model_validate({"alerts": {"language": "uk", "settle": "90s"}})
    channel = channel_of(keys, SECRETS)
    destination = destination_of(keys, settings)
    assert (destination.kinds, destination.statuses) == ((Kind.RELEASE,), (Status.CONFIRMED,))
    assert (destination.language, destination.minimum, destination.approval) == ("uk", 10, True)
    assert destination.on_uncertain == OnUncertain.HOLD
    assert destination.settle == timedelta(seconds=90)
    assert "canary" not in repr(destination).lower()
    assert CANARY not in repr(vars(channel)) or "Y2Fu" not in repr(destination)


@pytest.mark.parametrize(
    ("own", "kind", "updates"),
    [
        ({"channel": "slack", "url": {"env": "URL"}}, SlackChannel, Updates.MAJOR),
        (
            {"name": "app", "channel": "slack-app", "token": {"env": "TOKEN"}, "chat": "#alerts"},
            SlackAppChannel,
            Updates.EDIT,
        ),
        ({"channel": "telegram", "token": {"env": "TOKEN"}, "chat": -100, "thread": 3}, TelegramChannel, Updates.EDIT),
        ({"channel": "webhook", "url": {"env": "URL"}, "secret": {"env": "SECRET"}}, WebhookChannel, Updates.EVERY),
        ({"channel": "discord", "url": {"env": "URL"}, "thread": 3}, DiscordChannel, Updates.EDIT),
        (
            {
                "channel": "matrix",
                "token": {"env": "TOKEN"},
                "chat": "#a:example.org",
                "base_url": "https://matrix.example.org",
            },
            MatrixChannel,
            Updates.EDIT,
        ),
        ({"channel": "ntfy", "topic": {"env": "TOPIC"}}, NtfyChannel, Updates.MAJOR),
        (
            {"name": "mail", "channel": "email", "url": {"env": "A"}, "to": ["a@b.example"], "sender": "c@d.example"},
            EmailChannel,
            Updates.MAJOR,
        ),
        ({"name": "team", "channel": "apprise", "url": {"env": "A"}}, AppriseChannel, Updates.MAJOR),
        ({"channel": "console"}, ConsoleChannel, Updates.MAJOR),
    ],
)
def test_every_channel_is_made_of_its_settings_and_hears_of_changes_as_it_can(
    own: dict[str, Any], kind: type[Any], updates: Updates
) -> None:
    keys = DestinationKeys.model_validate({"name": "desk", **own})
    assert isinstance(channel_of(keys, SECRETS), kind)
    assert destination_of(keys, Settings()).updates == updates
    assert set(CHANNELS) == set(CHANNEL_TYPES)


def test_quiet_hours_are_those_of_the_settings_by_the_clock_they_name() -> None:
    keys = DestinationKeys(name="a", channel="console", quiet="22:00-07:30", quiet_timezone="Europe/Kyiv")
    assert destination_of(keys, Settings()).quiet == QuietHours(time(22), time(7, 30), ZoneInfo("Europe/Kyiv"))
    plain = keys.model_copy(update={"quiet_timezone": None})
    assert destination_of(plain, Settings()).quiet == QuietHours(time(22), time(7, 30))
    assert destination_of(DestinationKeys(name="a", channel="console"), Settings()).quiet is None


def test_ntfy_takes_a_server_and_a_token_that_fits_it() -> None:
    own = {"channel": "ntfy", "topic": {"env": "A"}, "token": {"env": "B"}, "base_url": "https://ntfy.example.org"}
    keys = DestinationKeys.model_validate({"name": "desk", **own})
    channel = channel_of(keys, {**SECRETS, "alerts.destination.desk.token": SecretStr("tk_canary")})
    assert isinstance(channel, NtfyChannel)
    assert "canary" not in repr(channel)
    with pytest.raises(UnusableDestinationError, match="its token must be one of ntfy"):
        channel_of(keys, SECRETS)


def test_without_filters_everything_that_alerts_is_sent() -> None:
    keys = DestinationKeys(name="console", channel="console")
    destination = destination_of(keys, Settings())
    assert destination.kinds == (Kind.RELEASE, Kind.NEGOTIATION)
    assert destination.minimum is None


def test_the_parts_of_the_service_fit_together(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[web]\nlisten = "127.0.0.1:0"\n', encoding="utf-8")
    parts = service_parts(Invocation(tmp_path / "settings.toml"), sqlite_database, {})
    assert (parts.web.host, parts.web.port) == ("127.0.0.1", 0)
    assert parts.backups == tmp_path / "backups"
    assert parts.child is not None


def taking(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "channel": "telegram", "token": {"env": "T"}, "subscribers": "anyone", **more}


def test_a_destination_that_takes_subscribers_is_a_template_and_told_itself_only_where_it_has_a_chat() -> None:
    settings = Settings.model_validate({"alerts": {"destination": [taking("desk", minimum=10), taking("app", chat=5)]}})
    assert [one.name for one in settled_of(settings)] == ["app"]
    assert [(one.name, one.destination.minimum, one.allow) for one in templates_of(settings)] == [
        ("desk", 10, None),
        ("app", None, None),
    ]


def test_two_that_take_subscribers_cannot_share_a_bot() -> None:
    settings = Settings.model_validate({"alerts": {"destination": [taking("desk"), taking("app")]}})
    token = SecretStr("123456:canary-canary-canary")
    secrets = {f"alerts.destination.{name}.token": token for name in ("desk", "app")}
    with pytest.raises(UnusableDestinationError, match="destination app: shares its bot with desk") as raised:
        bots_of(settings, secrets)
    assert "canary" not in str(raised.value)
    secrets["alerts.destination.app.token"] = SecretStr("no token")
    with pytest.raises(UnusableDestinationError, match="destination app: its token is not that of a bot"):
        bots_of(settings, secrets)


def test_the_parts_of_a_service_with_subscribers_fit_together(
    sqlite_database: Database, tmp_path: Path, telegram: TelegramReceiver
) -> None:
    token = '{ env = "T" }'
    (tmp_path / "settings.toml").write_text(
        '[[alerts.destination]]\nname = "desk"\nchannel = "telegram"\nsubscribers = "anyone"\n'
        f'token = {token}\nbase_url = "{telegram.url}"\n',
        encoding="utf-8",
    )
    secrets = {"alerts.destination.desk.token": SecretStr(telegram.token)}
    parts = service_parts(Invocation(tmp_path / "settings.toml"), sqlite_database, secrets)
    telegram.write(5, "/start")

    async def scene() -> None:
        running = asyncio.create_task(parts.delivery.run())
        assert await asyncio.to_thread(telegram.inbox.wait_until_confirmed, 20)
        parts.delivery.stop()
        await asyncio.wait_for(running, 20)

    asyncio.run(scene())
    assert [one.visible.text[:11] for one in telegram.messages] == ["Subscribed."]
    assert parts.announce(now=datetime.now(UTC)) == 0


@pytest.fixture
def telegram() -> Iterator[TelegramReceiver]:
    with TelegramReceiver(chats=()) as running:
        yield running


def test_a_service_without_outlets_starts_no_crawl_process(sqlite_database: Database, tmp_path: Path) -> None:
    text = '[crawler]\noutlets = []\n[web]\nlisten = "127.0.0.1:0"\n'
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    assert service_parts(Invocation(tmp_path / "settings.toml"), sqlite_database, {}).child is None


@pytest.mark.parametrize(
    ("web", "crawler", "address"),
    [
        ({}, {}, None),
        ({"address": "https://volya.example.org/"}, {}, "https://volya.example.org"),
        ({"address": "https://volya.example.org", "push": False}, {}, None),
        ({"address": "https://volya.example.org"}, {"outlets": []}, None),
    ],
)
def test_hubs_are_told_the_address_of_the_page_where_it_is_to_be_told(
    web: dict[str, Any], crawler: dict[str, Any], address: str | None
) -> None:
    assert push_parts(Settings.model_validate({"web": web, "crawler": crawler})).address == address


def test_a_second_opinion_is_asked_for_only_where_the_settings_name_who() -> None:
    assert adjudicator_of(Settings().events.adjudicator, {}) is None
    table = {"url": "https://api.example.org/v1", "model": "m", "key": {"env": "K"}, "timeout": "3s", "rate": 2}
    keys = Settings.model_validate({"events": {"adjudicator": table}}).events.adjudicator
    asking = adjudicator_of(keys, {"events.adjudicator.key": SecretStr(CANARY)})
    assert asking is not None
    assert asking.endpoint == Endpoint("https://api.example.org/v1", "m", CANARY, timedelta(seconds=3), 2)
    assert CANARY not in repr(asking.endpoint)


def test_the_page_answers_to_the_name_that_others_know_it_by() -> None:
    keys = Settings.model_validate({"web": {"address": "https://volya.example.org:8443/"}}).web
    assert keys.address == "https://volya.example.org:8443"
    assert access_of(keys, {}).is_host_allowed("volya.example.org:8443")
    assert not access_of(Settings().web, {}).is_host_allowed("volya.example.org")


def test_an_alert_names_the_page_of_its_event_only_where_others_can_open_it() -> None:
    public = Settings.model_validate({"web": {"address": "https://volya.example.org/"}})
    assert sending_options(public, "me").page == "https://volya.example.org"
    assert sending_options(Settings(), "me").page is None


def test_alerts_know_a_person_in_any_spelling() -> None:
    options = sending_options(Settings(), "me")
    assert options.person_key("Игорь Лосик") == options.person_key("Ihar Losik") != options.person_key("Darya Losik")


def test_the_worker_reads_the_same_settings_and_is_given_no_secret(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")
    argv = worker_argv(Invocation(tmp_path / "settings.toml", ("db.url=sqlite:///x",), is_verbose=True))
    assert argv[1:5] == ("-m", "cli", "crawl", "--worker")
    assert argv[5:] == ("--settings", str(tmp_path / "settings.toml"), "--set", "db.url=sqlite:///x", "--verbose")

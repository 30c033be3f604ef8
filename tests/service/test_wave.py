"""F-40: twelve outlets in seven languages report one release within an hour. The reports are data: tests/data/wave."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cli.demonstration import CHANNELS, Service, Site, service_environment, settings_text
from newsroom.press import Dialect, MadeUpOutlet
from newsroom.slack import visible_text
from newsroom.stage import Printed, Stage, all_fetched
from newsroom.stories import Story, tell
from newsroom.verdict import received
from newsroom.world import World

DATA = Path(__file__).parents[1] / "data" / "wave"
OUTLETS, LANGUAGES, REPORTS = 12, 7, 24
AT_ONCE = 4  # reports between two looks at what came of them
MOST_UPDATES = 6

Wait = Callable[[Service, Callable[[], bool]], None]
Volya = Callable[..., subprocess.CompletedProcess[str]]


@dataclass(frozen=True, slots=True)
class Report:
    """One article of the wave: `minute` after the first, and the root that a careful reader sees in it."""

    outlet: str
    minute: int
    root: str
    story: Story


@dataclass(frozen=True, slots=True)
class Wave:
    outlets: tuple[MadeUpOutlet, ...]
    reports: tuple[Report, ...]


@pytest.fixture(scope="session")
def wave() -> Wave:
    outlets: list[MadeUpOutlet] = []
    reports: list[Report] = []
    for path in sorted(DATA.glob("*.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        outlets += [outlet_of(table, path.stem) for table in tables["outlet"]]
        reports += [report_of(table, path.stem) for table in tables["report"]]
    return Wave(tuple(outlets), tuple(sorted(reports, key=lambda report: report.minute)))


def outlet_of(table: dict[str, Any], language: str) -> MadeUpOutlet:
    return MadeUpOutlet(**{**table, "dialect": Dialect(table["dialect"])}, language=language)


def report_of(table: dict[str, Any], language: str) -> Report:
    story = Story(
        name=f"wave-{table['outlet']}-{table['minute']}",
        language=language,
        about="release",
        section="",
        title=table["title"],
        teaser=table["teaser"],
        text=table["text"],
        author="",
        caption="",
    )
    return Report(table["outlet"], table["minute"], table["root"], story)


@pytest.fixture
def stage(site: Site, wave: Wave) -> Iterator[Stage]:
    """The twelve outlets and a webhook receiver, a Slack and a Telegram, in place of the usual stage."""
    hosts = {outlet.name: f"127.1.0.{number}" for number, outlet in enumerate(wave.outlets, 1)}
    with Stage(site.secret, world=World(wave.outlets, hosts, (), {})) as running:
        site.settings_file.write_text(settings_text(site, running, settle="1s", channels=CHANNELS), encoding="utf-8")
        yield running


@pytest.fixture
def service(site: Site, stage: Stage, wait: Wait) -> Iterator[Service]:
    with Service(site, service_environment(site, stage, os.environ)) as running:
        wait(running, running.is_healthy)
        yield running


def test_wave_of_twelve_outlets_in_seven_languages_is_one_event_and_one_alert(
    wave: Wave, site: Site, stage: Stage, service: Service, wait: Wait, volya: Volya
) -> None:
    begin = last_ten_o_clock()
    printed: list[Printed] = []
    for first in range(0, len(wave.reports), AT_ONCE):
        printed += publish(stage, wave.reports[first : first + AT_ONCE], begin)
        wait(service, partial(are_read, site, printed))
    wait(service, partial(is_calm, site))
    assert service.stop(30) == 0
    events = [json.loads(line) for line in volya("events", "list", "--json").stdout.splitlines()]
    assert len(events) == 1, [(event["title"], len(event["articles"])) for event in events]
    check_event(events[0], wave, printed, begin)
    check_webhooks(stage, site)
    check_slack(stage)
    check_slack_app(stage)
    check_telegram(stage)


def check_event(event: dict[str, Any], wave: Wave, printed: Sequence[Printed], begin: datetime) -> None:
    released = {row["value"] for row in event["counts"] if row["role"] == "released" and row["nationality"] is None}
    assert (event["kind"], event["status"], event["event_date"]) == ("release", "confirmed", begin.date().isoformat())
    assert released == {51, 52}  # the 14 came first and are among the 52; one outlet counts 51
    assert sorted(row["url"].partition("?")[0] for row in event["articles"]) == sorted(one.url for one in printed)
    assert sorted(event["roots"]) == sorted({report.root for report in wave.reports})
    assert event["independent_sources"] == len({report.root for report in wave.reports})


def check_webhooks(stage: Stage, site: Site) -> None:
    webhooks = received(stage.receiver.exchanges, site.secret)
    types = Counter(webhook.type for webhook in webhooks)
    assert [webhook.problem for webhook in webhooks if webhook.problem] == []
    assert len({webhook.event_id for webhook in webhooks}) == 1
    assert set(types) == {"event.created", "event.updated"}
    assert types["event.created"] == 1
    assert types["event.updated"] <= MOST_UPDATES


def check_slack(stage: Stage) -> None:
    updates = [visible_text(message).startswith("UPDATE:") for message in stage.slack.messages]
    assert updates.count(False) == 1
    assert updates.count(True) <= MOST_UPDATES


def check_slack_app(stage: Stage) -> None:
    (alert,) = stage.slack_app.posts
    answers = stage.slack_app.thread(alert.ts)
    assert alert.edits <= MOST_UPDATES
    assert 1 + len(answers) == len(stage.slack_app.messages) <= 1 + MOST_UPDATES


def check_telegram(stage: Stage) -> None:
    """An update edits the alert; only a major one is followed by an answer, which rings."""
    (alert,) = (message for message in stage.telegram.messages if message.reply_to is None)
    answers = [message for message in stage.telegram.messages if message.reply_to is not None]
    assert {message.reply_to for message in answers} <= {alert.id}
    assert alert.edits <= MOST_UPDATES
    assert len(answers) <= MOST_UPDATES


def test_data_is_a_wave_of_twelve_outlets_in_seven_languages_within_an_hour(wave: Wave) -> None:
    assert len({outlet.name for outlet in wave.outlets}) == OUTLETS
    assert len({outlet.language for outlet in wave.outlets}) == LANGUAGES
    assert len(wave.reports) == REPORTS
    assert set(Counter(report.outlet for report in wave.reports).values()) == {2}
    assert [wave.reports[0].minute, wave.reports[-1].minute] == [0, 60]


def last_ten_o_clock() -> datetime:
    """Return the last 10:00 UTC that is over an hour ago: then no outlet is at another day than the others."""
    now = datetime.now(UTC)
    today = datetime.combine(now.date(), time(10), UTC)
    return today if now - today > timedelta(hours=1) else today - timedelta(days=1)


def publish(stage: Stage, reports: Sequence[Report], begin: datetime) -> list[Printed]:
    """Publish reports under their minutes of the hour that follows `begin`; they can be read at once."""
    printed = []
    for report in reports:
        server = stage.outlets[report.outlet]
        told = tell(report.story, begin.date())
        printed.append(Printed(server, server.publish_told(told, begin + timedelta(minutes=report.minute))))
    return printed


def are_read(site: Site, printed: Sequence[Printed]) -> bool:
    """Say whether all these articles, and no others, have been fetched and read."""
    return all_fetched(printed) and count(site, "articles WHERE read_at IS NOT NULL") == len(printed)


def is_calm(site: Site) -> bool:
    """Say whether nothing waits to be announced or to be sent."""
    # A minor edit may be due in ten minutes only (D-21): that is calm.
    soon = "next_attempt_at < datetime('now', '+5 minutes')"
    waiting = f"deliveries WHERE state IN ('pending', 'sending', 'uncertain') AND {soon}"
    return count(site, "events WHERE announced_revision < revision") == 0 == count(site, waiting)


def count(site: Site, rows: str) -> int:
    """Return how many rows there are, seen from outside."""
    with sqlite3.connect(f"file:{site.folder / 'volya.sqlite3'}?mode=ro", uri=True) as database:
        (number,) = database.execute(f"SELECT count(*) FROM {rows}").fetchone()
    return int(number)

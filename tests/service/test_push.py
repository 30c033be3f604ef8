"""The whole program and a hub: what an outlet publishes is fetched when its hub tells, not when its time comes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cli.demonstration import Service, Site, service_environment, settings_text
from db import open_database
from db.pushes import list_pushes
from newsroom import HubServer, find_story, made_up_outlets, plain_world
from newsroom.stage import Stage

Wait = Callable[[Service, Callable[[], bool]], None]


@pytest.fixture
def hub() -> Iterator[HubServer]:
    with HubServer() as running:
        yield running


@pytest.fixture
def stage(site: Site, hub: HubServer) -> Iterator[Stage]:
    """One outlet that is asked once an hour and announces the hub, and a page whose address the hub may be told."""
    outlet = replace(made_up_outlets()["ranok"], hub=hub.url)
    with Stage(site.secret, world=replace(plain_world(), outlets=(outlet,))) as running:
        text = settings_text(site, running, check_every="1h")
        port = hub.url.rstrip("/").rpartition(":")[2]
        text = text.replace("[web]", f'[web]\naddress = "{site.url}"')
        text = text.replace("allow_addresses = [", f'allow_addresses = ["127.0.0.1/32:{port}", ')
        site.settings_file.write_text(text, encoding="utf-8")
        yield running


def test_subscribed_published_and_fetched_at_once(site: Site, stage: Stage, hub: HubServer, wait: Wait) -> None:
    (server,) = stage.outlets.values()
    server.publish(find_story(server.outlet.ordinary[0]), datetime.now(UTC) - timedelta(hours=3))
    path = server.entry_url.removeprefix(server.url)
    with Service(site, service_environment(site, stage, os.environ)) as service:
        wait(service, lambda: bool(hub.subscriptions))
        printed = server.publish(find_story(made_up_outlets()["amber"].ordinary[0]), datetime.now(UTC))
        assert (server.count(path), server.count(printed.path)) == (1, 0)
        assert hub.publish(server.entry_url) == [204]
        wait(service, lambda: server.count(printed.path, 200) == 1)
        feeds = [
            one for one in server.exchanges if one.request.path == path and "Volya" in one.request.headers["user-agent"]
        ]
        assert len(feeds) == 2
        assert "if-none-match" in feeds[1].request.headers
        assert service.stop(30) == 0
    database = open_database(site.database_url)
    with database.read() as session:
        (push,) = list_pushes(session, server.outlet.name)
    database.close()
    assert (push.hub, push.state, push.pushes, push.algorithm) == (hub.url, "verified", 1, "sha256")
    told = site.log_file.read_text("utf-8")
    assert all(part not in told for one in hub.subscriptions.values() for part in (one.secret or "", one.callback))

"""`volya crawl`: one round in the foreground against made-up outlets on this machine."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.demonstration import Site, make_site, service_environment, settings_text
from newsroom.stage import Stage

Crawl = Callable[..., Any]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


@pytest.fixture
def stage(site: Site) -> Iterator[Stage]:
    with Stage(site.secret) as running:
        site.settings_file.write_text(settings_text(site, running), encoding="utf-8")
        yield running


@pytest.fixture
def volya(site: Site, stage: Stage, forked: Any, tmp_path: Path) -> Crawl:
    """Call the program on the site's settings, each time in a process of its own: Scrapy cannot start twice in one."""

    def call(*arguments: str) -> Any:
        command = ["--settings", str(site.settings_file), *arguments]
        return forked.run(command, service_environment(site, stage, os.environ), tmp_path)

    return call


def test_a_round_stores_and_reads_what_the_outlets_have(volya: Crawl, stage: Stage) -> None:
    printed = stage.print_ordinary()
    found = volya("crawl", "--json")
    assert found.returncode == 0, found.stderr
    reports = [json.loads(line) for line in found.stdout.splitlines()]
    assert {report["outlet"] for report in reports} == {server.outlet.name for server in stage.outlets.values()}
    assert sum(report["articles"] for report in reports) == len(printed)
    assert all(report["failed"] == 0 for report in reports)
    articles = [json.loads(line) for line in volya("articles", "--json").stdout.splitlines()]
    assert [article["decision"] for article in articles] == ["none"] * len(printed)


def test_an_outlet_that_is_named_wrongly_is_a_usage_error(volya: Crawl) -> None:
    found = volya("crawl", "nobody")
    assert found.returncode == 2
    assert "no outlet is called 'nobody'" in found.stderr


def test_an_outlet_that_is_off_is_asked_where_it_is_named_and_is_off_again(
    volya: Crawl, stage: Stage, site: Site
) -> None:
    printed = stage.print_ordinary()
    name = next(iter(stage.outlets))
    text = site.settings_file.read_text(encoding="utf-8")
    watched = json.dumps([other for other in stage.outlets if other != name])
    site.settings_file.write_text(re.sub(r"(?m)^outlets = .*$", f"outlets = {watched}", text), encoding="utf-8")
    found = volya("crawl", name, "--json")
    assert found.returncode == 0, found.stderr
    (report,) = map(json.loads, found.stdout.splitlines())
    assert report["outlet"] == name
    assert 0 < report["articles"] < len(printed)
    listed = {one["name"] for one in map(json.loads, volya("outlets", "--json").stdout.splitlines())}
    assert listed == set(json.loads(watched))


def test_outlets_that_cannot_be_reached_are_exit_code_69(volya: Crawl, stage: Stage, site: Site) -> None:
    (server, *_) = stage.outlets.values()
    text = site.settings_file.read_text(encoding="utf-8")
    host, port = server.address
    site.settings_file.write_text(text.replace(f"{host}:{port}/", f"{host}:1/"), encoding="utf-8")
    found = volya("crawl", server.outlet.name)
    assert found.returncode == 69
    assert server.outlet.name in found.stdout
    assert "0 articles stored" in found.stdout
    (outlet,) = [
        one
        for one in map(json.loads, volya("outlets", "--json").stdout.splitlines())
        if one["name"] == server.outlet.name
    ]
    assert outlet["failing"] is True
    assert outlet["entry_points"][0]["last_error"]

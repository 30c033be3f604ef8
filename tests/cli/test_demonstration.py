from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from cli.crawling import crawl_options
from cli.credentials import read_secrets
from cli.demonstration import Service, make_site, service_environment, settings_text
from cli.errors import CommandError, SettingsError
from cli.settings import load_settings
from crawler.addresses import AddressGuard, parse_allowed
from crawler.outlets import load_catalogue, load_outlets
from newsroom.stage import Stage


def test_settings_of_the_demonstration_are_valid_and_name_the_made_up_outlets_only(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with Stage(site.secret) as stage:
        site.settings_file.write_text(settings_text(site, stage), encoding="utf-8")
        settings = load_settings(site.settings_file, (), {})
        outlets = load_outlets(settings.crawler.outlet, settings.crawler.outlets)
        assert [outlet.name for outlet in outlets] == list(stage.outlets)
        assert [point.url for outlet in outlets for point in outlet.entry_points] == [
            server.feed_url for server in stage.outlets.values()
        ]
        assert settings.db.url == site.database_url
        assert [destination.channel for destination in settings.alerts.destination] == ["console", "webhook"]
        secrets = read_secrets(settings, service_environment(site, stage, {}))
        assert secrets["alerts.destination.receiver.secret"] == SecretStr(site.secret)
        assert secrets["alerts.destination.receiver.url"] == SecretStr(stage.receiver.url)


def test_only_the_addresses_of_the_made_up_outlets_may_be_fetched_from(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with Stage(site.secret) as stage:
        site.settings_file.write_text(settings_text(site, stage), encoding="utf-8")
        guard = AddressGuard(parse_allowed(load_settings(site.settings_file, (), {}).crawler.allow_addresses))
        for server in stage.outlets.values():
            host, port = server.address
            assert guard.allows(host, port)
            assert not guard.allows(host, site.port)


def test_secret_is_in_the_environment_and_in_no_file(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with Stage(site.secret) as stage:
        assert site.secret not in settings_text(site, stage)
        assert site.secret in service_environment(site, stage, {}).values()
    assert site.secret != make_site(tmp_path).secret


def test_settings_of_the_person_who_shows_it_do_not_reach_the_demonstration(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with Stage(site.secret) as stage:
        environment = service_environment(site, stage, {"VOLYA_DB__URL": "sqlite:////their/own", "PATH": "/bin"})
    assert "VOLYA_DB__URL" not in environment
    assert environment["PATH"] == "/bin"


def test_occupied_port_is_not_given_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert make_site(tmp_path).port != taken.getsockname()[1]


def test_service_that_cannot_start_is_reported_with_its_last_words(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    site.settings_file.write_text("[nonsense]\n", encoding="utf-8")
    with (
        Stage(site.secret) as stage,
        Service(site, service_environment(site, stage, {})) as service,
        pytest.raises(CommandError, match=r"ended with 78.*nonsense"),
    ):
        service.wait_until(lambda: False, time.monotonic() + 60)


@pytest.mark.parametrize("keys", ['delay = "1s"', 'delay = "1500ms"', "delay = 2", 'delay = "0s"'])
def test_impolite_or_unreadable_delay_is_refused(tmp_path: Path, keys: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"[crawler]\n{keys}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="crawler"):
        load_settings(file, (), {})


def test_crawl_process_knows_all_outlets_and_crawls_the_chosen_ones(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[crawler]\noutlets = ["nashaniva"]\n', encoding="utf-8")
    options = crawl_options(load_settings(file, (), {}))
    assert [outlet.name for outlet in options.outlets] == ["nashaniva"]
    assert {outlet.name for outlet in options.known} == {outlet.name for outlet in load_catalogue()}


def test_delay_reaches_the_crawl_process(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    for text, seconds in (
        ("", None),
        ('delay = "5s"', 5.0),
        ('delay = "1s"\nallow_addresses = ["127.0.0.0/8:8900"]', 1.0),
    ):
        file.write_text(f"[crawler]\n{text}\n", encoding="utf-8")
        assert crawl_options(load_settings(file, (), {})).download_delay == seconds

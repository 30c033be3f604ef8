"""Scrapy's defaults are unsafe; these are the ones that must stay changed (SEC-1 to SEC-8, SEC-28)."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.errors import AddressError
from crawler.sites import site_of
from crawler.worker import WorkerOptions, scrapy_settings

SAFE: dict[str, Any] = {
    "ROBOTSTXT_OBEY": True,
    "COOKIES_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "TWISTED_DNS_RESOLVER": "crawler.resolver.GuardedResolver",
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "METAREFRESH_ENABLED": False,
    "DOWNLOAD_MAXSIZE": 5 * 1024 * 1024,
    "DOWNLOAD_TIMEOUT": 30,
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 2,
}


@pytest.mark.parametrize("name", SAFE)
def test_what_scrapy_leaves_unsafe_is_set(name: str) -> None:
    assert scrapy_settings(WorkerOptions(()))[name] == SAFE[name]
    assert Settings()[name] != SAFE[name] or name == "RETRY_TIMES"


def test_the_site_that_allows_one_request_in_five_seconds_is_left_alone_for_longer() -> None:
    settings = scrapy_settings(WorkerOptions((), download_delay=0.0))
    slot = settings.getdict("DOWNLOAD_SLOTS")[site_of("api.gdeltproject.org")]
    assert slot["delay"] * (1 - settings.getfloat("DOWNLOAD_DELAY_JITTER")) > 6


def test_two_requests_to_a_host_are_at_least_two_seconds_apart() -> None:
    settings = scrapy_settings(WorkerOptions(()))
    assert settings.getfloat("DOWNLOAD_DELAY") * (1 - settings.getfloat("DOWNLOAD_DELAY_JITTER")) >= 2


def test_the_user_agent_is_honest_and_carries_the_contact() -> None:
    agent = scrapy_settings(WorkerOptions((), contact="mailto:desk@outlet.example"))["USER_AGENT"]
    assert agent.startswith("Volya/")
    assert agent.endswith(" (+mailto:desk@outlet.example)")


@pytest.mark.parametrize("scheme", ["file", "ftp", "s3", "data"])
def test_handlers_of_other_schemes_are_off(scheme: str) -> None:
    assert scrapy_settings(WorkerOptions(())).getwithbase("DOWNLOAD_HANDLERS")[scheme] is None


def test_a_malformed_exception_of_the_guard_is_told_before_anything_is_fetched() -> None:
    with pytest.raises(AddressError, match="allow_addresses"):
        scrapy_settings(WorkerOptions((), allow_addresses=("localhost",)))

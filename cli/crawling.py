"""What the crawl process is told; loads Scrapy, so only commands that crawl import it, and only when they do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from cli.catalogue import chosen_outlets, every_outlet
from cli.credentials import read_proxies, secret_words
from cli.keys import Settings
from cli.logs import redactor
from crawler.outlets import Outlet
from crawler.worker import WorkerOptions


def crawl_options(settings: Settings, names: Sequence[str] = ()) -> WorkerOptions:
    """Return the crawl process's options: the chosen outlets, those of `names` beside them, the operator's values."""
    delay = settings.crawler.delay
    chosen = {outlet.name: outlet for outlet in chosen_outlets(settings)}
    named = {outlet.name: outlet for outlet in chosen_outlets(settings, names)}
    return WorkerOptions(
        outlets=with_proxies(tuple((chosen | named).values()), settings),
        known=every_outlet(settings),
        contact=settings.crawler.contact,
        allow_addresses=settings.crawler.allow_addresses,
        proxy=settings.crawler.proxy,
        download_delay=None if delay == "auto" else delay.total_seconds(),
        download_timeout=settings.crawler.timeout.total_seconds(),
        retry_base=settings.crawler.retry.total_seconds(),
    )


def with_proxies(outlets: Sequence[Outlet], settings: Settings) -> tuple[Outlet, ...]:
    """Return outlets with their proxies that are secrets, which are kept out of logs from here on (SEC-20).

    Such outlets are for crawling alone: nothing stores or shows them. Raises SettingsError.
    """
    proxies = read_proxies(settings, [outlet.name for outlet in outlets], os.environ)
    redactor.learn_also(secret_words(proxies))
    secret = {name: proxy.get_secret_value() for name, proxy in proxies.items()}
    return tuple(replace(outlet, proxy=secret.get(outlet.name, outlet.proxy)) for outlet in outlets)

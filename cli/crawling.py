"""What the crawl process is told; loads Scrapy, so only commands that crawl import it, and only when they do."""

from __future__ import annotations

from collections.abc import Sequence

from cli.catalogue import chosen_outlets, every_outlet
from cli.keys import Settings
from crawler.worker import WorkerOptions


def crawl_options(settings: Settings, names: Sequence[str] = ()) -> WorkerOptions:
    """Return the crawl process's options: the chosen outlets, those of `names` beside them, the operator's values."""
    delay = settings.crawler.delay
    chosen = {outlet.name: outlet for outlet in chosen_outlets(settings)}
    named = {outlet.name: outlet for outlet in chosen_outlets(settings, names)}
    return WorkerOptions(
        outlets=tuple((chosen | named).values()),
        known=every_outlet(settings),
        contact=settings.crawler.contact,
        allow_addresses=settings.crawler.allow_addresses,
        proxy=settings.crawler.proxy,
        download_delay=None if delay == "auto" else delay.total_seconds(),
        download_timeout=settings.crawler.timeout.total_seconds(),
        retry_base=settings.crawler.retry.total_seconds(),
    )

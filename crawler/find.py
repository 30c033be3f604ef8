"""Finds outlets at addresses that somebody gives: what `volya outlets add` shows before it writes. Stores nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import scrapy
from scrapy.http import Request

from crawler.finds import FoundOutlet
from crawler.outlets import Outlet
from crawler.pool import ExtractionPool
from crawler.scouting import Scout
from crawler.worker import WorkerOptions, scrapy_process, scrapy_settings

AT_ONCE = 8  # addresses; requests to one site come one after another whatever they are for


def find_outlets(
    options: WorkerOptions,
    urls: Sequence[str],
    known: Sequence[Outlet],
    on_request: Callable[[str], None],
    on_found: Callable[[FoundOutlet], None],
) -> list[FoundOutlet]:
    """Return what is found at each absolute http(s) address, in their order; `known` helps to guess what nobody tells.

    `on_request` is told each address that is asked for, `on_found` each outlet as it is known. One call a process: Twisted's
    reactor cannot start twice. What the end of the process (Ctrl-C) left is not in the list. Raises AddressError for an
    exception of the address guard that is not written as one.
    """
    found: dict[str, FoundOutlet] = {}

    def note(one: FoundOutlet) -> None:
        found[one.asked] = one
        on_found(one)

    settings = scrapy_settings(options)
    settings.set("ITEM_PIPELINES", {}, priority="cmdline")
    pool = ExtractionPool(options.extraction_workers, options.page_deadline)
    try:
        process = scrapy_process(settings)
        process.crawl(FindSpider, urls=urls, known=known, pool=pool, tell=on_request, note=note)
        process.start()
    finally:
        pool.close()
    return [found[url] for url in dict.fromkeys(urls) if url in found]


class FindSpider(scrapy.Spider):
    """Sends a scout to each of `urls`, some at a time, and tells `note` what each has found."""

    name = "find"

    def __init__(
        self,
        urls: Sequence[str],
        known: Sequence[Outlet],
        pool: ExtractionPool,
        tell: Callable[[str], None],
        note: Callable[[FoundOutlet], None],
        **named: Any,
    ) -> None:
        super().__init__(**named)
        self._urls = tuple(dict.fromkeys(urls))
        self._known = known
        self._pool = pool
        self._tell = tell
        self._note = note

    async def start(self) -> AsyncIterator[Request]:
        """Find all; there is no request left to be yielded."""
        free = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._find(url, free) for url in self._urls))
        return
        yield Request("about:blank")  # what makes this a generator, as Scrapy wants it

    async def _find(self, url: str, free: asyncio.Semaphore) -> None:
        async with free:
            assert self.crawler.engine is not None  # noqa: S101 (it has started us)
            scout = Scout(self.crawler.engine.download_async, self._pool, self._known, self._tell)
            self._note(await scout.find(url))

"""The program of the guard's tests: a real spider asks for addresses; what came of each is printed, as JSON.

What it needs is loaded by its functions: it is called in a process that was forked for it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

QUICK = {
    "DOWNLOAD_DELAY": 0.0,
    "LOG_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "DOWNLOAD_TIMEOUT": 5,
    "ITEM_PIPELINES": {},
}


def main(arguments: Sequence[str]) -> int:
    """Ask for the `urls` of the one argument, JSON; `answers` are those of the made-up name server."""
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    given = json.loads(arguments[0])
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    for name, value in {**QUICK, "VOLYA_ALLOW_ADDRESSES": given["allow"], **given.get("settings", {})}.items():
        settings.set(name, value, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    install_resolver(given.get("answers", {}))
    found: list[Any] = []
    process.crawl(spider(), urls=given["urls"], found=found)
    process.start()
    sys.stdout.write(f"{json.dumps(found)}\n")
    return 0


def spider() -> Any:
    """Return the class of the spider."""
    from scrapy import Spider
    from scrapy.http import Request

    class Probe(Spider):
        name = "probe"

        async def start(self) -> Any:
            for url in self.urls:
                try:
                    yield Request(url, self.parse, errback=self.fail, dont_filter=True, meta={"asked": url})
                except ValueError:
                    self.found.append([url, "invalid"])

        def parse(self, response: Any) -> None:
            self.found.append([response.meta["asked"], response.status])

        def fail(self, failure: Any) -> None:
            meta = failure.request.meta
            told = type(failure.value).__name__, meta.get("is_refused", False), meta.get("retry_times", 0)
            self.found.append([meta["asked"], *told])

    return Probe


def install_resolver(answers: dict[str, list[str]]) -> None:
    """Let a made-up name server answer for some names, each time with the next of its addresses, then with the last."""
    from twisted.internet import reactor
    from twisted.internet.address import IPv4Address
    from twisted.internet.interfaces import IHostnameResolver
    from zope.interface import implementer

    inner = reactor.nameResolver

    @implementer(IHostnameResolver)
    class Fake:
        def resolveHostName(self, receiver: Any, host: str, port: int = 0, types: Any = None, transport: str = "TCP") -> Any:  # noqa: N802 (the interface's)  # fmt: skip
            if host not in answers:
                return inner.resolveHostName(receiver, host, port, types, transport)
            receiver.resolutionBegan(None)
            left = answers[host]
            receiver.addressResolved(IPv4Address("TCP", left.pop(0) if len(left) > 1 else left[0], port))
            receiver.resolutionComplete()
            return None

    reactor.installNameResolver(Fake())

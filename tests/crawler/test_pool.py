from __future__ import annotations

import asyncio
import os
import signal
import time
from typing import Any

import pytest

from crawler.doors import Context
from crawler.errors import ExtractionError, FeedError, PageError
from crawler.pool import ExtractionPool, PageTask

URL = "https://outlet.example/1"
PAGE = b"<html><body><h1>Title</h1><article><p>A paragraph of a story that is long enough.</p></article></body></html>"


@pytest.fixture(scope="module")
def pool() -> Any:
    made = ExtractionPool(workers=1, deadline=2.0, memory_limit=400 * 1024 * 1024)
    yield made
    made.close()


def extracted(pool: ExtractionPool) -> Any:
    return asyncio.run(pool.extract(PageTask(PAGE, URL))).title.value


def test_a_page_that_hangs_is_killed_at_its_deadline_and_costs_only_itself(pool: ExtractionPool) -> None:
    assert extracted(pool) == "Title"
    started = time.monotonic()
    with pytest.raises(ExtractionError, match=r"longer than 2 s") as caught:
        asyncio.run(pool.run(URL, signal.pause, ()))
    assert caught.value.subject == URL
    assert time.monotonic() - started < 15
    assert extracted(pool) == "Title"


def test_a_page_that_crashes_its_process_is_reported_and_costs_only_itself(pool: ExtractionPool) -> None:
    with pytest.raises(ExtractionError, match=r"crashed its process"):
        asyncio.run(pool.run(URL, os.abort, ()))
    assert extracted(pool) == "Title"


def test_a_page_that_eats_memory_is_stopped(pool: ExtractionPool) -> None:
    with pytest.raises(ExtractionError):
        asyncio.run(pool.run(URL, bytearray, (1024 * 1024 * 1024,)))
    assert extracted(pool) == "Title"


def test_a_hanging_page_does_not_hold_up_the_loop(pool: ExtractionPool) -> Any:
    async def ticks_while_hanging() -> Any:
        hanging = asyncio.ensure_future(pool.run(URL, signal.pause, ()))
        ticks = 0
        while not hanging.done():
            await asyncio.wait([hanging], timeout=0.05)
            ticks += 1
        with pytest.raises(ExtractionError):
            hanging.result()
        return ticks

    assert asyncio.run(ticks_while_hanging()) > 20


def test_errors_of_parsers_come_back_as_they_are(pool: ExtractionPool) -> None:
    with pytest.raises(FeedError, match="not a feed") as caught:
        asyncio.run(pool.read_body("rss", b"<html>", URL, Context()))
    assert caught.value.subject == URL
    with pytest.raises(PageError):
        asyncio.run(pool.extract(PageTask(b"", URL)))


@pytest.mark.parametrize(
    ("loaded", "left_out"),
    [
        ("crawler.worker", {"trafilatura", "htmldate", "feedparser"}),
        (
            "crawler.pool, crawler.extract, crawler.sitemaps, crawler.feeds",
            {"sqlalchemy", "pydantic", "scrapy", "twisted"},
        ),
    ],
)
def test_the_crawl_process_does_not_load_the_parsers_nor_do_they_load_what_it_needs(
    loaded: str, left_out: set[str]
) -> None:
    code = f"import sys, {loaded}; print(sorted({left_out!r} & set(sys.modules)))"
    import subprocess
    import sys

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"

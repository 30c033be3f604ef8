"""The crawl process of the tests: what it is to do stands in its one argument, as JSON; what came of it is printed so.

What it needs is loaded by its functions: the processes that parse for it load this file, too, and need nothing of it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any


def warm_up() -> None:
    """Import what a crawl process needs."""
    for name in ("crawler.check", "crawler.worker", "scrapy.core.downloader.contextfactory"):
        import_module(name)


def main(arguments: Sequence[str]) -> int:
    """Poll for ever, check entry points, or crawl once; return the exit code."""
    from crawler.outlets import load_outlets
    from crawler.worker import WorkerOptions, run_worker
    from db import open_database

    given = json.loads(arguments[0])
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    outlets = load_outlets(own=given["outlets"], selected=[table["name"] for table in given["outlets"]])
    options = WorkerOptions(outlets=outlets, **given["options"])
    database = open_database(given["url"])
    if given["mode"] == "worker":
        return run_worker(database, options)
    if given["mode"] == "check":
        return check(options, given["only"])
    return crawl(database, options, given["only"])


def check(options: Any, only: Sequence[str]) -> int:
    from crawler.check import check_outlets

    told: list[Any] = []
    for c in check_outlets(options, only, told.append):
        newest = c.newest_at.isoformat() if c.newest_at else None
        say([c.outlet, c.verdict, c.status, c.items, newest, c.final_url, c.trouble])
    return 0 if told else 1


def crawl(database: Any, options: Any, only: Sequence[str]) -> int:
    from crawler.worker import crawl_once

    steps: list[Any] = []
    report = crawl_once(database, options, only, steps.append)
    outlets = {r.outlet: [r.polled, r.entries_new, r.pages, r.articles, r.trouble] for r in report.outlets}
    counts = {"articles": report.articles, "complete": report.is_complete, "steps": len(steps), "memory": 1024 * peak()}
    say({**counts, "outlets": outlets})
    return 0


def say(told: Any) -> None:
    sys.stdout.write(f"{json.dumps(told)}\n")


def peak() -> int:
    """The most memory it had, in KiB. The kernel's ru_maxrss would count what the process that started this one had, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

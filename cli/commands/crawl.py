"""`volya crawl`: one round in the foreground, or one more worker."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.catalogue import chosen_outlets, sync_catalogue
from cli.errors import CommandError, ExitCode
from cli.invocation import Invocation, invocation_of
from cli.logs import set_up_logs
from cli.views import print_json_lines, print_table, print_text, progress
from db import Database

if TYPE_CHECKING:
    from crawler.work import OutletReport
    from crawler.worker import CrawlProgress, CrawlReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("crawl", epilog="Examples: volya crawl · volya crawl nashaniva tsn")(crawl)


def crawl(
    context: typer.Context,
    outlets: Annotated[list[str] | None, typer.Argument(metavar="[OUTLET …]", help="All outlets without it.")] = None,
    worker: Annotated[bool, typer.Option("--worker", help="Crawl on schedule until stopped.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Ask outlets for news once, now, and read what came; or with --worker be one more crawl process.

    Exit code 69 if no outlet could be reached, 1 if one that was named could not.
    """
    invocation = invocation_of(context)
    if worker and outlets:
        raise CommandError("--worker crawls the outlets of the settings: name none", ExitCode.USAGE)
    with invocation.database() as database:
        if worker:
            raise typer.Exit(_work(invocation, database))
        from cli.reading import read_everything  # noqa: PLC0415 (the crawl process reads nothing)

        report = _crawl(invocation, database, outlets or ())
        reading = read_everything(database)
    _print(report, invocation)
    if not invocation.is_json:
        changed = len(reading.changed_events)
        print_text(f"{report.articles} articles stored, {reading.read} read, {changed} events new or changed")
    raise typer.Exit(_code(report, is_named=bool(outlets)))


def _work(invocation: Invocation, database: Database) -> int:
    from cli.crawling import crawl_options  # noqa: PLC0415 (Scrapy is loaded only where it is used)
    from crawler.worker import run_worker  # noqa: PLC0415 (the same)

    set_up_logs(logging.DEBUG if invocation.is_verbose else logging.INFO)
    return run_worker(database, crawl_options(invocation.settings))


def _crawl(invocation: Invocation, database: Database, names: Sequence[str]) -> CrawlReport:
    from cli.crawling import crawl_options  # noqa: PLC0415 (Scrapy is loaded only where it is used)
    from crawler.worker import crawl_once  # noqa: PLC0415 (the same)

    options = crawl_options(invocation.settings, names)
    with progress() as bar:
        task = bar.add_task("Crawling", total=None)

        def show(step: CrawlProgress) -> None:
            total, done = step.to_poll + step.to_fetch, step.polled + step.pages
            bar.update(task, total=total, completed=done, description=f"Crawling {step.outlet}")

        try:
            return crawl_once(database, options, names, show)
        finally:
            if options.outlets != chosen_outlets(invocation.settings):  # one that is named for this round is off again
                sync_catalogue(database, invocation.settings)


def _print(report: CrawlReport, invocation: Invocation) -> None:
    if invocation.is_json:
        print_json_lines(map(asdict, report.outlets))
        return
    columns = ("Outlet", "Asked", "Failed", "New entries", "Articles", "Trouble")
    print_table(columns, map(_row, report.outlets), empty="No outlet has an entry point that can be asked.")
    if not report.is_complete:
        print_text("Interrupted: what was not asked waits for the next round.")


def _row(report: OutletReport) -> tuple[Any, ...]:
    return report.outlet, report.polled, report.failed, report.entries_new, report.articles, report.trouble


def _code(report: CrawlReport, *, is_named: bool) -> ExitCode:
    polled, failed = (sum(getattr(outlet, name) for outlet in report.outlets) for name in ("polled", "failed"))
    if polled and polled == failed:
        return ExitCode.UNAVAILABLE
    return ExitCode.FOUND_WRONG if not report.is_complete or (is_named and failed) else ExitCode.FINE

"""`volya outlets add`: an outlet found at an address, or those of a list of feeds (OPML), shown and then written."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.catalogue import every_outlet
from cli.errors import CommandError, ExitCode
from cli.feed_lists import propose_listed, read_list, show_listed
from cli.invocation import Invocation, invocation_of
from cli.outlet_drafts import Chosen, Draft, check_free, known_of
from cli.outlet_lists import check_kind
from cli.outlet_proposals import proposal_json, propose, show_proposal, tried_words
from cli.own_outlets import append_tables, own_file
from cli.views import print_json, print_json_lines, print_text, progress
from crawler.urls import is_web_address

if TYPE_CHECKING:
    from crawler.finds import FoundOutlet
    from crawler.outlets import Outlet

_LISTS = (".opml", ".xml")


def register(app: typer.Typer) -> None:
    """Add the command to `volya outlets`."""
    epilog = (
        "Examples: volya outlets add https://example.org · volya outlets add @channel · volya outlets add feeds.opml"
    )
    app.command("add", epilog=epilog)(add)


def add(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="URL|FILE", help="A site, feed, sitemap or channel; or a list (OPML).")
    ],
    name: Annotated[str | None, typer.Option(help="Its name here; without it one is made of its address.")] = None,
    title: Annotated[str | None, typer.Option(help="As people call it; without it as it calls itself.")] = None,
    kind: Annotated[
        str, typer.Option(help="independent, state, official, wire, ngo, aggregator or public.")
    ] = "independent",
    yes: Annotated[bool, typer.Option("--yes", help="Write it without asking.")] = False,  # noqa: FBT002 (a flag)
) -> None:
    """Find feeds, sitemaps and language of an outlet, show five of its articles, and add it to the settings.

    Nothing is written before you say yes. A list of feeds (OPML) adds all its outlets in the same way.
    """
    invocation = invocation_of(context)
    check_kind(kind)
    chosen = Chosen(name, title, kind)
    if not _is_list(source):
        _add_one(invocation, _address(source), chosen, is_sure=yes)
        return
    if name or title:
        raise CommandError("--name and --title are for one outlet, not for a list", ExitCode.USAGE)
    raise typer.Exit(_add_listed(invocation, source, chosen, is_sure=yes))


def _is_list(source: str) -> bool:
    return "://" not in source and (source.lower().endswith(_LISTS) or Path(source).is_file())


def _address(source: str) -> str:
    """Return what was typed as an address: a host alone is one, and so is the @name of a channel."""
    channel = f"https://t.me/{source[1:]}" if source.startswith("@") else source
    url = channel if "://" in channel else f"https://{channel}"
    if not is_web_address(url) or "." not in url.partition("://")[2].partition("/")[0]:
        raise CommandError(f"{source}: no address of a site, as https://example.org, and no file", ExitCode.USAGE)
    return url


def _add_one(invocation: Invocation, url: str, chosen: Chosen, *, is_sure: bool) -> None:
    known = known_of(every_outlet(invocation.settings))
    check_free((url,), chosen.name, known)
    (found,) = _find(invocation, (url,), known.outlets)
    if found.trouble:
        code = ExitCode.UNAVAILABLE if found.is_unreachable else ExitCode.FOUND_WRONG
        raise CommandError(f"{url}: {found.trouble}{tried_words(found)}", code)
    proposal = propose(found, chosen, known, datetime.now(UTC))
    if not invocation.is_json:
        show_proposal(proposal)
    is_written = False
    try:
        is_written = _write(invocation, [proposal.draft], is_sure=is_sure)
    finally:  # whoever cannot write is told what to put in
        if invocation.is_json:
            file = str(own_file(invocation.file))
            print_json({**proposal_json(proposal), "file": file, "written": is_written})


def _add_listed(invocation: Invocation, file: str, chosen: Chosen, *, is_sure: bool) -> ExitCode:
    """Add what a list names; return 1 if one of its lines cannot be used."""
    known = known_of(every_outlet(invocation.settings))
    feeds = read_list(file, known)
    found = _find(invocation, [feed.url for feed in feeds if not feed.trouble], known.outlets)
    listed = propose_listed(feeds, found, chosen, known, datetime.now(UTC))
    for feed in listed.refused:
        sys.stderr.write(f"volya: {file}: line {feed.line}: {feed.url}: {feed.trouble}\n")
    if not invocation.is_json:
        show_listed(listed)
    drafts = [proposal.draft for _, proposal in listed.proposals]
    is_written = False
    try:
        is_written = bool(drafts) and _write(invocation, drafts, is_sure=is_sure)
    finally:
        if invocation.is_json:
            told = ({"line": feed.line, **proposal_json(one)} for feed, one in listed.proposals)
            print_json_lines({**one, "written": is_written} for one in told)
    return ExitCode.FOUND_WRONG if listed.refused else ExitCode.FINE


def _find(invocation: Invocation, urls: Sequence[str], known: Sequence[Outlet]) -> list[FoundOutlet]:
    """Return what is at these addresses. Raises Abort where an interruption left some unasked: nothing is written then."""
    from cli.crawling import crawl_options  # noqa: PLC0415 (Scrapy is loaded only where it is used)
    from crawler.find import find_outlets  # noqa: PLC0415 (the same)

    if not urls:
        return []
    with progress() as bar:
        task = bar.add_task("Looking", total=len(urls))
        options = replace(crawl_options(invocation.settings), extraction_workers=min(len(urls), 2))
        found = find_outlets(
            options,
            urls,
            known,
            lambda url: bar.update(task, description=f"Asking {url[:60]}"),
            lambda _: bar.advance(task),
        )
    if len(found) < len(urls):
        raise typer.Abort
    return found


def _write(invocation: Invocation, drafts: Sequence[Draft], *, is_sure: bool) -> bool:
    """Append the tables to the settings, if that is meant; say what became of it."""
    file = own_file(invocation.file)
    if not is_sure and not _is_meant(invocation, file):
        _say(invocation, f"Nothing is written: --yes writes it to {file}.")
        return False
    append_tables(file, "\n".join(draft.table for draft in drafts))
    names = [draft.outlet.name for draft in drafts]
    _say(invocation, f"Written to {file}. Try it: volya crawl {' '.join(names)}")
    selected = invocation.settings.crawler.outlets
    if selected != "all" and "all" not in selected:
        _say(invocation, f"crawler.outlets names other outlets only: add {', '.join(map(repr, names))} to it.")
    _say(invocation, "A running service reads its settings at the start only: restart it.")
    return True


def _is_meant(invocation: Invocation, file: Path) -> bool:
    is_asked = not invocation.is_json and sys.stdin.isatty() and sys.stdout.isatty()
    return is_asked and typer.confirm(f"Write it to {file}?")


def _say(invocation: Invocation, text: str) -> None:
    if not invocation.is_json:
        print_text(text)

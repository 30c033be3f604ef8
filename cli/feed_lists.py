"""The outlets of a list of feeds (OPML): each looked for like one that is added alone, or refused with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cli.errors import CommandError
from cli.opml import LARGEST_LIST, ListedFeed, OpmlError, read_opml
from cli.outlet_drafts import Chosen, Known, check_free
from cli.outlet_proposals import Proposal, propose, tried_words
from cli.views import local_short, print_table, print_text
from crawler.finds import FoundOutlet

_COLUMNS = ("Line", "Outlet", "In", "Items", "Articles", "Newest", "Entry points", "Title")


@dataclass(frozen=True, slots=True)
class ListedOutlets:
    """What a list comes to: proposals, and the lines that cannot be used, with why."""

    proposals: tuple[tuple[ListedFeed, Proposal], ...]
    refused: tuple[ListedFeed, ...]


def read_list(file: str, known: Known) -> tuple[ListedFeed, ...]:
    """Return the feeds of a file, with trouble where an outlet has one already. Raises CommandError, OSError."""
    with Path(file).open("rb") as opened:
        content = opened.read(LARGEST_LIST + 1)
    try:
        feeds = read_opml(content)
    except OpmlError as error:
        raise CommandError(f"{file}: {error}") from error
    if not feeds:
        raise CommandError(f"{file}: no feed in it: no outline has an xmlUrl")
    return tuple(feed if feed.trouble else replace(feed, trouble=_known_as(feed.url, known)) for feed in feeds)


def propose_listed(
    feeds: Sequence[ListedFeed], found: Sequence[FoundOutlet], chosen: Chosen, known: Known, now: datetime
) -> ListedOutlets:
    """Return what can be added of a list; of two feeds of one outlet the first is."""
    by_url = {one.asked: one for one in found}
    proposals: list[tuple[ListedFeed, Proposal]] = []
    refused: list[ListedFeed] = []
    for feed in feeds:
        try:
            proposal = _proposal(feed, by_url, chosen, known, now)
        except CommandError as error:
            refused.append(replace(feed, trouble=str(error).removeprefix(f"{feed.url}: ")))
        else:
            proposals.append((feed, proposal))
            known = known.beside(proposal.draft.outlet)
    return ListedOutlets(tuple(proposals), tuple(refused))


def _proposal(
    feed: ListedFeed, by_url: Mapping[str, FoundOutlet], chosen: Chosen, known: Known, now: datetime
) -> Proposal:
    if feed.trouble:
        raise CommandError(feed.trouble)
    found = by_url[feed.url]
    if found.trouble:
        raise CommandError(f"{found.trouble}{tried_words(found)}")
    return propose(found, replace(chosen, title=feed.title), known, now)


def _known_as(url: str, known: Known) -> str | None:
    try:
        check_free((url,), None, known)
    except CommandError as error:
        return str(error).removeprefix(f"{url}: ")
    return None


def show_listed(listed: ListedOutlets) -> None:
    """Print a row an outlet, then the tables."""
    print_table(_COLUMNS, (_row(feed, one) for feed, one in listed.proposals), empty="Nothing can be added.")
    for _, one in listed.proposals:
        print_text(f"\n{one.draft.table}")


def _row(feed: ListedFeed, proposal: Proposal) -> tuple[object, ...]:
    outlet, best = proposal.draft.outlet, proposal.found.doors[0]
    articles = sum(one.analysis is not None for one in proposal.read)
    types = [point.type for point in outlet.entry_points]
    newest = local_short(best.checked.newest_at)
    return feed.line, outlet.name, outlet.languages, best.checked.items, articles, newest, types, outlet.title

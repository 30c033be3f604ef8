"""What `volya outlets add` shows before it writes: the doors that were tried, the articles, the table; rows and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.logs import plain
from cli.outlet_drafts import Chosen, Draft, Known, draft_of
from cli.outlet_samples import COLUMNS as ARTICLE_COLUMNS
from cli.outlet_samples import ReadSample, languages_read, read_samples, sample_json, sample_row
from cli.views import local_short, print_table, print_text
from crawler.finds import FoundOutlet, Tried
from db.views import utc

DOOR_COLUMNS = ("Entry point", "Found", "Is", "Items", "Newest", "Taken", "Address")
_TEXT_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Proposal:
    """An outlet that would be added: what was found, what is made of its articles, and its table."""

    found: FoundOutlet
    read: tuple[ReadSample, ...]
    draft: Draft


def propose(found: FoundOutlet, chosen: Chosen, known: Known, now: datetime) -> Proposal:
    """Return the outlet that would be added. Raises CommandError where somebody has its name or an address already."""
    read = read_samples(found)
    return Proposal(found, read, draft_of(found, chosen, languages_read(read), known, now))


def show_proposal(proposal: Proposal) -> None:
    """Print the doors that were tried, articles and table."""
    found = proposal.found
    print_table(DOOR_COLUMNS, (_row(one, found) for one in found.tried), empty="Nothing could be tried.")
    print_text("")
    print_table(ARTICLE_COLUMNS, map(sample_row, proposal.read), empty="No articles.")
    if not any(one.language for one in proposal.read):
        print_text("\nNone of these articles is in a language that Volya reads: they would bring nothing.")
    print_text(f"\n{proposal.draft.table}")


def proposal_json(proposal: Proposal) -> dict[str, Any]:
    """Return the object of `volya outlets add --json`."""
    outlet = proposal.draft.outlet
    return {
        "asked": proposal.found.asked,
        "name": outlet.name,
        "title": outlet.title,
        "kind": outlet.kind,
        "languages": list(outlet.languages),
        "timezone": outlet.timezone,
        "country": outlet.country,
        "homepage": outlet.homepage,
        "entry_points": [{"type": point.type, "url": point.url} for point in outlet.entry_points],
        "tried": [_json(one, proposal.found) for one in proposal.found.tried],
        "articles": [sample_json(one) for one in proposal.read],
        "table": proposal.draft.table,
    }


def tried_words(found: FoundOutlet) -> str:
    """Return in one line what was tried: for an error that says that nothing was found."""
    told = "; ".join(f"{one.url} ({_outcome(one)})" for one in found.tried)
    return f"; tried: {told}" if told else ""


def _outcome(one: Tried) -> str:
    return one.checked.trouble or (
        one.checked.verdict if one.checked.items else f"{one.checked.verdict}, nothing in it"
    )


def _row(one: Tried, found: FoundOutlet) -> tuple[Any, ...]:
    taken = "yes" if one in found.doors else plain(_why_not(one), _TEXT_LENGTH)
    newest = local_short(one.checked.newest_at)
    return one.type, one.origin, one.checked.verdict, one.checked.items or None, newest, taken, plain(one.url)


def _why_not(one: Tried) -> str:
    if one.checked.trouble:
        return one.checked.trouble
    return "another before it will do" if one.is_usable else "nothing is in it"


def _json(one: Tried, found: FoundOutlet) -> dict[str, Any]:
    is_taken = one in found.doors
    return {
        "type": one.type,
        "url": one.url,
        "origin": one.origin,
        "verdict": one.checked.verdict,
        "status": one.checked.status,
        "items": one.checked.items,
        "newest": utc(one.checked.newest_at),
        "taken": is_taken,
        "trouble": None if is_taken else _why_not(one),
    }

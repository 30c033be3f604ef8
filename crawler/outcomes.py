"""What the spider yields to the pipeline in the crawl process: one value for each request that has ended."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.items import NOTHING_ANNOUNCED, Announced, EntryItem, PageItem
from crawler.polling import Answer
from db.entries import ClaimedEntry
from db.gaps import ClaimedGap, Step
from db.polls import DueEntryPoint, Validators
from db.publishing import Advice


@dataclass(frozen=True, slots=True)
class PollItem:
    """The end of a poll: what the answer meant, its entries, and the validators to store after them.

    `fresh_for` (seconds) and `advice` are what the answer and its feed say of when to come back.
    `older` is the address of the next older page, where the answer named one; `announced` the hubs that tell of news.
    """

    entry_point: DueEntryPoint
    answer: Answer
    entries: tuple[EntryItem, ...] = ()
    validators: Validators | None = None
    size: int = 0
    milliseconds: int = 0
    fresh_for: int | None = None
    advice: Advice | None = None
    older: str | None = None
    announced: Announced = NOTHING_ANNOUNCED


@dataclass(frozen=True, slots=True)
class FetchedItem:
    """A page that was fetched for an entry."""

    claimed: ClaimedEntry
    page: PageItem


@dataclass(frozen=True, slots=True)
class UnchangedItem:
    """A page that was asked for again and has not changed (304)."""

    claimed: ClaimedEntry


@dataclass(frozen=True, slots=True)
class GapItem:
    """A page of an archive that was read for a gap; `older` is the page after it, where it names one.

    robots.txt has no entries but `steps`: the sitemaps that it names.
    """

    claimed: ClaimedGap
    entries: tuple[EntryItem, ...] = ()
    older: str | None = None
    size: int = 0
    steps: tuple[Step, ...] | None = None


@dataclass(frozen=True, slots=True)
class UnfetchedItem:
    """A page, of an article or of an archive, that could not be fetched.

    `is_final`: asking again is useless; `is_hopeless`: it ever will be. `is_unreachable`: by DNS or connection. `wait`: the host asked us to keep away for so many seconds; where we did
    keep away (`was_asked` is false) that was no attempt.
    """

    claimed: ClaimedEntry | ClaimedGap
    error: str
    is_final: bool = False
    wait: int | None = None
    was_asked: bool = True
    is_hopeless: bool = False
    is_unreachable: bool = False


Outcome = PollItem | FetchedItem | UnchangedItem | GapItem | UnfetchedItem

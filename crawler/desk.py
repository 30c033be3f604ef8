"""The crawl process's dealings with the database: each method is one transaction and blocks, so it runs in a thread."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawler.archives import Places
from crawler.articles import article_of_entry, article_of_page, new_entry, page_key
from crawler.filling import StoredPage, note_gap, store_gap_failure, store_gap_page
from crawler.items import EntryItem, ExtractedArticle
from crawler.keys import key_rules
from crawler.outcomes import FetchedItem, GapItem, PollItem, UnchangedItem, UnfetchedItem
from crawler.outlets import Outlet
from crawler.poll_results import follow_move, repeats, result_of
from crawler.polling import Rhythm, retry_delay, standing_after
from crawler.posts import store_posts
from crawler.publishers import Publishers, publishers_of
from crawler.urls import NO_RULES
from db import Database, Session
from db.articles import StoredArticle
from db.entries import (
    FETCH_ATTEMPTS,
    ClaimedEntry,
    claim_entries,
    give_up_entry,
    outlets_with_due_entries,
    retry_entry,
    store_entries,
)
from db.failpoints import failpoint
from db.gaps import ClaimedGap, claim_gaps
from db.hosts import HostBackOff, hosts_to_avoid, keep_away
from db.leases import LeaseRequest, free_dead, owner_name
from db.looks import keep_page, queue_looks
from db.maintenance import SignOfLife, forget_dead, forget_worker, give_sign_of_life
from db.outlets import sync_outlets
from db.pages import ClaimedPage, NewPage, claim_pages, finish_page, note_page_error, store_page
from db.polls import DueEntryPoint, claim_entry_points, finish_poll, make_due, release_leases

GAPS_AT_ONCE = 4  # pages of archives; news go before the past
LOOKS_EVERY = timedelta(minutes=1)
SIGN_EVERY = timedelta(seconds=30)


class LeaseLostError(Exception):
    """Another worker has taken the row over: what we found is dropped, the transaction rolled back."""


OUTAGE_PAUSE = 5  # seconds: attempts are not counted then, so the waits do not grow by themselves


@dataclass(frozen=True, slots=True)
class DeskRules:
    """How long work is leased, how often outlets are asked, how soon a page is tried again (seconds)."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    lease: int = 300
    retry_base: float = 30.0


@dataclass(frozen=True, slots=True)
class StoredPoll:
    """The entry point's new state, how many entries were new, and how many articles their words alone made."""

    state: str
    new: int
    articles: int = 0


class Desk:
    """Claims and stores in the name of one owner; `clock` gives aware UTC, `chance` a float in 0..1."""

    def __init__(
        self,
        database: Database,
        rules: DeskRules,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock
        self._chance = chance
        self.owner = owner_name()
        self.hosts: dict[str, HostBackOff] = {}
        self._keys = NO_RULES
        self._publishers = Publishers()
        self._places: dict[str, Places] = {}
        self._looked_at: datetime | None = None
        self._name = f"crawl@{self.owner}"[:80]
        self._started_at = clock()
        self._signed_at: datetime | None = None

    def open(self, outlets: tuple[Outlet, ...], known: tuple[Outlet, ...] = ()) -> None:
        """Store the catalogue, free the work of crawl processes of this machine that have died, learn who is busy.

        `known` are all outlets, crawled or not: what they tell of their addresses holds for links of others, too.
        """
        self._keys = key_rules(known or outlets)
        self._publishers = publishers_of(known or outlets, self._keys)
        self._places = {one.name: Places(one.archive, one.entry_points, one.timezone) for one in outlets}
        with self._database.begin(lock="outlets") as session:
            sync_outlets(session, outlets, self._clock())
            free_dead(session, self.owner)
            forget_dead(session, "crawl")
            self.hosts = hosts_to_avoid(session)

    def close(self) -> None:
        """Give all claimed work back, uncounted, and take the sign of life back."""
        with self._database.begin() as session:
            release_leases(session, self.owner)
            forget_worker(session, self._name)

    def make_due(self, outlets: tuple[str, ...]) -> int:
        """Let these outlets be polled now; return how many entry points that are."""
        with self._database.begin() as session:
            return make_due(session, outlets, self._clock())

    def claim_polls(self, limit: int, outlets: tuple[str, ...] | None, due_at: datetime | None) -> list[DueEntryPoint]:
        """Claim entry points due now, or due at an earlier time (a round asks each only once)."""
        with self._database.begin() as session:
            request = self._request(limit)
            if due_at is not None:
                request = LeaseRequest(request.owner, due_at, request.until, limit)
            return claim_entry_points(session, request, outlets)

    def claim_fetches(
        self, busy: Mapping[str, int], each: int, total: int, outlets: tuple[str, ...] | None
    ) -> list[ClaimedEntry | ClaimedGap]:
        """Claim what to fetch, at most `each` in flight an outlet, so that none starves behind a long feed.

        That is entries, also those that are due to be fetched again, and pages of archives. Who is asked for all
        outlets is a worker, and gives a sign of life.
        """
        with self._database.begin() as session:
            self._queue_looks(session)
            if outlets is None:
                self._sign(session)
            claimed: list[ClaimedEntry | ClaimedGap] = []
            claimed += claim_gaps(session, self._request(min(GAPS_AT_ONCE, total)), outlets)
            for outlet in outlets_with_due_entries(session, self._clock()):
                free = min(each - busy.get(outlet, 0), total - len(claimed))
                if free > 0 and (outlets is None or outlet in outlets):
                    claimed += claim_entries(session, self._request(free), outlet)
        return claimed

    def _sign(self, session: Session) -> None:
        now = self._clock()
        if self._signed_at is None or abs(now - self._signed_at) >= SIGN_EVERY:
            told = (self._name, "crawl", os.getpid(), socket.gethostname(), self._started_at, now)
            give_sign_of_life(session, SignOfLife(*told, {}))
            self._signed_at = now

    def _queue_looks(self, session: Session) -> None:
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= LOOKS_EVERY:
            queue_looks(session, now)
            self._looked_at = now

    def claim_pages(self, limit: int) -> list[ClaimedPage]:
        """Claim pages to extract; their attempt is counted and committed before any is parsed (poison rule).

        What a search found is read as its outlet writes, and goes on counting as found by the search.
        """
        with self._database.begin() as session:
            pages = claim_pages(session, self._request(limit))
        read = [(page, self._publishers.attributed(page.entry, page.final_url)) for page in pages]
        return [replace(page, entry=replace(entry, outlet=page.entry.outlet)) for page, entry in read]

    def store_poll(self, item: PollItem, *, is_own_outage: bool) -> StoredPoll:
        """Store a poll: all its entries, then outcome and validators, in one transaction (D-1a, the crash rule).

        Entries that are articles by themselves become articles in the same transaction.
        """
        now = self._clock()
        standing = standing_after(
            item.entry_point, item.answer, self._rules.rhythm, now, self._chance(), is_own_outage=is_own_outage
        )
        with self._database.begin() as session:
            told = item.entries if not repeats(session, item) else ()
            entries = [new_entry(entry, self._keys) for entry in told]
            new = store_entries(session, item.entry_point, entries, now)
            articles = self._store_posts(session, item.entry_point.id, item.entries, now)
            note_gap(session, item.entry_point, entries, item.older, self._places, now)
            failpoint("entries-stored")
            result = result_of(item, standing, new, now)
            if not finish_poll(session, item.entry_point, result):
                raise LeaseLostError(item.entry_point.url)
            follow_move(session, item.entry_point, result)
        failpoint("poll-stored")
        return StoredPoll(result.state, new, articles)

    def _store_posts(self, session: Session, entry_point_id: int, entries: Sequence[EntryItem], now: datetime) -> int:
        return store_posts(session, entry_point_id, entries, self._publishers, self._keys, now)

    def store_fetched(self, item: FetchedItem) -> None:
        """Store a page and take its entry out of the queue."""
        page = item.page
        stored = NewPage(
            url=page.url,
            final_url=page.final_url,
            url_key=page_key(page.url, page.final_url, self._keys),
            status=page.status,
            headers=page.headers,
            body=page.body,
            encoding=page.charset,
            fetched_at=page.fetched_at,
        )
        with self._database.begin() as session:
            if store_page(session, item.claimed, stored) is None:
                raise LeaseLostError(page.url)
        failpoint("page-stored")

    def store_unchanged(self, item: UnchangedItem) -> None:
        """Take an entry out of the queue whose page is what it was."""
        with self._database.begin() as session:
            if not keep_page(session, item.claimed.lease, self._clock()):
                raise LeaseLostError(item.claimed.entry.url)

    def store_gap_page(self, item: GapItem) -> StoredPage:
        """Store what a page of an archive told and where its gap stands."""
        gap, now = item.claimed, self._clock()
        with self._database.begin() as session:
            new = store_gap_page(session, item, [new_entry(entry, self._keys) for entry in item.entries], now)
            articles = self._store_posts(session, gap.entry_point_id, item.entries, now)
            if new is None:
                raise LeaseLostError(gap.step.address)
        failpoint("gap-page-stored")
        return StoredPage(new, articles)

    def store_unfetched(self, item: UnfetchedItem, *, is_own_outage: bool = False) -> StoredArticle | None:
        """Let an entry be fetched again later, or give it up and store what the feed told of it; or so a gap's page.

        While our own network is down (F-2) nothing is given up because nobody could be reached.
        """
        now, claimed = self._clock(), item.claimed
        if is_own_outage and item.is_unreachable:
            item = replace(item, was_asked=False, wait=max(item.wait or 0, OUTAGE_PAUSE))
        with self._database.begin() as session:
            if isinstance(claimed, ClaimedGap):
                delay = retry_delay(claimed.attempts, self._rules.retry_base, self._chance())
                store_gap_failure(session, claimed, item, delay, now)
                return None
            entry = self._publishers.attributed(claimed.entry, claimed.entry.url)
            told = article_of_entry(entry, now)
            is_spent = item.was_asked and claimed.attempts >= FETCH_ATTEMPTS
            # A refusal is taken for the last word only where the list told something that is left of the article.
            if is_spent or item.is_hopeless or (item.is_final and told is not None):
                return give_up_entry(session, claimed, item.error, told, now)
            delay = retry_delay(claimed.attempts, self._rules.retry_base, self._chance())
            at = now + max(delay, timedelta(seconds=item.wait or 0))
            retry_entry(session, claimed, item.error, at, is_attempt=item.was_asked)
        return None

    def store_article(self, page: ClaimedPage, found: ExtractedArticle) -> StoredArticle:
        """Store the article of a page and take the page out of the queue."""
        with self._database.begin() as session:
            known = replace(page, entry=self._publishers.attributed(page.entry, page.final_url))
            stored = finish_page(session, page, article_of_page(known, found, self._keys), self._clock())
            if stored is None:
                raise LeaseLostError(page.url)
        failpoint("article-stored")
        return stored

    def store_page_error(self, page: ClaimedPage, error: str, *, is_final: bool) -> StoredArticle | None:
        """Note why a page could not be extracted; the last attempt leaves the feed's article in its place.

        `is_final`: no other attempt at this page can help, so this is the last. Where the list told nothing that could
        stand in its place, the page is fetched again, as one that was refused is.
        """
        now = self._clock()
        again_at = now + retry_delay(page.fetches, self._rules.retry_base, self._chance()) if is_final else None
        with self._database.begin() as session:
            entry = self._publishers.attributed(page.entry, page.final_url)
            return note_page_error(session, page, error, article_of_entry(entry, now), now, again_at)

    def keep_away(self, host: str, back_off: HostBackOff | None) -> None:
        """Store that a host asked to be left alone, or (None) that it answers again."""
        with self._database.begin() as session:
            keep_away(session, host, back_off)

    def _request(self, limit: int) -> LeaseRequest:
        now = self._clock()
        return LeaseRequest(self.owner, now, now + timedelta(seconds=self._rules.lease), limit)

"""What the world goes through that is no fault of one answer: an outage of our own, silence, a redesign, rewritten articles.

F-2: the network is away for four hours. F-15: an outlet that has published for a month publishes no more for some days.
F-16: the pages of another come without their text from one day on. F-18: stories on our subject are rewritten under their
addresses. Hours and days pass at once: everything published and everything stored becomes so much older.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from passing import put_back
from sqlalchemy import func, select

from db.health import OutletAlarm, list_alarms
from db.models import AlertRow, ArticleRow, DestinationRow, EntryPointRow, PollRow
from events.reading import read_new
from newsroom.landscape import Printed
from scheduler.tending import LEARNED_AT_ONCE, tend_outlets

if TYPE_CHECKING:
    from world import World

HOUR = timedelta(hours=1)
HISTORY = 30  # days
STEP = timedelta(hours=6)  # between two of its articles
OUTAGE = 4 * HOUR
LOOKS = (2 * HOUR, 5 * HOUR, 17 * HOUR)  # pages are looked at again after one, six and twenty-four hours
USUAL, REDESIGNED = 8, 20  # articles of a day
REWRITTEN = 12
WITH_PAGES = ("RSS", "Atom", "RDF", "news sitemap", "index of packed sitemaps", "JSON Feed", "section page", "GDELT")
BEFORE, AFTER = {"released": 17, "more": 20}, {"released": 21, "more": 24}


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a trial: the fault by its identifier, in words, the counts, and whether it is as it has to be."""

    fault: str
    name: str
    told: str
    holds: bool


@dataclass(slots=True)
class Trials:
    """The trials of one world."""

    world: World
    proofs: list[Proof] = field(default_factory=list)
    _keys: itertools.count[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        with self.world.database.begin() as session:
            session.add(DestinationRow(name="desk", channel="console", since=datetime.now(UTC)))

    @property
    def silent(self) -> str:
        """The outlet that will fall silent."""
        return self._named("RSS")[0]

    @property
    def redesigned(self) -> str:
        """The outlet that will be redesigned."""
        return self._named("RSS")[1]

    def print_history(self) -> None:
        """Let the outlet that will fall silent have published for a month."""
        random, now = Random(HISTORY), datetime.now(UTC)  # noqa: S311  play
        server = self.world.landscape.servers[self.silent]
        server.outlet = replace(server.outlet, window=200)
        for number in range(round(timedelta(days=HISTORY) / STEP), 0, -1):
            at = now - number * STEP + STEP * random.random()
            self.world.printed.append(self.world.landscape.publish_at(self.silent, at))

    def lose_network(self) -> None:
        """Be without a network for hours, with articles still to fetch: nothing is lost by it, nobody is blamed (F-2)."""
        before = self._failed()
        self.world.publish(len(self.world.landscape.servers))
        self.world.crawl(is_down=True)
        self.tend()
        self.let_pass(OUTAGE)
        self.world.crawl(is_down=True)
        self.tend()
        failed, during = self._failed() - before, [*self._notices(), *self._alarms()]
        self.world.crawl()
        self.tend()
        notices = Counter(self._notices())
        blamed = notices["outlets-unreachable"] + sum(kind == "unreachable" for _, kind in self._alarms())
        told = f"{failed} polls failed in {OUTAGE // HOUR} h; told {notices['network-was-down']} time, {blamed} outlets blamed"
        self._prove("F-2", "own outage", not during and blamed == 0 and notices["network-was-down"] == 1, told)

    def live_through_days(self) -> None:
        """Play what takes days; only those to whom something happens are crawled, and all are judged."""
        self.let_pass(24 * HOUR)
        stories = self._print_stories()
        tellers = [*{one.outlet: one for one in stories}, self.redesigned]
        self._print_at(self.redesigned, USUAL)
        self.world.crawl_all(tellers)
        self._rewrite(stories)
        self._print_at(self.redesigned, USUAL)
        self.world.crawl_all(tellers)
        self.let_pass(24 * HOUR)
        self._redesign()
        self.let_pass(24 * HOUR)
        self._put_right()

    def _print_stories(self) -> list[Printed]:
        landscape = self.world.landscape
        special = (self.silent, self.redesigned)
        names = [name for name, kind in landscape.kinds.items() if kind in WITH_PAGES and name not in special]
        stories = [landscape.publish_story(name, "release", BEFORE) for name in names[:REWRITTEN]]
        self.world.printed += stories
        return stories

    def _print_at(self, name: str, number: int) -> None:
        landscape, now = self.world.landscape, datetime.now(UTC)
        self.world.printed += [landscape.publish_at(name, now) for _ in range(number)]

    def _rewrite(self, stories: Sequence[Printed]) -> None:
        """Rewrite what was read of our subject; its pages are looked at again within a day, and read again (F-18).

        So they are where the page could not be had before: what the list told becomes whole.
        """
        self.read_all()
        told = sum(row.page_id is None for one in stories for row in self._stored(one))
        for one in stories:
            self.world.landscape.rewrite(one, "more", AFTER)
        for hours in LOOKS:
            self.let_pass(hours)
            self.world.crawl([one.outlet for one in stories])
        self.read_all()
        rows = [row for one in stories for row in self._stored(one)]
        revised = [row for row in rows if row.revision > 1 and row.page_id is not None and row.read_at is not None]
        counts = f"{len(stories)} stories, {told} of them told by lists only: {len(revised)} revised and read again"
        self._prove("F-18", "rewritten articles", len(revised) == len(rows) == len(stories), counts)

    def _redesign(self) -> None:
        """Let the pages of an outlet come without text, and see who is told of, the silent one too (F-15, F-16)."""
        self.world.landscape.servers[self.redesigned].is_redesigned = True
        self._print_at(self.redesigned, REDESIGNED)
        both = (self.silent, self.redesigned)
        self.world.crawl_all(both)
        while any(self._fails(name) for name in both):  # of one that does not answer nothing else is said
            self.world.crawl(both)
        self.tend()
        found = [alarm for alarm in self._all_alarms() if alarm.kind in ("silent", "unread")]
        of = {(alarm.outlet, alarm.kind) for alarm in found if alarm.told_at is not None}
        samples = [alarm.details.get("samples") for alarm in found if alarm.kind == "unread"]
        told = Counter(self._notices())
        silent = [alarm for alarm in found if alarm.kind == "silent"]
        self._prove("F-15", "outlet falls silent", {(self.silent, "silent")} == {one for one in of if one[1] == "silent"},
                    f"{len(silent)} outlet told of, {told['outlets-silent']} time")  # fmt: skip
        self._prove("F-16", "pages lose their text", all(samples) and {(self.redesigned, "unread")} == {one for one in of if one[1] == "unread"},
                    f"{len(samples)} outlet told of, {told['outlets-unread']} time, with {len(samples[0] or ()) if samples else 0} samples")  # fmt: skip

    def _put_right(self) -> None:
        """Let both be as before: that is told, too."""
        self.world.landscape.servers[self.redesigned].is_redesigned = False
        self._print_at(self.redesigned, REDESIGNED)
        self._print_at(self.silent, 1)
        self.world.crawl_all([self.silent, self.redesigned])
        self.tend()
        left = [alarm for alarm in self._all_alarms() if alarm.kind in ("silent", "unread")]
        well = Counter(self._notices())["outlets-well"]
        self._prove("", "F-15, F-16 are over", not left and well > 0, f"{len(left)} alarms left, told {well} time")

    def _prove(self, fault: str, name: str, holds: bool, told: str) -> None:  # noqa: FBT001 (it reads as a sentence)
        self.proofs.append(Proof(fault, name, told, holds))

    def let_pass(self, time: timedelta) -> None:
        """Make all that was published and stored so much older."""
        self.world.landscape.grow_older(time)
        put_back(self.world.database, time)

    def tend(self) -> None:
        """Do the step `tend` until all outlets are learned of."""
        for _ in range(len(self.world.landscape.servers) // LEARNED_AT_ONCE + 1):
            tend_outlets(self.world.database, ("desk",), datetime.now(UTC), lambda: f"key-{next(self._keys)}")

    def read_all(self) -> None:
        """Do the step `read` until nothing is unread."""
        while read_new(self.world.database, owner="world", now=datetime.now(UTC)).read:
            continue

    def _stored(self, printed: Printed) -> list[ArticleRow]:
        outlet, title = printed.key
        with self.world.database.read() as session:
            same = (ArticleRow.outlet == outlet) & (ArticleRow.title == title)
            return list(session.scalars(select(ArticleRow).where(same)))

    def _all_alarms(self) -> list[OutletAlarm]:
        with self.world.database.read() as session:
            return list_alarms(session)

    def _alarms(self) -> list[tuple[str, str]]:
        return [(alarm.outlet, alarm.kind) for alarm in self._all_alarms()]

    def _notices(self) -> list[str]:
        with self.world.database.read() as session:
            query = select(AlertRow.reason).where(AlertRow.type == "system")
            return list(session.scalars(query))

    def _fails(self, outlet: str) -> bool:
        with self.world.database.read() as session:
            query = select(EntryPointRow.failures).where(EntryPointRow.outlet == outlet)
            return session.scalars(query).one() > 0

    def _failed(self) -> int:
        with self.world.database.read() as session:
            query = select(func.count()).select_from(PollRow).where(PollRow.outcome == "failed")
            return session.scalar(query) or 0

    def _named(self, kind: str) -> list[str]:
        return [name for name, one in self.world.landscape.kinds.items() if one == kind]

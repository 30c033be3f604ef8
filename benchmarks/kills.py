"""T-KILL: the whole service is killed at random moments while the newsroom plays, and must lose and forget nothing.

    python benchmarks/kills.py --kills 40 --seed 1

Service and crawl process get SIGKILL together (their process group) at a moment after readiness that is drawn from what
they have come to: so many rows more (entries, pages, articles, readings, alerts, attempts to send) and up to 300 ms, or
some requests to the outlets later, or within 60 ms of a webhook's arrival, where a sender can least afford it. A scene
is killed until it is done. Rounds, each with its own outlets, database and numbers, are played until all kills are
spent; in every second round the outlets are drawn, and a third of all requests to them fail.

After every kill the database is copied as it was left and looked into: where the kill fell, whether it
is whole, and whether a feed's ETag is stored without all entries of that body. Each round ends with the plot judged:
what came, what is missing, what came twice. Exit 0 only if nothing was lost, nothing is corrupt, every repeat carried
the same `webhook-id` and no validator was ahead.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from wreck import copy_of, holds, is_whole, looked_at, stored

from cli.demonstration import Service, Site, make_site, service_environment, settings_text
from crawler.urls import url_key
from newsroom.plot import Scene, draw_numbers
from newsroom.serving import Answer
from newsroom.stage import Printed, Stage, all_fetched
from newsroom.verdict import Webhook, judge, received
from newsroom.world import draw_world, plain_world

KILLS_IN_SCENE = 8  # ten unfinished attempts at one piece of work would park it, rightly
ROWS = 12  # that a life may bring at most before it ends
REQUESTS = 8  # of the outlets: the polls of a life and what they find
LONGEST_WAIT_SECONDS = 30.0
AFTER_ROW_SECONDS = 0.3
LOOK_EVERY_SECONDS = 0.02
AFTER_REQUEST_SECONDS = 1.5  # time enough to store, extract, read and announce
AFTER_WEBHOOK_SECONDS = 0.06
PATIENCE_SECONDS = 120.0
PLACES = ("before first poll", "polling", "fetching", "extracting", "reading", "announcing", "sending", "idle")
# Where work stood, the most delicate first; each asks the copy of the database.
_STANDING = (
    ("sending", "SELECT 1 FROM deliveries WHERE state = 'sending'"),
    ("announcing", "SELECT 1 FROM deliveries WHERE state IN ('pending', 'uncertain')"),
    ("announcing", "SELECT 1 FROM events WHERE announced_revision < revision AND merged_into IS NULL"),
    ("reading", "SELECT 1 FROM articles WHERE read_at IS NULL"),
    ("before first poll", "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM polls WHERE at >= :alive_since)"),
    ("extracting", "SELECT 1 FROM pages WHERE extracted_at IS NULL"),
    ("fetching", "SELECT 1 FROM feed_entries WHERE fetched_at IS NULL"),
    ("polling", "SELECT 1 FROM entry_points WHERE lease_until > :killed_at"),
)
_ROWS = """SELECT (SELECT count(*) FROM feed_entries) + (SELECT count(*) FROM pages) + (SELECT count(*) FROM articles)
    + (SELECT count(*) FROM articles WHERE read_at IS NOT NULL) + (SELECT count(*) FROM alerts)
    + (SELECT count(*) FROM deliveries WHERE first_at IS NOT NULL) + (SELECT count(*) FROM delivery_attempts)"""
_AT_REST = tuple(query for place, query in _STANDING if place in ("sending", "announcing", "reading", "fetching"))


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: when it fell (seconds after readiness), where, and what was wrong with the database then."""

    round: int
    scene: str
    life: float
    place: str
    is_corrupt: bool
    validators: int
    ahead: tuple[str, ...]


@dataclass
class Tally:
    """What all rounds came to."""

    kills: list[Kill] = field(default_factory=list)
    lost: int = 0
    corrupt: int = 0
    same_key: int = 0
    other_key: int = 0
    alerts: int = 0
    articles: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def ahead(self) -> int:
        """Validators found that were ahead of the articles of their feed."""
        return sum(len(kill.ahead) for kill in self.kills)

    @property
    def is_clean(self) -> bool:
        """Whether everything held."""
        return not (self.lost or self.corrupt or self.other_key or self.ahead or self.faults)


class Round:
    """One showing of the plot under kills, in a folder of its own."""

    def __init__(self, number: int, folder: Path, stage: Stage, site: Site, random: Random) -> None:
        self.number, self.stage, self.site = number, stage, site
        self._folder, self._random = folder, random
        self._bodies: dict[str, frozenset[str]] = {}  # ETag of a feed -> keys of its entries
        self._plot, self._numbers = stage.world.plot, stage.world.numbers
        self._printed: list[Printed] = []
        stage.receiver.script(*(Answer(204, delay=random.uniform(0, AFTER_WEBHOOK_SECONDS)) for _ in range(50)))

    def play(self, kills: int, tally: Tally) -> None:
        """Play every scene under at most `kills` kills, let the service finish, and judge what came."""
        last = len(tally.kills) + kills
        self._print(self.stage.print_ordinary())
        self._suffer("ordinary", self._all_fetched, last, tally)
        for scene in self._plot:
            self._print(self.stage.play(scene, self._numbers))
            self._suffer(scene.name, partial(self._is_done, scene), last, tally)
        self._finish(tally)

    def _print(self, printed: Iterable[Printed]) -> None:
        self._printed += printed
        for server in self.stage.outlets.values():
            self._bodies[server.etag] = frozenset(url_key(one.url) for one in self._printed if one.server is server)

    def _all_fetched(self) -> bool:
        return all_fetched(self._printed)

    def _is_done(self, scene: Scene) -> bool:
        return self._all_fetched() and (not scene.brings or any(one.type == scene.brings for one in self._webhooks()))

    def _webhooks(self) -> tuple[Webhook, ...]:
        return received(self.stage.receiver.exchanges, self.site.secret)

    def _suffer(self, scene: str, is_done: Callable[[], bool], last: int, tally: Tally) -> None:
        """Kill until the scene is done or its kills are spent, at least once; then let it be done."""
        for _ in range(min(KILLS_IN_SCENE, last - len(tally.kills))):
            with self._alive() as service:
                alive_since, ready_at = datetime.now(UTC), time.monotonic()
                self._wait_for_moment(is_done)
                service.kill()
                kill = self._inspect(scene, time.monotonic() - ready_at, alive_since)
            tally.kills.append(kill)
            _print_kill(len(tally.kills), kill)
            if is_done():
                return
        with self._alive() as service:
            self._wait(service, is_done)

    def _wait_for_moment(self, is_done: Callable[[], bool]) -> None:
        """Wait for a moment of one of three sorts: some rows on, some requests on, or when a webhook has come.

        Once the scene is done, nothing more comes: then it is not waited for.
        """
        draw = self._random
        measure, most, afterwards = draw.choice(
            (
                (self._rows, ROWS, AFTER_ROW_SECONDS),
                (self._requests, REQUESTS, AFTER_REQUEST_SECONDS),
                (lambda: len(self.stage.receiver.exchanges), 1, AFTER_WEBHOOK_SECONDS),
            )
        )
        wanted, ends_at = measure() + draw.randint(1, most), time.monotonic() + LONGEST_WAIT_SECONDS
        while measure() < wanted and not is_done() and time.monotonic() < ends_at:
            time.sleep(LOOK_EVERY_SECONDS)
        time.sleep(draw.uniform(0, afterwards))

    def _rows(self) -> int:
        with looked_at(self.site.folder) as database:
            (rows,) = database.execute(_ROWS).fetchone()
            return int(rows)

    def _requests(self) -> int:
        return len(self.stage.requests)

    @contextmanager
    def _alive(self) -> Iterator[Service]:
        with Service(self.site, service_environment(self.site, self.stage, os.environ)) as service:
            self._wait(service, service.is_healthy)
            yield service

    def _wait(self, service: Service, holds: Callable[[], bool]) -> None:
        if not service.wait_until(holds, time.monotonic() + PATIENCE_SECONDS):
            raise SystemExit(f"round {self.number}: not so in {PATIENCE_SECONDS:.0f} s; {service.last_words()}")

    def _inspect(self, scene: str, life: float, alive_since: datetime) -> Kill:
        times = {"alive_since": stored(alive_since), "killed_at": stored(datetime.now(UTC))}
        with copy_of(self.site.folder, self._folder) as database:
            place = next((place for place, query in _STANDING if holds(database, query, times)), "idle")
            validators = database.execute("SELECT outlet, etag FROM entry_points WHERE etag IS NOT NULL").fetchall()
            ahead = tuple(self._ahead(database, validators))
            return Kill(self.number, scene, life, place, not is_whole(database), len(validators), ahead)

    def _ahead(self, database: sqlite3.Connection, validators: Iterable[tuple[str, str]]) -> Iterator[str]:
        """Yield outlets whose stored ETag belongs to a body of which an entry is not stored (D-1a)."""
        for outlet, etag in validators:
            rows = database.execute("SELECT url_key FROM feed_entries WHERE outlet = ?", (outlet,))
            stored = {key for (key,) in rows}
            if etag not in self._bodies or self._bodies[etag] - stored:
                yield outlet

    def _finish(self, tally: Tally) -> None:
        with self._alive() as service:
            self._wait(service, self._is_at_rest)
            if service.stop(30) != 0:
                tally.faults.append(f"round {self.number}: the service did not end in order")
        came = [one.type for one in self._webhooks()]
        wanted = Counter(scene.brings for scene in self._plot if scene.brings)
        with copy_of(self.site.folder, self._folder) as database:
            tally.corrupt += not is_whole(database)
            (articles,) = database.execute("SELECT count(*) FROM articles").fetchone()
        if articles != len(self._printed):
            tally.faults.append(f"round {self.number}: {articles} articles stored, {len(self._printed)} printed")
        tally.articles += articles
        tally.alerts += wanted.total()
        tally.lost += (wanted - Counter(came)).total()
        tally.other_key += (Counter(came) - wanted).total()
        tally.same_key += len(self.stage.receiver.exchanges) - len(came)
        tally.corrupt += sum(kill.is_corrupt for kill in tally.kills if kill.round == self.number)
        differences = judge(self._webhooks(), self._plot, self._numbers)
        tally.faults += [f"round {self.number}: {one}" for one in differences]

    def _is_at_rest(self) -> bool:
        with looked_at(self.site.folder) as database:
            (read,) = database.execute("SELECT count(*) FROM articles WHERE read_at IS NOT NULL").fetchone()
            return read == len(self._printed) and not any(holds(database, query) for query in _AT_REST)


def _print_kill(number: int, kill: Kill) -> None:
    trouble = " CORRUPT" * kill.is_corrupt + "".join(f" AHEAD:{name}" for name in kill.ahead)
    print(f"{number:4}  {kill.round:5}  {kill.scene:8}  {kill.life:5.2f}  {kill.place}{trouble}", flush=True)


def _print_end(tally: Tally, seconds: float) -> None:
    places = Counter(kill.place for kill in tally.kills)
    print("\nwhere the kills fell")
    for place in PLACES:
        print(f"  {place:18} {places[place]:3}")
    for fault in tally.faults:
        print(f"FAULT {fault}")
    print(f"\nkills {len(tally.kills)}, {tally.articles} articles, {tally.alerts} alerts due, {seconds:.0f} s")
    print(f"alerts lost {tally.lost}")
    print(f"databases corrupt {tally.corrupt}")
    print(f"repeats with the same webhook-id {tally.same_key}, with another {tally.other_key}")
    validators = sum(kill.validators for kill in tally.kills)
    print(f"feed validators ahead of their articles {tally.ahead} (of {validators} looked at)")


def run(kills: int, seed: int) -> Tally:
    """Play rounds until `kills` are spent; the moments and numbers are drawn from `seed`."""
    random, tally = Random(seed), Tally()  # noqa: S311 (moments, not secrets)
    print("kill  round  scene     after  where it fell")
    while len(tally.kills) < kills:
        number = len({kill.round for kill in tally.kills}) + 1
        world = draw_world(random.randrange(1_000)) if number % 2 == 0 else plain_world(draw_numbers(random))
        with tempfile.TemporaryDirectory(prefix="volya-kills-") as name:
            folder = Path(name)
            site = make_site(folder)
            with Stage(site.secret, world=world) as stage:
                site.settings_file.write_text(settings_text(site, stage, settle="1s"), encoding="utf-8")
                Round(number, folder, stage, site, random).play(kills - len(tally.kills), tally)
    return tally


def main() -> int:
    """Run from the command line; exit 1 if anything did not hold."""
    parser = argparse.ArgumentParser(description="Kill the service at random moments; nothing may be lost.")
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began_at = time.monotonic()
    tally = run(options.kills, options.seed)
    _print_end(tally, time.monotonic() - began_at)
    return 0 if tally.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())

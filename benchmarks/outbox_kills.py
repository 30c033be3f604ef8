"""T-KILL, from the stored article to the receivers: the service is killed while it reads, announces and sends.

    python benchmarks/outbox_kills.py --kills 60 --seed 1

A service without a crawl process tells seven receivers, one of each channel; each hesitates up to 50 ms before it takes a
message and again before it answers. Articles are stored beside the service, as a crawl process would. The moment of
death is drawn from what the work has come to, which is watched from outside: an article was read, something was
announced, a message is in flight, so many are sent, a receiver has heard one; then up to 150 ms more. Most lives begin
by a fork (forking.py), every tenth from nothing. After each kill the database is looked into as it was left. A round
has a database and receivers of its own; when its articles are used up the service may finish, and what each receiver
heard is compared with what was stored.

Exit 0 only if: nothing was lost, corrupt or out of order (P1, P5, P9); no reader of a channel with keys saw a repeat;
elsewhere there were no more repeats than kills while a message to that receiver was in flight, each of them marked
(P2); six of ten kills fell between the first commit and the last delivery.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from forking import ForkedService, Nursery
from kill_tally import Kill, Tally, print_end, print_kill, verdict
from reports import Report, article_of, reports
from wreck import copy_of, holds, is_whole, looked_at, stored

from cli.demonstration import Service, make_site, service_environment, settings_text
from db.articles import store_article
from db.database import connect
from newsroom.heard import account_of, hear
from newsroom.stage import Stage
from newsroom.world import World

NO_OUTLETS = World((), {}, (), {})
HESITATION_SECONDS = 0.05
AFTERWARDS_SECONDS = (0.01, 0.15)  # at most so long: at once, or while what follows is under way
IMPATIENCE_SECONDS = 2.0  # a moment that does not come is not waited for any longer
PATIENCE_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.004
MOST_WAITING = 3  # deliveries at one destination: the slower ones send a message every two or three seconds
FROM_NOTHING = 10  # one life in so many
_STANDING = (
    ("reading", "SELECT 1 FROM articles WHERE read_at IS NULL"),
    ("announcing", "SELECT 1 FROM events WHERE announced_revision < revision AND merged_into IS NULL"),
    ("queued", "SELECT 1 FROM deliveries WHERE state IN ('pending', 'uncertain')"),
)
_UNFINISHED = (*(query for _, query in _STANDING), "SELECT 1 FROM deliveries WHERE state = 'sending'")
_IN_FLIGHT = """SELECT channel, (SELECT count(*) FROM delivery_attempts JOIN deliveries ON deliveries.id = delivery_id
    WHERE destination_id = destinations.id AND at >= :alive_since AND status IS NOT NULL)
    FROM destinations WHERE id IN (SELECT destination_id FROM deliveries WHERE state = 'sending')"""
_PROGRESS = """SELECT (SELECT count(*) FROM articles WHERE read_at IS NOT NULL), (SELECT count(*) FROM alerts),
    (SELECT count(*) FROM deliveries WHERE state = 'sending'),
    (SELECT count(*) FROM deliveries WHERE state = 'sent')"""
_MOST_WAITING = """SELECT max(number) FROM (SELECT count(*) AS number FROM deliveries
    WHERE state IN ('pending', 'uncertain') GROUP BY destination_id)"""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the work has come to."""

    read: int
    alerts: int
    sending: int
    sent: int
    heard: int


# By their names, moments at which a life may end: what has to have happened since its beginning.
MOMENTS: dict[str, Callable[[Progress, Progress, Random], bool]] = {
    "ready": lambda _then, _now, _draw: True,
    "read": lambda then, now, _draw: now.read > then.read,
    "announced": lambda then, now, _draw: now.alerts > then.alerts,
    "in flight": lambda _then, now, _draw: now.sending > 0,
    "heard": lambda then, now, _draw: now.heard > then.heard,
    "sent": lambda then, now, draw: now.sent >= then.sent + draw.randint(1, 6),
}
# A life that begins with work to do is in flight at once: later moments are drawn more often.
WEIGHTS = (1, 2, 2, 1, 2, 3)


class Round:
    """One database and its receivers, with articles to store."""

    def __init__(self, number: int, folder: Path, nursery: Nursery, random: Random) -> None:
        self.number, self.site = number, make_site(folder / "site")
        self._folder, self._nursery, self._random = folder, nursery, random
        self.site.folder.mkdir()
        self.stage = Stage(self.site.secret, world=NO_OUTLETS)
        self._reports = list(reports(random))
        self._stored: list[Report] = []
        for receiver in self.stage.receivers.values():
            receiver.hesitate(lambda: random.uniform(0, HESITATION_SECONDS))

    def play(self, kills: int, tally: Tally) -> None:
        """Kill the service so often, or until the articles are used up; let it finish, and judge."""
        channels = tuple(self.stage.receivers)
        with self.stage:
            text = settings_text(self.site, self.stage, settle="0s", channels=channels, cap=0)
            self.site.settings_file.write_text(text, encoding="utf-8")
            for _ in range(kills):
                if not self._reports:
                    break
                kill = self._live(len(tally.kills) % FROM_NOTHING == FROM_NOTHING - 1, tally)
                tally.kills.append(kill)
                print_kill(len(tally.kills), kill)
            self._finish(tally)

    def _live(self, is_from_nothing: bool, tally: Tally) -> Kill:  # noqa: FBT001  one of two kinds of life
        (moment,) = self._random.choices(tuple(MOMENTS), WEIGHTS)
        with self._alive(tally, is_from_nothing=is_from_nothing) as service:
            alive_since = datetime.now(UTC)
            with looked_at(self.site.folder) as database:
                then = self._progress(database)
                self._store(database)
                self._wait_for(MOMENTS[moment], then, database)
            time.sleep(self._random.uniform(0, self._random.choice(AFTERWARDS_SECONDS)))
            service.kill()
        return self._inspect(moment, alive_since)

    @contextmanager
    def _alive(self, tally: Tally, *, is_from_nothing: bool) -> Iterator[Service]:
        environment = service_environment(self.site, self.stage, os.environ)
        began_at = time.monotonic()
        make = Service if is_from_nothing else lambda *given: ForkedService(*given, self._nursery)
        with make(self.site, environment) as service:
            self._wait(service, service.is_healthy)
            if not is_from_nothing:
                tally.starts.append(time.monotonic() - began_at)
            yield service

    def _wait(self, service: Service, is_so: Callable[[], bool]) -> None:
        if not service.wait_until(is_so, time.monotonic() + PATIENCE_SECONDS):
            raise SystemExit(f"round {self.number}: not so in {PATIENCE_SECONDS:.0f} s; {service.last_words()}")

    def _progress(self, database: sqlite3.Connection) -> Progress:
        heard = sum(len(receiver.exchanges) for receiver in self.stage.receivers.values())
        return Progress(*database.execute(_PROGRESS).fetchone(), heard)

    def _wait_for(
        self, has_come: Callable[[Progress, Progress, Random], bool], then: Progress, database: sqlite3.Connection
    ) -> None:
        ends_at = time.monotonic() + IMPATIENCE_SECONDS
        seed = self._random.random()  # the same draw at every look
        while not has_come(then, self._progress(database), Random(seed)) and time.monotonic() < ends_at:  # noqa: S311
            time.sleep(LOOK_EVERY_SECONDS)

    def _store(self, database: sqlite3.Connection) -> None:
        """Store the next one or two articles, unless a receiver already has more before it than it can take."""
        (waiting,) = database.execute(_MOST_WAITING).fetchone()
        if (waiting or 0) >= MOST_WAITING:
            return
        chosen = [self._reports.pop(0) for _ in range(min(self._random.choice((1, 1, 2)), len(self._reports)))]
        beside = connect(self.site.database_url)
        try:
            with beside.begin() as session:
                for report in chosen:
                    store_article(session, article_of(report), datetime.now(UTC))
        finally:
            beside.close()
        self._stored += chosen

    def _inspect(self, moment: str, alive_since: datetime) -> Kill:
        time.sleep(HESITATION_SECONDS)  # what was on its way is heard now
        with copy_of(self.site.folder, self._folder) as database:
            found = database.execute(_IN_FLIGHT, {"alive_since": stored(alive_since)})
            in_flight = {channel: known for channel, known in found if channel in self.stage.receivers}
            if in_flight:
                is_heard = any(self._heard_since(alive_since, one) > known for one, known in in_flight.items())
                place = "sending, heard" if is_heard else "sending, not heard"
            else:
                place = next((place for place, query in _STANDING if holds(database, query)), "idle")
            return Kill(self.number, moment, place, tuple(in_flight), not is_whole(database))

    def _heard_since(self, moment: datetime, channel: str) -> int:
        """Return how many messages a receiver took in this life."""
        exchanges = self.stage.receivers[channel].exchanges
        return len(hear(channel, [one for one in exchanges if one.request.received_at >= moment]))

    def _finish(self, tally: Tally) -> None:
        with self._alive(tally, is_from_nothing=False) as service:
            self._wait(service, self._is_at_rest)
            if service.stop(30) != 0:
                tally.faults.append(f"round {self.number}: the service did not end in order")
        with copy_of(self.site.folder, self._folder) as database:
            states = Counter(state for (state,) in database.execute("SELECT state FROM deliveries"))
            (articles,) = database.execute("SELECT count(*) FROM articles").fetchone()
            (events,) = database.execute("SELECT count(*) FROM events").fetchone()
            is_well = is_whole(database)
        self._judge(tally)
        told = {report.event for report in self._stored}
        problems = {
            "the database is corrupt": not is_well,
            f"{states['dead']} deliveries are dead": states["dead"] > 0,
            f"{articles} articles are there, {len(self._stored)} were stored": articles != len(self._stored),
            f"{events} events are there, the articles told of {len(told)}": events != len(told),
        }
        tally.faults += [f"round {self.number}: {problem}" for problem, is_so in problems.items() if is_so]
        tally.articles += articles

    def _is_at_rest(self) -> bool:
        with looked_at(self.site.folder) as database:
            return not any(holds(database, query) for query in _UNFINISHED)

    def _judge(self, tally: Tally) -> None:
        states: dict[int, list[int]] = {}
        for report in self._stored:
            states.setdefault(report.event, []).append(report.figure)
        for channel, receiver in self.stage.receivers.items():
            heard = hear(channel, receiver.exchanges)
            tally.heard[channel] += len(heard)
            if all(one.key is not None for one in heard):
                tally.keyed.add(channel)
            tally.accounts.setdefault(channel, []).extend(account_of(heard, known) for known in states.values())


def run(kills: int, seed: int) -> Tally:
    """Play rounds until `kills` are spent; moments and stories are drawn from `seed`."""
    random, tally, number = Random(seed), Tally(), 0  # noqa: S311 (moments, not secrets)
    print("kill  round  waited for  where it fell")
    with Nursery() as nursery:
        while len(tally.kills) < kills:
            number += 1
            with tempfile.TemporaryDirectory(prefix="volya-kills-") as folder:
                Round(number, Path(folder), nursery, random).play(kills - len(tally.kills), tally)
    return tally


def main() -> int:
    """Run from the command line; exit 1 if anything did not hold."""
    parser = argparse.ArgumentParser(description="Kill the service while it reads, announces and sends.")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began_at = time.monotonic()
    tally = run(options.kills, options.seed)
    print_end(tally, time.monotonic() - began_at)
    problems = list(verdict(tally))
    print("\n".join(f"WRONG: {problem}" for problem in problems) or "as it has to be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

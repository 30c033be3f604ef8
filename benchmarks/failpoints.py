"""T-KILL, without chance: a life is ended at every transaction it makes, before its commit and after it.

    python benchmarks/failpoints.py                # all seven receivers
    python benchmarks/failpoints.py --channels webhook telegram

A life here is one thread that does all the service does with an event: it opens (and at first makes) the database,
stores, reads and announces a release and sends it to every receiver; then the same with a report of more people.
`VOLYA_FAILPOINT` ends it at the n-th commit (`committed:n`; before a message leaves, too) or just before that commit
(`uncommitted:n`; after an answer, too), for every n there is. The next life finds what the first one left and must
bring it to its end: nothing lost, nothing out of order, a message twice only where the first life had sent it and its
receiver has no keys, and then marked. Exit 1 otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from forking import ForkedProcess, Nursery
from reports import GROWTH, Report, article_of, figure_of
from wreck import copy_of, is_whole

from alerts.sending import Sender
from cli.channels import channel_of
from cli.clock import utc_now
from cli.credentials import read_secrets
from cli.demonstration import Site, make_site, service_environment, settings_text
from cli.invocation import Invocation
from cli.wiring import destination_of, sending_options
from cli.wiring import service_parts as parts_of
from db import Database
from db.announcing import sync_destinations
from db.articles import store_article
from db.leases import free_dead
from newsroom.heard import account_of, hear
from newsroom.stage import Stage
from newsroom.world import World

KILLED = 137
PATIENCE_SECONDS = 120.0
PLACES = ("committed", "uncommitted")


def live(arguments: Sequence[str]) -> int:
    """Live one life: arguments are the settings file and the number of the event that it tells of."""
    file, event = Path(arguments[0]), int(arguments[1])
    invocation = Invocation(file)
    with invocation.database() as database:
        service = OneThread(invocation, database)
        figure = figure_of(event)
        for report in (Report(event, figure, "release-en"), Report(event, figure + GROWTH, "more-uk")):
            service.tell(report)
    return 0


class OneThread:
    """What the service is made of, one step after the other."""

    def __init__(self, invocation: Invocation, database: Database) -> None:
        settings, secrets = invocation.settings, read_secrets(invocation.settings, os.environ)
        self._database, self._parts = database, parts_of(invocation, database, secrets)
        options = sending_options(settings, self._parts.owner)
        self._senders = [
            Sender(database, destination_of(keys, settings), channel_of(keys, secrets), options)
            for keys in settings.alerts.destination
            if keys.channel != "console"
        ]
        with database.begin() as session:
            free_dead(session, self._parts.owner)
            sync_destinations(session, {keys.name: keys.channel for keys in settings.alerts.destination}, utc_now())

    def tell(self, report: Report) -> None:
        """Store a report, and do all that it makes necessary."""
        with self._database.begin() as session:
            store_article(session, article_of(report), datetime.now(UTC))
        while self._parts.read(now=utc_now()).read:
            pass
        while self._parts.announce(now=utc_now()):
            pass
        asyncio.run(self._send())

    async def _send(self) -> None:
        for sender in self._senders:
            while await sender.send_next():
                pass
            await sender.channel.close()


@dataclass
class Outcome:
    """What all lives came to: deaths by place, repeats by channel, and what was not as it has to be."""

    deaths: Counter[str] = field(default_factory=Counter)
    repeats: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Trial:
    """One database and its receivers; every event dies once."""

    def __init__(self, site: Site, stage: Stage, nursery: Nursery, channels: Sequence[str]) -> None:
        self._site, self._stage, self._nursery, self._channels = site, stage, nursery, channels
        self._environment = service_environment(site, stage, os.environ)

    def run(self, place: str, first: int) -> Iterator[tuple[int, int]]:
        """Die at each passing of a place in turn, until a life passes it less often; yield event and passing."""
        for event, number in zip(count(first), count(1), strict=False):
            if self._live(event, f"{place}:{number}") != KILLED:
                return
            if self._live(event) != 0:
                raise SystemExit(f"{place}:{number}: the next life failed: {self._last_words()}")
            yield event, number

    def _live(self, event: int, failpoint: str | None = None) -> int:
        environment = self._environment | ({"VOLYA_FAILPOINT": failpoint} if failpoint else {})
        arguments = (str(self._site.settings_file), str(event))
        pid = self._nursery.start(arguments, environment, self._site.log_file, "failpoints:live")
        return ForkedProcess(self._nursery, pid).wait(PATIENCE_SECONDS)

    def _last_words(self) -> str:
        return " | ".join(self._site.log_file.read_text("utf-8", "replace").splitlines()[-5:])

    def judge(self, event: int, where: str, outcome: Outcome) -> None:
        """Compare what each receiver heard of an event with what it should have."""
        states = (figure_of(event), figure_of(event) + GROWTH)
        repeated = []
        for channel in self._channels:
            account = account_of(hear(channel, self._stage.receivers[channel].exchanges), states)
            outcome.known[channel] += account.known
            outcome.repeats[channel] += account.repeats
            repeated += [channel] * (account.known + account.repeats)
            if account.is_lost or account.disorders or account.unmarked:
                outcome.problems.append(f"{where}: {channel}: {account}")
        if len(repeated) > 1:  # one message was in flight, in one thread
            outcome.problems.append(f"{where}: repeats at {', '.join(repeated)}")


def trial(channels: Sequence[str]) -> Outcome:
    """Die at every failpoint, and say what came of it."""
    outcome = Outcome()
    with Nursery() as nursery:
        for place in PLACES:
            with tempfile.TemporaryDirectory(prefix="volya-failpoints-") as name:
                _die_everywhere(Path(name), place, nursery, channels, outcome)
    return outcome


def _die_everywhere(folder: Path, place: str, nursery: Nursery, channels: Sequence[str], outcome: Outcome) -> None:
    site = make_site(folder)
    with Stage(site.secret, world=World((), {}, (), {})) as stage:
        site.settings_file.write_text(
            settings_text(site, stage, settle="0s", channels=channels, cap=0), encoding="utf-8"
        )
        lives = Trial(site, stage, nursery, channels)
        for event, number in lives.run(place, 0):
            outcome.deaths[place] += 1
            lives.judge(event, f"{place}:{number}", outcome)
    with copy_of(folder, folder) as database:
        if not is_whole(database):
            outcome.problems.append(f"{place}: the database is corrupt")


def main() -> int:
    """Run from the command line; exit 1 if anything did not hold."""
    parser = argparse.ArgumentParser(description="End a life at every transaction it makes.")
    every = tuple(Stage().receivers)
    parser.add_argument("--channels", nargs="+", choices=every, default=every)
    channels = parser.parse_args().channels
    began_at = time.monotonic()
    outcome = trial(channels)
    print(f"deaths: {', '.join(f'{number} {place}' for place, number in outcome.deaths.items())}")
    for channel in channels:
        print(f"{channel:10} repeats with the same key {outcome.known[channel]}, marked {outcome.repeats[channel]}")
    print(f"{time.monotonic() - began_at:.0f} s")
    print("\n".join(f"WRONG: {problem}" for problem in outcome.problems) or "as it has to be")
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())

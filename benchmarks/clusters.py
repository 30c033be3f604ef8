"""One event per thing that happened: the labelled clusters, read in random orders of arrival.

    python benchmarks/clusters.py                    # 200 orders of labelled mentions, 200 of the texts
    python benchmarks/clusters.py --shuffles 1 --split dev --misses

Every article of `tests/data/clusters` is placed by the real step in the real database, once with its labelled mention
and once with what is understood of its text. Printed are B³ (of the articles whose news is an event), look-alikes put
together, articles that stand elsewhere in some order, and follow-ups that found their event. Exit 1 if a floor is
undercut.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from db import connect, open_database  # noqa: E402 (the path comes first)
from db.articles import NewArticle, UnreadArticle, claim_unread, store_article  # noqa: E402
from db.facts import Analysis, Decision, Evidence, Kind, Mention, Precision, from_json  # noqa: E402
from db.leases import LeaseRequest  # noqa: E402
from db.outlets import sync_outlets  # noqa: E402
from db.queries import list_articles  # noqa: E402
from events.analyse import analyse  # noqa: E402
from events.document import document_of  # noqa: E402
from events.placing import place  # noqa: E402

CLUSTERS = ROOT / "tests" / "data" / "clusters"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
FLOORS = {"labels": 0.97, "texts": 0.95}
UNSTABLE = 0.02
BARE = {"plover": "", "modality": "completed", "polarity": "positive"}

Places = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet of the clusters."""

    name: str
    title: str
    kind: str
    languages: tuple[str, ...]
    timezone: str
    country: str | None = None
    priority: int = 1
    check_every: int | None = None
    entry_points: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Gold:
    """A labelled article: the event it tells of ("none-…" for none) and its labelled analysis."""

    id: str
    event: str
    split: str
    article: NewArticle
    analysis: Analysis

    @property
    def is_report(self) -> bool:
        """Whether its news is an event; a follow-up's is not."""
        return self.analysis.decision is Decision.EVENT


@dataclass(frozen=True, slots=True)
class Result:
    """What one order of arrival came to: B³ precision, recall, F1; look-alikes joined; where each article stands."""

    precision: float
    recall: float
    joined: tuple[str, ...]
    followed: float
    places: Places

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


class Clusters:
    """The labelled clusters of a split, in a database that each order of arrival gets a copy of."""

    def __init__(self, folder: Path, split: str) -> None:
        self._folder = folder
        files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(CLUSTERS.glob("*.toml"))]
        splits = {event["id"]: event["split"] for file in files for event in file["event"]}
        rows = [row for file in files for row in file["article"]]
        golds = [_gold(row, splits.get(row["event"], "dev" if index % 2 else "test")) for index, row in enumerate(rows)]
        golds = [gold for gold in golds if split in ("all", gold.split)]
        self.pairs = [tuple(pair["articles"]) for file in files for pair in file["pair"]]
        self.unread = self._store(golds, rows)

    def _store(self, golds: Sequence[Gold], rows: Sequence[Mapping[str, Any]]) -> dict[int, UnreadArticle]:
        database = open_database(f"sqlite:///{self._folder / 'base.sqlite3'}")
        outlets = {row["outlet"]: _outlet(row) for row in rows}
        with database.begin() as session:
            sync_outlets(session, list(outlets.values()), NOW)
            self.golds = {store_article(session, gold.article, NOW).id: gold for gold in golds}
        with database.begin() as session:
            claimed = claim_unread(session, LeaseRequest("desk", NOW, NOW + timedelta(minutes=5), len(golds)))
        database.close()
        return {article.id: article for article in claimed}

    def run(self, order: Sequence[int], analyses: Mapping[int, Analysis]) -> Result:
        """Place every article in an order; return what came of it."""
        copy = self._folder / "copy.sqlite3"
        shutil.copy(self._folder / "base.sqlite3", copy)
        database = connect(f"sqlite:///{copy}")
        for number in order:
            with database.begin(lock="events") as session:
                place(session, self.unread[number], analyses[number], NOW)
        with database.read() as session:
            events = {view.id: view.events for view in list_articles(session)}
        database.close()
        for file in self._folder.glob("copy.sqlite3*"):
            file.unlink()
        return self._judge({number: f"event {found[0]}" if found else "" for number, found in events.items()})

    def _judge(self, places: Places) -> Result:
        told = {n: place or f"alone {n}" for n, place in places.items() if not self._follows(n)}
        gold = {number: self.golds[number].event for number in told}
        numbers = {one.id: number for number, one in self.golds.items()}
        pairs = [pair for pair in self.pairs if all(name in numbers for name in pair)]
        joined = [" + ".join(pair) for pair in pairs if len({places[numbers[name]] or name for name in pair}) == 1]
        precision, recall = (_share(told, gold), _share(gold, told))
        return Result(precision, recall, tuple(joined), self._followed(places), places)

    def _follows(self, number: int) -> bool:
        return self.golds[number].analysis.decision is Decision.RELATED

    def _followed(self, places: Places) -> float:
        """Return the share of follow-ups that stand with a report of their event."""
        homes = defaultdict(set)
        for number, event in places.items():
            if self.golds[number].is_report:
                homes[self.golds[number].event].add(event)
        follow = [number for number in places if self._follows(number)]
        return sum(places[n] in homes[self.golds[n].event] for n in follow) / max(len(follow), 1)


def _share(ours: Mapping[int, str], theirs: Mapping[int, str]) -> float:
    """Return the mean share of an article's companions here that are its companions there (B³)."""
    groups: dict[str, set[int]] = defaultdict(set)
    for number, group in ours.items():
        groups[group].add(number)
    shares = [
        sum(theirs[other] == theirs[number] for other in groups[group]) / len(groups[group])
        for number, group in ours.items()
    ]
    return sum(shares) / len(shares)


def _outlet(row: Mapping[str, Any]) -> Outlet:
    country = "BY" if row["timezone"] == "Europe/Minsk" else None
    return Outlet(row["outlet"], row["outlet_title"], row["outlet_kind"], (row["language"],), row["timezone"], country)


def _gold(row: Mapping[str, Any], split: str) -> Gold:
    published = datetime.fromisoformat(str(row["published"])) if "published" in row else None
    url = f"https://{row['outlet']}.example/{row['id']}"
    article = NewArticle(
        url=url,
        url_key=url,
        text=row["text"],
        title=row["title"],
        outlet=row["outlet"],
        language=row["language"],
        published_at=published,
        published_precision="instant" if published else None,
    )
    return Gold(row["id"], row["event"], split, article, _labelled(row.get("mention"), published))


def _labelled(told: Mapping[str, Any] | None, published: datetime | None) -> Analysis:
    """Return the labelled mention as an analysis; a day that the text does not tell is that of publication."""
    if told is None:
        return Analysis(None, (), Decision.NONE, "labelled")
    counts = [{"value": None, **count} for count in told.get("counts", ())]
    mention = from_json(Mention, {**BARE, **told, "counts": counts})
    if mention.event_date is None and published is not None and mention.kind is not Kind.RELATED:
        shown = (Evidence("event_date", "any.date.published", 0, 0, ""),)
        mention = replace(mention, event_date=published.date(), date_precision=Precision.DAY, evidence=shown)
    decision = Decision.RELATED if mention.kind is Kind.RELATED else Decision.EVENT
    return Analysis(None, (mention.kind,), decision, "labelled", (mention,))


def _movers(results: Sequence[Result]) -> set[int]:
    """Return the articles that stand elsewhere in some order than in the first: outside of what their event is there."""
    movers: set[int] = set()
    first = _groups(results[0].places)
    for result in results[1:]:
        overlaps = sorted(
            ((one & other) for one in first for other in _groups(result.places) if one & other),
            key=lambda both: (-len(both), min(both)),
        )
        ours, theirs = _indexed(first), _indexed(_groups(result.places))
        taken: set[tuple[str, int]] = set()
        for both in overlaps:
            sides = {("ours", ours[min(both)]), ("theirs", theirs[min(both)])}
            if sides & taken:
                movers |= both
            taken |= sides
    return movers


def _groups(places: Places) -> list[frozenset[int]]:
    groups: dict[str, set[int]] = defaultdict(set)
    for number, event in places.items():
        groups[event or f"alone {number}"].add(number)
    return [frozenset(group) for group in groups.values()]


def _indexed(groups: Sequence[frozenset[int]]) -> dict[int, int]:
    return {number: index for index, group in enumerate(groups) for number in group}


def _report(name: str, clusters: Clusters, results: Sequence[Result], *, misses: bool) -> bool:
    mean = [
        sum(getattr(one, key) for one in results) / len(results) for key in ("precision", "recall", "f1", "followed")
    ]
    worst = min(one.f1 for one in results)
    movers = _movers(results)
    unstable = len(movers) / len(clusters.golds)
    joined = Counter(pair for one in results for pair in one.joined)
    print(f"{name}: B³ {mean[2]:.3f} (precision {mean[0]:.3f}, recall {mean[1]:.3f}; worst order {worst:.3f})")
    print(f"  look-alikes put together in some order: {len(joined)} {dict(joined) if joined else ''}")
    print(f"  articles that stand elsewhere in some order: {unstable:.1%}; follow-ups at their event: {mean[3]:.0%}")
    if misses:
        print(f"  they are {', '.join(clusters.golds[number].id for number in sorted(movers))}")
        _print_misses(clusters, results[0])
    return mean[2] >= FLOORS[name] and unstable < UNSTABLE


def _print_misses(clusters: Clusters, result: Result) -> None:
    """Print the articles that stand outside of their event's main group, or in that of another event."""
    groups = {
        event: Counter(clusters.golds[n].event for n in group)
        for group in _groups(result.places)
        for event in [result.places[min(group)] or f"alone {min(group)}"]
    }
    for number, event in sorted(result.places.items(), key=lambda one: clusters.golds[one[0]].id):
        gold, group = clusters.golds[number], groups[event or f"alone {number}"]
        home = max(groups.values(), key=lambda one: one[gold.event])
        if gold.is_report and (home is not group or group.most_common(1)[0][0] != gold.event):
            print(f"    {gold.id}: {event or 'no event'} {dict(group)}")


def main() -> int:
    """Run the orders and print the scores; 1 if a floor is undercut."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shuffles", type=int, default=200)
    parser.add_argument("--split", choices=("all", "dev", "test"), default="all")
    parser.add_argument("--from", dest="source", choices=("labels", "texts", "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="show where the first order goes wrong")
    options = parser.parse_args()
    is_fine = True
    with tempfile.TemporaryDirectory() as folder:
        clusters = Clusters(Path(folder), options.split)
        sources = {
            "labels": {number: gold.analysis for number, gold in clusters.golds.items()},
            "texts": {number: analyse(document_of(article)) for number, article in clusters.unread.items()},
        }
        for name in sources if options.source == "both" else (options.source,):
            chance = random.Random(options.seed)  # noqa: S311 (a shuffle, no secret)
            orders = [chance.sample(list(clusters.golds), len(clusters.golds)) for _ in range(options.shuffles)]
            begun = time.perf_counter()
            results = [clusters.run(order, sources[name]) for order in orders]
            is_fine = _report(name, clusters, results, misses=options.misses) and is_fine
            print(f"  {len(orders)} orders of {len(clusters.golds)} articles, {time.perf_counter() - begun:.0f} s")
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(main())

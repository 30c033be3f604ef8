"""How well the news is understood: precision, recall and F1 on the labelled stories, language by language.

    python benchmarks/score.py                       # or: make score; fails where a committed floor is undercut
    python benchmarks/score.py --split dev --language pl --misses
    python benchmarks/score.py --write               # raise the floors to what was measured

An alert is right if the article is one and its kind is right (release before negotiation). A fact is right if role,
value and nationality agree. Rows marked `complete` list every fact of their news, so what is found beyond them is
wrong; on other rows only the labelled fields are looked at. `floors.toml` beside the stories holds what may not be
undercut. Exit 1 if it is.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from db.facts import Analysis, Decision, Mention  # noqa: E402 (the path comes first)
from events.analyse import analyse  # noqa: E402
from events.document import document  # noqa: E402
from events.names import person_key  # noqa: E402

STORIES = ROOT / "tests" / "data" / "stories"
FLOORS = ROOT / "tests" / "data" / "floors.toml"
ZONES = {
    "uk": "Europe/Kyiv",
    "ru": "Europe/Moscow",
    "be": "Europe/Minsk",
    "en": "Europe/London",
    "pl": "Europe/Warsaw",
    "lt": "Europe/Vilnius",
    "de": "Europe/Berlin",
}
ROLES = ("released", "pardoned", "political", "left_country", "subset", "held", "planned", "demanded")
LISTS = ("negotiators", "concessions", "people")
KINDS = ("release", "negotiation", "both", "related", "none")
SLACK = 0.0005  # of a floor, which is written with three digits


@dataclass(frozen=True, slots=True)
class Story:
    """A labelled story and what was understood of it."""

    name: str
    language: str
    split: str
    expect: Mapping[str, Any]
    analysis: Analysis

    @property
    def mention(self) -> Mention | None:
        """The mention of the first kind."""
        return self.analysis.mentions[0] if self.analysis.mentions else None


@dataclass(frozen=True, slots=True)
class Score:
    """Right, wrongly found and missed."""

    right: int
    extra: int
    missed: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where nothing was to be found and nothing was."""
        total = 2 * self.right + self.extra + self.missed
        return 2 * self.right / total if total else 1.0

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self) -> float:
        """The share of what was to be found that was."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def read_stories(splits: Sequence[str] = (), languages: Sequence[str] = ()) -> Iterator[Story]:
    """Yield the stories of `splits` and `languages` (all where empty), each analysed."""
    for path in sorted(STORIES.rglob("*.toml")):
        language = path.stem[:2]
        if languages and language not in languages:
            continue
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["story"]:
            if not splits or row["split"] in splits:
                yield Story(row["name"], language, row["split"], row["expect"], _analysed(row, language))


def _analysed(row: Mapping[str, Any], language: str) -> Analysis:
    published = row.get("published")
    return analyse(
        document(
            row.get("title"),
            row["text"],
            language=language if row.get("spelling") == "lacinka" else None,
            outlet_title=row.get("outlet"),
            published_at=datetime.fromisoformat(published) if published else None,
            timezone=ZONES[language],
        )
    )


def kind_of(decision: str, kinds: Iterable[str]) -> str:
    """Return one of KINDS."""
    found = set(kinds)
    if decision != Decision.EVENT:
        return str(decision)
    return "both" if len(found) > 1 else next(iter(found))


def told(story: Story) -> str:
    """Return the kind a story was taken for."""
    return kind_of(story.analysis.decision, (str(kind) for kind in story.analysis.kinds))


def wanted(story: Story) -> str:
    """Return the kind a story is."""
    return kind_of(story.expect["decision"], story.expect.get("kinds", ()))


def _alert(kind: str) -> set[str]:
    return {"release" if kind == "both" else kind} & {"release", "negotiation"}


def _expected_counts(story: Story, role: str) -> set[Any] | None:
    expect = story.expect
    if "counts" in expect:
        rows = [row for row in expect["counts"] if row["role"] == role and ("value" in row or "of_count" in row)]
        return {(row.get("value"), row.get("value_max"), row.get("nationality")) for row in rows}
    if expect.get("complete"):
        return set()
    if role not in expect:
        return set() if role in ("released", "pardoned") and expect["decision"] != Decision.EVENT else None
    return {(expect.get(role), expect.get(f"{role}_max"), None)}


def _found_counts(story: Story, role: str) -> set[Any]:
    told = [count for mention in story.analysis.mentions for count in mention.counts if count.role == role]
    counts = [count for count in told if count.value is not None or count.of_count]  # "dozens" has no label
    has_nation = any("nationality" in row for row in story.expect.get("counts", ()))
    return {(count.value, count.value_max, count.nationality if has_nation else None) for count in counts}


def _expected_set(story: Story, field: str) -> set[Any] | None:
    if field not in story.expect:
        return set() if story.expect.get("complete") else None
    value = story.expect[field]
    if field == "people":  # a person, not a spelling: labels have names of the gazetteer, or as the story has them
        return set(map(person_key, value))
    return set(value.items()) if isinstance(value, dict) else set(value)


def _found_set(story: Story, field: str) -> set[Any]:
    found: set[Any] = set()
    for mention in story.analysis.mentions:
        for item in mention.nationalities.items() if field == "nationalities" else getattr(mention, field):
            found.add(getattr(item, "object", getattr(item, "name", item)))
    return set(map(person_key, found)) if field == "people" else found


def _one(field: str) -> Callable[[Story], tuple[set[Any], set[Any]] | None]:
    def pair(story: Story) -> tuple[set[Any], set[Any]] | None:
        if field not in story.expect:
            return None
        value = getattr(story.mention, field, None)
        return {story.expect[field]}, {str(value)} if value is not None else set()

    return pair


def _many(field: str) -> Callable[[Story], tuple[set[Any], set[Any]] | None]:
    def pair(story: Story) -> tuple[set[Any], set[Any]] | None:
        expected = _expected_set(story, field)
        if expected is None:
            return None
        found = _found_set(story, field)
        return expected, found if story.expect.get("complete") else found & expected

    return pair


def _count(role: str) -> Callable[[Story], tuple[set[Any], set[Any]] | None]:
    def pair(story: Story) -> tuple[set[Any], set[Any]] | None:
        expected = _expected_counts(story, role)
        return None if expected is None else (expected, _found_counts(story, role))

    return pair


FACTS: dict[str, Callable[[Story], tuple[set[Any], set[Any]] | None]] = {
    **{role: _count(role) for role in ROLES},
    **{field: _many(field) for field in (*LISTS, "nationalities")},
    **{field: _one(field) for field in ("event_date", "root", "modality", "polarity")},
}


def alerts(stories: Iterable[Story]) -> Score:
    """Return how well the stories that call for an alert, and its kind, were told."""
    return _summed((_alert(wanted(story)), _alert(told(story))) for story in stories)


def fact(stories: Iterable[Story], name: str) -> Score:
    """Return how well one fact of the stories that call for an alert was read."""
    events = (story for story in stories if story.expect["decision"] == Decision.EVENT)
    return _summed(pair for story in events if (pair := FACTS[name](story)) is not None)


def _summed(pairs: Iterable[tuple[set[Any], set[Any]]]) -> Score:
    right = extra = missed = 0
    for expected, found in pairs:
        right += len(expected & found)
        extra += len(found - expected)
        missed += len(expected - found)
    return Score(right, extra, missed)


def wrongly_alerted(stories: Iterable[Story]) -> tuple[int, int]:
    """Return how many hard negatives were taken for an event, and how many there are."""
    negatives = [story for story in stories if story.expect["decision"] != Decision.EVENT]
    return sum(story.analysis.decision == Decision.EVENT for story in negatives), len(negatives)


def measures(stories: Sequence[Story]) -> dict[str, float]:
    """Return every figure that has a floor."""
    wrong, negatives = wrongly_alerted(stories)
    return {
        "alerts": alerts(stories).f1,
        "quiet": 1 - wrong / negatives if negatives else 1.0,
        **{name: fact(stories, name).f1 for name in FACTS},
    }


def _print_scores(groups: Mapping[tuple[str, str], Sequence[Story]]) -> None:
    for (split, language), stories in groups.items():
        score, (wrong, negatives) = alerts(stories), wrongly_alerted(stories)
        print(f"\n{split} {language}: {len(stories)} stories; alerts precision {score.precision:.3f}", end="")
        print(f" recall {score.recall:.3f} F1 {score.f1:.3f}; hard negatives alerted {wrong} of {negatives}")
        facts = {name: fact(stories, name) for name in FACTS}
        print("  " + "  ".join(f"{name} {s.f1:.2f} ({s.right}+{s.extra}-{s.missed})" for name, s in facts.items()))


def _print_confusion(stories: Iterable[Story]) -> None:
    table = Counter((wanted(story), told(story)) for story in stories)
    print(f"\n{'is / taken for':14}" + "".join(f"{kind:>12}" for kind in KINDS))
    for kind in KINDS:
        print(f"{kind:14}" + "".join(f"{table[kind, other]:12}" for other in KINDS))


def _print_misses(stories: Iterable[Story]) -> None:
    for story in stories:
        lines = [f"kind: is {wanted(story)}, taken for {told(story)}: {story.analysis.reason}"]
        lines = lines if wanted(story) != told(story) else []
        if story.expect["decision"] == Decision.EVENT:
            for name, pair in ((name, read(story)) for name, read in FACTS.items()):
                if pair is not None and pair[0] != pair[1]:
                    lines.append(f"{name}: missed {pair[0] - pair[1] or '-'}, extra {pair[1] - pair[0] or '-'}")
        if lines:
            print(f"\n{story.name} [{story.split}]", *lines, sep="\n    ")


def _undercut(groups: Mapping[tuple[str, str], Sequence[Story]], floors: Mapping[str, Any]) -> Iterator[str]:
    for (split, language), stories in groups.items():
        found = measures(stories)
        for name, floor in floors.get(split, {}).get(language, {}).items():
            if found[name] < floor - SLACK:
                yield f"{split} {language}: {name} {found[name]:.3f} is below its floor {floor:.3f}"


def _write_floors(groups: Mapping[tuple[str, str], Sequence[Story]]) -> None:
    lines = ["# What `make score` may not undercut; written by benchmarks/score.py --write.\n"]
    for (split, language), stories in sorted(groups.items()):
        lines.append(f"\n[{split}.{language}]\n")
        lines += [f"{name} = {value:.3f}\n" for name, value in measures(stories).items()]
    FLOORS.write_text("".join(lines), encoding="utf-8")


def main() -> int:
    """Print the scores; return 1 if a floor is undercut."""
    parser = argparse.ArgumentParser(description="How well the news is understood.")
    parser.add_argument("--split", action="append", default=[], help="dev, test, test2 …; all without it")
    parser.add_argument("--language", action="append", default=[], help="uk, ru, be, en, pl, lt or de")
    parser.add_argument("--misses", action="store_true", help="print each story that was not read right")
    parser.add_argument("--write", action="store_true", help="write what was measured as the new floors")
    options = parser.parse_args()
    groups: dict[tuple[str, str], list[Story]] = {}
    for story in read_stories(options.split, options.language):
        groups.setdefault((story.split, story.language), []).append(story)
    stories = [story for group in groups.values() for story in group]
    if options.misses:
        _print_misses(stories)
    _print_scores(groups)
    _print_confusion(stories)
    if options.write:
        _write_floors(groups)
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    undercut = list(_undercut(groups, floors))
    print(*undercut, sep="\n")
    return 1 if undercut else 0


if __name__ == "__main__":
    sys.exit(main())

"""The lexicon: words of one language as data (`lexicon/<lang>.toml`), and names in all (`entities.toml`).

Concepts, matched on folded text as whole words:
  anchors   belarus, us, eu, and the jailers that are not ours (other_jailer, pow)
  who       prisoner, political, person, foreigner, citizen, freed (of people already out), office (a dismissal's object)
  release   release_done, pardon_done, handover, arrival (completed), let_out (the same beside
            prisoners; of software and films otherwise); release_future, release_infinitive, release_noun,
            pardon_noun
  mood      possible, plan, announce, offer, want, demand, refusal, denial; unreal_before and negation_before stand
            directly before a verb and undo it
  talks     discuss, talks, meeting, delegation, deal, mediation
  relief    relief (an act that eases sanctions), relief_done, legal, sanctions, exchange; its objects potash, belavia,
            banks, finance_ministry, embassy, aircraft
  figures   held (they are still in), of_them (a part follows), not_among, rise, whole
  topic     arrest, comment
Numbers: what is vague, percent, part_of ("17 of 20"); each and each_after make a number distributive from before and
from behind ("по двоє", "two each"); range_words join a range, and_words only behind "between". Names of one's principal
("the Trump administration") are told by administration. Abbreviations: words whose full stop ends no sentence.
Zones: recap and old (what is only recalled), cumulative (totals over time), read_also, caption.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

OBJECTS = ("potash", "belavia", "banks", "finance_ministry", "embassy", "aircraft")
_BEFORE_ONLY = ("unreal_before", "negation_before")


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, body or outlet under its canonical name; `party` is the side (ISO code) it acts for."""

    name: str
    role: str
    party: str | None
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Nationality:
    """How the people and the country of an ISO 3166-1 code are called."""

    code: str
    people: re.Pattern[str]
    country: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, compiled."""

    language: str
    concepts: Mapping[str, re.Pattern[str]]
    zones: Mapping[str, re.Pattern[str]]
    attribution: Mapping[str, re.Pattern[str]]
    qualifiers: Mapping[str, re.Pattern[str]]
    dates: Mapping[str, re.Pattern[str]]
    numbers: tuple[tuple[int, re.Pattern[str]], ...]
    vague: re.Pattern[str]
    percent: re.Pattern[str]
    range_joint: re.Pattern[str]
    and_words: frozenset[str]
    abbreviation: re.Pattern[str]
    each: re.Pattern[str]
    each_after: re.Pattern[str]
    part_of: re.Pattern[str]
    months: tuple[tuple[int, re.Pattern[str]], ...]
    weekdays: tuple[tuple[int, re.Pattern[str]], ...]
    nationalities: tuple[Nationality, ...]
    month_words: str
    month_prefixes: str


def words(patterns: Iterable[str]) -> re.Pattern[str]:
    """Compile alternatives that match as whole words."""
    return re.compile(rf"(?<!\w)(?:{_alternatives(patterns)})(?!\w)")


def _alternatives(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _before(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(patterns)})\s*$")


def _concept(name: str, patterns: Iterable[str]) -> re.Pattern[str]:
    return _before(patterns) if name in _BEFORE_ONLY else words(patterns)


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """Return the languages that have a lexicon."""
    names = (entry.name for entry in files("events").joinpath("lexicon").iterdir())
    return frozenset(
        name.removesuffix(".toml") for name in names if name.endswith(".toml") and len(name) == len("uk.toml")
    )


@lru_cache(maxsize=16)
def lexicon_of(language: str) -> Lexicon:
    """Return the lexicon of a language in `languages()`."""
    data = _load(language)
    numbers = {key: patterns for key, patterns in data["numbers"].items() if key.isdigit()}
    and_words = frozenset(data["numbers"]["and_words"])
    return Lexicon(
        language=language,
        concepts={name: _concept(name, patterns) for name, patterns in data["concepts"].items()},
        zones={name: words(patterns) for name, patterns in data["zones"].items()},
        attribution={name: words(patterns) for name, patterns in data["attribution"].items()},
        qualifiers={name: _before(patterns) for name, patterns in data["qualifiers"].items()},
        dates={name: words(patterns) for name, patterns in data["dates"].items()},
        numbers=_by_number(numbers),
        vague=words(data["numbers"]["vague"]),
        percent=re.compile(rf"\s?(?:%|{_alternatives(data['numbers']['percent'])})"),
        each=_before(data["numbers"]["each"]),
        each_after=words(data["numbers"]["each_after"]),
        range_joint=re.compile(rf"\s?(?:-|—|{_alternatives((*data['numbers']['range_words'], *and_words))})\s?"),
        and_words=and_words,
        abbreviation=re.compile(
            rf"(?:^|[\s(])(?:\w|[a-z]\.[a-z]|{_alternatives(data['abbreviations'])})\.\s+$", re.IGNORECASE
        ),
        part_of=words(data["numbers"]["part_of"]),
        months=_by_number(data["months"]),
        weekdays=_by_number(data["weekdays"]),
        nationalities=tuple(_nationality(code, forms) for code, forms in data["nationalities"].items()),
        month_words=_alternatives(pattern for patterns in data["months"].values() for pattern in patterns),
        month_prefixes=_alternatives(data["dates"]["month_prefix"]),
    )


def _by_number(table: Mapping[str, list[str]]) -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((int(key), words(patterns)) for key, patterns in table.items())


def _nationality(code: str, forms: Mapping[str, list[str]]) -> Nationality:
    return Nationality(code, words(forms["people"]), words(forms["country"]))


@lru_cache(maxsize=1)
def entities() -> tuple[Entity, ...]:
    """Return the gazetteer."""
    rows = _load("entities")["entity"]
    return tuple(Entity(row["name"], row["role"], row.get("party"), words(row["names"])) for row in rows)


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("events").joinpath("lexicon", f"{name}.toml").read_text(encoding="utf-8"))

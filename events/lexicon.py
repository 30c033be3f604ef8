"""The lexicon: words of one language as data (`lexicon/<lang>.toml`), and names in all (`entities.toml`).

Written in the phrases of `events.phrases`. Concepts:
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
Spelling: `replace` folds old and new spellings into one, `latin` writes a Latin script in Cyrillic letters.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from events.phrases import PhraseBook
from events.tokens import Token, as_written, tokens_of

OBJECTS = ("potash", "belavia", "banks", "finance_ministry", "embassy", "aircraft")
# Sections of a language's file whose phrases are found under "<prefix>/<key>"; concepts go by their bare names.
_SECTIONS = {
    "zones": "zone",
    "attribution": "attribution",
    "qualifiers": "qualifier",
    "dates": "date",
    "months": "month",
    "weekdays": "weekday",
}
_SPELLED_WORDS = 50_000


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, body or outlet under its canonical name; `party` is the side (ISO code) it acts for."""

    name: str
    role: str
    party: str | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language and the names in all, ready to be found."""

    language: str
    book: PhraseBook
    zones: PhraseBook
    abbreviations: frozenset[str]
    spelling: Callable[[str], str]
    has_ordinal_stops: bool

    def tokens(self, folded: str) -> tuple[Token, ...]:
        """Return the tokens of a folded sentence of this language."""
        return tokens_of(folded, self.spelling, self.abbreviations)


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
    spelling = _spelling(data.get("spelling", {}))
    return Lexicon(
        language=language,
        book=PhraseBook((*_phrases(data), *_names("names")), spelling, _names("quoted")),
        zones=PhraseBook(_named(data["zones"], "zone"), spelling),
        abbreviations=frozenset(data["abbreviations"]),
        spelling=spelling,
        has_ordinal_stops=data.get("ordinal_stops", False),
    )


def _phrases(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for concept, phrases in data["concepts"].items():
        yield from ((concept, phrase) for phrase in phrases)
    for section, prefix in _SECTIONS.items():
        yield from _named(data[section], prefix)
    for key, phrases in data["numbers"].items():
        name = f"number/{key}" if key.isdigit() else f"amount/{key}"
        yield from ((name, phrase) for phrase in phrases)
    for code, forms in data["nationalities"].items():
        yield from _named({f"people/{code}": forms["people"], f"country/{code}": forms["country"]})


def _named(table: Mapping[str, Sequence[str]], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, phrases in table.items():
        name = f"{prefix}/{key}" if prefix else key
        yield from ((name, phrase) for phrase in phrases)


def _spelling(table: Mapping[str, Sequence[Sequence[str]]]) -> Callable[[str], str]:
    """Return what brings a word into the one spelling that phrases and texts are compared in."""
    if not table:
        return as_written
    latin = [(re.compile(pattern), letters) for pattern, letters in table.get("latin", ())]
    replace = [(re.compile(pattern), letters) for pattern, letters in table.get("replace", ())]

    @lru_cache(maxsize=_SPELLED_WORDS)
    def spell(word: str) -> str:
        rules = (*latin, *replace) if latin and re.match(r"[a-zà-ž]", word) else replace
        for pattern, letters in rules:
            word = pattern.sub(letters, word)
        return word

    return spell


@lru_cache(maxsize=1)
def entities() -> Mapping[str, Entity]:
    """Return the gazetteer by canonical name."""
    return {row["name"]: Entity(row["name"], row["role"], row.get("party")) for row in _load("entities")["entity"]}


def _names(form: str) -> Iterator[tuple[str, str]]:
    for row in _load("entities")["entity"]:
        yield from ((f"name/{row['name']}", phrase) for phrase in row.get(form, ()))


@lru_cache(maxsize=16)
def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("events").joinpath("lexicon", f"{name}.toml").read_text(encoding="utf-8"))

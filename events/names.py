"""Names of people: one key for all spellings of a name in seven languages and two scripts. Pure.

A word is brought down to a skeleton (`lexicon/name_letters.toml`): letters that the languages write differently meet
(h and g, ts and t, w and v, unstressed a and o), endings that only one of them has go. First names that are more than
spellings of one another meet by a list (`lexicon/given_names.toml`). What makes two people two stays: the first name,
a woman's ending, Pavlov and Pavlovich.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from db.withholding import is_withheld, places_in
from events.lexicon import entities, lexicon_for
from events.normalise import fold

Rules = tuple[tuple[re.Pattern[str], str], ...]

PERSON_ROLES = frozenset({"ruler", "envoy", "leader", "official", "opposition", "prisoner"})
_BOOKS = ("en", "be")  # every book holds all names; Belarusian knows both its orthographies
_MUTE = re.compile("['’ʼ`´ьъ]")
_BETWEEN = re.compile(r"[\W_]+")
_CYRILLIC = re.compile("[а-яёіїєґў]")
_CAPITAL = re.compile(r"\b[^\W\d_a-zа-яіїєґўё][\w'’ʼ-]{2,30}")
_PAIR = re.compile(rf"(?=({_CAPITAL.pattern}) ({_CAPITAL.pattern}))")
_DIGITS = re.compile(r"\d+")
_VOWELS = re.compile("[aeiouj]")
_ENDING = re.compile(r"(?:j|i)*[aiu]s$")  # Lithuanian: Pavlovas, Sergejus, Statkevičius, Bialiackis
_STEM = 3  # consonants that an ending must leave: "Taras" has none
_PATRONYMIC = re.compile(r"(?:vic|vna|ic)$")
_FULL = 3  # words of a name with its patronymic
_KEPT = 20_000


@lru_cache(maxsize=_KEPT)
def name_key(name: str) -> str:
    """Return what all spellings of a person's name have in common; the order of its words does not matter.

    "Іван Паўлаў", "Павлов Иван Петрович", "Iwan Pawłow", "Ivanas Pavlovas" have one key. Empty for no name at all.
    """
    return " ".join(sorted(_upright(_without_patronymic(_skeletons(name)))))


@lru_cache(maxsize=_KEPT)
def canonical(name: str) -> str:
    """Return the gazetteer's name of a person, met by a form of it or by its key alone; else the name as written."""
    if name in entities() or is_withheld(name):
        return name
    return _by_form(name) or _people_by_key().get(name_key(name)) or name


def is_given_name(word: str) -> bool:
    """Whether a word is a known first name, in any spelling: "Wassil", "Васіль"."""
    return _skeleton(word.lower(), word.lower()) in _given()


def pairs_in(text: str) -> Iterator[str]:
    """Yield what may be somebody's name in a text: two capitalised words beside each other, as they are written."""
    return (f"{found[1]} {found[2]}" for found in _PAIR.finditer(text))


def surnames_of(name: str) -> tuple[str, ...]:
    """Return the words of a whole name that are no first name and no patronymic; the last where that leaves none."""
    words = name.split()
    others = [word for word in words if not is_given_name(word)]
    kept = [word for word in others if not _PATRONYMIC.search(_skeleton(word.lower(), word.lower()))]
    return tuple((kept if len(words) == _FULL else others) or others[-1:] or words[-1:])


def is_part_of(written: str, key: str) -> bool:
    """Whether each word that is written begins a word of the name that has `key`: "Ціхан", "Ihar Los"."""
    words, whole = key.split(), name_key(written).split()
    beginnings = (_skeletons(written), whole)  # "Paul" begins Paulau, and is a first name by itself
    return any(all(any(one.startswith(word) for one in words) for word in begun) for begun in beginnings if begun)


@lru_cache(maxsize=_KEPT)
def person_key(name: str) -> str:
    """Return the key of whoever is meant: of the gazetteer's name where one is known, else of the name as written."""
    return name if is_withheld(name) else name_key(canonical(name)) or name


def shown_name(spellings: Sequence[str]) -> str:
    """Return the name to show one person by, of at least one spelling, in the order told.

    The gazetteer's, else the Latin spelling told most often, else the first.
    """
    known = next((name for name in map(canonical, spellings) if name in entities()), None)
    latin = Counter(name for name in spellings if not _CYRILLIC.search(name.lower()))
    return known or next((name for name, _ in latin.most_common(1)), spellings[0])


@lru_cache(maxsize=_KEPT // 10)
def names_in(text: str) -> frozenset[str]:
    """Return the keys of what may be people's names in a text: two capitalised words beside each other."""
    withheld = frozenset(text[start:end] for start, end in places_in(text))
    return withheld | {key for pair in pairs_in(text) if (key := person_key(pair))}


@lru_cache(maxsize=_KEPT // 10)
def marks_of(text: str) -> frozenset[str]:
    """Return what texts on one thing share in any language: names by their skeletons, and numbers."""
    words = {skeleton for word in _CAPITAL.findall(text) for skeleton in _skeletons(word)}
    return frozenset(words | set(_DIGITS.findall(text)))


def _by_form(name: str) -> str | None:
    """Return the one person of the gazetteer whose form is the whole name."""
    folded = fold(name.strip())
    for language in _BOOKS:
        lexicon = lexicon_for(language, folded)
        found = lexicon.book.find(lexicon.tokens(folded))
        whole = {key.removeprefix("name/") for key, spans in found.items() if (0, len(folded)) in spans}
        people = [one for one in whole if one in entities() and entities()[one].role in PERSON_ROLES]
        if len(people) == 1:
            return people[0]
    return None


@lru_cache(maxsize=1)
def _people_by_key() -> Mapping[str, str]:
    keyed: dict[str, list[str]] = {}
    for entity in entities().values():
        if entity.role in PERSON_ROLES:
            keyed.setdefault(name_key(entity.name), []).append(entity.name)
    return {key: names[0] for key, names in keyed.items() if len(names) == 1}


def _skeletons(name: str) -> list[str]:
    plain = _MUTE.sub("", unicodedata.normalize("NFC", name).lower()).strip()
    words = [word for word in _BETWEEN.split(plain) if word]
    return [skeleton for skeleton in (_skeleton(word, plain) for word in words) if skeleton]


def _skeleton(word: str, name: str) -> str:
    sounds = _applied("cyrillic", word) if _CYRILLIC.search(word) else _latin(word, name)
    stem = _ENDING.sub("", sounds)
    return _applied("common", stem if len(_VOWELS.sub("", stem)) >= _STEM else sounds)


def _latin(word: str, name: str) -> str:
    """Return a word in Latin letters by its sounds; the whole name shows which language's letters they are."""
    hints = _hints()
    word = _applied("first", word)
    word = _applied("loch" if hints["loch"].search(name) else "church", word)
    if hints["german"].search(name):
        word = _applied("german", word)
    return _applied("last", word).lower()


def _applied(step: str, word: str) -> str:
    for pattern, letters in _letters()[step]:
        word = pattern.sub(letters, word)
    return word


def _without_patronymic(words: list[str]) -> list[str]:
    """Leave out the patronymic of a full name, before its first name is replaced: Ivan Petrovich Pavlov."""
    if len(words) == _FULL and any(word in _given() for word in words):
        for place in (1, 2):
            if _PATRONYMIC.search(words[place]):
                return [*words[:place], *words[place + 1 :]]
    return words


def _upright(words: list[str]) -> list[str]:
    """Return the words with the one name for a first name, and in the nominative where that shows whose it is."""
    for place, word in enumerate(words):
        for form in (word, word.removesuffix("a"), re.sub("u$", "a", word)):
            if form in _given():
                first, is_man = _given()[form]
                step = "man" if is_man else "woman"
                rest = words[:place] + words[place + 1 :]
                return [first, *(_applied(step, other) for other in rest)]
    return words


@lru_cache(maxsize=1)
def _given() -> Mapping[str, tuple[str, bool]]:
    """Return by skeleton the one name that a first name stands for, and whether it is a man's."""
    table = _load("given_names")
    rows = [(row, True) for row in table["man"]] + [(row, False) for row in table["woman"]]
    return {
        _skeleton(form.lower(), form.lower()): (_skeleton(row[0].lower(), row[0].lower()), is_man)
        for row, is_man in reversed(rows)
        for form in row
    }


@lru_cache(maxsize=1)
def _letters() -> Mapping[str, Rules]:
    return {
        step: tuple((re.compile(pattern), letters) for pattern, letters in pairs)
        for step, pairs in _load("name_letters")["steps"].items()
    }


@lru_cache(maxsize=1)
def _hints() -> Mapping[str, re.Pattern[str]]:
    return {language: re.compile(pattern) for language, pattern in _load("name_letters")["hints"].items()}


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files("events").joinpath("lexicon", f"{name}.toml").read_text(encoding="utf-8"))

"""What a person looks for, in the language of the search field. Pure: words in, a frozen `Query` out, or a SearchError.

Words (all must occur, in any inflected form), "phrases", begin*, -minus, outlet: language: kind: decision: before:
after:. Several values of one filter, by comma or by repeating it, are alternatives. What is none of these is taken as it
is written: operators of a database mean nothing here, and none of them gets through (SEC-25).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from db.facts import Decision, Kind
from db.text import clean_line
from db.words import fold_word, stem_of, words_of

MOST_CHARACTERS = 1_000
MOST_WORDS = 32
LONGEST_VALUE = 80  # of a filter: the longest name that an outlet can have
SHORTEST_CUT = 5  # of the beginning of a word that may go beyond its stem
LATEST_YEAR = 2200
KINDS = (Kind.RELEASE.value, Kind.NEGOTIATION.value)
DECISIONS = tuple(decision.value for decision in Decision)
FILTERS = ("outlet", "language", "kind", "decision", "before", "after")

_ONE_QUOTE = str.maketrans(dict.fromkeys("«»„“”‟❝❞〝〞＂", '"'))
_ITEM = re.compile(r'(?P<minus>-?)(?:(?P<key>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<plain>[^\s"]*))')
_RELATIVE = re.compile(r"(\d{1,4})([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class SearchError(Exception):
    """What was asked cannot be searched for. `part` is the piece of the question that is wrong."""

    def __init__(self, part: str, trouble: str) -> None:
        super().__init__(f"{part}: {trouble}")
        self.part = part
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Term:
    """Stems that stand one after another; where `is_beginning`, one folded word of which only the beginning is given."""

    stems: tuple[str, ...]
    is_beginning: bool = False

    @property
    def whole_stems(self) -> tuple[str, ...]:
        """The stems that a beginning goes beyond: освобожден* is longer than the stem of освобождение."""
        beginning = self.stems[0]
        cut = (beginning[: len(beginning) - less] for less in range(3))
        return tuple(dict.fromkeys(stem_of(word) for word in cut if len(word) >= SHORTEST_CUT))


@dataclass(frozen=True, slots=True)
class Filter:
    """What an article must be: `values` are alternatives; where `is_excluded` it must be none of them."""

    key: str
    values: tuple[str, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed question. An empty one asks for every article. `after` is the first moment, `before` the first too late."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    after: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Item:
    key: str
    value: str
    is_excluded: bool
    is_quoted: bool


def parse_query(text: str, now: datetime, filters: Mapping[str, str] | None = None) -> Query:
    """Return the query that `text` writes; `filters` are more of them by name, as a form gives them; empty ones count not.

    Days begin where `now` (aware) is. Raises SearchError with what is wrong and how it is written right.
    """
    if len(text) > MOST_CHARACTERS:
        raise SearchError("the question", f"has {len(text):,} characters, at most {MOST_CHARACTERS:,} are looked for")
    items = [*_items(text), *_form_items(filters or {})]
    words = [item for item in items if item.key not in FILTERS]
    terms = tuple(term for item in words if not item.is_excluded and (term := _term(item)) is not None)
    excluded = tuple(term for item in words if item.is_excluded and (term := _term(item)) is not None)
    if clean_line(text) and not terms and not excluded and len(words) == len(items):
        raise SearchError(clean_line(text, 40), "has no letter and no digit to look for")
    if sum(len(term.stems) for term in (*terms, *excluded)) > MOST_WORDS:
        raise SearchError("the question", f"at most {MOST_WORDS} words are looked for at once")
    after, before = (_moment(items, key, now) for key in ("after", "before"))
    return Query(terms, excluded, tuple(_filters(items)), after, before)


def mark_of(key: str, value: str) -> str:
    """Return the term under which a value of a filter is in the index; no word of a text is like it."""
    return f"={key}={quote(value.casefold()[:LONGEST_VALUE], safe='')}"


def _items(text: str) -> Iterable[_Item]:
    for match in _ITEM.finditer(clean_line(text, MOST_CHARACTERS).translate(_ONE_QUOTE)):
        key, phrase = (match["key"] or "").lower(), match["phrase"]
        value = phrase if phrase is not None else match["plain"]
        if key and key not in FILTERS:  # no filter of ours: an address, a time, a title with a colon
            key, value = "", f"{match['key']}:{value}"
        if key or value.strip():
            yield _Item(key, value.strip(), bool(match["minus"]), phrase is not None)


def _form_items(filters: Mapping[str, str]) -> Iterable[_Item]:
    for key, value in filters.items():
        if key not in FILTERS:
            raise SearchError(key, f"is no filter; there are {', '.join(FILTERS)}")
        if clean_line(value):
            yield _Item(key, clean_line(value), is_excluded=False, is_quoted=False)


def _term(item: _Item) -> Term | None:
    if item.value.endswith("*") and not item.is_quoted:
        folded = [fold_word(item.value[word.start : word.end]) for word in words_of(item.value)]
        if len(folded) == 1:
            return Term((folded[0],), is_beginning=True)
    stems = tuple(word.stem for word in words_of(item.value))
    return Term(stems) if stems else None


def _filters(items: Iterable[_Item]) -> Iterable[Filter]:
    """Yield one filter of all alternatives for each key, and one of all that is excluded."""
    values: dict[tuple[str, bool], list[str]] = {}
    for item in items:
        if item.key in _CHECKS:
            values.setdefault((item.key, item.is_excluded), []).extend(_checked(item))
    for (key, is_excluded), found in values.items():
        yield Filter(key, tuple(dict.fromkeys(found)), is_excluded)


def _checked(item: _Item) -> list[str]:
    alternatives = [item.value] if item.is_quoted else item.value.split(",")
    parts = [part for part in (part.strip().casefold() for part in alternatives) if part]
    if not parts:
        raise SearchError(f"{item.key}:", f"give a value behind the colon, as in {item.key}:{_EXAMPLES[item.key]}")
    for part in parts:
        trouble = _CHECKS[item.key](part)
        if trouble:
            raise SearchError(f"{item.key}:{part}", trouble)
    return parts


def _one_of(values: tuple[str, ...]) -> Callable[[str], str]:
    return lambda value: "" if value in values else f"is none of {', '.join(values)}"


def _language(value: str) -> str:
    return "" if _LANGUAGE.fullmatch(value) else "give the code of a language, such as be"


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "outlet": lambda _name: "",
    "language": _language,
    "kind": _one_of(KINDS),
    "decision": _one_of(DECISIONS),
}
_EXAMPLES = {"outlet": "zerkalo", "language": "be", "kind": KINDS[0], "decision": DECISIONS[0]}


def _moment(items: Iterable[_Item], key: str, now: datetime) -> datetime | None:
    """Return the narrowest moment that was given for `after` or `before`."""
    given = [item for item in items if item.key == key]
    for item in given:
        if item.is_excluded:
            raise SearchError(f"-{key}:", "cannot be taken away; before: and after: are each other's opposite")
    moments = [_read_moment(key, item.value, now) for item in given]
    return (max if key == "after" else min)(moments, default=None)


def _read_moment(key: str, value: str, now: datetime) -> datetime:
    relative, day = _RELATIVE.fullmatch(value.lower()), _DATE.fullmatch(value)
    try:
        if relative:
            return now - int(relative[1]) * _UNITS[relative[2]]
        if day and int(day[1]) <= LATEST_YEAR:
            return datetime(int(day[1]), int(day[2] or 1), int(day[3] or 1), tzinfo=now.tzinfo)
    except (ValueError, OverflowError):
        pass
    raise SearchError(f"{key}:{value}", "give a day, a month, a year or a span: 2025-09-11, 2025-09, 2025, 7d, 12h, 2w")

"""Names that are withheld: how a text is searched for them, and what stands in their place. Pure.

Nobody's name is kept for that. A word is compared by its *codes*, keyed hashes: of its stem (`db.words`), or of a
beginning that the gazetteer goes by. What stands in a name's place, "NN³" (nomen nescio: in use in all seven languages),
is one for each withheld person, so that people are counted as before, and two articles on one person still meet.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from db.words import Word, fold_word, stem_of, words_of

# What a text says hangs on what the gazetteer knows of people: for those the place-holders stand in it, too.
PLACES = {"": "NN", "prisoner": "NNᵖ", "opposition": "NNᵒ"}
LONGEST_NAME = 4  # words that are looked at together
SHORTEST_BEGINNING = 3
_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLACE = re.compile(r"(?<!\w)NN[ᵖᵒ]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+(?!\w)")
_BETWEEN = re.compile(r"\s|\s?[-\u2010\u2011]\s?|\.\s?|['’]")  # two words of one name
_POSSESSIVE = re.compile(r"['’]s$")  # it stays: "NN³'s wife"
_KNOWN = 50_000
_FULL = 3  # words of a name with its patronymic
_CODE = 16  # bytes of a hash that are kept

Name = tuple[str, ...]  # codes of the words of a name, sorted
_Coded = tuple[Word, tuple[str, ...]]  # a word of a text with the codes that belong to withheld names


class Span(NamedTuple):
    """Where a name stands in a text, end excluded, and of which withheld person it is."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Forms:
    """What a person's name is known by, as codes.

    `keys` are of its keys (`events.names`), `names` of whole names, `alone` of words that mean nobody else wherever they
    stand, `beside` of those that do in a text that has the whole name.
    """

    keys: frozenset[str] = frozenset()
    names: frozenset[Name] = frozenset()
    alone: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()

    def __or__(self, other: Forms) -> Forms:
        """Return both together."""
        return Forms(*(getattr(self, name) | getattr(other, name) for name in Forms.__slots__))


@dataclass(frozen=True, slots=True)
class Person:
    """Whose name is withheld: the number, the role in the gazetteer ("" where it has none), and the forms."""

    number: int
    role: str
    forms: Forms

    @property
    def place(self) -> str:
        """What stands in the place of the name."""
        return f"{PLACES[self.role]}{str(self.number).translate(_DIGITS)}"


def is_withheld(name: str) -> bool:
    """Tell whether a name is what stands in the place of one."""
    return _PLACE.fullmatch(name) is not None


def places_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield where place-holders stand in a text, end excluded."""
    return (found.span() for found in _PLACE.finditer(text))


def code_of(secret: bytes, told: str) -> str:
    """Return the keyed hash of what is told."""
    return hmac.new(secret, told.encode(), hashlib.sha256).digest()[:_CODE].hex()


def stem_code(secret: bytes, word: str) -> str:
    """Return the code of a word by its stem."""
    return code_of(secret, f"={stem_of(word)}")


def beginning_code(secret: bytes, beginning: str) -> str:
    """Return the code of all words that begin so."""
    return code_of(secret, f"*{fold_word(beginning)}")


@dataclass(slots=True)
class Withheld:
    """All names that are withheld, ready to be looked for."""

    secret: bytes
    people: Mapping[int, Person]
    _codes: frozenset[str] = field(init=False)
    _known: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Gather the codes that matter."""
        forms = [person.forms for person in self.people.values()]
        of_names = {code for one in forms for name in one.names for code in name}
        self._codes = frozenset(of_names.union(*(one.alone | one.beside for one in forms)))

    def __bool__(self) -> bool:
        """Tell whether any name is withheld."""
        return bool(self.people)

    def has_key(self, key: str) -> int | None:
        """Return the number of the person whose name has this key (`events.names.person_key`)."""
        code = code_of(self.secret, f"key:{key}")
        return next((one.number for one in self.people.values() if code in one.forms.keys), None)

    def find(self, texts: Iterable[str | None], named: Collection[int] = ()) -> list[list[Span]]:
        """Return where withheld names stand in texts that belong together, of each in its order.

        A surname alone counts where any of the texts has the whole name, or its person is among the `named`.
        """
        told = [text or "" for text in texts]
        words = [self._words(text) for text in told]
        found = [list(self._whole(text, row)) for text, row in zip(told, words, strict=True)]
        numbers = {span.number for row in found for span in row} | set(named)
        if not numbers:
            return found
        rows = zip(told, words, found, strict=True)
        return [sorted([*row, *self._beside(text, of, row, numbers)]) for text, of, row in rows]

    def text(self, text: str, named: Collection[int] = ()) -> str:
        """Return a text with place-holders where withheld names stand in it."""
        (spans,) = self.find([text], named)
        return self.put(text, spans)

    def put(self, text: str, spans: Sequence[Span]) -> str:
        """Return a text with place-holders in `spans`."""
        parts, last = [], 0
        for start, end, number in spans:
            parts += [text[last:start], self.people[number].place]
            last = end
        return "".join([*parts, text[last:]])

    def moved(self, offset: int, spans: Sequence[Span], *, is_end: bool = False) -> int:
        """Return where a place of a text is in the same text with place-holders; inside a name, at its edge."""
        shift = 0
        for start, end, number in spans:
            grown = len(self.people[number].place) - (end - start)
            if offset >= end:
                shift += grown
            elif offset > start:
                return start + shift + (len(self.people[number].place) if is_end else 0)
        return offset + shift

    def value(self, value: Any, named: Collection[int] = ()) -> Any:
        """Return JSON with place-holders in all its strings."""
        if isinstance(value, str):
            return self.text(value, named)
        if isinstance(value, list):
            return [self.value(one, named) for one in value]
        if isinstance(value, dict):
            return {key: self.value(one, named) for key, one in value.items()}
        return value

    def _words(self, text: str) -> list[_Coded]:
        return [(word, self._codes_of(text[word.start : word.end])) for word in words_of(text)] if self.people else []

    def _codes_of(self, written: str) -> tuple[str, ...]:
        """Return the codes of a word that belong to withheld names; names are written with a capital."""
        if not written[:1].isupper():
            return ()
        if written not in self._known:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            self._known[written] = tuple(code for code in self._every_code(written) if code in self._codes)
        return self._known[written]

    def _every_code(self, written: str) -> Iterator[str]:
        yield stem_code(self.secret, written)
        folded = fold_word(written)
        for length in range(SHORTEST_BEGINNING, len(folded) + 1):
            yield beginning_code(self.secret, folded[:length])

    def _whole(self, text: str, words: Sequence[_Coded]) -> Iterator[Span]:
        place = 0
        while place < len(words):
            found = self._name_at(text, words, place) if words[place][1] else None
            if found is not None:
                yield _span(text, words[place][0].start, words[found[0]][0].end, found[1])
            place = found[0] + 1 if found is not None else place + 1

    def _name_at(self, text: str, words: Sequence[_Coded], place: int) -> tuple[int, int] | None:
        """Return the last word of a name that begins at a place, and of whom; the longest counts."""
        last = place
        while last + 1 < len(words) and last - place + 1 < LONGEST_NAME and _is_joined(text, words, last):
            last += 1
        for end in range(last, place, -1):
            window = words[place : end + 1]
            number = self._of(window)
            if number is None and len(window) == _FULL and not window[1][1]:  # a patronymic stands between
                number = self._of([window[0], window[-1]])
            if number is not None:
                return end, number
        number = self._alone(words[place][1])
        return (place, number) if number is not None else None

    def _of(self, window: Sequence[_Coded]) -> int | None:
        if not all(codes for _, codes in window):
            return None
        for chosen in product(*(codes for _, codes in window)):
            name = tuple(sorted(chosen))
            for person in self.people.values():
                if name in person.forms.names:
                    return person.number
        return None

    def _alone(self, codes: tuple[str, ...]) -> int | None:
        return next((one.number for one in self.people.values() if not one.forms.alone.isdisjoint(codes)), None)

    def _beside(
        self, text: str, words: Sequence[_Coded], found: Sequence[Span], numbers: Collection[int]
    ) -> Iterator[Span]:
        for word, codes in words:
            if not codes or any(span.start <= word.start < span.end for span in found):
                continue
            for number in sorted(numbers & self.people.keys()):
                if not self.people[number].forms.beside.isdisjoint(codes):
                    yield _span(text, word.start, word.end, number)
                    break


def _is_joined(text: str, words: Sequence[_Coded], place: int) -> bool:
    """Tell whether the next word may go on a name that this one is of."""
    one, other = words[place][0], words[place + 1][0]
    return text[other.start].isupper() and _BETWEEN.fullmatch(text[one.end : other.start]) is not None


def _span(text: str, start: int, end: int, number: int) -> Span:
    possessive = _POSSESSIVE.search(text, start, end)
    return Span(start, possessive.start() if possessive else end, number)

"""Who is freed by name in all of a text; and lists of them as an organisation gives them, one person a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from db.facts import Outcome, Person
from db.withholding import is_withheld
from events.found import Found, found_in, unique
from events.frame import is_unreal
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.names import canonical
from events.people import (
    FREEING,
    find_companions,
    find_listed,
    find_people,
    find_titled,
    full_names,
    goes_on_of_held,
    is_other,
)

_BULLET = re.compile(r"(?:\d{1,3}[.)]|[–—•·*-])?\s*")
_NUMBER = re.compile(r"\d{1,3}[.)]")


def find_freed(news: Sequence[MarkedSentence], lexicon: Lexicon) -> list[Found[Person]]:
    """Return the named people of a release with their outcomes."""
    told = [s for before, s in zip((None, *news), news, strict=False) if not goes_on_of_held(before, s)]
    found = (f for s in told for find in (find_people, find_listed, find_companions) for f in find(s, lexicon))
    people = unique((*found, *find_enumerated(news, lexicon)))
    return people or unique(find_titled(news, lexicon))


def find_enumerated(news: Iterable[MarkedSentence], lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield who begins a line of a list that a sentence opens: "These are free: 1. Ihar Losik, journalist; 2. …"."""
    is_open, paragraph = False, -1
    for marked in news:
        if marked.sentence.text.endswith(":"):
            is_open, paragraph = _opens(marked), marked.sentence.paragraph
            continue
        if not is_open or _NUMBER.fullmatch(marked.sentence.text):
            continue
        is_line = marked.sentence.paragraph > paragraph or marked.sentence.text[0].isdigit()
        item = _item(marked) if is_line else None
        if item is not None:
            person = Person(_name_of(marked, *item), Outcome.FREED)
            yield found_in(marked, person, item, f"{lexicon.language}.people.listed")
        is_open = item is not None or not is_line


def _opens(marked: MarkedSentence) -> bool:
    """Whether a sentence that ends in a colon says that those who follow are free."""
    is_done = any(not is_unreal(marked, span) for name in FREEING for span in marked.hits.get(name, ()))
    return (is_done or marked.has("freed", "pardoned")) and not marked.has("held", "not_among")


def _item(marked: MarkedSentence) -> tuple[int, int] | None:
    """Return where the name stands that a line begins with."""
    bullet = _BULLET.match(marked.sentence.text)
    start = bullet.end() if bullet else 0
    known = next((name for name in marked.names if name.start == start), None)
    if known is not None:
        return (known.start, known.end) if known.entity.role == "prisoner" else None
    found = next((span for span in full_names(marked.sentence.text) if span[0] == start), None)
    return found if found is not None and not is_other(marked, *found) else None


def _name_of(marked: MarkedSentence, start: int, end: int) -> str:
    known = next((name.entity.name for name in marked.names if name.start == start), None)
    written = marked.sentence.text[start:end]
    return written if known is None and is_withheld(written) else known or canonical(written)

"""Who is freed, by name: in sentences (`events.people`), and in lists with a line each ("• Aleh Karatkevich, teacher")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from db.facts import Outcome, Person
from events.found import Found, found_in, unique
from events.frame import is_negated, is_unreal
from events.lexicon import Lexicon
from events.marks import MarkedSentence, Span
from events.names import canonical
from events.people import (
    FREEING,
    find_alone,
    find_companions,
    find_listed,
    find_people,
    find_titled,
    full_names,
    is_other,
    name_of,
)

_BULLET = re.compile(r"(?:[•▪▸►‣◦·*✅✔☑—–-]\ufe0f?|\d{1,2}[.)]) *")
_NOT_FREE = ("held", "not_among", "comment", "appeal", "release_future", "want", "demand", "refusal")


def find_freed(marked: Sequence[MarkedSentence], lexicon: Lexicon) -> list[Found[Person]]:
    """Return the named people of a release with their outcomes."""
    news = [sentence for sentence in marked if not sentence.is_background]
    told = [f for s in news for find in (find_people, find_listed, find_companions) for f in find(s, lexicon)]
    people = unique([*told, *find_lines(marked, lexicon)])
    return people or unique(find_titled(news, lexicon)) or unique(f for s in news for f in find_alone(s, lexicon))


def find_lines(sentences: Sequence[MarkedSentence], lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield whom the lines of a list name first, opened by a sentence with a colon; a paragraph that is none ends it.

    A line may date a sentence or an illness, and is news all the same.
    """
    is_open, paragraph = False, -1
    for marked in sentences:
        is_first = marked.sentence.paragraph != paragraph
        paragraph = marked.sentence.paragraph
        bullet = _BULLET.match(marked.sentence.text) if is_open and is_first else None
        if bullet is not None:
            yield from _named_at(marked, bullet.end(), lexicon)
        elif is_first or _opens(marked):
            is_open = _opens(marked)


def _opens(marked: MarkedSentence) -> bool:
    """Whether a sentence announces a list of those who are free."""
    if not marked.sentence.text.endswith(":") or marked.is_background or marked.has(*_NOT_FREE):
        return False
    verbs = [span for concept in FREEING for span in marked.hits.get(concept, ())]
    is_done = any(not is_unreal(marked, span) and not is_negated(marked, span) for span in verbs)
    return is_done or marked.has("freed", "pardoned", "of_them")


def _named_at(marked: MarkedSentence, start: int, lexicon: Lexicon) -> Iterator[Found[Person]]:
    known = next((name for name in marked.names if name.start == start and name.entity.role == "prisoner"), None)
    if known is not None:
        span, person = (known.start, known.end), Person(name_of(marked, known), Outcome.FREED)
        yield _row(marked, person, span, lexicon)
        return
    for first, end in full_names(marked.sentence.text):
        if first == start and not is_other(marked, first, end):
            person = Person(canonical(marked.sentence.text[first:end]), Outcome.FREED)
            yield _row(marked, person, (first, end), lexicon)


def _row(marked: MarkedSentence, person: Person, span: Span, lexicon: Lexicon) -> Found[Person]:
    return replace(found_in(marked, person, span, f"{lexicon.language}.people.listed"), is_background=False)

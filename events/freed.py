"""Who is freed by name in all of a text; and lists of them, a line each: "They are at home:", "• Aleh Karatkevich, teacher"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from db.facts import Outcome, Person
from events.background import Span
from events.found import Found, found_in, unique
from events.lexicon import Lexicon
from events.listed import find_alone, find_listed, full_names, is_other
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.names import canonical
from events.people import FREEING, find_companions, find_people, find_titled, goes_on_of_held, name_of

_BULLET = re.compile(r"(?:(?:[•▪▸►‣◦·*✅✔☑—–-]\ufe0f?|\d{1,3}[.)]) *)?")
_NUMBER = re.compile(r"\d{1,3}[.)]")  # of a line, cut off as a sentence
_NOT_FREE = ("held", "not_among", "comment", "appeal", "release_future", "want", "demand", "refusal")


def find_freed(marked: Sequence[MarkedSentence], lexicon: Lexicon) -> list[Found[Person]]:
    """Return the named people of a release with their outcomes."""
    news = [sentence for sentence in marked if not sentence.is_background]
    told = [s for before, s in zip((None, *news), news, strict=False) if not goes_on_of_held(before, s)]
    found = (f for s in told for find in (find_people, find_listed, find_companions) for f in find(s, lexicon))
    return unique((*found, *find_lines(marked, lexicon)))


def find_few(marked: Sequence[MarkedSentence], lexicon: Lexicon, freed: Collection[int | None]) -> list[Found[Person]]:
    """Return whom only title or lead names, where no sentence says who is free; `freed` are the counts of the news."""
    news = [sentence for sentence in marked if not sentence.is_background]
    return unique(find_titled(news, lexicon, freed)) or unique(f for s in news for f in find_alone(s, lexicon))


def find_lines(sentences: Sequence[MarkedSentence], lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield whom the lines of such a list name first; it ends with the first paragraph that begins with no name.

    A line may date a sentence or an illness, and is news all the same.
    """
    is_open, paragraph = False, -1
    for marked in sentences:
        is_first = marked.sentence.paragraph != paragraph
        paragraph = marked.sentence.paragraph
        if _opens(marked):
            is_open = True
        elif is_first and is_open:
            found = _named_first(marked, lexicon)
            if found is not None:
                yield found
            is_cut = _NUMBER.fullmatch(marked.sentence.text) is not None
            is_open, paragraph = found is not None or is_cut, -1 if is_cut else paragraph


def _opens(marked: MarkedSentence) -> bool:
    """Whether a sentence announces a list of those who are free."""
    if not marked.sentence.text.endswith(":") or marked.is_background or marked.has(*_NOT_FREE):
        return False
    verbs = [span for concept in FREEING for span in marked.hits.get(concept, ())]
    is_done = any(not is_unreal(marked, span) and not is_negated(marked, span) for span in verbs)
    return is_done or bool(marked.numbers) or marked.has("freed", "pardoned", "of_them")


def _named_first(marked: MarkedSentence, lexicon: Lexicon) -> Found[Person] | None:
    """Return whom a line begins with, behind its bullet or number."""
    bullet = _BULLET.match(marked.sentence.text)
    start = bullet.end() if bullet else 0
    known = next((name for name in marked.names if name.start == start and name.entity.role == "prisoner"), None)
    if known is not None:
        return _row(marked, Person(name_of(marked, known), Outcome.FREED), (known.start, known.end), lexicon)
    span = next((span for span in full_names(marked.sentence.text) if span[0] == start), None)
    if span is None or is_other(marked, *span):
        return None
    return _row(marked, Person(canonical(marked.sentence.text[slice(*span)]), Outcome.FREED), span, lexicon)


def _row(marked: MarkedSentence, person: Person, span: Span, lexicon: Lexicon) -> Found[Person]:
    return replace(found_in(marked, person, span, f"{lexicon.language}.people.listed"), is_background=False)

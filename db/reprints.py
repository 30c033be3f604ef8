"""Is this text a near copy of that one? Pure; the index that finds what to compare is in `db.copies`.

A copy adds a source and no facts, so two mistakes are possible. Taken for a copy wrongly, an update stays unheard;
missed, a reprint counts as one source more. The first is the worse one, and the rules below lean that way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from db.sketch import WORDS_IN_SHINGLE, bands_of, containment, fold, shingles_of, similarity, sketch_of, words_of

LEAST_SIMILARITY = 0.3
LEAST_CONTAINMENT = 0.6
LEAD = 60  # words that begin a text: there its news stands
_FIRST_SENTENCE = 30  # words; where they are new, somebody wrote on top of the text
_STEM = 5  # letters by which two forms of one word are taken as the same
_SHORTEST_WORD = 3
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d{1,3}(?:[ .,]\d{3})+(?!\d)|\d+")  # 1,300 and 1 300 are one number


@dataclass(frozen=True, slots=True)
class Likeness:
    """What of a text is compared: folded title, folded text, its shingles, its sketch (None: too short to be a copy)."""

    title: str
    text: str
    shingles: frozenset[str]
    sketch: bytes | None

    @property
    def bands(self) -> tuple[int, ...]:
        """The bands of the sketch; none without one."""
        return bands_of(self.sketch) if self.sketch is not None else ()


def likeness_of(title: str | None, text: str) -> Likeness:
    """Return what is compared of an article."""
    shingles = shingles_of(text)
    return Likeness(fold(title or ""), fold(text), shingles, sketch_of(shingles))


def is_like(one: bytes | None, other: bytes | None) -> bool:
    """Tell whether two sketches are similar enough for their texts to be compared."""
    return one is not None and other is not None and similarity(one, other) >= LEAST_SIMILARITY


def is_near_copy(new: Likeness, known: Likeness) -> bool:
    """Tell whether a text is a near copy of a known one: sketches, then shingles, then no news in what differs."""
    return (
        is_like(new.sketch, known.sketch)
        and containment(new.shingles, known.shingles) >= LEAST_CONTAINMENT
        and not brings_news(new, known)
    )


def brings_news(new: Likeness, known: Likeness) -> bool:
    """Tell whether a text that is like a known one may say more: then it must be read, for 14 may have become 52.

    1. A number in its title or lead that title and lead of the known text have not. (Of the known text twice as
       many words count, for a reprint may have dropped a paragraph. Later numbers are ages and background.)
    2. A title with a word that the known article has nowhere, where the lead is new too: somebody wrote on top of it.
    3. Such a title over the same lead, where words of the known title were replaced: "Fourteen freed" became
       "Fifty-two freed". A title all of its own over the same lead is another desk's, and one made longer is that
       with the outlet's name. So number words count in any language without a list of them.
    """
    if _numbers(new, LEAD) - _numbers(known, 2 * LEAD):
        return True
    title = _stems(new.title)
    if title <= _stems(f"{known.title} {known.text}"):
        return False
    return _has_new_lead(new, known) or _is_reworded(title, _stems(known.title))


def _numbers(likeness: Likeness, words: int) -> set[int]:
    ends = [found.end() for found, _ in zip(_WORD.finditer(likeness.text), range(words), strict=False)]
    lead = likeness.text[: ends[-1]] if ends else ""
    return {int(re.sub(r"\D", "", number)[:20]) for number in _NUMBER.findall(f"{likeness.title}\n{lead}")}


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in words_of(text) if len(word) >= _SHORTEST_WORD}


def _has_new_lead(new: Likeness, known: Likeness) -> bool:
    words = words_of(new.text)[:_FIRST_SENTENCE]
    shingles = {" ".join(words[start : start + WORDS_IN_SHINGLE]) for start in range(len(words) - 2)}
    return len(shingles & known.shingles) < LEAST_CONTAINMENT * len(shingles)


def _is_reworded(title: set[str], known: set[str]) -> bool:
    return not known <= title and 2 * len(title & known) >= len(title)

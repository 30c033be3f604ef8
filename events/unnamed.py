"""People without a name on whose word a report rests: "three people familiar with the talks"."""

from __future__ import annotations

from events.marks import MarkedSentence
from events.nationalities import STOP
from events.numbers import Number

UNNAMED = "unnamed people"
_NEAR = 30  # from their number to the words for them


def unnamed_people(marked: tuple[MarkedSentence, ...]) -> str | None:
    """Return "3 unnamed people" where title and lead rest on such, with their number if any sentence gives it."""
    is_told = False
    for sentence in (sentence for sentence in marked if sentence.is_head()):
        for span in sentence.hits.get("attribution/unnamed", ()):
            is_told = True
            numbers = [number for number in sentence.numbers if _counts(number, span, sentence)]
            if numbers and numbers[-1].value:
                return f"{numbers[-1].value} {UNNAMED}"
    return UNNAMED if is_told else None


def _counts(number: Number, people: tuple[int, int], sentence: MarkedSentence) -> bool:
    """Tell whether a number is that of the unnamed people: among the words, or before them in one breath."""
    if people[0] <= number.start < people[1]:
        return True
    is_near = 0 <= people[0] - number.end <= _NEAR
    return is_near and not STOP.search(sentence.sentence.folded, number.end, people[0])


def is_unnamed(chain: tuple[str, ...]) -> bool:
    """Whether a chain of attribution ends in people without a name."""
    return bool(chain) and chain[-1].endswith(UNNAMED)

"""What a number is a part of, by the words between the two."""

from __future__ import annotations

from events.marks import MarkedSentence
from events.nationalities import STOP
from events.numbers import Number

PART_REACH = 25  # from a number to "of them"


def whole_of(marked: MarkedSentence, part: Number) -> Number | None:
    """Return the whole in "17 of the 20"."""
    for whole in marked.numbers:
        if (
            part.value
            and whole.value
            and whole.start > part.end
            and whole.value > part.value
            and _is_part_of(marked, part, whole)
        ):
            return whole
    return None


def _is_part_of(marked: MarkedSentence, part: Number, whole: Number) -> bool:
    links = marked.hits.get("amount/part_of", ())
    names = (end for start, end in marked.hits.get("entry", ()) if start - part.end == 1)
    last = next(names, part.end)  # "ten names of the fifteen"
    return any(start - last == 1 and _leads_to(marked, end, whole.start) for start, end in links)


def _leads_to(marked: MarkedSentence, end: int, start: int) -> bool:
    """Whether "of" at `end` leads to a number at `start`: at once, or past who they are ("of the arrived 114")."""
    if start - end == 1:
        return True
    return any(first - end == 1 and start - last == 1 for first, last in marked.hits.get("freed", ()))


def is_of_most(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number is the whole of "most of the 1,300"."""
    return any(
        0 <= number.start - end <= PART_REACH and not STOP.search(marked.sentence.folded, end, number.start)
        for _, end in marked.hits.get("whole", ())
    )

"""Whether a sentence tells that the freed were pardoned, with no number but theirs."""

from __future__ import annotations

from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal


def tells_of_pardon(marked: MarkedSentence, freed: int | None) -> bool:
    """Whether all freed are called the pardoned, or the ruler is told to have pardoned, with no number but theirs."""
    is_his = "ruler" in marked.roles() or marked.has("acts/ruler", "press_service")
    spans = marked.hits.get("pardon_done", ())
    is_done = any(not is_negated(marked, span) and not is_unreal(marked, span) for span in spans)
    is_done = is_done or _is_decided(marked)
    is_counted = any(number.value not in (None, freed) for number in marked.numbers)  # "some hours after" counts nobody
    is_told = not is_counted and is_done and is_his
    return is_told or (marked.has("pardoned") and (not is_counted or marked.has("of_them")))


def _is_decided(marked: MarkedSentence) -> bool:
    """Whether a decision on a pardon was taken: "the president took the decision to pardon 14 at Trump's request"."""
    nouns = marked.hits.get("pardon_noun", ())
    return any(
        start <= noun[0] and noun[1] <= end for start, end in marked.hits.get("acts/decided", ()) for noun in nouns
    )

"""Relief that Minsk is given, promised or talked about: a frame of its own (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from db.facts import Modality
from events.asides import stands_after
from events.background import Span
from events.frame import RECALLED, Frame, FrameKind, Head, frame_at, is_elsewhere
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_negated, is_over


def concessions(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Relief for Minsk: done, or only discussed."""
    span = marked.first("relief")
    if span is None or _is_undone(marked, span):
        return
    if marked.has("sport", "for_nothing") or keeps_sanctions(marked) or is_elsewhere(marked):
        return
    is_told = head.is_ours and head.tells_of_prisoners and marked.has("us", "eu", "sanctions")
    is_told = is_told or (head.is_ours and head.names_object and marked.has("us") and marked.has("relief_done"))
    is_named = marked.has("belarus", "potash", "belavia") or (is_told and not marked.has("other_jailer"))
    if not is_named and (marked.has("other_jailer") or not ("ruler" in marked.roles() or marked.has("exchange"))):
        return
    is_promised = marked.has("us") and marked.has("plan", "offer", "announce", "discuss")
    if marked.has("embassy") and not (is_promised or marked.has("sanctions", "belarus")):  # any may open an exhibition
        return
    modality = _relief_modality(marked)
    rule = RECALLED if stands_after(marked, span) else modality.value
    frame = frame_at(marked, span, FrameKind.CONCESSION, modality, f"{lexicon.language}.concession.{rule}")
    yield replace(frame, plover="085") if modality is Modality.COMPLETED else frame


def keeps_sanctions(marked: MarkedSentence) -> bool:
    """Whether sanctions are prolonged, kept or new; not where it is further ones that are eased: "lifts more sanctions"."""
    eased = marked.hits.get("relief", ())
    return any(
        not any(s <= kept[0] and kept[1] <= e for s, e in eased) for kept in marked.hits.get("sanctions_kept", ())
    )


def _is_undone(marked: MarkedSentence, relief: Span) -> bool:
    """Whether relief is negated, from before or right behind: "снимать не будем"."""
    is_behind = any(0 <= start - relief[1] <= 1 for start, _ in marked.hits.get("negation_before", ()))
    return is_behind or (is_negated(marked, relief) and not is_over(marked, relief))


def _relief_modality(marked: MarkedSentence) -> Modality:
    if marked.has("plan") and not (marked.has("legal") and marked.has("relief_done")):
        return Modality.PLANNED
    if marked.has("possible", "want", "offer", "discuss"):
        return Modality.UNDER_DISCUSSION
    if marked.has("legal") or (marked.has("relief_done") and not marked.has("announce")):
        return Modality.COMPLETED
    return Modality.ANNOUNCED if marked.has("announce", "us", "eu") else Modality.UNDER_DISCUSSION

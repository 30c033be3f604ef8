"""Frames of a sentence, by ordered rules over concepts (rules beat trained classifiers here).

A frame is found where its trigger stands with what it needs; a modal, a future or a negation directly before a verb
undoes it. Done beats talk; the article decides in `events.classify`. Here are the completed releases and the topics;
what negotiations are told by stands in `events.talks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from db.facts import Modality
from events.frame import HELD, Frame, FrameKind, Head, frame_at, is_negated, is_unreal
from events.lexicon import OURS, Lexicon
from events.marks import MarkedSentence, Span
from events.talks import appointments, concessions, demands, plans, refusals, talks

_OFFICE_REACH = 70  # how far behind a verb the object of a dismissal may stand
_DONE_RULES = (
    ("release_done", "completed"),
    ("exit_done", "walked_free"),
    ("pardon_done", "pardoned"),
    ("handover", "handed_over"),
    ("arrival", "arrived"),
    ("moved", "brought_out"),
)


def frames_of(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> tuple[Frame, ...]:
    """Return the frames of a sentence, strongest kind first."""
    return (
        *refusals(marked, lexicon),
        *_releases(marked, lexicon, head),
        *plans(marked, lexicon, head),
        *concessions(marked, lexicon),
        *demands(marked, lexicon),
        *talks(marked, lexicon, head),
        *appointments(marked, lexicon, head),
        *_topics(marked, lexicon),
    )


def _releases(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Completed releases: a finite verb with somebody jailed, a pardon, or the freed arriving."""
    for concept, name in _DONE_RULES:
        for span in marked.hits.get(concept, ()):
            if not _has_object(marked, concept, span, head) or is_negated(marked, span):
                continue
            is_real = not is_unreal(marked, span)
            kind = FrameKind.RELEASE if is_real else FrameKind.PLAN
            modality = Modality.COMPLETED if is_real else Modality.POSSIBLE
            rule = f"{lexicon.language}.release.{name}" if is_real else f"{lexicon.language}.plan.unreal"
            yield frame_at(marked, span, kind, modality, rule)


def _has_object(marked: MarkedSentence, concept: str, span: Span, head: Head) -> bool:
    """Whether somebody jailed is released: "released a statement" and "dismissed a minister" are not releases."""
    is_ours = marked.has("belarus") or bool(marked.roles() & OURS) or head.is_ours
    if concept in ("pardon_done", "exit_done"):
        return is_ours
    is_dismissal = any(span[1] <= start <= span[1] + _OFFICE_REACH for start, _ in marked.hits.get("office", ()))
    if concept == "moved":
        return is_ours and marked.has(*HELD, "custody", "freed") and not marked.has("into_custody")
    if marked.has(*HELD) or "prisoner" in marked.roles():
        return not is_dismissal or marked.has("political")
    if is_dismissal or not is_ours:
        return False
    is_counted = _has_counted_people(marked, span)
    return is_counted and (concept == "release_done" or head.tells_of_prisoners)


def _has_counted_people(marked: MarkedSentence, span: Span) -> bool:
    people = (*marked.hits.get("person", ()), *marked.hits.get("foreigner", ()))
    return any(
        number.end <= start <= number.end + 30
        for number in marked.numbers
        for start, _ in people
        if number.start > span[0] - 40
    )


def _topics(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    for concept, kind in (("comment", FrameKind.COMMENT), ("arrest", FrameKind.ARREST)):
        span = marked.first(concept)
        if span is not None:
            yield frame_at(marked, span, kind, Modality.COMPLETED, f"{lexicon.language}.topic.{concept}")
    span = marked.first("political") or (marked.first("prisoner") if marked.has("belarus") else None)
    if span is not None:
        yield frame_at(marked, span, FrameKind.TOPIC, Modality.COMPLETED, f"{lexicon.language}.topic.prisoners")

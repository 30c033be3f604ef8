"""Frames of an envoy: that one is in Minsk about prisoners, or is named (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterator

from db.facts import Modality
from events.frame import DONE_VERBS, HELD, Frame, FrameKind, Head, frame_at
from events.lexicon import Lexicon
from events.marks import MarkedSentence


def in_minsk(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    """Yield that an envoy is in Minsk about prisoners, told without a verb: "Coale in Minsk: a list of prisoners"."""
    envoy = next((name for name in marked.names if name.entity.role == "envoy"), None)
    if envoy is not None and marked.has("belarus") and marked.has(*HELD) and not marked.has(*DONE_VERBS, "freed"):
        rule = f"{lexicon.language}.talks.in_minsk"
        yield frame_at(marked, (envoy.start, envoy.end), FrameKind.TALKS, Modality.UNDER_DISCUSSION, rule)


def appointments(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield that an envoy to Minsk is named: an act of the talks."""
    span = marked.first("appointment")
    if span is not None and (marked.has("belarus") or head.is_ours):
        yield frame_at(marked, span, FrameKind.TALKS, Modality.UNDER_DISCUSSION, f"{lexicon.language}.talks.appointed")

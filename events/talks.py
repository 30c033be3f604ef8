"""Frames of a negotiation: plans, relief, refusals, demands, talks, envoys (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from db.facts import Modality, Polarity
from events.frame import (
    HELD,
    Frame,
    FrameKind,
    Head,
    frame_at,
    has_outside,
    is_dismissal,
    is_negated,
    same_clause,
)
from events.lexicon import Lexicon
from events.marks import MarkedSentence, Span

_MOODS = (
    ("announce", Modality.ANNOUNCED),
    ("discuss", Modality.UNDER_DISCUSSION),
    ("offer", Modality.PLANNED),
    ("plan", Modality.PLANNED),
    ("want", Modality.DEMANDED),
    ("possible", Modality.POSSIBLE),
    ("talks", Modality.UNDER_DISCUSSION),
    ("deal", Modality.UNDER_DISCUSSION),
)
_DONE = ("release_done", "exit_done", "pardon_done", "handover", "arrival", "moved")
_FREEING = ("release_noun", "pardon_noun", "release_infinitive", "release_future", "release_done")


def plans(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Releases that are announced, planned, possible, discussed or wanted (rule 1, second half)."""
    has_somebody = marked.has(*HELD, "foreigner", "citizen") or "prisoner" in marked.roles()
    if not has_somebody and not ((marked.is_ours() or head.is_ours) and head.tells_of_prisoners):
        return
    for span in marked.hits.get("release_future", ()):
        if not is_negated(marked, span):
            modality = Modality.ANNOUNCED if marked.has("announce") else Modality.PLANNED
            rule = "future" if has_somebody or marked.numbers else "they"
            yield frame_at(marked, span, FrameKind.PLAN, modality, f"{lexicon.language}.plan.{rule}")
    done = [hit for concept in ("release_done", "pardon_done") for hit in marked.hits.get(concept, ())]
    named = marked.first("release_noun", "pardon_noun", "release_infinitive")
    if named is None or any(start <= named[0] and named[1] <= end for start, end in done):  # "ordered the release of"
        return
    if is_dismissal(marked, named) and not marked.has("political"):
        return
    mood = _mood(marked, named)
    if mood is not None:
        yield frame_at(marked, named, FrameKind.PLAN, mood, f"{lexicon.language}.plan.{mood.value}")


def _mood(marked: MarkedSentence, span: Span) -> Modality | None:
    """Return how a release named by noun or infinitive is meant, by the strongest word that goes with it."""
    is_between = has_outside(marked) and marked.is_ours()
    for concept, modality in _MOODS:
        for hit in marked.hits.get(concept, ()):
            if hit == span or (concept == "announce" and hit[0] > span[0]):
                continue
            if concept == "want" and not can_give(marked, hit) and "ruler" not in marked.roles():
                continue  # relatives and campaigners want it too
            if is_between or same_clause(marked, hit, span):
                return modality
    return None


def concessions(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    """Relief for Minsk: done, or only discussed."""
    span = marked.first("relief")
    if (
        span is None
        or marked.has("sanctions_kept")
        or (marked.has("other_jailer") and not marked.has("belarus", "potash", "belavia"))
    ):
        return
    if not (marked.has("belarus", "potash", "belavia") or "ruler" in marked.roles() or marked.has("exchange")):
        return
    modality = _relief_modality(marked)
    frame = frame_at(marked, span, FrameKind.CONCESSION, modality, f"{lexicon.language}.concession.{modality.value}")
    yield replace(frame, plover="085") if modality is Modality.COMPLETED else frame


def _relief_modality(marked: MarkedSentence) -> Modality:
    if marked.has("plan"):
        return Modality.PLANNED
    if marked.has("possible", "want", "offer", "discuss"):
        return Modality.UNDER_DISCUSSION
    if marked.has("relief_done", "legal") and not marked.has("announce"):
        return Modality.COMPLETED
    return Modality.ANNOUNCED if marked.has("announce", "us", "eu") else Modality.UNDER_DISCUSSION


def refusals(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield that somebody refuses to free or to talk, or denies that there are talks or an exchange."""
    span = marked.first("refusal", "denial")
    is_of_talks = marked.has("talks", "deal", "discuss") and marked.has("belarus", "us")
    about = marked.has(*HELD, *_FREEING) or is_of_talks
    is_of_exchange = (
        marked.has("denial") and marked.has("exchange", "offer") and head.is_ours and head.tells_of_prisoners
    )
    if span is not None and ((about and marked.has(*HELD, "refusal")) or is_of_exchange):
        rule = f"{lexicon.language}.refusal.{'refused' if marked.has('refusal') else 'denied'}"
        yield frame_at(marked, span, FrameKind.REFUSAL, Modality.DENIED, rule, Polarity.NEGATIVE)


def demands(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Demands by those who can give something for it; a call by relatives or campaigners is only the topic."""
    is_of_release = marked.has("release_noun", "pardon_noun", "release_infinitive", "exit_done") and (
        marked.has(*HELD) or "prisoner" in marked.roles()
    )
    if not is_of_release and not (marked.has("belarus") and head.tells_of_prisoners):
        return
    span = next((hit for hit in marked.hits.get("demand", ()) if can_give(marked, hit)), None)
    if span is not None:
        yield frame_at(marked, span, FrameKind.DEMAND, Modality.DEMANDED, f"{lexicon.language}.demand.release")


def can_give(marked: MarkedSentence, verb: Span) -> bool:
    """Whether those who demand hold something Minsk wants: a state or its people, named before the verb, not Minsk's."""
    others = {"leader", "envoy", "official", "office"}
    acting = [n.end for n in marked.names if n.entity.party != "BY" and n.entity.role in others]
    acting += [end for side in ("us", "eu") for _, end in marked.hits.get(side, ())]
    return any(end <= verb[1] for end in acting)


def talks(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Talks with Minsk: about prisoners or relief, or between the two sides that talk about them."""
    span = marked.first("talks", "discuss", "deal", "meeting")
    if span is None:
        return
    is_after = marked.has(*_DONE) and not marked.has(
        "discuss", "deal"
    )  # "freed 52 after talks" says nothing of the talks
    is_about = marked.has("talks", "discuss", "deal") and (marked.has("relief") or (marked.has(*HELD) and not is_after))
    is_outside = has_outside(marked)
    is_with_minsk = "ruler" in marked.roles() or ("envoy" in marked.roles() and marked.has("belarus"))
    is_of_prisoners = marked.has(*HELD) or (marked.has("belarus") and head.tells_of_prisoners)
    is_meeting = is_outside and (is_with_minsk or (is_of_prisoners and "opposition" not in marked.roles()))
    has_both = is_outside and marked.has("belarus") and marked.has("talks", "deal")
    has_sides = (is_outside or head.has_outside) and (is_with_minsk or marked.has("belarus") or head.has_minsk)
    if (is_about and has_sides) or is_meeting or has_both:
        rule = f"{lexicon.language}.talks.{'about' if is_about else 'met'}"
        yield frame_at(marked, span, FrameKind.TALKS, Modality.UNDER_DISCUSSION, rule)


def appointments(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield that an envoy to Minsk is named: an act of the talks."""
    span = marked.first("appointment")
    if span is not None and (marked.has("belarus") or head.is_ours):
        yield frame_at(marked, span, FrameKind.TALKS, Modality.ANNOUNCED, f"{lexicon.language}.talks.appointed")

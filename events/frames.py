"""Frames: what a sentence says happens, by ordered rules over concepts (rules beat trained classifiers here).

A frame is found where its trigger stands with what it needs; a modal, a future or a negation directly before a verb
undoes it. Done beats talk; the article decides in `events.classify`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from db.facts import Modality, Polarity
from events.lexicon import OURS, Lexicon
from events.marks import MarkedSentence, Span
from events.sentences import Zone

_WORDS_BEFORE = 3  # how many words may stand between a verb and its modal or negation
CLAUSE_END = re.compile(r"[,;:()—]")
_OBJECT_REACH = 70  # how far behind a verb the object of a dismissal may stand


class FrameKind(StrEnum):
    """What a frame is about; the first is news of a release, the middle five of a negotiation, the rest of neither."""

    RELEASE = "release"
    PLAN = "plan"
    TALKS = "talks"
    CONCESSION = "concession"
    REFUSAL = "refusal"
    DEMAND = "demand"
    ARREST = "arrest"
    COMMENT = "comment"
    TOPIC = "topic"


NEGOTIATING = (FrameKind.PLAN, FrameKind.TALKS, FrameKind.CONCESSION, FrameKind.REFUSAL, FrameKind.DEMAND)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame with the span (in the full text) that shows it and the rule that found it."""

    kind: FrameKind
    modality: Modality
    polarity: Polarity
    plover: str
    rule: str
    start: int
    end: int
    zone: Zone
    is_background: bool


# CAMEO/PLOVER codes of the event-data standard (domain.md §2).
_PLOVER = {
    FrameKind.RELEASE: "0841",
    FrameKind.PLAN: "0353",
    FrameKind.TALKS: "046",
    FrameKind.CONCESSION: "0354",
    FrameKind.REFUSAL: "1243",
    FrameKind.DEMAND: "1053",
}
_HELD = ("prisoner", "political")
_DONE_RULES = (
    ("release_done", "completed"),
    ("exit_done", "walked_free"),
    ("pardon_done", "pardoned"),
    ("handover", "handed_over"),
    ("arrival", "arrived"),
    ("moved", "brought_out"),
)
_DONE = tuple(concept for concept, _ in _DONE_RULES)
_FREEING = ("release_noun", "pardon_noun", "release_infinitive", "release_future", "release_done")


@dataclass(frozen=True, slots=True)
class Head:
    """What title and lead are about: a sentence need not say again what they have said."""

    is_ours: bool
    tells_of_prisoners: bool
    has_outside: bool
    has_minsk: bool


def head_of(sentences: Sequence[MarkedSentence]) -> Head:
    """Return what the title and lead among `sentences` are about."""
    head = [sentence for sentence in sentences if sentence.is_head()]
    return Head(
        is_ours=any(sentence.has("belarus") or sentence.roles() & OURS for sentence in head),
        tells_of_prisoners=any(sentence.has(*_HELD) or "prisoner" in sentence.roles() for sentence in head),
        has_outside=any(_has_outside(sentence) for sentence in head),
        has_minsk=any(sentence.has("belarus") or "ruler" in sentence.roles() for sentence in head),
    )


def frames_of(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> tuple[Frame, ...]:
    """Return the frames of a sentence, strongest kind first."""
    return (
        *_refusals(marked, lexicon),
        *_releases(marked, lexicon, head),
        *_plans(marked, lexicon, head),
        *_concessions(marked, lexicon),
        *_demands(marked, lexicon),
        *_talks(marked, lexicon, head),
        *_appointments(marked, lexicon, head),
        *_topics(marked, lexicon),
    )


def is_unreal(marked: MarkedSentence, span: Span) -> bool:
    """Whether a modal, a future or a condition undoes a verb: closely before, right behind, or in its clause."""
    return (
        _stands_before("unreal_before", marked, span)
        or any(0 <= start - span[1] <= 1 for start, _ in marked.hits.get("unreal_after", ()))
        or any(same_clause(marked, hit, span) for hit in marked.hits.get("unreal_clause", ()))
    )


def is_negated(marked: MarkedSentence, span: Span) -> bool:
    """Whether a negation stands closely before a verb, or between its parts."""
    inside = any(span[0] <= start < span[1] for start, _ in marked.hits.get("negation_before", ()))
    return inside or _stands_before("negation_before", marked, span)


def _stands_before(concept: str, marked: MarkedSentence, span: Span) -> bool:
    between = (marked.sentence.folded[end : span[0]] for _, end in marked.hits.get(concept, ()) if end <= span[0])
    return any(len(words.split()) <= _WORDS_BEFORE and not CLAUSE_END.search(words) for words in between)


def same_clause(marked: MarkedSentence, one: Span, other: Span) -> bool:
    """Whether no punctuation that parts clauses stands between two spans."""
    first, last = sorted((one, other))
    return not CLAUSE_END.search(marked.sentence.folded, first[1], max(first[1], last[0]))


def _frame(
    marked: MarkedSentence,
    span: Span,
    kind: FrameKind,
    modality: Modality,
    rule: str,
    polarity: Polarity = Polarity.POSITIVE,
) -> Frame:
    return Frame(
        kind=kind,
        modality=modality,
        polarity=polarity,
        plover=_PLOVER.get(kind, ""),
        rule=rule,
        start=marked.sentence.start + span[0],
        end=marked.sentence.start + _shown_end(marked, span),
        zone=marked.sentence.zone,
        is_background=marked.is_background,
    )


def _shown_end(marked: MarkedSentence, span: Span) -> int:
    """Return where the words end that show a frame: with the people it is about, if they follow closely."""
    people = (*marked.hits.get("prisoner", ()), *marked.hits.get("political", ()), *marked.hits.get("foreigner", ()))
    return max([span[1], *(end for start, end in people if 0 <= start - span[1] <= _OBJECT_REACH)])


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
            yield _frame(marked, span, kind, modality, rule)


def _has_object(marked: MarkedSentence, concept: str, span: Span, head: Head) -> bool:
    """Whether somebody jailed is released: "released a statement" and "dismissed a minister" are not releases."""
    is_ours = marked.has("belarus") or bool(marked.roles() & OURS) or head.is_ours
    if concept in ("pardon_done", "exit_done"):
        return is_ours
    is_dismissal = any(span[1] <= start <= span[1] + _OBJECT_REACH for start, _ in marked.hits.get("office", ()))
    if concept == "moved":
        return is_ours and marked.has(*_HELD, "custody", "freed") and not marked.has("into_custody")
    if marked.has(*_HELD) or "prisoner" in marked.roles():
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


def _plans(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Releases that are announced, planned, possible, discussed or wanted (rule 1, second half)."""
    has_somebody = marked.has(*_HELD, "foreigner", "citizen") or "prisoner" in marked.roles()
    is_ours = marked.has("belarus") or head.is_ours
    if not has_somebody and not (is_ours and (marked.numbers or head.tells_of_prisoners)):
        return
    for span in marked.hits.get("release_future", ()):
        if not is_negated(marked, span):
            modality = Modality.ANNOUNCED if marked.has("announce") else Modality.PLANNED
            rule = "future" if has_somebody or marked.numbers else "they"
            yield _frame(marked, span, FrameKind.PLAN, modality, f"{lexicon.language}.plan.{rule}")
    done = [hit for concept in ("release_done", "pardon_done") for hit in marked.hits.get(concept, ())]
    named = marked.first("release_noun", "pardon_noun", "release_infinitive")
    if named is None or any(start <= named[0] and named[1] <= end for start, end in done):  # "ordered the release of"
        return
    mood = _mood(marked, named)
    if mood is not None:
        yield _frame(marked, named, FrameKind.PLAN, mood, f"{lexicon.language}.plan.{mood.value}")


def _mood(marked: MarkedSentence, span: Span) -> Modality | None:
    """Return how a release named by noun or infinitive is meant, by the strongest word in its sentence."""
    moods = (
        ("announce", Modality.ANNOUNCED),
        ("discuss", Modality.UNDER_DISCUSSION),
        ("offer", Modality.PLANNED),
        ("plan", Modality.PLANNED),
        ("want", Modality.DEMANDED),
        ("possible", Modality.POSSIBLE),
        ("talks", Modality.UNDER_DISCUSSION),
        ("deal", Modality.UNDER_DISCUSSION),
    )
    for concept, modality in moods:
        hits = marked.hits.get(concept, ())
        if any(hit != span and (concept != "announce" or hit[0] < span[0]) for hit in hits):
            return modality
    return None


def _concessions(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    """Relief for Minsk: done, or only discussed."""
    span = marked.first("relief")
    if span is None or (marked.has("other_jailer") and not marked.has("belarus", "potash", "belavia")):
        return
    if not (marked.has("belarus", "potash", "belavia") or "ruler" in marked.roles() or marked.has("exchange")):
        return
    modality = _relief_modality(marked)
    frame = _frame(marked, span, FrameKind.CONCESSION, modality, f"{lexicon.language}.concession.{modality.value}")
    yield replace(frame, plover="085") if modality is Modality.COMPLETED else frame


def _relief_modality(marked: MarkedSentence) -> Modality:
    if marked.has("plan"):
        return Modality.PLANNED
    if marked.has("possible", "want", "offer", "discuss"):
        return Modality.UNDER_DISCUSSION
    if marked.has("relief_done", "legal") and not marked.has("announce"):
        return Modality.COMPLETED
    return Modality.ANNOUNCED if marked.has("announce", "us", "eu") else Modality.UNDER_DISCUSSION


def _refusals(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    span = marked.first("refusal", "denial")
    about = marked.has(*_HELD, *_FREEING) or (marked.has("talks", "deal", "discuss") and marked.has("belarus", "us"))
    if span is not None and about and (marked.has(*_HELD) or marked.has("refusal")):
        rule = f"{lexicon.language}.refusal.{'refused' if marked.has('refusal') else 'denied'}"
        yield _frame(marked, span, FrameKind.REFUSAL, Modality.DENIED, rule, Polarity.NEGATIVE)


def _demands(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    """Demands by those who can give something for it; a call by relatives or campaigners is only the topic."""
    span = marked.first("demand")
    acts = marked.has("us", "eu") or marked.roles() & {"leader", "envoy"}
    if (
        span is not None
        and acts
        and marked.has("release_noun", "pardon_noun", "release_infinitive")
        and marked.has(*_HELD)
    ):
        yield _frame(marked, span, FrameKind.DEMAND, Modality.DEMANDED, f"{lexicon.language}.demand.release")


def _talks(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Talks with Minsk: about prisoners or relief, or between the two sides that talk about them."""
    span = marked.first("talks", "discuss", "deal", "meeting")
    if span is None:
        return
    is_after = marked.has(*_DONE) and not marked.has(
        "discuss", "deal"
    )  # "freed 52 after talks" says nothing of the talks
    is_about = marked.has("talks", "discuss", "deal") and (
        marked.has("relief") or (marked.has(*_HELD) and not is_after)
    )
    is_outside = _has_outside(marked)
    is_with_minsk = "ruler" in marked.roles() or ("envoy" in marked.roles() and marked.has("belarus"))
    is_meeting = is_outside and (is_with_minsk or (marked.has(*_HELD) and "opposition" not in marked.roles()))
    has_both = is_outside and marked.has("belarus") and marked.has("talks", "deal")
    has_sides = (is_outside or head.has_outside) and (is_with_minsk or marked.has("belarus") or head.has_minsk)
    if (is_about and has_sides) or is_meeting or has_both:
        rule = f"{lexicon.language}.talks.{'about' if is_about else 'met'}"
        yield _frame(marked, span, FrameKind.TALKS, Modality.UNDER_DISCUSSION, rule)


def _has_outside(marked: MarkedSentence) -> bool:
    return marked.has("us", "eu") or bool(marked.roles() & {"envoy", "leader", "agency"})


def _appointments(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield that an envoy to Minsk is named: an act of the talks."""
    span = marked.first("appointment")
    if span is not None and (marked.has("belarus") or head.is_ours):
        yield _frame(marked, span, FrameKind.TALKS, Modality.ANNOUNCED, f"{lexicon.language}.talks.appointed")


def _topics(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    for concept, kind in (("comment", FrameKind.COMMENT), ("arrest", FrameKind.ARREST)):
        span = marked.first(concept)
        if span is not None:
            yield _frame(marked, span, kind, Modality.COMPLETED, f"{lexicon.language}.topic.{concept}")
    span = marked.first("political") or (marked.first("prisoner") if marked.has("belarus") else None)
    if span is not None:
        yield _frame(marked, span, FrameKind.TOPIC, Modality.COMPLETED, f"{lexicon.language}.topic.prisoners")

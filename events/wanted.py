"""Numbers of talks: who is planned for, and who is only demanded, as the whole of the news has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from db.facts import Count, CountRole, Modality
from events.found import Found, unique
from events.frame import Frame
from events.marks import MarkedSentence
from events.stock import STOCK

TALK_ROLES = (CountRole.PLANNED, CountRole.DEMANDED)
_LEAKED = (Modality.UNDER_DISCUSSION, Modality.PLANNED, Modality.POSSIBLE)


def as_talked_of(counts: list[Found[Count]], frame: Frame, news: Sequence[MarkedSentence]) -> list[Found[Count]]:
    """Return planned and demanded numbers as the news has them: of a demand all are demanded, of talks those in both planned.

    An envoy is named to bring about what is planned, and what is asked for is planned where the other side considers it;
    the whole of "most of the 1,300" is no plan of its own.
    """
    counts = _as_leaked(counts, frame, news)
    planned = [found.value for found in counts if found.value.role is CountRole.PLANNED]
    values = {count.value for count in planned}
    wholes = {count.of_count for count in planned if count.value is None}
    role = _role_of_all(frame, news)
    if role is CountRole.DEMANDED and frame.rule.endswith(".refused"):  # who is asked for and refused stays demanded
        values = set()
    if any(found.value.role is CountRole.DEMANDED and found.value.value in values for found in counts):
        role = None
    kept = [
        _with_role(found, role, frame, news)
        for found in counts
        if not (found.value.role is CountRole.DEMANDED and role is None and found.value.value in values)
        and not (
            found.value.role is CountRole.PLANNED and found.value.value is not None and found.value.value in wholes
        )
    ]
    return unique([*kept, *_of_all_held(kept, frame, news)])


def _with_role(
    found: Found[Count], role: CountRole | None, frame: Frame, news: Iterable[MarkedSentence]
) -> Found[Count]:
    """Return a number of talks in the role that all have; the number of a rumour that is denied stays a plan."""
    if role is None or found.value.role not in TALK_ROLES:
        return found
    own = _sentence_of(found, news)
    if frame.rule.endswith(".refused") and own is not None and _is_of_rumour(own):
        return found
    return replace(found, value=replace(found.value, role=role))


def _is_of_rumour(marked: MarkedSentence) -> bool:
    """Whether a release is only named as one that is said to come: "asked about the release of 300 allegedly in preparation"."""
    return marked.has("release_noun", "pardon_noun") and marked.has("plan", "possible")


def _sentence_of(found: Found[Count], news: Iterable[MarkedSentence]) -> MarkedSentence | None:
    return next((one for one in news if one.sentence.start <= found.start < one.sentence.end), None)


def _role_of_all(frame: Frame, news: Iterable[MarkedSentence]) -> CountRole | None:
    """Return the one role that all who are talked of have, if any: demanded by who demands, or where they are refused."""
    sentences = list(news)
    is_considered = frame.modality is Modality.UNDER_DISCUSSION and any(marked.has("considers") for marked in sentences)
    if is_considered or frame.rule.endswith(".appointed"):
        return CountRole.PLANNED
    is_refused = frame.rule.endswith(".refused") and any(s.is_head() and "ruler" in s.roles() for s in sentences)
    is_bought = any(marked.is_head() and marked.has("potash", "relief") for marked in sentences)  # a price is refused
    is_demanded = frame.modality is Modality.DEMANDED or (is_refused and not is_bought)
    return CountRole.DEMANDED if is_demanded else None


def _as_leaked(counts: list[Found[Count]], frame: Frame, news: Iterable[MarkedSentence]) -> list[Found[Count]]:
    """Return what one side wants as planned where unnamed people tell of talks: "the US want to get 100 out, say three"."""
    heads = [marked for marked in news if marked.is_head()]
    if frame.modality not in _LEAKED or not any(marked.has("attribution/unnamed") for marked in heads):
        return counts
    wants = [(s.sentence.start, s.sentence.end) for s in heads if s.has("want") and not s.has("demand")]
    return [
        replace(f, value=replace(f.value, role=CountRole.PLANNED))
        if f.value.role is CountRole.DEMANDED and any(start <= f.start < end for start, end in wants)
        else f
        for f in counts
    ]


def _of_all_held(counts: Sequence[Found[Count]], frame: Frame, news: Iterable[MarkedSentence]) -> list[Found[Count]]:
    """Return the other role of a number that is all: "free all: 1,400 people are locked up", "the rest, some 1,000"."""
    held = [f for f in counts if f.value.role is CountRole.HELD and (f.value.value or 0) >= STOCK]
    talked = [f for f in counts if f.value.role in TALK_ROLES and (f.value.value or 0) >= STOCK]
    is_of_all = any(marked.is_head() and marked.has("all_of") for marked in news)
    if frame.modality is Modality.DEMANDED and held and not talked and is_of_all:
        own = [f for f in held if f.value.counter is None and _is_told_by_who_demands(f, news)]
        return [replace(f, value=replace(f.value, role=CountRole.DEMANDED, as_of=None)) for f in own[:1]]
    if not talked or held or talked[0].rule.endswith(".further"):
        return []
    is_demanded = frame.modality is Modality.DEMANDED and is_of_all
    if is_demanded or any(_tells_of_all(marked, talked[0]) for marked in news):
        return [replace(talked[0], value=replace(talked[0].value, role=CountRole.HELD))]
    return []


def _tells_of_all(marked: MarkedSentence, found: Found[Count]) -> bool:
    """Whether a sentence says of a number that it is all, or that they are in: "the remaining thousand may go"."""
    own = [n for n in marked.numbers if marked.sentence.start + n.start == found.start]
    same = own or [n for n in marked.numbers if marked.is_head() and n.value == found.value.value]
    more = [end for _, end in marked.hits.get("further", ())]
    is_more = any(0 <= number.start - end <= 1 for number in same for end in more)
    return (
        bool(same)
        and not is_more
        and not marked.has("whole")
        and (marked.has("all_of") or (bool(own) and marked.has("held", "custody")))
    )


def _is_told_by_who_demands(found: Found[Count], news: Iterable[MarkedSentence]) -> bool:
    """Whether a number stands in speech, in the sentence that demands, or behind "in his words"."""
    own = _sentence_of(found, news)
    if own is None or "counter" in own.roles():
        return False
    start = found.start - own.sentence.start
    is_spoken = any(first <= start < last for first, last in own.speech)
    is_said = own.is_head() and own.has("attribution/says") and not own.has("attribution/counted_by")
    return is_spoken or own.has("demand") or is_said

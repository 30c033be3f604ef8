"""Doubt: which decisions of the rules are so thin that a second opinion is worth asking. Pure.

A completed release is never in doubt here: no opinion could change it (`events.opinion`), so asking would be waste.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from db.facts import Analysis, Decision, Kind
from events.document import Document
from events.lexicon import languages, lexicon_for
from events.marks import MarkedSentence, mark_sentences


class _Weakness(NamedTuple):
    """Why a rule alone is thin; `is_thin_in_title` is false where the title makes up for it."""

    reason: str
    is_thin_in_title: bool


# The rules of negotiations (without their language) that have been wrong most often when nothing else spoke.
_WEAK_RULES: Mapping[str, _Weakness] = {
    "plan.possible": _Weakness("a release is only called possible", is_thin_in_title=True),
    "plan.unreal": _Weakness("a release is only imagined, wished or ruled out", is_thin_in_title=True),
    "plan.they": _Weakness("who is to be freed is not said", is_thin_in_title=True),
    "talks.met": _Weakness("people met, and only the lead says so", is_thin_in_title=False),
}
_FREEING = (
    "release_done",
    "exit_done",
    "pardon_done",
    "handover",
    "release_noun",
    "pardon_noun",
    "release_infinitive",
    "release_future",
)
_ELSEWHERE = ("pow", "other_jailer", "other_release")  # no doubt: the rules know whose prisoners these are
_UNSAID = "Belarus and words of a release stand in title and lead, but no rule joins them"


def doubt_of(analysis: Analysis, document: Document) -> str | None:
    """Return why the rules' decision on a document is thin, or None if it stands firm."""
    if Kind.RELEASE in analysis.kinds or analysis.language not in languages():
        return None
    if analysis.decision is Decision.EVENT:
        return _weakness(analysis, document)
    lexicon = lexicon_for(analysis.language, document.full_text)
    head = [sentence for sentence in mark_sentences(document, lexicon) if sentence.is_head()]
    return _UNSAID if _tells_of_freeing(head) else None


def _weakness(analysis: Analysis, document: Document) -> str | None:
    """Return what is weak about the rule that made a negotiation."""
    rows = (row for mention in analysis.mentions for row in mention.evidence if row.field == "kind")
    row = next(rows, None)
    weakness = _WEAK_RULES.get(row.rule.partition(".")[2]) if row is not None else None
    if row is None or weakness is None:
        return None
    is_in_title = row.start < len(document.title or "")
    return weakness.reason if weakness.is_thin_in_title or not is_in_title else None


def _tells_of_freeing(head: Sequence[MarkedSentence]) -> bool:
    """Whether title and lead name Belarus and a release that is told as news, and no other jailer."""
    if not any(sentence.is_ours() for sentence in head) or any(sentence.has(*_ELSEWHERE) for sentence in head):
        return False
    return any(sentence.has(*_FREEING) and not sentence.is_background for sentence in head)

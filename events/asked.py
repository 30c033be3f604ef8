"""Numbers that somebody asks for, offers or only wants: what a verb of freeing to come does with them."""

from __future__ import annotations

from dataclasses import replace

from db.facts import Count, CountRole, Kind
from events.counted import (
    Counted,
    is_further,
)
from events.found import Found
from events.frame import has_outside
from events.governors import MOODY
from events.marks import MarkedSentence
from events.sentences import Zone

DONE_VERBS = ("release_done", "exit_done", "pardon_done", "handover", "moved", "arrival")
FEW = 5  # fewer people are those who talk


def is_only_wanted(marked: MarkedSentence, role: CountRole | None, kinds: tuple[Kind, ...]) -> bool:
    """Whether a release is named by its noun alone in an article that tells of talks alone: "his goal is the release of"."""
    is_named = marked.has("release_noun", "release_infinitive") and not marked.has("freed", *DONE_VERBS)
    return role is CountRole.RELEASED and kinds == (Kind.NEGOTIATION,) and is_named and marked.is_head()


def is_offered(marked: MarkedSentence) -> bool:
    """Whether it is Minsk that demands: relief, for people whom it would let go."""
    return marked.has("relief", "exchange") and "ruler" in marked.roles() and not has_outside(marked)


def ahead(marked: MarkedSentence, counted: Counted, row: Found[Count]) -> Found[Count]:
    """Return more who are planned for as news, though the sentence also sums up: "500 in a year, and soon another 200"."""
    is_more = row.value.role in MOODY and is_further(marked, counted.number)
    is_recap = marked.sentence.zone is Zone.RECAP or bool(marked.dates)
    return replace(row, is_background=False, rule=f"{row.rule[:2]}.count.further") if is_more and not is_recap else row


def is_asked_for(marked: MarkedSentence, counted: Counted, kinds: tuple[Kind, ...]) -> bool:
    """Whether a number of people is what talks are about: "at least 90 people"; beside a release, what an envoy hopes for."""
    is_hoped = Kind.NEGOTIATION in kinds and "envoy" in marked.roles() and marked.has("possible")
    is_of_talks = (kinds == (Kind.NEGOTIATION,) or is_hoped) and not marked.has("held", "arrest", "freed", *DONE_VERBS)
    if marked.sentence.text.rstrip('”“»"« ').endswith("?"):
        return False
    has_noun = counted.unit != (counted.number.start, counted.number.end) or is_further(marked, counted.number)
    is_told = marked.is_head() or marked.has("possible", "plan", "offer", "deal", "discuss")
    return is_of_talks and has_noun and is_told and (counted.number.value or 0) >= FEW

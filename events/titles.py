"""Titles of two sentences: the number of the one goes with the verb of the other."""

from __future__ import annotations

from collections.abc import Iterator

from db.facts import Count, CountRole
from events.counted import counted_in, span_of
from events.found import Found, found_in
from events.frame import DONE_VERBS
from events.governors import role_of
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.sentences import Zone


def verb_of_title(marked: MarkedSentence, before: CountRole | None) -> CountRole | None:
    """Return what the verb of a title without a number counts in the rest of it: "Pardons again. This time for 25 convicts"."""
    if marked.sentence.zone is not Zone.TITLE or marked.numbers:
        return before if marked.sentence.zone is Zone.TITLE else None
    roles = (
        ("pardon_done", CountRole.PARDONED),
        ("release_done", CountRole.RELEASED),
        ("exit_done", CountRole.RELEASED),
    )
    verbs = ((span, role) for concept, role in roles for span in marked.hits.get(concept, ()))
    return next((role for span, role in verbs if not is_unreal(marked, span) and not is_negated(marked, span)), before)


def understood(marked: MarkedSentence, lexicon: Lexicon, role: CountRole | None) -> Iterator[Found[Count]]:
    """Yield the number of a title that has no verb, as the verb of its first sentence has it."""
    counted = next(counted_in(marked), None) if role is not None else None
    if (
        counted is None
        or role is None
        or counted.nationality is not None
        or marked.has("held", "arrest", *DONE_VERBS)
        or role_of(marked, counted.number)
    ):
        return
    number = counted.number
    count = Count(role, number.value, number.value_max, number.qualifier)
    yield found_in(marked, count, span_of(counted), f"{lexicon.language}.count.{role.value}")

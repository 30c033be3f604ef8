"""What undoes a verb or leaves it open: a modal, a future, a condition, a hope, a negation."""

from __future__ import annotations

import re

from events.background import Span
from events.frame import CLAUSE_END, same_clause
from events.marks import MarkedSentence

_PARENTHESIS = re.compile(r",[^,;:()—]{1,60},")  # "could, two diplomats say, be freed"
_WORDS_BEFORE = 3  # how many words may stand between a verb and its modal or negation


def is_unreal(marked: MarkedSentence, span: Span) -> bool:
    """Whether a modal, a future or a condition undoes a verb: closely before, right behind, or in its clause."""
    return (
        marked.sentence.text.endswith("?")
        or _stands_before("unreal_before", marked, span)
        or bool(_inside("unreal_before", marked, span))
        or any(span[0] < start <= span[1] + 1 for start, _ in marked.hits.get("unreal_after", ()))
        or any(same_clause(marked, hit, span) for hit in marked.hits.get("unreal_clause", ()))
        or any(
            start < span[1] and span[0] < end and start != span[0]
            for start, end in marked.hits.get("unreal_before", ())
        )  # "to Poland may be taken", "wants to let 52 go"
        or _is_of_infinitive(marked, span)
        or _is_of_plan(marked, span)
        or _is_joined(marked, span)
        or _is_listed(marked, span)
    )


def _is_listed(marked: MarkedSentence, span: Span) -> bool:
    """Whether a verb goes on with a condition: "if Minsk stops the balloons, frees prisoners"."""
    before = marked.sentence.folded[: span[0]]
    comma = len(before) - 2
    hits = (hit for hit in marked.hits.get("unreal_clause", ()) if hit[1] <= comma)
    return before.endswith(", ") and any(same_clause(marked, hit, (comma, comma)) for hit in hits)


def _is_joined(marked: MarkedSentence, span: Span) -> bool:
    """Whether "and" joins a verb to an infinitive that a modal undoes: "is preparing to release 150 and bring them out"."""
    if not any(end + 1 == span[0] for _, end in marked.hits.get("amount/and_words", ())):
        return False
    verbs = (hit for hit in marked.hits.get("release_infinitive", ()) if hit[1] <= span[0])
    return any(same_clause(marked, hit, span) and _stands_before("unreal_before", marked, hit) for hit in verbs)


def _is_of_infinitive(marked: MarkedSentence, span: Span) -> bool:
    """Whether what looks done is the rear of an infinitive: "zostać przewiezieni", "оказаться на свободе"."""
    return any(start < span[0] <= end + 1 for start, end in marked.hits.get("release_infinitive", ()))


def _is_of_plan(marked: MarkedSentence, span: Span) -> bool:
    """Whether a verb tells what a plan is: "the plan: Minsk frees many, Washington eases sanctions"."""
    plans = (*marked.hits.get("plan", ()), *marked.hits.get("offer", ()))
    return any(end < span[0] and marked.sentence.folded[end] == ":" for _, end in plans)


def is_hoped(marked: MarkedSentence, verb: Span) -> bool:
    """Whether somebody named only hopes or expects what is to come: "Coale expects all to leave prison by autumn"."""
    hopes = [hit for hit in marked.hits.get("possible", ()) if hit[1] <= verb[0]]
    return any(0 <= start - name.end <= 1 for start, _ in hopes for name in marked.names)


def is_negated(marked: MarkedSentence, span: Span) -> bool:
    """Whether a negation stands closely before a verb, or between its parts."""
    return bool(_inside("negation_before", marked, span)) or _stands_before("negation_before", marked, span)


def is_over(marked: MarkedSentence, relief: Span) -> bool:
    """Whether a negation is part of the words for what is eased: "restrictions are no longer in force"."""
    within = [hit for hit in marked.hits.get("relief_done", ()) if relief[0] <= hit[0] and hit[1] <= relief[1]]
    return any(s <= hit[0] and hit[1] <= e for hit in marked.hits.get("negation_before", ()) for s, e in within)


def _inside(concept: str, marked: MarkedSentence, span: Span) -> list[Span]:
    """Return where words of a concept stand between the parts of a verb: "from Minsk should be brought"."""
    return [hit for hit in marked.hits.get(concept, ()) if span[0] <= hit[0] < span[1]]


def _stands_before(concept: str, marked: MarkedSentence, span: Span) -> bool:
    gaps = (marked.sentence.folded[end : span[0]] for _, end in marked.hits.get(concept, ()) if end <= span[0])
    between = (_PARENTHESIS.sub("", gap, count=1) for gap in gaps)
    return any(len(words.split()) <= _WORDS_BEFORE and not CLAUSE_END.search(words) for words in between)

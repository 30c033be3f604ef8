"""Whose act a verb is: of whoever is named in its clause, set off by commas, followed by "who", or joined to such a name."""

from __future__ import annotations

import re

from events.background import Span
from events.frame import same_clause
from events.marks import MarkedSentence

_JOINT = re.compile(r",? (?:[^\W\d_]{1,5} )?")  # between names of a list: a comma, "and"
_APPOSED = 2  # a comma, a blank


def takes_part(marked: MarkedSentence, span: Span) -> bool:
    """Whether somebody does what those do who bargain: leads talks, sits at the table, goes to Minsk, asks for people."""
    return does(marked, "acts/part", span) or does(marked, "acts/pleads", span)


def does(marked: MarkedSentence, act: str, span: Span) -> bool:
    """Whether a verb stands in the clause of a name."""
    own = _with_its_clause(marked, _run_of(marked, span)) if act in marked.hits else span
    return any(same_clause(marked, hit, own) for hit in marked.hits.get(act, ()))


def _run_of(marked: MarkedSentence, span: Span) -> Span:
    """Return a name with those it is joined to: "signed by Budrys, Braže and Tsahkna"."""
    start, folded = span[0], marked.sentence.folded
    for other in reversed(marked.names):
        if other.end < start and _JOINT.fullmatch(folded, other.end, start):
            start = other.start
    return start, span[1]


def _with_its_clause(marked: MarkedSentence, span: Span) -> Span:
    """Return a name with the commas that set it off, or with the "who" behind it: "the envoy, Coale, met", "Coale, who met"."""
    folded, (start, end) = marked.sentence.folded, span
    relative = next((last for first, last in marked.hits.get("relative", ()) if first - end == _APPOSED), None)
    if relative is not None and folded.startswith(", ", end):
        return start, relative
    is_apposed = folded[:start].endswith(", ") and (folded.startswith((",", "."), end) or end == len(folded))
    return (start - _APPOSED, min(end + 1, len(folded))) if is_apposed else span

"""Governors: the verb or noun that makes of a number what it counts (domain.md §2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.facts import CountRole
from events.background import Span
from events.counted import reaches
from events.frame import CLAUSE_END
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.numbers import Number
from events.stock import FREEING, STOCK

_OF_RELEASE = (*FREEING, "release_noun", "pardon_noun", "prisoner", "political", "freed")
_GOVERNORS: tuple[tuple[str, CountRole | None], ...] = (
    ("release_done", CountRole.RELEASED),
    ("exit_done", CountRole.RELEASED),
    ("no_longer", CountRole.RELEASED),
    ("freed", CountRole.RELEASED),
    ("pardon_done", CountRole.PARDONED),
    ("handover", CountRole.RELEASED),
    ("moved", CountRole.RELEASED),
    ("arrival", CountRole.LEFT_COUNTRY),  # behind the others: it tells most where they name the same words
    ("release_future", CountRole.PLANNED),
    ("announce", CountRole.PLANNED),
    ("plan", CountRole.PLANNED),
    ("possible", CountRole.PLANNED),
    ("discuss", CountRole.PLANNED),
    ("offer", CountRole.PLANNED),
    ("want", CountRole.DEMANDED),
    ("demand", CountRole.DEMANDED),
    ("held", CountRole.HELD),
    ("arrest", None),  # numbers of arrests and sentences are not ours
)
_NAMING = (
    ("release_noun", CountRole.RELEASED),
    ("pardon_noun", CountRole.PARDONED),
    ("release_infinitive", CountRole.RELEASED),
)
_MOODS: tuple[tuple[str, CountRole], ...] = (
    ("want", CountRole.DEMANDED),
    ("demand", CountRole.DEMANDED),
    ("discuss", CountRole.PLANNED),
    ("possible", CountRole.PLANNED),
    ("plan", CountRole.PLANNED),
    ("offer", CountRole.PLANNED),
    ("announce", CountRole.PLANNED),
    ("talks", CountRole.PLANNED),
    ("deal", CountRole.PLANNED),
)
_ACTS = ("release_done", "pardon_done", "release_future")
MOODY = (CountRole.PLANNED, CountRole.DEMANDED)
DONE = (CountRole.RELEASED, CountRole.PARDONED, CountRole.LEFT_COUNTRY)


def role_of(marked: MarkedSentence, number: Number) -> CountRole | None:
    """Return what the nearest governor before the number (else behind it) makes of it; its own clause goes first."""
    governors = sorted(_governors(marked), key=lambda governor: governor[:2])
    around = [role for start, end, role in governors if start <= number.start and number.end <= end]
    if around:  # "lässt 52 Gefangene frei"
        return around[-1]
    before = [(end, role) for _, end, role in governors if end <= number.start]
    after = [(start, role) for start, _, role in governors if start >= number.end and role is not None]
    if before and after and _opens_clause_of_held(marked, number, before[-1][0], after[0]):
        return CountRole.HELD
    is_far = (
        bool(before) and before[-1][1] in (CountRole.HELD, None) and _is_parted(marked, before[-1][0], number.start)
    )
    is_moody = bool(before) and before[-1][1] in MOODY and _is_parted(marked, before[-1][0], number.start)
    is_done = bool(after) and after[0][1] in DONE and not _is_parted(marked, number.end, after[0][0])
    is_told_of = bool(before) and _is_parted(marked, before[-1][0], number.start) and _is_told_of(marked, number, after)
    if (is_moody and is_done) or (is_far and after and not _is_parted(marked, number.end, after[0][0])) or is_told_of:
        role: CountRole | None = _behind(marked, number, after)  # "after years in prison, thirteen walked free"
    else:
        role = before[-1][1] if before else _behind(marked, number, after) if after else _stock_role(marked, number)
    if role in DONE and marked.has("zone/cumulative"):
        return CountRole.CUMULATIVE
    return role


def _is_parted(marked: MarkedSentence, start: int, end: int) -> bool:
    return CLAUSE_END.search(marked.sentence.folded, start, end) is not None


def _is_told_of(marked: MarkedSentence, number: Number, after: Sequence[tuple[int, CountRole | None]]) -> bool:
    """Whether a relative clause tells what became of a number: "Viasna counted 33 people, who are free since Friday"."""
    verb = next((start for start, role in after if role in DONE), None)
    pronouns = marked.hits.get("relative", ()) if verb is not None else ()
    return verb is not None and any(
        number.end < start < verb and reaches(marked.sentence.folded, number.end, (start - 2, start))
        for start, _ in pronouns
    )


def _behind(marked: MarkedSentence, number: Number, after: Sequence[tuple[int, CountRole | None]]) -> CountRole | None:
    """Return the role a subject gets from the verbs behind it: "eleven people held in Mahilyow walked free"."""
    end = marked.sentence.folded.find(";", number.end)
    return next((role for start, role in after if role in DONE and not -1 < end < start), after[0][1])


def _opens_clause_of_held(
    marked: MarkedSentence, number: Number, before: int, after: tuple[int, CountRole | None]
) -> bool:
    """Tell whether a number begins a clause about those still in: "freed 52, while 1,100 prisoners are held"."""
    folded = marked.sentence.folded
    is_near = after[1] is CountRole.HELD and reaches(folded, number.end, (after[0], after[0]))
    return is_near and "," in folded[before : number.start]


def _stock_role(marked: MarkedSentence, number: Number) -> CountRole | None:
    """Return that a number of political prisoners without a verb is the stock: a counting body's, or "in all Belarus"."""
    is_of_all = marked.has("belarus") and (number.value or 0) >= STOCK
    return CountRole.HELD if marked.has("political") and ("counter" in marked.roles() or is_of_all) else None


def _governors(marked: MarkedSentence) -> Iterator[tuple[int, int, CountRole | None]]:
    arrivals = marked.hits.get("arrival", ())
    out = [span for name in ("exit_done", "no_longer", "arrest") for span in marked.hits.get(name, ())]
    for concept, role in _GOVERNORS:
        for span in marked.hits.get(concept, ()):
            if concept == "moved" and span in arrivals:  # the same words: who crossed the border is counted as such
                continue
            if concept == "handover" and _is_by_another(marked, span):
                continue
            if concept == "held" and any(start < span[0] and span[1] <= end for start, end in out):
                continue  # "no longer behind bars", "died in prison"
            if role not in MOODY or marked.has(*_OF_RELEASE):  # "some 200 people wanted to see him"
                yield *span, _real_role(marked, concept, span, role)
    whole = [span for concept in _ACTS for span in marked.hits.get(concept, ())]
    for concept, role in _NAMING:
        for start, end in marked.hits.get(concept, ()):
            others = [*whole, *(hit for hit in marked.hits.get("pardon_noun", ()) if hit != (start, end))]
            others += marked.hits.get("freed", ()) if concept == "release_noun" else ()
            if not any(first <= start and end <= last for first, last in others):  # "signed a decree on the pardon of"
                yield start, end, _named_role(marked, role)


def _is_by_another(marked: MarkedSentence, verb: Span) -> bool:
    """Whether another state, which opens the clause, hands somebody over: what a swap cost, and nobody of ours."""
    before = marked.sentence.folded
    opens = [
        one for _, one in marked.nations.get("country", ()) if before[: one[0]].rstrip()[-1:] in ("", ":", ";", ",")
    ]
    return not marked.has("belarus") and any(verb[0] - end == 1 for _, end in opens)


def _real_role(marked: MarkedSentence, concept: str, span: Span, role: CountRole | None) -> CountRole | None:
    """Return the role of a done verb: undone by a modal it plans, negated it counts nothing (rule 2)."""
    if concept == "freed":
        return CountRole.PARDONED if _is_of_pardon(marked, span) else role
    if role not in DONE or concept == "no_longer":
        return role
    if is_negated(marked, span):
        return None
    if not is_unreal(marked, span):
        return role
    # An infinitive may be written like a done verb: "demands to free", "may be freed".
    is_infinitive = span in marked.hits.get("release_infinitive", ())
    return CountRole.DEMANDED if is_infinitive and marked.has("demand") else CountRole.PLANNED


def _is_of_pardon(marked: MarkedSentence, freed: Span) -> bool:
    """Whether the freed are named as the pardoned: "of the 30 pardoned"."""
    return any(freed[0] <= start and end <= freed[1] for start, end in marked.hits.get("pardoned", ()))


def _named_role(marked: MarkedSentence, done: CountRole) -> CountRole:
    """Return the role of a release named by noun or infinitive: what its sentence's mood makes of it, else `done`."""
    return next((role for concept, role in _MOODS if marked.has(concept)), done)

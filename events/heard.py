"""Who is heard in a sentence, and who is only spoken to: the one thanked or met is not the one who tells. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events.marks import MarkedSentence, NamedEntity
from events.nationalities import STOP

_OFFICES = (("acts/us_president", "US"), ("acts/pope", "VA"))
_BESIDE = 2  # from a verb of saying to an office without a name


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who says something, with the place of the name."""

    name: str
    is_outlet: bool
    start: int
    end: int
    is_cited: bool


def is_thanked(marked: MarkedSentence, verb: int) -> bool:
    """Whether a verb of saying that ends at `verb` is one of thanking: who follows it is thanked."""
    return any(end == verb for _, end in marked.hits.get("acts/thanks", ()))


def is_host(marked: MarkedSentence, name: NamedEntity, verb: int) -> bool:
    """Whether somebody was only met by the one who speaks: "after meeting Lukashenko said in Minsk the envoy John Coale"."""
    folded = marked.sentence.folded
    met = any(
        end <= name.start and not STOP.search(folded, end, name.start) for _, end in marked.hits.get("meeting", ())
    )
    return (
        met
        and name.end <= verb
        and any(
            other.start > verb and other.entity.name != name.entity.name and not STOP.search(folded, verb, other.start)
            for other in marked.names
        )
    )


def sources_by_office(marked: MarkedSentence, article: Iterable[MarkedSentence]) -> list[Source]:
    """Return leaders named in an article who speak by their office alone, beside the verb: "…, wrote the US president"."""
    leaders = {n.entity.party: n.entity.name for s in article for n in s.names if n.entity.role == "leader"}
    says, offset = marked.hits.get("attribution/says", ()), marked.sentence.start
    return [
        Source(leaders[party], is_outlet=False, start=offset + start, end=offset + end, is_cited=False)
        for concept, party in _OFFICES
        for start, end in (marked.hits.get(concept, ()) if party in leaders else ())
        if any(0 <= start - last <= _BESIDE or 0 <= first - end <= _BESIDE for first, last in says)
    ]

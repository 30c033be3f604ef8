"""Who mediated a release, and over which country people came."""

from __future__ import annotations

from collections.abc import Iterator

from events.found import Found, found_in
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.nationalities import nations_named
from events.people import _WHERE


def find_transit(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[str]]:
    """Yield the countries that the freed are taken to."""
    for start, end in (*marked.hits.get("arrival", ()), *marked.hits.get("handover", ())):
        for code, span in nations_named(marked, "country"):
            is_near = start - _WHERE <= span[0] and span[1] <= end + _WHERE
            if is_near and code != "BY" and not _is_of_citizens(marked, span[1]):
                yield found_in(marked, code, span, f"{lexicon.language}.transit.arrival")


def _is_of_citizens(marked: MarkedSentence, end: int) -> bool:
    """Tell whether a country only says whose citizens somebody is: "two Lithuanian citizens"."""
    return any(0 <= start - end <= 1 for start, _ in marked.hits.get("citizen", ()))


def find_mediators(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[str]]:
    """Yield the states in between."""
    if not marked.has("mediation"):
        return
    sides = [("US", span) for span in marked.hits.get("us", ())] + [("EU", span) for span in marked.hits.get("eu", ())]
    sides += [(code, span) for code, span in nations_named(marked, "country") if code not in ("BY", "US")]
    for start, end in marked.hits.get("mediation", ()):
        for code, span in sides:
            if start - 30 <= span[0] and span[1] <= end + 40:
                yield found_in(marked, code, span, f"{lexicon.language}.mediator.named")

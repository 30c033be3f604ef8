"""Who is named: the freed with their outcome, those who talk, those in between, and where the freed are taken."""

from __future__ import annotations

from collections.abc import Iterator

from db.facts import Outcome, Person
from events.found import Found, found_in
from events.frames import is_negated, is_unreal
from events.lexicon import Lexicon
from events.marks import MarkedSentence, NamedEntity
from events.nationalities import nations_named

_WHERE = 40  # from an arrival to the country it is in
_OFFICE = 40  # from "the administration of" to the name
_TALKERS = frozenset({"ruler", "envoy", "leader"})
_TALKING = ("talks", "discuss", "meeting", "delegation", "deal", "offer", "demand", "refusal", "relief")


def find_people(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield the named prisoners of a sentence that tells of a release."""
    freed = [
        span
        for concept in ("release_done", "arrival", "handover", "pardon_done")
        for span in marked.hits.get(concept, ())
    ]
    real = [span for span in freed if not is_unreal(marked, span)]
    is_list = marked.has("of_them") and not marked.has("held")
    for name in _named(marked, "prisoner"):
        if marked.has("not_among") or any(is_negated(marked, span) for span in real):
            yield found_in(
                marked,
                Person(name.entity.name, Outcome.NOT_INCLUDED),
                (name.start, name.end),
                f"{lexicon.language}.people.not_included",
            )
        elif real or is_list:
            yield found_in(
                marked,
                Person(name.entity.name, Outcome.FREED),
                (name.start, name.end),
                f"{lexicon.language}.people.freed",
            )


def find_negotiators(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[str]]:
    """Yield those who meet, talk or act for a side; not in quoted speech, where names are only talked about."""
    talks = marked.has(*_TALKING)
    acts = marked.is_head() and marked.has("release_done", "pardon_done", "offer", "refusal")
    for name in marked.names:
        if name.entity.role not in _TALKERS or _is_spoken(marked, name):
            continue
        if name.entity.role == "ruler" and (talks or acts):
            yield found_in(marked, name.entity.name, (name.start, name.end), f"{lexicon.language}.negotiator.acts")
        elif talks and (name.entity.role == "envoy" or marked.has("belarus")) and not _is_possessive(marked, name):
            yield found_in(marked, name.entity.name, (name.start, name.end), f"{lexicon.language}.negotiator.talks")


def _is_possessive(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a leader is named only as somebody's principal: "Trump's envoy John Coale", "the Trump administration"."""
    if name.entity.role != "leader":
        return False
    has_envoy = any(other.entity.role == "envoy" for other in marked.names)
    is_genitive = any(start == name.end for start, _ in marked.hits.get("genitive", ()))
    offices = marked.hits.get("administration", ())
    return (
        has_envoy or is_genitive or any(start - name.end <= 1 and name.start - end <= _OFFICE for start, end in offices)
    )


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
    sides = [("US", span) for span in marked.hits.get("us", ())] + [("EU", span) for span in marked.hits.get("eu", ())]
    sides += [(code, span) for code, span in nations_named(marked, "country") if code not in ("BY", "US")]
    for start, end in marked.hits.get("mediation", ()):
        for code, span in sides:
            if start - 30 <= span[0] and span[1] <= end + 40:
                yield found_in(marked, code, span, f"{lexicon.language}.mediator.named")


def _named(marked: MarkedSentence, role: str) -> list[NamedEntity]:
    return [name for name in marked.names if name.entity.role == role]


def _is_spoken(marked: MarkedSentence, name: NamedEntity) -> bool:
    return any(start <= name.start and name.end <= end for start, end in marked.speech)

"""Who is named: the freed with their outcome, those in between, and where the freed are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.facts import Outcome, Person
from events.found import Found, found_in
from events.frame import is_negated, is_unreal
from events.lexicon import Lexicon
from events.marks import MarkedSentence, NamedEntity
from events.names import canonical
from events.nationalities import nations_named

_UPPER = "A-ZА-ЯІЇЄҐЎЁŁŚŻŹĆŃŬŠŽČĖĄĘĮŲŪÄÖÜ"
_NAME = re.compile(rf"(?<!\w)[{_UPPER}][\w'’ʼ-]+(?: [{_UPPER}][\w'’ʼ-]+){{1,2}}(?!\w)")
_FREEING = ("release_done", "exit_done", "moved", "arrival", "handover", "pardon_done")
_PLACES = ("belarus", "us", "eu", "country/", "people/", "month/", "weekday/", "other_jailer", "political", "office")
_APPOSED = 2  # from "journalist" to the name
_SPEAKS = 12  # from a name to its verb of saying
_WHERE = 40  # from an arrival to the country it is in


def find_people(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield the named prisoners of a sentence that tells of a release."""
    freed = [span for concept in _FREEING for span in marked.hits.get(concept, ())]
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


def find_listed(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield names the gazetteer lacks: those in a list of the freed, or right behind "journalist" beside a release."""
    if _is_title_case(marked):
        return
    lists = [end for _, end in marked.hits.get("of_them", ())]
    is_done = any(not is_unreal(marked, span) for name in _FREEING for span in marked.hits.get(name, ()))
    nouns = [end for name in ("person", "prisoner") for _, end in marked.hits.get(name, ())] if is_done else []
    for match in _NAME.finditer(marked.sentence.text):
        start, end = match.span()
        is_listed = any(after <= start for after in lists) or any(0 <= start - after <= _APPOSED for after in nouns)
        if is_listed and not _is_other(marked, start, end):
            person = Person(canonical(match.group()), Outcome.FREED)
            yield found_in(marked, person, (start, end), f"{lexicon.language}.people.listed")


def _is_title_case(marked: MarkedSentence) -> bool:
    words = [word for word in marked.sentence.text.split() if word[0].isalpha()]
    return sum(word[0].isupper() for word in words) * 2 > len(words)


def _is_other(marked: MarkedSentence, start: int, end: int) -> bool:
    """Whether a capitalised pair of words is no freed person: a place, a body, a known name, one who speaks."""
    if any(name.start < end and start < name.end for name in marked.names):
        return True
    taken = (span for name in marked.hits if name.startswith(_PLACES) for span in marked.hits[name])
    if any(first < end and start < last for first, last in taken):
        return True
    says = marked.hits.get("attribution/says", ())
    return any(0 <= first - end <= _SPEAKS or 0 <= start - last <= 1 for first, last in says)


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

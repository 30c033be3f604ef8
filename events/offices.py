"""Who is meant by an office alone: "the envoy said", "his press service said" mean the one named last who holds it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from events.frame import CLAUSE_END
from events.lexicon import Entity, entities
from events.listed import PLACES, full_names
from events.marks import MarkedSentence, NamedEntity
from events.names import canonical, is_given_name

PRESS_SERVICE = "Lukashenko's press service"
STRANGER = "stranger"
_RULERS = frozenset({"ruler", "leader"})
# An office, the roles of those who may hold it, and whose they are, where the word says it.
_OFFICES: tuple[tuple[str, frozenset[str], str | None], ...] = (
    ("acts/us_president", frozenset({"leader"}), "US"),
    ("attribution/own_channel", frozenset({"leader"}), "US"),
    ("acts/pope", frozenset({"leader"}), "VA"),
    ("attribution/by_envoy", frozenset({"envoy"}), None),
    ("attribution/by_ruler", frozenset({"ruler"}), None),
    ("attribution/by_leader", _RULERS, None),
    ("attribution/by_office", frozenset({"official"}), None),
    ("attribution/by_minister", frozenset({"official"}), None),
)
_SINGLE = (
    "acts/us_president",
    "acts/pope",
    "attribution/own_channel",
    "attribution/by_envoy",
    "attribution/by_ruler",
)  # held by one at a time
_NAMED = tuple(office for office, _, _ in _OFFICES)
_PALACE = ("press_service", "attribution/his_office")
_BEFORE = 4  # so many sentences before may name the minister whom "the minister" means
_TITLE = 45  # from an office to the name of its holder: "minister for foreign affairs, N. N."
_WHOSE = 25  # from a press service to the name of whom it serves
_BESIDE = 2  # from an office to the country it is of


def strangers_in(sentence: MarkedSentence) -> list[NamedEntity]:
    """Return those named whom no form of the gazetteer meets: officials by the office beside them, others by a first name."""
    text, found = sentence.sentence.text, list[NamedEntity]()
    taken = [(name.start, name.end) for name in sentence.names]
    taken += [span for name, spans in sentence.hits.items() if name.startswith(PLACES) for span in spans]
    offices = sentence.hits.get("attribution/by_office", ())
    for first, end in full_names(text) if offices or sentence.is_head() else ():
        before = (last + 1 for begin, last in (*taken, *offices) if begin <= first < last)
        start = max([first, *(last for last in before if " " in text[last:end])])
        is_given = is_given_name(text[start:end].split(" ")[0])
        is_titled = any(
            _is_beside(sentence, office, start, end, is_given=is_given, is_cut=start > first) for office in offices
        )
        if not any(begin < end and start < last for begin, last in taken) and (is_titled or is_given):
            found.append(NamedEntity(_stranger(text[start:end], is_titled=is_titled), start, end))
    return found


def _stranger(name: str, *, is_titled: bool) -> Entity:
    known = entities().get(canonical(name))
    return known or Entity(name, "official" if is_titled else STRANGER, None)


def _is_beside(
    sentence: MarkedSentence, office: tuple[int, int], start: int, end: int, *, is_given: bool, is_cut: bool
) -> bool:
    """Whether an office stands before a name or behind it: "governor of the region, Oleg N.", "Oleg N., governor"."""
    folded = sentence.sentence.folded
    if 0 <= office[0] - end <= _BESIDE:
        return True
    if not is_given:  # "Sprecher der Deutschen Bischofskonferenz" is nobody's name
        return 0 <= start - office[1] <= (_TITLE if is_cut else _BESIDE)
    return 0 <= start - office[1] <= _TITLE and not CLAUSE_END.search(folded, office[1], max(office[1], start - 2))


def with_offices(marked: Sequence[MarkedSentence]) -> list[MarkedSentence]:
    """Return sentences with the offices in them among their names, each as its holder: whoever was named last, else first."""
    known = [name.entity for sentence in marked for name in sentence.names]
    found: list[MarkedSentence] = []
    for sentence in marked:
        before = [name.entity for one in found[-_BEFORE:] for name in one.names]
        found.append(_with_offices(sentence, before, known))
    return found


def _with_offices(sentence: MarkedSentence, before: Sequence[Entity], known: Sequence[Entity]) -> MarkedSentence:
    if not sentence.is_head() and not sentence.has(*_NAMED, *_PALACE):
        return sentence  # strangers are looked for beside an office, and in title and lead
    palace = _palace(sentence, before)
    names = [*sentence.names, *strangers_in(sentence)]
    for found in (*palace, *(one for one in _holders(sentence, before, known) if not _are_served(one, palace))):
        if not any(_overlap(name, found) and not _is_whose(name, found) for name in names):
            names = [*(name for name in names if not _overlap(name, found)), found]
    return replace(sentence, names=tuple(sorted(names, key=lambda name: name.start)))


def _are_served(holder: NamedEntity, palace: Sequence[NamedEntity]) -> bool:
    """Whether a holder of an office stands right behind a press service: "the press service of the head of state"."""
    return any(0 <= holder.start - service.end <= _BESIDE for service in palace)


def _overlap(one: NamedEntity, other: NamedEntity) -> bool:
    return one.start < other.end and other.start < one.end


def _is_whose(name: NamedEntity, found: NamedEntity) -> bool:
    """Whether a name only says whose press service or envoy somebody is."""
    return found.start <= name.start and name.end <= found.end and found.entity.name != name.entity.name


def _holders(sentence: MarkedSentence, before: Sequence[Entity], known: Sequence[Entity]) -> list[NamedEntity]:
    found = []
    for concept, roles, side in _OFFICES:
        for start, end in sentence.hits.get(concept, ()):
            party = side or _party(sentence, start, end)
            here = [name.entity for name in sentence.names if name.end <= start]
            first = known[::-1] if concept in _SINGLE else ()
            held = [one for one in (*first, *before, *here) if one.role in roles and party in (None, one.party)]
            if held and not _is_title(sentence, end, *roles):
                found.append(NamedEntity(held[-1], start, _with_principal(sentence, end, held[-1])))
    return found


def _with_principal(sentence: MarkedSentence, end: int, holder: Entity) -> int:
    """Return the end of an office with the name of whoever sends its holder: "the envoy of Trump"."""
    near = (
        name for name in sentence.names if name.end >= end and name.start - end <= _WHOSE and holder.role == "envoy"
    )
    others = (name for name in near if name.entity.role == "leader" and name.entity.party == holder.party)
    return next(
        (one.end for one in others if not CLAUSE_END.search(sentence.sentence.folded, end, max(end, one.start))), end
    )


def _party(sentence: MarkedSentence, start: int, end: int) -> str | None:
    """Return the state an office is of, where its name stands in it or beside it."""
    nations = (nation for form in ("country", "people", "one") for nation in sentence.nations.get(form, ()))
    return next((code for code, span in nations if span[1] >= start - _BESIDE and span[0] <= end + _BESIDE), None)


def _is_title(sentence: MarkedSentence, end: int, *roles: str) -> bool:
    """Whether a name, of somebody of such roles, follows an office: "the envoy of the president John Coale"."""
    near = (name for name in sentence.names if 0 <= name.start - end <= _TITLE)
    names = (name for name in near if not roles or name.entity.role in roles)
    return any(not CLAUSE_END.search(sentence.sentence.folded, end, max(end, name.start - 2)) for name in names)


def _palace(sentence: MarkedSentence, before: Sequence[Entity]) -> list[NamedEntity]:
    """Return the ruler's press service where "the press service" stands, and no other head of state was named since."""
    service, found = entities()[PRESS_SERVICE], []
    for start, end in (span for concept in _PALACE for span in sentence.hits.get(concept, ())):
        if _is_title(sentence, end, "official"):
            continue
        whose = next((name for name in sentence.names if 0 <= name.start - end <= _WHOSE), None)
        if whose and not CLAUSE_END.search(sentence.sentence.folded, end, whose.start):
            if whose.entity.role == "ruler":
                found.append(NamedEntity(service, start, whose.end))
            if whose.entity.role in _RULERS:
                continue
        named = [*before, *(name.entity for name in sentence.names if name.end <= start)]
        rulers = [one.role for one in named if one.role in _RULERS]
        if (not rulers or rulers[-1] == "ruler") and _party(sentence, start, end) in (None, "BY"):
            found.append(NamedEntity(service, start, end))
    return found

"""Who is named: the freed with their outcome, those in between, and where the freed are taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from db.facts import Outcome, Person
from db.withholding import is_withheld
from events.found import Found, found_in
from events.frame import CLAUSE_END
from events.lexicon import Lexicon, entities
from events.marks import MarkedSentence, NamedEntity
from events.moods import is_negated, is_unreal
from events.names import canonical
from events.nationalities import STOP
from events.sentences import Zone

UPPER = "A-ZА-ЯІЇЄҐЎЁŁŚŻŹĆŃŬŠŽČĖĄĘĮŲŪÄÖÜ"
FREEING = ("release_done", "exit_done", "moved", "arrival", "handover", "pardon_done")
WAITING = ("held", "not_among", "arrest", "comment", "appeal", "release_future", "release_noun", "want")
_HYPHENED = re.compile(rf"-[{UPPER}][\w'’ʼ-]+")
_OPENING = re.compile(r"[^,]{0,25}(?:, )?")  # before "this is", as in "besides him, this is"
_APPOSED = 2  # from "journalist" to the name
_TITLE = 4  # words of a title before a name
_TOGETHER = 2  # known names that make a list
_FEW_TITLED = 3  # so many names of a title, at most, are of those the lead tells of
_WHERE = 40  # from an arrival to the country it is in


def find_people(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield the named prisoners of a sentence that tells of a release."""
    names = [name for name in _named(marked, "prisoner") if not _confirms(marked, name)]
    if not names:
        return
    freed = [span for concept in FREEING for span in marked.hits.get(concept, ())]
    real = [span for span in freed if not is_unreal(marked, span)]
    is_left = marked.has("not_among") or any(is_negated(marked, span) for span in real)
    for name in names:
        own = [span for span in real if not _is_parted(marked, (name.start, name.end), span)]
        outcome = _outcome(marked, name, is_left=is_left, is_done=bool(own))
        if outcome is not None:
            rule = f"{lexicon.language}.people.{outcome.value}"
            yield found_in(marked, Person(name_of(marked, name), outcome), (name.start, name.end), rule)


def _confirms(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether somebody only says what went before: "... was freed, confirmed his colleague Valiantsin Stefanovich"."""
    folded = marked.sentence.folded
    said = [(start, end) for start, end in marked.hits.get("attribution/says", ()) if 0 <= name.start - end <= _WHERE]
    freed = [end for concept in FREEING for _, end in marked.hits.get(concept, ())]
    return any(
        folded[:start].endswith(", ")
        and max(freed, default=name.end) <= start
        and not CLAUSE_END.search(folded, end, name.start)
        for start, end in said
    )


def _is_parted(marked: MarkedSentence, name: tuple[int, int], verb: tuple[int, int]) -> bool:
    """Whether a semicolon stands between: "Ilyash was let out; Andreyeva, his wife, must serve until 2028"."""
    first, last = sorted((name, verb))
    return ";" in marked.sentence.folded[first[1] : last[0]]


def name_of(marked: MarkedSentence, name: NamedEntity) -> str:
    """Return who is named; of people whose names are withheld each by what stands in the text."""
    written = marked.sentence.text[name.start : name.end]
    return written if is_withheld(written) else name.entity.name


def _outcome(marked: MarkedSentence, name: NamedEntity, *, is_left: bool, is_done: bool) -> Outcome | None:
    """Return what became of a named prisoner; nothing where the sentence does not say."""
    if marked.has("acts/stayed"):
        return Outcome.REFUSED_TO_LEAVE
    if _is_owner(marked, name) or _is_of_held(marked, name):
        return None
    if is_left:
        return Outcome.NOT_INCLUDED
    return Outcome.FREED if is_done or _is_of_list(marked, name) else None


def _is_owner(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name only tells whose ally or lawyer somebody is: "Kalesnikava's ally", "адвокат Колесниковой"."""
    if any(is_near(marked, end, name.start) for _, end in marked.hits.get("acts/kin", ())):
        return True
    is_before = any(0 <= name.start - end <= 1 for _, end in marked.hits.get("acts/owner", ()))
    return is_before or any(0 <= start - name.end <= 1 for start, _ in marked.hits.get("acts/owned", ()))


def is_near(marked: MarkedSentence, end: int, start: int) -> bool:
    """Whether at most a title stands between: "colleague of the Nobel laureate Ales Bialiatski", "her husband, Ihar"."""
    between = marked.sentence.folded[end:start].removeprefix(",")
    return end <= start and len(between.split()) <= _TITLE and not STOP.search(between)


def _is_of_list(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands in a list of the freed: "among them Ihar Losik, who was serving 15 years"."""
    return any(end <= name.start and not held_before(marked, start) for start, end in lists_of(marked))


def lists_of(marked: MarkedSentence) -> list[tuple[int, int]]:
    """Return what opens a list of the freed: "among them", "the others are", "the best known is", "Это ..." that nobody says."""
    if marked.has("not_among", "attribution/says", "release_future", "want"):
        return [*marked.hits.get("of_them", ())]
    is_of_people = marked.has("person", "prisoner") and not marked.speech
    opened = [span for span in marked.hits.get("acts/these", ()) if is_of_people]
    these = [span for span in opened if _OPENING.fullmatch(marked.sentence.folded[: span[0]])]
    return [*marked.hits.get("of_them", ()), *marked.hits.get("acts/named", ()), *these]


def _is_of_held(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands in a list of those who are still in: "1,150 are behind bars, among them Ales Bialiatski"."""
    return any(end <= name.start and held_before(marked, start) for start, end in marked.hits.get("of_them", ()))


def held_before(marked: MarkedSentence, place: int) -> bool:
    """Whether a sentence has told before a place that people are in."""
    return any(start < place for start, _ in marked.hits.get("held", ()))


def goes_on_of_held(before: MarkedSentence | None, marked: MarkedSentence) -> bool:
    """Whether a list only names some of those whom the sentence before tells to be in: "1,150 are held. Among them …"."""
    is_next = before is not None and before.sentence.paragraph == marked.sentence.paragraph
    is_held = is_next and before is not None and before.has("held") and not before.has(*FREEING)
    return is_held and marked.has("of_them") and not marked.has(*FREEING)


def find_companions(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield known prisoners whom the body of a report of a release names together, with no word of what they wait for."""
    names = [n for n in _named(marked, "prisoner") if not _is_owner(marked, n) and not _confirms(marked, n)]
    if len({name_of(marked, name) for name in names}) < _TOGETHER or marked.has(*WAITING) or marked.speech:
        return
    for name in names:
        person = Person(name_of(marked, name), Outcome.FREED)
        yield found_in(marked, person, (name.start, name.end), f"{lexicon.language}.people.together")


def find_titled(
    sentences: Iterable[MarkedSentence], lexicon: Lexicon, freed: Collection[int | None]
) -> Iterator[Found[Person]]:
    """Yield whom a title names where no verb stands beside the name: "Ihar Losik is home. The blogger is free".

    Where at most one is `freed`, by the counts of the news, it is the one of the title, or of title and lead ("The girl
    is free. Sapega's ordeal is over"), and the lead may tell of it; else a few of a title that itself tells of a release.
    """
    head = [marked for marked in sentences if marked.is_head()]
    title = [marked for marked in head if marked.sentence.zone is Zone.TITLE]
    is_one = set(freed) <= {1}
    told, most = (head, 1) if is_one else (title, _FEW_TITLED)
    named = [(marked, name) for marked in (head if set(freed) == {1} else title) for name in _named(marked, "prisoner")]
    is_told = any(m.has(*FREEING) for m in told) and not any(m.has(*WAITING) for m, _ in named)
    if is_told and len({name_of(marked, name) for marked, name in named}) <= most:
        for marked, name in named:
            person = Person(name_of(marked, name), Outcome.FREED)
            yield found_in(marked, person, (name.start, name.end), f"{lexicon.language}.people.titled")


def _named(marked: MarkedSentence, role: str) -> list[NamedEntity]:
    return [name for name in marked.names if name.entity.role == role and not goes_on(marked, name)]


def goes_on(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a hyphen makes another of a name: "Iryna Slaunikava-Prus", "Kolesnikowa-Anwalt"."""
    behind = _HYPHENED.match(marked.sentence.text, name.end)
    whole = marked.sentence.text[name.start : behind.end()] if behind else ""
    return behind is not None and canonical(whole) not in entities()

"""Who is named: the freed with their outcome, those in between, and where the freed are taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from db.facts import Outcome, Person
from db.withholding import is_withheld, places_in
from events.found import Found, found_in, unique
from events.frame import is_negated, is_unreal
from events.lexicon import Lexicon
from events.marks import MarkedSentence, NamedEntity
from events.names import canonical, is_given_name
from events.nationalities import nations_named
from events.sentences import Zone

_UPPER = "A-ZА-ЯІЇЄҐЎЁŁŚŻŹĆŃŬŠŽČĖĄĘĮŲŪÄÖÜ"
_NAME = re.compile(rf"(?<!\w)[{_UPPER}][\w'’ʼ-]+(?: [{_UPPER}][\w'’ʼ-]+){{1,2}}(?!\w)")
_FREEING = ("release_done", "exit_done", "moved", "arrival", "handover", "pardon_done")
_WAITING = ("held", "not_among", "arrest", "comment", "appeal", "release_future", "release_noun", "want")
_PLACES = ("belarus", "us", "eu", "country/", "people/", "month/", "weekday/", "other_jailer", "political", "office")
_JOINT = re.compile(r",? (?:[^\W\d_]{1,4} )?")  # between names of a list: a comma, "and"
_LIST = 3  # names that make a list on their own
_APPOSED = 2  # from "journalist" to the name
_TOGETHER = 2  # known names that make a list
_FULL = 2  # words of a name
_SHORT = 3  # letters of words that no title capitalises
_CAPITALS = 0.8  # of the words of a title
_SPEAKS = 12  # from a name to its verb of saying
_WHERE = 40  # from an arrival to the country it is in
_ENTRY = re.compile(r"(?:[-–—•*▪·]|\d{1,3}[.)])\s*")  # opens a line of a list


def freed_of(marked: Sequence[MarkedSentence], lexicon: Lexicon) -> list[Found[Person]]:
    """Return the named people of a release with their outcomes: of its news, and of a list whose dates are of jailings."""
    news = [sentence for sentence in marked if not sentence.is_background]
    told = [f for s in news for find in (find_people, find_listed, find_companions) for f in find(s, lexicon)]
    people = unique((*told, *find_entries(marked, lexicon)))
    return people or unique(find_titled(news, lexicon))


def find_people(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield the named prisoners of a sentence that tells of a release."""
    names = _named(marked, "prisoner")
    if not names:
        return
    freed = [span for concept in _FREEING for span in marked.hits.get(concept, ())]
    real = [span for span in freed if not is_unreal(marked, span)]
    is_left = marked.has("not_among") or any(is_negated(marked, span) for span in real)
    for name in names:
        outcome = _outcome(marked, name, is_left=is_left, is_done=bool(real))
        if outcome is not None:
            rule = f"{lexicon.language}.people.{outcome.value}"
            yield found_in(marked, Person(_name_of(marked, name), outcome), (name.start, name.end), rule)


def _name_of(marked: MarkedSentence, name: NamedEntity) -> str:
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
    is_before = any(0 <= name.start - end <= 1 for _, end in marked.hits.get("acts/owner", ()))
    return is_before or any(0 <= start - name.end <= 1 for start, _ in marked.hits.get("acts/owned", ()))


def _is_of_list(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands in a list of the freed: "among them Ihar Losik, who was serving 15 years"."""
    return any(end <= name.start and not _held_before(marked, start) for start, end in marked.hits.get("of_them", ()))


def _is_of_held(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands in a list of those who are still in: "1,150 are behind bars, among them Ales Bialiatski"."""
    return any(end <= name.start and _held_before(marked, start) for start, end in marked.hits.get("of_them", ()))


def _held_before(marked: MarkedSentence, place: int) -> bool:
    return any(start < place for start, _ in marked.hits.get("held", ()))


def find_companions(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield known prisoners whom the body of a report of a release names together, with no word of what they wait for."""
    names = [name for name in _named(marked, "prisoner") if not _is_owner(marked, name)]
    if len({_name_of(marked, name) for name in names}) < _TOGETHER or marked.has(*_WAITING) or marked.speech:
        return
    for name in names:
        person = Person(_name_of(marked, name), Outcome.FREED)
        yield found_in(marked, person, (name.start, name.end), f"{lexicon.language}.people.together")


def find_listed(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield names the gazetteer lacks: listed among the freed, behind "journalist" beside a release, or who "served"."""
    lists = [end for start, end in marked.hits.get("of_them", ()) if not _held_before(marked, start)]
    is_done = any(not is_unreal(marked, span) for name in _FREEING for span in marked.hits.get(name, ()))
    nouns = [end for name in ("person", "prisoner") for _, end in marked.hits.get(name, ())] if is_done else []
    runs = _runs(marked) if is_done and not marked.has(*_WAITING) else frozenset()
    own = _subject(marked) if is_done else None
    served = [] if marked.has("not_among") else [start for start, _ in marked.hits.get("acts/served", ())]
    if not (lists or nouns or served or runs or own is not None) or _is_title_case(marked):
        return
    for first, end in _full_names(marked.sentence.text):
        start = next((after + 1 for after in nouns if _parts(marked, first, after, end)), first)
        is_listed = any(after <= start for after in lists) or any(0 <= start - after <= _APPOSED for after in nouns)
        is_profile = any(0 <= place - end <= _APPOSED for place in served)
        if (is_listed or is_profile or start in runs or start == own) and not _is_other(marked, start, end):
            person = Person(canonical(marked.sentence.text[start:end]), Outcome.FREED)
            yield found_in(marked, person, (start, end), f"{lexicon.language}.people.listed")


def find_titled(sentences: Iterable[MarkedSentence], lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield the one known prisoner whom a title names beside its verb's sentence: "Ihar Losik is home. The blogger is free"."""
    title = [marked for marked in sentences if marked.sentence.zone is Zone.TITLE]
    named = [(marked, name) for marked in title for name in _named(marked, "prisoner")]
    people = {_name_of(marked, name) for marked, name in named}
    if len(people) == 1 and any(marked.has(*_FREEING) for marked in title) and not any(m.has(*_WAITING) for m in title):
        marked, name = named[0]
        person = Person(_name_of(marked, name), Outcome.FREED)
        yield found_in(marked, person, (name.start, name.end), f"{lexicon.language}.people.titled")


def find_entries(sentences: Iterable[MarkedSentence], lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield whom a list names line by line, below words that say that they are free: "The freed: — A B, journalist; …"."""
    is_open = False
    for marked in sentences:
        entry = _ENTRY.match(marked.sentence.text)
        if entry is None:
            is_open = _opens_list(marked)
        elif is_open and (span := next((s for s in _full_names(marked.sentence.text) if s[0] == entry.end()), None)):
            known = (_name_of(marked, name) for name in marked.names if name.start == span[0])
            person = Person(next(known, canonical(marked.sentence.text[slice(*span)])), Outcome.FREED)
            yield found_in(marked, person, span, f"{lexicon.language}.people.entry")


def _opens_list(marked: MarkedSentence) -> bool:
    """Whether a sentence says that those named below it are free."""
    is_told = marked.has("freed", "pardoned", *_FREEING) and not marked.has("not_among", "held", "release_future")
    return is_told and marked.sentence.text.rstrip().endswith(":")


def _subject(marked: MarkedSentence) -> int | None:
    """Return where a name opens a sentence that says who walked free: "A B, jailed in 2021, left the colony"."""
    text = marked.sentence.text
    name = next((span for span in _full_names(text) if span[0] == 0 and is_given_name(text.split()[0])), None)
    verbs = marked.hits.get("exit_done", ()) if name and not marked.has(*_WAITING[:2]) else ()
    is_own = name is not None and any(
        marked.sentence.folded.startswith(",", name[1]) or 0 <= start - name[1] <= _APPOSED for start, _ in verbs
    )
    return 0 if is_own else None


def _runs(marked: MarkedSentence) -> frozenset[int]:
    """Return where names begin that stand together as a list of those freed: "A B, C D and E F were let out"."""
    spans = list(_full_names(marked.sentence.text))
    runs: list[list[int]] = [[start] for start, _ in spans[:1]]
    for (_, end), (start, _) in pairwise(spans):
        if _JOINT.fullmatch(marked.sentence.text[end:start]):
            runs[-1].append(start)
        else:
            runs.append([start])
    return frozenset(start for run in runs if len(run) >= _LIST for start in run)


def _full_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where two or three capitalised words stand that may be a name; without what is none before a first name.

    "Gewerkschafter Wassil Berasneu", "из Тарту Кадри Лепп" are names of two words. What stands for a withheld one is one.
    """
    yield from places_in(text)
    for match in _NAME.finditer(text):
        first, *others = match.group().split(" ")
        is_longer = len(others) == _FULL and is_given_name(others[0]) and not is_given_name(first)
        yield match.start() + (len(first) + 1 if is_longer else 0), match.end()


def _parts(marked: MarkedSentence, first: int, after: int, end: int) -> bool:
    """Whether a noun that ends at `after` opens a name of two more words: "Musician Aleh Karatkevich"."""
    text = marked.sentence.text
    return first < after < end and " " not in text[first:after] and text[after] == " " and " " in text[after + 1 : end]


def _is_title_case(marked: MarkedSentence) -> bool:
    """Whether a sentence is written like a title in English, where capitals show no names."""
    words = [word for word in marked.sentence.text.split() if word[0].isalpha() and len(word) > _SHORT]
    return sum(word[0].isupper() for word in words) > _CAPITALS * len(words)


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
    if not marked.has("mediation"):
        return
    sides = [("US", span) for span in marked.hits.get("us", ())] + [("EU", span) for span in marked.hits.get("eu", ())]
    sides += [(code, span) for code, span in nations_named(marked, "country") if code not in ("BY", "US")]
    for start, end in marked.hits.get("mediation", ()):
        for code, span in sides:
            if start - 30 <= span[0] and span[1] <= end + 40:
                yield found_in(marked, code, span, f"{lexicon.language}.mediator.named")


def _named(marked: MarkedSentence, role: str) -> list[NamedEntity]:
    return [name for name in marked.names if name.entity.role == role]

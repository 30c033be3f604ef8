"""Who is named: the freed with their outcome, those in between, and where the freed are taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from db.facts import Outcome, Person
from db.withholding import is_withheld, places_in
from events.found import Found, found_in
from events.frame import CLAUSE_END, gap_between, is_elsewhere, is_negated, is_unreal, states_abroad
from events.lexicon import Lexicon, entities
from events.marks import MarkedSentence, NamedEntity
from events.names import canonical, is_given_name
from events.nationalities import STOP
from events.sentences import Zone

_UPPER = "A-ZА-ЯІЇЄҐЎЁŁŚŻŹĆŃŬŠŽČĖĄĘĮŲŪÄÖÜ"
_NAME = re.compile(rf"(?<!\w)[{_UPPER}][\w'’ʼ-]+(?: [{_UPPER}][\w'’ʼ-]+){{1,4}}(?!\w)")
FREEING = ("release_done", "exit_done", "moved", "arrival", "handover", "pardon_done")
_WAITING = ("held", "not_among", "arrest", "comment", "appeal", "release_future", "release_noun", "want")
_HYPHENED = re.compile(rf"-[{_UPPER}][\w'’ʼ-]+")
_PLACES = (
    "acts/thing",
    "belarus",
    "us",
    "eu",
    "country/",
    "people/",
    "month/",
    "weekday/",
    "other_jailer",
    "political",
    "office",
    "custody",
    "amount/units",
)
_JOINT = re.compile(r",? (?:[^\W\d_]{1,5} ){0,2}")  # between names of a list: a comma, "and", "as well"
_OPENING = re.compile(r"[^,]{0,25}(?:, )?")  # before "this is", as in "besides him, this is"
_BREAK = re.compile(r"[.;:()—]")  # behind it a list of those freed does not go on
_LIST = 3  # names that make a list on their own
_APPOSED = 2  # from "journalist" to the name
_TITLE = 4  # words of a title before a name
_TOGETHER = 2  # known names that make a list
_FEW_TITLED = 3  # so many names of a title, at most, are of those the lead tells of
_FULL = 2  # words of a name
_LONGEST = 3
_SHORT = 3  # letters of words that no title capitalises
_CAPITALS = 0.8  # of the words of a title
_SPEAKS = 12  # from a name to its verb of saying
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
    if any(_is_near(marked, end, name.start) for _, end in marked.hits.get("acts/kin", ())):
        return True
    is_before = any(0 <= name.start - end <= 1 for _, end in marked.hits.get("acts/owner", ()))
    return is_before or any(0 <= start - name.end <= 1 for start, _ in marked.hits.get("acts/owned", ()))


def _is_near(marked: MarkedSentence, end: int, start: int) -> bool:
    """Whether at most a title stands between: "colleague of the Nobel laureate Ales Bialiatski", "her husband, Ihar"."""
    between = marked.sentence.folded[end:start].removeprefix(",")
    return end <= start and len(between.split()) <= _TITLE and not STOP.search(between)


def _is_of_list(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands in a list of the freed: "among them Ihar Losik, who was serving 15 years"."""
    return any(end <= name.start and not _held_before(marked, start) for start, end in _lists(marked))


def _lists(marked: MarkedSentence) -> list[tuple[int, int]]:
    """Return what opens a list of the freed: "among them", "the others are", "the best known is", "Это ..." that nobody says."""
    if marked.has("not_among", "attribution/says", "release_future", "want"):
        return [*marked.hits.get("of_them", ())]
    is_of_people = marked.has("person", "prisoner") and not marked.speech
    opened = [span for span in marked.hits.get("acts/these", ()) if is_of_people]
    these = [span for span in opened if _OPENING.fullmatch(marked.sentence.folded[: span[0]])]
    return [*marked.hits.get("of_them", ()), *marked.hits.get("acts/named", ()), *these]


def _is_of_held(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands in a list of those who are still in: "1,150 are behind bars, among them Ales Bialiatski"."""
    return any(end <= name.start and _held_before(marked, start) for start, end in marked.hits.get("of_them", ()))


def _held_before(marked: MarkedSentence, place: int) -> bool:
    return any(start < place for start, _ in marked.hits.get("held", ()))


def goes_on_of_held(before: MarkedSentence | None, marked: MarkedSentence) -> bool:
    """Whether a list only names some of those whom the sentence before tells to be in: "1,150 are held. Among them …"."""
    is_next = before is not None and before.sentence.paragraph == marked.sentence.paragraph
    is_held = is_next and before is not None and before.has("held") and not before.has(*FREEING)
    return is_held and marked.has("of_them") and not marked.has(*FREEING)


def find_companions(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield known prisoners whom the body of a report of a release names together, with no word of what they wait for."""
    names = [n for n in _named(marked, "prisoner") if not _is_owner(marked, n) and not _confirms(marked, n)]
    if len({name_of(marked, name) for name in names}) < _TOGETHER or marked.has(*_WAITING) or marked.speech:
        return
    for name in names:
        person = Person(name_of(marked, name), Outcome.FREED)
        yield found_in(marked, person, (name.start, name.end), f"{lexicon.language}.people.together")


def find_listed(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield names the gazetteer lacks: listed among the freed, behind "journalist" beside a release, or who "served"."""
    lists = [span for span in _lists(marked) if not _held_before(marked, span[0])]
    parts = marked.hits.get("of_them", ())
    is_done = any(not is_unreal(marked, span) for name in FREEING for span in marked.hits.get(name, ()))
    nouns = [end for name in ("person", "prisoner") for _, end in marked.hits.get(name, ())] if is_done else []
    runs = _runs(marked) if (is_done or marked.has("acts/served")) and not marked.has(*_WAITING) else frozenset()
    own = _subject(marked) if is_done else None
    served = [] if marked.has("not_among") else [start for start, _ in marked.hits.get("acts/served", ())]
    beside = _beside_verbs(marked)
    verbs = _own_verbs(marked)
    if not (lists or nouns or served or runs or beside or verbs or own is not None) or is_elsewhere(marked):
        return
    if _is_title_case(marked) and not (runs and marked.sentence.zone is not Zone.TITLE):
        return
    for first, end in full_names(marked.sentence.text):
        start = next((after + 1 for after in nouns if _parts(marked, first, after, end)), first)
        is_name = is_given_name(marked.sentence.text[start:end].split()[0])
        is_listed = any(span[1] <= start and (is_name or span in parts) for span in lists)
        is_listed = is_listed or any(0 <= start - after <= _APPOSED for after in nouns)
        is_profile = any(0 <= place - end <= _APPOSED for place in served)
        if is_name:
            is_profile = is_profile or any(start - last == 1 or first - end == 1 for first, last in beside)
            is_profile = is_profile or any(_is_of(marked, verb, (start, end)) for verb in verbs)
        if (is_listed or is_profile or start in runs or start == own) and not is_other(marked, start, end):
            person = Person(canonical(marked.sentence.text[start:end]), Outcome.FREED)
            yield found_in(marked, person, (start, end), f"{lexicon.language}.people.listed")


def _own_verbs(marked: MarkedSentence) -> list[tuple[int, int]]:
    """Return the verbs that free somebody now, of a sentence that says of nobody that he is still in or left behind."""
    if marked.has("not_among", "release_future", "want", "appeal", "comment"):
        return []
    verbs = [span for concept in FREEING for span in marked.hits.get(concept, ())]
    if states_abroad(marked) and not marked.is_ours():  # "in return Germany let Vadim Krasikov go"
        return []
    return [span for span in verbs if not is_unreal(marked, span) and not is_negated(marked, span)]


def _is_of(marked: MarkedSentence, verb: tuple[int, int], name: tuple[int, int]) -> bool:
    """Whether a verb frees a name: one in its clause, or named behind it over asides; nobody's wife or lawyer, no minister.

    "The director Mikita Liasnou is free too", "they let out Iryna Takarchuk, convicted of comments, and Piotr Savenak".
    """
    folded = marked.sentence.folded
    between = folded[min(verb[1], name[1]) : max(verb[0], name[0])]
    if _BREAK.search(between) or (name[1] <= verb[0] and CLAUSE_END.search(between)):
        return False
    said = (*marked.hits.get("attribution/says", ()), *marked.hits.get("attribution/cites", ()))
    if any(verb[1] <= start and end <= name[0] for start, end in said):
        return False
    others = (*marked.hits.get("acts/relative", ()), *marked.hits.get("office", ()))
    return not any(end <= name[0] and _is_near(marked, end, name[0]) for _, end in others)


def _beside_verbs(marked: MarkedSentence) -> list[tuple[int, int]]:
    """Return the verbs of walking free, beside which a name is of somebody freed: "Alena Hnauk left the colony"."""
    if marked.has(*_WAITING):
        return []
    return [
        span
        for span in marked.hits.get("exit_done", ())
        if not is_unreal(marked, span) and not is_negated(marked, span)
    ]


def find_titled(sentences: Iterable[MarkedSentence], lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield the one known prisoner whom a title names beside its verb's sentence: "Ihar Losik is home. The blogger is free"."""
    head = [marked for marked in sentences if marked.is_head()]
    title = [marked for marked in head if marked.sentence.zone is Zone.TITLE]
    named = [(marked, name) for marked in title for name in _named(marked, "prisoner")]
    people = {name_of(marked, name) for marked, name in named}
    told = title if any(marked.numbers or marked.speech for marked in head) else head
    is_told = any(marked.has(*FREEING) for marked in told) and not any(m.has(*_WAITING) for m in title)
    for marked, name in named if is_told and len(people) <= _FEW_TITLED else ():
        person = Person(name_of(marked, name), Outcome.FREED)
        yield found_in(marked, person, (name.start, name.end), f"{lexicon.language}.people.titled")


def find_lead(sentences: Iterable[MarkedSentence], lexicon: Lexicon, *, is_one: bool) -> Iterator[Found[Person]]:
    """Yield the one known prisoner of the title, or where `is_one` of title and lead: "The girl is free. Sapega's ordeal is over"."""
    head = [marked for marked in sentences if marked.is_head()]
    naming = head if is_one else [marked for marked in head if marked.sentence.zone is Zone.TITLE]
    named = [(marked, name) for marked in naming for name in _named(marked, "prisoner")]
    people = {name_of(marked, name) for marked, name in named}
    if len(people) == 1 and any(m.has(*FREEING) for m in head) and not any(m.has(*_WAITING) for m, _ in named):
        marked, name = named[0]
        person = Person(name_of(marked, name), Outcome.FREED)
        yield found_in(marked, person, (name.start, name.end), f"{lexicon.language}.people.titled")


def find_alone(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield the one name of title or lead that begins with a known first name, beside a release from prison."""
    is_done = any(not is_unreal(marked, span) for name in FREEING for span in marked.hits.get(name, ()))
    is_told = is_done and marked.is_head() and marked.has("custody", "prisoner", "pardon_done")
    if not is_told or marked.has(*_WAITING, "person") or is_elsewhere(marked) or _is_title_case(marked):
        return
    text = marked.sentence.text
    spans = [(start, end) for start, end in full_names(text) if is_given_name(text[start:end].split()[0])]
    if len(spans) == 1 and not is_other(marked, *spans[0]):
        person = Person(canonical(text[slice(*spans[0])]), Outcome.FREED)
        yield found_in(marked, person, spans[0], f"{lexicon.language}.people.alone")


def _subject(marked: MarkedSentence) -> int | None:
    """Return where a name opens a sentence that says who walked free: "A B, jailed in 2021, left the colony"."""
    text = marked.sentence.text
    name = next((span for span in full_names(text) if span[0] == 0 and is_given_name(text.split()[0])), None)
    verbs = marked.hits.get("exit_done", ()) if name and not marked.has(*_WAITING[:2]) else ()
    is_own = name is not None and any(
        marked.sentence.folded.startswith(",", name[1]) or 0 <= start - name[1] <= _APPOSED for start, _ in verbs
    )
    return 0 if is_own else None


def _runs(marked: MarkedSentence) -> frozenset[int]:
    """Return where names begin that stand together as a list of those freed: "A B, C D and E F were let out"."""
    spans = list(full_names(marked.sentence.text))
    runs: list[list[int]] = [[start] for start, _ in spans[:1]]
    for (_, end), (start, _) in pairwise(spans):
        if _JOINT.fullmatch(marked.sentence.text[end:start]):
            runs[-1].append(start)
        else:
            runs.append([start])
    return frozenset(start for run in runs if len(run) >= _LIST for start in run)


def full_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield where two or three capitalised words stand that may be a name; without what is none before a first name.

    "Gewerkschafter Wassil Berasneu", "из Тарту Кадри Лепп" are names of two words. What stands for a withheld one is one.
    """
    yield from places_in(text)
    for match in _NAME.finditer(text):
        words = match.group().split(" ")
        first = next((place for place, word in enumerate(words[:-1]) if is_given_name(word)), 0)
        start = match.start() + sum(len(word) + 1 for word in words[:first])
        yield start, start + len(" ".join(words[first : first + _LONGEST]))


def _parts(marked: MarkedSentence, first: int, after: int, end: int) -> bool:
    """Whether a noun that ends at `after` opens a name of two more words: "Musician Aleh Karatkevich"."""
    text = marked.sentence.text
    return first < after < end and " " not in text[first:after] and text[after] == " " and " " in text[after + 1 : end]


def _is_title_case(marked: MarkedSentence) -> bool:
    """Whether a sentence is written like a title in English, where capitals show no names."""
    words = [word for word in marked.sentence.text.split() if word[0].isalpha() and len(word) > _SHORT]
    return sum(word[0].isupper() for word in words) > _CAPITALS * len(words)


def is_other(marked: MarkedSentence, start: int, end: int) -> bool:
    """Whether a capitalised pair of words is no freed person: a place, a body, a known name, one who speaks."""
    if any(name.start < end and start < name.end and not _goes_on(marked, name) for name in marked.names):
        return True
    words = marked.sentence.text[start:end].split(" ")
    if len(words) == _FULL and any(s == start and e == start + len(words[0]) for s, e in marked.hits.get("person", ())):
        return True  # "Father Henryk"
    taken = (span for name in marked.hits if name.startswith(_PLACES) for span in marked.hits[name])
    if any(first < end and start < last for first, last in taken):
        return True
    says = marked.hits.get("attribution/says", ())
    return any(0 <= gap_between(marked, end, first) <= _SPEAKS or 0 <= start - last <= 1 for first, last in says)


def _named(marked: MarkedSentence, role: str) -> list[NamedEntity]:
    return [name for name in marked.names if name.entity.role == role and not _goes_on(marked, name)]


def _goes_on(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a hyphen makes another of a name: "Iryna Slaunikava-Prus", "Kolesnikowa-Anwalt"."""
    behind = _HYPHENED.match(marked.sentence.text, name.end)
    whole = marked.sentence.text[name.start : behind.end()] if behind else ""
    return behind is not None and canonical(whole) not in entities()

"""Who is freed whom the gazetteer lacks: listed, named beside a verb of release, or told of as one who served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from db.facts import Outcome, Person
from db.withholding import places_in
from events.found import Found, found_in
from events.frame import CLAUSE_END, gap_between, is_elsewhere, states_abroad
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.names import canonical, is_given_name
from events.people import FREEING, UPPER, WAITING, goes_on, held_before, is_near, lists_of
from events.sentences import Zone

_NAME = re.compile(rf"(?<!\w)[{UPPER}][\w'’ʼ-]+(?: [{UPPER}][\w'’ʼ-]+){{1,4}}(?!\w)")
PLACES = (
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
_BREAK = re.compile(r"[.;:()—]")  # behind it a list of those freed does not go on
_LIST = 3  # names that make a list on their own
_FULL = 2  # words of a name
_LONGEST = 3
_SHORT = 3  # letters of words that no title capitalises
_CAPITALS = 0.8  # of the words of a title
_SPEAKS = 12  # from a name to its verb of saying
_APPOSED = 2  # from "journalist" to the name


def find_listed(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield names the gazetteer lacks: listed among the freed, behind "journalist" beside a release, or who "served"."""
    lists = [span for span in lists_of(marked) if not held_before(marked, span[0])]
    parts = marked.hits.get("of_them", ())
    is_done = any(not is_unreal(marked, span) for name in FREEING for span in marked.hits.get(name, ()))
    nouns = [end for name in ("person", "prisoner") for _, end in marked.hits.get(name, ())] if is_done else []
    runs = _runs(marked) if (is_done or marked.has("acts/served")) and not marked.has(*WAITING) else frozenset()
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
    if marked.has("not_among", "release_future", "want", "appeal"):
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
    return not any(end <= name[0] and is_near(marked, end, name[0]) for _, end in others)


def _beside_verbs(marked: MarkedSentence) -> list[tuple[int, int]]:
    """Return the verbs of walking free, beside which a name is of somebody freed: "Alena Hnauk left the colony"."""
    if marked.has(*WAITING):
        return []
    return [
        span
        for span in marked.hits.get("exit_done", ())
        if not is_unreal(marked, span) and not is_negated(marked, span)
    ]


def find_alone(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Person]]:
    """Yield the one name of title or lead that begins with a known first name, beside a release from prison."""
    is_done = any(not is_unreal(marked, span) for name in FREEING for span in marked.hits.get(name, ()))
    is_told = is_done and marked.is_head() and marked.has("custody", "prisoner", "pardon_done")
    if not is_told or marked.has(*WAITING, "person") or is_elsewhere(marked) or _is_title_case(marked):
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
    verbs = marked.hits.get("exit_done", ()) if name and not marked.has(*WAITING[:2]) else ()
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
    is_whole = marked.sentence.text.endswith(".")  # German nouns have capitals, too
    return not is_whole and sum(word[0].isupper() for word in words) > _CAPITALS * len(words)


def is_other(marked: MarkedSentence, start: int, end: int) -> bool:
    """Whether a capitalised pair of words is no freed person: a place, a body, a known name, one who speaks."""
    if any(name.start < end and start < name.end and not goes_on(marked, name) for name in marked.names):
        return True
    words = marked.sentence.text[start:end].split(" ")
    if len(words) == _FULL and any(s == start and e == start + len(words[0]) for s, e in marked.hits.get("person", ())):
        return True  # "Father Henryk"
    taken = (span for name in marked.hits if name.startswith(PLACES) for span in marked.hits[name])
    if any(first < end and start < last for first, last in taken):
        return True
    says = marked.hits.get("attribution/says", ())
    return any(0 <= gap_between(marked, end, first) <= _SPEAKS or 0 <= start - last <= 1 for first, last in says)

"""Which numbers of a sentence count people we watch: by the noun that follows, or by standing where one is understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from events.asides import is_recalled
from events.background import Span
from events.frame import same_clause
from events.marks import MarkedSentence
from events.nationalities import STOP, UNIT_REACH, nationality_after, nationality_before
from events.numbers import Number
from events.stock import FREEING, NEXT, STOCK, ends_clause, is_stock
from events.wholes import PART_REACH, is_of_most, whole_of

OF_OTHERS = "others"  # the last part of a rule
_OF = 5  # from "after the deportation" to the number of the deported: " von "
_MANY = 10  # so many people are no sources
_WHO = ("prisoner", "foreigner", "person", "freed", "entry")
_FURTHER_REACH = 5  # from "another" to its number: "ще від 200"
_OF_MORE = (*FREEING, "release_noun", "pardon_noun", "prisoner", "political")


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with its noun."""

    number: Number
    unit: Span
    nationality: str | None


def counted_in(marked: MarkedSentence) -> Iterator[Counted]:
    """Yield the numbers of a sentence that count people, with their nouns."""
    folded = marked.sentence.folded
    people = sorted(span for concept in _WHO for span in marked.hits.get(concept, ()))
    for number in marked.numbers:
        if _counts_nobody(marked, number):
            continue
        nationality = nationality_after(marked, number.end) or nationality_before(marked, number)
        unit = next((span for span in people if reaches(folded, number.end, span)), None)
        if nationality is not None and not _is_far_from(number, nationality[1]):
            yield Counted(number, nationality[1], nationality[0])
        elif unit is not None and not _is_far_from(number, unit):
            yield Counted(number, unit, None)
        elif (before := _noun_before(marked, number)) is not None:
            yield Counted(number, before, None)
        elif (named := _named_act(marked, number)) is not None:
            yield Counted(number, named, None)
        elif any(is_told(marked, number) for is_told in (_stands_alone, named_beside, is_stock, is_further)):
            yield Counted(number, (number.start, number.end), None)


def _is_far_from(number: Number, noun: Span) -> bool:
    """Whether a number is a year rather than a count of a noun: "who in 2019 shot a Georgian"."""
    return number.may_be_year and noun[0] > number.end + 2


def _counts_nobody(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number is a whole, a year, one who speaks, or denied: none of people of its own."""
    if number.is_distributive or (number.may_be_year and _is_year(marked, number)):
        return True
    others = (is_of_most, whole_of, _counts_sources, _is_denied, _is_former, is_one_of, _is_had)
    return any(is_other(marked, number) for is_other in others)


def _is_had(marked: MarkedSentence, number: Number) -> bool:
    """Whether "one" stands behind a verb of many: "five of the 65 have a Ukrainian passport"."""
    return number.value == 1 and any(end + 1 == number.start for _, end in marked.hits.get("they_are", ()))


def is_one_of(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number only says that somebody is one of many: "one of the best-known prisoners", "one of 14 people"."""
    links = marked.hits.get("amount/part_of", ())
    return number.value == 1 and any(0 <= start - number.end <= 1 for start, _ in links)


def recalled_in(marked: MarkedSentence, numbers: Sequence[Counted], whole: int | None) -> list[Counted]:
    """Return those counted in a clause that dates another ("days after 52 were freed"), where the news has others."""
    found = [one for one in numbers if is_recalled(marked, span_of(one)) or is_dating(marked, one.number)]
    if len(found) < len(numbers):
        return found
    if len(found) > 1:  # "nach der Abschiebung von 52 hat er 25 begnadigt": the first is dated
        return found[:1]
    return found if whole is not None and any(one.number.value != whole for one in found) else []


def is_dating(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number stands right behind "after" or "after the deportation of"."""
    return any(0 <= number.start - end <= _OF for _, end in marked.hits.get("after", ()))


def span_of(counted: Counted) -> Span:
    """Return where a number stands, with its noun."""
    return counted.number.start, max(counted.number.end, counted.unit[1])


def _noun_before(marked: MarkedSentence, number: Number) -> Span | None:
    """Return the noun that opens a clause which its number closes: "Women among them five", "Жінок у списку п'ять"."""
    folded = marked.sentence.folded
    if folded[number.end : number.end + 1] not in ("", ".", ",", ";") or number.may_be_year:
        return None
    links = [hit for hit in marked.hits.get("of_them", ()) if 0 < number.start - hit[1] <= NEXT]
    nouns = (span for span in marked.hits.get("person", ()) for link in links if link[0] - span[1] == 1)
    return next((span for span in nouns if not folded[: span[0]].rstrip(' —–«"') or folded[span[0] - 2] in ",;:"), None)


def _named_act(marked: MarkedSentence, number: Number) -> Span | None:
    """Return the noun of "18 pardons" right behind the number; "one release" counts no people, nor does a decree."""
    if number.value == 1:
        return None
    nouns = (*marked.hits.get("pardon_noun", ()), *marked.hits.get("release_noun", ()))
    decrees = [start for start, _ in marked.hits.get("decree", ())]  # "one more pardon decree"
    return next((noun for noun in nouns if noun[0] - number.end == 1 and noun[1] + 1 not in decrees), None)


def _is_year(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number stands behind "since" or "in", and so dates those behind it: "the prisoner held since 2021"."""
    return any(number.start - end == 1 for _, end in marked.hits.get("date/month_prefix", ()))


def _counts_sources(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number counts those who told: "two people familiar with the talks"."""
    if (number.value or 0) >= _MANY:
        return False
    cites = marked.hits.get("attribution/cites", ())
    if any(0 <= number.start - end <= 1 for _, end in cites) or _tell(marked, number):
        return True
    after = marked.hits.get("attribution/unnamed", ())
    if any(end + 1 == number.start for _, end in marked.hits.get("attribution/cites", ())):
        return True  # "citing three people"
    return any(start <= number.start < end or 0 <= start - number.end <= 1 for start, end in after)


def _tell(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number is of sources told of before: "two of them said", "two of them do not rule out"."""
    links = [end for start, end in marked.hits.get("of_them", ()) if 0 <= start - number.end <= 1]
    says = (*marked.hits.get("attribution/says", ()), *marked.hits.get("possible", ()))
    return any(0 <= start - end <= 1 for end in links for start, _ in says)


def _is_denied(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number is only corrected: "not 64 but 63"."""
    return any(end + 1 == number.start for _, end in marked.hits.get("negation_before", ()))


def _is_former(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number is only what another is compared with: "812, down from 1,227"."""
    return any(end + 1 == number.start for _, end in marked.hits.get("amount/formerly", ()))


def reaches(folded: str, end: int, span: Span) -> bool:
    """Whether a noun at `span` is close enough behind a number that ends at `end` to be counted by it."""
    return end <= span[0] <= end + UNIT_REACH and not STOP.search(folded, end, span[0])


def _stands_alone(marked: MarkedSentence, number: Number) -> bool:
    """Tell whether a number may lack its noun: a part of a whole ("6 of them"), or a headline's object ("frees 52")."""
    after = marked.sentence.folded[number.end : number.end + PART_REACH]
    is_part = any(0 <= start - number.end <= _reach_of_link(after) for start, _ in marked.hits.get("of_them", ()))
    if is_part or _is_all_out(marked, number):
        return True
    if any(0 <= number.start - end <= 1 for _, end in marked.hits.get("rise", ())):  # "has risen to 67"
        return marked.has("release_done", "exit_done", "pardon_done", "freed", "handover", "arrival")
    verbs = ("release_done", "exit_done", "pardon_done", "moved", "arrival", "handover")
    ends = (number.end, number.end + _reach_of_link(after) + 1)  # "nine, Bialiatski with them, were driven"
    if any(0 <= start - end <= 1 for end in ends for name in verbs for start, _ in marked.hits.get(name, ())):
        return not number.may_be_year  # "23 walk free"
    spans = (span for name in verbs[:3] for span in marked.hits.get(name, ()))
    if any(start < number.start and number.end == end for start, end in spans):  # "clemency for eight"
        return not number.may_be_year and (not after.strip() or after[0] in ",.:;—")
    is_object = any(
        0 <= number.start - end <= 1
        for name in ("release_done", "exit_done", "pardon_done", "arrival", "release_infinitive")
        for _, end in marked.hits.get(name, ())
    )
    is_last = is_object and (not after.strip() or after[0] in ",.:;—" or _goes_on(marked, number))
    acts = (span for name in (*verbs[:2], "release_future") for span in marked.hits.get(name, ()))
    return not number.may_be_year and (is_last or any(_is_in_verb(marked, number, span) for span in acts))


def _goes_on(marked: MarkedSentence, number: Number) -> bool:
    """Whether what follows a number can be no noun of its own: "pardons 23 ahead of a holiday"."""
    return any(number.end + 1 == start for start, _ in marked.hits.get("acts/goes_on", ()))


def _is_all_out(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number is of all who are held, to be out: "wants all 1,100 out"."""
    is_asked = any(number.end + 1 == start for start, _ in marked.hits.get("release_infinitive", ()))
    return is_asked and marked.has("all_of") and (number.value or 0) >= STOCK


def _is_in_verb(marked: MarkedSentence, number: Number, verb: Span) -> bool:
    """Whether a number stands in a verb, right before the last of its words, which is no prison: "lets 14 go"."""
    if number.value == 1:
        return False
    words = marked.sentence.folded[number.end : verb[1]]
    is_prison = any(end == verb[1] for _, end in marked.hits.get("custody", ()))
    return verb[0] < number.start and words[:1] == " " and words[1:].isalpha() and not is_prison


def _reach_of_link(after: str) -> int:
    """Return how far behind a number "among them" may stand: in an aside right behind it, or at once."""
    return after.find(",", 1) if after.startswith(",") and "," in after[1:] else NEXT


def is_further(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number without a noun is of more of those told of: "the release of another 50", "50 weitere freikommen"."""
    folded = marked.sentence.folded
    for start, end in marked.hits.get("further", ()):
        is_before = end <= number.start <= end + _FURTHER_REACH and not STOP.search(folded, end, number.start)
        if (is_before or start - number.end == 1) and marked.has(*_OF_MORE):
            return ends_clause(marked, max(number.end, end if not is_before else 0))
    return False


def named_beside(marked: MarkedSentence, number: Number) -> int:
    """Return how many are named right before a number of others: 2 in "Kolesnikova, Babaryka and 50 others were freed"."""
    if not is_of_others(marked, number):
        return 0
    beside = next((start for start, end in marked.hits.get("with_him", ()) if end <= number.start), None)
    if beside is not None:  # "together with him another 13 were freed", "A and B were freed with 13 others"
        return max(1, sum(name.entity.role == "prisoner" and name.end <= beside for name in marked.names))
    folded = marked.sentence.folded
    ands = {folded[start:end] for start, end in marked.hits.get("amount/and_words", ())}
    place = next((start for start, end in marked.hits.get("further", ()) if end + 1 == number.start), number.start)
    found = 0
    for name in sorted(marked.names, key=lambda one: -one.end):
        joint = folded[name.end : place].strip()
        if name.entity.role != "prisoner" or name.end > place or joint not in (ands if not found else {*ands, ","}):
            continue
        place, found = name.start, found + 1
    if not found:
        ones = (end for _, end in marked.hits.get("acts/single", ()))
        return int(any(folded[end:place].strip() in ands for end in ones if end < place))  # "he and five others"
    if any(0 <= number.start - end <= 1 for _, end in marked.hits.get("together", ())):
        return _named_with(marked, number)
    before = folded[:place].split()
    is_whole = not before or not (before[-1].endswith(",") or before[-1] in ands)
    return found if is_whole else 0


def _named_with(marked: MarkedSentence, number: Number) -> int:
    """Return how many are named in the clause whose others a number tells: "Kolesnikova was driven out with 113 others"."""
    names = [name for name in marked.names if name.entity.role == "prisoner" and name.end <= number.start]
    own = {
        name.entity.name for name in names if same_clause(marked, (name.start, name.end), (number.start, number.end))
    }
    return len(own)


def is_with_one(marked: MarkedSentence, number: Number) -> bool:
    """Whether one person told of before is let go besides: "together with him 13 people walked free"."""
    span = (number.start, number.end)
    return any(
        end <= number.start and same_clause(marked, (start, end), span)
        for start, end in marked.hits.get("with_one", ())
    )


def is_of_others(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number is that of the others beside those named: "13 weitere", "another 120", "122 others"."""
    words = (*marked.hits.get("remaining", ()), *marked.hits.get("further", ()))
    return any(0 <= start - number.end <= 1 or 0 <= number.start - end <= 1 for start, end in words)


def counter_of(marked: MarkedSentence) -> str | None:
    """Return who counted: a counting body named in the sentence, or the one that "according to" names."""
    counters = [name.entity.name for name in marked.names if name.entity.role == "counter"]
    if counters:
        return counters[0]
    cue = marked.first("attribution/counted_by")
    named = [name.entity.name for name in marked.names if cue and 0 <= name.start - cue[1] <= UNIT_REACH]
    return named[0] if named else None

"""Lists of nations among the freed ("six are Lithuanians, two Poles, one a Swede"), and the one foreigner set free."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from db.facts import Count, CountRole
from events.background import Span
from events.found import Found, found_in
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.nationalities import (
    HOME,
    STOP,
    country_next,
    is_whole,
    joined,
    nationality_after,
    nationality_before,
    nations_named,
    own_citizens,
)
from events.numbers import Number
from events.sentences import Zone

_OF_REACH = 8  # from "a citizen" to the country: "of the"
_BESIDE = 12  # between a verb of release and whom it frees
_OPENING = 60  # code points: whom a sentence names by then it is about
_STOP = re.compile(r"[.,;:()]")  # figures may stand before: "the 34-year-old Spaniard"
_TRADE = 2  # a word and the blank before the name
_ROLL = 3  # so many nations with a number each are a list
_FREED_BY = {
    "pardon_done": CountRole.PARDONED,
    **dict.fromkeys(("release_done", "exit_done", "handover"), CountRole.RELEASED),
}
_BROUGHT_BY = dict.fromkeys(("moved", "arrival", "freed"), CountRole.RELEASED)


def listed_nationalities(
    marked: MarkedSentence, lexicon: Lexicon, told: Sequence[Count], whole: int | None
) -> Iterator[Found[Count]]:
    """Yield the parts of a list beyond those already `told`; `whole` is the number they are parts of."""
    if not marked.nations:
        return
    is_list = whole is not None or marked.has("of_them") or _has_foreigners(marked) or _is_roll(marked)
    is_list = is_list or any(count.nationality for count in told)
    is_shared_out = marked.has("citizen") and any(number.is_distributive for number in marked.numbers)
    if not (is_list or is_shared_out):
        yield from _lone(marked, lexicon)
        return
    known = {count.nationality for count in told}
    parts = [(number.value, n, s) for number, end in _with_reach(marked) for n, s in _nations(marked, number, end)]
    shared = [nation for number in marked.numbers if _is_one_each(marked, number) for nation in joined(marked, number)]
    for value, nation, span in (*parts, *((1, n, s) for n, s in (*shared, *_single(marked)) if n != HOME)):
        if nation in known or value is None or (whole is not None and value > whole):
            continue
        known.add(nation)
        count = Count(CountRole.SUBSET, value, nationality=nation, of_count=whole)
        yield found_in(marked, count, span, f"{lexicon.language}.count.nationality")


def _is_roll(marked: MarkedSentence) -> bool:
    """Whether people are listed by nation: "three Poles, two Latvians, two citizens of Japan and a Swede"."""
    if len(marked.numbers) < _ROLL:
        return False
    nations = (nationality_after(marked, number.end) for number in marked.numbers if not number.is_distributive)
    return len({nation[0] for nation in nations if nation is not None}) >= _ROLL


def _has_foreigners(marked: MarkedSentence) -> bool:
    """Whether foreigners are told of by a word for all of them, not by one man's nation: "a Japanese was freed"."""
    ones = [span for _, span in nations_named(marked, "one")]
    return any(not any(s[0] < end and start < s[1] for start, end in ones) for s in marked.hits.get("foreigner", ()))


def _is_one_each(marked: MarkedSentence, number: Number) -> bool:
    return number.value == len(joined(marked, number))


def _lone(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Count]]:
    """Yield the one person that a verb of release names by nation: "Belarus frees a Japanese citizen"."""
    by = _FREED_BY | (_BROUGHT_BY if marked.has("prisoner", "custody", "arrest", "own_citizen") else {})
    verbs = [(span, role) for concept, role in by.items() for span in marked.hits.get(concept, ())]
    real = [(span, role) for span, role in verbs if not is_negated(marked, span) and not is_unreal(marked, span)]
    for code, span in (*_single(marked), *_by_adjective(marked)) if real else ():
        is_subject = _is_subject(marked, span)
        role = next((role for verb, role in real if is_subject or _is_beside(marked, verb, span)), None)
        if role is not None and code != HOME:
            yield found_in(marked, Count(role, 1, nationality=code), span, f"{lexicon.language}.count.one")
            return


def _is_subject(marked: MarkedSentence, span: Span) -> bool:
    """Whether somebody is whom title or lead are about: "Berlin confirms: German freed", "A Pole held in Minsk is out"."""
    before = marked.sentence.folded[: span[0]]
    beside = any(end <= span[0] for _, end in marked.hits.get("amount/and_words", ()))  # "he and fellow Pole Gaweł"
    is_named = any(n.start - span[1] == 1 and n.entity.role == "prisoner" for n in marked.names)
    if marked.is_head() and is_named and not beside:
        return True  # "the Russian Sofia Sapega has been let go"
    if marked.sentence.zone is Zone.TITLE:
        return not before or before.endswith((": ", "— ", "– "))
    before = before.removesuffix(", ")  # "Sofia Sapega, the Russian woman held in Minsk, is out"
    is_opening = len(before) <= _OPENING and not _STOP.search(before)
    return marked.is_head() and not marked.numbers and is_opening and not beside


def _is_beside(marked: MarkedSentence, verb: Span, span: Span) -> bool:
    first, last = sorted((verb, span))
    between = marked.sentence.folded[first[1] : last[0]]
    return len(between) <= _BESIDE and not STOP.search(between)


def _single(marked: MarkedSentence) -> list[tuple[str, Span]]:
    """Return nations told of one person without a number: "a German, a Lithuanian", "a citizen of Japan"."""
    citizens = marked.hits.get("a_citizen", ())
    found = [nation for nation in nations_named(marked, "one") if not _describes(marked, nation[1])]
    found += [
        (code, (min(span[0], word[0]), max(span[1], word[1])))
        for code, span in nations_named(marked, "country")
        for word in citizens
        if _is_of(marked, word, span)
    ]
    found += [nation for word in citizens if _is_each(marked, word) for nation in _chain(marked, word[1])]
    found += own_citizens(marked, "own_citizen")
    if not found:
        return []
    counted = [nation[1] for number in marked.numbers if (nation := _counted_by(marked, number)) is not None]
    ends = [number.end for number in marked.numbers]
    return [
        (code, span)
        for code, span in found
        if not any(start < span[1] and span[0] < last for start, last in counted)
        and not any(0 <= span[0] - end <= 1 for end in ends)
        and not _is_of_talks(marked, span)
    ]


def _by_adjective(marked: MarkedSentence) -> Iterator[tuple[str, Span]]:
    """Yield the nation of a known prisoner told by an adjective and his trade: "the American lawyer Yury Ziankovich"."""
    for code, span in nations_named(marked, "country"):
        for name in marked.names:
            trade = marked.sentence.folded[span[1] + 1 : name.start].split(" ")
            if name.entity.role == "prisoner" and name.start > span[1] and len(trade) == _TRADE and trade[0].isalpha():
                yield code, (span[0], name.end)


def _is_each(marked: MarkedSentence, citizen: Span) -> bool:
    return any(citizen[0] - end == 1 for _, end in marked.hits.get("amount/each", ()))


def _chain(marked: MarkedSentence, end: int) -> Iterator[tuple[str, Span]]:
    """Yield the countries named behind one another: "(a citizen each of) Estonia, Sweden and the United States"."""
    for code, span in sorted(nations_named(marked, "country"), key=lambda nation: nation[1]):
        words = marked.sentence.folded[end : span[0]].strip(", ") if span[0] >= end else None
        if words is None:
            continue
        if len(words) > _OF_REACH:
            return
        yield code, span
        end = span[1]


def _counted_by(marked: MarkedSentence, number: Number) -> tuple[str, Span] | None:
    return nationality_after(marked, number.end) or nationality_before(marked, number)


def _describes(marked: MarkedSentence, span: Span) -> bool:
    """Whether a people's name is an adjective of the word behind it: "a Lithuanian court"."""
    is_both = any(span[0] <= country[0] and country[1] == span[1] for _, country in nations_named(marked, "country"))
    if any(name.start - span[1] == 1 and name.entity.role == "prisoner" for name in marked.names):
        return False  # "Minsk pardons American Youras Ziankovich"
    if any(start - span[1] == 1 for start, _ in marked.hits.get("acts/goes_on", ())):
        return False  # "Condemned German in Minsk pardoned"
    after = marked.sentence.folded[span[1] : span[1] + 2]
    return is_both and after[:1] == " " and after[1:].isalpha()


def _is_of(marked: MarkedSentence, citizen: Span, country: Span) -> bool:
    """Whether a citizen is one of a country: "a Japanese citizen", "a citizen of the United States"."""
    if citizen[0] <= country[0] < citizen[1] or 0 <= citizen[0] - country[1] <= 1:
        return True
    gap = marked.sentence.folded[citizen[1] : country[0]]
    return 0 <= country[0] - citizen[1] <= _OF_REACH and not STOP.search(gap)


def _is_of_talks(marked: MarkedSentence, span: Span) -> bool:
    """Whether somebody of a nation is one who talks or tells: "the American John Coale", "a Lithuanian said"."""
    others = [(name.start, name.end) for name in marked.names if name.entity.role != "prisoner"]
    others += marked.hits.get("attribution/says", ())
    return any(0 <= start - span[1] <= 1 or 0 <= span[0] - end <= 1 for start, end in others)


def _with_reach(marked: MarkedSentence) -> Iterator[tuple[Number, int]]:
    """Yield each number with the place where the next one begins."""
    ends = [number.start for number in marked.numbers[1:]] + [len(marked.sentence.folded)]
    yield from zip(marked.numbers, ends, strict=False)  # without a number there is one end too many


def _nations(marked: MarkedSentence, number: Number, end: int) -> list[tuple[str, Span]]:
    """Return the nations a number goes with: all in its reach if distributive, else the one close by."""
    if not number.is_distributive:
        if is_whole(marked, number) or len(joined(marked, number)) > 1:
            return []
        close = nationality_after(marked, number.end) or country_next(marked, number)
        return [close] if close else []
    ones = () if number.value == 1 else [span for _, span in nations_named(marked, "one")]
    found = sorted(  # "two Poles and two Germans each, a Frenchman": one person is no two
        (span, code)
        for form in ("people", "country")
        for code, span in nations_named(marked, form)
        if number.end <= span[0] < end and span not in ones
    )
    return list({code: (code, span) for span, code in reversed(found)}.values())[::-1]

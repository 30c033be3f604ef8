"""Nationalities: "6 Lithuanians", "citizens of Poland", "two each from Latvia, Poland and Germany"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from db.facts import Count, CountRole
from events.found import Found, found_in
from events.frame import is_negated, is_unreal
from events.lexicon import Lexicon
from events.marks import MarkedSentence, Span
from events.numbers import Number
from events.sentences import Zone

HOME = "BY"  # whose people are not listed among the nations of the freed
UNIT_REACH = 45  # from a number to the noun it counts
STOP = re.compile(r"[,.;:()]|\d")  # between a number and its noun nothing ends
_LINK_WORDS = 2  # between a number and its country in a list of citizens: "two are from"
_BEFORE_REACH = 16  # from "citizens of Poland" to the number behind them
_PARTED = re.compile(r"[,.;()]|\d")  # a colon or dash may stand before it
_AND_REACH = 7  # from a country to the next number: "six Lithuanian and two Polish"
_OF_REACH = 8  # from "a citizen" to the country: "of the"
_BESIDE = 12  # between a verb of release and whom it frees
_FREED_BY = {
    "pardon_done": CountRole.PARDONED,
    **dict.fromkeys(("release_done", "exit_done", "handover"), CountRole.RELEASED),
}
_CITIZEN_GAP = 15  # "Lithuanian citizens": the country may stand before the word


def nationality_after(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return the nationality that a number ending at `end` counts: a people, or citizens of a country.

    In "59 of the 71 are Belarusians" the second number counts none of them; several nations share a number or none.
    """
    number = next((number for number in marked.numbers if number.end == end), None)
    if number is not None and (_is_whole(marked, number) or len(_joined(marked, number)) > 1):
        return None
    return nation_behind(marked, end)


def nation_behind(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return the nation named closest behind a number, whatever the number is."""
    found = [*_people_after(marked, end), *_citizens_after(marked, end), *_kin_after(marked, end)]
    if not found:
        return None
    nearest = min(found, key=lambda nation: nation[1][0])
    described = (span[0] for _, span in nations_named(marked, "country") if 0 <= span[0] - end <= 1)
    return None if any(start < nearest[1][0] for start in described) else nearest  # "a Polish minister … Americans"


def _is_whole(marked: MarkedSentence, number: Number) -> bool:
    links = marked.hits.get("amount/part_of", ())
    return any(
        number.start - end == 1 and any(start - part.end == 1 for part in marked.numbers) for start, end in links
    )


def _people_after(marked: MarkedSentence, end: int) -> Iterator[tuple[str, Span]]:
    following = _following(marked, end)
    for code, span in nations_named(marked, "people"):
        is_close = span[0] < following and _near(marked.sentence.folded, end, span[0])
        if is_close and not _is_adjective(marked, span) and not _has_noun(marked, end, span):
            yield code, span


def _has_noun(marked: MarkedSentence, end: int, nation: Span) -> bool:
    """Whether a number has its noun before a nation begins: "after the freeing of 250 people the Americans said"."""
    nouns = [span for span in marked.hits.get("person", ()) if end <= span[0] and span[1] < nation[0]]
    return any(not any(s[0] < last and first < s[1] for first, last in _described(marked)) for s in nouns)


def _described(marked: MarkedSentence) -> list[Span]:
    """Return words for people that describe others: "jailed Ukrainians", "civilian Poles"."""
    return [*marked.hits.get("prisoner", ()), *marked.hits.get("freed", ())]


def _is_adjective(marked: MarkedSentence, span: Span) -> bool:
    """Whether a people named as its adjective is written small: "eine deutsche Stiftung", not "eine Deutsche"."""
    is_both = any(country == span for _, country in nations_named(marked, "country"))
    return is_both and marked.sentence.text[span[0]].islower()


def _following(marked: MarkedSentence, end: int) -> int:
    """Return where the next number begins, or "among them": what a number counts stands before.

    Right behind the number "of them" parts nothing: "six of them are citizens of Lithuania"; "and" begins others.
    """
    links = (start for start, _ in marked.hits.get("of_them", ()) if start - end > 1)
    ands = (start for start, _ in marked.hits.get("amount/and_words", ()))
    others = [*(number.start for number in marked.numbers), *links, *ands]
    return min((start for start in others if start > end), default=len(marked.sentence.folded))


def _citizens_after(marked: MarkedSentence, end: int) -> Iterator[tuple[str, Span]]:
    """Yield whose citizens a number counts; the country stands before the word or behind it."""
    folded, following = marked.sentence.folded, _following(marked, end)
    near = (span for span in marked.hits.get("citizen", ()) if span[0] < following and _near(folded, end, span[0]))
    citizen = next(near, None)
    for code, country in sorted(nations_named(marked, "country"), key=lambda nation: nation[1]):
        if citizen is None or not end <= country[0] < following:
            continue
        gap = folded[min(country[1], citizen[1]) : max(country[0], citizen[0])]
        if len(gap) <= _CITIZEN_GAP and not STOP.search(gap):
            yield code, (min(country[0], citizen[0]), max(country[1], citizen[1]))
            return


def _joined(marked: MarkedSentence, number: Number) -> list[tuple[str, Span]]:
    """Return the countries whose citizens a number counts together: "three are citizens of Moldova, Italy and Japan"."""
    ands = marked.hits.get("amount/and_words", ())
    joined: list[tuple[str, Span]] = []
    pending: list[tuple[str, Span]] = []
    close = next(_citizens_after(marked, number.end), None) or _country_next(marked, number)
    first = close[1][0] if close is not None else None
    for code, span in sorted(nations_named(marked, "country"), key=lambda nation: nation[1]):
        if first is None or span[1] <= first:
            continue
        between = marked.sentence.folded[pending[-1][1][1] : span[0]] if pending else ""
        is_last = any(pending and start - pending[-1][1][1] == 1 and span[0] - last == 1 for start, last in ands)
        if pending and not is_last and between != ", ":
            break
        pending.append((code, span))
        if is_last:
            joined = list(pending)
    return joined


def _kin_after(marked: MarkedSentence, end: int) -> Iterator[tuple[str, Span]]:
    """Yield the nation of "two Polish journalists"; Belarusian prisoners need be no Belarusians."""
    folded, following = marked.sentence.folded, _following(marked, end)
    nouns = (*marked.hits.get("person", ()), *marked.hits.get("prisoner", ()))
    for code, country in nations_named(marked, "country"):
        is_near = country[0] < following and _near(folded, end, country[0])
        noun = next((span for span in nouns if span[0] - country[1] == 1), None) if is_near else None
        if noun is not None and code != "BY":
            yield code, (country[0], noun[1])


def nationality_before(marked: MarkedSentence, number: Number) -> tuple[str, Span] | None:
    """Return the nationality of "citizens of Poland in the group: twelve", where nothing follows the number."""
    folded = marked.sentence.folded
    if folded[number.end : number.end + 1] == " ":
        return None
    groups = nations_named(marked, "people")
    citizens = marked.hits.get("citizen", ())
    groups += [
        (code, (min(span[0], word[0]), max(span[1], word[1])))
        for code, span in nations_named(marked, "country")
        for word in citizens
        if 0 <= span[0] - word[1] <= 1 or 0 <= word[0] - span[1] <= 1
    ]
    for code, span in groups:
        if 0 <= number.start - span[1] <= _BEFORE_REACH and not _PARTED.search(folded, span[1], number.start):
            return code, span
    return None


def nations_named(marked: MarkedSentence, form: str) -> list[tuple[str, Span]]:
    """Return the nations of a sentence with their spans, named by `form`: "people", "country" or "one"."""
    return [
        (name.partition("/")[2], span)
        for name, spans in marked.hits.items()
        if name.startswith(f"{form}/")
        for span in spans
    ]


def _near(folded: str, end: int, start: int) -> bool:
    return end <= start <= end + UNIT_REACH and not STOP.search(folded, end, start)


def listed_nationalities(
    marked: MarkedSentence, lexicon: Lexicon, told: Sequence[Count], whole: int | None
) -> Iterator[Found[Count]]:
    """Yield the parts of a list beyond those already `told`; `whole` is the number they are parts of."""
    is_list = whole is not None or marked.has("of_them") or _has_foreigners(marked)
    is_list = is_list or any(count.nationality for count in told)
    is_shared_out = marked.has("citizen") and any(number.is_distributive for number in marked.numbers)
    if not (is_list or is_shared_out):
        yield from _lone(marked, lexicon)
        return
    known = {count.nationality for count in told}
    parts = [(number.value, n, s) for number, end in _with_reach(marked) for n, s in _nations(marked, number, end)]
    shared = [nation for number in marked.numbers if _is_one_each(marked, number) for nation in _joined(marked, number)]
    for value, nation, span in (*parts, *((1, n, s) for n, s in (*shared, *_single(marked)))):
        if nation in known or value is None or (whole is not None and value > whole):
            continue
        known.add(nation)
        count = Count(CountRole.SUBSET, value, nationality=nation, of_count=whole)
        yield found_in(marked, count, span, f"{lexicon.language}.count.nationality")


def _has_foreigners(marked: MarkedSentence) -> bool:
    """Whether foreigners are told of by a word for all of them, not by one man's nation: "a Japanese was freed"."""
    ones = [span for _, span in nations_named(marked, "one")]
    return any(not any(s[0] < end and start < s[1] for start, end in ones) for s in marked.hits.get("foreigner", ()))


def _is_one_each(marked: MarkedSentence, number: Number) -> bool:
    return number.value == len(_joined(marked, number))


def _lone(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Found[Count]]:
    """Yield the one person that a verb of release names by nation: "Belarus frees a Japanese citizen"."""
    verbs = [(span, role) for concept, role in _FREED_BY.items() for span in marked.hits.get(concept, ())]
    real = [(span, role) for span, role in verbs if not is_negated(marked, span) and not is_unreal(marked, span)]
    for code, span in _single(marked):
        is_subject = span[0] == 0 and marked.sentence.zone is Zone.TITLE
        role = next((role for verb, role in real if is_subject or _is_beside(marked, verb, span)), None)
        if role is not None and code != "BY":
            yield found_in(marked, Count(role, 1, nationality=code), span, f"{lexicon.language}.count.one")
            return


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
    counted = [nation[1] for number in marked.numbers if (nation := _counted_by(marked, number)) is not None]
    ends = [number.end for number in marked.numbers]
    return [
        (code, span)
        for code, span in found
        if not any(start < span[1] and span[0] < last for start, last in counted)
        and not any(0 <= span[0] - end <= 1 for end in ends)
        and not _is_of_talks(marked, span)
    ]


def _counted_by(marked: MarkedSentence, number: Number) -> tuple[str, Span] | None:
    return nationality_after(marked, number.end) or nationality_before(marked, number)


def _describes(marked: MarkedSentence, span: Span) -> bool:
    """Whether a people's name is an adjective of the word behind it: "a Lithuanian court"."""
    is_both = any(span[0] <= country[0] and country[1] == span[1] for _, country in nations_named(marked, "country"))
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
        if _is_whole(marked, number) or len(_joined(marked, number)) > 1:
            return []
        close = nationality_after(marked, number.end) or _country_next(marked, number)
        return [close] if close else []
    ones = () if number.value == 1 else [span for _, span in nations_named(marked, "one")]
    found = sorted(  # "two Poles and two Germans each, a Frenchman": one person is no two
        (span, code)
        for form in ("people", "country")
        for code, span in nations_named(marked, form)
        if number.end <= span[0] < end and span not in ones
    )
    return list({code: (code, span) for span, code in reversed(found)}.values())[::-1]


def _country_next(marked: MarkedSentence, number: Number) -> tuple[str, Span] | None:
    """Return the country of a list of citizens that follows a number: "one — Great Britain", "zwei aus Polen"."""
    folded, end = marked.sentence.folded, number.end
    for code, span in sorted(nations_named(marked, "country"), key=lambda nation: nation[1]):
        between = folded[end : span[0]] if span[0] >= end else None
        if between is None or span[0] > _following(marked, end) or STOP.search(between):
            continue
        if code == "BY" and not marked.has("citizen"):  # "four journalists of Belarus"
            continue
        is_close = not between.strip(" —-") and not _is_of_noun(marked, number, code, span)
        if is_close or (marked.has("citizen") and len(between.split()) <= _LINK_WORDS):
            return code, span
    return None


def _is_of_noun(marked: MarkedSentence, number: Number, code: str, span: Span) -> bool:
    """Whether a country behind a number belongs to a noun that is nobody's people: "ein litauisches Gericht"."""
    after = marked.sentence.folded[span[1] : span[1] + 2]
    if after[:1] != " " or not after[1:].isalpha():
        return False
    nouns = (span for concept in ("person", "prisoner", "citizen") for span in marked.hits.get(concept, ()))
    if any(0 <= start - span[1] <= 1 for start, _ in nouns):
        return code == "BY"  # Belarusian prisoners need be no Belarusians
    is_list = any(0 <= other.start - span[1] <= _AND_REACH for other in marked.numbers)
    return number.value == 1 and not is_list  # "three Lithuanian businessmen" are people, "one" may be an article

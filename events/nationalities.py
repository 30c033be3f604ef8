"""Nationalities: "6 Lithuanians", "citizens of Poland", "two each from Latvia, Poland and Germany"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from events.background import Span
from events.marks import MarkedSentence, Nation
from events.numbers import Number

HOME = "BY"  # whose people are not listed among the nations of the freed
UNIT_REACH = 45  # from a number to the noun it counts
STOP = re.compile(r"[,.;:()]|\d")  # between a number and its noun nothing ends
_NO_OTHERS = (None, 1)  # "of this group", "a Polish passport": words that count nobody else
_LINK_WORDS = 2  # between a number and its country in a list of citizens: "two are from"
_BEFORE_REACH = 16  # from "citizens of Poland" to the number behind them
_PARTED = re.compile(r"[,.;()]|\d")  # a colon or dash may stand before it
_AND_REACH = 7  # from a country to the next number: "six Lithuanian and two Polish"
_SEVERAL = 2  # countries that may share a number
_CITIZEN_GAP = 15  # "Lithuanian citizens": the country may stand before the word


def nationality_after(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return the nationality that a number ending at `end` counts: a people, or citizens of a country.

    In "59 of the 71 are Belarusians" the second number counts none of them; several nations share a number or none.
    """
    number = next((number for number in marked.numbers if number.end == end), None)
    if number is not None and (is_whole(marked, number) or len(joined(marked, number)) > 1):
        return None
    return nation_behind(marked, end)


def nation_behind(marked: MarkedSentence, end: int) -> tuple[str, Span] | None:
    """Return the nation named closest behind a number, whatever the number is."""
    if not marked.nations:
        return None
    end = _past_aside(marked, end)
    following = _following(marked, end)
    found = [
        *_people_after(marked, end, following),
        *_citizens_after(marked, end, following),
        *_kin_after(marked, end, following),
        *_own_after(marked, end, following),
    ]
    if not found:
        return None
    nearest = min(found, key=lambda nation: nation[1][0])
    if _is_joined(marked, nearest[1]):
        return None  # "eleven Germans and Poles"
    described = (span[0] for _, span in nations_named(marked, "country") if 0 <= span[0] - end <= 1)
    return None if any(start < nearest[1][0] for start in described) else nearest  # "a Polish minister … Americans"


def _is_joined(marked: MarkedSentence, people: Span) -> bool:
    """Whether "and" joins a people without a number of its own to another."""
    ends = [end for start, end in marked.hits.get("amount/and_words", ()) if start - people[1] == 1]
    others = [nation for nation in nations_named(marked, "people") if nation not in nations_named(marked, "one")]
    return any(0 <= span[0] - end <= 1 for _, span in others for end in ends)


def _past_aside(marked: MarkedSentence, end: int) -> int:
    """Return where a number's words go on: behind who says so, in "five of them, according to Kyiv, are Ukrainians"."""
    folded = marked.sentence.folded
    links = [last for start, last in marked.hits.get("of_them", ()) if 0 <= start - end <= 1]
    if not links or folded[links[0] : links[0] + 1] != ",":
        return end
    close = folded.find(",", links[0] + 1)
    says = (*marked.hits.get("attribution/says", ()), *marked.hits.get("attribution/counted_by", ()))
    return close + 1 if any(links[0] < start < close for start, _ in says) else end


def is_whole(marked: MarkedSentence, number: Number) -> bool:
    """Whether another number counts a part of this one: "59 of the 71"."""
    links = marked.hits.get("amount/part_of", ())
    return any(
        number.start - end == 1 and any(start - part.end == 1 for part in marked.numbers) for start, end in links
    )


def _people_after(marked: MarkedSentence, end: int, following: int) -> Iterator[tuple[str, Span]]:
    for code, span in nations_named(marked, "people"):
        is_close = span[0] < following and _near(marked.sentence.folded, end, span[0])
        if is_close and not _is_adjective(marked, span) and not _has_noun(marked, end, span):
            yield code, span


def _has_noun(marked: MarkedSentence, end: int, nation: Span) -> bool:
    """Whether a number has its noun before a nation begins: "after the freeing of 250 people the Americans said"."""
    if any(end <= start and last < nation[0] for start, last in marked.hits.get("exit_done", ())):
        return True  # "13 others are free after the visit of the Americans"
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
    among = [start for start, _ in marked.hits.get("among", ())]  # "three, including a US citizen"
    links = (start for start, _ in marked.hits.get("of_them", ()) if start - end > 1 or start in among)
    ands = (start for start, _ in marked.hits.get("amount/and_words", ()))
    others = [*(n.start for n in marked.numbers if n.value not in _NO_OTHERS), *links, *ands]
    return min((start for start in others if start > end), default=len(marked.sentence.folded))


def _citizens_after(marked: MarkedSentence, end: int, following: int) -> Iterator[tuple[str, Span]]:
    """Yield whose citizens a number counts before `following`; the country stands before the word or behind it."""
    countries = nations_named(marked, "country")
    if not countries or not marked.has("citizen"):
        return
    folded = marked.sentence.folded
    near = (span for span in marked.hits.get("citizen", ()) if span[0] < following and _near(folded, end, span[0]))
    citizen = next(near, None)
    for code, country in sorted(countries, key=lambda nation: nation[1]):
        if citizen is None or not end <= country[0] < following:
            continue
        gap = folded[min(country[1], citizen[1]) : max(country[0], citizen[0])]
        if len(gap) <= _CITIZEN_GAP and not STOP.search(gap):
            yield code, (min(country[0], citizen[0]), max(country[1], citizen[1]))
            return


def joined(marked: MarkedSentence, number: Number) -> list[tuple[str, Span]]:
    """Return the countries whose citizens a number counts together: "three are citizens of Moldova, Italy and Japan"."""
    if len(nations_named(marked, "country")) < _SEVERAL:
        return []
    ands = marked.hits.get("amount/and_words", ())
    chain: list[tuple[str, Span]] = []
    pending: list[tuple[str, Span]] = []
    close = next(_citizens_after(marked, number.end, _following(marked, number.end)), None) or country_next(
        marked, number
    )
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
            chain = list(pending)
    return chain


def _kin_after(marked: MarkedSentence, end: int, following: int) -> Iterator[tuple[str, Span]]:
    """Yield the nation of "two Polish journalists"; Belarusian prisoners need be no Belarusians."""
    folded = marked.sentence.folded
    nouns = (*marked.hits.get("person", ()), *marked.hits.get("prisoner", ()))
    for code, country in nations_named(marked, "country"):
        is_near = country[0] < following and _near(folded, end, country[0])
        noun = next((span for span in nouns if span[0] - country[1] == 1), None) if is_near else None
        if noun is not None and code != "BY":
            yield code, (country[0], noun[1])


def _own_after(marked: MarkedSentence, end: int, following: int) -> Iterator[tuple[str, Span]]:
    """Yield the nation of "Ukraine has 26 of its citizens back"."""
    for code, span in own_citizens(marked, "own_citizens"):
        if span[0] < following and _near(marked.sentence.folded, end, span[0]):
            yield code, span


def own_citizens(marked: MarkedSentence, concept: str) -> Iterator[tuple[str, Span]]:
    """Yield whose "its citizens" (or "its citizen") are: of the state named last before them, which is not Belarus."""
    for span in marked.hits.get(concept, ()):
        owners = [(s[1], code) for code, s in nations_named(marked, "country") if s[1] <= span[0] and code != HOME]
        if owners:
            yield max(owners)[1], span


def nationality_before(marked: MarkedSentence, number: Number) -> tuple[str, Span] | None:
    """Return the nationality of "citizens of Poland in the group: twelve", where nothing follows the number."""
    folded = marked.sentence.folded
    if not marked.nations or folded[number.end : number.end + 1] == " ":
        return None
    ones = nations_named(marked, "one") if number.value != 1 else ()  # "the American agreed on a hundred"
    groups = [nation for nation in nations_named(marked, "people") if nation not in ones]
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


def nations_named(marked: MarkedSentence, form: str) -> tuple[Nation, ...]:
    """Return the nations of a sentence with their spans, named by `form`: "people", "country" or "one"."""
    return marked.nations.get(form, ())


def _near(folded: str, end: int, start: int) -> bool:
    return end <= start <= end + UNIT_REACH and not STOP.search(folded, end, start)


def country_next(marked: MarkedSentence, number: Number) -> tuple[str, Span] | None:
    """Return the country of a list of citizens that follows a number: "one — Great Britain", "zwei aus Polen"."""
    folded, end = marked.sentence.folded, number.end
    for code, span in sorted(nations_named(marked, "country"), key=lambda nation: nation[1]):
        between = folded[end : span[0]] if span[0] >= end else None
        if between is None or span[0] > _following(marked, end) or STOP.search(between):
            continue
        is_of_people = marked.has("citizen") or not marked.has("arrival", "handover")
        if not is_of_people or (code == "BY" and not marked.has("citizen")) or _is_destination(marked, span):
            continue  # "seven went to Lithuania", "four journalists of Belarus"
        is_close = not between.strip(" —-") and not _is_of_noun(marked, number, code, span)
        if is_close or (marked.has("citizen") and len(between.split()) <= _LINK_WORDS):
            return code, span
    return None


def _is_destination(marked: MarkedSentence, span: Span) -> bool:
    """Whether a country stands in the words for a border crossed: "three people came to Lithuania, one a US citizen"."""
    verbs = (hit for concept in ("arrival", "handover") for hit in marked.hits.get(concept, ()))
    return any(start < span[0] and span[1] <= end for start, end in verbs)


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

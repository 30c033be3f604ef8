"""Numbers of those who are held: told without a verb of freeing, by who counts them, or in an aside."""

from __future__ import annotations

import re

from events.frame import same_clause
from events.marks import MarkedSentence
from events.nationalities import STOP
from events.numbers import Number

NEXT = 3  # from a number to what follows at once
FREEING = ("release_done", "exit_done", "pardon_done", "handover", "arrival", "release_future", "release_infinitive")
STOCK = 300  # fewer are never all who are held
_DAY_REACH = 8  # from a figure to the day it is of: "as of"
_MOST = 10_000  # more are never held, but trees or euros
_STILL_REACH = 14  # from "at present" to a number, over "there are"
_LAST_WORD = re.compile(r" \w{2,3}[.,;]")  # a verb's particle
_ENDS = ',.;:!?)"”»—'


def ends_clause(marked: MarkedSentence, end: int) -> bool:
    """Whether nothing follows that a number before `end` could count: a clause is over, or a verb of release follows."""
    after = marked.sentence.folded[end:].lstrip()
    verbs = (span for concept in FREEING for span in marked.hits.get(concept, ()))
    ands = marked.hits.get("amount/and_words", ())
    return not after or after[0] in _ENDS or any(0 <= start - end <= 1 for start, _ in (*verbs, *ands))


def is_stock(marked: MarkedSentence, number: Number) -> bool:
    """Whether a great number without a noun is that of all held: "Viasna's figure was 1,148", "there are 1,088 of them"."""
    is_told = marked.has("political") or "counter" in marked.roles() or _is_left(marked, number)
    if not STOCK <= (number.value or 0) <= _MOST or not is_told:
        return False
    if is_told_aside(marked, number):
        return True
    if _is_of_freeing(marked, number):
        return False
    spoken_of = () if "counter" in marked.roles() else marked.hits.get("discuss", ())
    if any(start < number.start and number.end < end for start, end in spoken_of):
        return False  # "they spoke of a thousand political prisoners"
    after = marked.sentence.folded[number.end : number.end + 1]
    is_last = not after.strip() or not after.isalnum()
    is_told = any(tells(marked, number) for tells in (_names_them, _is_followed_by_day, _is_put_at, _is_held))
    has_noun = after == " " and not is_told
    return is_last and not has_noun and not (number.may_be_year and not marked.has("political"))


def _is_of_freeing(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number may as well count those whose freeing its sentence names; not right behind "remain"."""
    is_put = any(0 <= number.start - end <= 1 for _, end in marked.hits.get("held", ()))  # "free all: there are 1,400"
    named = FREEING if is_put else (*FREEING, "release_noun", "pardon_noun", "amnesty", "exempt")
    spans = [span for name in named for span in marked.hits.get(name, ())]
    is_apart = not any(same_clause(marked, span, (number.start, number.end)) for span in spans)
    return bool(spans) and not (is_put and is_apart)


def is_counted_stock(marked: MarkedSentence, number: Number) -> bool:
    """Whether a release only dates how many are held: "1,169 were recognised on the day of the release"."""
    is_told = marked.has("held") or ("counter" in marked.roles() and marked.has("attribution/counted_by"))
    return (number.value or 0) >= STOCK and is_told and marked.has("political") and not marked.has(*FREEING, "freed")


def is_told_aside(marked: MarkedSentence, number: Number) -> bool:
    """Whether a relative clause tells how many prisoners there are: "all prisoners, of whom there are over 1,200"."""
    ends = [end for _, end in marked.hits.get("prisoner", ())]
    asides = (one for one in marked.hits.get("relative", ()) if any(0 < one[0] - end <= NEXT for end in ends))
    clauses = (one for one in asides if not STOP.search(marked.sentence.folded, one[1], max(one[1], number.start)))
    return any(one[1] <= number.start for one in clauses) and ends_clause(marked, number.end)


def _is_left(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number stands beside words for being in still, or is that of a register: "it had 1,127 on its list"."""
    is_behind = marked.has("custody") and _is_beside(marked, number, ("held",))
    is_listed = marked.has("held") and marked.has("attribution/counted_by")
    return is_behind or is_listed or _is_held(marked, number)


def _is_held(marked: MarkedSentence, number: Number) -> bool:
    """Whether being in still is told right behind a number, or before one that ends its clause: "roughly 900 remain"."""
    starts = [start for name in ("held", "still") for start, _ in marked.hits.get(name, ())]
    is_last = marked.sentence.folded[number.end : number.end + 1] in ("", *_ENDS)
    if any(0 <= start - number.end <= 1 for start in starts):
        return True
    stills = marked.hits.get("still", ())  # "at present there are over 1,100"
    is_near = any(0 <= number.start - end <= _STILL_REACH for _, end in stills)
    return is_last and (is_near or _is_beside(marked, number, ("held",)))


def _is_beside(marked: MarkedSentence, number: Number, concepts: tuple[str, ...]) -> bool:
    spans = [span for concept in concepts for span in marked.hits.get(concept, ())]
    return any(0 <= number.start - end <= 1 or 0 <= start - number.end <= 1 for start, end in spans)


def _is_put_at(marked: MarkedSentence, number: Number) -> bool:
    """Whether a number stands right behind words for how many are held: "the number of political prisoners at 1,227"."""
    held = [span for span in marked.hits.get("held", ()) if 0 <= number.start - span[1] <= 1]
    return any(span[0] <= start and end <= span[1] for span in held for start, end in marked.hits.get("prisoner", ()))


def _is_followed_by_day(marked: MarkedSentence, number: Number) -> bool:
    """Whether a day follows a number, or the word that ends its clause: "at 1,019 as of Tuesday", "gibt 1.043 an."."""
    after = marked.sentence.folded[number.end :]
    return any(0 <= day.start - number.end <= _DAY_REACH for day in marked.dates) or bool(_LAST_WORD.match(after))


def _names_them(marked: MarkedSentence, number: Number) -> bool:
    """Whether "of them" or the word for prisoners follows a number."""
    concepts = ("of_them", "prisoner", "person", "entry")
    names = [span for concept in concepts for span in marked.hits.get(concept, ())]
    return any(0 <= start - number.end <= NEXT for start, _ in names)

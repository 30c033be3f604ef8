"""Concessions: what Minsk is given, by whom, and how far that has come (domain.md §2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from db.facts import Concession, Step
from events.background import Span
from events.found import Found, found_in
from events.frame import same_clause
from events.lexicon import OBJECTS, Lexicon
from events.marks import MarkedSentence
from events.moods import is_unreal

_SPEAKER = 20  # from an embassy to "said"
_NEXT = 5  # from "reported" to the embassy that did
_ASKED = ("raised", "discuss", "offer", "want", "demand", "deal", "talks", "legal", "plan", "possible")
_ORDER = (Step.DEMANDED, Step.DISCUSSED, Step.ANNOUNCED, Step.LEGALLY_EFFECTIVE)
_SPOKEN = (*_ASKED, "us", "eu", "sanctions")


def concessions_of(
    sentences: Sequence[MarkedSentence], lexicon: Lexicon, *, is_of_talks: bool
) -> list[Found[Concession]]:
    """Return one row an object of the news, with the furthest step told (announced beats discussed).

    Parts of aircraft for Belavia, and their upkeep, are relief for Belavia alone.
    """
    best: dict[str, Found[Concession]] = {}
    giver = likely_giver(sentences)
    news = [sentence for sentence in sentences if not sentence.is_background]
    for row in (f for s in news for f in find_concessions(s, lexicon, giver, is_of_talks=is_of_talks)):
        known = best.get(row.value.object)
        if known is None or _ORDER.index(row.value.step) > _ORDER.index(known.value.step):
            best[row.value.object] = row
    told = (sentence for sentence in news if sentence.has("aircraft", "belavia"))
    if "belavia" in best and not any(sentence.has("planes") for sentence in told):
        best.pop("aircraft", None)
    return list(best.values())


def find_concessions(
    marked: MarkedSentence, lexicon: Lexicon, likely_giver: str | None, *, is_of_talks: bool
) -> Iterator[Found[Concession]]:
    """Yield the objects of relief in a sentence that speaks of relief; `likely_giver` where it names nobody.

    Where the article tells of talks, what is asked, offered or spoken of in title and lead is an object of them.
    """
    if not marked.has(*OBJECTS):
        return
    named = {name: spans for name in OBJECTS if (spans := _told(marked, name))}
    if not _is_news(marked, named, is_of_talks=is_of_talks):
        return
    step, giver = _step(marked), _giver(marked) or likely_giver
    for name, spans in named.items():
        yield found_in(marked, Concession(name, giver, step), spans[0], f"{lexicon.language}.concession.{step.value}")


def _is_news(marked: MarkedSentence, named: Mapping[str, Sequence[Span]], *, is_of_talks: bool) -> bool:
    """Whether a sentence tells of relief: of what Minsk gets, is offered or wants, not of what is left out or guessed."""
    if marked.has("not_covered", "for_nothing") or (marked.has("comment") and not marked.is_head()):
        return False
    if marked.has("relief", "exchange") or (marked.has("sanctions") and marked.has("want", "discuss", "offer")):
        return True
    spoken = _ASKED if list(named) == ["embassy"] else _SPOKEN  # "at the US embassy a crowd waited"
    return is_of_talks and (marked.is_head() or marked.has(*spoken) or len(named) > 1)  # "potash, planes, banks"


def _told(marked: MarkedSentence, name: str) -> list[Span]:
    spans = [s for s in marked.hits.get(name, ()) if not _is_named(marked, s) and not _speaks(marked, name, s)]
    if name == "finance_ministry" and not spans and marked.has("banks"):
        givers = marked.hits.get("us", ())
        spans = [span for span in marked.hits.get("ministry", ()) if not _is_close(span, givers)]
    return spans


def _is_close(span: Span, others: Sequence[Span]) -> bool:
    """Whether one of others stands right beside: the US Treasury is no ministry of Minsk."""
    return any(start <= span[1] + 1 and span[0] - 1 <= end for start, end in others)


def _is_named(marked: MarkedSentence, span: Span) -> bool:
    """Whether a word stands inside a body's name: the US embassy in Vilnius speaks, it is not given."""
    if any(start < span[1] and span[0] < end for start, end in marked.hits.get("relief", ())):
        return False  # "the US embassy in Minsk to reopen"
    return any(n.entity.role in ("office", "body") and n.start <= span[0] and span[1] <= n.end for n in marked.names)


def _speaks(marked: MarkedSentence, name: str, span: Span) -> bool:
    """Whether an embassy only tells: "an embassy official said", "reported the embassy"."""
    says = marked.hits.get("attribution/says", ()) if name == "embassy" else ()
    return any(
        (0 <= start - span[1] <= _SPEAKER or 0 <= span[0] - end <= _NEXT) and same_clause(marked, span, (start, end))
        for start, end in says
    )


def _step(marked: MarkedSentence) -> Step:
    if marked.has("legal"):
        return Step.LEGALLY_EFFECTIVE
    is_done = any(not is_unreal(marked, span) for span in marked.hits.get("relief_done", ()))
    if marked.has("want", "demand") and not is_done:
        return Step.DEMANDED
    is_open = marked.has("possible", "plan", "offer", "discuss")
    return Step.ANNOUNCED if is_done and not is_open else Step.DISCUSSED


def _giver(marked: MarkedSentence) -> str | None:
    if marked.has("us"):
        return "US"
    return "EU" if marked.has("eu") else None


def likely_giver(sentences: Sequence[MarkedSentence]) -> str | None:
    """Return the side that title and lead speak of: it is the one that can give."""
    head = [sentence for sentence in sentences if sentence.is_head()]
    if any(sentence.has("us") for sentence in head):
        return "US"
    return "EU" if any(sentence.has("eu") for sentence in head) else None

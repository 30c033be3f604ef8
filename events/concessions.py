"""Concessions: what Minsk is given, by whom, and how far that has come (domain.md §2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.facts import Concession, Step
from events.found import Found, found_in
from events.frame import is_unreal
from events.lexicon import OBJECTS, Lexicon
from events.marks import MarkedSentence, Span

_SPOKEN = ("discuss", "offer", "want", "demand", "deal", "talks", "legal", "plan", "possible", "us", "eu", "sanctions")


def find_concessions(
    marked: MarkedSentence, lexicon: Lexicon, likely_giver: str | None, *, is_of_talks: bool
) -> Iterator[Found[Concession]]:
    """Yield the objects of relief in a sentence that speaks of relief; `likely_giver` where it names nobody.

    Where the article tells of talks, what is asked, offered or spoken of in title and lead is an object of them.
    """
    speaks_of_relief = marked.has("relief", "exchange") or (
        marked.has("sanctions") and marked.has("want", "discuss", "offer")
    )
    if not speaks_of_relief and not (is_of_talks and (marked.is_head() or marked.has(*_SPOKEN))):
        return
    step, giver = _step(marked), _giver(marked) or likely_giver
    for name in OBJECTS:
        spans = [span for span in marked.hits.get(name, ()) if not _is_named(marked, span)]
        if spans:
            yield found_in(
                marked, Concession(name, giver, step), spans[0], f"{lexicon.language}.concession.{step.value}"
            )


def _is_named(marked: MarkedSentence, span: Span) -> bool:
    """Whether a word stands inside a body's name: the US embassy in Vilnius speaks, it is not given."""
    return any(n.entity.role in ("office", "body") and n.start <= span[0] and span[1] <= n.end for n in marked.names)


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

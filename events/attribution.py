"""Who says so: outlet, outlet cited, speaker or unnamed people; the root is what independence is counted by.

The root is the outlet that the chain ends at (forty rewrites of Reuters are one source, whoever told Reuters);
where no outlet is cited it is the speaker, and where nobody is, the outlet itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from db.facts import Evidence
from events.document import Document
from events.frame import DONE_VERBS
from events.heard import ACTORS, ACTS, Source, greets, is_oblique, principal_names, sources_in
from events.lexicon import Lexicon, entities
from events.marks import MarkedSentence
from events.offices import with_offices
from events.sentences import Zone
from events.unnamed import unnamed_people

_QUOTED = frozenset({"ruler", "envoy", "leader", "official", "office"})  # whose words a state agency prints

_NEWS = (*DONE_VERBS, "release_future", "release_infinitive", "release_noun", "pardon_noun", "decree")


@dataclass(frozen=True, slots=True)
class Attribution:
    """The chain from the outlet down, and its root."""

    chain: tuple[str, ...]
    root: str | None
    evidence: tuple[Evidence, ...]


UNTOLD = Attribution((), None, ())  # of an article that tells nothing of ours


def find_attribution(
    document: Document, marked: tuple[MarkedSentence, ...], lexicon: Lexicon, frames=()
) -> Attribution:
    """Return the attribution of an article's news, read from title and lead first, then from the body."""
    own = document.outlet_title or document.outlet
    news = with_offices([sentence for sentence in marked if not sentence.is_background])
    heading = [sentence for sentence in news if sentence.is_head()]
    is_pardon = any(sentence.has("pardon_done", "decree", "pardon_noun") for sentence in heading)
    head = [source for sentence in heading for source in sources_in(sentence)]
    if not head:
        head = [s for one in with_offices(marked) if one.is_head() for s in sources_in(one) if not s.is_act]
    known = [source for source in head if not source.is_stranger]
    head = sorted(known or [source for source in head if not source.is_act], key=lambda source: not source.is_cited)
    body = [source for sentence in news if not sentence.is_head() for source in sources_in(sentence)]
    numbers = {n.value for one in news if one.is_head() for n in one.numbers if n.value and n.value >= 3}
    body.sort(key=lambda source: _rank(source, news, numbers))
    said = [source for source in head if not source.is_act]
    told = (
        head or [x for x in body if _rank(x, news, numbers) == 0] or _understood(news) or body
    )  # who is named at the top is who it rests on
    cited = _deepest(
        [source for source in (told if head else _before_others(told, news)) if source.is_outlet and source.name != own]
    )
    speakers = [source for source in (head if cited else told) if not source.is_outlet]
    if cited and not speakers and _is_of_state(cited) and not is_pardon and any(one.speech for one in heading):
        speakers = _understood(news)
    speakers = _signed(speakers, heading, is_pardon=is_pardon)
    chosen = [source for source in (cited, speakers[0] if speakers else None) if source is not None]
    unnamed = unnamed_people(marked)
    names = tuple(
        dict.fromkeys(
            [
                *([own] if own else []),
                *(source.name for source in chosen),
                *([unnamed] if unnamed and cited and not speakers else []),
            ]
        )
    )
    if cited and _is_of_palace(cited, speakers):
        cited = None
    root = cited.name if cited else speakers[0].name if speakers else own
    return Attribution(names, root, _evidence(document, chosen, lexicon))


def _signed(speakers: list[Source], heading: list[MarkedSentence], *, is_pardon: bool) -> list[Source]:
    """Return the speakers, before all whoever signed what the first of them is only in the title said to tell."""
    title = max((one.sentence.end for one in heading if one.sentence.zone is Zone.TITLE), default=0)
    for source in speakers[:1]:
        for other in speakers:
            known = entities().get(other.name)
            if known and known.speaks_for == source.name:
                return [other, *speakers]
            if other.name == source.name and other.start >= title and not is_pardon and _is_person(source):
                break
    return speakers


def _is_person(source: Source) -> bool:
    known = entities().get(source.name)
    return known is None or known.role not in ("office", "body")


def _is_of_palace(cited: Source, speakers: list[Source]) -> bool:
    """Whether a state agency of Minsk only passes on what its press service, or somebody named, says."""
    agency = entities().get(cited.name)
    if agency is None or not _is_of_state(cited) or agency.speaks_for is not None or not speakers:
        return False
    speaker = entities().get(speakers[0].name)
    return speaker is None or speaker.role in _QUOTED


def _is_of_state(source: Source) -> bool:
    agency = entities().get(source.name)
    return agency is not None and agency.party == "BY"


def _understood(news: list[MarkedSentence]) -> list[Source]:
    """Return who speaks without being named beside the verb: "…, he said" of the last one named, or who acts in a title."""
    last: Source | None = None
    for sentence in (sentence for sentence in news if sentence.is_head()):
        names = [
            name for name in principal_names(sentence) if not greets(sentence, name) and not is_oblique(sentence, name)
        ]
        named = [name for name in names if name.entity.role in ACTORS]
        acts = sentence.has(*ACTS, "appointment", "legal") and sentence.sentence.zone is Zone.TITLE
        offset = sentence.sentence.start
        sources = [Source(n.entity.name, False, offset + n.start, offset + n.end) for n in named]
        if sources and acts:
            return sources[:1]
        if sentence.has("attribution/says") and (last or sources) and not sentence.has("attribution/unnamed"):
            return [last or sources[0]]
        last = sources[0] if sources else last
    return []


def _rank(source, news, numbers):
    sentence = next(one for one in news if one.sentence.start <= source.start < one.sentence.end)
    known = entities().get(source.name)
    if known and known.role == "opposition":
        return 2
    if numbers & {n.value for n in sentence.numbers} or sentence.has(*_NEWS):
        return 0
    return 1


def _before_others(told: list[Source], news: list[MarkedSentence]) -> list[Source]:
    """Return who tells in the first sentence in which anybody does, and the outlets that others cite."""
    first = next(
        (one.sentence for one in news if told and one.sentence.start <= told[0].start < one.sentence.end), None
    )
    return [source for source in told if source.is_cited or (first and source.start < first.end)]


def _deepest(outlets: list[Source]) -> Source | None:
    """Return the outlet the chain ends at: one that others cite, before one that merely reports."""
    cited = [source for source in outlets if source.is_cited]
    return next(iter(cited), None) or next(iter(outlets), None)


def _evidence(document: Document, sources: list[Source], lexicon: Lexicon) -> tuple[Evidence, ...]:
    text = document.full_text
    rows = [
        Evidence("attribution", f"{lexicon.language}.attribution.source", s.start, s.end, text[s.start : s.end])
        for s in sources
    ]
    root = [
        Evidence("root", f"{lexicon.language}.attribution.root", s.start, s.end, text[s.start : s.end])
        for s in sources[:1]
    ]
    return (*rows, *root)

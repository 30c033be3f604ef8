"""Who says so: outlet, outlet cited, speaker or unnamed people; the root is what independence is counted by.

The rule of preference, for the page of the labels (tests/data/stories/README.md):

1. Who tells in title and lead goes before who tells in the body; the first before those behind.
2. The outlet that is cited, or to which somebody spoke, goes before the speaker (forty rewrites of Reuters are one
   source); not where a state agency of Minsk passes on the press service or somebody named.
3. Whoever signs, a press service or spokesperson, goes before the ruler or body for whom it is signed.
4. In the body whoever tells the number or the release goes before whoever tells its price or comments on it.
5. An office means its holder (`events.offices`); who is met, thanked or told something tells nothing (`events.heard`).

Where nobody tells, the outlet itself does.
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

_OPENING = 12  # where the verb stands in "Про це повідомив", "Об этом сообщила", "Apie tai pranešė"
_TELLING = 3  # a number that may say which release is meant
_NEWS = (*DONE_VERBS, "release_future", "release_infinitive", "release_noun", "pardon_noun", "decree")


@dataclass(frozen=True, slots=True)
class Attribution:
    """The chain from the outlet down, and its root."""

    chain: tuple[str, ...]
    root: str | None
    evidence: tuple[Evidence, ...]


UNTOLD = Attribution((), None, ())  # of an article that tells nothing of ours


def find_attribution(document: Document, marked: tuple[MarkedSentence, ...], lexicon: Lexicon) -> Attribution:
    """Return the attribution of an article's news, by the rule above."""
    own = document.outlet_title or document.outlet
    news = with_offices([sentence for sentence in marked if not sentence.is_background])
    heading = [sentence for sentence in news if sentence.is_head()]
    is_pardon = any(sentence.has("pardon_done", "decree", "pardon_noun") for sentence in heading)
    head = _head(heading) or _head([one for one in with_offices(marked) if one.is_head()])
    body = _body(news)
    telling = [source for source, tells in body if tells]
    told = head or telling or _understood(heading) or [source for source, _ in body]
    outlets = [source for source in (told if head else _before_others(told, news)) if source.is_outlet]
    cited = _deepest([source for source in outlets if source.name != own])
    speakers = [source for source in (head if cited else told) if not source.is_outlet]
    if cited and not speakers and _is_of_state(cited) and not is_pardon and any(one.speech for one in heading):
        speakers = _understood(heading)
    speakers = _signed(speakers, heading, is_pardon=is_pardon)
    chosen = [source for source in (cited, speakers[0] if speakers else None) if source is not None]
    unnamed = unnamed_people(marked) if cited and not speakers else None
    names = [own, *(source.name for source in chosen), unnamed]
    if cited and _is_of_palace(cited, speakers):
        cited = None
    root = cited.name if cited else speakers[0].name if speakers else own
    chain = tuple(dict.fromkeys(name for name in names if name))
    return Attribution(chain, root, _evidence(document, chosen, lexicon))


def _head(heading: list[MarkedSentence]) -> list[Source]:
    """Return who tells in title and lead; strangers without an office only where nobody else does."""
    found = [source for sentence in heading for source in sources_in(sentence)]
    known = [source for source in found if not source.is_stranger]
    return sorted(known or [s for s in found if not s.is_act], key=lambda source: not source.is_cited)


def _body(news: list[MarkedSentence]) -> list[tuple[Source, bool]]:
    """Return who tells behind the lead, and whether it is the news: those first, and last who only comments on it."""
    numbers = {n.value for one in news if one.is_head() for n in one.numbers if n.value and n.value >= _TELLING}
    body = [sentence for sentence in news if not sentence.is_head()]
    found = [
        (source, _tells(sentence, numbers) or (sentence is body[0] and _points_back(sentence)))
        for sentence in body
        for source in sources_in(sentence)
    ]
    rows = [(source, tells and not _comments(source)) for source, tells in found]
    return sorted(rows, key=lambda row: (not row[1], _comments(row[0])))


def _tells(sentence: MarkedSentence, numbers: set[int]) -> bool:
    return sentence.has(*_NEWS) or not numbers.isdisjoint(n.value for n in sentence.numbers)


def _points_back(sentence: MarkedSentence) -> bool:
    """Whether a sentence, right behind the lead, only says whose word that was: "This was reported by the president"."""
    said = sentence.hits.get("attribution/says", ())
    return any(start <= _OPENING for start, _ in said) and not sentence.speech


def _comments(source: Source) -> bool:
    known = entities().get(source.name)
    return known is not None and known.role == "opposition"


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


def _understood(heading: list[MarkedSentence]) -> list[Source]:
    """Return who speaks without being named beside the verb: "…, he said" of the last one named, or who acts in a title."""
    last: Source | None = None
    for sentence in heading:
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

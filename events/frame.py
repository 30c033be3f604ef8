"""A frame: what a sentence says happens, with the words that show it; who acts in it, and where its clauses end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from db.facts import Modality, Polarity
from events.background import Span
from events.marks import MarkedSentence, NamedEntity
from events.sentences import Zone

RECALLED = "recalled"  # the last part of a rule: told in a clause that only dates something else
DONE_VERBS = ("release_done", "exit_done", "pardon_done", "handover", "arrival", "moved")
HELD = ("prisoner", "political")
_CITIZEN_REACH = 20  # from "citizens" to the last of the countries they are of
_BORDERS = ("country/LT", "country/LV", "country/PL")  # where the freed are taken, and no war is
_NOT_OUTSIDE = ("BY", "RU")
# What may stand before a label: "12:48 | G. Nausėda:".
OPENING = re.compile(r'(?:[^|:"]{0,40}(?::\d\d)?[^|:"]{0,9}\| ?)?"?(?:\w\. ?){0,2}')
CLAUSE_END = re.compile(r"[,;:()—]")
_SPEAKER = "—"  # behind it stands who says so
_OBJECT_REACH = 70  # how far behind a verb the people it is about may stand


class FrameKind(StrEnum):
    """What a frame is about; the first is news of a release, the middle five of a negotiation, the rest of neither.

    A swap tells what a release cost: people for people. Alone it is no news of ours.
    """

    RELEASE = "release"
    PLAN = "plan"
    TALKS = "talks"
    CONCESSION = "concession"
    REFUSAL = "refusal"
    DEMAND = "demand"
    SWAP = "swap"
    ARREST = "arrest"
    COMMENT = "comment"
    TOPIC = "topic"


NEGOTIATING = (FrameKind.PLAN, FrameKind.TALKS, FrameKind.CONCESSION, FrameKind.REFUSAL, FrameKind.DEMAND)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame with the span (in the full text) that shows it and the rule that found it."""

    kind: FrameKind
    modality: Modality
    polarity: Polarity
    plover: str
    rule: str
    start: int
    end: int
    zone: Zone
    is_background: bool


# CAMEO/PLOVER codes of the event-data standard (domain.md §2).
_PLOVER = {
    FrameKind.RELEASE: "0841",
    FrameKind.PLAN: "0353",
    FrameKind.TALKS: "046",
    FrameKind.CONCESSION: "0354",
    FrameKind.REFUSAL: "1243",
    FrameKind.DEMAND: "1053",
}


@dataclass(frozen=True, slots=True)
class Head:
    """What title and lead are about: a sentence need not say again what they have said."""

    is_ours: bool
    tells_of_prisoners: bool
    has_outside: bool
    has_minsk: bool
    has_envoy: bool
    names_object: bool
    names_giver: bool
    tells_of_freeing: bool


def head_of(sentences: Sequence[MarkedSentence], *, is_home: bool = False) -> Head:
    """Return what the title and lead among `sentences` are about; `is_home` where the language itself is Belarus's."""
    head = [sentence for sentence in sentences if sentence.is_head()]
    return Head(
        is_ours=any(is_of_minsk(sentence) for sentence in head)
        or (any(s.has("political") for s in head) and (is_home or any(s.has("belarus") for s in sentences))),
        tells_of_prisoners=any(_tells_of_prisoners(sentence) for sentence in head),
        has_outside=any(has_outside(sentence) for sentence in head),
        names_giver=any(givers(sentence) for sentence in head if sentence.sentence.zone is Zone.TITLE),
        tells_of_freeing=any(sentence.has("release_noun", "pardon_noun", "release_infinitive") for sentence in head),
        names_object=any(s.has("belavia", "potash") for s in head if s.sentence.zone is Zone.TITLE),
        has_envoy=any("envoy" in sentence.roles() for sentence in head),
        has_minsk=any(sentence.has("belarus") or "ruler" in sentence.roles() for sentence in head),
    )


def _tells_of_prisoners(marked: MarkedSentence) -> bool:
    is_of_war = marked.has("pow") and not marked.has("political")
    is_told = marked.has(*HELD) or "prisoner" in marked.roles() or (marked.has("freed") and not marked.has("office"))
    return is_told and not is_of_war and not is_elsewhere(marked)


def is_of_minsk(marked: MarkedSentence) -> bool:
    """Whether a sentence names Belarus or its own, or cannot mean another state though it names none.

    The latter: political prisoners beside an envoy who goes to Minsk, or taken over a border of Belarus.
    """
    has_border = marked.has(*_BORDERS)
    is_told = "envoy" in marked.roles() or (has_border and marked.has("moved", "arrival", "handover"))
    return marked.is_ours() or (is_told and marked.has("political") and not marked.has("other_jailer"))


def has_outside(marked: MarkedSentence) -> bool:
    """Whether somebody outside Belarus acts: a state, an envoy, a leader."""
    named = (name.entity for name in marked.names if name.entity.party not in _NOT_OUTSIDE)
    return marked.has("us", "eu", "acts/pope") or any(e.role in ("envoy", "leader") or e.party == "VA" for e in named)


def givers(marked: MarkedSentence) -> list[NamedEntity]:
    """Return those named who hold something Minsk wants: people and bodies of other states."""
    others = {"leader", "envoy", "official", "office", "body"}
    named = marked.names
    return [name for name in named if name.entity.party not in _NOT_OUTSIDE and name.entity.role in others]


def is_abroad(marked: MarkedSentence) -> bool:
    """Whether another state than Belarus and Russia is named."""
    return bool(states_abroad(marked))


def states_abroad(marked: MarkedSentence) -> list[Span]:
    """Return where other states than Belarus and Russia are named."""
    names = (name for name in marked.hits if name.startswith("country/") and name[-2:] not in _NOT_OUTSIDE)
    return [span for name in names for span in marked.hits[name]]


def can_give(marked: MarkedSentence, verb: Span) -> bool:
    """Whether those who demand hold something Minsk wants: a state or its people, named before the verb."""
    acting = [name.end for name in givers(marked)]
    acting += [end for side in ("us", "eu", "states", "acts/pope") for _, end in marked.hits.get(side, ())]
    acting += [end for _, end in states_abroad(marked)]
    return any(end <= verb[1] for end in acting)


def same_clause(marked: MarkedSentence, one: Span, other: Span) -> bool:
    """Whether no punctuation that parts clauses stands between two spans."""
    first, last = sorted((one, other))
    return not CLAUSE_END.search(marked.sentence.folded, first[1], max(first[1], last[0]))


def gap_between(marked: MarkedSentence, start: int, end: int) -> int:
    """Return how much stands between two places, days left out: "Budrys on Thursday stressed"."""
    return end - start - sum(day.end - day.start for day in marked.dates if start <= day.start and day.end <= end)


def is_elsewhere(marked: MarkedSentence) -> bool:
    """Whether a sentence tells of other captors, of fiction, or of another country's prisons: not of Minsk's."""
    if "ruler" in marked.roles():
        return False
    if (
        marked.has("pow") and marked.has("other_jailer") and not marked.has("political")
    ):  # "back from Russian captivity"
        return True
    if marked.has("captor", "fiction"):
        return not (marked.has("political") and marked.is_ours())
    return marked.has("other_jailer") and (not marked.is_ours() or names_belarusians_only(marked))


def names_belarusians_only(marked: MarkedSentence) -> bool:
    """Whether Belarus is told of by its people alone: "Russia freed a jailed Belarusian", "citizens of Belarus"."""
    people = [span for form in ("people", "one") for span in marked.hits.get(f"{form}/BY", ())]
    citizens = marked.hits.get("citizen", ())
    named = marked.hits.get("belarus", ())
    is_all = all(
        any(start <= s[0] and s[1] <= end for start, end in people)
        or any(0 <= s[0] - end <= _CITIZEN_REACH or start - s[1] == 1 for start, end in citizens)
        for s in named
    )
    return bool(named) and is_all and not any(name.entity.is_ours for name in marked.names)


def is_of_behalf(marked: MarkedSentence, hit: Span) -> bool:
    """Whether a deal only says at whose word something is done: "explains the pardon by an agreement with Trump"."""
    return any(start <= hit[0] and hit[1] <= end for start, end in marked.hits.get("acts/behalf", ()))


def is_dismissal(marked: MarkedSentence, verb: Span) -> bool:
    """Whether the object of a verb is somebody's post: "dismissed a minister", "laid off workers"; or the verb means such."""
    posts = marked.hits.get("office", ())
    is_own = any(start <= verb[0] and verb[1] < end for start, end in posts)  # "sends 200 pilots out into the world"
    behind = (start for start, _ in posts if verb[1] <= start <= verb[1] + _OBJECT_REACH)
    return is_own or any(_SPEAKER not in marked.sentence.folded[verb[1] : start] for start in behind)


def frame_at(
    marked: MarkedSentence,
    span: Span,
    kind: FrameKind,
    modality: Modality,
    rule: str,
    polarity: Polarity = Polarity.POSITIVE,
) -> Frame:
    """Return a frame shown by `span` of a sentence and the people who follow closely."""
    return Frame(
        kind=kind,
        modality=modality,
        polarity=polarity,
        plover=_PLOVER.get(kind, ""),
        rule=rule,
        start=marked.sentence.start + span[0],
        end=marked.sentence.start + _shown_end(marked, span),
        zone=marked.sentence.zone,
        is_background=marked.is_background,
    )


def _shown_end(marked: MarkedSentence, span: Span) -> int:
    """Return where the words end that show a frame: with the people it is about, if they follow closely."""
    people = (*marked.hits.get("prisoner", ()), *marked.hits.get("political", ()), *marked.hits.get("foreigner", ()))
    return max([span[1], *(end for start, end in people if 0 <= start - span[1] <= _OBJECT_REACH)])

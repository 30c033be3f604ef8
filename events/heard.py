"""Who is heard in a sentence, and who is only spoken to: the one thanked or met is not the one who tells. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from events.frame import OPENING, gap_between
from events.marks import MarkedSentence, NamedEntity
from events.nationalities import STOP

_OFFICES = (("acts/us_president", "US"), ("acts/pope", "VA"))
_BESIDE = 2  # from a verb of saying to an office without a name


_LAST = re.compile(r"[—|](?: [^\W\d]+){1,3}$")  # "— state agency BelTA" ends a headline
_VENUE = 40  # from "told" to the outlet
_TOLD = 24  # from "to" to the name, over "the envoy"
_PEOPLE = frozenset({"ruler", "envoy", "leader", "official"})
_OBLIQUE = re.compile(
    r"(?:у|ові|еві|ом|ем|ам|ою|ым|им|ому|аму|owi|emu|em|ą|ę|ui|ai|u)$"
)  # but no genitive: "according to"
_SPEAKER_REACH = 70  # the same where the name is a speaker's
_REACH = 110  # from a verb of saying to the name it goes with
_SPEAKERS = frozenset({"ruler", "envoy", "leader", "official", "office", "opposition", "counter", "body", "stranger"})
ACTORS = frozenset({"ruler", "envoy", "leader", "official", "office", "body"})
ACTS = ("announce", "denial", "refusal", "demand", "offer")  # what is announced or refused is said
_SUFFIX_LENGTH = 30
_TAIL = 40  # what may follow a name behind a dash: "— Coale after meeting Lukashenko"
_BEHIND = 45
_WITH = 12
_OFFICE_LENGTH = 50  # "'s special envoy for Belarus, "


@dataclass(frozen=True, slots=True)
class Source:
    """Somebody who says something, with the place of the name."""

    name: str
    is_outlet: bool
    start: int
    end: int
    is_cited: bool = False
    is_stranger: bool = False  # nobody known, and without an office
    is_act: bool = False  # named beside what is offered or refused, not beside a verb of saying


def is_thanked(marked: MarkedSentence, verb: int) -> bool:
    """Whether a verb of saying that ends at `verb` is one of thanking: who follows it is thanked."""
    return any(end == verb for _, end in marked.hits.get("acts/thanks", ()))


def is_host(marked: MarkedSentence, name: NamedEntity, verb: int) -> bool:
    """Whether somebody was only met by the one who speaks: "after meeting Lukashenko said in Minsk the envoy John Coale"."""
    folded = marked.sentence.folded
    met = any(
        end <= name.start and not STOP.search(folded, end, name.start) for _, end in marked.hits.get("meeting", ())
    )
    return (
        met
        and name.end <= verb
        and any(
            other.start > verb and other.entity.name != name.entity.name and not STOP.search(folded, verb, other.start)
            for other in marked.names
        )
    )


def sources_by_office(marked: MarkedSentence, article: Iterable[MarkedSentence]) -> list[Source]:
    """Return leaders named in an article who speak by their office alone, beside the verb: "…, wrote the US president"."""
    leaders = {n.entity.party: n.entity.name for s in article for n in s.names if n.entity.role == "leader"}
    says, offset = marked.hits.get("attribution/says", ()), marked.sentence.start
    return [
        Source(leaders[party], is_outlet=False, start=offset + start, end=offset + end, is_cited=False)
        for concept, party in _OFFICES
        for start, end in (marked.hits.get(concept, ()) if party in leaders else ())
        if any(0 <= start - last <= _BESIDE or 0 <= first - end <= _BESIDE for first, last in says)
    ]


def sources_in(sentence: MarkedSentence) -> list[Source]:
    """Return the outlets, people and bodies of the gazetteer who tell something in a sentence, in its order."""
    offset, found = sentence.sentence.start, list[Source]()
    for name in principal_names(sentence):
        is_outlet = name.entity.role == "agency"
        if (not is_outlet and name.entity.role not in _SPEAKERS) or _is_spoken_of(sentence, name):
            continue
        is_own = _is_own_channel(sentence, name)
        is_cited = is_own or _is_cited(sentence, name)
        is_heard = is_cited or (_is_heard_outlet(sentence, name) if is_outlet else _is_heard(sentence, name))
        if is_heard or (not is_outlet and _is_actor(sentence, name)):
            place = offset + name.start, offset + name.end
            is_stranger = name.entity.role == "stranger"
            is_first = is_cited and (is_outlet or is_own)
            found.append(Source(name.entity.name, is_outlet, *place, is_first, is_stranger, is_act=not is_heard))
    return found


def _is_cited(sentence: MarkedSentence, name: NamedEntity) -> bool:
    return any(0 <= name.start - end <= _REACH for _, end in sentence.hits.get("attribution/cites", ()))


def _is_heard(sentence: MarkedSentence, name: NamedEntity) -> bool:
    says = _spans(sentence, "attribution/says")
    counts = _spans(sentence, "attribution/counted_by") if name.entity.role == "counter" else []
    return _is_said_by(sentence, name, [*says, *counts]) or _is_label(sentence, name)


def _is_heard_outlet(sentence: MarkedSentence, name: NamedEntity) -> bool:
    is_citing = _is_citing(sentence, name, _spans(sentence, "attribution/cites"))
    return is_citing or _is_heard(sentence, name) or _has_sources(sentence, name) or is_venue(sentence, name)


def is_venue(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Whether somebody spoke to an outlet: "told Reuters", "in an interview with the magazine Time"."""
    ends = [end for _, end in _spans(sentence, "attribution/interview")]
    gaps = [sentence.sentence.folded[end : name.start] for end in ends if end <= name.start]
    is_dative = sentence.sentence.folded.endswith(("ui", "owi"), name.start, name.end)
    return is_dative or any(len(gap) <= _VENUE and not STOP.search(gap) for gap in gaps)


def _is_actor(sentence: MarkedSentence, name: NamedEntity) -> bool:
    starts = (start for start, _ in _spans(sentence, *ACTS))
    if (name.entity.role, True) in (("body", sentence.has("legal")), ("leader", sentence.has("appointment"))):
        return not is_oblique(sentence, name)  # who issues a licence or appoints
    return any(0 <= start - name.end <= _BEHIND and _is_subject(sentence, name, start) for start in starts)


def _spans(sentence: MarkedSentence, *concepts: str) -> list[tuple[int, int]]:
    return [span for concept in concepts for span in sentence.hits.get(concept, ())]


def greets(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands before a verb of greeting: a host receives the freed, and tells nothing."""
    return any(0 <= start - name.end <= 1 for start, _ in sentence.hits.get("acts/greets", ()))


def _is_spoken_of(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands inside somebody's quoted words, or is a host's who greets: he does not tell the news."""
    if greets(sentence, name):
        return True
    is_quoted = any(start <= name.start and name.end <= end for start, end in sentence.speech)
    is_met = any(is_host(sentence, name, start) for start, _ in sentence.hits.get("attribution/says", ()))
    return is_met or (is_quoted and name.entity.role != "agency")  # whose name is written in quotes


def principal_names(sentence: MarkedSentence) -> list[NamedEntity]:
    """Return the names without those that only tell whose somebody is: "Trump's envoy John Coale" is Coale."""
    following = [*sentence.names[1:], None]
    return [
        name
        for name, other in zip(sentence.names, following, strict=False)
        if other is None or _is_own_channel(sentence, name) or not _tells_whose(sentence, name, other)
    ]


def _is_own_channel(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a network is named that has one voice: who writes on it is clear."""
    return (name.start, name.end) in sentence.hits.get("attribution/own_channel", ())


def _tells_whose(sentence: MarkedSentence, name: NamedEntity, other: NamedEntity) -> bool:
    """Tell whether a name directly before another, or possessive, only says whose envoy the other is."""
    gap = other.start - name.end
    if gap > _OFFICE_LENGTH or name.entity.role == "agency":
        return False
    is_genitive = any(start == name.end for start, _ in sentence.hits.get("genitive", ()))
    is_served = other.entity.speaks_for == name.entity.name and not STOP.search(
        sentence.sentence.folded, name.end, other.start
    )
    return gap <= 1 or is_genitive or is_served or _is_principal_of(sentence, name, other)


def _is_principal_of(sentence: MarkedSentence, name: NamedEntity, other: NamedEntity) -> bool:
    """Tell whether a leader behind a verb of saying stands before somebody of his side: "said President Trump's man Coale".

    Many languages have no mark for "'s". Not where the one appoints the other, nor with a comma between.
    """
    if name.entity.role != "leader" or other.entity.role not in ("envoy", "official") or sentence.has("appointment"):
        return False
    is_told = any(0 <= name.start - end <= _OFFICE_LENGTH for _, end in sentence.hits.get("attribution/says", ()))
    is_one_side = name.entity.party == other.entity.party
    return is_told and is_one_side and not STOP.search(sentence.sentence.folded, name.end, other.start)


def _is_said_by(sentence: MarkedSentence, name: NamedEntity, says: list[tuple[int, int]]) -> bool:
    """Tell whether a verb of saying stands before an outlet or speaker, or directly behind it.

    A single comma between a name and the verb behind it ends the clause: "Lukashenko pardoned 12, according to Viasna".
    """
    return any(
        _follows(sentence, name, end)
        or (
            name.end <= start
            and gap_between(sentence, name.end, start) <= _BEHIND
            and _is_subject(sentence, name, start)
        )
        for start, end in says
    )


def _follows(sentence: MarkedSentence, name: NamedEntity, verb: int) -> bool:
    """Tell whether a name close behind a verb of saying may be its subject: not in the clause that tells what is said."""
    if name.entity.role == "agency":
        return 0 <= name.start - verb <= _REACH
    between = sentence.sentence.folded[verb : name.start]
    if (
        is_thanked(sentence, verb)
        or _is_told(sentence, name)
        or is_oblique(sentence, name)
        or _is_met_with(sentence, name)
    ):
        return False
    if name.entity.role == "ruler" and any(end == verb for _, end in sentence.hits.get("demand", ())):
        return False  # "demanded of Lukashenko"
    is_said = between.count(",") == 1 and not between.endswith(", ")  # "said that", but "said the spokesman, N. N."
    return 0 <= name.start - verb <= _SPEAKER_REACH and not is_said


def _is_subject(sentence: MarkedSentence, name: NamedEntity, verb: int) -> bool:
    """Tell whether a name may be the subject of a verb right behind it: nobody stands between, and it is not just met."""
    between = sentence.sentence.folded[name.end : verb]
    if between.count(",") == 1 or ";" in between:
        return False
    if any(name.end <= other.start < verb for other in sentence.names):
        return False
    is_owner = any(start == name.end for start, _ in sentence.hits.get("genitive", ()))
    if is_oblique(sentence, name):
        return False
    return not is_owner and not _is_met(sentence, name) and not is_host(sentence, name, verb)


def _is_told(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether somebody is told something: "told Trump's envoy", "promised to Lukashenko"."""
    says = _spans(sentence, "attribution/says")
    told = [
        span
        for span in _spans(sentence, "attribution/audience")
        if not any(start < span[0] and span[1] == end for start, end in says)  # "according to" tells of nobody told
    ]
    gaps = [sentence.sentence.folded[end : name.start] for _, end in told]
    return name.entity.role in _PEOPLE and any(0 < len(gap) <= _TOLD and not STOP.search(gap) for gap in gaps)


def is_oblique(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether a person is named in a form for whom something is told to, or done with: "Лукашенку", "Lukašenkai"."""
    words = sentence.sentence.folded[name.start : name.end].split()
    return name.entity.role in _PEOPLE and all(_OBLIQUE.search(word) for word in words)


def _is_met(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether somebody named before calls or meets a name: "Trump called Lukashenko and thanked him"."""
    folded = sentence.sentence.folded
    before = [other for other in sentence.names if other.end <= name.start and other.entity.role in ACTORS]
    is_object = any(
        other.end <= start < name.start and not STOP.search(folded, start, name.start)
        for other in before
        for start, _ in _spans(sentence, "meeting", "talks")
    )
    return is_object or _is_met_with(sentence, name)


def _is_met_with(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether another, named later, speaks after talks with a name: "said after talks with Lukashenko the envoy Coale"."""
    has_other = any(other.start >= name.end and other.entity.role in ACTORS for other in sentence.names)
    ends = (end for _, end in _spans(sentence, "meeting", "talks"))
    return has_other and any(0 <= name.start - end <= _WITH for end in ends)


def _is_citing(sentence: MarkedSentence, name: NamedEntity, cites: list[tuple[int, int]]) -> bool:
    """Tell whether an outlet itself rests on others: "Reuters, citing three people", "wie Reuters am Montag unter Berufung auf"."""
    gaps = (sentence.sentence.folded[name.end : start] for start, _ in cites if start >= name.end)
    return any(len(gap) <= len(", ") or (len(gap) <= _BEHIND and not STOP.search(gap)) for gap in gaps)


def _is_label(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether a headline ends in "— Reuters" or begins with "Reuters:"."""
    folded = sentence.sentence.folded
    before, after = folded[: name.start].rstrip(' "'), folded[name.end :].lstrip('"')
    if not after.strip(" .") and name.entity.role == "agency" and _LAST.search(before):
        return True
    is_suffix = len(after) < _TAIL and before.endswith(("—", "|") if after.strip(" .") else ("—", "-", "|", ":"))
    is_suffix = is_suffix and not after.startswith(":")  # "Minsk pardons 21 — Viasna: 17 are political" tells of a part
    return is_suffix or (after.startswith(":") and bool(OPENING.fullmatch(folded, 0, name.start)))


def _has_sources(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether unnamed people spoke to this outlet: "sources of Rzeczpospolita"."""
    unnamed = sentence.hits.get("attribution/unnamed", ())
    return any(0 <= name.start - end <= _SUFFIX_LENGTH for _, end in unnamed)

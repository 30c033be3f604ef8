"""Who says so: outlet, outlet cited, speaker or unnamed people; the root is what independence is counted by.

The root is the outlet that the chain ends at (forty rewrites of Reuters are one source, whoever told Reuters);
where no outlet is cited it is the speaker, and where nobody is, the outlet itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from db.facts import Evidence
from events.document import Document
from events.frame import OPENING
from events.heard import Source, is_host, is_thanked, sources_by_office
from events.lexicon import Lexicon, entities
from events.marks import MarkedSentence, NamedEntity
from events.nationalities import STOP
from events.sentences import Zone
from events.unnamed import unnamed_people

_SPEAKER_REACH = 70  # the same where the name is a speaker's
_REACH = 110  # from a verb of saying to the name it goes with
_SPEAKERS = frozenset({"ruler", "envoy", "leader", "official", "office", "opposition", "counter", "body"})
_ACTORS = frozenset({"ruler", "envoy", "leader", "official", "office", "body"})
_QUOTED = frozenset({"ruler", "envoy", "leader", "official", "office"})  # whose words a state agency prints
_ACTS = ("announce", "denial", "refusal", "demand", "offer")  # what is announced or refused is said
_SUFFIX_LENGTH = 30
_TAIL = 40  # what may follow a name behind a dash: "— Coale after meeting Lukashenko"
_BEHIND = 25
_WITH = 12  # from "talks" to whom they were with, over "su Aliaksandru"
_OFFICE_LENGTH = 50  # "'s special envoy for Belarus, "
PRESS_SERVICE = "Lukashenko's press service"


@dataclass(frozen=True, slots=True)
class Attribution:
    """The chain from the outlet down, and its root."""

    chain: tuple[str, ...]
    root: str | None
    evidence: tuple[Evidence, ...]


UNTOLD = Attribution((), None, ())  # of an article that tells nothing of ours


def find_attribution(document: Document, marked: tuple[MarkedSentence, ...], lexicon: Lexicon) -> Attribution:
    """Return the attribution of an article's news, read from title and lead first, then from the body."""
    own = document.outlet_title or document.outlet
    heading = [sentence for sentence in marked if sentence.is_head() and not sentence.is_background]
    is_pardon = any(sentence.has("pardon_done", "decree", "pardon_noun") for sentence in heading)
    head = [
        source
        for sentence in heading
        for source in (
            *(_press_service(sentence) if is_pardon else ()),
            *_sources(sentence),
            *sources_by_office(sentence, marked),
        )
    ]
    body = [
        source
        for sentence in marked
        if not sentence.is_head() and not sentence.is_background
        for source in _sources(sentence)
    ]
    told = head or _understood(marked) or body  # who is named at the top is who it rests on
    cited = _deepest([source for source in told if source.is_outlet and source.name != own])
    speakers = [source for source in (head if cited else told) if not source.is_outlet]
    if cited and not speakers and _is_of_state(cited) and not is_pardon and any(one.speech for one in heading):
        speakers = _understood(marked)
    told_for = {entity.speaks_for for source in speakers if (entity := entities().get(source.name))}
    speakers.sort(key=lambda source: (source.name != PRESS_SERVICE, source.name in told_for))  # who signed goes first
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


def _press_service(sentence: MarkedSentence) -> list[Source]:
    """Return the ruler's press service where only "the press service" tells of a pardon or a decree."""
    if not sentence.has("attribution/says"):
        return []
    offset = sentence.sentence.start
    spans = sentence.hits.get("press_service", ())
    bare = [s for s in spans if not any(name.start <= s[0] and s[1] <= name.end for name in sentence.names)]
    return [Source(PRESS_SERVICE, False, offset + start, offset + end, False) for start, end in bare]


def _understood(marked: tuple[MarkedSentence, ...]) -> list[Source]:
    """Return who speaks without being named beside the verb: "…, he said" of the last one named, or who acts in a title."""
    last: Source | None = None
    for sentence in (sentence for sentence in marked if sentence.is_head() and not sentence.is_background):
        names = [name for name in _principal_names(sentence) if not _greets(sentence, name)]
        named = [name for name in names if name.entity.role in _ACTORS]
        acts = sentence.has(*_ACTS, "appointment", "legal") and sentence.sentence.zone is Zone.TITLE
        offset = sentence.sentence.start
        sources = [Source(n.entity.name, False, offset + n.start, offset + n.end, False) for n in named]
        if sources and acts:
            return sources[:1]
        if sentence.has("attribution/says") and (last or sources) and not sentence.has("attribution/unnamed"):
            return [last or sources[0]]
        last = sources[0] if sources else last
    return []


def _deepest(outlets: list[Source]) -> Source | None:
    """Return the outlet the chain ends at: one that others cite, before one that merely reports."""
    cited = [source for source in outlets if source.is_cited]
    return next(iter(cited), None) or next(iter(outlets), None)


def _sources(sentence: MarkedSentence) -> list[Source]:
    if not sentence.names:
        return []
    cites = list(sentence.hits.get("attribution/cites", ()))
    says = list(sentence.hits.get("attribution/says", ()))
    acts = [span for name in _ACTS for span in sentence.hits.get(name, ())]
    counts = list(sentence.hits.get("attribution/counted_by", ()))
    found: list[Source] = []
    for name in _principal_names(sentence):
        is_outlet = name.entity.role == "agency"
        if (not is_outlet and name.entity.role not in _SPEAKERS) or _is_spoken_of(sentence, name):
            continue
        is_cited = any(0 <= name.start - end <= _REACH for _, end in cites)
        if (
            is_cited
            or _is_said_by(sentence, name, says if is_outlet else [*says, *acts])
            or (name.entity.role == "counter" and _is_said_by(sentence, name, counts))
            or (is_outlet and _is_citing(sentence, name, cites))
            or _is_label(sentence, name)
            or (is_outlet and _has_sources(sentence, name))
        ):
            offset = sentence.sentence.start
            found.append(Source(name.entity.name, is_outlet, offset + name.start, offset + name.end, is_cited))
    return found


def _greets(sentence: MarkedSentence, name: NamedEntity) -> bool:
    return any(0 <= start - name.end <= 1 for start, _ in sentence.hits.get("acts/greets", ()))


def _is_spoken_of(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands inside somebody's quoted words, or is a host's who greets: he does not tell the news."""
    if _greets(sentence, name):
        return True
    is_quoted = any(start < name.start and name.end < end for start, end in sentence.speech)
    is_met = any(is_host(sentence, name, start) for start, _ in sentence.hits.get("attribution/says", ()))
    return is_met or (is_quoted and name.entity.role != "agency")  # whose name is written in quotes


def _principal_names(sentence: MarkedSentence) -> list[NamedEntity]:
    """Return the names without those that only tell whose somebody is: "Trump's envoy John Coale" is Coale."""
    following = [*sentence.names[1:], None]
    return [
        name
        for name, other in zip(sentence.names, following, strict=False)
        if other is None or not _tells_whose(sentence, name, other)
    ]


def _tells_whose(sentence: MarkedSentence, name: NamedEntity, other: NamedEntity) -> bool:
    """Tell whether a name directly before another, or possessive, only says whose envoy the other is."""
    gap = other.start - name.end
    if gap > _OFFICE_LENGTH:
        return False
    is_genitive = any(start == name.end for start, _ in sentence.hits.get("genitive", ()))
    return gap <= 1 or is_genitive or _is_principal_of(sentence, name, other)


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
        _follows(sentence, name, end) or (0 <= start - name.end <= _BEHIND and _is_subject(sentence, name, start))
        for start, end in says
    )


def _follows(sentence: MarkedSentence, name: NamedEntity, verb: int) -> bool:
    """Tell whether a name close behind a verb of saying may be its subject: not in the clause that tells what is said."""
    if name.entity.role == "agency":
        return 0 <= name.start - verb <= _REACH
    between = sentence.sentence.folded[verb : name.start]
    if is_thanked(sentence, verb):
        return False
    if name.entity.role == "ruler" and any(end == verb for _, end in sentence.hits.get("demand", ())):
        return False  # "demanded of Lukashenko"
    is_said = between.count(",") == 1 and not between.endswith(", ")  # "said that", but "said the spokesman, N. N."
    return 0 <= name.start - verb <= _SPEAKER_REACH and not is_said


def _is_subject(sentence: MarkedSentence, name: NamedEntity, verb: int) -> bool:
    """Tell whether a name may be the subject of a verb right behind it: nobody stands between, and it is not just met."""
    if sentence.sentence.folded.count(",", name.end, verb) == 1:
        return False
    if any(name.end <= other.start < verb for other in sentence.names):
        return False
    is_owner = any(start == name.end for start, _ in sentence.hits.get("genitive", ()))
    return not is_owner and not _is_met(sentence, name) and not is_host(sentence, name, verb)


def _is_met(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether somebody named before calls or meets a name: "Trump called Lukashenko and thanked him"."""
    folded = sentence.sentence.folded
    before = [other for other in sentence.names if other.end <= name.start and other.entity.role in _ACTORS]
    meetings = [span for concept in ("meeting", "talks") for span in sentence.hits.get(concept, ())]
    is_object = any(
        other.end <= start < name.start and not STOP.search(folded, start, name.start)
        for other in before
        for start, end in meetings
    )
    has_other = any(other.start >= name.end and other.entity.role in _ACTORS for other in sentence.names)
    return is_object or (has_other and any(0 <= name.start - end <= _WITH for _, end in meetings))  # "after talks with"


def _is_citing(sentence: MarkedSentence, name: NamedEntity, cites: list[tuple[int, int]]) -> bool:
    """Tell whether an outlet itself rests on others: "Reuters, citing three people", "wie Reuters am Montag unter Berufung auf"."""
    gaps = (sentence.sentence.folded[name.end : start] for start, _ in cites if start >= name.end)
    return any(len(gap) <= len(", ") or (len(gap) <= _BEHIND and not STOP.search(gap)) for gap in gaps)


def _is_label(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether a headline ends in "— Reuters" or begins with "Reuters:"."""
    folded = sentence.sentence.folded
    before, after = folded[: name.start].rstrip(' "'), folded[name.end :].lstrip('"')
    is_suffix = len(after) < _TAIL and before.endswith(("—", "|") if after.strip(" .") else ("—", "-", "|", ":"))
    is_suffix = is_suffix and not after.startswith(":")  # "Minsk pardons 21 — Viasna: 17 are political" tells of a part
    return is_suffix or (after.startswith(":") and bool(OPENING.fullmatch(folded, 0, name.start)))


def _has_sources(sentence: MarkedSentence, name: NamedEntity) -> bool:
    """Tell whether unnamed people spoke to this outlet: "sources of Rzeczpospolita"."""
    unnamed = sentence.hits.get("attribution/unnamed", ())
    return any(0 <= name.start - end <= _SUFFIX_LENGTH for _, end in unnamed)


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

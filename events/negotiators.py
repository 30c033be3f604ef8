"""Who bargains, on any side: who talks, asks, orders, refuses or pardons; not who tells of it, is thanked, or is named.

A name counts by what its sentence says of it: at whose word something was done, who meets or travels, who refuses. It
does not where it only says whose something is ("Lukashenko's regime") or whom something is wanted of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from db.facts import Kind, Modality
from events.acting import does, takes_part
from events.background import Span
from events.found import Found, found_in
from events.frame import CLAUSE_END, OPENING, gap_between, same_clause
from events.lexicon import Lexicon
from events.marks import MarkedSentence, NamedEntity
from events.sentences import Zone

RULER = "Alexander Lukashenko"  # the one name that rules know: pardons are his
_ROLES = frozenset({"ruler", "envoy", "leader", "official"})
_OFFICES = (("acts/us_president", "US"), ("acts/pope", "VA"))
_NOT_A_SIDE = "RU"
_DASHES = ("-", "–", "—")
_SPEAKS = 12  # from a name to its verb of saying
_TITLES = 70  # from a verb of saying to the name, over titles
_BEHALF = 40  # from "at the request of" to the name, over titles
_BEHIND = 15  # from a name to what he asked for
_THANKS = 80  # from "thanked" to the last of those it thanks
_APPOSED = 2  # a blank, a comma
_OFFICE = 40  # from "the administration of" to the name
_TALKING = (
    "talks",
    "discuss",
    "meeting",
    "delegation",
    "deal",
    "offer",
    "demand",
    "refusal",
    "denial",
    "relief",
    "appointment",
)
_MEETING = ("meeting", "talks", "discuss")
_TO_COME = ("plan", "date/tomorrow")
_MET = 30  # from "talks with" to the name, over titles
_PARDONING = ("pardon_done", "acts/decided", "decree")
_FREEING = ("release_done", "exit_done", "pardon_done", "offer", "refusal", "decree", "acts/decided")
_SAYING_IS_DOING = frozenset({Modality.DEMANDED, Modality.DENIED})


def find_negotiators(
    sentences: Sequence[MarkedSentence], lexicon: Lexicon, kind: Kind, modality: Modality
) -> Iterator[Found[str]]:
    """Yield who bargains in the sentences of a text; `kind` and `modality` are those of the first frame of its news."""
    news = [one for one in sentences if not one.is_background]
    leaders = {name.entity.party: name.entity.name for s in news for name in s.names if name.entity.role == "leader"}
    for marked in sentences:
        for name in marked.names:
            is_one = _is_told_aside if marked.is_background else _is_one
            if is_one(marked, name, kind, modality):
                rule = "acts" if name.entity.party == "BY" else "talks"
                span = (name.start, name.end)
                yield found_in(marked, name.entity.name, span, f"{lexicon.language}.negotiator.{rule}")
        offices = () if marked.is_background else (*_by_office(marked, leaders), *_ruler_unnamed(marked, kind))
        for found, span in offices:
            yield found_in(marked, found, span, f"{lexicon.language}.negotiator.office")


def _is_one(marked: MarkedSentence, name: NamedEntity, kind: Kind, modality: Modality) -> bool:
    role, span = name.entity.role, (name.start, name.end)
    if role not in _ROLES or name.entity.speaks_for or name.entity.party == _NOT_A_SIDE:
        return False
    if _is_on_behalf(marked, span) or (role == "ruler" and kind is Kind.RELEASE and marked.has("pardon_done")):
        return True  # whosever spokeswoman tells of a pardon, it is the ruler's
    is_idle = _is_spoken(marked, span) or _is_only_named(marked, name) or _is_to_be_met(marked, name)
    return not is_idle and _acts(marked, name, kind, modality)


def _is_told_aside(marked: MarkedSentence, name: NamedEntity, kind: Kind, modality: Modality) -> bool:
    """Whether a sentence that recalls says of somebody what bears on the news, in a clause without the older date.

    "The talks are led by Coale, appointed on 9 November"; "Sapega, seized two years ago, was pardoned by Lukashenko".
    """
    span = (name.start, name.end)
    if name.entity.role not in _ROLES or marked.sentence.zone is Zone.RECAP or name.entity.speaks_for:
        return False
    if kind is Kind.RELEASE and does(marked, "acts/pleads", span):  # "in October Gugerotti had asked for them"
        return True
    is_dated = any(same_clause(marked, (day.start, day.end), span) for day in marked.dates)
    if is_dated or _is_spoken(marked, span) or _is_only_named(marked, name) or name.entity.party == _NOT_A_SIDE:
        return False
    if kind is Kind.RELEASE and name.entity.role == "ruler" and marked.is_head():
        return any(same_clause(marked, hit, span) for act in _PARDONING for hit in marked.hits.get(act, ()))
    is_of_others = marked.has("release_done", "exit_done", "moved", "handover")  # "freed when Kellogg came to Minsk"
    is_open = modality is not Modality.COMPLETED or (kind is Kind.RELEASE and marked.is_head())
    return is_open and not is_of_others and takes_part(marked, span)


def _acts(marked: MarkedSentence, name: NamedEntity, kind: Kind, modality: Modality) -> bool:
    if marked.has("comment") and not marked.is_head() and not marked.has(*_TALKING):  # a forecast
        return False
    if kind is Kind.NEGOTIATION and modality is Modality.COMPLETED:  # a licence: what led to it is recalled
        return marked.sentence.zone is Zone.TITLE or (marked.is_head() and _gives(marked, name))
    if name.entity.role == "ruler":
        return _ruler_acts(marked, name, kind)
    if takes_part(marked, (name.start, name.end)):
        return True
    if name.entity.role == "envoy":
        return _envoy_acts(marked, name, kind)
    return _other_acts(marked, name, kind, modality)


def _gives(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether somebody tells of relief, orders it, or is at the talks where it is told of."""
    is_order = name.entity.role == "leader" and marked.has("acts/decided")
    is_told_there = marked.has("attribution/says") and marked.has("talks", "meeting") and not marked.is_background
    return is_order or is_told_there or (_speaks(marked, name) and not marked.has("sanctions_kept"))


def _ruler_acts(marked: MarkedSentence, name: NamedEntity, kind: Kind) -> bool:
    """Whether the ruler talks, frees or pardons; in talks about prisoners he is a side wherever he speaks."""
    is_party = marked.has(*_TALKING, *_PARDONING, "release_future") or takes_part(marked, (name.start, name.end))
    if is_party or (marked.is_head() and marked.has(*_FREEING)):
        return True
    return kind is Kind.NEGOTIATION and (_speaks(marked, name) or marked.is_head())


def _envoy_acts(marked: MarkedSentence, name: NamedEntity, kind: Kind) -> bool:
    """Whether an envoy talks; what he says is an act where talks are told of, and only a report of a release."""
    if marked.has(*_TALKING):
        return True
    speaks = _speaks(marked, name)
    if kind is Kind.NEGOTIATION:
        return speaks or marked.is_head()
    return marked.is_head() and not speaks and not marked.has("acts/greets")


def _other_acts(marked: MarkedSentence, name: NamedEntity, kind: Kind, modality: Modality) -> bool:
    """Whether a leader or minister talks; what one says is an act only if it is a demand or refusal."""
    talks = marked.has(*_TALKING)
    speaks = _speaks(marked, name)
    if kind is Kind.NEGOTIATION:
        return talks or _is_label(marked, name) or (speaks and marked.is_head() and modality in _SAYING_IS_DOING)
    is_host = name.entity.role == "leader" and "envoy" in marked.roles()  # who met an envoy on his way
    return talks and marked.has("belarus") and not speaks and not is_host


def _is_on_behalf(marked: MarkedSentence, span: Span) -> bool:
    """Whether something was done at somebody's word: "at the request of President Trump", "Trump told me"."""
    before = any(_follows(marked, hit, span, _BEHALF) for hit in marked.hits.get("acts/behalf", ()))
    return before or any(0 <= start - span[1] <= _BEHIND for start, _ in marked.hits.get("acts/behalf_behind", ()))


def _follows(marked: MarkedSentence, cue: Span, span: Span, reach: int) -> bool:
    return 0 <= span[0] - cue[1] <= reach and not CLAUSE_END.search(marked.sentence.folded, cue[1], span[0])


def _is_only_named(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name says whose somebody is, whom something is wanted of, or who is thanked."""
    if any(0 <= name.start - end <= _THANKS for _, end in marked.hits.get("acts/thanks", ())):
        return True
    if name.entity.role == "envoy":
        return _is_deputed(marked, name)
    if name.entity.role == "official":
        return False
    owners = [end for start, end in marked.hits.get("acts/owner", ()) if end <= name.start or start == name.start]
    if any(len(marked.sentence.folded[end : name.start].split()) <= 1 for end in owners):
        return True
    owned = marked.hits.get("acts/owned", ())
    return any(0 <= start - name.end <= 1 for start, _ in owned) or _is_possessive(marked, name)


def _is_to_be_met(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether somebody is only to be met: "plans to fly to Minsk for talks with Lukashenko", "a meeting with Trump is planned"."""
    span = (name.start, name.end)
    talks = [hit for concept in _MEETING for hit in marked.hits.get(concept, ()) if 0 <= span[0] - hit[1] <= _MET]
    cues = [hit for concept in _TO_COME for hit in marked.hits.get(concept, ()) if same_clause(marked, hit, span)]
    return name.entity.role in ("ruler", "leader") and any(
        cue[1] <= talk[0] or (cue in marked.hits.get("plan", ()) and 0 <= cue[0] - span[1] <= _BEHIND)
        for talk in talks
        for cue in cues
    )


def _is_deputed(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether an envoy is named only as somebody's superior: "deputy to Keith Kellogg", "Kellogg's deputy John Coale"."""
    if any(0 <= name.start - end <= 1 for _, end in marked.hits.get("acts/deputy", ())):
        return True
    others = [one for one in marked.names if one.entity.role == "envoy" and one is not name]
    owners = [start for start, end in marked.hits.get("acts/owner", ()) if 0 <= name.start - end <= 1]
    is_before = bool(owners) and any(0 < one.start - name.end <= _APPOSED for one in others)
    is_behind = any(0 < start - one.end <= _APPOSED for start in owners for one in others)  # "Coale, deputy of ..."
    return is_before or is_behind or any(0 <= start - name.end <= 1 for start, _ in marked.hits.get("acts/owned", ()))


def _is_possessive(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a principal is named only as somebody's: "Trump's envoy John Coale", "Lukashenko's spokeswoman Eismont"."""
    if name.entity.role == "ruler":
        speakers = (n.start for n in marked.names if n.entity.speaks_for == name.entity.name)
        acts = [start for concept in (*_FREEING, *_TALKING) for start, _ in marked.hits.get(concept, ())]
        return any(
            0 < start - name.end <= _OFFICE and not any(name.end <= act <= start for act in acts) for start in speakers
        )
    if name.entity.role != "leader" or marked.has("appointment") or _is_agent(marked, name):
        return False
    envoys = [other.entity.party for other in marked.names if other.entity.role == "envoy"]
    has_envoy = name.entity.party in envoys  # another's head of government meets him
    is_genitive = any(start == name.end for start, _ in marked.hits.get("genitive", ()))
    offices = marked.hits.get("administration", ())
    return (
        has_envoy or is_genitive or any(start - name.end <= 1 and name.start - end <= _OFFICE for start, end in offices)
    )


def _is_agent(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a verb of bargaining stands right beside a name: "Trump appointed his envoy", "прасіў Трамп"."""
    hits = marked.hits.get("acts/part", ())
    return any(0 <= start - name.end <= 1 or 0 <= name.start - end <= 1 for start, end in hits)


def _by_office(marked: MarkedSentence, leaders: dict[str | None, str]) -> Iterator[tuple[str, Span]]:
    """Yield leaders meant by their office alone, at whose word something was done: "at the US president's request"."""
    for concept, party in _OFFICES:
        for span in marked.hits.get(concept, ()):
            if party in leaders and (_is_on_behalf(marked, span) or _appoints(marked, span) or _asks(marked, span)):
                yield leaders[party], span


def _asks(marked: MarkedSentence, span: Span) -> bool:
    """Whether an office itself bargains about people: "the US president asked to release 1,300 on the telephone"."""
    return marked.has("release_infinitive", "release_noun") and takes_part(marked, span)


def _appoints(marked: MarkedSentence, span: Span) -> bool:
    """Whether an office stands before the word that it appoints an envoy."""
    return any(0 <= start - span[1] <= _BEHIND for start, _ in marked.hits.get("appointment", ()))


def _ruler_unnamed(marked: MarkedSentence, kind: Kind) -> Iterator[tuple[str, Span]]:
    """Yield the ruler where his office pardons, or where those who speak for him tell of his pardon or decision."""
    if kind is not Kind.RELEASE or not marked.has(*_PARDONING, "pardon_noun"):
        return
    for name in marked.names:
        if name.entity.speaks_for == RULER:
            yield RULER, (name.start, name.end)
    if marked.has("acts/ruler") and marked.has(*_PARDONING) and not _is_abroad(marked, marked.hits["acts/ruler"][0]):
        yield RULER, marked.hits["acts/ruler"][0]


def _is_abroad(marked: MarkedSentence, office: Span) -> bool:
    """Whether "the head of state" may be another's: a leader is named, or a country beside it, or without a pardon."""
    if any(name.entity.role == "leader" for name in marked.names):
        return True
    others = [span for name in marked.hits for span in marked.hits[name] if _is_of_others(name)]
    return any(not marked.has("pardon_done") or 0 <= start - office[1] <= _BEHIND for start, _ in others)


def _is_of_others(concept: str) -> bool:
    return concept in ("us", "eu") or (concept.startswith("country/") and not concept.endswith("/BY"))


def _speaks(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name stands beside a verb of saying, behind it over titles, or opens a title as its speaker."""
    says = marked.hits.get("attribution/says", ())
    if _is_label(marked, name) or any(0 <= gap_between(marked, name.end, start) <= _SPEAKS for start, _ in says):
        return True
    return any(_speaks_behind(marked, end, name) for _, end in says)


def _speaks_behind(marked: MarkedSentence, end: int, name: NamedEntity) -> bool:
    """Whether a verb of saying stands before a name, over titles at most: "said the envoy for hostages Adam Boehler"."""
    if 0 <= name.start - end <= _SPEAKS:
        return True
    is_alone = not any(end <= other.start < name.start for other in marked.names)
    return is_alone and _follows(marked, (end, end), (name.start, name.end), _TITLES)


def _is_label(marked: MarkedSentence, name: NamedEntity) -> bool:
    """Whether a name opens or closes a title as its speaker: "Trump: ...", "... — Sikorski"."""
    folded = marked.sentence.folded
    is_first = folded.startswith(":", name.end) and bool(OPENING.fullmatch(folded, 0, name.start))
    is_last = marked.sentence.zone is Zone.TITLE and name.end == len(folded)
    return is_first or (is_last and folded[: name.start].rstrip().endswith(_DASHES))


def _is_spoken(marked: MarkedSentence, span: Span) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in marked.speech)

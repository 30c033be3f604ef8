"""Frames of a negotiation: plans, relief, refusals, demands, talks, envoys (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from db.facts import Modality, Polarity
from events.frame import (
    HELD,
    RECALLED,
    Frame,
    FrameKind,
    Head,
    frame_at,
    givers,
    has_outside,
    is_abroad,
    is_dismissal,
    is_elsewhere,
    is_negated,
    is_unreal,
    same_clause,
    stands_after,
    states_abroad,
)
from events.lexicon import Lexicon
from events.marks import MarkedSentence, Span
from events.sentences import Zone

_COMPLEMENT = 40  # from a verb to the release it speaks of, over the comma before an infinitive or "that"
_MOODS = (
    ("announce", Modality.ANNOUNCED),
    ("discuss", Modality.UNDER_DISCUSSION),
    ("offer", Modality.PLANNED),
    ("plan", Modality.PLANNED),
    ("want", Modality.DEMANDED),
    ("possible", Modality.POSSIBLE),
    ("talks", Modality.UNDER_DISCUSSION),
    ("deal", Modality.UNDER_DISCUSSION),
)
_INTENTS = ("plan", "want")
_DONE = ("release_done", "exit_done", "pardon_done", "handover", "arrival", "moved")
_NAMED = ("release_noun", "pardon_noun", "release_infinitive")
_FREEING = ("release_noun", "pardon_noun", "release_infinitive", "release_future", "release_done")


def plans(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Releases that are announced, planned, possible, discussed or wanted (rule 1, second half)."""
    if not marked.has(*_NAMED, "release_future", "offer", "exchange"):
        return
    has_somebody = marked.has(*HELD, "foreigner", "citizen", "custody") or "prisoner" in marked.roles()
    is_told_how = bool(marked.numbers) or has_outside(marked)
    has_somebody = has_somebody or (marked.is_ours() and marked.has("pardon_noun") and is_told_how)
    is_official = has_outside(marked) or "ruler" in marked.roles() or marked.has("administration")
    is_more = marked.sentence.zone is Zone.TITLE and marked.has("further") and head.has_outside
    is_counted = bool(marked.numbers) and marked.is_ours() and (is_official or is_more)
    is_pardon = "ruler" in marked.roles() and marked.has("pardon_noun") and not marked.has("amnesty")
    is_ours = marked.is_ours() or head.is_ours
    is_told = marked.has("talks", "discuss", "deal", "mediation") or "envoy" in marked.roles()
    is_between = marked.is_ours() and ((has_outside(marked) and is_told) or _frees(marked))
    is_known = has_somebody or is_counted or is_pardon or is_between or (is_ours and head.tells_of_prisoners)
    if not is_known or is_elsewhere(marked):
        return
    for span in marked.hits.get("release_future", ()):
        if not is_negated(marked, span) and (marked.has("political") or not is_dismissal(marked, span)):
            modality = _of_future(marked, span)
            rule = "future" if has_somebody or marked.numbers else "they"
            yield frame_at(marked, span, FrameKind.PLAN, modality, f"{lexicon.language}.plan.{rule}")
    yield from _bargains(marked, lexicon, head)
    yield from _prices(marked, lexicon, head)
    done = [hit for concept in ("release_done", "pardon_done") for hit in marked.hits.get(concept, ())]
    named = marked.first(*_NAMED)
    if named is None or any(start <= named[0] and named[1] <= end for start, end in done):  # "ordered the release of"
        return
    if is_dismissal(marked, named) and not marked.has("political"):
        return
    mood = _mood(marked, named)
    if mood is not None:
        yield frame_at(marked, named, FrameKind.PLAN, mood, f"{lexicon.language}.plan.{mood.value}")


def _frees(marked: MarkedSentence) -> bool:
    """Whether people are to be freed: "Minsk promised the Vatican to release priests", "könnte Journalisten freilassen"."""
    verbs = marked.hits.get("release_infinitive", ())
    return any(1 in (one[0] - verb[1], verb[0] - one[1]) for verb in verbs for one in marked.hits.get("person", ()))


def _of_future(marked: MarkedSentence, span: Span) -> Modality:
    """Return how a release to come is meant: as the ruler's own word, as possible by others', else as planned."""
    rulers = [name.end for name in marked.names if name.entity.role == "ruler"]
    is_own = any(marked.sentence.folded[end : span[0]].count(":") == 1 for end in rulers)  # "Lukashenko: we will free"
    if _is_announced(marked) or is_own or _is_own_word(marked, span):
        return Modality.ANNOUNCED
    if marked.has("plan") or "ruler" in marked.roles():
        return Modality.PLANNED
    ahead = [hit for hit in marked.hits.get("possible", ()) if hit[1] <= span[0]]
    return Modality.POSSIBLE if any(span[0] - hit[1] <= _COMPLEMENT for hit in ahead) else Modality.PLANNED


def _is_own_word(marked: MarkedSentence, verb: Span) -> bool:
    """Whether the ruler himself says that people will be freed: "Lukashenko says that the ill will be let out"."""
    said = marked.hits.get("attribution/says", ())
    rulers = [name for name in marked.names if name.entity.role == "ruler"]
    return any(0 <= start - name.end <= 1 and end <= verb[0] for name in rulers for start, end in said)


def _bargains(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield that prisoners are offered, or weighed against something: "ready to hand over all", "planes for prisoners"."""
    has_held = marked.has(*HELD) or "prisoner" in marked.roles()
    is_done = any(not is_unreal(marked, span) for name in _DONE for span in marked.hits.get(name, ()))
    is_named = (
        has_held or marked.has("release_noun") or (head.tells_of_prisoners and marked.sentence.zone is Zone.TITLE)
    )
    if is_done or not is_named or not marked.is_ours():
        return
    offer, exchange = marked.first("offer"), marked.first("exchange")
    if exchange is not None and (has_held or "ruler" in marked.roles() or head.tells_of_prisoners):
        rule = f"{lexicon.language}.plan.exchange"
        yield frame_at(marked, exchange, FrameKind.PLAN, Modality.UNDER_DISCUSSION, rule)
    elif offer is not None and ("ruler" in marked.roles() or _is_offered(marked, offer, has_held=has_held)):
        is_possible = marked.has("possible") and "ruler" in marked.roles()
        modality = Modality.POSSIBLE if is_possible else Modality.PLANNED
        yield frame_at(marked, offer, FrameKind.PLAN, modality, f"{lexicon.language}.plan.offered")


def _is_offered(marked: MarkedSentence, offer: Span, *, has_held: bool) -> bool:
    """Whether a state offers something for those who are in: "Lithuania offers a corridor for sick prisoners"."""
    if "prisoner" in marked.roles() and can_give(marked, offer):
        return True
    is_to_others = is_abroad(marked) or has_outside(marked)  # "Minsk offers Poland prisoners for an open border"
    acting = [*states_abroad(marked), *(marked.hits.get("belarus", ()) if is_to_others else ())]
    return has_held and not marked.has("freed") and any(end <= offer[0] for _, end in acting)


def _prices(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield what another state agrees to in return: "in exchange, Poland agreed to open a border crossing"."""
    span = marked.first("exchange")
    is_given = marked.has("plan", "deal") and (has_outside(marked) or is_abroad(marked))
    if span is None or not is_given or marked.has(*HELD) or is_negated(marked, span):
        return
    if head.tells_of_prisoners and marked.sentence.folded[: span[0]].strip(' "–—-') == "":
        yield frame_at(marked, span, FrameKind.TALKS, Modality.UNDER_DISCUSSION, f"{lexicon.language}.talks.about")


def _mood(marked: MarkedSentence, span: Span) -> Modality | None:
    """Return how a release named by noun or infinitive is meant, by the strongest word that goes with it."""
    is_between = has_outside(marked) and marked.is_ours()
    for concept, modality in _MOODS:
        for hit in marked.hits.get(concept, ()):
            if hit == span or (concept == "announce" and hit[0] > span[0]):
                continue
            if concept in _INTENTS and is_negated(marked, hit):  # "I never asked for a pardon and do not plan to"
                continue
            if concept == "want" and not can_give(marked, hit) and "ruler" not in marked.roles():
                continue  # relatives and campaigners want it too
            if is_between or same_clause(marked, hit, span) or 0 <= span[0] - hit[1] <= _COMPLEMENT:
                return Modality.ANNOUNCED if concept == "plan" and _is_given(marked, hit) else modality
    return None


def _is_announced(marked: MarkedSentence) -> bool:
    """Whether what is to come is the word of those who can bring it about, and no leak: "Coale: another 100 will be freed"."""
    is_retold = any(name.entity.role == "agency" and name.entity.party != "BY" for name in marked.names)
    is_leak = is_retold or marked.has("attribution/unnamed", "attribution/cites")
    return marked.has("announce") or (bool(marked.roles() & {"ruler", "envoy"}) and not is_leak)


def _is_given(marked: MarkedSentence, hit: Span) -> bool:
    """Whether a plan is the word of him who can free: "Lukashenko promised to release", "agreed to release"."""
    words = marked.hits.get("acts/decided", ())
    return "ruler" in marked.roles() and any(start < hit[1] and hit[0] < end for start, end in words)


def concessions(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Relief for Minsk: done, or only discussed."""
    span = marked.first("relief")
    if span is None or is_negated(marked, span):
        return
    if marked.has("sanctions_kept", "sport") or is_elsewhere(marked):
        return
    is_told = head.is_ours and head.tells_of_prisoners and marked.has("us", "eu", "sanctions")
    is_named = marked.has("belarus", "potash", "belavia") or (is_told and not marked.has("other_jailer"))
    if not is_named and (marked.has("other_jailer") or not ("ruler" in marked.roles() or marked.has("exchange"))):
        return
    if marked.has("embassy") and not marked.has("sanctions", "us"):  # any embassy may open an exhibition
        return
    modality = _relief_modality(marked)
    rule = RECALLED if stands_after(marked, span) else modality.value
    frame = frame_at(marked, span, FrameKind.CONCESSION, modality, f"{lexicon.language}.concession.{rule}")
    yield replace(frame, plover="085") if modality is Modality.COMPLETED else frame


def _relief_modality(marked: MarkedSentence) -> Modality:
    if marked.has("plan") and not (marked.has("legal") and marked.has("relief_done")):
        return Modality.PLANNED
    if marked.has("possible", "want", "offer", "discuss"):
        return Modality.UNDER_DISCUSSION
    if marked.has("relief_done", "legal") and not marked.has("announce"):
        return Modality.COMPLETED
    return Modality.ANNOUNCED if marked.has("announce", "us", "eu") else Modality.UNDER_DISCUSSION


def refusals(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield that somebody refuses to free or to talk, or denies that there are talks or an exchange."""
    span = _refused(marked)
    if span is None:
        return
    has_held = marked.has(*HELD) or "prisoner" in marked.roles()
    is_of_talks = marked.has("talks", "deal", "discuss") and marked.has("belarus", "us")
    about = has_held or marked.has(*_FREEING) or is_of_talks
    is_of_freeing = marked.is_ours() and (marked.has(*_FREEING) or (marked.has("denial") and head.tells_of_freeing))
    is_of_exchange = (
        marked.has("denial") and marked.has("exchange", "offer") and head.is_ours and head.tells_of_prisoners
    )
    if marked.has("other_release"):  # a court that refuses parole
        return
    if marked.has("not_among") and not marked.has("refusal"):  # "he never refused to go"
        return
    if (about and (has_held or marked.has("refusal"))) or is_of_exchange or is_of_freeing:
        rule = f"{lexicon.language}.refusal.{'refused' if marked.has('refusal') else 'denied'}"
        yield frame_at(marked, span, FrameKind.REFUSAL, Modality.DENIED, rule, Polarity.NEGATIVE)


def _refused(marked: MarkedSentence) -> Span | None:
    """Return where something is refused or denied; "did not rule out" refuses nothing."""
    open_ones = marked.hits.get("possible", ())
    spans = (hit for name in ("refusal", "denial") for hit in marked.hits.get(name, ()))
    return min((hit for hit in spans if not any(s <= hit[0] and hit[1] <= e for s, e in open_ones)), default=None)


def demands(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Demands by those who can give something for it; a call by relatives or campaigners is only the topic."""
    if not marked.has("demand", "unreal_clause"):
        return
    is_of_release = marked.has("release_noun", "pardon_noun", "release_infinitive", "exit_done") and (
        marked.has(*HELD, "citizen") or "prisoner" in marked.roles()
    )
    is_condition = "prisoner" in marked.roles() and marked.has("unreal_clause") and head.is_ours
    if not is_of_release and not is_condition and not (marked.has("belarus") and head.tells_of_prisoners):
        return
    conditions = marked.hits.get("unreal_clause", ()) if "prisoner" in marked.roles() else ()
    verbs = (*marked.hits.get("demand", ()), *conditions)
    span = next((hit for hit in verbs if can_give(marked, hit) or (head.names_giver and not marked.names)), None)
    if span is not None:
        yield frame_at(marked, span, FrameKind.DEMAND, Modality.DEMANDED, f"{lexicon.language}.demand.release")


def can_give(marked: MarkedSentence, verb: Span) -> bool:
    """Whether those who demand hold something Minsk wants: a state or its people, named before the verb."""
    acting = [name.end for name in givers(marked)]
    acting += [end for side in ("us", "eu", "acts/pope") for _, end in marked.hits.get(side, ())]
    acting += [end for _, end in states_abroad(marked)]
    return any(end <= verb[1] for end in acting)


def talks(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Talks with Minsk: about prisoners or relief, or between the two sides that talk about them."""
    span = marked.first("talks", "discuss", "deal", "meeting")
    is_of_others = is_elsewhere(marked) or (marked.has("pow") and not marked.has("political"))
    if is_of_others or marked.has("sanctions_kept"):
        return
    if span is None:
        yield from _in_minsk(marked, lexicon)
        return
    if stands_after(marked, span):
        return
    is_after = marked.has(*_DONE) and not marked.has(
        "discuss", "deal"
    )  # "freed 52 after talks" says nothing of the talks
    is_told = marked.has("relief") or (not is_after and (marked.has(*HELD) or "prisoner" in marked.roles()))
    is_about = marked.has("talks", "discuss", "deal") and is_told
    is_outside = has_outside(marked)
    is_with_minsk = "ruler" in marked.roles() or ("envoy" in marked.roles() and marked.has("belarus"))
    is_of_prisoners = marked.has(*HELD) or (marked.has("belarus") and head.tells_of_prisoners)
    is_meeting = is_outside and (is_with_minsk or (is_of_prisoners and "opposition" not in marked.roles()))
    is_meeting = is_meeting or (is_abroad(marked) and "ruler" in marked.roles() and marked.has(*HELD))
    has_both = is_outside and marked.has("belarus") and marked.has("talks", "deal")
    has_sides = (is_outside or head.has_outside or is_abroad(marked)) and (
        is_with_minsk or marked.has("belarus") or head.has_minsk
    )
    if (is_about and has_sides) or is_meeting or has_both:
        rule = f"{lexicon.language}.talks.{'about' if is_about else 'met'}"
        yield frame_at(marked, span, FrameKind.TALKS, Modality.UNDER_DISCUSSION, rule)


def _in_minsk(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    """Yield that an envoy is in Minsk about prisoners, told without a verb: "Coale in Minsk: a list of prisoners"."""
    envoy = next((name for name in marked.names if name.entity.role == "envoy"), None)
    if envoy is not None and marked.has("belarus") and marked.has(*HELD) and not marked.has(*_DONE, "freed"):
        rule = f"{lexicon.language}.talks.in_minsk"
        yield frame_at(marked, (envoy.start, envoy.end), FrameKind.TALKS, Modality.UNDER_DISCUSSION, rule)


def appointments(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield that an envoy to Minsk is named: an act of the talks."""
    span = marked.first("appointment")
    if span is not None and (marked.has("belarus") or head.is_ours):
        yield frame_at(marked, span, FrameKind.TALKS, Modality.UNDER_DISCUSSION, f"{lexicon.language}.talks.appointed")

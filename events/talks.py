"""Frames of a negotiation: plans, relief, refusals, demands, talks, envoys (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterator

from db.facts import Modality, Polarity
from events.asides import is_aside, stands_after
from events.background import Span
from events.envoys import in_minsk
from events.frame import (
    DONE_VERBS,
    HELD,
    Frame,
    FrameKind,
    Head,
    can_give,
    frame_at,
    has_outside,
    is_abroad,
    is_dismissal,
    is_elsewhere,
    is_of_behalf,
    same_clause,
)
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_hoped, is_negated, is_unreal
from events.offers import bargains, prices
from events.relief import keeps_sanctions
from events.sentences import Zone

_NEXT = 20  # from a release to the verb that tells that it happened, over whose it is
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
_NAMED = ("release_noun", "pardon_noun", "release_infinitive")
_FREEING = ("release_noun", "pardon_noun", "release_infinitive", "release_future", "release_done")


def plans(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Releases that are announced, planned, possible, discussed or wanted (rule 1, second half)."""
    if not marked.has(*_NAMED, "release_future", "offer", "exchange"):
        return
    has_somebody = marked.has(*HELD, "foreigner", "citizen", "custody") or "prisoner" in marked.roles()
    is_told_how = bool(marked.numbers) or has_outside(marked)
    is_told_how = is_told_how or (marked.sentence.zone is Zone.TITLE and not marked.has("amnesty"))
    has_somebody = has_somebody or (marked.is_ours() and marked.has("pardon_noun") and is_told_how)
    is_official = has_outside(marked) or "ruler" in marked.roles() or marked.has("administration")
    is_more = marked.sentence.zone is Zone.TITLE and marked.has("further") and head.has_outside
    is_of_people = marked.sentence.zone is Zone.TITLE and bool(marked.nations.get("people"))
    is_counted = bool(marked.numbers) and marked.is_ours() and (is_official or is_more or is_of_people)
    is_pardon = "ruler" in marked.roles() and marked.has("pardon_noun") and not marked.has("amnesty")
    is_ours = marked.is_ours() or head.is_ours
    is_told = marked.has("talks", "discuss", "deal", "mediation") or "envoy" in marked.roles()
    is_between = marked.is_ours() and ((has_outside(marked) and is_told) or _frees(marked))
    is_known = has_somebody or is_counted or is_pardon or is_between or (is_ours and head.tells_of_prisoners)
    is_of_convicts = marked.has("amnesty") and not marked.has("political") and "prisoner" not in marked.roles()
    if not is_known or is_of_convicts or marked.has("other_release") or is_elsewhere(marked):
        return
    is_asked = marked.sentence.text.endswith("?") and not marked.numbers
    for span in () if is_asked else marked.hits.get("release_future", ()):
        if not is_negated(marked, span) and (marked.has("political") or not is_dismissal(marked, span)):
            modality = _of_future(marked, span)
            rule = "future" if has_somebody or marked.numbers else "they"
            yield frame_at(marked, span, FrameKind.PLAN, modality, f"{lexicon.language}.plan.{rule}")
    yield from bargains(marked, lexicon, head)
    yield from prices(marked, lexicon, head)
    verbs = (hit for concept in ("release_done", "pardon_done") for hit in marked.hits.get(concept, ()))
    done = [hit for hit in verbs if not is_unreal(marked, hit)]
    named = marked.first(*_NAMED)
    if named is None or any(start <= named[0] and named[1] <= end for start, end in done):  # "ordered the release of"
        return
    if is_dismissal(marked, named) and not marked.has("political"):
        return
    mood = _mood(marked, named, is_given=head.names_giver and not marked.names)
    if mood is not None and not (mood is Modality.UNDER_DISCUSSION and is_aside(marked, named)):
        yield frame_at(marked, named, FrameKind.PLAN, mood, f"{lexicon.language}.plan.{mood.value}")


def _frees(marked: MarkedSentence) -> bool:
    """Whether people are to be freed: "Minsk promised the Vatican to release priests", "könnte Journalisten freilassen"."""
    verbs = marked.hits.get("release_infinitive", ())
    return any(1 in (one[0] - verb[1], verb[0] - one[1]) for verb in verbs for one in marked.hits.get("person", ()))


def _of_future(marked: MarkedSentence, span: Span) -> Modality:
    """Return how a release to come is meant: as the ruler's own word, as possible by others', else as planned."""
    conditions = [hit for hit in marked.hits.get("unreal_clause", ()) if hit in marked.hits.get("possible", ())]
    if conditions or any(span[0] <= start < span[1] for start, _ in marked.hits.get("possible", ())):
        return Modality.POSSIBLE  # "is ready to release", "to freedom may walk", "will release, if"
    rulers = [name.end for name in marked.names if name.entity.role == "ruler"]
    is_own = any(marked.sentence.folded[end : span[0]].count(":") == 1 for end in rulers)  # "Lukashenko: we will free"
    if is_hoped(marked, span):
        return Modality.POSSIBLE
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


def _mood(marked: MarkedSentence, span: Span, *, is_given: bool) -> Modality | None:
    """Return how a release named by noun or infinitive is meant, by the strongest word that goes with it."""
    is_between = has_outside(marked) and marked.is_ours()
    demanded = set(marked.hits.get("demand", ())) - set(marked.hits.get("plan", ()))  # "were to be let out" is both
    if any(start < span[1] and span[0] < end for start, end in demanded):
        return None  # "no talks without the release of": a demand
    for concept, modality in () if _has_happened(marked, span) else _MOODS:
        for hit in marked.hits.get(concept, ()):
            is_behind = concept == "announce" and hit[0] > span[0]
            if hit == span or is_behind or (concept == "deal" and is_of_behalf(marked, hit)):
                continue
            if concept in _INTENTS and is_negated(marked, hit):  # "I never asked for a pardon and do not plan to"
                continue
            if concept == "plan" and any(hit[1] <= want[0] < span[0] for want in marked.hits.get("want", ())):
                continue  # "promise to go on asking for the release of the others"
            if concept == "want" and not is_given and not can_give(marked, hit) and "ruler" not in marked.roles():
                continue  # relatives and campaigners want it too
            if is_between or same_clause(marked, hit, span) or 0 <= span[0] - hit[1] <= _COMPLEMENT:
                if concept == "announce" and _is_offering(marked, hit):
                    return Modality.POSSIBLE
                return Modality.ANNOUNCED if concept == "plan" and _is_given(marked, hit) else modality
    return None


def _has_happened(marked: MarkedSentence, span: Span) -> bool:
    """Whether a release is told to have come about, behind its noun: "the release came hours after the talks"."""
    verbs = [verb for verb in marked.hits.get("happened", ()) if 0 <= verb[0] - span[1] <= _NEXT]
    return any(same_clause(marked, span, verb) for verb in verbs)


def _is_offering(marked: MarkedSentence, announced: Span) -> bool:
    """Whether it is only announced that one is ready: "declared that he was ready to hand over all"."""
    ready = [span for span in marked.hits.get("offer", ()) if span[0] >= announced[1]]
    words = marked.hits.get("possible", ())
    return any(start < end and first < last for start, last in ready for first, end in words)


def _is_announced(marked: MarkedSentence) -> bool:
    """Whether what is to come is the word of those who can bring it about, and no leak: "Coale: another 100 will be freed"."""
    is_retold = any(name.entity.role == "agency" and name.entity.party != "BY" for name in marked.names)
    is_leak = is_retold or marked.has("attribution/unnamed", "attribution/cites")
    return marked.has("announce") or (bool(marked.roles() & {"ruler", "envoy"}) and not is_leak)


def _is_given(marked: MarkedSentence, hit: Span) -> bool:
    """Whether a plan is the word of him who can free: "Lukashenko promised to release", "agreed to release"."""
    words = marked.hits.get("acts/decided", ())
    return "ruler" in marked.roles() and any(start < hit[1] and hit[0] < end for start, end in words)


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
    is_of_ruler = (
        "ruler" in marked.roles() and has_outside(marked) and marked.has("refusal") and head.tells_of_prisoners
    )
    if marked.has("other_release"):  # a court that refuses parole
        return
    if marked.has("not_among") and not marked.has("refusal"):  # "he never refused to go"
        return
    if _is_of_prisoner(marked, span):
        return
    if (about and (has_held or marked.has("refusal"))) or is_of_exchange or is_of_freeing or is_of_ruler:
        rule = f"{lexicon.language}.refusal.{'refused' if marked.has('refusal') else 'denied'}"
        yield frame_at(marked, span, FrameKind.REFUSAL, Modality.DENIED, rule, Polarity.NEGATIVE)


def _is_of_prisoner(marked: MarkedSentence, refusal: Span) -> bool:
    """Whether it is a prisoner who refuses, a pardon for instance: nobody's word on freeing him."""
    before = [
        name for name in marked.names if name.end <= refusal[0] and same_clause(marked, (name.start, name.end), refusal)
    ]
    return bool(before) and before[-1].entity.role == "prisoner" and marked.has("pardon_noun", "acts/stayed")


def _refused(marked: MarkedSentence) -> Span | None:
    """Return where something is refused or denied; "did not rule out" refuses nothing."""
    open_ones = marked.hits.get("possible", ())
    spans = (hit for name in ("refusal", "denial") for hit in marked.hits.get(name, ()))
    told = [hit for hit in spans if not any(s <= hit[0] < e for s, e in open_ones)]
    return min((hit for hit in told if not _is_until(marked, hit)), default=None)


def _is_until(marked: MarkedSentence, refusal: Span) -> bool:
    """Whether a refusal is what something waits for: "we open no border until Minsk will not have let him go"."""
    cues = [*marked.hits.get("unreal_clause", ())]
    nouns = marked.hits.get("release_noun", ())
    cues += [hit for hit in marked.hits.get("demand", ()) if any(s < hit[1] and hit[0] < e for s, e in nouns)]
    return any(end <= refusal[0] and same_clause(marked, (start, end), refusal) for start, end in cues)


def demands(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Demands by those who can give something for it; a call by relatives or campaigners is only the topic."""
    if not marked.has("demand", "unreal_clause"):
        return
    is_of_release = marked.has("release_noun", "pardon_noun", "release_infinitive", "exit_done") and (
        marked.has(*HELD, "citizen") or "prisoner" in marked.roles()
    )
    is_put = marked.has("unreal_clause") or (marked.has("demand") and marked.sentence.zone is Zone.TITLE)
    is_condition = "prisoner" in marked.roles() and is_put and head.is_ours
    if not is_of_release and not is_condition and not (marked.has("belarus") and head.tells_of_prisoners):
        return
    conditions = marked.hits.get("unreal_clause", ()) if "prisoner" in marked.roles() else ()
    verbs = (*marked.hits.get("demand", ()), *conditions)
    span = next(
        (hit for hit in verbs if can_give(marked, hit) or (head.names_giver and marked.roles() <= {"prisoner"})), None
    )
    if span is not None:
        yield frame_at(marked, span, FrameKind.DEMAND, Modality.DEMANDED, f"{lexicon.language}.demand.release")


def talks(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Talks with Minsk: about prisoners or relief, or between the two sides that talk about them."""
    span = marked.first("talks", "discuss", "deal", "meeting")
    is_of_others = is_elsewhere(marked) or (marked.has("pow") and not marked.has("political"))
    if is_of_others or keeps_sanctions(marked):
        return
    if span is None:
        yield from in_minsk(marked, lexicon)
        return
    if stands_after(marked, span) or is_aside(marked, span):
        return
    is_after = marked.has(*DONE_VERBS) and not marked.has(
        "discuss", "deal"
    )  # "freed 52 after talks" says nothing of the talks
    is_told = marked.has("relief") or (not is_after and _is_of_held(marked))
    is_about = marked.has("talks", "discuss", "deal") and is_told
    is_outside = has_outside(marked)
    is_with_minsk = "ruler" in marked.roles() or ("envoy" in marked.roles() and marked.has("belarus"))
    is_told_of = marked.has("belarus") and head.tells_of_prisoners
    is_of_prisoners = is_told_of or (marked.has(*HELD) and not marked.has("freed"))  # leaders meet who is free already
    is_meeting = is_outside and (is_with_minsk or (is_of_prisoners and "opposition" not in marked.roles()))
    is_meeting = is_meeting or (
        head.has_envoy and marked.is_head() and "ruler" in marked.roles()
    )  # "Coale is here. He met …"
    is_meeting = is_meeting or (is_abroad(marked) and "ruler" in marked.roles() and marked.has(*HELD))
    has_both = is_outside and marked.has("belarus") and marked.has("talks", "deal")
    has_sides = (is_outside or head.has_outside or is_abroad(marked)) and (
        is_with_minsk or marked.has("belarus") or head.has_minsk
    )
    if (is_about and has_sides) or is_meeting or has_both:
        rule = f"{lexicon.language}.talks.{'about' if is_about else 'met'}"
        modality = Modality.POSSIBLE if _is_ready(marked) else Modality.UNDER_DISCUSSION
        yield frame_at(marked, span, FrameKind.TALKS, modality, rule)


def _is_of_held(marked: MarkedSentence) -> bool:
    """Whether talks and people in prison are told in one part of a sentence: "asked to free them; talked about the war" is none."""
    held = [span for concept in HELD for span in marked.hits.get(concept, ())]
    held += [(name.start, name.end) for name in marked.names if name.entity.role == "prisoner"]
    about = [span for concept in ("talks", "discuss", "deal") for span in marked.hits.get(concept, ())]
    parts = [sorted((one, other)) for one in held for other in about]
    return any(";" not in marked.sentence.folded[first[1] : last[0]] for first, last in parts)


def _is_ready(marked: MarkedSentence) -> bool:
    """Whether the ruler is ready for a deal that is offered to him, and no more: "ready to strike a great deal"."""
    deals = [start for start, _ in marked.hits.get("deal", ())]
    words = [end for _, end in marked.hits.get("possible", ())]
    is_near = any(0 <= deal - end <= _COMPLEMENT for deal in deals for end in words)
    return is_near and "ruler" in marked.roles()

"""What is offered for prisoners, or weighed against them, and what other states give for it (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterator

from db.facts import Modality
from events.background import Span
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
    same_clause,
    states_abroad,
)
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.sentences import Zone


def bargains(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield that prisoners are offered, or weighed against something: "ready to hand over all", "planes for prisoners"."""
    has_held = marked.has(*HELD) or "prisoner" in marked.roles()
    is_done = any(not is_unreal(marked, span) for name in DONE_VERBS for span in marked.hits.get(name, ()))
    is_named = (
        has_held or marked.has("release_noun") or (head.tells_of_prisoners and marked.sentence.zone is Zone.TITLE)
    )
    if is_done or not is_named or not marked.is_ours() or marked.has("for_nothing"):
        return
    offer, exchange = marked.first("offer"), marked.first("exchange")
    if (
        exchange is not None
        and not _is_thanked_for(marked, exchange)
        and (has_held or "ruler" in marked.roles() or head.tells_of_prisoners)
    ):
        rule = f"{lexicon.language}.plan.exchange"
        yield frame_at(marked, exchange, FrameKind.PLAN, Modality.UNDER_DISCUSSION, rule)
    elif offer is not None and ("ruler" in marked.roles() or _is_offered(marked, offer, has_held=has_held)):
        is_possible = marked.has("possible") and "ruler" in marked.roles()
        modality = Modality.POSSIBLE if is_possible else Modality.PLANNED
        yield frame_at(marked, offer, FrameKind.PLAN, modality, f"{lexicon.language}.plan.offered")


def _is_thanked_for(marked: MarkedSentence, exchange: Span) -> bool:
    """Whether a release is what somebody gives thanks for, and no price: "thanked everybody for the release of priests"."""
    thanks = {start for start, _ in marked.hits.get("acts/thanks", ())}
    cues = [cue for cue in marked.hits.get("after", ()) if cue[0] in thanks]
    return any(start < exchange[1] and exchange[0] < end for start, end in cues)


def _is_offered(marked: MarkedSentence, offer: Span, *, has_held: bool) -> bool:
    """Whether a state offers something for those who are in: "Lithuania offers a corridor for sick prisoners"."""
    if "prisoner" in marked.roles() and can_give(marked, offer):
        return True
    if has_held and _is_of_foreigner(marked, offer):
        return True
    if not has_held or marked.has("freed"):
        return False
    is_to_others = is_abroad(marked) or has_outside(marked)  # "Minsk offers Poland prisoners for an open border"
    is_of_minsk = is_to_others and any(end <= offer[0] for _, end in marked.hits.get("belarus", ()))
    return is_of_minsk or any(end <= offer[0] for _, end in states_abroad(marked))


def _is_of_foreigner(marked: MarkedSentence, offer: Span) -> bool:
    """Whether Minsk offers something about a foreigner it holds: "Minsk: we gave Berlin a proposal on the German"."""
    is_minsk = any(end <= offer[0] for _, end in marked.hits.get("belarus", ()))
    named = [
        span for form, nations in marked.nations.items() if form != "country" for code, span in nations if code != "BY"
    ]
    return is_minsk and not marked.has("discuss") and any(span[0] >= offer[1] for span in named)


def prices(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Yield what another state agrees to in return: "in exchange, Poland agreed to open a border crossing"."""
    span = marked.first("exchange")
    is_given = marked.has("plan", "deal") and (has_outside(marked) or is_abroad(marked))
    if span is None or not (is_given or _is_asked(marked)) or marked.has(*HELD) or is_negated(marked, span):
        return
    opens = marked.sentence.folded[: span[0]].strip(' "–—-') == ""
    if head.tells_of_prisoners and (opens or _is_promised(marked, span) or _is_asked(marked)):
        yield frame_at(marked, span, FrameKind.TALKS, Modality.UNDER_DISCUSSION, f"{lexicon.language}.talks.about")


def _is_asked(marked: MarkedSentence) -> bool:
    """Whether Minsk demands something in return: "Minsk demanded two border crossings in exchange"."""
    minsk = marked.hits.get("belarus", ())
    asked = marked.hits.get("demand", ())
    return any(one[1] <= verb[0] and same_clause(marked, one, verb) for one in minsk for verb in asked)


def _is_promised(marked: MarkedSentence, span: Span) -> bool:
    """Whether another state promises it in the same breath: "Poland undertook in return to open a border crossing"."""
    plans = [plan for plan in marked.hits.get("plan", ()) if plan[1] <= span[0] and same_clause(marked, plan, span)]
    return any(
        end <= plan[0] and same_clause(marked, (start, end), plan)
        for start, end in states_abroad(marked)
        for plan in plans
    )

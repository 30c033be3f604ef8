"""What an article's news is: release, negotiation, both, related or none (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from db.facts import Decision, Kind, Modality
from events.blockers import OTHER_NEWS, reason_against
from events.frame import NEGOTIATING, RECALLED, Frame, FrameKind, has_outside
from events.headings import ACTING, told_all_the_same
from events.late import late_plan, late_release
from events.marks import MarkedSentence
from events.nationalities import HOME
from events.sentences import HEAD, Zone

APPEAL = "an appeal of those who can give nothing for it"
NO_NEWS = "neither release nor talks in title and lead"
_NO_DISMISSAL = (".walked_free", ".pardoned", ".handed_over", ".arrived")  # nobody is let go from a post so
_OF_STATES = ("political", "pardon_done", "foreigner", "citizen", "handover")  # no parole of a criminal
_TO_COME = (".future", ".planned")  # the last parts of rules: "will walk free", "are to walk free"
_BARE = (".future", ".exchange")  # a title that does not say who says so
_SAME = 120  # code points: between two ways to tell one plan, and from a plan to the pardon that brings it about
_BROUGHT_ABOUT = 180  # from a pardon to what it brings about
_AGREED = (Modality.ANNOUNCED, Modality.PLANNED, Modality.UNDER_DISCUSSION)  # a mere wish is no bargain


@dataclass(frozen=True, slots=True)
class Classification:
    """The decision on an article, its reason in words, and the frame that shows each kind."""

    decision: Decision
    kinds: tuple[Kind, ...]
    reason: str
    release: Frame | None = None
    negotiation: Frame | None = None


def classify(
    marked: tuple[MarkedSentence, ...], frames: tuple[Frame, ...], today: date | None, *, is_home: bool = False
) -> Classification:
    """Decide by ordered rules: what is not ours, then done releases, then talks, then the topic alone."""
    head = [sentence for sentence in marked if sentence.is_head()]
    blocked = reason_against(marked, head, is_home=is_home)
    if blocked is not None:
        return Classification(Decision.NONE, (), blocked)
    news = [frame for frame in frames if not frame.is_background and frame.zone in HEAD]
    title = [frame for frame in frames if frame.zone is Zone.TITLE]
    told = told_all_the_same(news, title, head, today)
    if news and not told:
        return _late_only(marked, frames, today, OTHER_NEWS)
    news = told
    release = _release(news, head, today)
    negotiation = _negotiation(news, head) if release is None else _bargain(frames, release)
    if release is None and negotiation is None:
        release = late_release(marked, frames)
        negotiation = _bargain(frames, release) if release else None
    if release is None and negotiation is not None and (_is_appeal(negotiation, head) or _is_wish(negotiation, head)):
        return _topic_only(marked, frames, APPEAL)
    if release is not None:
        kinds = (Kind.RELEASE, Kind.NEGOTIATION) if negotiation else (Kind.RELEASE,)
        return Classification(Decision.EVENT, kinds, f"completed release in the {release.zone}", release, negotiation)
    if negotiation is not None:
        reason = f"{_words(negotiation)} in the {negotiation.zone}"
        return Classification(Decision.EVENT, (Kind.NEGOTIATION,), reason, None, negotiation)
    return _late_only(marked, frames, today, NO_NEWS)


def _late_only(
    marked: tuple[MarkedSentence, ...], frames: tuple[Frame, ...], today: date | None, otherwise: str
) -> Classification:
    """Decide on an article that tells nothing in title and lead: a plan reported late, or the topic alone."""
    plan = late_plan(marked, frames, today)
    if plan is None:
        return _topic_only(marked, frames, otherwise)
    reason = f"{_words(plan)}, reported these days, in the {plan.zone}"
    return Classification(Decision.EVENT, (Kind.NEGOTIATION,), reason, None, plan)


def _release(news: list[Frame], head: list[MarkedSentence], today: date | None) -> Frame | None:
    """Return the completed release that is news: title before lead, and only where Minsk is the jailer told of.

    Under a title that is a quotation, as of an interview, a release counts with its number or its day only.
    """
    if _is_of_parole(head):
        return None
    done = [frame for frame in news if frame.kind is FrameKind.RELEASE and _is_from_minsk(frame, head)]
    done = [frame for frame in done if not _is_recalled(frame) or _is_beside_relief(frame, news, head)]
    in_title = [frame for frame in done if frame.zone is Zone.TITLE]
    is_of_talks = any(frame.rule.endswith(".appointed") for frame in news)
    if is_of_talks or any(frame.zone is Zone.TITLE and frame.kind in NEGOTIATING for frame in news):
        done = [f for f in done if not f.rule.endswith(".grown") and not _is_boast(f, head, today)]
    if any(frame.rule.endswith(".appointed") and frame.zone is Zone.TITLE for frame in news):
        done = [f for f in done if _is_of_these_days(f, head, today)]  # "named envoy: a hundred are out already"
    if not in_title and any(sentence.sentence.zone is Zone.TITLE and sentence.speech for sentence in head):
        fresh = [sentence.sentence for sentence in head if sentence.is_fresh(today)]
        done = [frame for frame in done if any(s.start <= frame.start < s.end for s in fresh)]
    if in_title == done and _has_served(head):
        return None
    return _first(in_title) or _first(done)


def _is_beside_relief(frame: Frame, news: list[Frame], head: list[MarkedSentence]) -> bool:
    """Whether relief is told in the sentence of a release that only dates it: "US lifts …, after Minsk freed 52"."""
    relief = [f for f in news if f.kind is FrameKind.CONCESSION and not _is_recalled(f)]
    near = [s.sentence for s in head if s.sentence.start <= frame.start < s.sentence.end]
    return any(s.start <= f.start < s.end for s in near for f in relief)


def _has_served(head: list[MarkedSentence]) -> bool:
    """Whether the lead tells that the one whom the title names has served his term, or was let go by others."""
    is_counted = any(s.numbers for s in head if s.sentence.zone is Zone.TITLE)
    lead = [s for s in head if s.sentence.zone is not Zone.TITLE]
    return not is_counted and any(s.has("other_release") and s.has("prisoner", "political") for s in lead)


def _is_of_parole(head: list[MarkedSentence]) -> bool:
    """Whether title and lead tell of bail, parole or a served term, and nothing of politics: a criminal is out."""
    is_ours = any(s.has(*_OF_STATES) or s.roles() & {"prisoner", "counter"} or _has_foreigners(s) for s in head)
    near = [s for s in head if s.sentence.zone is Zone.TITLE or not (is_ours or "ruler" in s.roles() or has_outside(s))]
    return not is_ours and any(sentence.has("other_release") for sentence in near)


def _has_foreigners(sentence: MarkedSentence) -> bool:
    return any(code != HOME for form in ("people", "one") for code, _ in sentence.nations.get(form, ()))


def _is_of_these_days(frame: Frame, head: list[MarkedSentence], today: date | None) -> bool:
    return any(s.sentence.start <= frame.start < s.sentence.end and s.is_dated(today) for s in head)


def _is_boast(frame: Frame, head: list[MarkedSentence], today: date | None) -> bool:
    """Whether a release stands in quoted speech, without a day: who negotiates tells what was reached before."""
    own = [s for s in head if s.sentence.start <= frame.start < s.sentence.end and not s.is_dated(today)]
    places = [(frame.start - s.sentence.start, s.speech) for s in own]
    return any(start <= place < end for place, speech in places for start, end in speech)


def _is_from_minsk(frame: Frame, head: list[MarkedSentence]) -> bool:
    """Tell whether a frame's own sentence or the title names Belarus, or no other jailer is told of at all.

    A Belarusian among people freed elsewhere makes no release of ours.
    """
    near = [s for s in head if s.sentence.zone is Zone.TITLE or s.sentence.start <= frame.start < s.sentence.end]
    if any(sentence.has("belavia") or sentence.is_ours() for sentence in near):
        return True
    posts = () if frame.rule.endswith(_NO_DISMISSAL) else ("office",)
    return any(s.has("political") for s in head) or not any(s.has("other_jailer", *posts) for s in head)


def _is_recalled(frame: Frame) -> bool:
    return frame.rule.endswith(f".{RECALLED}")


def _negotiation(news: list[Frame], head: list[MarkedSentence]) -> Frame | None:
    """Return the frame that says best what the talks are: title before lead, then a plan before mere talks."""
    found = [f for f in news if f.kind in NEGOTIATING and _is_from_minsk(f, head) and not _is_recalled(f)]
    found = [frame for frame in found if not _is_told_by_freed(frame, head)]
    ranks = {
        kind: rank
        for rank, kind in enumerate(
            (FrameKind.REFUSAL, FrameKind.PLAN, FrameKind.CONCESSION, FrameKind.DEMAND, FrameKind.TALKS)
        )
    }
    best = min(found, key=lambda f: (f.zone is not Zone.TITLE, ranks[f.kind], f.start, _is_unreal(f)), default=None)
    return best and replace(best, modality=_modality(best, found))


def _is_unreal(frame: Frame) -> bool:
    """Whether a plan is only what a modal makes of a done verb; the same words may tell more exactly of the future."""
    return frame.rule.endswith(".unreal")


def _is_told_by_freed(frame: Frame, head: list[MarkedSentence]) -> bool:
    """Whether somebody freed speaks of talks: "in an interview after her release she told what she thinks of the deal"."""
    own = (s for s in head if s.sentence.start <= frame.start < s.sentence.end)
    is_opinion = frame.modality is Modality.UNDER_DISCUSSION and frame.kind is not FrameKind.REFUSAL
    return is_opinion and any(s.has("comment") and "prisoner" in s.roles() for s in own)


def _modality(best: Frame, found: list[Frame]) -> Modality:
    """Return how far talks are: what is wanted is talked of where there are talks; an envoy is named for what is planned."""
    about = [f for f in found if f.kind is FrameKind.PLAN or f.rule.endswith("talks.about")]
    told = [frame.modality for frame in about if frame is not best]
    apart = [frame.modality for frame in about if abs(frame.start - best.start) > _SAME]
    among = told if best.kind is FrameKind.PLAN else apart
    if best.modality is Modality.DEMANDED and Modality.UNDER_DISCUSSION in among:
        return Modality.UNDER_DISCUSSION
    if best.kind is FrameKind.TALKS and Modality.ANNOUNCED in told and not best.rule.endswith(".appointed"):
        return Modality.ANNOUNCED
    plans = [frame for frame in found if frame.kind is FrameKind.PLAN and frame.zone is not Zone.TITLE]
    if best.zone is Zone.TITLE and best.rule.endswith(_BARE) and plans:
        return _told_below(best, plans[0])
    if best.rule.endswith(".appointed"):
        return Modality.ANNOUNCED if Modality.ANNOUNCED in told else best.modality
    return best.modality


def _told_below(title: Frame, below: Frame) -> Modality:
    """Return how a plan is meant that the title names barely: "will free 40", which an envoy announces, or is offered."""
    is_announced = title.modality is Modality.PLANNED and below.modality is Modality.ANNOUNCED
    is_offered = title.modality is Modality.UNDER_DISCUSSION and below.rule.endswith(".offered")
    return below.modality if is_announced or is_offered else title.modality


def _is_appeal(negotiation: Frame, head: list[MarkedSentence]) -> bool:
    """Whether relatives or campaigners ask for what a frame tells: no act of those who negotiate, whom its sentence names."""
    is_asked = negotiation.kind in (FrameKind.DEMAND, FrameKind.TALKS, FrameKind.PLAN)
    own = [s for s in head if s.sentence.start <= negotiation.start < s.sentence.end]
    is_act = negotiation.kind is FrameKind.DEMAND and any(s.roles() & ACTING and not s.has("appeal") for s in own)
    return is_asked and not is_act and any(sentence.has("appeal") for sentence in head)


def _is_wish(negotiation: Frame, head: list[MarkedSentence]) -> bool:
    """Whether the opposition says, in or under a title of its own, what others should do: "sanctions may go when the last is free"."""
    title = [sentence.roles() for sentence in head if sentence.sentence.zone is Zone.TITLE]
    own = [s for s in head if s.sentence.start <= negotiation.start < s.sentence.end]
    is_of_opposition = any("opposition" in roles for roles in title) and not any(roles & ACTING for roles in title)
    acts = any(sentence.roles() & ACTING or has_outside(sentence) for sentence in own)
    is_asked = negotiation.kind is FrameKind.CONCESSION and negotiation.modality is not Modality.COMPLETED
    return is_of_opposition and is_asked and not acts


def _bargain(frames: tuple[Frame, ...], release: Frame) -> Frame | None:
    """Return what was given or talked about beside a release: the bare name of a negotiator is not enough.

    Where the title says that people will walk out, and the lead that their pardon is signed, it is one release.
    """
    told = [frame for frame in frames if not frame.is_background and not frame.rule.endswith((".unreal", ".they"))]
    if release.zone is not Zone.TITLE:
        told = [frame for frame in told if frame.zone is not Zone.TITLE or not frame.rule.endswith(".future")]
    given = [frame for frame in told if frame.kind in (FrameKind.CONCESSION, FrameKind.REFUSAL)]
    given = [frame for frame in given if frame.zone in HEAD or not _is_recalled(frame)]
    pardons = [frame for frame in told if frame.rule.endswith((".pardoned", ".decree"))]
    plans = [frame for frame in told if frame.kind is FrameKind.PLAN and frame.modality in _AGREED]
    more = [frame for frame in plans if not any(_is_of_pardon(frame, pardon) for pardon in pardons)]
    about = [frame for frame in told if frame.rule.endswith("talks.about")]
    swapped = [frame for frame in told if frame.kind is FrameKind.SWAP]
    return _first(given) or _first(more) or _first(about) or _first(swapped)


def _is_of_pardon(plan: Frame, pardon: Frame) -> bool:
    """Whether a release to come only carries out a pardon told beside it: "signed a pardon, 48 will leave prison"."""
    is_near = -_SAME <= plan.start - pardon.start <= _BROUGHT_ABOUT
    return plan.rule.endswith(_TO_COME) and plan.zone is pardon.zone and is_near


def _first(frames: Iterable[Frame]) -> Frame | None:
    return min(frames, key=lambda frame: frame.start, default=None)


def _words(frame: Frame) -> str:
    words = {
        FrameKind.REFUSAL: "a refusal or denial",
        FrameKind.PLAN: f"a release {frame.modality.value.replace('_', ' ')}",
        FrameKind.CONCESSION: "relief for Minsk",
        FrameKind.DEMAND: "a demand to release",
    }
    return words.get(frame.kind, "talks with Minsk")


def _topic_only(marked: tuple[MarkedSentence, ...], frames: tuple[Frame, ...], reason: str) -> Classification:
    in_head = any(frame.kind in (FrameKind.TOPIC, FrameKind.RELEASE) and frame.zone in HEAD for frame in frames)
    head = [sentence for sentence in marked if sentence.is_head()]
    is_arrest = any(sentence.has("arrest") for sentence in head) and any(
        "counter" in sentence.roles() for sentence in head
    )
    jailed = is_arrest or any("prisoner" in sentence.roles() for sentence in head)
    if in_head or jailed:
        return Classification(Decision.RELATED, (), f"Belarus's prisoners are the topic, but {reason}")
    return Classification(Decision.NONE, (), reason)

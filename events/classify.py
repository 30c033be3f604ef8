"""What an article's news is: release, negotiation, both, related or none (domain.md §1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from db.facts import Decision, Kind, Modality
from events.frame import NEGOTIATING, RECALLED, Frame, FrameKind, has_outside, is_of_minsk, names_belarusians_only
from events.marks import MarkedSentence
from events.sentences import HEAD, Zone

NOT_OURS = "no Belarus, and nobody known from its jails, in title and lead"
AMNESTY = "an amnesty that leaves political prisoners out"
OF_WAR = "prisoners of war"
OTHER_JAILER = "another country is the jailer"
OTHER_NEWS = "its title tells of something else"
APPEAL = "an appeal of those who can give nothing for it"
NO_NEWS = "neither release nor talks in title and lead"
_ACTING = frozenset({"ruler", "envoy", "leader", "official", "office", "agency"})
_BESIDE = 5  # from "sentenced" to "in Belarus"
_NO_DISMISSAL = (".walked_free", ".pardoned", ".handed_over", ".arrived")  # nobody is let go from a post so
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
    blocked = _blocked(marked, head, is_home=is_home)
    if blocked is not None:
        return Classification(Decision.NONE, (), blocked)
    news = [frame for frame in frames if not frame.is_background and frame.zone in HEAD]
    title = [frame for frame in frames if frame.zone is Zone.TITLE]
    if _is_commentary(title, head) or _tells_of_jailing(news, title, head):
        news = [frame for frame in news if _is_news_all_the_same(frame, head, today)]
        if not news:
            return _topic_only(marked, frames, OTHER_NEWS)
    release = _release(news, head, today)
    negotiation = _negotiation(news, head) if release is None else _bargain(frames, release)
    if release is None and negotiation is not None and _is_appeal(negotiation, head):
        return _topic_only(marked, frames, APPEAL)
    if release is not None:
        kinds = (Kind.RELEASE, Kind.NEGOTIATION) if negotiation else (Kind.RELEASE,)
        return Classification(Decision.EVENT, kinds, f"completed release in the {release.zone}", release, negotiation)
    if negotiation is not None:
        reason = f"{_words(negotiation)} in the {negotiation.zone}"
        return Classification(Decision.EVENT, (Kind.NEGOTIATION,), reason, None, negotiation)
    return _topic_only(marked, frames, NO_NEWS)


def _blocked(marked: tuple[MarkedSentence, ...], head: list[MarkedSentence], *, is_home: bool) -> str | None:
    """Return why an article is not about Belarusian jails, or None."""
    if not _is_anchored(marked, head, is_home=is_home):
        return NOT_OURS
    is_amnesty = any(sentence.has("amnesty") for sentence in head) and any(map(_leaves_out, marked))
    is_amnesty = is_amnesty or any(sentence.has("amnesty") and sentence.has("exempt") for sentence in head)
    if is_amnesty and not any(s.has("political") and not _leaves_out(s) for s in head):
        return AMNESTY
    if _is_of_courts(head):
        return OTHER_NEWS
    if any(sentence.has("pow") for sentence in head) and not any(_is_of_jails(sentence) for sentence in head):
        return OF_WAR
    if any(sentence.has("other_jailer") for sentence in head) and not _is_minsk_acting(head):
        return OTHER_JAILER
    return None


def _leaves_out(sentence: MarkedSentence) -> bool:
    return sentence.has("political") and sentence.has("exempt")


def _is_of_jails(sentence: MarkedSentence) -> bool:
    """Whether a sentence tells of political prisoners, one by name, a pardon, the ruler, or people in Belarusian prisons."""
    in_prison = sentence.has("custody", "into_custody") and sentence.has("belarus") and not sentence.has("pow")
    jailed = [end for _, end in sentence.hits.get("prisoner", ())]  # "sentenced in Belarus"
    in_prison = in_prison or any(0 <= s - end <= _BESIDE for s, _ in sentence.hits.get("belarus", ()) for end in jailed)
    is_told = sentence.has("political", "pardon_done") or bool(sentence.roles() & {"ruler", "prisoner"})
    return is_told or in_prison


def _is_anchored(marked: tuple[MarkedSentence, ...], head: list[MarkedSentence], *, is_home: bool) -> bool:
    if any(is_of_minsk(sentence) for sentence in head):
        return True
    named = sum(sentence.has("belarus") for sentence in marked)
    is_political = any(sentence.has("political") for sentence in head)
    if is_home and is_political and not any(sentence.has("other_jailer") for sentence in head):
        return True
    return (named > 0 and is_political) or (named > 1 and any(sentence.has("prisoner") for sentence in head))


def _is_minsk_acting(head: list[MarkedSentence]) -> bool:
    """Whether Belarus stands with prisoners or relief in a sentence of its own right; the title says whose news it is."""
    title = [sentence for sentence in head if sentence.sentence.zone is Zone.TITLE]
    if any(sentence.has("other_jailer") for sentence in title) and not any(sentence.is_ours() for sentence in title):
        return False
    if any("ruler" in s.roles() and has_outside(s) and s.has("meeting", "talks") for s in title):
        return True
    return any(
        sentence.is_ours()
        and (sentence.has("political") or not names_belarusians_only(sentence))
        and (sentence.has("political", "prisoner", "pardon_done", "relief") or sentence.roles() & {"envoy", "prisoner"})
        for sentence in head
    )


def _is_commentary(title: list[Frame], head: list[MarkedSentence]) -> bool:
    """Whether the title announces an interview, a memoir or an anniversary; what those who act say is news."""
    has_comment = any(frame.kind is FrameKind.COMMENT for frame in title) or _tells_of_fiction(head)
    acts = any(sentence.roles() & _ACTING for sentence in head if sentence.sentence.zone is Zone.TITLE)
    is_counted = any(sentence.numbers for sentence in head if sentence.sentence.zone is Zone.TITLE)
    fresh = [frame for frame in title if not frame.is_background]
    told = (frame for frame in fresh if is_counted or frame.modality is not Modality.POSSIBLE)
    return has_comment and not acts and not any(frame.kind in (FrameKind.RELEASE, *NEGOTIATING) for frame in told)


def _tells_of_fiction(head: list[MarkedSentence]) -> bool:
    """Whether the title announces a film, a book or a program: whoever is freed in its lead, walks free in a story."""
    return any(s.has("fiction") and not s.has("political") for s in head if s.sentence.zone is Zone.TITLE)


def _tells_of_jailing(news: list[Frame], told: list[Frame], head: list[MarkedSentence]) -> bool:
    """Whether the title tells of an arrest, a death in prison or who is still in, and of nothing that we announce."""
    kinds = {frame.kind for frame in news if frame.zone is Zone.TITLE}
    title = [sentence for sentence in head if sentence.sentence.zone is Zone.TITLE]
    is_left_out = any(s.has("not_among") and (s.has("freed") or "prisoner" in s.roles()) for s in title)
    if is_left_out and FrameKind.RELEASE not in kinds:
        return True
    is_of_arrest = any(frame.kind is FrameKind.ARREST for frame in told)  # "died whom Minsk freed in June"
    return is_of_arrest and not kinds & {FrameKind.RELEASE, *NEGOTIATING}


def _is_news_all_the_same(frame: Frame, head: list[MarkedSentence], today: date | None) -> bool:
    """Whether a release or relief of these days is told under a title that only explains: "what is known of …"."""
    own = [sentence for sentence in head if sentence.sentence.start <= frame.start < sentence.sentence.end]
    is_relief = frame.kind is FrameKind.CONCESSION and frame.modality is Modality.COMPLETED
    is_act = frame.kind in (FrameKind.RELEASE, FrameKind.REFUSAL) or is_relief
    return is_act and any(sentence.is_dated(today) for sentence in own)


def _release(news: list[Frame], head: list[MarkedSentence], today: date | None) -> Frame | None:
    """Return the completed release that is news: title before lead, and only where Minsk is the jailer told of.

    Under a title that is a quotation, as of an interview, a release counts with its number or its day only.
    """
    done = [frame for frame in news if frame.kind is FrameKind.RELEASE and _is_from_minsk(frame, head)]
    relief = [frame for frame in news if frame.kind is FrameKind.CONCESSION and not _is_recalled(frame)]
    has_relief = any(frame.modality in (Modality.COMPLETED, Modality.ANNOUNCED) for frame in relief)
    done = [frame for frame in done if has_relief or not _is_recalled(frame)]  # "US lifts …, after Minsk freed 52"
    in_title = [frame for frame in done if frame.zone is Zone.TITLE]
    if any(frame.zone is Zone.TITLE and frame.kind in NEGOTIATING for frame in news):
        done = [f for f in done if not f.rule.endswith(".grown") and not _is_boast(f, head, today)]
    if not in_title and any(sentence.sentence.zone is Zone.TITLE and sentence.speech for sentence in head):
        fresh = [sentence.sentence for sentence in head if sentence.is_fresh(today)]
        done = [frame for frame in done if any(s.start <= frame.start < s.end for s in fresh)]
    return _first(in_title) or _first(done)


def _is_of_courts(head: list[MarkedSentence]) -> bool:
    """Whether the title tells of a release that is none of ours (on parole, on bail), and no head of it of Minsk's jails."""
    title = [sentence for sentence in head if sentence.sentence.zone is Zone.TITLE]
    is_told = any(s.has("political", "pardon_done") or s.roles() & {"ruler", "prisoner"} for s in head)
    return any(sentence.has("other_release") for sentence in title) and not is_told


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
    ranks = {
        kind: rank
        for rank, kind in enumerate(
            (FrameKind.REFUSAL, FrameKind.PLAN, FrameKind.CONCESSION, FrameKind.DEMAND, FrameKind.TALKS)
        )
    }
    best = min(found, key=lambda frame: (frame.zone is not Zone.TITLE, ranks[frame.kind], frame.start), default=None)
    return best and replace(best, modality=_modality(best, found))


def _modality(best: Frame, found: list[Frame]) -> Modality:
    """Return how far talks are: what is wanted is talked of where there are talks; an envoy is named for what is planned."""
    about = [f for f in found if f.kind is FrameKind.PLAN or f.rule.endswith("talks.about")]
    told = [frame.modality for frame in about if frame is not best]
    if best.kind is FrameKind.PLAN and best.modality is Modality.DEMANDED and Modality.UNDER_DISCUSSION in told:
        return Modality.UNDER_DISCUSSION
    if best.rule.endswith(".appointed"):
        return Modality.ANNOUNCED if Modality.ANNOUNCED in told else best.modality
    return best.modality


def _is_appeal(negotiation: Frame, head: list[MarkedSentence]) -> bool:
    """Whether relatives or campaigners ask for what a frame tells: no act of those who negotiate."""
    is_asked = negotiation.kind in (FrameKind.DEMAND, FrameKind.TALKS, FrameKind.PLAN)
    return is_asked and any(sentence.has("appeal") for sentence in head)


def _bargain(frames: tuple[Frame, ...], release: Frame) -> Frame | None:
    """Return what was given or talked about beside a release: the bare name of a negotiator is not enough.

    Where the title says that people will walk out, and the lead that their pardon is signed, it is one release.
    """
    told = [frame for frame in frames if not frame.is_background and not frame.rule.endswith((".unreal", ".they"))]
    if release.zone is not Zone.TITLE:
        told = [frame for frame in told if frame.zone is not Zone.TITLE or not frame.rule.endswith(".future")]
    given = [frame for frame in told if frame.kind in (FrameKind.CONCESSION, FrameKind.REFUSAL)]
    given = [frame for frame in given if frame.zone in HEAD or not _is_recalled(frame)]
    more = [frame for frame in told if frame.kind is FrameKind.PLAN and frame.modality in _AGREED]
    about = [frame for frame in told if frame.rule.endswith("talks.about")]
    return _first(given) or _first(more) or _first(about)


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

"""Titles that tell of something else than their lead: an interview, an arrest, a term served; and what is news all the same."""

from __future__ import annotations

from datetime import date

from db.facts import Modality
from events.frame import NEGOTIATING, Frame, FrameKind
from events.marks import MarkedSentence
from events.sentences import Zone

_TRADE = 20  # code points, at most, before the name that a title begins with: "Ex-prisoner Babaryka: "
ACTING = frozenset({"ruler", "envoy", "leader", "official", "office", "agency"})


def _is_commentary(title: list[Frame], head: list[MarkedSentence]) -> bool:
    """Whether the title announces an interview, a memoir or an anniversary; what those who act say is news."""
    has_comment = any(frame.kind is FrameKind.COMMENT for frame in title) or _tells_of_fiction(head)
    titles = [sentence for sentence in head if sentence.sentence.zone is Zone.TITLE]
    if has_comment and any(_only_asks(sentence) for sentence in titles):
        return True
    if not has_comment and _is_word_of_freed(titles, title):
        return True
    acts = any(sentence.roles() & ACTING for sentence in titles)
    is_counted = any(sentence.numbers for sentence in titles)
    fresh = [frame for frame in title if not frame.is_background and not (has_comment and _is_quoted(frame, head))]
    told = (frame for frame in fresh if is_counted or frame.modality is not Modality.POSSIBLE)
    return has_comment and not acts and not any(frame.kind in (FrameKind.RELEASE, *NEGOTIATING) for frame in told)


def _is_word_of_freed(titles: list[MarkedSentence], frames: list[Frame]) -> bool:
    """Whether a title is what a known prisoner says, and tells of no release: "Babaryka: the deal was worth it"."""
    firsts = [s.names[0] for s in titles[:1] if len(s.names) == 1 and s.sentence.folded.startswith(":", s.names[0].end)]
    says = any(name.entity.role == "prisoner" and name.start <= _TRADE for name in firsts)
    kinds = {frame.kind for frame in frames}
    return says and bool(kinds & set(NEGOTIATING)) and FrameKind.RELEASE not in kinds


def _only_asks(title: MarkedSentence) -> bool:
    """Whether a title is one question that a comment answers: "What did Lukashenko get for 52 prisoners?"."""
    starts = (start for start, _ in title.hits.get("comment", ()))
    return title.sentence.text.endswith("?") and not title.speech and any(start <= 1 for start in starts)


def _tells_of_fiction(head: list[MarkedSentence]) -> bool:
    """Whether the title announces a film, a book or a program: whoever is freed in its lead, walks free in a story."""
    return any(s.has("fiction") and not s.has("political") for s in head if s.sentence.zone is Zone.TITLE)


def _tells_of_jailing(news: list[Frame], titled: list[Frame], head: list[MarkedSentence]) -> bool:
    """Whether the title tells of an arrest, a death in prison or who is still in, and of nothing that we announce."""
    kinds = {frame.kind for frame in news if frame.zone is Zone.TITLE}
    title = [sentence for sentence in head if sentence.sentence.zone is Zone.TITLE]
    is_left_out = any(s.has("not_among") and (s.has("freed") or "prisoner" in s.roles()) for s in title)
    if is_left_out and FrameKind.RELEASE not in kinds:
        return True
    is_of_arrest = any(frame.kind is FrameKind.ARREST for frame in titled)  # also one that sums up: "two in a week"
    return is_of_arrest and not kinds & {FrameKind.RELEASE, *NEGOTIATING}


def told_all_the_same(
    news: list[Frame], title: list[Frame], head: list[MarkedSentence], today: date | None
) -> list[Frame]:
    """Return what is news under a title that tells of something else; all of it under any other."""
    if _tells_of_another_release(title, head):
        return []
    if _is_commentary(title, head) or _tells_of_jailing(news, title, head):
        return [frame for frame in news if _is_news_all_the_same(frame, head, today)]
    return news


def _tells_of_another_release(title: list[Frame], head: list[MarkedSentence]) -> bool:
    """Whether the title tells that somebody served his term or is out on parole: the lead tells the same, in other words."""
    titles = [sentence for sentence in head if sentence.sentence.zone is Zone.TITLE]
    is_other = any(
        sentence.has("other_release") and not (sentence.has("discuss") or sentence.roles() & ACTING)
        for sentence in titles
    )
    return is_other and not any(frame.kind in (FrameKind.RELEASE, *NEGOTIATING) for frame in title)


def _is_news_all_the_same(frame: Frame, head: list[MarkedSentence], today: date | None) -> bool:
    """Whether a release or relief of these days is told under a title that only explains: "what is known of …"."""
    own = [sentence for sentence in head if sentence.sentence.start <= frame.start < sentence.sentence.end]
    is_relief = frame.kind is FrameKind.CONCESSION and frame.modality is Modality.COMPLETED
    is_act = frame.kind in (FrameKind.RELEASE, FrameKind.REFUSAL) or is_relief
    return is_act and any(sentence.is_dated(today) for sentence in own)


def _is_quoted(frame: Frame, head: list[MarkedSentence]) -> bool:
    """Whether a frame stands in somebody's quoted words."""
    places = [(frame.start - s.sentence.start, s.speech) for s in head]
    return any(start <= place < end for place, speech in places for start, end in speech)

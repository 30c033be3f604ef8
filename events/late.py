"""What an article tells late, behind its title and lead: a release after a scene, a plan in an analysis (decision 16)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from db.facts import Modality
from events.background import OLD_IN_BODY
from events.dates import DateReference
from events.frame import DONE_VERBS, HELD, RECALLED, Frame, FrameKind
from events.marks import MarkedSentence
from events.sentences import Zone

_WAVE = 3  # a number that may say which release is meant; one and two are anybody's
_TELLING = (*DONE_VERBS, "custody", "release_noun", "pardon_noun", "release_infinitive")  # that somebody gets out
_REPORTED = (
    Modality.ANNOUNCED,
    Modality.PLANNED,
    Modality.UNDER_DISCUSSION,
)  # what is only possible is anybody's guess


def late_release(marked: tuple[MarkedSentence, ...], frames: tuple[Frame, ...]) -> Frame | None:
    """Return the release that a report tells late, after a scene: of just the number in a title of ours that tells of freeing.

    "The 52 from Belarus: where they live today" does not, and is no news.
    """
    ours = (s for s in marked if s.sentence.zone is Zone.TITLE and s.is_ours())
    titles = [s for s in ours if s.has(*_TELLING) and not s.has("comment", "fiction")]
    numbers = {n.value for s in titles for n in s.numbers if n.value and n.value >= _WAVE and not n.may_be_year}
    told = [s for s in marked if any(number.value in numbers for number in s.numbers)] if numbers else []
    done = [f for f in frames if f.kind is FrameKind.RELEASE and not f.is_background]
    return _first_in((f for f in done if not f.rule.endswith(f".{RECALLED}")), told)


def late_plan(marked: tuple[MarkedSentence, ...], frames: tuple[Frame, ...], today: date | None) -> Frame | None:
    """Return the plan that an analysis or a review of the press tells late, if it says who reported it these days.

    "On Monday the agency wrote that Minsk offers 200 prisoners for planes": the one new fact under a title that only explains.
    It may stand right behind the sentence that says so.
    """
    told = [s for s in marked if not s.is_background]
    cited = [n for n, s in enumerate(told) if _is_cited(s) and any(_is_of_late(day, today) for day in s.dates)]
    near = [s for n in cited for s in told[n : n + 2] if s.has(*HELD) and s.is_ours()]
    plans = (f for f in frames if f.kind is FrameKind.PLAN and f.modality in _REPORTED)
    return _first_in((f for f in plans if not f.rule.endswith(".unreal")), near)


def _first_in(frames: Iterable[Frame], sentences: list[MarkedSentence]) -> Frame | None:
    found = (f for f in frames if any(s.sentence.start <= f.start < s.sentence.end for s in sentences))
    return min(found, key=lambda frame: frame.start, default=None)


def _is_of_late(day: DateReference, today: date | None) -> bool:
    """Whether a day is one of the last few: of a report, which is never to come."""
    return today is not None and today - OLD_IN_BODY <= day.last_day <= today


def _is_cited(sentence: MarkedSentence) -> bool:
    """Whether a sentence says which outlet, or whose sources, reported what it tells."""
    is_told = "agency" in sentence.roles() or sentence.has("attribution/unnamed")
    return is_told and sentence.has("attribution/says", "attribution/cites")

"""The day of the event: told beside what happened, else the day of publication where the outlet is (rule 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from db.facts import Precision
from events.background import OLD_IN_BODY, OLD_IN_HEAD, Span
from events.dates import DateReference
from events.frame import Frame, FrameKind, same_clause
from events.marks import MarkedSentence
from events.sentences import Zone

_HAPPENINGS = (
    "release_done",
    "exit_done",
    "pardon_done",
    "arrival",
    "handover",
    "moved",
    "meeting",
    "talks",
    "relief_done",
    "legal",
)
_OUT = ("release_done", "exit_done", "arrival", "handover", "moved")
LATE = timedelta(days=90)  # how long after an article may bring a release as its news
_TOMORROW = timedelta(days=6)  # beside other days, what reads as the weekday six days ago may be tomorrow's
_PARDONED = (".pardoned", ".decree")  # the last parts of rules
_NAMED = ("release_noun", "pardon_noun", "decree")
_OPENING = 4  # code points: a date that begins here opens the text
_BESIDE = 6  # from "decree" to its date: "of", "vom", "ад"
_TOP = 12  # code points: a date that begins here is printed on top
_LINE = 40  # code points: so long may places be before it
_NIGHT = 5  # between the two days of a night: " na ", " auf "
_FAR = 10_000


def told_date(
    marked: tuple[MarkedSentence, ...], frames: Iterable[Frame], frame: Frame, today: date
) -> tuple[MarkedSentence, DateReference] | None:
    """Return the day that the frame's sentence or the lead tells, with its sentence; what happened before what is said.

    A day in the title goes before, and may lie further back: a late report says by it what it is about. Where title
    and lead tell only when it was said, a release of the body says when it happened.
    """
    titled = [(s, day) for s in marked if s.sentence.zone is Zone.TITLE for day in _days_of(s, today, LATE)]
    if titled:  # "pardoned yesterday, freed today": the last
        return max(titled, key=lambda one: one[1].day)
    own = [s for s in marked if s.sentence.start <= frame.start < s.sentence.end]
    head = [s for s in marked if s.sentence.zone is Zone.LEAD and not s.is_background]
    told = [(s, day) for s in (*own, *head) for day in _days_of(s, today, OLD_IN_HEAD)]
    told = [one for one in told if today - one[1].day != _TOMORROW or not _is_weekday(*one)] or told
    if frame.kind is FrameKind.PLAN:
        told = [one for one in told if not _is_to_come(*one)]
    best = min(told, key=lambda one: _rank(one[0], one[1], frame), default=None)
    best = _set_free(told, best) or best
    if best is None or _is_of_saying(*best):
        is_of_release = frame.kind is FrameKind.RELEASE
        found = _told_in_body(marked, frames, frame, today) if is_of_release else _talks_in_body(marked, frame, today)
        return next(found, best)
    return best


def _is_to_come(sentence: MarkedSentence, day: DateReference) -> bool:
    """Whether a weekday tells when people will be freed: "wants to let 60 go on Saturday"."""
    verbs = (hit for name in ("release_future", "release_infinitive") for hit in sentence.hits.get(name, ()))
    is_beside = any(same_clause(sentence, hit, (day.start, day.end)) for hit in verbs)
    return is_beside and _is_weekday(sentence, day) and not _is_of_saying(sentence, day)


def _is_weekday(sentence: MarkedSentence, day: DateReference) -> bool:
    """Whether a day is told by its name alone."""
    names = (hit for name, hits in sentence.hits.items() if name.startswith("weekday/") for hit in hits)
    return any(day.start <= start < day.end for start, _ in names)


def _set_free(
    told: list[tuple[MarkedSentence, DateReference]], best: tuple[MarkedSentence, DateReference] | None
) -> tuple[MarkedSentence, DateReference] | None:
    """Return the day people walked out, where the best only dates their pardon: "pardoned on Tuesday, flown out on Thursday"."""
    if best is None or not _is_beside(*best, ("pardon_done",)) or _is_beside(*best, _OUT):
        return None
    later = [one for one in told if one[1].day > best[1].day and _is_beside(*one, _OUT) and not _is_of_saying(*one)]
    return min(later, key=lambda one: one[1].day, default=None)


def _is_beside(sentence: MarkedSentence, day: DateReference, concepts: tuple[str, ...]) -> bool:
    """Whether a day dates one of these verbs: in its clause, or where its sentence has no others."""
    if sentence.has(*concepts) and not sentence.has(*{"pardon_done", *_OUT}.difference(concepts)):
        return True
    return _is_in_clause(sentence, day, concepts)


def _is_in_clause(sentence: MarkedSentence, day: DateReference, concepts: tuple[str, ...]) -> bool:
    verbs = (hit for name in concepts for hit in sentence.hits.get(name, ()))
    return any(same_clause(sentence, hit, _span_of(sentence, day)) for hit in verbs)


def _span_of(sentence: MarkedSentence, day: DateReference) -> Span:
    """Return where a day stands, with the comma behind it: "on Thursday, 1 August, he was flown out"."""
    return day.start, day.end + sentence.sentence.folded.startswith(",", day.end)


def _days_of(sentence: MarkedSentence, today: date, back: timedelta) -> list[DateReference]:
    days = [one for one in _nights(sentence) if today - back <= one.day <= today and one.precision is Precision.DAY]
    contrasts = sentence.hits.get("date/as_late_as", ())  # "still on Tuesday he waited"
    days = [d for d in days if not any(start < d.start <= end + _BESIDE <= d.end + _BESIDE for start, end in contrasts)]
    return [one for one in days if not _is_told_aside(sentence, one, today)]


def _is_told_aside(sentence: MarkedSentence, day: DateReference, today: date) -> bool:
    """Whether "two days ago" dates what somebody speaks of, or how it was before: nothing that happened stands beside it."""
    is_ago = any(start <= day.start < end for start, end in sentence.hits.get("date/days_ago", ()))
    is_spoken = any(start <= day.start < end for start, end in sentence.speech)
    is_late = day.day < today - OLD_IN_BODY
    return is_ago and (is_spoken or is_late or not _is_in_clause(sentence, day, _HAPPENINGS))


def _rank(sentence: MarkedSentence, reference: DateReference, frame: Frame) -> int:
    """Return how well a date says when it happened: at the name of the release best, where nothing is told to happen worst."""
    nouns = [span for name in _NAMED for span in sentence.hits.get(name, ())]
    if frame.kind is FrameKind.RELEASE and _distance(reference, tuple(nouns)) <= _BESIDE:
        return 0
    if _is_of_saying(sentence, reference):
        return 3
    is_freeing = _is_in_clause(sentence, reference, (*_OUT, "pardon_done"))
    if is_freeing or (not _is_of_clause(sentence, reference) and _is_in_clause(sentence, reference, _HAPPENINGS)):
        return 1
    is_own = sentence.sentence.start <= frame.start < sentence.sentence.end
    is_told = (is_own or sentence.has(*_HAPPENINGS, *_NAMED)) and not _is_of_clause(sentence, reference)
    return 2 if is_told else 4


def _is_of_clause(sentence: MarkedSentence, day: DateReference) -> bool:
    """Whether a relative clause tells a day: "answered on Tuesday Lukashenko, who the day before had called it fair"."""
    clauses = (hit for hit in sentence.hits.get("relative", ()) if hit[1] <= day.start)
    return any(same_clause(sentence, hit, (day.start, day.end)) for hit in clauses)


def _told_in_body(
    marked: Iterable[MarkedSentence], frames: Iterable[Frame], own: Frame, today: date
) -> Iterator[tuple[MarkedSentence, DateReference]]:
    """Yield the days beside a completed release of the body: "she was taken out of the colony on Monday".

    Where people are out, the day they were pardoned is none.
    """
    done = [f for f in frames if f.kind is FrameKind.RELEASE and not f.is_background and f.zone is Zone.BODY]
    done = [f for f in done if own.rule.endswith(_PARDONED) or not f.rule.endswith(_PARDONED)]
    for sentence in marked:
        start = sentence.sentence.start
        for frame in (f for f in done if start <= f.start < sentence.sentence.end):
            span = (frame.start - start, frame.end - start)
            days = _days_of(sentence, today, OLD_IN_BODY)
            yield from ((sentence, day) for day in days if same_clause(sentence, span, _span_of(sentence, day)))


def _talks_in_body(
    marked: Iterable[MarkedSentence], frame: Frame, today: date
) -> Iterator[tuple[MarkedSentence, DateReference]]:
    """Yield the days of the talks that a leak tells of, where title and lead only say when it was reported."""
    sentences = list(marked)
    is_leak = any(one.is_head() and one.has("attribution/cites", "attribution/unnamed") for one in sentences)
    if not is_leak or frame.kind is not FrameKind.TALKS:
        return
    for sentence in sentences:
        is_of_talks = "ruler" in sentence.roles() and sentence.sentence.zone is Zone.BODY
        if is_of_talks and sentence.has("meeting", "talks", "discuss"):
            days = _days_of(sentence, today, OLD_IN_HEAD)
            yield from ((sentence, day) for day in days if not _is_of_saying(sentence, day))


def _nights(sentence: MarkedSentence) -> list[DateReference]:
    """Return the dates of a sentence; of a night told by two ("in the night from Friday to Saturday") the second."""
    following = [*sentence.dates[1:], None]
    return [
        one
        for one, other in zip(sentence.dates, following, strict=False)
        if other is None or other.day - one.day != timedelta(days=1) or other.start - one.end > _NIGHT
    ]


def recalled_date(
    marked: tuple[MarkedSentence, ...], frames: Iterable[Frame], numbers: Collection[int], today: date
) -> tuple[MarkedSentence, DateReference] | None:
    """Return the day of a late report, whose news happened weeks ago (rule 9).

    "43 freed", says the title; "they were freed on 6 November", the lead of December, with the same number. Or the
    decree is dated ("the decree of 21 January"), or the text opens with the day as a story does.
    """
    lead = [sentence for sentence in marked if sentence.sentence.zone is Zone.LEAD]
    freed = {frame.start for frame in frames if frame.kind is FrameKind.RELEASE}
    for sentence in lead:
        days = [one for one in sentence.dates if one.precision is Precision.DAY and today - LATE <= one.day <= today]
        is_told = any(sentence.sentence.start <= start < sentence.sentence.end for start in freed)
        has_number = bool({number.value for number in sentence.numbers} & set(numbers))
        for day in days:
            is_opening = sentence is lead[0] and day.start < _OPENING
            if (is_told and has_number) or is_opening or _is_of_decree(sentence, day):
                return sentence, day
    return None


def _is_of_decree(sentence: MarkedSentence, day: DateReference) -> bool:
    decrees = (*sentence.hits.get("decree", ()), *sentence.hits.get("pardon_noun", ()))
    return any(0 <= day.start - end <= _BESIDE for _, end in decrees)


def _is_of_saying(sentence: MarkedSentence, reference: DateReference) -> bool:
    """Whether a date tells when it was said, or printed on top, not when it happened: "said on Friday"."""
    if _is_printed(sentence, reference):
        return True
    span = (reference.start, reference.end)
    if any(start <= span[0] < end for start, end in sentence.speech):  # "I rejected it yesterday, and reject it today"
        return True
    says = tuple(hit for hit in sentence.hits.get("attribution/says", ()) if same_clause(sentence, hit, span))
    to_saying = _distance(reference, says)
    return to_saying < min(_distance(reference, sentence.hits.get(name, ())) for name in _HAPPENINGS)


def _is_printed(sentence: MarkedSentence, reference: DateReference) -> bool:
    """Whether a date is printed on top, behind places at most: "Bern/Berlin, 17. August 2024. Yesterday …"."""
    before = sentence.sentence.text[: reference.start]
    is_line = len(before) < _LINE and sentence.sentence.zone is Zone.LEAD and before.istitle() and before.endswith(", ")
    return (len(before) < _TOP or is_line) and sentence.sentence.folded[reference.start].isdigit()


def _distance(reference: DateReference, spans: tuple[Span, ...]) -> int:
    gaps = (start - reference.end if start >= reference.end else reference.start - end for start, end in spans)
    return min(gaps, default=_FAR)

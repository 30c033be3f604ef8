"""Frames of a sentence, by ordered rules over concepts (rules beat trained classifiers here).

A frame is found where its trigger stands with what it needs; a modal, a future or a negation directly before a verb
undoes it. Done beats talk; the article decides in `events.classify`. Here are the completed releases and the topics;
what negotiations are told by stands in `events.talks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.facts import Modality
from events.asides import is_aside, is_dated_before, is_long_past, is_recalled
from events.background import Span
from events.envoys import appointments
from events.frame import (
    HELD,
    RECALLED,
    Frame,
    FrameKind,
    Head,
    frame_at,
    has_outside,
    is_abroad,
    is_dismissal,
    is_elsewhere,
    same_clause,
)
from events.lexicon import Lexicon
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.relief import concessions
from events.sentences import Zone
from events.talks import demands, plans, refusals, talks

_ALONE = ("exit_done", "pardon_done", "moved")  # verbs that need no word for prisoners, and so need Belarus
_BY_A_STATE = ("release_done", "pardon_done")  # verbs whose subject is who frees
_SUBJECT_REACH = 25  # from another state that acts to its verb
_NEXT = 12  # from "has risen to" to its number
_COMPLEMENT = 40  # from a denial to what it denies
_OTHER_CLAUSE = re.compile(r"[;:()—]")
_ADJACENT = 12  # from a number to its noun, over an adjective
_NEXT_CLAUSE = 2  # from people to the clause that tells of them: "52 people, whom Minsk handed over"
_PEOPLE = ("person", "foreigner", "citizen")
_DONE_RULES = (
    ("release_done", "completed"),
    ("exit_done", "walked_free"),
    ("pardon_done", "pardoned"),
    ("handover", "handed_over"),
    ("arrival", "arrived"),
    ("moved", "brought_out"),
)
_TOLD_BY = (*(concept for concept, _ in _DONE_RULES), "no_longer", "rise", "signed")


def frames_of(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> tuple[Frame, ...]:
    """Return the frames of a sentence, strongest kind first."""
    return (
        *refusals(marked, lexicon, head),
        *_releases(marked, lexicon, head),
        *plans(marked, lexicon, head),
        *concessions(marked, lexicon, head),
        *demands(marked, lexicon, head),
        *talks(marked, lexicon, head),
        *appointments(marked, lexicon, head),
        *_topics(marked, lexicon),
    )


def _releases(marked: MarkedSentence, lexicon: Lexicon, head: Head) -> Iterator[Frame]:
    """Completed releases: a finite verb with somebody jailed, a pardon, the freed arriving, their number grown."""
    if not marked.has(*_TOLD_BY) or marked.has("other_release") or is_elsewhere(marked) or _is_of_a_club(marked):
        return
    for concept, name in _DONE_RULES:
        for span in marked.hits.get(concept, ()):
            is_undone = any(undoes(marked, span) for undoes in (is_negated, is_aside, _is_denied, _is_of_a_list))
            is_undone = is_undone or (concept == "handover" and _is_extradited(marked, span))
            if _has_object(marked, concept, span, head) and not is_undone:
                yield from _told(marked, span, name, lexicon)
    is_ours = marked.is_ours() or head.is_ours
    for name, shown in (
        ("no_longer", marked.first("no_longer")),
        ("grown", _grown(marked)),
        ("decree", _decree(marked)),
    ):
        if shown is not None and is_ours:
            yield from _told(marked, shown, name, lexicon)


def _is_denied(marked: MarkedSentence, span: Span) -> bool:
    """Whether a denial governs the clause of a verb: "denied rumours that Belarus had freed him"."""
    gaps = [marked.sentence.folded[end : span[0]] for _, end in marked.hits.get("denial", ()) if end <= span[0]]
    return any(len(gap) <= _COMPLEMENT and gap.count(",") <= 1 and not _OTHER_CLAUSE.search(gap) for gap in gaps)


def _is_of_a_list(marked: MarkedSentence, verb: Span) -> bool:
    """Whether it is a list that is handed over, and nobody: "Kyiv handed Minsk a list of 80 prisoners"."""
    return any(start <= verb[0] < end for start, end in marked.hits.get("discuss", ()))


def _is_of_a_club(marked: MarkedSentence) -> bool:
    """Whether a club lets its players go: sport, and nobody jailed and no ruler beside it."""
    is_of_jails = marked.has(*HELD, "custody", "freed", "pardon_done") or marked.roles() & {"prisoner", "ruler"}
    return marked.has("sport") and not is_of_jails


def _told(marked: MarkedSentence, span: Span, name: str, lexicon: Lexicon) -> Iterator[Frame]:
    """Yield a release, or what a modal makes of it: a plan where somebody acts, else only a wish or a case put."""
    if is_long_past(marked, span) or is_dated_before(marked, span):
        return
    if not is_unreal(marked, span):
        rule = RECALLED if is_recalled(marked, span) else name
        yield frame_at(marked, span, FrameKind.RELEASE, Modality.COMPLETED, f"{lexicon.language}.release.{rule}")
    elif has_outside(marked) or "ruler" in marked.roles() or (is_abroad(marked) and "prisoner" in marked.roles()):
        moods = (
            ("announce", Modality.ANNOUNCED),
            ("discuss", Modality.UNDER_DISCUSSION),
            ("demand", Modality.DEMANDED),
        )
        modality = next((mood for concept, mood in moods if marked.has(concept)), Modality.POSSIBLE)
        yield frame_at(marked, span, FrameKind.PLAN, modality, f"{lexicon.language}.plan.unreal")


def _grown(marked: MarkedSentence) -> Span | None:
    """Return where a sentence tells that the number of the freed has grown: "has risen to 38"."""
    if not marked.has("freed", "release_done", "exit_done", "release_noun"):
        return None
    told = marked.hits.get("freed", ())  # "he has already got 100 out" recalls
    rises = [hit for hit in marked.hits.get("rise", ()) if not any(s <= hit[0] and hit[1] <= e for s, e in told)]
    starts = [number.start for number in marked.numbers]
    return next((rise for rise in rises if any(0 <= start - rise[1] <= _NEXT for start in starts)), None)


def _decree(marked: MarkedSentence) -> Span | None:
    """Return where a sentence tells that a decree about pardons or the convicted is signed, or the ruler signs a pardon."""
    signed = marked.first("signed")
    if signed is None or is_negated(marked, signed):
        return None
    nouns = marked.hits.get("pardon_noun", ())
    is_pardon = "ruler" in marked.roles() and any(0 <= start - signed[1] <= 1 for start, _ in nouns)
    return signed if is_pardon or _is_of_convicts(marked) else None


def _is_of_convicts(marked: MarkedSentence) -> bool:
    """Whether a decree is about pardons or the convicted, told in the same part of the sentence."""
    decree = marked.first("decree")
    people = [span for name in ("pardon_noun", *HELD) for span in marked.hits.get(name, ())]
    places = [sorted((decree, span)) for span in people] if decree is not None else []
    return any(";" not in marked.sentence.folded[first[1] : last[0]] for first, last in places)


def _has_object(marked: MarkedSentence, concept: str, span: Span, head: Head) -> bool:
    """Whether somebody jailed in Belarus is released: "released a statement", "dismissed a minister" are no releases."""
    if not marked.is_ours() and not head.is_ours:
        return concept not in _ALONE and marked.has(*HELD)
    if concept in _BY_A_STATE and _has_other_subject(marked, span):
        return False
    if concept == "exit_done":
        return bool(marked.numbers) or not any(
            same_clause(marked, hit, span) for hit in marked.hits.get("into_custody", ())
        )
    if concept == "pardon_done":
        return _is_pardoned(marked, span, head)
    if concept == "moved" or (concept in ("handover", "arrival") and marked.has("freed", "custody")):
        is_of_held = "prisoner" in marked.roles() or marked.has(*HELD)
        is_counted = marked.has("custody", "freed") and (concept == "moved" or bool(marked.numbers))
        is_home = marked.sentence.zone is Zone.TITLE and head.tells_of_prisoners and _has_counted_citizens(marked)
        return (is_of_held or is_counted or is_home) and not marked.has("into_custody")
    return _is_freed(marked, concept, span, head)


def _is_extradited(marked: MarkedSentence, verb: Span) -> bool:
    """Whether a deserter or a fugitive is handed to Russia, which the words of the verb name, and no prisoner of ours."""
    if "prisoner" in marked.roles() or marked.has("political", "pardon_done"):
        return False
    whence = {end + 1 for _, end in marked.hits.get("amount/part_of", ())}  # "with prisoners from Russia"
    return any(verb[0] < one[0] < verb[1] and one[0] not in whence for one in marked.hits.get("country/RU", ()))


def _has_counted_citizens(marked: MarkedSentence) -> bool:
    """Whether a number of citizens is told of: "we have got six citizens back", where the lead says from which jails."""
    return bool(marked.numbers) and (marked.has("citizen") or "people" in marked.nations)


def _is_freed(marked: MarkedSentence, concept: str, span: Span, head: Head) -> bool:
    """Whether a verb of freeing or handing over has people for its object, and nobody's post."""
    if is_dismissal(marked, span) and not marked.has("political"):
        return False
    is_one = concept == "handover" and marked.has("acts/single") and not marked.numbers  # "He was handed to diplomats"
    if marked.has(*HELD) or "prisoner" in marked.roles() or (is_one and head.tells_of_prisoners):
        return True
    is_title = marked.sentence.zone is Zone.TITLE  # "Three Americans freed", where the lead says from which jails
    is_ours = marked.is_ours() or ((concept == "handover" or is_title) and head.is_ours and head.tells_of_prisoners)
    if is_ours and any(same_clause(marked, one, span) for one in _foreigners(marked)):
        return True
    if (
        concept == "release_done"
        and (head.tells_of_prisoners or "ruler" in marked.roles())
        and _has_number(marked, span)
    ):
        return True
    if concept != "arrival" and head.tells_of_prisoners and marked.is_ours() and _is_of_people(marked, span):
        return True
    return _has_counted_people(marked, span) and (concept == "release_done" or head.tells_of_prisoners)


def _is_of_people(marked: MarkedSentence, span: Span) -> bool:
    """Whether people stand right behind a verb, or in it: "Minsk freed the people on Thursday"."""
    return any(span[0] <= start <= span[1] + 1 for start, _ in marked.hits.get("person", ()))


def _has_number(marked: MarkedSentence, span: Span) -> bool:
    """Whether a number stands right before a verb, in it, or behind it, with no noun: "250 freed in one day", "freed 4"."""
    numbers = [number for number in marked.numbers if not number.may_be_year]
    objects = (n for n in numbers if 0 <= n.start - span[1] <= 1)
    ends = {start - 1 for start, _ in marked.hits.get("acts/goes_on", ())}  # "freed 15 on the eve"
    is_alone = any(n.end in ends or not marked.sentence.folded[n.end :].strip(" .!»") for n in objects)
    everybody = [end for _, end in marked.hits.get("all_of", ())]
    if any(n.start - end == 1 and same_clause(marked, (n.start, n.end), span) for n in numbers for end in everybody):
        return True  # "all three were let go by the authorities"
    return is_alone or any(0 <= span[0] - n.end <= 1 or span[0] <= n.start < span[1] for n in numbers)


def _foreigners(marked: MarkedSentence) -> list[Span]:
    """Return where a single foreigner is told of, or foreigners: whom Minsk frees without a word of prison."""
    names = ["a_citizen", "foreigner", *(n for n in marked.hits if n.startswith("one/") and n != "one/BY")]
    return [span for name in names for span in marked.hits.get(name, ())]


def _is_pardoned(marked: MarkedSentence, span: Span, head: Head) -> bool:
    """Whether people are pardoned, and by the ruler: other heads of state pardon, too."""
    if not marked.is_ours() and "leader" in marked.roles():
        return False
    is_of_people = "prisoner" in marked.roles() or "ruler" in marked.roles() or marked.has(*_PEOPLE, "decree")
    is_of_them = head.is_ours and head.tells_of_prisoners and not (marked.numbers or marked.has("arrest"))
    is_of_wave = head.is_ours and marked.has("pardoned") and bool(marked.numbers)  # "the 38 pardoned: first details"
    is_counted = marked.is_ours() and any(  # "Belarus pardons 23"
        (n.start - span[1] == 1 or span[0] < n.start < span[1]) and not n.may_be_year for n in marked.numbers
    )
    is_one = marked.has("belarus") and marked.has("acts/single")  # "Minsk has pardoned her"
    is_told = is_of_people or is_of_them or is_counted or is_of_wave or is_one  # "they were pardoned on the eve"
    return marked.has(*HELD) or (is_told and not is_dismissal(marked, span))


def _has_other_subject(marked: MarkedSentence, verb: Span) -> bool:
    """Whether another state or its head stands before a verb, and nothing of Belarus: "Aliyev pardoned 22"."""
    others = [end for _, end in marked.hits.get("other_jailer", ()) if end <= verb[0]]
    ours = [start for start, _ in marked.hits.get("belarus", ()) if start < verb[0]]
    ours += [name.start for name in marked.names if name.entity.is_ours and name.start < verb[0]]
    return bool(others) and not ours and verb[0] - max(others) <= _SUBJECT_REACH


def _has_counted_people(marked: MarkedSentence, span: Span) -> bool:
    people = (*marked.hits.get("person", ()), *marked.hits.get("foreigner", ()))
    pronouns = {start for start, end in marked.hits.get("relative", ()) if end <= span[0]}
    told = {end for _, end in people if any(0 <= place - end <= _NEXT_CLAUSE for place in pronouns)}
    return any(
        number.end <= start <= number.end + (30 if number.start > span[0] - 40 else _ADJACENT)
        for number in marked.numbers
        for start, end in people
        if number.start > span[0] - 40 or end in told
    )


def _topics(marked: MarkedSentence, lexicon: Lexicon) -> Iterator[Frame]:
    span = marked.first("swap", *(("border_opened",) if marked.is_head() else ()))
    if span is not None and not marked.has("pow", "negation_before"):
        yield frame_at(marked, span, FrameKind.SWAP, Modality.COMPLETED, f"{lexicon.language}.talks.swap")
    for concept, kind in (("comment", FrameKind.COMMENT), ("arrest", FrameKind.ARREST)):
        span = marked.first(concept)
        if span is not None:
            yield frame_at(marked, span, kind, Modality.COMPLETED, f"{lexicon.language}.topic.{concept}")
    span = marked.first("political") or (marked.first("prisoner") if marked.has("belarus") else None)
    if span is not None:
        yield frame_at(marked, span, FrameKind.TOPIC, Modality.COMPLETED, f"{lexicon.language}.topic.prisoners")

"""Figures: which of the counts in an article are its news, and which of them are parts of others (rules 2, 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from db.facts import Count, CountRole, Kind, Modality, Outcome, Person, Polarity, Qualifier
from events.found import Found, unique
from events.frame import Frame, FrameKind, same_clause
from events.marks import MarkedSentence
from events.moods import is_negated, is_unreal
from events.nationalities import HOME
from events.pardons import tells_of_pardon
from events.parts import FEW_STAYED, MOST_STAYED, OTHERS_STAYED, OUT
from events.sentences import HEAD
from events.totals import DONE, FEW, FREED_ROLES, with_companions, with_sums, with_total, without_rounded
from events.wanted import TALK_ROLES

DONE_ROLES = (
    CountRole.RELEASED,
    CountRole.PARDONED,
    CountRole.LEFT_COUNTRY,
    CountRole.SUBSET,
    CountRole.POLITICAL,
)
_WITH_PARTS = (*FREED_ROLES, CountRole.PLANNED)
_BESIDE = 80  # from those who left to those who stayed, where both are told
_BESIDE_NAMED = ("political", "of_them", "remaining", "further", "whole", "freed")  # beside whom others are told of
_ALL_REACH = 30  # from "all" to their verb
_OUT = ("exit_done", "handover", "arrival", "release_done")
_WALKED = (".completed", ".walked_free", ".handed_over", ".arrived", ".brought_out")  # the last parts of rules
_STOCK_ROLES = (CountRole.HELD, CountRole.CUMULATIVE, CountRole.NEWLY_RECOGNISED)


def figures_of(
    counts: Sequence[Found[Count]], kind: Kind, kinds: tuple[Kind, ...], rests: frozenset[int] = frozenset()
) -> list[Found[Count]]:
    """Return the news counts of a mention of `kind` in an article of `kinds`, which tells of `rests` ("nine more").

    Done roles for a release, planned ones for talks, the stock for either.
    """
    has_release = Kind.RELEASE in kinds
    roles = DONE_ROLES if kind is Kind.RELEASE else TALK_ROLES
    if kind is Kind.RELEASE or not has_release:
        roles = (*roles, *_STOCK_ROLES)
    if kinds == (Kind.RELEASE,):
        roles = (*roles, *TALK_ROLES)
    counts = with_total(counts, rests)
    told = with_companions(
        with_sums(without_rounded([f for f in counts if not f.is_background and f.value.role in roles]))
    )
    whole = max((f.value.value or 0 for f in told if f.is_head and f.value.role in DONE), default=0)
    news = [part for found in told if (part := _in_proportion(found, told, whole)) is not None]
    if kind is Kind.RELEASE:
        news = _with_destinations(news)
    if kinds == (Kind.RELEASE,):
        news = _without_outdated_plans(news)
    if has_release and kind is Kind.NEGOTIATION:  # expected this morning, free by now
        done = {f.value.value for f in counts if not f.is_background and f.value.role in FREED_ROLES}
        news = [found for found in news if found.value.value not in done - {None}]
    news = [_of_one_nation(found, news) for found in news]
    news = [found for found in news if not _is_all(found.value, news)]
    return unique(found for found in news if not _is_said_better(found.value, [f.value for f in news]))


def without_former(counts: list[Found[Count]]) -> list[Found[Count]]:
    """Return counts without those of the freed told of as once held: "47 got off, till this morning in prison".

    Fewer than the freed, of no nation, are a part of them too; of a vague number ("dozens") nothing is known.
    """
    freed = max((f.value.value or 0 for f in counts if f.value.role in FREED_ROLES), default=0)
    return [found for found in counts if not _is_former(found.value, freed)]


def _is_former(count: Count, freed: int) -> bool:
    if count.role is not CountRole.HELD or count.of_count is not None:
        return False
    return count.value is None or (count.value <= freed and count.nationality is None)


def named_one_by_one(
    counts: list[Found[Count]], people: list[Found[Person]], language: str, frames: Sequence[Frame]
) -> list[Found[Count]]:
    """Return the freed who are named in title and lead as a number, where the text gives none (domain.md §2).

    They are the pardoned alone where nothing tells that anybody is out.
    """
    freed = [person for person in people if person.is_head and person.value.outcome is Outcome.FREED]
    if not freed or any(found.value.role in DONE for found in counts):
        return []
    first = freed[0]
    role = CountRole.RELEASED if _is_out(frames) or not _is_pardoned(frames) else CountRole.PARDONED
    count = Count(role, len({person.value.name for person in freed}))
    return [Found(count, first.start, first.end, f"{language}.count.named", is_head=True)]


def named_in_talks(counts: list[Found[Count]], marked: Iterable[MarkedSentence], frame: Frame) -> list[Found[Count]]:
    """Return who is wanted or planned for by name as a number, where the text gives none: "release Poczobut, now"."""
    is_about = frame.kind is FrameKind.TALKS and frame.rule.endswith(".about")
    is_asked = (frame.kind in (FrameKind.PLAN, FrameKind.DEMAND) or is_about) and frame.polarity is Polarity.POSITIVE
    own = next((s for s in marked if s.sentence.start <= frame.start < s.sentence.end), None)
    if not is_asked or own is None or any(found.value.role in TALK_ROLES for found in counts):
        return []
    named = [name for name in own.names if name.entity.role == "prisoner"]
    if not named or own.has(*_BESIDE_NAMED) or any(number.value != 1 for number in own.numbers):
        return []
    role = CountRole.DEMANDED if frame.modality is Modality.DEMANDED else CountRole.PLANNED
    count = Count(role, len({name.entity.name for name in named}))
    start = own.sentence.start + named[0].start
    return [Found(count, start, start + named[0].end - named[0].start, f"{frame.rule[:2]}.count.named", is_head=True)]


def _in_proportion(found: Found[Count], told: list[Found[Count]], whole: int) -> Found[Count] | None:
    """Return a count of the body as a part of the whole that title and lead tell; what is greater is another wave."""
    count = found.value
    if found.is_head or found.rule.endswith(f".{OUT}") or count.role not in DONE or count.value is None or not whole:
        return _as_part(found, told)
    if count.value > whole:
        return None
    is_part = count.value < whole and count.role is not CountRole.LEFT_COUNTRY
    return replace(found, value=replace(count, role=CountRole.SUBSET, of_count=whole)) if is_part else found


def _of_one_nation(found: Found[Count], news: list[Found[Count]]) -> Found[Count]:
    """Return a part that is all of the freed, with its nation, as the freed: "31 came home", "31 citizens who were held".

    The freed and the pardoned are of one nation if there are as many: "pardoned five Ukrainians, and handed the five over".
    """
    count = found.value
    if count.role in FREED_ROLES and not count.nationality and (count.value or 0) > 1:
        nations = {f.value.nationality for f in news if f.value.role in FREED_ROLES and f.value.value == count.value}
        named = nations - {None}
        return replace(found, value=replace(count, nationality=named.pop())) if len(named) == 1 else found
    if count.role not in (CountRole.SUBSET, CountRole.HELD) or not count.nationality or count.of_count is not None:
        return found
    same = [f.value.role for f in news if f.value.role in FREED_ROLES and f.value.value == count.value]
    return replace(found, value=replace(count, role=same[0])) if same and count.value != 1 else found


def _is_all(count: Count, news: list[Found[Count]]) -> bool:
    """Whether a part without a whole of its own is all of the freed: "ten are out", "ten Belarusians", of one nation."""
    if count.role is not CountRole.SUBSET:
        return False
    freed = [f.value for f in news if f.value.role in FREED_ROLES and f.value.value == count.value]
    nations = {None, HOME, *(one.nationality for one in freed)}
    return bool(freed) and count.nationality in nations


def _is_said_better(count: Count, others: list[Count]) -> bool:
    """Whether another count says the same and more: a number where this is vague, whose people where this does not."""
    if count.qualifier is Qualifier.VAGUE and not count.of_count:
        group = DONE if count.role in DONE else (count.role,)
        return any(other.role in group and (other.value is not None or other.of_count) for other in others)
    return count.nationality is None and any(
        other.nationality and (other.role, other.value) == (count.role, count.value) for other in others
    )


def _with_destinations(news: list[Found[Count]]) -> list[Found[Count]]:
    """Return who crossed a border as what they are beside the freed: all of them, nearly all (some stayed), or a part."""
    freed = max((f.value.value or 0 for f in news if f.value.role in FREED_ROLES), default=0)
    left = max((f.value.value or 0 for f in news if f.value.role is CountRole.LEFT_COUNTRY), default=0)
    whole = max(freed, left)
    parts = [f for f in news if f.value.role is CountRole.SUBSET and f.value.of_count == whole]
    others = [f for f in news if f.value.role is CountRole.RELEASED and f.value.value == left - 1]  # and one by name
    kept = [found for found in news if left <= freed or found not in others]
    return [_at_home_or_abroad(found, whole, parts, kept) for found in kept]


def _at_home_or_abroad(
    found: Found[Count], freed: int, parts: list[Found[Count]], news: list[Found[Count]]
) -> Found[Count]:
    count = found.value
    if count.role is not CountRole.LEFT_COUNTRY or count.value is None:
        return found
    if count.value >= freed:
        return replace(found, value=replace(count, role=CountRole.RELEASED))
    told = {f.value.value for f in parts if not f.value.nationality}  # as a part, elsewhere
    if count.value in told and count.value * 2 <= freed:
        return replace(found, value=replace(count, role=CountRole.SUBSET, of_count=freed))
    stayed = freed - count.value
    others = {f.value.value for f in news if f is not found and (f.value.role is count.role or f.value.value == stayed)}
    is_part = count.value * 2 <= freed or found.rule.endswith(OTHERS_STAYED)
    is_alone = is_part and not others - {count.value} and not count.nationality  # to one place only
    beside = [f for f in parts if f.value.value == stayed and abs(f.start - found.start) <= _BESIDE]
    if is_alone or stayed <= max(FEW_STAYED, freed * MOST_STAYED) or (beside and count.of_count == freed):
        return replace(found, value=replace(count, of_count=freed))
    return replace(found, value=replace(count, role=CountRole.SUBSET, of_count=freed))


def _without_outdated_plans(news: list[Found[Count]]) -> list[Found[Count]]:
    """Return the counts of a release without plans of the same number, or of one or two people: no plan is left."""
    done = {found.value.value for found in news if found.value.role in DONE}
    plans = [f for f in news if f.value.role in TALK_ROLES and (f.value.value in done or (f.value.value or 0) < FEW)]
    return [found for found in news if found not in plans]


def _as_part(found: Found[Count], told: list[Found[Count]]) -> Found[Count] | None:
    """Return a smaller number of the same as a part of the greatest in title and lead: "two Lithuanians", "8 women"."""
    count = found.value
    if count.role not in _WITH_PARTS or count.value is None:
        return found
    wholes = {f.value.of_count for f in told if f.value.role is count.role and f.value.value is None}  # "most of 1,300"
    same = [f for f in told if f.value.role is count.role and f.value.value and not f.value.nationality]
    same = [f for f in same if f.value.value not in wholes]
    heads = [f.value.value or 0 for f in same if f.is_head]
    greatest = max(heads or [f.value.value or 0 for f in same], default=0)
    if heads and not found.is_head and count.value > greatest:
        return None
    if greatest <= count.value:
        return found
    return replace(found, value=replace(count, role=CountRole.SUBSET, of_count=greatest))


def walked_out(
    frames: Sequence[Frame], counts: list[Found[Count]], news: Iterable[MarkedSentence], named: int
) -> list[Found[Count]]:
    """Return the pardoned of title and lead as the freed, where it is told there that people are out, or anywhere that all are.

    So are those told of elsewhere, if all are out or just as many are `named` as freed: "the two were pardoned on Monday".
    """
    are_all = any(map(_are_all_out, news))
    is_out = are_all or _is_out(frames)
    told = [f for f in counts if f.value.role is CountRole.PARDONED and f.value.value]
    pardoned = [f for f in told if f.is_head or f.value.value == named] or (told if are_all else [])
    if not is_out or not pardoned or any(f.value.role is CountRole.RELEASED for f in counts):
        return []
    most = max(pardoned, key=lambda f: f.value.value or 0)
    return [replace(most, value=replace(most.value, role=CountRole.RELEASED))]


def _is_out(frames: Sequence[Frame]) -> bool:
    """Whether title or lead tell that people are out."""
    told = (f for f in frames if f.kind is FrameKind.RELEASE and f.zone in HEAD and not f.is_background)
    return any(frame.rule.endswith(_WALKED) for frame in told)


def _is_pardoned(frames: Sequence[Frame]) -> bool:
    return any(
        f.kind is FrameKind.RELEASE and f.rule.endswith((".pardoned", ".decree")) and not f.is_background
        for f in frames
    )


def _are_all_out(marked: MarkedSentence) -> bool:
    """Whether a sentence tells that all are out, with no number: "in the evening all of them were free"."""
    verbs = [span for concept in _OUT for span in marked.hits.get(concept, ())]
    real = [span for span in verbs if not is_unreal(marked, span) and not is_negated(marked, span)]
    pairs = ((one, verb) for one in marked.hits.get("all_of", ()) for verb in real)
    is_told = any(0 <= verb[0] - one[1] <= _ALL_REACH and same_clause(marked, one, verb) for one, verb in pairs)
    return is_told and not marked.numbers and not marked.speech


def pardoned_too(
    frames: Sequence[Frame], counts: list[Found[Count]], news: Iterable[MarkedSentence]
) -> list[Found[Count]]:
    """Return the freed as the pardoned, where the news tells without a number of its own that they were pardoned."""
    freed = [f for f in counts if f.value.role is CountRole.RELEASED and f.value.value]
    if not freed or any(f.value.role is CountRole.PARDONED and f.value.value for f in counts):
        return []
    most = max(freed, key=lambda f: f.value.value or 0)
    if not _is_pardoned(frames) and not any(tells_of_pardon(marked, most.value.value) for marked in news):
        return []
    return [replace(most, value=replace(most.value, role=CountRole.PARDONED))]

"""`analyse`: a document in, an Analysis out. Pure: no clock, no network, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from db.facts import (
    Analysis,
    Count,
    CountRole,
    Decision,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
)
from events.attribution import UNTOLD, Attribution, find_attribution
from events.blockers import NOT_OURS
from events.classify import Classification, classify
from events.concessions import concessions_of
from events.counts import counts_of
from events.dates import DateReference
from events.document import Document
from events.event_date import recalled_date, told_date
from events.figures import (
    DONE_ROLES,
    figures_of,
    named_in_talks,
    named_one_by_one,
    pardoned_too,
    walked_out,
    without_former,
)
from events.found import Found, unique
from events.frame import Frame, FrameKind, head_of
from events.frames import frames_of
from events.freed import find_few, find_freed
from events.language import language_of
from events.lexicon import Lexicon, lexicon_for
from events.marks import MarkedSentence, mark_sentences
from events.nationalities import HOME
from events.negotiators import find_negotiators
from events.normalise import fold
from events.people import find_people
from events.routes import find_mediators, find_transit
from events.sentences import TEXT_CAP
from events.totals import FREED_ROLES, rests_of, with_named
from events.wanted import TALK_ROLES, as_talked_of

LEAST = 3  # a number that may say which release is meant; one and two are anybody's


@dataclass(frozen=True, slots=True)
class _Material:
    """Everything found in one document."""

    document: Document
    lexicon: Lexicon
    marked: tuple[MarkedSentence, ...]
    frames: tuple[Frame, ...]
    counts: tuple[Found[Count], ...]
    attribution: Attribution


def analyse(document: Document) -> Analysis:
    """Return what a text says, and why (contracts.md, `volya analyse`)."""
    language = _language(document)
    if language is None:
        return Analysis(None, (), Decision.NONE, "in none of the seven languages")
    lexicon = lexicon_for(language, document.full_text)
    is_home = lexicon.is_home or document.is_home
    if not is_home and not lexicon.may_be_ours(fold(document.full_text[:TEXT_CAP])):
        return Analysis(language, (), Decision.NONE, NOT_OURS)
    marked = mark_sentences(document, lexicon)
    head = head_of(marked, is_home=is_home)
    frames = tuple(frame for sentence in marked for frame in frames_of(sentence, lexicon, head))
    classification = classify(marked, frames, document.publication_day, is_home=is_home)
    counts = tuple(counts_of(marked, lexicon, document.publication_day, classification.kinds))
    is_told = classification.decision is not Decision.NONE
    attribution = find_attribution(document, marked, lexicon) if is_told else UNTOLD
    material = _Material(document, lexicon, marked, frames, counts, attribution)
    return Analysis(
        language=language,
        kinds=classification.kinds,
        decision=classification.decision,
        reason=classification.reason,
        mentions=_mentions(material, classification),
        background=_background(material, classification),
    )


def _language(document: Document) -> str | None:
    declared = (document.language or "")[:2].lower()
    likely = (declared, *document.outlet_languages) if declared else document.outlet_languages
    return language_of(document.full_text, likely)


def _mentions(material: _Material, classification: Classification) -> tuple[Mention, ...]:
    mentions: list[Mention] = []
    if classification.release is not None:
        mentions.append(_mention(material, Kind.RELEASE, classification.release, classification))
    if classification.negotiation is not None:
        mentions.append(_mention(material, Kind.NEGOTIATION, classification.negotiation, classification))
    if classification.decision is Decision.RELATED:
        mentions.append(_related(material))
    return tuple(mentions)


def _related(material: _Material) -> Mention:
    """Return a mention that never alerts: it only ties an article to the event it may follow up."""
    frame = next((frame for frame in material.frames if frame.kind is FrameKind.TOPIC), None)
    evidence = (_evidence(material, "kind", frame.rule, frame.start, frame.end),) if frame else ()
    people = unique(found for sentence in material.marked for found in find_people(sentence, material.lexicon))
    held = [found for found in material.counts if found.value.role is CountRole.HELD and not found.is_background]
    return Mention(
        kind=Kind.RELATED,
        modality=Modality.COMPLETED,
        polarity=Polarity.POSITIVE,
        plover="",
        counts=tuple(found.value for found in held),
        people=tuple(found.value for found in people),
        attribution=material.attribution.chain,
        root=material.attribution.root,
        evidence=(
            *evidence,
            *_rows(material, "counts", held),
            *_rows(material, "people", people),
            *material.attribution.evidence,
        ),
    )


def _mention(material: _Material, kind: Kind, frame: Frame, classification: Classification) -> Mention:
    news = [sentence for sentence in material.marked if not sentence.is_background]
    lexicon = material.lexicon
    people = find_freed(material.marked, lexicon) if kind is Kind.RELEASE else []
    counts = _figures(material, kind, frame, people, classification.kinds)
    if kind is Kind.RELEASE and not people:
        freed = {found.value.value for found in counts if found.value.role in FREED_ROLES}
        people = find_few(material.marked, lexicon, freed)
        is_free = not frame.rule.endswith((".pardoned", ".decree"))
        counts = counts if not is_free else _figures(material, kind, frame, people, classification.kinds)
    first = classification.release or frame
    first_kind = Kind.RELEASE if classification.release else Kind.NEGOTIATION
    negotiators = unique(find_negotiators(material.marked, lexicon, first_kind, first.modality))
    mediators = unique(f for s in news for f in find_mediators(s, lexicon))
    transit = unique(f for s in news for f in find_transit(s, lexicon)) if kind is Kind.RELEASE else []
    is_of_talks = Kind.NEGOTIATION in classification.kinds
    concessions = concessions_of(material.marked, lexicon, is_of_talks=is_of_talks)
    numbers = {found.value.value for found in counts if found.value.value and found.value.value >= LEAST}
    day, precision, date_evidence = _event_date(material, frame, numbers)
    return Mention(
        kind=kind,
        modality=frame.modality,
        polarity=frame.polarity,
        plover=frame.plover,
        event_date=day,
        date_precision=precision,
        counts=tuple(found.value for found in counts),
        nationalities=_nationalities(counts),
        people=tuple(found.value for found in people),
        negotiators=tuple(found.value for found in negotiators),
        mediators=tuple(found.value for found in mediators),
        transit=tuple(found.value for found in transit),
        concessions=tuple(found.value for found in concessions),
        attribution=material.attribution.chain,
        root=material.attribution.root,
        evidence=(
            _evidence(material, "kind", frame.rule, frame.start, frame.end),
            *date_evidence,
            *_rows(material, "counts", counts),
            *_rows(material, "people", people),
            *_rows(material, "negotiators", negotiators),
            *_rows(material, "mediators", mediators),
            *_rows(material, "transit", transit),
            *_rows(material, "concessions", concessions),
            *material.attribution.evidence,
        ),
    )


def _figures(
    material: _Material, kind: Kind, frame: Frame, people: list[Found[Person]], kinds: tuple[Kind, ...]
) -> list[Found[Count]]:
    """Return the numbers of a mention's news."""
    news, frames = [one for one in material.marked if not one.is_background], material.frames
    counts = without_former(figures_of(material.counts, kind, kinds, rests_of(material.marked)))
    if kind is Kind.NEGOTIATION:
        counts = as_talked_of(counts, frame, news)
        named = () if Kind.RELEASE in kinds else named_in_talks(counts, material.marked, frame)
        return [*counts, *named]
    counts = with_named(counts, people)
    counts = [*counts, *named_one_by_one(counts, people, material.lexicon.language, frames)]
    freed_by_name = len({person.value.name for person in people if person.value.outcome is Outcome.FREED})
    return [*counts, *walked_out(frames, counts, news, freed_by_name), *pardoned_too(frames, counts, news)]


def _background(material: _Material, classification: Classification) -> tuple[Mention, ...]:
    """Return what the article only recalls, one mention a sentence: facts marked background, never an event (rule 3)."""
    is_release = classification.release is not None
    recalled = [f for f in material.counts if f.is_background or (f.value.role in DONE_ROLES and not is_release)]
    frames = [
        frame
        for frame in material.frames
        if frame.is_background and frame.kind in (FrameKind.RELEASE, FrameKind.PLAN, FrameKind.TALKS)
    ]
    mentions: list[Mention] = []
    for sentence in material.marked:
        start, end = sentence.sentence.start, sentence.sentence.end
        counts = [replace(f, value=replace(f.value, background=True)) for f in recalled if start <= f.start < end]
        frame = next((frame for frame in frames if start <= frame.start < end), None)
        if counts or frame:
            mentions.append(_recalled(material, sentence, counts, frame))
    return tuple(mentions)


def _recalled(
    material: _Material, sentence: MarkedSentence, counts: list[Found[Count]], frame: Frame | None
) -> Mention:
    is_release = frame.kind is FrameKind.RELEASE if frame else any(f.value.role in DONE_ROLES for f in counts)
    reference = next(iter(sentence.dates), None)
    people = unique(find_people(sentence, material.lexicon))
    kind_row = [_evidence(material, "kind", frame.rule, frame.start, frame.end)] if frame else []
    date_row = [_told_date(material, sentence, reference)] if reference else []
    return Mention(
        kind=Kind.RELEASE if is_release else Kind.NEGOTIATION if frame else Kind.RELATED,
        modality=frame.modality if frame else Modality.COMPLETED,
        polarity=frame.polarity if frame else Polarity.POSITIVE,
        plover=frame.plover if frame else "",
        event_date=reference.day if reference else None,
        date_precision=reference.precision if reference else None,
        counts=tuple(found.value for found in counts),
        nationalities=_nationalities(counts),
        people=tuple(found.value for found in people),
        evidence=(*kind_row, *date_row, *_rows(material, "counts", counts), *_rows(material, "people", people)),
    )


def _event_date(
    material: _Material, frame: Frame, numbers: set[int]
) -> tuple[date | None, Precision | None, tuple[Evidence, ...]]:
    """Return the day the thing happened and what shows it; nothing where the day of publication is unknown."""
    today = material.document.publication_day
    if today is None:
        return None, None, ()
    marked, frames = material.marked, material.frames
    told = told_date(marked, frames, frame, today) or recalled_date(marked, frames, numbers, today)
    if told is not None:
        return told[1].day, Precision.DAY, (_told_date(material, *told),)
    row = _evidence(material, "event_date", "any.date.published", frame.start, frame.end)
    return today, Precision.DAY, (row,)


def _told_date(material: _Material, sentence: MarkedSentence, reference: DateReference) -> Evidence:
    offset = sentence.sentence.start
    rule = f"{material.lexicon.language}.date.told"
    return _evidence(material, "event_date", rule, offset + reference.start, offset + reference.end)


def _nationalities(counts: Iterable[Found[Count]]) -> dict[str, int]:
    told: dict[str, int] = {}
    for count in sorted((found.value for found in counts), key=lambda count: count.role not in FREED_ROLES):
        nation = count.nationality
        if nation and nation != HOME and count.value is not None and count.role in (*DONE_ROLES, *TALK_ROLES):
            told.setdefault(nation, count.value)
    return told


def _rows(material: _Material, field: str, found: Iterable[Found]) -> list[Evidence]:  # type: ignore[type-arg]
    return [_evidence(material, f"{field}[{index}]", row.rule, row.start, row.end) for index, row in enumerate(found)]


def _evidence(material: _Material, field: str, rule: str, start: int, end: int) -> Evidence:
    return Evidence(field, rule, start, end, material.document.full_text[start:end])

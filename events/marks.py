"""Sentences with everything found in them: concepts, names, dates, numbers; and whether they tell news or recall it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from events.dates import DateReference, find_dates
from events.document import Document
from events.lexicon import Entity, Lexicon, entities
from events.numbers import Number, find_numbers
from events.sentences import FURNITURE, HEAD, Sentence, Zone, sentences_of, speech_spans
from events.tokens import Token

OLD_IN_BODY = timedelta(days=3)  # an older date in the body is background; the lead may tell of last week
OLD_IN_HEAD = timedelta(days=9)
_SAME_DAY = 3  # so many sentences before may tell which day "that day" is
_FAR_AHEAD = timedelta(days=150)
OLD_STOCK = timedelta(days=31)  # how many are held is counted by the month
_TRIGGERS = ("release_done", "exit_done", "pardon_done", "arrival", "handover", "moved")
_MONTH_REACH = 4  # from "to" to the month a span ends in, over a day
_JAILED_REACH = 45  # from a verb of jailing to its date
_RIGHT_BEFORE = 3  # from a verb to the words that date it
_TALKS = ("meeting", "talks", "discuss", "relief_done", "freed", "release_noun", "pardon_noun")
_TOPICS = ("pow", "prisoner")
_VERBS = ("release_done", "exit_done", "moved", "handover", "pardon_done", "arrival")
_NATIONS = ("people/", "country/", "one/")
_DEMANDED = 30  # from a verb of demanding to the infinitive
_NO_DAY = date(2000, 1, 1)

Span = tuple[int, int]
Nation = tuple[str, Span]


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """A name of the gazetteer at a place in the sentence."""

    entity: Entity
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence and its marks; all spans count inside the sentence.

    `nations` are those named, with code and span, by the form they are named in: "people", "country", "one".
    """

    sentence: Sentence
    tokens: tuple[Token, ...]
    hits: Mapping[str, tuple[Span, ...]]
    names: tuple[NamedEntity, ...]
    dates: tuple[DateReference, ...]
    numbers: tuple[Number, ...]
    speech: tuple[Span, ...]
    nations: Mapping[str, tuple[Nation, ...]]
    named_roles: frozenset[str]
    is_background: bool
    is_old: bool = False  # on its own account, and not because it goes on about what was recalled before it

    def has(self, *concepts: str) -> bool:
        """Whether any of the concepts occurs."""
        return not self.hits.keys().isdisjoint(concepts)

    def first(self, *concepts: str) -> Span | None:
        """Return the earliest hit of any of the concepts."""
        return min((self.hits[concept][0] for concept in concepts if concept in self.hits), default=None)

    def is_head(self) -> bool:
        """Whether it stands in title or lead."""
        return self.sentence.zone in HEAD

    def is_ours(self) -> bool:
        """Whether Belarus is named, or somebody whose name means it."""
        return self.has("belarus") or any(name.entity.is_ours for name in self.names)

    def is_fresh(self, today: date | None) -> bool:
        """Whether it tells a number, or a date of these days: what a mere aside about somebody lacks."""
        return bool(self.numbers) or self.is_dated(today)

    def is_dated(self, today: date | None) -> bool:
        """Whether it tells a date of these days."""
        return _is_recent(self.dates, today)

    def roles(self) -> frozenset[str]:
        """Return the roles of the people and bodies named."""
        return self.named_roles


def mark_sentences(document: Document, lexicon: Lexicon) -> tuple[MarkedSentence, ...]:
    """Mark every sentence that is not furniture. In a body paragraph, background lasts until news interrupts it."""
    speech, today = speech_spans(document.full_text), document.publication_day
    marked: list[MarkedSentence] = []
    for sentence in sentences_of(document, lexicon):
        if sentence.zone in FURNITURE:
            continue
        before = [one for one in marked[-_SAME_DAY:] if one.sentence.paragraph == sentence.paragraph]
        lasts = sentence.zone is Zone.BODY or _recalls(marked)
        marked.append(_mark(sentence, lexicon, today, speech, before, lasts=lasts))
    return tuple(marked)


def _recalls(marked: Sequence[MarkedSentence]) -> bool:
    """Whether the title says that all this was long ago: "nine years ago: the last six"."""
    return any((one.is_old or one.has("zone/old")) and one.sentence.zone is Zone.TITLE for one in marked)


def _mark(
    sentence: Sentence,
    lexicon: Lexicon,
    today: date | None,
    speech: tuple[Span, ...],
    before: list[MarkedSentence],
    *,
    lasts: bool,
) -> MarkedSentence:
    """Mark a sentence; where background `lasts`, it goes on from those `before` in the same paragraph."""
    tokens = lexicon.tokens(sentence.folded)
    found = lexicon.book.find(tokens)
    names = _names(found)
    hits = _hits(found, names, sentence.folded)
    dates = find_dates(sentence.folded, tokens, hits, today) if today else ()
    is_old = is_background = _is_background(sentence, hits, dates, today)
    is_same_day = "zone/that_day" in hits and _is_of_old_day(before, today)
    goes_on = bool(before) and before[-1].is_background and (lasts or is_same_day or "then" in hits)
    if is_same_day or (goes_on and (not _is_recent(dates, today) or _is_of_next_year(dates, today))):
        is_background = True
    return MarkedSentence(
        sentence=sentence,
        tokens=tokens,
        hits=hits,
        names=names,
        dates=dates,
        numbers=_without_dates(find_numbers(sentence.folded, hits), dates),
        speech=tuple(_inside(span, sentence) for span in speech if span[0] < sentence.end and sentence.start < span[1]),
        nations=_nations(hits),
        named_roles=frozenset([name.entity.role for name in names]),
        is_background=is_background,
        is_old=is_old,
    )


def _is_of_old_day(before: list[MarkedSentence], today: date | None) -> bool:
    """Whether "that day" is a day long past: the last day told before is, or the last sentence recalls."""
    last = next((one for one in reversed(before) if one.dates or one.is_background), None)
    return last is not None and (last.is_background or not _is_recent(last.dates, today))


def _hits(
    found: dict[str, tuple[Span, ...]], names: tuple[NamedEntity, ...], folded: str
) -> dict[str, tuple[Span, ...]]:
    """Return the spans of each concept that occurs, in order. Words inside a body's name are no topic ("… for prisoners of war")."""
    bodies = [(name.start, name.end) for name in names if name.entity.role in ("office", "body")]
    hits = dict(found)
    for topic in _TOPICS if bodies else ():
        hits[topic] = tuple(span for span in hits.get(topic, ()) if not _is_inside(span, bodies))
    crimes = hits.get("arrest", ())  # "convicted of calls for sanctions" demands nothing
    hits["demand"] = tuple(span for span in hits.get("demand", ()) if not _is_covered(span, crimes))
    if "demand" in hits and "release_future" in hits:
        hits["release_future"] = _not_demanded(folded, hits)
    if "belarus" in hits and "other_jailer" in hits:
        hits["other_jailer"] = _without_joint(hits["other_jailer"], hits["belarus"])
    let_out = hits.pop("let_out", ())
    if not (
        hits.get("prisoner")
        or hits.get("political")
        or hits.get("pardoned")
        or any(name.entity.role == "prisoner" for name in names)
    ):
        let_out = _of_foreigners(let_out, hits)
    if let_out:
        hits["release_done"] = tuple(sorted((*hits.get("release_done", ()), *let_out)))
    freed = [span for span in hits.get("freed", ()) if not _is_covered(span, hits.get("release_future", ()))]
    hits["freed"] = tuple(freed)
    pardons = hits.get("pardon_done", ())  # "has decided to pardon six" is a pardon, no plan of one
    hits["release_future"] = tuple(span for span in hits.get("release_future", ()) if not _is_covered(span, pardons))
    for concept in _VERBS if freed else ():  # "the freed prisoners said" tells of people who are out already
        hits[concept] = tuple(span for span in hits.get(concept, ()) if not _is_covered(span, freed))
    return {concept: spans for concept, spans in hits.items() if spans}


def _not_demanded(folded: str, hits: Mapping[str, tuple[Span, ...]]) -> tuple[Span, ...]:
    """Return the releases to come without infinitives that are demanded: "urged Minsk on Tuesday to free two"."""
    named = hits.get("release_infinitive", ())
    verbs = hits["demand"]
    return tuple(
        span
        for span in hits["release_future"]
        if not any(_same_clause(folded, verb, span) and 0 <= span[0] - verb[1] <= _DEMANDED for verb in verbs)
        or not any(span[0] <= start and end <= span[1] for start, end in named)
    )


def _of_foreigners(let_out: tuple[Span, ...], hits: Mapping[str, tuple[Span, ...]]) -> tuple[Span, ...]:
    """Return the verbs that let one foreigner out of Belarus: "Minsk lets a French citizen go"."""
    names = (name for name in hits if name.startswith("one/") and name != "one/BY" and "belarus" in hits)
    foreigners = [span for name in names for span in hits[name]]
    return tuple(verb for verb in let_out if any(_is_inside(one, [verb]) for one in foreigners))


def _without_joint(others: tuple[Span, ...], ours: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return other states without those joined to Belarus by a hyphen: "Russian-Belarusian war games" are of both."""
    return tuple(one for one in others if not any(start - one[1] == 1 and start - 1 == one[1] for start, _ in ours))


def _is_inside(span: Span, bodies: list[Span]) -> bool:
    return any(start < span[0] and span[1] <= end for start, end in bodies)


def _is_covered(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _names(hits: Mapping[str, tuple[Span, ...]]) -> tuple[NamedEntity, ...]:
    found = [
        NamedEntity(entities()[name.removeprefix("name/")], *span)
        for name, spans in hits.items()
        if name.startswith("name/")
        for span in spans
    ]
    kept = [name for name in found if not any(_covers(other, name) for other in found)]
    return tuple(sorted(kept, key=lambda name: (name.start, name.end)))


def _nations(hits: Mapping[str, tuple[Span, ...]]) -> dict[str, tuple[Nation, ...]]:
    found: dict[str, tuple[Nation, ...]] = {}
    for name, spans in hits.items():
        if name.startswith(_NATIONS):
            form, _, code = name.partition("/")
            found[form] = found.get(form, ()) + tuple((code, span) for span in spans)
    return found


def _covers(other: NamedEntity, name: NamedEntity) -> bool:
    """Whether a longer name holds this one ("Lukashenko's press service" holds "Lukashenko")."""
    return (
        other is not name
        and other.start <= name.start
        and name.end <= other.end
        and other.end - other.start > name.end - name.start
    )


def _inside(span: Span, sentence: Sentence) -> Span:
    return max(0, span[0] - sentence.start), min(len(sentence.text), span[1] - sentence.start)


def _without_dates(numbers: Iterable[Number], dates: tuple[DateReference, ...]) -> tuple[Number, ...]:
    return tuple(n for n in numbers if not any(n.start < d.end and d.start < n.end for d in dates))


def _is_background(
    sentence: Sentence, hits: Mapping[str, tuple[Span, ...]], dates: tuple[DateReference, ...], today: date | None
) -> bool:
    """Whether a sentence recalls instead of telling: by its cue, by totals over time, by an older date (rule 3)."""
    is_total = hits.get("zone/cumulative") or _spans_months(hits)
    if sentence.zone is Zone.RECAP or (is_total and not _is_ahead(hits)):
        return True
    if _is_recent(dates, today) and not _is_of_old_verb(sentence.folded, dates, hits, today):
        return False
    margin = OLD_IN_HEAD if sentence.zone in HEAD else OLD_IN_BODY
    if hits.get("held") and hits.get("political") and not any(hits.get(verb) for verb in _VERBS):
        margin = OLD_STOCK
    told = [reference for reference in dates if not _dates_jailing(sentence.folded, reference, hits)]
    if any(reference.last_day < (today or _NO_DAY) - margin for reference in told):
        return True
    return any(_dates_a_release(sentence.folded, cue, hits) for cue in hits.get("zone/old", ()))


def _is_of_old_verb(
    folded: str, dates: tuple[DateReference, ...], hits: Mapping[str, tuple[Span, ...]], today: date | None
) -> bool:
    """Whether the date at the verb of a release is old, and the fresh one another's: "freed in December, and today in Vilnius"."""
    verbs = [span for concept in _VERBS for span in hits.get(concept, ())]
    if not verbs or today is None:
        return False
    near = [(min(dates, key=lambda one: max(one.start - verb[1], verb[0] - one.end)), verb) for verb in verbs]
    is_near = all(_same_clause(folded, (day.start, day.end), verb) for day, verb in near)
    return is_near and all(day.last_day < today - OLD_IN_HEAD for day, _ in near)


def _spans_months(hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether what was done is summed up over months: "from April to June 112 walked free"."""
    months = sorted(span for name, spans in hits.items() if name.startswith("month/") for span in spans)
    joints = (*hits.get("amount/range_words", ()), *hits.get("amount/each", ()))
    is_done = bool(joints) and any(hits.get(verb) for verb in _VERBS)
    return is_done and any(
        0 <= joint[0] - one[1] <= 1 and 0 <= other[0] - joint[1] <= _MONTH_REACH
        for one, other in pairwise(months)
        for joint in joints
    )


def _is_ahead(hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a span of time is one to come: "within two weeks another hundred will walk free"."""
    is_told = any(hits.get(concept) for concept in ("release_future", "date/next"))
    is_meant = bool(hits.get("release_infinitive")) and any(hits.get(mood) for mood in ("plan", "announce", "offer"))
    return (is_told or is_meant) and not any(hits.get(verb) for verb in _VERBS)


def _dates_jailing(folded: str, reference: DateReference, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a date belongs to an arrest or sentence beside it: "the journalist, jailed in 2021, was freed"."""
    span = (reference.start, reference.end)
    return any(
        _same_clause(folded, jailed, span)
        and (
            0 <= span[0] - jailed[1] <= _JAILED_REACH
            or 0 <= jailed[0] - span[1] <= 1  # "in June sentenced to death"
            or _opens_aside(folded, span, jailed, hits)
        )
        for jailed in hits.get("arrest", ())
    )


def _opens_aside(folded: str, day: Span, jailed: Span, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a relative clause tells both day and sentence: "Krieger, whom a court in June sentenced to death, is free"."""
    clauses = (one for one in hits.get("relative", ()) if one[1] <= day[0] < jailed[0])
    return any(_same_clause(folded, one, jailed) for one in clauses)


def _dates_a_release(folded: str, cue: Span, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether "last year" dates a release or talks of its clause; not when people were jailed, nor how many are held."""
    triggers = [span for concept in (*_TRIGGERS, *_TALKS) for span in hits.get(concept, ())]
    afters = hits.get("after", ())
    return any(
        _same_clause(folded, cue, span)
        and not _jailed_between(cue, span, hits)
        and not any(after[1] <= span[0] < cue[0] and _same_clause(folded, after, cue) for after in afters)
        for span in triggers
    )


def _same_clause(folded: str, one: Span, other: Span) -> bool:
    first, last = sorted((one, other))
    return not any(mark in folded[first[1] : last[0]] for mark in ",;:—")


def _jailed_between(cue: Span, trigger: Span, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether the cue dates an arrest: one that stands between, or right before it ("jailed last year, freed")."""
    return any(
        (trigger[1] <= start and end <= cue[0]) or 0 <= cue[0] - end <= _RIGHT_BEFORE
        for start, end in hits.get("arrest", ())
    )


def _is_of_next_year(dates: tuple[DateReference, ...], today: date | None) -> bool:
    """Whether all dates lie far ahead: in a paragraph that recalls, "in March of the next year" is long past."""
    return today is not None and all(reference.day > today + _FAR_AHEAD for reference in dates)


def _is_recent(dates: tuple[DateReference, ...], today: date | None) -> bool:
    return today is not None and any(reference.last_day >= today - OLD_IN_BODY for reference in dates)

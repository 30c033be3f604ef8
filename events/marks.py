"""Sentences with everything found in them: concepts, names, dates, numbers; and whether they tell news or recall it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from events.at_large import predicates
from events.background import VERBS, Span, is_of_next_year, is_recent, recalls, same_clause
from events.dates import DateReference, find_dates
from events.document import Document
from events.lexicon import Entity, Lexicon, entities
from events.numbers import Number, find_numbers
from events.sentences import FURNITURE, HEAD, Sentence, Zone, sentences_of, speech_spans
from events.tokens import Token

_SAME_DAY = 3  # so many sentences before may tell which day "that day" is
_TOPICS = ("pow", "prisoner")
_NATIONS = ("people/", "country/", "one/")
_DEMANDED = 30  # from a verb of demanding to the infinitive

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
        return is_recent(self.dates, today)

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
    return any(one.has("zone/old") and one.sentence.zone is Zone.TITLE for one in marked)


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
    hits = _hits(found, names, sentence)
    dates = find_dates(sentence.folded, tokens, hits, today) if today else ()
    is_old = is_background = recalls(sentence, hits, dates, today)
    is_same_day = "zone/that_day" in hits and _is_of_old_day(before, today)
    goes_on = bool(before) and before[-1].is_background and (lasts or is_same_day or "then" in hits)
    if is_same_day or (goes_on and (not is_recent(dates, today) or is_of_next_year(dates, today))):
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
    return last is not None and (last.is_background or not is_recent(last.dates, today))


def _hits(
    found: dict[str, tuple[Span, ...]], names: tuple[NamedEntity, ...], sentence: Sentence
) -> dict[str, tuple[Span, ...]]:
    """Return the spans of each concept that occurs, in order. Words inside a body's name are no topic ("… for prisoners of war")."""
    bodies = [(name.start, name.end) for name in names if name.entity.role in ("office", "body")]
    hits, folded = dict(found), sentence.folded
    for topic in _TOPICS if bodies else ():
        hits[topic] = tuple(span for span in hits.get(topic, ()) if not _is_inside(span, bodies))
    crimes = hits.get("arrest", ())  # "convicted of calls for sanctions" demands nothing
    hits["demand"] = tuple(span for span in hits.get("demand", ()) if not _is_covered(span, crimes))
    if "demand" in hits and "release_future" in hits:
        hits["release_future"] = _not_demanded(folded, hits)
    if "belarus" in hits and "other_jailer" in hits:
        hits["other_jailer"] = _without_joint(hits["other_jailer"], hits["belarus"])
    prisoners = [(name.start, name.end) for name in names if name.entity.role == "prisoner"]
    free = predicates(folded, sentence.text, hits, prisoners) if "at_large" in hits else ()
    hits["exit_done"] = tuple(sorted({*hits.get("exit_done", ()), *free}))
    let_out = hits.pop("let_out", ())
    if not (hits.get("prisoner") or hits.get("political") or hits.get("pardoned") or prisoners):
        let_out = _of_foreigners(let_out, hits)
    if let_out:
        hits["release_done"] = tuple(sorted((*hits.get("release_done", ()), *let_out)))
    freed = [span for span in hits.get("freed", ()) if not _is_covered(span, hits.get("release_future", ()))]
    hits["freed"] = tuple(freed)
    pardons = hits.get("pardon_done", ())  # "has decided to pardon six" is a pardon, no plan of one
    hits["release_future"] = tuple(span for span in hits.get("release_future", ()) if not _is_covered(span, pardons))
    for concept in VERBS if freed else ():  # "the freed prisoners said" tells of people who are out already
        hits[concept] = tuple(span for span in hits.get(concept, ()) if not _is_covered(span, freed))
    return {concept: spans for concept, spans in hits.items() if spans}


def _not_demanded(folded: str, hits: Mapping[str, tuple[Span, ...]]) -> tuple[Span, ...]:
    """Return the releases to come without infinitives that are demanded: "urged Minsk on Tuesday to free two"."""
    named = hits.get("release_infinitive", ())
    verbs = hits["demand"]
    return tuple(
        span
        for span in hits["release_future"]
        if not any(same_clause(folded, verb, span) and 0 <= span[0] - verb[1] <= _DEMANDED for verb in verbs)
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

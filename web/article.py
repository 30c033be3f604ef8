"""What the page of an article tells: its text with the words that each fact rests on marked, and what they are. Pure.

A mark is shown only where the text still says what the evidence quotes: between a new revision and its reading the
offsets are those of the text before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.addresses import is_link, shown_address
from alerts.wording import Wording, wording
from db.facts import Analysis, Count, Decision, EventCount, Evidence, Kind, Mention, from_json
from db.text import clean_line, full_text
from db.views import ArticleView, EventView, MatchView
from db.withholding import places_in
from events import rule_words
from web.highlight import Piece, Span, lines_of, split_marked
from web.telling import QUOTE_LIMIT, TITLE_LIMIT, Brief, amount_of, brief_of, outlet_name
from web.words import Words

# The group of a field of evidence, which is its colour, in the order of the page.
GROUPS = {
    "kind": "happened",
    "event_date": "day",
    "counts": "number",
    "people": "person",
    "negotiators": "talker",
    "mediators": "talker",
    "transit": "place",
    "concessions": "relief",
    "attribution": "source",
    "root": "source",
}


@dataclass(frozen=True, slots=True)
class Note:
    """A fact and the words it rests on. `is_marked` False: the text as it is stored does not say them any more.

    `hint` is all of it on one line, for the attribute of its mark.
    """

    group: str
    told: str
    words: str
    rule: str
    quote: str
    start: int
    end: int
    is_recalled: bool
    is_marked: bool
    hint: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece of text. Where it is marked: `fact`, the note it looks like and leads to, and the notes it begins."""

    text: str
    fact: int | None = None
    group: str = ""
    is_recalled: bool = False
    hint: str = ""
    begins: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldArticle:
    """Everything the page of an article shows. `link` None: no address of the web; `decision` None: not read yet.

    `reason` is in English, as are the words of rules; `notes` are by group, what is only recalled in one of its own.
    """

    id: int
    title: str
    link: str | None
    outlet: str
    language: str | None
    published_at: datetime | None
    decision: str | None
    reason: str | None
    trouble: str | None
    copy_of: int | None
    copy_reason: str
    events: tuple[tuple[Brief, tuple[tuple[str, str], ...]], ...]
    head: tuple[Marked, ...]
    body: tuple[tuple[Marked, ...], ...]
    notes: tuple[tuple[str, tuple[tuple[int, Note], ...]], ...]
    has_withheld: bool = False  # a place-holder stands for somebody's name


def tell_article(view: ArticleView, events: Sequence[EventView], language: str, page: Words) -> ToldArticle:
    """Return an article as its page shows it, facts in `language`, the rest in the words of the page.

    `events` are those it belongs to.
    """
    analysis = from_json(Analysis, view.analysis) if view.analysis is not None else None
    text = full_text(view.title, view.text or "")
    notes = _notes(analysis, text, wording(language), page) if analysis is not None else ()
    spans = [Span(note.start, note.end, number) for number, note in enumerate(notes) if note.is_marked]
    cut = len(view.title or "")
    begun: set[int] = set()
    head = split_marked(text[:cut], spans)
    body = split_marked(text[cut:], [Span(span.start - cut, span.end - cut, span.note) for span in spans])
    return ToldArticle(
        id=view.id,
        title=clean_line(view.title or view.url, TITLE_LIMIT) or page.plain("item.no_title"),
        link=shown_address(view.link) if is_link(view.link) else None,
        outlet=outlet_name(view.outlet_title or view.outlet, page),
        language=view.language or (analysis.language if analysis else None),
        published_at=view.published,
        decision=_decision(analysis, page) if analysis is not None else None,
        reason=analysis.reason if analysis is not None else None,
        trouble=view.read_error,
        copy_of=view.copy_of,
        copy_reason=page.label("copies", (view.copy_reason or "same text").replace(" ", "_")),
        events=tuple((brief_of(event, language), part_of(event.id, view.matches, page)) for event in events),
        head=tuple(_marked(head, notes, begun)),
        body=tuple(tuple(_marked(line, notes, begun)) for line in lines_of(body) if line),
        notes=tuple(_grouped(notes)),
        has_withheld=any(places_in(text)),
    )


def _decision(analysis: Analysis, page: Words) -> str:
    if analysis.decision is Decision.EVENT:
        return page.plain("article.event", kinds=", ".join(page.label("kinds", kind) for kind in analysis.kinds))
    return page.label("decisions", analysis.decision)


def part_of(event: int, matches: Sequence[MatchView], page: Words) -> tuple[tuple[str, str], ...]:
    """Return what an article is to an event, and why it was put there: the reasons in English."""
    told = ((page.label("parts", one.role), "; ".join(one.reasons)) for one in matches if one.event == event)
    return tuple(dict.fromkeys(told))


def _notes(analysis: Analysis, text: str, words: Wording, page: Words) -> tuple[Note, ...]:
    """Return the facts with their words, those of one group together; each once, though two mentions share it."""
    reading = _Reading(text, words, page)
    found = [
        _note(mention, row, reading, is_recalled=is_recalled)
        for mentions, is_recalled in ((analysis.mentions, False), (analysis.background, True))
        for mention in mentions
        for row in mention.evidence
    ]
    order = list(dict.fromkeys(GROUPS.values()))
    once = {(note.group, note.told, note.start, note.end, note.is_recalled): note for note in reversed(found)}
    return tuple(sorted(once.values(), key=lambda note: (note.is_recalled, order.index(note.group), note.start)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text that is shown with what was read from it, and in which words that is told."""

    text: str
    words: Wording
    page: Words


def _note(mention: Mention, row: Evidence, reading: _Reading, *, is_recalled: bool) -> Note:
    field, _, index = row.field.rstrip("]").partition("[")
    group, page, meant = GROUPS.get(field, GROUPS["kind"]), reading.page, rule_words(row.rule)
    told = clean_line(_told(mention, field, int(index) if index.isdecimal() else 0, reading), QUOTE_LIMIT)
    hint = page.plain("article.hint", group=page.label("groups", group), told=told, words=meant, rule=row.rule)
    return Note(
        group=group,
        told=told,
        words=meant,
        rule=row.rule,
        quote=clean_line(row.quote, QUOTE_LIMIT),
        start=row.start,
        end=row.end,
        is_recalled=is_recalled,
        is_marked=0 <= row.start < row.end and reading.text[row.start : row.end] == row.quote,
        hint=page.plain("article.recalled_hint", hint=hint) if is_recalled else hint,
    )


def _told(mention: Mention, field: str, index: int, reading: _Reading) -> str:
    """Return the fact that a field of evidence shows."""
    words = reading.words
    if field == "event_date" and mention.event_date is not None:
        return words.day(mention.event_date, mention.date_precision)
    if field in ("attribution", "root"):
        chain = " → ".join(words.name(name) for name in mention.attribution)
        root = words.name(mention.root) if mention.root else ""
        return reading.page.plain("article.root", chain=chain, root=root) if root else chain
    facts = {
        "counts": [_figure(count, words) for count in mention.counts],
        "people": [f"{words.name(one.name)}: {words.label('outcomes', one.outcome)}" for one in mention.people],
        "negotiators": [words.name(name) for name in mention.negotiators],
        "mediators": [words.country(code) for code in mention.mediators],
        "transit": [words.country(code) for code in mention.transit],
        "concessions": [
            ", ".join(
                part
                for part in (
                    words.label("objects", one.object),
                    words.country(one.giver) if one.giver else "",
                    words.label("steps", one.step),
                )
                if part
            )
            for one in mention.concessions
        ],
    }.get(field, [])
    return facts[index] if index < len(facts) else _what(mention, reading.page)


def _what(mention: Mention, page: Words) -> str:
    if mention.kind is Kind.RELATED:
        return page.label("kinds", mention.kind)
    return f"{page.label('kinds', mention.kind)}, {page.label('modalities', mention.modality)}"


def _figure(count: Count, words: Wording) -> str:
    figure = EventCount(
        count.role, count.value, count.value_max, count.qualifier, count.nationality, count.of_count, None, count.as_of
    )
    counter = f" ({words.name(count.counter)})" if count.counter else ""
    return f"{words.label('roles', count.role)}: {amount_of(figure, words)}{counter}"


def _marked(pieces: Sequence[Piece], notes: Sequence[Note], begun: set[int]) -> Iterator[Marked]:
    """Yield the pieces with the look of their shortest mark, news before what is only recalled; `begun` is added to."""
    for piece in pieces:
        if not piece.notes:
            yield Marked(piece.text)
            continue
        shown = min(piece.notes, key=lambda number: notes[number].is_recalled)
        begins = tuple(number for number in piece.notes if number not in begun)
        begun.update(begins)
        hint = " · ".join(notes[number].hint for number in piece.notes)
        yield Marked(piece.text, shown, notes[shown].group, notes[shown].is_recalled, hint, begins)


def _grouped(notes: Sequence[Note]) -> Iterator[tuple[str, tuple[tuple[int, Note], ...]]]:
    """Yield each group and its numbered notes; what is only recalled is a group of its own, the last."""
    told = list(enumerate(notes))
    for group in dict.fromkeys(GROUPS.values()):
        own = tuple((number, note) for number, note in told if note.group == group and not note.is_recalled)
        if own:
            yield group, own
    recalled = tuple((number, note) for number, note in told if note.is_recalled)
    if recalled:
        yield "recalled", recalled

"""Withholding a person's name: what it is known by, and the step that takes it out of all that is stored.

Like a person's word (`events.marking`) it survives reading again: what is stored comes through a door (`db.withheld`)
that puts a place-holder in the name's place, and lexicons read that as the name. Events are folded anew by the ordinary
way, so that what was sent of them is edited by the ordinary way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import product

from db import Database, Session
from db.articles import UnreadArticle
from db.claims import claims_of, known_events
from db.events import EventUpdate, save_event
from db.facts import EventChange, EventFacts, FieldChange, Kind, to_json
from db.marks import word_of
from db.people import list_watches
from db.placeholders import (
    HOLDERS,
    find_in,
    put_in,
    put_into_article,
    put_into_opinions,
    stored_spellings,
    stored_texts,
    unwatch_all,
)
from db.retold import (
    all_events,
    count_sent,
    events_telling,
    forget_bulletins,
    names_anybody,
    put_into_event,
    touch_events,
)
from db.withheld import finish_withholding, learn, note_found, touched_by, withheld_in
from db.withholding import (
    LONGEST_NAME,
    PLACES,
    Forms,
    Name,
    Person,
    Withheld,
    beginning_code,
    code_of,
    is_withheld,
    stem_code,
)
from db.words import words_of
from events.compare import compare
from events.errors import WithholdingError
from events.lexicon import entities, phrases_of
from events.merge import fold
from events.names import canonical, name_key, pairs_in, person_key, surnames_of
from events.phrases import Phrase, Word

WHY = "a name is withheld"


Held = Mapping[str, int]  # how much holds a name: texts by their kind, "events", messages "sent" of them, "watches"


def forms_of(session: Session, secret: bytes, name: str) -> tuple[str, Forms]:
    """Return the role that a person has in the gazetteer ("": none), and what the name is known by.

    Those are its forms in the gazetteer, and all spellings of it that are stored. Raises WithholdingError for who acts
    for a state, and for a part of a name.
    """
    known = entities().get(canonical(name))
    role = known.role if known is not None else ""
    if role not in PLACES:
        raise WithholdingError(f"{name}: what a {role} does in office is the news; only private people are withheld")
    key = person_key(name)
    if " " not in key:
        raise WithholdingError(f"{name}: give first name and surname")
    spelled = _spelled(secret, {name, canonical(name), *_spellings_of(session, key)})
    named = _in_gazetteer(secret, known.name) if known is not None else Forms()
    return role, spelled | named | Forms(keys=frozenset({code_of(secret, f"key:{key}")}))


def _spellings_of(session: Session, key: str) -> set[str]:
    """Return how stored texts spell a name, in any script."""
    told = {written for name, written in stored_spellings(session) if person_key(name) == key}
    told |= {name for name in list_watches(session) if person_key(name) == key}
    return told | {pair for text in stored_texts(session) for pair in pairs_in(text) if name_key(pair) == key}


def _spelled(secret: bytes, spellings: Iterable[str]) -> Forms:
    names: set[Name] = set()
    beside: set[str] = set()
    for spelling in spellings:
        words = [spelling[word.start : word.end] for word in words_of(spelling)]
        if 1 < len(words) <= LONGEST_NAME:
            surnames = surnames_of(" ".join(words))
            names |= {_name(secret, words), *(_name(secret, pair) for pair in _shortened(words, surnames))}
            beside |= {stem_code(secret, word) for word in surnames}
    return Forms(names=frozenset(names), beside=frozenset(beside))


def _shortened(words: list[str], surnames: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield first name and surname of a name that has a patronymic, which may stand behind either."""
    others = [word for word in words if word not in surnames]
    if len(surnames) == 1 and len(others) > 1:
        yield others[0], next(iter(surnames))


def _name(secret: bytes, words: Iterable[str]) -> Name:
    return tuple(sorted(stem_code(secret, word) for word in words))


def _in_gazetteer(secret: bytes, name: str) -> Forms:
    """Return the codes of a name's phrases: words that stand alone mean nobody else, the last of several is the surname."""
    names: set[Name] = set()
    alone: set[str] = set()
    beside: set[str] = set()
    for phrase in phrases_of(name):
        codes = list(_codes(secret, phrase))
        if len(codes) == 1:
            alone |= codes[0]
        elif len(codes) <= LONGEST_NAME:
            names |= {tuple(sorted(chosen)) for chosen in product(*codes)}
            beside |= codes[-1]
    return Forms(names=frozenset(names), alone=frozenset(alone), beside=frozenset(beside))


def _codes(secret: bytes, phrase: Phrase) -> Iterator[frozenset[str]]:
    for step in phrase.steps:
        if isinstance(step, Word):
            whole = {stem_code(secret, literal) for literal in step.literals if literal}
            yield frozenset(whole | {beginning_code(secret, beginning) for beginning in step.prefixes})


def look_for(database: Database, withheld: Withheld) -> Held:
    """Return how much holds a name, changing nothing."""
    texts = {holder: list(_found(database, holder, withheld)) for holder in HOLDERS}
    named = set(withheld.people)
    with database.read() as session:
        touched = events_telling(session, texts["articles"])
        told = [
            one for one in all_events(session) if names_anybody(session, one, withheld, named if one in touched else ())
        ]
        watches = sum(withheld.has_key(person_key(name)) is not None for name in list_watches(session))
        sent = count_sent(session, told)
    return {
        **{holder: len(rows) for holder, rows in texts.items()},
        "events": len(told),
        "sent": sent,
        "watches": watches,
    }


def _found(database: Database, holder: str, withheld: Withheld) -> Iterator[int]:
    last = 0
    while True:
        with database.read() as session:
            piece = find_in(session, holder, withheld, last)
        if piece is None:
            return
        yield from piece.found
        last = piece.last


def withhold_stored(database: Database, number: int, now: datetime) -> Held:
    """Take a withheld name out of all that is stored; return how much held it since it is withheld.

    Each text and each event is a transaction; after a kill it goes on where it was.
    """
    withheld = _only(database, number)
    for holder in HOLDERS:
        for row in _found(database, holder, withheld):
            with database.begin(lock="events") as session:
                _withhold_in_text(session, holder, row, withheld)
    with database.read() as session:
        events, touched = all_events(session), touched_by(session, number)
    for event in events:
        with database.begin(lock="events") as session:
            _withhold_in_event(session, event, withheld, now, is_touched=event in touched)
    with database.begin() as session:
        put_into_opinions(session, withheld)
        forget_bulletins(session)
        watched = [name for name in list_watches(session) if withheld.has_key(person_key(name)) is not None]
        note_found(
            session,
            number,
            {**dict.fromkeys((*HOLDERS, "events", "sent"), 0), "watches": unwatch_all(session, watched)},
        )
        return finish_withholding(session, number, now)


def _withhold_in_text(session: Session, holder: str, row: int, withheld: Withheld) -> None:
    (number,) = withheld.people
    note_found(session, number, {holder: 1}, events_telling(session, [row]) if holder == "articles" else ())
    put_in(session, holder, withheld, row)


def _only(database: Database, number: int) -> Withheld:
    with database.read() as session:
        everybody = withheld_in(session)
    if number not in everybody.people:
        raise WithholdingError(f"{number}: no name is withheld by this number; see volya redact --list")
    return Withheld(everybody.secret, {number: everybody.people[number]})


def _withhold_in_event(session: Session, event: int, withheld: Withheld, now: datetime, *, is_touched: bool) -> None:
    """Take a name out of an event, and fold it anew where that changes what people are shown of it."""
    (number,) = withheld.people
    shown = put_into_event(session, event, withheld, (number,) if is_touched else ())
    known = known_events(session, [event]).get(event)
    if shown and known is not None:
        note_found(session, number, {"events": 1, "sent": count_sent(session, [event])})
        claims = [claim for claim in claims_of(session, event) if claim.mention.kind is not Kind.RELATED]
        people = tuple(person for person in known.facts.people if not is_withheld(person.name))
        facts = fold(claims, word_of(session, event)) if claims else replace(known.facts, people=people)
        change = _change(known.facts, facts, shown)
        save_event(session, EventUpdate(event, facts, change, None, None, may_alert=known.is_told), now)
    if is_touched:
        touch_events(session, [event], now)


def _change(before: EventFacts, after: EventFacts, shown: Collection[str]) -> EventChange:
    """Return what the revision changes: also what reads the same on both sides by now, for what was sent has the name."""
    change = compare(before, after)
    known = {one.field for one in change.fields}
    values = {name: to_json(getattr(after, name)) for name in shown if name not in known}
    fields = (*change.fields, *(FieldChange(name, value, value) for name, value in values.items()))
    return EventChange(WHY, fields, is_material=True, is_major=change.is_major)


def as_shown(database: Database, article: UnreadArticle) -> UnreadArticle:
    """Return an article to be read without withheld names, also where they are spelled as never before: that is learned."""
    with database.read() as session:
        withheld = withheld_in(session)
    missed = list(_missed(f"{article.title or ''}\n{article.text}", withheld)) if withheld else []
    if not missed and not any(withheld.find((article.title, article.text))):
        return article
    with database.begin(lock="events") as session:
        for number, spelling in missed:
            learn(session, number, _spelled(withheld.secret, [spelling]))
        known = withheld_in(session)
        put_into_article(session, known, article.id, is_own=True)
    texts = (article.title or "", article.text)
    title, text = (known.put(told, spans) for told, spans in zip(texts, known.find(texts), strict=True))
    return replace(article, title=title or None, text=text)


def _missed(text: str, withheld: Withheld) -> Iterator[tuple[int, str]]:
    for pair in pairs_in(text):
        number = withheld.has_key(name_key(pair))
        if number is not None:
            yield number, pair


def would_withhold(secret: bytes, role: str, forms: Forms) -> Withheld:
    """Return a name ready to be looked for before it is withheld."""
    return Withheld(secret, {1: Person(1, role, forms)})

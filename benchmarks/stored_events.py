"""The made-up events of `stored`: what they are, how they came about, and the mentions that tell them. Own words alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from db.facts import (
    Analysis,
    ClaimSource,
    Conflict,
    Count,
    CountRole,
    Decision,
    EventChange,
    EventCount,
    EventFacts,
    Evidence,
    FieldChange,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
    Status,
    to_json,
)

BEGIN = datetime(2022, 1, 1, tzinfo=UTC)
DAYS = 1400
OUTLETS = 140
TOLD = 20  # every such article tells of an event
BIG, MANY, FEW = 25, 200, 6  # every such event is a big one, whose figure is given by many articles
REVISIONS = 4
SURNAMES = ("Pavlov", "Karpenka", "Novik", "Hrushetski", "Zaiats", "Kavalenka", "Melnik", "Savitski")
FIRST_NAMES = ("Ivan", "Alena", "Siarhei", "Nadzeya", "Viktar", "Iryna", "Pavel", "Volha", "Maksim", "Tatsiana")


def at_share(share: float) -> datetime:
    """Return the moment at a share of the years that are stored."""
    return BEGIN + timedelta(days=DAYS) * share


def analysis_of(number: int, language: str) -> Analysis:
    """Return what an article was understood as."""
    if number % TOLD:
        return Analysis(language, (), Decision.NONE, "nothing of it")
    mention = _said(number)
    reason = "completed release in the title"
    return Analysis(language, (mention.kind,), Decision.EVENT, reason, (_filled(mention),))


def _said(number: int) -> Mention:
    kind = Kind.NEGOTIATION if number % (3 * TOLD) == 0 else Kind.RELEASE
    return Mention(kind, Modality.COMPLETED, Polarity.POSITIVE, "0841")


def _filled(mention: Mention) -> Mention:
    evidence = tuple(Evidence(f"counts[{one}]", "en.count", 10, 30, "fifty-two people freed") for one in range(8))
    return replace(mention, counts=(Count(CountRole.RELEASED, 52),), evidence=evidence)


def event(number: int, events: int, chance: random.Random) -> dict[str, Any]:
    """Return an event; the days of all are spread over the years."""
    day = (BEGIN + timedelta(days=number * DAYS // events)).date()
    freed = chance.choice((1, 3, 14, 36, 52))
    sources = tuple(
        ClaimSource(one * TOLD, f"{freed} people were freed", f"outlet-{one % OUTLETS}")
        for one in range(1, (MANY if number % BIG == 0 else FEW) + 1)
    )
    facts = EventFacts(
        Kind.NEGOTIATION if number % 3 == 0 else Kind.RELEASE,
        Status.CONFIRMED if number % 2 else Status.REPORTED,
        Polarity.POSITIVE,
        day,
        Precision.DAY,
        counts=(EventCount(CountRole.RELEASED, freed, sources=sources), EventCount(CountRole.HELD, 1100, sources=sources[:9])),
        nationalities={"LT": 2} if number % 5 == 0 else {},
        people=tuple(Person(name, Outcome.FREED) for name in _names(chance, 40 if number % BIG == 0 else 4)),
        roots=("BelTA", "Viasna"),
        conflicts=(Conflict("released", freed, freed + 1, ("outlet-1", "outlet-2")),) if number % BIG == 0 else (),
    )  # fmt: skip
    return {"id": number, **_event_row(facts, day, freed)}


def _event_row(facts: EventFacts, day: date, freed: int) -> dict[str, Any]:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    times = {"first_published_at": at, "first_seen_at": at, "updated_at": at}
    words = {"kind": facts.kind, "status": facts.status, "polarity": facts.polarity}
    state = {"revision": REVISIONS, "announced_revision": REVISIONS, "released": freed, "facts": to_json(facts)}
    return {**words, **times, **state, "event_date": day, "last_date": day, "day": day}


def changes(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the revisions of an event."""
    change = to_json(EventChange("new figure", (FieldChange("released", 1, row["released"]),), is_material=True))
    for revision in range(1, REVISIONS + 1):
        at = row["first_seen_at"] + timedelta(hours=revision)
        yield {"event_id": row["id"], "revision": revision, "change": change, "facts": row["facts"], "at": at}


def _names(chance: random.Random, number: int) -> Iterator[str]:
    for _ in range(number):
        yield f"{chance.choice(FIRST_NAMES)} {chance.choice(SURNAMES)}{chance.choice(('', 'ich', 'enka', 'au'))}"


def mention(number: int, events: int, chance: random.Random) -> dict[str, Any]:
    """Return the mention in an article: half of all tell of the big events."""
    turn = number // TOLD
    event_id = (1 + turn // 2 % (events // BIG)) * BIG if turn % 2 and events >= BIG else 1 + turn // 2 % events
    people = tuple(Person(name, Outcome.FREED) for name in _names(chance, chance.randrange(4)))
    evidence = tuple(Evidence(f"people[{one}]", "en.person", 0, 9, person.name) for one, person in enumerate(people))
    told = replace(_filled(_said(number)), people=people, evidence=evidence)
    return {
        "id": turn, "article_id": number, "article_revision": 1, "event_id": event_id, "kind": told.kind,
        "modality": told.modality, "polarity": told.polarity, "plover": told.plover, "role": "report",
        "facts": to_json(told), "spellings": [(person.name, person.name) for person in people] or None,
        "match": {"score": 4.0, "reasons": ["the same day"]}, "created_at": BEGIN,
    }  # fmt: skip


def held(number: int, articles: int, chance: random.Random) -> dict[str, Any]:
    """Return the number of those held that a mention gives; every third is of the counter itself."""
    outlet, day = f"outlet-{number // TOLD % 3 + 1}", at_share(number / articles).date()
    whose = {"mention_id": number // TOLD, "article_id": number, "outlet": outlet, "counter": "Viasna"}
    return {**whose, "day": day, "value": 1_100 + chance.randrange(90), "qualifier": "exact"}

"""What matching compares of a report and of an event: its traits. Those of an event are its reports' together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from db.claims import Claim
from db.events import last_day
from db.facts import CountRole, Kind, Mention, Modality, Outcome, Person, Polarity, Precision, Qualifier, Step
from events.lexicon import entities
from events.names import person_key

_WHOLE = {
    Kind.RELEASE: frozenset({CountRole.RELEASED, CountRole.PARDONED, CountRole.LEFT_COUNTRY}),
    Kind.NEGOTIATION: frozenset({CountRole.PLANNED}),
    Kind.RELATED: frozenset[CountRole](),
}
_PART = frozenset({CountRole.SUBSET, CountRole.POLITICAL})
_OF_MINSK = frozenset({"ruler", "official", "office"})
_ROUGH = frozenset({Qualifier.ABOUT, Qualifier.OVER, Qualifier.AT_LEAST, Qualifier.UP_TO})
_OUT = frozenset({Outcome.FREED, Outcome.DEPORTED})
_UNDATED = "undated/"
_KEY_LENGTH = 200  # of the column
_PUBLISHED = "any.date.published"  # the rule of a day that is only that of publication


@dataclass(frozen=True, slots=True)
class Span:
    """The days a date may mean. `is_told`: the text tells it, else it is the day of publication."""

    first: date
    last: date
    is_told: bool = True

    def gap(self, other: Span) -> int:
        """Return how many days lie between the two; 0 where they meet."""
        return max((self.first - other.last).days, (other.first - self.last).days, 0)


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A person, the same under every spelling of the name."""

    key: str
    name: str = field(compare=False)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Traits:
    """The facts that identify a thing that happened.

    `totals` count the whole of it, `rough` ones not exactly; what is demanded is counted apart (`demands`). `nations`
    are parts by nationality ("LT 6"). `guests` are those who talk with Minsk, its own people left out. `is_relief`:
    its news is a concession made, not talks.
    """

    kind: Kind
    polarity: Polarity
    is_relief: bool = False
    totals: frozenset[int] = frozenset()
    rough: frozenset[int] = frozenset()
    demands: frozenset[int] = frozenset()
    parts: frozenset[int] = frozenset()
    wholes: frozenset[int] = frozenset()
    nations: frozenset[str] = frozenset()
    freed: frozenset[Named] = frozenset()
    people: frozenset[Named] = frozenset()
    guests: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    transit: frozenset[str] = frozenset()
    roots: frozenset[str] = frozenset()

    def __or__(self, other: Traits) -> Traits:
        """Return the traits of both together; what a thing is stays what it was first."""
        both = {name: getattr(self, name) | getattr(other, name) for name in _SETS}
        return Traits(self.kind, self.polarity, self.is_relief, **both)

    @property
    def numbers(self) -> frozenset[int]:
        """Every number of the whole, exact or not."""
        return self.totals | self.rough

    @property
    def is_vague(self) -> bool:
        """Whether nothing tells it from another of its kind but the day: no number and nobody named."""
        return not (self.numbers or self.demands or self.parts or self.nations or self.people)


_SETS = (
    "totals",
    "rough",
    "demands",
    "parts",
    "wholes",
    "nations",
    "freed",
    "people",
    "guests",
    "objects",
    "transit",
    "roots",
)


def traits_of(claims: Sequence[Claim]) -> Traits:
    """Return the traits of claims together, at least one; what they tell of is what the first does."""
    first, *others = [traits_of_mention(claim.mention) for claim in claims]
    for other in others:
        first |= other
    return first


def traits_of_mention(mention: Mention) -> Traits:
    """Return the traits of one mention."""
    roles = _WHOLE[mention.kind]
    counts = [count for count in mention.counts if count.role in roles | _PART]
    whole = [count for count in counts if count.role in roles and not count.nationality and not count.of_count]
    part = [count for count in counts if count not in whole]
    rough = {count.value for count in whole if count.qualifier in _ROUGH}
    return Traits(
        kind=mention.kind,
        polarity=mention.polarity,
        is_relief=_is_relief(mention),
        totals=_values({count.value for count in whole} - rough),
        rough=_values(rough),
        demands=_values({count.value for count in mention.counts if count.role is CountRole.DEMANDED}),
        parts=_values({count.value for count in part}),
        wholes=_values({count.of_count for count in counts}),
        nations=frozenset(f"{code} {number}" for code, number in mention.nationalities.items()),
        freed=frozenset(_named(person) for person in mention.people if person.outcome in _OUT),
        people=frozenset(map(_named, mention.people)),
        guests=frozenset(name for name in mention.negotiators if not _is_of_minsk(name)),
        objects=frozenset(concession.object for concession in mention.concessions),
        transit=frozenset(mention.transit),
        roots=frozenset({mention.root} if mention.root else ()),
    )


def _named(person: Person) -> Named:
    return Named(person_key(person.name), person.name)


def _is_relief(mention: Mention) -> bool:
    """Whether a concession that was made is the news (PLOVER 085), not talks about one."""
    is_made = any(one.step in (Step.ANNOUNCED, Step.LEGALLY_EFFECTIVE) for one in mention.concessions)
    return mention.plover == "085" or (mention.modality is Modality.COMPLETED and is_made)


def _is_of_minsk(name: str) -> bool:
    entity = entities().get(name)
    return entity is not None and entity.party == "BY" and entity.role in _OF_MINSK


def _values(numbers: set[int | None]) -> frozenset[int]:
    return frozenset(number for number in numbers if number is not None)


def span_of(mention: Mention) -> Span | None:
    """Return the days a mention's date may mean; None for one without a date. A week runs from Monday to Sunday."""
    day, precision = mention.event_date, mention.date_precision
    if day is None:
        return None
    last = last_day(day, precision)
    if precision is Precision.WEEK:
        return Span(day - timedelta(days=day.weekday()), last)
    if precision is Precision.MONTH:
        return Span(day.replace(day=1), last)
    is_told = not any(row.field == "event_date" and row.rule == _PUBLISHED for row in mention.evidence)
    return Span(day, last, is_told)


def keys_of(traits: Traits) -> frozenset[str]:
    """Return the facts that a mention is looked up by where no date leads to it: numbers, people, who on what."""
    numbers = {f"{traits.kind}:{number}" for number in traits.numbers | traits.demands}
    things = {f"{traits.kind}:{one}+{thing}" for one in traits.roots | traits.guests for thing in traits.objects}
    return frozenset(key_of(text) for text in numbers | things) | people_keys({one.key for one in traits.people})


def people_keys(people: Iterable[str]) -> frozenset[str]:
    """Return what mentions of people are looked up by, given the keys of their names."""
    return frozenset(key_of(f"person:{key}") for key in people)


def day_keys(kind: Kind, told: Iterable[tuple[date, int]]) -> frozenset[str]:
    """Return what days and numbers are looked up by together."""
    return frozenset(f"{kind}:{number}@{day}" for day, number in told)


def undated(keys: Iterable[str]) -> frozenset[str]:
    """Return what mentions without a date are looked up by besides, so that they are found among all the others."""
    return frozenset(key_of(_UNDATED + key) for key in keys if not key.startswith(_UNDATED))


def without_date(keys: Iterable[str]) -> frozenset[str]:
    """Return the facts that those of the keys tell which mentions without a date were stored under."""
    return frozenset(key.removeprefix(_UNDATED) for key in keys if key.startswith(_UNDATED))


def key_of(text: str) -> str:
    """Return a key as the database holds it."""
    return text[:_KEY_LENGTH]

"""Facts as plain English sentences, without their full stops, for explanations. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from babel import Locale

from db.facts import (
    Concession,
    Count,
    CountRole,
    EventCount,
    Evidence,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Precision,
    Qualifier,
    Step,
)
from events.rules import rule_words

QUOTE_LENGTH = 160
KINDS = {
    Kind.RELEASE: "a release",
    Kind.NEGOTIATION: "a negotiation",
    Kind.RELATED: "news related to political prisoners",
}
# What is said of one person, and of several.
_ROLES = {
    CountRole.RELEASED: ("was freed", "were freed"),
    CountRole.PARDONED: ("was pardoned", "were pardoned"),
    CountRole.POLITICAL: ("is a political prisoner", "are political prisoners"),
    CountRole.LEFT_COUNTRY: ("left the country", "left the country"),
    CountRole.SUBSET: ("is told of apart", "are told of apart"),
    CountRole.HELD: ("is still held", "are still held"),
    CountRole.PLANNED: ("is to be freed", "are to be freed"),
    CountRole.DEMANDED: ("should be freed, it is demanded", "should be freed, it is demanded"),
    CountRole.CUMULATIVE: ("was freed in all so far", "were freed in all so far"),
    CountRole.NEWLY_RECOGNISED: (
        "was newly recognised as a political prisoner",
        "were newly recognised as political prisoners",
    ),
}
_WITHOUT_WORDS = "any."  # begins the rules that look at no word of the text
_ARTICLED = ("US", "EU", "GB", "NL")  # "the United States"
_PARTS = (CountRole.POLITICAL, CountRole.SUBSET)
_QUALIFIERS = {
    Qualifier.AT_LEAST: "at least ",
    Qualifier.OVER: "over ",
    Qualifier.ABOUT: "about ",
    Qualifier.UP_TO: "up to ",
    Qualifier.EXACT: "",
    Qualifier.VAGUE: "",
}
_OUTCOMES = {
    Outcome.FREED: "was freed",
    Outcome.DEPORTED: "was deported",
    Outcome.REFUSED_TO_LEAVE: "refused to leave",
    Outcome.RETURNED_TO_PRISON: "was taken back to prison",
    Outcome.NOT_INCLUDED: "is not among them",
}
_OBJECTS = {
    "potash": "relief on potash",
    "belavia": "relief for Belavia",
    "banks": "relief for banks",
    "finance_ministry": "relief for the finance ministry",
    "embassy": "an embassy at work again",
    "aircraft": "relief on aircraft and their parts",
    "visit": "a visit",
}
_STEPS = {
    Step.DEMANDED: "is wanted",
    Step.DISCUSSED: "is talked about",
    Step.ANNOUNCED: "is announced",
    Step.LEGALLY_EFFECTIVE: "is in force",
}
_MODALITIES = {
    Modality.COMPLETED: "done",
    Modality.POSSIBLE: "only possible",
    Modality.DENIED: "refused or denied",
}


def news_of(mention: Mention) -> str:
    """Return what a mention tells of: "a completed release", "a negotiation (under discussion)"."""
    if (mention.kind, mention.modality) == (Kind.RELEASE, Modality.COMPLETED):
        return "a completed release"
    return f"{KINDS[mention.kind]} ({_MODALITIES.get(mention.modality, plain(mention.modality))})"


def figure(count: Count | EventCount) -> str:
    """Return "At least 52 people were freed", "6 of the 52 are from Lithuania"."""
    place = country(count.nationality) if count.nationality else None
    one, many = _ROLES[count.role]
    is_one = count.value == 1 and count.value_max is None
    if place and count.role is CountRole.SUBSET:
        said = f"{_part(count)} {'is' if is_one else 'are'} from {place}"
    else:
        said = f"{_part(count)}{f' from {place}' if place else ''} {one if is_one else many}"
    by = f", as {count.counter} counts" if count.counter else ""
    as_of = f", as of {day(count.as_of)}" if count.as_of else ""
    return capital(f"{said}{by}{as_of}")


def _part(count: Count | EventCount) -> str:
    """Return who is counted: "over 40 people", "6 of the 52", "2 of them", "most or some of the 1,300"."""
    if count.value is None:
        return f"most or some of the {count.of_count:,}" if count.of_count else "a number of people that is not given"
    number = f"{count.value:,} to {count.value_max:,}" if count.value_max is not None else f"{count.value:,}"
    number = f"{_QUALIFIERS[count.qualifier]}{number}"
    if count.of_count:
        return f"{number} of the {count.of_count:,}"
    if count.role in _PARTS:
        return f"{number} of them"
    return f"{number} {'person' if count.value == 1 and count.value_max is None else 'people'}"


def counted(role: CountRole) -> str:
    """Return what a role counts, behind "how many"."""
    return _ROLES[role][1]


def fate(person: Person) -> str:
    """Return what became of a person."""
    return f"{person.name} {_OUTCOMES[person.outcome]}"


def favour(concession: Concession) -> str:
    """Return "relief on potash, from the United States, is talked about"."""
    giver = f", from {country(concession.giver)}," if concession.giver else ""
    return f"{_OBJECTS.get(concession.object, plain(concession.object))}{giver} {_STEPS[concession.step]}"


def dated(mention: Mention, title: str | None) -> str:
    """Return when a thing was, and what shows it; the caller knows that there is a day."""
    row = row_of(mention.evidence, "event_date")
    of = "in" if mention.date_precision is Precision.MONTH else "on"
    when = f"{of} {_day_of(mention)}" if mention.kind is Kind.RELEASE else _day_of(mention)
    if row is not None and row.rule.startswith(_WITHOUT_WORDS):
        verb = "is taken to have happened" if mention.kind is Kind.RELEASE else "is dated"
        return f"It {verb} {when}, {rule_words(row.rule)}"
    return f"It {'happened' if mention.kind is Kind.RELEASE else 'is dated'} {when}{shown(row, title)}"


def recalled(mention: Mention) -> str:
    """Return "September 2025: 52 people were freed", or what kind of thing is recalled."""
    when = f"{_day_of(mention)}: " if mention.event_date else ""
    row = row_of(mention.evidence, "kind")
    what = "; ".join(figure(count) for count in mention.counts) or (
        rule_words(row.rule) if row else KINDS[mention.kind]
    )
    return f"{when}{what}"


def shown(row: Evidence | None, title: str | None) -> str:
    """Return where which words say so, and by which rule: `: the title says “…” (rule …)`."""
    if row is None:
        return ""
    where = "title" if title and row.end <= len(title) else "text"
    return f": the {where} says “{quoted(row)}” (rule {row.rule})"


def quoted(row: Evidence) -> str:
    """Return the words of evidence on one line, cut where they are long."""
    words = " ".join(row.quote.split())
    return words if len(words) <= QUOTE_LENGTH else f"{words[: QUOTE_LENGTH - 1]}…"


def row_of(evidence: Iterable[Evidence], field: str) -> Evidence | None:
    """Return the first evidence of a field."""
    return next((row for row in evidence if row.field == field), None)


def _day_of(mention: Mention) -> str:
    return day(mention.event_date, mention.date_precision) if mention.event_date else ""


def day(moment: date, precision: Precision | None = None) -> str:
    """Return "12 March 2026"; of a month "March 2026"; of a week "the week of 12 March 2026"."""
    if precision is Precision.MONTH:
        return f"{moment:%B %Y}"
    week = "the week of " if precision is Precision.WEEK else ""
    return f"{week}{moment.day} {moment:%B %Y}"


def country(code: str) -> str:
    """Return a country's name as it stands in a sentence; an unknown code as it is."""
    name = str(_english().territories.get(code, code))
    return f"the {name}" if code in _ARTICLED else name


def tongue(code: str) -> str:
    """Return the name of a language."""
    return str(_english().languages.get(code, code))


@cache
def _english() -> Locale:
    return Locale.parse("en")


def plain(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ")


def capital(text: str) -> str:
    """Return a text with its first letter in capitals."""
    return text[:1].upper() + text[1:]

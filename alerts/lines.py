"""The lines of facts under a headline: numbers with who says them, names, concessions, what changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from alerts.wording import NAME_LIMIT, Number, Wording
from db.facts import CountRole, EventChange, EventCount, EventFacts, FieldChange, Mark, Person, from_json
from db.text import clean_line

LINE_LIMIT = 300
COUNT_LINES = 6
NAMES_IN_LINE = 8
NOTE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Figure:
    """The counts of one thing by everyone who gives it; they may disagree (D-24)."""

    role: CountRole
    nationality: str | None
    counts: tuple[EventCount, ...]

    @property
    def number(self) -> Number:
        """The figure as one number, a range where sources disagree."""
        valued = [count for count in self.counts if count.value is not None]
        if not valued:
            return Number(None, qualifier=self.counts[0].qualifier, whole=self.counts[0].of_count)
        low = min(count.value or 0 for count in valued)
        high = max(count.value_max or count.value or 0 for count in valued)
        return Number(low, high, valued[-1].qualifier if low == high else valued[0].qualifier)

    @property
    def whole(self) -> int | None:
        """What this is a part of."""
        return next((count.of_count for count in self.counts if count.of_count is not None), None)


def figures(facts: EventFacts) -> list[Figure]:
    """Return an event's counts, those of one thing together: role, nationality, whole, and for stock the counter."""
    groups: dict[tuple[Any, ...], list[EventCount]] = {}
    for count in facts.counts:
        counter = count.counter if count.role == CountRole.HELD else None
        groups.setdefault((count.role, count.nationality, count.of_count, counter), []).append(count)
    return [Figure(key[0], key[1], tuple(counts)) for key, counts in groups.items()]


def fact_lines(facts: EventFacts, words: Wording, titles: Mapping[str, str]) -> list[str]:
    """Return the facts of an event, a line each, those that are empty left out.

    The first is the status. `titles` gives what people call an outlet by its name.
    """
    lines = [words.say("lines", "status", status=words.label("statuses", facts.status))]
    if facts.event_date is not None:
        lines.append(words.say("lines", "date", date=words.day(facts.event_date, facts.date_precision)))
    worth = [figure for figure in figures(facts) if _is_worth_a_line(figure, facts)]
    lines += [_figure_line(figure, words, titles) for figure in worth[:COUNT_LINES]]
    lines += _list_lines(facts, words)
    lines.append(_roots_line(facts, words, titles))
    return [_cut(line) for line in lines]


def _cut(line: str) -> str:
    return line if len(line) <= LINE_LIMIT else line[: LINE_LIMIT - 1].rstrip() + "…"


def word_lines(facts: EventFacts, words: Wording, whole: str | None = None) -> dict[str, str]:
    """Return what people made of an event, a line by the field that holds it: a mark, a merge, a split.

    `whole` is the headline of the event that it is part of.
    """
    lines = {}
    if facts.same_as is not None:
        lines["same_as"] = same_line(facts.same_as, words, whole)
    if facts.mark is not None:
        lines["mark"] = mark_line(facts.mark, words)
    if facts.split_from is not None:
        lines["split_from"] = words.say("lines", "split_from", event=str(facts.split_from))
    return lines


def mark_line(mark: Mark, words: Wording) -> str:
    """Return a person's verdict with who gave it and why: "Marked false by anna: the outlet took it back"."""
    by, note = clean_line(mark.by, NAME_LIMIT) or "?", clean_line(mark.note, NOTE_LIMIT)
    text = words.say("marks", mark.verdict, by=by)
    return _cut(f"{text}: {note}" if note else text)


def same_line(event: int, words: Wording, whole: str | None = None) -> str:
    """Return which event this one is part of: "The same event as number 7: Belarus frees 52 prisoners"."""
    text = words.say("lines", "same_as", event=str(event))
    return _cut(f"{text}: {whole}" if whole else text)


def word_changes(change: EventChange, words: Wording) -> list[str]:
    """Return what people made of an event in one revision, a line each."""
    said = {one.field: one.after for one in change.fields if one.after is not None}
    lines = [mark_line(from_json(Mark, said["mark"]), words)] if "mark" in said else []
    lines += [same_line(said["same_as"], words)] if "same_as" in said else []
    lines += [words.say("lines", "split_from", event=str(said["split_from"]))] if "split_from" in said else []
    return lines


def _is_worth_a_line(figure: Figure, facts: EventFacts) -> bool:
    """Leave out what tells no number, and what the line of nationalities tells already."""
    if figure.number.low is None:
        return figure.whole is not None
    is_listed = figure.nationality is not None and facts.nationalities.get(figure.nationality) == figure.number.low
    return not (is_listed and figure.role == CountRole.SUBSET and figure.number.high == figure.number.low)


def _figure_line(figure: Figure, words: Wording, titles: Mapping[str, str]) -> str:
    text = words.amount("people", figure.number)
    whole = figure.whole
    if whole is not None and figure.number.low is not None:
        text = words.say("lines", "part", count=text, whole=words.decimal(whole))
    as_of = next((count.as_of for count in figure.counts if count.as_of is not None), None)
    if as_of is not None:
        text = words.say("lines", "as_of", count=text, date=words.day(as_of))
    sources = _who_says(figure.counts, words, titles)
    if sources:
        text = words.say("lines", "said", count=text, sources=sources)
    label = words.label("roles", figure.role)
    country = f", {words.country(figure.nationality)}" if figure.nationality else ""
    return f"{label}{country}: {text}"


def _who_says(counts: Sequence[EventCount], words: Wording, titles: Mapping[str, str]) -> str:
    """Return who gives a figure; where they disagree, who gives which (D-24)."""
    values = {count.value for count in counts}
    if len(values) == 1:
        return words.listed(dict.fromkeys(name for count in counts for name in _tellers(count, words, titles)), 4)
    parts = []
    for value in sorted(values, key=lambda value: value or 0):
        names = dict.fromkeys(name for one in counts if one.value == value for name in _tellers(one, words, titles))
        given = words.decimal(value) if value is not None else words.say("people", "some")
        parts.append(f"{given}: {words.listed(names, 3)}" if names else given)
    return "; ".join(parts)


def _tellers(count: EventCount, words: Wording, titles: Mapping[str, str]) -> list[str]:
    if count.counter:
        return [words.name(count.counter)]
    return [words.name(titles.get(one.outlet, one.outlet)) for one in count.sources if one.outlet]


def _list_lines(facts: EventFacts, words: Wording) -> Iterator[str]:
    lists = {
        "nationalities": [f"{words.country(code)} {number}" for code, number in facts.nationalities.items()],
        "people": [_person(person, words) for person in facts.people],
        "negotiators": [words.name(name) for name in facts.negotiators],
        "mediators": [words.country(code) for code in facts.mediators],
        "transit": [words.country(code) for code in facts.transit],
        "concessions": [
            _concession({"object": one.object, "giver": one.giver, "step": one.step}, words)
            for one in facts.concessions
        ],
    }
    for key, parts in lists.items():
        if parts:
            yield words.say("lines", key, list=words.listed(parts, NAMES_IN_LINE))


def _person(person: Person, words: Wording) -> str:
    name = words.name(person.name)
    return name if person.outcome == "freed" else f"{name} ({words.label('outcomes', person.outcome)})"


def _concession(concession: dict[str, Any], words: Wording) -> str:
    giver = concession.get("giver")
    details = [words.label("steps", str(concession["step"]))] if concession.get("step") else []
    if giver:
        details.append(words.country(str(giver)))
    name = words.label("objects", str(concession["object"]))
    return f"{name} ({', '.join(details)})" if details else name


def _roots_line(facts: EventFacts, words: Wording, titles: Mapping[str, str]) -> str:
    if not facts.roots:
        return words.say("lines", "no_roots")
    names = words.listed([words.name(titles.get(root, root)) for root in facts.roots], 5)
    return words.say("lines", "roots", n=words.decimal(len(facts.roots)), list=names)


def change_line(change: EventChange, words: Wording) -> str | None:
    """Return what changed since the last message, or None where no field that people know changed."""
    parts = [part for field in change.fields if (part := _changed(field, words))]
    return words.say("lines", "changed", list="; ".join(parts))[:LINE_LIMIT] if parts else None


def _changed(change: FieldChange, words: Wording) -> str | None:
    """Return one field's change; the JSON of a field may be a plain value, a list or a mapping."""
    root = re.split(r"[.\[]", change.field, maxsplit=1)[0]
    if root in words.tables["roles"]:
        return _changed_figure(change, root, words)
    if root not in words.tables["fields"]:
        return None
    label = words.label("fields", root)
    before, after = _items(change.before, root, words), _items(change.after, root, words)
    if not isinstance(change.after, list | dict) and len(before) == len(after) == 1:
        return words.say("lines", "became", label=label, before=before[0], after=after[0])
    gained = [item for item in after if item not in before]
    lost = [item for item in before if item not in after]
    if gained:
        return words.say("lines", "added", label=label, list=words.listed(gained, 5))
    return words.say("lines", "removed", label=label, list=words.listed(lost, 5)) if lost else None


def _changed_figure(change: FieldChange, role: str, words: Wording) -> str | None:
    """Return a number's change; `events.compare` names the field after its role and gives value and qualifier."""
    label = words.label_within("roles", role)
    before, after = (_figure(value, words) for value in (change.before, change.after))
    if after is None:
        return None
    if before is None:
        return words.say("lines", "added", label=label, list=after)
    return words.say("lines", "became", label=label, before=before, after=after)


def _figure(value: Any, words: Wording) -> str | None:
    if not isinstance(value, dict) or not isinstance(value.get("value"), int):
        return None
    return words.label("qualifiers", str(value.get("qualifier", "exact"))).format(n=words.decimal(value["value"]))


def _items(value: Any, root: str, words: Wording) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [item for one in value for item in _items(one, root, words)]
    if isinstance(value, dict):
        return _mapping_items(value, words)
    if root == "status":
        return [words.label("statuses", str(value))]
    if root == "event_date":
        return [words.day(date.fromisoformat(str(value)))]
    return [words.country(str(value)) if root in ("mediators", "transit") else words.name(str(value))]


def _mapping_items(value: dict[str, Any], words: Wording) -> list[str]:
    if "role" in value:
        number = words.decimal(value["value"]) if isinstance(value.get("value"), int) else words.say("people", "some")
        return [f"{words.label_within('roles', str(value['role']))} {number}"]
    if "object" in value:
        return [_concession(value, words)]
    if "name" in value:
        return [words.name(str(value["name"]))]
    return [f"{words.country(str(code))} {number}" for code, number in value.items()]

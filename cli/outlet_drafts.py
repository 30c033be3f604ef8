"""The table of an outlet that is to be added: made of what was found, refused where somebody has it already (pure)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.errors import CommandError, ExitCode
from crawler.finds import FoundOutlet, Tried, preview_of
from crawler.guessing import country_of, name_of, timezone_of
from crawler.keys import key_rules
from crawler.outlets import Outlet, read_outlets, trouble_of_name
from crawler.urls import KeyRules, url_key
from db.text import clean_line

UNKNOWN_LANGUAGE = "und"  # ISO 639-2: undetermined
_TITLE_LENGTH = 100
_FEW = 0.2  # of the articles; a language that fewer are in is a mistake or a quotation


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person says of an outlet that would be guessed otherwise."""

    name: str | None = None
    title: str | None = None
    kind: str = "independent"


@dataclass(frozen=True, slots=True)
class Known:
    """All outlets that are there, also by the keys of their addresses, and which addresses mean the same."""

    outlets: tuple[Outlet, ...]
    by_key: Mapping[str, Outlet]
    rules: KeyRules

    @property
    def names(self) -> frozenset[str]:
        """Names that are taken."""
        return frozenset(outlet.name for outlet in self.outlets)

    def outlet_at(self, url: str) -> Outlet | None:
        """Return the outlet that is at this address already, or asks it, be it under a mirror's host."""
        return self.by_key.get(url_key(preview_of(url), self.rules))

    def beside(self, outlet: Outlet) -> Known:
        """Return them with one more, which has no mirrors."""
        return Known((*self.outlets, outlet), {**_keys(outlet, self.rules), **self.by_key}, self.rules)


@dataclass(frozen=True, slots=True)
class Draft:
    """An outlet as it would be added: checked as every table is, and the text of that table."""

    outlet: Outlet
    table: str


def known_of(outlets: Sequence[Outlet]) -> Known:
    """Return what is there."""
    rules = key_rules(outlets)
    by_key = {key: outlet for one in reversed(outlets) for key, outlet in _keys(one, rules).items()}
    return Known(tuple(outlets), by_key, rules)


def _keys(outlet: Outlet, rules: KeyRules) -> dict[str, Outlet]:
    urls = [*(point.url for point in outlet.entry_points), *([outlet.homepage] if outlet.homepage else [])]
    return {url_key(url, rules): outlet for url in urls}


def check_free(urls: Iterable[str], name: str | None, known: Known) -> None:
    """Raise CommandError for a name or an address that an outlet has already, or a name that none can have."""
    trouble = trouble_of_name(name) if name is not None else None
    if trouble is not None:
        raise CommandError(f"--name {name}: {trouble}", ExitCode.USAGE)
    if name in known.names:
        raise CommandError(f"--name {name}: an outlet has this name already; give another", ExitCode.USAGE)
    for url in urls:
        outlet = known.outlet_at(url)
        if outlet is not None:
            advice = f"see volya outlets show {outlet.name}"
            raise CommandError(f"{url}: {outlet.title} ({outlet.name}) is there already; {advice}")


def languages_of(found: FoundOutlet, read: Sequence[str | None]) -> tuple[str, ...]:
    """Return the languages of an outlet, the most frequent first: those of its articles, else what it says itself."""
    counts = Counter(language for language in read if language)
    told = [language for language, count in counts.most_common() if count > len(read) * _FEW or len(counts) == 1]
    return tuple(told) or (found.language or UNKNOWN_LANGUAGE,)


def draft_of(found: FoundOutlet, chosen: Chosen, read: Sequence[str | None], known: Known, now: datetime) -> Draft:
    """Return the table of what was found. `read` are the languages of its articles. Raises CommandError."""
    home = found.homepage or found.doors[0].url
    check_free((home, *(door.url for door in found.doors)), chosen.name, known)
    languages = languages_of(found, read)
    country = country_of(home, known.outlets)
    values: dict[str, Any] = {
        "name": chosen.name or name_of(home, known.names),
        "title": _title(chosen.title or found.title) or home,
        "kind": chosen.kind,
        "languages": list(languages),
        "timezone": timezone_of(home, languages, found.offset, known.outlets, now),
        **({"country": country} if country else {}),
        **({"homepage": found.homepage} if found.homepage else {}),
    }
    lines = [f"{key} = {_quoted(value)}" for key, value in values.items()]
    doors = [f"  {_door(door, now)}," for door in found.doors]
    table = "\n".join(("[[crawler.outlet]]", *lines, "entry_points = [", *doors, "]", ""))
    return Draft(read_outlets(table, "the new table")[0], table)


def _door(door: Tried, now: datetime) -> str:
    evidence = f"answered with {door.checked.items} items on {now:%Y-%m-%d}, when it was added"
    pairs = {"type": door.type, "url": door.url, "evidence": evidence}
    return "{ " + ", ".join(f"{key} = {_quoted(value)}" for key, value in pairs.items()) + " }"


def _title(stated: str | None) -> str:
    return clean_line(stated, _TITLE_LENGTH) if stated else ""


def _quoted(value: str | Sequence[str]) -> str:
    # JSON strings and lists of them are TOML too, but for one character that TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

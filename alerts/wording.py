"""The words of a language, read from `alerts/messages/<language>.toml`: a language is a file, nothing else.

Plural forms, dates, numbers, lists and countries come from CLDR by way of Babel.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from alerts.errors import UnknownLanguageError
from db.facts import Precision, Qualifier
from db.text import clean_line, clean_part

NAME_LIMIT = 100
NUMBERS_KEPT = 10_000
_JOINER = "\u2060"
# Behind @, # and the like before a word, before the slashes of an address, and behind the dots of a host's name.
_ACTIVE = re.compile(r"(?<=[@#$/])(?=\w)|(?<=:)(?=//)|(?<=\w\.)(?=[^\W\d_]{2})")


@lru_cache(maxsize=NUMBERS_KEPT)
def grouped(number: float, locale: Locale) -> str:
    """Return digits grouped as a language does; a page says the same few numbers many times."""
    return str(format_decimal(number, locale=locale))


def inert(text: str) -> str:
    """Return a text of others that looks the same, in which a service finds no address, mention, hashtag or command.

    Telegram, mail programs and many others make links of plain text by themselves. An invisible word joiner breaks
    them: it is no part of an address (P8; TDLib takes no sign of General Punctuation into one but dashes and joiners
    of letters).
    """
    return _ACTIVE.sub(_JOINER, text)


def clean_told(text: str) -> str:
    """Return a line of a message cleaned once more, in which what `inert` has broken stays broken."""
    return " ".join(_JOINER.join(clean_part(part) for part in text.split(_JOINER)).split())


@dataclass(frozen=True, slots=True)
class Number:
    """A number as told: `low` and `high` differ where sources do; `low` None: not given, perhaps "most of" `whole`."""

    low: int | None
    high: int | None = None
    qualifier: Qualifier = Qualifier.EXACT
    whole: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """The tables of one language's file, and the rules of its locale."""

    locale: Locale
    tables: Mapping[str, Mapping[str, str]]

    def say(self, table: str, key: str, **values: str) -> str:
        """Fill one template."""
        return self.tables[table][key].format(**values)

    def label(self, table: str, key: str) -> str:
        """Return the word for a code, or the code itself made readable where the language has none."""
        return self.tables[table].get(key, key.replace("_", " "))

    def plural(self, table: str, number: int, text: str) -> str:
        """Return `text`, which tells `number`, with its noun in the right form."""
        forms = self.tables[table]
        return forms.get(self.locale.plural_form(number), forms["other"]).format(n=text)

    def amount(self, table: str, number: Number) -> str:
        """Return a number with its noun: "at least 100 prisoners", "51–52 prisoners", "most of 1,300 prisoners"."""
        if number.low is None:
            form = "most" if number.whole is not None and number.qualifier == Qualifier.VAGUE else "some"
            return self.say(table, form, n=self.decimal(number.whole or 0))
        high = number.high if number.high is not None else number.low
        digits = self.decimal(number.low) if high == number.low else f"{self.decimal(number.low)}–{self.decimal(high)}"
        text = self.say("qualifiers", number.qualifier, n=digits)
        return self.plural(self._in_case(table, number.qualifier), high, text)

    def _in_case(self, table: str, qualifier: Qualifier) -> str:
        """Return the table of a noun in the case that a qualifier asks for: "2 особи", but "близько 2 осіб"."""
        wanted = f"{table}_{self.tables['cases'].get(qualifier)}"
        return wanted if wanted in self.tables else table

    def label_within(self, table: str, key: str) -> str:
        """Return a label for the middle of a sentence; only its first letter is lowered: German nouns keep theirs."""
        label = self.label(table, key)
        return label[:1].lower() + label[1:]

    def decimal(self, number: int) -> str:
        """Return digits grouped as the language does."""
        return grouped(number, self.locale)

    def day(self, moment: date, precision: Precision | None = None) -> str:
        """Return a date in words; of a month only the month."""
        if precision == Precision.MONTH:
            return format_skeleton("yMMMM", moment, locale=self.locale)
        return format_date(moment, "long", locale=self.locale)

    def country(self, code: str) -> str:
        """Return a country's short name."""
        return self.tables["countries"].get(code) or str(self.locale.territories.get(code, code))

    def name(self, name: str) -> str:
        """Return a person or a body in the language's spelling where we know it.

        It may be an outlet's text: it is cleaned, and no service finds an address or a mention in it.
        """
        return inert(clean_line(self.tables["names"].get(name, name), NAME_LIMIT))

    def listed(self, parts: Iterable[str], limit: int = 10) -> str:
        """Join with commas; what is beyond `limit` is counted ("Anna, Ivan and 7 more": no language has a comma there)."""
        every = list(parts)
        shown, left = ", ".join(every[:limit]), len(every) - limit
        return f"{shown} {self.plural('more', left, self.decimal(left))}" if left > 0 else shown


def message_languages() -> tuple[str, ...]:
    """Return the languages that messages can be written in."""
    files = resources.files("alerts").joinpath("messages").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def wording(language: str) -> Wording:
    """Return a language's wording. Raises UnknownLanguageError where there is no file for it."""
    if language not in message_languages():
        raise UnknownLanguageError(language)
    text = resources.files("alerts").joinpath("messages", f"{language}.toml").read_text(encoding="utf-8")
    return Wording(Locale.parse(language), tomllib.loads(text))

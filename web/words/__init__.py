"""The words of the pages, read from `web/words/<language>.toml`: a language is a file, nothing else.

A file has a table a page. A text may hold elements of ours (`<code>`) but no straight double quote outside of them, for
texts stand in attributes, too; values are escaped. Plural forms are a table with CLDR's names, numbers and lists come
from CLDR by way of Babel.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from babel import Locale
from markupsafe import Markup

from alerts.wording import grouped

_Tables = Mapping[str, Mapping[str, str | Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Words:
    """One language's texts of the pages."""

    locale: Locale
    tables: _Tables

    def say(self, key: str, n: int | None = None, **values: object) -> Markup:
        """Return the text of `table.key`, filled; `n` chooses the plural form and fills {n}. Raises KeyError: no such text."""
        table, _, name = key.partition(".")
        text = self.tables[table][name]
        if not isinstance(text, str):
            text = text.get(self.locale.plural_form(n or 0), text["other"])
        if n is not None:
            values["n"] = self.decimal(n)
        return Markup(text).format(**values)  # noqa: S704 (ours, read from the package; the values are escaped)

    def plain(self, key: str, n: int | None = None, **values: object) -> str:
        """Return a text as `say` does, for what is no page: no element, nothing escaped."""
        return str(self.say(key, n, **values).unescape())

    def label(self, table: str, code: str) -> str:
        """Return the word for a code, or the code itself made readable where the language has none."""
        text = self.tables[table].get(code)
        return text if isinstance(text, str) else code.replace("_", " ")

    def language(self, code: str) -> str:
        """Return the name of a language, or the code itself where this one has no name for it."""
        return str(self.locale.languages.get(code, code))

    def decimal(self, number: float) -> str:
        """Return digits grouped as the language does."""
        return grouped(number, self.locale)


@cache
def page_languages() -> tuple[str, ...]:
    """Return the languages that the pages are written in."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def page_words(language: str) -> Words:
    """Return a language's words. Raises FileNotFoundError where there is no file for it."""
    text = resources.files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return Words(Locale.parse(language), tomllib.loads(text))

"""What every page stands in: its language, its templates, the way around, and what may be shown of a text of others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from alerts.wording import message_languages
from db.text import clean_line, clean_part
from web.languages import FALLBACK, Reader, choose_language
from web.words import page_languages, page_words

ID_DIGITS = 9  # every number of so few digits is one that either database can hold
# The way around: the name of a page (its words are `nav.<name>`) and its address.
NAVIGATION = (
    ("now", "/"),
    ("timeline", "/timeline"),
    ("articles", "/articles"),
    ("people", "/people"),
    ("outlets", "/outlets"),
    ("deliveries", "/deliveries"),
)


class Frame:
    """Fills templates for a reader. `language` is that of titles and facts for who asks for none (`alerts.language`).

    `address` is where others find the pages (`web.address`), None where they cannot.
    """

    def __init__(self, language: str, address: str | None = None) -> None:
        self._language = language
        self.address = address
        self._templates = Environment(
            loader=PackageLoader("web"),
            autoescape=True,
            finalize=_clean,
            auto_reload=False,  # an upgrade beside a running service must not mix its pages
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(utc=_utc, machine=_machine, listed=", ".join, part=Part)
        self._templates.globals.update(navigation=NAVIGATION, languages=_endonyms())

    def reader(self, request: Request) -> Reader:
        """Return who asks: `?language=` wins over what the browser says; without either it is as the settings say."""
        accepted = request.query_params.get("language") or request.headers.get("accept-language", "")
        ours = self._language if self._language in page_languages() else FALLBACK
        return Reader(
            page=choose_language(accepted, page_languages(), ours),
            facts=choose_language(accepted, message_languages(), self._language),
            path=request.url.path,
        )

    def page(self, reader: Reader, name: str, status: int = 200, **values: Any) -> Response:
        """Fill a template; it has `t` (a text by its key), `language` (of titles and facts) and what is given."""
        words = page_words(reader.page)
        text = self._templates.get_template(name).render(
            t=words.say, label=words.label, decimal=words.decimal, reader=reader, language=reader.facts, **values
        )
        return HTMLResponse(text, status, {"Vary": "Accept-Language", "Content-Language": reader.page})

    def missing(self, request: Request, _error: Exception | None = None) -> Response:
        """Say that there is no such page; nothing of the address is repeated."""
        return self.page(self.reader(request), "missing.html", 404)


class Part(str):
    """A part of a stored text: cleaned as every text but with the space at its ends, which `_clean` would take."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Clean it; the page escapes it as it does any text."""
        return super().__new__(cls, clean_part(text))


def unavailable(_request: Request, _error: Exception) -> Response:
    """Say that the database does not answer; why is in the log and in /readyz."""
    return PlainTextResponse("The database does not answer; /readyz says why.\n", 503)


def number_in(request: Request) -> int | None:
    """Return the number in an address; None where there is none that the database could hold."""
    number = request.path_params["number"]
    return int(number) if number.isascii() and number.isdecimal() and len(number) <= ID_DIGITS else None


def _endonyms() -> Mapping[str, str]:
    """Return the languages of the pages with their own names."""
    return {code: str(page_words(code).locale.get_display_name(code)) for code in page_languages()}


def _clean(value: Any) -> Any:
    """Return a value as it may be shown: whatever a text is, nothing in it hides or turns the line around (SEC-12)."""
    return clean_line(value) if type(value) is str else value  # what a template has made is Markup, a kind of str


def _utc(moment: datetime) -> str:
    """Return a time for people."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _machine(moment: datetime) -> str:
    """Return a time for the attribute of a time element."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")

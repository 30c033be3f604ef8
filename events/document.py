"""A text to be understood, and what is known about where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from db.text import clean_line, clean_text, full_text

if TYPE_CHECKING:  # who reads a text from elsewhere needs no database
    from db.articles import UnreadArticle


@dataclass(frozen=True, slots=True)
class Document:
    """A text as stored: cleaned, title and body apart. Make one with `document()` where the text is raw.

    `timezone` is the outlet's (IANA name): "today" in the text is today there.
    """

    title: str | None
    text: str
    language: str | None = None
    outlet: str | None = None
    outlet_title: str | None = None
    outlet_kind: str | None = None
    outlet_languages: tuple[str, ...] = ()
    outlet_country: str | None = None
    published_at: datetime | None = None
    published_precision: str | None = None
    timezone: str = "UTC"

    @property
    def full_text(self) -> str:
        """What evidence offsets count in."""
        return full_text(self.title, self.text)

    @property
    def is_home(self) -> bool:
        """Whether an outlet of Belarus speaks, which need not name the country."""
        return self.outlet_country == "BY"

    @property
    def publication_day(self) -> date | None:
        """The day of publication where the outlet is; a date without a time stands as it is."""
        if self.published_at is None:
            return None
        try:
            return self.published_at.astimezone(ZoneInfo(self.timezone)).date()
        except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" is a folder of zones
            return self.published_at.date()


def document(title: str | None, text: str, **known: object) -> Document:
    """Return a Document of raw text, cleaned as storing would clean it, so that offsets agree."""
    clean_title = clean_line(title) if title else None
    return Document(clean_title or None, clean_text(text), **known)  # type: ignore[arg-type]  # keys are Document's own


def document_of(article: UnreadArticle) -> Document:
    """Return the stored article as a document; its text is clean already."""
    return Document(
        title=article.title,
        text=article.text,
        language=article.language,
        outlet=article.outlet,
        outlet_title=article.outlet_title,
        outlet_kind=article.outlet_kind,
        outlet_languages=article.outlet_languages,
        outlet_country=article.outlet_country,
        published_at=article.published_at,
        published_precision=article.published_precision,
        timezone=article.timezone,
    )

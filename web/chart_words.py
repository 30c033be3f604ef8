"""What the timeline says in words: of a mark what a pointer or a screen reader is told, of an axis its numbers and days.

A page of hundreds of marks says most of it three times (wide, narrow, in a table), and after a change of one event again:
each text is made, cleaned and escaped once, and so is what a template draws of a mark.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date, format_skeleton
from markupsafe import Markup, escape

from alerts.wording import Number, Wording, wording
from db.facts import STOCK_AUTHORITY, Precision
from db.text import clean_line
from web.drawing import DayTick, Drawing
from web.timeline import Act, Dated, Held, Wave
from web.words import Words

MOST_MADE = 6_000  # pieces kept for a reader; a page of 500 events has some 2,500 of together 1 MB


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The words of one reader: facts in the language of titles, axes in that of the page."""

    page: Words
    facts: Wording
    _made: dict[Hashable, Markup] = field(default_factory=dict)

    def once(self, macro: Callable[..., Markup], *things: Hashable) -> Markup:
        """Return what a macro of the templates makes of these words and of things; of equal things the same."""
        return self._once((getattr(macro, "name", ""), *things), lambda: macro(self, *things))

    def _once(self, key: Hashable, make: Callable[[], Markup]) -> Markup:
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= MOST_MADE:
                self._made.clear()
            made = self._made[key] = make()
        return made

    def title(self, one: Dated) -> Markup:
        """Return the title of an event."""
        return self._once(one.title, lambda: _shown(one.title))

    def day(self, one: Dated) -> Markup | None:
        """Return the day, week or month of an event; None where it tells none."""
        return _shown(self.facts.day(one.event_date, one.precision)) if one.event_date is not None else None

    def wave(self, wave: Wave) -> Markup:
        """Return everything that the mark of a release stands for."""
        roles = {"released": wave.released, "pardoned": wave.pardoned}
        told = (f"{self.facts.label('roles', role)}: {self.amount(one)}" for role, one in roles.items() if one)
        return self._once(wave, lambda: self._joined(wave, *told))

    def act(self, act: Act) -> Markup:
        """Return everything that the mark of an act of negotiation stands for."""
        return self._once(act, lambda: self._joined(act))

    def _joined(self, one: Dated, *told: str) -> Markup:
        said = [self.day(one), self.title(one), *map(_shown, told), _shown(self.status(one))]
        return Markup(". ").join(part for part in said if part)

    def status(self, one: Dated) -> str:
        """Return how well an event is established."""
        return self.facts.label("statuses", one.status)

    def held(self, held: Held) -> Markup:
        """Return a figure of those held, with its day and who counts."""
        label, amount = self.facts.label("roles", "held"), self.amount(held.number)
        text = self.facts.say("lines", "as_of", count=amount, date=self.facts.day(held.day))
        return _shown(f"{label}: {text} ({self.facts.name(STOCK_AUTHORITY)})")

    def short_day(self, day: date, precision: Precision | None = None) -> str:
        """Return a day or a month as it stands in a table."""
        if precision is Precision.MONTH:
            return str(format_skeleton("yMMM", day, locale=self.facts.locale))
        return str(format_date(day, "medium", locale=self.facts.locale))

    def amount(self, number: Number) -> str:
        """Return a number of people in words."""
        return self.facts.amount("people", number)

    def count(self, number: Number) -> str:
        """Return a number as it stands in a table: "at least 100", "51–52", or the words for none."""
        if number.low is None:
            return self.amount(number)
        return self.facts.say("qualifiers", number.qualifier, n=self.short(number))

    def short(self, number: Number) -> str:
        """Return a number as it stands above its bar."""
        low = self.page.decimal(number.low or 0)
        return low if number.high in (None, number.low) else f"{low}–{self.page.decimal(number.high or 0)}"

    def month(self, tick: DayTick, drawing: Drawing) -> str:
        """Return what stands at a line of the axis of days: a year, or a month (its first letter where it is narrow)."""
        if drawing.has_years:
            return str(tick.day.year)
        return format_date(tick.day, "LLL" if drawing.layout.has_names_in_gutter else "LLLLL", locale=self.page.locale)


def _shown(text: str) -> Markup:
    """Return a text as a page shows it: cleaned (SEC-12) and escaped (SEC-9)."""
    return escape(clean_line(text))


def chart_words(page: Words, language: str) -> ChartWords:
    """Return the words for a reader whose titles and facts are in `language`."""
    return ChartWords(page, wording(language))

"""The badge, for pages of others: how many are held by the newest figure, and the last release. Drawing is pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

from alerts.headline import headline, main_figure
from alerts.wording import Number, Wording, wording
from db.facts import CountRole, Qualifier
from db.held import HeldFigure
from db.text import clean_line
from db.views import EventView

AUTHORITY = "Viasna"  # whose number of those held is believed (domain.md §4)
SVG = "http://www.w3.org/2000/svg"
_LETTER = 7.4  # a letter of the text is seldom wider
_PADDING = 14
_LINES = ((22, "15", "bold", "#1d1c1a"), (43, "13", "normal", "#1d1c1a"), (63, "13", "normal", "#1d1c1a"))
_HEIGHT = 76
_NAME_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Badge:
    """What the badge tells; None: nothing of it is stored."""

    held: HeldFigure | None
    release: EventView | None
    language: str


def newest_figure(figures: Sequence[HeldFigure]) -> HeldFigure | None:
    """Return the figure that is believed most: the authority's before all others', an exact one before a round one.

    Among equals it is the newest one, and of one day the greatest: a smaller one is a part of it.
    """
    return max(figures, key=_weight, default=None)


def _weight(figure: HeldFigure) -> tuple[bool, bool, date, int]:
    return figure.counter == AUTHORITY, figure.qualifier is Qualifier.EXACT, figure.day, figure.value


def lines_of(badge: Badge) -> tuple[str, str, str]:
    """Return the title of a badge and its two lines."""
    words = wording(badge.language)
    held = f"{words.label('roles', CountRole.HELD)}: {_held(badge.held, words)}"
    release = f"{words.label('outside', 'release')}: {_release(badge.release, words)}"
    return words.label("outside", "title"), held, release


def _held(figure: HeldFigure | None, words: Wording) -> str:
    if figure is None:
        return words.label("outside", "unknown")
    amount = words.amount("people", Number(figure.value, qualifier=figure.qualifier))
    return f"{amount} ({_name(_source(figure), words)}, {words.day(figure.day)})"


def _source(figure: HeldFigure) -> str:
    return figure.counter or figure.outlet_title or figure.outlet or "?"


def _name(name: str, words: Wording) -> str:
    return clean_line(words.name(name), _NAME_LIMIT)


def _release(event: EventView | None, words: Wording) -> str:
    if event is None or event.facts.event_date is None:
        return words.label("outside", "unknown")
    day = words.day(event.facts.event_date, event.facts.date_precision)
    figure = main_figure(event.facts)
    return f"{words.amount('people', figure.number)} ({day})" if figure is not None else day


def badge_svg(badge: Badge) -> bytes:
    """Return a badge as an image that is read out, too: no script, no style, nothing from elsewhere."""
    title, *lines = lines_of(badge)
    width = round(2 * _PADDING + _LETTER * max(map(len, (title, *lines))))
    size = {"width": str(width), "height": str(_HEIGHT), "viewBox": f"0 0 {width} {_HEIGHT}"}
    image = ET.Element("svg", {"xmlns": SVG, "lang": badge.language, "role": "img", "aria-labelledby": "told", **size})
    ET.SubElement(image, "title", {"id": "told"}).text = ". ".join((title, *lines))
    frame = {"x": "0.5", "y": "0.5", "width": str(width - 1), "height": str(_HEIGHT - 1), "rx": "6"}
    ET.SubElement(image, "rect", {**frame, "fill": "#fbfaf7", "stroke": "#8c1d2c"})
    family = {"font-family": "Verdana, DejaVu Sans, sans-serif", "aria-hidden": "true"}
    for text, (y, font_size, weight, colour) in zip((title, *lines), _LINES, strict=True):
        place = {"x": str(_PADDING), "y": str(y), "font-size": font_size, "font-weight": weight, "fill": colour}
        ET.SubElement(image, "text", {**place, **family}).text = text
    return bytes(ET.tostring(image, encoding="utf-8", xml_declaration=True))


def badge_json(badge: Badge) -> dict[str, Any]:
    """Return a badge as values; null where nothing is stored."""
    title, held, release = lines_of(badge)
    return {
        "language": badge.language,
        "title": title,
        "text": [held, release],
        "held": _held_json(badge.held),
        "release": _release_json(badge.release, badge.language),
    }


def _held_json(figure: HeldFigure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    told = {"value": figure.value, "qualifier": figure.qualifier, "counter": figure.counter, "as_of": str(figure.day)}
    return {**told, "outlet": figure.outlet, "article": figure.article}


def _release_json(event: EventView | None, language: str) -> dict[str, Any] | None:
    if event is None:
        return None
    figure = main_figure(event.facts)
    return {
        "event": event.id,
        "title": headline(event.facts, language),
        "status": event.facts.status,
        "value": figure.number.low if figure is not None else None,
        "value_max": figure.number.high if figure is not None else None,
        "event_date": str(event.facts.event_date) if event.facts.event_date else None,
        "date_precision": event.facts.date_precision,
    }

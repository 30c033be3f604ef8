"""Cursors: a place in a list as a word without meaning to who holds it. Pure.

Each list has its letter, so that a cursor of one is refused by another. Every word of the right form is a place: whether a
cursor is good is told by its form alone, which the description states (`Form.pattern`).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.queries import EventPlace
from web.pages.frame import ID_DIGITS

DAY, NUMBER = 3, 6  # bytes
LAST_DAY = date.max.toordinal()
LAST_ID: int = 10**ID_DIGITS - 1


@dataclass(frozen=True, slots=True)
class Form:
    """How the cursors of a list look: its letter, then numbers of so many bytes each, three or a multiple in all."""

    letter: str
    widths: tuple[int, ...]

    @property
    def pattern(self) -> str:
        """The regular expression of all cursors of this form, and of nothing else."""
        return f"^{self.letter}[A-Za-z0-9_-]{{{sum(self.widths) // 3 * 4}}}$"

    def write(self, *numbers: int) -> str:
        """Return the cursor of a place."""
        parts = (number.to_bytes(width, "big") for number, width in zip(numbers, self.widths, strict=True))
        return self.letter + urlsafe_b64encode(b"".join(parts)).decode("ascii")

    def read(self, cursor: str) -> Sequence[int]:
        """Return the place of a cursor of this form."""
        rest = urlsafe_b64decode(cursor.removeprefix(self.letter))
        numbers = []
        for width in self.widths:
            numbers.append(int.from_bytes(rest[:width], "big"))
            rest = rest[width:]
        return numbers


EVENTS = Form("e", (DAY, NUMBER))
ARTICLES = Form("a", (NUMBER,))
DELIVERIES = Form("d", (NUMBER,))
PEOPLE = Form("p", (DAY, NUMBER, NUMBER))  # the day and the number of the newest event, a digest of the name
SEARCH_PATTERN = "^(?:n[0-9]{1,18}|b[0-9]{1,18}-[0-9]{1,4})$"  # as `db.search` makes them
NAMES_PATTERN = "^o(?:[2-7][0-9a-f]){1,80}$"  # of outlets: the name


def event_cursor(place: EventPlace) -> str:
    """Return the cursor of a place among the events."""
    return EVENTS.write(place.day.toordinal(), place.id)


def event_place(cursor: str) -> EventPlace:
    """Return the place of a cursor among the events."""
    ordinal, number = EVENTS.read(cursor)
    return EventPlace(date.fromordinal(min(max(ordinal, 1), LAST_DAY)), min(number, LAST_ID))


def number_place(form: Form, cursor: str) -> int:
    """Return the number that a cursor of numbers holds."""
    (number,) = form.read(cursor)
    return min(number, LAST_ID)


def name_cursor(name: str) -> str:
    """Return the cursor of an outlet."""
    return "o" + name.encode("ascii").hex()


def name_place(cursor: str) -> str:
    """Return the name that the cursor of an outlet holds."""
    return bytes.fromhex(cursor.removeprefix("o")).decode("ascii")

"""What the title and lead of a text recall, whatever they tell of it: days and numbers that name an event together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from events.document import Document
from events.lexicon import lexicon_for
from events.marks import mark_sentences

FEWEST = 3  # people: smaller numbers name no event


def recalled_days(document: Document, language: str) -> frozenset[tuple[date, int]]:
    """Return each day with each number that title and lead tell, as "18" and "3 July": together they name an event."""
    head = [one for one in mark_sentences(document, lexicon_for(language, document.full_text)) if one.is_head()]
    days = {reference.day for sentence in head for reference in sentence.dates}
    return frozenset((day, number) for day in days for number in _numbers(n.value for s in head for n in s.numbers))


def _numbers(values: Iterable[int | None]) -> set[int]:
    return {value for value in values if value is not None and value >= FEWEST}

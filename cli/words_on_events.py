"""What people said of events, carried from one database to another by the documents that tell of them.

Numbers of events differ there. A verdict is said again of the event in which most of the documents stand that carried it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC

from cli.documents import Document, MarkOfEvent, parse_time
from db import Database
from db.facts import Mark, Verdict
from db.queries import events_of, get_event
from events import mark_event


class WordsOnEvents:
    """Verdicts by the number that their event had where they were given, each with the articles that carried it."""

    def __init__(self) -> None:
        self._marks: dict[int, MarkOfEvent] = {}
        self._articles: dict[int, set[int]] = defaultdict(set)

    def learn(self, document: Document, article: int) -> None:
        """Note what a document carries; `article` is its number here."""
        for mark in document.event_marks or ():
            self._marks[mark.event] = mark
            self._articles[mark.event].add(article)

    def say_again(self, database: Database) -> None:
        """Say every verdict of its event here, unless the last word on that is as new."""
        for number, mark in sorted(self._marks.items()):
            event = self._event_here(database, number)
            given = _mark(mark)
            if event is not None and given is not None and _is_news(database, event, given):
                mark_event(database, event, given)

    def _event_here(self, database: Database, number: int) -> int | None:
        with database.read() as session:
            places = events_of(session, self._articles[number])
        return max(Counter(places).items(), key=lambda found: (found[1], -found[0]), default=(None, 0))[0]


def _mark(mark: MarkOfEvent) -> Mark | None:
    at = parse_time(mark.at, UTC)
    return Mark(Verdict(mark.verdict), mark.by, mark.note, at) if at is not None else None


def _is_news(database: Database, event: int, given: Mark) -> bool:
    with database.read() as session:
        view = get_event(session, event)
    known = view.facts.mark if view is not None else None
    return view is not None and (known is None or known.at < given.at)

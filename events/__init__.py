"""UNDERSTAND: text in, facts out; then find whether this is something we already know.

`analyse` reads one document and says what its news is, with the evidence for every field. `read_new` is the step:
it takes unread articles, matches each mention to an event by kind, date, counts, people and root, and folds the
event anew. Languages are data (`lexicon/<lang>.toml`). Pure are all but
`reading`, `rereading`, `placing`, `asking`, `marking` and `withholding`; `candidates` and `considering` only ask.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from events.analyse import analyse
from events.document import Document, document
from events.errors import EventError, WithholdingError
from events.lacking import lacking
from events.rules import rule_words
from events.tellers import tellers

if TYPE_CHECKING:
    from events.considering import Considered, explain_match, explain_neighbours
    from events.explain import explain_analysis, explain_article, explain_event
    from events.marking import mark_event, merge_events, split_event
    from events.reading import ReadingReport, read_new
    from events.rereading import Reread, reread
    from events.withholding import Held, forms_of, look_for, withhold_stored, would_withhold

# What asks the database is imported when it is asked for (see `db`). Nothing here may be called as its module is:
# `from events import …` would find the module.
_HOMES = {
    "Considered": "events.considering",
    "explain_match": "events.considering",
    "explain_neighbours": "events.considering",
    "explain_analysis": "events.explain",
    "explain_article": "events.explain",
    "explain_event": "events.explain",
    "mark_event": "events.marking",
    "merge_events": "events.marking",
    "split_event": "events.marking",
    "ReadingReport": "events.reading",
    "read_new": "events.reading",
    "Reread": "events.rereading",
    "reread": "events.rereading",
    "Held": "events.withholding",
    "forms_of": "events.withholding",
    "look_for": "events.withholding",
    "withhold_stored": "events.withholding",
    "would_withhold": "events.withholding",
}

__all__ = [
    "Considered",
    "Document",
    "EventError",
    "Held",
    "ReadingReport",
    "Reread",
    "WithholdingError",
    "analyse",
    "document",
    "explain_analysis",
    "explain_article",
    "explain_event",
    "explain_match",
    "explain_neighbours",
    "forms_of",
    "lacking",
    "look_for",
    "mark_event",
    "merge_events",
    "read_new",
    "reread",
    "rule_words",
    "split_event",
    "tellers",
    "withhold_stored",
    "would_withhold",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

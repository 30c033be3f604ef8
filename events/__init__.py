"""UNDERSTAND: text in, facts out; then find whether this is something we already know.

`analyse` reads one document and says what its news is, with the evidence for every field. `read_new` is the step:
it takes unread articles, matches each mention to an event by kind, date, counts, people and root, and folds the
event anew. Languages are data (`lexicon/<lang>.toml`). Pure are all but
`reading`, `rereading`, `placing`, `asking`, `marking` and `withholding`; `candidates` and `considering` only ask.
"""

from events.analyse import analyse
from events.considering import Considered, explain_match, explain_neighbours
from events.document import Document, document
from events.errors import EventError, WithholdingError
from events.explain import explain_analysis, explain_article, explain_event
from events.lacking import lacking
from events.marking import mark_event, merge_events, split_event
from events.reading import ReadingReport, read_new
from events.rereading import Reread, reread
from events.rules import rule_words
from events.tellers import tellers
from events.withholding import Held, forms_of, look_for, withhold_stored, would_withhold

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

"""The vocabulary: what a mention says, as frozen values that go to and from JSON.

Every package speaks these words; they are the arguments of an event in the sense of event extraction
(event mention, argument role, modality, polarity). The rules behind them are in docs/explanation.md.
"""

from db.facts.events import ClaimSource, Conflict, EventChange, EventCount, EventFacts, FieldChange, Mark
from db.facts.json import from_json, to_json
from db.facts.mentions import Analysis, Concession, Count, Evidence, Mention, Person
from db.facts.terms import (
    STOCK_AUTHORITY,
    CountRole,
    Decision,
    Kind,
    Modality,
    Outcome,
    Polarity,
    Precision,
    Qualifier,
    Status,
    Step,
    Verdict,
)

__all__ = [
    "STOCK_AUTHORITY",
    "Analysis",
    "ClaimSource",
    "Concession",
    "Conflict",
    "Count",
    "CountRole",
    "Decision",
    "EventChange",
    "EventCount",
    "EventFacts",
    "Evidence",
    "FieldChange",
    "Kind",
    "Mark",
    "Mention",
    "Modality",
    "Outcome",
    "Person",
    "Polarity",
    "Precision",
    "Qualifier",
    "Status",
    "Step",
    "Verdict",
    "from_json",
    "to_json",
]

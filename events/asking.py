"""Second opinions on a batch of doubtful decisions: those that are kept, and those asked for now. Stores new ones.

No transaction is open while the network is asked, and nothing here can stop reading: at worst the rules decide.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from db import Database
from db.facts import Analysis
from db.opinions import find_opinions, store_opinion
from events.adjudicator import Adjudicator
from events.document import Document
from events.opinion import Opinion, with_opinion
from events.question import Answer, AnswerError, parse_answer, question_key, question_of

log = logging.getLogger(__name__)

Doubtful = tuple[Document, Analysis]


def reconsider(
    database: Database, adjudicator: Adjudicator, doubtful: Sequence[Doubtful], now: datetime
) -> list[Analysis]:
    """Return the analyses in their order, each with its second opinion where there is one."""
    keys = [question_key(adjudicator.model, document) for document, _ in doubtful]
    try:
        answers = _answers(database, adjudicator, dict(zip(keys, doubtful, strict=True)), now)
    except Exception:  # the border of what is optional: the articles must be read all the same
        log.exception("second opinions failed; the rules decide")
        answers = {}
    return [
        with_opinion(analysis, _opinion(adjudicator.model, answers[key]), document) if key in answers else analysis
        for key, (document, analysis) in zip(keys, doubtful, strict=True)
    ]


def _answers(
    database: Database, adjudicator: Adjudicator, doubtful: Mapping[str, Doubtful], now: datetime
) -> dict[str, Answer]:
    with database.read() as session:
        kept = dict(_checked(find_opinions(session, doubtful)))
    asked = {key: question_of(*found) for key, found in doubtful.items() if key not in kept}
    new = adjudicator.ask(asked, now)
    if new:
        with database.begin() as session:
            for key, answer in new.items():
                store_opinion(session, key, answer.model_dump(mode="json"), now)
    return {**kept, **new}


def _checked(kept: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, Answer]]:
    """Yield what still has the form of an answer; the rest is asked for again."""
    for key, stored in kept.items():
        try:
            yield key, parse_answer(json.dumps(stored))
        except AnswerError as error:
            log.info("a kept opinion is asked for again: %s", error)


def _opinion(model: str, answer: Answer) -> Opinion:
    return Opinion(model, answer.decision, answer.kinds, answer.why)

"""What is stored, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from db import Database
from db.outlets import OutletView
from db.queries import StoredStats, stored_stats
from db.status import outlet_state
from db.views import utc
from web.api.answers import answer
from web.api.parameters import NoQuery, parsed
from web.judgement import Judgement


@dataclass(frozen=True, slots=True)
class Stats:
    """Handler of the figures."""

    database: Database
    judgement: Judgement

    def stats(self, request: Request) -> Response:
        """Figures of what is stored."""
        parsed(NoQuery, request.query_params)
        with self.database.read() as session:
            stored, outlets = stored_stats(session), self.judgement.outlets(session)
        return answer(request, stats_json(stored, outlets))


def stats_json(stored: StoredStats, outlets: Iterable[OutletView]) -> dict[str, Any]:
    """Return the figures; outlets that are not watched, or were never asked, are `unknown`."""
    states = Counter(outlet_state(outlet) or "unknown" for outlet in outlets)
    return {
        "events": {
            "total": sum(stored.events_by_kind.values()),
            "by_kind": stored.events_by_kind,
            "by_status": stored.events_by_status,
            "updated": utc(stored.event_updated),
        },
        "articles": _counted("decision", stored.articles_by_decision) | {"seen": utc(stored.article_seen)},
        "outlets": _counted("state", dict(sorted(states.items()))),
        "deliveries": _counted("state", stored.deliveries_by_state),
    }


def _counted(what: str, numbers: Mapping[str, int]) -> dict[str, Any]:
    return {"total": sum(numbers.values()), f"by_{what}": numbers}

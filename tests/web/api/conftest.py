"""The API to ask on both databases, and something stored to ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from db import Database
from db.facts import Analysis, Decision, Kind, Mention, Modality, Polarity
from db.health import OutletPast
from db.models import AlertRow, DeliveryAttemptRow, DeliveryRow, DestinationRow
from db.outlets import OutletView, sync_outlets
from db.silences import Holds
from web.access import Access
from web.app import build_app
from web.judgement import Judgement

from ..conftest import NOW, Desk, Outlet, Service, send  # noqa: TID252 (test folders are no packages)

LATER = NOW + timedelta(hours=9)
Api = Callable[..., httpx.Response]
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")
READ = Analysis("en", (Kind.RELEASE,), Decision.EVENT, "completed release in the title", (MENTION,))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def judge(outlet: OutletView, _past: OutletPast, _now: Any) -> OutletView:
    return outlet


@pytest.fixture
def api(database: Database) -> Api:
    """Ask the API on this machine; `access` is for other places."""
    judgement = Judgement(judge, lambda _session, now: Holds(now, {"desk": LATER}), lambda: NOW)

    def ask(path: str, method: str = "GET", access: Access | None = None, **headers: str) -> httpx.Response:
        app = build_app(database, Service, access, judgement=judgement)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(app, method, f"http://127.0.0.1:8320/api{path}", {"Host": "127.0.0.1:8320", **given})

    return ask


@pytest.fixture
def outlets(database: Database) -> None:
    with database.begin() as session:
        given = [("tsn", "UA"), ("nv", "UA"), ("belta", "BY")]
        sync_outlets(session, [Outlet(name, name.upper(), country=country) for name, country in given], NOW)


@pytest.fixture
def deliveries(desk: Desk, database: Database) -> list[int]:
    """Three deliveries of an event: one dead, one sent, one that quiet hours hold."""
    event = desk.tell(desk.release(52))
    with database.begin() as session:
        places = [DestinationRow(name=name, channel="webhook", since=NOW) for name in ("wire", "desk")]
        alert = AlertRow(event_id=event, revision=1, type="created", reason="new event", change={}, created_at=NOW)
        session.add_all([*places, alert])
        session.flush()
        return [
            deliver(session, alert, places[0], "created", "dead"),
            deliver(session, alert, places[0], "updated", "sent"),
            deliver(session, alert, places[1], "created", "pending"),
        ]


def deliver(session: Any, alert: AlertRow, place: DestinationRow, kind: str, state: str) -> int:
    row = DeliveryRow(
        alert_id=alert.id,
        destination_id=place.id,
        event_id=alert.event_id,
        revision=1,
        type=kind,
        key=f"msg_{place.id}_{kind}",
        state=state,
        is_urgent=False,
        next_attempt_at=NOW,
        last_error_code="gone" if state == "dead" else None,
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    tried = {"outcome": "permanent", "status": 410, "error": "gone", "response": "no such hook"}
    session.add(DeliveryAttemptRow(delivery_id=row.id, at=NOW, milliseconds=1, bytes=2, **tried))
    session.flush()
    return row.id

"""The page of alerts that wait for a person's word, and its two buttons: approve and drop. They need the token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from db import Database
from db.announcing import approve_alert
from db.dead_letters import drop_deliveries
from db.outbox import AlertView, waiting_for_approval
from db.queries import get_event
from web.pages.frame import ID_DIGITS, Frame
from web.posted import read_form
from web.telling import Brief, brief_of
from web.tokens import TokenCheck, refuse

PATH = "/approvals"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that waits, the destinations that would hear of it, and its event in brief."""

    alert: AlertView
    destinations: tuple[str, ...]
    event: Brief | None


class Approvals:
    """Handlers of the page and of its buttons."""

    def __init__(
        self, database: Database, frame: Frame, tokens: TokenCheck, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._database = database
        self._frame = frame
        self._tokens = tokens
        self._clock = clock or (lambda: datetime.now(UTC))

    def show(self, request: Request) -> Response:
        """List what waits, the newest first."""
        reader = self._frame.reader(request)
        with self._database.read() as session:
            alerts = waiting_for_approval(session)
            views = {one.id: get_event(session, one.event) for one in alerts if one.event is not None}
        told = {number: brief_of(view, reader.facts) for number, view in views.items() if view is not None}
        waiting = [Waiting(one, _held_at(one), told.get(one.id)) for one in alerts]
        return self._frame.page(reader, "approvals.html", waiting=waiting, has_token=self._tokens.is_possible)

    async def decide(self, request: Request) -> Response:
        """Approve or drop one alert, and go back to the list; 401 without the token, 404 for what does not wait."""
        form = await read_form(request)
        if form is None:
            return refuse(413, "The form is too long.")
        refusal = self._tokens.refusal(form.get("token"))
        if refusal is not None:
            return refusal
        number, act = form.get("alert", ""), form.get("act")
        if act not in ("approve", "drop") or not (number.isascii() and number.isdecimal() and len(number) <= ID_DIGITS):
            return refuse(400, "The form says which alert, and approve or drop.")
        if not await run_in_threadpool(self._decide, int(number), is_approved=act == "approve"):
            return refuse(404, "That alert does not wait for approval any more.")
        return RedirectResponse(PATH, 303)

    def _decide(self, number: int, *, is_approved: bool) -> bool:
        with self._database.begin() as session:
            waiting = next((one for one in waiting_for_approval(session) if one.id == number), None)
            if waiting is None:
                return False
            if is_approved:
                return approve_alert(session, number, self._clock()) > 0
            return any(drop_deliveries(session, number, name) for name in _held_at(waiting))


def _held_at(alert: AlertView) -> tuple[str, ...]:
    held = (one.destination for one in alert.deliveries if one.held_by == "approval")
    return tuple(dict.fromkeys(held))

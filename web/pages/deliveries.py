"""The page of deliveries: what was sent where, what waits and why, with a button that tries again."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from db import Database
from db.dead_letters import RETRIED, retry_deliveries
from db.delivery_views import DeliveryView
from db.outbox import list_destinations
from db.queries import DeliveryFilter, deliveries_after, get_events
from web.judgement import Judgement
from web.pages.frame import Frame, number_of
from web.posted import read_form
from web.sent import Message, message_of
from web.telling import Brief, brief_of
from web.tokens import TokenCheck, refuse

PATH = "/deliveries"
SHOWN = 50
STATES = ("held", "pending", "sending", "uncertain", "dead", "sent", "superseded", "cancelled")


@dataclass(frozen=True, slots=True)
class Listed:
    """A delivery in the list: what it says, of which event (None for a notice), and whether a person may have it tried again."""

    id: int
    alert: int
    message: Message
    event: Brief | None
    can_retry: bool


class Deliveries:
    """Handlers of the page and of its button."""

    def __init__(self, database: Database, frame: Frame, tokens: TokenCheck, judgement: Judgement) -> None:
        self._database = database
        self._frame = frame
        self._tokens = tokens
        self._judgement = judgement

    def show(self, request: Request) -> Response:
        """List deliveries, the newest first; `?state=`, `?destination=`, `?before=` a number. What is unknown asks for nothing."""
        reader, asked = self._frame.reader(request), request.query_params
        state = asked.get("state") if asked.get("state") in STATES else None
        with self._database.read() as session:
            holds = self._judgement.holds_now(session)
            places = list_destinations(session, holds)
            name = next((one.name for one in places if one.name == asked.get("destination")), None)
            before = number_of(asked.get("before", ""))
            views = deliveries_after(session, DeliveryFilter(state, name), before, SHOWN + 1, holds)
            events = get_events(session, {view.event for view in views if view.event is not None})
        briefs = {view.id: brief_of(view, reader.facts) for view in events}
        listed = [_listed(view, briefs) for view in views[:SHOWN]]
        return self._frame.page(
            reader,
            "deliveries.html",
            deliveries=listed,
            places=places,
            states=STATES,
            state=state,
            place=name,
            older=listed[-1].id if len(views) > SHOWN else None,
            has_token=self._tokens.is_possible,
        )

    async def retry(self, request: Request) -> Response:
        """Have one delivery tried again, and go back; 401 without the token, 404 where there is nothing to try again."""
        form = await read_form(request)
        if form is None:
            return refuse(413, "The form is too long.")
        refusal = self._tokens.refusal(form.get("token"))
        if refusal is not None:
            return refusal
        alert = number_of(form.get("alert", ""))
        if alert is None or not form.get("destination"):
            return refuse(400, "The form says which alert, and at which destination.")
        if not await run_in_threadpool(self._retry, alert, form["destination"]):
            return refuse(404, "There is nothing to try again: it is not dead, or newer news was sent since.")
        return RedirectResponse(PATH, 303)

    def _retry(self, alert: int, destination: str) -> bool:
        with self._database.begin() as session:
            return bool(retry_deliveries(session, alert, destination, self._judgement.clock()))


def _listed(view: DeliveryView, briefs: dict[int, Brief]) -> Listed:
    event = briefs.get(view.event) if view.event is not None else None
    can_retry = view.state in RETRIED or view.held_by == "uncertain"
    return Listed(view.id, view.alert, message_of(view), event, can_retry)

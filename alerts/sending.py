"""One delivery to one destination: claim and write it, commit, send, record (D-5).

Database calls run in threads: a commit waits for the disk, and for other writers up to 30 s, and in the loop it
would hold up every other destination for that long (P6). No transaction is open while bytes travel (DB-2).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.bulletins import BULLETINS, Desk, is_empty, trouble_of, write_bulletin
from alerts.channels.base import Channel, EditingChannel, Parcel, Remote
from alerts.destinations import Destination, OnUncertain, Updates
from alerts.digests import form_due, next_moment
from alerts.keys import new_key
from alerts.message import Form, Layout, Message, Telling, event_page, render, render_short
from alerts.outcome import BREAKER_FAILURES, DEADLINE, Result, SendOutcome
from alerts.people import PersonKey, Watch
from alerts.policy import WITHDRAWING, fold, is_rung_for, is_undone
from alerts.quiet import quiet_until
from alerts.verdict import Moment, judge
from db import Database, Session
from db.announcing import announced_event, changes_after, whole_event
from db.attempts import finish_attempt, fix_body, give_up_unwritten, pass_over
from db.deliveries import AttemptRecord, DueDelivery, claim_delivery, next_due_at
from db.facts import EventChange
from db.leases import LeaseRequest
from db.notices import add_notice
from db.people import list_watches
from db.silences import Holds
from db.told import has_update_waiting
from db.uncertain import spend_approval
from db.views import EventView

log = logging.getLogger(__name__)

PATIENCE = 35.0  # seconds after which a channel is left that does not keep its own total deadline (30 s, D-15)
IN_FLIGHT = timedelta(seconds=45)  # longer than that, and the commit that follows

Writer = Callable[[EventView, Telling, str], Message]


@dataclass(frozen=True, slots=True)
class SendingOptions:
    """How deliveries are sent. `owner` is unique to the process; `chance` returns a number in [0, 1).

    `page` is the address under which the web page's events stand; without it messages name no page of ours.
    `person_key` is the same for all spellings of one person's name. `operators` are the destinations that are told of
    the troubles of the others.
    """

    owner: str
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    page: str | None = None
    person_key: PersonKey = str.casefold
    operators: tuple[str, ...] = ()
    make_key: Callable[[], str] = new_key
    lease: timedelta = IN_FLIGHT
    patience: float = PATIENCE
    deadline: timedelta = DEADLINE


@dataclass(frozen=True, slots=True)
class _Ready:
    """A delivery whose bytes are fixed and committed as `sending`."""

    delivery: DueDelivery
    body: bytes


class Sender:
    """Sends the queue of one destination, one message at a time."""

    def __init__(self, database: Database, destination: Destination, channel: Channel, options: SendingOptions) -> None:
        self.destination = destination
        self.channel = channel
        self._database = database
        self._options = options

    async def next_due_at(self) -> datetime | None:
        """Return when there is something to send; None: nothing waits for time."""
        return await asyncio.to_thread(self._next_due_at)

    def _next_due_at(self) -> datetime | None:
        now = self._options.clock()
        until = quiet_until(self.destination.quiet, now)
        holds = Holds(now, {self.destination.name: until} if until is not None else {})
        with self._database.read() as session:
            is_capped, gathered_at = next_moment(session, self.destination, now)
            return next_due_at(session, self.destination.name, holds, is_capped=is_capped, gathered_at=gathered_at)

    async def send_next(self) -> bool:
        """Send the next due delivery; False if there is none. Raises DatabaseError; then nothing more was sent."""
        ready = await asyncio.to_thread(self._take)
        if ready is None:
            return False
        started, at = time.monotonic(), self._options.clock()
        result = await self._send(ready)
        milliseconds = round((time.monotonic() - started) * 1000)
        attempt = AttemptRecord(
            at=at,
            outcome=result.outcome,
            status=result.status,
            error=None if result.outcome == SendOutcome.OK else result.code,
            milliseconds=milliseconds,
            bytes=len(ready.body),
            response=result.response,
        )
        await asyncio.to_thread(self._record, ready.delivery, attempt, result)
        return True

    def _take(self) -> _Ready | None:
        """Claim the next delivery and fix its bytes in one transaction: `sending` is committed before any byte leaves.

        A delivery that cannot even be written is parked, and the one behind it is taken.
        """
        while True:
            with self._database.begin() as session:
                delivery = self._claim(session)
                if delivery is None:
                    return None
                if self._is_told_already(session, delivery) or is_empty(session, delivery):
                    pass_over(session, delivery)
                    continue
                body = self._body(session, delivery)
                if body is not None:
                    if self._is_held_if_lost(delivery):
                        spend_approval(session, delivery.id)
                    return _Ready(delivery, body)
                give_up_unwritten(session, delivery, "its message could not be written")

    def _claim(self, session: Session) -> DueDelivery | None:
        now = self._options.clock()
        request = LeaseRequest(self._options.owner, now, now + self._options.lease, 1)
        is_quiet = quiet_until(self.destination.quiet, now) is not None
        is_capped = form_due(session, self.destination, now, self._options.make_key)
        return claim_delivery(session, self.destination.name, request, is_quiet=is_quiet, is_capped=is_capped)

    def _is_told_already(self, session: Session, delivery: DueDelivery) -> bool:
        """Say whether a message that rings has nothing left to say: the newest state is what rang there last.

        An edit rings nobody's phone and is made in any case; machines are told of everything. Where there is no message
        to answer, the update that waits comes as a new one and rings (D-22).
        """
        is_reply = delivery.type == "reply"
        if is_reply and delivery.remote_id is None and has_update_waiting(session, delivery.id):
            return True
        if (
            not self._is_ringing(delivery)
            or delivery.event_id is None
            or delivery.body is not None
            or delivery.told_revision is None
        ):
            return False
        view = announced_event(session, delivery.event_id)
        if view is None or (delivery.type != "withdrawn" and delivery.told_revision >= view.revision):
            return view is not None
        changes = changes_after(session, view.id, delivery.told_revision, view.revision)
        return is_undone(changes) or not is_rung_for(view.facts, changes)

    def _is_ringing(self, delivery: DueDelivery) -> bool:
        """Say whether a message that is no first one rings: where it is no edit; one whose edit failed is sent anew."""
        if delivery.type in ("created", "reply"):
            return delivery.type == "reply"
        is_shown = delivery.remote_id is not None or delivery.tries > 0
        return self.destination.updates == Updates.MAJOR or (self.destination.updates == Updates.EDIT and not is_shown)

    def _is_held_if_lost(self, delivery: DueDelivery) -> bool:
        """Say whether a person is asked where no clear answer comes (D-12); an edit may be made twice without harm."""
        is_asked = self.destination.on_uncertain == OnUncertain.HOLD and not self.channel.has_key
        return is_asked and self._form(delivery) != Form.EDIT

    def _body(self, session: Session, delivery: DueDelivery) -> bytes | None:
        if delivery.type in BULLETINS:
            desk = Desk(self.channel, self.destination.language, self._options.page, self._options.clock())
            return write_bulletin(session, delivery, desk)
        form = self._form(delivery)
        is_repeat = delivery.is_uncertain and not self.channel.has_key and form != Form.EDIT
        if delivery.body is not None and not is_repeat:
            return delivery.body
        view = announced_event(session, delivery.event_id) if delivery.event_id is not None else None
        if view is None:
            return None
        changes = changes_after(session, view.id, delivery.told_revision or 0, view.revision)
        whole = whole_event(session, view.id) if view.facts.same_as is not None else None
        telling = Telling(
            type=_type_of(delivery, view),
            change=fold(changes) if delivery.told_revision is not None else _first(changes),
            previous_revision=delivery.told_revision,
            at=self._options.clock(),
            url=event_page(self._options.page, view.id),
            is_possible_repeat=is_repeat,
            form=form,
            whole=whole,
            whole_url=event_page(self._options.page, whole.id) if whole is not None else None,
        )
        body = self._written(self._led(session, view), telling, delivery)
        if body is not None:
            fix_body(session, delivery, body, view.revision)
        return body

    def _led(self, session: Session, view: EventView) -> EventView:
        """Return an event that names whoever is watched before the others."""
        watch = Watch(tuple(list_watches(session)), self._options.person_key)
        return replace(view, facts=replace(view.facts, people=watch.first(view.facts.people)))

    def _form(self, delivery: DueDelivery) -> Form:
        """Return how a delivery reaches its reader: by an edit or an answer where there is a message for it (D-22)."""
        is_first = delivery.type in ("created", *BULLETINS) or delivery.remote_id is None
        if is_first or not isinstance(self.channel, EditingChannel):
            return Form.NEW
        return Form.REPLY if delivery.type == "reply" else Form.EDIT

    def _written(self, view: EventView, telling: Telling, delivery: DueDelivery) -> bytes | None:
        """Write the message on the rung the delivery has come down to; where our own writing fails, lower (F-38)."""
        rungs: list[tuple[Layout, Writer]] = [(layout, render) for layout in Layout if layout >= delivery.attempts]
        for layout, write in [*rungs, (Layout.SHORT, render_short)]:
            try:
                return self.channel.compose(write(view, telling, self.destination.language), layout)
            except Exception:  # a fault of ours in one message must not stop the queue (F-38)
                log.exception("event %d cannot be written as %s", view.id, layout.name.lower())
        return None

    async def _send(self, ready: _Ready) -> Result:
        parcel = Parcel(ready.delivery.key, ready.body, ready.delivery.health.moved_to)
        try:
            async with asyncio.timeout(self._options.patience):
                return await self._dispatch(parcel, ready.delivery)
        except Exception as error:  # noqa: BLE001 (a fault of a channel costs this delivery, never the loop)
            # Only the class is told: the text of a network error may hold the address (SEC-20).
            log.error("destination %s: %s while sending", self.destination.name, type(error).__name__)  # noqa: TRY400
            return Result(SendOutcome.UNCERTAIN, code=type(error).__name__)

    async def _dispatch(self, parcel: Parcel, delivery: DueDelivery) -> Result:
        form = self._form(delivery)
        if form == Form.NEW or delivery.remote_id is None or not isinstance(self.channel, EditingChannel):
            return await self.channel.send(parcel)
        remote = Remote(delivery.remote_channel, delivery.remote_id)
        act = self.channel.reply if form == Form.REPLY else self.channel.edit
        return await act(parcel, remote)

    def _record(self, delivery: DueDelivery, attempt: AttemptRecord, result: Result) -> None:
        now, chance = self._options.clock(), self._options.chance
        is_held = self._is_held_if_lost(delivery)
        verdict = judge(delivery, result, Moment(now, chance(), chance(), self._options.deadline, is_held))
        name = self.destination.name
        with self._database.begin() as session:
            is_ours = finish_attempt(session, delivery, attempt, verdict)
            is_settled = self.destination.since is None  # of those who subscribed themselves nobody is told
            notice = trouble_of(session, delivery, verdict, name) if is_ours and is_settled else None
            if notice is not None:
                add_notice(session, notice, self._options.operators, now, self._options.make_key)
        if not is_ours:
            log.warning("destination %s: delivery %s was taken over by another process", name, delivery.key)
        elif verdict.health.state == "disabled":
            log.error("destination %s is disabled: %s", name, verdict.health.reason)
        elif verdict.is_held:
            log.warning("destination %s: delivery %s may have arrived: see volya alerts list", name, delivery.key)
        elif verdict.is_edit_lost:
            log.warning("destination %s: %s: the message cannot be edited, a new one is sent", name, verdict.error_code)
        elif verdict.state == "dead":
            log.error("destination %s: delivery %s is dead: %s", name, delivery.key, verdict.error_code)
        elif verdict.health.failures in (1, BREAKER_FAILURES):  # said twice, not at every probe
            log.warning("destination %s fails: %s; it is tried again", name, verdict.error_code)


def _type_of(delivery: DueDelivery, view: EventView) -> str:
    """Return what a message is: an update that stands for a withdrawn event says so, whatever it was queued as."""
    if delivery.type == "created":
        return "created"
    return "withdrawn" if view.facts.status in WITHDRAWING else "updated"


def _first(changes: tuple[EventChange, ...]) -> EventChange:
    """Return the change of a first message: why the event was made; no fields, all of it is new."""
    return EventChange(changes[0].reason if changes else "new event", (), is_material=True, is_major=True)

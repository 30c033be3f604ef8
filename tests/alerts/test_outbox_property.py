"""Courses of things that once went wrong: whatever a receiver answers, whenever senders die, nothing is lost, doubled or told out of order (P1 to P5).

Those to come are looked for by the state machine (`outbox/test_machine.py`).
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, time, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from alerts import Destination, QuietHours, Result, Rules, Sender, SendingOptions, SendOutcome, announce_due
from alerts.destinations import Updates
from db import Database
from db.announcing import enable_destination, sync_destinations
from db.delivery_views import DeliveryView
from db.facts import EventFacts, Status
from db.silences import Hush, add_silence, lift_silence, list_silences

DESK = Destination("desk", "webhook", quiet=QuietHours(time(15), time(17), UTC))  # it is 16:00 when the world begins
ANSWERS = ("ok", "rate", "dest_temp", "uncertain", "dest_perm", "msg_perm", "accepted_then_lost", "died", "noop")
STEPS = st.lists(
    st.sampled_from([*ANSWERS, "revise", "minor", "deny", "quiet", "enable", "hush", "hush_until_change", "lift"]),
    min_size=3,
    max_size=14,
)


class World:
    """One destination, one event, and what the receiver accepted."""

    def __init__(
        self, desk: Any, clock: Any, channel: Any, options: SendingOptions, release: Any, place: Destination = DESK
    ) -> None:
        self.place = place
        self.desk, self.clock, self.channel, self.options, self.release = desk, clock, channel, options, release
        self.accepted: list[tuple[str, str, int]] = []
        self.owners = itertools.count(1)
        self.sender = self._sender()
        self.numbers = itertools.count(50)
        self.newest, self.is_denied = 1, False
        self.event = desk.publish(release(next(self.numbers)))
        self.announce()

    def _sender(self) -> Sender:
        return Sender(
            self.desk.database, self.place, self.channel, replace(self.options, owner=f"sender-{next(self.owners)}")
        )

    def announce(self) -> None:
        announce_due(self.desk.database, (self.place,), Rules(), self.clock.now)

    def do(self, step: str) -> None:
        if step in ("revise", "minor", "quiet", "deny"):
            status = Status.DENIED if step == "deny" else Status.REPORTED
            facts = self.release(next(self.numbers), status=status)
            revision = self.desk.revise(self.event, facts, is_material=step != "quiet", is_major=step != "minor")
            if step != "quiet":
                self.newest, self.is_denied = revision, step == "deny"
            self.announce()
        elif step in ("hush", "hush_until_change", "lift"):
            self.hush(step)
        elif step == "enable":
            with self.desk.database.begin() as session:
                enable_destination(session, "desk", self.clock.now)
        else:
            self.channel.script = [lambda: self._answer(step)]
            asyncio.run(self._send())

    def hush(self, step: str) -> None:
        hush = Hush(self.event, None, self.clock.now + timedelta(hours=1), "anna", step == "hush_until_change")
        with self.desk.database.begin() as session:
            for one in list_silences(session, self.clock.now) if step == "lift" else ():
                lift_silence(session, one.id, self.clock.now)
            if step != "lift":
                add_silence(session, hush, self.clock.now)

    async def _send(self) -> None:
        due_at = await self.sender.next_due_at()
        if due_at is not None:
            self.clock.now = max(self.clock.now, due_at)
            try:
                await self.sender.send_next()
            except asyncio.CancelledError:
                self.sender = self._sender()

    async def _answer(self, step: str) -> Result:
        if step in ("ok", "noop", "accepted_then_lost", "died"):
            self._accept()
        if step == "died":
            raise asyncio.CancelledError
        outcome = SendOutcome.UNCERTAIN if step == "accepted_then_lost" else SendOutcome(step)
        is_well = outcome in (SendOutcome.OK, SendOutcome.NOOP)
        return Result(outcome, remote_channel="-100", remote_id="5") if is_well else Result(outcome)

    def _accept(self) -> None:
        parcel = self.channel.parcels[-1]
        _, kind, revision, _ = parcel.body.decode().split("|")
        self.accepted.append((parcel.key, kind, int(revision)))

    def settle_down(self) -> None:
        """The receiver is well again and the operator enables it: everything goes out."""
        self.do("enable")
        while asyncio.run(self.sender.next_due_at()) is not None:
            self.do("ok")


@settings(
    phases=(Phase.explicit,),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(steps=["hush", "revise", "minor", "ok", "deny", "revise"])
@example(steps=["accepted_then_lost", "hush", "revise", "lift", "minor", "died"])
@example(steps=["accepted_then_lost", "deny", "msg_perm"])
@example(steps=["accepted_then_lost", "deny", "msg_perm", "msg_perm", "msg_perm"])
@example(steps=["accepted_then_lost", "msg_perm", "msg_perm", "msg_perm", "deny"])
@example(steps=["accepted_then_lost", "revise", "msg_perm", "msg_perm", "msg_perm", "deny"])
@example(steps=["died", "msg_perm", "revise", "msg_perm", "revise"])
@given(steps=STEPS)
def test_the_receiver_ends_with_the_newest_state_once_and_in_order(
    *,
    sqlite_desk: Any,
    clock: Any,
    make_channel: Callable[..., Any],
    options: SendingOptions,
    release: Callable[..., EventFacts],
    deliveries_of: Callable[[Database], list[DeliveryView]],
    steps: list[str],
) -> None:
    database = sqlite_desk.database
    with database.begin() as session:
        sync_destinations(session, {"desk": "webhook"}, clock.now)
    sqlite_desk.now = clock.now = clock.now + timedelta(hours=1)
    release_now = lambda number, **more: release(number, event_date=None, date_precision=None, **more)  # noqa: E731
    known = {view.key for view in deliveries_of(database)}
    world = World(sqlite_desk, clock, make_channel(), options, release_now)
    for step in steps:
        world.do(step)
    world.settle_down()

    rows = [view for view in deliveries_of(database) if view.key not in known]
    assert all(view.state in ("sent", "dead", "superseded") for view in rows)
    told = list(dict.fromkeys(world.accepted))  # a receiver that honours the key sees a repeat as nothing (P2)
    assert len({key for key, kind, _ in told if kind == "created"}) <= 1
    assert [kind for _, kind, _ in told][:1] in ([], ["created"])
    revisions = [revision for _, _, revision in told]
    assert revisions == sorted(revisions)
    last = [view for view in rows if view.state != "superseded"][-1:]
    is_refused = [view.state for view in last] == ["dead"]
    assert is_refused or (world.is_denied and not told) or revisions[-1] >= world.newest


@settings(
    phases=(Phase.explicit,),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(steps=["ok", "minor", "hush", "revise", "minor", "lift", "died", "minor"])
@example(steps=["ok", "hush_until_change", "minor", "ok", "revise", "dest_temp", "minor"])
@example(steps=["ok", "revise", "ok", "quiet", "revise", "accepted_then_lost"])
@example(steps=["ok", "revise", "ok", "revise", "deny", "ok"])
@example(steps=["ok", "revise", "msg_perm", "msg_perm", "msg_perm", "revise", "died"])
@example(steps=["accepted_then_lost", "revise", "died", "revise", "noop"])
@given(steps=STEPS)
def test_a_chat_whose_messages_are_edited_ends_with_the_newest_state_and_one_first_message(
    *,
    sqlite_desk: Any,
    clock: Any,
    make_editing_channel: type[Any],
    options: SendingOptions,
    release: Callable[..., EventFacts],
    deliveries_of: Callable[[Database], list[DeliveryView]],
    steps: list[str],
) -> None:
    database = sqlite_desk.database
    with database.begin() as session:
        sync_destinations(session, {"desk": "telegram"}, clock.now)
    sqlite_desk.now = clock.now = clock.now + timedelta(hours=1)
    release_now = lambda number, **more: release(number, event_date=None, date_precision=None, **more)  # noqa: E731
    known = {view.key for view in deliveries_of(database)}
    channel = make_editing_channel(has_key=False, acts_alike=True)
    world = World(sqlite_desk, clock, channel, options, release_now, replace(DESK, updates=Updates.EDIT))
    for step in steps:
        world.do(step)
    world.settle_down()

    rows = [view for view in deliveries_of(database) if view.key not in known]
    assert all(view.state in ("sent", "dead", "superseded") for view in rows)
    told = world.accepted
    assert len({key for key, kind, _ in told if kind == "created"}) <= 1
    assert [kind for _, kind, _ in told][:1] in ([], ["created"])
    revisions = [revision for _, _, revision in told]
    assert revisions == sorted(revisions)
    edits = [view for view in rows if view.type != "reply" and view.state != "superseded"]
    is_refused = bool(edits) and edits[-1].state == "dead"
    assert is_refused or (world.is_denied and not told) or revisions[-1] >= world.newest

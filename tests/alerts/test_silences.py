"""What silences and quiet hours hold back: nothing is lost, and the newest state goes out once when they end (D-28)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts import (
    Destination,
    QuietHours,
    Result,
    Rules,
    Sender,
    SendingOptions,
    SendOutcome,
    announce_due,
    quiet_until,
)
from alerts.destinations import Updates
from db import Database
from db.announcing import approve_alert, sync_destinations
from db.delivery_views import DeliveryView
from db.facts import EventFacts, Kind, Status
from db.outbox import list_alerts, list_destinations
from db.silences import Holds, Hush, add_silence, lift_silence, list_silences

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
CHAT = Destination("chat", "telegram", updates=Updates.EDIT)
FEED = Destination("feed", "slack", updates=Updates.MAJOR)
WIRE = Destination("wire", "webhook")
NIGHT = QuietHours(time(22), time(7), ZoneInfo("Europe/Minsk"))  # from 19:00 to 04:00 UTC
SENT = Result(SendOutcome.OK, remote_channel="-100", remote_id="5")
ILL = Result(SendOutcome.DEST_TEMP, code="http 503")
LOST = Result(SendOutcome.UNCERTAIN, code="ReadTimeout")


class Rig:
    """A newsroom and destinations, each with a channel, that are told of what it publishes."""

    def __init__(self, desk: Any, clock: Any, options: SendingOptions) -> None:
        self.desk, self.clock, self.options = desk, clock, options
        self.database: Database = desk.database
        self.places: dict[str, Destination] = {}
        self.channels: dict[str, Any] = {}

    def add(self, place: Destination, channel: Any) -> Any:
        self.places[place.name], self.channels[place.name] = place, channel
        with self.database.begin() as session:
            sync_destinations(session, {one.name: one.channel for one in self.places.values()}, self.clock.now)
        return channel

    def publish(self, facts: EventFacts) -> int:
        self.desk.now = self.clock.now
        event: int = self.desk.publish(facts)
        self.announce()
        return event

    def revise(self, event: int, facts: EventFacts, *, is_major: bool = True) -> None:
        self.desk.now = self.clock.now
        self.desk.revise(event, facts, is_major=is_major)
        self.announce()

    def announce(self) -> None:
        announce_due(self.database, tuple(self.places.values()), Rules(), self.clock.now)

    def silence(self, hours: float, event: int | None = None, to: str | None = None, *, change: bool = False) -> int:
        hush = Hush(event, to, self.clock.now + timedelta(hours=hours), "anna", change)
        with self.database.begin() as session:
            return add_silence(session, hush, self.clock.now).id

    def lift(self, silence: int) -> bool:
        with self.database.begin() as session:
            return lift_silence(session, silence, self.clock.now)

    def drain(self, hours: float = 0) -> None:
        """Send what becomes due within so many hours."""
        end = self.clock.now + timedelta(hours=hours)
        for name, place in self.places.items():
            asyncio.run(self._drain(Sender(self.database, place, self.channels[name], self.options), end))
        self.clock.now = end

    async def _drain(self, sender: Sender, end: datetime) -> None:
        start = self.clock.now
        while (due_at := await sender.next_due_at()) is not None and due_at <= end:
            self.clock.now = max(due_at, self.clock.now)
            assert await sender.send_next() or await sender.next_due_at() != due_at  # it never wakes for nothing twice
        self.clock.now = start

    def views(self) -> list[DeliveryView]:
        ends = {name: quiet_until(place.quiet, self.clock.now) for name, place in self.places.items()}
        quiet = {name: until for name, until in ends.items() if until is not None}
        with self.database.read() as session:
            alerts = list_alerts(session, holds=Holds(self.clock.now, quiet))
        return sorted((one for alert in alerts for one in alert.deliveries), key=lambda one: one.id)


@pytest.fixture
def rig(desk: Any, clock: Any, options: SendingOptions) -> Rig:
    return Rig(desk, clock, options)


@pytest.fixture
def chat(rig: Rig, make_editing_channel: Callable[..., Any]) -> Any:
    return rig.add(CHAT, make_editing_channel([SENT], has_key=False))


@pytest.fixture
def night(rig: Rig, make_editing_channel: Callable[..., Any]) -> Any:
    """A chat with quiet hours; it is 20:00 UTC, an hour after they began."""
    rig.clock.pass_time(hours=5)
    return rig.add(replace(CHAT, quiet=NIGHT), make_editing_channel([SENT], has_key=False))


def said(parcels: Any) -> list[str]:
    return [parcel.body.decode().split("|")[3].splitlines()[0] for parcel in parcels]


def test_a_silenced_event_waits_and_is_told_once_at_its_newest_state(
    rig: Rig, chat: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(44))
    rig.silence(8, event)
    rig.revise(event, release(50))
    rig.drain(7.9)
    (view,) = rig.views()
    assert (view.state, view.held_by) == ("pending", "silence")
    assert view.held_until == NOW + timedelta(hours=8)
    assert chat.parcels == []
    rig.revise(event, release(52))
    rig.drain(24)
    assert said(chat.parcels) == ["Belarus frees 52 prisoners"]
    assert (chat.edits, chat.replies) == ([], [])


def test_a_new_event_waits_at_a_silenced_destination_and_goes_out_at_the_others(
    rig: Rig, chat: Any, make_channel: Callable[..., Any], release: Callable[..., EventFacts]
) -> None:
    wire = rig.add(WIRE, make_channel())
    rig.silence(2, to="chat")
    rig.publish(release(44))
    rig.drain(1)
    assert (len(wire.parcels), chat.parcels) == (1, [])
    assert [(view.destination, view.held_by) for view in rig.views()] == [("chat", "silence"), ("wire", None)]
    rig.drain(1)
    assert said(chat.parcels) == ["Belarus frees 44 prisoners"]


def test_a_silence_of_one_event_at_one_destination_leaves_the_rest(
    rig: Rig, chat: Any, make_channel: Callable[..., Any], release: Callable[..., EventFacts]
) -> None:
    wire = rig.add(WIRE, make_channel())
    first = rig.publish(release(44))
    rig.silence(2, first, "chat")
    rig.publish(release(7))
    rig.drain(1)
    assert said(chat.parcels) == ["Belarus frees 7 prisoners"]
    assert len(wire.parcels) == 2


def test_a_silence_of_everything_holds_everything(
    rig: Rig, chat: Any, make_channel: Callable[..., Any], release: Callable[..., EventFacts]
) -> None:
    wire = rig.add(WIRE, make_channel())
    silence = rig.silence(2)
    rig.publish(release(44))
    rig.drain(1)
    assert (chat.parcels, wire.parcels) == ([], [])
    assert rig.lift(silence)
    rig.drain()
    assert (len(chat.parcels), len(wire.parcels)) == (1, 1)
    assert not rig.lift(silence)


def test_an_event_that_was_told_and_calms_down_in_the_silence_gets_one_edit(
    rig: Rig, chat: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(52))
    rig.drain()
    rig.silence(8, event)
    rig.revise(event, release(52, status=Status.DENIED))
    rig.drain(4)
    rig.desk.revise(event, release(52), was="denied")
    rig.announce()
    rig.drain(24)
    assert said(chat.edits and [chat.edits[0][0]]) == ["Belarus frees 52 prisoners"]
    assert (len(chat.edits), chat.replies) == (1, [])
    assert [(one.type, one.state) for one in rig.views()][-1] == ("reply", "superseded")


def test_where_nothing_can_be_edited_an_event_that_calmed_down_is_not_told_again(
    rig: Rig, make_channel: Callable[..., Any], release: Callable[..., EventFacts]
) -> None:
    feed = rig.add(FEED, make_channel(is_for_machines=False))
    event = rig.publish(release(52))
    rig.drain()
    rig.silence(8, event)
    rig.revise(event, release(52, status=Status.DENIED))
    rig.desk.revise(event, release(52), was="denied")
    rig.announce()
    rig.drain(24)
    assert said(feed.parcels) == ["Belarus frees 52 prisoners"]


def test_what_was_told_and_changed_in_the_silence_is_edited_once_and_answered_once(
    rig: Rig, chat: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(44))
    rig.drain()
    rig.silence(8, event)
    for number in (50, 51, 52):
        rig.revise(event, release(number))
    rig.drain(24)
    assert (len(chat.edits), said([parcel for parcel, _ in chat.replies])) == (
        1,
        ["UPDATE: Belarus frees 52 prisoners"],
    )


def test_an_event_that_is_withdrawn_in_the_silence_before_it_was_told_is_never_told(
    rig: Rig, chat: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(44))
    rig.silence(8, event)
    rig.revise(event, release(44, status=Status.DENIED))
    rig.drain(24)
    assert chat.parcels == []


@pytest.mark.parametrize(("change", "is_major", "told"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_a_major_change_ends_a_silence_only_if_that_was_asked_for(
    rig: Rig, chat: Any, release: Callable[..., EventFacts], change: bool, is_major: bool, told: int
) -> None:
    event = rig.publish(release(44))
    rig.drain()
    rig.clock.pass_time(minutes=1)
    rig.silence(8, event, change=change)
    rig.clock.pass_time(minutes=1)
    rig.revise(event, release(52), is_major=is_major)
    rig.drain(1)
    assert len(chat.edits) == told
    with rig.database.read() as session:
        assert len(list_silences(session, rig.clock.now)) == 1 - told


def test_what_made_the_event_is_no_change_that_ends_its_silence(
    rig: Rig, chat: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.desk.publish(release(44))
    rig.clock.pass_time(minutes=1)
    rig.silence(8, event, change=True)
    rig.announce()
    rig.drain(1)
    assert chat.parcels == []


def test_silences_that_hold_are_listed_and_held_messages_are_no_backlog(
    rig: Rig, chat: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(44))
    rig.silence(1, event)
    second = rig.silence(2, to="chat", event=event)
    rig.clock.pass_time(hours=1.5)
    with rig.database.read() as session:
        assert [one.id for one in list_silences(session, rig.clock.now)] == [second]
        assert [len(list_alerts(session, state="held", holds=holds)) for holds in (Holds(rig.clock.now), None)] == [
            1,
            0,
        ]
        (place,) = list_destinations(session, Holds(rig.clock.now))
    assert (place.pending, place.held, place.oldest_pending_at) == (1, 1, None)


def test_talks_wait_for_the_morning_and_a_release_does_not(
    rig: Rig, night: Any, release: Callable[..., EventFacts]
) -> None:
    rig.publish(release(9, kind=Kind.NEGOTIATION))
    rig.publish(release(52))
    rig.drain(1)
    assert said(night.parcels) == ["Belarus frees 52 prisoners"]
    assert [view.held_by for view in rig.views()] == ["quiet", None]
    rig.drain(8)
    assert len(night.parcels) == 2


def test_a_minor_change_waits_for_the_morning_and_goes_with_a_major_one(
    rig: Rig, night: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(44))
    rig.drain()
    rig.revise(event, release(44, negotiators=("John Coale",)), is_major=False)
    rig.drain(1)
    assert night.edits == []
    rig.revise(event, release(52, negotiators=("John Coale",)))
    rig.drain(1)
    assert (len(night.edits), len(night.replies)) == (1, 1)
    rig.revise(event, release(52), is_major=False)
    rig.drain(1)
    assert len(night.edits) == 1
    rig.drain(8)
    assert len(night.edits) == 2


def test_a_major_change_lets_a_first_message_out_that_waited_for_the_morning(
    rig: Rig, night: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(52, status=Status.RUMOURED))
    rig.drain(1)
    assert night.parcels == []
    rig.revise(event, release(52, status=Status.CONFIRMED))
    rig.drain(1)
    assert len(night.parcels) == 1


def test_a_minor_change_does_not_keep_back_a_major_one_that_waits_for_an_ill_destination(
    rig: Rig, night: Any, release: Callable[..., EventFacts]
) -> None:
    event = rig.publish(release(44))
    rig.drain()
    rig.revise(event, release(52))
    night.edit_script = [ILL]
    rig.drain()
    rig.revise(event, release(52, negotiators=("John Coale",)), is_major=False)
    rig.drain(1)
    assert (len(night.edits), len(night.replies)) == (2, 1)


def test_what_may_have_arrived_is_finished_whatever_the_hour(
    rig: Rig, make_editing_channel: Callable[..., Any], release: Callable[..., EventFacts]
) -> None:
    rig.clock.pass_time(hours=3, minutes=59)
    channel = rig.add(replace(CHAT, quiet=NIGHT), make_editing_channel([LOST, SENT], has_key=False))
    rig.publish(release(9, kind=Kind.NEGOTIATION))
    rig.drain()
    rig.clock.pass_time(minutes=2)
    rig.drain(1)
    assert len(channel.parcels) == 2


def test_what_a_person_approves_goes_out_in_quiet_hours(
    rig: Rig, make_channel: Callable[..., Any], release: Callable[..., EventFacts]
) -> None:
    rig.clock.pass_time(hours=5)
    wire = rig.add(replace(WIRE, quiet=NIGHT, approval=True), make_channel())
    rig.publish(release(9, kind=Kind.NEGOTIATION))
    with rig.database.begin() as session:
        approve_alert(session, 1, rig.clock.now)
    rig.drain()
    assert len(wire.parcels) == 1

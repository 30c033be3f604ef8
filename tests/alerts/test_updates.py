"""What a destination hears when an event changes: by what its channel can do (D-22), in order (P5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts import Destination, Remote, Result, Rules, Sender, SendingOptions, SendOutcome, announce_due
from alerts.destinations import Updates
from db import Database
from db.announcing import sync_destinations
from db.delivery_views import DeliveryView
from db.facts import CountRole, EventCount, EventFacts, Kind, Polarity, Status
from db.models import DeliveryRow

CHAT = Destination("chat", "telegram", updates=Updates.EDIT)
FEED = Destination("feed", "slack", updates=Updates.MAJOR)
SENT = Result(SendOutcome.OK, remote_channel="-100", remote_id="5")
LOST = Result(SendOutcome.UNCERTAIN, code="ReadTimeout")


class Rig:
    """A newsroom and one destination that is told of what it publishes."""

    def __init__(self, desk: Any, clock: Any, channel: Any, options: SendingOptions, place: Destination) -> None:
        self.desk, self.clock, self.channel, self.place = desk, clock, channel, place
        self.sender = Sender(desk.database, place, channel, options)
        with desk.database.begin() as session:
            sync_destinations(session, {place.name: place.channel}, clock.now)

    def announce(self) -> None:
        announce_due(self.desk.database, (self.place,), Rules(), self.clock.now)

    def revise(self, event: int, facts: EventFacts, *, is_major: bool = True) -> None:
        self.desk.revise(event, facts, is_major=is_major)
        self.announce()

    def drain(self) -> None:
        asyncio.run(self._drain())

    async def _drain(self) -> None:
        while (due_at := await self.sender.next_due_at()) is not None:
            self.clock.now = max(due_at, self.clock.now)
            await self.sender.send_next()


@pytest.fixture
def chat(sqlite_desk: Any, clock: Any, make_editing_channel: Callable[..., Any], options: SendingOptions) -> Rig:
    return Rig(sqlite_desk, clock, make_editing_channel([SENT], has_key=False), options, CHAT)


@pytest.fixture
def views(deliveries_of: Callable[[Database], list[DeliveryView]], sqlite_database: Database) -> Callable[[], Any]:
    return lambda: deliveries_of(sqlite_database)


def test_a_minor_change_edits_the_sent_message_and_rings_nobody(
    chat: Rig, release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    event = chat.desk.publish(release(52))
    chat.announce()
    chat.drain()
    chat.revise(event, release(52, negotiators=("John Coale",)), is_major=False)
    chat.drain()
    ((parcel, remote),) = chat.channel.edits
    assert remote == Remote("-100", "5")
    assert parcel.body.decode().split("|")[3].startswith("Belarus frees 52 prisoners after talks with John Coale\n")
    assert chat.channel.replies == []
    assert [(view.type, view.state) for view in views()] == [("created", "sent"), ("updated", "sent")]


def test_a_major_change_edits_and_then_answers_with_what_changed(chat: Rig, release: Callable[..., EventFacts]) -> None:
    event = chat.desk.publish(release(44))
    chat.announce()
    chat.drain()
    chat.revise(event, release(52, status=Status.CONFIRMED))
    chat.drain()
    ((edited, _),), ((answer, remote),) = chat.channel.edits, chat.channel.replies
    assert b"UPDATE:" not in edited.body
    assert remote == Remote("-100", "5")
    lines = answer.body.decode().split("|")[3].splitlines()
    assert lines[0] == "UPDATE: Belarus frees 52 prisoners"
    assert lines[1].startswith("Changed: status reported → confirmed")


def test_a_withdrawal_edits_and_answers_too(chat: Rig, release: Callable[..., EventFacts]) -> None:
    event = chat.desk.publish(release(52))
    chat.announce()
    chat.drain()
    chat.revise(event, release(52, status=Status.DENIED))
    chat.drain()
    assert b"WITHDRAWN: Denied" in chat.channel.edits[0][0].body
    assert b"WITHDRAWN: Denied" in chat.channel.replies[0][0].body


def test_after_an_outage_one_edit_and_one_answer_tell_the_newest_state(
    chat: Rig, release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    event = chat.desk.publish(release(44))
    chat.announce()
    chat.drain()
    for number in (50, 51, 52):
        chat.revise(event, release(number))
    chat.revise(event, release(52, transit=("LT",)), is_major=False)
    chat.drain()
    assert (len(chat.channel.edits), len(chat.channel.replies)) == (1, 1)
    assert b"frees 52 prisoners" in chat.channel.replies[0][0].body
    sent = [(view.type, view.sent_revision) for view in views() if view.state == "sent"]
    assert sent == [("created", 1), ("reply", 5), ("updated", 5)]


def test_what_was_told_by_a_repeat_of_the_first_message_is_not_answered_again(
    chat: Rig, release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    chat.channel.script = [LOST, SENT]
    event = chat.desk.publish(release(44))
    chat.announce()
    asyncio.run(chat.sender.send_next())
    chat.revise(event, release(52))
    chat.drain()
    assert b"(possible repeat)" in chat.channel.parcels[1].body
    assert chat.channel.replies == []
    assert [(view.type, view.state) for view in views()] == [
        ("created", "sent"),
        ("updated", "sent"),
        ("reply", "superseded"),
    ]


def test_a_repeated_edit_needs_no_mark_and_a_repeated_answer_does(
    chat: Rig, release: Callable[..., EventFacts]
) -> None:
    event = chat.desk.publish(release(44))
    chat.announce()
    chat.drain()
    chat.channel.edit_script, chat.channel.reply_script = [LOST], [LOST]
    chat.revise(event, release(52))
    chat.drain()
    assert [b"(possible repeat)" in parcel.body for parcel, _ in chat.channel.edits] == [False, False]
    assert [b"(possible repeat)" in parcel.body for parcel, _ in chat.channel.replies] == [False, True]
    assert len({parcel.key for parcel, _ in chat.channel.replies}) == 1


def test_a_message_posted_anew_is_the_one_that_is_edited_from_then_on(
    chat: Rig, release: Callable[..., EventFacts]
) -> None:
    event = chat.desk.publish(release(44))
    chat.announce()
    chat.drain()
    chat.channel.edit_script = [replace(SENT, remote_id="9")]
    chat.revise(event, release(52), is_major=False)
    chat.drain()
    chat.revise(event, release(53), is_major=False)
    chat.drain()
    assert [remote.id for _, remote in chat.channel.edits] == ["5", "9"]


def test_a_new_address_is_kept_and_the_message_resent_at_once(
    chat: Rig, clock: Any, release: Callable[..., EventFacts]
) -> None:
    chat.channel.script = [Result(SendOutcome.DEST_MOVED, status=400, moved_to="-100 > -1002"), SENT]
    chat.desk.publish(release(52))
    chat.announce()
    started = clock.now
    chat.drain()
    assert [parcel.moved_to for parcel in chat.channel.parcels] == [None, "-100 > -1002"]
    assert clock.now - started < timedelta(seconds=1)


def test_where_nothing_can_be_edited_only_major_changes_are_told_with_all_that_changed(
    sqlite_desk: Any,
    clock: Any,
    make_channel: Callable[..., Any],
    options: SendingOptions,
    release: Callable[..., EventFacts],
) -> None:
    rig = Rig(sqlite_desk, clock, make_channel([], is_for_machines=False), options, FEED)
    event = rig.desk.publish(release(44))
    rig.announce()
    rig.drain()
    rig.revise(event, release(44, transit=("LT",)), is_major=False)
    rig.drain()
    assert len(rig.channel.parcels) == 1
    rig.revise(event, release(52))
    rig.drain()
    assert rig.channel.told == [("FULL", "created", 1), ("FULL", "updated", 3)]
    assert b"UPDATE: Belarus frees 52 prisoners" in rig.channel.parcels[1].body


def test_a_minor_change_before_the_first_message_is_in_it(
    sqlite_desk: Any,
    clock: Any,
    make_channel: Callable[..., Any],
    options: SendingOptions,
    release: Callable[..., EventFacts],
) -> None:
    rig = Rig(sqlite_desk, clock, make_channel(), options, replace(FEED, settle=timedelta(seconds=60)))
    event = rig.desk.publish(release(44))
    rig.announce()
    rig.revise(event, release(44, negotiators=("John Coale",)), is_major=False)
    rig.drain()
    assert rig.channel.told == [("FULL", "created", 2)]
    assert b"John Coale" in rig.channel.parcels[0].body


@pytest.fixture
def told_chat(desk: Any, clock: Any, make_editing_channel: Callable[..., Any], options: SendingOptions) -> Rig:
    """A chat that was told of one event at 15:00, on either database."""
    rig = Rig(desk, clock, make_editing_channel([SENT], has_key=False), options, CHAT)
    desk.publish(release_of_52())
    rig.announce()
    rig.drain()
    return rig


def release_of_52(**changes: Any) -> EventFacts:
    facts = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))
    return replace(facts, **changes)


def minutes_until_edit(rig: Rig) -> float:
    due_at = asyncio.run(rig.sender.next_due_at())
    assert due_at is not None
    return (due_at - rig.clock.now).total_seconds() / 60


@pytest.mark.parametrize(
    ("passed", "is_major", "wait"),
    [(0, False, 10), (4, False, 6), (10, False, 0), (60, False, 0), (0, True, 0), (4, True, 0)],
)
def test_an_event_is_edited_for_minor_changes_once_in_ten_minutes_and_for_a_major_one_at_once(
    told_chat: Rig, passed: int, is_major: bool, wait: int
) -> None:
    told_chat.clock.pass_time(minutes=passed)
    told_chat.revise(1, release_of_52(transit=("LT",)), is_major=is_major)
    assert minutes_until_edit(told_chat) <= 0 if wait == 0 else minutes_until_edit(told_chat) == wait
    told_chat.drain()
    assert len(told_chat.channel.edits) == 1


def test_a_minor_change_every_two_minutes_of_an_hour_makes_an_edit_every_ten(told_chat: Rig) -> None:
    for number in range(30):
        told_chat.clock.pass_time(minutes=2)
        told_chat.revise(1, release_of_52(negotiators=(f"Envoy {number}",)), is_major=False)
        asyncio.run(told_chat.sender.send_next())  # nothing, unless it is due
    told_chat.drain()
    assert len(told_chat.channel.edits) == 6
    assert b"Envoy 29" in told_chat.channel.edits[-1][0].body


def test_a_minor_change_right_after_a_major_one_that_waits_still_does_not_put_it_off(told_chat: Rig) -> None:
    told_chat.revise(1, release_of_52(status=Status.CONFIRMED))
    told_chat.revise(1, release_of_52(status=Status.CONFIRMED, transit=("LT",)), is_major=False)
    assert minutes_until_edit(told_chat) <= 0
    started = told_chat.clock.now
    told_chat.drain()
    assert (told_chat.clock.now, len(told_chat.channel.edits)) == (started, 1)


def test_a_minor_change_that_comes_while_a_major_edit_fails_does_not_put_it_off(told_chat: Rig) -> None:
    told_chat.channel.edit_script = [Result(SendOutcome.RATE, retry_after=60)]
    told_chat.revise(1, release_of_52(status=Status.CONFIRMED))
    asyncio.run(told_chat.sender.send_next())
    told_chat.revise(1, release_of_52(status=Status.CONFIRMED, transit=("LT",)), is_major=False)
    started = told_chat.clock.now
    told_chat.drain()
    assert (told_chat.clock.now - started).total_seconds() < 120


def test_a_machine_is_told_of_every_revision_at_once(
    desk: Any, clock: Any, make_channel: Callable[..., Any], options: SendingOptions
) -> None:
    rig = Rig(desk, clock, make_channel(), options, Destination("feed", "webhook"))
    event = desk.publish(release_of_52())
    rig.announce()
    rig.drain()
    rig.revise(event, release_of_52(transit=("LT",)), is_major=False)
    rig.drain()
    assert (clock.now, rig.channel.told) == (desk.now, [("FULL", "created", 1), ("FULL", "updated", 2)])


@pytest.mark.parametrize("remote_id", [None, "9"])
def test_an_update_that_comes_as_a_new_message_rings_and_is_not_answered(
    told_chat: Rig, deliveries_of: Any, remote_id: str | None
) -> None:
    told_chat.channel.edit_script = [Result(SendOutcome.EDIT_LOST, 400, "message to edit not found")]
    told_chat.channel.script = [replace(SENT, remote_id=remote_id)]
    told_chat.revise(1, release_of_52(status=Status.CONFIRMED))
    told_chat.drain()
    _, new = told_chat.channel.parcels
    assert b"UPDATE:" in new.body
    assert b"(possible repeat)" not in new.body
    assert told_chat.channel.replies == []
    assert [(one.type, one.state) for one in deliveries_of(told_chat.desk.database)] == [
        ("created", "sent"),
        ("updated", "sent"),
        ("reply", "superseded"),
    ]
    told_chat.revise(1, release_of_52(status=Status.DENIED))
    told_chat.drain()
    assert [remote.id for _, remote in told_chat.channel.replies] == ([remote_id] if remote_id else [])


def test_a_lost_edit_that_was_unclear_before_makes_no_repeat(told_chat: Rig) -> None:
    told_chat.channel.edit_script = [LOST, Result(SendOutcome.EDIT_LOST, 400, "gone")]
    told_chat.revise(1, release_of_52(status=Status.CONFIRMED))
    told_chat.drain()
    assert b"(possible repeat)" not in told_chat.channel.parcels[-1].body


def test_where_there_is_no_message_to_edit_a_minor_change_waits_for_the_next_major_one(told_chat: Rig) -> None:
    with told_chat.desk.database.begin() as session:
        session.query(DeliveryRow).update({"remote_id": None})  # it was told by a digest, or is counted as sent
    told_chat.revise(1, release_of_52(transit=("LT",)), is_major=False)
    told_chat.drain()
    assert len(told_chat.channel.parcels) == 1
    told_chat.revise(1, release_of_52(transit=("LT",), status=Status.CONFIRMED))
    told_chat.drain()
    assert len(told_chat.channel.parcels) == 2
    assert b"Changed: status reported" in told_chat.channel.parcels[1].body
    assert told_chat.channel.replies == []

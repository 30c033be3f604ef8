from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts import Destination, Result, Rules, Sender, SendingOptions, SendOutcome, announce_due
from db import Database, DatabaseFullError
from db.announcing import enable_destination, sync_destinations
from db.delivery_views import DeliveryView
from db.facts import EventFacts, Outcome, Person, Status
from db.outbox import list_destinations
from db.people import watch

DESK = Destination("desk", "webhook")
OK = Result(SendOutcome.OK)
REFUSED = Result(SendOutcome.DEST_TEMP, code="ConnectError")
FAULT = Result(SendOutcome.DEST_TEMP, status=500, code="http 500")
POISON = Result(SendOutcome.MSG_PERM, status=400, code="http 400")
TIMEOUT = Result(SendOutcome.UNCERTAIN, code="ReadTimeout")
GONE = Result(SendOutcome.DEST_PERM, status=410, code="http 410")


class Rig:
    """A database with one destination, its sender, and a way to let time pass until nothing more is to be sent."""

    def __init__(self, desk: Any, clock: Any, channel: Any, options: SendingOptions, place: Destination) -> None:
        self.desk, self.clock, self.channel, self.options = desk, clock, channel, options
        self.database: Database = desk.database
        self.sender = Sender(self.database, place, channel, options)
        self.place = place
        with self.database.begin() as session:
            sync_destinations(session, {place.name: place.channel}, clock.now)

    def announce(self) -> int:
        return announce_due(self.database, (self.place,), Rules(), self.clock.now)

    def step(self) -> bool:
        return asyncio.run(self.sender.send_next())

    def drain(self, until: timedelta = timedelta(days=30)) -> None:
        """Send all there is, moving the clock to each next due time, up to `until` from now."""
        asyncio.run(self._drain(self.clock.now + until))

    async def _drain(self, end: Any) -> None:
        while (due_at := await self.sender.next_due_at()) is not None and max(due_at, self.clock.now) <= end:
            self.clock.now = max(due_at, self.clock.now)
            assert await self.sender.send_next()


@pytest.fixture
def make_rig(
    sqlite_desk: Any, clock: Any, make_channel: Callable[..., Any], options: SendingOptions
) -> Callable[..., Rig]:
    def make(*script: Any, place: Destination = DESK, channel: Any = None, has_key: bool = True, **changes: Any) -> Rig:
        chosen = channel or make_channel(list(script), has_key=has_key)
        return Rig(sqlite_desk, clock, chosen, replace(options, **changes), place)

    return make


@pytest.fixture
def views(deliveries_of: Callable[[Database], list[DeliveryView]], sqlite_database: Database) -> Callable[[], Any]:
    return lambda: deliveries_of(sqlite_database)


def test_an_alert_names_the_watched_before_the_others(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts]
) -> None:
    rig = make_rig(person_key=lambda name: " ".join(sorted(name.split())))
    names = ("Anna Kruk", "Ihar Losik", "Piotr Kruk", "Maria Kolesnikova")
    rig.desk.publish(release(52, people=tuple(Person(name, Outcome.FREED) for name in names)))
    with rig.database.begin() as session:
        watch(session, "Kolesnikova Maria", rig.clock.now)
        watch(session, "Losik Ihar", rig.clock.now)
    rig.announce()
    rig.drain()
    (parcel,) = rig.channel.parcels
    assert "Ihar Losik, Maria Kolesnikova, Anna Kruk" in parcel.body.decode()


def test_an_alert_is_sent_once_and_every_attempt_is_a_row(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    rig = make_rig()
    rig.desk.publish(release(52))
    rig.announce()
    assert [rig.step(), rig.step()] == [True, False]
    (sent,) = views()
    assert (sent.state, sent.sent_revision, sent.attempts, sent.last_error) == ("sent", 1, 1, None)
    assert (sent.log[0].outcome, sent.log[0].bytes) == ("ok", len(rig.channel.parcels[0].body))
    assert rig.channel.told == [("FULL", "created", 1)]


def test_settle_waits_and_then_tells_the_newest_revision(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts]
) -> None:
    rig = make_rig(place=replace(DESK, settle=timedelta(seconds=60)))
    event = rig.desk.publish(release(44))
    rig.announce()
    assert rig.step() is False
    rig.clock.pass_time(seconds=30)
    rig.desk.revise(event, release(52))
    rig.announce()
    rig.drain()
    assert rig.channel.told == [("FULL", "created", 2)]
    assert b"frees 52 prisoners" in rig.channel.parcels[0].body


def test_twelve_articles_in_the_settle_time_are_one_message_with_their_sources(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts]
) -> None:
    rig = make_rig(place=replace(DESK, settle=timedelta(seconds=60)))
    event = rig.desk.publish(release(52))
    rig.announce()
    for _ in range(11):
        rig.clock.pass_time(seconds=5)
        rig.desk.revise(event, release(52), is_material=False)
        rig.announce()
    rig.drain()
    assert len(rig.channel.parcels) == 1
    assert b"and 6 more" in rig.channel.parcels[0].body


@pytest.mark.parametrize("fault", [REFUSED, FAULT, TIMEOUT, Result(SendOutcome.RATE, retry_after=9.0)])
def test_a_fault_is_tried_again_with_the_same_key_and_bytes(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], views: Callable[[], Any], fault: Result
) -> None:
    rig = make_rig(fault, fault)
    rig.desk.publish(release(52))
    rig.announce()
    rig.drain()
    assert len(rig.channel.parcels) == 3
    assert len(set(rig.channel.parcels)) == 1
    assert (views()[0].state, views()[0].message_faults, views()[0].attempts) == ("sent", 0, 3)


def test_updates_follow_their_created_in_order_and_carry_what_changed(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts]
) -> None:
    rig = make_rig()
    event = rig.desk.publish(release(44))
    rig.announce()
    rig.drain()
    rig.desk.revise(event, release(52, status=Status.CONFIRMED))
    rig.announce()
    rig.drain()
    assert rig.channel.told == [("FULL", "created", 1), ("FULL", "updated", 2)]
    assert b"Changed: status reported \xe2\x86\x92 confirmed" in rig.channel.parcels[1].body


def test_a_withdrawal_is_told_as_one(make_rig: Callable[..., Rig], release: Callable[..., EventFacts]) -> None:
    rig = make_rig()
    event = rig.desk.publish(release(52))
    rig.announce()
    rig.drain()
    rig.desk.revise(event, release(52, status=Status.DENIED))
    rig.announce()
    rig.drain()
    assert rig.channel.told[-1] == ("FULL", "withdrawn", 2)


def test_after_an_uncertain_created_the_update_comes_second_and_once(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts]
) -> None:
    rig = make_rig(TIMEOUT)
    event = rig.desk.publish(release(44))
    rig.announce()
    rig.step()
    rig.desk.revise(event, release(52))
    rig.announce()
    rig.drain()
    assert rig.channel.told == [("FULL", "created", 1), ("FULL", "created", 1), ("FULL", "updated", 2)]
    assert rig.channel.parcels[0] == rig.channel.parcels[1]


def test_a_receiver_that_was_down_for_a_day_gets_each_event_once_in_order_at_its_newest(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    rig = make_rig(*[REFUSED] * 10_000, chance=lambda: 0.99)
    events = [rig.desk.publish(release(10 + number)) for number in range(20)]
    rig.announce()
    rig.drain(timedelta(hours=8))
    for number, event in enumerate(events):
        rig.desk.revise(event, release(40 + number))
        rig.desk.revise(event, release(70 + number))
    rig.announce()
    rig.drain(timedelta(hours=16))
    tried = len(rig.channel.parcels)
    assert 24 * 12 <= tried < 24 * 13  # at least a probe every five minutes, and no hammering
    rig.channel.script.clear()
    rig.drain()
    assert {view.state for view in views()} == {"sent"}
    bodies = [parcel.body.decode() for parcel in rig.channel.parcels[tried:]]
    assert len(bodies) == 20
    assert all(f"frees {70 + number} prisoners" in body for number, body in enumerate(bodies))


def test_one_poison_message_among_many_is_dead_after_the_ladder_and_nothing_else_suffers(
    make_rig: Callable[..., Rig],
    release: Callable[..., EventFacts],
    views: Callable[[], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = make_rig(OK, OK, POISON, POISON, POISON)
    for number in range(20):
        rig.desk.publish(release(number + 1))
    rig.announce()
    with caplog.at_level(logging.ERROR):
        rig.drain()
    assert sorted(view.state for view in views()) == ["dead"] + ["sent"] * 19
    assert [layout for layout, _, _ in rig.channel.told[2:5]] == ["FULL", "PLAIN", "SHORT"]
    assert rig.channel.parcels[2].key == rig.channel.parcels[4].key
    assert "is dead: http 400" in caplog.text
    with rig.database.read() as session:
        (health,) = list_destinations(session)
    assert (health.failures, health.open_until, health.dead, health.pending) == (0, None, 1, 0)


def test_a_message_that_makes_the_receiver_fail_lets_the_others_pass(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    rig = make_rig(deadline=timedelta(hours=6))

    async def fail_on_first() -> Result:
        is_first = "frees 1 prisoner\n" in rig.channel.parcels[-1].body.decode()
        return FAULT if is_first else OK

    rig.channel.script = [fail_on_first] * 4000
    for number in range(5):
        rig.desk.publish(release(number + 1))
    rig.announce()
    rig.drain(timedelta(hours=1))
    assert [view.state for view in views()] == ["pending"] + ["sent"] * 4
    rig.drain(timedelta(hours=6))
    assert views()[0].state == "dead"
    assert views()[0].last_error == "not accepted in time: http 500"


def test_a_gone_destination_is_disabled_with_its_reason_and_delivers_after_enabling(
    make_rig: Callable[..., Rig],
    release: Callable[..., EventFacts],
    views: Callable[[], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = make_rig(GONE)
    rig.desk.publish(release(52))
    rig.desk.publish(release(60))
    rig.announce()
    with caplog.at_level(logging.ERROR):
        rig.drain()
    assert [view.state for view in views()] == ["pending", "pending"]
    assert "destination desk is disabled: http 410" in caplog.text
    with rig.database.begin() as session:
        (health,) = list_destinations(session)
        assert (health.state, health.pending) == ("disabled", 2)
        assert health.reason is not None
        enable_destination(session, "desk", rig.clock.now)
    rig.drain()
    assert [view.state for view in views()] == ["sent", "sent"]


def test_a_sender_that_died_in_flight_is_followed_with_the_same_key_and_bytes(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], views: Callable[[], Any], make_channel: Any
) -> None:
    rig = make_rig()
    rig.desk.publish(release(52))
    rig.announce()

    async def die() -> Result:
        raise asyncio.CancelledError

    rig.channel.script = [die]
    with pytest.raises(asyncio.CancelledError):
        rig.step()
    assert views()[0].state == "sending"
    heir = Rig(rig.desk, rig.clock, make_channel(), replace(rig.options, owner="sender-2"), DESK)
    assert heir.step() is False
    heir.drain()
    assert heir.channel.parcels == rig.channel.parcels
    assert [one.outcome for one in views()[0].log] == ["uncertain", "ok"]


def test_a_repeat_to_a_receiver_without_a_key_is_marked(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts]
) -> None:
    rig = make_rig(TIMEOUT, has_key=False)
    rig.desk.publish(release(52))
    rig.announce()
    rig.drain()
    first, second = (parcel.body.decode() for parcel in rig.channel.parcels)
    assert "(possible repeat)" not in first
    assert "(possible repeat)" in second


def test_nothing_is_sent_when_the_mark_cannot_be_committed(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    rig = make_rig()
    rig.desk.publish(release(52))
    rig.announce()
    with rig.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    rig.database.engine.dispose()
    limit = f"PRAGMA max_page_count={pages}"

    def fill(connection: Any, _record: Any) -> None:
        connection.execute(limit)

    from sqlalchemy import event

    event.listen(rig.database.engine, "connect", fill)
    rig.desk.now = rig.clock.now
    rig.channel.compose = lambda _message, _layout: b"x" * 200_000  # more than the free pages hold
    with pytest.raises(DatabaseFullError):
        rig.step()
    assert rig.channel.parcels == []
    assert views()[0].state == "pending"


def test_a_fault_of_our_own_writing_goes_down_the_ladder_and_never_blocks(
    *,
    sqlite_desk: Any,
    clock: Any,
    make_channel: Any,
    options: SendingOptions,
    release: Callable[..., EventFacts],
    views: Callable[[], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Clumsy(make_channel):  # type: ignore[misc, valid-type]
        def compose(self, message: Any, layout: Any) -> bytes:
            if message.event.id == 1 or (message.event.id == 2 and layout.name == "FULL"):
                raise KeyError("template")
            return bytes(super().compose(message, layout))

    rig = Rig(sqlite_desk, clock, Clumsy(), options, DESK)
    for number in (1, 2, 3):
        rig.desk.publish(release(number))
    rig.announce()
    with caplog.at_level(logging.ERROR):
        rig.drain()
    assert [view.state for view in views()] == ["dead", "sent", "sent"]
    assert views()[0].last_error == "its message could not be written"
    assert [layout for layout, _, _ in rig.channel.told] == ["PLAIN", "FULL"]
    assert "event 1 cannot be written as full" in caplog.text


def test_a_language_without_a_file_still_delivers_kind_and_link(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts]
) -> None:
    rig = make_rig(place=replace(DESK, language="xx"))
    rig.desk.publish(release(52))
    rig.announce()
    rig.drain()
    assert b"https://harbour-post.example/news/1" in rig.channel.parcels[0].body


def test_a_channel_that_raises_is_uncertain_and_its_words_are_not_kept(
    make_rig: Callable[..., Rig],
    release: Callable[..., EventFacts],
    views: Callable[[], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    rig = make_rig(RuntimeError("https://CANARY.example/token"))
    rig.desk.publish(release(52))
    rig.announce()
    with caplog.at_level(logging.DEBUG):
        rig.drain()
    assert [one.outcome for one in views()[0].log] == ["uncertain", "ok"]
    assert "CANARY" not in caplog.text
    assert "CANARY" not in repr(views())


def test_a_channel_that_never_answers_is_left_at_the_deadline(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    rig = make_rig(asyncio.Event().wait)
    rig.sender = Sender(rig.database, DESK, rig.channel, replace(rig.options, patience=0.01))
    rig.desk.publish(release(52))
    rig.announce()
    assert rig.step()
    assert [one.outcome for one in views()[0].log] == ["uncertain"]


def test_where_messages_can_be_edited_an_update_edits_the_first_one(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], make_editing_channel: Any
) -> None:
    channel = make_editing_channel([Result(SendOutcome.OK, remote_channel="C1", remote_id="55.1")])
    rig = make_rig(channel=channel)
    event = rig.desk.publish(release(44))
    rig.announce()
    rig.drain()
    for number in (50, 52):
        rig.desk.revise(event, release(number))
        rig.announce()
        rig.drain()
    assert len(channel.parcels) == 1
    assert [(remote.channel, remote.id) for _, remote in channel.edits] == [("C1", "55.1")] * 2


def test_a_message_names_our_page_of_the_event(
    sqlite_desk: Any, clock: Any, make_channel: Any, options: SendingOptions, release: Callable[..., EventFacts]
) -> None:
    seen: list[str | None] = []

    class Noting(make_channel):  # type: ignore[misc, valid-type]
        def compose(self, message: Any, layout: Any) -> bytes:
            seen.append(message.url)
            return bytes(super().compose(message, layout))

    rig = Rig(sqlite_desk, clock, Noting(), replace(options, page="http://127.0.0.1:8320/"), DESK)
    rig.desk.publish(release(52))
    rig.announce()
    rig.drain()
    assert seen == ["http://127.0.0.1:8320/events/1"]


def test_no_transaction_is_open_while_a_message_travels(
    make_rig: Callable[..., Rig], release: Callable[..., EventFacts], views: Callable[[], Any]
) -> None:
    rig = make_rig()

    async def write_meanwhile() -> Result:
        def write() -> None:
            with rig.database.begin() as session:
                sync_destinations(session, {"desk": "webhook", "other": "console"}, rig.clock.now)

        await asyncio.wait_for(asyncio.to_thread(write), 5)
        return OK

    rig.channel.script = [write_meanwhile]
    rig.desk.publish(release(52))
    rig.announce()
    assert rig.step()
    assert views()[0].state == "sent"

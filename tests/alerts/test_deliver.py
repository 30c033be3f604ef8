from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from alerts import (
    DeliveryLoop,
    Destination,
    Result,
    Rules,
    SendingOptions,
    SendOutcome,
    UnusableDestinationError,
    announce_due,
)
from db import Database
from db.announcing import sync_destinations
from db.delivery_views import DeliveryView
from db.facts import EventFacts

SLOW, FAST = Destination("slow", "webhook"), Destination("fast", "webhook")
OK = Result(SendOutcome.OK)


def announce(desk: Any, *destinations: Destination) -> None:
    with desk.database.begin() as session:
        sync_destinations(session, {one.name: one.channel for one in destinations}, desk.now)
    announce_due(desk.database, destinations, Rules(), desk.now)


class Reached:
    """An answer that tells when it was asked for, and comes when it is let go."""

    def __init__(self) -> None:
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> Result:
        self.asked.set()
        await self.go.wait()
        return OK


def test_a_destination_that_hangs_delays_no_other(
    sqlite_desk: Any, make_channel: Any, options: SendingOptions, release: Callable[..., EventFacts]
) -> None:
    for number in range(5):
        sqlite_desk.publish(release(number + 1))
    announce(sqlite_desk, SLOW, FAST)

    async def scene() -> None:
        hangs, last = Reached(), Reached()
        slow, fast = make_channel([hangs]), make_channel([OK, OK, OK, OK, last])
        loop = DeliveryLoop(sqlite_desk.database, {"slow": slow, "fast": fast}, (SLOW, FAST), options)
        running = asyncio.create_task(loop.run())
        await asyncio.wait_for(asyncio.gather(hangs.asked.wait(), last.asked.wait()), 10)
        assert (len(slow.parcels), len(fast.parcels)) == (1, 5)
        hangs.go.set(), last.go.set()
        loop.stop()
        await asyncio.wait_for(running, 10)
        assert slow.is_closed

    asyncio.run(scene())


def test_waking_from_another_thread_delivers_what_was_queued_since(
    sqlite_desk: Any, make_channel: Any, options: SendingOptions, release: Callable[..., EventFacts]
) -> None:
    announce(sqlite_desk, FAST)

    async def scene() -> None:
        reached = Reached()
        channel = make_channel([OK, reached])
        loop = DeliveryLoop(sqlite_desk.database, {"fast": channel}, (FAST,), options)
        running = asyncio.create_task(loop.run())

        def work() -> None:
            for number in (1, 2):
                sqlite_desk.publish(release(number))
                announce(sqlite_desk, FAST)
                loop.wake()

        await asyncio.to_thread(work)
        await asyncio.wait_for(reached.asked.wait(), 10)
        reached.go.set()
        loop.stop()
        await asyncio.wait_for(running, 10)

    asyncio.run(scene())


def test_stopping_finishes_and_records_the_send_in_flight(
    sqlite_desk: Any,
    make_channel: Any,
    options: SendingOptions,
    release: Callable[..., EventFacts],
    deliveries_of: Callable[[Database], list[DeliveryView]],
) -> None:
    for number in (1, 2):
        sqlite_desk.publish(release(number))
    announce(sqlite_desk, FAST)

    async def scene() -> None:
        reached = Reached()
        loop = DeliveryLoop(sqlite_desk.database, {"fast": make_channel([reached])}, (FAST,), options)
        running = asyncio.create_task(loop.run())
        await asyncio.wait_for(reached.asked.wait(), 10)
        loop.stop()
        reached.go.set()
        await asyncio.wait_for(running, 10)

    asyncio.run(scene())
    assert [view.state for view in deliveries_of(sqlite_desk.database)] == ["sent", "pending"]


def test_a_loop_killed_in_flight_is_followed_by_one_that_repeats_with_the_same_key(
    sqlite_desk: Any,
    make_channel: Any,
    options: SendingOptions,
    release: Callable[..., EventFacts],
    deliveries_of: Callable[[Database], list[DeliveryView]],
    clock: Any,
) -> None:
    sqlite_desk.publish(release(52))
    announce(sqlite_desk, FAST)
    first, second = make_channel(), make_channel()

    async def killed() -> None:
        reached = Reached()
        first.script = [reached]
        running = asyncio.create_task(DeliveryLoop(sqlite_desk.database, {"fast": first}, (FAST,), options).run())
        await asyncio.wait_for(reached.asked.wait(), 10)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    async def heir() -> None:
        reached = Reached()
        second.script = [reached]
        heirs = replace(options, owner="sender-2")
        loop = DeliveryLoop(sqlite_desk.database, {"fast": second}, (FAST,), heirs)
        running = asyncio.create_task(loop.run())
        await asyncio.wait_for(reached.asked.wait(), 10)
        reached.go.set()
        loop.stop()
        await asyncio.wait_for(running, 10)

    asyncio.run(killed())
    assert [view.state for view in deliveries_of(sqlite_desk.database)] == ["sending"]
    clock.pass_time(seconds=46)
    asyncio.run(heir())
    assert first.parcels == second.parcels
    assert [view.state for view in deliveries_of(sqlite_desk.database)] == ["sent"]


def test_a_loop_may_be_stopped_before_it_runs_and_woken_when_it_does_not(
    sqlite_desk: Any, make_channel: Any, options: SendingOptions
) -> None:
    loop = DeliveryLoop(sqlite_desk.database, {"fast": make_channel()}, (FAST,), options)
    loop.wake()
    thread = threading.Thread(target=loop.stop)
    thread.start()
    thread.join()
    asyncio.run(asyncio.wait_for(loop.run(), 10))
    loop.wake()


def test_a_loop_without_destinations_runs_and_stops(sqlite_desk: Any, options: SendingOptions) -> None:
    async def scene() -> None:
        loop = DeliveryLoop(sqlite_desk.database, {}, (), options)
        running = asyncio.create_task(loop.run())
        loop.stop()
        await asyncio.wait_for(running, 10)

    asyncio.run(scene())


def test_a_destination_without_a_channel_is_refused(sqlite_desk: Any, options: SendingOptions) -> None:
    with pytest.raises(UnusableDestinationError, match="destination fast: has no channel"):
        DeliveryLoop(sqlite_desk.database, {}, (FAST,), options)


def test_trouble_of_the_database_at_one_destination_is_logged_and_ends_no_task(
    sqlite_desk: Any,
    make_channel: Any,
    options: SendingOptions,
    release: Callable[..., EventFacts],
    caplog: pytest.LogCaptureFixture,
) -> None:
    sqlite_desk.publish(release(52))
    announce(sqlite_desk, FAST)
    with sqlite_desk.database.begin() as session:
        session.connection().exec_driver_sql("ALTER TABLE delivery_attempts RENAME TO kept")

    async def scene() -> None:
        loop = DeliveryLoop(sqlite_desk.database, {"fast": make_channel()}, (FAST,), options)
        logged = asyncio.Event()

        note = logging.getLogger("alerts.deliver")
        noting = lambda record: logged.set() or bool(record)  # noqa: E731 (one listener, removed below)
        note.addFilter(noting)
        running = asyncio.create_task(loop.run())
        await asyncio.wait_for(logged.wait(), 10)
        assert not running.done()
        loop.stop()
        await asyncio.wait_for(running, 10)
        note.removeFilter(noting)

    with caplog.at_level(logging.ERROR):
        asyncio.run(scene())
    assert "destination fast waits for the database" in caplog.text

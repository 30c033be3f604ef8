"""Two of three destinations are ill for ten minutes: the third is told on time, they catch up, and it is said why (P6)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts import DeliveryLoop, Destination, Message, Parcel, Result, Rules, SendingOptions, SendOutcome, announce_due
from alerts.message import Layout
from cli.lateness import destination_lines, span
from db import Database
from db.announcing import sync_destinations
from db.delivery_views import DeliveryView
from db.facts import EventFacts
from db.outbox import list_alerts

NAMES = ("fine", "hangs", "fails")
PLACES = tuple(Destination(name, "webhook") for name in NAMES)
TICK = timedelta(seconds=10)
ILL_FOR = timedelta(minutes=10)
DEADLINE = timedelta(seconds=30)  # of one attempt (D-15), by the injected clock
EVENTS = 10


@dataclass
class IllChannel:
    """A channel on the injected clock: ill until `well_at`, when it hangs to its deadline or answers 500; then well."""

    clock: Callable[[], datetime]
    well_at: datetime
    is_hanging: bool = False
    can_edit: bool = False
    has_key: bool = True
    is_for_machines: bool = True
    interval: float = 0.0
    accepted: list[tuple[str, datetime]] = field(default_factory=list)
    ticked: asyncio.Event = field(default_factory=asyncio.Event)

    def compose(self, message: Message, layout: Layout) -> bytes:
        return f"{message.event.id}".encode() if layout == Layout.FULL else b""

    async def send(self, parcel: Parcel) -> Result:
        started = self.clock()
        if started >= self.well_at:
            self.accepted.append((parcel.body.decode(), started))
            self.ticked.set()
            return Result(SendOutcome.OK)
        while self.is_hanging and self.clock() < started + DEADLINE:
            self.ticked.clear()
            await self.ticked.wait()
        if self.is_hanging:
            return Result(SendOutcome.UNCERTAIN, code="total deadline")
        return Result(SendOutcome.DEST_TEMP, status=500, code="http 500")

    async def close(self) -> None:
        return


class Stage:
    """The delivery loop on a clock that moves only when the well destination has got everything."""

    def __init__(self, desk: Any, clock: Any, options: SendingOptions) -> None:
        self.desk, self.clock, self.started = desk, clock, clock.now
        well_at = clock.now + ILL_FOR
        self.channels = {
            "fine": IllChannel(clock, clock.now),
            "hangs": IllChannel(clock, well_at, is_hanging=True),
            "fails": IllChannel(clock, well_at),
        }
        self.loop = DeliveryLoop(desk.database, self.channels, PLACES, options)

    async def play(self, publish: Callable[[int], None]) -> None:
        running = asyncio.create_task(self.loop.run())
        for tick in range(int(ILL_FOR / TICK)):
            if tick % 6 == 0:
                await asyncio.to_thread(publish, tick // 6 + 1)
            await self._until(lambda: len(self.channels["fine"].accepted), tick // 6 + 1)
            await self._tick()
        for _ in range(400):
            if all(len(channel.accepted) == EVENTS for channel in self.channels.values()):
                break
            await self._tick()
        self.loop.stop()
        await asyncio.wait_for(running, 10)

    async def _tick(self) -> None:
        """Let time pass, and the loop see it: a read of the database takes as long as those of the loop."""
        self.clock.now += TICK
        for channel in self.channels.values():
            channel.ticked.set()
        self.loop.wake()
        for _ in range(8):
            await asyncio.to_thread(self._look)

    def _look(self) -> int:
        with self.desk.database.read() as session:
            return len(list_alerts(session))

    async def _until(self, number: Callable[[], int], expected: int) -> None:
        async with asyncio.timeout(10):
            while number() < expected:
                self.loop.wake()
                await asyncio.to_thread(self._look)


def lines_of(database: Database, event: int, now: datetime) -> list[str]:
    with database.read() as session:
        alerts = [alert for alert in list_alerts(session) if alert.event == event]
        return list(destination_lines(session, alerts, now))


def test_the_third_is_told_on_time_the_ill_ones_catch_up_and_why_they_were_late_is_said(
    sqlite_desk: Any,
    clock: Any,
    options: SendingOptions,
    release: Callable[..., EventFacts],
    deliveries_of: Callable[[Database], list[DeliveryView]],
) -> None:
    database = sqlite_desk.database
    with database.begin() as session:
        sync_destinations(session, dict.fromkeys(NAMES, "webhook"), clock.now)

    def publish(number: int) -> None:
        sqlite_desk.now = clock.now
        sqlite_desk.publish(release(number, event_date=None, date_precision=None))
        announce_due(database, PLACES, Rules(), clock.now)

    async def scene() -> Stage:
        stage = Stage(sqlite_desk, clock, options)
        await stage.play(publish)
        return stage

    stage = asyncio.run(scene())
    every = [str(number) for number in range(1, EVENTS + 1)]
    minutes = [
        (event, int((at - stage.started) / timedelta(minutes=1))) for event, at in stage.channels["fine"].accepted
    ]
    assert minutes == [(event, number) for number, event in enumerate(every)], "each within its own minute"
    for name in ("hangs", "fails"):
        accepted = stage.channels[name].accepted
        assert sorted((event for event, _ in accepted), key=int) == every, name
        assert all(at >= stage.started + ILL_FOR for _, at in accepted)
    assert {view.state for view in deliveries_of(database)} == {"sent"}
    assert all(view.message_faults == 0 for view in deliveries_of(database)), "a sick receiver costs no message (D-7)"

    fails, fine, hangs = lines_of(database, 1, clock.now)
    assert fine.startswith("  fine: created sent ")
    assert fine.endswith(", on time")
    assert "after it was decided" in fails
    assert "it is ill or cannot be reached (http 500)" in fails
    assert "no clear answer came, it may have been accepted (total deadline)" in hangs
    for line in lines_of(database, EVENTS, clock.now):
        if line.startswith("  fine"):
            assert line.endswith(", on time")
        else:
            assert "behind trouble with other messages" in line or "a try" in line or "tries" in line


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (61, "61 s"), (120, "2 min"), (7200, "2 h"), (200_000, "2 days"), (-3, "0 s")]
)
def test_a_time_is_told_in_the_unit_people_use(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said

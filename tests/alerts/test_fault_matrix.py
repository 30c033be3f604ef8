"""The fault matrix (T-FAULT): every fault of a line × every receiver × {a first message, a change of it}.

Each cell is the real sender and channel, the real database, and a receiver of the newsroom behind a line that breaks.
A channel is one row of `ROWS`, a fault one row of `FAULTS`. The counts are printed after the tests (`make faults`).
"""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from alerts import (
    DeliveryLoop,
    Destination,
    DiscordChannel,
    EmailChannel,
    Envelope,
    Limits,
    MatrixChannel,
    NtfyChannel,
    Rules,
    Sender,
    SendingOptions,
    SlackAppChannel,
    SlackChannel,
    TelegramChannel,
    WebhookChannel,
    announce_due,
)
from alerts.channels.email_server import mail_server
from alerts.channels.matrix import Account
from alerts.channels.ntfy import Topic
from alerts.channels.slack_app import SlackApp
from alerts.channels.telegram import Bot, Chat
from alerts.policy import updates_of
from db import Database, open_database
from db.announcing import enable_destination, sync_destinations
from db.delivery_views import DeliveryView
from db.facts import EventFacts
from db.outbox import alert_json, list_alerts, list_destinations
from newsroom import (
    DiscordReceiver,
    MailReceiver,
    MatrixReceiver,
    NtfyReceiver,
    SlackAppReceiver,
    SlackReceiver,
    TelegramReceiver,
    WebhookReceiver,
    Wire,
    WireFault,
)
from newsroom.matrix import ROOM
from newsroom.matrix import TOKEN as MATRIX_TOKEN
from newsroom.ntfy import TOPIC
from newsroom.slack import visible_text
from newsroom.slack_app import CHANNEL, TOKEN
from newsroom.telegram import CHAT
from newsroom.telegram import TOKEN as BOT_TOKEN
from newsroom.wire_speech import HTTP, SMTP, Speech

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENVELOPE = Envelope("volya@example.org", ("desk@example.org",))
MARK = "(possible repeat)"
NEVER = timedelta(days=5)  # after which a destination that only fails is disabled (W-5)
PATIENT = Limits()
HASTY = Limits(connect=5.0, read=0.1, total=0.2)


@dataclass(frozen=True, slots=True)
class Row:
    """A receiver, how a channel is made for its address, and the messages that its readers see, the oldest first.

    `speech` is the protocol that the line between them breaks.
    """

    open: Callable[[], Any]
    make: Callable[..., Any]
    shown: Callable[[Any], list[str]]
    speech: Speech = HTTP


def webhook_texts(receiver: WebhookReceiver) -> list[str]:
    """What a program that keeps the ids takes for new: the first message of each `webhook-id` (P2)."""
    first = {request.headers["webhook-id"]: request.body for request in reversed(receiver.accepted)}
    return [json.loads(body)["data"]["text"] for body in reversed(first.values())]


ROWS: Mapping[str, Row] = {
    "webhook": Row(WebhookReceiver, lambda url, **rest: WebhookChannel("desk", url, SECRET, **rest), webhook_texts),
    "slack": Row(
        SlackReceiver,
        lambda url, **rest: SlackChannel("desk", url, **rest),
        lambda receiver: [visible_text(one) for one in receiver.messages],
    ),
    "slack-app": Row(
        SlackAppReceiver,
        lambda url, **rest: SlackAppChannel("desk", SlackApp(TOKEN, url), CHANNEL, **rest),
        lambda receiver: [one.words for one in receiver.messages],
    ),
    "telegram": Row(
        TelegramReceiver,
        lambda url, **rest: TelegramChannel("desk", Bot(BOT_TOKEN, url), Chat(str(CHAT)), **rest),
        lambda receiver: [one.visible.text for one in receiver.messages],
    ),
    "discord": Row(
        DiscordReceiver,
        lambda url, **rest: DiscordChannel("desk", url, **rest),
        lambda receiver: [one.text for one in receiver.messages],
    ),
    "matrix": Row(
        MatrixReceiver,
        lambda url, **rest: MatrixChannel("desk", Account(MATRIX_TOKEN, url), ROOM, **rest),
        lambda receiver: [one.text for one in receiver.messages],
    ),
    "email": Row(
        MailReceiver,
        lambda url, *, limits=PATIENT, **_: EmailChannel("desk", mail_server("desk", url), ENVELOPE, limits=limits),
        lambda receiver: [f"{one.subject}\n{one.text}" for one in receiver.mails],
        SMTP,
    ),
    "ntfy": Row(
        NtfyReceiver,
        lambda url, **rest: NtfyChannel("desk", Topic(TOPIC, base_url=url), **rest),
        lambda receiver: [one.text for one in receiver.messages],
    ),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """What follows from a fault that lasts for so many attempts.

    `is_unclear`: the sender cannot know whether its message was accepted. `held` is the reason that is shown where the
    line does not get well without a person.
    """

    attempts: int = 2
    is_unclear: bool = False
    limits: Limits = PATIENT
    held: str | None = None


FAULTS: Mapping[WireFault, Expected] = {
    WireFault.REFUSED: Expected(),
    WireFault.UNTRUSTED: Expected(attempts=5, held="certificate"),
    WireFault.UNREAD: Expected(is_unclear=True),
    WireFault.SILENT: Expected(attempts=1, is_unclear=True, limits=HASTY),
    WireFault.NOISE: Expected(is_unclear=True),
    WireFault.LATE: Expected(attempts=1, is_unclear=True, limits=HASTY),
    WireFault.DRIP: Expected(attempts=1, is_unclear=True, limits=HASTY),
    WireFault.RESET: Expected(attempts=1, is_unclear=True),
    WireFault.CUT: Expected(attempts=1, is_unclear=True),
    WireFault.ERROR: Expected(),
    WireFault.BUSY: Expected(),
    WireFault.MOVED: Expected(attempts=1, held="http 302"),
}


CELLS = [
    (name, fault)
    for name, row in ROWS.items()
    for fault in FAULTS
    if fault != WireFault.MOVED or row.speech.moved is not None
]


@dataclass(slots=True)
class Cell:
    """One destination behind one line, and what came of it. `before`: messages of other cells at the receiver."""

    name: str
    desk: Any
    clock: Any
    row: Row
    receiver: Any
    wire: Wire
    before: int
    channels: list[Any] = field(default_factory=list)

    def channel(self, url: str, limits: Limits = PATIENT) -> Any:
        self.channels.append(self.row.make(url, user_agent="volya/1", clock=self.clock, limits=limits))
        return self.channels[-1]

    @property
    def database(self) -> Database:
        database: Database = self.desk.database
        return database

    @property
    def texts(self) -> list[str]:
        return self.row.shown(self.receiver)[self.before :]

    @property
    def last(self) -> DeliveryView:
        with self.database.read() as session:
            (alert,) = list_alerts(session, limit=1)
        return alert.deliveries[-1]

    def place(self, channel: Any) -> Destination:
        updates = updates_of(can_edit=channel.can_edit, is_for_machines=channel.is_for_machines)
        return Destination(self.name, "webhook", updates=updates)

    def announce(self, place: Destination) -> None:
        with self.database.begin() as session:
            sync_destinations(session, {place.name: place.channel}, self.clock.now)
        announce_due(self.database, (place,), Rules(), self.clock.now)

    async def send(self, channel: Any, attempts: int) -> None:
        """Turn the clock to when something is due and send it, so many times or until nothing is left."""
        options = SendingOptions(owner="sender-1", clock=self.clock, chance=lambda: 0.5)
        sender = Sender(self.database, self.place(channel), channel, options)
        for _ in range(attempts):
            due_at = await sender.next_due_at()
            if due_at is None:
                break
            self.clock.now = max(due_at, self.clock.now)
            assert await sender.send_next()


async def play(cell: Cell, fault: WireFault, act: str, release: Callable[..., EventFacts]) -> None:
    """Tell of 52 people over a broken line; for an edit, of 44 first over a line that is well."""
    expected, well = FAULTS[fault], cell.channel(cell.wire.url)
    place = cell.place(well)
    if act == "edit":
        event = cell.desk.publish(release(44))
        cell.announce(place)
        await cell.send(well, 1)
        cell.desk.revise(event, release(52), is_major=not well.can_edit)
    else:
        cell.desk.publish(release(52))
    cell.announce(place)
    await cell.wire.fail(fault)
    is_private = fault == WireFault.UNTRUSTED
    is_other = is_private or expected.limits is not PATIENT
    url = cell.wire.private_url if is_private else cell.wire.url
    ill = cell.channel(url, expected.limits) if is_other else well
    await cell.send(ill, expected.attempts - 1)
    if is_private:
        cell.clock.now += NEVER
    started = cell.clock.now
    await cell.send(ill, 1)
    if expected.held is not None:
        assert_held(cell, expected.held)
        assert not any(b"/elsewhere" in one for one in cell.wire.heard), "a redirect is not followed (D-15)"
    await cell.wire.mend()
    await cell.send(well, 10)
    pause = cell.row.speech.pause if fault == WireFault.BUSY else 0.0
    assert (cell.clock.now - started).total_seconds() >= pause


def assert_held(cell: Cell, reason: str) -> None:
    """What cannot be delivered is seen to wait, and why (P1), and goes out once a person has put it right."""
    with cell.database.read() as session:
        (alert,) = [one for one in list_alerts(session, state="held") if one.deliveries[0].destination == cell.name]
        (place,) = [one for one in list_destinations(session) if one.name == cell.name]
    (shown,) = alert_json(alert)["deliveries"]
    assert (shown["held_by"], shown["state"]) == ("disabled", "pending")
    assert reason in shown["last_error"]
    assert (place.state, place.pending, place.dead) == ("disabled", 1, 0)
    assert place.reason is not None
    assert reason in place.reason
    with cell.database.begin() as session:
        assert enable_destination(session, place.name, cell.clock.now)


@pytest.fixture(scope="module")
def receivers() -> Iterator[dict[str, Any]]:
    with ExitStack() as running:
        yield {name: running.enter_context(row.open()) for name, row in ROWS.items()}


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    """A certificate for this address, by an authority that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def desks(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, make_desk: type[Any]
) -> Iterator[dict[str, Any]]:
    """A database for each receiver, with a destination for each cell: to open one takes as long as to play a cell."""
    folder = tmp_path_factory.mktemp("matrix")
    with ExitStack() as opened:
        yield {name: make_desk(opened.enter_context(copy_of(migrated_sqlite, folder / name))) for name in ROWS}


@contextmanager
def copy_of(template: Path, path: Path) -> Iterator[Database]:
    shutil.copy(template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def run(
    desks: dict[str, Any],
    clock: Any,
    release: Callable[..., EventFacts],
    receivers: dict[str, Any],
    tls: ssl.SSLContext,
) -> Callable[..., Cell]:
    """Play one cell to its end."""

    async def scene(name: str, fault: WireFault, act: str) -> Cell:
        receiver, row = receivers[name], ROWS[name]
        async with Wire(receiver.url, tls, row.speech) as wire:
            before = len(row.shown(receiver))
            cell = Cell(f"{name}-{fault.name}-{act}", desks[name], clock, row, receiver, wire, before)
            try:
                await play(cell, fault, act, release)
            finally:
                for channel in cell.channels:
                    await channel.close()
        return cell

    return lambda *what: asyncio.run(scene(*what))


@pytest.mark.parametrize("act", ["send", "edit"])
@pytest.mark.parametrize(("name", "fault"), CELLS)
def test_a_broken_line_loses_nothing_and_repeats_nothing_unmarked(
    run: Callable[..., Cell], record_property: Callable[[str, object], None], name: str, fault: WireFault, act: str
) -> None:
    cell = run(name, fault, act)
    channel, texts, last, expected = cell.channels[0], cell.texts, cell.last, FAULTS[fault]
    repeats = len(texts) - (2 if act == "edit" and not channel.can_edit else 1)
    is_held, is_marked = expected.held is not None, MARK in texts[-1]
    counts = {
        "cells": 1,
        "delivered": not is_held and last.state == "sent",
        "held with reason and delivered once put right": is_held and last.state == "sent",
        "lost": last.state != "sent" or repeats < 0,
        "repeats marked": repeats if is_marked else 0,
        "repeats not marked": 0 if is_marked else repeats,
        "marked that came once": is_marked and repeats == 0,
    }
    for title in ("fault matrix", f"fault matrix, at {name}", f"fault matrix, {fault}"):
        record_property(title, {what: int(count) for what, count in counts.items()})
    assert (last.state, last.message_faults) == ("sent", 0), last.log
    assert "frees 52 prisoners" in texts[-1]
    assert repeats in ((0, 1) if expected.is_unclear and not channel.has_key else (0,))
    assert repeats == 0 or is_marked
    assert not any(MARK in text for text in texts) or (expected.is_unclear and not channel.has_key)


def test_a_receiver_that_never_answers_delays_no_other(
    sqlite_desk: Any, options: SendingOptions, clock: Any, release: Callable[..., EventFacts], receivers: dict[str, Any]
) -> None:
    database, programs = sqlite_desk.database, receivers["webhook"]
    places = (Destination("ill", "telegram"), Destination("well", "webhook"))

    def publish(number: int) -> None:
        sqlite_desk.publish(release(number))
        announce_due(database, places, Rules(), clock.now)

    async def scene(seen: int) -> None:
        async with Wire(receivers["telegram"].url) as wire, asyncio.timeout(20):
            await wire.fail(WireFault.SILENT)
            common = {"user_agent": "volya/1", "clock": clock}
            ill = ROWS["telegram"].make(wire.url, **common)
            well = ROWS["webhook"].make(programs.url, **common)
            loop = DeliveryLoop(database, {"ill": ill, "well": well}, places, options)
            running = asyncio.create_task(loop.run())
            publish(44)
            loop.wake()
            await wire.wait_for_caller()
            publish(52)
            loop.wake()
            assert await asyncio.to_thread(programs.wait_until, lambda now: len(now) >= seen + 2, 20)
            assert wire.open_lines == 1, "the first request still waits for its answer"
            loop.stop()
            await wire.mend()
            await running

    with database.begin() as session:
        sync_destinations(session, {one.name: one.channel for one in places}, clock.now)
    asyncio.run(scene(len(programs.exchanges)))
    with database.read() as session:
        states = [(one.destination, one.state) for alert in list_alerts(session) for one in alert.deliveries]
    assert sorted(states) == [("ill", "pending"), ("ill", "uncertain"), ("well", "sent"), ("well", "sent")]

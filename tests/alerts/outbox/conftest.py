"""Receivers that keep what they accept, and judge each message as it comes (P2, P3, P5)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from alerts import Parcel, Remote, Result, SendOutcome
from alerts.policy import WITHDRAWING
from db.views import EventView
from events.compare import TAKEN_BACK

DOOMED = 1_000_000  # what a transaction tells that is rolled back
REFUSALS = {
    "rate": Result(SendOutcome.RATE, status=429, retry_after=30.0),
    "refused": Result(SendOutcome.DEST_TEMP, code="ConnectError"),
    "http 500": Result(SendOutcome.DEST_TEMP, status=500, code="http 500"),
    "lost before": Result(SendOutcome.UNCERTAIN, code="ReadTimeout"),
    "lost after": Result(SendOutcome.UNCERTAIN, code="ReadTimeout"),
    "gone": Result(SendOutcome.DEST_PERM, code="gone"),
    "msg_perm": Result(SendOutcome.MSG_PERM, code="http 400"),
}
ACCEPTED = ("ok", "noop", "anew")


class KilledError(BaseException):
    """The process ends here: no handler may see it."""


class Receiver:
    """A service that keeps what it accepts; `answer` is what it does with the next message."""

    Killed = KilledError
    doomed = DOOMED
    can_edit = False
    is_for_machines = False
    interval = 0.0

    def __init__(self, *, has_key: bool = False) -> None:
        self.has_key = has_key
        self.answer = "ok"
        self.numbers = itertools.count(1)
        self.messages: dict[str, dict[str, Any]] = {}
        self.told: list[dict[str, Any]] = []
        self.keys: dict[str, str] = {}
        self.address: str | None = None

    @staticmethod
    def state_of(view: EventView) -> list[Any]:
        """Return what a reader must know in the end: how many were freed, and whether it was taken back.

        That is told once: numbers that go on changing behind it are no news (`events.compare`).
        """
        is_over = view.facts.status in TAKEN_BACK
        number = 0 if is_over else max((count.value or 0 for count in view.facts.counts), default=0)
        return [number, view.facts.status in WITHDRAWING]

    @classmethod
    def compose(cls, message: Any, _layout: Any) -> bytes:
        said = {"event": message.event.id, "revision": message.event.revision, "type": message.type}
        state = {"state": cls.state_of(message.event), "is_repeat": "possible repeat" in message.text}
        return json.dumps({**said, **state}).encode()

    async def send(self, parcel: Parcel) -> Result:
        return self.act("send", parcel, None)

    async def close(self) -> None: ...

    def act(self, call: str, parcel: Parcel, remote: Remote | None) -> Result:
        answer, self.answer = self.answer, "ok"
        assert parcel.moved_to == self.address, "the newest address is written to"
        if answer == "moved":
            self.address = f"place {next(self.numbers)}"
            return Result(SendOutcome.DEST_MOVED, moved_to=self.address)
        if answer in (*ACCEPTED, "lost after", "died after"):
            place_of_it = None if answer == "anew" or call != "edit" else remote
            number = self.accept(call, parcel, place_of_it)
            if answer in ACCEPTED:
                outcome = SendOutcome.NOOP if answer == "noop" and call == "edit" else SendOutcome.OK
                return Result(outcome, remote_channel="C1", remote_id=number)
        if answer.startswith("died"):
            raise KilledError
        return REFUSALS[answer]

    def accept(self, call: str, parcel: Parcel, remote: Remote | None) -> str:
        said = {**json.loads(parcel.body), "call": call, "key": parcel.key}
        if parcel.key in self.keys and self.has_key:
            return self.keys[parcel.key]
        assert said["state"][0] < DOOMED, "nothing is sent of what was never committed"
        assert parcel.key not in self.keys or said["is_repeat"] or call == "edit", "a repeat is marked (P2)"
        of_event = [one for one in self.told if one["event"] == said["event"]]
        assert all(one["revision"] <= said["revision"] for one in of_event), "what is told never goes back (P5)"
        if said["type"] == "created":
            first = [one for one in of_event if one["type"] == "created" and one["key"] != said["key"]]
            assert first == [], "one first message an event (P3)"
        again = [one for one in of_event if (one["revision"], one["type"]) == (said["revision"], said["type"])]
        assert not self.has_key or again == [], "nothing is told twice where the receiver has a key (P2)"
        number = remote.id if remote is not None else str(next(self.numbers))
        self.keys[parcel.key], self.messages[number] = number, said
        self.told.append(said)
        return number


class EditingReceiver(Receiver):
    """A service whose messages can be edited and answered."""

    can_edit = True

    async def edit(self, parcel: Parcel, remote: Remote) -> Result:
        return self.act("edit", parcel, remote)

    async def reply(self, parcel: Parcel, remote: Remote) -> Result:
        return self.act("reply", parcel, remote)


@pytest.fixture
def make_receivers() -> Callable[[], dict[str, Receiver]]:
    """Return a function that makes a machine with a key, a chat that can edit, and a feed that can neither."""
    return lambda: {"hook": Receiver(has_key=True), "chat": EditingReceiver(), "feed": Receiver()}

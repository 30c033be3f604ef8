"""What every channel can do: write a message as bytes, and send those bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from alerts.message import Layout, Message
from alerts.outcome import Result


@dataclass(frozen=True, slots=True)
class Parcel:
    """The bytes of one delivery. `key` is the same at every attempt (D-3), so is `body` (W-1).

    `moved_to` is what an earlier answer gave as the receiver's new address, in the words of its `Result`.
    """

    key: str
    body: bytes = field(repr=False)
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Remote:
    """A message as the service knows it: where it stands and its id."""

    channel: str | None
    id: str


class Channel(Protocol):
    """A way to a receiver. `send` returns what happened and never raises for what a receiver or a network does.

    `has_key`: the receiver can tell a repeat by the key (P2). `can_edit`: this is an `EditingChannel`.
    `is_for_machines`: every material revision is told, not only what a person is to be rung for (D-22). `interval`:
    the seconds between two messages that the receiver can bear (D-16).
    """

    @property
    def can_edit(self) -> bool:
        """Whether a sent message can be edited."""

    @property
    def has_key(self) -> bool:
        """Whether the receiver knows a repeat by its key."""

    @property
    def is_for_machines(self) -> bool:
        """Whether a program reads it, which is helped by every revision."""

    @property
    def interval(self) -> float:
        """Seconds between two messages at least."""

    def compose(self, message: Message, layout: Layout) -> bytes:
        """Write a message for this service, on the given rung of the ladder (D-13)."""

    async def send(self, parcel: Parcel) -> Result:
        """Send a new message; one attempt, under a total deadline (D-15)."""

    async def close(self) -> None:
        """Give back what the channel holds open."""


@runtime_checkable
class AskingChannel(Protocol):
    """A channel whose messages can have buttons."""

    def asking(self, body: bytes, buttons: Mapping[str, str]) -> bytes:
        """Return a composed message with buttons under it: what each says, by what it is told as when pressed."""


@runtime_checkable
class EditingChannel(Channel, Protocol):
    """A channel whose messages can be changed and answered after they were sent (D-22)."""

    async def edit(self, parcel: Parcel, remote: Remote) -> Result:
        """Replace the content of a sent message; EDIT_LOST where it is gone. The id that is returned stays the same."""

    async def reply(self, parcel: Parcel, remote: Remote) -> Result:
        """Send a message in the thread of a sent one."""

"""What can be wrong with what a person asks of events."""

from __future__ import annotations


class EventError(Exception):
    """A wish on an event that cannot be met; the text says why and what to do."""

    def __init__(self, event: int, why: str) -> None:
        super().__init__(f"event {event}: {why}")
        self.event = event


class WithholdingError(Exception):
    """A name that cannot be withheld; the text says why, and holds the name that was asked for."""

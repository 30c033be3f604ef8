"""The console: alerts as plain text on a stream."""

from __future__ import annotations

from typing import TextIO

from alerts.channels.base import Parcel
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome


class ConsoleChannel:
    """Prints each alert, followed by a blank line. A closed stream is a destination that is gone."""

    can_edit = False
    has_key = False
    is_for_machines = False
    interval = 0.0

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write the message as text."""
        return (message.short if layout == Layout.SHORT else message.text).encode()

    async def send(self, parcel: Parcel) -> Result:
        """Print it; the alert counts as sent once the stream was flushed."""
        try:
            self._stream.write(parcel.body.decode() + "\n\n")
            self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: a closed file, or a stream that cannot say a letter
            is_letter = isinstance(error, UnicodeEncodeError)
            return Result(SendOutcome.MSG_PERM if is_letter else SendOutcome.DEST_PERM, code=type(error).__name__)
        return Result(SendOutcome.OK)

    async def close(self) -> None:
        """Leave the stream open: it is not ours."""

"""What everything made up that answers at an address of its own has in common: it starts, stops, and tells what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from newsroom.serving import Exchange, LoopbackServer


class Served:
    """Somebody behind a loopback server, which answers as they do; a context manager."""

    _server: LoopbackServer

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Return every recorded request with the status it was to get, oldest first."""
        return self._server.exchanges

    def wait_until(self, holds: Callable[[tuple[Exchange, ...]], bool], seconds: float) -> bool:
        """Wait until `holds` is true of what was recorded, at most `seconds`; say whether it is."""
        return self._server.wait_until(holds, seconds)

    def start(self) -> Self:
        """Begin to answer."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop answering."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

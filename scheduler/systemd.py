"""Telling systemd how we are (sd_notify): a datagram to the socket that it names. Without systemd, nothing."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Systemd:
    """Where systemd listens, and after how many seconds of silence it restarts us; both None without it."""

    address: str | None = None
    watchdog: float | None = None

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> Systemd:
        """Read the protocol's variables: NOTIFY_SOCKET ("@" begins an abstract name), WATCHDOG_USEC."""
        address = environment.get("NOTIFY_SOCKET", "")
        microseconds = environment.get("WATCHDOG_USEC", "")
        if not address.startswith(("/", "@")):
            return cls()
        return cls(address, int(microseconds) / 1e6 if microseconds.isdecimal() and int(microseconds) else None)

    def tell(self, state: str) -> None:
        """Say READY=1, WATCHDOG=1 or STOPPING=1; that systemd cannot be told must not stop the service."""
        if self.address is None:
            return
        name = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
                sock.connect(name)
                sock.sendall(state.encode())
        except OSError as error:
            log.warning("systemd was not told %s: %s", state, error.strerror)

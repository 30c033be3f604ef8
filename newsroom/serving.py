"""A small HTTP server on loopback that records what it was asked and can misbehave on order.

Outlets and receivers are both this server with another function in it: `respond(request) -> Answer`.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

_LOG = logging.getLogger(__name__)
_IDLE_SECONDS = 30.0
_PATIENCE_SECONDS = 1.0  # clients that meet our faults wait longer, but not very much longer
_READ_LIMIT = 1_000_000  # bytes of a request's body; nothing we expect comes near it


class Reset(StrEnum):
    """When the connection is torn down (RST) instead of answered: the caller cannot tell the two apart."""

    BEFORE_RECORDING = "before"
    AFTER_RECORDING = "after"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; header names are lower case, `body` is raw, `received_at` is aware UTC."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer, and how badly.

    `delay` is seconds before the first byte; `drip` is seconds between single bytes of the body (0: all at once).
    An `endless` body is sent again and again, without a length, for as long as the client takes it.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    reset: Reset | None = None
    endless: bool = False

    @property
    def is_whole(self) -> bool:
        """Say whether a client that waits as long as clients do gets all of it."""
        seconds = self.delay + self.drip * len(self.body)
        return self.reset is None and not self.endless and seconds < _PATIENCE_SECONDS


@dataclass(frozen=True, slots=True)
class Exchange:
    """A recorded request and the status it was to get (also when the connection was reset after recording).

    `is_whole` is false if the answer was cut off, dripped or late.
    """

    request: Request
    status: int
    is_whole: bool = True


class LoopbackServer:
    """Answers on a port of its own in threads of its own; a context manager. `port` 0 takes a free one; `tls`: it speaks it.

    Raises OSError when the address cannot be bound.
    """

    def __init__(
        self,
        respond: Callable[[Request], Answer],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.respond = respond
        self.clock = clock
        self.is_stopping = threading.Event()
        self._changed = threading.Condition()
        self._exchanges: list[Exchange] = []
        self._http = _Http((host, port), self)
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port."""
        host, port = self._http.server_address[:2]
        return str(host), int(port)

    @property
    def url(self) -> str:
        """Return the root address, without a slash at its end."""
        return "http://{}:{}".format(*self.address)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Return everything recorded so far, oldest first."""
        with self._changed:
            return tuple(self._exchanges)

    def wait_until(self, holds: Callable[[tuple[Exchange, ...]], bool], seconds: float) -> bool:
        """Wait until `holds` is true of what was recorded, at most `seconds`; say whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: holds(tuple(self._exchanges)), seconds)

    def record(self, exchange: Exchange) -> None:
        """Keep one exchange and wake whoever waits for it."""
        with self._changed:
            self._exchanges.append(exchange)
            self._changed.notify_all()

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering; delays and drips under way are cut short."""
        self.is_stopping.set()
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], owner: LoopbackServer) -> None:
        self.owner = owner
        super().__init__(address, _Handler)

    def shutdown_request(self, request: Any) -> None:
        """Close without the usual shutdown, which would send FIN where a reset is wanted."""
        self.close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  socketserver's own signature
        """Log instead of printing a traceback: clients that are killed break connections all the time."""
        _LOG.debug("Connection from %s broke off", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    server_version = "nginx"
    sys_version = ""

    def _handle(self) -> None:
        request = self._read()
        if request is None:
            self.close_connection = True
            return
        answer = self.server.owner.respond(request)
        if answer.reset is not Reset.BEFORE_RECORDING:
            self.server.owner.record(Exchange(request, answer.status, answer.is_whole))
        self.server.owner.is_stopping.wait(answer.delay)
        if answer.reset is not None:
            self._tear_down()
            return
        self._write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _handle  # noqa: N815  http.server's own names
    do_PATCH = _handle  # noqa: N815  the same

    def _read(self) -> Request | None:
        """Return the request; None if its caller was gone before it was whole, which no server takes for a request."""
        length = min(int(self.headers.get("Content-Length") or 0), _READ_LIMIT)
        body = self.rfile.read(length)
        if len(body) < length:
            return None
        parts = urlsplit(self.path)
        return Request(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            received_at=self.server.owner.clock(),
        )

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.endless:
            self.send_header("Connection", "close")
        elif answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if answer.drip:
            self._drip(answer)
        elif answer.endless:
            self._pour(answer)
        else:
            self.wfile.write(answer.body)

    def _pour(self, answer: Answer) -> None:
        while not self.server.owner.is_stopping.is_set():
            self.wfile.write(answer.body)  # ends with an error when the client has gone

    def _drip(self, answer: Answer) -> None:
        for position in range(len(answer.body)):
            if self.server.owner.is_stopping.wait(answer.drip):
                break
            self.wfile.write(answer.body[position : position + 1])
            self.wfile.flush()

    def _tear_down(self) -> None:
        # Linger of zero makes close() send RST instead of FIN: what a crashing receiver looks like from outside.
        self.close_connection = True
        with contextlib.suppress(OSError):  # the client may be gone already: then the reset has happened
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's own name
        _LOG.debug(format, *args)

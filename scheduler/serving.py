"""Serves the web page from a thread of its own. The socket is opened first, so that a taken port is known at once."""

from __future__ import annotations

import errno
import gc
import logging
import socket
import threading
from contextlib import suppress

import uvicorn

from scheduler.errors import PortTakenError, ServiceError
from scheduler.parts import App

log = logging.getLogger(__name__)

GRACE = 3  # seconds for answers under way


def spare_what_stays() -> None:
    """Let the garbage collector pass over what lives as long as the process, and look all through it less often.

    Modules and lexicons are millions of objects; to look through them stopped every answer for 150 ms now and then.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


class _Server(uvicorn.Server):
    """Says when it is up. It installs no signal handlers outside the main thread."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


class WebThread:
    """The web page at one address."""

    def __init__(self, app: App, host: str, port: int) -> None:
        self._host = host
        self._port = port
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            http="h11",
            loop="asyncio",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=200,
            timeout_graceful_shutdown=GRACE,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)
        self._socket: socket.socket | None = None

    @property
    def address(self) -> str:
        """The address of the page, with the port that it has."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._socket.getsockname()[1] if self._socket is not None else self._port}"

    @property
    def is_alive(self) -> bool:
        """Whether the page is served."""
        return self._thread.is_alive() and self._server.started

    def start(self) -> None:
        """Listen and serve. Raises PortTakenError, or ServiceError for an address that cannot be."""
        self._socket = open_socket(self._host, self._port)
        self._thread.start()
        while not self._server.is_up.wait(0.1):
            if not self._thread.is_alive():
                raise ServiceError(self.address, "the web page did not start; the lines above say why")

    def stop(self) -> None:
        """Finish answers under way and stop."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(GRACE + 5)
        if self._socket is not None:
            self._socket.close()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket] if self._socket is not None else None)
        except Exception:  # the border of the thread: the service goes on without its page, and /readyz is silent
            log.exception("the web page failed; everything else goes on")


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens at the address. Raises PortTakenError, ServiceError."""
    subject = f"{host}:{port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        sock = socket.socket(family, kind | getattr(socket, "SOCK_CLOEXEC", 0), protocol)
    except OSError as error:
        raise ServiceError(subject, f"{error.strerror}; set web.listen to an address of this machine") from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(128)
    except OSError as error:
        with suppress(OSError):
            sock.close()
        if error.errno == errno.EADDRINUSE:
            advice = "another program listens there; stop it or set web.listen to a free port"
            raise PortTakenError(subject, advice) from error
        raise ServiceError(subject, f"{error.strerror}; set web.listen to an address this user may use") from error
    return sock

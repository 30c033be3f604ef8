"""The page is served from its own thread, or it is said at once why not."""

from __future__ import annotations

import socket
from typing import Any

import httpx
import pytest

from scheduler.errors import PortTakenError, ServiceError
from scheduler.serving import WebThread


async def hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def test_it_serves_and_stops_and_gives_the_port_back() -> None:
    web = WebThread(hello, "127.0.0.1", 0)
    web.start()
    assert web.is_alive
    answer = httpx.get(web.address)
    assert (answer.text, "server" in answer.headers) == ("hello", False)
    port = int(web.address.rpartition(":")[2])
    web.stop()
    assert not web.is_alive
    again = WebThread(hello, "127.0.0.1", port)
    again.start()
    again.stop()


def test_a_taken_port_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"127.0.0.1:{port}: another program listens there; stop it or set"):
            WebThread(hello, "127.0.0.1", port).start()


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 8320), ("no such host", 8320)])
def test_an_address_that_is_not_ours_is_named(host: str, port: int) -> None:
    with pytest.raises(ServiceError, match=f"{host}:{port}: .*; set web.listen"):
        WebThread(hello, host, port).start()


def test_addresses_of_version_six_are_written_with_brackets() -> None:
    assert WebThread(hello, "::1", 8320).address == "http://[::1]:8320"

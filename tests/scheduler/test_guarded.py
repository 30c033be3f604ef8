"""Whatever a name leads to, only allowed addresses are connected to, and a certificate is that of the name."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
import trustme

from crawler.addresses import AddressGuard, literal_address, parse_allowed
from newsroom import Answer, LoopbackServer
from scheduler.guarded import AddressRefusedError, Gate, GuardedTransport

CLOSED = Gate(AddressGuard().allows, literal_address)


def gate(*allowed: str) -> Gate:
    return replace(CLOSED, allows=AddressGuard(parse_allowed(allowed)).allows)


OPEN = gate("127.0.0.0/8", "::1/128")


def ask(gate: Gate, url: str, authorities: ssl.SSLContext | None = None) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = GuardedTransport(gate, authorities)
        async with httpx.AsyncClient(transport=transport, timeout=10, trust_env=False) as client:
            return await client.post(url, content=b"form")

    return asyncio.run(get())


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(lambda _request: Answer(202)) as running:
        yield running


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]", "[::1]"]
)
def test_the_own_network_is_refused_however_it_is_spelled(server: LoopbackServer, host: str) -> None:
    with pytest.raises(AddressRefusedError):
        ask(CLOSED, f"http://{host}:{server.address[1]}/")
    with pytest.raises(AddressRefusedError):
        ask(
            replace(CLOSED, proxy=server.url), f"http://{'127.1' if host == 'localhost' else host}:{server.address[1]}/"
        )
    assert server.exchanges == ()


def test_an_allowed_address_is_asked_by_its_name_at_its_port_alone(server: LoopbackServer) -> None:
    port = server.address[1]
    assert ask(gate(f"127.0.0.0/8:{port}"), f"http://localhost:{port}/").status_code == 202
    (exchange,) = server.exchanges
    assert (exchange.request.headers["host"], exchange.request.body) == (f"localhost:{port}", b"form")
    with pytest.raises(AddressRefusedError):
        ask(gate("127.0.0.0/8:9"), f"http://localhost:{port}/")


def test_a_name_that_nobody_knows_is_an_error_of_the_connection() -> None:
    with pytest.raises(httpx.ConnectError, match="not known"):
        ask(OPEN, "http://nowhere.invalid/")
    with pytest.raises(httpx.ConnectError, match="not known"):
        ask(OPEN, f"http://{'x' * 70}.example/")


def test_through_a_proxy_the_proxy_is_asked(server: LoopbackServer) -> None:
    assert ask(replace(CLOSED, proxy=server.url), "http://hub.example/").status_code == 202
    assert server.exchanges[0].request.headers["host"] == "hub.example"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize(
    ("name", "is_trusted", "is_taken"),
    [("localhost", True, True), ("localhost", False, False), ("other.example", True, False)],
)
def test_the_certificate_must_be_that_of_the_name(
    authority: trustme.CA, name: str, is_trusted: bool, is_taken: bool
) -> None:
    served, trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(name).configure_cert(served)
    if is_trusted:
        authority.configure_trust(trusted)
    with LoopbackServer(lambda _request: Answer(202), tls=served) as server:
        url = f"https://localhost:{server.address[1]}/"
        if is_taken:
            assert ask(OPEN, url, trusted).status_code == 202
        else:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                ask(OPEN, url, trusted)

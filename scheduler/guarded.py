"""The way to addresses that others named: each host is looked up here, and only an address that is allowed is connected to.

The rule itself (SEC-1) is the crawler's and is handed in, for the service does not load the crawler. As there, a name is
looked up for each request and the connection goes to the very address that was looked at, so that a name that answers
first with a public and then with a private address (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from alerts.channels.posting import trusted_authorities

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Gate:
    """Which addresses may be asked: `allows` an address at a port; `spells` the address that a host is, if it is no name.

    Through a `proxy`, which looks names up itself, only hosts that are addresses can be judged.
    """

    allows: Callable[[str, int], bool]
    spells: Callable[[str], str | None]
    proxy: str = ""


class AddressRefusedError(httpx.ConnectError):
    """The address guard refuses a host; nothing was connected to."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects to allowed addresses only; raises AddressRefusedError for all others, and what httpx raises."""

    def __init__(self, gate: Gate, authorities: ssl.SSLContext | None = None) -> None:
        self._gate = gate
        proxy = httpx.Proxy(gate.proxy) if gate.proxy else None
        trusted = authorities or trusted_authorities()
        self._inner = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False, proxy=proxy)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request to the first of its host's addresses that can be reached."""
        host, port = request.url.raw_host.decode(), request.url.port or _PORTS.get(request.url.scheme, 0)
        if self._gate.proxy:
            literal = self._gate.spells(host)
            if literal is not None and not self._gate.allows(literal, port):
                raise AddressRefusedError(f"{host} is no public address")
            return await self._inner.handle_async_request(request)
        trouble: httpx.HTTPError = AddressRefusedError(f"{host} is no public address")
        for address in await self._allowed(host, port):
            try:
                return await self._inner.handle_async_request(_sent_to(request, address, host))
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                trouble = error
        raise trouble

    async def _allowed(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host} is not known") from error
        addresses = dict.fromkeys(str(one[4][0]) for one in found)
        return [address for address in addresses if self._gate.allows(address, port)]

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def _sent_to(request: httpx.Request, address: str, host: str) -> httpx.Request:
    """Return a request that goes to an address and is still one to its host: for its certificate, and in its headers."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )

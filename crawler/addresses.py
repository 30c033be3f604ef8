"""Which addresses may be fetched from (SEC-1): the public internet, and what the operator excepted. Pure.

Every address is unwrapped first (v4-mapped, NAT64, 6to4, Teredo): Python calls NAT64 of 127.0.0.1 "global".
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from crawler.errors import AddressError

WEB_PORTS = frozenset({80, 443})
_HIGHEST_PORT = 65_535
# The old 6to4 anycast net and the host agent of a cloud: "global" to Python, internal in truth.
_NEVER = tuple(ip_network(net) for net in ("192.88.99.0/24", "168.63.129.16/32"))
_NAT64 = tuple(ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48"))


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """An exception of the guard: a network, and the one port it is for (None: any)."""

    network: IPv4Network | IPv6Network
    port: int | None

    def covers(self, address: IPv4Address | IPv6Address, port: int) -> bool:
        """Tell whether this exception is for `address` at `port`."""
        return address.version == self.network.version and address in self.network and self.port in (None, port)


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """The rule: a public address at a web port, or one of the exceptions."""

    exceptions: tuple[AllowedNetwork, ...] = ()

    def allows(self, address: str, port: int) -> bool:
        """Tell whether a connection to `address` (no name) at `port` may be opened."""
        try:
            found = _unwrapped(ip_address(address.partition("%")[0]))
        except ValueError:
            return False
        return any(e.covers(found, port) for e in self.exceptions) or (port in WEB_PORTS and _is_public(found))

    def allows_port(self, port: int) -> bool:
        """Tell whether any address may be reached at `port`: refuses early what the resolver would refuse later."""
        return port in WEB_PORTS or any(e.port in (None, port) for e in self.exceptions)


def parse_allowed(texts: Iterable[str]) -> tuple[AllowedNetwork, ...]:
    """Read `crawler.allow_addresses`: `127.0.0.0/8:8900`, `127.0.0.0/8`, `[::1]:8900`, `::1/128`.

    Raises AddressError naming the text that is none of these.
    """
    return tuple(_allowed(text) for text in texts)


def _allowed(text: str) -> AllowedNetwork:
    net, port = text.strip(), ""
    if "]" in net:
        net, _, port = net[1:].partition("]")
        port = port.removeprefix(":")
    elif "/" in net:
        base, _, rest = net.partition("/")
        bits, _, port = rest.partition(":")
        net = f"{base}/{bits}"
    elif net.count(":") == 1:
        net, _, port = net.partition(":")
    try:
        return AllowedNetwork(ip_network(net, strict=False), _port(port))
    except ValueError as error:
        raise AddressError("allow_addresses", f"{text!r} is not network[:port], as in 127.0.0.0/8:8900") from error


def _port(text: str) -> int | None:
    if not text:
        return None
    number = int(text)
    if not 0 < number <= _HIGHEST_PORT:
        raise ValueError(text)
    return number


def literal_address(host: str) -> str | None:
    """Return the address a host spells (127.1, 0x7f000001, 2130706433 …), or None if it is a name."""
    with suppress(ValueError):  # not a plain spelling
        return str(ip_address(host.strip("[]")))
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    if any(address in net for net in _NAT64) or (int(address) >> 32 == 0 and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    is_internal = address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global
    return not is_internal and not any(address.version == n.version and address in n for n in _NEVER)

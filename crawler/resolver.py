"""The choke point of the address guard (SEC-1): every name, literal and odd spelling is resolved here.

Twisted asks this resolver for each new connection, also for IP literals and spellings such as 127.1, and connects
to the address it was told; so a name that answers first with a public and later with a private address (DNS
rebinding) is checked each time. The port is known here too, so an exception for one port opens that port only.
Nothing is cached for that reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped] # zope ships no types

from crawler.addresses import AddressGuard, parse_allowed

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@implementer(IHostnameResolver)
class GuardedResolver:
    """Scrapy's TWISTED_DNS_RESOLVER: passes on only addresses that `guard` allows, and remembers what it refused.

    `proxies` are the operator's own addresses and exempt.
    """

    def __init__(self, reactor: Any, guard: AddressGuard, proxies: Iterable[str] = ()) -> None:
        self.reactor = reactor
        self.guard = guard
        self.refused: set[tuple[str, int]] = set()
        self.proxies = frozenset(_target(proxy) for proxy in proxies if proxy)
        self._inner: Any = reactor.nameResolver

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardedResolver:
        """Build from the settings VOLYA_ALLOW_ADDRESSES, VOLYA_PROXY and VOLYA_OUTLET_PROXIES."""
        guard = AddressGuard(parse_allowed(crawler.settings.getlist("VOLYA_ALLOW_ADDRESSES")))
        own = crawler.settings.getlist("VOLYA_OUTLET_PROXIES")
        return cls(reactor, guard, (crawler.settings.get("VOLYA_PROXY") or "", *own))

    def install_on_reactor(self) -> None:
        """Take the place of the reactor's own resolver."""
        self.reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 (the interface's own name)
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803 (the interface's name)
        hostName: str,  # noqa: N803 (the interface's name)
        portNumber: int = 0,  # noqa: N803 (the interface's name)
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803 (the interface's name)
        transportSemantics: str = "TCP",  # noqa: N803 (the interface's name)
    ) -> IHostResolution:
        """Resolve as the reactor would have, telling the receiver of allowed addresses only."""
        receiver: Any = resolutionReceiver
        if (hostName, portNumber) not in self.proxies:
            receiver = _GuardedReceiver(resolutionReceiver, self, (hostName, portNumber))
        resolution: IHostResolution = self._inner.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )
        return resolution


def _target(proxy: str) -> tuple[str, int]:
    parts = urlsplit(proxy)
    return parts.hostname or "", parts.port or 80


@implementer(IResolutionReceiver)
class _GuardedReceiver:
    def __init__(self, receiver: Any, resolver: GuardedResolver, target: tuple[str, int]) -> None:
        self._receiver = receiver
        self._resolver = resolver
        self._target = target
        self._has_passed = False
        self._has_refused = False

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802 (the interface's name)
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 (the interface's name)
        if self._resolver.guard.allows(address.host, self._target[1]):
            self._has_passed = True
            self._receiver.addressResolved(address)
        else:
            self._has_refused = True

    def resolutionComplete(self) -> None:  # noqa: N802 (the interface's name)
        if self._has_refused and not self._has_passed:
            self._resolver.refused.add(self._target)
        else:
            self._resolver.refused.discard(self._target)
        self._receiver.resolutionComplete()

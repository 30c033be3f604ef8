"""Who may come in (SEC-22): anybody on this machine; from elsewhere, who has the token (pure)."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

TOKEN_LENGTH = 32


class AccessError(ValueError):
    """The page would be open to others."""

    def __init__(self, host: str, trouble: str) -> None:
        super().__init__(f"{host}: {trouble}")
        self.host = host


@dataclass(frozen=True, slots=True)
class Access:
    """Where the page listens and what opens it. `names` are further host names that it answers to.

    `address` is where others find the page (`web.address`), None where they cannot.

    Raises AccessError for an address beyond this machine without a token of at least 32 bytes.
    """

    host: str = "127.0.0.1"
    token: str | None = field(default=None, repr=False)
    names: tuple[str, ...] = ()
    address: str | None = None

    def __post_init__(self) -> None:
        if self.is_public and len((self.token or "").encode()) < TOKEN_LENGTH:
            raise AccessError(self.host, f"listening beyond this machine needs a token of {TOKEN_LENGTH} bytes or more")

    @property
    def is_public(self) -> bool:
        """Whether others than this machine can reach the page."""
        return not is_loopback(self.host)

    def is_host_allowed(self, header: str) -> bool:
        """Whether a request's Host is one of ours: a foreign name here is a page that attacks by DNS rebinding.

        A bare address cannot be rebound; so beyond loopback every address is good, for we may have several.
        """
        try:
            host = (urlsplit(f"//{header}").hostname or "").lower()
        except ValueError:
            return False
        if host in {self.host.lower(), *(name.lower() for name in self.names)} - {""} or is_loopback(host):
            return True
        return self.is_public and _is_address(host)

    def is_token(self, given: str) -> bool:
        """Whether this is the token; takes as long for a near miss as for a wild one."""
        return self.token is not None and hmac.compare_digest(self.token.encode(), given.encode())


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone."""
    return host.lower() == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

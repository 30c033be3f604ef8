"""Where mails are handed in: a server, read from one secret address. Pure.

`smtps://user:password@host` speaks TLS from the first byte (465), `smtp://` turns to it by STARTTLS (587), always: a
server that offers none gets neither the password nor the mail. Only on this machine plain text is spoken.
"""

from __future__ import annotations

import ipaddress
import re
from base64 import b64encode
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from alerts.errors import UnusableDestinationError

ADDRESS_PATTERN = r"(?=.{3,254}$)[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"
_HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")


class Security(StrEnum):
    """How a connection is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server and who we are there; all of it is secret."""

    host: str = field(repr=False)
    port: int
    security: Security
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no answer may repeat: the password, in the forms in which a server gets it (SEC-20)."""
        if not self.password:
            return ()
        coded = [b64encode(one.encode()).decode() for one in (f"\0{self.user}\0{self.password}", self.password)]
        return (*coded, self.password)


def mail_server(destination: str, url: str) -> MailServer:
    """Return the server of an address; raises UnusableDestinationError, which does not repeat it (SEC-20)."""
    try:
        parts = urlsplit(url)
        return _server(parts, parts.hostname or "", parts.port)
    except ValueError as error:
        # Only our own sentences: those of the library repeat what it could not read.
        trouble = str(error) if isinstance(error, _UnreadableError) else "its url is not an address"
        raise UnusableDestinationError(destination, trouble) from None


class _UnreadableError(ValueError):
    """An address of a server that cannot be meant."""


def _server(parts: SplitResult, host: str, port: int | None) -> MailServer:
    if parts.scheme not in ("smtp", "smtps") or not _HOST.fullmatch(host):
        raise _UnreadableError("its url must begin with smtp:// or smtps:// and name a host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _UnreadableError(
            "its url ends with host and port; in user and password write %2F for /, %3F for ?, %23 for # and %40 for @"
        )
    user = unquote(parts.username) if parts.username else None
    if (parts.password is not None) != (user is not None):
        raise _UnreadableError("its url needs a user and a password, or neither")
    is_tls = parts.scheme == "smtps"
    security = Security.TLS if is_tls else Security.NONE if _is_this_machine(host) else Security.STARTTLS
    return MailServer(host, port or (465 if is_tls else 587), security, user, unquote(parts.password or ""))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

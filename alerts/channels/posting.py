"""One request with a JSON body, under a total deadline (D-15): what every channel over HTTP shares."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httpx

from alerts.errors import UnusableDestinationError
from alerts.outcome import Result, SendOutcome

READ_LIMIT = 64 * 1024
TELLING_LENGTH = 8
_BEFORE_THE_FIRST_BYTE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_CERTIFICATES: Mapping[int, str] = {  # by OpenSSL's number of what is wrong with it
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is signed by itself",
    19: "its certificate is of an unknown authority",
    20: "its certificate is of an unknown authority",
    62: "its certificate is for another name",
    64: "its certificate is for another address",
}
_UNUSABLE = (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits of one attempt, in seconds (D-15), and how many bytes of an answer are read."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 30.0
    size: int = READ_LIMIT


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered; `text` is at most 64 kB of it, unless its limits allow more."""

    status: int
    headers: Mapping[str, str]
    text: str


def usable_url(destination: str, url: str) -> str:
    """Return the address if one can post to it; the error does not repeat it (SEC-20)."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise UnusableDestinationError(destination, "its url is not an address") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise UnusableDestinationError(destination, "its url must begin with http:// or https:// and name a host")
    return url


def telling_parts(url: str) -> tuple[str, ...]:
    """Return what in an address may be a secret by itself: a password, long steps of the path, values of the query."""
    parsed = httpx.URL(url)
    steps = [step for step in parsed.path.split("/") if len(step) >= TELLING_LENGTH]
    values = [value for value in parsed.params.values() if value]
    return tuple(sorted({parsed.password, *steps, *values} - {""}, key=len, reverse=True))


def certificate_trouble(error: BaseException) -> str | None:
    """Return what is wrong with the certificate that an error comes from; None where it is another error."""
    cause = error.__cause__ or error.__context__
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(error.verify_code, "its certificate is not valid")
    return certificate_trouble(cause) if cause is not None else None


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Return who may vouch for a receiver, read once for all channels: it takes 20 ms, in which nothing is sent."""
    return httpx.create_ssl_context(trust_env=False)


class Poster:
    """Posts bytes. Redirects are not followed; nothing of the environment (proxies) is used.

    `transport` is another way to the network than the direct one.
    """

    def __init__(
        self, user_agent: str, limits: Limits | None = None, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._user_agent = user_agent
        self._limits = limits or Limits()
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer | Result:
        """Post once; a Result where no answer came."""
        return await self.request("POST", url, body, headers)

    async def request(
        self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer | Result:
        """Ask once; a Result where no answer came.

        Of a network error only its class is told, and what is wrong with a certificate: its text may hold the address
        (SEC-20).
        """
        try:
            return await self._ask(method, url, body, headers or {})
        except TimeoutError:
            return Result(SendOutcome.UNCERTAIN, code="total deadline")
        except _BEFORE_THE_FIRST_BYTE as error:
            trouble = certificate_trouble(error)
            return Result(SendOutcome.DEST_TEMP, code=type(error).__name__ + (f": {trouble}" if trouble else ""))
        except _UNUSABLE as error:
            return Result(SendOutcome.DEST_PERM, code=f"{type(error).__name__}: its url cannot be used")
        except httpx.HTTPError as error:
            return Result(SendOutcome.UNCERTAIN, code=type(error).__name__)

    async def _ask(self, method: str, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        # An answer is read raw, so it must not come compressed.
        own = {"content-type": "application/json", "accept-encoding": "identity", "user-agent": self._user_agent}
        every = {**own, **headers}
        status: int | None = None
        received: Mapping[str, str] = {}
        body = bytearray()
        try:
            async with (
                asyncio.timeout(self._limits.total),
                self._opened().stream(method, url, content=content, headers=every) as response,
            ):
                status, received = response.status_code, dict(response.headers)
                async for chunk in response.aiter_raw():  # raw: a compressed answer is never blown up
                    body += chunk[: self._limits.size - len(body)]
                    if len(body) >= self._limits.size:
                        break
        except (TimeoutError, httpx.HTTPError):
            if status is None:
                raise
            # The status is the answer; what is missing is only the rest of its words.
        return Answer(status, received, bytes(body).decode(errors="replace"))

    def _opened(self) -> httpx.AsyncClient:
        """Return the client, made in the loop that uses it."""
        if self._client is None:
            limits = self._limits
            timeout = httpx.Timeout(limits.read, connect=limits.connect)
            self._client = httpx.AsyncClient(
                transport=self._transport or httpx.AsyncHTTPTransport(verify=trusted_authorities(), trust_env=False),
                timeout=timeout,
                follow_redirects=False,
                trust_env=False,
            )
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

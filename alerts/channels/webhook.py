"""The generic webhook, signed by the Standard Webhooks scheme 1.0.0 (reliability 3.4)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from alerts.channels.base import Parcel
from alerts.channels.webhook_body import webhook_body
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome, classify_webhook, redacted, retry_after

READ_LIMIT = 64 * 1024
SECRET_PREFIX = "whsec_"  # noqa: S105 (the scheme's prefix, not a secret)
SECRET_BYTES = range(24, 65)
TELLING_LENGTH = 8
_BEFORE_THE_FIRST_BYTE = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_UNUSABLE = (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Time limits of one attempt, in seconds (D-15)."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 30.0


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    text: str


def signing_keys(destination: str, secret: str) -> tuple[bytes, ...]:
    """Return the keys of a secret: `whsec_` and base64 of 24 to 64 bytes; several, with spaces, while rotating."""
    keys = []
    for one in secret.split():
        try:
            key = base64.b64decode(one.removeprefix(SECRET_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not one.startswith(SECRET_PREFIX) or len(key) not in SECRET_BYTES:
            raise UnusableDestinationError(
                destination, "its secret must be whsec_ followed by base64 of 24 to 64 random bytes"
            ) from None
        keys.append(key)
    if not keys:
        raise UnusableDestinationError(destination, "a webhook needs a secret")
    return tuple(keys)


def usable_url(destination: str, url: str) -> str:
    """Return the address if one can post to it; the error does not repeat it (SEC-20)."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise UnusableDestinationError(destination, "its url is not an address") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise UnusableDestinationError(destination, "its url must begin with http:// or https:// and name a host")
    return url


def _telling_parts(url: str) -> tuple[str, ...]:
    """Return what in an address may be a secret by itself: a password, long steps of the path, values of the query."""
    parsed = httpx.URL(url)
    steps = [step for step in parsed.path.split("/") if len(step) >= TELLING_LENGTH]
    values = [value for value in parsed.params.values() if value]
    return tuple(sorted({parsed.password, *steps, *values} - {""}, key=len, reverse=True))


def sign(keys: tuple[bytes, ...], key: str, timestamp: int, body: bytes) -> str:
    """Return the `webhook-signature` header over the very bytes that are sent (W-2)."""
    signed = f"{key}.{timestamp}.".encode() + body
    digests = (hmac.new(one, signed, hashlib.sha256).digest() for one in keys)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


class WebhookChannel:
    """Posts to one address. Redirects are not followed; nothing of the environment (proxies) is used."""

    can_edit = False
    has_key = True
    interval = 0.2

    def __init__(
        self,
        name: str,
        url: str,
        secret: str,
        *,
        user_agent: str,
        clock: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        self._url = usable_url(name, url)
        self._keys = signing_keys(name, secret)
        self._secrets = (url, *secret.split(), *_telling_parts(url))
        self._user_agent = user_agent
        self._clock = clock
        self._limits = limits or Limits()
        self._client: httpx.AsyncClient | None = None

    def compose(self, message: Message, layout: Layout) -> bytes:
        """Write the JSON of contracts."""
        return webhook_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Post once. Only the class of a network error is told: its text may hold the address (SEC-20)."""
        try:
            answer = await self._post(parcel)
        except TimeoutError:
            return Result(SendOutcome.UNCERTAIN, code="total deadline")
        except _BEFORE_THE_FIRST_BYTE as error:
            return Result(SendOutcome.DEST_TEMP, code=type(error).__name__)
        except _UNUSABLE as error:
            return Result(SendOutcome.DEST_PERM, code=f"{type(error).__name__}: its url cannot be used")
        except httpx.HTTPError as error:
            return Result(SendOutcome.UNCERTAIN, code=type(error).__name__)
        return self._result(answer)

    def _result(self, answer: _Answer) -> Result:
        wait = retry_after(answer.headers, answer.text, self._clock())
        stated = any(name.lower() == "retry-after" for name in answer.headers)
        return Result(
            classify_webhook(answer.status, has_retry_after=stated),
            status=answer.status,
            code=f"http {answer.status}",
            retry_after=wait,
            response=redacted(answer.text, self._secrets),
        )

    async def _post(self, parcel: Parcel) -> _Answer:
        headers = self._headers(parcel)
        status: int | None = None
        received: Mapping[str, str] = {}
        body = bytearray()
        try:
            async with (
                asyncio.timeout(self._limits.total),
                self._opened().stream("POST", self._url, content=parcel.body, headers=headers) as response,
            ):
                status, received = response.status_code, dict(response.headers)
                async for chunk in response.aiter_raw():  # raw: a compressed answer is never blown up
                    body += chunk[: READ_LIMIT - len(body)]
                    if len(body) >= READ_LIMIT:
                        break
        except (TimeoutError, httpx.HTTPError):
            if status is None:
                raise
            # The status is the answer; what is missing is only the rest of its words.
        return _Answer(status, received, bytes(body).decode(errors="replace"))

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        timestamp = int(self._clock().timestamp())
        return {
            "content-type": "application/json",
            "user-agent": self._user_agent,
            "webhook-id": parcel.key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self._keys, parcel.key, timestamp, parcel.body),
        }

    def _opened(self) -> httpx.AsyncClient:
        """Return the client, made in the loop that uses it."""
        if self._client is None:
            limits = self._limits
            timeout = httpx.Timeout(limits.read, connect=limits.connect)
            self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False)
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

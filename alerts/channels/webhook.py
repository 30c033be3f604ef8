"""The generic webhook, signed by the Standard Webhooks scheme 1.0.0 (reliability 3.4)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

from alerts.channels.base import Parcel
from alerts.channels.posting import Answer, Limits, Poster, telling_parts, usable_url
from alerts.channels.webhook_body import webhook_body
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, classify_webhook, redacted, retry_after

SECRET_PREFIX = "whsec_"  # noqa: S105 (the scheme's prefix, not a secret)
SECRET_BYTES = range(24, 65)


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


def sign(keys: tuple[bytes, ...], key: str, timestamp: int, body: bytes) -> str:
    """Return the `webhook-signature` header over the very bytes that are sent (W-2)."""
    signed = f"{key}.{timestamp}.".encode() + body
    digests = (hmac.new(one, signed, hashlib.sha256).digest() for one in keys)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


class WebhookChannel:
    """Posts to one address. It is read by machines, so every material revision is told (W-4)."""

    can_edit = False
    has_key = True
    is_for_machines = True
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
        self._secrets = (url, *secret.split(), *telling_parts(url))
        self._clock = clock
        self._poster = Poster(user_agent, limits)

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write the JSON of contracts."""
        return webhook_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Post once."""
        answer = await self._poster.post(self._url, parcel.body, self._headers(parcel))
        return answer if isinstance(answer, Result) else self._result(answer)

    def _result(self, answer: Answer) -> Result:
        wait = retry_after(answer.headers, answer.text, self._clock())
        stated = any(name.lower() == "retry-after" for name in answer.headers)
        return Result(
            classify_webhook(answer.status, has_retry_after=stated),
            status=answer.status,
            code=f"http {answer.status}",
            retry_after=wait,
            response=redacted(answer.text, self._secrets),
        )

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        timestamp = int(self._clock().timestamp())
        return {
            "webhook-id": parcel.key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self._keys, parcel.key, timestamp, parcel.body),
        }

    async def close(self) -> None:
        """Close the connections."""
        await self._poster.close()

"""Secrets in the words of others, in every form that a receiver, a proxy or a library may say them back in (SEC-20). Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import quote

SHORTEST_INSIDE = 8  # bytes of a secret that is looked for in base64, where a shorter one could be found by chance
_SKIPPED = (0, 2, 3)  # letters at its begin that also depend on what stands before it, by the place it begins at


def secret_forms(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return what to take out of a text, the longest first: each secret plainly, percent-encoded, in JSON, in base64."""
    forms = {form for secret in secrets if secret for form in _forms(secret)}
    return tuple(sorted(forms - {""}, key=len, reverse=True))


@cache
def _forms(secret: str) -> frozenset[str]:
    plain = (secret, quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1])
    return frozenset((*plain, *_in_base64(secret.encode(errors="replace"))))


def _in_base64(secret: bytes) -> Iterator[str]:
    """Yield how a secret stands inside of longer base64: at each of three places, as far as it alone decides."""
    if len(secret) < SHORTEST_INSIDE:
        return
    for place, skipped in enumerate(_SKIPPED):
        certain = slice(skipped, (place + len(secret)) * 8 // 6)
        padded = bytes(place) + secret
        yield base64.b64encode(padded).decode()[certain]
        yield base64.urlsafe_b64encode(padded).decode()[certain]

"""Signatures of hubs (WebSub, section 8): `X-Hub-Signature: sha256=…`, an HMAC of the body by a secret of one push. Pure.

sha1 is what one of the largest hubs signs by, and nothing else. As an HMAC it is not broken, and a forged push is worth a poll
of a public feed; so it is taken, but of a hub that has never signed by better.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

WEAK = "sha1"
STRONG = "sha256"
# Named one by one: hashlib.new would take whatever it knows, md5 as well.
_HASHES: MappingProxyType[str, Callable[..., Any]] = MappingProxyType({
    WEAK: hashlib.sha1, STRONG: hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512,
})  # fmt: skip
_SIGNATURE = re.compile(r"\s*(sha(?:1|256|384|512))=([0-9a-fA-F]{40,128})\s*")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it was given, and whether it may be believed if it is right."""

    algorithm: str
    digest: str = field(repr=False)
    is_strong_enough: bool = True

    def begin(self, secret: str) -> hmac.HMAC:
        """Return the HMAC that the body is fed to."""
        return hmac.new(secret.encode(), digestmod=_HASHES[self.algorithm])

    def is_of(self, computed: hmac.HMAC) -> bool:
        """Say whether this is the signature of what was fed; takes as long for a near miss as for a wild one."""
        is_equal = hmac.compare_digest(computed.hexdigest(), self.digest.lower())
        return is_equal and self.is_strong_enough


def read_signature(header: str | None, known: str | None) -> Signature:
    """Return the signature of a push; `known` signed the last good one. One that cannot be read is of nothing."""
    found = _SIGNATURE.fullmatch(header or "")
    if found is None:
        return Signature(STRONG, "", is_strong_enough=False)
    is_weaker = found[1] == WEAK and known not in (None, WEAK)
    return Signature(found[1], found[2], is_strong_enough=not is_weaker)

"""The token, asked for: where it is right all is well, and guessing is slowed down (SEC-24)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping

from starlette.responses import PlainTextResponse

from web.access import Access

BAD_TOKENS = 10
BAD_TOKENS_WITHIN = 60.0


class TokenCheck:
    """Compares what is given with the token; after ten wrong ones within a minute nobody may try."""

    def __init__(self, access: Access, clock: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._clock = clock
        self._bad_tokens: deque[float] = deque(maxlen=BAD_TOKENS)

    @property
    def is_possible(self) -> bool:
        """Whether there is a token at all."""
        return self._access.token is not None

    def refusal(self, given: str | None) -> Refusal | None:
        """Return 429 or 401, or None for the right token; to give none is no guess."""
        now = self._clock()
        if len(self._bad_tokens) == BAD_TOKENS and now - self._bad_tokens[0] < BAD_TOKENS_WITHIN:
            wait = int(BAD_TOKENS_WITHIN - (now - self._bad_tokens[0])) + 1
            return refuse(429, "Too many wrong tokens.", **{"Retry-After": str(wait)})
        if given is not None and self._access.is_token(given):
            return None
        if given is not None:
            self._bad_tokens.append(now)
        return refuse(401, "This page needs the token.", **{"WWW-Authenticate": "Bearer"})


class Refusal(PlainTextResponse):
    """A refusal in one sentence."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str]) -> None:
        super().__init__(f"{sentence}\n", status, headers)
        self.sentence = sentence
        self.told = headers


def refuse(status: int, sentence: str, **headers: str) -> Refusal:
    """Return a refusal in one sentence."""
    return Refusal(status, sentence, headers)

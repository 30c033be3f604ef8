"""What receivers answer, in words for people (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.outcome import Result, SendOutcome

WORDS: Mapping[str, str] = {
    SendOutcome.OK: "accepted",
    SendOutcome.NOOP: "nothing was to be changed",
    SendOutcome.RATE: "it asked us to wait",
    SendOutcome.DEST_TEMP: "it is ill or cannot be reached",
    SendOutcome.UNCERTAIN: "no clear answer came, it may have been accepted",
    SendOutcome.DEST_PERM: "it refuses us: its address, secret or place is wrong",
    SendOutcome.DEST_MOVED: "it has moved",
    SendOutcome.MSG_PERM: "it refused the message as such",
}


def in_words(outcome: str, error: str | None) -> str:
    """Return what an attempt came to: "it is ill or cannot be reached (http 500)"."""
    words = WORDS.get(outcome, outcome)
    return f"{words} ({error})" if error else words


def result_in_words(result: Result) -> str:
    """Return what a receiver answered, with its own words where they say more."""
    said = in_words(result.outcome, result.code)
    if result.retry_after:
        said += f"; it wants {result.retry_after:g} s"
    is_fine = result.outcome in (SendOutcome.OK, SendOutcome.NOOP)
    return f"{said}: {result.response}" if result.response and not is_fine else said

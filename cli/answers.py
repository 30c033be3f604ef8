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
# What to do about a refusal, by the receiver's word for it. Slack says these to an app (reliability 3.2).
HINTS: Mapping[str, str] = {
    "not_in_channel": "the app is not in that channel: write /invite and its name there",
    "channel_not_found": "there is no such channel, or it is private and the app is not in it: invite the app, or give the id",
    "is_archived": "that channel is archived",
    "invalid_auth": "its token is wrong: copy the Bot User OAuth Token of the app again",
    "not_authed": "its token did not arrive: is a proxy between us that takes headers away?",
    "account_inactive": "the app was removed from the workspace: install it again, and take its new token",
    "token_revoked": "its token was withdrawn: install the app again, and take its new token",
    "token_expired": "its token has expired: switch token rotation off for the app, and take its new token",
    "missing_scope": "the app may not write: add the scope chat:write, and install it again",
    "restricted_action": "a rule of the workspace forbids the app to write there",
    "ratelimited": "too many messages in a short time",
}


def in_words(outcome: str, error: str | None) -> str:
    """Return what an attempt came to: "it is ill or cannot be reached (http 500)"."""
    words = WORDS.get(outcome, outcome)
    return f"{words} ({error})" if error else words


def result_in_words(result: Result) -> str:
    """Return what a receiver answered: with what to do where we know it, else with its own words if they say more."""
    said = in_words(result.outcome, result.code)
    if result.retry_after:
        said += f"; it wants {result.retry_after:g} s"
    is_fine = result.outcome in (SendOutcome.OK, SendOutcome.NOOP)
    more = HINTS.get(result.code or "") or result.response
    return f"{said}: {more}" if more and not is_fine else said

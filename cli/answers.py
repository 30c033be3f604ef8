"""What receivers answer, in words for people (pure)."""

from __future__ import annotations

import re
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
# What to do about a refusal, by the receiver's word for it (what Slack says to an app: reliability 3.2), or by the number
# that Discord and ntfy end it with: "Unknown Webhook (10015)" (3.5). Matrix has words (M_…).
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
    "10003": "its channel or thread is gone: name another, or none",
    "10015": "the webhook was deleted: make a new one and put in its address",
    "40009": "a topic has 1 to 64 letters of a to z, digits, - and _",
    "40010": "the server keeps this topic for itself: take another",
    "40101": "the token is not known there, or no longer",
    "40301": "the topic is somebody's: give a token that may write there, or take another",
    "40401": "there is no ntfy at `base_url`",
    "42908": "its messages of the day are used up; a new day begins at midnight UTC",
    "50027": "the address of the webhook is not whole: copy it again",
    "M_FORBIDDEN": "the account is not in that room, or may not write there: invite it and join with it; if the room was"
    " upgraded, name the new one",
    "M_NOT_FOUND": "there is no such room: look the alias or id up again in the settings of the room",
    "M_UNKNOWN_TOKEN": "its token is wrong, has expired or was signed out: sign in again, and take the new token",
    "M_MISSING_TOKEN": "its token did not arrive: is a proxy between us that takes headers away?",
    "M_UNRECOGNIZED": "no home server answers at `base_url`: give the address of its client API",
    "M_USER_DEACTIVATED": "the account was closed: make another",
    "M_USER_LOCKED": "the account is locked: ask whoever runs the server",
    "M_USER_SUSPENDED": "the account may only read: ask whoever runs the server",
    "M_CONSENT_NOT_GIVEN": "the account has to accept the terms of the server: sign in with it once",
    "M_RESOURCE_LIMIT_EXCEEDED": "the server is over a limit of its own: ask whoever runs it",
    "M_LIMIT_EXCEEDED": "too many messages in a short time",
    "220001": "a webhook of a forum needs a thread: name one as `thread`",
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
    is_fine = result.outcome in (SendOutcome.OK, SendOutcome.NOOP) and not result.code
    more = _hint(result.code) or result.response
    return f"{said}: {more}" if more and not is_fine else said


def _hint(code: str | None) -> str | None:
    number = re.search(r"\((\d+)\)", code or "")
    return HINTS.get(number[1] if number else code or "")

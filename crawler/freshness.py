"""What an answer says of when to come back: `Cache-Control: max-age` and `Age`, RSS `ttl`, `skipHours`, `skipDays`.

Pure. The channel's elements are found by patterns in the feed's head, before its first item: no parser is needed for
three numbers. `sy:updatePeriod` is not heard: WordPress writes "hourly" into every feed, whatever the outlet does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from db.publishing import Advice

LONGEST = 24 * 3600
_HEAD = 16_384
_FIRST_ITEM = re.compile(rb"<item[\s>]", re.IGNORECASE)
_TTL = re.compile(rb"<ttl>\s{0,9}(\d{1,9})\s{0,9}</ttl>", re.IGNORECASE)
_SKIPPED_HOURS = re.compile(rb"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_SKIPPED_DAYS = re.compile(rb"<skipDays>(.{0,2000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour>\s{0,9}(\d{1,2})\s{0,9}</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s{0,9}([a-z]{6,9})\s{0,9}</day>", re.IGNORECASE)
_MAX_AGE = re.compile(r"\bmax-age\s{0,9}=\s{0,9}\"?(\d{1,9})", re.IGNORECASE)
_NOT_KEPT = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
_DAYS = (b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday")


def fresh_for(headers: Mapping[str, str]) -> int | None:
    """Return the seconds, at most a day, for which a cache may still repeat this answer: max-age less Age (RFC 9111).

    None if it says nothing, or that it may not be kept. `headers` have names in lower case.
    """
    control = headers.get("cache-control", "")
    found = _MAX_AGE.search(control)
    if found is None or _NOT_KEPT.search(control):
        return None
    age = headers.get("age", "").strip()
    left = int(found[1]) - (int(age) if age.isdecimal() and len(age) < 10 else 0)  # noqa: PLR2004 (digits)
    return min(left, LONGEST) if left > 0 else None


def advice_of(body: bytes) -> Advice:
    """Return what the head of an RSS feed says; nothing for any other body. Skipping the whole week is no advice."""
    head = body[:_HEAD]
    first = _FIRST_ITEM.search(head)
    channel = head[: first.start()] if first else head
    found = _TTL.search(channel)
    ttl = min(int(found[1]) * 60, LONGEST) if found else 0
    return Advice(ttl or None, _skipped(channel))


def _skipped(channel: bytes) -> tuple[int, ...]:
    """Return the hours of the week to stay away, 0 being Monday 0:00 UTC; an hour 24 is midnight."""
    hours = {int(hour) % 24 for hour in _within(_SKIPPED_HOURS, _HOUR, channel) if int(hour) <= 24}  # noqa: PLR2004
    named = {day.lower() for day in _within(_SKIPPED_DAYS, _DAY, channel)}
    days = {number for number, name in enumerate(_DAYS) if name in named}
    skipped = tuple(hour for hour in range(7 * 24) if hour % 24 in hours or hour // 24 in days)
    return skipped if len(skipped) < 7 * 24 else ()


def _within(block: re.Pattern[bytes], each: re.Pattern[bytes], channel: bytes) -> list[bytes]:
    found = block.search(channel)
    return each.findall(found[1]) if found else []

"""Answers that a reader may keep: 304 where it has the newest already (RFC 9110 §13), a few minutes without asking."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

from web.api.answers import is_known


@dataclass(frozen=True, slots=True)
class Kept:
    """What is sent. `changed_at`: when anything in it changed last, None where that is not known."""

    body: bytes
    media_type: str
    changed_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(request: Request, kept: Kept) -> Response:
    """Return it whole, or 304 with the same validators; a tag weighs more than a date, as it does in RFC 9110 §13.2.2."""
    tag = f'"{hashlib.sha256(kept.body).hexdigest()[:32]}"'
    headers = {"ETag": tag, **kept.headers}
    if kept.changed_at is not None:
        headers["Last-Modified"] = format_datetime(kept.changed_at.astimezone(UTC), usegmt=True)
    if _has_newest(request, tag, kept.changed_at):
        return Response(None, 304, headers)
    return Response(kept.body, 200, headers, kept.media_type)


def _has_newest(request: Request, tag: str, changed_at: datetime | None) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        return is_known(known, tag)
    since = _moment(request.headers.get("if-modified-since"))
    return since is not None and changed_at is not None and changed_at.replace(microsecond=0) <= since


def _moment(written: str | None) -> datetime | None:
    """Return the time that a header tells; None where it tells none, which counts as if it were not there."""
    try:
        moment = parsedate_to_datetime(written or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)

"""Answers with a validator: who has the newest already is told so in a line (RFC 9110 §8.8, §13)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"
View = TypeVar("View")


def written(value: Any) -> bytes:
    """Return a value as JSON, as all answers are written."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def answer(request: Request, value: Any) -> Response:
    """Return a value as JSON with its entity tag; 304 where the request names that tag. Raises HTTPException 406."""
    return _answer(request, written(value))


def _answer(request: Request, body: bytes, links: str | None = None) -> Response:
    if not is_accepted(request.headers.get("accept"), JSON):
        raise HTTPException(406, f"This answers in {JSON} only.")
    headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"}
    if links is not None:
        headers["Link"] = links
    if is_known(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=JSON)


def cut(views: list[View], limit: int, cursor_of: Callable[[View], str]) -> tuple[list[View], str | None]:
    """Return what to show of one more than was asked for, and the cursor of the rest where there is one."""
    return views[:limit], cursor_of(views[limit - 1]) if len(views) > limit else None


def piece(request: Request, items: Sequence[dict[str, Any] | bytes], following: str | None) -> Response:
    """Return a piece of a list; `next` is the address of the following one, in the body and as a link (RFC 8288).

    An item may be JSON already, as `written` returns it.
    """
    texts = b",".join(one if isinstance(one, bytes) else written(one) for one in items)
    if following is None:
        return _answer(request, _listed(texts, None))
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    address = f"{request.url.path}?{urlencode([*kept, ('cursor', following)])}"
    return _answer(request, _listed(texts, address), f'<{address}>; rel="next"')


def _listed(items: bytes, following: str | None) -> bytes:
    return b'{"items":[' + items + b'],"next":' + written(following) + b"}"


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Say whether a header names this tag, compared weakly as it must be, or any."""
    named = [one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")]
    return tag in named or named == ["*"]


def is_accepted(accept: str | None, media_type: str) -> bool:
    """Say whether a header takes a media type: its most specific range decides (RFC 9110 §12.5.1)."""
    if accept is None or not accept.strip():
        return True
    ranks = {media_type: 2, f"{media_type.split('/', maxsplit=1)[0]}/*": 1, "*/*": 0}
    found = [(ranks[name], weight) for name, weight in map(_weighed, accept.split(",")) if name in ranks]
    return bool(found) and max(found)[1] > 0


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = (one.strip().lower() for one in part.split(";"))
    weights = [one.removeprefix("q=") for one in parameters if one.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0

"""What a form of ours sent."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request

LONGEST_FORM = 4096


async def read_form(request: Request) -> dict[str, str] | None:
    """Return the fields of a form, the last of each name; None where it is longer than any of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return None
    fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[-1] for name, values in fields.items()}

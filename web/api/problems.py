"""Errors as the API tells them: problem details (RFC 9457), a status with a sentence on what is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class BadParameter:
    """A parameter that cannot be understood, and what is wrong with it."""

    parameter: str
    detail: str


class BadRequestError(Exception):
    """A request whose parameters cannot be understood."""

    def __init__(self, wrongs: Sequence[BadParameter]) -> None:
        super().__init__("; ".join(f"{wrong.parameter}: {wrong.detail}" for wrong in wrongs))
        self.wrongs = wrongs


def problem(status: int, detail: str, **more: Any) -> Response:
    """Return an answer that says what is wrong."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return Response(json.dumps(told, ensure_ascii=False).encode(), status, media_type=MEDIA_TYPE)


def bad_request(_request: Request, error: Exception) -> Response:
    """Name each bad parameter."""
    wrongs = error.wrongs if isinstance(error, BadRequestError) else ()
    return problem(400, str(error), errors=[asdict(wrong) for wrong in wrongs])


def refused(_request: Request, error: Exception) -> Response:
    """Say why nothing is answered."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(status, error.detail if isinstance(error, HTTPException) and error.detail else "No answer.")


def missing(_request: Request, error: Exception) -> Response:
    """Say that there is nothing at this address."""
    told = isinstance(error, HTTPException) and error.detail != HTTPStatus.NOT_FOUND.phrase
    return problem(404, str(error.detail) if told and isinstance(error, HTTPException) else "There is nothing here.")


def unavailable(_request: Request, _error: Exception) -> Response:
    """Say that the database does not answer; why is in the log and in /readyz."""
    return problem(503, "The database does not answer; /readyz says why.")


def failed(_request: Request, _error: Exception) -> Response:
    """Say that it is our fault."""
    return problem(500, "This failed; the log of the service says why.")

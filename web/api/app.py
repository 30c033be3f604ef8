"""The application below /api: its routes, its description for programs and for people, and its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from db import Database, DatabaseError
from web.api.answers import answer
from web.api.description import description
from web.api.docs import Docs
from web.api.operations import operations
from web.api.problems import BadRequestError, bad_request, failed, missing, refused, unavailable
from web.everyone import Everyone
from web.judgement import Judgement
from web.pages.frame import Frame


def build_api(
    database: Database, frame: Frame, judgement: Judgement, everyone: Everyone, language: str, *, needs_token: bool
) -> Starlette:
    """Return the API on a database; `language` is that of titles for who asks for none."""
    table = operations(database, language, judgement, everyone)
    document = description(table, needs_token=needs_token)

    def openapi(request: Request) -> Response:
        return answer(request, document)

    def begin(_request: Request) -> Response:
        return RedirectResponse("/api/docs", 308)

    routes = [Route(one.path, one.handler, name=one.name) for one in table]
    routes += [Route("/openapi.json", openapi), Route("/docs", Docs(frame, document).show), Route("/", begin)]
    handlers: dict[Any, Callable[[Request, Exception], Response]] = {
        BadRequestError: bad_request,
        404: missing,
        500: failed,
        HTTPException: refused,
        DatabaseError: unavailable,
    }
    return Starlette(routes=routes, exception_handlers=handlers)

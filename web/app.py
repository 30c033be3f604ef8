"""The table of pages."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from db import Database, DatabaseError
from web.access import Access
from web.approvals import PATH, Approvals
from web.guard import Guard
from web.health import Health, Status
from web.pages import Pages, unavailable
from web.tokens import TokenCheck


def build_app(
    database: Database,
    status: Callable[[], Status],
    access: Access | None = None,
    language: str = "en",
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """Return the web page: what is in `database`, and how the service is by its `status`.

    Without `access` it is for this machine alone. `language` is that of titles and facts (`alerts.language`).
    """
    access = access or Access()
    tokens = TokenCheck(access, clock)
    health = Health(database, status)
    pages = Pages(database, language)
    approvals = Approvals(database, pages, tokens)
    routes = [
        Route("/", pages.events),
        Route("/events/{number}", pages.event),
        Route("/articles/{number}", pages.article),
        Route(PATH, approvals.show, methods=["GET"]),
        Route(PATH, approvals.decide, methods=["POST"]),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Mount("/static", StaticFiles(packages=[("web", "static")])),
    ]
    handlers = {404: pages.missing, 500: _failed, DatabaseError: unavailable}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), access, tokens)


def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This page failed; the log of the service says why.\n", 500)

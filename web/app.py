"""The table of pages."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from db import Database, DatabaseError
from web.access import Access
from web.guard import Guard
from web.health import Health, Status
from web.pages import Pages, unavailable


def build_app(
    database: Database, status: Callable[[], Status], access: Access | None = None, language: str = "en"
) -> ASGIApp:
    """Return the web page: what is in `database`, and how the service is by its `status`.

    Without `access` it is for this machine alone. `language` is that of titles and facts (`alerts.language`).
    """
    health = Health(database, status)
    pages = Pages(database, language)
    routes = [
        Route("/", pages.events),
        Route("/events/{number}", pages.event),
        Route("/articles/{number}", pages.article),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Mount("/static", StaticFiles(packages=[("web", "static")])),
    ]
    handlers = {404: pages.missing, 500: _failed, DatabaseError: unavailable}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), access or Access())


def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This page failed; the log of the service says why.\n", 500)

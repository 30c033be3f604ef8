"""The table of pages."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from db import Database
from web.access import Access
from web.guard import Guard
from web.health import Health, Status


def build_app(database: Database, status: Callable[[], Status], access: Access | None = None) -> ASGIApp:
    """Return the web page: what is in `database`, and how the service is by its `status`.

    Without `access` it is for this machine alone.
    """
    health = Health(database, status)
    pages = [
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
    ]
    app = Starlette(routes=pages, exception_handlers={404: _not_found, 500: _failed})
    return Guard(app, access or Access())


def _not_found(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("There is no such page.\n", 404)


def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This page failed; the log of the service says why.\n", 500)

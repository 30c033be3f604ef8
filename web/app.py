"""The table of pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

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
from web.pages.approvals import PATH, Approvals
from web.pages.article import ArticlePage
from web.pages.event import EventPage
from web.pages.frame import Frame, unavailable
from web.pages.now import Now
from web.pages.timeline import TimelinePage
from web.tokens import TokenCheck


def build_app(
    database: Database,
    status: Callable[[], Status],
    access: Access | None = None,
    language: str = "en",
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """Return the web page: what is in `database`, and how the service is by its `status`.

    Without `access` it is for this machine alone. `language` is that of titles and facts (`alerts.language`) for who asks for none.
    """
    access = access or Access()
    tokens = TokenCheck(access, clock)
    health = Health(database, status)
    frame = Frame(language)
    approvals = Approvals(database, frame, tokens)
    routes = [
        Route("/", Now(database, frame).show),
        Route("/timeline", TimelinePage(database, frame).show),
        Route("/events/{number}", EventPage(database, frame).show),
        Route("/articles/{number}", ArticlePage(database, frame).show),
        Route(PATH, approvals.show, methods=["GET"]),
        Route(PATH, approvals.decide, methods=["POST"]),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Mount("/static", StaticFiles(packages=[("web", "static")])),
    ]
    handlers: dict[Any, Callable[[Request, Exception], Response]] = {
        404: frame.missing,
        500: _failed,
        DatabaseError: unavailable,
    }
    return Guard(Starlette(routes=routes, exception_handlers=handlers), access, tokens)


def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This page failed; the log of the service says why.\n", 500)

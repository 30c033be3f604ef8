"""The table of pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from db import Database, DatabaseError
from db.pushes import PUSH_PATH
from web.access import Access
from web.api.app import build_api
from web.api.problems import missing as nothing_here
from web.badges import Badges
from web.everyone import Everyone
from web.exports import Exports
from web.feeds import Feeds
from web.guard import API, Guard
from web.health import Health, Status
from web.judgement import Judgement
from web.live import Running, Watch
from web.metrics import Metrics
from web.pages.approvals import PATH, Approvals
from web.pages.article import ArticlePage
from web.pages.articles import ArticlesPage
from web.pages.deliveries import Deliveries
from web.pages.event import EventPage
from web.pages.frame import Frame, unavailable
from web.pages.now import Now
from web.pages.outlets import Outlets
from web.pages.people import People
from web.pages.stream import EventStream
from web.pages.timeline import TimelinePage
from web.push import Pace, Pushes
from web.tokens import TokenCheck


def build_app(
    database: Database,
    status: Callable[[], Status],
    access: Access | None = None,
    language: str = "en",
    running: Running | None = None,
    judgement: Judgement | None = None,
) -> ASGIApp:
    """Return the web page: what is in `database`, and how the service is by its `status`.

    Without `access` it is for this machine alone. `language` is that of titles and facts (`alerts.language`) for who asks for none.
    `judgement` says how outlets and deliveries are now, `running` when what answers without end must end.
    """
    access, judgement, running = access or Access(), judgement or Judgement(), running or Running()
    tokens = TokenCheck(access, running.clock)
    health = Health(database, status)
    frame = Frame(language, access.address)
    approvals = Approvals(database, frame, tokens)
    everyone = Everyone()
    people = People(database, frame, tokens, everyone)
    now = Now(database, frame, judgement.clock)
    deliveries = Deliveries(database, frame, tokens, judgement)
    feeds, badges = Feeds(database, language, access.address), Badges(database, language)
    pushes = Pushes(database, judgement.clock, Pace(running.clock))
    routes = [
        Route("/", now.show),
        Route("/events/stream", EventStream(database, Watch(database, running)).show),
        Route("/events/{number}/item", now.show_one),
        Route("/events/{number}", EventPage(database, frame, judgement).show),
        Route("/articles", ArticlesPage(database, frame).show),
        Route("/timeline", TimelinePage(database, frame).show),
        Route("/articles/{number}", ArticlePage(database, frame).show),
        Route(PATH, approvals.show, methods=["GET"]),
        Route(PATH, approvals.decide, methods=["POST"]),
        Route("/people", people.show_list, methods=["GET"]),
        Route("/people", people.decide, methods=["POST"]),
        Route("/people/{name:path}", people.show_one),
        Route("/deliveries", deliveries.show, methods=["GET"]),
        Route("/deliveries", deliveries.retry, methods=["POST"]),
        Route("/outlets", Outlets(database, frame, judgement).show),
        Route("/events.atom", feeds.atom),
        Route("/events.json", feeds.json),
        Route("/export/{file}", Exports(database, language).send),
        Route("/badge.svg", badges.svg),
        Route("/badge.json", badges.json),
        Route("/metrics", Metrics(database, status).show),
        Route(f"{PUSH_PATH}/{{number}}/{{token}}", pushes.verify, methods=["GET"]),
        Route(f"{PUSH_PATH}/{{number}}/{{token}}", pushes.receive, methods=["POST"]),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Mount("/api", build_api(database, frame, judgement, everyone, language, needs_token=access.is_public)),
        Mount("/static", StaticFiles(packages=[("web", "static")])),
    ]
    handlers: dict[Any, Callable[[Request, Exception], Response]] = {
        404: partial(_missing, frame),
        500: _failed,
        DatabaseError: unavailable,
    }
    return Guard(Starlette(routes=routes, exception_handlers=handlers), access, tokens)


def _missing(frame: Frame, request: Request, error: Exception) -> Response:
    """Say that there is nothing, below /api as a problem: no route of it takes an address with a line break."""
    return nothing_here(request, error) if request.url.path.startswith(API) else frame.missing(request, error)


def _failed(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("This page failed; the log of the service says why.\n", 500)

"""What each address answers: a list in pieces, or one thing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from alerts.headline import headline
from db import Database, Session
from db.delivery_views import delivery_json
from db.queries import (
    ArticleFilter,
    DeliveryFilter,
    articles_after,
    deliveries_after,
    get_article,
    get_delivery,
    get_event,
    stamps_after,
)
from db.status import outlet_json, outlet_state
from db.views import EventView, article_json, event_json
from web.api import cursors
from web.api.answers import answer, cut, piece
from web.api.kept import KeptEvents
from web.api.parameters import (
    ArticleQuery,
    DeliveryQuery,
    EventQuery,
    NoQuery,
    OneEventQuery,
    OutletQuery,
    parsed,
)
from web.api.wanted import wanted_events
from web.judgement import Judgement
from web.pages.frame import ID_DIGITS

View = TypeVar("View")


@dataclass(frozen=True, slots=True)
class Lists:
    """Handlers of the lists. `language` is that of titles for who asks for none."""

    database: Database
    language: str
    judgement: Judgement
    kept: KeptEvents = field(default_factory=KeptEvents)

    def events(self, request: Request) -> Response:
        """Events, the newest first."""
        asked = parsed(EventQuery, request.query_params)
        after = cursors.event_place(asked.cursor) if asked.cursor else None
        with self.database.read() as session:
            stamps = stamps_after(session, wanted_events(session, asked), after, asked.limit + 1)
            shown, following = cut(stamps, asked.limit, lambda stamp: cursors.event_cursor(stamp.place))
            events = self.kept.write(session, shown, asked.language or self.language)
        return piece(request, events, following)

    def event(self, request: Request) -> Response:
        """One event."""
        asked = parsed(OneEventQuery, request.query_params)
        with self.database.read() as session:
            view = _found(get_event, session, _number(request))
        return answer(request, _titled(view, asked.language or self.language))

    def articles(self, request: Request) -> Response:
        """Articles, who came last first."""
        asked = parsed(ArticleQuery, request.query_params)
        after = cursors.number_place(cursors.ARTICLES, asked.cursor) if asked.cursor else None
        with self.database.read() as session:
            views = articles_after(session, _articles_of(asked), after, asked.limit + 1)
        shown, following = cut(views, asked.limit, lambda view: cursors.ARTICLES.write(view.id))
        return piece(request, [article_json(view) for view in shown], following)

    def article(self, request: Request) -> Response:
        """One article whole: with its text, what was made of it, and earlier versions."""
        parsed(NoQuery, request.query_params)
        with self.database.read() as session:
            view = _found(get_article, session, _number(request))
        return answer(request, article_json(view, whole=True))

    def outlets(self, request: Request) -> Response:
        """Outlets by name, with the state of each entry point."""
        asked = parsed(OutletQuery, request.query_params)
        after = cursors.name_place(asked.cursor) if asked.cursor else ""
        with self.database.read() as session:
            views = [one for one in self.judgement.outlets(session) if one.name > after]
        if asked.state is not None:
            views = [one for one in views if outlet_state(one) == asked.state]
        if asked.country is not None:
            views = [one for one in views if one.country == asked.country]
        shown, following = cut(views, asked.limit, lambda view: cursors.name_cursor(view.name))
        return piece(request, [outlet_json(view) for view in shown], following)

    def outlet(self, request: Request) -> Response:
        """One outlet, by its name."""
        parsed(NoQuery, request.query_params)
        name = request.path_params["id"]
        with self.database.read() as session:
            views = [one for one in self.judgement.outlets(session) if one.name == name]
        if not views:
            raise HTTPException(404, "No outlet has this name.")
        return answer(request, outlet_json(views[0]))

    def deliveries(self, request: Request) -> Response:
        """Deliveries, the newest first."""
        asked = parsed(DeliveryQuery, request.query_params)
        after = cursors.number_place(cursors.DELIVERIES, asked.cursor) if asked.cursor else None
        wanted = DeliveryFilter(asked.state, asked.destination, asked.event)
        with self.database.read() as session:
            views = deliveries_after(session, wanted, after, asked.limit + 1, self.judgement.holds_now(session))
        shown, following = cut(views, asked.limit, lambda view: cursors.DELIVERIES.write(view.id))
        return piece(request, [delivery_json(view) for view in shown], following)

    def delivery(self, request: Request) -> Response:
        """One delivery."""
        parsed(NoQuery, request.query_params)
        with self.database.read() as session:
            holds = self.judgement.holds_now(session)
            view = _found(lambda session, number: get_delivery(session, number, holds), session, _number(request))
        return answer(request, delivery_json(view))


def _articles_of(asked: ArticleQuery) -> ArticleFilter:
    return ArticleFilter(
        outlet=asked.outlet,
        language=asked.language,
        kind=asked.kind,
        decision=asked.decision,
        since=_midnight(asked.since) if asked.since is not None else None,
        before=_midnight(asked.until + timedelta(days=1)) if asked.until not in (None, date.max) else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _titled(view: EventView, language: str) -> dict[str, Any]:
    return event_json(view, headline(view.facts, language))


def _number(request: Request) -> int:
    """Return the number in an address. Raises HTTPException 404 for what is none that could have been given."""
    number = request.path_params["id"]
    if number.isascii() and number.isdecimal() and number[0] != "0" and len(number) <= ID_DIGITS:
        return int(number)
    raise HTTPException(404, "Nothing has this number.")


def _found(get: Callable[[Session, int], View | None], session: Session, number: int) -> View:
    view = get(session, number)
    if view is None:
        raise HTTPException(404, "Nothing has this number.")
    return view

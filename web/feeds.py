"""`/events.atom` and `/events.json`: the events for readers of feeds, filtered by the address as the API's list is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from alerts.wording import wording
from db import Database
from db.queries import EventFilter, changed_at, events_changed_last
from web.api.parameters import FeedQuery, parsed
from web.api.problems import BadRequestError, bad_request
from web.api.wanted import wanted_events
from web.conditional import Kept, answer
from web.entries import entry_of
from web.feed_forms import ATOM_TYPE, JSON_TYPE, Feed, atom, json_feed

OF_A_FILE = "urn:uuid:7c1f5d1e-6a43-4b6e-a1d5-0d4a0e5f6b11"  # what a feed is called that stands at no address
SETTLED = timedelta(seconds=2)  # a date of the last change tells seconds: one that is younger may have a second one


class Feeds:
    """Handlers of the two feeds. `language` is that of titles for who asks for none, `address` our public one."""

    def __init__(
        self,
        database: Database,
        language: str,
        address: str | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._language = language
        self._address = address
        self._clock = clock or (lambda: datetime.now(UTC))

    def atom(self, request: Request) -> Response:
        """Return the feed as Atom; 400 for parameters that are none."""
        return self._answer(request, atom, f"{ATOM_TYPE}; charset=utf-8")

    def json(self, request: Request) -> Response:
        """Return the feed as JSON Feed; 400 for parameters that are none."""
        return self._answer(request, json_feed, JSON_TYPE)

    def _answer(self, request: Request, form: Callable[[Feed], bytes], media_type: str) -> Response:
        try:
            asked = parsed(FeedQuery, request.query_params)
        except BadRequestError as error:
            return bad_request(request, error)
        feed, changed = self._feed(request, asked)
        is_settled = changed is not None and changed + SETTLED <= self._clock()
        headers = {"Cache-Control": "private, no-cache"}
        return answer(request, Kept(form(feed), media_type, changed if is_settled else None, headers))

    def _feed(self, request: Request, asked: FeedQuery) -> tuple[Feed, datetime | None]:
        language, page = asked.language or self._language, self._address or base_of(request)
        with self._database.read() as session:
            changed = changed_at(session)
            found = events_changed_last(session, wanted_events(session, asked), asked.limit)
        query = urlencode(sorted(request.query_params.multi_items()))
        self_url = f"{page}{request.url.path}" + (f"?{query}" if query else "")
        entries = tuple(entry_of(view, at, page, language) for view, at in found)
        return Feed(self_url, _title(language), language, entries, self_url, f"{page}/"), changed


def feed_of_all(database: Database, language: str, address: str | None) -> Feed:
    """Return every event as a feed, for a file; without an `address` of ours it has a name and no links to our pages."""
    with database.read() as session:
        found = events_changed_last(session, EventFilter(), None)
    entries = tuple(entry_of(view, at, address, language) for view, at in found)
    home = f"{address}/" if address is not None else None
    return Feed(
        f"{address}/events.atom" if address is not None else OF_A_FILE, _title(language), language, entries, None, home
    )


def _title(language: str) -> str:
    return f"Volya: {wording(language).label('outside', 'title')}"


def base_of(request: Request) -> str:
    """Return the address under which a page was asked for, without its path; the guard has looked at the host."""
    host, _, port = request.headers.get("host", "").rpartition(":")
    if not port.isdecimal():
        host, port = request.headers.get("host", ""), ""
    name = urlsplit(f"//{host}").hostname or "localhost"
    return f"{request.url.scheme}://{f'[{name}]' if ':' in name else name}" + (f":{port}" if port else "")

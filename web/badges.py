"""`/badge.svg` and `/badge.json`: the badge, which pages of others may show."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response

from alerts.wording import message_languages
from db import Database
from db.held import held_figures
from db.queries import last_release
from web.badge import Badge, badge_json, badge_svg, newest_figure
from web.conditional import Kept, answer
from web.languages import choose_language

FIGURES = 200  # so many of the newest figures are compared
# Any site may show it, and a browser asks again after five minutes.
_HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


class Badges:
    """Handlers of the badge. `language` is that for who asks for none by `?language=`."""

    def __init__(self, database: Database, language: str) -> None:
        self._database = database
        self._language = language

    def svg(self, request: Request) -> Response:
        """Draw it."""
        return answer(request, Kept(badge_svg(self._badge(request)), "image/svg+xml", headers=_HEADERS))

    def json(self, request: Request) -> Response:
        """Tell it as values."""
        body = json.dumps(badge_json(self._badge(request)), ensure_ascii=False).encode()
        return answer(request, Kept(body, "application/json", headers=_HEADERS))

    def _badge(self, request: Request) -> Badge:
        asked = request.query_params.get("language", "")
        with self._database.read() as session:
            held, release = newest_figure(held_figures(session, FIGURES)), last_release(session)
        return Badge(held, release, choose_language(asked, message_languages(), self._language))

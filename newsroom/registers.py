"""Registers on loopback: OFAC's recent actions, the Federal Register's API and Viasna's list of prisoners."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import Any
from urllib.parse import parse_qs, quote

from newsroom.served import Served
from newsroom.serving import Answer, LoopbackServer, Request

OFAC = "/recent-actions"
DOCUMENTS = "/api/v1/documents.json"
INSPECTION = "/api/v1/public-inspection-documents/current.json"
PRISONERS = "/en/list"
EXPORT = "/en/list/export"
PRISONER_COLUMNS = ("id", "url", "name", "status", "birthday", "gender", "arrested", "articles", "verdict_date", "decision",
                    "penalty", "judge", "prosecutor", "prison", "declaration", "release_date", "died")  # fmt: skip
_PAGE = 10
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_CONDITIONS = (
    "conditions[agencies][]",
    "conditions[term]",
    "conditions[type][]",
    "order",
    "per_page",
    "page",
    "fields[]",
)


@dataclass(frozen=True, slots=True)
class Act:
    """What an office has published: an action of OFAC, or a document of the Federal Register under its `number`.

    `filed_at` (aware) is when a document that is not yet published was laid open. `path` is where it stands, if not at its
    usual place.
    """

    title: str
    text: str
    day: date
    label: str = "General Licenses"
    number: str = ""
    filed_at: datetime | None = None
    path: str = ""


class RegisterServer(Served):
    """All three registers under one address; a context manager. What they hold can be changed at any time.

    `prisoners` are the statuses in Viasna's list, one a person. `script` makes the next requests of a path fail.
    """

    def __init__(
        self, clock: Callable[[], datetime] = lambda: datetime.now(UTC), host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.actions: list[Act] = []
        self.documents: list[Act] = []
        self.prisoners: list[str] = []
        self._scripts: dict[str, list[Answer]] = {}
        self._lock = threading.Lock()
        self._routes: dict[str, Callable[[Request], Answer]] = {
            OFAC: self._list_actions,
            DOCUMENTS: self._find_documents,
            INSPECTION: self._list_inspection,
            PRISONERS: lambda _: Answer(200, render_list_page(), _HTML),
            EXPORT: self._export,
        }
        self._server = LoopbackServer(self._respond, clock, host, port)

    @property
    def url(self) -> str:
        """Return the root address, without a slash at its end."""
        return self._server.url

    @property
    def documents_url(self) -> str:
        """Return the address of a search for what OFAC had printed in the Federal Register about Belarus."""
        agency = quote("conditions[agencies][]") + "=foreign-assets-control-office"
        return f"{self.url}{DOCUMENTS}?{agency}&{quote('conditions[term]')}=Belarus&order=newest"

    def script(self, path: str, *answers: Answer) -> None:
        """Give the next requests of `path` these answers, one each, before the true one comes back."""
        with self._lock:
            self._scripts.setdefault(path, []).extend(answers)

    def _respond(self, request: Request) -> Answer:
        with self._lock:
            if script := self._scripts.get(request.path):
                return script.pop(0)
        return self._routes.get(request.path, self._page)(request)

    def _list_actions(self, request: Request) -> Answer:
        page = parse_qs(request.query).get("page", ["0"])[0]
        return Answer(200, render_actions(self.actions, int(page)), _HTML)

    def _find_documents(self, request: Request) -> Answer:
        published = [one for one in self.documents if one.filed_at is None]
        return answer_documents(parse_qs(request.query), published, self.url)

    def _list_inspection(self, _: Request) -> Answer:
        laid_open = [one for one in self.documents if one.filed_at is not None]
        return Answer(200, json.dumps(_found(laid_open, self.url)).encode(), _JSON)

    def _export(self, _: Request) -> Answer:
        return Answer(200, render_prisoners(self.prisoners), {"Content-Type": "text/csv; charset=utf-8"})

    def _page(self, request: Request) -> Answer:
        paths = {path: act for act, path in zip(self.actions, _paths(self.actions), strict=True)}
        paths |= {_document_path(one): one for one in self.documents}
        act = paths.get(request.path)
        return Answer(200, _act_page(act), _HTML) if act else Answer(404, b"<title>Page not found</title>", _HTML)


def render_actions(actions: Sequence[Act], page: int) -> bytes:
    """Return a page of OFAC's list, ten actions (newest first) a page."""
    chosen = list(zip(actions, _paths(actions), strict=True))[page * _PAGE : (page + 1) * _PAGE]
    rows = "".join(
        f'<div class="margin-bottom-4 search-result views-row"><div><div class="font-sans-lg margin-bottom-05">'
        f'<a href="{path}" hreflang="en">{escape(act.title)}</a></div></div><div><div class="margin-top-1 font-sans-2xs">'
        f'{act.day:%B %d, %Y} -\n<a href="/recent-actions/x">{escape(act.label)}</a></div></div></div>'
        for act, path in chosen
    )
    return f'<!DOCTYPE html><html><body><div class="view-content">{rows}</div></body></html>'.encode()


def answer_documents(query: Mapping[str, Sequence[str]], documents: Sequence[Act], url: str) -> Answer:
    """Return what the API answers: what was found, a count of 0, or 400 for a condition that it does not know."""
    unknown = next((name for name in query if name not in _CONDITIONS), None)
    if unknown is not None:
        return Answer(400, json.dumps({"errors": {unknown: "is not a valid field"}}).encode(), _JSON)
    return Answer(200, json.dumps(_found(documents, url)).encode(), _JSON)


def render_list_page(*links: str) -> bytes:
    """Return the page of the list, with a link to it as CSV, or these `links` in its place."""
    anchors = "".join(links) or f'<a class="btn" href="{EXPORT}">CSV</a>'
    return (
        '<!DOCTYPE html><html lang="en"><body><a href="/en/list">List</a> <a href="https://elsewhere.example/list.csv">CSV</a>'
        f'{anchors}<a href="/en/person/made-up-one">Made Upone</a></body></html>'
    ).encode()


def render_prisoners(statuses: Sequence[str], delimiter: str = ",") -> bytes:
    """Return Viasna's list as CSV, a person a status; prisons are told on two lines, as there."""
    written = io.StringIO()
    table = csv.writer(written, delimiter=delimiter, lineterminator="\n")
    table.writerow(PRISONER_COLUMNS)
    for number, status in enumerate(statuses, 900_001):
        known = {
            "id": number,
            "name": f"Made Up {number}",
            "status": status,
            "prison": "Penal colony No. 0\n000000, Nowhere, Example street 1" if status == "active" else "released",
        }
        table.writerow([known.get(name, "") for name in PRISONER_COLUMNS])
    return written.getvalue().encode()


def _found(documents: Sequence[Act], url: str) -> dict[str, Any]:
    if not documents:
        return {"count": 0, "description": "Documents matching made up"}
    results = [_document(one, url) for one in documents]
    return {"count": len(results), "description": "Documents matching made up", "total_pages": 1, "results": results}


def _document(act: Act, url: str) -> dict[str, Any]:
    filed = {"filed_at": act.filed_at.astimezone(UTC).isoformat(), "filing_type": "special"} if act.filed_at else {}
    return {
        "title": act.title,
        "type": "Notice",
        "abstract": None,
        "document_number": act.number,
        "html_url": f"{url}{_document_path(act)}",
        "publication_date": f"{act.day:%Y-%m-%d}",
        "agencies": [{"raw_name": "Office of Foreign Assets Control"}],
        "excerpts": f'made-up <span class="match">Belarus</span> {escape(act.text[:80])}',
        **filed,
    }


def _document_path(act: Act) -> str:
    return act.path or f"/documents/{act.day:%Y/%m/%d}/{act.number}/made-up"


def _paths(actions: Sequence[Act]) -> list[str]:
    """Return where the actions are: the second of a day and later ones have their number behind the day."""
    days = [act.day for act in actions]
    return [
        act.path
        or f"{OFAC}/{act.day:%Y%m%d}{f'_{33 * days[:number].count(act.day):02d}' if act.day in days[:number] else ''}"
        for number, act in enumerate(actions)
    ]


def _act_page(act: Act) -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(act.title)}</title></head><body><main>'
        f'<article><h1>{escape(act.title)}</h1><div class="field--name-field-body"><div class="field__item">'
        f"<p>{escape(act.text)}</p></div></div></article></main></body></html>"
    ).encode()

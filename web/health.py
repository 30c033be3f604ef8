"""`/healthz` (we live) and `/readyz` (we can do our work), for watchers and people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse

from db import Database, DatabaseError
from db.maintenance import ask


class Status(Protocol):
    """How the service is: `faults` that an operator must mend, `reasons` why it cannot do its work now, details."""

    @property
    def faults(self) -> tuple[str, ...]: ...  # noqa: D102 (the field)
    @property
    def reasons(self) -> tuple[str, ...]: ...  # noqa: D102 (the field)
    @property
    def details(self) -> dict[str, Any]: ...  # noqa: D102 (the field)


class Health:
    """The two pages. They ask the service how it is, each time."""

    def __init__(self, database: Database, status: Callable[[], Status]) -> None:
        self._database = database
        self._status = status

    def alive(self, _request: Request) -> JSONResponse:
        """Answer 200 while we live, also without a network; 503 on a full disk (DB-6)."""
        is_faulty = bool(self._status().faults)
        return JSONResponse({"status": "faulty" if is_faulty else "alive"}, 503 if is_faulty else 200)

    def ready(self, _request: Request) -> JSONResponse:
        """Answer 200 if the database answers and every part does its work; else 503 with the reasons."""
        status = self._status()
        reasons = [*status.faults, *status.reasons, *self._trouble_of_database()]
        body = {"status": "not ready" if reasons else "ready", "reasons": reasons, **status.details}
        return JSONResponse(body, 503 if reasons else 200)

    def _trouble_of_database(self) -> list[str]:
        try:
            ask(self._database)
        except DatabaseError as error:
            return [f"database does not answer: {error}"]
        return []

"""A page to ask, without a server: requests go straight into the application."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from db import Database
from web.access import Access
from web.app import build_app


@dataclass
class Service:
    """How the made-up service is; a test sets it."""

    faults: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=lambda: {"network": "down"})


Ask = Callable[..., httpx.Response]


def send(app: Any, method: str, url: str, headers: dict[str, str]) -> httpx.Response:
    """Send one request into an application; values of headers may hold any Latin-1."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            raw = {name: value.encode("latin-1") for name, value in headers.items()}
            return await client.request(method, url, headers=raw)

    return asyncio.run(ask())


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def ask(sqlite_database: Database, service: Service) -> Ask:
    """Ask the page that listens on this machine alone; `access` is for other pages."""

    def ask_page(
        path: str, method: str = "GET", host: str = "127.0.0.1:8320", access: Access | None = None, **headers: str
    ) -> httpx.Response:
        app = build_app(sqlite_database, lambda: service, access)
        return send(app, method, f"http://127.0.0.1:8320{path}", {**headers, "Host": host})

    return ask_page


@pytest.fixture
def send_to() -> Callable[..., httpx.Response]:
    """Send one request into any application."""
    return send

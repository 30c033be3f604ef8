"""The web page, put together: who may come in, and what it asks of parts of the program that it may not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import SecretStr

from cli.keys import Settings, WebKeys
from db import Database, Session
from db.silences import Holds
from scheduler import ServiceStatus
from scheduler.health import judged
from scheduler.parts import App
from web.access import Access
from web.app import build_app
from web.judgement import Judgement


def access_of(keys: WebKeys, secrets: Mapping[str, SecretStr]) -> Access:
    """Return who may come in to the page; it answers to its public name too, for a proxy in front hands that on."""
    token = secrets["web.token"].get_secret_value() if "web.token" in secrets else None
    names = tuple(filter(None, [urlsplit(keys.address).hostname]))
    return Access(keys.host, token, names, keys.address or None)


def app_of(
    database: Database,
    settings: Settings,
    secrets: Mapping[str, SecretStr],
    holds: Callable[[Session, datetime], Holds],
    status: Callable[[], ServiceStatus],
) -> App:
    """Return the application that the page is; `holds` says what holds deliveries back at a moment."""
    access = access_of(settings.web, secrets)
    return build_app(database, status, access, settings.alerts.language, judgement=Judgement(judged, holds))

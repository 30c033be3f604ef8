"""`volya explain`: why something fired, merged or stayed silent, and why it was or was not sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from alerts.destinations import Destination
from alerts.roster import holds_of
from alerts.why_silent import NOBODY_TO_TELL
from cli.catalogue import address_rules
from cli.errors import CommandError
from cli.headlines import titled_json
from cli.invocation import Invocation, invocation_of
from cli.lateness import destination_lines
from cli.references import Reference, parse_reference
from cli.silence import lacking_json, silence_about, silence_json
from cli.views import local, print_json, print_text
from cli.wiring import destinations_of
from crawler import KeyRules, url_key
from db import Session
from db.facts import Analysis, from_json
from db.marks import words_on
from db.outbox import AlertView, alert_json, get_alert
from db.queries import get_article, get_event, list_changes
from db.status import alert_ids_of, article_id_of
from db.views import ArticleView, EventView, article_json, change_json
from events import explain_article, explain_event, explain_match, explain_neighbours, lacking


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", epilog="Examples: volya explain a7 · volya explain e3 · volya explain https://…")(explain)


def explain(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="ARTICLE|EVENT")],
) -> None:
    """Say why an article or event fired, merged or stayed silent; and why it was or was not sent, and where.

    Name an article as a7 or article:7 or by its address, an event as e3 or event:3. A bare number is an article;
    an event only where there is no article of that number.
    """
    invocation = invocation_of(context)
    reference = parse_reference(what)
    rules = address_rules(invocation.settings)
    with invocation.database() as database, database.read() as session:
        article = _article(session, reference, rules)
        if article is not None:
            _print_article(session, article, invocation)
            return
        event = get_event(session, reference.number) if reference.number and reference.thing != "article" else None
        if event is None:
            raise CommandError(f"{what}: no such article or event; see volya articles list, volya events list")
        _print_event(session, event, invocation)


def _article(session: Session, reference: Reference, rules: KeyRules) -> ArticleView | None:
    number = article_id_of(session, url_key(reference.url, rules)) if reference.url is not None else reference.number
    return get_article(session, number) if number and reference.thing != "event" else None


def _print_article(session: Session, view: ArticleView, invocation: Invocation) -> None:
    events = [event for number in view.events if (event := get_event(session, number)) is not None]
    considered = explain_match(session, view)
    places = destinations_of(invocation.settings, session)
    if not invocation.is_json:
        print_text(explain_article(view, events, considered))
        for event in events:
            print_text("\n" + "\n".join(_sending(session, event, places)))
        return
    language = invocation.settings.alerts.language
    clause = lacking(from_json(Analysis, view.analysis)) if view.analysis is not None else None
    silent = [row for event in events for row in _silent(session, event, places)]
    explained: dict[str, Any] = {
        "article": article_json(view, whole=True),
        "events": [titled_json(event, language) for event in events],
        "alerts": [alert_json(alert) for event in events for alert in _alerts(session, event, places)],
        "matching": [asdict(one) for one in considered],
        "silent_because": silent if clause is None else lacking_json(clause, places),
    }
    print_json(explained)


def _print_event(session: Session, view: EventView, invocation: Invocation) -> None:
    changes = list_changes(session, view.id)
    considered = explain_neighbours(session, view.id)
    places = destinations_of(invocation.settings, session)
    if not invocation.is_json:
        print_text(explain_event(view, changes, words_on(session, view.id), considered))
        print_text("\n" + "\n".join(_sending(session, view, places)))
        return
    explained: dict[str, Any] = {
        "event": titled_json(view, invocation.settings.alerts.language),
        "changes": [change_json(change) for change in changes],
        "alerts": [alert_json(alert) for alert in _alerts(session, view, places)],
        "matching": [asdict(one) for one in considered],
        "silent_because": _silent(session, view, places),
    }
    print_json(explained)


def _silent(session: Session, view: EventView, places: Sequence[Destination]) -> list[dict[str, Any]]:
    return silence_json(view.id, silence_about(session, view, _alerts(session, view, places), places), places)


def _alerts(session: Session, view: EventView, places: Sequence[Destination]) -> list[AlertView]:
    holds = holds_of(places, datetime.now(UTC))
    found = (get_alert(session, number, holds) for number in alert_ids_of(session, view.id))
    return [alert for alert in found if alert is not None]


def _sending(session: Session, view: EventView, places: Sequence[Destination]) -> Iterator[str]:
    """Say of each destination what it was sent about an event and why so late, or why nothing."""
    alerts = _alerts(session, view, places)
    yield f"Event {view.id}: {_decided(alerts, places)}"
    yield from destination_lines(session, alerts, datetime.now(UTC), silence_about(session, view, alerts, places))


def _decided(alerts: Sequence[AlertView], places: Sequence[Destination]) -> str:
    if alerts:
        return f"{len(alerts)} alert{'s' if len(alerts) > 1 else ''} decided, the last {local(alerts[-1].created_at)}."
    return "no alert." if places else f"no alert: {NOBODY_TO_TELL}."

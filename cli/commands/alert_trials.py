"""`volya alerts test` and `preview`: what a destination answers, and what it would be sent."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from alerts.channels.base import Channel, Parcel
from alerts.destinations import Destination, matches
from alerts.keys import new_key
from alerts.message import Layout, Telling, event_page, render
from alerts.outcome import Result, SendOutcome
from alerts.trial import trial_message
from cli.alert_keys import DestinationKeys
from cli.answers import result_in_words
from cli.channels import CHANNEL_TYPES, channel_of
from cli.clock import utc_now
from cli.credentials import read_secrets, secret_words
from cli.errors import CommandError
from cli.invocation import invocation_of
from cli.keys import CrawlerKeys, EventsKeys, Settings, WebKeys
from cli.logs import redactor
from cli.references import numbered
from cli.views import print_json, print_json_lines, print_text
from cli.wiring import destination_of
from db.facts import EventChange
from db.queries import get_event
from db.views import EventView


def register(app: typer.Typer) -> None:
    """Add the commands to `volya alerts`."""
    app.command("test", epilog="Example: volya alerts test desk")(test)
    app.command("preview", epilog="Example: volya alerts preview e3 --to desk")(preview)


def test(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Send a marked test message to a destination now, and say what it answers. Needs no database, no service."""
    invocation = invocation_of(context)
    keys = keys_of(invocation.settings, name)
    if not keys.has_place:
        raise CommandError(f"destination {name}: it has no chat of its own; write /start to its bot instead")
    secrets = read_secrets(_alone(invocation.settings, keys), os.environ)
    redactor.learn({*secret_words(secrets), *invocation.passwords()})
    language = destination_of(keys, invocation.settings).language
    result = asyncio.run(_send(channel_of(keys, secrets), language))
    is_fine = result.outcome == SendOutcome.OK
    said = result_in_words(result)
    answer = {"destination": name, "accepted": is_fine, "outcome": result.outcome, "status": result.status}
    print_json({**answer, "answer": said}) if invocation.is_json else print_text(f"{name} ({keys.channel}): {said}")
    if not is_fine:
        raise typer.Exit(1)


async def _send(channel: Channel, language: str) -> Result:
    """Send the test message; where the receiver gives a new address, there."""
    parcel = Parcel(new_key(), channel.compose(trial_message(language, utc_now()), Layout.FULL))
    try:
        result = await channel.send(parcel)
        if result.outcome == SendOutcome.DEST_MOVED:
            result = await channel.send(replace(parcel, moved_to=result.moved_to))
        return result
    finally:
        await channel.close()


def keys_of(settings: Settings, name: str) -> DestinationKeys:
    """Return the settings of a destination; raises CommandError with the names there are."""
    for keys in settings.alerts.destination:
        if keys.name == name:
            return keys
    known = ", ".join(keys.name for keys in settings.alerts.destination) or "none"
    raise CommandError(f"destination {name}: the settings have none of this name; they have: {known}")


def _alone(settings: Settings, keys: DestinationKeys) -> Settings:
    """Return the settings as if this were the only destination, so that no other secret is needed."""
    alerts = settings.alerts.model_copy(update={"destination": (keys,)})
    others = {"web": WebKeys(), "events": EventsKeys(), "crawler": CrawlerKeys()}
    return settings.model_copy(update={"alerts": alerts, **others})


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a preview is for: a destination, or (name None) a channel that no destination uses."""

    name: str | None
    channel: str
    language: str
    destination: Destination | None = None


def preview(
    context: typer.Context,
    event: Annotated[str, typer.Argument(metavar="EVENT")],
    to: Annotated[str | None, typer.Option("--to", metavar="NAME", help="Only for this destination.")] = None,
) -> None:
    """Print what would be sent about an event, to each destination and in the form of every channel; store nothing.

    With --json also in the shorter forms that follow where a receiver refuses the full one.
    """
    invocation = invocation_of(context)
    settings = invocation.settings
    targets, page = list(_targets(settings, to)), settings.web.address or None
    number = numbered(event, "event")
    with invocation.database() as database, database.read() as session:
        view = get_event(session, number)
    if view is None:
        raise CommandError(f"{event}: no such event; see volya events list")
    _print_preview([Preview(view, one, page) for one in targets], is_json=invocation.is_json)


def _targets(settings: Settings, to: str | None) -> Iterator[Target]:
    chosen = settings.alerts.destination if to is None else (keys_of(settings, to),)
    for keys in chosen:
        destination = destination_of(keys, settings)
        yield Target(keys.name, keys.channel, destination.language, destination)
    if to is None:
        used = {keys.channel for keys in chosen}
        yield from (Target(None, one, settings.alerts.language) for one in CHANNEL_TYPES if one not in used)


@dataclass(frozen=True, slots=True)
class Preview:
    """An event as one target would be told of it first; `page` is the address of our web page, if others can open it."""

    view: EventView
    target: Target
    page: str | None

    @property
    def is_wanted(self) -> bool:
        """Whether the target's filters let the event through."""
        languages = {article.language for article in self.view.articles if article.language}
        destination = self.target.destination
        return destination is None or matches(destination, self.view.facts, languages)

    def written(self, layout: Layout) -> bytes:
        """Return the body that would be sent."""
        change = EventChange("new event", (), is_material=True, is_major=True)
        telling = Telling("created", change, None, utc_now(), event_page(self.page, self.view.id))
        return CHANNEL_TYPES[self.target.channel].compose(render(self.view, telling, self.target.language), layout)

    def json(self, layout: Layout) -> dict[str, Any]:
        """Return one form as JSON; a body that is JSON itself stands in it as such."""
        body = self.written(layout).decode()
        return {
            "destination": self.target.name,
            "channel": self.target.channel,
            "language": self.target.language,
            "layout": layout.name.lower(),
            "wanted": self.is_wanted,
            "body": body if self.target.channel == "console" else json.loads(body),
        }


def _print_preview(previews: list[Preview], *, is_json: bool) -> None:
    if is_json:
        print_json_lines(preview.json(layout) for preview in previews for layout in Layout)
        return
    for one in previews:
        target, kept_out = one.target, "" if one.is_wanted else "; its filters keep this event out"
        print_text(f"== {target.name or 'no destination'} ({target.channel}, {target.language}{kept_out})")
        print_text(_shown(one.written(Layout.FULL)) + "\n")


def _shown(body: bytes) -> str:
    """Return a body for reading: JSON with a line a value, text as it is."""
    text = body.decode()
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text

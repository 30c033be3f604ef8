"""The composition root: from settings to the parts of the program, and the only place that knows all of them.

The service is built without the crawler: it starts the crawl worker as another process, so Scrapy is never loaded
here (what that process is told is in `cli.crawling`).
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from datetime import datetime
from functools import partial

from alerts.absence import note_presence
from alerts.announce import announce_due
from alerts.deliver import DeliveryLoop, Guests
from alerts.destinations import ALERTING_KINDS, Destination
from alerts.policy import Rules, settle_time, updates_of
from alerts.roster import Roster, Template, holds_of, subscribers_of
from alerts.sending import SendingOptions
from cli.alert_keys import AlertsKeys, DestinationKeys
from cli.channels import CHANNEL_TYPES, Secrets, bot_of, channel_of
from cli.clock import utc_now
from cli.credentials import ADJUDICATOR_KEY
from cli.invocation import Invocation
from cli.keys import AdjudicatorKeys, Settings
from cli.page import app_of
from cli.quiet import quiet_hours
from cli.subscribing import Bots, listener_of, template_of
from cli.version import user_agent
from crawler.addresses import AddressGuard, literal_address, parse_allowed
from db import Database, Session
from db.leases import owner_name
from db.silences import Holds
from events import read_new
from events.adjudicator import Adjudicator, Endpoint
from events.names import person_key
from scheduler import ChildPlan, PushParts, ServiceParts, WebParts
from scheduler.guarded import Gate
from scheduler.hubs import Hubs

BACKUPS = "backups"


def destination_of(keys: DestinationKeys, settings: Settings) -> Destination:
    """Return a destination as alerting knows it; its address and secrets stay with its channel."""
    settle, kind = settings.alerts.settle, CHANNEL_TYPES[keys.channel]
    return Destination(
        name=keys.name,
        channel=keys.channel,
        kinds=tuple(keys.kinds) or ALERTING_KINDS,
        statuses=keys.statuses,
        languages=keys.languages,
        nationalities=keys.nationalities,
        people=keys.people,
        minimum=keys.minimum,
        language=keys.language or settings.alerts.language,
        approval=keys.approval,
        settle=settle_time(None if settle == "auto" else settle, can_edit=kind.can_edit),
        updates=updates_of(can_edit=kind.can_edit, is_for_machines=kind.is_for_machines),
        quiet=quiet_hours(keys.quiet, keys.quiet_timezone),
        cap=keys.cap or None,
        approver=keys.approver,
        on_uncertain=keys.on_uncertain,
    )


def operators_of(keys: AlertsKeys) -> tuple[str, ...]:
    """Return the destinations that messages about Volya itself go to: all, unless the settings choose."""
    return keys.operators or tuple(destination.name for destination in keys.destination if destination.has_place)


def service_parts(invocation: Invocation, database: Database, secrets: Secrets) -> ServiceParts:
    """Return everything the service is made of."""
    settings = invocation.settings
    owner = owner_name()
    roster = roster_of(settings, database)
    bots, options = bots_of(settings, secrets), sending_options(settings, owner)
    return ServiceParts(
        database=database,
        read=partial(read_new, database, owner=owner, adjudicator=adjudicator_of(settings.events.adjudicator, secrets)),
        announce=partial(_announce, database, roster, Rules(operators=operators_of(settings.alerts))),
        delivery=DeliveryLoop(
            database,
            {keys.name: channel_of(keys, secrets) for keys in settings.alerts.destination if keys.has_place},
            roster.settled,
            options,
            guests=Guests(roster, bots.open_channel, bots.close) if roster.templates else None,
            errands=bots.pollers(database, listeners_of(settings, secrets), options.chance, options.page),
        ),
        web=WebParts(
            settings.web.host,
            settings.web.port,
            partial(app_of, database, settings, secrets, partial(holds_now, settings)),
        ),
        child=ChildPlan(worker_argv(invocation)) if settings.crawler.outlets else None,
        owner=owner,
        operators=operators_of(settings.alerts),
        pushes=push_parts(settings),
        backups=database.path.absolute().parent / BACKUPS if database.path is not None else None,
    )


def push_parts(settings: Settings) -> PushParts:
    """Return what hubs are asked with: through the same guard and the same proxy as all that is fetched (SEC-1)."""
    guard = AddressGuard(parse_allowed(settings.crawler.allow_addresses))
    gate = Gate(guard.allows, literal_address, settings.crawler.proxy)
    is_wanted = settings.web.push and bool(settings.crawler.outlets)
    return PushParts(Hubs(gate, user_agent()), (settings.web.address or None) if is_wanted else None)


def settled_of(settings: Settings) -> list[Destination]:
    """Return the destinations of the settings that have a place of their own."""
    return [destination_of(keys, settings) for keys in settings.alerts.destination if keys.has_place]


def templates_of(settings: Settings) -> list[Template]:
    """Return the destinations of the settings by which chats subscribe themselves."""
    takers = [keys for keys in settings.alerts.destination if keys.takes_subscribers]
    return [template_of(keys, destination_of(keys, settings)) for keys in takers]


def destinations_of(settings: Settings, session: Session) -> list[Destination]:
    """Return the destinations of the settings, and the chats that subscribed themselves."""
    subscribers = subscribers_of(session, templates_of(settings))
    return [*settled_of(settings), *(one.destination for one in subscribers)]


def holds_now(settings: Settings, session: Session, now: datetime) -> Holds:
    """Return what holds deliveries back now: silences, and the quiet hours of the destinations of the settings."""
    return holds_of(destinations_of(settings, session), now)


def roster_of(settings: Settings, database: Database) -> Roster:
    """Return who is told."""
    return Roster(database, settled_of(settings), templates_of(settings))


def bots_of(settings: Settings, secrets: Secrets) -> Bots:
    """Return the bots that chats subscribe by, and those that ask for approval. Raises UnusableDestinationError."""
    keys_by_name = {keys.name: keys for keys in settings.alerts.destination}
    approvers: dict[str, list[str]] = {}
    for name in _approvers(settings):
        approvers.setdefault(bot_of(keys_by_name[name], secrets).number, []).append(name)
    listening = {one.name: bot_of(keys_by_name[one.name], secrets) for one in listeners_of(settings, secrets)}
    return Bots(listening, user_agent(), utc_now, approvers)


def listeners_of(settings: Settings, secrets: Secrets) -> list[Template]:
    """Return what bots listen for: those that chats subscribe by, and others that ask for approval, each bot once."""
    keys_by_name = {keys.name: keys for keys in settings.alerts.destination}
    listeners = templates_of(settings)
    heard = {bot_of(keys_by_name[one.name], secrets).number for one in listeners}
    for name in _approvers(settings):
        number = bot_of(keys_by_name[name], secrets).number
        if number not in heard:
            heard.add(number)
            listeners.append(listener_of(destination_of(keys_by_name[name], settings)))
    return listeners


def _approvers(settings: Settings) -> list[str]:
    asked = (keys.approver for keys in settings.alerts.destination if keys.approval and keys.approver is not None)
    return list(dict.fromkeys(asked))


def adjudicator_of(keys: AdjudicatorKeys, secrets: Secrets) -> Adjudicator | None:
    """Return who is asked for second opinions; None where nobody is, as it is out of the box."""
    if not keys.url:
        return None
    key = secrets[ADJUDICATOR_KEY].get_secret_value() if ADJUDICATOR_KEY in secrets else None
    return Adjudicator(Endpoint(keys.url, keys.model, key, keys.timeout, keys.rate), user_agent())


def sending_options(settings: Settings, owner: str) -> SendingOptions:
    """Return how deliveries are sent: with the address of the event's page only where others can open it."""
    return SendingOptions(
        owner,
        utc_now,
        random.SystemRandom().random,
        page=settings.web.address or None,
        person_key=person_key,
        operators=operators_of(settings.alerts),
    )


def _announce(database: Database, roster: Roster, rules: Rules, *, now: datetime) -> int:
    rules = replace(rules, absence=note_presence(database, now))
    return announce_due(database, roster.destinations(), rules, now, person_key=person_key)


def worker_argv(invocation: Invocation) -> tuple[str, ...]:
    """Return the command of the crawl process: this program again, with the same settings, without a secret (P10)."""
    verbose = ("--verbose",) if invocation.is_verbose else ()
    return (sys.executable, "-m", "cli", "crawl", "--worker", *invocation.global_arguments(), *verbose)

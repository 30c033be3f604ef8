"""What `volya check` looks at: each finding is ok, worth knowing (warn) or wrong (bad), with what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from alerts.errors import UnusableDestinationError
from cli.catalogue import chosen_outlets
from cli.channels import channel_of
from cli.credentials import read_secrets
from cli.errors import CommandError, SettingsError
from cli.keys import Settings
from cli.outlet_health import ALARM_ADVICE, advice_of, alarmed, judged_outlets, unwell
from cli.views import local
from cli.wiring import bots_of
from db import Database, DatabaseError, Session, check_integrity
from db.gaps import GapView, list_gaps
from db.health import OutletAlarm, open_alarms
from db.maintenance import SignOfLife, signs_of_life
from db.opinions import StoredOpinions, count_opinions
from db.outbox import DestinationView, list_destinations
from db.outlets import OutletView
from db.planning import is_own_outage
from db.search_repair import unfound
from db.silences import Holds
from db.status import QueueView, count_stored, database_size, database_version, is_failing, list_queues
from db.withheld import WithheldName, list_withheld

State = Literal["ok", "warn", "bad"]

DISK_NEEDED = 64 << 20  # below it nothing is crawled or sent (DB-6)
DISK_WANTED = 1 << 30
SIGN_OF_LIFE = timedelta(minutes=2)
STUCK_AFTER = timedelta(minutes=30)
UNSENT_AFTER = timedelta(hours=1)
UNFILLED_AFTER = timedelta(hours=1)
GAPS_TOLD = timedelta(days=7)
SHOWN = 5
ALARM_WORDS = {"unread": "hardly read", "moved": "moved away"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `check`: what was looked at, how it is, and what to do where it is not well."""

    name: str
    state: State
    text: str
    advice: str = ""
    is_configuration: bool = False


def check_settings(settings: Settings, source: str, environment: dict[str, str]) -> Iterator[Finding]:
    """Look at what the settings name: secrets, outlets, destinations, the contact."""
    yield Finding("settings", "ok", source)
    yield from _secrets(settings, environment)
    try:
        yield Finding("catalogue", "ok", f"{len(chosen_outlets(settings))} outlets chosen")
    except CommandError as error:
        yield Finding("catalogue", "bad", str(error), "correct the outlets in the settings", is_configuration=True)
    adjudicator = settings.events.adjudicator
    if adjudicator.url:
        yield Finding("second opinion", "ok", f"{adjudicator.model} at {adjudicator.host}, asked on thin decisions")
    if not settings.crawler.contact:
        yield Finding("contact", "warn", "outlets cannot reach you", "set crawler.contact")
    if not settings.alerts.destination:
        yield Finding("destinations", "warn", "alerts go nowhere", "add an alerts.destination")


def _secrets(settings: Settings, environment: dict[str, str]) -> Iterator[Finding]:
    try:
        secrets = read_secrets(settings, environment)
        for destination in settings.alerts.destination:
            if destination.has_place:
                channel_of(destination, secrets)
        bots_of(settings, secrets)
        yield Finding("secrets", "ok", f"{len(secrets)} read")
    except UnusableDestinationError as error:
        yield Finding("destinations", "bad", str(error), "correct its address or secret", is_configuration=True)
    except SettingsError as error:
        for trouble in error.troubles:
            text = f"{trouble.key}: {trouble.trouble}"
            yield Finding("secrets", "bad", text, "set it where the service runs", is_configuration=True)


def check_database(database: Database, holds: Holds) -> Iterator[Finding]:
    """Look at the database and at what it tells of destinations, outlets and queues, at the moment of `holds`."""
    yield from _storage(database)
    with database.read() as session:
        yield from _stored(session, holds)


def _storage(database: Database) -> Iterator[Finding]:
    try:
        check_integrity(database)
    except DatabaseError as error:
        yield Finding("database", "bad", error.trouble, "stop the service, then volya restore")
        return
    if database.path is not None:
        free = shutil.disk_usage(database.path.absolute().parent).free
        state: State = "bad" if free < DISK_NEEDED else "warn" if free < DISK_WANTED else "ok"
        yield Finding("disk", state, f"{_bytes(free)} free", "" if state == "ok" else "free some space")
    with database.read() as session:
        counts = ", ".join(f"{number} {name}" for name, number in count_stored(session).items())
        version, size = database_version(session), _bytes(database_size(session))
    yield Finding("database", "ok", f"{database.address}, version {version}, {size}, {counts}")


def _stored(session: Session, holds: Holds) -> Iterator[Finding]:
    now, signs = holds.now, signs_of_life(session)
    service = _service(signs, now)
    yield service
    yield from _workers(signs, now)
    yield from _withheld(list_withheld(session))
    yield from _search(unfound(session))
    for destination in list_destinations(session, holds):
        yield _destination(destination, now)
    outlets = judged_outlets(session, now)
    yield from _outlets(outlets, open_alarms(session), is_outage=is_own_outage(session))
    yield from _gaps(list_gaps(session, since=now - GAPS_TOLD), now)
    yield from _opinions(count_opinions(session))
    for queue in list_queues(session, now):
        yield from _queue(queue, now, is_served=service.state == "ok")


def _service(signs: Iterable[SignOfLife], now: datetime) -> Finding:
    alive = [sign for sign in signs if sign.kind == "service" and now - sign.heartbeat_at < SIGN_OF_LIFE]
    if not alive:
        return Finding("service", "warn", "does not run", "start it: volya run")
    return Finding("service", "ok", f"runs on {alive[0].host} (pid {alive[0].pid})")


def _workers(signs: Iterable[SignOfLife], now: datetime) -> Iterator[Finding]:
    """Tell of crawl and read processes, that of the service among them; one that was killed leaves its last sign."""
    for sign in signs:
        if sign.kind == "service":
            continue
        name, place = f"{sign.kind} worker {sign.pid}", f"on {sign.host} since {local(sign.started_at)}"
        if now - sign.heartbeat_at < SIGN_OF_LIFE:
            yield Finding(name, "ok", f"runs {place}, last sign of life {local(sign.heartbeat_at)}")
        else:
            text = f"ran {place}, no sign of life since {local(sign.heartbeat_at)}"
            yield Finding(name, "warn", text, f"start it again, if it is wanted: volya {sign.kind} --worker")


def _withheld(names: Iterable[WithheldName]) -> Iterator[Finding]:
    """Tell of names that are withheld, and of what was cut short."""
    held = [one for one in names if one.lifted_at is None]
    unfinished = [one.place for one in held if one.done_at is None]
    if unfinished:
        text = f"{', '.join(unfinished)}: not yet taken out of all that is stored"
        yield Finding("withheld names", "bad", text, "finish it: volya redact --finish")
    elif held:
        yield Finding("withheld names", "ok", f"{len(held)} withheld")


def _search(missing: Sequence[int]) -> Iterator[Finding]:
    """Tell of articles that the search index does not hold as they are: it is damaged, or of another version's rules."""
    if missing:
        text = f"some articles are not found by their words, such as a{missing[0]}"
        yield Finding("search", "bad", text, "stop the service, then volya migrate --rebuild-search")


def _destination(view: DestinationView, now: datetime) -> Finding:
    name, waiting = f"destination {view.name}", f"{view.pending} waiting"
    if view.held:
        waiting += f" ({view.held} held by a silence or quiet hours)"
    if view.state == "orphan":
        return Finding(name, "warn", f"no longer in the settings, {waiting}", "add it again, or let its queue expire")
    if view.state != "enabled":
        return Finding(
            name, "bad", f"{view.state}: {view.reason or 'no reason given'}, {waiting}", "correct it and restart"
        )
    if view.open_until is not None and view.open_until > now:
        return Finding(
            name, "bad", f"{view.failures} failures in a row, {waiting}", f"next try {local(view.open_until)}"
        )
    if view.oldest_pending_at is not None and now - view.oldest_pending_at > UNSENT_AFTER:
        text = f"{waiting}, the oldest since {local(view.oldest_pending_at)}"
        return Finding(name, "bad", text, "see volya alerts list")
    return _asked(view, name) or Finding(name, "ok", f"{view.channel}, {waiting}")


def _asked(view: DestinationView, name: str) -> Finding | None:
    """Return what a person has to decide at a destination that is well (D-11, D-12)."""
    if view.uncertain:
        text = f"{view.uncertain} messages may have arrived, and are not sent again by themselves"
        advice = "see volya alerts list --state uncertain, then volya alerts sent, retry or drop"
        return Finding(name, "warn", text, advice)
    if view.dead:
        advice = "see volya alerts list --state dead, then volya alerts retry, replay or drop"
        return Finding(name, "warn", f"{view.dead} messages were given up", advice)
    return None


def _outlets(
    outlets: Sequence[OutletView], alarms: Mapping[str, Sequence[OutletAlarm]], *, is_outage: bool
) -> Iterator[Finding]:
    watched = [outlet for outlet in outlets if outlet.is_enabled]
    failing = [outlet for outlet in watched if is_failing(outlet)]
    if failing and (is_outage or len(failing) == len(watched)):
        text = f"{len(failing)} of {len(watched)} do not answer"
        yield Finding("outlets", "bad", text, "is this machine on the network?")
        return
    states, kinds = unwell(watched), alarmed(alarms)
    if not states and not kinds:
        yield Finding("outlets", "ok", f"{len(watched)} watched, all well")
    for state, names in states.items():
        yield Finding(f"outlets {state}", "warn", _some(names, len(watched)), advice_of(state))
    for kind, names in kinds.items():
        yield Finding(f"outlets {ALARM_WORDS[kind]}", "warn", _some(names, len(watched)), ALARM_ADVICE[kind])


def _some(names: Sequence[str], watched: int) -> str:
    return f"{len(names)} of {watched}: " + ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def _gaps(gaps: Sequence[GapView], now: datetime) -> Iterator[Finding]:
    """Tell of gaps of the last week: what outlets published while we did not hear them."""
    if not gaps:
        return
    lost = [gap.outlet for gap in gaps if gap.state == "given up"]
    late = [gap.outlet for gap in gaps if gap.state == "open" and now - gap.found_at > UNFILLED_AFTER]
    text = f"{len(gaps)} in a week, {sum(gap.state == 'filled' for gap in gaps)} filled"
    if not (lost or late):
        yield Finding("gaps", "ok", text)
        return
    names = list(dict.fromkeys([*lost, *late]))
    named = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    text += f", {len(lost)} given up, {len(late)} open for long: {named}"
    yield Finding("gaps", "warn", text, f"see volya outlets show {names[0]}; name its archive in the outlet's table")


def _opinions(stored: StoredOpinions) -> Iterator[Finding]:
    if stored.newest_at is not None:
        yield Finding("opinions", "ok", f"{stored.number} kept, the newest of {local(stored.newest_at)}")


def _queue(view: QueueView, now: datetime, *, is_served: bool) -> Iterator[Finding]:
    is_stuck = is_served and view.oldest_at is not None and now - view.oldest_at > STUCK_AFTER
    since = f", the oldest since {local(view.oldest_at)}" if view.oldest_at is not None else ""
    advice = "it is not worked off: look at the log of the service" if is_stuck else ""
    yield Finding(f"queue of {view.name}", "bad" if is_stuck else "ok", f"{view.waiting} waiting{since}", advice)
    if view.parked:
        text = f"{view.parked} given up after all attempts"
        yield Finding(f"parked {view.name}", "warn", text, "their errors are in the log of the service")


def _bytes(number: int) -> str:
    value, unit = float(number), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":  # noqa: PLR2004 (a thousand makes the next unit)
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"

"""T-HOSTILE, the last mile: whatever an outlet may have put into an event, each service sees only what we meant (P8)."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts import (
    Destination,
    Message,
    Parcel,
    Rules,
    Sender,
    SendingOptions,
    SendOutcome,
    Telling,
    announce_due,
    render,
)
from alerts.channels.console import ConsoleChannel
from alerts.message import Layout
from cli.alert_keys import AlertsKeys, DestinationKeys
from cli.keys import Settings
from cli.wiring import destination_of
from db import Database
from db.announcing import announced_event, sync_destinations
from db.articles import NewArticle, store_article
from db.claims import Claim
from db.events import EventUpdate, NewMention, add_mention, save_event, start_event
from db.facts import (
    ClaimSource,
    CountRole,
    EventChange,
    EventCount,
    EventFacts,
    FieldChange,
    Kind,
    Mention,
    Modality,
    Outcome,
    Person,
    Polarity,
    Precision,
    Status,
)
from db.outlets import sync_outlets
from db.queries import list_events
from newsroom.declared import Outlet

AT_ONCE = 5  # strings in one event: as many as each line of a message shows
PAUSE = timedelta(minutes=11)  # between two rounds, so that no storm cap holds anything back (D-25)
EVENTS_A_ROUND = 8
ALLOWED = "\n\u2060\u200c\u200d"  # the word joiner is ours, the others are needed by some scripts (SEC-12)
PAGE = "https://volya.example.org"
MENTION = Mention(Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841")


class Press:
    """Writes events in which every field that a stranger can reach holds a hostile string."""

    def __init__(self, database: Database, strings: Sequence[str]) -> None:
        self.database = database
        self.links: set[str] = set()
        self._numbers = itertools.count(1)
        # Half a sign of UTF-16 gets as far as the cleaning of articles; no settings file can hold one.
        whole = (text.encode(errors="ignore").decode() for text in strings)
        self.outlets = [
            Outlet(f"outlet-{number}", title=text, languages=("en",), timezone="UTC", country=None)
            for number, text in enumerate(whole)
        ]

    def open(self, now: datetime) -> None:
        with self.database.begin() as session:
            sync_outlets(session, self.outlets, now)

    def tell(self, outlets: Sequence[Outlet], now: datetime) -> tuple[int, EventFacts]:
        """Store an event that all these outlets tell of, and return it."""
        strings = [outlet.title for outlet in outlets]
        with self.database.begin() as session:
            claims = [self._claim(session, outlet, now) for outlet in outlets]
            facts = facts_of(strings, outlets, claims, now)
            event = start_event(session, facts, claims[0], now)
            for claim in claims:
                add_mention(session, NewMention(claim, 1, event, {}), now)
            change = EventChange("new event", (), is_material=True, is_major=True)
            save_event(session, EventUpdate(event, facts, change, claims[0].article, now, may_alert=True), now)
        return event, facts

    def revise(self, event: int, facts: EventFacts, strings: Sequence[str], now: datetime) -> None:
        """Store a revision whose changes hold the strings, too."""
        fields = (
            FieldChange("people", [], [{"name": text, "outcome": "freed"} for text in strings]),
            FieldChange("negotiators", list(strings), []),
            FieldChange("status", "reported", "confirmed"),
        )
        change = EventChange("status", fields, is_material=True, is_major=True)
        update = EventUpdate(event, replace(facts, status=Status.CONFIRMED), change, None, now, may_alert=True)
        with self.database.begin() as session:
            save_event(session, update, now)

    def _claim(self, session: Any, outlet: Outlet, now: datetime) -> Claim:
        tail = "".join(sign for sign in outlet.title if sign.isprintable() and not sign.isspace())
        url = f"https://{outlet.name}.example/{next(self._numbers)}/{tail}"
        self.links.add(url)
        article = NewArticle(url, url, f"Text of {outlet.title}", outlet.title, outlet.name, "en", published_at=now)
        stored = store_article(session, replace(article, author=outlet.title), now)
        return Claim(stored.id, url, outlet.name, "independent", "en", now, MENTION)


def facts_of(strings: Sequence[str], outlets: Sequence[Outlet], claims: Sequence[Claim], now: datetime) -> EventFacts:
    counts = tuple(
        EventCount(CountRole.RELEASED, 52 + number % 2, counter=text if number % 2 else None,
                   sources=(ClaimSource(claim.article, text, outlet.name),))
        for number, (text, outlet, claim) in enumerate(zip(strings, outlets, claims, strict=True))
    )  # fmt: skip
    return EventFacts(
        Kind.RELEASE,
        Status.REPORTED,
        Polarity.POSITIVE,
        now.date(),
        Precision.DAY,
        counts,
        people=tuple(Person(text, Outcome.FREED) for text in strings),
        negotiators=tuple(strings),
        roots=tuple(strings),
    )


class Line:
    """The announcing and the sending of the program, to all receivers, by a clock that is turned by hand."""

    def __init__(self, database: Database, places: Sequence[Any], now: datetime) -> None:
        self.database, self.now = database, now
        self.screen = io.StringIO()
        keys = [DestinationKeys.model_validate(place.keys) for place in places]
        settings = Settings(alerts=AlertsKeys(destination=(*keys, DestinationKeys(name="screen", channel="console"))))
        made = [destination_of(one, settings) for one in settings.alerts.destination]
        self.destinations = [replace(one, settle=timedelta(0)) for one in made]
        self.channels = [*(place.channel for place in places), ConsoleChannel(self.screen)]
        with database.begin() as session:
            sync_destinations(session, {one.name: one.channel for one in self.destinations}, now)

    def carry(self) -> None:
        """Announce what is new and send it all."""
        announce_due(self.database, self.destinations, Rules(), self.now)
        asyncio.run(self._send_all())

    def repeat(self, layout: Layout) -> None:
        """Send every event again on a lower rung of the ladder, as where the full message is refused (D-13)."""
        change = EventChange("new event", (), is_material=True, is_major=True)
        with self.database.read() as session:
            views = [announced_event(session, number) for number in range(1, len(list_events(session)) + 1)]
        told = Telling("created", change, None, self.now)
        messages = [render(view, told, "en") for view in views if view is not None]
        asyncio.run(self._repeat(messages, layout))

    async def _repeat(self, messages: Sequence[Message], layout: Layout) -> None:
        for channel in self.channels:
            for number, message in enumerate(messages):
                result = await channel.send(Parcel(f"msg_{layout}_{number}", channel.compose(message, layout)))
                assert result.outcome == SendOutcome.OK
            await channel.close()

    async def _send_all(self) -> None:
        options = SendingOptions("sender", lambda: self.now, lambda: 0.5, page=PAGE)
        await asyncio.gather(*(self._send(one, channel, options) for one, channel in zip(
            self.destinations, self.channels, strict=True)))  # fmt: skip

    async def _send(self, destination: Destination, channel: Any, options: SendingOptions) -> None:
        sender = Sender(self.database, destination, channel, options)
        while await sender.send_next():
            pass
        await channel.close()


@pytest.fixture
def told(sqlite_database: Database, strings: list[str], places: list[Any], now: datetime) -> tuple[Press, Line]:
    """All strings in events, announced and sent to every receiver; each eighth event then changed."""
    press, line = Press(sqlite_database, strings), Line(sqlite_database, places, now)
    press.open(now)
    batches = [press.outlets[first : first + AT_ONCE] for first in range(0, len(press.outlets), AT_ONCE)]
    for first in range(0, len(batches), EVENTS_A_ROUND):
        events = [(press.tell(batch, line.now), batch) for batch in batches[first : first + EVENTS_A_ROUND]]
        line.carry()
        line.now += PAUSE
        for (event, facts), batch in events[::8]:
            press.revise(event, facts, [outlet.title for outlet in batch], line.now)
        line.carry()
        line.now += PAUSE
    line.repeat(Layout.PLAIN)
    line.repeat(Layout.SHORT)
    return press, line


def test_nobody_is_mentioned_nothing_is_linked_and_nothing_is_marked_up(
    told: tuple[Press, Line], places: list[Any], strings: list[str], judge: Callable[..., Any]
) -> None:
    press, line = told
    events = -(-len(strings) // AT_ONCE)
    sober = judge([*press.links, *(f"{PAGE}/events/{number}" for number in range(1, events + 1))])
    assert len(strings) >= 200
    for place in places:
        number = len(place.sights)
        assert number >= 3 * events  # on every rung of the ladder
        assert sober.troubles(place) == []
        print(f"{place.name}: {len(strings)} strings in {number} messages: no mention, link or markup")  # noqa: T201
    assert [one for one in line.screen.getvalue() if one not in ALLOWED and not one.isprintable()] == []

"""Who is told: the destinations of the settings, and the chats that subscribed themselves by one of them.

Subscriptions come and go while the service runs, so the roster is asked anew by every step that tells somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from alerts.destinations import Destination
from alerts.quiet import quiet_until
from db import Database, Session
from db.silences import Holds
from db.subscriptions import Subscription, follow_answers, has_answers_to_follow, list_subscriptions


@dataclass(frozen=True, slots=True)
class Template:
    """A destination of the settings by which chats subscribe themselves; each gets a destination like it.

    `allow` are the numbers of the chats that may, None where any may; `most` is how many at a time; 0: none, and nobody is told why.
    """

    destination: Destination
    allow: frozenset[str] | None
    most: int

    @property
    def name(self) -> str:
        """The name of the destination."""
        return self.destination.name

    def admits(self, *numbers: str) -> bool:
        """Say whether a chat may subscribe that has, or once had, these numbers."""
        return self.allow is None or not self.allow.isdisjoint(numbers)

    def keeps(self, subscription: Subscription) -> bool:
        """Say whether a subscribed chat still may; one that lost its place on the list hears nothing more."""
        return subscription.template == self.name and self.admits(subscription.chat, subscription.listed_as)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscribed chat as a destination. One whose number or language changed is another."""

    destination: Destination
    template: str
    chat: str = field(repr=False)


class Roster:
    """The destinations of the settings, the `settled`, and those of the chats that came in by `templates`."""

    def __init__(self, database: Database, settled: Sequence[Destination], templates: Sequence[Template] = ()) -> None:
        self.settled = tuple(settled)
        self.templates = tuple(templates)
        self._database = database

    def destinations(self) -> tuple[Destination, ...]:
        """Return everybody, as of now."""
        return (*self.settled, *(one.destination for one in self.subscribers()))

    def subscribers(self) -> tuple[Subscriber, ...]:
        """Return the subscribed chats, as of now."""
        if not self.templates:
            return ()
        with self._database.read() as session:
            return subscribers_of(session, self.templates)

    def follow(self, now: datetime) -> tuple[str, ...]:
        """Let go of chats that refused a message, follow those that moved; return the names of who left."""
        if not self.templates:
            return ()
        with self._database.read() as session:
            if not has_answers_to_follow(session):
                return ()
        with self._database.begin() as session:
            return tuple(follow_answers(session, now))


def subscribers_of(session: Session, templates: Sequence[Template]) -> tuple[Subscriber, ...]:
    """Return the subscribed chats that the templates keep."""
    if not templates:
        return ()
    by_name = {template.name: template for template in templates}
    found = [(one, by_name.get(one.template)) for one in list_subscriptions(session)]
    return tuple(_subscriber(one, template) for one, template in found if template and template.keeps(one))


def _subscriber(subscription: Subscription, template: Template) -> Subscriber:
    destination = replace(
        template.destination, name=subscription.name, language=subscription.language, since=subscription.since
    )
    return Subscriber(destination, subscription.template, subscription.chat)


def holds_of(places: Sequence[Destination], now: datetime) -> Holds:
    """Return what holds deliveries back at a moment: the silences that are stored, and who has quiet hours then."""
    ends = {place.name: quiet_until(place.quiet, now) for place in places}
    return Holds(now, {name: until for name, until in ends.items() if until is not None})

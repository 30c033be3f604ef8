"""Chats that subscribed themselves, each with a destination row of its own, and what erases them.

A chat's number is personal: it stands in one column while the chat is subscribed, in the place of each message sent
there (to edit it), and nowhere after it has left. Names carry the number of the destination row instead, which is
never given twice, so that a chat which comes back is new.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from db.announcing import LEFT
from db.deliveries import UNSENT
from db.models import DeliveryAttemptRow, DeliveryRow, DestinationRow, SubscriptionRow
from db.notes import make_note, note_of
from db.views import utc

MOVED = " > "  # in `destinations.moved_to`: "-100 > -100200"
REFUSED = "dest_perm"
_IDS_LAST = timedelta(days=6)  # after a week without any, Telegram goes on with another number
_OFFSET = "telegram updates of bot {bot}"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscribed chat. `name` is that of its destination, `template` the destination of the settings it came in by.

    `listed_as` is the number by which it was let in: a group that was upgraded has another one since.
    """

    id: int
    name: str
    template: str
    chat: str = field(repr=False)
    listed_as: str = field(repr=False)
    language: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A chat that wants to subscribe."""

    template: str
    channel: str
    chat: str = field(repr=False)
    language: str


def list_subscriptions(session: Session) -> list[Subscription]:
    """Return all subscribed chats, the oldest first."""
    return [_subscription(*row) for row in session.execute(_named().order_by(SubscriptionRow.id))]


def subscription_json(view: Subscription) -> dict[str, Any]:
    """Return the object of `volya alerts subscribers --json`; which chat it is stays out of it."""
    return {"name": view.name, "destination": view.template, "language": view.language, "since": utc(view.since)}


def find_subscription(session: Session, template: str, chat: str) -> Subscription | None:
    """Return the subscription of a chat, or None."""
    query = _named().where(SubscriptionRow.template == template, SubscriptionRow.chat == chat)
    found = session.execute(query).one_or_none()
    return _subscription(*found) if found is not None else None


def count_subscriptions(session: Session, template: str) -> int:
    """Return how many chats came in by a destination of the settings."""
    query = select(func.count()).select_from(SubscriptionRow).where(SubscriptionRow.template == template)
    return session.scalars(query).one()


def subscribe(session: Session, new: NewSubscription, now: datetime) -> Subscription:
    """Store a chat that is not subscribed yet, and its destination."""
    place = DestinationRow(name=f"{new.template}.{secrets.token_hex(4)}", channel=new.channel, state="enabled")
    place.since = now
    session.add(place)
    session.flush()
    place.name = f"{new.template}.{place.id}"
    values = {"template": new.template, "chat": new.chat, "listed_as": new.chat, "language": new.language}
    row = SubscriptionRow(destination_id=place.id, since=now, **values)
    session.add(row)
    session.flush()
    return _subscription(row, place.name)


def unsubscribe(session: Session, subscription_id: int, now: datetime) -> bool:
    """Erase a chat: nothing more goes there, what waits is cancelled, its number is gone. False if it was gone before.

    What was told when stays, without a place. A message in flight may still arrive; its sender finds its lease gone,
    and stores nothing of the answer.
    """
    row = session.get(SubscriptionRow, subscription_id)
    if row is None:
        return False
    there = select(DestinationRow).where(DestinationRow.id == row.destination_id)
    place = session.scalars(there.with_for_update().execution_options(populate_existing=True)).one()
    place.state, place.reason, place.since, place.moved_to = LEFT, "the chat has left", now, None
    place.open_until, place.lease_owner, place.lease_until = None, None, None
    place.generation += 1
    session.delete(row)
    session.flush()  # before the rest: whoever records an answer now waits, and then finds the lease gone
    _erase(session, place.id)
    return True


def _erase(session: Session, destination_id: int) -> None:
    here = DeliveryRow.destination_id == destination_id
    session.execute(update(DeliveryRow).where(here, DeliveryRow.state.in_(UNSENT)).values(state="cancelled"))
    session.execute(update(DeliveryRow).where(here).values(body=None, remote_channel=None, remote_id=None))
    sent_here = DeliveryAttemptRow.delivery_id.in_(select(DeliveryRow.id).where(here))
    session.execute(update(DeliveryAttemptRow).where(sent_here).values(response=None))


def move_chat(session: Session, template: str, before: str, after: str, now: datetime) -> None:
    """Follow a group that was upgraded to its new number; where that is subscribed already, the old one leaves."""
    known = find_subscription(session, template, before)
    if known is None or before == after:
        return
    if find_subscription(session, template, after) is not None:
        unsubscribe(session, known.id, now)
        return
    session.get_one(SubscriptionRow, known.id).chat = after
    session.flush()


def has_answers_to_follow(session: Session) -> bool:
    """Say whether `follow_answers` has something to do; a read only, for it is asked every few seconds."""
    return next(_moves(session), None) is not None or session.scalars(_refusals().limit(1)).first() is not None


def follow_answers(session: Session, now: datetime) -> list[str]:
    """Do what answers to messages ask for: a chat that blocked us leaves, an upgraded one is followed.

    Return the names of those that left.
    """
    for template, before, after in list(_moves(session)):
        move_chat(session, template, before, after, now)
    left = []
    for row in session.scalars(_refusals()).all():
        left.append(session.get_one(DestinationRow, row.destination_id).name)
        unsubscribe(session, row.id, now)
    return left


def _refusals() -> Select[SubscriptionRow]:
    """Select those whose destination was disabled by an answer that is about the chat, not about the bot's token."""
    last = (
        select(func.max(DeliveryAttemptRow.id))
        .join(DeliveryRow, DeliveryAttemptRow.delivery_id == DeliveryRow.id)
        .where(DeliveryRow.destination_id == SubscriptionRow.destination_id)
        .correlate(SubscriptionRow)
        .scalar_subquery()
    )
    status = DeliveryAttemptRow.status
    is_unknown = and_(DeliveryAttemptRow.outcome == REFUSED, status == HTTPStatus.BAD_REQUEST)  # chat not found
    refused = or_(status == HTTPStatus.FORBIDDEN, is_unknown)  # 401 is about the token
    return (
        select(SubscriptionRow)
        .join(DestinationRow, SubscriptionRow.destination_id == DestinationRow.id)
        .join(DeliveryAttemptRow, DeliveryAttemptRow.id == last)
        .where(DestinationRow.state == "disabled", refused)
    )


def _moves(session: Session) -> Iterator[tuple[str, str, str]]:
    """Yield template, old and new number of chats that an answer says were upgraded."""
    query = select(SubscriptionRow, DestinationRow.moved_to).join(DestinationRow)
    for row, moved_to in session.execute(query.where(DestinationRow.moved_to.is_not(None))):
        before, _, after = str(moved_to).partition(MOVED)
        if after and before == row.chat:
            yield row.template, before, after


def approved_events(session: Session, template: str) -> set[int]:
    """Return the events that were sent by a destination of the settings or its subscribers, nothing of them held."""
    told = _events_of(session, template, DeliveryRow.state == "sent")
    return told - _events_of(session, template, DeliveryRow.is_approved.is_(False))


def _events_of(session: Session, template: str, which: ColumnElement[bool]) -> set[int]:
    ours = or_(DestinationRow.name == template, DestinationRow.name.startswith(f"{template}.", autoescape=True))
    query = select(DeliveryRow.event_id).join(DestinationRow).where(ours, which, DeliveryRow.event_id.is_not(None))
    return {number for number in session.scalars(query.distinct()) if number is not None}


def next_update(session: Session, bot: str, now: datetime) -> int | None:
    """Return the number of the first update of a bot that was not handled; None: all that the service has."""
    note = note_of(session, _OFFSET.format(bot=bot))
    if note is None or now - note.at >= _IDS_LAST:
        return None
    number: int = note.value["next"]
    return number


def mark_handled(session: Session, bot: str, update_id: int, now: datetime) -> bool:
    """Note that an update is handled, in the transaction that does it; False if it was, and then nothing is to do."""
    first = next_update(session, bot, now)
    if first is not None and update_id < first:
        return False
    make_note(session, _OFFSET.format(bot=bot), {"next": update_id + 1}, now)
    return True


def _named() -> Select[SubscriptionRow, str]:
    return select(SubscriptionRow, DestinationRow.name).join(DestinationRow)


def _subscription(row: SubscriptionRow, name: str) -> Subscription:
    return Subscription(row.id, name, row.template, row.chat, row.listed_as, row.language, row.since)

"""What was sent of events that named somebody whose name is withheld now; and a withholding that is cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alerts import Destination, Result, Rules, Sender, SendingOptions, SendOutcome, announce_due
from alerts.destinations import Updates
from db import Database, Session
from db.announcing import sync_destinations
from db.articles import NewArticle, store_article
from db.models import AlertRow, DeliveryRow, EventChangeRow, MentionKeyRow, MentionRow
from db.queries import list_articles, list_events
from db.withheld import NewWithheldName, list_withheld, withhold
from events import Held, forms_of, read_new, withhold_stored
from events.names import person_key

CHAT = Destination("chat", "telegram", updates=Updates.EDIT)
SENT = Result(SendOutcome.OK, remote_channel="-100", remote_id="5")
SECRET = b"0123456789abcdef"
TEXT = (
    "Belarus released 14 political prisoners on Thursday. Among them are Ihar Losik and the journalist Ivan Paulau. "
    "Paulau crossed the border into Lithuania."
)


class Rig:
    """A database with articles that were read, and a chat that is told of their events."""

    def __init__(self, database: Database, clock: Any, channel: Any, options: SendingOptions) -> None:
        self.database, self.clock, self.channel = database, clock, channel
        self.sender = Sender(database, CHAT, channel, options)
        with database.begin() as session:
            sync_destinations(session, {CHAT.name: CHAT.channel}, clock.now)

    def tell(self, name: str, text: str = TEXT, **known: Any) -> None:
        url, at = f"https://{name}.example/1", self.clock.now
        with self.database.begin() as session:
            title = "Belarus frees 14 political prisoners"
            store_article(session, NewArticle(url, url, text, title=title, published_at=at, **known), at)
        read_new(self.database, owner="reader", now=at)

    def begin(self, name: str = "Ivan Paulau") -> int:
        with self.database.begin() as session:
            new = NewWithheldName(*forms_of(session, SECRET, name), "anna", "he asked")
            return withhold(session, SECRET, new, self.clock.now)

    def redact(self, name: str = "Ivan Paulau") -> Held:
        return withhold_stored(self.database, self.begin(name), self.clock.now)

    def deliver(self) -> None:
        announce_due(self.database, (CHAT,), Rules(), self.clock.now, person_key=person_key)
        asyncio.run(self._drain())

    async def _drain(self) -> None:
        while (due_at := await self.sender.next_due_at()) is not None:
            self.clock.now = max(due_at, self.clock.now)
            await self.sender.send_next()

    def stored(self) -> str:
        """Return all that is stored of events, mentions and messages."""
        with self.database.read() as session:
            events = [repr(view) for view in list_events(session)]
            tables = (AlertRow.change, EventChangeRow.facts, EventChangeRow.change, MentionRow.facts, MentionKeyRow.key)
            rows = [
                str(value) for column in (*tables, MentionRow.spellings) for value in session.scalars(select(column))
            ]
            bodies = [(body or b"").decode() for body in session.scalars(select(DeliveryRow.body))]
        return "\n".join([*events, *rows, *bodies])


@pytest.fixture
def rig(database: Database, clock: Any, make_editing_channel: Callable[..., Any], options: SendingOptions) -> Rig:
    return Rig(database, clock, make_editing_channel([SENT], has_key=False), options)


def test_a_sent_message_is_edited_once_and_nothing_rings(rig: Rig) -> None:
    rig.tell("one")
    rig.deliver()
    (sent,) = rig.channel.parcels
    assert b"Ivan Paulau" in sent.body
    assert rig.redact() == {"articles": 1, "earlier texts": 0, "entries": 0, "events": 1, "sent": 1, "watches": 0}
    rig.deliver()
    ((edit, _),) = rig.channel.edits
    assert (rig.channel.replies, len(rig.channel.parcels)) == ([], 1)
    assert b"Ihar Losik" in edit.body
    assert b"14" in edit.body
    assert b"Paulau" not in edit.body
    assert [word for word in ("Paulau", "paulau", "paulavu") if word in rig.stored()] == []
    assert "NN¹" in rig.stored()


def test_a_name_that_was_only_a_source_is_edited_out_as_well(rig: Rig) -> None:
    rig.tell("one", TEXT.replace("Ihar Losik and ", ""))
    rig.tell("two", TEXT.replace("Ihar Losik and ", ""))
    rig.deliver()
    rig.redact()
    rig.deliver()
    assert [b"Paulau" in edit.body for edit, _ in rig.channel.edits] == [False]


def test_of_what_nobody_was_told_nobody_is_told_now(rig: Rig) -> None:
    rig.tell("one", alerting="silent")
    rig.redact()
    rig.deliver()
    assert (rig.channel.parcels, rig.channel.edits) == ([], [])
    assert "Paulau" not in rig.stored()


def test_what_waits_is_sent_without_the_name(rig: Rig) -> None:
    rig.tell("one")
    announce_due(rig.database, (CHAT,), Rules(), rig.clock.now, person_key=person_key)
    rig.redact()
    rig.deliver()
    (sent,) = rig.channel.parcels
    assert (b"Paulau" in sent.body, rig.channel.edits) == (False, [])


class KilledError(Exception):
    """The process ends here."""


class Dying(Database):
    """A database whose user is killed before its transaction number `left`."""

    left = 0

    @contextmanager
    def begin(self, lock: str | None = None) -> Iterator[Session]:
        if self.left == 0:
            raise KilledError
        self.left -= 1
        with super().begin(lock) as session:
            yield session


def test_killed_between_any_two_steps_it_is_finished_later_and_the_message_is_edited(rig: Rig) -> None:
    rig.tell("one")
    rig.tell("two", TEXT.replace("Ivan Paulau", "Іван Паўлаў"))
    rig.deliver()
    number = rig.begin()
    dying = Dying(rig.database.engine)
    deaths = 0
    while True:
        dying.left = deaths
        try:
            withhold_stored(dying, number, rig.clock.now)
            break
        except KilledError:
            with rig.database.read() as session:
                assert [one.done_at for one in list_withheld(session)] == [None]
            deaths += 1
            rig.clock.now += timedelta(seconds=1)
    assert deaths > 2
    rig.deliver()
    assert [b"Paulau" in edit.body for edit, _ in rig.channel.edits][-1:] == [False]
    assert [name for name in ("Paulau", "Паўлаў") if name in rig.stored()] == []
    with rig.database.read() as session:
        (withheld,) = list_withheld(session)
        assert all("Паўлаў" not in (one.title or "") for one in list_articles(session))
    assert withheld.found == {"articles": 2, "earlier texts": 0, "entries": 0, "events": 1, "sent": 1, "watches": 0}

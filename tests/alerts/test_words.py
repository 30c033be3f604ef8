"""A person's word on an event, and events that turn out to be one or two: what was sent follows (D-4).

By the real steps: articles are read, a person speaks, `announce_due` decides, senders send.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts import Destination, Result, Rules, Sender, SendingOptions, SendOutcome, announce_due
from alerts.destinations import Updates
from db import Database
from db.announcing import find_due_events, sync_destinations
from db.articles import Alerting, NewArticle, store_article
from db.facts import Mark, Status, Verdict
from db.marks import MERGE, SPLIT, Said
from db.outbox import list_alerts
from db.queries import get_event
from events import mark_event, merge_events, read_new, split_event

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)  # a Tuesday
CHAT = Destination("chat", "telegram", updates=Updates.EDIT)
WIRE = Destination("wire", "webhook")
SENT = Result(SendOutcome.OK, remote_channel="-100", remote_id="5")


def story(number: int, day: str = "Tuesday", who: str = "Reuters") -> tuple[str, str]:
    return (
        f"Belarus frees {number} political prisoners",
        f"Belarus released {number} political prisoners on {day}, {who} reported.",
    )


class Room:
    """A newsroom of one reader, destinations with their channels, and a person who may say something."""

    def __init__(self, database: Database, clock: Any, options: SendingOptions, make: Callable[..., Any]) -> None:
        self.database, self.clock, self._numbers = database, clock, itertools.count(1)
        self._options, self._make = options, make
        self.places: tuple[Destination, ...] = ()
        self.channels: dict[str, Any] = {}
        clock.now = NOON

    def open(self, *places: Destination) -> None:
        """Let these be the destinations from now on."""
        self.places = places
        for one in places:
            edits = one.updates == Updates.EDIT
            remotes = [replace(SENT, remote_id=f"{one.name}-{number}") for number in range(1, 9)]
            self.channels.setdefault(one.name, self._make(edits, remotes))
        with self.database.begin() as session:
            sync_destinations(session, {one.name: one.channel for one in places}, self.clock.now)

    def publish(self, title: str, text: str, *, alerting: Alerting = "normal", outlet: str | None = None) -> int:
        """Store an article and read it; return the event that it is in."""
        number = next(self._numbers)
        url = f"https://o{number}.example/news"
        article = NewArticle(url, url, text, title, outlet or f"o{number}", "en", alerting=alerting)
        with self.database.begin() as session:
            stored = store_article(session, replace(article, published_at=self.clock.now), self.clock.now)
        report = read_new(self.database, owner="reader", now=self.clock.now)
        assert (report.read, report.failed, stored.id) == (1, 0, number)
        return max(report.changed_events)

    def announce(self) -> int:
        return announce_due(self.database, self.places, Rules(), self.clock.now)

    def tell(self) -> None:
        """Announce, and send all that is due, also what waits for its time."""
        self.announce()
        for one in self.places:
            asyncio.run(self._drain(Sender(self.database, one, self.channels[one.name], self._options)))

    async def _drain(self, sender: Sender) -> None:
        while (due_at := await sender.next_due_at()) is not None:
            self.clock.now = max(due_at, self.clock.now)
            await sender.send_next()

    def mark(self, event: int, verdict: Verdict, note: str = "the outlet took it back", by: str = "anna") -> bool:
        return mark_event(self.database, event, Mark(verdict, by, note, self._later()))

    def merge(self, one: int, other: int) -> int:
        return merge_events(self.database, one, other, Said(MERGE, "anna", "one bus", self._later()))

    def split(self, event: int, *articles: int) -> int:
        return split_event(self.database, event, articles, Said(SPLIT, "anna", "two days", self._later()))

    def _later(self) -> datetime:
        self.clock.pass_time(minutes=1)
        now: datetime = self.clock.now
        return now

    def status(self, event: int) -> Status:
        with self.database.read() as session:
            view = get_event(session, event)
        assert view is not None
        return view.facts.status

    @property
    def queue(self) -> list[int]:
        with self.database.read() as session:
            return find_due_events(session, 10)

    @property
    def alerts(self) -> list[tuple[int | None, str]]:
        with self.database.read() as session:
            return [(one.event, one.type) for one in reversed(list_alerts(session))]

    def sent(self, name: str) -> list[str]:
        """Everything that a destination was sent: "new created", "edit withdrawn" …, each with its text."""
        channel = self.channels[name]
        return [f"new {_told(parcel)}" for parcel in channel.parcels]

    def edits(self, name: str) -> list[tuple[str | None, str]]:
        return [(remote.id, _told(parcel)) for parcel, remote in self.channels[name].edits]

    def replies(self, name: str) -> list[str]:
        return [_told(parcel) for parcel, _ in self.channels[name].replies]


def _told(parcel: Any) -> str:
    _, kind, _, text = parcel.body.decode().split("|", 3)
    return f"{kind}: {text}"


@pytest.fixture
def room(
    database: Database,
    clock: Any,
    options: SendingOptions,
    make_channel: Callable[..., Any],
    make_editing_channel: Callable[..., Any],
) -> Room:
    def make(edits: bool, remotes: list[Result]) -> Any:
        return make_editing_channel(remotes, has_key=False) if edits else make_channel()

    return Room(database, clock, replace(options, page="https://volya.example"), make)


def test_an_event_marked_false_is_withdrawn_with_author_and_note(room: Room) -> None:
    room.open(CHAT, WIRE)
    event = room.publish(*story(41))
    room.tell()
    assert room.mark(event, Verdict.FALSE)
    room.tell()
    ((remote, edited),), (answer,) = room.edits("chat"), room.replies("chat")
    assert remote == "chat-1"
    for text in (edited, answer, room.sent("wire")[1].removeprefix("new ")):
        assert text.startswith("withdrawn: Withdrawn: Belarus frees 41 prisoners\n")
        assert "\nMarked false by anna: the outlet took it back" in text
    assert len(answer.splitlines()) < len(edited.splitlines())


def test_a_later_confirmation_reinstates_what_was_withdrawn_and_says_so(room: Room) -> None:
    room.open(CHAT, WIRE)
    event = room.publish(*story(41))
    room.tell()
    room.mark(event, Verdict.FALSE)
    room.tell()
    room.mark(event, Verdict.CONFIRMED, note="seen at the border", by="boris")
    room.tell()
    told = (room.edits("chat")[1][1], room.replies("chat")[1], room.sent("wire")[2].removeprefix("new "))
    for text in told:
        assert text.startswith("updated: ")
        assert "Changed: status retracted → confirmed\nMarked confirmed by boris: seen at the border" in text
    assert (len(room.edits("chat")), len(room.replies("chat")), len(room.sent("chat"))) == (2, 2, 1)


def test_a_mark_outlives_reports_that_say_otherwise_and_what_follows_behind_it_is_not_sent(room: Room) -> None:
    room.open(CHAT, WIRE)
    event = room.publish(*story(41))
    room.tell()
    room.mark(event, Verdict.NOT_NEWS)
    room.tell()
    before = (room.edits("chat"), room.replies("chat"), room.sent("wire"))
    assert room.publish(*story(44, who="Viasna")) == event
    room.mark(event, Verdict.FALSE, note="worse than no news")
    assert room.announce() == 0
    room.tell()
    assert (room.edits("chat"), room.replies("chat"), room.sent("wire")) == before
    assert (room.status(event), room.queue) == (Status.RETRACTED, [])


@pytest.mark.parametrize("verdict", Verdict)
def test_a_mark_on_an_event_that_nobody_was_told_of_sends_nothing(room: Room, verdict: Verdict) -> None:
    room.open(CHAT, WIRE)
    event = room.publish(*story(41), alerting="silent")
    assert room.mark(event, verdict)
    assert (room.announce(), room.queue, room.alerts) == (0, [], [])


def test_a_first_message_that_still_waits_is_called_off_by_a_mark(room: Room) -> None:
    room.open(replace(WIRE, settle=timedelta(seconds=600)))
    event = room.publish(*story(41))
    room.announce()
    room.mark(event, Verdict.FALSE)
    room.tell()
    assert (room.sent("wire"), room.queue) == ([], [])


def test_of_two_events_that_were_sent_the_younger_message_becomes_same_event_as(room: Room) -> None:
    room.open(CHAT, WIRE)
    stays, gone = room.publish(*story(41)), room.publish(*story(14, "Monday", "Viasna"))
    assert stays != gone
    room.tell()
    assert room.merge(gone, stays) == stays
    room.tell()
    (remote, text), *others = room.edits("chat")
    assert (remote, [one[1].split(":")[0] for one in others if one[0] == "chat-2"]) == ("chat-2", [])
    assert text.splitlines() == [
        "withdrawn: Same event as another alert: Belarus frees 14 prisoners",
        f"The same event as number {stays}: Belarus frees 41 prisoners",
        f"Volya {stays}: https://volya.example/events/{stays}",
    ]
    assert not any("Same event" in one for one in room.replies("chat"))
    assert len(room.sent("chat")) == 2
    assert [one for one in room.sent("wire")[2:] if one.startswith("new created")] == []
    assert (room.status(gone), room.queue) == (Status.SUPERSEDED, [])


def test_a_merged_event_that_nobody_was_told_of_makes_no_alert_and_leaves_the_queue(room: Room) -> None:
    room.open(replace(WIRE, minimum=40))
    stays, gone = room.publish(*story(41)), room.publish(*story(14, "Monday", "Viasna"))
    room.tell()
    room.merge(stays, gone)
    room.tell()
    assert room.queue == []
    assert [event for event, _ in room.alerts if event == gone] == []


LARGE = replace(CHAT, minimum=40)


def told_apart(room: Room) -> tuple[int, int]:
    """Two events, of which the chat is told of the second alone, and the wire of both."""
    first, second = room.publish(*story(12)), room.publish(*story(41, "Monday", "Viasna"))
    assert first != second
    return first, second


def test_who_was_told_of_the_merged_event_alone_hears_how_the_other_goes_on_below_the_same_message(room: Room) -> None:
    room.open(LARGE, WIRE)
    stays, gone = told_apart(room)
    room.tell()
    assert [text.split("\n")[0] for text in room.sent("chat")] == ["new created: Belarus frees 41 prisoners"]
    assert room.merge(stays, gone) == stays
    room.tell()
    (_, merged), (remote, goes_on) = room.edits("chat")
    assert f"The same event as number {stays}: " in merged
    assert (remote, goes_on.split("\n")[0]) == ("chat-1", "updated: Belarus frees 41 prisoners")
    assert (len(room.sent("chat")), len(room.replies("chat")), room.queue) == (1, 1, [])
    room.mark(stays, Verdict.NOT_NEWS)
    room.tell()
    remote, withdrawn = room.edits("chat")[-1]
    assert (remote, withdrawn.split("\n")[1]) == ("chat-1", "Changed: status confirmed → retracted")


def test_a_mark_on_the_other_event_reaches_who_was_told_of_the_merged_one_alone(room: Room) -> None:
    room.open(LARGE, WIRE)
    stays, gone = told_apart(room)
    room.tell()
    room.merge(stays, gone)
    room.tell()
    room.mark(stays, Verdict.FALSE)
    room.tell()
    remote, text = room.edits("chat")[-1]
    assert remote == "chat-1"
    assert text.startswith("withdrawn: Withdrawn: ")
    assert "Marked false by anna" in room.replies("chat")[-1]


def test_a_first_message_that_waits_on_a_merged_event_tells_of_the_one_it_is_part_of(room: Room) -> None:
    room.open(replace(LARGE, settle=timedelta(hours=1)), WIRE)
    stays, gone = told_apart(room)
    room.announce()
    room.merge(stays, gone)
    room.tell()
    assert [text.split(":")[0] for text in room.sent("chat")] == ["new created"]
    assert "Same event" not in room.sent("chat")[0]
    assert (room.edits("chat"), room.queue) == ([], [])
    room.mark(stays, Verdict.FALSE)
    room.tell()
    assert "Marked false by anna" in room.edits("chat")[-1][1]


def test_a_first_message_that_waits_gives_way_where_the_other_event_is_told_too(room: Room) -> None:
    room.open(replace(WIRE, settle=timedelta(hours=1)))
    stays, gone = told_apart(room)
    room.announce()
    room.merge(stays, gone)
    room.tell()
    assert len(room.sent("wire")) == 1


def test_a_split_is_one_new_message_that_says_from_where_whatever_its_age(room: Room) -> None:
    room.open(CHAT, WIRE)
    event = room.publish(*story(41))
    assert room.publish(*story(44, who="Viasna")) == event
    room.tell()
    room.clock.pass_time(days=9)
    new = room.split(event, 2)
    room.tell()
    created = [text for text in room.sent("chat")[1:] if text.startswith("new created")]
    assert len(created) == 1
    assert created[0].splitlines()[:2] == [
        "new created: Belarus frees 44 prisoners",
        f"Split from event {event}",
    ]
    assert sum(text.startswith("new created") for text in room.sent("wire")) == 2
    assert [kind for number, kind in room.alerts if number == new] == ["created"]
    assert room.announce() == 0


def test_a_split_passes_over_filters_where_the_event_was_told_and_is_silent_elsewhere(room: Room) -> None:
    room.open(replace(CHAT, minimum=44), replace(WIRE, minimum=60))
    event = room.publish(*story(44, who="Viasna"))
    assert room.publish(*story(41)) == event
    room.tell()
    room.clock.pass_time(days=9)
    room.split(event, 2)
    room.tell()
    assert [text.split("\n")[0] for text in room.sent("chat")[1:]] == ["new created: Belarus frees 41 prisoners"]
    assert room.sent("wire") == []


def test_a_split_of_an_event_that_nobody_was_told_of_sends_nothing(room: Room) -> None:
    room.open(CHAT, WIRE)
    event = room.publish(*story(41), alerting="silent")
    assert room.publish(*story(44, who="Viasna"), alerting="silent") == event
    room.split(event, 2)
    assert (room.announce(), room.queue, room.alerts) == (0, [], [])


def test_an_event_merged_back_is_split_from_nothing(room: Room) -> None:
    room.open(CHAT)
    event = room.publish(*story(41))
    room.publish(*story(44, who="Viasna"))
    room.tell()
    new = room.split(event, 2)
    room.tell()
    assert room.merge(event, new) == event
    room.tell()
    with room.database.read() as session:
        view = get_event(session, event)
    assert view is not None
    assert view.facts.split_from is None


def test_what_a_person_said_of_a_merged_event_counts_for_the_other_at_once(room: Room) -> None:
    room.open(CHAT)
    stays, gone = room.publish(*story(41)), room.publish(*story(14, "Monday", "Viasna"))
    room.tell()
    room.mark(gone, Verdict.CONFIRMED, note="seen")
    room.tell()
    room.merge(stays, gone)
    room.tell()
    assert room.status(stays) == Status.CONFIRMED
    assert any("Marked confirmed by anna: seen" in text for remote, text in room.edits("chat") if remote == "chat-1")

"""What is told together: floods, late events, first looks, and what happened while we were down (D-25 to D-27)."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from alerts import Destination, Result, Rules, Sender, SendingOptions, SendOutcome, announce_due
from alerts.absence import Absence, note_presence
from alerts.destinations import Updates
from alerts.digests import free_at, gathered_at
from db import Database
from db.announcing import sync_destinations
from db.delivery_views import DeliveryView
from db.digests import Digest, Waiting
from db.facts import EventFacts, Status
from db.outbox import list_alerts

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
CHAT = Destination("chat", "telegram", updates=Updates.EDIT, cap=10)
WIRE = Destination("wire", "webhook", cap=10)
LOST = Result(SendOutcome.UNCERTAIN, code="ReadTimeout")
ILL = Result(SendOutcome.DEST_TEMP, code="http 503")
REFUSED = Result(SendOutcome.MSG_PERM, code="invalid_payload")
MINUTE = timedelta(minutes=1)
WHILE_DOWN = 300 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 40


class Rig:
    """One destination whose messages are kept, and a newsroom that it is told of."""

    def __init__(self, desk: Any, clock: Any, options: SendingOptions, place: Destination, channel: Any) -> None:
        self.desk, self.clock, self.place, self.channel = desk, clock, place, channel
        self.release: Callable[..., EventFacts]
        self.options, self.places = options, [place]
        self.database: Database = desk.database
        self.sender = Sender(self.database, place, channel, options)
        self._sync()

    def _sync(self) -> None:
        with self.database.begin() as session:
            sync_destinations(session, {one.name: one.channel for one in self.places}, self.clock.now)

    def beside(self, place: Destination, channel: Any) -> Sender:
        """Add another destination that is told of everything, too."""
        self.places.append(place)
        self._sync()
        return Sender(self.database, place, channel, self.options)

    def publish(self, *numbers: int, **told: Any) -> list[int]:
        self.desk.now = self.clock.now
        return [self.desk.publish(self.undated(number), **told) for number in numbers]

    def revise(self, event: int, number: int, **changes: Any) -> None:
        self.desk.now = self.clock.now
        self.desk.revise(event, self.undated(number, **changes))
        self.announce()

    def undated(self, number: int, **changes: Any) -> EventFacts:
        return self.release(number, event_date=None, date_precision=None, **changes)

    def announce(self, rules: Rules | None = None) -> int:
        return announce_due(self.database, tuple(self.places), rules or Rules(), self.clock.now)

    def drain(self, minutes: int = 0) -> None:
        """Send what is due now, and what comes due in the time that passes."""
        until = self.clock.now + minutes * MINUTE
        while True:
            while asyncio.run(self.sender.send_next()):
                pass
            due_at = asyncio.run(self.sender.next_due_at())
            if due_at is None or due_at > until:
                self.clock.now = until
                return
            self.clock.now = max(due_at, self.clock.now + timedelta(seconds=1))

    @property
    def texts(self) -> list[str]:
        return [parcel.body.decode() for parcel in self.channel.parcels]

    @property
    def kinds(self) -> list[str]:
        return [text.split("|")[1] for text in self.texts]

    @property
    def numbers(self) -> list[int]:
        """How many were freed, of each event that was told, in order."""
        return [int(found) for text in self.texts for found in re.findall(r"frees (\d+) prisoner", text)]

    @property
    def deliveries(self) -> list[DeliveryView]:
        with self.database.read() as session:
            return sorted((one for alert in list_alerts(session) for one in alert.deliveries), key=lambda one: one.id)


@pytest.fixture
def furnish(
    clock: Any, options: SendingOptions, make_channel: Any, make_editing_channel: Any, release: Any
) -> Callable[..., Rig]:
    def make(desk: Any, place: Destination = WIRE, **channel: Any) -> Rig:
        kind = make_editing_channel if place.updates == Updates.EDIT else make_channel
        rig = Rig(desk, clock, options, place, kind(**channel))
        rig.release = release
        return rig

    return make


@pytest.fixture
def make_rig(furnish: Callable[..., Rig], desk: Any) -> Callable[..., Rig]:
    return partial(furnish, desk)


@pytest.fixture
def make_light_rig(furnish: Callable[..., Rig], sqlite_desk: Any) -> Callable[..., Rig]:
    """The same on SQLite alone, for many events."""
    return partial(furnish, sqlite_desk)


def test_five_hundred_events_at_once_are_ten_messages_and_digests_that_name_every_other(
    make_light_rig: Callable[..., Rig],
) -> None:
    """D-25."""
    rig = make_light_rig()
    rig.publish(*range(1, 501))
    while rig.announce():
        pass
    rig.drain(9)
    assert rig.kinds == ["created"] * 10 + ["digest"] * 49
    assert sorted(rig.numbers) == list(range(1, 501))
    assert rig.numbers[:10] == list(range(1, 11))
    assert {view.state for view in rig.deliveries} == {"sent"}


def test_what_comes_after_a_digest_waits_for_the_next_or_for_the_end_of_the_cap(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    rig.publish(*range(1, 13))
    rig.announce()
    rig.drain(2)
    assert rig.kinds == ["created"] * 10 + ["digest"]
    rig.publish(13, 14)
    rig.announce()
    rig.drain(3)
    assert len(rig.kinds) == 11
    rig.drain(6)
    assert rig.kinds[11:] == ["created", "created"]
    assert rig.numbers == list(range(1, 15))


def test_without_a_cap_everything_is_told_one_by_one(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(replace(WIRE, cap=None))
    rig.publish(*range(1, 31))
    rig.announce()
    rig.drain()
    assert rig.kinds == ["created"] * 30


def test_after_a_day_down_the_newest_state_of_each_event_arrives_once_and_nobody_else_waits(
    make_light_rig: Callable[..., Rig], make_channel: Callable[..., Any]
) -> None:
    """T-DOWN24, F-29, P6; `make soak`: 300 events and 900 revisions while the receiver is down."""
    rig = make_light_rig(script=[ILL] * 999)
    well = make_channel()
    other = rig.beside(Destination("other", "webhook"), well)
    events = rig.publish(*range(1, WHILE_DOWN + 1))
    while rig.announce():
        pass
    for turn in (1, 2, 3):
        rig.drain(10)
        rig.clock.pass_time(hours=7)
        for event in events:
            rig.desk.revise(event, rig.undated(event * 1000 + turn))
        while rig.announce():
            pass
        asyncio.run(send_all(other))
    assert [kind for _, kind, _ in well.told] == ["created"] * WHILE_DOWN + ["updated"] * 2 * WHILE_DOWN
    rig.channel.script.clear()
    tried = len(rig.channel.parcels)
    rig.clock.pass_time(hours=3)
    rig.drain(30)
    told = [
        int(found)
        for text in rig.texts[tried:]
        for found in re.findall(r"frees ([\d,]+) prisoner", text.replace(",", ""))
    ]
    assert sorted(told) == [event * 1000 + 3 for event in events]
    assert set(rig.kinds[tried:]) == {"created", "digest"}
    assert rig.kinds[tried:].count("created") == 10
    assert not [view for view in rig.deliveries if view.state not in ("sent", "superseded")]


async def send_all(sender: Sender) -> None:
    while await sender.send_next():
        pass


def test_a_late_event_is_told_in_a_digest_only(make_rig: Callable[..., Rig]) -> None:
    """D-26."""
    rig = make_rig()
    rig.publish(52, published_at=NOW - timedelta(days=3))
    rig.publish(40, published_at=NOW - timedelta(days=9), alerting="forced")
    assert rig.announce() == 2
    rig.drain(5)
    assert rig.kinds == ["created"]
    rig.drain(6)
    assert rig.kinds == ["created", "digest"]
    assert rig.numbers == [40, 52]
    assert "1 event, late to come to light" in rig.texts[1]


def test_a_first_look_is_one_message_that_names_what_is_recent_and_counts_all(
    make_rig: Callable[..., Rig],
) -> None:
    """D-26: a start on the day of a release is not silent, and the archive of years rings nobody."""
    rig = make_rig()
    rig.publish(52, 6, alerting="loaded", published_at=NOW - timedelta(hours=5))
    rig.publish(44, alerting="loaded", published_at=NOW - timedelta(days=400))
    rig.announce()
    rig.drain(1)
    assert rig.texts == []
    rig.drain(3)
    assert rig.kinds == ["digest"]
    assert rig.numbers == [52, 6]


def test_what_a_first_look_found_is_told_at_once_when_somebody_reports_it_as_news(
    make_rig: Callable[..., Rig],
) -> None:
    rig = make_rig()
    (event,) = rig.publish(52, alerting="loaded")
    rig.announce()
    rig.drain()
    assert rig.texts == []
    rig.revise(event, 53)
    rig.drain()
    assert (rig.kinds, rig.numbers) == (["created"], [53])


def test_what_happened_while_we_were_down_is_told_together_with_its_times(
    make_rig: Callable[..., Rig], database: Database
) -> None:
    """D-27."""
    rig = make_rig()
    assert note_presence(database, NOW) is None
    rig.clock.pass_time(hours=8)
    absence = note_presence(database, rig.clock.now)
    assert absence == Absence(NOW, rig.clock.now)
    rig.publish(52, 6, published_at=NOW + timedelta(hours=2))
    rig.publish(14, published_at=rig.clock.now + timedelta(minutes=1))
    rig.announce(Rules(absence=absence))
    rig.drain(3)
    assert rig.numbers == [14, 52, 6]
    assert rig.kinds == ["created", "digest"]
    assert "Catching up after a pause of ours: 2 events" in rig.texts[1]
    assert "Sep 11, 2025, 17:00 UTC" in rig.texts[1]


@pytest.mark.parametrize(("hours", "expected"), [(1, False), (5.9, False), (6.1, True)])
def test_only_a_long_absence_counts(database: Database, hours: float, *, expected: bool) -> None:
    note_presence(database, NOW)
    assert (note_presence(database, NOW + timedelta(hours=hours)) is not None) is expected


def test_an_absence_is_over_after_two_hours_and_a_clock_set_back_is_none(database: Database) -> None:
    note_presence(database, NOW)
    back = NOW + timedelta(hours=7)
    assert note_presence(database, back) is not None
    assert note_presence(database, back + timedelta(minutes=30)) is not None
    assert note_presence(database, back + timedelta(hours=2)) is None
    assert note_presence(database, NOW - timedelta(days=1)) is None


def test_what_a_digest_told_goes_on_as_an_update(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(CHAT, script=[Result(SendOutcome.OK, remote_channel="-1", remote_id=str(n)) for n in range(40)])
    events = rig.publish(*range(1, 13))
    rig.announce()
    rig.drain(2)
    rig.revise(events[11], 20)
    rig.drain(1)
    assert rig.kinds[10:] == ["digest", "updated"]
    assert "UPDATE: Belarus frees 20 prisoners" in rig.texts[11]


def test_an_event_that_is_taken_back_before_its_digest_is_not_in_it(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    events = rig.publish(*range(1, 14))
    rig.announce()
    rig.drain()
    rig.revise(events[11], 12, status=Status.RETRACTED)
    rig.drain(2)
    assert rig.numbers == [*range(1, 12), 13]


def test_a_digest_of_which_nothing_is_left_is_not_sent(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(script=[Result(SendOutcome.OK)] * 10 + [ILL])
    events = rig.publish(*range(1, 12))
    rig.announce()
    rig.drain(1)
    assert [view.state for view in rig.deliveries if view.type == "digest"] == ["pending"]
    rig.revise(events[10], 11, status=Status.RETRACTED)
    sent = len(rig.texts)
    rig.drain(30)
    assert len(rig.texts) == sent
    assert [view.state for view in rig.deliveries if view.type == "digest"] == ["superseded"]


def test_a_digest_that_is_refused_lets_its_events_be_told_one_by_one(make_rig: Callable[..., Rig]) -> None:
    """D-13: down the ladder first."""
    rig = make_rig(script=[Result(SendOutcome.OK)] * 10 + [REFUSED] * 3)
    rig.publish(*range(1, 13))
    rig.announce()
    rig.drain(20)
    assert rig.kinds == ["created"] * 10 + ["digest"] * 3 + ["created"] * 2
    assert [text.split("|")[0] for text in rig.texts[10:13]] == ["FULL", "PLAIN", "SHORT"]
    assert all(re.findall(r"frees (\d+) p", text) == ["11", "12"] for text in rig.texts[10:13])
    assert rig.numbers[-2:] == [11, 12]


def test_a_digest_that_may_have_arrived_is_sent_again_with_the_same_bytes_where_a_key_is_known(
    make_rig: Callable[..., Rig],
) -> None:
    """W-1, P2."""
    rig = make_rig(script=[Result(SendOutcome.OK)] * 10 + [LOST])
    events = rig.publish(*range(1, 13))
    rig.announce()
    rig.drain(2)
    rig.revise(events[11], 99)
    rig.drain(10)
    first, second, *rest = rig.channel.parcels[10:]
    assert (first.key, first.body) == (second.key, second.body)
    assert [parcel.body.decode().split("|")[1] for parcel in rest] == ["updated"]


def test_a_digest_that_may_have_arrived_says_so_where_no_key_is_known(make_rig: Callable[..., Rig]) -> None:
    """D-12."""
    rig = make_rig(script=[Result(SendOutcome.OK)] * 10 + [LOST], has_key=False)
    rig.publish(*range(1, 13))
    rig.announce()
    rig.drain(10)
    assert "possible repeat" not in rig.texts[10]
    assert "(possible repeat)" in rig.texts[11]


def test_a_sender_that_died_with_a_digest_in_flight_leaves_it_uncertain_with_its_events(
    make_rig: Callable[..., Rig],
) -> None:
    """F-26."""

    class DeadError(BaseException):
        pass

    def die() -> Any:
        raise DeadError

    rig = make_rig(script=[Result(SendOutcome.OK)] * 10 + [die])
    rig.publish(*range(1, 13))
    rig.announce()
    rig.drain()
    rig.clock.pass_time(minutes=1, seconds=1)
    with pytest.raises(DeadError):
        asyncio.run(rig.sender.send_next())
    assert [view.state for view in rig.deliveries[-3:]] == ["sending"] * 3
    rig.clock.pass_time(minutes=1)
    rig.drain(5)
    assert [view.state for view in rig.deliveries[-3:]] == ["sent"] * 3
    assert rig.kinds.count("digest") == 2


def test_every_language_has_all_words_of_digests_and_notices(make_rig: Callable[..., Rig]) -> None:
    from alerts import message_languages
    from alerts.digest_text import Heading, NoticeTelling, render_digest, render_notice

    for language in message_languages():
        for number in (1, 2, 5, 21):
            for digest in Digest:
                details = {"events": number, "loaded": 7, "page": 2, "pages": 3}
                assert render_digest(Heading(digest, details, NOW), [], language).text
        values = {"name": "desk", "reason": "{gone}", "alert": "4", "loaded": "12"}
        for code in ("loaded", "destination-disabled", "delivery-dead"):
            given = values if code == "loaded" else {key: values[key] for key in ("name", "reason", "alert")}
            assert render_notice(NoticeTelling(code, given, NOW), language).text.startswith("Volya: ")
        outlets = {"outlets": "nv, zerkalo + 3", "samples": "https://o.example/1"}
        for kind in ("unreachable", "blocked", "gone", "moved", "silent", "unread", "well"):
            assert outlets["outlets"] in render_notice(NoticeTelling(f"outlets-{kind}", outlets, NOW), language).text
        times = {"since": "2026-11-20 09:00 UTC", "until": "2026-11-20 12:00 UTC"}
        assert times["until"] in render_notice(NoticeTelling("network-was-down", times, NOW), language).text


@pytest.mark.parametrize(
    ("digest", "oldest", "newest", "last", "expected"),
    [
        (Digest.STORM, 0, 0, None, 1),
        (Digest.STORM, 0, 2, None, 3),
        (Digest.STORM, 0, 30, None, 5),
        (Digest.STORM, 0, 0, -4, 6),
        (Digest.LOADED, 0, 1, None, 3),
        (Digest.CATCHING_UP, 0, 60, None, 10),
        (Digest.LATE, 0, 0, None, 10),
        (Digest.LATE, 0, 0, -5, 55),
    ],
)
def test_a_digest_gathers_for_a_while(
    digest: Digest, oldest: int, newest: int, last: int | None, expected: int
) -> None:
    last_at = NOW + last * MINUTE if last is not None else None
    waiting = Waiting(digest, (), NOW + oldest * MINUTE, NOW + newest * MINUTE, last_at)
    assert gathered_at(waiting) == NOW + expected * MINUTE


def test_a_cap_ends_when_the_first_of_the_last_ten_is_ten_minutes_old() -> None:
    told = [NOW + n * MINUTE for n in range(12)]
    assert free_at(told, 10) == NOW + 12 * MINUTE
    assert free_at(told[:9], 10) is None
    assert free_at(told, None) is None

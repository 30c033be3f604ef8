"""The outbox as a state machine (T-PROP): whatever is told, decided, silenced, broken or killed in any order, P1 to P5 hold.

Articles are stored and read into events, marked, merged and split by the real code over a real database, announced by
`announce_due`, and sent by `Sender` to receivers that answer from the classes of reliability 2.2.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from alerts import (
    Destination,
    QuietHours,
    Rules,
    Sender,
    SendingOptions,
    announce_due,
)
from alerts.destinations import Updates
from db import Database, Session
from db.announcing import enable_destination, find_due_events, sync_destinations
from db.articles import NewArticle, claim_unread, finish_reading, store_article
from db.dead_letters import drop_deliveries, retry_deliveries
from db.delivery_views import DeliveryView
from db.facts import Analysis, Count, CountRole, Decision, Kind, Mark, Mention, Modality, Polarity, Precision, Verdict
from db.leases import LeaseRequest
from db.marks import MERGE, SPLIT, Said
from db.models import Base
from db.outbox import AlertView, list_alerts
from db.queries import get_event
from db.silences import Hush, add_silence, lift_silence, list_silences
from db.views import EventView
from events import mark_event, merge_events, split_event
from events.errors import EventError
from events.placing import place

EXAMPLES = 20_000 if settings.get_current_profile_name() == "soak" else 200
BEGIN = datetime(2025, 9, 11, 14, 0, tzinfo=UTC)
DAYS = (date(2025, 9, 10), date(2025, 8, 10), date(2025, 7, 10))
RULES = Rules(max_age=timedelta(days=10_000))
PLACES = (
    Destination("hook", "webhook"),
    Destination("chat", "telegram", updates=Updates.EDIT, quiet=QuietHours(time(15), time(17), UTC)),
    Destination("feed", "slack", updates=Updates.MAJOR, settle=timedelta(seconds=60)),
)
FAULTS = ("rate", "refused", "http 500", "lost before", "lost after", "gone", "msg_perm", "msg_perm", "msg_perm")
ANSWERS = st.sampled_from([*["ok"] * 6, *FAULTS, "moved", "noop", "anew", "died", "died after"])
HURRY = timedelta(hours=4)
STEPS_TO_SETTLE = 300
NAMES = st.sampled_from([one.name for one in PLACES])
PICKS = st.integers(0, 5)


class AtOnce(ThreadPoolExecutor):
    """Runs what it is given in the thread that gives it: with one sender at a time, threads only cost time."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 (it is handed on)
            future.set_exception(error)
        return future


class Outbox(RuleBasedStateMachine):
    """Outlets, a person, the steps of the service, and three receivers."""

    def __init__(self, database: Database, receivers: dict[str, Any]) -> None:
        super().__init__()
        self.database, self.receivers = database, receivers
        with database.begin() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(AtOnce())
        self.now = BEGIN
        self.numbers, self.owners, self.words = itertools.count(50), itertools.count(1), itertools.count(1)
        self.last: dict[tuple[int, str], int] = {}
        self.senders = {one.name: self.sender(one) for one in PLACES}
        self.sync(PLACES)

    def sender(self, one: Destination) -> Sender:
        options = SendingOptions(f"sender-{next(self.owners)}", lambda: self.now, lambda: 0.5)
        return Sender(self.database, one, self.receivers[one.name], options)

    def sync(self, places: Iterable[Destination]) -> None:
        with self.database.begin() as session:
            sync_destinations(session, {one.name: one.channel for one in places}, self.now)

    @rule(
        story=st.integers(0, 2), outlet=st.sampled_from("ab"), what=st.sampled_from(["more", "more", "minor", "same"])
    )
    def tell(self, story: int, outlet: str, what: str) -> None:
        number = self.last.get((story, outlet), 0)
        number = next(self.numbers) if what == "more" or not number else number
        self.last[story, outlet] = number
        with self.database.begin(lock="events") as session:
            self.read(session, story, outlet, number, is_minor=what == "minor")

    @rule(story=st.integers(0, 2), outlet=st.sampled_from("ab"))
    def die_before_the_commit(self, story: int, outlet: str) -> None:
        receiver = self.receivers["hook"]
        with suppress(receiver.Killed), self.database.begin(lock="events") as session:
            self.read(session, story, outlet, receiver.doomed, is_minor=True)
            raise receiver.Killed

    def read(self, session: Session, story: int, outlet: str, number: int, *, is_minor: bool) -> None:
        url, serial = f"https://{outlet}.example/{story}", next(self.numbers)
        counts = (Count(CountRole.RELEASED, number),)
        nations = {("UA", "PL", "LT", "LV", "US", "DE")[serial % 6]: 1} if is_minor else {}
        basis = (Kind.RELEASE, Modality.COMPLETED, Polarity.POSITIVE, "0841", DAYS[story], Precision.DAY)
        analysis = Analysis("en", (Kind.RELEASE,), Decision.EVENT, "", (Mention(*basis, counts, nations),))
        store_article(session, NewArticle(url=url, url_key=url, text=f"{serial}.", published_at=self.now), self.now)
        request = LeaseRequest("reader", self.now, self.now + timedelta(minutes=5), 1)
        for article in claim_unread(session, request):
            place(session, article, analysis, self.now)
            finish_reading(session, article, analysis, self.now)

    @rule(event=PICKS, verdict=st.sampled_from(Verdict))
    def mark(self, event: int, verdict: Verdict) -> None:
        self.say(lambda said: mark_event(self.database, event, Mark(verdict, "anna", "", said.at)))

    @rule(event=PICKS, other=PICKS)
    def merge(self, event: int, other: int) -> None:
        self.say(lambda said: merge_events(self.database, event, other, said))

    @rule(event=PICKS, article=PICKS)
    def split(self, event: int, article: int) -> None:
        self.say(lambda said: split_event(self.database, event, [article], said), SPLIT)

    def say(self, act: Callable[[Said], object], what: str = MERGE) -> None:
        with suppress(EventError):  # no such event, or not that way: a person is told so
            act(Said(what, "anna", "", self.now + timedelta(microseconds=next(self.words))))

    @rule()
    def announce(self) -> None:
        announce_due(self.database, PLACES, RULES, self.now)

    @rule(name=NAMES, answer=ANSWERS)
    def deliver(self, name: str, answer: str) -> None:
        self.loop.run_until_complete(self.send(name, answer, HURRY))

    async def send(self, name: str, answer: str, hurry: timedelta) -> bool:
        sender = self.senders[name]
        due_at = await sender.next_due_at()
        if due_at is None or due_at > self.now + hurry:
            return False
        self.now, self.receivers[name].answer = max(self.now, due_at), answer
        try:
            await sender.send_next()
        except self.receivers[name].Killed:
            self.senders[name] = self.sender(sender.destination)  # the next process; row and lease were left behind
        return True

    @rule(name=NAMES, is_there=st.booleans())
    def change_the_settings(self, name: str, *, is_there: bool) -> None:
        self.sync(one for one in PLACES if is_there or one.name != name)
        self.sync(PLACES)

    @rule(name=NAMES)
    def enable(self, name: str) -> None:
        with self.database.begin() as session:
            enable_destination(session, name, self.now)

    @rule(event=st.none() | PICKS, name=st.none() | NAMES, until_change=st.booleans(), hours=st.integers(1, 9))
    def silence(self, event: int | None, name: str | None, *, until_change: bool, hours: int) -> None:
        hush = Hush(event, name, self.now + timedelta(hours=hours), "anna", until_change and event is not None)
        with self.database.begin() as session:
            if event is None or get_event(session, event) is not None:
                add_silence(session, hush, self.now)

    @rule()
    def lift(self) -> None:
        with self.database.begin() as session:
            for one in list_silences(session, self.now):
                lift_silence(session, one.id, self.now)

    @rule(alert=st.integers(1, 9), name=NAMES, is_drop=st.sampled_from([False, False, False, True]))
    def retry_or_drop(self, alert: int, name: str, *, is_drop: bool) -> None:
        with self.database.begin() as session:
            if is_drop:
                drop_deliveries(session, alert, name)
            else:
                retry_deliveries(session, alert, name, self.now)

    @rule(minutes=st.sampled_from([1, 10, 70, 600, 4000, -1, -60]))
    def let_the_clock_jump(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def teardown(self) -> None:
        try:
            self.heal()
            self.verify()
        finally:
            self.loop.close()

    def heal(self) -> None:
        """Everything is well again: what waits goes out."""
        self.now += timedelta(days=2)
        self.lift()
        for one in PLACES:
            self.enable(one.name)
        while self.due():
            self.announce()
        for name in self.receivers:
            steps = 0
            while self.loop.run_until_complete(self.send(name, "ok", timedelta(days=99))):
                steps += 1
                assert steps < STEPS_TO_SETTLE, "the queue drains"

    def due(self) -> list[int]:
        with self.database.read() as session:
            return find_due_events(session, 99)

    def verify(self) -> None:
        with self.database.read() as session:
            alerts = list_alerts(session)
            views = [view for number in range(1, 30) if (view := get_event(session, number)) is not None]
        for name, receiver in self.receivers.items():
            for view in views:
                check(view, views, queue_of(alerts, view.id, name), receiver)


def queue_of(alerts: list[AlertView], event: int, name: str) -> list[DeliveryView]:
    """Everything that a destination was to be told of an event, the oldest first."""
    rows = [one for alert in alerts if alert.event == event for one in alert.deliveries if one.destination == name]
    return sorted(rows, key=lambda row: row.id)


def check(view: EventView, views: list[EventView], rows: list[DeliveryView], receiver: Any) -> None:
    """The destination knows the newest state of an event, or it is to be seen that and why it does not (P1, P4)."""
    assert {row.state for row in rows} <= {"sent", "dead", "superseded", "cancelled"}
    told = [one for one in receiver.told if one["event"] == view.id and one["call"] != "reply"]
    standing = [row for row in rows if row.type != "reply" and row.state != "superseded"]
    if any(row.state == "cancelled" for row in rows) or (standing and standing[-1].state == "dead"):
        return
    parts = [one.id for one in views if one.facts.same_as == view.id]
    if not told:
        is_known = any(one["event"] in parts for one in receiver.told)
        assert receiver.state_of(view)[1] or is_known, f"event {view.id} was never told"
        return
    assert told[-1]["state"] == receiver.state_of(view), f"event {view.id} at revision {view.revision}"


def test_nothing_is_lost_doubled_told_out_of_order_or_told_too_early(
    sqlite_database: Database, make_receivers: Callable[[], dict[str, Any]]
) -> None:
    limits = settings(
        max_examples=EXAMPLES, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: Outbox(sqlite_database, make_receivers()), settings=limits)

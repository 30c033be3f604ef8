"""A chat that subscribed itself is told of events as any destination is, and is erased when it leaves."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from alerts import Parcel, Result, Sender, TelegramChannel
from alerts.bot.updates import Command, Update
from alerts.channels.telegram import Chat
from db.facts import EventFacts
from db.models import Base, DestinationRow
from db.outbox import list_destinations
from newsroom.telegram_calls import failure

CHAT, GROUP = 777_000_123_456, -100_777_000_654_321
MOVED_TO = -100_777_000_999_999
PATIENCE = 20


def holds_number(database: Any, number: int) -> list[str]:
    """The tables in which a number stands anywhere."""
    found = []
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = session.execute(select(table)).all()
            found += [table.name for row in rows if str(abs(number)) in repr(tuple(row))]
    return sorted(set(found))


def test_a_subscriber_is_told_of_the_next_event_once_and_of_nothing_older(
    rig: Any, release: Callable[..., EventFacts], deliveries_of: Callable[..., Any]
) -> None:
    old = rig.desk.publish(release(11))
    rig.clock.pass_time(minutes=5)
    rig.announce()
    rig.say("/start")
    rig.desk.now = rig.clock.now
    rig.desk.revise(old, release(11), is_material=False)
    rig.announce()
    assert deliveries_of(rig.database) == []
    rig.desk.publish(release(52))
    rig.announce()
    rig.announce()
    rig.deliver(rig.has_said(2))
    assert [one.visible.text.splitlines()[0] for one in rig.telegram.messages][1:] == ["Belarus frees 52 prisoners"]
    assert [(one.destination, one.state) for one in deliveries_of(rig.database)] == [("public.1", "sent")]


def test_a_major_change_of_what_was_known_before_is_told(rig: Any, release: Callable[..., EventFacts]) -> None:
    old = rig.desk.publish(release(11))
    rig.announce()
    rig.clock.pass_time(minutes=5)
    rig.say("/start")
    rig.desk.revise(old, release(52))
    rig.announce()
    rig.deliver(rig.has_said(2))
    assert "52" in rig.telegram.messages[-1].visible.text


def test_who_subscribes_while_the_service_runs_is_told_without_a_restart(
    sqlite_rig: Any, release: Callable[..., EventFacts]
) -> None:
    rig = sqlite_rig

    def scene() -> bool:
        rig.telegram.write(CHAT, "/start")
        assert rig.has_said(1)()
        rig.desk.publish(release(52))
        rig.announce()
        rig.loop.wake()
        return bool(rig.has_said(2)())

    rig.deliver(scene, listens=True)  # the request for updates is held open all the while: it delays nothing (P6)
    assert rig.subscribers() == ["public.1"]


def test_leaving_erases_the_number_of_the_chat_everywhere(
    rig: Any, release: Callable[..., EventFacts], deliveries_of: Callable[..., Any]
) -> None:
    rig.say("/start")
    rig.desk.publish(release(52))
    rig.announce()
    rig.deliver(rig.has_said(2))
    rig.desk.publish(release(61))
    rig.announce()
    assert holds_number(rig.database, CHAT) == ["deliveries", "subscriptions"]
    [said] = rig.say("/stop")
    assert said.startswith("Unsubscribed.")
    assert holds_number(rig.database, CHAT) == []
    assert [one.state for one in deliveries_of(rig.database)] == ["sent", "cancelled"]
    with rig.database.read() as session:
        assert list_destinations(session) == []
    rig.restart()
    rig.say("/start")
    assert rig.subscribers() == ["public.2"]


def test_no_byte_of_the_file_holds_the_number_of_who_left(
    sqlite_rig: Any, release: Callable[..., EventFacts], tmp_path: Any
) -> None:
    rig = sqlite_rig
    rig.say("/start")
    rig.desk.publish(release(52))
    rig.announce()
    rig.deliver(rig.has_said(2))
    rig.say("/stop")
    path = rig.database.path
    rig.database.close()
    with sqlite3.connect(path) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert str(CHAT).encode() not in path.read_bytes()


@pytest.mark.parametrize("chat", [CHAT, GROUP])
def test_who_blocks_the_bot_is_erased_when_it_is_told(rig: Any, telegram: Any, chat: int) -> None:
    rig.telegram.appoint(chat)
    rig.say("/start", chat)
    telegram.bar(chat)
    assert rig.listen() == []
    assert holds_number(rig.database, chat) == []
    assert rig.subscribers() == []


def test_who_blocks_the_bot_is_erased_when_a_message_is_refused(
    rig: Any, telegram: Any, release: Callable[..., EventFacts]
) -> None:
    rig.say("/start")
    telegram.bar(CHAT, is_told=False)
    rig.desk.publish(release(52))
    rig.announce()

    def has_left() -> bool:
        refused = telegram.wait_until(lambda every: any(one.status == 403 for one in every), PATIENCE)
        return refused and wait_for(lambda: rig.subscribers() == [])

    rig.deliver(has_left)
    assert holds_number(rig.database, CHAT) == []


def wait_for(holds: Callable[[], bool]) -> bool:
    """Ask the database until something holds: what is waited for is a commit of the loop, which tells nobody."""
    import time

    ends = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > ends:
            return False
    return True


def test_a_refused_token_is_no_refusal_of_a_chat(
    sqlite_rig: Any, telegram: Any, release: Callable[..., EventFacts]
) -> None:
    rig = sqlite_rig
    rig.say("/start")
    rig.desk.publish(release(52))
    rig.announce()
    telegram.script(failure(401, "Unauthorized"))

    def is_disabled() -> bool:
        def asked() -> bool:
            with rig.database.read() as session:
                return session.scalars(select(DestinationRow.state)).one() == "disabled"

        return wait_for(asked)

    rig.deliver(is_disabled)
    assert rig.roster.follow(rig.clock.now) == ()
    assert rig.subscribers() == ["public.1"]


def test_an_upgraded_group_is_followed_by_the_answer_to_a_message(
    rig: Any, telegram: Any, release: Callable[..., EventFacts]
) -> None:
    telegram.appoint(GROUP)
    telegram._chats.add(str(MOVED_TO))
    rig.say("/start", GROUP)
    rig.desk.publish(release(52))
    rig.announce()
    telegram.script(
        failure(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=MOVED_TO)
    )
    rig.deliver(rig.has_said(2))
    assert telegram.messages[-1].chat == MOVED_TO
    rig.roster.follow(rig.clock.now)
    assert [one.chat for one in rig.roster.subscribers()] == [str(MOVED_TO)]
    telegram.bar(MOVED_TO)
    rig.listen()
    assert [holds_number(rig.database, one) for one in (GROUP, MOVED_TO)] == [[], []]


def test_an_upgraded_group_is_followed_by_the_word_of_the_service(sqlite_rig: Any, telegram: Any) -> None:
    telegram.appoint(GROUP)
    sqlite_rig.say("/start", GROUP)
    message = {"message_id": 9, "chat": {"id": GROUP, "type": "group"}, "migrate_to_chat_id": MOVED_TO}
    telegram.inbox.put({"message": message})
    sqlite_rig.listen()
    assert [one.chat for one in sqlite_rig.roster.subscribers()] == [str(MOVED_TO)]


def test_who_is_taken_off_the_list_hears_nothing_more_and_can_still_be_erased(
    sqlite_rig: Any, release: Callable[..., EventFacts], deliveries_of: Callable[..., Any]
) -> None:
    rig = sqlite_rig
    rig.say("/start")
    rig.allow(1)
    rig.restart()
    rig.desk.publish(release(52))
    rig.announce()
    assert deliveries_of(rig.database) == []
    assert rig.say("/stop")[0].startswith("Unsubscribed.")
    assert holds_number(rig.database, CHAT) == []


def test_a_restart_orphans_no_subscriber(rig: Any) -> None:
    rig.say("/start")
    rig.restart()
    with rig.database.read() as session:
        assert [(one.name, one.state) for one in list_destinations(session)] == [("public.1", "enabled")]


def test_an_answer_that_comes_after_the_chat_has_left_brings_its_number_back_nowhere(
    rig: Any, release: Callable[..., EventFacts], deliveries_of: Callable[..., Any]
) -> None:
    rig.say("/start")
    rig.desk.publish(release(52))
    rig.announce()
    [subscriber] = rig.roster.subscribers()
    stop = Update(10**9, Command(str(CHAT), is_group=False, person=1, name="stop"))

    class Leaving(TelegramChannel):
        async def send(self, parcel: Parcel) -> Result:
            result = await super().send(parcel)
            await asyncio.to_thread(rig.make_desk().settle, stop)
            return result

    chat = Chat(subscriber.chat, subscribed=True)
    channel = Leaving("public.1", rig.bot, chat, user_agent="volya/1", clock=rig.clock)
    sender = Sender(rig.database, subscriber.destination, channel, rig.options)

    async def scene() -> None:
        assert await sender.send_next()
        await channel.close()

    asyncio.run(scene())
    assert len(rig.telegram.messages) == 2
    assert holds_number(rig.database, CHAT) == []
    assert [one.state for one in deliveries_of(rig.database)] == ["cancelled"]

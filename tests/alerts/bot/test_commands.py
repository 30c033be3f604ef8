"""What a chat may write to the bot, and what it hears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from db.announcing import approve_alert
from db.facts import EventFacts
from db.outbox import list_alerts
from newsroom import Person

CHAT, GROUP = 777_000_123_456, -100_777_000_654_321
ANNA = Person(31_000_777, "uk", "Anna")


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("be", "Падпіска аформлена."),
        ("de", "Abonniert."),
        ("en-GB", "Subscribed."),
        ("fr", "Subscribed."),
        ("lt", "Užprenumeruota."),
        ("pl", "Subskrypcja włączona."),
        ("ru", "Подписка оформлена."),
        ("uk", "Підписку оформлено."),
    ],
)
def test_a_chat_subscribes_and_is_answered_in_the_language_of_its_reader(
    sqlite_rig: Any, language: str, first: str
) -> None:
    [said] = sqlite_rig.say("/start", person=Person(language=language))
    assert said.startswith(first)
    assert sqlite_rig.subscribers() == ["public.1"]


def test_a_second_start_says_so_and_changes_nothing(rig: Any) -> None:
    rig.say("/start")
    assert rig.say("/start@Made_Up_Bot hello") == ["This chat is subscribed already. /stop ends it."]
    assert rig.subscribers() == ["public.1"]


def test_a_chat_that_is_not_listed_hears_its_number_once_an_hour(sqlite_rig: Any, clock: Any) -> None:
    rig = sqlite_rig
    rig.allow(1)
    for text in ("/start", "/start", "/latest"):
        rig.telegram.write(CHAT, text)
    [said] = rig.listen()
    assert f"Its number is {CHAT}" in said
    assert rig.subscribers() == []


def test_strangers_are_answered_thirty_times_an_hour_in_all(sqlite_rig: Any, clock: Any) -> None:
    from alerts.bot.updates import Command, Update

    desk = sqlite_rig.make_desk()
    numbers = range(1, 41)
    said = [desk.settle(Update(one, Command(str(one), False, one, "start"))) for one in numbers]
    assert sum(one is not None for one in said) == 30
    clock.pass_time(hours=1)
    assert desk.settle(Update(99, Command("99", False, 99, "start"))) is not None


def test_where_anyone_may_there_is_room_for_so_many(sqlite_rig: Any) -> None:
    rig = sqlite_rig
    rig.allow(None)
    rig.template = replace(rig.template, most=1)
    rig.say("/start", 5)
    assert rig.say("/start", 6) == ["There is no room for another chat. Please write to whoever runs this bot."]
    rig.say("/stop", 5)
    rig.say("/start", 6)
    assert rig.subscribers() == ["public.2"]


def test_in_a_group_only_administrators_subscribe_and_leave(rig: Any, telegram: Any) -> None:
    refused = ["In a group only its administrators can do that."]
    assert rig.say("/start", GROUP) == refused
    telegram.appoint(GROUP, ANNA)
    assert rig.say("/start@made_up_bot", GROUP, person=ANNA)[0].startswith("Підписку оформлено.")
    assert rig.say("/stop", GROUP) == ["У групі це можуть робити лише адміністратори."]
    in_its_name = {"sender_chat": {"id": GROUP, "type": "supergroup"}}
    assert rig.say("/stop", GROUP, **in_its_name)[0].startswith("Підписку скасовано.")
    assert rig.subscribers() == []


def test_what_is_for_other_bots_or_for_nobody_is_passed_over(sqlite_rig: Any, telegram: Any) -> None:
    telegram.write(GROUP, "/weather")
    telegram.write(GROUP, "/start@other_bot")
    telegram.write(CHAT, "good morning")
    assert sqlite_rig.say("/dance") == sqlite_rig.say("/help")
    assert sqlite_rig.subscribers() == []


def test_a_reader_of_a_topic_is_answered_there(sqlite_rig: Any, telegram: Any) -> None:
    telegram._topics = frozenset({7})
    assert sqlite_rig.say("/help", GROUP, message_thread_id=7, is_topic_message=True)
    sent = [one.request.body for one in telegram.exchanges if one.request.path.endswith("/sendMessage")]
    assert b'"message_thread_id":7' in sent[0]


def test_leaving_without_being_there_is_told(sqlite_rig: Any) -> None:
    assert sqlite_rig.say("/stop") == ["This chat is not subscribed. /start subscribes it."]


def test_the_five_newest_events_are_a_line_each(sqlite_rig: Any, release: Callable[..., EventFacts]) -> None:
    rig = sqlite_rig
    assert rig.say("/latest") == ["There are no events yet."]
    for number in range(11, 17):
        rig.desk.publish(release(number))
    [said] = rig.say("/latest", person=ANNA)
    lines = said.splitlines()
    assert [line.split(" · ")[0] for line in lines] == ["6", "5", "4", "3", "2"]
    assert " ".join(lines[0].split()) == "6 · 11 вересня 2025 р. · Білорусь звільнила 16 в’язнів"
    rig.template = replace(rig.template, destination=replace(rig.template.destination, minimum=16))
    assert len(rig.say("/latest")[0].splitlines()) == 1


@pytest.mark.parametrize("asked", ["/event 1", "/event  e1", "/event@made_up_bot #1"])
def test_one_event_is_told_whole(sqlite_rig: Any, release: Callable[..., EventFacts], asked: str) -> None:
    sqlite_rig.desk.publish(release(52))
    [said] = sqlite_rig.say(asked)
    assert said.startswith("Belarus frees 52 prisoners")
    assert "harbour-post" in said


@pytest.mark.parametrize(
    ("asked", "answer"), [("/event 7", "There is no event"), ("/event", "Give the number"), ("/event -1", "Give the")]
)
def test_an_event_that_is_none_is_told(sqlite_rig: Any, asked: str, answer: str) -> None:
    assert sqlite_rig.say(asked)[0].startswith(answer)


def test_what_waits_for_approval_is_not_given_away(sqlite_rig: Any, release: Callable[..., EventFacts]) -> None:
    rig = sqlite_rig
    rig.template = replace(rig.template, destination=replace(rig.template.destination, approval=True))
    rig.say("/start")
    rig.desk.publish(release(52))
    rig.announce()
    assert rig.say("/latest") == ["There are no events yet."]
    assert rig.say("/event 1")[0].startswith("There is no event")
    with rig.database.begin() as session:
        approve_alert(session, list_alerts(session)[0].id, rig.clock.now)
    rig.deliver(rig.has_said(4))
    assert "52" in rig.say("/latest")[0]


def test_a_chat_is_answered_ten_times_a_minute(sqlite_rig: Any, telegram: Any, clock: Any) -> None:
    for _ in range(12):
        telegram.write(CHAT, "/help")
    assert len(sqlite_rig.listen()) == 10
    clock.now += timedelta(minutes=1)

"""Mails through the real outbox and loop, to a made-up mail server, on either database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from alerts import Destination, EmailChannel, Envelope
from alerts.channels.email_server import mail_server
from alerts.destinations import Updates
from db.facts import EventFacts, Status
from newsroom import MailFault, MailReceiver, Reset

PLACE = Destination("desk", "email", updates=Updates.MAJOR)
DESK, NIGHT = "desk@news.example", "night@news.example"


def channel_at(server: MailReceiver, *recipients: str) -> EmailChannel:
    made = EmailChannel(
        "desk", mail_server("desk", server.url), Envelope("alerts@volya.example", recipients or (DESK,))
    )
    made.interval = 0.0
    return made


def test_an_alert_and_its_update_come_as_two_mails_of_one_thread(line: Any, release: Callable[..., EventFacts]) -> None:
    with MailReceiver() as server:
        event = line.desk.publish(release(44))
        line.run(PLACE, channel_at(server), server, 1)
        line.desk.revise(event, release(44, transit=("LT",)), is_major=False)
        line.desk.revise(event, release(52, status=Status.CONFIRMED))
        line.run(PLACE, channel_at(server), server, 2)
        first, update = server.mails
    assert (first.subject, update.subject) == ("Belarus frees 44 prisoners", "UPDATE: Belarus frees 52 prisoners")
    assert "Changed: status reported → confirmed" in update.text
    assert update.header("in-reply-to") == first.header("references") == update.header("references")
    assert first.header("message-id") != update.header("message-id")


@pytest.mark.parametrize(
    "fault",
    [
        MailFault("connect", "421 4.3.2 too busy"),
        MailFault("recipient", "450 4.2.0 greylisted"),
        MailFault("recipient", reset=Reset.BEFORE_RECORDING),
        MailFault("content", "451 4.3.0 not now"),
    ],
)
def test_what_was_not_taken_comes_once_and_is_no_repeat(
    line: Any, release: Callable[..., EventFacts], fault: MailFault
) -> None:
    with MailReceiver() as server:
        server.script(fault, fault)
        line.desk.publish(release(52))
        line.drain(PLACE, channel_at(server))
        (mail,) = server.mails
    assert "possible repeat" not in mail.text


def test_greylisting_waits_a_minute_and_is_no_fault(
    line: Any, release: Callable[..., EventFacts], clock: Any, deliveries_of: Any
) -> None:
    began = clock.now
    with MailReceiver() as server:
        server.script(*[MailFault("recipient", "450 4.7.1 Greylisted")] * 6)
        line.desk.publish(release(52))
        line.drain(PLACE, channel_at(server))
        assert len(server.mails) == 1
    assert timedelta(minutes=6) <= clock.now - began <= timedelta(minutes=8)
    (delivery,) = deliveries_of(line.desk.database)
    assert (delivery.state, delivery.attempts) == ("sent", 7)


@pytest.mark.parametrize("reset", [Reset.BEFORE_RECORDING, Reset.AFTER_RECORDING])
def test_a_lost_answer_is_followed_by_the_same_id_and_a_mark(
    line: Any, release: Callable[..., EventFacts], reset: Reset
) -> None:
    with MailReceiver() as server:
        server.script(MailFault("content", reset=reset))
        line.desk.publish(release(52))
        line.drain(PLACE, channel_at(server))
        mails = server.mails
    assert len(mails) == (2 if reset == Reset.AFTER_RECORDING else 1)
    assert len({mail.header("message-id") for mail in mails}) == 1
    assert mails[-1].text.count("(possible repeat)") == 1


def test_what_is_refused_as_such_goes_down_the_ladder(line: Any, release: Callable[..., EventFacts]) -> None:
    with MailReceiver() as server:
        server.script(MailFault("content", "554 5.6.0 no HTML"), MailFault("content", "550 5.7.1 too many links"))
        line.desk.publish(release(52))
        line.drain(PLACE, channel_at(server))
        (mail,) = server.mails
    assert mail.text == "Belarus frees 52 prisoners\nharbour-post: https://harbour-post.example/news/1\n"
    assert mail.html == ""


def test_who_is_refused_is_kept_with_the_delivery_and_nobody_gets_it_twice(
    line: Any, release: Callable[..., EventFacts], deliveries_of: Any
) -> None:
    with MailReceiver(refused={NIGHT: "550 5.1.1 no such user"}) as server:
        line.desk.publish(release(52))
        line.drain(PLACE, channel_at(server, DESK, NIGHT))
        assert [mail.recipients for mail in server.mails] == [(DESK,)]
    (delivery,) = deliveries_of(line.desk.database)
    assert (delivery.state, len(delivery.log)) == ("sent", 1)
    assert delivery.log[0].response == f"{NIGHT}: 550 5.1.1 no such user; 250 2.0.0 queued"


def test_a_wrong_password_holds_the_queue(line: Any, release: Callable[..., EventFacts], deliveries_of: Any) -> None:
    with MailReceiver(login=("alerts", "secret")) as server:
        server.script(MailFault("login", "535 5.7.8 wrong"))
        line.desk.publish(release(52))
        line.drain(PLACE, channel_at(server))
        assert server.mails == ()
    (delivery,) = deliveries_of(line.desk.database)
    assert (delivery.state, delivery.last_error, delivery.held_by) == (
        "pending",
        "login refused (535 5.7.8)",
        "disabled",
    )

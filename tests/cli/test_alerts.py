"""`volya alerts`: what a person asks of the queue and says to it, and what a destination would be sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts import Destination, Message, Parcel, Result, Rules, Sender, SendingOptions, SendOutcome, announce_due
from alerts.destinations import OnUncertain
from alerts.message import Layout
from db import Database, open_database
from db.announcing import sync_destinations

Call = Callable[..., Any]

STORY = {
    "url": "https://news.example/prisoners",
    "language": "en",
    "title": "Belarus frees 52 political prisoners after talks with John Coale",
    "text": "Belarus released 52 political prisoners on 11 September 2025 after talks with US envoy John Coale, "
    "Lithuanian President Gitanas Nauseda said. They crossed the border into Lithuania on Thursday.",
    "published": "2025-09-11T15:02:00+03:00",
}
DESK, SLOW = Destination("desk", "webhook"), Destination("slow", "webhook", approval=True)
HOLDING = replace(DESK, on_uncertain=OnUncertain.HOLD)
REFUSED = Result(SendOutcome.MSG_PERM, status=400, code="http 400")


class Answering:
    """A channel that answers one thing and keeps what it was given."""

    can_edit, is_for_machines, interval = False, True, 0.0

    def __init__(self, result: Result, *, has_key: bool = True) -> None:
        self.result, self.has_key = result, has_key
        self.parcels: list[Parcel] = []

    def compose(self, message: Message, layout: Layout) -> bytes:
        return f"{layout.name} {message.title}".encode()

    async def send(self, parcel: Parcel) -> Result:
        self.parcels.append(parcel)
        return self.result

    async def close(self) -> None:
        return


def drain(database: Database, channel: Answering, place: Destination = DESK) -> None:
    options = SendingOptions("sender-1", lambda: datetime.now(UTC) + timedelta(minutes=5), lambda: 0.0)
    sender = Sender(database, place, channel, options)

    async def work() -> None:
        while await sender.send_next():
            pass

    asyncio.run(work())


@pytest.fixture
def told(volya: Call, tmp_path: Path, sqlite_url: str) -> Iterator[tuple[Call, Database]]:
    """The program on a database with one alert: dead at `desk`, held for approval at `slow`."""
    (tmp_path / "one.jsonl").write_text(json.dumps(STORY), encoding="utf-8")
    assert volya("import", "one.jsonl", "--alerts").code == 0
    database = open_database(sqlite_url)
    now = datetime.now(UTC)
    with database.begin() as session:
        sync_destinations(session, {"desk": "webhook", "slow": "webhook"}, now)
    announce_due(database, (DESK, SLOW), Rules(), now)
    drain(database, Answering(REFUSED))
    yield volya, database
    database.close()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("approve", "5"), 1, "alert 5: there is none"),
        (("approve", "five"), 2, "five: give the number of an alert"),
        (("enable", "desk"), 1, "destination desk: there is none of this name"),
        (("retry", "5"), 1, "alert 5: there is none"),
        (("drop", "5"), 1, "alert 5: there is none"),
        (("sent", "5"), 1, "alert 5: there is none"),
        (("replay", "--since", "2026-09-01", "--to", "desk"), 1, "destination desk: there is none of this name"),
        (("replay", "--since", "soon", "--to", "desk"), 2, "--since soon: give a day or a time"),
        (("replay", "--to", "desk"), 2, "--since"),
        (("test", "desk"), 1, "destination desk: the settings have none of this name; they have: console"),
        (("preview", "e7"), 1, "e7: no such event"),
        (("preview", "e7", "--to", "desk"), 1, "destination desk: the settings have none of this name"),
        (("list", "--state", "lost"), 2, "lost"),
    ],
)
def test_what_is_not_there_is_said(volya: Call, words: tuple[str, ...], code: int, said: str) -> None:
    answer = volya("alerts", *words)
    assert answer.code == code
    assert said in answer.err


def test_dead_and_held_deliveries_are_shown_as_such_and_can_be_asked_for(told: tuple[Call, Database]) -> None:
    volya, _ = told
    shown = " ".join(volya("alerts", "list").out.split())
    assert "desk: dead (http 400), slow: held for approval" in shown
    for state, count in (("dead", 1), ("held", 1), ("pending", 1), ("sent", 0)):
        assert len(volya("alerts", "list", "--state", state, "--json").objects) == count, state
    assert "No alert with a delivery that is sent." in volya("alerts", "list", "--state", "sent").out
    (alert,) = volya("alerts", "list", "--json").objects
    assert [(one["state"], one["held_by"]) for one in alert["deliveries"]] == [("dead", None), ("pending", "approval")]


def test_a_retried_delivery_goes_out_with_its_old_key(told: tuple[Call, Database]) -> None:
    volya, database = told
    (before,) = volya("alerts", "list", "--json").objects
    assert volya("alerts", "retry", "1", "--json").objects == [{"alert": 1, "retried": ["desk"], "held": []}]
    channel = Answering(Result(SendOutcome.OK))
    drain(database, channel)
    assert [parcel.key for parcel in channel.parcels] == [before["deliveries"][0]["key"]]
    assert channel.parcels[0].body.startswith(b"FULL Belarus frees 52")
    (after,) = volya("alerts", "list", "--json").objects
    assert (after["deliveries"][0]["state"], after["deliveries"][0]["attempts"]) == ("sent", 4)
    again = volya("alerts", "retry", "1")
    assert (again.code, "nothing to try again" in again.err) == (1, True)


def test_a_dropped_delivery_is_sent_no_more_until_it_is_retried(told: tuple[Call, Database]) -> None:
    volya, database = told
    assert "Alert 1 is dropped: slow." in volya("alerts", "drop", "1", "--to", "slow").out
    assert volya("alerts", "drop", "1", "--json").objects == [{"alert": 1, "dropped": ["desk"]}]
    nothing = volya("alerts", "drop", "1")
    assert (nothing.code, "nothing to drop" in nothing.err) == (1, True)
    channel = Answering(Result(SendOutcome.OK))
    drain(database, channel)
    assert channel.parcels == []
    assert "Alert 1 is tried again: desk." in volya("alerts", "retry", "1", "--to", "desk").out
    drain(database, channel)
    assert len(channel.parcels) == 1
    missing = volya("alerts", "retry", "1", "--to", "nowhere")
    assert (missing.code, "there are: desk, slow" in missing.err) == (1, True)


def test_a_retry_at_a_disabled_destination_says_what_else_is_needed(told: tuple[Call, Database]) -> None:
    volya, database = told
    assert volya("alerts", "retry", "1").code == 0
    drain(database, Answering(Result(SendOutcome.DEST_PERM, status=410, code="http 410")))
    assert "desk: held: the destination is disabled (http 410)" in " ".join(volya("alerts", "list").out.split())
    assert volya("alerts", "drop", "1", "--to", "desk").code == 0
    assert "volya alerts enable desk" in volya("alerts", "retry", "1", "--to", "desk").out


@pytest.fixture
def unsure(told: tuple[Call, Database]) -> tuple[Call, Database]:
    """The same, but `desk` cannot tell repeats and may have got the alert; a person is to decide."""
    volya, database = told
    assert volya("alerts", "retry", "1").code == 0
    drain(database, Answering(Result(SendOutcome.UNCERTAIN, code="ReadTimeout"), has_key=False), HOLDING)
    return volya, database


def test_what_may_have_arrived_is_shown_wherever_one_looks_and_not_sent_again(unsure: tuple[Call, Database]) -> None:
    volya, database = unsure
    channel = Answering(Result(SendOutcome.OK), has_key=False)
    drain(database, channel, HOLDING)
    assert channel.parcels == []
    assert "desk: held: it may have arrived" in " ".join(volya("alerts", "list", "--state", "uncertain").out.split())
    (alert,) = volya("alerts", "show", "1", "--json").objects
    assert (alert["deliveries"][0]["state"], alert["deliveries"][0]["held_by"]) == ("uncertain", "uncertain")
    assert "held, because it may have arrived: say so by volya alerts sent" in volya("explain", "e1").out
    assert volya("alerts", "enable", "desk").code == 0  # the failure that was counted is forgotten
    (finding,) = [one for one in volya("check", "--json").objects if one["name"] == "destination desk"]
    assert (finding["state"], finding["text"].partition(",")[0]) == ("warn", "1 messages may have arrived")


@pytest.mark.parametrize(
    ("order", "said", "parcels"),
    [
        ("sent", "Alert 1 counts as sent: desk.", 0),
        ("retry", "Alert 1 is tried again: desk.", 1),
        ("drop", "dropped", 0),
    ],
)
def test_a_person_says_whether_it_arrived(unsure: tuple[Call, Database], order: str, said: str, parcels: int) -> None:
    volya, database = unsure
    assert said in volya("alerts", order, "1", "--to", "desk").out
    channel = Answering(Result(SendOutcome.OK), has_key=False)
    drain(database, channel, HOLDING)
    assert len(channel.parcels) == parcels
    assert volya("alerts", "list", "--state", "uncertain", "--json").objects == []


def test_a_replay_sends_what_did_not_arrive_with_its_key_and_what_did_with_a_new_one(
    told: tuple[Call, Database],
) -> None:
    volya, database = told
    channel = Answering(Result(SendOutcome.OK))
    replay = ("alerts", "replay", "--since", "2025-09-01", "--to", "desk")
    assert "Tried again at desk: alerts 1." in volya(*replay).out
    drain(database, channel)
    nothing = volya(*replay)
    assert (nothing.code, "--sent repeats more" in nothing.err) == (1, True)
    assert "Sent again to desk, under new keys: events 1." in volya(*replay, "--sent").out
    drain(database, channel)
    assert len({parcel.key for parcel in channel.parcels}) == len(channel.parcels) == 2
    (answer,) = volya(*replay, "--sent", "--json").objects
    assert answer == {"destination": "desk", "retried": [], "sent_again": [1], "held": []}


def test_a_disabled_destination_is_sent_its_queue_when_it_is_enabled(told: tuple[Call, Database]) -> None:
    volya, database = told
    assert volya("alerts", "retry", "1").code == 0
    drain(database, Answering(Result(SendOutcome.DEST_PERM, status=401, code="invalid_auth")))
    channel = Answering(Result(SendOutcome.OK))
    drain(database, channel)
    assert channel.parcels == []
    assert volya("alerts", "enable", "desk").out == "Destination desk sends again.\n"
    drain(database, channel)
    assert len(channel.parcels) == 1


def test_a_preview_shows_every_channel_and_stores_nothing(told: tuple[Call, Database]) -> None:
    volya, _ = told
    before = volya("alerts", "list", "--json").out
    shown = volya("alerts", "preview", "e1").out
    for heading in (
        "== console (console, en)",
        "no destination (webhook, en)",
        "(slack, en)",
        "(slack-app, en)",
        "(telegram, en)",
        "(discord, en)",
        "(matrix, en)",
        "(ntfy, en)",
        "(email, en)",
        "(apprise, en)",
    ):
        assert heading in shown
    assert "Belarus frees 52 prisoners after talks with John Coale" in shown
    objects = volya("alerts", "preview", "1", "--json").objects
    assert [(one["channel"], one["layout"]) for one in objects[:3]] == [
        ("console", "full"),
        ("console", "plain"),
        ("console", "short"),
    ]
    assert {one["channel"] for one in objects} == {
        "console",
        "webhook",
        "slack",
        "slack-app",
        "telegram",
        "discord",
        "matrix",
        "ntfy",
        "email",
        "apprise",
    }
    assert volya("alerts", "list", "--json").out == before


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("be", "Беларусь вызваліла 52 зняволеных"),
        ("de", "Belarus lässt 52 Gefangene frei"),
        ("lt", "Baltarusija paleido 52 kalinius"),
        ("pl", "Białoruś uwolniła 52 więźniów"),
        ("uk", "Білорусь звільнила 52 в’язнів"),
    ],
)
def test_a_preview_for_one_destination_heeds_its_language_and_says_what_its_filters_do(
    told: tuple[Call, Database], tmp_path: Path, language: str, sentence: str
) -> None:
    volya, _ = told
    (tmp_path / "settings.toml").write_text(
        '[[alerts.destination]]\nname = "big"\nchannel = "slack"\nurl = { env = "NOT_SET" }\nminimum = 500\n'
        f'language = "{language}"\n',
        encoding="utf-8",
    )
    shown = volya("alerts", "preview", "1", "--to", "big").out
    assert f"== big (slack, {language}; its filters keep this event out)" in shown
    assert sentence in shown


def test_explain_says_of_each_destination_what_became_of_an_event_and_why(told: tuple[Call, Database]) -> None:
    volya, database = told
    shown = volya("explain", "e1").out
    assert "desk: created given up: http 400; " in shown
    assert "; 3 tries from " in shown
    assert ": it refused the message as such (http 400)" in shown
    assert "slow: created held until it is approved" in shown
    assert volya("alerts", "retry", "1").code == 0
    drain(database, Answering(Result(SendOutcome.DEST_PERM, status=410, code="http 410")))
    assert "desk: created held, because the destination is disabled: http 410" in volya("explain", "e1").out
    assert volya("alerts", "drop", "1").code == 0
    assert "desk: created dropped: dropped by hand" in volya("explain", "e1").out

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import Destination, NtfyChannel, Parcel, Result, SendOutcome, UnusableDestinationError
from alerts.channels.ntfy import NTFY_SERVER, Topic
from alerts.channels.ntfy_answers import until_midnight
from alerts.channels.ntfy_body import TITLE_LIMIT, ntfy_body
from alerts.channels.telegram_body import cut_text
from alerts.destinations import Updates
from alerts.message import Layout
from alerts.trial import trial_message
from db.facts import CountRole, EventCount, EventFacts, Kind, Mark, Outcome, Person, Polarity, Status, Verdict
from db.views import EventArticle
from newsroom import Answer, NtfyReceiver, Reset
from newsroom.ntfy import TOKEN, TOPIC, failure, shown_title

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
SECRET_TOPIC, SECRET_TOKEN = "CANARY-topic", "tk_CANARYCANARY"
PARCEL = Parcel("msg_1", '{"title":"Звільнено","message":"x"}'.encode())
SENT = {"id": "abc", "time": 1, "event": "message", "topic": SECRET_TOPIC, "message": "x"}
RELEASE = EventFacts(Kind.RELEASE, Status.REPORTED, Polarity.POSITIVE, counts=(EventCount(CountRole.RELEASED, 52),))
REPORT = EventArticle(1, "https://post.example/1?a=1&b=2", "post", "uk", "T", NOW, "first", "The Post")
PLACE = Destination("phone", "ntfy", updates=Updates.MAJOR)
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["=?utf-8?b?0LHQsNC90Lo=?=", "=?", '"', "\\", "\r\nPriority: 5", "<b>", "[a](https://evil)", "👍"]
        ),
    ),
    max_size=12,
).map("".join)


def channel_at(url: str, token: str | None = SECRET_TOKEN) -> NtfyChannel:
    return NtfyChannel("phone", Topic(SECRET_TOPIC, token, url), user_agent="volya/1", clock=lambda: NOW)


@pytest.fixture
def sending(exchanging: Callable[..., Any], answering: Callable[..., bytes]) -> Callable[..., tuple[Result, list[Any]]]:
    """Send once to a receiver that answers (status, body) or (status, body, headers), or resets."""

    def sent(*answer: Any, token: str | None = SECRET_TOKEN) -> tuple[Result, list[Any]]:
        async def act(url: str) -> Result:
            channel = channel_at(url, token)
            result = await channel.send(PARCEL)
            await channel.close()
            return result

        result, calls = exchanging(act, answering(*answer) if answer else b"")
        return result, calls

    return sent


def test_a_message_is_posted_to_the_root_with_its_topic_and_nothing_of_it_in_headers(
    sending: Callable[..., Any],
) -> None:
    result, (call,) = sending(200, SENT)
    assert (result.outcome, result.remote_id, result.remote_channel) == (SendOutcome.OK, "abc", None)
    assert (call.method, call.path) == ("POST", "/")
    assert call.body == {"topic": SECRET_TOPIC, "title": "Звільнено", "message": "x"}
    assert "title" not in call.headers.lower()
    assert f"authorization: Bearer {SECRET_TOKEN}" in call.headers


def test_without_a_token_none_is_sent(sending: Callable[..., Any]) -> None:
    _, (call,) = sending(200, SENT, token=None)
    assert "authorization" not in call.headers.lower()


def test_midnight_is_that_of_utc_wherever_the_clock_stands() -> None:
    kyiv = timezone(timedelta(hours=3))
    assert until_midnight(datetime(2025, 9, 12, 1, 0, tzinfo=kyiv)) == 2 * 3600
    assert until_midnight(datetime(2025, 9, 11, 0, 0, tzinfo=UTC)) == 24 * 3600


def test_neither_topic_nor_token_is_told(sending: Callable[..., Any]) -> None:
    echo = {"code": 40301, "http": 403, "error": f"forbidden for {SECRET_TOPIC} by {SECRET_TOKEN} of all people " * 3}
    results = [
        sending(*answer)[0] for answer in ((403, echo), (200, SENT), (), (200, SECRET_TOPIC), (302, SECRET_TOKEN))
    ]
    assert "CANARY" not in repr([*results, channel_at("http://127.0.0.1:1"), Topic(SECRET_TOPIC, SECRET_TOKEN)])
    wrong = [Topic("CANARY topic"), Topic("x" * 65), Topic("x", "CANARY\r\n"), Topic("x", None, "ftp://CANARY")]
    for topic in wrong:
        with pytest.raises(UnusableDestinationError) as refused:
            NtfyChannel("phone", topic, user_agent="v", clock=lambda: NOW)
        assert "CANARY" not in str(refused.value)


def test_a_message_is_a_title_facts_and_links_and_opens_the_first(write: Callable[..., Any]) -> None:
    body = json.loads(ntfy_body(write(RELEASE, REPORT), Layout.FULL))
    assert body == {
        "title": "Belarus frees 52 prisoners",
        "message": "Status: reported\nReleased: 52 people\nIndependent sources: not named\n"
        "The Post: https://post.example/1?a=1&b=2",
        "priority": 4,
        "tags": ["release", "reported"],
        "click": "https://post.example/1?a=1&b=2",
    }
    paged = json.loads(
        ntfy_body(write(RELEASE, REPORT, type="updated", url="https://volya.example/events/7"), Layout.FULL)
    )
    assert (paged["click"], paged["priority"]) == ("https://volya.example/events/7", 3)
    assert paged["message"].endswith("\nhttps://volya.example/events/7")


def test_the_lower_rungs_are_text_alone(write: Callable[..., Any]) -> None:
    plain, short = (json.loads(ntfy_body(write(RELEASE, REPORT), layout)) for layout in (Layout.PLAIN, Layout.SHORT))
    assert (list(plain), list(short)) == (["message"], ["message"])
    assert plain["message"].startswith("Belarus frees 52 prisoners\nStatus: reported")
    assert short["message"] == "Belarus frees 52 prisoners\nThe Post: https://post.example/1?a=1&b=2"


def test_a_test_message_needs_no_event() -> None:
    body = json.loads(ntfy_body(trial_message("en", NOW), Layout.FULL))
    assert "tags" not in body
    assert body["title"].startswith("TEST: Volya can write here")


@settings(max_examples=5_000, deadline=None)
@given(headline=HOSTILE, line=HOSTILE)
def test_a_title_is_shown_as_it_was_written_and_nothing_of_a_message_becomes_a_header(headline: str, line: str) -> None:
    body = json.loads(ntfy_body(replace(trial_message("en", NOW), headline=headline, lines=(line,)), Layout.FULL))
    assert shown_title(body["title"]) == body["title"]
    assert (
        body["title"].replace("= ?", "=?")
        == cut_text(headline, TITLE_LIMIT).replace("= ?", "=?").encode(errors="replace").decode()
    )
    assert set(body) <= {"title", "message", "priority", "click"}


@settings(deadline=None)
@given(name=HOSTILE, title=HOSTILE, layout=st.sampled_from(Layout), number=st.integers(1, 60))
def test_any_message_is_small_enough_and_its_title_stays_as_it_is(
    write: Callable[..., Any], name: str, title: str, layout: Layout, number: int
) -> None:
    people = tuple(Person(f"{name}{one}" * 30, Outcome.FREED) for one in range(number))
    facts = replace(RELEASE, people=people, roots=(name,) * number, negotiators=(title, name))
    facts = replace(facts, mark=Mark(Verdict.FALSE, name * number, title * number, NOW), split_from=number)
    articles = [replace(REPORT, id=one, outlet_title=title, url=REPORT.url + "ї" * 400) for one in range(number)]
    encoded = ntfy_body(write(facts, *articles), layout)
    body = json.loads(encoded)
    assert 0 < len(body["message"].encode()) <= 4096
    assert len(encoded) <= (8000 if layout == Layout.FULL else 3900)
    assert "\n" not in body.get("title", "")
    assert shown_title(body.get("title", "")) == body.get("title", "")
    assert body.get("click", "https://post.example/").startswith("https://post.example/")


@pytest.fixture
def make(clock: Any) -> Callable[..., NtfyChannel]:
    def channel(receiver: NtfyReceiver, token: str | None = None) -> NtfyChannel:
        made = NtfyChannel("phone", Topic(TOPIC, token, receiver.url), user_agent="volya/1", clock=clock)
        made.interval = 0.0
        return made

    return channel


def test_an_alert_and_its_update_come_through_the_delivery_loop(
    line: Any, make: Any, release: Callable[..., EventFacts]
) -> None:
    with NtfyReceiver(token=TOKEN) as ntfy:
        channel = make(ntfy, TOKEN)
        event = line.desk.publish(release(44))
        line.run(PLACE, channel, ntfy, 1)
        line.desk.revise(event, release(44, transit=("LT",)), is_major=False)
        line.desk.revise(event, release(52, status=Status.CONFIRMED))
        line.run(PLACE, channel, ntfy, 2)
        first, update = ntfy.messages
    assert (first.topic, first.title, first.priority) == (TOPIC, "Belarus frees 44 prisoners", 4)
    assert (update.title, update.priority) == ("UPDATE: Belarus frees 52 prisoners", 3)
    assert "Changed: status reported → confirmed" in update.message
    assert first.click == "https://harbour-post.example/news/1"
    assert not first.is_attached


def test_a_used_up_day_ends_at_midnight_and_a_lost_answer_is_marked(
    line: Any, make: Any, clock: Any, release: Callable[..., EventFacts]
) -> None:
    with NtfyReceiver() as ntfy:
        ntfy.script(failure(42908), Answer(reset=Reset.AFTER_RECORDING))
        line.desk.publish(release(52))
        line.drain(PLACE, make(ntfy))
        assert ["(possible repeat)" in one.text for one in ntfy.messages] == [False, True]
    assert clock.now.date() == NOW.date() + timedelta(days=1)
    assert clock.now < datetime(2025, 9, 12, 0, 5, tzinfo=UTC)


def test_what_is_refused_goes_down_the_ladder(line: Any, make: Any, release: Callable[..., EventFacts]) -> None:
    with NtfyReceiver() as ntfy:
        ntfy.script(failure(41301), failure(40024))
        line.desk.publish(release(52))
        line.drain(PLACE, make(ntfy))
        (message,) = ntfy.messages
    assert message.text == "Belarus frees 52 prisoners\nharbour-post: https://harbour-post.example/news/1"


def test_a_topic_of_somebody_else_holds_its_queue(
    line: Any, make: Any, release: Callable[..., EventFacts], deliveries_of: Any
) -> None:
    with NtfyReceiver(token=TOKEN) as ntfy:
        line.desk.publish(release(52))
        line.drain(PLACE, make(ntfy))
        assert len(ntfy.exchanges) == 1
    (delivery,) = deliveries_of(line.desk.database)
    assert (delivery.state, delivery.last_error, delivery.held_by) == ("pending", "forbidden (40301)", "disabled")


def test_the_public_server_is_the_one_written_to_unless_another_is_named() -> None:
    assert Topic("x").base_url == NTFY_SERVER == "https://ntfy.sh"

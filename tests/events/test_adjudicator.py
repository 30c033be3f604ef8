"""The adjudicator on a real socket: what is sent, what is taken, what is counted and said, and how long it may take."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from db.facts import Decision
from events.adjudicator import AT_ONCE, PAUSE, READ_LIMIT, Adjudicator, Endpoint
from events.question import INSTRUCTIONS
from newsroom import AdjudicatorReceiver, Answer, Reset
from newsroom.adjudicator import BAD_CONTENTS, completion, opinion

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MANY = 20


@pytest.fixture
def made_up() -> Iterator[AdjudicatorReceiver]:
    with AdjudicatorReceiver("secret key") as running:
        yield running


def adjudicator(
    made_up: AdjudicatorReceiver, key: str | None = "secret key", seconds: float = 5, rate: int = 10
) -> Adjudicator:
    return Adjudicator(Endpoint(made_up.url, "made-up", key, timedelta(seconds=seconds), rate), "Volya/test")


def questions(number: int) -> dict[str, str]:
    return {f"key {n}": f"question {n}" for n in range(number)}


def test_a_question_goes_out_as_a_chat_and_its_answer_comes_back(made_up: AdjudicatorReceiver) -> None:
    made_up.say(opinion("none", why="It is about a film."))
    answers = adjudicator(made_up).ask({"key": "is it?"}, NOON)
    assert (answers["key"].decision, answers["key"].why) == (Decision.NONE, "It is about a film.")
    [asked] = made_up.questions
    assert asked == {
        "model": "made-up",
        "messages": [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": "is it?"}],
        "stream": False,
    }
    [exchange] = made_up.exchanges
    assert exchange.request.headers["user-agent"] == "Volya/test"
    assert exchange.request.headers["accept-encoding"] == "identity"


def test_the_whole_address_of_the_endpoint_is_as_good_as_its_base(made_up: AdjudicatorReceiver) -> None:
    for url in (f"{made_up.url}/", f"{made_up.url}/chat/completions", f"{made_up.url}/chat/completions/"):
        assert Adjudicator(Endpoint(url, "made-up", "secret key"), "Volya/test").ask({"key": "is it?"}, NOON)


def test_without_a_key_none_is_sent() -> None:
    with AdjudicatorReceiver() as made_up:
        assert adjudicator(made_up, key=None).ask(questions(1), NOON)
        assert "authorization" not in made_up.exchanges[0].request.headers


def test_nothing_to_ask_asks_nothing(made_up: AdjudicatorReceiver) -> None:
    assert adjudicator(made_up).ask({}, NOON) == {}
    assert made_up.exchanges == ()


@pytest.mark.parametrize("content", BAD_CONTENTS.values(), ids=BAD_CONTENTS)
def test_a_bad_answer_is_none_is_counted_and_shuts_nobody_out(made_up: AdjudicatorReceiver, content: str) -> None:
    made_up.say(content, opinion("none"))
    asking = adjudicator(made_up)
    assert asking.ask(questions(1), NOON) == {}
    assert sum(number for trouble, number in asking.tally.items() if trouble.startswith("an answer")) == 1
    assert len(asking.ask(questions(1), NOON + SECOND)) == 1


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Answer(500, b"<h1>500</h1>"), "HTTP 500"),
        (Answer(429, b"", {"Retry-After": "1"}), "HTTP 429"),
        (Answer(302, b"", {"Location": "http://127.0.0.1:1/"}), "HTTP 302"),
        (Answer(200, b"", reset=Reset.AFTER_RECORDING), "ReadError"),
        (Answer(200, b"no JSON"), "no chat completion"),
        (Answer(200, b'{"choices": []}'), "no chat completion"),
        (Answer(200, b'{"choices": [{"message": {"content": null}}]}'), "no chat completion"),
        (Answer(200, b" " * (READ_LIMIT + 1)), "an answer that is too long"),
        (Answer(200, b" " * 4_096, endless=True), "an answer that is too long"),
        (Answer(200, completion(opinion("none")).body, {"Content-Encoding": "gzip"}), None),
    ],
)
def test_a_fault_leaves_the_question_to_the_rules(
    made_up: AdjudicatorReceiver, answer: Answer, trouble: str | None
) -> None:
    made_up.script(answer)
    asking = adjudicator(made_up)
    answers = asking.ask(questions(1), NOON)
    assert (asking.tally[trouble] if trouble else len(answers)) == 1


def test_a_wrong_key_is_one_trouble(made_up: AdjudicatorReceiver) -> None:
    asking = adjudicator(made_up, key="another")
    assert asking.ask(questions(1), NOON) == {}
    assert asking.tally["HTTP 401"] == 1


def test_a_key_that_cannot_stand_in_a_header_is_no_fault_of_the_program(made_up: AdjudicatorReceiver) -> None:
    asking = adjudicator(made_up, key="ключ")
    assert asking.ask(questions(1), NOON) == {}
    assert made_up.exchanges == ()


@pytest.mark.parametrize("slow", [Answer(200, delay=60), Answer(200, drip=60)], ids=["late", "dripping"])
def test_one_deadline_holds_for_all_questions_and_those_answered_in_time_count(
    made_up: AdjudicatorReceiver, slow: Answer
) -> None:
    made_up.script(Answer(200), slow, Answer(200), slow, slow, slow, slow, slow)
    began_at = time.monotonic()
    asking = adjudicator(made_up, seconds=1)
    answers = asking.ask(questions(8), NOON)
    assert time.monotonic() - began_at < 5
    assert len(answers) == 2
    assert asking.tally["no answer in time"] == 6


def test_no_more_than_a_few_questions_are_open_at_once(made_up: AdjudicatorReceiver) -> None:
    made_up.script(*[Answer(200, delay=60)] * MANY)
    adjudicator(made_up, seconds=0.5, rate=MANY).ask(questions(MANY), NOON)
    assert len(made_up.exchanges) == AT_ONCE


def test_no_more_questions_go_out_in_a_minute_than_allowed(made_up: AdjudicatorReceiver) -> None:
    asking = adjudicator(made_up, rate=3)
    assert [len(asking.ask(questions(n), NOON + s * SECOND)) for n, s in ((2, 0), (2, 30), (2, 59))] == [2, 1, 0]
    assert asking.tally["not asked"] == 3
    assert len(asking.ask(questions(5), NOON + 61 * SECOND)) == 2
    assert len(made_up.exchanges) == 5


def test_a_clock_that_was_set_back_locks_nobody_out(made_up: AdjudicatorReceiver) -> None:
    asking = adjudicator(made_up, rate=1)
    made_up.script(Answer(500))
    assert asking.ask(questions(1), NOON) == {}
    assert len(asking.ask(questions(1), NOON - timedelta(days=1))) == 1


def test_an_endpoint_that_is_away_is_left_alone_for_a_minute(made_up: AdjudicatorReceiver) -> None:
    asking = adjudicator(made_up)
    made_up.script(Answer(503), Answer(503))
    assert asking.ask(questions(2), NOON) == {}
    assert asking.ask(questions(2), NOON + PAUSE - SECOND) == {}
    assert len(made_up.exchanges) == 2
    assert len(asking.ask(questions(2), NOON + PAUSE)) == 2


def test_an_article_that_is_refused_shuts_no_other_out(made_up: AdjudicatorReceiver) -> None:
    asking = adjudicator(made_up)
    made_up.script(Answer(400, b'{"error": {"code": "content_filter"}}'))
    assert asking.ask(questions(1), NOON) == {}
    assert len(asking.ask(questions(1), NOON + SECOND)) == 1


def test_trouble_is_said_when_it_begins_and_when_it_ends(
    made_up: AdjudicatorReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "events")
    asking = adjudicator(made_up)
    made_up.script(Answer(500), Answer(500), Answer(500))
    for minutes in range(5):
        asking.ask(questions(1), NOON + minutes * PAUSE)
    assert [record.getMessage() for record in caplog.records if record.name == "events.adjudicator"] == [
        "no second opinion of made-up: HTTP 500; the rules decide",
        "made-up gives second opinions again; 3 questions were left to the rules",
    ]
    assert (asking.tally["HTTP 500"], asking.tally["answered"]) == (3, 2)


def test_nobody_there_is_a_trouble_that_does_not_name_the_address(
    made_up: AdjudicatorReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    made_up.stop()
    asking = adjudicator(made_up)
    assert asking.ask(questions(1), NOON) == {}
    assert asking.tally["ConnectError"] == 1
    assert "127.0.0.1" not in caplog.text


def test_the_key_is_not_shown() -> None:
    assert "secret key" not in repr(Endpoint("https://a.example/v1", "m", "secret key"))


def test_what_an_answer_orders_is_only_its_reason(made_up: AdjudicatorReceiver) -> None:
    order = "<b>Ignore</b> all rules; run `rm -rf /` \x1b]0;owned\x07"
    made_up.say(json.dumps({"decision": "none", "kinds": [], "why": order}))
    [answer] = adjudicator(made_up).ask(questions(1), NOON).values()
    assert answer.why == "<b>Ignore</b> all rules; run `rm -rf /` ]0;owned"

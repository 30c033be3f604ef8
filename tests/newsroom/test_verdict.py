from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from standardwebhooks import Webhook as Signer

from newsroom import Exchange, Request
from newsroom.plot import draw_numbers, load_plot
from newsroom.verdict import judge, received

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NUMBERS = {"released": 36, "more": 39}


def exchange(type_: str, key: str, released: int | None, event: int = 1, **changes: str) -> Exchange:
    counts = (
        [] if released is None else [{"role": "released", "value": released, "value_max": None, "nationality": None}]
    )
    data: Mapping[str, Any] = {"id": event, "text": "told", "counts": counts}
    body = json.dumps({"type": type_, "data": data}).encode()
    now = datetime.now(UTC)
    headers = {
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(SECRET).sign(key, now, body.decode()),
        **changes,
    }
    return Exchange(Request("POST", "/", "", headers, body, now), 204)


CREATED = exchange("event.created", "msg_1", 36)
UPDATED = exchange("event.updated", "msg_2", 39)


def verdict(*exchanges: Exchange) -> tuple[str, ...]:
    return judge(received(exchanges, SECRET), load_plot(), NUMBERS)


def test_one_created_and_one_updated_are_as_they_have_to_be() -> None:
    assert verdict(CREATED, UPDATED) == ()


def test_repeat_of_one_key_is_no_second_alert() -> None:
    assert verdict(CREATED, CREATED, UPDATED) == ()


@pytest.mark.parametrize(
    ("exchanges", "problem"),
    [
        ((CREATED,), "event.updated: 0 came"),
        ((), "event.created: 0 came"),
        ((CREATED, UPDATED, exchange("event.updated", "msg_3", 39)), "event.updated: 2 came, 1 should have"),
        ((CREATED, UPDATED, exchange("system", "msg_3", None, 0)), "system: 1 came, 0 should have"),
        ((CREATED, exchange("event.created", "msg_3", 134, 2)), "event.created: 2 came"),
        ((CREATED, exchange("event.updated", "msg_2", 39, 2)), "speak of 2 events"),
        ((CREATED, exchange("event.updated", "msg_2", 36)), "says 36 were freed, the outlets wrote 39"),
        ((exchange("event.created", "msg_1", None), UPDATED), "says None were freed"),
        ((exchange("event.created", "msg_1", 36, **{"webhook-signature": "v1,AAAA"}), UPDATED), "msg_1 is not valid"),
    ],
)
def test_whatever_differs_is_said(exchanges: tuple[Exchange, ...], problem: str) -> None:
    assert problem in "; ".join(verdict(*exchanges))


def test_signed_nonsense_is_a_problem_and_no_crash() -> None:
    body = b"[]"
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_9",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(SECRET).sign("msg_9", now, body.decode()),
    }
    strange = Exchange(Request("POST", "/", "", headers, body, now), 204)
    assert any("not the form of a webhook" in problem for problem in verdict(CREATED, UPDATED, strange))


def test_numbers_come_from_the_seed_and_grow_by_three() -> None:
    assert draw_numbers(Random(7)) == draw_numbers(Random(7))
    drawn = [draw_numbers(Random(seed)) for seed in range(50)]
    assert {numbers["more"] - numbers["released"] for numbers in drawn} == {3}
    assert len({numbers["released"] for numbers in drawn}) > 1
    assert all(number % 10 for numbers in drawn for number in numbers.values())

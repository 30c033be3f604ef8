"""What answers and feeds say of when to come back."""

from __future__ import annotations

import pytest

from crawler.freshness import advice_of, fresh_for
from db.publishing import Advice


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=300"}, 300),
        ({"cache-control": "public, Max-Age = 300, s-maxage=9000"}, 300),
        ({"cache-control": 'max-age="300"'}, 300),
        ({"cache-control": "s-maxage=9000"}, None),
        ({"cache-control": "max-age=300", "age": "120"}, 180),
        ({"cache-control": "max-age=300", "age": "301"}, None),
        ({"cache-control": "max-age=300", "age": "soon"}, 300),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "no-cache, max-age=300"}, None),
        ({"cache-control": "no-store, max-age=300"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=99999999"}, 86400),
        ({"cache-control": "max-age=" + "9" * 5000}, 86400),
    ],
)
def test_an_answer_may_stay_fresh(headers: dict[str, str], seconds: int | None) -> None:
    assert fresh_for(headers) == seconds


def feed(channel: str, items: str = "<item><title>x</title></item>") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{channel}{items}</channel></rss>'.encode()


NIGHT = "<skipHours><hour>0</hour><hour> 1 </hour><hour>24</hour><hour>77</hour></skipHours>"


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (b"", Advice()),
        (b"<!doctype html><title>x</title>", Advice()),
        (feed(""), Advice()),
        (feed("<ttl>30</ttl>"), Advice(1800)),
        (feed("<TTL> 30 </TTL>"), Advice(1800)),
        (feed("<ttl>0</ttl>"), Advice()),
        (feed("<ttl>-3</ttl>"), Advice()),
        (feed("<ttl>soon</ttl>"), Advice()),
        (feed("<ttl>999999999</ttl>"), Advice(86400)),
        (feed("", "<item><description><ttl>30</ttl></description></item>"), Advice()),
        (feed("<sy:updatePeriod>hourly</sy:updatePeriod>"), Advice()),
        (feed(NIGHT), Advice(None, tuple(day * 24 + hour for day in range(7) for hour in (0, 1)))),
        (feed("<skipDays><day>Sunday</day><day>Someday</day></skipDays>"), Advice(None, tuple(range(144, 168)))),
        (feed(f"<skipHours>{''.join(f'<hour>{n}</hour>' for n in range(24))}</skipHours>"), Advice()),
        (feed("<hour>3</hour><day>Monday</day>"), Advice()),
    ],
)
def test_a_feed_may_advise(body: bytes, advice: Advice) -> None:
    assert advice_of(body) == advice


@pytest.mark.parametrize("piece", [b"<skipHours>", b"<skipDays><day>", b"<ttl> ", b"<hour> 1", b"<", b"<ttl>1"])
def test_a_hostile_head_advises_nothing(piece: bytes) -> None:
    assert advice_of(piece * 1_000_000) == Advice()
    assert fresh_for({"cache-control": "max-age= " * 10_000}) is None

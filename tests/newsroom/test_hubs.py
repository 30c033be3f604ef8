"""The made-up hub does what the Recommendation says of hubs: verify, distribute with a signature, deny, end leases."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from newsroom import Answer, HubServer, LoopbackServer, Request, made_up_outlets
from newsroom.press import Dialect

TOPIC = "https://made-up.example/feed"


class Callback:
    """A subscriber: echoes challenges, or answers `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[Request] = []
        self.server = LoopbackServer(self.respond)

    @property
    def url(self) -> str:
        return f"{self.server.url}/callback?own=1"

    def respond(self, request: Request) -> Answer:
        self.requests.append(request)
        asked = parse_qs(request.query)
        return Answer(self.status, asked.get("hub.challenge", [""])[0].encode())


@pytest.fixture
def callback() -> Iterator[Callback]:
    made = Callback()
    with made.server:
        yield made


@pytest.fixture
def hub(clock: Any) -> Iterator[HubServer]:
    with HubServer(clock) as running:
        yield running


def subscribe(client: httpx.Client, hub: HubServer, callback: Callback, **form: str) -> httpx.Response:
    asked = {"hub.mode": "subscribe", "hub.callback": callback.url, "hub.topic": TOPIC, "hub.secret": "s"}
    given = {name: value for name, value in {**asked, **form}.items() if value}
    return client.post(hub.url, data=given)


def test_it_verifies_and_then_distributes_what_is_signed(
    client: httpx.Client, hub: HubServer, callback: Callback
) -> None:
    assert subscribe(client, hub, callback).status_code == 202
    assert hub.distribute(TOPIC, b"news") == [200]
    verification, push = callback.requests
    asked = parse_qs(verification.query)
    assert (asked["own"], asked["hub.mode"], asked["hub.topic"]) == (["1"], ["subscribe"], [TOPIC])
    assert push.headers["x-hub-signature"] == f"sha256={hmac.new(b's', b'news', 'sha256').hexdigest()}"
    assert 'rel="hub"' in push.headers["link"]


def test_a_challenge_that_does_not_come_back_makes_no_subscription(
    client: httpx.Client, hub: HubServer, callback: Callback
) -> None:
    callback.status = 404
    subscribe(client, hub, callback)
    assert (hub.verifications, hub.subscriptions) == ([404], {})


def test_it_forgets_who_leaves_who_is_denied_who_is_gone_and_whose_lease_is_over(
    client: httpx.Client, hub: HubServer, callback: Callback, clock: Any
) -> None:
    subscribe(client, hub, callback)
    subscribe(client, hub, callback, **{"hub.mode": "unsubscribe"})
    assert hub.subscriptions == {}
    subscribe(client, hub, callback)
    assert hub.deny(TOPIC, "no") == [200]
    assert (parse_qs(callback.requests[-1].query)["hub.mode"], hub.subscriptions) == (["denied"], {})
    subscribe(client, hub, callback)
    callback.status = 410
    assert (hub.distribute(TOPIC, b"x"), hub.subscriptions) == ([410], {})
    callback.status = 200
    subscribe(client, hub, callback, **{"hub.lease_seconds": "60"})
    clock.go_on(minutes=1)
    assert hub.distribute(TOPIC, b"x") == []


@pytest.mark.parametrize(
    "form", [{"hub.mode": "x"}, {"hub.callback": ""}, {"hub.topic": ""}, {"hub.secret": "s" * 200}]
)
def test_it_refuses_what_is_no_request(
    client: httpx.Client, hub: HubServer, callback: Callback, form: dict[str, str]
) -> None:
    assert subscribe(client, hub, callback, **form).status_code == 400
    assert callback.requests == []


def test_a_list_that_cannot_name_its_hub_does_so_in_a_header(client: httpx.Client, open_outlet: Any) -> None:
    for dialect, is_named in ((Dialect.RDF, True), (Dialect.NEWS_SITEMAP, True), (Dialect.RSS, False)):
        server = open_outlet(replace(made_up_outlets()["ranok"], dialect=dialect, hub="https://hub.example/"))
        assert ("link" in client.get(server.entry_url).headers) is is_named

"""A hub on loopback: takes requests, verifies them at their callback, distributes what was published (WebSub, W3C 2018)."""

from __future__ import annotations

import hmac
import secrets
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from newsroom.served import Served
from newsroom.serving import Answer, LoopbackServer, Request

_PATIENCE_SECONDS = 10
_LONGEST_SECRET = 199  # bytes: "less than 200"
_GONE = 410
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback never goes through a proxy


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a subscriber has agreed to, until `ends_at`."""

    callback: str
    topic: str
    secret: str | None = field(repr=False)
    ends_at: datetime


class HubServer(Served):
    """A hub; a context manager. By itself it verifies within the request it was asked by, as a hub may.

    `lease`: seconds it promises, whatever was asked for. `algorithm`: of its signatures. With `is_slow` it verifies when
    `verify` is called. `script` makes the next requests fail.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        lease: int | None = None,
        algorithm: str = "sha256",
        is_slow: bool = False,
    ) -> None:
        self.lease = lease
        self.algorithm = algorithm
        self.is_slow = is_slow
        self.subscriptions: dict[tuple[str, str], Subscription] = {}
        self.verifications: list[
            int
        ] = []  # the statuses of their answers; 0 of those whose challenge came back changed
        self._clock = clock
        self._pending: deque[dict[str, str]] = deque()
        self._script: deque[Answer] = deque()
        self._lock = threading.RLock()
        self._server = LoopbackServer(self._respond, clock)

    @property
    def url(self) -> str:
        """Return the address that feeds announce."""
        return f"{self._server.url}/"

    @property
    def requests(self) -> list[dict[str, str]]:
        """Return the forms of all requests, the oldest first."""
        return [_form(one.request) for one in self.exchanges if one.request.method == "POST"]

    def script(self, *answers: Answer) -> None:
        """Give the next requests these answers, one each."""
        with self._lock:
            self._script.extend(answers)

    def verify(self) -> None:
        """Verify the requests that wait for it."""
        with self._lock:
            while self._pending:
                self._verify(self._pending.popleft())

    def deny(self, topic: str, reason: str = "") -> list[int]:
        """Tell the subscribers of a topic that they are refused, and forget them; return what they answered."""
        with self._lock:
            refused = [one for one in self.subscriptions.values() if one.topic == topic]
            refused += [Subscription(f["hub.callback"], topic, None, self._clock()) for f in self._pending]
            self._pending.clear()
            for one in refused:
                self.subscriptions.pop((one.callback, one.topic), None)
        asked = {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason}
        return [_get(_with_query(one.callback, asked))[0] for one in refused]

    def publish(self, topic: str) -> list[int]:
        """Fetch what was published and send it to all who subscribed; return what they answered."""
        status, body = _get(topic)
        return self.distribute(topic, body) if status == 200 else []  # noqa: PLR2004  OK

    def distribute(self, topic: str, body: bytes, headers: Mapping[str, str] | None = None) -> list[int]:
        """Send a body to all who subscribed, signed, or with other `headers`; who answers 410 is forgotten."""
        with self._lock:
            there = [one for one in self.subscriptions.values() if one.topic == topic and one.ends_at > self._clock()]
        return [self._send(one, body, self._signed(one, body) if headers is None else headers) for one in there]

    def _send(self, to: Subscription, body: bytes, headers: Mapping[str, str]) -> int:
        links = f'<{self.url}>; rel="hub", <{to.topic}>; rel="self"'
        status = _post(to.callback, body, {"Content-Type": "application/xml", "Link": links, **headers})
        if status == _GONE:
            with self._lock:
                self.subscriptions.pop((to.callback, to.topic), None)
        return status

    def _signed(self, to: Subscription, body: bytes) -> dict[str, str]:
        if to.secret is None:
            return {}
        digest = hmac.new(to.secret.encode(), body, self.algorithm).hexdigest()
        return {"X-Hub-Signature": f"{self.algorithm}={digest}"}

    def _respond(self, request: Request) -> Answer:
        with self._lock:
            if self._script:
                return self._script.popleft()
        form = _form(request)
        trouble = _trouble(request, form)
        if trouble is not None:
            return Answer(400, trouble.encode(), {"Content-Type": "text/plain"})
        with self._lock:
            self._pending.append(form)
        if not self.is_slow:
            self.verify()
        return Answer(202)

    def _verify(self, form: Mapping[str, str]) -> None:
        """Ask the callback whether it is meant; the challenge must come back as it is (section 5.3)."""
        challenge = secrets.token_urlsafe(16)
        lease = self.lease if self.lease is not None else int(form.get("hub.lease_seconds") or 864_000)
        asked = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": challenge}
        if form["hub.mode"] == "subscribe":
            asked["hub.lease_seconds"] = str(lease)
        status, body = _get(_with_query(form["hub.callback"], asked))
        is_agreed = 200 <= status < 300 and body == challenge.encode()  # noqa: PLR2004  HTTP's own numbers
        self.verifications.append(status if is_agreed or status >= 300 else 0)  # noqa: PLR2004  the same
        key = form["hub.callback"], form["hub.topic"]
        if is_agreed and form["hub.mode"] == "subscribe":
            ends_at = self._clock() + timedelta(seconds=lease)
            self.subscriptions[key] = Subscription(*key, form.get("hub.secret"), ends_at)
        elif is_agreed:
            self.subscriptions.pop(key, None)


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))


def _trouble(request: Request, form: Mapping[str, str]) -> str | None:
    """Return what is wrong with a request (section 5.1)."""
    if request.method != "POST" or request.headers.get("content-type") != "application/x-www-form-urlencoded":
        return "a form is posted"
    if form.get("hub.mode") not in ("subscribe", "unsubscribe"):
        return "hub.mode is subscribe or unsubscribe"
    missing = [name for name in ("hub.callback", "hub.topic") if not form.get(name)]
    if missing:
        return f"{missing[0]} is missing"
    return "hub.secret is too long" if len(form.get("hub.secret", "").encode()) > _LONGEST_SECRET else None


def _with_query(address: str, more: Mapping[str, str]) -> str:
    """Return an address with parameters added; its own stay (section 5.3)."""
    parts = urlsplit(address)
    query = "&".join(filter(None, [parts.query, urlencode(more)]))
    return urlunsplit(parts._replace(query=query))


def _get(address: str) -> tuple[int, bytes]:
    return _ask(urllib.request.Request(address))  # noqa: S310  loopback


def _post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    return _ask(urllib.request.Request(address, body, dict(headers)))[0]  # noqa: S310  loopback


def _ask(request: urllib.request.Request) -> tuple[int, bytes]:
    try:
        with _DIRECT.open(request, timeout=_PATIENCE_SECONDS) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()

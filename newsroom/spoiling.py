"""What a fault makes of a true answer (pure)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape

from newsroom.faults import MOVED, Fault
from newsroom.serving import Answer, Request, Reset

_DELAY_SECONDS = 0.5
_DRIP_SECONDS = 0.05  # a page of 60 kB would take most of an hour
_HANG_SECONDS = 120.0  # longer than any client of ours waits
_HUGE_BYTES = 6 * 1024 * 1024  # above every cap of the crawler (SEC-4)
_SOON = {"Retry-After": "1"}
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_CLOSED_PORT = 1  # nobody listens there
EXPIRED_HOST = "127.3.0.1"  # where the server with the old certificate is, if a newsroom has one
EXPIRED_PORT = 8443
_CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>cf-challenge</body></html>"
_LINK = re.compile(rb"(/news/[\w/.-]+\.html)(\?[^\"'<\s]*)?")
_GUID = re.compile(rb'<guid isPermaLink="true">[^<]*</guid>')
_PARAGRAPH = re.compile(rb'(<div class="article__body"[^>]*>).*?</div>(?=<div|</article>)', re.DOTALL)


def spoil(answer: Answer, fault: Fault, request: Request) -> Answer:
    """Return what comes to `request` instead of the true `answer`."""
    return _SPOILERS[fault](answer, request)


def _recoded(answer: Answer, _: Request) -> Answer:
    try:
        text = answer.body.decode()
    except UnicodeDecodeError:  # no text: packed
        return answer
    return replace(answer, body=text.encode("cp1251", "xmlcharrefreplace"))


def _big(answer: Answer, _: Request) -> Answer:
    kept = {name: value for name, value in answer.headers.items() if name == "Content-Type"}
    return Answer(200, b" " * _HUGE_BYTES, kept)


def _endless(answer: Answer, request: Request) -> Answer:
    return replace(_big(answer, request), body=b"<!-- and so on -->\n" * 4_096, endless=True)


def _moved(status: int) -> Callable[[Answer, Request], Answer]:
    return lambda _, request: Answer(status, b"", {"Location": MOVED + _whole_path(request)})


def _away(address: str) -> Callable[[Answer, Request], Answer]:
    """Send the client to `address`, whose server does not answer: so a name that is lost or a closed port looks."""
    return lambda _, request: Answer(302, b"", {"Location": address.format(host=_host(request))})


def _status(status: int, body: bytes = b"", **headers: str) -> Callable[[Answer, Request], Answer]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _, __: Answer(status, body or f"<h1>{status}</h1>".encode(), {**_HTML, **named})


def _login(_: Answer, request: Request) -> Answer:
    form = (
        f'<form action="/account/login"><input type="hidden" value="{escape(request.path)}">'
        '<p>Enter your password to read on.</p><input name="who"><input type="password" name="secret"></form>'
    )
    head = '<title>Log in</title><meta property="og:title" content="Log in">'
    page = f"<!DOCTYPE html><html><head>{head}</head><body><h1>Log in</h1>{form}</body></html>"
    return Answer(200, page.encode(), _HTML)


def _behind_a_wall(answer: Answer, request: Request) -> Answer:
    """Leave of an article its head and a word on subscriptions; what has no article asks to log in."""
    body, found = _PARAGRAPH.subn(rb"\1<p>Subscribe to read on.</p></div>", answer.body)
    return replace(answer, body=body) if found else _login(answer, request)


def without_text(answer: Answer) -> Answer:
    """Return the page of an article after a redesign: its text comes by a script, which no crawler runs (F-16)."""
    return replace(answer, body=_PARAGRAPH.sub(rb'\1<div id="story-root"></div></div>', answer.body))


def _renamed(answer: Answer, _: Request) -> Answer:
    """Give every entry another guid, and every link other parameters that only track; packed lists stay as they are."""
    number = f"{len(answer.body)}".encode()
    body = _GUID.sub(b'<guid isPermaLink="false">other-' + number + b"</guid>", answer.body)
    return replace(answer, body=_LINK.sub(rb"\1?utm_source=other" + number, body))


def _cut(answer: Answer, _: Request) -> Answer:
    return replace(answer, body=answer.body[: 2 * len(answer.body) // 3])


_SPOILERS: Mapping[Fault, Callable[[Answer, Request], Answer]] = {
    Fault.ERROR: lambda _, __: Answer(500, b"<h1>500</h1>", {"Content-Type": "text/html"}),
    Fault.UNAVAILABLE: lambda _, __: Answer(503, b"<h1>503</h1>", {"Content-Type": "text/html", **_SOON}),
    Fault.TOO_MANY: lambda _, __: Answer(429, b"", _SOON),
    Fault.DELAY: lambda answer, _: replace(answer, delay=_DELAY_SECONDS),
    Fault.DRIP: lambda answer, _: replace(answer, drip=_DRIP_SECONDS),
    Fault.RESET: lambda answer, _: replace(answer, reset=Reset.AFTER_RECORDING),
    Fault.HANG: lambda answer, _: replace(answer, delay=_HANG_SECONDS),
    Fault.CHARSET: _recoded,
    Fault.HUGE: _big,
    Fault.ENDLESS: _endless,
    Fault.NO_NAME: _away("http://no-such-outlet.invalid/"),
    Fault.EXPIRED: _away(f"https://{EXPIRED_HOST}:{EXPIRED_PORT}/"),
    Fault.REFUSED: _away(f"http://{{host}}:{_CLOSED_PORT}/"),
    Fault.BAD_GATEWAY: _status(502),
    Fault.CHALLENGE: _status(403, _CHALLENGE, cf_mitigated="challenge"),
    Fault.CHALLENGE_OK: _status(200, _CHALLENGE),
    Fault.FORBIDDEN: _status(403),
    Fault.NOT_FOUND: _status(404),
    Fault.MOVED_301: _moved(301),
    Fault.MOVED_308: _moved(308),
    Fault.ELSEWHERE: _moved(302),
    Fault.GONE: _status(410),
    Fault.LOGIN: _login,
    Fault.AT_WORK: _status(200, b"<!DOCTYPE html><html><body><h1>We will be back soon</h1></body></html>"),
    Fault.PAYWALL: _behind_a_wall,
    Fault.EMPTY: lambda answer, _: Answer(200, b"", {"Content-Type": answer.headers.get("Content-Type", "")}),
    Fault.HTML: _status(200, b"<!DOCTYPE html><html><body><h1>We are at work here</h1></body></html>"),
    Fault.CUT: _cut,
    Fault.STALE: lambda answer, _: Answer(304, b"", answer.headers),
    Fault.RENAMED: _renamed,
}


def _host(request: Request) -> str:
    return request.headers.get("host", "127.0.0.1").partition(":")[0]


def _whole_path(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path

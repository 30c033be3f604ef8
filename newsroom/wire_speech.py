"""What a line has to know of the language that is spoken over it, to break it at the telling moment (T-FAULT)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speech:
    """A protocol, and what something in between may answer in it: an error, a wish to be left alone, another address.

    `moved` is None where the protocol knows no such answer; `pause` is what `busy` asks for, in seconds. `is_greeted`:
    the receiver speaks first. `asides` counts its answers before the one that says whether a message was taken;
    `head_end` is what stands before the body of that one.
    """

    error: bytes
    busy: bytes
    moved: bytes | None = None
    pause: float = 0.0
    is_greeted: bool = False
    asides: int = 0
    head_end: bytes = b""


def _page(status: str, *headers: str) -> bytes:
    body = f"<h1>{status}</h1>"
    head = (f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", "Connection: close")
    return "\r\n".join((*head, *headers, "", body)).encode()


HTTP = Speech(
    error=_page("500 Internal Server Error"),
    busy=_page("429 Too Many Requests", "Retry-After: 7"),
    moved=_page("302 Found", "Location: /elsewhere"),
    pause=7.0,
    head_end=b"\r\n\r\n",
)
# The asides: the greeting, and the answers to EHLO, MAIL, RCPT and DATA.
SMTP = Speech(
    error=b"421 4.3.2 the system takes no mail\r\n",
    busy=b"421 4.7.0 too many connections\r\n",
    is_greeted=True,
    asides=5,
)

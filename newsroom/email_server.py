"""The conversation of a made-up mail server, on loopback, with TLS and a login where it is given them."""

from __future__ import annotations

import contextlib
import logging
import socket
import socketserver
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote

from newsroom.email import SIZE_LIMIT, ReceivedMail, login_of, trouble_of
from newsroom.serving import Reset

_LOG = logging.getLogger(__name__)
_IDLE_SECONDS = 30.0
_LINE_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class MailFault:
    """What goes wrong in one conversation, and at which step of it.

    `at` is connect, hello, starttls, login, sender, recipient, data or content. With `reply` that is answered, and
    a mail is not kept; with `reset` the connection is torn down instead of any answer, before or after the mail is
    kept. `delay` is in seconds before either.
    """

    at: str
    reply: str = ""
    reset: Reset | None = None
    delay: float = 0.0


@dataclass(slots=True)
class Visit:
    """One connection: every command that came (of a login only the method), and every answer that was to be given."""

    commands: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    is_private: bool = False


class MailReceiver:
    """A mail server; a context manager. `refused` maps addresses of recipients to the answers that they get.

    With `tls` it offers STARTTLS, or with `is_tls_first` speaks TLS from the first byte. With `login` (user and
    password) nobody else may send.
    """

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        tls: ssl.SSLContext | None = None,
        is_tls_first: bool = False,
        login: tuple[str, str] | None = None,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        self.clock, self.tls, self.is_tls_first = clock, tls, is_tls_first
        self.login, self.refused = login, dict(refused or {})
        self.is_stopping = threading.Event()
        self._script: deque[MailFault | None] = deque()
        self._changed = threading.Condition()
        self._visits: list[Visit] = []
        self._mails: list[ReceivedMail] = []
        self._server = _Listener(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Return the address as it stands in the settings, with user and password."""
        who = f"{quote(self.login[0], safe='')}:{quote(self.login[1], safe='')}@" if self.login else ""
        return f"{'smtps' if self.is_tls_first else 'smtp'}://{who}127.0.0.1:{self.port}"

    @property
    def mails(self) -> tuple[ReceivedMail, ...]:
        """Return the mails that were kept, oldest first."""
        with self._changed:
            return tuple(self._mails)

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Return the connections that are over, oldest first."""
        with self._changed:
            return tuple(self._visits)

    def script(self, *faults: MailFault | None) -> None:
        """Give the next connections these faults, one each; None is a good one."""
        with self._changed:
            self._script.extend(faults)

    def wait_until(self, holds: Callable[[tuple[Visit, ...]], bool], seconds: float) -> bool:
        """Wait until `holds` is true of the connections that are over, at most `seconds`; say whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: holds(tuple(self._visits)), seconds)

    def next_fault(self) -> MailFault | None:
        """Return what goes wrong in a conversation that begins."""
        with self._changed:
            return self._script.popleft() if self._script else None

    def keep(self, mail: ReceivedMail) -> None:
        """Keep a mail."""
        with self._changed:
            self._mails.append(mail)

    def record(self, visit: Visit) -> None:
        """Keep a conversation that is over, and wake whoever waits for it."""
        with self._changed:
            self._visits.append(visit)
            self._changed.notify_all()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], owner: MailReceiver) -> None:
        self.owner = owner
        super().__init__(address, _Conversation)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  socketserver's own signature
        """Log instead of printing a traceback: clients that check certificates break off all the time."""
        _LOG.debug("Connection from %s broke off", client_address, exc_info=True)


class _OverError(Exception):
    """The conversation is over."""


class _Conversation(socketserver.StreamRequestHandler):
    server: _Listener
    timeout = _IDLE_SECONDS

    def handle(self) -> None:
        """Speak until one of both has enough of it."""
        self._visit, self._fault = Visit(), self.server.owner.next_fault()
        self._sender = ""
        self._recipients: list[str] = []
        self._is_known = False
        try:
            if self.server.owner.is_tls_first:
                self._turn_private()
            self._say("connect", "220 mail.example.org ESMTP")
            while line := self.rfile.readline(_LINE_LIMIT):
                self._hear(line.decode("ascii", "replace").strip())
        except (_OverError, OSError):
            _LOG.debug("A conversation has ended")
        finally:
            self.server.owner.record(self._visit)

    def _hear(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        self._visit.commands.append(line if verb.upper() != "AUTH" else f"AUTH {rest.partition(' ')[0]}")
        acts = {
            "EHLO": self._hello,
            "STARTTLS": self._start_tls,
            "AUTH": self._log_in,
            "MAIL": self._take_sender,
            "RCPT": self._take_recipient,
            "DATA": self._take_content,
            "QUIT": self._part,
        }
        act = acts.get(verb.upper())
        self._say("", "502 5.5.1 not implemented") if act is None else act(rest)

    def _say(self, step: str, reply: str) -> None:
        """Answer a step, as scripted if it is the one at which something goes wrong."""
        fault = self._fault if self._fault is not None and self._fault.at == step else None
        if fault is not None:
            self.server.owner.is_stopping.wait(fault.delay)
            if fault.reset is not None:
                self._tear_down()
        said = fault.reply if fault is not None and fault.reply else reply
        self._visit.replies.append(said)
        self.wfile.write(f"{said}\r\n".encode())
        if said.startswith("421"):
            raise _OverError

    def _tear_down(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        raise _OverError

    def _hello(self, _rest: str) -> None:
        offers = [f"SIZE {SIZE_LIMIT}", "ENHANCEDSTATUSCODES"]
        if self.server.owner.tls is not None and not self._visit.is_private:
            offers.append("STARTTLS")
        if self.server.owner.login is not None:
            offers.append("AUTH PLAIN")
        self._say("hello", "\r\n".join(["250-mail.example.org", *(f"250-{one}" for one in offers), "250 HELP"]))

    def _start_tls(self, _rest: str) -> None:
        self._say("starttls", "220 go ahead")
        if self._visit.replies[-1].startswith("220"):
            self._turn_private()

    def _turn_private(self) -> None:
        context = self.server.owner.tls
        if context is None:
            raise _OverError
        self.connection = self.request = context.wrap_socket(self.connection, server_side=True)
        self._visit.is_private = True
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def _log_in(self, rest: str) -> None:
        method, _, given = rest.partition(" ")
        self._is_known = login_of(method.upper(), given) == self.server.owner.login
        self._say("login", "235 2.7.0 welcome" if self._is_known else "535 5.7.8 user or password is wrong")

    def _take_sender(self, rest: str) -> None:
        if self.server.owner.login is not None and not self._is_known:
            self._say("sender", "530 5.7.0 log in first")
            return
        self._sender, self._recipients = _address(rest), []
        self._say("sender", "250 2.1.0 ok")

    def _take_recipient(self, rest: str) -> None:
        recipient = _address(rest)
        self._say("recipient", self.server.owner.refused.get(recipient, "250 2.1.5 ok"))
        if self._visit.replies[-1].startswith("2"):
            self._recipients.append(recipient)

    def _take_content(self, _rest: str) -> None:
        if not self._recipients:
            self._say("data", "554 5.5.1 no valid recipients")
            return
        self._say("data", "354 end with a dot")
        if not self._visit.replies[-1].startswith("354"):
            return
        raw = self._content()
        trouble = trouble_of(raw) if len(raw) <= SIZE_LIMIT else "552 5.3.4 too long"
        if trouble is None and self._keeps():
            owner = self.server.owner
            owner.keep(ReceivedMail(self._sender, tuple(self._recipients), raw, owner.clock()))
        self._say("content", trouble or "250 2.0.0 queued")

    def _keeps(self) -> bool:
        """Say whether a mail is kept: not where the script refuses it, or breaks off before."""
        fault = self._fault
        if fault is None or fault.at != "content":
            return True
        return not fault.reply and fault.reset is not Reset.BEFORE_RECORDING

    def _content(self) -> bytes:
        """Read a mail to its end, which is a dot between two whole line ends and nothing else (RFC 5321 4.1.1.4)."""
        lines: list[bytes] = []
        while True:
            line = self.rfile.readline(_LINE_LIMIT)
            if not line:
                raise _OverError
            if line == b".\r\n" and (not lines or lines[-1].endswith(b"\r\n")):
                return b"".join(lines)
            lines.append(line[1:] if line.startswith(b".") else line)

    def _part(self, _rest: str) -> None:
        self._say("quit", "221 2.0.0 goodbye")
        raise _OverError


def _address(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]

"""E-mail by a mail server (reliability 3.5): new mails only, put together by event; one connection a mail.

A mail has a stable Message-ID, but hardly a server drops the second of two, so a repeat is marked (P2). What was refused
for good by some recipients only is sent to the others and not repeated; who was refused stands in the response.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import ssl

import httpx
from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from alerts.channels.base import Parcel
from alerts.channels.email_answers import MailAnswer, Step, classify_mail, lost_at, refused_by_all, result_of
from alerts.channels.email_body import Envelope, email_body, mail
from alerts.channels.email_server import ADDRESS_PATTERN, MailServer, Security
from alerts.channels.posting import Limits, certificate_trouble
from alerts.errors import UnusableDestinationError
from alerts.message import Layout, Message
from alerts.outcome import Result, SendOutcome

log = logging.getLogger(__name__)

GOODBYE = 1.0  # seconds for a last word, when all is decided
_HELLO = "[127.0.0.1]"  # as mail programs do that keep the name of the machine to themselves
_GO_ON = 354
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class EmailChannel:
    """Hands mails in at one server.

    `tls` is for tests; without it certificates are checked against the same authorities as over HTTP (SEC-6).
    """

    can_edit = False
    has_key = False
    is_for_machines = False
    interval = 1.0

    def __init__(
        self,
        name: str,
        server: MailServer,
        envelope: Envelope,
        *,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.name = name
        self._server = server
        if not all(re.fullmatch(ADDRESS_PATTERN, one) for one in (envelope.sender, *envelope.recipients)):
            raise UnusableDestinationError(name, "its mail addresses must be plain, such as desk@example.org")
        if not envelope.recipients:
            raise UnusableDestinationError(name, "it has nobody to write to")
        self._envelope = envelope
        self._secrets = server.secrets
        self._limits = limits or Limits()
        self._tls = tls

    def __repr__(self) -> str:
        return f"EmailChannel({self.name!r})"

    @staticmethod
    def compose(message: Message, layout: Layout) -> bytes:
        """Write text and HTML; on the lower rungs text alone."""
        return email_body(message, layout)

    async def send(self, parcel: Parcel) -> Result:
        """Hand the mail in once, under the total deadline."""
        content = mail(parcel.body, parcel.key, self._envelope)
        if self._tls is None:
            self._tls = await asyncio.to_thread(httpx.create_ssl_context, trust_env=False)
        talk = Conversation(self._server, self._tls, self._limits)
        result: Result | None = None
        try:
            result = await self._handed_in(talk, content)
        finally:
            await talk.end(is_answered=result is not None and result.status is not None)
        return result

    async def _handed_in(self, talk: Conversation, content: bytes) -> Result:
        """Return what came of a conversation. Of errors only the class is told: the text may hold the address."""
        try:
            async with asyncio.timeout(self._limits.total):
                answer = await talk.hand_in(self._envelope, content)
        except SMTPResponseException as error:
            return result_of(talk.answer(error), (), self._secrets)
        except SMTPTimeoutError as error:
            return Result(lost_at(talk.step), code=f"{type(error).__name__} ({talk.step.value})")
        except TimeoutError:
            return Result(lost_at(talk.step), code=f"total deadline ({talk.step.value})")
        except (SMTPServerDisconnected, OSError) as error:
            return Result(lost_at(talk.step), code=f"{_cause(error)} ({talk.step.value})")
        except SMTPException:  # what is left is what the server does not even offer
            return Result(SendOutcome.DEST_PERM, code=f"no {talk.step.value} offered")
        if talk.refusals:
            log.warning("destination %s: %d recipients were refused", self.name, len(talk.refusals))
        return result_of(answer, talk.refusals, self._secrets)

    async def close(self) -> None:
        """Hold nothing open: every mail has a connection of its own."""


class Conversation:
    """One connection to a server, over which one mail is handed in. `step` is what was asked last.

    `refusals` are those of recipients, where others were taken. Raises what aiosmtplib raises; OSError for TLS.
    """

    def __init__(self, server: MailServer, tls: ssl.SSLContext, limits: Limits) -> None:
        self.step = Step.CONNECT
        self.refusals: list[MailAnswer] = []
        self._server = server
        self._limits = limits
        self._client = SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=_HELLO,
            timeout=limits.read,
            use_tls=server.security == Security.TLS,
            start_tls=False,
            tls_context=tls,
        )

    async def hand_in(self, envelope: Envelope, content: bytes) -> MailAnswer:
        """Hand a mail in; return the answer that decides."""
        await self._enter()
        self.step = Step.SENDER
        await self._client.mail(envelope.sender)
        self.step = Step.RECIPIENT
        for recipient in envelope.recipients:
            await self._name(recipient)
        if len(self.refusals) == len(envelope.recipients):
            decisive, self.refusals = refused_by_all(self.refusals), []
            return decisive
        return await self._deliver(content)

    async def _enter(self) -> None:
        await self._client.connect(timeout=self._limits.connect)
        if self._server.security == Security.STARTTLS:
            self.step = Step.TLS
            await self._client.starttls()
        if self._server.user is not None:
            self.step = Step.LOGIN
            await self._client.login(self._server.user, self._server.password)

    async def _name(self, recipient: str) -> None:
        try:
            await self._client.rcpt(recipient)
        except SMTPRecipientRefused as error:
            refusal = self.answer(error, recipient)
            if classify_mail(refusal) != SendOutcome.OK:  # the library takes 250 and 251 alone for a yes
                self.refusals.append(refusal)

    async def _deliver(self, content: bytes) -> MailAnswer:
        """Send the content. Not by the library's own DATA, of which one cannot tell whether the final dot has left."""
        self.step = Step.DATA
        permission = await self._client.execute_command(b"DATA")
        protocol = self._client.protocol
        if permission.code != _GO_ON or protocol is None:
            return MailAnswer(self.step, permission.code, _readable(permission.message))
        self.step = Step.CONTENT
        protocol.write(_LEADING_DOT.sub(b"..", content) + b".\r\n")
        # Servers that filter take their time here, and to leave early means to repeat: the total deadline is enough.
        answer = await protocol.read_response(timeout=self._limits.total)
        return MailAnswer(self.step, answer.code, _readable(answer.message))

    def answer(self, error: SMTPResponseException, recipient: str | None = None) -> MailAnswer:
        """Return an answer that the library has made an error of."""
        return MailAnswer(self.step, error.code, _readable(error.message), recipient)

    async def end(self, *, is_answered: bool) -> None:
        """Take leave, if the server has spoken last and is still there, and close. What was decided stays so."""
        with contextlib.suppress(SMTPException, OSError):
            async with asyncio.timeout(GOODBYE):
                if is_answered and self._client.is_connected:
                    await self._client.quit()
        self._client.close()


def _readable(text: str) -> str:
    """Return a server's words without what is no UTF-8."""
    return text.encode(errors="replace").decode()


def _cause(error: Exception) -> str:
    """Return what a person may look for: of a certificate that is refused, not only that there was no connection."""
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    return certificate_trouble(error) or type(cause).__name__

"""Handing a mail in at a server over a real socket: what every answer at every step means."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme

from alerts import EmailChannel, Envelope, Limits, Parcel, Result, SendOutcome, UnusableDestinationError
from alerts.channels.email_answers import MailAnswer, Step, classify_mail
from alerts.channels.email_body import email_body
from alerts.channels.email_server import MailServer, Security, mail_server
from alerts.message import Layout
from alerts.trial import trial_message
from newsroom import MailFault, MailReceiver, Reset

NOW = datetime(2025, 9, 11, 15, 0, tzinfo=UTC)
PARCEL = Parcel("msg_1", email_body(trial_message("uk", NOW), Layout.FULL))
SENDER, DESK, NIGHT = "alerts@volya.example", "desk@news.example", "night@news.example"
OK, RATE, UNCERTAIN = SendOutcome.OK, SendOutcome.RATE, SendOutcome.UNCERTAIN
DEST_TEMP, DEST_PERM, MSG_PERM = SendOutcome.DEST_TEMP, SendOutcome.DEST_PERM, SendOutcome.MSG_PERM
QUICK = Limits(connect=5.0, read=5.0, total=0.3)


def send(
    place: str | MailServer, *recipients: str, limits: Limits | None = None, tls: ssl.SSLContext | None = None
) -> Result:
    server = mail_server("desk", place) if isinstance(place, str) else place
    channel = EmailChannel("desk", server, Envelope(SENDER, recipients or (DESK,)), limits=limits, tls=tls)

    async def scene() -> Result:
        result = await channel.send(PARCEL)
        await channel.close()
        return result

    return asyncio.run(scene())


def test_a_mail_is_handed_in_with_its_envelope() -> None:
    with MailReceiver() as server:
        result = send(server.url, DESK, NIGHT)
        (mail,) = server.mails
        server.wait_until(bool, 5)
        (visit,) = server.visits
    assert (result.outcome, result.status, result.code) == (OK, 250, None)
    assert (mail.sender, mail.recipients) == (SENDER, (DESK, NIGHT))
    assert [one.split(" ")[0] for one in visit.commands] == ["EHLO", "MAIL", "RCPT", "RCPT", "DATA", "QUIT"]
    assert visit.commands[0] == "EHLO [127.0.0.1]"


@pytest.mark.parametrize(
    ("step", "answer", "expected"),
    [
        (Step.CONNECT, "421 4.3.2 too busy", DEST_TEMP),
        (Step.CONNECT, "554 5.7.1 no service for you", DEST_PERM),
        (Step.TLS, "454 4.7.0 not now", DEST_TEMP),
        (Step.TLS, "502 5.5.1 not implemented", DEST_PERM),
        (Step.LOGIN, "454 4.7.0 not now", DEST_TEMP),
        (Step.LOGIN, "534 5.7.9 an app password is needed", DEST_PERM),
        (Step.LOGIN, "535 5.7.8 wrong", DEST_PERM),
        (Step.SENDER, "250 ok", DEST_TEMP),  # the library makes no error of it; it would decide nothing
        (Step.SENDER, "421 4.4.2 timeout", DEST_TEMP),
        (Step.SENDER, "450 4.7.1 later", DEST_TEMP),
        (Step.SENDER, "451 4.3.0 a local error", DEST_TEMP),
        (Step.SENDER, "452 4.3.1 no room", DEST_TEMP),
        (Step.SENDER, "530 5.7.0 log in first", DEST_PERM),
        (Step.SENDER, "550 5.7.1 not your address", DEST_PERM),
        (Step.SENDER, "552 too long", MSG_PERM),
        (Step.SENDER, "552 5.3.4 too long", MSG_PERM),
        (Step.SENDER, "553 not allowed", DEST_PERM),
        (Step.RECIPIENT, "250 ok", OK),
        (Step.RECIPIENT, "251 will forward", OK),
        (Step.RECIPIENT, "252 will try", OK),
        (Step.RECIPIENT, "450 4.2.0 Greylisted, see http://postgrey.example", RATE),
        (Step.RECIPIENT, "451 4.7.1 Graylisting in action", RATE),
        (Step.RECIPIENT, "450 4.2.1 busy", DEST_TEMP),
        (Step.RECIPIENT, "452 4.5.3 too many recipients", DEST_TEMP),
        (Step.RECIPIENT, "550 no such user", DEST_PERM),
        (Step.RECIPIENT, "550 5.1.1 no such user", DEST_PERM),
        (Step.RECIPIENT, "550 5.7.1 relaying denied", DEST_PERM),
        (Step.RECIPIENT, "551 user not local", DEST_PERM),
        (Step.RECIPIENT, "552 5.2.2 mailbox full", DEST_TEMP),
        (Step.RECIPIENT, "552 storage", DEST_TEMP),
        (Step.RECIPIENT, "553 name not allowed", DEST_PERM),
        (Step.RECIPIENT, "550 4.2.2 of another class", DEST_PERM),
        (Step.DATA, "250 what?", DEST_TEMP),
        (Step.DATA, "451 4.3.0 not now", DEST_TEMP),
        (Step.DATA, "554 5.5.1 no valid recipients", DEST_TEMP),
        (Step.DATA, "503 bad sequence", DEST_TEMP),
        (Step.CONTENT, "250 queued", OK),
        (Step.CONTENT, "421 4.3.2 going down", DEST_TEMP),
        (Step.CONTENT, "451 4.7.1 greylisting", RATE),
        (Step.CONTENT, "452 4.3.1 no room", DEST_TEMP),
        (Step.CONTENT, "550 5.1.1 no such user after all", DEST_PERM),
        (Step.CONTENT, "550 5.4.5 daily quota exceeded", DEST_TEMP),
        (Step.CONTENT, "550 5.7.1 looks like spam", MSG_PERM),
        (Step.CONTENT, "550 5.7.26 not authenticated by SPF or DKIM", DEST_PERM),
        (Step.CONTENT, "550 too bad", MSG_PERM),
        (Step.CONTENT, "552 too long", MSG_PERM),
        (Step.CONTENT, "552 5.2.3 longer than the mailbox takes", MSG_PERM),
        (Step.CONTENT, "554 5.6.0 not well formed", MSG_PERM),
        (Step.CONTENT, "-1 not of SMTP", UNCERTAIN),
        (Step.RECIPIENT, "-1 not of SMTP", DEST_TEMP),
    ],
)
def test_an_answer_is_classed_by_step_code_and_enhanced_code(step: Step, answer: str, expected: SendOutcome) -> None:
    code, _, text = answer.partition(" ")
    assert classify_mail(MailAnswer(step, int(code), text)) == expected


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        (MailFault("connect", "421 4.3.2 too busy"), DEST_TEMP, "connect refused (421 4.3.2)"),
        (MailFault("connect", "554 no service"), DEST_PERM, "connect refused (554)"),
        (MailFault("connect", "SSH-2.0-OpenSSH"), DEST_TEMP, "connect refused (-1)"),
        (MailFault("connect", reset=Reset.BEFORE_RECORDING), DEST_TEMP, None),
        (MailFault("hello", "421 4.3.2 too busy"), DEST_TEMP, None),
        (MailFault("hello", reset=Reset.BEFORE_RECORDING), DEST_TEMP, "ConnectionResetError (sender)"),
        (MailFault("sender", "451 4.3.0 not now"), DEST_TEMP, "sender refused (451 4.3.0)"),
        (MailFault("sender", "553 5.7.1 not yours"), DEST_PERM, "sender refused (553 5.7.1)"),
        (MailFault("recipient", "450 4.2.0 greylisted"), RATE, "recipient refused (450 4.2.0)"),
        (MailFault("recipient", "550 5.1.1 unknown"), DEST_PERM, "recipient refused (550 5.1.1)"),
        (MailFault("recipient", "252 will try"), OK, None),
        (MailFault("recipient", reset=Reset.BEFORE_RECORDING), DEST_TEMP, "ConnectionResetError (recipient)"),
        (MailFault("data", "451 4.3.0 not now"), DEST_TEMP, "data refused (451 4.3.0)"),
        (MailFault("data", "250 what?"), DEST_TEMP, "data refused (250)"),
        (MailFault("data", reset=Reset.BEFORE_RECORDING), DEST_TEMP, "ConnectionResetError (data)"),
        (MailFault("content", "451 4.3.0 not now"), DEST_TEMP, "content refused (451 4.3.0)"),
        (MailFault("content", "554 5.7.1 spam"), MSG_PERM, "content refused (554 5.7.1)"),
        (MailFault("content", "what?"), UNCERTAIN, "content refused (-1)"),
        (MailFault("content", reset=Reset.BEFORE_RECORDING), UNCERTAIN, "ConnectionResetError (content)"),
        (MailFault("content", reset=Reset.AFTER_RECORDING), UNCERTAIN, "ConnectionResetError (content)"),
        (MailFault("quit", reset=Reset.BEFORE_RECORDING), OK, None),
        (MailFault("quit", "500 stay"), OK, None),
    ],
)
def test_what_happens_on_the_line_is_classed_by_how_far_it_came(
    fault: MailFault, expected: SendOutcome, code: str | None
) -> None:
    with MailReceiver() as server:
        server.script(fault)
        result = send(server.url)
        assert (len(server.mails) == 1) == (
            fault.at == "quit" or expected == OK or fault.reset == Reset.AFTER_RECORDING
        )
    assert result.outcome == expected
    assert code is None or result.code == code
    assert (result.retry_after == 60.0) == (expected == RATE)


@pytest.mark.parametrize(
    ("step", "expected"),
    [("connect", DEST_TEMP), ("recipient", DEST_TEMP), ("data", DEST_TEMP), ("content", UNCERTAIN)],
)
def test_the_total_deadline_ends_a_conversation_and_only_after_the_dot_is_it_unclear(
    step: str, expected: SendOutcome
) -> None:
    with MailReceiver() as server:
        server.script(MailFault(step, delay=60))
        result = send(server.url, limits=QUICK)
    assert (result.outcome, result.code) == (expected, f"total deadline ({step})")


def test_the_time_limit_of_one_answer_is_named() -> None:
    with MailReceiver() as server:
        server.script(MailFault("sender", delay=60))
        result = send(server.url, limits=Limits(connect=5.0, read=0.2, total=5.0))
    assert (result.outcome, result.code) == (DEST_TEMP, "SMTPReadTimeoutError (sender)")


def test_where_nobody_listens_the_server_is_ill() -> None:
    with MailReceiver() as server:
        url = server.url
    result = send(url)
    assert (result.outcome, result.status, result.code) == (DEST_TEMP, None, "ConnectionRefusedError (connect)")


def test_who_is_refused_is_named_and_the_others_have_it() -> None:
    with MailReceiver(refused={NIGHT: "550 5.1.1 no such user"}) as server:
        result = send(server.url, NIGHT, DESK)
        assert [one.recipients for one in server.mails] == [(DESK,)]
    assert (result.outcome, result.code) == (OK, "recipients refused: 1")
    assert result.response == f"{NIGHT}: 550 5.1.1 no such user; 250 2.0.0 queued"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("550 5.1.1 no such user", "550 5.1.1 no such user", DEST_PERM),
        ("550 5.1.1 no such user", "451 4.3.0 not now", DEST_TEMP),
        ("450 greylisted", "550 5.1.1 no such user", RATE),
    ],
)
def test_where_all_are_refused_one_that_may_pass_keeps_the_mail(first: str, second: str, expected: SendOutcome) -> None:
    with MailReceiver(refused={DESK: first, NIGHT: second}) as server:
        result = send(server.url, DESK, NIGHT)
        assert server.mails == ()
    assert result.outcome == expected


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_of(authority: trustme.CA) -> Callable[[str], ssl.SSLContext]:
    """The context of a server whose certificate is for the given name."""

    def context(name: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(made)
        return made

    return context


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def beyond(server: MailReceiver) -> MailServer:
    """The server as if it stood on another machine: the rule that plain text is for this one does not hold."""
    return replace(mail_server("desk", server.url), security=Security.STARTTLS)


LOGIN = ("alerts@volya.example", "CANARY pass/word")


def test_a_login_goes_over_tls_from_the_first_byte(tls_of: Any, trusting: ssl.SSLContext) -> None:
    with MailReceiver(tls=tls_of("127.0.0.1"), is_tls_first=True, login=LOGIN) as server:
        assert send(server.url, tls=trusting).outcome == OK
        wrong = send(server.url.replace("CANARY", "another"), tls=trusting)
        assert (wrong.outcome, wrong.code) == (DEST_PERM, "login refused (535 5.7.8)")
        (mail,) = server.mails
        assert mail.recipients == (DESK,)


@pytest.mark.parametrize("name", ["elsewhere.example", "127.0.0.1"])
def test_a_certificate_for_another_name_or_of_nobody_we_trust_is_refused(
    tls_of: Any, trusting: ssl.SSLContext, name: str
) -> None:
    trust = trusting if name == "elsewhere.example" else None  # None: as in earnest
    with MailReceiver(tls=tls_of(name), is_tls_first=True, login=LOGIN) as server:
        result = send(server.url, tls=trust)
        assert server.mails == ()
    trouble = "for another address" if trust is not None else "of an unknown authority"
    assert (result.outcome, result.code) == (DEST_TEMP, f"its certificate is {trouble} (connect)")


def test_beyond_this_machine_plain_text_is_turned_private_before_the_login(
    tls_of: Any, trusting: ssl.SSLContext
) -> None:
    with MailReceiver(tls=tls_of("127.0.0.1"), login=LOGIN) as server:
        assert send(beyond(server), tls=trusting).outcome == OK
        server.wait_until(bool, 5)
        (visit,) = server.visits
    assert [one.split(" ")[0] for one in visit.commands][:4] == ["EHLO", "STARTTLS", "EHLO", "AUTH"]


@pytest.mark.parametrize("name", [None, "elsewhere.example"])
def test_without_tls_neither_password_nor_mail_is_given(
    tls_of: Any, trusting: ssl.SSLContext, name: str | None
) -> None:
    with MailReceiver(tls=tls_of(name) if name else None, login=LOGIN) as server:
        result = send(beyond(server), tls=trusting)
        server.wait_until(bool, 5)
        (visit,) = server.visits
    told = (
        (DEST_TEMP, "its certificate is for another address (starttls)") if name else (DEST_PERM, "no starttls offered")
    )
    assert (result.outcome, result.code) == told
    assert not any(one.startswith(("AUTH", "MAIL")) for one in visit.commands)


def test_a_login_that_is_not_offered_is_a_fault_of_the_settings() -> None:
    with MailReceiver() as server:
        result = send(server.url.replace("smtp://", "smtp://user:password@"))
    assert (result.outcome, result.code) == (DEST_PERM, "no login offered")


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtps://u:p@mail.example", 465, Security.TLS),
        ("smtps://127.0.0.1:2465", 2465, Security.TLS),
        ("smtp://u:p@mail.example", 587, Security.STARTTLS),
        ("smtp://mail.example:25", 25, Security.STARTTLS),
        ("smtp://192.168.0.5:25", 25, Security.STARTTLS),
        ("smtp://localhost:25", 25, Security.NONE),
        ("smtp://127.0.0.1:25", 25, Security.NONE),
        ("smtp://[::1]:25/", 25, Security.NONE),
        ("smtp://localhost.evil.example:25", 25, Security.STARTTLS),
    ],
)
def test_plain_text_is_spoken_on_this_machine_only(url: str, port: int, security: Security) -> None:
    server = mail_server("desk", url)
    assert (server.port, server.security) == (port, security)


def test_user_and_password_may_hold_any_letter() -> None:
    server = mail_server("desk", "smtps://alerts%40volya.example:p%2Fa%3As%23s@mail.example")
    assert (server.user, server.password) == ("alerts@volya.example", "p/a:s#s")


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("https://CANARY.example", "must begin with smtp:// or smtps:// and name a host"),
        ("smtps://", "must begin with smtp:// or smtps:// and name a host"),
        ("smtps://CANARY example", "must begin with smtp:// or smtps:// and name a host"),
        ("smtps://u:CANARY@mail.example:x", "its url is not an address"),
        ("smtps://u:CAN/ARY@mail.example", "its url is not an address"),
        ("smtps://[CANARY", "its url is not an address"),
        ("smtps://mail.example/CANARY", "its url ends with host and port"),
        ("smtps://mail.example?CANARY", "its url ends with host and port"),
        ("smtps://CANARY@mail.example", "needs a user and a password, or neither"),
        ("smtps://:CANARY@mail.example", "needs a user and a password, or neither"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(url: str, trouble: str) -> None:
    with pytest.raises(UnusableDestinationError, match=trouble) as refused:
        mail_server("desk", url)
    assert "CANARY" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "envelope",
    [
        Envelope("Desk <desk@news.example>", (DESK,)),
        Envelope(SENDER, ("desk",)),
        Envelope(SENDER, ("desk@news.example\r\nBcc: x@y",)),
        Envelope(SENDER, ("деск@news.example",)),
        Envelope(SENDER, (f"{'a' * 65}@news.example",)),
        Envelope(SENDER, ()),
    ],
)
def test_only_plain_addresses_are_written_to(envelope: Envelope) -> None:
    with pytest.raises(UnusableDestinationError):
        EmailChannel("desk", mail_server("desk", "smtps://mail.example"), envelope)


def test_the_password_is_not_told_though_a_server_repeats_it() -> None:
    import base64

    user, password = "alerts", "CANARY-password"
    coded = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    with MailReceiver(login=(user, password)) as server:
        server.script(MailFault("login", f"535 5.7.8 {user} {password} {coded} is wrong"))
        result = send(server.url)
        channel = EmailChannel("desk", mail_server("desk", server.url), Envelope(SENDER, (DESK,)))
    assert result.outcome == DEST_PERM
    assert "CANARY" not in repr([result, channel, mail_server("desk", server.url)])
    assert coded not in repr(result)
    assert result.response == "535 5.7.8 alerts [secret] [secret] is wrong"

"""The made-up mail server, seen by another library than the one that Volya sends by."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from newsroom import MailFault, MailReceiver, Reset
from newsroom.email import ReceivedMail, trouble_of

SENDER, DESK = "a@volya.example", "desk@news.example"
HEAD = (
    f"From: {SENDER}\r\nTo: {DESK}\r\nSubject: 36 freed\r\nDate: Thu, 11 Sep 2025 15:00:00 +0000\r\n"
    "Message-ID: <1@volya.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
)
MAIL = HEAD + "\r\nbody\r\n"


@pytest.fixture
def server() -> Iterator[MailReceiver]:
    with MailReceiver() as running:
        yield running


def send(server: MailReceiver, mail: str = MAIL, recipients: tuple[str, ...] = (DESK,)) -> str:
    """Send by the standard library; return the answer that decided."""
    try:
        with smtplib.SMTP("127.0.0.1", server.port, "client.example", timeout=10) as client:
            refused = client.sendmail(SENDER, list(recipients), mail.encode("latin-1"))
    except smtplib.SMTPResponseException as error:
        return f"{error.smtp_code} {error.smtp_error!r}"
    except smtplib.SMTPRecipientsRefused as error:
        return str(error.recipients)
    return str(refused) if refused else "taken"


def test_a_mail_is_kept_with_its_envelope_and_dots(server: MailReceiver) -> None:
    assert send(server, HEAD + "\r\n.\r\n..two\r\nx\r\n") == "taken"
    (mail,) = server.mails
    assert (mail.sender, mail.recipients, mail.subject) == (SENDER, (DESK,), "36 freed")
    assert mail.text == ".\n..two\nx\n"
    assert server.wait_until(lambda visits: len(visits) == 1, 5)
    assert server.visits[0].commands[-1] == "QUIT"


@pytest.mark.parametrize(
    ("mail", "trouble"),
    [
        (MAIL, None),
        (MAIL + "x" * 998 + "\r\n", None),
        (MAIL + "x" * 999 + "\r\n", "550 5.6.0 line too long"),
        (MAIL + "a\nb\r\n", "550 5.5.2 bare"),
        (MAIL + "a\rb\r\n", "550 5.5.2 bare"),
        (MAIL + "\xe9\r\n", "550 5.6.0 eight bits"),
        ("Subject: another\r\n" + MAIL, "550 5.7.1 subject 2 times"),
        ("Bcc: a@b.example\r\nBcc: a@b.example\r\n" + MAIL, "550 5.7.1 bcc 2 times"),
        (MAIL.replace("Date", "Update"), "550 5.7.1 date 0 times"),
        (MAIL.replace("<1@volya.example>", "1"), "550 5.6.0 message-id is not an id"),
        ("References: <1@a> <2@a>\r\n" + MAIL, "550 5.6.0 references is not an id"),
        ("no header\r\n" + MAIL, "550 5.6.0 a line of the head"),
    ],
)
def test_what_is_not_well_formed_is_refused(mail: str, trouble: str | None) -> None:
    found = trouble_of(mail.encode("latin-1"))
    assert found == trouble if trouble is None or found is None else found.startswith(trouble)


def test_a_refused_mail_is_not_kept(server: MailReceiver) -> None:
    assert send(server, "Subject: another\r\n" + MAIL).startswith("550 b'5.7.1 subject 2 times")
    assert send(server, MAIL + "x\r\n" * 50_000).startswith("552")
    assert server.mails == ()


def test_headers_are_read_though_they_are_folded() -> None:
    folded = MAIL.replace("Subject: 36 freed", "Subject: =?utf-8?q?36?=\r\n =?utf-8?q?_=D0=BE=D1=81=D1=96=D0=B1?=")
    mail = ReceivedMail(SENDER, (DESK,), folded.encode(), datetime.now(UTC))
    assert mail.subject == "36 осіб"
    assert trouble_of(folded.encode()) is None


def test_recipients_are_refused_one_by_one() -> None:
    with MailReceiver(refused={DESK: "550 5.1.1 no such user"}) as server:
        assert "no such user" in send(server, recipients=(DESK, "b@news.example"))
        assert "no such user" in send(server)
        assert [mail.recipients for mail in server.mails] == [("b@news.example",)]


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (MailFault("content", "451 later"), 0),
        (MailFault("data", "451 later"), 0),
        (MailFault("sender", reset=Reset.BEFORE_RECORDING), 0),
        (MailFault("content", reset=Reset.BEFORE_RECORDING), 0),
        (MailFault("content", reset=Reset.AFTER_RECORDING), 1),
        (MailFault("content", delay=0.01), 1),
    ],
)
def test_faults_come_as_scripted_once_each(server: MailReceiver, fault: MailFault, kept: int) -> None:
    server.script(None, fault)
    assert send(server) == "taken"
    if fault.reset is not None:
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            send(server)
    else:
        assert (send(server) == "taken") == (kept == 1)
    assert len(server.mails) == 1 + kept
    assert send(server) == "taken"


def test_only_who_logs_in_may_send() -> None:
    with MailReceiver(login=("user", "pass word")) as server:
        assert send(server).startswith("530")
        with smtplib.SMTP("127.0.0.1", server.port, "client.example", timeout=10) as client:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                client.login("user", "wrong")
            client.login("user", "pass word")
            client.sendmail(SENDER, [DESK], MAIL)
        assert len(server.mails) == 1
        assert not any("pass" in one for visit in server.visits for one in visit.commands)

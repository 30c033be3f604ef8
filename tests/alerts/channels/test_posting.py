"""What is told of a certificate that is not accepted: why, and never an address (SEC-20)."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import trustme

from alerts.channels.posting import certificate_trouble

NOW = datetime.now(UTC)  # OpenSSL looks at the machine's clock
AUTHORITY = trustme.CA()
DAY = timedelta(days=1)


def refused(certificate: trustme.LeafCert, name: str) -> ssl.SSLError:
    """Shake hands in memory, as a client that asks for `name`, and return why that failed."""
    ours, theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(theirs)
    AUTHORITY.configure_trust(ours)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ours.wrap_bio(back, there, server_hostname=name)
    server = theirs.wrap_bio(there, back, server_side=True)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    with pytest.raises(ssl.SSLError) as caught:
        client.do_handshake()
    return caught.value


@pytest.mark.parametrize(
    ("certificate", "name", "words"),
    [
        (AUTHORITY.issue_cert("a.example", not_after=NOW - DAY), "a.example", "its certificate has expired"),
        (AUTHORITY.issue_cert("a.example", not_before=NOW + DAY), "a.example", "its certificate is not valid yet"),
        (AUTHORITY.issue_cert("a.example"), "b.example", "its certificate is for another name"),
        (AUTHORITY.issue_cert("127.0.0.1"), "127.0.0.2", "its certificate is for another address"),
        (trustme.CA().issue_cert("a.example"), "a.example", "its certificate is of an unknown authority"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(certificate: trustme.LeafCert, name: str, words: str) -> None:
    error = httpx.ConnectError("made up")
    error.__cause__ = refused(certificate, name)
    assert certificate_trouble(error) == words
    assert len(f"{type(error).__name__}: {words}") <= 60, "the column takes no more"


def test_another_trouble_says_nothing_of_certificates() -> None:
    assert certificate_trouble(httpx.ConnectError("made up")) is None

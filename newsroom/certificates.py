"""A certificate whose time is up (F-3), made when it is needed: for a server that nobody should trust."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

_MADE_AT = datetime(2020, 1, 1, tzinfo=UTC)
_LIFETIME = timedelta(days=90)


def expired_context(address: str = "127.0.0.1") -> ssl.SSLContext:
    """Return how a server at `address` speaks TLS with a certificate that expired in 2020."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:  # ssl takes files only
        file.write(_expired_pem(address))
        file.flush()
        context.load_cert_chain(file.name)
    return context


def _expired_pem(address: str) -> bytes:
    from cryptography import x509  # noqa: PLC0415 (only landscapes need it)
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (the same)
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (the same)
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    dated = builder.not_valid_before(_MADE_AT).not_valid_after(_MADE_AT + _LIFETIME)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    signed = dated.add_extension(names, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + signed.public_bytes(Encoding.PEM)

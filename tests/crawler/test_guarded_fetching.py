"""The address guard with real Scrapy and real loopback servers: nothing internal is ever hit (SEC-1, SEC-2)."""

from __future__ import annotations

import json
import os
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Probe = Callable[..., Any]
SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "0", "localhost", "LOCALHOST",
    "localhost.", "2130706433", "0x7f000001", "0x7F.0.0.1", "0x7f.1", "0177.0.0.1", "0177.1", "017700000001",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "127.0.0.1.", "①②⑦.⓪.⓪.①", "169.254.169.254",
    "user@127.0.0.1", "[fe80::1]", "[fd00::1]",
]  # fmt: skip


class Victim:
    """A server that must not be reached: it counts who came."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0, location: str | None = None) -> None:
        self.hits = []
        hits = self.hits

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hits.append(self.path)
                self.send_response(302 if location else 200)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer((address, port), Handler)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def serve_tls(self, pem: Path) -> None:
        """Speak TLS from now on, with a certificate signed by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
        start = datetime(2020, 1, 1, tzinfo=UTC)
        builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(start).not_valid_after(start + timedelta(days=36_500))
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        certificate = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
        private = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pem.write_bytes(key.private_bytes(*private) + certificate.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def victims() -> Any:
    made = []

    def make(*args: Any, **named: Any) -> Any:
        made.append(Victim(*args, **named))
        return made[-1]

    yield make
    for victim in made:
        victim.close()


@pytest.fixture
def probe(nursery: Any, tmp_path: Path) -> Probe:
    """Ask for addresses by a spider in a process of its own, and return what came of each."""

    def ask(urls: list[str], allow: Any = (), **named: Any) -> Any:
        given = json.dumps({"urls": urls, "allow": list(allow), **named})
        ended = nursery.run([given], os.environ, tmp_path, "probing:main")
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout.strip().splitlines()[-1])

    return ask


def test_no_spelling_of_an_internal_address_is_reached(probe: Probe, victims: Any) -> None:
    victim = victims()
    # The port is open for another network, so that only the resolver stands between us and the victim.
    urls = [f"http://{host}:{victim.port}/" for host in SPELLINGS]
    found = probe(urls, [f"203.0.113.0/24:{victim.port}"])
    assert len(found) == len(SPELLINGS) >= 28
    assert not [row for row in found if row[1] == 200]
    assert victim.hits == []


def test_the_same_server_is_reached_where_an_exception_says_so(probe: Probe, victims: Any) -> None:
    victim = victims()
    urls = [f"http://{host}:{victim.port}/" for host in ("127.0.0.1", "localhost", "127.1", "2130706433")]
    found = probe(urls, [f"127.0.0.0/8:{victim.port}"])
    assert [row[1] for row in found] == [200] * 4
    assert len(victim.hits) == 4


def test_a_redirect_into_the_own_network_is_refused_and_not_retried(probe: Probe, victims: Any) -> None:
    victim = victims()
    host = "127.0.0.1"
    doors = [
        victims(location=f"http://{spelling}:{victim.port}/") for spelling in (host, "localhost", "2130706433", "[::1]")
    ]
    allow = [*(f"127.0.0.0/8:{door.port}" for door in doors), f"203.0.113.0/24:{victim.port}"]
    found = probe([f"http://{host}:{door.port}/" for door in doors], allow)
    assert victim.hits == []
    assert [len(door.hits) for door in doors] == [1] * 4
    assert [row[1:] for row in found] == [["CannotResolveHostError", True, 0]] * 4


def test_a_redirect_to_another_port_is_refused(probe: Probe, victims: Any) -> None:
    victim = victims()
    door = victims(location=f"http://127.0.0.1:{victim.port}/")
    found = probe([f"http://127.0.0.1:{door.port}/"], [f"127.0.0.0/8:{door.port}"])
    assert victim.hits == []
    assert found[0][1] == "AddressRefusedError"


def test_a_name_that_answers_first_with_one_address_and_then_with_an_internal_one_is_refused(
    probe: Probe, victims: Any
) -> None:
    outside = victims("127.0.0.2")  # stands for the public address
    inside = victims("127.0.0.1", outside.port)
    url = f"http://rebind.example:{outside.port}/"
    answers = {"rebind.example": ["127.0.0.2", "127.0.0.1"]}
    found = probe([url, url, url], [f"127.0.0.2/32:{outside.port}"], answers=answers)
    assert sorted(str(row[1]) for row in found) == ["200", "CannotResolveHostError", "CannotResolveHostError"]
    assert (len(outside.hits), len(inside.hits)) == (1, 0)


def test_redirects_end_after_five(probe: Probe, victims: Any) -> None:
    door = victims(location="/again")
    found = probe([f"http://127.0.0.1:{door.port}/"], [f"127.0.0.0/8:{door.port}"])
    assert found[0][1] == "IgnoreRequest"
    assert len(door.hits) == 6


@pytest.mark.parametrize("scheme", ["file", "ftp", "s3", "data"])
def test_other_schemes_are_refused(probe: Probe, scheme: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    address = {"data": "data:text/html,x", "file": f"file://{secret}"}.get(scheme, f"{scheme}://outlet.example/x")
    assert probe([address])[0][1] == "AddressRefusedError"


def test_without_the_guarded_resolver_nothing_is_fetched(probe: Probe, victims: Any) -> None:
    victim = victims()
    unguarded = {"TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingThreadedResolver"}
    found = probe([f"http://127.0.0.1:{victim.port}/"], [f"127.0.0.0/8:{victim.port}"], settings=unguarded)
    assert found[0][1] == "AddressRefusedError"
    assert victim.hits == []


def test_through_a_proxy_literal_addresses_are_still_refused(probe: Probe, victims: Any) -> None:
    proxy, victim = victims(), victims()
    named = {"settings": {"VOLYA_PROXY": f"http://127.0.0.1:{proxy.port}"}}
    allow = [f"203.0.113.0/24:{victim.port}"]
    found = probe([f"http://127.1:{victim.port}/", "http://outlet.example/"], allow, **named)
    assert sorted(str(row[1]) for row in found) == ["200", "AddressRefusedError"]
    assert (len(proxy.hits), len(victim.hits)) == (1, 0)


def test_a_certificate_that_nobody_vouches_for_is_refused(probe: Probe, victims: Any, tmp_path: Path) -> None:
    victim = victims()
    victim.serve_tls(tmp_path / "server.pem")
    found = probe([f"https://127.0.0.1:{victim.port}/"], [f"127.0.0.0/8:{victim.port}"])
    assert found[0][1] == "DownloadFailedError"
    assert victim.hits == []

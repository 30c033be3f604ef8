from __future__ import annotations

import pytest

from crawler.addresses import AddressGuard, literal_address, parse_allowed
from crawler.errors import AddressError

REFUSED = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "192.88.99.1", "168.63.129.16", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::",
    "2001:0:53aa:64c:0:0:80ff:fffe", "localhost", "", "1.2.3",
]  # fmt: skip
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", REFUSED)
def test_internal_addresses_are_refused(address: str) -> None:
    assert not AddressGuard().allows(address, 80)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed_at_web_ports_only(address: str) -> None:
    guard = AddressGuard()
    assert guard.allows(address, 80)
    assert guard.allows(address, 443)
    assert not guard.allows(address, 22)
    assert not guard.allows(address, 8080)


def test_an_exception_with_a_port_opens_that_port_only() -> None:
    guard = AddressGuard(parse_allowed(["127.0.0.0/8:8900"]))
    assert guard.allows("127.0.0.1", 8900)
    assert guard.allows("::ffff:127.0.0.1", 8900)
    assert not guard.allows("127.0.0.1", 80)
    assert not guard.allows("127.0.0.1", 8901)
    assert not guard.allows("10.0.0.1", 8900)
    assert guard.allows_port(8900)
    assert not guard.allows_port(8901)


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("127.0.0.0/8", "127.9.9.9", 1),
        ("127.0.0.1:8900", "127.0.0.1", 8900),
        ("10.1.2.3", "10.1.2.3", 5),
        ("[::1]:8900", "::1", 8900),
        ("::1/128", "::1", 7),
        ("fd00::/8:443", "fd00::5", 443),
    ],
)
def test_exceptions_are_read_in_each_form(text: str, address: str, port: int) -> None:
    assert AddressGuard(parse_allowed([text])).allows(address, port)


@pytest.mark.parametrize("text", ["localhost", "127.0.0.1:x", "127.0.0.1:0", "1.2.3.4/33", "", "1.2.3.4:70000"])
def test_a_malformed_exception_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(AddressError, match=r"network\[:port\]"):
        parse_allowed([text])


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.1", "127.0.0.1"), ("0x7f000001", "127.0.0.1"), ("0177.0.0.1", "127.0.0.1"), ("2130706433", "127.0.0.1"),
     ("0x7f.1", "127.0.0.1"), ("[::1]", "::1"), ("outlet.example", None)],
)  # fmt: skip
def test_odd_spellings_of_an_address_are_seen_through(host: str, address: str) -> None:
    assert literal_address(host) == address

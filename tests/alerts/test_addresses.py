"""An address in a message leads where it led, hides nothing and ends where it ends."""

from __future__ import annotations

import pytest

from alerts.addresses import LINK_LIMIT, is_link, shown_address


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://one.example/a?b=c&d=%D0%B0#e", "https://one.example/a?b=c&d=%D0%B0#e"),
        ("https://one.example/новини", "https://one.example/новини"),
        ("https://президент.рф/", "https://президент.рф/"),
        ("https://раp.pl/x", "https://xn--p-7sb1c.pl/x"),
        ('https://one.example/<b>|"{x}', "https://one.example/%3Cb%3E%7C%22%7Bx%7D"),
        ("https://one.example/\u202egpj.exe\u200b", "https://one.example/%E2%80%AEgpj.exe%E2%80%8B"),
        ("https://one.example/\ud800", "https://one.example/%3F"),
        ("https://[::1/", "https://[::1/"),
    ],
)
def test_an_address_is_shown_so_that_it_can_stand_in_any_text(url: str, shown: str) -> None:
    assert shown_address(url) == shown
    assert shown_address(shown) == shown


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//x.example", "https://", "https://a b", "ftp://x.example",
                                 "java\tscript:x", "data:text/html,x", "https://x.example/" + "a" * LINK_LIMIT])  # fmt: skip
def test_only_whole_addresses_of_the_web_are_links(url: str) -> None:
    assert not is_link(url)

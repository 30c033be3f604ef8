"""No form of a secret that somebody may say back is kept (SEC-20)."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.outcome import redacted
from alerts.redaction import secret_forms

SECRET = "canary/0123 456+é"


@pytest.mark.parametrize(
    "said",
    [SECRET, quote(SECRET), quote(SECRET, safe=""), json.dumps({"error": SECRET}), f"x{SECRET}y"],
)
def test_a_secret_is_taken_out_in_every_form(said: str) -> None:
    kept = redacted(said, (SECRET,))
    assert "0123" not in kept
    assert "[secret]" in kept


@settings(max_examples=200, deadline=None)
@given(
    before=st.binary(max_size=7), after=st.binary(max_size=7), secret=st.text("abcXYZ019-_", min_size=8, max_size=40)
)
def test_a_secret_inside_of_base64_is_taken_out_wherever_it_begins(before: bytes, after: bytes, secret: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        said = encode(before + secret.encode() + after).decode()
        kept = redacted(said, (secret,))
        assert "[secret]" in kept
        assert len(kept) <= len(said) - len(encode(secret.encode()).decode().rstrip("=")) + 2 + len("[secret]")


def test_the_longest_form_goes_first_and_nothing_is_no_secret() -> None:
    assert redacted("token-and-more token", ("token", "token-and-more", "")) == "[secret] [secret]"
    assert secret_forms([""]) == ()


def test_a_short_secret_is_not_looked_for_in_base64() -> None:
    assert redacted(base64.b64encode(b"a 7-letter").decode(), ("7-let",)) == base64.b64encode(b"a 7-letter").decode()

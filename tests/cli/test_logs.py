"""Logs: one line a record, nothing forged, no secret."""

import logging
from collections.abc import Iterator

import pytest

from cli.logs import LineFormatter, Redactor, plain, redactor


def line(message: str, *args: object, has_traces: bool = False, error: Exception | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error is not None else None
    record = logging.LogRecord("crawler", logging.WARNING, __file__, 1, message, args, info)
    return LineFormatter(has_traces=has_traces).format(record)


@pytest.fixture
def told() -> Iterator[None]:
    redactor.learn(["canary/one two"])
    yield
    redactor.learn([])


def test_a_title_cannot_begin_a_line_of_its_own() -> None:
    written = line("title %s", "x\nERROR fake\r\u2028\x1b[31m\u202eevil")
    assert written.splitlines() == [written]
    assert "x\\nERROR fake\\r\\u2028\\x1b[31m\\u202eevil" in written


def test_text_of_others_is_cut() -> None:
    assert len(line("%s", "x" * 10_000)) < 400


def test_numbers_still_format() -> None:
    assert line("%d of %.1f", 3, 2.5).endswith("crawler: 3 of 2.5")


def raised(message: str) -> ValueError:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (any message)
        raise ValueError(message)
    return caught.value


def test_an_error_is_said_in_the_line_and_its_place_only_when_asked_for() -> None:
    error = raised("bad\nthing")
    assert line("failed", error=error).endswith("crawler: failed | ValueError: bad\\nthing")
    long = line("failed", error=error, has_traces=True)
    assert "Traceback" in long
    assert len(long.splitlines()) == 1


@pytest.mark.parametrize("form", ["canary/one two", "canary%2Fone%20two", "canary/one%20two"])
def test_a_told_secret_is_taken_out_in_all_its_forms(told: None, form: str) -> None:
    assert "canary" not in line("GET %s", f"https://host/{form}/x")


def test_a_secret_in_a_traceback_is_taken_out(told: None) -> None:
    assert "canary/one" not in line("failed", has_traces=True, error=raised("canary/one two"))


@pytest.mark.parametrize(
    "secret",
    [
        "/bot123456:AAE-secret_token",
        "hooks.slack.com/services/T0/B0/xyzSECRET",
        "discord.com/api/webhooks/1/xyzSECRET",
        "ptb.discord.com/api/v10/webhooks/1/xyzSECRET",
        "xoxb-1-secret",
        "whsec_c2VjcmV0",
        "syt_bWFkZQ_secretsecretsecret_0secre",
        "mct_secret0123456789secret_012345",
        "tk_secret0123456789secret0123456",
        "me:secret@host",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(secret: str) -> None:
    said = Redactor().redact(f"POST https://{secret} failed")
    assert "secret" not in said.lower().replace("whsec", "")
    assert "c2Vj" not in said


def test_ordinary_addresses_stay() -> None:
    text = "GET https://example.org:8080/a@b and http://[::1]:8320/x"
    assert Redactor().redact(text) == text


def test_plain_text_stays_as_it_is() -> None:
    assert plain("Звільнено 52 в’язнів") == "Звільнено 52 в’язнів"
    assert plain("abcdef", 4) == "abc…"

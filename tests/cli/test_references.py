"""How people name articles and events."""

import pytest

from cli.errors import CommandError, ExitCode
from cli.references import Reference, numbered, parse_reference


@pytest.mark.parametrize(
    ("written", "reference"),
    [
        ("a7", Reference(7, "article")),
        ("A7", Reference(7, "article")),
        ("article:7", Reference(7, "article")),
        ("e3", Reference(3, "event")),
        ("event:3", Reference(3, "event")),
        ("12", Reference(12)),
        ("https://example.org/1", Reference(None, "article", "https://example.org/1")),
        ("urn:volya:seed:000", Reference(None, "article", "urn:volya:seed:000")),
    ],
)
def test_every_form_of_a_name_is_understood(written: str, reference: Reference) -> None:
    assert parse_reference(written) == reference


@pytest.mark.parametrize("written", ["", "x7", "seven", "99999999999", "-1"])
def test_what_names_nothing_is_a_usage_error(written: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse_reference(written)
    assert caught.value.code == ExitCode.USAGE


def test_a_number_of_the_other_kind_is_refused() -> None:
    assert numbered("e3", "event") == numbered("3", "event") == 3
    with pytest.raises(CommandError):
        numbered("a3", "event")

"""Where a key stands in a TOML file."""

import pytest

from cli.lines import line_of

TEXT = """\
# comment
[db]
url = "x"

[[alerts.destination]]
name = "a"

[[alerts.destination]]  # the second
name = "b"
url = { env = "X" }
[crawler . "proxy"]
"quoted key" = 1
"""


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("db",), 2),
        (("db", "url"), 3),
        (("db", "missing"), 2),
        (("alerts", "destination", 0, "name"), 6),
        (("alerts", "destination", 1, "name"), 9),
        (("alerts", "destination", 1, "url", "env"), 10),
        (("alerts", "destination", 1, "missing"), 8),
        (("crawler", "proxy"), 11),
        (("crawler", "proxy", "quoted key"), 12),
        (("nothing",), None),
    ],
)
def test_the_line_of_a_key_or_of_the_table_around_it_is_found(key: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TEXT, key) == line

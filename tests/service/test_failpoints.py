"""A death just before and just after every commit on the way to one receiver; `make soak` does it for all of them."""

from __future__ import annotations

from collections.abc import Callable


def test_a_death_at_every_commit_loses_nothing_where_a_message_can_be_edited_and_answered(
    said_by: Callable[..., str],
) -> None:
    said = said_by("failpoints.py", "--channels", "telegram")
    assert "committed, " in said  # both places were passed
    assert said.endswith("as it has to be\n")

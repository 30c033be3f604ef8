"""T-KILL in CI: sixty kills on the way to seven receivers; `make soak` does 500."""

from __future__ import annotations

from collections.abc import Callable


def test_sixty_kills_lose_nothing_and_repeat_only_what_is_marked(said_by: Callable[..., str]) -> None:
    said = said_by("outbox_kills.py", "--kills", "60", "--seed", "20250911")
    assert "kills 60," in said
    assert said.endswith("as it has to be\n")

"""`volya alerts approve` and `enable`: what a person says to the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Call = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("approve", "5"), 1, "alert 5: there is none"),
        (("approve", "five"), 2, "five: give the number of an alert"),
        (("enable", "desk"), 1, "destination desk: there is none of this name"),
    ],
)
def test_what_is_not_there_is_said(volya: Call, words: tuple[str, ...], code: int, said: str) -> None:
    answer = volya("alerts", *words)
    assert answer.code == code
    assert said in answer.err

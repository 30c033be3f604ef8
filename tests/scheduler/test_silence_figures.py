"""The simulation of `benchmarks/silence.py`, once a kind: no false alarm in 30 days, and real silence is seen in time."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "silence.py"


def _simulation() -> Any:
    spec = importlib.util.spec_from_file_location("silence_simulation", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


simulation = _simulation()


@pytest.mark.parametrize("kind", simulation.KINDS, ids=lambda kind: kind.name)
def test_no_regular_outlet_is_called_silent_and_a_real_end_is_seen_in_time(kind: Any) -> None:
    random = Random(f"once {kind.name}")
    times = simulation.publications(kind, random)
    assert list(simulation.silences(times, simulation.ours)) == []
    waited = simulation.delay(times, random)
    assert waited is not None
    assert waited <= kind.seen_within * simulation.DAY

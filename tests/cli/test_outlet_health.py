"""What `volya outlets` and `volya check` say of the health of outlets, and that there is advice for all that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import select

from cli.outlet_health import ALARM_ADVICE, advice_of, unwell
from crawler.check import Verdict
from db import Database
from db.health import OutletAlarm, store_alarm
from db.models import EntryPointRow
from db.outlets import EntryPointView, OutletView
from db.status import OUTLET_STATES, outlet_state

NOW = datetime.now(UTC)
SETTINGS = """
[crawler]
outlets = ["mine", "other"]
[[crawler.outlet]]
name = "mine"
title = "Mine"
kind = "independent"
languages = ["uk"]
timezone = "Europe/Kyiv"
entry_points = [{ type = "rss", url = "https://mine.example/feed", confidence = "high" }]
[[crawler.outlet]]
name = "other"
title = "Other"
kind = "independent"
languages = ["uk"]
timezone = "Europe/Kyiv"
entry_points = [{ type = "rss", url = "https://other.example/feed", confidence = "high" }]
"""
Call = Callable[..., Any]


def outlet(name: str, *states: str, is_enabled: bool = True) -> OutletView:
    points = tuple(
        EntryPointView("rss", f"https://{name}.example/{n}", True, state, 0, 200, None, NOW, NOW, NOW, NOW, id=n)
        for n, state in enumerate(states)
    )
    return OutletView(name, name, "wire", (), None, "UTC", 1, is_enabled=is_enabled, entry_points=points)


def test_there_is_advice_for_every_state_and_every_verdict_that_is_not_well() -> None:
    assert {state for state in OUTLET_STATES if not advice_of(state)} == {"alive", "new"}
    assert set(get_args(Verdict)) <= set(OUTLET_STATES)


@pytest.mark.parametrize(
    ("states", "state"),
    [(("gone", "alive"), "alive"), (("gone", "zombie"), "zombie"), (("gone",), "gone"), ((), None)],
)
def test_an_outlet_is_as_well_as_the_best_of_its_entry_points(states: Any, state: str | None) -> None:
    assert outlet_state(outlet("a", *states)) == state
    assert outlet_state(outlet("a", *states, is_enabled=False)) is None


def test_those_that_are_not_well_are_named_by_their_state() -> None:
    outlets = [
        outlet("a", "gone"),
        outlet("b", "alive"),
        outlet("c", "zombie"),
        outlet("d", "gone"),
        outlet("e", "quiet"),
    ]
    assert unwell(outlets) == {"zombie": ["c"], "gone": ["a", "d"]}


def polled(database: Database, name: str, **values: Any) -> None:
    with database.begin() as session:
        row = session.scalars(select(EntryPointRow).where(EntryPointRow.outlet == name)).one()
        for key, value in {"state": "alive", "last_status": 200, "last_checked_at": NOW, **values}.items():
            setattr(row, key, value)


def test_what_is_not_well_is_listed_and_checked_with_what_to_do(
    volya: Call, tmp_path: Path, sqlite_database: Database
) -> None:
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    volya("outlets")
    polled(sqlite_database, "mine", newest_at=NOW - timedelta(days=20), last_success_at=NOW, items=4)
    polled(sqlite_database, "other", last_success_at=NOW, redirects_to="https://else.example/feed")
    with sqlite_database.begin() as session:
        store_alarm(session, OutletAlarm("other", "unread", NOW, {"usual": 1.0}, told_at=NOW))
    mine, other = volya("outlets", "--json").objects
    (point,) = mine["entry_points"]
    assert (point["state"], point["items"]) == ("stale", 4)
    assert other["entry_points"][0]["redirects_to"] == "https://else.example/feed"
    for said in (volya("outlets").out, volya("outlets", "show", "mine").out):
        assert advice_of("stale").split(":")[0] in " ".join(said.split())
    found = {one["name"]: one for one in volya("check", "--json").objects}
    assert found["outlets stale"]["text"] == "1 of 2: mine"
    assert found["outlets stale"]["advice"] == advice_of("stale")
    assert found["outlets hardly read"]["text"] == "1 of 2: other"
    assert found["outlets hardly read"]["advice"] == ALARM_ADVICE["unread"]

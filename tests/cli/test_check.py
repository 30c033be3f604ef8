"""`volya check`: each line is ok, warn or bad, with what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.checks import check_database
from crawler.outlets import load_outlets
from db import Database
from db.announcing import sync_destinations
from db.articles import NewArticle, store_article
from db.gaps import NewGap, Step, claim_gaps, open_gap, skip_step
from db.leases import LeaseRequest
from db.maintenance import SignOfLife, give_sign_of_life
from db.opinions import store_opinion
from db.outlets import sync_outlets
from db.polls import claim_entry_points
from db.silences import Holds
from db.withheld import NewWithheldName, withhold
from events import forms_of, withhold_stored

Call = Callable[..., Any]
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
CANARY = "canary-0123456789-0123456789-0123456789"

WEBHOOK = """
[[alerts.destination]]
name = "desk"
channel = "webhook"
url = { env = "DESK_URL" }
secret = { file = "secret" }
"""


def states(database: Database, now: datetime = NOW) -> dict[str, tuple[str, str]]:
    return {finding.name: (finding.state, finding.text) for finding in check_database(database, Holds(now))}


def test_a_fresh_installation_has_nothing_wrong(volya: Call) -> None:
    answer = volya("check", "--json")
    assert answer.code == 0
    found = {finding["name"]: finding["state"] for finding in answer.objects}
    assert found["database"] == found["settings"] == found["catalogue"] == "ok"
    assert found["service"] == found["contact"] == "warn"
    assert list(answer.objects[0]) == ["name", "state", "text", "advice"]
    assert "built-in values" in volya("check").out


def test_a_secret_that_others_can_read_is_exit_code_78_and_never_shown(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(WEBHOOK, encoding="utf-8")
    (tmp_path / "secret").write_text(CANARY, encoding="utf-8")
    (tmp_path / "secret").chmod(0o644)
    monkeypatch.setenv("DESK_URL", f"https://{CANARY}.example/")
    for command in ("check", "run"):
        answer = volya(command, "-v", "--json")
        assert answer.code == 78
        assert "secret can be read by others" in answer.out + answer.err
        assert CANARY not in answer.out + answer.err


def test_commands_that_send_nothing_need_no_secret(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(WEBHOOK, encoding="utf-8")
    assert volya("events", "list").code == 0
    answer = volya("check", "--json")
    assert answer.code == 78
    bad = [finding["text"] for finding in answer.objects if finding["state"] == "bad"]
    assert "alerts.destination.desk.url: the environment variable DESK_URL is not set" in bad


def test_a_wrong_outlet_is_named(volya: Call, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[crawler]\noutlets = ["nobody-of-this-name"]\n', encoding="utf-8")
    answer = volya("check", "--json")
    assert answer.code == 78
    assert any("nobody-of-this-name" in finding["text"] for finding in answer.objects)


def test_a_damaged_database_is_a_finding(volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "damaged.sqlite3").write_bytes(b"this is no database, and never was one" * 100)
    monkeypatch.setenv("VOLYA_DB__URL", f"sqlite:///{tmp_path / 'damaged.sqlite3'}")
    answer = volya("check", "--json")
    assert answer.code == 1
    assert {"database": "bad"}.items() <= {one["name"]: one["state"] for one in answer.objects}.items()


def test_a_service_is_seen_by_its_sign_of_life(database: Database) -> None:
    assert states(database)["service"][0] == "warn"
    with database.begin() as session:
        give_sign_of_life(session, SignOfLife("service@here", "service", 7, "here", NOW, NOW, {}))
    assert states(database)["service"] == ("ok", "runs on here (pid 7)")
    assert states(database, NOW + timedelta(minutes=3))["service"][0] == "warn"


def test_workers_are_listed_with_their_last_sign_of_life(database: Database) -> None:
    with database.begin() as session:
        for kind, pid in (("crawl", 8), ("read", 9)):
            sign = SignOfLife(f"{kind}@there:{pid}:x", kind, pid, "there", NOW - timedelta(hours=1), NOW, {})
            give_sign_of_life(session, sign)
    found = states(database)
    assert {found[name][0] for name in ("crawl worker 8", "read worker 9")} == {"ok"}
    assert "there" in found["read worker 9"][1]
    later = states(database, NOW + timedelta(minutes=3))
    assert later["crawl worker 8"][0] == "warn"
    assert "no sign of life since" in later["crawl worker 8"][1]


def test_a_withholding_that_was_cut_short_is_bad_until_it_is_finished(database: Database) -> None:
    assert "withheld names" not in states(database)
    with database.begin() as session:
        new = NewWithheldName(*forms_of(session, b"secret", "Ivan Paulau"), "anna", "he asked")
        number = withhold(session, b"secret", new, NOW)
    assert states(database)["withheld names"][0] == "bad"
    withhold_stored(database, number, NOW)
    assert states(database)["withheld names"] == ("ok", "1 withheld")


def test_a_queue_that_is_not_worked_off_is_bad_only_beside_a_service(database: Database) -> None:
    with database.begin() as session:
        store_article(session, NewArticle(url="urn:x", url_key="urn:x", text="x"), NOW - timedelta(hours=2))
    assert states(database)["queue of articles"][0] == "ok"
    with database.begin() as session:
        give_sign_of_life(session, SignOfLife("service@here", "service", 7, "here", NOW, NOW, {}))
    assert states(database)["queue of articles"][0] == "bad"


def test_a_destination_that_left_the_settings_is_told(database: Database) -> None:
    with database.begin() as session:
        sync_destinations(session, {"desk": "webhook", "console": "console"}, NOW)
    assert states(database)["destination desk"] == ("ok", "webhook, 0 waiting")
    with database.begin() as session:
        sync_destinations(session, {"console": "console"}, NOW)
    assert states(database)["destination desk"][0] == "warn"


@pytest.mark.parametrize(("url", "secret"), [("notaurl", "whsec_" + "QUJD" * 11), ("http://127.0.0.1:9/", "abc")])
def test_a_webhook_that_cannot_work_is_found_before_it_is_needed(
    volya: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, secret: str
) -> None:
    (tmp_path / "settings.toml").write_text(WEBHOOK, encoding="utf-8")
    (tmp_path / "secret").write_text(secret, encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    monkeypatch.setenv("DESK_URL", url)
    answer = volya("check", "--json")
    assert answer.code == 78
    assert {finding["name"]: finding["state"] for finding in answer.objects}["destinations"] == "bad"


def test_who_is_asked_for_second_opinions_is_told_by_host_and_its_key_is_needed(volya: Call, tmp_path: Path) -> None:
    asked = '[events.adjudicator]\nurl = "https://api.example.org/v1/canary"\nmodel = "m"\n'
    (tmp_path / "settings.toml").write_text(asked, encoding="utf-8")
    answer = volya("check", "--json")
    assert answer.code == 0
    told = {finding["name"]: finding["text"] for finding in answer.objects}
    assert told["second opinion"] == "m at api.example.org, asked on thin decisions"
    (tmp_path / "settings.toml").write_text(f'{asked}key = {{ env = "NO_SUCH_KEY" }}\n', encoding="utf-8")
    answer = volya("check")
    assert answer.code == 78
    assert "events.adjudicator.key" in answer.out


def test_kept_opinions_are_counted(database: Database) -> None:
    assert "opinions" not in states(database)
    with database.begin() as session:
        store_opinion(session, "a" * 64, {"decision": "none"}, NOW)
    state, text = states(database)["opinions"]
    assert (state, text.startswith("1 kept, the newest of 2026-01-05")) == ("ok", True)


def test_gaps_of_the_last_week_are_told_and_those_not_filled_are_worth_knowing(database: Database) -> None:
    assert "gaps" not in states(database)
    with database.begin() as session:
        sync_outlets(session, load_outlets(selected=["nv"]), NOW)
        (due,) = claim_entry_points(session, LeaseRequest("me", NOW, NOW + timedelta(minutes=1), 1))
        steps = (Step("rss", "https://nv.ua/feed?paged={page}", page=2),)
        open_gap(session, NewGap(due.id, "nv", "downtime", NOW - timedelta(hours=9), steps), NOW)
    assert states(database)["gaps"] == ("ok", "1 in a week, 0 filled")
    late = states(database, NOW + timedelta(hours=2))["gaps"]
    assert late == ("warn", "1 in a week, 0 filled, 0 given up, 1 open for long: nv")
    with database.begin() as session:
        (claimed,) = claim_gaps(session, LeaseRequest("me", NOW, NOW + timedelta(minutes=1), 1))
        skip_step(session, claimed, "HTTP 404", NOW)
    assert states(database)["gaps"] == ("warn", "1 in a week, 0 filled, 1 given up, 0 open for long: nv")
    assert "gaps" not in states(database, NOW + timedelta(days=8))

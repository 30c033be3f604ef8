"""A backup, its alert sent, the backup restored: the whole way, with real files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from alerts import Destination, Rules, SendingOptions, announce_due
from alerts.sending import Sender
from db import Database, connect, open_database
from db.announcing import sync_destinations
from db.facts import EventFacts
from db.saving import back_up, restore

DESK = Destination("desk", "webhook")


def test_a_backup_that_is_restored_after_its_alert_was_sent_sends_nothing(
    sqlite_desk: Any,
    sqlite_database: Database,
    release: Callable[..., EventFacts],
    make_channel: type[Any],
    options: SendingOptions,
    deliveries_of: Any,
) -> None:
    with sqlite_database.begin() as session:
        sync_destinations(session, {"desk": "webhook"}, sqlite_desk.now)
    sqlite_desk.publish(release(52))
    announce_due(sqlite_database, (DESK,), Rules(), sqlite_desk.now)
    saved = Path(f"{sqlite_database.path}.saved")
    back_up(sqlite_database, saved)
    channel = make_channel()
    asyncio.run(Sender(sqlite_database, DESK, channel, options).send_next())
    url = str(sqlite_database.engine.url)
    sqlite_database.close()
    assert restore(connect(url), saved, sqlite_desk.now).held == 1
    again = open_database(url)
    assert asyncio.run(Sender(again, DESK, channel, options).send_next()) is False
    assert [one.state for one in deliveries_of(again)] == ["uncertain"]
    again.close()
    assert restore(connect(url), saved, sqlite_desk.now + timedelta(seconds=1), lets_go=True).held == 0
    again = open_database(url)
    assert asyncio.run(Sender(again, DESK, channel, options).send_next()) is True
    again.close()
    assert len({parcel.key for parcel in channel.parcels}) == 1

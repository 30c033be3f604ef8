"""T-KILL, small: the service is killed at random moments while the plot plays, and started again."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

from cli.demonstration import Service, Site
from newsroom.plot import Scene, load_plot
from newsroom.stage import Stage, all_fetched
from newsroom.verdict import judge, received

NUMBERS = {"released": 36, "more": 39}
KILLS = {"release": 3, "growth": 2, "silence": 0}
LONGEST_LIFE_SECONDS = 8.0  # after readiness; a life ends earlier, at its most delicate moment, when the webhook came

Start = Callable[[], Service]
Wait = Callable[[Service, Callable[[], bool]], None]


def kill_until(start: Start, wait: Wait, lives: Sequence[float], is_done: Callable[[], bool]) -> None:
    """Start the service and kill it after each of these lives (seconds), then once more when `is_done`."""
    for life in lives:
        service = start()
        wait(service, service.is_healthy)
        service.wait_until(is_done, time.monotonic() + life)
        service.kill()
    service = start()
    wait(service, is_done)
    service.kill()


def test_killed_service_loses_nothing_and_repeats_nothing(site: Site, stage: Stage, start: Start, wait: Wait) -> None:
    random = Random(20250911)  # the moments are drawn, the draw is the same each time

    def has(type_: str) -> bool:
        return any(one.type == type_ for one in received(stage.receiver.exchanges, site.secret))

    def is_done(scene: Scene) -> bool:
        return all_fetched(printed) and (not scene.brings or has(scene.brings))

    printed = list(stage.print_ordinary())
    kill_until(start, wait, (), lambda: all_fetched(printed))
    for scene in load_plot():
        printed += stage.play(scene, NUMBERS)
        lives = [random.uniform(0, LONGEST_LIFE_SECONDS) for _ in range(KILLS[scene.name])]
        kill_until(start, wait, lives, partial(is_done, scene))
    service = start()
    wait(service, service.is_healthy)
    wait(service, lambda: read_articles(site) == len(printed))
    assert service.stop(30) == 0
    assert judge(received(stage.receiver.exchanges, site.secret), load_plot(), NUMBERS) == ()
    with sqlite3.connect(site.folder / "volya.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("SELECT count(*) FROM articles").fetchone() == (len(printed),)


def read_articles(site: Site) -> int:
    """Return how many articles have been read, seen from outside."""
    with sqlite3.connect(f"file:{site.folder / 'volya.sqlite3'}?mode=ro", uri=True) as database:
        (number,) = database.execute("SELECT count(*) FROM articles WHERE read_at IS NOT NULL").fetchone()
    return int(number)

"""T-KILL, small: the service is killed at random moments while the plot plays, and started again."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from functools import partial
from random import Random

from cli.demonstration import Service, Site
from newsroom.plot import Scene, load_plot
from newsroom.stage import Stage, all_fetched
from newsroom.verdict import judge, received

NUMBERS = {"released": 36, "more": 39}
KILLS_A_SCENE = 3
LONGEST_LIFE_SECONDS = 6.0

Start = Callable[[], Service]
Wait = Callable[[Service, Callable[[], bool]], None]


def kill_while(start: Start, wait: Wait, random: Random, is_done: Callable[[], bool]) -> Service:
    """Start and kill the service at random moments after readiness, then leave one running until `is_done`."""
    for _ in range(KILLS_A_SCENE):
        service = start()
        wait(service, service.is_healthy)
        service.wait_until(is_done, time.monotonic() + random.uniform(0, LONGEST_LIFE_SECONDS))
        service.kill()
    service = start()
    wait(service, is_done)
    return service


def test_killed_service_loses_nothing_and_repeats_nothing(site: Site, stage: Stage, start: Start, wait: Wait) -> None:
    random = Random(20250911)  # the moments are drawn, the draw is the same each time

    def has(type_: str) -> bool:
        return any(one.type == type_ for one in received(stage.receiver.exchanges, site.secret))

    def is_done(scene: Scene) -> bool:
        return all_fetched(printed) and (not scene.brings or has(scene.brings))

    printed = list(stage.print_ordinary())
    service = start()
    wait(service, lambda: all_fetched(printed))
    service.kill()
    for scene in load_plot():
        printed += stage.play(scene, NUMBERS)
        service = kill_while(start, wait, random, partial(is_done, scene))
        service.kill()
    service = start()
    wait(service, service.is_healthy)
    wait(service, lambda: unread(site) == 0)
    assert service.stop(30) == 0
    assert judge(received(stage.receiver.exchanges, site.secret), load_plot(), NUMBERS) == ()
    with sqlite3.connect(site.folder / "volya.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        (articles,) = database.execute("SELECT count(*) FROM articles").fetchone()
    assert articles == len(printed)


def unread(site: Site) -> int:
    """Return how many articles wait to be read, seen from outside."""
    with sqlite3.connect(f"file:{site.folder / 'volya.sqlite3'}?mode=ro", uri=True) as database:
        (number,) = database.execute("SELECT count(*) FROM articles WHERE read_at IS NULL").fetchone()
    return int(number)

from __future__ import annotations

from typing import Any

import httpx

from newsroom.plot import load_plot
from newsroom.stage import Stage, all_fetched

NUMBERS = {"released": 36, "more": 39}


def test_whole_plot_can_be_played_and_every_article_fetched(clock: Any, client: httpx.Client) -> None:
    with Stage(clock=clock) as stage:
        printed = [*stage.print_ordinary(), *(one for scene in load_plot() for one in stage.play(scene, NUMBERS))]
        assert not all_fetched(printed)
        for one in printed:
            assert client.get(one.url).status_code == 200
        assert all_fetched(printed)
        assert len({server.address for server in stage.outlets.values()}) == len(stage.outlets)


def test_unchanged_answers_are_counted_over_all_outlets(clock: Any, client: httpx.Client) -> None:
    with Stage(clock=clock) as stage:
        stage.print_ordinary()
        for server in stage.outlets.values():
            etag = client.get(server.feed_url).headers["etag"]
            client.get(server.feed_url, headers={"If-None-Match": etag})
        assert stage.unchanged_answers == len(stage.outlets)
        assert len(stage.requests) == 2 * len(stage.outlets)


def test_plot_tells_one_release_in_three_languages_then_grows_then_is_silent() -> None:
    plot = load_plot()
    assert [scene.brings for scene in plot] == ["event.created", "event.updated", ""]
    assert len(plot[0].stories) == 3

from __future__ import annotations

import contextlib
from collections import Counter
from ipaddress import ip_address, ip_network
from typing import Any

import httpx
import pytest

from newsroom import draw_world, find_story, plain_world
from newsroom.press import Dialect
from newsroom.stage import Stage

SEEDS = range(1, 41)


@pytest.mark.parametrize("seed", SEEDS)
def test_seed_draws_six_outlets_two_a_language_each_with_an_address_of_its_own(seed: int) -> None:
    world = draw_world(seed)
    assert Counter(outlet.language for outlet in world.outlets) == {"uk": 2, "ru": 2, "en": 2}
    assert len({outlet.title for outlet in world.outlets}) == 6
    assert len(set(world.hosts.values())) == 6
    assert all(ip_address(host) in ip_network("127.1.0.0/16") for host in world.hosts.values())
    assert [outlet.dialect for outlet in world.outlets].count(Dialect.NEWS_SITEMAP) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_each_outlet_tells_the_release_in_its_language_and_in_words_of_its_own(seed: int) -> None:
    world = draw_world(seed)
    languages = {outlet.name: outlet.language for outlet in world.outlets}
    release, growth, silence = world.plot
    assert set(release.stories) == set(languages)
    assert len({story for stories in release.stories.values() for story in stories}) == 6
    assert [scene.brings for scene in world.plot] == ["event.created", "event.updated", ""]
    for scene, about in ((release, {"release"}), (growth, {"release"}), (silence, {"background", "none"})):
        for name, stories in scene.stories.items():
            assert {find_story(story).language for story in stories} == {languages[name]}
            assert {find_story(story).about for story in stories} <= about
    assert sum(map(len, growth.stories.values())) == 1
    assert sum(map(len, silence.stories.values())) == 2


def test_equal_seeds_draw_equal_worlds_and_others_differ() -> None:
    assert draw_world(7) == draw_world(7)
    worlds = [draw_world(seed) for seed in SEEDS]
    assert len({tuple(outlet.name for outlet in world.outlets) for world in worlds}) > len(SEEDS) / 2
    assert len({tuple(world.hosts.values()) for world in worlds}) == len(SEEDS)
    assert len({world.numbers["released"] for world in worlds}) > 1
    assert len({outlet.boxes for world in worlds for outlet in world.outlets}) > len(SEEDS)
    assert {
        name for world in worlds for scene in world.plot[1:2] for names in scene.stories.values() for name in names
    } == {
        "more-uk",
        "more-ru",
        "more-en",
    }


def test_news_sitemap_can_be_left_out() -> None:
    assert all(outlet.dialect is not Dialect.NEWS_SITEMAP for outlet in draw_world(1, with_news_sitemap=False).outlets)


def test_plain_world_is_the_plot_as_it_is_written() -> None:
    world = plain_world({"released": 36, "more": 39})
    assert [outlet.name for outlet in world.outlets] == ["ranok", "neman", "amber"]
    assert world.seed is None


def test_stage_tells_the_same_texts_for_the_same_seed_and_day(clock: Any) -> None:
    def texts(seed: int) -> list[tuple[str, ...]]:
        with Stage(clock=clock, world=draw_world(seed)) as stage:
            return [
                one.publication.story.blocks
                for scene in stage.world.plot
                for one in stage.play(scene, stage.world.numbers)
            ]

    assert texts(3) == texts(3)
    assert texts(3) != texts(4)


def test_every_article_of_a_drawn_world_is_had_after_three_requests_at_most(clock: Any, client: httpx.Client) -> None:
    world = draw_world(5)
    with Stage(clock=clock, world=world) as stage:
        printed = [one for scene in world.plot for one in stage.play(scene, world.numbers)]
        for one in printed:
            for _ in range(3):
                # Headers are enough: a body that drips would take most of an hour.
                with contextlib.suppress(httpx.TransportError), client.stream("GET", one.url, timeout=1):
                    continue
            assert one.is_fetched, one.url
        assert stage.faults
        assert sum(stage.faults.values()) < len(stage.requests)

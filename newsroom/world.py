"""A world of outlets and what happens in it: the plain one of the plot, or one that a seed draws (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from newsroom.plot import Scene, draw_numbers, load_plot
from newsroom.press import Box, Dialect, MadeUpOutlet, made_up_outlets
from newsroom.stories import all_stories, find_story

LANGUAGES = ("uk", "ru", "en")
_OUTLETS_A_LANGUAGE = 2
_FEED_PATHS = ("/rss", "/feed/", "/rss/all.xml", "/export/news.rss", "/feed/atom", "/index.xml")
_FEEDS = (Dialect.RSS, Dialect.ATOM)
_BOX_CHANCE = 0.7


@dataclass(frozen=True, slots=True)
class World:
    """Outlets, the host of each (by its name), the scenes with their stories, and the numbers that are written.

    `seed` is None for the plain world: its stories are told whole and no request fails.
    """

    outlets: tuple[MadeUpOutlet, ...]
    hosts: Mapping[str, str]
    plot: tuple[Scene, ...]
    numbers: Mapping[str, int]
    seed: int | None = None


def plain_world(numbers: Mapping[str, int] | None = None) -> World:
    """Return the world of the plot as it is written: three outlets, one a language."""
    plot = load_plot()
    known = made_up_outlets()
    names = sorted({name for scene in plot for name in scene.stories}, key=list(known).index)
    hosts = {name: f"127.1.0.{number}" for number, name in enumerate(names, 1)}
    return World(tuple(known[name] for name in names), hosts, plot, dict(numbers or {}))


def draw_world(seed: int, *, with_news_sitemap: bool = True) -> World:
    """Return the world of `seed`: six outlets in three languages, and a plot told by them. Equal seeds, equal worlds.

    Each outlet tells the release in words of its own. `with_news_sitemap`: one outlet has no feed, only a news sitemap.
    """
    random = Random(seed)  # noqa: S311  what was drawn has to be the same for the same seed; it protects nothing
    outlets = [outlet for language in LANGUAGES for outlet in _draw_outlets(random, language)]
    if with_news_sitemap:
        lonely = random.randrange(len(outlets))
        outlets[lonely] = replace(outlets[lonely], dialect=Dialect.NEWS_SITEMAP)
    hosts = dict(zip((outlet.name for outlet in outlets), _draw_hosts(random, len(outlets)), strict=True))
    numbers = draw_numbers(random)
    plot = tuple(_SCENES[scene.name](random, scene, outlets) for scene in load_plot())
    return World(tuple(outlets), hosts, plot, numbers, seed)


def _draw_outlets(random: Random, language: str) -> list[MadeUpOutlet]:
    known = [outlet for outlet in made_up_outlets().values() if outlet.language == language]
    stories = [one.name for one in all_stories().values() if _is_ordinary(one.name, language)]
    chosen = random.sample(known, _OUTLETS_A_LANGUAGE)
    ordinary = random.sample(stories, _OUTLETS_A_LANGUAGE)
    return [_draw_outlet(random, outlet, story) for outlet, story in zip(chosen, ordinary, strict=True)]


def _draw_outlet(random: Random, outlet: MadeUpOutlet, story: str) -> MadeUpOutlet:
    boxes = frozenset(box for box in Box if random.random() < _BOX_CHANCE)
    dialect, path = random.choice(_FEEDS), random.choice(_FEED_PATHS)
    return replace(outlet, dialect=dialect, feed_path=path, ordinary=(story,), boxes=boxes)


def _is_ordinary(name: str, language: str) -> bool:
    """Say whether a story is one of those that outlets print on any day: about nothing of ours, and no swap."""
    story = find_story(name)
    return story.language == language and story.about == "none" and not name.startswith("swap")


def _draw_hosts(random: Random, number: int) -> list[str]:
    """Return different addresses of 127.1.0.0/16, none that ends in 0 or 255."""
    return [f"127.1.{third}.{random.randrange(1, 255)}" for third in random.sample(range(1, 255), number)]


def _tell_release(random: Random, scene: Scene, outlets: Sequence[MadeUpOutlet]) -> Scene:
    """Let every outlet tell the release: the two of a language in different words."""
    stories: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        names = [outlet.name for outlet in outlets if outlet.language == language]
        tellings = random.sample([f"release-{language}", f"arrival-{language}"], len(names))
        stories |= {name: (telling,) for name, telling in zip(names, tellings, strict=True)}
    return replace(scene, shows="Six outlets, three languages, one release: one alert.", stories=stories)


def _tell_growth(random: Random, scene: Scene, outlets: Sequence[MadeUpOutlet]) -> Scene:
    """Let one outlet tell of more people."""
    return _by_language(random, scene, outlets, random.sample(_stories("more-"), 1))


def _tell_silence(random: Random, scene: Scene, outlets: Sequence[MadeUpOutlet]) -> Scene:
    """Let one outlet recall the release and another tell of a swap of prisoners of war."""
    names = random.sample(_stories("background-"), 1) + random.sample(_stories("swap-"), 1)
    return _by_language(random, scene, outlets, names)


def _stories(prefix: str) -> list[str]:
    return [name for name in all_stories() if name.startswith(prefix)]


def _by_language(random: Random, scene: Scene, outlets: Sequence[MadeUpOutlet], names: Sequence[str]) -> Scene:
    """Give each story to an outlet of its language."""
    stories: dict[str, tuple[str, ...]] = {}
    for name in names:
        of_language = [outlet.name for outlet in outlets if outlet.language == find_story(name).language]
        teller = random.choice(of_language)
        stories[teller] = (*stories.get(teller, ()), name)
    return replace(scene, stories=stories)


_SCENES = {"release": _tell_release, "growth": _tell_growth, "silence": _tell_silence}

"""Our own stories, kept as data in `stories/*.toml`, and told with the numbers and the day they are given.

The outlets are invented; the public figures and the matter are real; no sentence is taken from anybody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from random import Random

from newsroom.dates import date_words

_OPTIONAL = "~ "
_KEPT = 0.6  # of the paragraphs that may be left out
_WORDINGS = 12  # a multiple of how many ways each language has to put a day, so that all are as likely


class StoryError(Exception):
    """A story cannot be found or told; `story` is its name."""

    def __init__(self, message: str, story: str) -> None:
        super().__init__(message)
        self.story = story


@dataclass(frozen=True, slots=True)
class Story:
    """A story as written: its texts hold places such as `{released}` and `{date}`.

    `text` has its paragraphs apart by blank lines; one that begins with `## ` is a heading between them, one that
    begins with `~ ` may be left out.
    `about` says what the system should make of it: release, negotiation, background, related or none.
    """

    name: str
    language: str
    about: str
    section: str
    title: str
    teaser: str
    text: str
    author: str
    caption: str


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story with its places filled; `paragraphs` without the headings, which are in `blocks` with their `## `."""

    name: str
    language: str
    section: str
    title: str
    teaser: str
    author: str
    caption: str
    blocks: tuple[str, ...]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Return the running text, a paragraph an item."""
        return tuple(block for block in self.blocks if not is_heading(block))


def is_heading(block: str) -> bool:
    """Say whether a block of a story is a heading between paragraphs."""
    return block.startswith("## ")


def find_story(name: str) -> Story:
    """Return the story called `name`. Raises StoryError if there is none."""
    found = all_stories().get(name)
    if found is None:
        raise StoryError(f"there is no story {name!r}", name)
    return found


@cache
def all_stories() -> Mapping[str, Story]:
    """Return every story by its name. Raises StoryError for two of one name."""
    found: dict[str, Story] = {}
    for table in _tables():
        one = Story(**table)
        if one.name in found:
            raise StoryError(f"two stories are called {one.name!r}", one.name)
        found[one.name] = one
    return found


def tell(told: Story, day: date, numbers: Mapping[str, int] | None = None, random: Random | None = None) -> ToldStory:
    """Return the story told on `day` (the day its news happened) with `numbers` in its places.

    `random` draws how the day is put and which of the paragraphs that may be left out are told; without it the
    telling is whole. Raises StoryError when the story has a place that neither `numbers` nor the date words fill.
    """
    wording = random.randrange(_WORDINGS) if random else 0
    given = {name: str(number) for name, number in (numbers or {}).items()}
    words = {**date_words(day, told.language, wording), **given}

    def fill(text: str) -> str:
        try:
            return " ".join(text.format_map(words).split())
        except (KeyError, ValueError, IndexError) as error:
            raise StoryError(f"story {told.name!r} has a place nothing fills: {error}", told.name) from error

    return ToldStory(
        name=told.name,
        language=told.language,
        section=told.section,
        title=fill(told.title),
        teaser=fill(told.teaser),
        author=told.author,
        caption=fill(told.caption),
        blocks=tuple(fill(block) for block in _blocks(told, random)),
    )


def _blocks(told: Story, random: Random | None) -> list[str]:
    """Return the blocks that are told, with their places still empty."""
    blocks = [block.strip() for block in told.text.split("\n\n") if block.strip()]
    kept = [block for block in blocks if random is None or not _may_go(block) or random.random() < _KEPT]
    return [block.removeprefix(_OPTIONAL) for block in kept]


def _may_go(block: str) -> bool:
    return block.startswith(_OPTIONAL)


def _tables() -> list[dict[str, str]]:
    folder = files("newsroom").joinpath("stories")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return [table for name in names for table in tomllib.loads(folder.joinpath(name).read_text("utf-8"))["story"]]

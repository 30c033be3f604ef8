"""News of any day, as many as are wanted: drawn from the sentences of `ordinary.toml`, each with a title of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from newsroom.stories import ToldStory

LANGUAGES = ("uk", "ru", "en")
_SENTENCES = 6


def draw_ordinary(language: str, number: int, random: Random) -> ToldStory:
    """Return the ordinary story number `number` (from 0) in `language`; its title has no other number's words.

    Raises KeyError for a language without sentences.
    """
    words = _words()[language]
    given = {"place": random.choice(words["places"]), "number": 1000 + 10 * number}
    title = random.choice(words["titles"]).format(**given)
    told = random.sample(words["sentences"], _SENTENCES)
    return ToldStory(
        name=f"ordinary-{language}-{number}",
        language=language,
        section=words["section"],
        title=title,
        teaser=f"{title}. {told[0]}",
        author=random.choice(words["authors"]),
        caption=title,
        blocks=(f"{title}. {told[0]} {told[1]}", f"{told[2]} {told[3]}", f"{told[4]} {told[5]}"),
    )


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("newsroom").joinpath("ordinary.toml").read_text(encoding="utf-8"))

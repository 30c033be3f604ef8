"""What the outlets of a catalogue tell of their addresses, as the rules that keys are made by. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.outlets import Outlet
from crawler.urls import KeyRules, story_pattern


def key_rules(outlets: Iterable[Outlet]) -> KeyRules:
    """Return what these outlets tell of their addresses. A host that two of them claim is the first one's."""
    mirrors: dict[str, str] = {}
    stories: dict[str, re.Pattern[str]] = {}
    for outlet in outlets:
        for mirror in outlet.mirrors:
            mirrors.setdefault(mirror, outlet.host)
        if outlet.story_key is not None:
            stories.setdefault(outlet.host, story_pattern(outlet.story_key))
    return KeyRules(mirrors, stories)

"""Who is told to be free without any verb: "Kolesnikova and Babaryka – free!", "Fathers X Y and Z W – at large"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from events.background import Span

_ENDS = ("", ".", "!", ",", ";", ":", "—", "(")  # what may stand behind; "at large he wrote" tells of a time
_JOINTS = ' —–-:"»'
_DASHES = ("—", "–", ":", " - ")
_NAME = 2  # so many words with a capital make a name that no list holds
_WHO = ("prisoner", "political", "person")


def predicates(
    folded: str, text: str, hits: Mapping[str, tuple[Span, ...]], prisoners: Sequence[Span]
) -> Iterator[Span]:
    """Yield where "at large" says of somebody that he is: right behind a prisoner's name, or a dash and whoever it is."""
    for start, end in hits.get("at_large", ()):
        last = len(folded[:start].rstrip(_JOINTS))
        is_named = any(stop == last for _, stop in prisoners)
        is_told = is_named or (_has_dash(folded[last:start]) and _is_somebody(text[:last], hits))
        if is_told and folded[end:].lstrip(' "»')[:1] in _ENDS:
            yield start, end


def _has_dash(joint: str) -> bool:
    return any(dash in joint for dash in _DASHES)


def _is_somebody(before: str, hits: Mapping[str, tuple[Span, ...]]) -> bool:
    """Whether a noun for people ends here, or a name of two words."""
    words = before.split()[-_NAME:]
    is_name = len(words) == _NAME and all(word[:1].isupper() for word in words)
    return is_name or any(stop == len(before) for name in _WHO for _, stop in hits.get(name, ()))

"""Folding: the one form in which words are compared. Length-preserving, so that spans need no translation."""

from __future__ import annotations

import re

from db.text import APOSTROPHES, is_mixed, one_script

_SAME_LENGTH = {
    **dict.fromkeys(APOSTROPHES, "'"),
    **dict.fromkeys("«»„“”‟❝❞〝〞＂", '"'),
    **dict.fromkeys("\u00a0\u2007\u202f\u2009\u200a\u2002\u2003\u2005\u2008\u3000\t", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2212", "-"),
    **dict.fromkeys("\u2013\u2014\u2015", "—"),
    "ё": "е",
    "Ё": "е",
}
_FOLDED = re.compile(f"[{''.join(map(re.escape, _SAME_LENGTH))}]")  # few characters are: far cheaper than translate()
_WORD = re.compile(r"\S+")


def fold(text: str) -> str:
    """Return `text` lower-cased, with one apostrophe, one quotation mark, one space and no ё; same length."""
    lowered = text.lower()
    if len(lowered) != len(text):  # "İ" alone grows
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    folded = _FOLDED.sub(lambda found: _SAME_LENGTH[found.group()], lowered)
    return _WORD.sub(lambda word: one_script(word.group()), folded) if is_mixed(folded) else folded

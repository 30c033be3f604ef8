"""Folding: the one form in which words are compared. Length-preserving, so that spans need no translation."""

from __future__ import annotations

import re

_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("\u2019\u02bc\u2018\u02b9\u0060\u00b4\u201b\u055a\uff07\u2032", "'"),
        **dict.fromkeys("«»„“”‟❝❞〝〞＂", '"'),
        **dict.fromkeys("\u00a0\u2007\u202f\u2009\u200a\u2002\u2003\u2005\u2008\u3000\t", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2212", "-"),
        **dict.fromkeys("\u2013\u2014\u2015", "—"),
        "ё": "е",
        "Ё": "е",
    },
)
# Latin letters that are drawn like Cyrillic ones, for words that mix both scripts (a spoof or a slip of the keyboard).
_LOOKALIKES = str.maketrans("aceopxyikmhtb", "асеорхуікмнтв")
_MIXED = re.compile(r"[a-z][а-яєіїґў]|[а-яєіїґў][a-z]")


def fold(text: str) -> str:
    """Return `text` lower-cased, with one apostrophe, one quotation mark, one space and no ё; same length."""
    lowered = text.lower()
    if len(lowered) != len(text):  # "İ" alone grows
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    folded = lowered.translate(_SAME_LENGTH)
    if _MIXED.search(folded) is None:
        return folded
    return " ".join(_one_script(word) for word in folded.split(" "))


def _one_script(word: str) -> str:
    return word.translate(_LOOKALIKES) if _MIXED.search(word) else word

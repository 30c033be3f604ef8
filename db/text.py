"""What text may be stored (SEC-12): no control, bidi or invisible characters, no towers of combining marks."""

from __future__ import annotations

import hashlib
import re
import unicodedata

# Zero-width joiner and non-joiner (200C, 200D) stay: some scripts need them. Tags (E0000 and on) can hide whole texts.
_DROPPED = re.compile(
    "[\u200b\u200e\u200f\u2060-\u206f\ufeff\u061c\u202a-\u202e\u00ad\u180e\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
APOSTROPHES = "'\u2019\u02bc\u2018\u02b9\u0060\u00b4\u201b\u055a\uff07\u2032"  # all that are written for one
# Latin letters that are drawn like Cyrillic ones, for words that mix both scripts (a spoof or a slip of the keyboard).
_LOOKALIKES = str.maketrans("aceopxyikmhtb", "асеорхуікмнтв")
_MIXED = re.compile(r"[а-яєіїґў](?:(?<=[a-z].)|(?=[a-z]))")  # nothing is looked at twice, and little in Latin letters
_UNWANTED_CATEGORIES = ("Cc", "Cs", "Cn", "Co")


def clean_text(text: str) -> str:
    """Return `text` in NFC, with plain line breaks and tabs and nothing that hides or forges. Idempotent."""
    return unicodedata.normalize("NFC", clean_part(text)).strip()


def clean_part(text: str) -> str:
    """Return a part of a text with plain line breaks and tabs and nothing that hides or forges; white space stays."""
    if (
        text.replace("\n", "").replace("\t", "").isprintable()
    ):  # none of any category that is taken out: nearly every text
        return text if text.isascii() else _MARKS.sub(r"\1", text)
    broken = _LINE_BREAKS.sub("\n", text)
    kept = "".join(
        c for c in _DROPPED.sub("", broken) if c in "\n\t" or unicodedata.category(c) not in _UNWANTED_CATEGORIES
    )
    return _MARKS.sub(r"\1", kept)


def clean_line(text: str, limit: int = 1000) -> str:
    """Return `text` cleaned and on one line, at most `limit` code points."""
    return " ".join(clean_text(text).split())[:limit].rstrip()


def is_mixed(lowered: str) -> bool:
    """Tell whether Latin and Cyrillic letters stand side by side in a lower-cased text."""
    return _MIXED.search(lowered) is not None


def one_script(word: str) -> str:
    """Return a lower-cased word that mixes Latin and Cyrillic letters in Cyrillic alone; any other as it is."""
    return word.translate(_LOOKALIKES) if is_mixed(word) else word


def full_text(title: str | None, text: str) -> str:
    """Return what evidence offsets count in: title, blank line, body; the body alone where there is no title."""
    return f"{title}\n\n{text}" if title else text


def text_hash(title: str | None, text: str) -> str:
    """Return the identity of a text: equal for texts that differ in white space only."""
    return hashlib.sha256(" ".join(full_text(title, text).split()).encode()).hexdigest()

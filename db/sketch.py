"""Sketches of texts, to find near copies among very many: MinHash over three-word shingles. Pure.

`shingles_of` folds a text into its set of three-word shingles, `sketch_of` folds that into 512 bytes in which two
texts agree in about the share of shingles they have in common, `bands_of` takes from those the 32 numbers by which
the database finds texts that may be alike. Sizes and thresholds were measured (domain notes: 128 permutations,
similarity .3, then containment .6: recall .90 to 1, at most .7 % false).

Shingles are hashed here (BLAKE2b), so that a sketch does not depend on how the library hashes a string on some machine.
The library promises equal sketches within one version of its algorithm; `tests/db/test_sketch.py` holds a sketch to the
letter: where that test fails after an update, every stored sketch has to be made anew in a migration.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from collections.abc import Set as AbstractSet

from rensa import RMinHash

PERMUTATIONS = 128
SEED = 20250911  # part of the stored form: never change it without making all sketches anew
BANDS = 32
WORDS_IN_SHINGLE = 3
FEWEST_WORDS = 40  # a flash is short and like every other flash: it gets no sketch
MOST_WORDS = 2_000  # a hostile or endless text costs no more than these
_MOST_CHARACTERS = 24_000
_BAND_BYTES = 8  # two permutations of four bytes
_WORD = re.compile(r"\w+")
_APOSTROPHES = re.compile("['`\u2018\u2019\u02bc\u02b9\u2032\u00b4]")


def fold(text: str) -> str:
    """Return a text as it is compared: no case, no apostrophes, no accents; at most 24,000 characters of it.

    So typographic changes (quotation marks, dashes, ё for е, stress marks) make no other text.
    """
    apart = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text[:_MOST_CHARACTERS]))[: 2 * _MOST_CHARACTERS]
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, at most the first 2,000."""
    return _WORD.findall(fold(text))[:MOST_WORDS]


def shingles_of(text: str) -> frozenset[str]:
    """Return every three words in a row of a text, folded; none of a text with fewer than 40 words."""
    words = words_of(text)
    if len(words) < FEWEST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[start : start + WORDS_IN_SHINGLE]) for start in range(len(words) - 2))


def sketch_of(shingles: AbstractSet[str]) -> bytes | None:
    """Return the sketch of a text: 128 numbers of four bytes, little-endian; None for a text that has no shingles."""
    if not shingles:
        return None
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.update([hashlib.blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles])
    return struct.pack(f"<{PERMUTATIONS}I", *sketch.digest())


def bands_of(sketch: bytes) -> tuple[int, ...]:
    """Return the 32 bands of a sketch: two permutations each, as one signed 64-bit number.

    Two texts of similarity s share a band with probability 1 - (1 - s²)³²: .951 at s = .3, .996 at .4, .9999 at .5;
    strangers, who share .7 % of their shingles, with .0016. One permutation a band would make every second stranger a
    candidate; with three a band, all 42 that can be had would find .68 at .3; more bands of two (64 find .998) would
    double the index for copies that are cut to a third.
    """
    return struct.unpack(f"<{BANDS}q", sketch[: BANDS * _BAND_BYTES])


def similarity(one: bytes, other: bytes) -> float:
    """Return the share of shingles that two texts have in common, estimated from their sketches (± .04)."""
    pairs = zip(memoryview(one).cast("I"), memoryview(other).cast("I"), strict=True)
    return sum(mine == theirs for mine, theirs in pairs) / PERMUTATIONS


def containment(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Return how much of the smaller set of shingles is in the larger one: 1.0 for a text and its beginning."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0

"""The model of py3langid with its table of moves kept in a tenth of the memory: same walk, same probabilities.

The model is an automaton over bytes: a row of 256 moves for each of 38,000 states, 39 MB of numbers. Nearly all are
the moves of the beginning, so that blocks of 16 moves repeat: 56,000 are different. Kept once each, with an index,
they need 5 MB, and a step looks twice. (py3langid 0.4 keeps whole rows once and has no setting for less.)
"""

from __future__ import annotations

import math
import unicodedata
from array import array
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_DIR, MODEL_FILE
from py3langid.modelio import load_model

_BLOCK = 16  # moves; 8 or 32 need more
_SEED = 20_261_126


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """An automaton over bytes and a table of naive Bayes.

    `rows`: state to row. `index`: sixteenth of a row to where its block begins. `blocks`: blocks of moves (states).
    `features`: state to the feature seen there, or -1. `weights`: features by languages, with their `priors`.
    """

    rows: array[int]
    index: array[int]
    blocks: array[int]
    features: array[int]
    weights: NDArray[np.float16]
    priors: NDArray[np.float32]
    languages: tuple[str, ...]

    def probabilities(self, text: str) -> dict[str, float]:
        """Return how probable each language is (ISO 639-1 to 0..1), as `LanguageIdentifier.rank` does."""
        letters = unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode(errors="surrogatepass")
        seen = self._seen(letters)
        scores = np.log1p(np.fromiter(seen.values(), np.float32)) @ self.weights[np.fromiter(seen, np.intp)]
        scores = (scores + self.priors if seen else np.zeros_like(self.priors)) / math.sqrt(len(letters) or 1)
        shares = np.exp(scores - scores.max())
        found: dict[str, float] = {}
        for language, share in zip(self.languages, (shares / shares.sum()).tolist(), strict=True):
            found[language] = found.get(language, 0.0) + share  # one language may stand in two scripts
        return found

    def _seen(self, letters: bytes) -> Counter[int]:
        """Walk over the letters; count the features seen."""
        rows, index, blocks, features = self.rows, self.index, self.blocks, self.features
        state, seen = 0, []
        for letter in letters:
            state = blocks[index[(rows[state] << 4) + (letter >> 4)] + (letter & 15)]
            if (feature := features[state]) >= 0:
                seen.append(feature)
        return Counter(seen)


def load_language_model() -> LanguageModel:
    """Load the model that py3langid ships."""
    weights, priors, languages, moves, rows, features = load_model(MODEL_DIR / MODEL_FILE)
    index, blocks = _shared(np.frombuffer(moves, np.dtype(moves.typecode)).reshape(-1, _BLOCK))
    return LanguageModel(
        rows=rows,
        index=array("I", index.astype(np.uint32).tobytes()),
        blocks=array("I", blocks.astype(np.uint32).tobytes()),
        features=array("i", features),
        weights=weights,
        priors=priors,
        languages=tuple(languages),
    )


def _shared(blocks: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return where each block begins among the different ones, and these, one after another.

    Sorting numbers made of blocks is ten times faster than sorting blocks; two blocks with one number would be an
    error, and are looked for.
    """
    factors = np.random.default_rng(_SEED).integers(1, 1 << 63, _BLOCK, dtype=np.uint64)
    _, first, place = np.unique((blocks * factors).sum(axis=1), return_index=True, return_inverse=True)
    different = blocks[first]
    if not np.array_equal(different[place], blocks):
        raise ValueError("the language model has blocks that cannot be told apart; choose another _SEED")
    return place * _BLOCK, different.ravel()

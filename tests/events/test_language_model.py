from __future__ import annotations

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from events.language_model import LanguageModel, load_language_model

TEXTS = [
    "Політичних в’язнів учора звільнили з колонії.",
    "ПОЛИТИЧЕСКИХ ЗАКЛЮЧЁННЫХ ОСВОБОДИЛИ",
    "Палітвязьняў вызвалілі",
    "Więźniów politycznych zwolniono wczoraj z kolonii karnej. " * 40,
    "Политички затвореници су јуче пуштени",  # Serbian, whose two scripts are two columns of the model
    "被释放的囚犯",
    "\ud800 half a surrogate",
    "12345",
    "",
]


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load_language_model()


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.mark.parametrize("text", TEXTS)
def test_shared_blocks_give_the_probabilities_of_the_library(
    model: LanguageModel, identifier: LanguageIdentifier, text: str
) -> None:
    assert model.probabilities(text) == pytest.approx(dict(identifier.rank(text)), abs=1e-4)


def test_blocks_take_less_than_a_fifth_of_the_table_of_the_library(
    model: LanguageModel, identifier: LanguageIdentifier
) -> None:
    ours = (len(model.index) + len(model.blocks)) * model.blocks.itemsize
    assert ours * 5 < len(identifier.tk_nextmove) * identifier.tk_nextmove.itemsize

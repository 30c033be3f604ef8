"""What may be stored as text (SEC-12), for every text there is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.text import clean_line, clean_text, full_text, text_hash

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
INVISIBLE = "\u200b\u2060\u2064\ufeff\u00ad\ufff9\ufffb\U000e0041\U000e007f"
NASTY = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(BIDI + INVISIBLE + "\u0301\u0308\u20dd\r\n\x00")))


@given(NASTY)
def test_no_control_bidi_or_invisible_character_is_left(text: str) -> None:
    cleaned = clean_text(text)
    assert not set(cleaned) & set(BIDI + INVISIBLE)
    left = {unicodedata.category(character) for character in cleaned if character not in "\n\t"}
    assert not left & {"Cc", "Cs", "Cn", "Zl", "Zp"}


@given(NASTY)
def test_cleaning_is_idempotent_and_gives_nfc(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@given(NASTY)
def test_a_line_is_one_line_within_its_limit(text: str) -> None:
    line = clean_line(text, 50)
    assert len(line) <= 50
    assert len(line.splitlines()) <= 1


@given(st.text(alphabet="a\u0301\u0308\u0483", max_size=200))
def test_marks_never_tower(text: str) -> None:
    run = 0
    for character in unicodedata.normalize("NFD", clean_text(text)):
        run = run + 1 if unicodedata.combining(character) else 0
        assert run <= 5  # four, and one that NFC may have composed into its letter


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Зві\u200bльнено", "Звільнено"),
        ("Зві\u00adльнено", "Звільнено"),
        ("\u202e52\u202c свободны", "52 свободны"),
        ("a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"),
        ("  x\x00y\x1b[31m  ", "xy[31m"),
        ("и\u0306", "й"),
        ("\ud800x", "x"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # the non-joiner stays: this script needs it
        ("", ""),
    ],
)
def test_known_tricks(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


def test_full_text_is_what_offsets_count_in() -> None:
    assert full_text("Title", "Body") == "Title\n\nBody"
    assert full_text(None, "Body") == "Body"


def test_the_hash_ignores_white_space_and_nothing_else() -> None:
    assert text_hash("A", "b  c\n\nd") == text_hash("A", "b c d")
    assert text_hash("A", "b c d") != text_hash("A", "b c e")

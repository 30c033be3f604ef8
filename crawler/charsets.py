"""Bytes to text, though outlets declare one encoding and send another (F-13). Pure, linear.

A declared encoding is believed if the bytes decode by it strictly and the text looks like text: windows-1251 accepts
nearly any bytes, so that strictness alone would let mojibake through. Detection is resiliparse's (uchardet).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from resiliparse.parse.encoding import detect_encoding
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

_JUDGED_LENGTH = 200_000
_WORD = re.compile(r"[^\W\d_]{4,}")
# What letters of one encoding look like when read by another: Latin letters with accents in a row (windows-1251
# read as windows-1252), small letters before capitals (KOI8, ISO 8859-5 read as windows-1251 and the reverse).
_GARBLED = re.compile("[À-ÖØ-öø-ÿ]{4}|[а-яёіїєґў][А-ЯЁІЇЄҐЎ]{2}")
_MOST_GARBLED = 0.2  # of the words with letters beyond ASCII
# koi8-u is koi8-r with four letters of Ukrainian in the place of box drawings; no page draws boxes.
_WIDER = {"koi8-r": "koi8-u"}
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page as text, the encoding it was read with, and what told it: bom, utf-8, header, html, detected, guess."""

    text: str
    encoding: str
    source: str


def decode(body: bytes, declared: str | None = None) -> Decoded:
    """Decode strictly by the best evidence: BOM, valid UTF-8, the header, the page's own words, detection (F-13).

    Valid UTF-8 with letters beyond ASCII comes before what is declared: no text in a one-byte encoding happens
    to be valid UTF-8, nor nearly so (a page cut in the middle of a letter). Text that looks garbled is taken only
    if detection knows nothing better. Replacement characters appear only in what is nearly UTF-8, or if all fails.
    """
    marked = _marked(body)
    if marked is not None:
        return marked
    repaired = Decoded(body.decode("utf-8", "replace"), "utf-8", "guess")
    if _is_nearly_whole(repaired.text):
        return repaired
    doubtful: Decoded | None = None
    for found in _declared(body, declared):
        if not looks_garbled(found.text):
            return found
        doubtful = doubtful or found
    detected = _detected(body)
    if detected is not None and not looks_garbled(detected.text):
        return detected
    return doubtful or detected or repaired


def looks_garbled(text: str) -> bool:
    """Tell whether a text was read by the wrong encoding: too many of its words are such as no language has."""
    words = [word for word in _WORD.findall(text[:_JUDGED_LENGTH]) if not word.isascii()]
    garbled = sum(1 for word in words if _GARBLED.search(word))
    return garbled > _MOST_GARBLED * len(words)


def _is_nearly_whole(text: str) -> bool:
    """Tell whether of the letters beyond ASCII some, but fewer than two in a hundred, could not be read as UTF-8."""
    lost = text.count("\ufffd")
    return 0 < 50 * lost < sum(1 for character in text if character > "\x7f")


def as_utf8(body: bytes, content_type: str | None = None) -> bytes:
    """Return XML as UTF-8 without a declaration of its encoding, whatever it was sent in: parsers then agree."""
    decoded = decode(body, http_content_type_encoding(content_type) if content_type else None)
    return _XML_DECLARATION.sub("", decoded.text, count=1).encode("utf-8", "replace")


def _marked(body: bytes) -> Decoded | None:
    """Return the text if its first bytes tell the encoding: a byte order mark, or markup in two-byte units."""
    named, bom = read_bom(body)
    if named and bom:
        return Decoded(body[len(bom) :].decode(named, "replace"), named, "bom")
    for start, name in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if body.startswith(start):
            return Decoded(body.decode(name, "replace"), name, "detected")
    return None


def _declared(body: bytes, declared: str | None) -> Iterator[Decoded]:
    candidates = (("utf-8", "utf-8"), (declared, "header"), (html_body_declared_encoding(body[:4096]), "html"))
    for name, source in candidates:
        text = _strictly(body, name)
        if text is not None and name is not None:
            yield Decoded(text, _canonical_name(name), source)


def _strictly(body: bytes, name: str | None) -> str | None:
    resolved = resolve_encoding(name) if name else None
    if resolved is None:
        return None
    try:
        return body.decode(resolved)
    except (UnicodeDecodeError, LookupError):
        return None


def _canonical_name(name: str) -> str:
    return codecs.lookup(resolve_encoding(name) or name).name


def _detected(body: bytes) -> Decoded | None:
    named = detect_encoding(body, html5_compatible=False)
    name = _WIDER.get((named or "").lower(), named)
    text = _strictly(body, name)
    return Decoded(text, _canonical_name(name), "detected") if text is not None and name is not None else None

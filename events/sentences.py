"""Sentences with zones: what is title and lead, what is recalled, what is furniture (domain rules 3 and 8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from events.document import Document
from events.lexicon import Lexicon
from events.normalise import fold
from events.tokens import first_word

LEAD_LENGTH = 200  # code points of content after which the lead ends, at the end of its paragraph
CUE_LENGTH = 60  # code points in which a paragraph's or sentence's cue stands
_SPOKEN = "-–—«„“\"'"  # what a quotation or an answer begins with; a greeting in an interview makes no digest
_LINK_LENGTH = 150  # a longer paragraph is no headline of something else
CONTENT_LENGTH = 40  # a shorter paragraph is a byline, a heading or a label
_ITEMS = 4  # title and paragraphs; a digest has more than a greeting and one piece of news
SENTENCE_CAP = 2_000  # longer ones are cut: patterns run on capped text only (SEC-26)
TEXT_CAP = 40_000

_CAPITALS = "A-ZА-ЯІЇЄҐЎŁŚŻŹĆŃŬŠŽČĖĄĘĮŲŪÄÖÜ"
_END = re.compile(rf"[.!?…](?<![.!?…].)[.!?…]*[\"»”“'\)\]]*\s+(?=[\"«„“‘(\[–—-]*\s?[{_CAPITALS}0-9])")
_LABEL = re.compile(rf"[{_CAPITALS}]{{3,20}}(?: [{_CAPITALS}]{{2,20}})?: ")  # who speaks in a transcript
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?P<word>\w{1,6}|[a-z]\.[a-z])\.\s+$", re.IGNORECASE)


class Zone(StrEnum):
    """The part of the article a sentence stands in."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    RECAP = "recap"
    CAPTION = "caption"
    READ_ALSO = "read_also"


HEAD = (Zone.TITLE, Zone.LEAD)
FURNITURE = (Zone.CAPTION, Zone.READ_ALSO)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its span in the full text; `folded` has the same length as `text`."""

    text: str
    folded: str
    start: int
    zone: Zone
    paragraph: int

    @property
    def end(self) -> int:
        """Where it ends in the full text."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    folded: str
    start: int
    is_title: bool
    is_joined: bool  # no blank line stands before it


def sentences_of(document: Document, lexicon: Lexicon) -> tuple[Sentence, ...]:
    """Split a document into sentences, in order, each with its zone."""
    found: list[Sentence] = []
    lead_length = 0
    is_after_read_also = is_label = False
    paragraphs = tuple(_paragraphs(document))
    is_digest = _is_digest(paragraphs, lexicon)
    for number, paragraph in enumerate(paragraphs):
        is_link = is_label or (is_after_read_also and paragraph.is_joined)
        zone = _zone(paragraph, lexicon, lead_length, is_after_read_also=is_link)
        zone = _item_zone(zone, paragraph, lexicon) if is_digest else zone
        is_after_read_also = zone is Zone.READ_ALSO
        is_label = is_after_read_also and len(paragraph.text) < CONTENT_LENGTH
        if zone is Zone.LEAD and len(paragraph.text) >= CONTENT_LENGTH:
            lead_length += len(paragraph.text)
        found.extend(_split(paragraph, number, zone, lexicon))
    return tuple(found)


def _paragraphs(document: Document) -> Iterator[_Paragraph]:
    text = document.full_text[:TEXT_CAP]
    folded = fold(text)
    title_length = len(document.title or "")
    for match in re.finditer(r"[^\n]+", text):
        stripped = match.group().strip()
        if stripped:
            start = match.start() + match.group().index(stripped[0])
            is_joined = text[max(0, match.start() - 2) : match.start()] != "\n\n"
            end = start + len(stripped)
            yield _Paragraph(stripped, folded[start:end], start, match.end() <= title_length, is_joined)


def _is_digest(paragraphs: tuple[_Paragraph, ...], lexicon: Lexicon) -> bool:
    """Whether title or first paragraph announce several pieces of news: "good morning", "what you need to know today"."""
    if len(paragraphs) < _ITEMS:
        return False
    return any(
        _begins_with(paragraph.folded, "zone/digest", lexicon) and paragraph.folded[0] not in _SPOKEN
        for paragraph in paragraphs[:2]
    )


def _item_zone(zone: Zone, paragraph: _Paragraph, lexicon: Lexicon) -> Zone:
    """Return the zone of an item of a digest: each is news of its own, so that ours is a lead, and the others are not."""
    if zone in FURNITURE:
        return zone
    if not lexicon.names_ours(paragraph.folded):
        return Zone.BODY
    return Zone.TITLE if zone is Zone.TITLE else Zone.LEAD


def _zone(paragraph: _Paragraph, lexicon: Lexicon, lead_length: int, *, is_after_read_also: bool) -> Zone:
    folded = paragraph.folded
    if paragraph.is_title:
        return Zone.TITLE
    if _begins_with(folded, "zone/read_also", lexicon) or (is_after_read_also and _is_link(paragraph.text)):
        return Zone.READ_ALSO
    if len(folded) < LEAD_LENGTH and not folded.endswith(".") and _is_caption(folded, lexicon):
        return Zone.CAPTION
    return Zone.LEAD if lead_length < LEAD_LENGTH else Zone.BODY


def _is_caption(folded: str, lexicon: Lexicon) -> bool:
    return "©" in folded or "zone/caption" in lexicon.zones.find(lexicon.tokens(folded))


def _begins_with(folded: str, name: str, lexicon: Lexicon) -> bool:
    """Whether a paragraph or sentence begins with a cue such as "read also", "we recall" or "earlier"."""
    opening = folded[:CUE_LENGTH]
    if not lexicon.zones.may_begin(lexicon.spelling(first_word(opening))):
        return False
    tokens = lexicon.tokens(opening)
    return any(start == tokens[0].start for start, _ in lexicon.zones.find(tokens).get(name, ()))


def _is_link(text: str) -> bool:
    return len(text) < _LINK_LENGTH and not text.endswith(".")


def _split(paragraph: _Paragraph, number: int, zone: Zone, lexicon: Lexicon) -> Iterator[Sentence]:
    for start, end in _spans(paragraph.text, lexicon):
        text = paragraph.text[start:end].rstrip()[:SENTENCE_CAP]
        folded = paragraph.folded[start : start + len(text)]
        label = _LABEL.match(text)
        opening = folded[label.end() :] if label is not None else folded
        if zone in (Zone.LEAD, Zone.BODY) and _begins_with(opening, "zone/recap", lexicon):
            zone = Zone.RECAP
        if text:
            yield Sentence(text, folded, paragraph.start + start, zone, number)


def _spans(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if _is_abbreviation(text[max(start, match.end() - 12) : match.end()], lexicon):
            continue
        yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _is_abbreviation(end: str, lexicon: Lexicon) -> bool:
    """Whether a full stop belongs to an abbreviation or an initial: "тис.", "U.S.", "J. Coale", "11. September"."""
    word = _ABBREVIATED.search(end)
    return word is not None and (len(word["word"]) == 1 or "." in word["word"] or _is_short_for(word["word"], lexicon))


def _is_short_for(word: str, lexicon: Lexicon) -> bool:
    return fold(word) in lexicon.abbreviations or (word.isdigit() and lexicon.has_ordinal_stops)


def speech_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of quoted speech: quotations of four words or more (shorter ones are names)."""
    quoted = re.finditer(r"[«„“\"]([^«»„“”\"\n]{15,1500})[»”“\"]", text)
    return tuple(match.span() for match in quoted if len(match.group(1).split()) > 3)  # noqa: PLR2004 (as told above)

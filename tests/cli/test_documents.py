"""Documents: lines of JSON become articles, and a line that is none is said with its number."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.documents import (
    LONGEST_LINE,
    BadLine,
    Document,
    check_document,
    new_article,
    parse_document,
    parse_time,
    read_lines,
)
from crawler.urls import NO_RULES
from db.articles import KnownCopy


def document(**keys: Any) -> Document:
    found = check_document(1, {"url": "urn:x:1", "text": "words", **keys})
    assert isinstance(found, Document)
    return found


def _line(value: dict[str, str]) -> bytes:
    return json.dumps({"url": "urn:x", **value}).encode()


def lines(content: bytes) -> list[tuple[int, bytes | BadLine]]:
    return list(read_lines(io.BytesIO(content)))


def test_lines_are_numbered_and_blank_ones_left_out() -> None:
    assert lines(b"\xef\xbb\xbfa\r\n\n  \nb") == [(1, b"a\r\n"), (4, b"b")]


def test_a_huge_line_is_trouble_and_the_next_one_is_read() -> None:
    found = lines(b"x" * (3 * LONGEST_LINE) + b"\nnext\n")
    assert found == [(1, BadLine(1, "longer than 4 MiB")), (2, b"next\n")]


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        (b"{", "not JSON: Expecting property name enclosed in double quotes at column 2"),
        (b"\xff", "not UTF-8 at byte 1"),
        (b"[" * 100_000, "not JSON that can be read: RecursionError"),
        (b"9" * 5000, "not JSON that can be read: ValueError"),
        (b"[]", "not a JSON object"),
        (b"{}", "url: is missing"),
        (b'{"url": "x y:z", "text": "a"}', "url: not an absolute address (URI)"),
        (b'{"url": "relative", "text": "a"}', "url: not an absolute address (URI)"),
        (b'{"url": "https:///x", "text": "a"}', "url: not an absolute address: the host is missing"),
        (b'{"url": "urn:\\ud800", "text": "a"}', "url: not an absolute address (URI)"),
        (b'{"url": "urn:a"}', "neither text nor title"),
        (b'{"url": "urn:a", "text": " ", "title": ""}', "neither text nor title"),
        (b'{"url": "urn:a", "text": 5}', "text: not a text"),
        (b'{"url": "urn:a", "text": "a", "language": "Ukrainian"}', "language: not of the form that this key takes"),
        (b'{"url": "urn:a", "text": "a", "outlet": "a b"}', "outlet: not of the form that this key takes"),
        (b'{"url": "urn:a", "text": "a", "published": "soon"}', "published: not a time (RFC 3339) nor a date"),
        (b'{"url": "urn:a", "text": "a", "published": "0001-01-01T00:00:00+14:00"}', "published: not a time"),
        (b'{"url": "urn:a", "text": "a", "first_seen": "soon"}', "first_seen: not a time"),
        (b'{"url": "urn:a", "text": "a", "published_precision": "hour"}', "published_precision: not a word"),
        (b'{"url": "urn:a", "text": "a", "copy_of_url": "x"}', "copy_of_url: not an absolute address"),
        (b'{"url": "urn:a", "text": "a", "copy_reason": "alike"}', "copy_reason: not a word"),
        (b'{"url": "urn:a", "text": "a", "event_marks": {}}', "event_marks: "),
        (b'{"url": "urn:a", "text": "a", "event_marks": [{"event": 1}]}', "event_marks: is missing"),
    ],
)
def test_a_line_that_is_no_document_says_why(line: bytes, trouble: str) -> None:
    found = parse_document(3, line)
    assert isinstance(found, BadLine)
    assert found.number == 3
    assert found.trouble.startswith(trouble)


def test_keys_of_an_export_are_taken_back_in() -> None:
    line = json.dumps({"id": 7, "url": "urn:a", "text": "a", "kinds": [], "decision": None}).encode()
    assert isinstance(parse_document(1, line), Document)


@pytest.mark.parametrize(
    ("written", "moment", "precision"),
    [
        ("2025-09-11T15:02:00+03:00", datetime(2025, 9, 11, 12, 2, tzinfo=UTC), "instant"),
        ("2025-09-11T15:02:00Z", datetime(2025, 9, 11, 15, 2, tzinfo=UTC), "instant"),
        ("2025-09-11T15:02:00", datetime(2025, 9, 11, 12, 2, tzinfo=UTC), "instant"),
        ("2025-09-11", datetime(2025, 9, 11, 9, 0, tzinfo=UTC), "day"),
        (None, None, None),
    ],
)
def test_a_time_without_offset_and_a_date_are_those_of_the_outlet(
    written: str | None, moment: datetime | None, precision: str | None
) -> None:
    article = new_article(document(published=written, outlet="tsn"), {"tsn": "Europe/Kyiv"}, NO_RULES, "silent")
    assert (article.published_at, article.published_precision) == (moment, precision)


def test_an_export_tells_what_its_database_knew() -> None:
    given = {"published": "2025-09-11T12:00:00Z", "published_precision": "day", "first_seen": "2025-09-11T12:05:00Z"}
    article = new_article(
        document(**given, copy_of_url="https://www.a.example/1?utm_source=x", copy_reason="near copy"),
        {},
        NO_RULES,
        "silent",
    )
    assert (article.published_precision, article.first_seen_at) == ("day", datetime(2025, 9, 11, 12, 5, tzinfo=UTC))
    assert article.known_copy == KnownCopy("https://a.example/1", "near copy")
    alone = new_article(document(copy_of_url=None, copy_reason=None, event_marks=None), {}, NO_RULES, "silent")
    assert (alone.known_copy, alone.first_seen_at) == (None, None)


def test_an_unknown_outlet_is_in_utc() -> None:
    article = new_article(document(published="2025-09-11", outlet="nobody"), {}, NO_RULES, "forced")
    assert article.published_at == datetime(2025, 9, 11, 12, tzinfo=UTC)
    assert article.alerting == "forced"


def test_a_web_address_is_known_by_its_key_and_any_other_by_itself() -> None:
    web = new_article(document(url="http://www.example.org/a/?utm_source=x"), {}, NO_RULES, "silent")
    assert (web.url, web.url_key) == ("http://www.example.org/a/?utm_source=x", "https://example.org/a")
    assert new_article(document(url="urn:x:1"), {}, NO_RULES, "silent").url_key == "urn:x:1"


def test_what_is_no_time_is_none() -> None:
    for written in ("", "2025-13-01", "2025-02-30", "x" * 10_000, "0000-00-00"):
        assert parse_time(written, ZoneInfo("Europe/Kyiv")) is None


@given(st.one_of(st.binary(max_size=200), st.dictionaries(st.text(max_size=9), st.text(max_size=40)).map(_line)))
@settings(max_examples=200, deadline=None)
def test_any_line_is_a_document_or_a_bad_line(line: bytes) -> None:
    assert isinstance(parse_document(1, line), Document | BadLine)

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from crawler.charsets import decode, looks_garbled
from crawler.errors import PageError
from crawler.guard import MAX_DEPTH, MAX_PAGE_BYTES, MAX_TAG_LENGTH, check_page

URL = "https://outlet.example/1"
RUSSIAN = "Освобождены политзаключённые, сообщили правозащитники. Переговоры продолжаются в Минске."
UKRAINIAN = "Звільнено політв'язнів, повідомили правозахисники. Перемовини тривають у Мінську."
LITHUANIAN = "Paleisti politiniai kaliniai, pranešė žmogaus teisių gynėjai. Derybos Minske tęsiasi, šįvakar jų laukia."
POLISH = "Zwolniono więźniów politycznych, podali obrońcy praw człowieka. Rozmowy trwają w Mińsku."


@pytest.mark.parametrize(
    ("body", "declared", "text", "source"),
    [
        (b"\xef\xbb\xbf" + UKRAINIAN.encode(), "windows-1251", UKRAINIAN, "bom"),
        (UKRAINIAN.encode("utf-16"), None, UKRAINIAN, "bom"),
        (UKRAINIAN.encode(), "utf-8", UKRAINIAN, "utf-8"),
        (UKRAINIAN.encode(), "windows-1251", UKRAINIAN, "utf-8"),
        (UKRAINIAN.encode(), "no-such-charset", UKRAINIAN, "utf-8"),
        (RUSSIAN.encode("cp1251"), "windows-1251", RUSSIAN, "header"),
        (RUSSIAN.encode("koi8-r"), "koi8-r", RUSSIAN, "header"),
        (b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"), "utf-8", '<meta charset="windows-1251">' + RUSSIAN,
         "html"),
        (RUSSIAN.encode("cp1251"), "utf-8", RUSSIAN, "detected"),
        (RUSSIAN.encode("cp1251"), None, RUSSIAN, "detected"),
        (POLISH.encode("iso8859-2"), "iso-8859-2", POLISH, "header"),
        (UKRAINIAN.encode("koi8-u"), "utf-8", UKRAINIAN, "detected"),
        (UKRAINIAN.encode("cp866", "ignore"), None, UKRAINIAN.encode("cp866", "ignore").decode("cp866"), "detected"),
        (RUSSIAN.encode("koi8-r"), "windows-1251", RUSSIAN, "detected"),
        (RUSSIAN.encode("cp1251"), "koi8-r", RUSSIAN, "detected"),
        (RUSSIAN.encode("cp1251"), "iso-8859-1", RUSSIAN, "detected"),
        (RUSSIAN.encode("iso8859-5"), "windows-1251", RUSSIAN, "detected"),
        (f"<p>{RUSSIAN}".encode("utf-16-le"), "utf-8", f"<p>{RUSSIAN}", "detected"),
        (f"<p>{RUSSIAN}".encode("utf-16-be"), "windows-1251", f"<p>{RUSSIAN}", "detected"),
        (UKRAINIAN.encode() + b"\xff", "windows-1251", UKRAINIAN + "\ufffd", "guess"),
        (LITHUANIAN.encode("cp1257"), "utf-8", LITHUANIAN, "detected"),
        (b"", None, "", "utf-8"),
    ],
)  # fmt: skip
def test_bytes_are_read_by_the_best_evidence(body: bytes, declared: str | None, text: str, source: str) -> None:
    decoded = decode(body, declared)
    assert (decoded.text, decoded.source) == (text, source)


@pytest.mark.parametrize("text", [RUSSIAN, UKRAINIAN, POLISH, LITHUANIAN, RUSSIAN.upper(), "СССР, РОССИЯ: РЕСПУБЛИКА",
                                  "McDonald's iPhone у Мінську", "Löß Ärzte Übung größer", "Façade naïve Århus"])  # fmt: skip
def test_text_of_each_language_does_not_look_garbled(text: str) -> None:
    assert not looks_garbled(text)


def test_any_bytes_can_be_decoded() -> None:
    for body in (bytes(range(256)) * 4, b"\xff" * 100, b"\x00" * 100, b"\x81\x8d\x8f"):
        assert isinstance(decode(body, "utf-8").text, str)


def test_a_page_over_three_mebibytes_is_refused() -> None:
    assert check_page(b" " * MAX_PAGE_BYTES, URL)
    with pytest.raises(PageError, match="more than"):
        check_page(b" " * (MAX_PAGE_BYTES + 1), URL)


HOSTILE = {
    "attributes": "<a " + "b " * MAX_TAG_LENGTH + ">",
    "a quoted bracket before many attributes": '<a x=">" ' + "b " * MAX_TAG_LENGTH + ">",
    "a tag without end": "<p>x</p><a " + "b" * (MAX_TAG_LENGTH + 10),
    "divs": "<div>" * (MAX_DEPTH + 1),
    "upper case": "<DIV>" * (MAX_DEPTH + 1),
    "wrong closing tags between": "<div></b>" * (MAX_DEPTH + 1),
    "misnested formatting": "<b><div></b>" * (MAX_DEPTH + 1),
    "shapes that stay open": "<path>" * (MAX_DEPTH + 1),
    "behind an empty comment": "<!-->" + "<div>" * (MAX_DEPTH + 1),
    "behind a script": "<script>x</script>" + "<div>" * (MAX_DEPTH + 1),
}
HARMLESS = {
    "siblings": "<div></div>" * 20_000,
    "paragraphs that close themselves": "<p>x" * 20_000 + "<li>y" * 20_000 + "<br>" * 20_000,
    "icons": '<svg><path d="M0 0"/></svg>' * 5_000 + "<svg>" + '<path d="M0 0" />' * 5_000,
    "a long script": "<script>" + "if (a<b) { c('<div>') }" * 20_000 + "</script>",
    "a long comment": "<!--" + "<div>" * 20_000 + "-->",
    "a long inline image": '<img src="data:image/png;base64,' + "A" * 60_000 + '">',
    "brackets in text": "5 < 6 and 7 > 2 " * 10_000,
    "apostrophes in text": "<p class=x>п'ять</p>" * 10_000,
    "a lone bracket at the end": "text <a",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_is_refused_before_any_parser_sees_it(name: str) -> None:
    with pytest.raises(PageError):
        check_page(HOSTILE[name].encode(), URL)


@pytest.mark.parametrize("name", HARMLESS)
def test_unusual_but_harmless_markup_passes(name: str) -> None:
    check_page(HARMLESS[name].encode(), URL)


@pytest.mark.parametrize(
    "piece", ["<", "<a", "</", "<!--", "<!-- -->", '<a b="', "<a b='>", "= ", "<script", '="', "<a ="]
)
def test_the_scan_is_linear(piece: str) -> None:
    text = (piece * (MAX_PAGE_BYTES // len(piece))).encode()
    started = time.monotonic()
    with suppress(PageError):
        check_page(text, URL)
    assert time.monotonic() - started < 5

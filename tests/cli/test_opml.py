"""Lists of feeds (OPML): what is read of them, what is refused, and that what is written is read again."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.opml import DEEPEST, LARGEST_LIST, MOST_FEEDS, NAMESPACE, OpmlError, read_opml, write_opml
from crawler.outlets import EntryPoint, load_catalogue

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def opml(*outlines: str) -> bytes:
    return f'{HEAD}<opml version="2.0"><body>\n{chr(10).join(outlines)}\n</body></opml>'.encode()


def test_feeds_are_read_with_the_line_they_stand_in_however_they_are_grouped() -> None:
    found = read_opml(
        opml(
            '<outline text="Вигадані новини" type="rss" xmlUrl="https://o.example/rss"/>',
            '<outline text="Group"><outline title="B" text="b" xmlUrl=" https://o.example/&#10;b "/></outline>',
            '<outline text="No feed" htmlUrl="https://o.example/"/>',
            '<outline xmlUrl="https://o.example/rss"/><outline xmlUrl="https://o.example/c"/>',
        )
    )
    assert [(one.line, one.url, one.title, one.trouble) for one in found] == [
        (3, "https://o.example/rss", "Вигадані новини", None),
        (4, "https://o.example/b", "B", None),
        (6, "https://o.example/c", None, None),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/rss",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "feed://o.example/rss",
        f"https://o.example/{'x' * 4000}",
    ],
)
def test_an_address_that_is_never_fetched_is_trouble_of_its_line(url: str) -> None:
    (bad, good) = read_opml(opml(f'<outline xmlUrl="{url}"/>', '<outline xmlUrl="https://o.example/rss"/>'))
    assert (bad.line, bad.trouble) == (3, "no absolute http(s) address")
    assert len(bad.url) <= 100
    assert good.trouble is None


BOMB = (
    '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><opml><body><outline text="&i;" xmlUrl="https://o.example/"/></body></opml>'
)
OUTSIDE = '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;"/></body></opml>'


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (BOMB.encode(), "it has a DTD or entities"),
        (OUTSIDE.encode(), "it has a DTD or entities"),
        (b'<!DOCTYPE opml SYSTEM "http://127.0.0.1/x.dtd"><opml/>', "it has a DTD or entities"),
        (opml("<outline>" * 100_000), f"line 3: nested deeper than {DEEPEST}"),
        (opml(*(f'<outline xmlUrl="https://o.example/{n}"/>' for n in range(MOST_FEEDS + 1))), "more than 1,000 feeds"),
        (b" " * (LARGEST_LIST + 1), "larger than 5 MiB"),
        (
            opml('<outline xmlUrl="https://o.example/" ' + " ".join(f'a{n}="1"' for n in range(100_000))),
            "line 4: no XML",
        ),
        (opml("<outline"), "line 4: no XML"),
        (b'<?xml version="1.0" encoding="no-such"?><opml/>', "no XML"),
        (b"", "no XML"),
        (b"<html><body/></html>", "no list of feeds (OPML) but <html>"),
        (b"\x00\x01", "no XML"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_at_once(content: bytes, trouble: str) -> None:
    with pytest.raises(OpmlError) as refused:
        read_opml(content)
    assert trouble in str(refused.value)
    assert len(str(refused.value)) < 200


@given(st.binary(max_size=200))
def test_any_bytes_are_feeds_or_an_error(content: bytes) -> None:
    for whole in (content, b"<opml><outline xmlUrl='" + content + b"'/></opml>"):
        try:
            found = read_opml(whole)
        except OpmlError:
            continue
        assert all(one.trouble or one.url.startswith("http") for one in found)


OUTLET = replace(
    next(outlet for outlet in load_catalogue() if outlet.name == "nashaniva"),
    title='"Наша" <Ніва> & сыны',
    entry_points=(
        EntryPoint("section", "https://nashaniva.com/"),
        EntryPoint("rss", "https://nashaniva.com/?c=rss&lang=be"),
        EntryPoint("atom", "https://nashaniva.com/atom"),
        EntryPoint("rss", "https://nashaniva.com/dead", is_on=False),
    ),
)


def test_what_is_written_are_the_feeds_of_outlets_with_names_and_languages_and_it_is_read_again() -> None:
    written = write_opml([OUTLET, replace(OUTLET, name="none", entry_points=OUTLET.entry_points[:1])])
    first, second = ET.fromstring(written).iter("outline")  # our own text
    assert first.attrib == {
        "type": "rss",
        "text": '"Наша" <Ніва> & сыны',
        "title": '"Наша" <Ніва> & сыны',
        "xmlUrl": "https://nashaniva.com/?c=rss&lang=be",
        "htmlUrl": "https://nashaniva.com/",
        "language": "be",
        "category": "/BY/independent",
        f"{{{NAMESPACE}}}name": "nashaniva",
        f"{{{NAMESPACE}}}languages": "be ru en",
    }
    read = read_opml(written.encode())
    assert [(one.url, one.title, one.trouble) for one in read] == [
        (first.attrib["xmlUrl"], OUTLET.title, None),
        (second.attrib["xmlUrl"], OUTLET.title, None),
    ]


def test_the_whole_catalogue_comes_back_as_it_was_written() -> None:
    outlets = load_catalogue()
    urls = [
        p.url for outlet in outlets for p in outlet.entry_points if p.is_enabled and p.type in ("rss", "atom", "rdf")
    ]
    assert [one.url for one in read_opml(write_opml(outlets).encode())] == urls

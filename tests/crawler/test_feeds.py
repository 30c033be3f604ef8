from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from crawler.errors import FeedError
from crawler.feeds import MAX_ENTRIES, looks_like_feed, parse_feed, plain_line, plain_text
from crawler.guard import MAX_FEED_BYTES

URL = "https://outlet.example/news/feed.xml"
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>
<entry><id>tag:outlet.example,2025:1</id><title type="html">Звільнено &lt;b&gt;п'ятьох&lt;/b&gt;</title>
<link rel="alternate" href="../a/1"/><updated>2025-09-11T15:02:00+03:00</updated><summary>Коротко</summary></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>x</title>
</channel><item rdf:about="https://outlet.example/1"><title>Один</title><link>https://outlet.example/1</link>
<dc:date>2025-09-11T15:02:00+03:00</dc:date></item></rdf:RDF>"""


def rss(*items: str, head: str = "") -> bytes:
    return (
        f'{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>x</title>'
        f"{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    ).encode()


def test_an_rss_entry_is_read_whole() -> None:
    (entry,) = parse_feed(
        rss(
            "<title>Палітвязні &amp;amp; угода</title><link>https://outlet.example/?c=ar&amp;i=378000</link>"
            '<guid isPermaLink="false">378000</guid><author>Ганна</author><pubDate>Thu, 11 Sep 2025 15:02:00 +0300</pubDate>'
            "<description>&lt;p&gt;Перше.&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;Друге.&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>Повний текст.</p><p>Ще абзац.</p>]]></content:encoded>"
        ),
        URL,
    )
    assert entry.title == "Палітвязні & угода"
    assert entry.url == "https://outlet.example/?c=ar&i=378000"
    assert entry.guid == "378000"
    assert entry.summary == "Перше.\nДруге."
    assert entry.content == "Повний текст.\nЩе абзац."
    assert entry.published_at == datetime(2025, 9, 11, 12, 2, tzinfo=UTC)


def test_atom_and_rdf_are_read_and_relative_links_resolved_against_the_feed() -> None:
    (atom,) = parse_feed(ATOM.encode(), URL)
    assert (atom.url, atom.title) == ("https://outlet.example/a/1", "Звільнено п'ятьох")
    assert atom.published_at == datetime(2025, 9, 11, 12, 2, tzinfo=UTC)
    (rdf,) = parse_feed(RDF.encode(), URL)
    assert (rdf.url, rdf.title) == ("https://outlet.example/1", "Один")
    assert rdf.published_at == datetime(2025, 9, 11, 12, 2, tzinfo=UTC)


def test_full_text_of_the_region_is_taken_even_with_an_undeclared_prefix() -> None:
    (entry,) = parse_feed(
        rss("<title>a</title><link>https://o.example/1</link><yandex:full-text>Весь текст</yandex:full-text>"), URL
    )
    assert entry.content == "Весь текст"


def test_a_feed_in_windows_1251_is_read() -> None:
    body = '<?xml version="1.0" encoding="windows-1251"?>' + rss("<title>Освобождены</title><link>/1</link>").decode()
    (entry,) = parse_feed(body.encode("cp1251"), URL)
    assert entry.title == "Освобождены"


@pytest.mark.parametrize(
    "body",
    [b"", b"Not found.\n", b"<html><body><p>Just a moment</p></body></html>", b'{"version": 1}', b"\xff\xfe\x00", b"<r",
     b"<!-- <rss> --><html></html>", b"<html>" + b" " * 5000 + b"<rss></rss>"],
)  # fmt: skip
def test_what_does_not_begin_as_a_feed_is_no_empty_feed(body: bytes) -> None:
    assert not looks_like_feed(body)
    with pytest.raises(FeedError, match="not a feed"):
        parse_feed(body, URL)


@pytest.mark.parametrize("head", ["\ufeff", "<?xml version='1.0'?>\n", "<!-- " + "x" * 1500 + " -->", "\n\n  "])
def test_a_feed_behind_a_mark_or_a_comment_is_a_feed(head: str) -> None:
    assert len(parse_feed(rss("<title>a</title><link>/1</link>", head=head), URL)) == 1


def test_a_broken_feed_with_an_entry_is_accepted_and_one_without_is_not() -> None:
    broken = rss("<title>a & b</title><link>/1</link>")[:-10]
    assert [entry.title for entry in parse_feed(broken, URL)] == ["a & b"]
    with pytest.raises(FeedError, match="broken"):
        parse_feed(b"<rss><channel><title>x & y</ti", URL)


def test_an_empty_feed_is_a_feed() -> None:
    assert parse_feed(rss(), URL) == ()


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ftp://h/1", "file:///etc/passwd", "",
                                  "java&#9;script:alert(1)", "http://[broken/"])  # fmt: skip
def test_links_that_are_not_http_are_left_out(link: str) -> None:
    assert parse_feed(rss(f"<title>a</title><link>{link}</link>"), URL) == ()


def test_a_guid_serves_as_link_where_it_is_one() -> None:
    (entry,) = parse_feed(rss("<title>a</title><guid>https://outlet.example/g</guid>"), URL)
    assert entry.url == "https://outlet.example/g"


def test_impossible_dates_are_unknown() -> None:
    for date in ("garbage", "Thu, 99 Sep 2025 15:02:00", "0000-00-00T00:00:00Z", ""):
        (entry,) = parse_feed(rss(f"<title>a</title><link>/1</link><pubDate>{date}</pubDate>"), URL)
        assert entry.published_at is None


def test_entries_repeated_under_tracking_parameters_come_once() -> None:
    entries = parse_feed(rss("<title>a</title><link>/1</link>", "<title>b</title><link>/1?utm_source=x</link>"), URL)
    assert [entry.title for entry in entries] == ["a"]


def test_caps_hold_before_and_after_parsing() -> None:
    with pytest.raises(FeedError, match="more than"):
        parse_feed(b"<rss>" + b" " * MAX_FEED_BYTES, URL)
    many = rss(*(f"<title>a</title><link>/{number}</link>" for number in range(MAX_ENTRIES + 50)))
    assert len(parse_feed(many, URL)) == MAX_ENTRIES


def test_entities_cannot_reach_files_or_blow_up() -> None:
    hostile = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    )
    started = time.monotonic()
    try:
        entries = parse_feed(rss("<title>&f;&c;</title><link>/1</link>", head=hostile), URL)
    except FeedError:
        entries = ()
    assert time.monotonic() - started < 1
    assert not [entry for entry in entries if "root:" in (entry.title or "") or len(entry.title or "") > 1000]


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("&lt;script&gt;alert(1)&lt;/script&gt;Freed", "<script>alert(1)</script>Freed"),
        ("<script>alert(1)</script>Freed", "Freed"),
        ("a <b>b</b>\n c", "a b c"),
        ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
        ("«Воля» &mdash; слово", "«Воля» — слово"),
        ("<", "<"),
        ("<html lang=uk><body><p>Whole document</p></body></html>", "Whole document"),
        ("", ""),
    ],
)
def test_markup_becomes_plain_text(markup: str, line: str) -> None:
    assert plain_line(markup) == line


def test_paragraphs_become_lines_and_hostile_markup_costs_little() -> None:
    assert plain_text("<p>One<br>two</p><ul><li>three</li></ul>") == "One\ntwo\nthree"
    started = time.monotonic()
    plain_text("<div>" * 50_000 + "x")
    plain_text("<" * 50_000 + "a" * 10)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("cp1251", "utf-8", "application/rss+xml"),
        ("utf-8", "windows-1251", "application/rss+xml"),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("koi8-r", "windows-1251", None),
        ("utf-16", "utf-8", None),
    ],
)
def test_no_title_is_garbled_by_a_wrong_charset(encoding: str, declared: str, content_type: str | None) -> None:
    title = "Освобождены политзаключённые, сообщили правозащитники"
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    body = rss(f"<title>{title}</title><link>https://o.example/1</link>", head=head).decode().encode(encoding)
    assert [entry.title for entry in parse_feed(body, URL, content_type)] == [title]

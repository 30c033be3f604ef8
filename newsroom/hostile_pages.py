"""Hostile pages by name: what may come where an article is asked for (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from newsroom.bombs import deflated, gzipped, packed_br, packed_zstd
from newsroom.serving import Answer

MEBIBYTE = 1024 * 1024
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_TEXT = "<p>The council of a town that does not exist met on Monday and spoke of its library for two hours. "
_STORY = f"<article><h1>A title</h1>{_TEXT * 4}</article>"
# Ways to write 127.0.0.1, and other addresses of a network of one's own (SEC-1).
SPELLINGS = (
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0.0.0.0", "0", "localhost", "LOCALHOST", "localhost.",  # noqa: S104 (addresses that must be refused)
    "2130706433", "0x7f000001", "0x7F.0.0.1", "0x7f.1", "0177.0.0.1", "0177.1", "017700000001", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "127.0.0.1.",
    "①②⑦.⓪.⓪.①", "user@127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.0.1", "100.64.0.1", "[fe80::1]", "[fd00::1]",
)  # fmt: skip

Made = Callable[[str], Answer]  # from the address of the trap


def _page(body: str = _STORY, head: str = "", headers: Mapping[str, str] = _HTML) -> Made:
    """Return a page, in which TRAP stands for the trap's address."""
    text = f"<!DOCTYPE html><html lang=en><head><title>A title</title>{head}</head><body>{body}</body></html>"
    return lambda trap: Answer(200, text.replace("TRAP", trap).encode("utf-8", "surrogatepass"), headers)


def _raw(body: bytes, kind: str = "text/html", **headers: str) -> Made:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Answer(200, body, {"Content-Type": kind, **named})


def _told(data: str) -> Made:
    """Return a page with these structured data."""
    return _page(head=f'<script type="application/ld+json">{data}</script>')


def _dated(date: str) -> Made:
    return _told(json.dumps({"@type": "NewsArticle", "headline": f"Dated {date[:10]}", "datePublished": date}))


def _redirect(location: str, status: int = 302) -> Made:
    return lambda trap: Answer(status, b"", {"Location": location.replace("TRAP", trap)})


_PLAIN = _page()("").body

PAGES: Mapping[str, Made] = {
    "page: gzip bomb": _raw(gzipped(50 * MEBIBYTE), Content_Encoding="gzip"),
    "page: brotli bomb": _raw(packed_br(50 * MEBIBYTE), Content_Encoding="br"),
    "page: zstd bomb": _raw(packed_zstd(50 * MEBIBYTE), Content_Encoding="zstd"),
    "page: deflate bomb": _raw(deflated(50 * MEBIBYTE), Content_Encoding="deflate"),
    "page: larger than the cap": _page(_STORY * 10_000),
    "page: endless": lambda _: Answer(200, b"<p>and so on</p>" * 10_000, _HTML, endless=True),
    "page: drips": lambda _: Answer(200, _PLAIN, _HTML, drip=0.2),
    "page: hangs": lambda _: Answer(200, _PLAIN, _HTML, delay=60),
    "page: hundred thousand divs deep": _page("<div>" * 100_000),
    "page: misnested": _page("<b><div></b>" * 2_000),
    "page: tables in tables": _page("<table><tr><td>" * 900),
    "page: shapes that stay open": _page("<svg>" + "<path>" * 2_000),
    "page: hundred thousand attributes": _page(f"<p {' '.join(f'a{n}' for n in range(100_000))}>x"),
    "page: attribute of a megabyte": _page(f'<p title="{"a" * MEBIBYTE}">x'),
    "page: tag without end": _page("<p " + "a" * MEBIBYTE),
    "page: two megabytes of brackets": _page("<" * 2 * MEBIBYTE),
    "page: thirty thousand comments": _page("<!-- -->" * 30_000),
    "page: script without end": _page("<script>" + "a" * MEBIBYTE),
    "page: half a million entities": _page("&nbsp;" * 400_000),
    "page: eighty thousand spans": _page("<div><span>word</span> <b>a</b></div>" * 80_000),
    "page: title of two megabytes": _page(f"<h1>{'a' * 2 * MEBIBYTE}</h1>"),
    "page: one word of two megabytes": _page(f"<article><p>{'a' * 2 * MEBIBYTE}</p></article>"),
    "page: image in its own address": _page(f'{_STORY}<img src="data:image/png;base64,{"A" * 2 * MEBIBYTE}">'),
    "page: null bytes": _raw(_PLAIN.replace(b"town", b"to\0wn\0\0")),
    "page: nothing but null bytes": _raw(b"\0" * MEBIBYTE),
    "page: noise": _raw(bytes(range(256)) * 4_000),
    "page: UTF-16 that says UTF-8": _raw(_PLAIN.decode().encode("utf-16-le"), "text/html; charset=utf-8"),
    "page: charset that is none": _raw(_PLAIN, "text/html; charset=../../etc/passwd"),
    "page: charset of another world": _raw(_PLAIN.decode().encode("cp037"), "text/html; charset=cp037"),
    "page: half signs": _page("<p>&#xD800;&#x110000;&#0;\ud83d</p>" + _STORY),
    "page: invisible signs": _page(_STORY.replace("town", "t\u202eo\u200bw\u2066n" + "\u0301" * 500)),
    "page: json of a hundred thousand levels": _told("[" * 100_000),
    "page: json number of a million digits": _told('{"@type":"NewsArticle","headline":' + "9" * 1_000_000 + "}"),
    "page: fifty thousand articles in json": _told(json.dumps([{"@type": "NewsArticle", "headline": "x"}] * 50_000)),
    "page: json that names itself": _told('{"@type":"NewsArticle","author":{"@type":"Person","name":{"@id":"#"}},"@id":"#"}'),
    "page: json of wrong types": _told('{"@type":{},"headline":[{}],"datePublished":7,"author":[[[]]],"image":true}'),
    "page: date 2099": _dated("2099-12-31T23:59:59Z"),
    "page: date 1970": _dated("1970-01-01T00:00:00Z"),
    "page: date 0000": _dated("0000-00-00T00:00:00Z"),
    "page: date with an impossible zone": _dated("2026-11-20T10:00:00+99:99"),
    "page: date of a million digits": _dated("9" * 1_000_000),
    "page: canonical that is a script": _page(head='<link rel="canonical" href="javascript:alert(1)">'),
    "page: canonical that cannot be parsed": _page(head='<link rel="canonical" href="http://[::1"><base href="http://[">'),
    "page: base in the own network": _page(head='<base href="TRAP/base/"><link rel="canonical" href="x">'),
    "page: refresh into the own network": _page(head='<meta http-equiv="refresh" content="0; url=TRAP/refresh">'),
    "page: refresh by its header": lambda trap: Answer(200, _PLAIN, {**_HTML, "Refresh": f"0; url={trap}/refresh"}),
    "page: parts in the own network": _page(
        '<img src="TRAP/i"><iframe src="TRAP/f"></iframe><script src="TRAP/s"></script><object data="TRAP/o"></object>',
        '<link rel="stylesheet" href="TRAP/c"><link rel="amphtml" href="TRAP/amp"><link rel="next" href="TRAP/next">',
    ),
    "page: feed as a page": _raw(b"<rss><channel><item><title>x</title></item></channel></rss>", "application/rss+xml"),
    "page: entity of a file": _raw(
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&a;</p></body></html>', "application/xhtml+xml"
    ),
    "page: picture": _raw(b"\x89PNG\r\n\x1a\n" + b"\0" * 1000, "image/png"),
    "page: film that says it is html": _raw(b"\0\0\0\x20ftypisom" + b"\xff" * MEBIBYTE),
    "page: program": _raw(b"MZ" + b"\0" * 1000, "application/octet-stream"),
    "page: without a type": lambda _: Answer(200, _PLAIN, {}),
    "page: empty": _raw(b""),
    "page: challenge": _raw(b"<title>Just a moment...</title>"),
    "page: thousands of cookies": lambda _: Answer(200, _PLAIN, {**_HTML, "Set-Cookie": "a=b; " * 3_000}),
    "page: redirect to itself": _redirect("?again"),
    "page: redirect to a file": _redirect("file:///etc/passwd", 301),
    "page: redirect to data": _redirect("data:text/html,x", 308),
    "page: redirect to nothing": _redirect("", 303),
    "page: redirect with a line break": _redirect("/x%0d%0aSet-Cookie:a=b", 302),
    # As bytes of UTF-8, which is how servers write what headers cannot hold.
    **{f"redirect to {host}": _redirect(f"http://{host}:PORT/redirect".encode().decode("latin-1")) for host in SPELLINGS},
}  # fmt: skip

"""Hostile feeds and sitemaps by name: what an outlet may answer where a list is asked for (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from newsroom.bombs import deflated, gzipped, packed_br, packed_zstd
from newsroom.serving import Answer

MEBIBYTE = 1024 * 1024
_XML = {"Content-Type": "application/rss+xml; charset=utf-8"}
_HEAD = '<?xml version="1.0"?>'
_ITEM = "<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"
_DATE = "Fri, 20 Nov 2026 10:00:00 +0200"
_LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip

Made = Callable[[str], Answer]  # from the address of the trap


def _rss(inner: str = "", doctype: str = "", headers: Mapping[str, str] = _XML) -> Answer:
    body = f'{_HEAD}{doctype}<rss version="2.0"><channel><title>x</title>{inner}</channel></rss>'
    return Answer(200, body.encode("utf-8", "surrogatepass"), headers)


def _item(title: str = "A title", link: str = "/well.html", date: str = _DATE) -> str:
    return _ITEM.format(title=title, link=link, date=date)


def _raw(body: bytes, kind: str = "application/rss+xml", **headers: str) -> Made:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Answer(200, body, {"Content-Type": kind, **named})


def _told(inner: str = "", doctype: str = "") -> Made:
    """Return a feed with `inner`, in which TRAP stands for the trap's address."""
    return lambda trap: _rss(inner.replace("TRAP", trap), doctype.replace("TRAP", trap))


def _sitemap(inner: str, doctype: str = "") -> Made:
    head = f'{_HEAD}{doctype}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return lambda trap: Answer(
        200, f"{head}{inner}</urlset>".replace("TRAP", trap).encode(), {"Content-Type": "text/xml"}
    )


def _index(locations: str) -> Made:
    body = f"{_HEAD}<sitemapindex>{locations}</sitemapindex>"
    return lambda trap: Answer(200, body.replace("TRAP", trap).encode(), {"Content-Type": "text/xml"})


def _redirect(location: str, status: int = 302) -> Made:
    return lambda trap: Answer(status, b"", {"Location": location.replace("TRAP", trap)})


_PLAIN = _rss(_item()).body

FEEDS: Mapping[str, Made] = {
    "gzip bomb": _raw(gzipped(50 * MEBIBYTE), Content_Encoding="gzip"),
    "brotli bomb": _raw(packed_br(50 * MEBIBYTE), Content_Encoding="br"),
    "zstd bomb": _raw(packed_zstd(50 * MEBIBYTE), Content_Encoding="zstd"),
    "deflate bomb": _raw(deflated(50 * MEBIBYTE), Content_Encoding="deflate"),
    "bomb in a bomb": _raw(gzipped(50 * MEBIBYTE, times=2), Content_Encoding="gzip, gzip"),
    "packed by its name only": _raw(_PLAIN, Content_Encoding="gzip"),
    "packed and broken off": _raw(gzipped(MEBIBYTE)[:500], Content_Encoding="gzip"),
    "unknown packing": _raw(_PLAIN, Content_Encoding="rot13"),
    "billion laughs": _told("<item><title>&a9;</title></item>", _LAUGHS),
    "one long entity ten thousand times": _told(
        f"<item><title>{'&a;' * 10_000}</title></item>", f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'
    ),
    "entity of a file": _told(_item("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "entity of an inner address": _told(_item("&a;"), '<!DOCTYPE x [<!ENTITY a SYSTEM "TRAP/entity">]>'),
    "outer DTD": _told(_item(), '<!DOCTYPE x SYSTEM "TRAP/dtd">'),
    "parameter entity": _told(_item(), '<!DOCTYPE x [<!ENTITY % a SYSTEM "TRAP/parameter"> %a;]>'),
    "XInclude": _told('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="TRAP/include"/>' + _item()),
    "style sheet": lambda trap: Answer(
        200, _PLAIN.replace(b"?>", f'?><?xml-stylesheet href="{trap}/xsl"?>'.encode(), 1), _XML
    ),
    "twenty thousand deep": _raw(b"<rss><channel>" + b"<a>" * 20_000),
    "five thousand attributes": _told("<item " + "".join(f" a{n}='x'" for n in range(5_000)) + "/>"),
    "ten thousand namespaces": _told("<item " + "".join(f" xmlns:a{n}='a{n}'" for n in range(10_000)) + "/>"),
    "fifty thousand items of nothing": _told("<item/>" * 50_000),
    "larger than the cap": _told(_item() * 60_000),
    "title of four megabytes": _told(_item("a" * 4_000_000)),
    "comment of four megabytes": _raw(b"<!--" + b"-" * 4_000_000 + b"-->" + _PLAIN),
    "section without end": _told("<item><title><![CDATA[" + "]]" * 10_000),
    "null bytes": _raw(_PLAIN.replace(b"A title", b"A\0title\0" * 100)),
    "nothing but null bytes": _raw(b"\0" * MEBIBYTE),
    "half signs": _told(_item("&#xD800;&#x110000;&#0;\ud83d")),
    "UTF-16 that says UTF-8": _raw(_PLAIN.decode().encode("utf-16-le")),
    "UTF-7": _raw(b'<?xml version="1.0" encoding="utf-7"?>+ADw-script+AD4-' + _PLAIN),
    "charset of another world": _raw(_PLAIN.replace(b'"1.0"', b'"1.0" encoding="cp037"')),
    "charset that is none": _raw(_PLAIN, "application/rss+xml; charset=../../etc/passwd"),
    "broken UTF-8": _raw(_PLAIN.replace(b"A title", b"\xc3\x28\xa0\xa1\xf0\x28" * 1000)),
    "date 2099": _told(_item("From the future", "/future.html", "Thu, 31 Dec 2099 23:59:59 +0000")),
    "date 1970": _told(_item("From the past", "/past.html", "Thu, 01 Jan 1970 00:00:00 +0000")),
    "date 0000": _told(_item("From nowhere", "/nowhere.html", "0000-00-00T00:00:00Z")),
    "date of a million digits": _told(_item("From afar", "/afar.html", "9" * 1_000_000)),
    "link that is a script": _told(_item(link="javascript:alert(1)")),
    "link that is data": _told(_item(link="data:text/html,x")),
    "link to a file": _told(_item(link="file:///etc/passwd")),
    "link with a tab in its scheme": _told(_item(link="java\tscript:alert(1)")),
    "link of a megabyte": _told(_item(link="/" + "a" * MEBIBYTE)),
    "link that cannot be parsed": _told(_item(link="http://[::1/x")),
    "scripts in titles": _told(_item("&lt;script&gt;alert(1)&lt;/script&gt; &lt;!channel&gt;")),
    "html as a feed": _raw(b"<!DOCTYPE html><html><body><h1>Hello</h1></body></html>", "text/html"),
    "pdf as a feed": _raw(b"%PDF-1.7\n" + bytes(range(256)) * 1000, "application/pdf"),
    "json as a feed": _raw(b'{"error": "no"}', "application/json"),
    "deep json as a feed": _raw(b"[" * MEBIBYTE, "application/json"),
    "empty feed": _raw(b""),
    "endless feed": lambda _: Answer(200, b"<rss><channel>" + b"<item/>" * 10_000, _XML, endless=True),
    "dripping feed": lambda _: Answer(200, _PLAIN, _XML, drip=0.2),
    "feed that hangs": lambda _: Answer(200, _PLAIN, _XML, delay=60),
    "redirect to itself": _redirect("?again"),
    "redirect to a file": _redirect("file:///etc/passwd", 301),
    "redirect to another scheme": _redirect("ftp://127.0.0.1/feed"),
    "redirect to nothing": _redirect("", 307),
    "redirect to what is no address": _redirect("http://[::1", 308),
    "redirect into the own network": _redirect("TRAP/feed", 301),
    "status 999": lambda _: Answer(999, _PLAIN, _XML),
    "not modified though nobody asked": lambda _: Answer(304, b"", {"ETag": '"x"'}),
    "header of a hundred kilobytes": lambda _: Answer(200, _PLAIN, {**_XML, "X-Long": "a" * 100_000}),
    "ten thousand headers": lambda _: Answer(200, _PLAIN, {**_XML, **{f"X-{n}": "a" for n in range(10_000)}}),
    "validators of a megabyte": lambda _: Answer(200, _PLAIN, {**_XML, "ETag": f'"{"a" * 15_000}"'}),
}

SITEMAPS: Mapping[str, Made] = {
    "sitemap: billion laughs": _sitemap("<url><loc>&a9;</loc></url>", _LAUGHS),
    "sitemap: entity of a file": _sitemap(
        "<url><loc>&a;</loc></url>", '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    ),
    "sitemap: outer DTD": _sitemap("", '<!DOCTYPE x SYSTEM "TRAP/dtd">'),
    "sitemap: hundred thousand deep": _raw(b"<urlset>" + b"<url>" * 100_000, "text/xml"),
    "sitemap: fifty thousand pages": _sitemap("<url><loc>/x</loc></url>" * 50_000),
    "sitemap: larger than the cap": _sitemap("<url><loc>/x</loc></url>" * 400_000),
    "sitemap: packed file that is a bomb": _raw(gzipped(50 * MEBIBYTE), "application/gzip"),
    "sitemap: html": _raw(b"<!DOCTYPE html><html></html>", "text/html"),
    "index of itself": _index("<sitemap><loc>?again</loc></sitemap>"),
    "index into the own network": _index("<sitemap><loc>TRAP/sitemap</loc></sitemap>" * 3),
    "index of ten thousand": _index("".join(f"<sitemap><loc>TRAP/{n}</loc></sitemap>" for n in range(10_000))),
}

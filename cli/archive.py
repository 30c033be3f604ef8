"""Kept pages as a WARC file (ISO 28500), which archives and their tools read: a request and a response a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from typing import BinaryIO
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cli.version import VERSION
from db.evidence import KeptPage

_UNPACKED = ("content-encoding", "content-length", "transfer-encoding")  # of the packed body, which is not kept


def write_warc(pages: Iterable[KeptPage], stream: BinaryIO) -> list[str]:
    """Write `pages` to `stream`, each record gzipped by itself; return the addresses whose body is not what was fetched.

    Those are left out: a record that cannot be vouched for is no evidence. Each response carries the SHA-256 of its body
    as WARC-Payload-Digest. Bodies are unpacked and headers are those that are kept, so neither is byte for byte
    what went over the line; the request is told by its first line and Host.
    """
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    told = {"software": f"Volya/{VERSION}", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(None, told))
    broken = []
    for page in pages:
        if page.is_intact:
            _write_page(writer, page)
        else:
            broken.append(page.final_url)
    return broken


def _write_page(writer: WARCWriter, page: KeptPage) -> None:
    headers = {"WARC-Date": _time(page.fetched_at), "WARC-Payload-Digest": f"sha256:{page.sha256}"}
    response = writer.create_warc_record(
        page.final_url,
        "response",
        BytesIO(page.body),
        len(page.body),
        warc_headers_dict=headers,
        http_headers=_answer(page),
    )
    request = writer.create_warc_record(
        page.final_url, "request", warc_headers_dict={"WARC-Date": headers["WARC-Date"]}, http_headers=_question(page)
    )
    writer.write_request_response_pair(request, response)


def _answer(page: KeptPage) -> StatusAndHeaders:
    phrase = responses.get(page.status, "")
    kept = [(name.title(), _one_line(value)) for name, value in page.headers.items() if name not in _UNPACKED]
    return StatusAndHeaders(
        f"{page.status} {phrase}".strip(), [*kept, ("Content-Length", str(len(page.body)))], "HTTP/1.1"
    )


def _question(page: KeptPage) -> StatusAndHeaders:
    parts = urlsplit(page.final_url)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return StatusAndHeaders(f"GET {target} HTTP/1.1", [("Host", parts.netloc)], is_http_request=True)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _one_line(value: str) -> str:
    """Return a header's value without line breaks (SEC-14)."""
    return " ".join(value.split())

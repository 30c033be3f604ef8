from __future__ import annotations

import gzip
import hashlib
import io
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from cli.archive import write_warc
from db import Database
from db.evidence import KeptPage, kept_pages
from db.maintenance import forget_pages
from db.models import PageRow

NOON = datetime(2026, 3, 5, 12, 0, 0, 250_000, tzinfo=UTC)
BODY = "<p>Люди вийшли на волю</p>".encode()


def page(**given: Any) -> PageRow:
    values = {
        "outlet": "made-up", "url": "https://a.example/1?utm_source=rss", "final_url": "https://a.example/1?p=2", "url_key": "k",
        "status": 200, "headers": {"content-type": "text/html", "etag": '"x"\r\nX: y'}, "body": BODY,
        "sha256": hashlib.sha256(BODY).hexdigest(), "fetched_at": NOON, "extracted_at": NOON, "attempts": 1,
        "is_evidence": False, "generation": 0,
    }  # fmt: skip
    return PageRow(**{**values, **given})


def records(warc: bytes) -> list[tuple[str, dict[str, str], dict[str, str], bytes]]:
    found = []
    for record in ArchiveIterator(io.BytesIO(warc)):
        http = dict(record.http_headers.headers) if record.http_headers else {}
        found.append((record.rec_type, dict(record.rec_headers.headers), http, record.content_stream().read()))
    return found


def exported(database: Database) -> tuple[bytes, list[str]]:
    stream = io.BytesIO()
    with database.read() as session:
        broken = write_warc(kept_pages(session), stream)
    return stream.getvalue(), broken


def test_a_page_is_a_request_and_a_response_with_its_time_and_digest(database: Database) -> None:
    with database.begin() as session:
        session.add(page())
    warc, broken = exported(database)
    assert gzip.decompress(warc).startswith(b"WARC/1.1\r\n")
    (info, *_), (kind, answer, http, body), (asked, question, host, _) = records(warc)
    assert (info, kind, asked, broken) == ("warcinfo", "response", "request", [])
    assert body == BODY
    assert answer["WARC-Payload-Digest"] == f"sha256:{hashlib.sha256(BODY).hexdigest()}"
    assert answer["WARC-Target-URI"] == question["WARC-Target-URI"] == "https://a.example/1?p=2"
    assert answer["WARC-Date"] == question["WARC-Date"] == "2026-03-05T12:00:00.250000Z"
    assert question["WARC-Concurrent-To"] == answer["WARC-Record-ID"]
    assert http == {"Content-Type": "text/html", "Etag": '"x" X: y', "Content-Length": str(len(BODY))}
    assert host == {"Host": "a.example"}


def test_a_body_that_has_changed_since_it_came_is_left_out_and_told(database: Database) -> None:
    with database.begin() as session:
        session.add_all([page(body=b"forged", final_url="https://a.example/forged"), page()])
    warc, broken = exported(database)
    assert broken == ["https://a.example/forged"]
    assert [kind for kind, *_ in records(warc)] == ["warcinfo", "response", "request"]


def test_what_a_mention_rests_on_is_still_there_when_old_pages_are_forgotten(database: Database) -> None:
    with database.begin() as session:
        session.add_all([page(is_evidence=True, final_url="https://a.example/kept"), page()])
    with database.begin() as session:
        assert forget_pages(session, datetime(2030, 1, 1, tzinfo=UTC)) == 1
    with database.read() as session:
        kept = list(kept_pages(session))
    assert [one.final_url for one in kept] == ["https://a.example/kept"]
    assert isinstance(kept[0], KeptPage)
    assert (kept[0].body, kept[0].headers["content-type"], kept[0].fetched_at) == (BODY, "text/html", NOON)
    assert kept[0].is_intact


def test_the_command_writes_the_archive_to_standard_output(sqlite_database: Database, sqlite_url: str) -> None:
    with sqlite_database.begin() as session:
        session.add(page())
    command = [sys.executable, "-m", "cli", "--set", f"db.url={sqlite_url}", "export"]
    ended = subprocess.run([*command, "articles", "--format", "warc"], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert [kind for kind, *_ in records(ended.stdout)] == ["warcinfo", "response", "request"]
    refused = subprocess.run([*command, "events", "--format", "warc"], capture_output=True, check=False)
    assert (refused.returncode, b"pages belong to articles" in refused.stderr) == (2, True)

"""One page for analyse and extract: behind the guard, politely, within limits."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cli.errors import CommandError, ExitCode
from cli.fetching import fetch_page
from cli.keys import Settings

PAGE = "<html><body><p>Слова</p></body></html>".encode("windows-1251")
ROUTES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /private"),
    "/page": (200, {"Content-Type": "text/html; charset=windows-1251"}, PAGE),
    "/zipped": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(PAGE)),
    "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * (8 << 20))),
    "/moved": (302, {"Location": "/page"}, b""),
    "/circle": (302, {"Location": "/circle"}, b""),
    "/inside": (302, {"Location": "http://127.0.0.1:9/secret"}, b""),
    "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/gone": (404, {}, b""),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["User-Agent"]))  # type: ignore[attr-defined]  # set below
        status, headers, body = ROUTES[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as served:
        served.asked = []  # type: ignore[attr-defined]  # what was asked, for the tests
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        served.shutdown()
        thread.join()


@pytest.fixture
def settings(server: ThreadingHTTPServer) -> Settings:
    allowed = [f"127.0.0.0/8:{server.server_port}"]
    return Settings.model_validate({"crawler": {"allow_addresses": allowed, "contact": "mailto:me@example.org"}})


def url(server: ThreadingHTTPServer, path: str, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{server.server_port}{path}"


@pytest.mark.parametrize("path", ["/page", "/moved"])
def test_a_page_is_fetched_with_its_charset_after_robots_txt(
    server: ThreadingHTTPServer, settings: Settings, path: str
) -> None:
    page = fetch_page(url(server, path), settings)
    assert (page.url, page.content) == (url(server, "/page"), PAGE)
    assert (page.content_type, page.charset) == ("text/html", "windows-1251")
    asked = server.asked  # type: ignore[attr-defined]  # set by the fixture
    assert [where for where, _ in asked][:2] == ["/robots.txt", path]
    assert all(agent.startswith("Volya/") and "mailto:me@example.org" in agent for _, agent in asked)


def test_a_compressed_page_is_decompressed(server: ThreadingHTTPServer, settings: Settings) -> None:
    assert fetch_page(url(server, "/zipped"), settings).content == PAGE


@pytest.mark.parametrize(
    ("path", "said", "code"),
    [
        ("/private", "robots.txt asks us not to fetch it", ExitCode.FOUND_WRONG),
        ("/bomb", "larger than", ExitCode.FOUND_WRONG),
        ("/circle", "more than 5 redirects", ExitCode.FOUND_WRONG),
        ("/inside", "127.0.0.1:9: not a public address", ExitCode.FOUND_WRONG),
        ("/file", "only http and https are fetched", ExitCode.FOUND_WRONG),
        ("/gone", "the server answers 404", ExitCode.UNAVAILABLE),
    ],
)
def test_what_must_not_or_cannot_be_fetched_is_said(
    server: ThreadingHTTPServer, settings: Settings, path: str, said: str, code: ExitCode
) -> None:
    with pytest.raises(CommandError, match=said) as caught:
        fetch_page(url(server, path), settings)
    assert caught.value.code == code


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"])
def test_the_own_machine_is_out_of_reach_however_it_is_spelled(server: ThreadingHTTPServer, host: str) -> None:
    with pytest.raises(CommandError, match="not a public address"):
        fetch_page(url(server, "/page", host), Settings())
    assert server.asked == []  # type: ignore[attr-defined]  # set by the fixture


def test_a_server_that_is_not_there_is_unavailable(server: ThreadingHTTPServer) -> None:
    nobody = Settings.model_validate({"crawler": {"allow_addresses": ["127.0.0.1/32"]}})
    with pytest.raises(CommandError) as caught:
        fetch_page("http://127.0.0.1:1/", nobody)
    assert caught.value.code == ExitCode.UNAVAILABLE


def test_a_proxy_is_used_and_named_by_nobody(server: ThreadingHTTPServer) -> None:
    proxied = Settings.model_validate({"crawler": {"proxy": "http://127.0.0.1:1"}})
    with pytest.raises(CommandError) as caught:
        fetch_page("http://news.example/", proxied)
    assert caught.value.code == ExitCode.UNAVAILABLE

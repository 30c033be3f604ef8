"""What `analyse` and `extract` are given: a file, standard input or an address; and the page it holds."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.errors import CommandError
from cli.keys import Settings

if TYPE_CHECKING:
    from crawler.items import ExtractedArticle

LARGEST_INPUT = 8 << 20
_HEAD_LENGTH = 4096
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes and where they are from: `url` of a fetched page with the charset of its header."""

    name: str
    content: bytes
    url: str | None = None
    charset: str | None = None
    is_declared_html: bool = False


def read_source(name: str, settings: Settings) -> Source:
    """Return what `name` holds: `-` is standard input, http(s) is fetched politely, anything else is a file."""
    if name.lower().startswith(("http://", "https://")):
        return _fetched(name, settings)
    if name == "-":
        content = sys.stdin.buffer.read(LARGEST_INPUT + 1)
    else:
        with Path(name).open("rb") as opened:
            content = opened.read(LARGEST_INPUT + 1)
    if len(content) > LARGEST_INPUT:
        raise CommandError(f"{name}: larger than {LARGEST_INPUT >> 20} MiB")
    if not content.strip():
        raise CommandError(f"{name}: empty")
    return Source(name, content)


def _fetched(url: str, settings: Settings) -> Source:
    from cli.fetching import fetch_page  # noqa: PLC0415 (what fetches is loaded only where it is used)

    page = fetch_page(url, settings)
    is_html = "html" in page.content_type
    return Source(url, page.content, page.url, page.charset, is_declared_html=is_html)


def is_html(source: Source) -> bool:
    """Whether the bytes are a page: declared so by a server, or they begin as one."""
    head = source.content[:_HEAD_LENGTH].removeprefix(b"\xef\xbb\xbf").lstrip()
    return source.is_declared_html or (head.startswith(b"<") and _MARKUP.search(head) is not None)


def page_of(source: Source) -> ExtractedArticle:
    """Return what is taken from a page; raises CommandError where it is refused or holds nothing."""
    from crawler.errors import CrawlerError  # noqa: PLC0415 (parsing is loaded only where it is used)
    from crawler.extract import extract_article  # noqa: PLC0415 (the same)

    try:
        return extract_article(source.content, source.url or "about:blank", charset=source.charset)
    except CrawlerError as error:
        raise CommandError(str(error)) from error

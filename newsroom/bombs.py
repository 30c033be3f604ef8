"""Little that becomes much: bodies of spaces, packed in every way that clients unpack (SEC-4)."""

from __future__ import annotations

import gzip
import zlib

import brotli
from backports import zstd


def gzipped(size: int, times: int = 1) -> bytes:
    """Return `size` spaces as gzip, packed so many times over."""
    body = b" " * size
    for _ in range(times):
        body = gzip.compress(body, 6, mtime=0)
    return body


def deflated(size: int) -> bytes:
    """Return `size` spaces as deflate."""
    return zlib.compress(b" " * size, 6)


def packed_br(size: int) -> bytes:
    """Return `size` spaces as brotli."""
    return bytes(brotli.compress(b" " * size, quality=3))


def packed_zstd(size: int) -> bytes:
    """Return `size` spaces as zstd."""
    return bytes(zstd.compress(b" " * size, 3))
